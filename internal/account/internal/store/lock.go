package store

import (
	"errors"
	"fmt"
	"os"
)

// ErrInUse: another process, or another DB of this one, has the same file open.
var ErrInUse = errors.New("the file is in use")

// errLocked is what tryLock returns while somebody else holds the lock.
var errLocked = errors.New("locked")

// lock takes the lock file beside the database for as long as it stays open. It is a file of its own, because closing any handle of
// the database file would drop the record locks that SQLite keeps on it (POSIX), and it is never removed: whoever waited for a
// removed file would hold a lock that nobody else sees.
func lock(path string) (*os.File, error) {
	f, err := os.OpenFile(path+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("locking the file: %w", err)
	}
	switch err := tryLock(f); {
	case errors.Is(err, errLocked):
		_ = f.Close()
		return nil, fmt.Errorf("%w: another process has %s open; stop it first", ErrInUse, path)
	case err != nil:
		_ = f.Close()
		return nil, fmt.Errorf("locking the file: %w", err)
	}
	return f, nil
}
