package server

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"parley/internal/account"
	"parley/internal/ledger"
	"parley/internal/talks"
	"parley/web/seats"
	"parley/web/ui"
)

// getSeats lists the seats that an account holds, in whichever processes, for one to be chosen.
func (s *server) getSeats(w http.ResponseWriter, r *http.Request) error {
	v, err := s.visitor(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	m := &seats.Mine{Loc: locale(r, q), Who: v.who(), Then: local(q.Get("then")), Ended: q.Has("ended")}
	holdings, err := s.Accounts.Holdings(r.Context(), v.Account)
	if err != nil {
		return err
	}
	for _, h := range holdings {
		view, err := s.Ledger.View(r.Context(), viewerOf(h))
		switch {
		case errors.Is(err, ledger.ErrNotFound) && h == v.Holding:
			return &seatEnded{v}
		case errors.Is(err, ledger.ErrNotFound):
			s.endHolding(r.Context(), h)
			m.Ended = true
			continue
		case err != nil:
			return err
		}
		held := seats.Held{Process: h.Process, Title: view.Title(), Seat: h.Seat, Role: view.Role(), Chosen: h == v.Holding}
		if d := view.World().Delegation(h.Seat.Delegation()); d != nil {
			held.Team = d.Title
		}
		m.Seats = append(m.Seats, held)
	}
	return s.shown(w, r, http.StatusOK, seats.ShowMine(m))
}

// chooseSeat makes one of the account's seats the one that the session speaks for.
func (s *server) chooseSeat(w http.ResponseWriter, r *http.Request) error {
	v, err := s.visitor(r)
	if err != nil {
		return err
	}
	if err := parseForm(r); err != nil {
		return err
	}
	h, err := s.held(r, v, r.PostForm.Get("process"), talks.Seat(r.PostForm.Get("seat")))
	if errors.Is(err, account.ErrNotFound) || err == nil && !s.holds(r.Context(), h) {
		seeOther(w, "/seats?ended=")
		return nil
	}
	if err != nil {
		return err
	}
	token, err := s.Accounts.Choose(r.Context(), v.token, h)
	if err != nil {
		return err
	}
	s.setSession(w, r, token)
	to := local(r.PostForm.Get("then"))
	if to == "" || !fits(to, h.Process) {
		to = pageURL(h.Process, "")
	}
	seeOther(w, to)
	return nil
}

// getDelegationSeats shows the seats of the viewer's delegation in a process.
func (s *server) getDelegationSeats(w http.ResponseWriter, r *http.Request) error {
	c, err := s.caller(r, r.PathValue("process"))
	if err != nil {
		return err
	}
	q := r.URL.Query()
	if q.Has("stop") {
		return s.stop(w, r, c.Viewer, q)
	}
	p, err := s.newPage(r, c.Viewer, q)
	if err != nil {
		return err
	}
	p.Who = c.who
	d, err := s.doorsOf(r, p)
	if err != nil {
		return err
	}
	return s.render(w, r, p, seats.Show(d), http.StatusOK)
}

// seatsAgain shows the page of seats as the answer to a post.
func (s *server) seatsAgain(w http.ResponseWriter, r *http.Request, p *ui.Page, status int, change func(*seats.Doors)) error {
	p.Path, p.Query, p.Still = "seats", nil, true
	d, err := s.doorsOf(r, p)
	if err != nil {
		return err
	}
	change(d)
	return s.render(w, r, p, seats.Show(d), status)
}

// doorsOf gathers what the accounts know of the seats that the viewer can invite to, and of no others.
func (s *server) doorsOf(r *http.Request, p *ui.Page) (*seats.Doors, error) {
	d := &seats.Doors{Open: s.Accounts != nil, Newest: map[talks.Seat]*seats.Invitation{}}
	if !d.Open || p.View.Role() != talks.Head {
		return d, nil
	}
	own := p.View.Delegation()
	tenures := map[talks.Seat]talks.Ref{}
	tenure := func(seat talks.Seat) talks.Ref {
		if _, ok := tenures[seat]; !ok {
			tenures[seat], _ = p.W().Invitable(p.View.Seat(), p.View.Role(), seat, p.View.Now())
		}
		return tenures[seat]
	}
	list, err := s.Accounts.Invitations(r.Context(), p.View.Process(), func(seat talks.Seat) bool { return !tenure(seat).IsZero() })
	if err != nil {
		return nil, err
	}
	for _, i := range list {
		h := i.Holding
		// Of another delegation's head only one's own invitations are shown: what that delegation does with its seats is its own.
		if h.Tenure != tenure(h.Seat) || d.Newest[h.Seat] != nil || h.Seat.Delegation() != own && talks.Seat(i.By).Delegation() != own {
			continue
		}
		open := s.isOpen(i)
		if h.Seat.Delegation() != own {
			// That it was withdrawn, because the delegation took the seat from whoever was to have it, is the delegation's own too.
			open = s.isUnused(i)
		}
		d.Newest[h.Seat] = &seats.Invitation{ID: string(i.ID), Expires: i.Expires, Used: i.Used, Open: open}
	}
	d.Held = func(seat talks.Seat) bool {
		held, err := s.Accounts.Held(r.Context(), account.Holding{Process: p.View.Process(), Seat: seat, Tenure: tenure(seat)})
		if err != nil {
			s.Log.Error("couldn't ask who holds a seat", "error", err)
		}
		return held
	}
	return d, nil
}

// isOpen reports whether an invitation can still be used.
func (s *server) isOpen(i account.Invitation) bool { return i.Withdrawn.IsZero() && s.isUnused(i) }

// isUnused reports whether an invitation can still be used, as far as who made it knows.
func (s *server) isUnused(i account.Invitation) bool {
	return i.Used.IsZero() && i.Expires.After(s.Now())
}

// posted begins the answer to a form that writes: who asks, in the seat that the form was shown to.
func (s *server) posted(r *http.Request) (*ui.Page, error) {
	c, err := s.caller(r, r.PathValue("process"))
	if err != nil {
		return nil, err
	}
	if err := parseForm(r); err != nil {
		return nil, err
	}
	// What one typed in one seat is not recorded in another, which was taken in another window meanwhile.
	if as := r.PostForm.Get("as"); as != "" && as != string(c.Seat) {
		return nil, errOtherSeat
	}
	p, err := s.newPage(r, c.Viewer, nil)
	if err != nil {
		return nil, err
	}
	p.Who = c.who
	return p, nil
}

// postDelegationSeats writes what a form of the page of seats says.
func (s *server) postDelegationSeats(w http.ResponseWriter, r *http.Request) error {
	p, err := s.posted(r)
	if err != nil {
		return err
	}
	room, act := seatAct(p, r)
	if act == nil {
		return errBadForm
	}
	if err := s.write(r, p, room, act); err != nil {
		var ps talks.Problems
		if !errors.As(err, &ps) {
			return err
		}
		p.Problems, p.Form = ps, r.PostForm
		return s.seatsAgain(w, r, p, http.StatusUnprocessableEntity, func(*seats.Doors) {})
	}
	seeOther(w, pageURL(p.View.Process(), "seats"))
	return nil
}

// seatAct is the act that a form of the page of seats says, and the room that it is for; nil for a form that the page does not have.
func seatAct(p *ui.Page, r *http.Request) (talks.RoomID, talks.Act) {
	f, own := r.PostForm, p.View.Delegation()
	var caucus, lobby talks.RoomID
	if c := p.W().CaucusOf(own); c != nil {
		caucus = c.Room.ID
	}
	if l := p.W().Lobby(); l != nil {
		lobby = l.Room.ID
	}
	switch do := f.Get("do"); {
	case do == "caucus":
		return "", &talks.RoomOpen{Type: talks.Caucus, Title: p.Loc.T("seats.caucus-title"), Members: []talks.Delegation{own}}
	case do == "grant" && caucus != "":
		return caucus, &talks.SeatGrant{
			Holder: talks.Seat(field(f, "holder")), Role: talks.Role(field(f, "role")), Person: field(f, "person"),
			Until: talks.Date(field(f, "until")), Alternate: talks.Seat(field(f, "alternate")), Away: talks.Date(field(f, "away")),
		}
	case do == "revoke" && caucus != "":
		return caucus, &talks.SeatRevoke{Holder: talks.Seat(field(f, "holder")), Reason: field(f, "reason")}
	case do == "restore":
		return lobby, &talks.DelegationRestore{Code: talks.Delegation(field(f, "delegation")), Head: talks.Seat(field(f, "head")), Reason: field(f, "reason")}
	case do == "retain":
		return lobby, &talks.DelegationRetain{Code: own, Reason: field(f, "reason")}
	}
	return "", nil
}

// write appends an act of a form, once however often the form is sent.
func (s *server) write(r *http.Request, p *ui.Page, room talks.RoomID, act talks.Act) error {
	payload, err := talks.Encode(act)
	if err != nil {
		return err
	}
	var options []ledger.AppendOption
	if key := r.PostForm.Get("key"); key != "" {
		options = append(options, ledger.Key(key))
	}
	_, err = s.append(r.Context(), p.View.Viewer(), room, act.Kind(), payload, options...)
	return err
}

// append writes an act, and ends what rests on a seat that the act takes away.
func (s *server) append(ctx context.Context, v ledger.Viewer, room talks.RoomID, kind talks.Kind, payload []byte, options ...ledger.AppendOption) (*ledger.Receipt, error) {
	if err := s.sealed(ctx, v, room, kind, payload); err != nil {
		return nil, err
	}
	receipt, err := s.Ledger.Append(ctx, v, room, kind, payload, options...)
	if err == nil && s.Accounts != nil && (kind == "seat.revoke" || kind == "seat.grant") {
		s.endSeat(context.WithoutCancel(ctx), v.Process, kind, payload)
	}
	return receipt, err
}

// endSeat ends the sessions and tokens of whoever had a seat in a tenure that holds no more.
func (s *server) endSeat(ctx context.Context, process string, kind talks.Kind, payload []byte) {
	var seat talks.Seat
	switch act, _ := talks.Decode(kind, payload); act := act.(type) {
	case *talks.SeatRevoke:
		seat = act.Holder
	case *talks.SeatGrant:
		seat = act.Holder
	}
	for _, h := range s.endedTenures(ctx, process, seat) {
		s.endHolding(ctx, h)
	}
}

// endedTenures lists the tenures of a seat that somebody has and that hold no more. The gate is asked for each of them, and one that has ended
// does not come back: whatever is granted and accepted meanwhile is not among them.
func (s *server) endedTenures(ctx context.Context, process string, seat talks.Seat) []account.Holding {
	list, err := s.Accounts.Tenures(ctx, process, seat)
	if err != nil {
		s.Log.Error("couldn't end a seat", "error", err)
	}
	return slices.DeleteFunc(list, func(h account.Holding) bool {
		_, _, err := s.Ledger.Tenure(ctx, viewerOf(h))
		return !errors.Is(err, ledger.ErrNotFound) // it holds, or the gate is closed to everybody
	})
}

// invite makes an invitation to a seat and shows its link, once.
func (s *server) invite(w http.ResponseWriter, r *http.Request) error {
	p, err := s.posted(r)
	if err != nil {
		return err
	}
	seat := talks.Seat(r.PostForm.Get("seat"))
	token, err := s.inviteTo(r, p, seat)
	if ps, wrong := errors.AsType[talks.Problems](err); wrong {
		p.Problems = ps
		return s.seatsAgain(w, r, p, faultOf(err).status, func(*seats.Doors) {})
	}
	if why := notInvitable(err); why != "" {
		return s.seatsAgain(w, r, p, http.StatusConflict, func(d *seats.Doors) { d.Refused = why })
	}
	if err != nil {
		return err
	}
	return s.seatsAgain(w, r, p, http.StatusOK, func(d *seats.Doors) {
		d.Link = &seats.Link{Seat: seat, URL: s.origin(r) + "/invitation/" + token}
		if i := d.Newest[seat]; i != nil {
			d.Link.Expires = i.Expires
		}
	})
}

// inviteTo makes an invitation by the viewer to a seat, and returns the token of its link. Another delegation's head is invited until an
// invitation was used, whatever became of the seat since: to answer otherwise would tell what that delegation does with it.
func (s *server) inviteTo(r *http.Request, p *ui.Page, seat talks.Seat) (string, error) {
	tenure, err := s.Ledger.Invitable(r.Context(), p.View.Viewer(), seat)
	if err != nil {
		return "", err
	}
	return s.Accounts.Invite(r.Context(), account.Invitation{
		Holding: account.Holding{Process: p.View.Process(), Seat: seat, Tenure: tenure}, By: string(p.View.Seat()),
	})
}

// withdrawable admits the seat of the own delegation whose newest invitation that is. One to another delegation's head is replaced by a new
// one: whether it is still open, its delegation may have decided.
func withdrawable(d *seats.Doors, own talks.Delegation, id string) func(talks.Seat) bool {
	return func(seat talks.Seat) bool {
		return seat.Delegation() == own && d.Newest[seat] != nil && d.Newest[seat].ID == id
	}
}

// notInvitable is the id of the words for why there is no invitation; empty where there is one, or where it is a fault.
func notInvitable(err error) string {
	switch {
	case errors.Is(err, account.ErrTaken):
		return "taken"
	case errors.Is(err, account.ErrMany):
		return "many"
	}
	return ""
}

// withdraw ends an open invitation to a seat that the viewer can invite to.
func (s *server) withdraw(w http.ResponseWriter, r *http.Request) error {
	p, err := s.posted(r)
	if err != nil {
		return err
	}
	d, err := s.doorsOf(r, p)
	if err != nil {
		return err
	}
	id := r.PostForm.Get("id")
	err = s.Accounts.Withdraw(r.Context(), p.View.Process(), withdrawable(d, p.View.Delegation(), id), account.ID(id))
	if errors.Is(err, account.ErrNotFound) {
		return s.seatsAgain(w, r, p, http.StatusConflict, func(d *seats.Doors) { d.Refused = "gone" })
	}
	if err != nil {
		return err
	}
	seeOther(w, pageURL(p.View.Process(), "seats"))
	return nil
}

// newest returns the newest invitation that fits; nil where none does.
func newest(list []account.Invitation, fits func(account.Invitation) bool) *account.Invitation {
	if i := slices.IndexFunc(list, fits); i >= 0 {
		return &list[i]
	}
	return nil
}
