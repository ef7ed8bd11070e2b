package client_test

import (
	"slices"
	"testing"

	"parley/client"
)

// TestAgreements: what was agreed, and whom things affect, as the seat sees it: a seat outside of the room has neither.
func TestAgreements(t *testing.T) {
	w := serve(t, nil)
	ctx, us, ua := t.Context(), w.as(t, "us-head"), w.as(t, "ua-head")
	ref := w.room("direct") + "/embassies"
	a, err := us.Agreement(ctx, ref)
	if err != nil {
		t.Fatal(err)
	}
	if a.Stage != "in-force" || a.InForceSince == nil || len(a.Reasons) == 0 || a.Reasons[0].Text == "" || !a.Decision.Met || len(a.Parties) != 2 || len(a.Commitments) == 0 {
		t.Errorf("%+v", a)
	}
	if _, err := ua.Agreement(ctx, ref); !client.IsNotFound(err) {
		t.Errorf("an agreement of others: %v", err)
	}
	if _, err := ua.InclusionOf(ctx, ref); !client.IsNotFound(err) {
		t.Errorf("whom an agreement of others affects: %v", err)
	}
	things := func(as *client.Talks) (refs []string) {
		for x, err := range as.Inclusion(ctx) {
			if err != nil {
				t.Fatal(err)
			}
			refs = append(refs, x.Ref)
			one, err := as.InclusionOf(ctx, x.Ref)
			if err != nil || len(one.Parties) != len(x.Parties) {
				t.Errorf("%s by itself: %v, %v", x.Ref, one, err)
			}
		}
		return refs
	}
	if mine, theirs := things(us), things(ua); !slices.Contains(mine, ref) || slices.Contains(theirs, ref) || len(theirs) == 0 {
		t.Errorf("the United States see %v, Ukraine %v", mine, theirs)
	}
	ks, err := us.Packages(ctx)
	if err != nil || len(ks) == 0 || len(ks[0].Open) == 0 {
		t.Errorf("packages %v, %v", ks, err)
	}
	qs, err := us.Requirements(ctx)
	if err != nil || len(qs) == 0 {
		t.Errorf("requirements %v, %v", qs, err)
	}
	if all, err := us.Agreements(ctx); err != nil || len(all) == 0 {
		t.Errorf("agreements %v, %v", all, err)
	}
	if cs, err := us.Consultations(ctx); err != nil || len(cs) == 0 {
		t.Errorf("consultations %v, %v", cs, err)
	}
}
