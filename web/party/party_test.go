package party

import (
	"testing"

	"parley/internal/talks"
)

func TestProfile(t *testing.T) {
	about := func(names ...string) (out []talks.Ref) {
		for _, n := range names {
			out = append(out, in(n))
		}
		return out
	}
	w := world(
		said{lobby, "us-head", &talks.IssueOpen{Name: "territory", Title: "Territory"}},
		said{lobby, "us-head", &talks.IssueOpen{Name: "sanctions", Title: "Sanctions"}},
		said{lobby, "us-head", &talks.PositionRecord{Party: in("ru"), Issue: in("territory"), Firmness: "red-line", Text: "attributed"}},
		said{direct, "ru-head", &talks.PositionRecord{Party: in("ru"), Issue: in("territory"), Firmness: "firm", Text: "declared"}},
		said{lobby, "us-head", &talks.StatementRecord{Name: "b", Speaker: in("ru"), Text: "later", Said: "2025-02-18", About: about("territory", "gone")}},
		said{lobby, "us-head", &talks.StatementRecord{Name: "a", Speaker: in("ru"), Text: "earlier", Said: "2025-02-17", About: about("territory", "sanctions")}},
		said{lobby, "us-head", &talks.GoalRecord{Party: in("ru"), Text: "goal", Strength: "hinted"}},
		said{lobby, "us-head", &talks.MeetingSchedule{Name: "m", Title: "M", Starts: "2025-02-18", Expected: []talks.Attendee{{Party: in("envoy"), Presence: "absent"}, {Party: in("us"), Person: "R"}, {Party: in("gone")}}}},
		said{lobby, "us-head", &talks.EventRecord{Name: "e", Title: "E", Parties: about("ru", "gone")}},
	)
	v := newProfile(w, w.Party(in("ru")), talks.Ref{})
	if len(v.Delegations) != 1 || len(v.Goals) != 1 || len(v.Events) != 1 || len(v.Meetings) != 0 {
		t.Errorf("%+v", v)
	}
	if len(v.Stances) != 1 || v.Stances[0].Declared.Said.Text != "declared" || v.Stances[0].Attributed.Said.Text != "attributed" || v.Stances[0].Records != 2 {
		t.Errorf("stances %+v", v.Stances)
	}
	if s := v.Spoken; s.All != 2 || len(s.Shown) != 2 || s.Shown[0].Text != "earlier" || len(s.Topics) != 2 || s.Topics[0].N != 2 {
		t.Errorf("spoken %+v", s)
	}
	if s := speech(w, in("ru"), in("sanctions")); s.All != 2 || len(s.Shown) != 1 {
		t.Errorf("narrowed to sanctions: %+v", s)
	}
	us := newProfile(w, w.Party(in("us")), talks.Ref{})
	if len(us.Members) != 1 || len(us.Meetings) != 1 || us.Meetings[0].Presence != "present" || len(us.Meetings[0].People) != 2 {
		t.Errorf("the party of a person: %+v", us)
	}
}

func TestRelations(t *testing.T) {
	pair := []talks.Ref{in("us"), in("ru")}
	w := world(
		said{lobby, "us-head", &talks.RelationAssess{Name: "r", Between: pair, Tone: "working", When: "2025-02-18"}},
		said{lobby, "us-head", &talks.RelationAssess{Name: "r", Between: pair, Tone: "hostile", When: "2022-02"}},
		said{lobby, "us-head", &talks.RelationAssess{Name: "r", Between: pair, Tone: "no such tone"}},
		said{lobby, "us-head", &talks.RelationAssess{Name: "odd", Between: []talks.Ref{in("us")}, Tone: "cool"}},
	)
	rs := relations(w, in("us"))
	if len(rs) != 1 || rs[0].Other != in("ru") || len(rs[0].Steps) != 3 {
		t.Fatalf("%+v", rs)
	}
	if s := rs[0].Steps; s[0].Said.Tone != "hostile" || s[0].N != 1 || s[2].Said.Tone != "working" || s[2].Level != 3 || s[1].Level != 0 {
		t.Errorf("steps %+v", s)
	}
	c := newChart(rs[0].Steps)
	// Three tones hold, and one step joins the last two: the first two are on one line.
	if len(c.Marks) != 3 || len(c.Lines) != 4 || len(c.Rows) != len(talks.Tones) || c.Rows[0].Tone != "allied" {
		t.Errorf("chart %+v", c)
	}
	if c.Marks[1].X != "50.00%" || c.Marks[0].Y != "132" {
		t.Errorf("marks %+v", c.Marks)
	}
}

// Nothing of a view without rooms may fail.
func TestEmpty(t *testing.T) {
	w := &talks.World{}
	v := newProfile(w, &talks.Party{}, in("gone"))
	if len(v.Stances)+len(v.Relations)+len(v.Meetings)+v.Spoken.All != 0 {
		t.Errorf("%+v", v)
	}
	if c := newChart(nil); len(c.Lines)+len(c.Marks) != 0 {
		t.Errorf("%+v", c)
	}
}
