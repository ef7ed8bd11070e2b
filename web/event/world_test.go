package event

import (
	"strings"
	"time"

	"parley/internal/talks"
)

// Three rooms as a viewer in all of them has them.
var (
	lobby  = talks.RoomID(strings.Repeat("a", 26))
	direct = talks.RoomID(strings.Repeat("b", 26))
	caucus = talks.RoomID(strings.Repeat("c", 26))
	start  = time.Date(2025, 2, 17, 8, 0, 0, 0, time.UTC)
)

// said is an act as it is written: where, by whom, what.
type said struct {
	room talks.RoomID
	seat talks.Seat
	act  talks.Act
}

// world folds acts, an hour apart, after those that open the rooms and seat two delegations. It checks nothing, so that it can hold what could
// never be appended.
func world(acts ...said) *talks.World {
	acts = append([]said{
		{lobby, "us-head", &talks.RoomOpen{Type: talks.Lobby, Title: "Lobby", Process: "Talks"}},
		{lobby, "us-head", &talks.PartyDeclare{Name: "us", Title: "United States", Type: "state", Role: "principal"}},
		{lobby, "us-head", &talks.PartyDeclare{Name: "ru", Title: "Russia", Type: "state", Role: "principal"}},
		{lobby, "us-head", &talks.PartyDeclare{Name: "envoy", Title: "Envoy", Type: "person", Role: "facilitator", Of: []talks.Ref{{Name: "us"}}}},
		{lobby, "us-head", &talks.DelegationDesignate{Code: "us", Party: talks.Ref{Name: "us"}, Title: "US team", Head: "us-head", Members: []talks.Member{{Person: "Marco Rubio", Office: "Secretary of State", Part: "head"}}}},
		{lobby, "us-head", &talks.DelegationDesignate{Code: "ru", Party: talks.Ref{Name: "ru"}, Title: "Russian team", Head: "ru-head"}},
		{lobby, "us-head", &talks.DelegationDesignate{Code: "ua", Party: talks.Ref{Name: "nobody"}, Title: "Ukrainian team", Head: "ua-head"}},
		{direct, "us-head", &talks.RoomOpen{Type: "direct", Title: "Direct", Members: []talks.Delegation{"us", "ru"}}},
		{caucus, "us-head", &talks.RoomOpen{Type: talks.Caucus, Title: "Caucus", Members: []talks.Delegation{"us"}}},
	}, acts...)
	states := map[talks.RoomID]*talks.State{}
	for i, a := range acts {
		s := states[a.room]
		if s == nil {
			s = talks.NewState(a.room)
			states[a.room] = s
		}
		s.Fold(talks.NewEntry(a.room, s.Size(), start.Add(time.Duration(i)*time.Hour), a.seat, a.act.Kind(), a.act))
	}
	return talks.NewWorld(states[lobby], states[direct], states[caucus])
}

// in names an object of the lobby.
func in(name string) talks.Ref { return talks.Ref{Room: lobby, Name: name} }
