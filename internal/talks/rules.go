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
	"meeting.hold":     {Authority: Delegate, InCaucus: Adviser, make: mk[MeetingHold]},
	"meeting.cancel":   {Authority: Delegate, InCaucus: Adviser, make: mk[MeetingCancel]},
	"readout.issue":    {Authority: Delegate, InCaucus: Adviser, Erasable: true, make: mk[ReadoutIssue]},

	"source.add":       {Authority: Delegate, InCaucus: Adviser, Erasable: true, make: mk[SourceAdd]},
	"statement.record": {Authority: Delegate, InCaucus: Adviser, Erasable: true, make: mk[StatementRecord]},
	"position.record":  {Authority: Delegate, InCaucus: Adviser, Erasable: true, make: mk[PositionRecord]},
	"goal.record":      {Authority: Delegate, InCaucus: Adviser, Erasable: true, make: mk[GoalRecord]},

	"event.record":    {Authority: Delegate, InCaucus: Adviser, Erasable: true, make: mk[EventRecord]},
	"relation.assess": {Authority: Delegate, InCaucus: Adviser, Erasable: true, make: mk[RelationAssess]},

	"proposal.table":    {Authority: Delegate, InCaucus: Adviser, Erasable: true, make: mk[ProposalTable]},
	"proposal.respond":  {Authority: Delegate, InCaucus: Adviser, Erasable: true, make: mk[ProposalRespond]},
	"proposal.withdraw": {Authority: Delegate, InCaucus: Adviser, Who: "the delegation that tabled it", make: mk[ProposalWithdraw]},

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
	"meeting.schedule", "meeting.hold", "meeting.cancel", "readout.issue",
	"source.add", "statement.record",
	"position.record", "goal.record",
	"event.record", "relation.assess",
	"proposal.table", "proposal.respond", "proposal.withdraw",
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
