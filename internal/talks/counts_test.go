package talks

import (
	"strings"
	"testing"
)

// TestWhatCounts: whoever puts something forward does not meet by its own word what others require of it, nor by something made up.
func TestWhatCounts(t *testing.T) {
	const held = `{"meeting":"round","attendance":[{"party":"p-ua"}]}`
	round := func(h *house, seat Seat) {
		h.write(t, id("lobby"), seat, "meeting.schedule", `{"name":"round","title":"A round","kind":"meeting","agenda":["dues"]}`)
		h.write(t, id("lobby"), seat, "meeting.hold", held)
	}
	record := func(h *house, seat Seat, ground string) {
		h.write(t, id("lobby"), seat, "consult.record", `{"parties":["p-ua"],"issues":["dues"],`+ground+`}`)
	}
	const cites, madeUp = `"cites":[{"source":"paper"}]`, `"cites":[{"source":"paper"}],"illustrative":true`
	for _, c := range []struct {
		name  string
		write func(h *house)
		want  string
	}{
		{"the word of who tabled it", func(h *house) { record(h, "us-head", cites) }, "unmet by-proposer"},
		{"the word of who tabled it, made up", func(h *house) { record(h, "us-head", madeUp) }, "unmet by-proposer"},
		{"another's word", func(h *house) { record(h, "ru-head", cites) }, "met"},
		{"another's word, made up", func(h *house) { record(h, "ru-head", madeUp) }, "unmet illustrative"},
		{"the party's word", func(h *house) { record(h, "ua-head", cites) }, "met"},
		{"the party's word, made up", func(h *house) { record(h, "ua-head", madeUp) }, "unmet illustrative"},
		{"a meeting, by who tabled it", func(h *house) { round(h, "us-head") }, "unmet by-proposer"},
		{"a meeting, by another", func(h *house) { round(h, "ru-head") }, "met"},
		{"its own word, and another's", func(h *house) { record(h, "us-head", cites); record(h, "sa-head", cites) }, "met by-proposer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := dues(t)
			h.write(t, id("lobby"), "sa-head", "consult.require", `{"name":"all","title":"All","issues":["dues"],"parties":["p-ua"],"ground":"So agreed."}`)
			h.write(t, id("deal"), "ru-head", "proposal.respond", `{"proposal":"levy","answer":"accept"}`)
			c.write(h)
			if got := standingOf(h.world(), Ref{id("deal"), "levy"}, "all"); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
			p, err := h.proposed(t, id("deal"), "us-head", Head, "agreement.adopt", `{"name":"levied","title":"The levy","proposal":"levy"}`)
			if err != nil {
				t.Fatal(err)
			}
			if err := Check(p); (err == nil) != strings.HasPrefix(c.want, "met") {
				t.Errorf("adopting it: %v", err)
			}
		})
	}
}

// standingOf says how a requirement stands for ua, and what does not count towards it.
func standingOf(w *World, r Ref, requirement string) string {
	var out []string
	for _, in := range w.Inclusion(r) {
		for _, q := range in.Requirements {
			if q.Ref.Name != requirement || in.Party.Name != "p-ua" {
				continue
			}
			out = append(out, map[bool]string{true: "met", false: "unmet"}[q.Met])
			for _, p := range q.Passed {
				out = append(out, string(p.Why))
			}
			if len(q.Erased) > 0 {
				out = append(out, "erased")
			}
		}
	}
	return strings.Join(out, " ")
}

// TestOwnRequirement: who laid a requirement down can say itself that it was met; and what is made up counts for what is made up.
func TestOwnRequirement(t *testing.T) {
	h := dues(t)
	h.write(t, id("deal"), "us-head", "consult.require", `{"name":"own","title":"Own","issues":["@lobby/dues"],"parties":["@lobby/p-ua"],"ground":"We ask."}`)
	h.write(t, id("deal"), "us-head", "consult.record", `{"parties":["@lobby/p-ua"],"issues":["@lobby/dues"],"cites":[{"source":"@lobby/paper"}]}`)
	if got := standingOf(h.world(), Ref{id("deal"), "levy"}, "own"); got != "met" {
		t.Error(got)
	}
	h = dues(t)
	h.write(t, id("lobby"), "sa-head", "consult.require", `{"name":"all","title":"All","issues":["dues"],"parties":["p-ua"],"ground":"So agreed."}`)
	h.write(t, id("lobby"), "sa-head", "consult.record", `{"parties":["p-ua"],"issues":["dues"],"illustrative":true}`)
	h.write(t, id("deal"), "us-head", "proposal.table", `{"name":"toy","title":"A toy","text":"Half.","terms":[{"issue":"@lobby/dues","value":"50"}],"illustrative":true}`)
	if got := standingOf(h.world(), Ref{id("deal"), "toy"}, "all"); got != "met" {
		t.Error(got)
	}
}

// TestWithoutTerms: what does not say what it is about can be about anything, so that nobody gets round a requirement by leaving the terms out.
func TestWithoutTerms(t *testing.T) {
	h := dues(t)
	h.write(t, id("lobby"), "sa-head", "consult.require", `{"name":"all","title":"All","issues":["dues","tide"],"parties":["p-ua"],"before":["tabling","adopting"],"ground":"So agreed."}`)
	table := func() string {
		p, err := h.proposed(t, id("direct"), "us-head", Head, "proposal.table", `{"name":"vague","title":"Vague","text":"Half of the dues."}`)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(codesOf(t, Check(p)), " ")
	}
	h.write(t, id("deal"), "us-head", "consult.record", `{"parties":["@lobby/p-ua"],"issues":["fee"],"illustrative":true}`)
	h.write(t, id("deal"), "us-head", "consult.waive", `{"requirement":"ask","reason":"x"}`)
	h.write(t, id("deal"), "us-head", "consult.waive", `{"requirement":"ask-first","reason":"x"}`)
	if got := table(); got != "not-consulted" {
		t.Errorf("tabled: %q", got)
	}
	h.write(t, id("lobby"), "ua-head", "consult.record", `{"parties":["p-ua"],"issues":["dues"]}`)
	if got := table(); got != "not-consulted" {
		t.Errorf("tabled once it was consulted on the one issue: %q", got)
	}
	h.write(t, id("lobby"), "ua-head", "consult.record", `{"parties":["p-ua"],"issues":["tide"]}`)
	if got := table(); got != "" {
		t.Errorf("refused once it was consulted on both: %q", got)
	}
	h.write(t, id("direct"), "us-head", "proposal.table", `{"name":"vague","title":"Vague","text":"Half of the dues."}`)
	if got := standingOf(h.world(), Ref{id("direct"), "vague"}, "all"); got != "met met" {
		t.Errorf("shown: %q", got)
	}
	// One that says that it is about something else is not bound.
	h.write(t, id("direct"), "us-head", "proposal.table", `{"name":"clear","title":"Clear","text":"On the border.","terms":[{"issue":"border"}]}`)
	if got := standingOf(h.world(), Ref{id("direct"), "clear"}, "all"); got != "" {
		t.Errorf("shown: %q", got)
	}
}

// TestErasedConsultation: an agreement says so where what met a requirement was erased since.
func TestErasedConsultation(t *testing.T) {
	h := dues(t)
	h.write(t, id("lobby"), "sa-head", "consult.require", `{"name":"all","title":"All","issues":["dues"],"parties":["p-ua"],"ground":"So agreed."}`)
	h.write(t, id("deal"), "ru-head", "proposal.respond", `{"proposal":"levy","answer":"accept"}`)
	h.write(t, id("lobby"), "ua-head", "consult.record", `{"parties":["p-ua"],"issues":["dues"]}`)
	entry := last(h, "lobby")
	h.write(t, id("deal"), "us-head", "agreement.adopt", `{"name":"levied","title":"The levy","proposal":"levy"}`)
	if got := standingOf(h.world(), Ref{id("deal"), "levied"}, "all"); got != "met" {
		t.Error(got)
	}
	h.write(t, id("lobby"), "ua-head", "record.erase", `{"entry":`+entry+`}`)
	if got := standingOf(h.world(), Ref{id("deal"), "levied"}, "all"); got != "unmet erased" {
		t.Error(got)
	}
	if got := standingOf(h.world(), Ref{id("deal"), "levy"}, "all"); got != "unmet" {
		t.Error(got)
	}
}
