package ledger

import (
	"errors"
	"fmt"

	"parley/internal/talks"
)

var (
	// ErrNotFound is the answer for what does not exist and for what the viewer may not see: the same for both.
	ErrNotFound = errors.New("there is no such thing")
	// ErrUnavailable: nothing can be written at the moment, because the disk is full or read-only. Nothing was stored, reading
	// goes on, and trying again later can succeed.
	ErrUnavailable = errors.New("nothing can be stored at the moment")
	// ErrStopped: the ledger was closed, or stopped itself because it could not be certain of what is on disk.
	ErrStopped = errors.New("the record is closed")
	// ErrCorrupt: what is stored is not what was signed. Nothing is shown of the room and nothing is added to it.
	ErrCorrupt = errors.New("the stored record is not the one that was signed")
	// ErrExists: a process of that identifier is there already.
	ErrExists = errors.New("there is a process of that name already")
)

// ConflictError says that a room has moved on since its writer looked.
type ConflictError struct {
	Room  talks.RoomID
	Size  int64          // entries the room has now
	Since []*talks.Entry // those that came in between, all of which the writer may see
	Key   bool           // the idempotency key was used before for another act; then Since is empty
}

func (e *ConflictError) Error() string {
	if e.Key {
		return "the idempotency key was used before for another act; use a new key for a new act"
	}
	return fmt.Sprintf("the room has moved on: it has %d entries now; read the %d in between, then write again", e.Size, len(e.Since))
}

// ItemError says which item of a script is wrong.
type ItemError struct {
	Item  int // index in Script.Items
	Err   error
	Rooms map[string]talks.RoomID // what the script's handles stood for so far, to read the error's references with
}

func (e *ItemError) Error() string { return fmt.Sprintf("item %d: %v", e.Item+1, e.Err) }

// Unwrap returns what is wrong with the item.
func (e *ItemError) Unwrap() error { return e.Err }
