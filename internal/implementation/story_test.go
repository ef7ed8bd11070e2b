package implementation

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"strings"
	"testing"
	"time"

	"parley/internal/talks"
)

// story is talks between four parties, told line by line:
//
//	2025-03-01 ru promise staff {"due": {"by": "2025-03-14"}}
//	2025-03-10 ru says staff done {"when": "2025-03-09"}
//	= 2025-03-15 staff fulfilled 2025-03-09 done
//
// A line of an act has its time, the party that writes, a word for the act, what it is about, and the rest of the act as JSON. A line with = asks how a
// thing stands at a time: its status, stage or truth, since when, and the codes of the reasons.
type story struct {
	tb    testing.TB
	lobby *talks.State
	state *talks.State
	at    time.Time
}

var (
	lobbyID = talks.RoomID("lobby" + strings.Repeat("a", 21))
	roomID  = talks.RoomID("room" + strings.Repeat("a", 22))
)

func newStory(tb testing.TB, rule string) *story {
	tb.Helper()
	s := &story{tb: tb, lobby: talks.NewState(lobbyID), state: talks.NewState(roomID), at: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)}
	lobby := func(seat talks.Seat, kind talks.Kind, js string) { s.write(s.lobby, seat, kind, js) }
	lobby("sa-head", "room.open", `{"kind":"lobby","title":"Lobby","process":"Harbour talks"}`)
	for _, d := range []string{"sa", "us", "ru", "ua"} {
		lobby("sa-head", "party.declare", `{"name":"`+d+`","title":"`+strings.ToUpper(d)+`","kind":"state","role":"principal"}`)
		lobby("sa-head", "delegation.designate", `{"delegation":"`+d+`","party":"`+d+`","title":"`+d+`","head":"`+d+`-head","members":[{"person":"A. Head"}]}`)
	}
	lobby("sa-head", "source.add", `{"name":"paper","title":"A paper","kind":"article"}`)
	lobby("sa-head", "issue.open", `{"name":"harbour","title":"Harbour"}`)
	lobby("sa-head", "issue.open", `{"name":"tower","title":"Tower"}`)
	s.write(s.state, "us-head", "room.open", `{"kind":"plenary","title":"Table","members":["us","ru","ua","sa"],"rule":"`+rule+`"}`)
	return s
}

func (s *story) world() *talks.World { return talks.NewWorld(s.lobby, s.state) }

// write appends an act that must be right.
func (s *story) write(room *talks.State, seat talks.Seat, kind talks.Kind, js string) {
	s.tb.Helper()
	act, err := talks.Decode(kind, []byte(js))
	if err != nil {
		s.tb.Fatalf("%s %s: %v", kind, js, err)
	}
	w := talks.NewWorld(s.lobby, s.state)
	if err := talks.Complete(act, room.Room.ID, w, func(string) (talks.RoomID, bool) { return "", false }); err != nil {
		s.tb.Fatalf("%s %s: %v", kind, js, err)
	}
	p := talks.Proposed{Room: room.Room.ID, State: room, View: w.As(room.Room.ID), Seat: seat, Role: talks.Head, Time: s.at, Kind: kind, Act: act}
	e := talks.NewEntry(room.Room.ID, room.Size(), s.at, seat, kind, act)
	if room.Size() == 0 {
		p.State, p.View = nil, w.Of([]talks.Delegation{"us", "ru", "ua", "sa"})
	}
	if err := talks.Check(p); err != nil {
		s.tb.Fatalf("%s %s: %v", kind, js, err)
	}
	room.Fold(e)
}

// with joins the JSON of a line to what its act has to have.
func with(tb testing.TB, rest string, has map[string]any) string {
	tb.Helper()
	given := map[string]any{}
	if rest != "" {
		if err := json.Unmarshal([]byte(rest), &given); err != nil {
			tb.Fatalf("%s: %v", rest, err)
		}
	}
	maps.Copy(has, given)
	b, err := json.Marshal(has)
	if err != nil {
		tb.Fatal(err)
	}
	return string(b)
}

// tell does what a line says.
func (s *story) tell(line string) {
	s.tb.Helper()
	head, rest := line, ""
	if i := strings.Index(line, "{"); i >= 0 {
		head, rest = line[:i], line[i:]
	}
	f := strings.Fields(head)
	if len(f) < 4 {
		s.tb.Fatalf("not a line of a story: %s", line)
	}
	at, who, verb, name := talks.Date(f[0]).Start(), f[1], f[2], f[3]
	last := f[len(f)-1]
	if at.Before(s.at) {
		s.tb.Fatalf("out of time: %s", line)
	}
	s.at = at
	cites := []any{map[string]any{"source": "paper"}}
	kind, has := talks.Kind(""), map[string]any{}
	switch verb {
	case "promise":
		kind, has = "commitment.make", map[string]any{"name": name, "title": name, "deed": "Do it.", "obligors": []any{who}, "beneficiaries": []any{map[string]string{"ru": "us"}[who]}}
		if has["beneficiaries"].([]any)[0] == "" {
			has["beneficiaries"] = []any{"ru"}
		}
	case "says":
		kind, has = "commitment.report", map[string]any{"commitment": name, "claim": last, "cites": cites}
	case "ends":
		kind, has = "commitment.end", map[string]any{"commitment": name, "ground": last}
	case "condition":
		kind, has = "condition.define", map[string]any{"name": name, "title": name}
	case "anew":
		kind, has = "condition.update", map[string]any{"condition": name}
	case "finds":
		kind, has = "condition.determine", map[string]any{"condition": name, "outcome": last, "cites": cites}
	case "event":
		kind, has = "event.record", map[string]any{"name": name, "title": name, "cites": cites}
	case "erases":
		e := s.world().Event(ref(name)).By
		kind, has = "record.erase", map[string]any{"entry": e.Index, "name": name}
	case "meeting":
		kind, has = "meeting.schedule", map[string]any{"name": name, "title": name, "kind": "meeting"}
	case "held":
		kind, has = "meeting.hold", map[string]any{"meeting": name}
	case "update":
		kind, has = "meeting.update", map[string]any{"meeting": name}
	case "off":
		kind, has = "meeting.cancel", map[string]any{"meeting": name}
	case "offer":
		kind, has = "proposal.table", map[string]any{"name": name, "title": name, "text": "Terms."}
	case "answer":
		kind, has = "proposal.respond", map[string]any{"proposal": name, "answer": last}
	case "package":
		kind, has = "package.form", map[string]any{"name": name, "title": name}
	case "adopt":
		kind, has = "agreement.adopt", map[string]any{"name": name, "title": name, "proposal": last}
	case "confirm", "withdraw", "denounce":
		kind, has = talks.Kind("agreement."+verb), map[string]any{"agreement": name}
	case "sign":
		kind, has = "agreement.sign", map[string]any{"agreement": name, "method": "ssh", "key": "k", "signature": "s"}
	default:
		s.tb.Fatalf("unknown word %q: %s", verb, line)
	}
	s.write(s.state, talks.Seat(who+"-head"), kind, with(s.tb, rest, has))
}

func ref(name string) talks.Ref {
	switch name {
	case "sa", "us", "ru", "ua", "paper", "harbour", "tower":
		return talks.Ref{Room: lobbyID, Name: name}
	}
	return talks.Ref{Room: roomID, Name: name}
}

// stands says how a thing stands, as a line of a story asks: status, since when, and why.
func stands(b *Book, name string) string {
	status, since, reasons := "?", time.Time{}, []Reason(nil)
	if c := b.Commitment(ref(name)); c != nil {
		status, since, reasons = string(c.Status), c.Since, c.Reasons
	} else if a := b.Agreement(ref(name)); a != nil {
		status, since, reasons = string(a.Stage), a.InForceSince, a.Reasons
	} else if c := b.Condition(ref(name)); c != nil {
		status, since, reasons = string(c.Truth), c.Since, c.Reasons
	}
	when := "-"
	if !since.IsZero() {
		when = strings.TrimSuffix(since.UTC().Format(time.RFC3339), "T00:00:00Z")
	}
	parts := []string{status, when}
	for _, r := range reasons {
		parts = append(parts, r.Code)
	}
	return strings.Join(parts, " ")
}

// ask compares how a thing stands with what a line says.
func (s *story) ask(line string) {
	s.tb.Helper()
	f := strings.Fields(line)
	b := At(s.world(), talks.Date(f[1]).Start())
	if f[0] != "=" {
		if got, want := s.graph(b, f), strings.Join(f[2:], " "); got != want {
			s.tb.Errorf("%s on %s are\n  %s\nwant\n  %s", f[0], f[1], got, want)
		}
		return
	}
	if got, want := stands(b, f[2]), strings.Join(f[3:], " "); got != want {
		s.tb.Errorf("on %s %s is\n  %s\nwant\n  %s%s", f[1], f[2], got, want, s.sentences(b, f[2]))
	}
}

// graph says what blocks what, as a line of a story asks: =cycles, =stuck, =impossible, or =needs of a thing.
func (s *story) graph(b *Book, f []string) string {
	var out []string
	add := func(refs []talks.Ref, reasons []Reason) {
		parts := []string{names(refs) + ":"}
		for _, r := range reasons {
			parts = append(parts, code(r))
		}
		out = append(out, strings.Join(parts, " "))
	}
	switch g := b.Graph(); f[0] {
	case "=cycles":
		for _, c := range g.Cycles {
			out = append(out, names(c))
		}
	case "=stuck":
		for _, d := range g.Deadlocks {
			add(d.Refs, d.Reasons)
		}
	case "=impossible":
		for _, d := range g.Impossible {
			add([]talks.Ref{d.Ref}, d.Reasons)
		}
	case "=needs":
		name, moment, _ := strings.Cut(strings.TrimSuffix(f[2], ":"), ".")
		n := b.Needs(ref(name), talks.Moment(moment))
		out = []string{f[2]}
		for _, t := range n.Things {
			if t.Ref.IsZero() {
				out = append(out, t.At.Format(time.DateOnly))
			} else {
				out = append(out, t.Ref.Name+"."+string(t.Moment))
			}
		}
		for _, r := range n.Reasons {
			out = append(out, code(r))
		}
		if !n.Fewest {
			out = append(out, "perhaps fewer")
		}
		return strings.Join(out, " ")
	}
	return cmp.Or(strings.Join(out, " | "), "none")
}

func names(refs []talks.Ref) string {
	var out []string
	for _, r := range refs {
		out = append(out, r.Name)
	}
	return strings.Join(out, ">")
}

// code is a reason's code, with what it is of and its day.
func code(r Reason) string {
	out := r.Code
	if !r.Ref.IsZero() {
		out += "(" + r.Ref.Name + ")"
	}
	if len(r.Refs) > 0 && r.Code != "circle" {
		out += "(" + names(r.Refs) + ")"
	}
	if !r.At.IsZero() {
		out += "@" + r.At.Format(time.DateOnly)
	}
	return out
}

func (s *story) sentences(b *Book, name string) string {
	out := ""
	if c := b.Commitment(ref(name)); c != nil {
		for _, r := range c.Reasons {
			out += fmt.Sprintf("\n    %s", r.English(func(r talks.Ref) string { return r.Name }))
		}
	}
	return out
}

// stories reads a file of stories: each begins with a line "# what it shows", which can name the room's rule after a bar.
func stories(t *testing.T, file string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range strings.Split("\n"+string(text), "\n# ")[1:] {
		head, lines, _ := strings.Cut(part, "\n")
		title, rule, _ := strings.Cut(head, " | ")
		t.Run(title, func(t *testing.T) {
			s := newStory(t, cmp.Or(rule, "majority"))
			asked := 0
			for line := range strings.Lines(lines) {
				switch line = strings.TrimSpace(line); {
				case line == "" || strings.HasPrefix(line, "--"):
				case strings.HasPrefix(line, "="):
					s.ask(line)
					asked++
				default:
					s.tell(line)
				}
			}
			if asked == 0 {
				t.Error("nothing is asked")
			}
		})
	}
}

func TestStatus(t *testing.T) { stories(t, "testdata/status.txt") }

func TestGraph(t *testing.T) { stories(t, "testdata/graph.txt") }
