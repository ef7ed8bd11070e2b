package talks

import (
	"cmp"
	"slices"
	"time"
)

// Involvement is how far a party that something affects has a part in it.
type Involvement string

// The involvements, from the fullest.
const (
	InRoom    Involvement = "in-room"   // its delegation sits in the room
	Consulted Involvement = "consulted" // on an issue of it, elsewhere
	Absent    Involvement = "absent"
)

// Involvements are the values there are.
var Involvements = []Involvement{InRoom, Consulted, Absent}

// Touch is why something affects a party.
type Touch struct {
	As    string // "issue", "obligor", "beneficiary", "verifier" or "named"
	Issue Ref    // for an issue
}

// Consultation is one occasion on which a party was consulted.
type Consultation struct {
	Entry   *Entry // the act that says so
	Meeting *Meeting
	Record  *ConsultRecord
	Issues  []Ref // of those in question, the ones that it was about; none where it was about the thing itself
	When    Date
	Where   string
	Claimed bool // another than the party says so

	start time.Time // of When
}

// Inclusion is one party that something affects, and its part in it, as far as a world shows.
type Inclusion struct {
	Party        Ref
	Why          []Touch
	As           Involvement
	Consulted    []Consultation
	Against      []*Entry // what is on record of it against: answers, reactions, red lines and firm positions that the terms cross
	Requirements []Requiring
}

// Requiring is a requirement to consult a party on an issue of something, and whether it is met.
type Requiring struct {
	*Requirement
	Issue  Ref
	Met    bool
	Waived *Fact[ConsultWaive]
	Passed []Passed // consultations that do not count towards it
	Erased []*Entry // of an agreement, where it is neither met nor waived: what erased a record of a consultation since the adoption
}

// Passed is a consultation that does not count towards a requirement.
type Passed struct {
	Entry *Entry
	Why   Discount
}

// Discount is why a consultation does not count towards a requirement.
type Discount string

// The discounts. Whoever puts something forward could else meet by itself what others require of it.
const (
	ByProposer Discount = "by-proposer"  // it is the word of the delegation that put the thing forward, which neither required it nor was consulted
	MadeUp     Discount = "illustrative" // it is marked as made up, and the thing is not
)

// Discounts are the values there are.
var Discounts = []Discount{ByProposer, MadeUp}

// matter is what can affect parties: its room, its issues and terms, and those it names.
type matter struct {
	ref      Ref   // what a consultation can be about: the proposal of an agreement
	self     []Ref // what a reaction to it is to
	room     RoomID
	at       time.Time // until when consultations count: until it was adopted; the zero time for no end
	made     time.Time // when it was adopted or promised; zero for what is on the table
	issues   []Ref
	asked    []Ref        // issues that it is consulted on: its own, or where it has none those of the requirements that bind it
	asks     map[Ref]bool // those of a bare one
	bare     bool         // it is a proposal that says nothing of what it is about, and so can be about anything
	by       Delegation
	madeUp   bool // it is marked as illustrative
	touches  map[Ref][]Touch
	order    []Ref
	proposal *Proposal
	required []*Requirement // that bind it
}

func (m *matter) touch(t Touch, parties ...Ref) {
	for _, p := range parties {
		if p.IsZero() {
			continue
		}
		if m.touches[p] == nil {
			m.order = append(m.order, p)
		}
		if !slices.Contains(m.touches[p], t) {
			m.touches[p] = append(m.touches[p], t)
		}
	}
}

// offered makes a matter of a proposal, tabled or to be tabled.
func offered(ref Ref, room RoomID, by Delegation, a *ProposalTable) *matter {
	m := &matter{ref: ref, room: room, by: by, issues: a.Issues(), madeUp: a.Illustrative}
	m.asked, m.bare = slices.Clip(m.issues), len(m.issues) == 0
	return m
}

// on are the issues of a requirement that bind a matter to it.
func (m *matter) on(q *Requirement) []Ref {
	if m.bare {
		return q.Issues
	}
	return shared(q.Issues, m.issues)
}

// inTime reports whether a requirement was laid down before what has to wait for it: nobody can meet it afterwards. A promise is not tabled.
func (m *matter) inTime(q *Requirement) bool {
	if q.Binds("adopting") {
		return m.made.IsZero() || !q.By.Time.After(m.made)
	}
	return m.proposal != nil && !q.By.Time.After(m.proposal.By.Time)
}

// bind notes that a requirement binds a matter.
func (m *matter) bind(q *Requirement) {
	m.required = append(m.required, q)
	if !m.bare {
		return
	}
	if m.asks == nil {
		m.asks = map[Ref]bool{}
	}
	for _, r := range q.Issues {
		if !m.asks[r] {
			m.asks[r] = true
			m.asked = append(m.asked, r)
		}
	}
}

func (w *World) matter(subject Ref) *matter {
	m := &matter{ref: subject}
	self := []Ref{subject}
	var p *Proposal
	var at time.Time
	switch w.Object(subject) {
	case "proposal":
		p = w.Proposal(subject)
	case "agreement":
		a := w.Agreement(subject)
		p, at, self = w.Proposal(a.Proposal), a.By.Time, append(self, a.Proposal)
		m.ref = a.Proposal
	case "commitment":
	default:
		return nil
	}
	if p != nil {
		m = offered(p.Ref, subject.Room, p.By.Seat.Delegation(), p.ProposalTable)
	}
	m.self, m.room, m.at, m.made, m.proposal, m.touches = self, subject.Room, at, at, p, map[Ref][]Touch{}
	if c := w.Commitment(subject); c != nil {
		m.by, m.made, m.madeUp = c.By.Seat.Delegation(), c.By.Time, c.Illustrative
		m.touch(Touch{As: "obligor"}, c.Obligors...)
		m.touch(Touch{As: "beneficiary"}, c.Beneficiaries...)
		m.touch(Touch{As: "verifier"}, c.Verifiers...)
		if !c.Issue.IsZero() {
			m.issues = []Ref{c.Issue}
		}
		m.asked = m.issues
	}
	if p != nil {
		m.touch(Touch{As: "named"}, p.Parties...)
	}
	for _, r := range m.issues {
		if i := w.Issue(r); i != nil {
			m.touch(Touch{As: "issue", Issue: r}, i.Affects...)
		}
	}
	return m
}

// Inclusion says of each party that a proposal, an agreement or a commitment affects whether it is in the room, was consulted, or is absent,
// and what it is on record with against it: in the order in which the thing touches them, those whom only a requirement names last. It is
// worked out of what the world shows and of nothing else, so two worlds can rightly say different things. A requirement that was laid down
// after the thing was tabled, adopted or promised does not bind it. It is nil for what affects nobody.
func (w *World) Inclusion(subject Ref) []Inclusion {
	m := w.matter(subject)
	if m == nil {
		return nil
	}
	for _, q := range requirements.Of(w) {
		if len(m.on(q)) > 0 && m.inTime(q) && w.binds(q, m.room) {
			m.bind(q)
			for _, p := range q.Parties {
				if m.touches[p] == nil {
					m.order = append(m.order, p)
					m.touches[p] = []Touch{}
				}
			}
		}
	}
	out := make([]Inclusion, 0, len(m.order))
	for _, p := range m.order {
		out = append(out, w.include(m, p))
	}
	return out
}

func (w *World) include(m *matter, party Ref) Inclusion {
	in := Inclusion{Party: party, Why: m.touches[party], As: Absent, Consulted: w.consultations(m, party), Against: w.against(m, party)}
	switch {
	case w.inRoom(m.room, party):
		in.As = InRoom
	case len(in.Consulted) > 0:
		in.As = Consulted
	}
	for _, q := range m.required {
		if !slices.Contains(q.Parties, party) {
			continue
		}
		for _, issue := range m.on(q) {
			in.Requirements = append(in.Requirements, w.requiring(q, m, party, issue, in))
		}
	}
	return in
}

func (w *World) requiring(q *Requirement, m *matter, party, issue Ref, in Inclusion) Requiring {
	r := Requiring{Requirement: q, Issue: issue, Met: in.As == InRoom}
	for _, c := range in.Consulted {
		if len(c.Issues) > 0 && !slices.Contains(c.Issues, issue) {
			continue
		}
		if why := m.discounts(&c, q); why != "" {
			r.Passed = append(r.Passed, Passed{c.Entry, why})
		} else {
			r.Met = true
		}
	}
	for _, f := range waivers.Of(w)[q.Ref] {
		named := len(f.Said.Parties) == 0 || slices.Contains(f.Said.Parties, party)
		if named && (f.Said.Subject.IsZero() || f.Said.Subject == m.ref) && (m.at.IsZero() || !f.Time.After(m.at)) {
			r.Waived = &f
		}
	}
	if !r.Met && r.Waived == nil && !m.at.IsZero() {
		r.Erased = w.erasedSince(m.at)
	}
	return r
}

// discounts says why a consultation does not count towards a requirement; nothing where it does.
func (m *matter) discounts(c *Consultation, q *Requirement) Discount {
	switch author := c.Entry.Seat.Delegation(); {
	case author == m.by && c.Claimed && author != q.By.Seat.Delegation():
		return ByProposer
	case BasisOf(c.Entry.Act).Illustrative && !m.madeUp:
		return MadeUp
	}
	return ""
}

// erasedSince are the acts by which records of consultations were erased after a time that were there before it.
func (w *World) erasedSince(at time.Time) []*Entry {
	return slices.DeleteFunc(slices.Clone(erasedConsultations.Of(w)), func(e *Entry) bool {
		erased := w.Entry(e.Room, e.Act.(*RecordErase).Entry)
		return !e.Time.After(at) || erased.Time.After(at)
	})
}

// erasedConsultations are the acts that erased a record of a consultation.
var erasedConsultations = NewMemo(func(w *World) []*Entry {
	var out []*Entry
	for e := range w.Entries() {
		a, ok := e.Act.(*RecordErase)
		if !ok {
			continue
		}
		if erased := w.Entry(e.Room, a.Entry); erased != nil && erased.Gone && erased.Kind == "consult.record" {
			out = append(out, e)
		}
	}
	return out
})

// binds reports whether a requirement binds what is done in a room: whether all who sit there see it, and it is no caucus.
func (w *World) binds(q *Requirement, room RoomID) bool {
	s := w.Room(room)
	return s != nil && s.Room.Kind != Caucus && w.As(room).Requirement(q.Ref) != nil
}

// inRoom reports whether a delegation of a party sits in a room, or one of a coalition or an organisation that has it as a member by
// the word of another than that delegation: nobody stands for others by saying so itself.
func (w *World) inRoom(room RoomID, party Ref) bool {
	s := w.Room(room)
	return s != nil && slices.ContainsFunc(s.Room.Members, func(d Delegation) bool {
		own := w.PartyOf(d)
		if own.IsZero() {
			return false
		}
		p := w.Party(own)
		return own == party || (p != nil && p.Type != "person" && slices.Contains(p.Of, party) && p.OfBy.Seat.Delegation() != d)
	})
}

// What of a world decides whether somebody was consulted, found once for the many things that ask for it.
var (
	requirements = NewMemo((*World).Requirements)
	waivers      = NewMemo(func(w *World) map[Ref][]Fact[ConsultWaive] {
		by := map[Ref][]Fact[ConsultWaive]{}
		for _, f := range w.Waivers() {
			by[f.Said.Requirement] = append(by[f.Said.Requirement], f)
		}
		return by
	})
	// occasions are by party and by what it was consulted on: an issue, or a proposal as a whole. One of many parties on many issues is kept once a party.
	occasions = NewMemo(func(w *World) map[Cell][]*Consultation {
		by := map[Cell][]*Consultation{}
		for _, met := range w.Meetings() {
			for _, party := range met.attending() {
				c := &Consultation{
					Entry: met.Held.Entry, Meeting: met, When: met.When(), Where: cmp.Or(met.Where(), met.Place),
					Claimed: !w.Declared(met.Held.Entry, party),
				}
				c.start = c.When.Start()
				for _, issue := range met.Agenda {
					by[Cell{Issue: issue, Party: party}] = append(by[Cell{Issue: issue, Party: party}], c)
				}
			}
		}
		for _, f := range w.Consultations() {
			on := f.Said.Issues
			if !f.Said.Subject.IsZero() {
				on = []Ref{f.Said.Subject}
			}
			for _, party := range f.Said.Parties {
				c := &Consultation{
					Entry: f.Entry, Record: f.Said, When: dateOr(f.Said.When, f.Entry), Where: f.Said.Place,
					Claimed: !w.Declared(f.Entry, party),
				}
				c.start = c.When.Start()
				for _, r := range on {
					by[Cell{Issue: r, Party: party}] = append(by[Cell{Issue: r, Party: party}], c)
				}
			}
		}
		return by
	})
)

// attending are the parties that were at a meeting, each once; none where it was not held.
func (m *Meeting) attending() []Ref {
	if m.Held == nil {
		return nil
	}
	var out []Ref
	for _, a := range m.Held.Said.Attendance {
		if !slices.Contains(out, a.Party) && m.Attended(a.Party) {
			out = append(out, a.Party)
		}
	}
	return out
}

// consultations are the occasions on which a party was consulted on a matter, the earliest first.
func (w *World) consultations(m *matter, party Ref) []Consultation {
	var out []Consultation
	seen := map[*Entry]bool{}
	on := m.asked
	if !m.ref.IsZero() {
		on = append(slices.Clip(on), m.ref)
	}
	for _, r := range on {
		for _, o := range occasions.Of(w)[Cell{Issue: r, Party: party}] {
			c := *o
			if !m.at.IsZero() && c.Entry.Time.After(m.at) || seen[c.Entry] {
				continue
			}
			seen[c.Entry] = true
			if c.Meeting != nil {
				c.Issues = shared(c.Meeting.Agenda, m.asked)
			} else {
				c.Issues = shared(c.Record.Issues, m.asked)
			}
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b Consultation) int { return cmp.Or(a.start.Compare(b.start), a.Entry.compare(b.Entry)) })
	return out
}

func shared(as, bs []Ref) []Ref {
	var out []Ref
	for _, r := range as {
		if slices.Contains(bs, r) && !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	return out
}

// against is what is on record of a party against a matter.
func (w *World) against(m *matter, party Ref) []*Entry {
	var out []*Entry
	if m.proposal != nil {
		for _, r := range m.proposal.Answers() {
			if r.Said.Answer == "reject" && w.PartyOf(r.Seat.Delegation()) == party {
				out = append(out, r.Entry)
			}
		}
		for _, t := range m.proposal.Terms {
			declared, attributed := w.Position(Cell{Issue: t.Issue, Party: party})
			if f := cmp.Or(declared, attributed); f != nil && crosses(t, f.Said) {
				out = append(out, f.Entry)
			}
		}
	}
	for _, to := range slices.Concat(m.self, m.issues) {
		if f := w.Reaction(to, party); f != nil && f.Said.Stance.Against() {
			out = append(out, f.Entry)
		}
	}
	return out
}

// crosses reports whether a term is on the other side of a red line or a firm position.
func crosses(t Term, p *PositionRecord) bool {
	if p.Firmness != "red-line" && p.Firmness != "firm" {
		return false
	}
	switch {
	case t.Option != "" && p.Option != "":
		return t.Option != p.Option
	case t.Value.Valid() && p.Value.Valid():
		return t.Value.Float() != p.Value.Float()
	case t.Value.Valid() && p.From.Valid() && p.To.Valid():
		return t.Value.Float() < p.From.Float() || t.Value.Float() > p.To.Float()
	}
	return false
}

// consulted refuses an act before which a party has to be consulted that was not. What a delegation drafts in its caucus is before nobody yet.
func (c *Checking) consulted(stage Stage, field string, m *matter) {
	if len(c.problems) > 0 || c.State.Room.Kind == Caucus {
		return
	}
	for _, q := range requirements.Of(c.View) {
		if len(m.on(q)) > 0 && q.Binds(stage) {
			m.bind(q)
		}
	}
	parts := map[Ref]Inclusion{} // of those who are not in the room
	for _, q := range m.required {
		for _, party := range q.Parties {
			in, ok := parts[party]
			if !ok {
				in = Inclusion{Party: party, As: Absent}
				if c.View.inRoom(c.Room, party) {
					in.As = InRoom
				} else {
					in.Consulted = c.View.consultations(m, party)
				}
				parts[party] = in
			}
			if in.As == InRoom {
				continue
			}
			for _, issue := range m.on(q) {
				if r := c.View.requiring(q, m, party, issue, in); !r.Met && r.Waived == nil {
					c.fail("not-consulted", field, c.View.title(party), c.View.title(issue), q.Title)
				}
				if len(c.problems) >= listLimit {
					return // who reads so many learns nothing from more
				}
			}
		}
	}
}

// title is what a party or an issue is called.
func (w *World) title(r Ref) string {
	if p := w.Party(r); p != nil {
		return p.Title
	}
	if i := w.Issue(r); i != nil {
		return i.Title
	}
	return r.Name
}
