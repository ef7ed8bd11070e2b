package processfile

import (
	"context"
	"io"

	"parley/internal/ledger"
)

// Export writes what a view shows as a process file.
func Export(ctx context.Context, v *ledger.View, w io.Writer) error { return nil }
