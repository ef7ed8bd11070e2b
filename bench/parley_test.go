package bench

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"time"

	"parley/internal/account"
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
	all := []talks.Seat{"aa-head"}
	for i := range seats {
		d := codes[i%len(codes)]
		seat := talks.Seat(fmt.Sprintf("%s-s%d", d, i))
		add("caucus-"+string(d), talks.Seat(d+"-head"), &talks.SeatGrant{Holder: seat, Role: talks.Delegate})
		all = append(all, seat)
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
	r.Room, r.Caucus = string(rooms["plenary"]), string(rooms["caucus-aa"])
	accounts, err := account.Open(ctx, data, account.WithHashing(account.Hashing{Memory: 64, Passes: 1, Lanes: 1, Together: 2})) // nobody logs in here
	if err != nil {
		return nil, nil, err
	}
	if r.Tokens, err = tokens(ctx, l, accounts, all); err != nil {
		return nil, nil, err
	}
	r.Head, r.Tokens = r.Tokens[0], r.Tokens[1:]
	h := server.New(server.Config{Ledger: l, Accounts: accounts, Limits: server.Limits{StreamsAddress: -1, StreamsSeat: -1}})
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

// perAccount is how many seats one account of the benchmark has: fewer than it can have tokens.
const perAccount = 10

// tokens makes accounts that accept an invitation to each seat, and an API token for each.
func tokens(ctx context.Context, l *ledger.Ledger, accounts *account.Store, seats []talks.Seat) ([]string, error) {
	from := account.Client{Address: netip.MustParseAddr("127.0.0.1")}
	var out []string
	for i, seat := range seats {
		tenure, _, err := l.Tenure(ctx, ledger.Viewer{Process: processID, Seat: seat})
		if err != nil {
			return nil, err
		}
		h := account.Holding{Process: processID, Seat: seat, Tenure: tenure}
		invitation, err := accounts.Invite(ctx, account.Invitation{Holding: h, By: "bench"})
		if err != nil {
			return nil, err
		}
		var in *account.LogIn
		if i%perAccount == 0 {
			from.Session = ""
			in, _, err = accounts.Register(ctx, invitation, account.Registration{Login: fmt.Sprintf("bench%d", i), Name: "Bench", Password: "seven quiet harbours"}, from)
		} else {
			in, _, err = accounts.Accept(ctx, invitation, from)
		}
		if err != nil {
			return nil, err
		}
		from.Session = in.Token
		secret, _, err := accounts.NewToken(ctx, in.Token, h, "bench", true, time.Time{})
		if err != nil {
			return nil, err
		}
		out = append(out, secret)
	}
	return out, nil
}
