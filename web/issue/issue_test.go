package issue

import (
	"testing"

	"parley/internal/talks"
)

func position(party, issue string, p talks.PositionRecord) said {
	p.Party, p.Issue, p.Firmness = in(party), in(issue), "firm"
	return said{lobby, "us-head", &p}
}

func TestTopics(t *testing.T) {
	w := world(
		said{lobby, "us-head", &talks.IssueOpen{Name: "territory", Title: "Territory", Scale: &talks.Scale{Low: "restored", High: "ceded", Min: "0", Max: "100"}}},
		said{lobby, "us-head", &talks.IssueOpen{Name: "who", Title: "Who", Options: []talks.Option{{Name: "two", Title: "Two"}, {Name: "all", Title: "All"}}}},
		said{lobby, "us-head", &talks.IssueOpen{Name: "over", Title: "Over"}},
		said{lobby, "us-head", &talks.IssueClose{Issue: in("over")}},
		position("us", "territory", talks.PositionRecord{Value: "50"}),
		position("ru", "territory", talks.PositionRecord{Value: "100"}),
		position("us", "who", talks.PositionRecord{Option: "all"}),
		said{lobby, "us-head", &talks.StatementRecord{Name: "s1", Speaker: in("ru"), Text: "a", About: []talks.Ref{in("territory")}}},
		said{lobby, "us-head", &talks.StatementRecord{Name: "s2", Speaker: in("gone"), Text: "b", About: []talks.Ref{in("territory")}}},
		said{lobby, "us-head", &talks.StatementRecord{Name: "s3", Speaker: in("us"), Text: "c", About: []talks.Ref{in("territory"), in("who")}}},
		said{direct, "us-head", &talks.ProposalTable{Name: "p", Title: "P", Terms: []talks.Term{{Issue: in("territory"), Value: "40"}, {Issue: in("who")}}}},
		said{lobby, "us-head", &talks.GoalRecord{Party: in("ru"), Text: "g", Issues: []talks.Ref{in("territory")}}},
		said{lobby, "us-head", &talks.MeetingSchedule{Name: "m", Title: "M", Agenda: []talks.Ref{in("territory")}}},
		said{lobby, "us-head", &talks.ReadoutIssue{Meeting: in("m"), Points: []talks.Point{{Text: "x", Issue: in("territory")}, {Text: "y"}}}},
	)
	open, closed := topics(w)
	if len(open) != 2 || len(closed) != 1 || closed[0].Title != "Over" {
		t.Fatalf("%d open, %d closed", len(open), len(closed))
	}
	v := open[0]
	if len(v.Stances) != 2 || v.Spoken != 3 || len(v.Proposals) != 1 || len(v.Proposals[0].Terms) != 1 || len(v.Goals) != 1 || len(v.Meetings) != 1 || len(v.Points) != 1 {
		t.Errorf("%+v", v)
	}
	if s := speeches(w, v.Ref); len(s) != 3 || s[0].Party != in("us") || s[2].Party != in("gone") || s[0].All != 1 {
		t.Errorf("speech %+v", s)
	}
	cs := choices(open[1].Issue, open[1].Stances)
	if len(cs) != 2 || len(cs[0].For) != 0 || len(cs[1].For) != 1 {
		t.Errorf("choices %+v", cs)
	}
	if _, _, ok := strip(open[1].Issue, open[1].Stances); ok {
		t.Error("an issue without a scale has a strip")
	}
}

func TestStrip(t *testing.T) {
	w := world(
		said{lobby, "us-head", &talks.IssueOpen{Name: "territory", Title: "Territory", Scale: &talks.Scale{Min: "0", Max: "100"}}},
		position("us", "territory", talks.PositionRecord{From: "20", To: "60"}),
		position("ru", "territory", talks.PositionRecord{Value: "50"}),
		position("envoy", "territory", talks.PositionRecord{Value: "1000"}),
	)
	i := w.Issue(in("territory"))
	places, rows, ok := strip(i, gather(w).topic(i).Stances)
	if !ok || len(places) != 3 || rows != 2 {
		t.Fatalf("%v %d %+v", ok, rows, places)
	}
	if p := places[0]; p.Party != in("us") || p.From >= p.To || p.Row != 0 {
		t.Errorf("a range: %+v", p)
	}
	if p := places[1]; p.Party != in("ru") || p.Row != 1 || p.At != 50 {
		t.Errorf("what would lie on the range takes another line: %+v", p)
	}
	if p := places[2]; p.At != 100-inset {
		t.Errorf("what is off the scale stands at its end: %+v", p)
	}
	if _, ok := onScale(&talks.Scale{Min: "1", Max: "1"}, places[0].Fact); ok {
		t.Error("a scale without length has places")
	}
}

// Nothing of a view without rooms may fail.
func TestEmpty(t *testing.T) {
	w := &talks.World{}
	if open, closed := topics(w); len(open)+len(closed) != 0 {
		t.Error("an empty view has issues")
	}
	if v := gather(w).topic(&talks.Issue{}); v.Spoken != 0 || len(v.Stances) != 0 {
		t.Errorf("%+v", v)
	}
}
