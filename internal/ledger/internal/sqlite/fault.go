package sqlite

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"modernc.org/sqlite"
	code "modernc.org/sqlite/lib"

	"parley/internal/ledger/internal/raw"
)

// fault gives an error of SQLite its place among the errors of a storage. committing says that it came from COMMIT or
// later; before that, whatever went wrong, nothing was stored. The driver switches extended result codes on.
//
// At COMMIT the frame that makes a transaction count is the last one written to the log. A write that failed for want of
// room has not completed it, so it is certain that nothing was stored; after a failed fsync, nothing is certain.
func fault(err error, committing bool, folder string) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		if err != nil && committing {
			return fmt.Errorf("%w: %w", raw.ErrUncertain, err)
		}
		return err
	}
	if kind := verdict(e.Code(), committing, func() bool { return noSpace(folder) }); kind != nil {
		return fmt.Errorf("%w: %w", kind, err)
	}
	return err
}

// verdict is fault for an extended result code; nil means an error of no kind. It calls full only where the code does not
// tell why writing failed.
func verdict(extended int, committing bool, full func() bool) error {
	switch primary := extended & 0xff; {
	case primary == code.SQLITE_FULL,
		primary == code.SQLITE_READONLY && extended != code.SQLITE_READONLY_DBMOVED:
		return raw.ErrFull
	case extended == code.SQLITE_IOERR_FSYNC, extended == code.SQLITE_IOERR_DIR_FSYNC:
		return raw.ErrUncertain
	case primary == code.SQLITE_IOERR && full():
		return raw.ErrFull
	case primary == code.SQLITE_BUSY:
		return nil // COMMIT gave up before it began
	case committing:
		return raw.ErrUncertain
	}
	return nil
}

// probe is how many bytes noSpace tries to write: more than most commits need.
const probe = 1 << 20

// noSpace says whether writing to folder fails for want of room, or because the disk has become read-only. SQLite reports a full disk
// as such, but a used-up quota, a shared-memory file that cannot grow and a disk that the system will not write to any
// more as plain I/O errors, and the driver does not hand on the system's number.
func noSpace(folder string) bool {
	// One name: one process has the folder, and what a killed one left is written over.
	f, err := os.OpenFile(filepath.Join(folder, ".space"), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = f.Write(make([]byte, probe))
		err = errors.Join(err, f.Close(), os.Remove(f.Name()))
	}
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EROFS)
}
