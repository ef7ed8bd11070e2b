package talks

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Proposed is an act on its way into a room, with all that may be known when deciding on it.
type Proposed struct {
	Room  RoomID
	State *State // the room so far; nil where the act is to open it
	// View is the room as a viewer: the rooms whose members include all of its own, itself among them. An act is checked
	// against it and nothing else, so that acceptance and refusal tell no member anything that it could not see.
	View *World
	Seat Seat
	Role Role // the authority of the seat, which the gate has established
	Time time.Time
	Kind Kind
	Act  Act // its references have their rooms, as NewEntry gives them
}

// Check says what is wrong with a proposed act. The error is nil or of type [Problems]. It changes nothing.
func Check(p Proposed) error {
	rule, ok := Rules[p.Kind]
	if !ok || p.Act == nil {
		return Problems{problem("unknown-act", "act", string(p.Kind))}
	}
	c := &Checking{Proposed: p}
	c.rule(rule)
	if len(c.problems) == 0 {
		c.basis(p.Act.basis())
		p.Act.check(c)
	}
	if len(c.problems) == 0 {
		return nil
	}
	return c.problems
}

// Checking gathers what is wrong with one act.
type Checking struct {
	Proposed
	problems Problems
}

func (c *Checking) fail(code, field string, args ...string) {
	c.problems = append(c.problems, problem(code, field, args...))
}

// rule applies the line of the table: where the act may be written and with what authority.
func (c *Checking) rule(r Rule) {
	founding := c.State == nil
	switch {
	case founding && c.Kind != "room.open":
		c.fail("founding", "act")
		return
	case !founding && c.Kind == "room.open":
		c.fail("already-open", "act")
		return
	}
	kind := c.roomKind()
	if !founding && c.State.Room.Closed != nil && c.Kind != "record.erase" {
		c.fail("room-closed", "")
		return
	}
	need := r.Authority
	if kind == Caucus && r.InCaucus != "" {
		need = r.InCaucus
	}
	if !c.Role.AtLeast(need) {
		held := string(c.Role)
		if held == "" {
			held = "none"
		}
		c.fail("no-authority", "", string(c.Kind), string(need), held)
		return
	}
	if len(r.Rooms) > 0 && !slices.Contains(r.Rooms, kind) {
		c.fail("not-here", "", string(c.Kind), string(kind), join(r.Rooms))
		return
	}
	if own := c.Seat.Delegation(); !founding && c.Kind != "room.leave" && c.State.Room.RoleOf(own) == RoomObserver {
		c.fail("observes", "", string(own))
	}
}

func (c *Checking) roomKind() RoomKind {
	if c.State != nil {
		return c.State.Room.Kind
	}
	if open, ok := c.Act.(*RoomOpen); ok {
		return open.Type
	}
	return ""
}

func (c *Checking) basis(b *Basis) {
	c.most("cites", len(b.Cites), 50)
	for i, cite := range b.Cites {
		at := fmt.Sprintf("cites/%d/", i)
		c.ref(at+"source", cite.Source, "source")
		if cite.Paragraph < 0 || cite.Paragraph > 1_000_000 {
			c.fail("out-of-range", at+"paragraph", strconv.Itoa(cite.Paragraph), "1", "1000000")
		}
		c.text(at+"quote", cite.Quote, 500)
	}
}

// The limits of texts, in characters.
const (
	titleLimit = 200
	textLimit  = 20_000
	listLimit  = 100
)

// title checks a short text on one line that must be there.
func (c *Checking) title(field, s string) {
	if strings.TrimSpace(s) == "" {
		c.fail("missing", field)
		return
	}
	c.line(field, s)
}

// line checks a short text on one line that may be left out.
func (c *Checking) line(field, s string) {
	if i := strings.IndexAny(s, "\n\t"); i >= 0 {
		c.fail("bad-text", field, fmt.Sprintf("%U", s[i]))
	}
	c.text(field, s, titleLimit)
}

// words checks a text that must be there.
func (c *Checking) words(field, s string) {
	if strings.TrimSpace(s) == "" {
		c.fail("missing", field)
	}
	c.text(field, s, textLimit)
}

// text checks a text: its length, and that it has no character that can hide or turn round what is shown: controls,
// bidirectional embeddings and overrides, and isolates that are not closed, which make a text read otherwise than it is
// (Unicode TR 36, section 2.5).
func (c *Checking) text(field, s string, limit int) {
	if n := utf8.RuneCountInString(s); n > limit {
		c.fail("text-too-long", field, strconv.Itoa(limit))
		return
	}
	isolates := 0
	for _, r := range s {
		switch {
		case r >= '\u2066' && r <= '\u2068':
			isolates++
		case r == '\u2069':
			isolates--
		}
		if r == utf8.RuneError || (unicode.IsControl(r) && r != '\n' && r != '\t') || (r >= '\u202A' && r <= '\u202E') || isolates < 0 {
			c.fail("bad-text", field, fmt.Sprintf("%U", r))
			return
		}
	}
	if isolates > 0 {
		c.fail("bad-text", field, "U+2066 to U+2068 without U+2069")
	}
}

func (c *Checking) most(field string, n, limit int) {
	if n > limit {
		c.fail("too-many", field, strconv.Itoa(limit))
	}
}

// name checks the name of an object that the act makes.
func (c *Checking) name(name string, optional bool) {
	if name == "" && optional {
		return
	}
	if name == "" {
		c.fail("missing", "name")
		return
	}
	if !ValidName(name) {
		c.fail("bad-name", "name", name)
		return
	}
	if c.State != nil {
		if what := c.State.names[name]; what != "" {
			c.fail("name-taken", "name", name, what)
		}
	}
}

func (c *Checking) date(field string, d Date) {
	if d != "" && !d.Valid() {
		c.fail("bad-date", field, string(d))
	}
}

func (c *Checking) dates(from, to string, a, b Date) {
	c.date(from, a)
	c.date(to, b)
	if a.Valid() && b.Valid() && !b.End().After(a.Start()) {
		c.fail("ends-early", to)
	}
}

func (c *Checking) decimal(field string, d Decimal) {
	if d != "" && !d.Valid() {
		c.fail("bad-number", field, string(d))
	}
}

func (c *Checking) percent(field string, n *int) {
	if n != nil && (*n < 0 || *n > 100) {
		c.fail("out-of-range", field, strconv.Itoa(*n), "0", "100")
	}
}

// ref checks that a reference that must be there names an object of the kind wanted in the room's view. want is empty for any.
func (c *Checking) ref(field string, r Ref, want string) bool {
	if r.IsZero() {
		c.fail("missing", field)
		return false
	}
	what := c.View.Object(r)
	if what == "" {
		c.fail("unknown-ref", field, shortRef(c.Room, r))
		return false
	}
	if want != "" && what != want {
		c.fail("wrong-object", field, shortRef(c.Room, r), what, want)
		return false
	}
	return true
}

// maybe is ref for a reference that may be left out.
func (c *Checking) maybe(field string, r Ref, want string) bool {
	return !r.IsZero() && c.ref(field, r, want)
}

// own checks a reference to an object that the act changes: it must be of this room.
func (c *Checking) own(field string, r Ref, want string) bool {
	if !c.ref(field, r, want) {
		return false
	}
	if r.Room != c.Room {
		c.fail("other-room", field, shortRef(c.Room, r))
		return false
	}
	return true
}

func (c *Checking) refList(field string, rs []Ref, want string) {
	c.most(field, len(rs), listLimit)
	seen := map[Ref]bool{}
	for i, r := range rs {
		at := fmt.Sprintf("%s/%d", field, i)
		if c.ref(at, r, want) && seen[r] {
			c.fail("twice", at, shortRef(c.Room, r))
		}
		seen[r] = true
	}
}

// mine reports whether the author may change what a delegation made: that delegation itself, or the convener in the lobby.
func (c *Checking) mine(field string, maker Delegation) {
	own := c.Seat.Delegation()
	if own == maker || (c.State.Room.Kind == Lobby && own == c.State.Room.Convener.Delegation()) {
		return
	}
	c.fail("only-own", field, string(maker))
}

// party is the party that the author speaks for; zero where it has none yet.
func (c *Checking) party() Ref { return c.View.PartyOf(c.Seat.Delegation()) }

// attributed requires a ground for what somebody records of a party that is not his own.
func (c *Checking) attributed(party Ref, b *Basis, rests []Ref) {
	grounds := len(b.Cites) > 0 || len(rests) > 0 || b.Illustrative
	if party != c.party() && !grounds && !slices.ContainsFunc(c.problems, func(p *Problem) bool { return p.Code == "attributed" }) {
		c.fail("attributed", "cites")
	}
}

// oneOf checks a value of a list; the empty value passes where it is optional.
func oneOf[T ~string](c *Checking, field string, v T, all []T, optional bool) {
	switch {
	case v == "" && optional:
	case v == "":
		c.fail("missing", field)
	case !slices.Contains(all, v):
		c.fail("not-one-of", field, fmt.Sprintf("%q", string(v)), join(all))
	}
}

func join[T ~string](vs []T) string {
	s := make([]string, len(vs))
	for i, v := range vs {
		s[i] = string(v)
	}
	return strings.Join(s, ", ")
}

// shortRef writes a reference as its author would: without the room where it is the act's own.
func shortRef(room RoomID, r Ref) string {
	if r.Room == room {
		return r.Name
	}
	return r.String()
}

func indexName(i int64) string { return "#" + strconv.FormatInt(i, 10) }

func entryIndex(name string) (int64, bool) {
	s, ok := strings.CutPrefix(name, "#")
	if !ok || !digits(s) || len(s) > 15 || (len(s) > 1 && s[0] == '0') {
		return 0, false
	}
	var n int64
	for _, c := range []byte(s) {
		n = n*10 + int64(c-'0')
	}
	return n, true
}
