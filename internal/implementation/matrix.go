package implementation

import (
	"cmp"
	"slices"
	"time"

	"parley/internal/talks"
)

// Row is a line of the implementation matrix.
type Row struct {
	Ref           talks.Ref
	Agreement     talks.Ref
	Article       string
	Stipulation   string // its title
	Deed          string
	Owners        []talks.Ref
	Beneficiaries []talks.Ref
	Deadline      time.Time   // the first instant after its time; zero where there is none or it is not known yet
	By            talks.Due   // as it was promised
	Trigger       *talks.Expr // what it depends on
	Waits         []Edge      // the same as a list, with what its beginning is reckoned from
	Verifiers     []talks.Ref
	Status        Status
	Since         time.Time
	Reasons       []Reason
	Evidence      string // what is to show that it was done
	Words         []Word // what is said of it
	Unit          string
	Baseline      talks.Decimal
	Value         talks.Decimal
	Values        []Word // instead of it, where what is said differs
	Target        talks.Decimal
}

// Matrix has a row for each commitment, those of an agreement together, in the order in which agreements were adopted and commitments made.
func (b *Book) Matrix() []Row {
	waits := map[talks.Ref][]Edge{}
	for _, x := range b.Graph().Nodes {
		waits[x.Ref] = x.Needs
	}
	var rows []Row
	for _, c := range b.commitments {
		r := Row{
			Ref: c.Ref, Agreement: c.Agreement, Article: c.Article, Stipulation: c.Title, Deed: c.Deed, Owners: c.Obligors,
			Beneficiaries: c.Beneficiaries, Deadline: c.Due, By: c.Commitment.Due, Trigger: c.When, Waits: waits[c.Ref], Verifiers: c.Verifiers,
			Status: c.Status, Since: c.Since, Reasons: c.Reasons, Evidence: c.Evidence, Words: c.Words,
		}
		if m := c.Measure; m != nil {
			r.Unit, r.Baseline, r.Value, r.Values, r.Target = m.Unit, m.Baseline, c.Value, c.Values, m.Target
		}
		rows = append(rows, r)
	}
	place := map[talks.Ref]int{{}: len(b.agreements)} // what is of no agreement stands last
	for i, a := range b.agreements {
		place[a.Ref] = i
	}
	slices.SortStableFunc(rows, func(x, y Row) int { return cmp.Compare(place[x.Agreement], place[y.Agreement]) })
	return rows
}

// ExprEnglish says an expression in English, with objects called what title says of them.
func ExprEnglish(x *talks.Expr, title func(talks.Ref) string) string {
	return englishExpr(x, title, false)
}

// DueEnglish says a moment that was promised in English, with the object that it is reckoned from called what title says of it. kind is
// what that is, as [talks.World.Object] says.
func DueEnglish(d talks.Due, kind string, title func(talks.Ref) string) string {
	return englishDue(d, kind, title)
}
