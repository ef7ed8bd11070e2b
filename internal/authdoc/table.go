package main

import (
	"slices"

	"parley/internal/talks"
)

// notFound is the answer for what is not there, and the same for what the seat may not see.
const notFound = "not-found"

// column is a seat: what its role is, or why it has none.
type column struct {
	title string
	seat  string     // the seat's name after its delegation's code
	role  talks.Role // empty for a seat that does not hold
	late  bool       // asked for by who held the seat before it was taken away and given to another
}

// columns are all that a seat can be.
var columns = []column{
	{"an observer", "observer", talks.Observer, false},
	{"an adviser", "adviser", talks.Adviser, false},
	{"a delegate", "delegate", talks.Delegate, false},
	{"a head", "second", talks.Head, false},
	{"an adviser whose head is away, and whose alternate it is", "alternate", talks.Head, false},
	{"a seat that was never given", "nobody", "", false},
	{"a seat that was taken away", "gone", "", false},
	{"a seat whose date is over", "over", "", false},
	{"who had a head's seat before it went to another", "again", "", true},
}

// relation is what a delegation is to a room.
type relation struct {
	title string
	room  string           // its handle in the world of the test; empty for a new one
	kind  talks.RoomKind   // of the room
	by    talks.Delegation // whose seats ask
	role  talks.RoomRole   // empty where it does not sit there
	led   bool             // the room has a chair
	opens bool             // the delegation opened it
	ended bool             // the room is closed
}

// conveners and plain are the delegations that ask. The first convenes.
const (
	convener talks.Delegation = "sa"
	plain    talks.Delegation = "us"
)

// relations are all that a delegation can be to a room.
var relations = []relation{
	{"a new room", "", "", plain, "", false, true, false},
	{"the lobby, of the convener's delegation", "lobby", talks.Lobby, convener, talks.RoomChair, true, true, false},
	{"the lobby, of another", "lobby", talks.Lobby, plain, talks.RoomMember, true, false, false},
	{"its own caucus", "caucus-us", talks.Caucus, plain, talks.RoomMember, false, true, false},
	{"a room that it chairs", "chairs", "plenary", plain, talks.RoomChair, true, false, false},
	{"a room that another chairs", "chaired", "plenary", plain, talks.RoomMember, true, true, false},
	{"a room that another chairs, as an observer", "watched", "plenary", plain, talks.RoomObserver, true, true, false},
	{"a room without a chair that it opened", "opened", "direct", plain, talks.RoomMember, false, true, false},
	{"a room without a chair that another opened", "joined", "direct", plain, talks.RoomMember, false, false, false},
	{"a room without a chair, as an observer", "listened", "direct", plain, talks.RoomObserver, false, false, false},
	{"a closed room that it chairs", "closed-chairs", "plenary", plain, talks.RoomChair, true, false, true},
	{"a closed room that it opened", "closed-opened", "direct", plain, talks.RoomMember, false, true, true},
	{"a closed room that another opened", "closed-joined", "direct", plain, talks.RoomMember, false, false, true},
	{"a room where it does not sit", "others", "direct", plain, "", false, false, false},
	{"a closed room where it does not sit", "closed-others", "direct", plain, "", false, false, true},
	{"a room that it has left", "left", "direct", plain, "", false, true, false},
	{"another's caucus", "caucus-ru", talks.Caucus, plain, "", false, false, false},
	{"a room that never was", "nowhere", "", plain, "", false, false, false},
}

// row is a kind of act, and of what or whom where that makes a difference.
type row struct {
	kind talks.Kind
	what string // as in "of its own"
	// refused is the code with which what goes beyond the rule is answered, and allowed says where it is not. Without a code the rule is all.
	refused string
	allowed func(relation) bool
	// There is no such thing in a caucus, or in the lobby.
	nowhereInCaucus, nowhereInLobby bool
	payload                         string // with $lobby for the lobby, $own and $other for the delegations, $mine and $theirs for entries that they wrote
	signed                          bool   // the payload gets a signature over the agreement that it names
}

func never(relation) bool        { return false }
func convenes(rel relation) bool { return rel.kind == talks.Lobby && rel.by == convener }
func chairs(rel relation) bool   { return !rel.led || rel.role == talks.RoomChair }
func remains(rel relation) bool  { return rel.role != talks.RoomChair }

// leads is the chair, or in a room without one who opened it.
func leads(rel relation) bool {
	if rel.led {
		return rel.role == talks.RoomChair
	}
	return rel.opens
}

// rows has at least one line for each kind of act. What a kind's Who says in the rules is stated here as a code and as where it does
// not apply.
var rows = []row{
	{kind: "party.declare", payload: `{"name":"new","title":"New","kind":"state","role":"affected"}`},
	{kind: "party.update", what: "that it declared", payload: `{"party":"party-$own","note":"x"}`},
	{kind: "party.update", what: "that another declared", refused: "only-own", allowed: convenes, nowhereInCaucus: true, payload: `{"party":"party-$other","note":"x"}`},
	{kind: "delegation.designate", refused: "only-convener", allowed: convenes, payload: `{"delegation":"eu","party":"p-eu","title":"EU","head":"eu-head"}`},
	{kind: "delegation.update", what: "its own", payload: `{"delegation":"$own","note":"x"}`},
	{kind: "delegation.update", what: "another", refused: "only-own", allowed: never, payload: `{"delegation":"$other","note":"x"}`},
	{kind: "delegation.restore", what: "another", refused: "only-convener", allowed: convenes, payload: `{"delegation":"ua","head":"ua-new","reason":"x"}`},
	{kind: "delegation.restore", what: "its own", refused: "only-others", allowed: never, payload: `{"delegation":"$own","head":"$own-new","reason":"x"}`},
	{kind: "delegation.retain", what: "its own", payload: `{"delegation":"$own"}`},
	{kind: "delegation.retain", what: "another", refused: "only-own", allowed: never, payload: `{"delegation":"$other"}`},
	{kind: "mandate.issue", payload: `{"scope":"explore"}`},
	{kind: "seat.grant", what: "of its own delegation", payload: `{"holder":"$own-extra","role":"adviser"}`},
	{kind: "seat.grant", what: "of another delegation", refused: "other-head", allowed: never, payload: `{"holder":"$other-extra","role":"adviser"}`},
	{kind: "seat.revoke", what: "of its own delegation", payload: `{"holder":"$own-delegate"}`},
	{kind: "seat.revoke", what: "of another delegation", refused: "other-head", allowed: never, payload: `{"holder":"$other-delegate"}`},
	{kind: "room.open", what: "with itself in it", payload: `{"kind":"direct","title":"New","members":["$own","$other"]}`},
	{kind: "room.open", what: "for others", refused: "opener-absent", allowed: never, payload: `{"kind":"direct","title":"New","members":["ua","$other"]}`},
	{kind: "room.open", what: "as another's caucus", refused: "caucus-members", allowed: never, payload: `{"kind":"caucus","title":"New","members":["$other"]}`},
	{kind: "room.open", what: "as a second lobby", refused: "one-lobby", allowed: never, payload: `{"kind":"lobby","title":"New"}`},
	{kind: "room.update", refused: "only-leader", allowed: leads, payload: `{"title":"New"}`},
	{kind: "room.admit", refused: "only-chair", allowed: chairs, payload: `{"delegations":["sa"]}`},
	{kind: "room.remove", refused: "only-leader", allowed: leads, payload: `{"delegations":["ua"]}`},
	{kind: "room.leave", refused: "chair-stays", allowed: remains, payload: `{}`},
	{kind: "room.close", refused: "only-chair", allowed: chairs, payload: `{}`},
	{kind: "issue.open", payload: `{"name":"new","title":"New"}`},
	{kind: "issue.update", what: "that it opened", payload: `{"issue":"issue-$own","question":"x"}`},
	{kind: "issue.update", what: "that another opened", refused: "only-own", allowed: convenes, nowhereInCaucus: true, payload: `{"issue":"issue-$other","question":"x"}`},
	{kind: "issue.close", what: "that it opened", payload: `{"issue":"issue-$own"}`},
	{kind: "issue.close", what: "that another opened", refused: "only-own", allowed: convenes, nowhereInCaucus: true, payload: `{"issue":"issue-$other"}`},
	{kind: "meeting.schedule", payload: `{"name":"new","title":"New","kind":"meeting"}`},
	{kind: "meeting.update", payload: `{"meeting":"meeting","note":"x"}`},
	{kind: "meeting.hold", payload: `{"meeting":"meeting"}`},
	{kind: "meeting.cancel", payload: `{"meeting":"meeting"}`},
	{kind: "readout.issue", payload: `{"meeting":"meeting","by":["party-$own"],"text":"x","illustrative":true}`},
	{kind: "minutes.open", payload: `{"meeting":"held","paragraphs":["x"]}`},
	{kind: "minutes.correct", what: "that it opened", payload: `{"minutes":"apart-$own","paragraph":1,"text":"x"}`},
	{kind: "minutes.correct", what: "that another opened, of where it was", nowhereInCaucus: true, payload: `{"minutes":"minutes-$other","paragraph":1,"text":"x"}`},
	{kind: "minutes.correct", what: "that another opened, of where it was not", refused: "only-present", allowed: never, nowhereInCaucus: true, payload: `{"minutes":"apart-$other","paragraph":1,"text":"x"}`},
	{kind: "minutes.close", what: "that it opened", payload: `{"minutes":"minutes-$own"}`},
	{kind: "minutes.close", what: "that another opened", refused: "only-own", allowed: never, nowhereInCaucus: true, payload: `{"minutes":"minutes-$other"}`},
	{kind: "source.add", payload: `{"name":"new","title":"New","kind":"note"}`},
	{kind: "statement.record", payload: `{"speaker":"party-$own","strength":"stated","form":"paraphrase","text":"x","illustrative":true}`},
	{kind: "position.record", payload: `{"party":"party-$own","issue":"issue-$own","firmness":"firm","text":"x","illustrative":true}`},
	{kind: "goal.record", payload: `{"party":"party-$own","text":"x","strength":"stated","illustrative":true}`},
	{kind: "event.record", payload: `{"title":"New"}`},
	{kind: "reaction.record", payload: `{"party":"$lobby/p-$own","to":"issue-$own","stance":"note"}`},
	{kind: "relation.assess", payload: `{"name":"new","between":["party-$own","further-$own"],"tone":"cool"}`},
	{kind: "proposal.table", payload: `{"name":"new","title":"New","text":"x"}`},
	{kind: "proposal.respond", payload: `{"proposal":"offer-$own","answer":"consider"}`},
	{kind: "proposal.withdraw", what: "that it tabled", payload: `{"proposal":"offer-$own"}`},
	{kind: "proposal.withdraw", what: "that another tabled", refused: "only-own", allowed: never, nowhereInCaucus: true, payload: `{"proposal":"offer-$other"}`},
	{kind: "consult.require", refused: "only-leader", allowed: leads, payload: `{"name":"new","title":"New","issues":["issue-$own"],"parties":["$lobby/p-$own"],"ground":"x"}`},
	{kind: "consult.record", payload: `{"parties":["$lobby/p-$own"],"issues":["issue-$own"]}`},
	{kind: "consult.waive", what: "for its own party", payload: `{"requirement":"ask","parties":["$lobby/p-$own"],"reason":"x"}`},
	{kind: "consult.waive", what: "for another", refused: "not-entitled", allowed: leads, payload: `{"requirement":"ask","parties":["$lobby/p-$other"],"reason":"x"}`},
	{kind: "package.form", refused: "only-leader", allowed: leads, payload: `{"name":"new","title":"New","items":["issue-$own","offer-$own"]}`},
	{kind: "agreement.adopt", what: "of what was decided", payload: `{"name":"new","title":"New","proposal":"decided"}`},
	{kind: "agreement.adopt", what: "of what was not", refused: "rule-not-met", allowed: never, payload: `{"name":"new","title":"New","proposal":"offer-$own"}`},
	{kind: "agreement.confirm", what: "of what it accepted ad referendum", payload: `{"agreement":"pending"}`},
	{kind: "agreement.confirm", what: "of what it accepted for good", refused: "nothing-to-confirm", allowed: never, payload: `{"agreement":"agreed"}`},
	{kind: "agreement.reserve", what: "to what it decided for", payload: `{"agreement":"agreed","kind":"declaration","text":"x"}`},
	{kind: "agreement.reserve", what: "to what others decided for", refused: "not-bound", allowed: never, nowhereInLobby: true, payload: `{"agreement":"theirs","kind":"declaration","text":"x"}`},
	{kind: "agreement.sign", what: "of what it decided for", signed: true, payload: `{"agreement":"agreed","method":"ssh","key":"$key","signature":"$signature"}`},
	{kind: "agreement.sign", what: "of what others decided for", refused: "not-bound", allowed: never, nowhereInLobby: true, payload: `{"agreement":"theirs","method":"ssh","key":"x","signature":"x"}`},
	{kind: "agreement.withdraw", what: "from what it decided for", payload: `{"agreement":"agreed"}`},
	{kind: "agreement.withdraw", what: "from what others decided for", refused: "not-bound", allowed: never, nowhereInLobby: true, payload: `{"agreement":"theirs"}`},
	{kind: "agreement.denounce", what: "of what it decided for", payload: `{"agreement":"agreed"}`},
	{kind: "agreement.denounce", what: "of what others decided for", refused: "not-bound", allowed: never, nowhereInLobby: true, payload: `{"agreement":"theirs"}`},
	{kind: "condition.define", payload: `{"name":"new","title":"New"}`},
	{kind: "condition.update", payload: `{"condition":"condition-$own","text":"x"}`},
	{kind: "condition.update", what: "that another defined", refused: "only-own", allowed: never, nowhereInCaucus: true, payload: `{"condition":"condition-$other","text":"x"}`},
	{kind: "condition.determine", payload: `{"condition":"condition","outcome":"met"}`},
	{kind: "commitment.make", payload: `{"name":"new","title":"New","obligors":["$lobby/p-$own"],"deed":"x"}`},
	{kind: "commitment.report", payload: `{"commitment":"owed-$own","claim":"done"}`},
	{kind: "commitment.end", what: "as waived, where it is owed to it", payload: `{"commitment":"owed-$own","ground":"waived"}`},
	{kind: "commitment.end", what: "as waived, where it is owed to others", refused: "only-beneficiary", allowed: never, payload: `{"commitment":"owes-$own","ground":"waived"}`},
	{kind: "commitment.end", what: "as withdrawn, where it owes it and no agreement binds", payload: `{"commitment":"owes-$own","ground":"withdrawn"}`},
	{kind: "commitment.end", what: "as withdrawn, where others owe it", refused: "only-obligor", allowed: never, payload: `{"commitment":"owed-$own","ground":"withdrawn"}`},
	{kind: "remark.write", payload: `{"text":"x"}`},
	{kind: "release.make", payload: `{"title":"New","text":"x","kind":"note"}`},
	{kind: "record.erase", what: "that it wrote", payload: `{"entry":$mine}`},
	{kind: "record.erase", what: "that another wrote", refused: "only-own", allowed: never, nowhereInCaucus: true, payload: `{"entry":$theirs}`},
}

// asked reports whether there is such a thing in the room.
func (r row) asked(rel relation) bool {
	there := rel.role != ""
	return (!there || !r.nowhereInCaucus || rel.kind != talks.Caucus) && (!there || !r.nowhereInLobby || rel.kind != talks.Lobby)
}

// expect is the answer to a cell: empty where the act is written, the code of the problem, or notFound.
func (r row) expect(c column, rel relation) string {
	rule := talks.Rules[r.kind]
	founds := r.kind == "room.open"
	need := rule.Authority
	if rel.kind == talks.Caucus && rule.InCaucus != "" {
		need = rule.InCaucus
	}
	switch {
	case c.role == "", rel.room != "" && rel.role == "":
		return notFound // before anything is said of the act
	case founds && rel.room != "":
		return "already-open"
	case !founds && rel.room == "":
		return "founding"
	case rel.ended && r.kind != "record.erase":
		return "room-closed"
	case !c.role.AtLeast(need):
		return "no-authority"
	case rel.room != "" && len(rule.Rooms) > 0 && !slices.Contains(rule.Rooms, rel.kind):
		return "not-here"
	case rel.role == talks.RoomObserver && r.kind != "room.leave":
		return "observes"
	case r.refused == "only-others": // the convener's own delegation is for the host's operator
		if convenes(rel) {
			return "only-operator"
		}
		return "only-convener"
	case r.refused == "only-leader" && !r.allowed(rel):
		if rel.led {
			return "only-chair"
		}
		return "only-opener"
	case r.refused != "" && !r.allowed(rel):
		return r.refused
	}
	return ""
}

// least is the least of the roles that may write it there; otherwise the code with which a head is refused.
func (r row) least(rel relation) (role talks.Role, code string) {
	for _, c := range columns {
		if code = r.expect(c, rel); code == "" {
			return c.role, ""
		}
		if c.role == talks.Head {
			break
		}
	}
	return "", code
}
