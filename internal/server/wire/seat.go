package wire

import (
	"parley/internal/ledger"
	"parley/internal/talks"
)

// Seat is a seat of the own delegation.
type Seat struct {
	Seat      talks.Seat `json:"seat"`
	Role      talks.Role `json:"role,omitzero" doc:"What it may do now; left out where it has ended."`
	Person    string     `json:"person,omitzero"`
	Until     talks.Date `json:"until,omitzero" doc:"When it ends by itself."`
	Alternate talks.Seat `json:"alternate,omitzero" doc:"Who has its role while the holder is away."`
	Away      talks.Date `json:"away,omitzero"`
	Granted   *Place     `json:"granted,omitzero" doc:"The entry that gave it; left out for a head that the lobby names."`
	Revoked   *Place     `json:"revoked,omitzero"`
}

// Seats returns the seats of the viewer's delegation: the head that the lobby names, then those that the caucus has, in the order of their
// grants.
func Seats(v *ledger.View) []Seat {
	w, out := v.World(), []Seat{}
	caucus := w.CaucusOf(v.Delegation())
	if head := w.HeadOf(v.Delegation()); head != "" && (caucus == nil || caucus.Seats.Get(string(head)) == nil) {
		out = append(out, Seat{Seat: head, Role: w.Authority(head, v.Now()).Role})
	}
	if caucus == nil {
		return out
	}
	for st := range caucus.Seats.All() {
		out = append(out, Seat{
			Seat: st.Seat, Role: w.Authority(st.Seat, v.Now()).Role, Person: st.Person, Until: st.Until, Alternate: st.Alternate, Away: st.Away,
			Granted: PlaceOf(st.By), Revoked: PlaceOf(st.Revoked),
		})
	}
	return out
}

// Invitation is the newest invitation to a seat.
type Invitation struct {
	ID      string     `json:"id"`
	Seat    talks.Seat `json:"seat"`
	Open    bool       `json:"open" doc:"It can still be used."`
	Expires string     `json:"expires" format:"date-time"`
	Used    string     `json:"used,omitzero" format:"date-time"`
	Link    string     `json:"link,omitzero" doc:"What to give to the person who is to sit there. It is shown once, when it is made."`
}

// Token is a token of the own seat.
type Token struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Write   bool   `json:"write"`
	Created string `json:"created" format:"date-time"`
	Expires string `json:"expires" format:"date-time"`
	Used    string `json:"used,omitzero" format:"date-time" doc:"When it was used last, to the minute."`
	Revoked string `json:"revoked,omitzero" format:"date-time"`
	Secret  string `json:"secret,omitzero" doc:"The token itself. It is shown once, when it is made."`
}

// Invite asks for an invitation.
type Invite struct {
	Seat talks.Seat `json:"seat"`
}

// NewToken asks for a token.
type NewToken struct {
	Name  string `json:"name" minLength:"1" maxLength:"80" doc:"What you call it."`
	Write bool   `json:"write,omitzero" doc:"It may write acts; otherwise it reads."`
	Days  int    `json:"days,omitzero" minimum:"1" maximum:"365" doc:"How long it works; 90 days where it is left out."`
}

// Ended is something that works no more.
type Ended struct {
	ID string `json:"id"`
}
