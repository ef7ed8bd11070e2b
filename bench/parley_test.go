package bench

import (
	"context"
	"fmt"
	"net"
	"time"

	"parley/internal/ledger"
	"parley/internal/server"
	"parley/internal/talks"
)

const processID = "talks"

// serveParley serves a process of two delegations with that many seats between them, a lobby and a plenary.
func serveParley(ctx context.Context, data string, seats int) (*ready, <-chan error, error) {
	l, err := ledger.Open(ctx, data)
	if err != nil {
		return nil, nil, err
	}
	r := &ready{}
	script := ledger.Script{Process: processID}
	at := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	add := func(room string, seat talks.Seat, a talks.Act) {
		at = at.Add(time.Second)
		script.Items = append(script.Items, ledger.Item{Room: room, Seat: seat, At: at, Kind: a.Kind(), Act: a})
	}
	codes := []talks.Delegation{"aa", "bb"}
	add("lobby", "aa-head", &talks.RoomOpen{Type: talks.Lobby, Title: "Lobby"})
	for _, d := range codes {
		add("lobby", "aa-head", &talks.PartyDeclare{Name: "party-" + string(d), Title: "Party " + string(d), Type: "state", Role: "principal"})
	}
	for _, d := range codes {
		add("lobby", "aa-head", &talks.DelegationDesignate{Code: d, Party: talks.Ref{Name: "party-" + string(d)}, Title: "Delegation " + string(d), Head: talks.Seat(d + "-head")})
	}
	for _, d := range codes {
		add("caucus-"+string(d), talks.Seat(d+"-head"), &talks.RoomOpen{Type: talks.Caucus, Title: "Caucus", Members: []talks.Delegation{d}})
	}
	for i := range seats {
		d := codes[i%len(codes)]
		seat := talks.Seat(fmt.Sprintf("%s-s%d", d, i))
		add("caucus-"+string(d), talks.Seat(d+"-head"), &talks.SeatGrant{Holder: seat, Role: talks.Delegate})
		r.Tokens = append(r.Tokens, "demo:"+string(seat))
	}
	add("plenary", "aa-head", &talks.RoomOpen{Type: "plenary", Title: "Plenary", Members: codes})
	add("plenary", "aa-head", &talks.IssueOpen{Name: "border", Title: "Border", Question: "Where does the border run?"})
	for i := range 500 {
		seat := talks.Seat(codes[i%len(codes)] + "-head")
		if i%5 == 0 {
			add("plenary", seat, &talks.PositionRecord{Party: talks.Ref{Name: "party-" + string(codes[i/5%2])}, Issue: talks.Ref{Name: "border"}, Text: fmt.Sprintf("Position %d of ours.", i), Firmness: talks.Firmnesses[i%len(talks.Firmnesses)]})
			continue
		}
		add("plenary", seat, &talks.RemarkWrite{Text: fmt.Sprintf("Remark %d, of the length that such remarks have.", i)})
	}
	rooms, err := l.Load(ctx, script)
	if err != nil {
		return nil, nil, err
	}
	r.Room, r.Caucus, r.Head = string(rooms["plenary"]), string(rooms["caucus-aa"]), "demo:aa-head"
	h := server.New(server.Config{Ledger: l, Demo: &server.Demo{Process: processID, Seats: []talks.Seat{"aa-head"}}})
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	r.URL = "http://" + listener.Addr().String()
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx, listener, h, nil) }()
	return r, ended, nil
}
