package implementation

import (
	"strings"

	"parley/internal/implementation"
	"parley/internal/talks"
	"parley/web/ui"
)

// part is a piece of a sentence: text, or what stands in a place of it.
type part struct {
	text  string
	ref   talks.Ref
	refs  []talks.Ref
	party talks.Ref
}

// The places of a text that hold links stand for themselves until the text is filled: no text of a catalogue has characters of Unicode's
// private use.
const (
	placeRef   = "\uE000"
	placeRefs  = "\uE001"
	placeParty = "\uE002"
)

// parts takes the sentence of a reason apart, in the reader's language.
func parts(p *ui.Page, r implementation.Reason) []part {
	if _, ok := implementation.Texts[r.Code]; !ok {
		return []part{{text: r.English(p.ObjectTitle)}}
	}
	s := p.Loc.T("implementation.reason."+r.Code,
		"ref", placeRef, "refs", placeRefs, "party", placeParty, "date", reasonDate(p, r), "n", p.Loc.Number(float64(r.N)))
	var out []part
	for s != "" {
		i := strings.IndexAny(s, placeRef+placeRefs+placeParty)
		if i < 0 {
			return append(out, part{text: s})
		}
		if i > 0 {
			out = append(out, part{text: s[:i]})
		}
		switch s[i : i+len(placeRef)] {
		case placeRef:
			out = append(out, part{ref: r.Ref})
		case placeRefs:
			out = append(out, part{refs: r.Refs})
		default:
			out = append(out, part{party: r.Party})
		}
		s = s[i+len(placeRef):]
	}
	return out
}

// reasonDate says the date of a reason: a day where it is its first or its last instant, else the minute.
func reasonDate(p *ui.Page, r implementation.Reason) string {
	if r.At.IsZero() {
		return ""
	}
	t, whole := r.Day()
	switch {
	case !whole:
		return p.Loc.T("implementation.utc", "when", p.Loc.DateTime(t))
	case r.Zone != "":
		return p.Loc.T("implementation.due.zone", "due", p.Loc.Date(t), "zone", r.Zone)
	}
	return p.Loc.Date(t)
}

// ReasonText is the sentence of a reason without links, in the reader's language.
func ReasonText(p *ui.Page, r implementation.Reason) string {
	var b strings.Builder
	for _, q := range parts(p, r) {
		switch {
		case !q.ref.IsZero():
			b.WriteString(p.ObjectTitle(q.ref))
		case !q.party.IsZero():
			b.WriteString(p.ObjectTitle(q.party))
		case len(q.refs) > 0:
			for i, ref := range q.refs {
				if i > 0 {
					b.WriteString(", ")
				}
				b.WriteString(p.ObjectTitle(ref))
			}
		default:
			b.WriteString(q.text)
		}
	}
	return b.String()
}

// StatusWord says a status.
func StatusWord(p *ui.Page, s implementation.Status) string {
	return p.Loc.T("implementation.status." + string(s))
}

// StageWord says the stage of an agreement.
func StageWord(p *ui.Page, s implementation.Stage) string {
	return p.Loc.T("implementation.stage." + string(s))
}

// TruthWord says how a condition stands.
func TruthWord(p *ui.Page, t implementation.Truth) string {
	return p.Loc.T("implementation.truth." + string(t))
}

// soWord says whether something is so.
func soWord(p *ui.Page, s sign) string {
	if s.picture == "done" {
		return p.Loc.T("implementation.so")
	}
	return p.Loc.T("implementation.not-so")
}

// sign is the picture of a status, a stage or a truth: one of those that templ sign draws, and the class of its colour.
type sign struct{ picture, tone string }

var statusSigns = map[implementation.Status]sign{
	implementation.Dormant:   {"dormant", "quiet"},
	implementation.Waiting:   {"waiting", "plain"},
	implementation.Active:    {"active", "good"},
	implementation.Overdue:   {"overdue", "late"},
	implementation.Fulfilled: {"done", "good"},
	implementation.Breached:  {"broken", "bad"},
	implementation.Disputed:  {"disputed", "bad"},
	implementation.Lapsed:    {"lapsed", "quiet"},
}

var stageSigns = map[implementation.Stage]sign{
	implementation.AdReferendum: {"waiting", "plain"},
	implementation.Conditional:  {"dormant", "plain"},
	implementation.Adopted:      {"active", "good"},
	implementation.InForce:      {"done", "good"},
	implementation.Withdrawn:    {"lapsed", "quiet"},
	implementation.Denounced:    {"broken", "bad"},
}

var truthSigns = map[implementation.Truth]sign{
	implementation.Met:        {"done", "good"},
	implementation.NotMet:     {"dormant", "plain"},
	implementation.Impossible: {"broken", "bad"},
	implementation.Contested:  {"disputed", "bad"},
}

var claimSigns = map[talks.Claim]sign{"progress": {"active", "good"}, "done": {"done", "good"}, "not-done": {"dormant", "plain"}, "breached": {"broken", "bad"}}

var outcomeSigns = map[talks.Outcome]sign{"met": {"done", "good"}, "not-met": {"dormant", "plain"}, "impossible": {"broken", "bad"}}
