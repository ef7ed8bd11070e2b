package wire

import (
	"encoding/base64"

	"parley/internal/ledger"
	"parley/internal/talks"
)

// Room is a room as it stands, without what was said in it.
type Room struct {
	Room    talks.RoomID       `json:"room"`
	Kind    talks.RoomKind     `json:"kind"`
	Title   string             `json:"title"`
	Purpose string             `json:"purpose,omitzero"`
	Members []RoomMember       `json:"members"`
	Rule    talks.DecisionRule `json:"rule" doc:"How the members decide."`
	Opened  string             `json:"opened" format:"date-time"`
	Opener  talks.Seat         `json:"opener"`
	Closed  *Place             `json:"closed,omitzero" doc:"The entry that closed it."`
	Size    int64              `json:"size" minimum:"0" doc:"Entries in the room."`
	Root    string             `json:"root" doc:"The root of its tree (RFC 6962), in base64."`
	Latest  string             `json:"latest" format:"date-time" doc:"The time of the last entry."`
}

// RoomMember is a delegation that sits in a room.
type RoomMember struct {
	Delegation talks.Delegation `json:"delegation"`
	Role       talks.RoomRole   `json:"role"`
}

// RoomOf returns a room's wire form.
func RoomOf(v *ledger.View, s *talks.State) Room {
	r := &s.Room
	root := v.Head(r.ID).Root
	return Room{
		Room: r.ID, Kind: r.Kind, Title: r.Title, Purpose: r.Purpose, Rule: r.Rule,
		Members: each(r.Members, func(d talks.Delegation) RoomMember { return RoomMember{d, r.RoleOf(d)} }),
		Opened:  moment(r.Opened), Opener: r.Opener, Closed: PlaceOf(r.Closed),
		Size: s.Size(), Root: base64.StdEncoding.EncodeToString(root[:]), Latest: moment(s.Time()),
	}
}

// Rooms returns the rooms of a view: the lobby first, then in the order they were opened.
func Rooms(v *ledger.View) []Room {
	return each(v.World().Rooms(), func(s *talks.State) Room { return RoomOf(v, s) })
}

// Marks are how many entries of each room a seat has read.
type Marks struct {
	Seen map[talks.RoomID]int64 `json:"seen" doc:"Entries by room."`
}
