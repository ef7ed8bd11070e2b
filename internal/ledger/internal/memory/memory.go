// Package memory keeps entries in plain maps, for showing a file without a server and for property tests.
// Nothing is durable.
package memory

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"sync"

	"parley/internal/ledger/internal/raw"
)

type roomKey struct{ process, room string }

type seatKey struct{ process, seat string }

type room struct {
	members    []string
	checkpoint []byte
	// entries only ever grows at its end, and a new slice takes its place when something is erased, so whoever has taken
	// a slice of it under the lock may read that without.
	entries []raw.Entry
}

// Storage keeps entries in memory. It implements raw.Storage.
type Storage struct {
	mu        sync.RWMutex // owns the maps and what they hold
	settings  map[string][]byte
	processes map[string]raw.Process
	rooms     map[roomKey]*room
	marks     map[seatKey]map[string]int64
}

var _ raw.Storage = (*Storage)(nil)

// New returns an empty storage. It need not be closed.
func New() *Storage {
	return &Storage{
		settings:  map[string][]byte{},
		processes: map[string]raw.Process{},
		rooms:     map[roomKey]*room{},
		marks:     map[seatKey]map[string]int64{},
	}
}

// Setting implements raw.Storage.
func (s *Storage) Setting(ctx context.Context, name string) ([]byte, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return bytes.Clone(s.settings[name]), ctx.Err()
}

// SetSetting implements raw.Storage.
func (s *Storage) SetSetting(ctx context.Context, name string, value []byte) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settings[name] = append([]byte{}, value...) // never nil: that would be no setting
	return nil
}

// Processes implements raw.Storage.
func (s *Storage) Processes(ctx context.Context) ([]raw.Process, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.SortedFunc(maps.Values(s.processes), func(a, b raw.Process) int { return cmp.Compare(a.ID, b.ID) }), ctx.Err()
}

// Rooms implements raw.Storage.
func (s *Storage) Rooms(ctx context.Context) ([]raw.Room, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var list []raw.Room
	for k, r := range s.rooms {
		list = append(list, raw.Room{
			Process: k.process, ID: k.room, Members: slices.Clone(r.members),
			Size: int64(len(r.entries)), Checkpoint: bytes.Clone(r.checkpoint),
		})
	}
	slices.SortFunc(list, func(a, b raw.Room) int {
		return cmp.Or(cmp.Compare(a.Process, b.Process), cmp.Compare(a.ID, b.ID))
	})
	return list, ctx.Err()
}

// Entries implements raw.Storage. The iteration sees the room as it stood when it began.
func (s *Storage) Entries(ctx context.Context, process, id string, from int64) iter.Seq2[raw.Entry, error] {
	return func(yield func(raw.Entry, error) bool) {
		s.mu.RLock()
		var entries []raw.Entry
		if r := s.rooms[roomKey{process, id}]; r != nil {
			entries = r.entries
		}
		s.mu.RUnlock()
		if err := ctx.Err(); err != nil {
			yield(raw.Entry{}, fmt.Errorf("reading entries: %w", err))
			return
		}
		for i := max(from, 0); i < int64(len(entries)); i++ {
			if err := ctx.Err(); err != nil {
				yield(raw.Entry{}, fmt.Errorf("reading entries: %w", err))
				return
			}
			if !yield(clone(entries[i]), nil) {
				return
			}
		}
	}
}

func clone(e raw.Entry) raw.Entry {
	return raw.Entry{Leaf: bytes.Clone(e.Leaf), Salt: bytes.Clone(e.Salt), Payload: bytes.Clone(e.Payload), Key: bytes.Clone(e.Key)}
}

// Commit implements raw.Storage.
func (s *Storage) Commit(ctx context.Context, process *raw.Process, batches []raw.Batch) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	// All checks come before the first change, so that nothing has to be taken back.
	if err := s.check(process, batches); err != nil {
		return fmt.Errorf("storing entries: %w", err)
	}
	if process != nil {
		s.processes[process.ID] = *process
	}
	for _, b := range batches {
		k := roomKey{b.Process, b.Room}
		r := s.rooms[k]
		if r == nil {
			r = &room{}
			s.rooms[k] = r
		}
		r.members, r.checkpoint = slices.Clone(b.Members), bytes.Clone(b.Checkpoint)
		for _, e := range b.Entries {
			r.entries = append(r.entries, clone(e))
		}
		if len(b.Erase) > 0 {
			r.entries = slices.Clone(r.entries)
		}
		for _, i := range b.Erase {
			r.entries[i] = raw.Entry{Leaf: r.entries[i].Leaf}
		}
	}
	return nil
}

// check refuses what Commit could not store. The caller holds the lock.
func (s *Storage) check(process *raw.Process, batches []raw.Batch) error {
	if process != nil {
		if _, there := s.processes[process.ID]; there {
			return raw.ErrConflict
		}
	}
	sizes := map[roomKey]int64{}
	for _, b := range batches {
		if len(b.Entries) == 0 || b.First < 0 {
			return errors.New("a batch needs entries and a place for them")
		}
		if slices.ContainsFunc(b.Entries, func(e raw.Entry) bool { return e.Leaf == nil }) {
			return errors.New("an entry has no leaf")
		}
		end := b.First + int64(len(b.Entries))
		for _, i := range b.Erase {
			if i < 0 || i >= end {
				return fmt.Errorf("there is no entry %d to erase", i)
			}
		}
		k := roomKey{b.Process, b.Room}
		size, seen := sizes[k]
		if r := s.rooms[k]; !seen && r != nil {
			size = int64(len(r.entries))
		}
		_, there := s.processes[b.Process]
		if size != b.First || !there && (process == nil || process.ID != b.Process) {
			return raw.ErrConflict
		}
		sizes[k] = end
	}
	return nil
}

// Marks implements raw.Storage.
func (s *Storage) Marks(ctx context.Context, process, seat string) (map[string]int64, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	marks := maps.Clone(s.marks[seatKey{process, seat}])
	if marks == nil {
		marks = map[string]int64{}
	}
	return marks, ctx.Err()
}

// SetMarks implements raw.Storage.
func (s *Storage) SetMarks(ctx context.Context, process, seat string, marks map[string]int64) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	k := seatKey{process, seat}
	if s.marks[k] == nil {
		s.marks[k] = map[string]int64{}
	}
	maps.Copy(s.marks[k], marks)
	return nil
}

// Close implements raw.Storage.
func (s *Storage) Close() error { return nil }
