package sqlite

import (
	"path/filepath"
	"testing"

	"parley/internal/ledger/internal/raw"
	"parley/internal/ledger/internal/storetest"
)

func open(t testing.TB, path string) *Storage {
	t.Helper()
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestStorage(t *testing.T) {
	storetest.Run(t, func(t *testing.T) raw.Storage {
		return open(t, filepath.Join(t.TempDir(), "parley.db"))
	}, func(t *testing.T, s raw.Storage) raw.Storage {
		path := filepath.Join(s.(*Storage).folder, "parley.db")
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		return open(t, path)
	})
}
