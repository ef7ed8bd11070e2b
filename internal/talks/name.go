package talks

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// RoomID is a room's random identifier: 26 characters of lower-case base32. It is also the origin of the room's Merkle log.
type RoomID string

// Valid reports whether the identifier has the form of one; it says nothing of whether there is such a room.
func (id RoomID) Valid() bool {
	if len(id) != 26 {
		return false
	}
	for _, c := range []byte(id) {
		if (c < 'a' || c > 'z') && (c < '2' || c > '7') {
			return false
		}
	}
	return true
}

// Ref names an object: a party, an issue, a meeting, a source, a statement, an event, a relation, a proposal. An object's name
// is unique in its room only, so its identity is the pair. As text it is "name" for an object of the same room and
// "room/name" for one of another room. In a [State] every Ref has its room.
type Ref struct {
	Room RoomID
	Name string
}

// IsZero reports whether nothing is named.
func (r Ref) IsZero() bool { return r == Ref{} }

func (r Ref) String() string {
	if r.Room == "" {
		return r.Name
	}
	return string(r.Room) + "/" + r.Name
}

// MarshalText writes the reference as its text form.
func (r Ref) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads the text form; the empty text names nothing. The room's part may be a handle that a front end still has to replace by the
// identifier; Check refuses one that is not.
func (r *Ref) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*r = Ref{}
		return nil
	}
	room, name, ok := strings.Cut(string(b), "/")
	if !ok {
		room, name = "", room
	}
	if name == "" || (ok && room == "") || strings.Contains(name, "/") {
		return fmt.Errorf("%q is not a reference: write a name, or room/name", string(b))
	}
	*r = Ref{RoomID(room), name}
	return nil
}

// Compare orders references by room and name.
func (r Ref) Compare(o Ref) int {
	if c := strings.Compare(string(r.Room), string(o.Room)); c != 0 {
		return c
	}
	return strings.Compare(r.Name, o.Name)
}

// ValidName reports whether s can name an object: letters and digits of any script, hyphens inside, at most 64 characters.
// Names are part of addresses and of files, so they have no spaces and no marks that need escaping.
func ValidName(s string) bool {
	if s == "" || utf8.RuneCountInString(s) > 64 || strings.HasPrefix(s, "-") || strings.HasSuffix(s, "-") {
		return false
	}
	// Two names that look the same are the same: one form of each letter, and nothing that is not seen.
	if !norm.NFC.IsNormalString(s) {
		return false
	}
	for _, c := range s {
		if unseen(c) || c == utf8.RuneError || (c != '-' && !unicode.IsLetter(c) && !unicode.IsDigit(c) && !unicode.IsMark(c)) || unicode.IsUpper(c) {
			return false
		}
	}
	return true
}

// unseen reports whether a character is not shown by itself: joiners and selectors of variants.
func unseen(c rune) bool {
	return c == '\u034F' || unicode.In(c, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}

// Slug makes a name out of a title: lower case, a hyphen for every run of what a name cannot have. It is empty where
// nothing is left.
func Slug(title string) string {
	var b strings.Builder
	gap, n := false, 0
	for _, c := range norm.NFC.String(strings.ToLower(title)) {
		if unseen(c) {
			continue
		}
		if !unicode.IsLetter(c) && !unicode.IsDigit(c) && !unicode.IsMark(c) || unicode.IsUpper(c) || c == utf8.RuneError {
			gap = n > 0
			continue
		}
		if n >= 40 {
			break
		}
		if gap {
			b.WriteByte('-')
			gap = false
			n++
		}
		b.WriteRune(c)
		n++
	}
	return b.String()
}

// Delegation is the code of a delegation, unique in its process: a lower-case letter, then letters and digits, at most 16.
type Delegation string

// Valid reports whether the code has the form of one.
func (d Delegation) Valid() bool {
	if d == "" || len(d) > 16 || d[0] < 'a' || d[0] > 'z' {
		return false
	}
	for _, c := range []byte(d) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// Seat is a person's place in a delegation: the delegation's code, a hyphen and a name, as in us-head.
type Seat string

// Delegation returns the code before the first hyphen. A code has no hyphen, so no two delegations share a seat.
func (s Seat) Delegation() Delegation {
	d, _, _ := strings.Cut(string(s), "-")
	return Delegation(d)
}

// Valid reports whether the seat has the form of one: a delegation's code, a hyphen, and lower-case letters, digits and hyphens.
func (s Seat) Valid() bool {
	d, name, ok := strings.Cut(string(s), "-")
	if !ok || !Delegation(d).Valid() || name == "" || len(name) > 40 {
		return false
	}
	for _, c := range []byte(name) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

// Role is what a seat may do. Roles are ordered: each may do what those before it may.
type Role string

// The roles. An observer reads; an adviser writes in the caucus; a delegate speaks and proposes; a head commits, adopts,
// signs and admits. The zero Role may do nothing.
const (
	Observer Role = "observer"
	Adviser  Role = "adviser"
	Delegate Role = "delegate"
	Head     Role = "head"
)

var roles = []Role{Observer, Adviser, Delegate, Head}

// AtLeast reports whether the role may do what another may. No role is at least an unknown one.
func (r Role) AtLeast(need Role) bool {
	n := slices.Index(roles, need)
	return n >= 0 && slices.Index(roles, r) >= n
}
