package client

import "time"

// Me is who the token is for.
type Me struct {
	Process    string    `json:"process"`
	Title      string    `json:"title"`
	Seat       string    `json:"seat"`
	Delegation string    `json:"delegation"`
	Party      string    `json:"party"` // a reference; empty where the delegation is not designated
	Role       string    `json:"role"`
	Write      bool      `json:"write"` // false for a token that only reads
	Now        time.Time `json:"now"`   // by the host's clock
	Host       string    `json:"host"`  // the host's public key, as the host says
}

// Process is a process in which the seat sits.
type Process struct {
	Process string    `json:"process"`
	Title   string    `json:"title"`
	Seat    string    `json:"seat"`
	Role    string    `json:"role"`
	Rooms   int       `json:"rooms"`
	Entries int64     `json:"entries"`
	Latest  time.Time `json:"latest"`
}

// View is all that a seat sees.
type View struct {
	Process string     `json:"process"`
	Title   string     `json:"title"`
	Seat    string     `json:"seat"`
	Role    string     `json:"role"`
	AsOf    time.Time  `json:"as_of"` // zero for the present
	Rooms   []RoomActs `json:"rooms"` // the lobby first, then in the order they were opened
}

// RoomActs is a room with entries of it.
type RoomActs struct {
	Room    string   `json:"room"`
	Kind    string   `json:"kind"`
	Title   string   `json:"title"`
	Members []string `json:"members"`
	Closed  bool     `json:"closed"`
	Size    int64    `json:"size"` // entries in the room
	Root    string   `json:"root"` // of the room's tree, in base64
	Entries []Entry  `json:"entries"`
	Next    string   `json:"next"`
}

// Room is a room as it stands, without what was said in it.
type Room struct {
	Room    string    `json:"room"`
	Kind    string    `json:"kind"`
	Title   string    `json:"title"`
	Purpose string    `json:"purpose"`
	Members []Member  `json:"members"`
	Rule    string    `json:"rule"`
	Opened  time.Time `json:"opened"`
	Opener  string    `json:"opener"`
	Closed  *Place    `json:"closed"` // nil while it is open
	Size    int64     `json:"size"`
	Root    string    `json:"root"`
	Latest  time.Time `json:"latest"`
}

// Member is a delegation in a room.
type Member struct {
	Delegation string `json:"delegation"`
	Role       string `json:"role"` // chair, member or observer
}

// Entry is one act in its place.
type Entry struct {
	Room   string    `json:"room"` // empty where the answer is of one room
	Index  int64     `json:"index"`
	Time   time.Time `json:"time"`
	Seat   string    `json:"seat"`
	Kind   string    `json:"kind"`
	Body   Body      `json:"body"` // nil for an erased entry
	Erased bool      `json:"erased"`
}

// Place is where something stands in the record.
type Place struct {
	Room  string    `json:"room"`
	Index int64     `json:"index"`
	Time  time.Time `json:"time"`
	Seat  string    `json:"seat"`
}

// Fact is an act that stands by itself, in its place.
type Fact struct {
	Place
	Said Body `json:"said"`
}

// Object is what every named thing has.
type Object struct {
	Ref     string `json:"ref"` // room/name
	Made    *Place `json:"made"`
	Changed *Place `json:"changed"`
}

// Party is a party as it stands.
type Party struct {
	Object
	Title      string   `json:"title"`
	Short      string   `json:"short"`
	Kind       string   `json:"kind"`
	Role       string   `json:"role"`
	Of         []string `json:"of"`
	Note       string   `json:"note"`
	Delegation string   `json:"delegation"`
	Goals      []Fact   `json:"goals"`     // of one party
	Positions  []Stand  `json:"positions"` // of one party
}

// Issue is an issue as it stands.
type Issue struct {
	Object
	Title      string      `json:"title"`
	Question   string      `json:"question"`
	Options    []Choice    `json:"options"`
	Scale      *Scale      `json:"scale"`
	Affects    []string    `json:"affects"`
	Closed     *Place      `json:"closed"`
	Outcome    string      `json:"outcome"`
	Positions  []Stand     `json:"positions"`  // of one issue
	Statements []Statement `json:"statements"` // of one issue
}

// Choice is one answer to an issue's question.
type Choice struct {
	Name  string `json:"name"`
	Title string `json:"title"`
}

// Scale is a line on which positions on an issue can be put. Its ends are decimals.
type Scale struct {
	Low  string `json:"low"`
	High string `json:"high"`
	Min  string `json:"min"`
	Max  string `json:"max"`
	Unit string `json:"unit"`
}

// Stand is where a party stands on an issue.
type Stand struct {
	Issue      string     `json:"issue"`
	Party      string     `json:"party"`
	Declared   *Position  `json:"declared"`   // its own latest word
	Attributed *Position  `json:"attributed"` // the latest that another says of it
	History    []Position `json:"history"`    // of one issue
}

// Position is what one act says of a party's place on an issue.
type Position struct {
	Fact
	Declared bool `json:"declared"`
}

// Proposal is an offer with the answers to it.
type Proposal struct {
	Object
	Said       Body       `json:"said"`
	Electorate Electorate `json:"electorate"`
	Answers    []Fact     `json:"answers"`   // the last of each delegation
	Responses  []Fact     `json:"responses"` // all
	Withdrawn  *Fact      `json:"withdrawn"`
	Open       bool       `json:"open"`
}

// Electorate is who decides on a proposal, and by what rule: as its room was when it was tabled.
type Electorate struct {
	Rule   string   `json:"rule"`
	Chair  string   `json:"chair"` // empty where the room had none
	Voters []string `json:"voters"`
}

// Meeting is a meeting with what was said of it.
type Meeting struct {
	Object
	Scheduled Body   `json:"scheduled"`
	When      string `json:"when"`
	Upcoming  bool   `json:"upcoming"`
	Held      *Fact  `json:"held"`
	Cancelled *Fact  `json:"cancelled"`
	Readouts  []Fact `json:"readouts"`
}

// Delegation is a designated delegation.
type Delegation struct {
	Delegation string   `json:"delegation"`
	Party      string   `json:"party"`
	Title      string   `json:"title"`
	Level      string   `json:"level"`
	Head       string   `json:"head"`
	Members    []Person `json:"members"`
	Made       *Place   `json:"made"`
	Changed    *Place   `json:"changed"`
	Mandates   []Fact   `json:"mandates"`
	Rooms      []string `json:"rooms"`
}

// Person is a member of a delegation.
type Person struct {
	Person string `json:"person"`
	Office string `json:"office"`
	Part   string `json:"part"`
}

// Source is a source.
type Source struct {
	Object
	Said Body `json:"said"`
}

// Statement is something that a party said.
type Statement struct {
	Object
	Declared bool   `json:"declared"`
	When     string `json:"when"`
	Said     Body   `json:"said"`
}

// Event is something that happened outside the rooms.
type Event struct {
	Object
	When string `json:"when"`
	Said Body   `json:"said"`
}

// Relation is how two parties stand to each other.
type Relation struct {
	Object
	Between     []string `json:"between"`
	Assessments []Fact   `json:"assessments"`
}

// Dated is something on the timeline.
type Dated struct {
	When    string   `json:"when"`
	What    string   `json:"what"`
	Text    string   `json:"text"`
	Ref     string   `json:"ref"`
	Parties []string `json:"parties"`
	Made    *Place   `json:"made"`
}

// Access is who sees what, as far as the seat knows.
type Access struct {
	Delegations []string     `json:"delegations"`
	Rooms       []RoomAccess `json:"rooms"`
	Entries     int64        `json:"entries"`
}

// RoomAccess is who sees a room.
type RoomAccess struct {
	Room    string   `json:"room"`
	Title   string   `json:"title"`
	Entries int64    `json:"entries"`
	Sees    []string `json:"sees"`
	Blind   []string `json:"blind"`
}

// Receipt says where an act stands.
type Receipt struct {
	Room       string    `json:"room"`
	Index      int64     `json:"index"`
	Time       time.Time `json:"time"`
	Leaf       string    `json:"leaf"`       // what was hashed into the room's tree
	Checkpoint string    `json:"checkpoint"` // signed over a tree that holds the leaf
	Again      bool      `json:"again"`      // the act was recorded by an earlier attempt
}

// Head is the signed head of a room's tree.
type Head struct {
	Room       string   `json:"room"`
	Size       int64    `json:"size"`
	Root       string   `json:"root"`
	Checkpoint string   `json:"checkpoint"`
	Host       string   `json:"host"`
	Extends    []string `json:"extends"` // the proof that it extends the tree that was asked about
}

// Proof is an entry with all that is needed to check it.
type Proof struct {
	Entry      Entry    `json:"entry"` // its body is the payload where the proof was checked
	Room       string   `json:"room"`
	Leaf       string   `json:"leaf"`
	Salt       []byte   `json:"salt"`
	Payload    []byte   `json:"payload"` // the act's bytes as they arrived; nil once it is erased
	Size       int64    `json:"size"`
	Root       string   `json:"root"`
	Hashes     []string `json:"hashes"`
	Checkpoint string   `json:"checkpoint"`
	Host       string   `json:"host"`
}
