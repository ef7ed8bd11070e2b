package memory

import (
	"testing"

	"parley/internal/ledger/internal/raw"
	"parley/internal/ledger/internal/storetest"
)

func TestStorage(t *testing.T) {
	storetest.Run(t, func(*testing.T) raw.Storage { return New() }, nil)
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		New()
	}
}
