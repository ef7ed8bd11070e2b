package talks

// Rule is what the table says of one kind of act.
type Rule struct {
	// Authority is the least role that may write it.
	Authority Role
	// InCaucus is the least role in the delegation's own caucus, where it differs.
	InCaucus Role
	// Rooms are the kinds of rooms it is written in; any kind where there are none.
	Rooms []RoomKind
	// Who says who else may not: what the act's own check adds to the authority.
	Who string
	// Erasable says whether its words can be destroyed later. What a room stands on cannot.
	Erasable bool

	make func() Act
}

// Rules has one line for each kind of act; what is not here can be neither written nor read but as an opaque line.
var Rules = map[Kind]Rule{
	"party.declare": {Authority: Delegate, InCaucus: Adviser, make: mk[PartyDeclare]},
	"party.update":  {Authority: Delegate, InCaucus: Adviser, Who: "the delegation that declared it, the party's own, or in the lobby the convener's", make: mk[PartyUpdate]},

	"delegation.designate": {Authority: Head, Rooms: []RoomKind{Lobby}, Who: "the convener's delegation", make: mk[DelegationDesignate]},
	"delegation.update":    {Authority: Head, Rooms: []RoomKind{Lobby}, Who: "the delegation itself", make: mk[DelegationUpdate]},
	"delegation.restore":   {Authority: Head, Rooms: []RoomKind{Lobby}, Who: "the convener's delegation, and for that one the host's operator", make: mk[DelegationRestore]},
	"delegation.retain":    {Authority: Head, Rooms: []RoomKind{Lobby}, Who: "the delegation itself", make: mk[DelegationRetain]},
	"mandate.issue":        {Authority: Head, Erasable: true, make: mk[MandateIssue]},

	"seat.grant":  {Authority: Head, Rooms: []RoomKind{Caucus}, Who: "for seats of the own delegation", make: mk[SeatGrant]},
	"seat.revoke": {Authority: Head, Rooms: []RoomKind{Caucus}, Who: "for seats of the own delegation", make: mk[SeatRevoke]},

	"room.open":   {Authority: Head, Who: "a delegation that becomes a member", make: mk[RoomOpen]},
	"room.update": {Authority: Head, Rooms: openRooms, Who: "the chair, or where there is none the delegation that opened the room", make: mk[RoomUpdate]},
	"room.admit":  {Authority: Head, Rooms: openRooms, Who: "the chair, where there is one", make: mk[RoomAdmit]},
	"room.remove": {Authority: Head, Rooms: openRooms, Who: "the chair, or where there is none the delegation that opened the room", make: mk[RoomRemove]},
	"room.leave":  {Authority: Head, Rooms: openRooms, Who: "those who do not chair the room", make: mk[RoomLeave]},
	"room.close":  {Authority: Head, Rooms: openRooms, Who: "the chair, where there is one", make: mk[RoomClose]},

	"issue.open":   {Authority: Delegate, InCaucus: Adviser, make: mk[IssueOpen]},
	"issue.update": {Authority: Delegate, InCaucus: Adviser, Who: "the delegation that opened it, or in the lobby the convener's", make: mk[IssueUpdate]},
	"issue.close":  {Authority: Delegate, InCaucus: Adviser, Who: "the delegation that opened it, or in the lobby the convener's", make: mk[IssueClose]},

	"meeting.schedule": {Authority: Delegate, InCaucus: Adviser, make: mk[MeetingSchedule]},
	"meeting.update":   {Authority: Delegate, InCaucus: Adviser, make: mk[MeetingUpdate]},
	"meeting.hold":     {Authority: Delegate, InCaucus: Adviser, make: mk[MeetingHold]},
	"meeting.cancel":   {Authority: Delegate, InCaucus: Adviser, make: mk[MeetingCancel]},
	"readout.issue":    {Authority: Delegate, InCaucus: Adviser, Erasable: true, make: mk[ReadoutIssue]},

	"minutes.open":    {Authority: Delegate, InCaucus: Adviser, Erasable: true, make: mk[MinutesOpen]},
	"minutes.correct": {Authority: Delegate, InCaucus: Adviser, Erasable: true, Who: "a delegation whose party was at the meeting, or the one that opened the minutes", make: mk[MinutesCorrect]},
	"minutes.close":   {Authority: Delegate, InCaucus: Adviser, Who: "the delegation that opened the minutes", make: mk[MinutesClose]},

	"source.add":       {Authority: Delegate, InCaucus: Adviser, Erasable: true, make: mk[SourceAdd]},
	"statement.record": {Authority: Delegate, InCaucus: Adviser, Erasable: true, make: mk[StatementRecord]},
	"position.record":  {Authority: Delegate, InCaucus: Adviser, Erasable: true, make: mk[PositionRecord]},
	"goal.record":      {Authority: Delegate, InCaucus: Adviser, Erasable: true, make: mk[GoalRecord]},

	"event.record":    {Authority: Delegate, InCaucus: Adviser, Erasable: true, make: mk[EventRecord]},
	"reaction.record": {Authority: Delegate, InCaucus: Adviser, Erasable: true, make: mk[ReactionRecord]},
	"relation.assess": {Authority: Delegate, InCaucus: Adviser, Erasable: true, make: mk[RelationAssess]},

	"proposal.table":    {Authority: Delegate, InCaucus: Adviser, Erasable: true, make: mk[ProposalTable]},
	"proposal.respond":  {Authority: Delegate, InCaucus: Adviser, Erasable: true, make: mk[ProposalRespond]},
	"proposal.withdraw": {Authority: Delegate, InCaucus: Adviser, Who: "the delegation that tabled it", make: mk[ProposalWithdraw]},

	"consult.require": {Authority: Head, Who: "the chair, or where there is none the delegation that opened the room", make: mk[ConsultRequire]},
	"consult.record":  {Authority: Delegate, InCaucus: Adviser, Erasable: true, make: mk[ConsultRecord]},
	"consult.waive":   {Authority: Head, Who: "the party that was to be consulted for itself, or the delegation that laid the requirement down", make: mk[ConsultWaive]},

	"package.form":       {Authority: Head, Rooms: sharedRooms, Who: "the chair, or where there is none the delegation that opened the room", make: mk[PackageForm]},
	"agreement.adopt":    {Authority: Head, Rooms: sharedRooms, Who: "once those who decide on the proposal have decided for it", make: mk[AgreementAdopt]},
	"agreement.confirm":  {Authority: Head, Rooms: sharedRooms, Who: "a delegation that accepted ad referendum", make: mk[AgreementConfirm]},
	"agreement.reserve":  {Authority: Head, Rooms: sharedRooms, Who: "a delegation that decided for the agreement", make: mk[AgreementReserve]},
	"agreement.sign":     {Authority: Head, Rooms: sharedRooms, Who: "a delegation that decided for the agreement", make: mk[AgreementSign]},
	"agreement.withdraw": {Authority: Head, Rooms: sharedRooms, Who: "a delegation that decided for the agreement", make: mk[AgreementWithdraw]},
	"agreement.denounce": {Authority: Head, Rooms: sharedRooms, Who: "a delegation that decided for the agreement", make: mk[AgreementDenounce]},

	"condition.define":    {Authority: Delegate, InCaucus: Adviser, make: mk[ConditionDefine]},
	"condition.update":    {Authority: Delegate, InCaucus: Adviser, Who: "the delegation that defined it, as long as nothing of another's rests on it, and no proposal on the table", make: mk[ConditionUpdate]},
	"condition.determine": {Authority: Delegate, InCaucus: Adviser, Erasable: true, make: mk[ConditionDetermine]},
	"commitment.make":     {Authority: Head, InCaucus: Adviser, make: mk[CommitmentMake]},
	"commitment.report":   {Authority: Delegate, InCaucus: Adviser, Erasable: true, make: mk[CommitmentReport]},
	"commitment.end":      {Authority: Head, InCaucus: Adviser, Who: "a beneficiary for itself, or an obligor that no agreement binds", make: mk[CommitmentEnd]},

	"remark.write": {Authority: Delegate, InCaucus: Adviser, Erasable: true, make: mk[RemarkWrite]},
	"release.make": {Authority: Delegate, InCaucus: Adviser, Erasable: true, make: mk[ReleaseMake]},
	"record.erase": {Authority: Head, Who: "the delegation that wrote the entry", make: mk[RecordErase]},
}

// Catalogue lists the kinds of acts, concept by concept, in the order in which documents and forms show them.
var Catalogue = []Kind{
	"party.declare", "party.update",
	"delegation.designate", "delegation.update", "delegation.restore", "delegation.retain", "mandate.issue",
	"seat.grant", "seat.revoke",
	"room.open", "room.update", "room.admit", "room.remove", "room.leave", "room.close",
	"issue.open", "issue.update", "issue.close",
	"meeting.schedule", "meeting.update", "meeting.hold", "meeting.cancel", "readout.issue",
	"minutes.open", "minutes.correct", "minutes.close",
	"source.add", "statement.record",
	"position.record", "goal.record",
	"event.record", "reaction.record", "relation.assess",
	"proposal.table", "proposal.respond", "proposal.withdraw",
	"consult.require", "consult.record", "consult.waive",
	"package.form", "agreement.adopt", "agreement.confirm", "agreement.reserve", "agreement.sign", "agreement.withdraw", "agreement.denounce",
	"condition.define", "condition.update", "condition.determine", "commitment.make", "commitment.report", "commitment.end",
	"remark.write", "release.make", "record.erase",
}

// mk makes an empty act. A is the act's struct, and *A is the Act.
func mk[A any]() Act { return any(new(A)).(Act) }

// set changes a field where there is a new value.
func set[T comparable](field *T, v T) {
	var zero T
	if v != zero {
		*field = v
	}
}
