package account

import (
	"context"
	"log/slog"
	"time"
)

// Open opens the accounts of a data folder (the file accounts.db in it, and accounts.key, which seals what cannot be hashed), making both where
// they are missing, or a new set in memory for the dsn "memory:". One process at a time can have a folder open (ErrInUse).
// The caller must close the store.
func Open(ctx context.Context, dsn string, options ...Option) (*Store, error) { panic("being written") }

// Close stores when sessions and tokens were last used and lets go of the folder. Ended channels stay open.
func (s *Store) Close() error { panic("being written") }

// Failed is closed when the store has stopped itself, because it could not be certain of what is on disk. The process should end.
func (s *Store) Failed() <-chan struct{}

// Err says why the store cannot be used: ErrStopped, or nil.
func (s *Store) Err() error { panic("being written") }

// Backup writes a copy of the accounts as they are now to a new file (0600), while they are used. accounts.key is not in it: without that
// file the copy opens, and one-time codes have to be set up again.
func (s *Store) Backup(ctx context.Context, path string) error { panic("being written") }

// Backup writes a copy of a data folder's accounts to a new file (0600), whether or not a server has them open.
func Backup(ctx context.Context, folder, path string) error { panic("being written") }

// Store keeps accounts. Its methods may be called by many goroutines at once.
type Store struct {
	now           func() time.Time
	source        source
	origin, title string
	hashing       Hashing
	limits        Limits
	log           *slog.Logger
}

func (s *Store) setProviders(list []Provider) {}
