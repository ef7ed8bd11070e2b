package ledger

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"strconv"
	"sync/atomic"
	"time"

	"parley/internal/plant"
	"parley/internal/talks"
	"parley/record"
)

// Clock tells the time. It is given the time of the last entry of the room that is written to, or of the view that is made, so
// that a clock for demonstrations can be a function of what the viewer sees and of nothing else.
type Clock func(last time.Time) time.Time

// source is where identifiers, salts and keys come from: the operating system, or a seed. What a seed gives for a room
// depends on nothing outside that room, so that two worlds made from one seed differ only where their acts do.
type source struct {
	seeded bool
	seed   [8]byte
	rooms  atomic.Int64 // for a planted fault only
}

var idEncoding = base32.StdEncoding.WithPadding(base32.NoPadding)

func (s *source) bytes(n int, labels ...string) []byte {
	if !s.seeded {
		b := make([]byte, n)
		_, _ = rand.Read(b) // never fails: it ends the program instead
		return b
	}
	mac := hmac.New(sha256.New, s.seed[:])
	var length [8]byte
	for _, l := range labels {
		binary.BigEndian.PutUint64(length[:], uint64(len(l)))
		mac.Write(length[:])
		mac.Write([]byte(l))
	}
	return mac.Sum(nil)[:n]
}

// room returns an identifier for a room that a seat opens with that payload. try counts the attempts, for when it is taken.
func (s *source) room(process string, seat talks.Seat, payload []byte, try int) talks.RoomID {
	if plant.Is("counted-ids") {
		process += strconv.FormatInt(s.rooms.Add(1), 10)
	}
	b := s.bytes(16, "room", process, string(seat), string(payload), strconv.Itoa(try))
	id := []byte(idEncoding.EncodeToString(b))
	for i, c := range id {
		if c >= 'A' && c <= 'Z' {
			id[i] = c + 'a' - 'A'
		}
	}
	return talks.RoomID(id)
}

func (s *source) salt(room talks.RoomID, index int64) []byte {
	return s.bytes(record.SaltSize, "salt", string(room), strconv.FormatInt(index, 10))
}

func (s *source) hostSeed() []byte { return s.bytes(32, "host") }
