package room

import (
	"strconv"
	"strings"

	"parley/internal/talks"
)

func (b *builder) statement() talks.Act {
	return &talks.StatementRecord{
		Speaker: b.ref("speaker"), Person: b.text("person"), Office: b.text("office"), To: b.refs("to"), Said: b.date("said"),
		Strength: talks.Strength(b.text("strength")), Form: talks.Form(b.text("form")), Text: b.text("text"),
		About: b.refs("about"), Basis: b.basis(),
	}
}

func (b *builder) position() talks.Act {
	return &talks.PositionRecord{
		Party: b.ref("party"), Issue: b.ref("issue"), Option: b.text("option"), Value: b.decimal("value"),
		From: b.decimal("from"), To: b.decimal("to"), Firmness: talks.Firmness(b.text("firmness")),
		Salience: b.number("salience"), Confidence: b.number("confidence"), Text: b.text("text"),
		Rests: b.refs("rests_on"), Since: b.date("since"), Basis: b.basis(),
	}
}

func (b *builder) goal() talks.Act {
	return &talks.GoalRecord{
		Party: b.ref("party"), Type: b.text("kind"), Text: b.text("text"), Strength: talks.Strength(b.text("strength")),
		Issues: b.refs("issues"), Rests: b.refs("rests_on"), Basis: b.basis(),
	}
}

func (b *builder) proposal() talks.Act {
	a := &talks.ProposalTable{
		Title: b.text("title"), Text: b.text("text"), Condition: b.text("condition"), Package: b.checked("package"),
		InForce: b.expr("in_force"), Parties: b.refs("parties"), Expires: b.date("expires"), Basis: b.basis(),
	}
	a.Name = b.name(a.Title, "proposal")
	b.rows("terms", termFields, func(at string) { a.Terms = append(a.Terms, b.term(at)) })
	return a
}

var termFields = []string{"issue", "text"}

// repeated are the rows of fields that can be filled in again and again, by the beginning of their names.
var repeated = map[string][]string{
	"terms": termFields, "points": pointFields, "members": personFields, "add": personFields, "expected": attendeeFields,
	"attendance": attendeeFields, "when/on": exprFields, "in_force/on": exprFields, "measure/steps": stepFields,
}

// term reads what a proposal says on an issue: one of the issue's options by its name or title, a number where it has a scale,
// or words.
func (b *builder) term(at string) talks.Term {
	t := talks.Term{Issue: b.ref(at + "issue")}
	says := b.text(at + "text")
	if t.Option, t.Value = b.stance(t.Issue, says); t.Option == "" && t.Value == "" {
		t.Text = says
	}
	return t
}

// stance reads an answer to an issue: one of its options by its name or title, or a number where it has a scale; nothing for words.
func (b *builder) stance(r talks.Ref, says string) (option string, value talks.Decimal) {
	issue := b.view.Issue(b.exact(r))
	if issue == nil || says == "" {
		return "", ""
	}
	for _, o := range issue.Options {
		if says == o.Name || strings.EqualFold(says, o.Title) {
			return o.Name, ""
		}
	}
	if issue.Scale != nil && talks.Decimal(says).Valid() {
		return "", talks.Decimal(says)
	}
	return "", ""
}

func (b *builder) answer() talks.Act {
	return &talks.ProposalRespond{
		Proposal: b.ref("proposal"), Answer: talks.Answer(b.text("answer")), Text: b.text("text"), Counter: b.ref("counter"),
		Basis: b.basis(),
	}
}

func (b *builder) remark() talks.Act {
	return &talks.RemarkWrite{Text: b.text("text"), On: b.refs("on"), Basis: b.basis()}
}

var pointFields = []string{"text", "issue", "option", "when"}

func (b *builder) readout() talks.Act {
	a := &talks.ReadoutIssue{
		Meeting: b.ref("meeting"), By: b.refs("by"), Title: b.text("title"), Attendance: b.attendees("attendance"), Text: b.text("text"),
		Basis: b.basis(),
	}
	b.rows("points", pointFields, func(at string) {
		p := talks.Point{
			Text: b.text(at + "text"), Topic: talks.Topic(b.text(at + "topic")), Issue: b.ref(at + "issue"), When: b.date(at + "when"),
			Strength: talks.Strength(b.text(at + "strength")),
		}
		says := b.text(at + "option")
		if p.Option, p.Value = b.stance(p.Issue, says); p.Option == "" && p.Value == "" {
			p.Option = says // the gate says what the issue has
		}
		a.Points = append(a.Points, p)
	})
	return a
}

// release copies the words and nothing else: which entry they come from stays in the form.
func (b *builder) release() talks.Act {
	return &talks.ReleaseMake{
		Title: b.text("title"), Text: b.text("text"), Type: b.text("kind"), From: b.text("from"), About: b.refs("about"),
	}
}

func (b *builder) issue() talks.Act {
	a := &talks.IssueOpen{Title: b.text("title"), Question: b.text("question"), Affects: b.refs("affects"), Basis: b.basis()}
	a.Name = b.name(a.Title, "issue")
	taken := map[string]bool{}
	for _, title := range b.lines("options") {
		a.Options = append(a.Options, talks.Option{Name: optionName(title, taken), Title: title})
	}
	s := talks.Scale{Low: b.text("scale/low"), High: b.text("scale/high"), Min: b.decimal("scale/min"), Max: b.decimal("scale/max"), Unit: b.text("scale/unit")}
	if s != (talks.Scale{}) {
		a.Scale = &s
	}
	return a
}

// optionName makes a name of an option's title that no option before it has.
func optionName(title string, taken map[string]bool) string {
	base := talks.Slug(title)
	if base == "" {
		base = "option"
	}
	name := base
	for n := 2; taken[name]; n++ {
		name = base + "-" + strconv.Itoa(n)
	}
	taken[name] = true
	return name
}

func (b *builder) source() talks.Act {
	a := &talks.SourceAdd{
		Title: b.text("title"), Type: talks.SourceType(b.text("kind")), Publisher: b.text("publisher"), Author: b.text("author"),
		Published: b.date("published"), URL: b.text("url"), Language: b.text("language"), Text: b.text("text"), Note: b.text("note"),
	}
	a.Name = b.name(a.Title, "source")
	return a
}

func (b *builder) event() talks.Act {
	a := &talks.EventRecord{
		Title: b.text("title"), When: b.date("when"), Until: b.date("until"), Text: b.text("text"),
		Parties: b.refs("parties"), About: b.refs("about"), Basis: b.basis(),
	}
	a.Name = b.name(a.Title, "event")
	return a
}
