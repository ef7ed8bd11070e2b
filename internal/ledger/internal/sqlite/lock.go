package sqlite

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// ErrInUse: another process, or another Storage of this one, has the same file open.
var ErrInUse = errors.New("the data is in use")

// errLocked is what tryLock returns while somebody else holds the lock.
var errLocked = errors.New("locked")

// lock takes the lock file beside the database for as long as it stays open. It is a file of its own, because closing any
// handle of the database file would drop the record locks that SQLite keeps on it (POSIX). It is never removed: whoever
// waited for a removed file would hold a lock that nobody else sees.
func lock(path string) (*os.File, error) {
	f, err := os.OpenFile(path+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("locking the data: %w", err)
	}
	switch err := tryLock(f); {
	case errors.Is(err, errLocked):
		defer func() { _ = f.Close() }()
		return nil, fmt.Errorf("%w: another process%s has %s open in the folder %s; stop it first, or give this one a folder of its own",
			ErrInUse, holder(f), filepath.Base(path), filepath.Dir(path))
	case err != nil:
		_ = f.Close()
		return nil, fmt.Errorf("locking the data: %w", err)
	}
	// The number is only for the message above, so a failure to write it changes nothing.
	if f.Truncate(0) == nil {
		_, _ = f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	}
	return f, nil
}

// holder names the process that wrote its number into the lock file, if one did.
func holder(f *os.File) string {
	b, _ := io.ReadAll(io.LimitReader(f, 32))
	if pid, err := strconv.Atoi(strings.TrimSpace(string(b))); err == nil {
		return fmt.Sprintf(" (number %d)", pid)
	}
	return ""
}
