package implementation

import (
	"strconv"
	"strings"
	"time"

	"parley/internal/talks"
)

// Reason is one sentence of why something stands as it does. Its code has a text in [Texts], with places for the rest of it.
type Reason struct {
	Code  string
	Ref   talks.Ref   // {ref}
	Refs  []talks.Ref // {refs}
	Party talks.Ref   // {party}
	At    time.Time   // {date}: of an end it is the last instant that belongs to it
	Zone  string      // where the days of that date begin and end; UTC where it is empty
	N     int         // {n}
}

// Texts are the sentences of all reasons, in English.
var Texts = map[string]string{
	// What something depends on has not come about, or has, where the contrary is asked for.
	"not-met":       "{ref} is not met.",
	"not-fulfilled": "{ref} has not been fulfilled.",
	"not-started":   "{ref} has not been started.",
	"not-active":    "{ref} is not owed.",
	"not-overdue":   "{ref} is not overdue.",
	"not-breached":  "{ref} has not been broken.",
	"not-lapsed":    "{ref} has not lapsed.",
	"not-in-force":  "{ref} is not in force.",
	"not-adopted":   "{ref} is not adopted yet.",
	"not-signed":    "{ref} has not been signed by all.",
	"not-ended":     "{ref} has not ended.",
	"not-held":      "{ref} has not been held.",
	"not-happened":  "{ref} has not happened.",
	"is-met":        "{ref} is met.",
	"is-fulfilled":  "{ref} has been fulfilled.",
	"is-started":    "{ref} has been started.",
	"is-active":     "{ref} is owed.",
	"is-overdue":    "{ref} is overdue.",
	"is-breached":   "{ref} has been broken.",
	"is-lapsed":     "{ref} has lapsed.",
	"is-in-force":   "{ref} is in force.",
	"is-adopted":    "{ref} is adopted.",
	"is-signed":     "{ref} has been signed by all.",
	"is-ended":      "{ref} has ended.",
	"is-held":       "{ref} has been held.",
	"is-happened":   "{ref} has happened.",
	"before":        "It has to be {date} first.",
	"after":         "It had to be by {date}.",
	"none":          "None of these has come about: {refs}.",
	"circle":        "{refs} wait for each other in a circle.",

	"contested": "What is said of {ref} differs.",
	"erased":    "It rests on {ref}, which was erased; what followed from that cannot be told any more.",

	// Commitments.
	"made-later":      "It is promised on {date}.",
	"starts":          "It begins on {date}.",
	"starts-from":     "It begins at a time reckoned from {ref}, which has not come about.",
	"turn":            "It is the other side’s turn: {ref} has made {n} of its steps.",
	"owed":            "It is owed, without a date.",
	"owed-until":      "It is owed until {date}.",
	"due-from":        "It is owed; its time is reckoned from {ref}, which has not come about.",
	"overdue":         "Its time ended on {date}, and nobody whose word decides says that it is done.",
	"step-overdue":    "Step {n} was to be made by {date}.",
	"done":            "{party} says that it is done.",
	"progress":        "{party} says that it is on the way.",
	"not-done":        "{party} says that it is not done.",
	"breached":        "{party} says that it was broken.",
	"late":            "It was done after its time, which ended on {date}.",
	"waived":          "{party} waived it.",
	"withdrawn":       "{party} took it back.",
	"replaced":        "{ref} took its place.",
	"expired":         "What it depends on had not come about by {date}.",
	"agreement-ended": "{ref} has ended, and it was part of that.",
	"obligor-left":    "{party} is no longer bound by {ref}.",

	// Steps.
	"step-reached": "It was reached on {date}.",
	"step-turn":    "It is owed once {ref} has made {n} of its steps.",
	"step-owed":    "It is owed.",
	"step-until":   "It is owed until {date}.",
	"step-late":    "It was owed until {date}.",
	"step-dormant": "It is not owed yet.",
	"step-lapsed":  "It is no longer owed.",

	"step-disputed":    "What is said of it differs.",
	"step-not-reached": "It has not been reached.",

	// Agreements.
	"unconfirmed":   "{party} accepted ad referendum and has not confirmed.",
	"awaited":       "Nothing is agreed until all of it is, and these are still open: {refs}.",
	"adopted-later": "It is adopted on {date}.",
	"in-force":      "It has been in force since {date}.",
	"consent-back":  "{party} took back its consent.",
	"denounced":     "{party} denounced it, with effect from {date}.",

	// Conditions.
	"says-met":        "{party} says that it is met.",
	"says-not-met":    "{party} says that it is not met.",
	"says-impossible": "{party} says that it can no longer be met.",
	"undetermined":    "Nobody whose word decides has spoken of it.",
	"follows":         "It follows from what it is made of.",
	"cannot":          "{ref} can no longer come about.",

	// Deadlocks and impossible dates.
	"lapsed":       "{ref} has lapsed.",
	"cancelled":    "{ref} was called off.",
	"ended":        "{ref} has ended.",
	"impossible":   "{ref} can no longer be met.",
	"irrevocable":  "{ref} would have to be undone.",
	"passed":       "The time for it ended on {date}.",
	"stuck":        "It waits for {ref}, which cannot come about.",
	"due-before":   "It is to be done by {date}.",
	"due-reckoned": "Its time is reckoned from {ref}, and ends before what it waits for can come about after that.",
	"step-before":  "Step {n} is to be made by {date}.",
	"before-end":   "It has to be so by {date}.",
	"ends-before":  "It lapses after {date}.",
	"earliest":     "What it waits for cannot come about before {date}: {refs}.",
	"begins-late":  "It does not begin before {date}.",

	// Needs.
	"need-met":       "{ref} has to be met.",
	"need-fulfilled": "{ref} has to be fulfilled.",
	"need-started":   "{ref} has to be started.",
	"need-active":    "{ref} has to become owed.",
	"need-overdue":   "{ref} has to be overdue.",
	"need-breached":  "{ref} has to be broken.",
	"need-lapsed":    "{ref} has to lapse.",
	"need-in-force":  "{ref} has to enter into force.",
	"need-adopted":   "{ref} has to be adopted.",
	"need-signed":    "{ref} has to be signed by all.",
	"need-ended":     "{ref} has to end.",
	"need-held":      "{ref} has to be held.",
	"need-happened":  "{ref} has to happen.",
	"need-step":      "{ref} has to make its next step.",
	"need-agreed":    "{ref} has to be agreed.",
	"need-date":      "It has to be {date}.",
	"need-undone":    "{ref} has to cease.",
}

// English says the reason as a sentence, with objects and parties called what title says of them. Dates are in UTC.
func (r Reason) English(title func(talks.Ref) string) string {
	names := make([]string, len(r.Refs))
	for i, ref := range r.Refs {
		names[i] = quoted(title(ref))
	}
	pairs := []string{"{n}", strconv.Itoa(r.N), "{date}", r.englishDate(), "{refs}", strings.Join(names, ", ")}
	if !r.Ref.IsZero() {
		pairs = append(pairs, "{ref}", quoted(title(r.Ref)))
	}
	if !r.Party.IsZero() {
		pairs = append(pairs, "{party}", title(r.Party))
	}
	return strings.NewReplacer(pairs...).Replace(Texts[r.Code])
}

// quoted marks a title in a sentence, which it could be mistaken for a part of.
func quoted(title string) string { return "“" + title + "”" }

// Day returns the day of the reason's date, as that day's beginning in UTC, where the date is the first or the last instant of a day in the
// reason's zone; whole is false for an instant within a day, which is returned then.
func (r Reason) Day() (t time.Time, whole bool) {
	day, _ := talks.Due{Zone: r.Zone}.FirstDay(r.At)
	d := talks.Due{By: talks.Date(day.Format(time.DateOnly)), Zone: r.Zone}
	if r.At.Equal(d.Opens(time.Time{})) || r.At.Add(time.Nanosecond).Equal(d.Closes(time.Time{})) {
		return day, true
	}
	return r.At.UTC(), false
}

// englishDate is a day, or an instant where it is neither the first nor the last of a day.
func (r Reason) englishDate() string {
	t, whole := r.Day()
	switch {
	case !whole:
		return t.Format("2 January 2006, 15:04 UTC")
	case r.Zone != "":
		return t.Format("2 January 2006") + " (" + r.Zone + ")"
	}
	return t.Format("2 January 2006")
}
