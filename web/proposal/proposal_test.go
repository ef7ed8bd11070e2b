package proposal

import (
	"slices"
	"testing"
	"time"

	"parley/internal/talks"
)

func tabled(name string, expires talks.Date) said {
	return said{lobby, "us-head", &talks.ProposalTable{Name: name, Title: name, Text: "x", Expires: expires}}
}

func answer(name string, seat talks.Seat, a talks.Answer, counter talks.Ref) said {
	return said{lobby, seat, &talks.ProposalRespond{Proposal: in(name), Answer: a, Counter: counter}}
}

func TestTable(t *testing.T) {
	w := world(
		tabled("waiting", ""), tabled("late", "2025-02-18"), tabled("yes", "2025-02-18"), tabled("no", ""), tabled("gone", ""), tabled("counter", ""),
		answer("waiting", "ru-head", "consider", talks.Ref{}),
		answer("waiting", "ru-two", "counter", in("counter")),
		answer("yes", "ru-head", "accept", talks.Ref{}), answer("yes", "ua-head", "accept-ad-referendum", talks.Ref{}),
		answer("no", "ua-head", "accept", talks.Ref{}), answer("no", "ua-head", "reject", talks.Ref{}),
		said{lobby, "us-head", &talks.ProposalWithdraw{Proposal: in("gone")}},
	)
	v := newTable(w, start.AddDate(0, 0, 3))
	names := func(os []offer) (out []string) {
		for _, o := range os {
			out = append(out, o.Name+" "+string(o.Status))
		}
		return out
	}
	if got, want := names(v.Open), []string{"counter open", "waiting open"}; !slices.Equal(got, want) {
		t.Errorf("open %v", got)
	}
	if got, want := names(v.Answered), []string{"no rejected", "yes accepted"}; !slices.Equal(got, want) {
		t.Errorf("answered %v", got)
	}
	if got, want := names(v.Over), []string{"gone withdrawn", "late expired"}; !slices.Equal(got, want) {
		t.Errorf("over %v", got)
	}
	o := v.Open[1]
	if len(o.Replies) != 2 || o.Replies[0].Delegation != "ru" || o.Replies[0].Last.Said.Answer != "counter" || o.Replies[0].Before != 1 || o.Missing != 1 {
		t.Errorf("replies %+v", o.Replies)
	}
	if !slices.Equal(o.Counter, []talks.Ref{in("counter")}) || !slices.Equal(v.Open[0].To, []talks.Ref{in("waiting")}) {
		t.Errorf("counter-proposals %v, %v", o.Counter, v.Open[0].To)
	}
}

// A proposal in a room of one, or answered by who sits there no more, still has its place.
func TestReplies(t *testing.T) {
	w := world(
		said{direct, "us-head", &talks.ProposalTable{Name: "p", Title: "p", Text: "x"}},
		said{direct, "ua-head", &talks.ProposalRespond{Proposal: talks.Ref{Room: direct, Name: "p"}, Answer: "consider"}},
		said{caucus, "us-head", &talks.ProposalTable{Name: "q", Title: "q", Text: "x"}},
	)
	p := newOffer(w, w.Proposal(talks.Ref{Room: direct, Name: "p"}), nil, start)
	if len(p.Replies) != 2 || p.Replies[0].Outside || !p.Replies[1].Outside {
		t.Errorf("%+v", p.Replies)
	}
	if q := newOffer(w, w.Proposal(talks.Ref{Room: caucus, Name: "q"}), nil, start); q.Status != open || len(q.Replies) != 0 {
		t.Errorf("%+v", q)
	}
}

// Nothing of a view without rooms may fail.
func TestEmpty(t *testing.T) {
	w := &talks.World{}
	if v := newTable(w, time.Time{}); len(v.Open)+len(v.Answered)+len(v.Over) != 0 {
		t.Errorf("%+v", v)
	}
	if o := newOffer(w, &talks.Proposal{Made: talks.Made{By: &talks.Entry{}}, ProposalTable: &talks.ProposalTable{}}, nil, start); len(o.Replies) != 0 {
		t.Errorf("%+v", o.Replies)
	}
}
