package client

import (
	"context"
	"iter"
	"time"
)

// Reason is why something stands as it does.
type Reason struct {
	Code  string     `json:"code"`
	Text  string     `json:"text"` // the sentence, in English
	Ref   string     `json:"ref"`
	Refs  []string   `json:"refs"`
	Party string     `json:"party"`
	At    *time.Time `json:"at"` // nil where the sentence names no time
	N     int        `json:"n"`
}

// Decision is how those who decide on a proposal stand to it: who spoke in its room when it was tabled, by the rule of then. They are codes of
// delegations.
type Decision struct {
	Rule       string   `json:"rule"`
	Chair      string   `json:"chair"` // whose word decides; empty where the rule is another
	For        []string `json:"for"`
	Referendum []string `json:"referendum"` // of those, the ones that accepted ad referendum
	Against    []string `json:"against"`
	Silent     []string `json:"silent"`
	Outside    []string `json:"outside"`   // of all these, who no longer speaks in the room; its last answer counts
	Left       []string `json:"left"`      // who has left the room since, and counts no more
	Newcomers  []string `json:"newcomers"` // who speaks in the room and has no vote
	Met        bool     `json:"met"`
}

// Agreement is an agreement with how it stands and what was done about it.
type Agreement struct {
	Object
	Said         Body       `json:"said"`
	Stage        string     `json:"stage"` // ad-referendum, conditional, adopted, in-force, withdrawn or denounced
	Reasons      []Reason   `json:"reasons"`
	InForceSince *time.Time `json:"in_force_since"` // nil where it is not in force
	InForce      Body       `json:"in_force"`       // what it enters into force by; nil for at once
	Parties      []string   `json:"parties"`
	Decision     Decision   `json:"decision"`
	Pending      []string   `json:"pending"`     // delegations that have still to confirm
	Packages     []string   `json:"packages"`    // that it is part of
	Awaited      []string   `json:"awaited"`     // what of them is not agreed yet
	Commitments  []string   `json:"commitments"` // that are part of it
	Confirmed    []Fact     `json:"confirmed"`
	Reservations []Fact     `json:"reservations"`
	Signatures   []Fact     `json:"signatures"`
	Withdrawn    []Fact     `json:"withdrawn"`
	Denounced    []Fact     `json:"denounced"`
}

// Package is a package, of which nothing is agreed until all of it is.
type Package struct {
	Object
	Said Body     `json:"said"`
	Open []string `json:"open"` // its items that are not agreed yet
}

// Affecting is a proposal, an agreement or a commitment with those whom it affects.
type Affecting struct {
	Ref     string     `json:"ref"`
	Kind    string     `json:"kind"`
	Parties []Included `json:"parties"`
}

// Included is a party that something affects, and how far it has a part in it.
type Included struct {
	Party        string         `json:"party"`
	As           string         `json:"as"` // in-room, consulted or absent
	Why          []Touch        `json:"why"`
	Consulted    []Consultation `json:"consulted"`
	Against      []Objection    `json:"against"`
	Requirements []Requiring    `json:"requirements"`
}

// Touch is why something affects a party.
type Touch struct {
	As    string `json:"as"` // issue, obligor, beneficiary, verifier or named
	Issue string `json:"issue"`
}

// Consultation is one occasion on which a party was consulted.
type Consultation struct {
	Place
	Meeting string   `json:"meeting"` // empty where it is recorded by itself
	Issues  []string `json:"issues"`
	When    string   `json:"when"`
	Where   string   `json:"where"`
	Claimed bool     `json:"claimed"` // another than the party says so
}

// Objection is an entry by which a party is on record against something.
type Objection struct {
	Place
	Kind string `json:"kind"`
}

// Requiring is a requirement to consult a party on an issue.
type Requiring struct {
	Requirement string   `json:"requirement"`
	Issue       string   `json:"issue"`
	Met         bool     `json:"met"`
	Waived      *Place   `json:"waived"`
	Passed      []Passed `json:"passed"` // consultations that do not count towards it
	Erased      []Place  `json:"erased"` // of an agreement: what erased records of consultations since the adoption
}

// Passed is a consultation that does not count towards a requirement.
type Passed struct {
	Place
	Why string `json:"why"` // by-proposer or illustrative
}

// Requirement is a requirement to consult, with the waivers of it.
type Requirement struct {
	Object
	Said    Body   `json:"said"`
	Waivers []Fact `json:"waivers"`
}

// Agreements returns the agreements in the order they were adopted.
func (t *Talks) Agreements(ctx context.Context) ([]Agreement, error) {
	return all[Agreement](ctx, t, "agreements")
}

// Agreement returns an agreement.
func (t *Talks) Agreement(ctx context.Context, ref string) (*Agreement, error) {
	return one[Agreement](ctx, t, "agreements", ref)
}

// Packages returns the packages in the order they were formed.
func (t *Talks) Packages(ctx context.Context) ([]Package, error) {
	return all[Package](ctx, t, "packages")
}

// Inclusion yields whom each proposal, agreement and commitment affects.
func (t *Talks) Inclusion(ctx context.Context) iter.Seq2[Affecting, error] {
	return pages[Affecting](ctx, t.c, t.path("inclusion"), t.query())
}

// InclusionOf returns whom a proposal, an agreement or a commitment affects.
func (t *Talks) InclusionOf(ctx context.Context, ref string) (*Affecting, error) {
	return one[Affecting](ctx, t, "inclusion", ref)
}

// Requirements returns the requirements to consult in the order they were laid down.
func (t *Talks) Requirements(ctx context.Context) ([]Requirement, error) {
	return all[Requirement](ctx, t, "requirements")
}

// Consultations returns what was recorded of consultations by itself.
func (t *Talks) Consultations(ctx context.Context) ([]Fact, error) {
	return all[Fact](ctx, t, "consultations")
}
