package sqlite

import (
	"errors"
	"fmt"
	"os"
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
	switch primary := e.Code() & 0xff; {
	case primary == code.SQLITE_FULL,
		primary == code.SQLITE_READONLY && e.Code() != code.SQLITE_READONLY_DBMOVED:
		return fmt.Errorf("%w: %w", raw.ErrFull, err)
	case e.Code() == code.SQLITE_IOERR_FSYNC, e.Code() == code.SQLITE_IOERR_DIR_FSYNC:
		return fmt.Errorf("%w: %w", raw.ErrUncertain, err)
	case primary == code.SQLITE_IOERR && noSpace(folder):
		return fmt.Errorf("%w: %w", raw.ErrFull, err)
	case primary == code.SQLITE_BUSY:
		return err
	case committing:
		return fmt.Errorf("%w: %w", raw.ErrUncertain, err)
	}
	return err
}

// noSpace says whether writing to folder fails for want of room. SQLite reports a full disk as such, but a used-up quota
// and a shared-memory file that cannot grow as plain I/O errors, and the driver does not hand on the system's number.
func noSpace(folder string) bool {
	f, err := os.CreateTemp(folder, ".space-*")
	if err == nil {
		_, err = f.Write(make([]byte, 64<<10))
		err = errors.Join(err, f.Close(), os.Remove(f.Name()))
	}
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}
