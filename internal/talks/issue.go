package talks

import (
	"fmt"
	"slices"
	"strings"
)

// Option is one answer to an issue's question.
type Option struct {
	Name  string `json:"name"`
	Title string `json:"title"`
}

// Scale is a line on which positions on an issue can be put, labelled at both ends in the issue's own neutral words.
type Scale struct {
	Low  string  `json:"low"`  // what the lowest value means
	High string  `json:"high"` // what the highest value means
	Min  Decimal `json:"min"`
	Max  Decimal `json:"max"`
	Unit string  `json:"unit,omitzero"`
}

// IssueOpen puts a question on the table that parties can take positions on: with options to choose among, or a scale, or neither.
type IssueOpen struct {
	Name     string   `json:"name"`
	Title    string   `json:"title"`
	Question string   `json:"question,omitzero"`
	Options  []Option `json:"options,omitzero"`
	Scale    *Scale   `json:"scale,omitzero"`
	Affects  []Ref    `json:"affects,omitzero"` // the parties that the issue is about, in the room or not
	Basis
}

// IssueUpdate changes an issue's words, adds options, or names further parties that it affects. What is left out stays.
type IssueUpdate struct {
	Issue    Ref      `json:"issue"`
	Title    string   `json:"title,omitzero"`
	Question string   `json:"question,omitzero"`
	Options  []Option `json:"options,omitzero"` // added to those there are
	Affects  []Ref    `json:"affects,omitzero"` // added to those there are
	Basis
}

// IssueClose takes an issue off the table.
type IssueClose struct {
	Issue   Ref    `json:"issue"`
	Outcome string `json:"outcome,omitzero"`
	Basis
}

// Issue is an issue as it stands.
type Issue struct {
	Made
	Title    string
	Question string
	Options  []Option
	Scale    *Scale
	Affects  []Ref
	Closed   *Entry
	Outcome  string
}

// Option returns the issue's option of that name.
func (i *Issue) Option(name string) (Option, bool) {
	k := slices.IndexFunc(i.Options, func(o Option) bool { return o.Name == name })
	if k < 0 {
		return Option{}, false
	}
	return i.Options[k], true
}

func (*IssueOpen) Kind() Kind   { return "issue.open" }
func (*IssueUpdate) Kind() Kind { return "issue.update" }
func (*IssueClose) Kind() Kind  { return "issue.close" }

func (a *IssueOpen) refs(f func(place, *Ref)) { eachRef(f, "affects", a.Affects) }
func (a *IssueUpdate) refs(f func(place, *Ref)) {
	f(place{list: "issue", index: -1}, &a.Issue)
	eachRef(f, "affects", a.Affects)
}
func (a *IssueClose) refs(f func(place, *Ref)) { f(place{list: "issue", index: -1}, &a.Issue) }

func (a *IssueOpen) check(c *Checking) {
	c.name(a.Name, false)
	c.title("title", a.Title)
	c.text("question", a.Question, textLimit)
	if len(a.Options) > 0 && a.Scale != nil {
		c.fail("options-and-scale", "scale")
	}
	if len(a.Options) == 1 {
		c.fail("few-options", "options")
	}
	c.options(a.Options, nil)
	if a.Scale != nil {
		c.scale(a.Scale)
	}
	c.refList("affects", a.Affects, "party")
}

func (c *Checking) options(options, there []Option) {
	c.most("options", len(options)+len(there), listLimit)
	for i, o := range options {
		at := fmt.Sprintf("options/%d/", i)
		if !ValidName(o.Name) {
			c.fail("bad-name", at+"name", fmt.Sprintf("%q", o.Name))
		}
		same := func(p Option) bool { return p.Name == o.Name }
		if slices.ContainsFunc(options[:i], same) || slices.ContainsFunc(there, same) {
			c.fail("twice", at+"name", o.Name)
		}
		c.title(at+"title", o.Title)
	}
}

func (c *Checking) scale(s *Scale) {
	c.title("scale/low", s.Low)
	c.title("scale/high", s.High)
	c.line("scale/unit", s.Unit)
	for _, end := range []struct {
		field string
		d     Decimal
	}{{"scale/min", s.Min}, {"scale/max", s.Max}} {
		if end.d == "" {
			c.fail("missing", end.field)
		}
		c.decimal(end.field, end.d)
	}
	if s.Min.Valid() && s.Max.Valid() && s.Min.Float() >= s.Max.Float() {
		c.fail("bad-scale", "scale/max")
	}
}

// openIssue finds the issue that an act of this room changes.
func (c *Checking) openIssue(r Ref) *Issue {
	if !c.own("issue", r, "issue") {
		return nil
	}
	i := c.State.Issues.Get(r.Name)
	c.mine("issue", i.By.Seat.Delegation())
	if i.Closed != nil {
		c.fail("closed-issue", "issue", r.Name)
		return nil
	}
	return i
}

func (a *IssueUpdate) check(c *Checking) {
	i := c.openIssue(a.Issue)
	if i == nil {
		return
	}
	if a.Title == "" && a.Question == "" && len(a.Options)+len(a.Affects) == 0 {
		c.fail("empty-change", "")
	}
	c.line("title", a.Title)
	c.text("question", a.Question, textLimit)
	if len(a.Options) > 0 && i.Scale != nil {
		c.fail("options-and-scale", "options")
	}
	c.options(a.Options, i.Options)
	c.refList("affects", a.Affects, "party")
}

func (a *IssueClose) check(c *Checking) {
	c.openIssue(a.Issue)
	c.text("outcome", a.Outcome, textLimit)
}

// stance checks an answer to an issue: one option, one value, or a range, which the issue must have.
func (c *Checking) stance(at string, issue Ref, option string, value, from, to Decimal) {
	i := c.View.Issue(issue)
	if i == nil {
		return
	}
	ranged := from != "" || to != ""
	if n := count(option != "", value != "", ranged); n > 1 {
		c.fail("one-stance", at+"value")
		return
	}
	if option != "" {
		if _, ok := i.Option(option); !ok {
			c.fail("no-such-option", at+"option", fmt.Sprintf("%q", option), optionNames(i.Options))
		}
	}
	c.onScale(at+"value", i, value)
	if ranged {
		if from == "" || to == "" {
			c.fail("missing", at+map[bool]string{true: "from", false: "to"}[from == ""])
			return
		}
		c.onScale(at+"from", i, from)
		c.onScale(at+"to", i, to)
		if from.Valid() && to.Valid() && from.Float() > to.Float() {
			c.fail("ends-early", at+"to")
		}
	}
}

func (c *Checking) onScale(field string, i *Issue, d Decimal) {
	if d == "" {
		return
	}
	c.decimal(field, d)
	switch {
	case i.Scale == nil && len(i.Options) > 0:
		c.fail("no-scale", field, "choose one of its options: "+optionNames(i.Options))
	case i.Scale == nil:
		c.fail("no-scale", field, "say it in the text")
	case d.Valid() && (d.Float() < i.Scale.Min.Float() || d.Float() > i.Scale.Max.Float()):
		c.fail("off-scale", field, string(d), string(i.Scale.Min), string(i.Scale.Max))
	}
}

func optionNames(os []Option) string {
	if len(os) == 0 {
		return "none"
	}
	names := make([]string, len(os))
	for i, o := range os {
		names[i] = o.Name
	}
	return strings.Join(names, ", ")
}

func (a *IssueOpen) fold(s *State, e *Entry) {
	if m, ok := s.made(e, "issue", a.Name); ok {
		s.Issues.put(m.Ref.Name, &Issue{Made: m, Title: a.Title, Question: a.Question, Options: a.Options, Scale: a.Scale, Affects: a.Affects})
	}
}

func (a *IssueUpdate) fold(s *State, e *Entry) {
	if a.Issue.Room != s.Room.ID {
		return
	}
	s.Issues.change(a.Issue.Name, func(i *Issue) {
		i.Last = e
		set(&i.Title, a.Title)
		set(&i.Question, a.Question)
		i.Options = append(slices.Clip(i.Options), a.Options...)
		for _, r := range a.Affects {
			if !slices.Contains(i.Affects, r) {
				i.Affects = append(slices.Clip(i.Affects), r)
			}
		}
	})
}

func (a *IssueClose) fold(s *State, e *Entry) {
	if a.Issue.Room != s.Room.ID {
		return
	}
	s.Issues.change(a.Issue.Name, func(i *Issue) {
		if i.Closed == nil {
			i.Last, i.Closed, i.Outcome = e, e, a.Outcome
		}
	})
}
