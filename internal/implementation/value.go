package implementation

import (
	"slices"
	"time"
)

// measure fills in how far a measure has come: the latest value by who decides, or where the words differ, those that give one.
func (b *Book) measure(c *commitment, out *Commitment) {
	if c.Measure == nil || len(out.history) == 0 {
		return
	}
	if out.Disagree || c.apart(out.Words) {
		out.Values = slices.DeleteFunc(slices.Clone(out.Words), func(w Word) bool { return !w.Said.Value.Valid() })
		return
	}
	var latest *Word // of those that stand: of a day's words not always the last by the hour
	for i := range out.Words {
		if w := &out.Words[i]; w.Decides && w.Said.Value.Valid() && (latest == nil || !w.Date.Before(latest.Date)) {
			latest = w
		}
	}
	if latest != nil {
		out.Value = latest.Said.Value
		return
	}
	own := c.declared(b.at)
	for i := range out.history {
		if w := &out.history[i]; w.Said.Value.Valid() && w.Decides && (w.Declared || !slices.Contains(own, w.Party)) {
			out.Value = w.Said.Value
		}
	}
}

// apart reports whether values of words that decide cannot both be how far things are: one is of the same day and another value, or of a later
// day and less far.
func (c *commitment) apart(ws []Word) bool {
	for i := range ws {
		for j := range ws {
			v, o := &ws[i], &ws[j]
			if i == j || !v.Decides || !o.Decides || !v.Said.Value.Valid() || !o.Said.Value.Valid() || v.Date.After(o.Date) {
				continue
			}
			if !c.Measure.Reached(o.Said.Value, v.Said.Value) {
				return true
			}
		}
	}
	return false
}

// disputed reports whether one word that decides says that a step was reached, and another, of that day or later, that it was not.
func (c *commitment) disputed(ws []Word, k int) bool {
	for i := range ws {
		for j := range ws {
			w, o := &ws[i], &ws[j]
			if w.Decides && o.Decides && !o.Date.Before(w.Date) && c.reaches(w, k) && c.denies(o, k, w.Said.Value.Valid()) {
				return true
			}
		}
	}
	return false
}

// reached is since when a step was reached by the words that stand; zero where none says so.
func (c *commitment) reached(ws []Word, k int) (at time.Time) {
	for i := range ws {
		if w := &ws[i]; w.Decides && c.reaches(w, k) && (at.IsZero() || w.Date.Before(at)) {
			at = w.Date
		}
	}
	return at
}

// reaches reports whether a word says that a step was reached.
func (c *commitment) reaches(w *Word, k int) bool {
	if w.Said.Value.Valid() {
		return c.Measure.Reached(w.Said.Value, c.Measure.Steps[k].Value)
	}
	return w.Said.Claim == "done"
}

// denies reports whether a word says that a step was not reached. One that gives no value speaks of the whole: it is against the last step, and
// against the others where they are said to be reached because all is done.
func (c *commitment) denies(w *Word, k int, valued bool) bool {
	if w.Said.Value.Valid() {
		return !c.Measure.Reached(w.Said.Value, c.Measure.Steps[k].Value)
	}
	return (w.Said.Claim == "not-done" || w.Said.Claim == "breached") && (!valued || k == len(c.Measure.Steps)-1)
}
