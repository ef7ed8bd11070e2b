// Package raw is what a storage keeps for the gate: entries as bytes, in order, a room at a time.
//
// It knows nothing of acts, seats or who may see what. It lies under internal/ledger/internal so that the
// compiler lets only the gate reach it: whoever holds a Storage can read every room.
package raw

import (
	"context"
	"errors"
	"iter"
)

var (
	// ErrConflict: the room's stored size is not where the batch wants to begin, or the process or the room exists already
	// or not yet. Nothing of the batch was stored.
	ErrConflict = errors.New("another writer came first")
	// ErrFull: the disk or the quota is full, or the storage is read-only. Nothing of the batch was stored; reading goes on,
	// and writing may be tried again later.
	ErrFull = errors.New("no room left to write")
	// ErrUncertain: the storage cannot tell whether the batch is durable (a failed fsync). The process must stop: after a
	// failed fsync the kernel may have dropped the pages, so trying again could acknowledge what is not on disk.
	ErrUncertain = errors.New("it is not certain that the batch was stored")
)

// Entry is one entry of a room as stored. Index and room are given by its place.
type Entry struct {
	Leaf    []byte // the bytes that the Merkle leaf is the hash of; never nil
	Salt    []byte // 32 bytes; nil once erased
	Payload []byte // the act's JSON, as it arrived; nil once erased
	Key     []byte // the hash of the writer's idempotency key; nil where none was given
}

// Room is the head of one room: what must be known of it without reading its entries.
type Room struct {
	Process    string
	ID         string
	Members    []string // delegations, sorted; an index derived from the entries
	Size       int64    // entries stored
	Checkpoint []byte   // the signed note over the tree of Size entries
}

// Batch is what one commit adds to one room.
type Batch struct {
	Process    string
	Room       string
	First      int64    // index of Entries[0]: the room's size before it; 0 creates the room
	Entries    []Entry  // at least one
	Members    []string // the room's members afterwards, sorted
	Checkpoint []byte   // over the tree after the last of Entries
	Erase      []int64  // indexes (of entries before First, or of the batch) whose payload, salt and key are destroyed in the same commit
}

// Process is a series of talks: an identifier that people type, and its lobby.
type Process struct {
	ID    string
	Title string
	Lobby string // the lobby's room id
}

// Reader is the part of a storage that shows what it holds, without what is kept for single seats.
type Reader interface {
	// Setting returns the value stored under name, or nil where there is none.
	Setting(ctx context.Context, name string) ([]byte, error)

	// Processes lists the processes by identifier.
	Processes(ctx context.Context) ([]Process, error)
	// Rooms lists the heads of all rooms of all processes, by process and room id.
	Rooms(ctx context.Context) ([]Room, error)

	// Entries yields a room's entries from an index on, in order. It ends after the first error.
	Entries(ctx context.Context, process, room string, from int64) iter.Seq2[Entry, error]
}

// Storage keeps processes and rooms. Its methods may be called by many goroutines at once; Commit by one at a time.
// All slices handed out belong to the caller, all slices handed in may be kept only until the call returns.
type Storage interface {
	Reader
	// SetSetting stores value under name, durably.
	SetSetting(ctx context.Context, name string, value []byte) error

	// Commit stores the batches in one transaction: either all of it is durable when it returns nil, or nothing is stored
	// and the error is ErrConflict, ErrFull, ErrUncertain or another one. A non-nil process is created in the same transaction.
	Commit(ctx context.Context, process *Process, batches []Batch) error

	// Marks returns how far a seat's holder has read: entries by room. What the seat's text says is the gate's, and nothing to the storage.
	Marks(ctx context.Context, process, seat string) (map[string]int64, error)
	// SetMarks replaces those numbers for the rooms given and leaves the others.
	SetMarks(ctx context.Context, process, seat string, marks map[string]int64) error

	Close() error
}
