package room

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"parley/internal/talks"
	"parley/web/act"
	"parley/web/ui"
)

// form is a form that writes one kind of act.
type form struct {
	id     string // the value of compose in addresses and forms
	kind   talks.Kind
	more   bool // it stands behind the others
	agree  bool // it belongs to what is agreed and promised, and stands behind them
	govern bool // it changes the room or what stands in it, and stands last
	apart  bool // it stands on another page, and on the room's own only where it comes back refused
	build  func(*builder) talks.Act
	fields func(*filling) []field
	of     func(*ui.Page, *talks.State) bool // whether there is something that it could do; nil for always
}

// forms are the forms that a room offers, in the order of their tabs. Which of them a seat is shown, the table of rules decides.
var forms = []form{
	{id: "statement", kind: "statement.record", build: (*builder).statement, fields: (*filling).statement},
	{id: "position", kind: "position.record", build: (*builder).position, fields: (*filling).position},
	{id: "proposal", kind: "proposal.table", build: (*builder).proposal, fields: (*filling).proposal},
	{id: "remark", kind: "remark.write", build: (*builder).remark, fields: (*filling).remark},
	{id: "readout", kind: "readout.issue", build: (*builder).readout, fields: (*filling).readout},
	{id: "release", kind: "release.make", build: (*builder).release, fields: (*filling).release},
	{id: "answer", kind: "proposal.respond", more: true, build: (*builder).answer, fields: (*filling).answer},
	{id: "goal", kind: "goal.record", more: true, build: (*builder).goal, fields: (*filling).goal},
	{id: "issue", kind: "issue.open", more: true, build: (*builder).issue, fields: (*filling).issue},
	{id: "meeting", kind: "meeting.schedule", more: true, build: (*builder).meeting, fields: (*filling).meeting},
	{id: "event", kind: "event.record", more: true, build: (*builder).event, fields: (*filling).event},
	{id: "reaction", kind: "reaction.record", more: true, build: (*builder).reaction, fields: (*filling).reaction},
	{id: "source", kind: "source.add", more: true, build: (*builder).source, fields: (*filling).source},
}

// everyForm are all forms, list by list.
func everyForm() [][]form { return [][]form{forms, agreeing, governing, objects} }

func find(id string) *form {
	for _, list := range everyForm() {
		if i := slices.IndexFunc(list, func(f form) bool { return f.id == id }); i >= 0 {
			return &list[i]
		}
	}
	return nil
}

// offered are the forms on the room's own page, of acts that the seat may write there.
func offered(p *ui.Page, s *talks.State) []*form {
	var out []*form
	for _, list := range everyForm() {
		for i := range list {
			if f := &list[i]; !f.apart && act.May(p, &s.Room, f.kind) && (f.of == nil || f.of(p, s)) {
				out = append(out, f)
			}
		}
	}
	return out
}

// widget is how a field is filled in.
type widget string

const (
	line   widget = "line"
	area   widget = "area"
	day    widget = "date"
	number widget = "number"
	pick   widget = "pick"  // one of a list
	radio  widget = "radio" // one of a short list, all of it seen
	checks widget = "checks"
	tick   widget = "tick"
	fixed  widget = "fixed" // decided already: shown, and sent along
)

// choice is one value that a field can have.
type choice struct{ value, text string }

// field is one field of a form. Its name is the place in the act that it fills, so that a problem with that place finds it.
type field struct {
	name, label, hint string
	widget            widget
	choices           []choice
	values            []string
	required, wide    bool
	undeclared        bool // parties are to choose from, and there are none
	tall              int
	part              string // of which part of the form: "" the first, "more", "basis", or a row of repeated fields
	shown             bool   // what stands in it is to be seen: its part is open
	problem           *talks.Problem
	focus             bool
}

func (f *field) value() string {
	if len(f.values) == 0 {
		return ""
	}
	return f.values[0]
}

func (f *field) has(v string) bool { return slices.Contains(f.values, v) }

// id is the field's id in the page.
func (f *field) id() string { return "f-" + strings.NewReplacer("/", "-", "_", "-").Replace(f.name) }

// described lists the ids of what explains the field.
func (f *field) described() string {
	var ids []string
	if f.hint != "" {
		ids = append(ids, f.id()+"-hint")
	}
	if f.problem != nil {
		ids = append(ids, f.id()+"-problem")
	}
	return strings.Join(ids, " ")
}

// filling makes the fields of a form with what stands in them: what the person typed, what the address asks for, or a default.
type filling struct {
	p    *ui.Page
	room talks.RoomID
	view *talks.World // the room's own: what is offered, all of its members see
	from url.Values   // what was typed in a refused form, or the address
	sent bool         // from is a refused form: its empty values are meant
	used map[string]bool
	come []choice // what can come about, once it was asked for
}

func (x *filling) t(id string) string { return x.p.Loc.T(id) }

// add makes a field. Its label is the catalogue's word for the last part of its name.
func (x *filling) add(w widget, name, label string, choices []choice, preset ...string) field {
	f := field{name: name, label: label, widget: w, choices: choices, values: preset}
	if vs, ok := x.from[name]; ok {
		f.values = vs
	} else if x.sent {
		f.values = nil
	}
	f.values = x.inRoom(f.values)
	x.used[name] = true
	f.problem = x.problem(name)
	return f
}

// problem finds what was wrong with a field: at its own place, or inside a list that it fills.
func (x *filling) problem(name string) *talks.Problem {
	for _, q := range x.p.Problems {
		// A ground that is missing altogether is asked for where a source is chosen.
		if q.Field == name || strings.HasPrefix(q.Field, name+"/") || q.Field+"/0/source" == name {
			return q
		}
	}
	return nil
}

func values[T ~string](vs []T, say func(T) string) []choice {
	out := make([]choice, len(vs))
	for i, v := range vs {
		out[i] = choice{string(v), say(v)}
	}
	return out
}

// optional puts the choice of nothing before the others.
func (x *filling) optional(cs []choice) []choice {
	return append([]choice{{"", x.t("room.none")}}, cs...)
}

// ref is an object as a value of this form: by its name alone where it is of the form's room.
func (x *filling) ref(r talks.Ref) string {
	if r.IsZero() {
		return ""
	}
	if r.Room == x.room {
		return r.Name
	}
	return r.String()
}

// inRoom are values, those that name an object of the form's room with the room by its name alone, as the choices have them.
func (x *filling) inRoom(vs []string) []string {
	own := string(x.room) + "/"
	if !slices.ContainsFunc(vs, func(v string) bool { return strings.HasPrefix(v, own) }) {
		return vs
	}
	out := make([]string, len(vs))
	for i, v := range vs {
		out[i] = strings.TrimPrefix(v, own)
	}
	return out
}

// parse reads a value that names an object; ok is false for one that names none.
func (x *filling) parse(v string) (r talks.Ref, ok bool) {
	if r.UnmarshalText([]byte(v)) != nil || r.IsZero() {
		return talks.Ref{}, false
	}
	if r.Room != "" {
		return r, true
	}
	if full, _, found := x.view.Resolve(x.room, r.Name); found {
		return full, true
	}
	r.Room = x.room
	return r, true
}

// full is what a field names, with its room; the zero Ref for nothing.
func (x *filling) full(name string) talks.Ref {
	r, _ := x.parse(x.from.Get(name))
	return r
}

// subject asks what an act is about. Where the page has decided it, it is shown; where it is wrong or still open, it is chosen.
func (x *filling) subject(name, label string, cs []choice) field {
	r := x.full(name)
	chosen := x.ref(r)
	among := slices.ContainsFunc(cs, func(c choice) bool { return c.value == chosen })
	if by, title := x.view.Find(r); by != nil && !among && name == "to" {
		cs, among = append(cs, choice{chosen, clip(title, 60)}), true // a reaction can be to anything
	}
	if chosen == "" || !among || x.problem(name) != nil {
		return needed(wide(x.one(name, label, cs)))
	}
	f := wide(x.add(fixed, name, label, cs))
	f.values = []string{chosen}
	return f
}

func (x *filling) parties() []choice {
	var out []choice
	for _, v := range x.view.Parties() {
		out = append(out, choice{x.ref(v.Ref), v.Title})
	}
	return out
}

// openIssues are the issues that can still be spoken to.
func (x *filling) openIssues() []choice {
	var out []choice
	for _, v := range x.view.Issues() {
		if v.Closed == nil {
			out = append(out, choice{x.ref(v.Ref), v.Title})
		}
	}
	return out
}

func (x *filling) statements() []choice {
	var out []choice
	for _, v := range x.view.Statements() {
		out = append(out, choice{x.ref(v.Ref), fmt.Sprintf("%s: %s", x.p.ObjectTitle(v.Speaker), clip(v.Text, 60))})
	}
	slices.Reverse(out)
	return out[:min(len(out), 200)]
}

func (x *filling) meetings() []choice {
	var out []choice
	for _, v := range x.view.Meetings() {
		out = append(out, choice{x.ref(v.Ref), v.Title})
	}
	slices.Reverse(out)
	return out
}

// things are the issues, meetings and proposals that words can be about.
func (x *filling) things() []choice {
	out := append(x.openIssues(), x.meetings()...)
	for _, v := range x.view.Proposals() {
		out = append(out, choice{x.ref(v.Ref), v.Title})
	}
	return out
}

func (x *filling) sources() []choice {
	var out []choice
	for _, v := range x.view.Sources() {
		out = append(out, choice{x.ref(v.Ref), v.Title})
	}
	return out
}

// own is the party that the seat speaks for, as a value; empty where it has none that the room sees.
func (x *filling) own() string {
	r := x.view.PartyOf(x.p.View.Delegation())
	if r.IsZero() {
		return ""
	}
	return x.ref(r)
}

// many is how many things a list has at most to choose from: more, and whoever fills it in writes a name.
const many = 300

// one asks for one of some things: from a list, or by its name where the list would be too long to be looked through, and to be sent.
func (x *filling) one(name, label string, cs []choice) field {
	if len(cs) > many {
		return hinted(x.t("room.hint.by-name"), x.add(line, name, label, nil))
	}
	return x.add(pick, name, label, cs)
}

func clip(s string, n int) string {
	s = strings.Join(strings.Fields(s), " ")
	rs := []rune(s)
	if len(rs) <= n {
		return s
	}
	return strings.TrimSpace(string(rs[:n])) + "…"
}

func in(part string, fs ...field) []field {
	for i := range fs {
		fs[i].part = part
	}
	return fs
}

func needed(f field) field { f.required = true; return f }

func tall(rows int, f field) field { f.tall, f.wide = rows, true; return f }

func wide(f field) field { f.wide = true; return f }

func hinted(hint string, f field) field { f.hint = hint; return f }

// declared is for a field of parties: where there are none, it says where they are declared.
func declared(f field) field { f.undeclared = len(f.choices) == 0; return f }

// rowCount is how many rows of repeated fields are shown: those that are filled, and some more.
func (x *filling) rowCount(prefix string, names []string, spare int) int {
	return min(maxRows, len(filled(x.from, prefix, names))+spare)
}

// compact moves the filled rows of a refused form together, so that its rows are those of the act that was refused.
func compact(from url.Values, prefix string, names []string) url.Values {
	out := url.Values{}
	for k, v := range from {
		if !strings.HasPrefix(k, prefix+"/") {
			out[k] = v
		}
	}
	for i, at := range filled(from, prefix, names) {
		for k, v := range from {
			if rest, ok := strings.CutPrefix(k, at); ok {
				out[prefix+"/"+strconv.Itoa(i)+"/"+rest] = v
			}
		}
	}
	return out
}
