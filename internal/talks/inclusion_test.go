package talks

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// dues is a process in which two of four bargain over an issue of the lobby that concerns the others.
func dues(tb testing.TB) *house {
	tb.Helper()
	h := talksHouse(tb)
	h.write(tb, id("lobby"), "sa-head", "issue.open", `{"name":"dues","title":"Dues","affects":["p-ua","p-eu","p-ru"],"scale":{"low":"none","high":"all","min":"0","max":"100"}}`)
	h.write(tb, id("lobby"), "sa-head", "issue.open", `{"name":"tide","title":"The tide","affects":["p-us"]}`)
	h.write(tb, id("deal"), "us-head", "proposal.table", `{"name":"levy","title":"A levy","text":"Half.","terms":[{"issue":"@lobby/dues","value":"50"},{"issue":"@lobby/tide","text":"As it comes."}],"parties":["@lobby/p-sa"]}`)
	return h
}

// inWords writes an inclusion in one line: "p-ua absent[issue dues] against 1 ask/dues=unmet".
func inWords(ins []Inclusion) string {
	var lines []string
	for _, in := range ins {
		s := in.Party.Name + " " + string(in.As)
		for _, t := range in.Why {
			s += "[" + strings.TrimSpace(t.As+" "+t.Issue.Name) + "]"
		}
		if n := len(in.Against); n > 0 {
			s += fmt.Sprintf(" against %d", n)
		}
		for _, r := range in.Requirements {
			s += " " + r.Ref.Name + "/" + r.Issue.Name + "="
			switch {
			case r.Met:
				s += "met"
			case r.Waived != nil:
				s += "waived"
			default:
				s += "unmet"
			}
		}
		lines = append(lines, s)
	}
	return strings.Join(lines, "\n")
}

// TestInclusion has whom something affects, whether each is in the room, was consulted or is absent, and to whom that shows.
func TestInclusion(t *testing.T) {
	levy := Ref{id("deal"), "levy"}
	const nobody = "p-sa absent[named]\np-ua absent[issue dues]\np-eu absent[issue dues]\np-ru in-room[issue dues]\np-us in-room[issue tide]"
	change := func(from, to string) string {
		if !strings.Contains(nobody, from) {
			t.Fatalf("%q is not in what changes", from)
		}
		return strings.Replace(nobody, from, to, 1)
	}
	for _, c := range []struct {
		name  string
		write func(h *house)
		want  map[Delegation]string // by viewer
	}{
		{"before anybody is asked", func(*house) {}, map[Delegation]string{"us": nobody, "ru": nobody}},
		{"a meeting on the issue", func(h *house) {
			h.write(t, id("lobby"), "sa-head", "meeting.schedule", `{"name":"round","title":"A round","kind":"meeting","agenda":["wide","dues"]}`)
			h.write(t, id("lobby"), "sa-head", "meeting.hold", `{"meeting":"round","attendance":[{"party":"p-ua","person":"A"},{"party":"p-eu","presence":"absent"}]}`)
		}, map[Delegation]string{"us": change("p-ua absent", "p-ua consulted")}},
		{"a meeting on something else", func(h *house) {
			h.write(t, id("lobby"), "sa-head", "meeting.schedule", `{"name":"round","title":"A round","kind":"meeting","agenda":["wide"]}`)
			h.write(t, id("lobby"), "sa-head", "meeting.hold", `{"meeting":"round","attendance":[{"party":"p-ua"}]}`)
		}, map[Delegation]string{"us": nobody}},
		{"a meeting that is still to come", func(h *house) {
			h.write(t, id("lobby"), "sa-head", "meeting.schedule", `{"name":"round","title":"A round","kind":"meeting","agenda":["dues"],"expected":[{"party":"p-ua"}]}`)
		}, map[Delegation]string{"us": nobody}},
		{"a word of the party itself", func(h *house) {
			h.write(t, id("lobby"), "ua-head", "consult.record", `{"parties":["p-ua"],"issues":["dues"],"place":"Kyiv"}`)
		}, map[Delegation]string{"us": change("p-ua absent", "p-ua consulted")}},
		{"on the proposal itself", func(h *house) {
			h.write(t, id("deal"), "us-head", "consult.record", `{"parties":["@lobby/p-sa"],"subject":"levy","illustrative":true}`)
		}, map[Delegation]string{"us": change("p-sa absent", "p-sa consulted")}},
		{"on another proposal, though on the same issue", func(h *house) {
			h.write(t, id("deal"), "us-head", "consult.record", `{"parties":["@lobby/p-ua"],"issues":["@lobby/dues"],"subject":"ready","illustrative":true}`)
		}, map[Delegation]string{"us": nobody}},
		{"in a caucus, which nobody else is told", func(h *house) {
			h.write(t, id("caucus"), "us-head", "consult.record", `{"parties":["@lobby/p-ua"],"issues":["@lobby/dues"],"illustrative":true}`)
		}, map[Delegation]string{"us": change("p-ua absent", "p-ua consulted"), "ru": nobody}},
		{"by way of a coalition that sits there", func(h *house) {
			h.write(t, id("lobby"), "sa-head", "party.declare", `{"name":"bloc","title":"Bloc","kind":"coalition","role":"ally","of":["p-eu"]}`)
			h.write(t, id("lobby"), "sa-head", "delegation.designate", `{"delegation":"bloc","party":"bloc","title":"Bloc","head":"bloc-head"}`)
			h.write(t, id("deal"), "us-head", "room.admit", `{"delegations":["bloc"]}`)
		}, map[Delegation]string{"us": change("p-eu absent", "p-eu in-room"), "bloc": change("p-eu absent", "p-eu in-room")}},
		{"not by way of a person who belongs to it", func(h *house) {
			h.write(t, id("lobby"), "sa-head", "party.declare", `{"name":"envoy","title":"Envoy","kind":"person","role":"facilitator","of":["p-eu"]}`)
			h.write(t, id("lobby"), "sa-head", "delegation.designate", `{"delegation":"envoy","party":"envoy","title":"Envoy","head":"envoy-head"}`)
			h.write(t, id("deal"), "us-head", "room.admit", `{"delegations":["envoy"]}`)
		}, map[Delegation]string{"us": nobody}},
		{"a red line across the terms, as far as others say", func(h *house) {
			h.write(t, id("lobby"), "us-head", "position.record", `{"party":"p-ua","issue":"dues","value":"0","firmness":"red-line","illustrative":true}`)
		}, map[Delegation]string{"us": change("p-ua absent[issue dues]", "p-ua absent[issue dues] against 1")}},
		{"unless the party itself says otherwise", func(h *house) {
			h.write(t, id("lobby"), "ua-head", "position.record", `{"party":"p-ua","issue":"dues","from":"40","to":"60","firmness":"firm"}`)
			h.write(t, id("lobby"), "us-head", "position.record", `{"party":"p-ua","issue":"dues","value":"0","firmness":"red-line","illustrative":true}`)
		}, map[Delegation]string{"us": nobody}},
		{"what it would only prefer is not against", func(h *house) {
			h.write(t, id("lobby"), "ua-head", "position.record", `{"party":"p-ua","issue":"dues","value":"0","firmness":"preferred"}`)
		}, map[Delegation]string{"us": nobody}},
		{"nobody stands for others by saying so itself", func(h *house) {
			h.write(t, id("lobby"), "ru-head", "party.update", `{"party":"p-ru","of":["p-ua"]}`)
		}, map[Delegation]string{"us": nobody}},
		{"by the word of another it does", func(h *house) {
			h.write(t, id("lobby"), "sa-head", "party.update", `{"party":"p-ru","of":["p-ua"]}`)
		}, map[Delegation]string{"us": change("p-ua absent[issue dues]", "p-ua in-room[issue dues]")}},
		{"talks without it will fail", func(h *house) {
			h.write(t, id("lobby"), "ua-head", "reaction.record", `{"party":"p-ua","to":"dues","stance":"oppose","text":"Talks without us will fail."}`)
			h.write(t, id("deal"), "ru-head", "proposal.respond", `{"proposal":"levy","answer":"reject"}`)
		}, map[Delegation]string{"us": strings.Replace(change("p-ua absent[issue dues]", "p-ua absent[issue dues] against 1"), "p-ru in-room[issue dues]", "p-ru in-room[issue dues] against 1", 1)}},
		{"requirements of the lobby and of another room of the two, and none of the caucus", func(h *house) {
			h.write(t, id("lobby"), "sa-head", "consult.require", `{"name":"all","title":"All","issues":["dues","wide"],"parties":["p-ua","p-ru","p-xx"],"ground":"So agreed."}`)
			h.write(t, id("direct"), "us-head", "consult.require", `{"name":"ours","title":"Ours","issues":["@lobby/tide"],"parties":["@lobby/p-eu"],"before":["tabling","adopting"],"ground":"So agreed."}`)
			h.write(t, id("direct"), "us-head", "consult.require", `{"name":"late","title":"Late","issues":["@lobby/tide"],"parties":["@lobby/p-eu"],"before":["tabling"],"ground":"So agreed."}`)
			h.write(t, id("caucus"), "us-head", "consult.require", `{"name":"own","title":"Own","issues":["@lobby/dues"],"parties":["@lobby/p-sa"],"ground":"So we want."}`)
		}, map[Delegation]string{"us": "p-sa absent[named]\np-ua absent[issue dues] all/dues=unmet\np-eu absent[issue dues] ours/tide=unmet\np-ru in-room[issue dues] all/dues=met\np-us in-room[issue tide]\np-xx absent all/dues=unmet"}},
		{"a waiver for one, and a waiver for another proposal", func(h *house) {
			h.write(t, id("lobby"), "sa-head", "consult.require", `{"name":"all","title":"All","issues":["dues"],"parties":["p-ua","p-eu"],"ground":"So agreed."}`)
			h.write(t, id("lobby"), "ua-head", "consult.waive", `{"requirement":"all","parties":["p-ua"],"reason":"Go on."}`)
			h.write(t, id("lobby"), "sa-head", "consult.waive", `{"requirement":"all","parties":["p-eu"],"subject":"offer","reason":"Go on."}`)
		}, map[Delegation]string{"us": "p-sa absent[named]\np-ua absent[issue dues] all/dues=waived\np-eu absent[issue dues] all/dues=unmet\np-ru in-room[issue dues]\np-us in-room[issue tide]"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := dues(t)
			h.write(t, id("lobby"), "sa-head", "party.declare", `{"name":"p-xx","title":"xx","kind":"state","role":"affected"}`)
			c.write(h)
			for viewer, want := range c.want {
				if got := inWords(h.world().Of([]Delegation{viewer}).Inclusion(levy)); got != want {
					t.Errorf("as %s:\n%s\nwant\n%s", viewer, got, want)
				}
			}
		})
	}
}

// TestInclusionOfWhatFollows: an agreement affects whom its proposal did, what comes after its adoption changes nothing of who was consulted or had to be, and a
// commitment affects those who owe it, to whom it is owed, who verify it, and whom its issue affects.
func TestInclusionOfWhatFollows(t *testing.T) {
	h := dues(t)
	h.write(t, id("deal"), "ru-head", "proposal.respond", `{"proposal":"levy","answer":"accept"}`)
	h.write(t, id("deal"), "us-head", "agreement.adopt", `{"name":"levied","title":"The levy","proposal":"levy"}`)
	h.write(t, id("lobby"), "ua-head", "consult.record", `{"parties":["p-ua"],"issues":["dues"]}`)
	h.write(t, id("deal"), "us-head", "commitment.make", `{"name":"pay","title":"Pay","obligors":["@lobby/p-us"],"beneficiaries":["@lobby/p-eu"],"deed":"Pay.","issue":"@lobby/dues","agreement":"levied","verifiers":["@lobby/p-sa","@lobby/p-us"]}`)
	h.write(t, id("lobby"), "sa-head", "consult.require", `{"name":"late","title":"Late","issues":["dues"],"parties":["p-ua"],"before":["tabling","adopting"],"ground":"From now on."}`)
	w := h.world()
	if got, want := inWords(w.Inclusion(Ref{id("deal"), "levied"})), "p-sa absent[named]\np-ua absent[issue dues]\np-eu absent[issue dues]\np-ru in-room[issue dues]\np-us in-room[issue tide]"; got != want {
		t.Errorf("the agreement:\n%s\nwant\n%s", got, want)
	}
	if got, want := inWords(w.Inclusion(Ref{id("deal"), "pay"})), "p-us in-room[obligor][verifier]\np-eu absent[beneficiary][issue dues]\np-sa absent[verifier]\np-ua consulted[issue dues]\np-ru in-room[issue dues]"; got != want {
		t.Errorf("the commitment:\n%s\nwant\n%s", got, want)
	}
	for _, r := range []Ref{{id("lobby"), "dues"}, {id("lobby"), "none"}, {id("none"), "x"}, {}} {
		if got := w.Inclusion(r); got != nil {
			t.Errorf("%v affects %v", r, got)
		}
	}
}

// TestConsultation: when, where and on what somebody was consulted, and whether it says so itself; in the order of the days.
func TestConsultation(t *testing.T) {
	h := dues(t)
	h.write(t, id("lobby"), "us-head", "consult.record", `{"parties":["p-ua"],"issues":["tide","dues","wide"],"when":"2025-02-16","place":"Kyiv","illustrative":true}`)
	h.write(t, id("lobby"), "ua-head", "consult.record", `{"parties":["p-ua"],"issues":["dues"],"when":"2025-02-14"}`)
	h.write(t, id("lobby"), "sa-head", "meeting.schedule", `{"name":"round","title":"A round","kind":"meeting","starts":"2025-02-15","venue":"The hall","place":"Jeddah","agenda":["dues"]}`)
	h.write(t, id("lobby"), "sa-head", "meeting.hold", `{"meeting":"round","attendance":[{"party":"p-ua"}]}`)
	w := h.world()
	var got []string
	for _, in := range w.Inclusion(Ref{id("deal"), "levy"}) {
		for _, c := range in.Consulted {
			got = append(got, fmt.Sprint(in.Party.Name, " ", c.When, " ", c.Where, " ", len(c.Issues), " ", c.Claimed, " ", c.Meeting != nil))
		}
	}
	want := []string{"p-ua 2025-02-14  1 false false", "p-ua 2025-02-15 The hall 1 true true", "p-ua 2025-02-16 Kyiv 2 true false"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// TestAdoptionWaits: an adoption stops at what is required and unmet, and goes on once it is met in sight of the room, or waived.
func TestAdoptionWaits(t *testing.T) {
	adopt := func(h *house) string {
		p, err := h.proposed(t, id("deal"), "us-head", Head, "agreement.adopt", `{"name":"levied","title":"The levy","proposal":"levy"}`)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(codesOf(t, Check(p)), " ")
	}
	for _, c := range []struct {
		name  string
		write func(h *house)
		want  string
	}{
		{"unmet", func(*house) {}, "not-consulted"},
		{"met where the room does not see it", func(h *house) {
			h.write(t, id("caucus"), "us-head", "consult.record", `{"parties":["@lobby/p-ua"],"issues":["@lobby/dues"],"illustrative":true}`)
		}, "not-consulted"},
		{"met on another issue", func(h *house) {
			h.write(t, id("lobby"), "ua-head", "consult.record", `{"parties":["p-ua"],"issues":["tide"]}`)
		}, "not-consulted"},
		{"met", func(h *house) {
			h.write(t, id("lobby"), "ua-head", "consult.record", `{"parties":["p-ua"],"issues":["dues"]}`)
		}, ""},
		{"waived by the party", func(h *house) {
			h.write(t, id("lobby"), "ua-head", "consult.waive", `{"requirement":"all","parties":["p-ua"],"reason":"Go on."}`)
		}, ""},
		{"waived by those who laid it down, for this proposal", func(h *house) {
			h.write(t, id("deal"), "us-head", "room.admit", `{"delegations":["sa"]}`)
			h.write(t, id("deal"), "sa-head", "proposal.respond", `{"proposal":"levy","answer":"accept"}`)
			h.write(t, id("deal"), "sa-head", "consult.waive", `{"requirement":"@lobby/all","subject":"levy","reason":"Go on."}`)
		}, ""},
		{"let into the room", func(h *house) {
			h.write(t, id("deal"), "us-head", "room.admit", `{"delegations":["ua"]}`)
			h.write(t, id("deal"), "ua-head", "proposal.respond", `{"proposal":"levy","answer":"accept"}`)
		}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := dues(t)
			h.write(t, id("lobby"), "sa-head", "consult.require", `{"name":"all","title":"All","issues":["dues"],"parties":["p-ua"],"ground":"So agreed."}`)
			h.write(t, id("deal"), "ru-head", "proposal.respond", `{"proposal":"levy","answer":"accept"}`)
			c.write(h)
			if got := adopt(h); got != c.want {
				t.Errorf("gave %q, want %q", got, c.want)
			}
		})
	}
}

// TestMuchRequired: what is required stays so much that each act can be held to it, and a refusal so short that it can be read.
func TestMuchRequired(t *testing.T) {
	h := talksHouse(t)
	deal := id("deal")
	var issues, parties []string
	for i := range 70 {
		h.write(t, deal, "us-head", "issue.open", fmt.Sprintf(`{"name":"i-%d","title":"Issue %d"}`, i, i))
		h.write(t, id("lobby"), "sa-head", "party.declare", fmt.Sprintf(`{"name":"q-%d","title":"Party %d","kind":"movement","role":"affected"}`, i, i))
		issues, parties = append(issues, fmt.Sprintf(`"i-%d"`, i)), append(parties, fmt.Sprintf(`"@lobby/q-%d"`, i))
	}
	require := `{"name":"all","title":"All","issues":[` + strings.Join(issues, ",") + `],"parties":[` + strings.Join(parties, ",") + `],"before":["tabling"],"ground":"So agreed."}`
	h.write(t, deal, "us-head", "consult.require", require)
	refused := func(kind Kind, js string) Problems {
		p, err := h.proposed(t, deal, "us-head", Head, kind, js)
		if err != nil {
			t.Fatal(err)
		}
		return problemsOf(t, Check(p))
	}
	if ps := refused("consult.require", strings.Replace(require, `"all"`, `"more"`, 1)); len(ps) != 1 || ps[0].Code != "too-many" {
		t.Errorf("as much once more: %v", ps)
	}
	if ps := refused("proposal.table", `{"name":"bare","title":"Bare","text":"All of it."}`); len(ps) != 100 || ps[0].Code != "not-consulted" {
		t.Errorf("%d problems, the first %v", len(ps), ps[0])
	}
}
