package sqlite

import (
	"crypto/rand"
	"fmt"
	"path/filepath"
	"strconv"
	"testing"

	"parley/internal/ledger/internal/raw"
	"parley/internal/ledger/internal/storetest"
)

// sample is an entry of the usual size. Its bytes are random, as salts and keys are.
func sample() raw.Entry {
	e := raw.Entry{Leaf: make([]byte, 300), Salt: make([]byte, 32), Payload: make([]byte, 300), Key: make([]byte, 32)}
	for _, b := range [][]byte{e.Leaf, e.Salt, e.Payload, e.Key} {
		rand.Read(b)
	}
	return e
}

func samples(n int) []raw.Entry {
	list := make([]raw.Entry, n)
	for i := range list {
		list[i] = sample()
	}
	return list
}

// split deals n entries to three rooms.
func split(n int) (parts [3]int) {
	for i := range parts {
		parts[i] = (n + i) / 3
	}
	return parts
}

var benchRooms = [3]string{"aaaaaaaaaaaaaaaaaaaaaaaaaa", "mmmmmmmmmmmmmmmmmmmmmmmmmm", "zzzzzzzzzzzzzzzzzzzzzzzzzz"}

var checkpoint = make([]byte, 250)

func BenchmarkCommit(b *testing.B) {
	for _, n := range []int{1, 16, 256} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			s := open(b, filepath.Join(b.TempDir(), "parley.db"))
			defer s.Close()
			storetest.Commit(b, s, &storetest.P)
			entries := samples(n)
			var first [3]int64
			for b.Loop() {
				var batches []raw.Batch
				rest := entries
				for i, k := range split(n) {
					if k == 0 {
						continue
					}
					batches = append(batches, raw.Batch{Process: "p", Room: benchRooms[i], First: first[i], Entries: rest[:k],
						Members: []string{"them", "us"}, Checkpoint: checkpoint})
					rest = rest[k:]
					first[i] += int64(k)
				}
				if err := s.Commit(b.Context(), nil, batches); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// BenchmarkRawInsert is what to compare BenchmarkCommit with: the same columns and settings, one prepared statement, one
// transaction, a row an entry, and no heads, checks or checkpoints of rooms. A rowid table, because it is the faster one.
func BenchmarkRawInsert(b *testing.B) {
	for _, n := range []int{1, 16, 256} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			s := open(b, filepath.Join(b.TempDir(), "parley.db"))
			defer s.Close()
			if _, err := s.writer.Exec(`PRAGMA wal_autocheckpoint(1000); CREATE TABLE entry (process TEXT, room TEXT, number INTEGER,
				leaf BLOB, salt BLOB, payload BLOB, key BLOB, PRIMARY KEY (process, room, number))`); err != nil {
				b.Fatal(err)
			}
			insert, err := s.writer.Prepare("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?)")
			if err != nil {
				b.Fatal(err)
			}
			entries := samples(n)
			var first [3]int64
			for b.Loop() {
				tx, err := s.writer.Begin()
				if err != nil {
					b.Fatal(err)
				}
				stmt := tx.Stmt(insert) //nolint:sqlclosecheck // the end of the transaction closes it
				rest := entries
				for i, k := range split(n) {
					for _, e := range rest[:k] {
						if _, err := stmt.Exec("p", benchRooms[i], first[i], e.Leaf, e.Salt, e.Payload, e.Key); err != nil {
							b.Fatal(err)
						}
						first[i]++
					}
					rest = rest[k:]
				}
				if err := tx.Commit(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// BenchmarkEntries reads a room that was written in commits of so many entries.
func BenchmarkEntries(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		for _, group := range []int{1, 16, 256} {
			b.Run(fmt.Sprintf("%d/by %d", n, group), func(b *testing.B) {
				s := open(b, filepath.Join(b.TempDir(), "parley.db"))
				defer s.Close()
				// The groups are what matters, not their durability.
				if _, err := s.writer.Exec("PRAGMA synchronous(OFF)"); err != nil {
					b.Fatal(err)
				}
				storetest.Commit(b, s, &storetest.P)
				entries := samples(group)
				for i := 0; i < n; i += group {
					storetest.Commit(b, s, nil, raw.Batch{Process: "p", Room: "r", First: int64(i), Entries: entries[:min(group, n-i)]})
				}
				b.ReportAllocs()
				for b.Loop() {
					got := 0
					for _, err := range s.Entries(b.Context(), "p", "r", 0) {
						if err != nil {
							b.Fatal(err)
						}
						got++
					}
					if got != n {
						b.Fatal(got)
					}
				}
			})
		}
	}
}
