package ledger_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"parley/internal/ledger"
	"parley/internal/talks"
)

// benchOpen opens a ledger with the small world in it, and n further direct rooms of us and ru.
func benchOpen(b *testing.B, dir string, n int) (*ledger.Ledger, []talks.RoomID) {
	b.Helper()
	l, err := ledger.Open(b.Context(), dir)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = l.Close() })
	if _, err := l.Load(b.Context(), world()); err != nil {
		b.Fatal(err)
	}
	var rooms []talks.RoomID
	for i := range n {
		r, err := l.Append(b.Context(), as("us-head"), "", "room.open", fmt.Appendf(nil, `{"kind":"direct","title":"%d","members":["ru","us"]}`, i))
		if err != nil {
			b.Fatal(err)
		}
		rooms = append(rooms, r.Room)
	}
	return l, rooms
}

// rawTable is what to compare with: the same bytes as rows of a plain table in the same SQLite mode (WAL, an fsync a commit), one
// prepared statement, one transaction for as many rows as there are writers. Nothing is checked, hashed, signed or answered.
type rawTable struct {
	db     *sql.DB
	insert *sql.Stmt
	next   int
	row    []any
}

func newRawTable(b *testing.B, leaf, payload int) *rawTable {
	b.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(b.TempDir(), "raw.db")+"?_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=cache_size(-16000)")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(b.Context(), "CREATE TABLE entry (process TEXT, room TEXT, number INTEGER, leaf BLOB, salt BLOB, payload BLOB, key BLOB, PRIMARY KEY (process, room, number))"); err != nil {
		b.Fatal(err)
	}
	insert, err := db.PrepareContext(b.Context(), "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?)")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = insert.Close() })
	blob := func(n int) []byte { p := make([]byte, n); _, _ = rand.Read(p); return p }
	return &rawTable{db, insert, 0, []any{"harbour", "", 0, blob(leaf), blob(32), blob(payload), blob(32)}}
}

// write inserts n rows, in transactions of batch, dealt to as many rooms as the ledger's acts are.
func (r *rawTable) write(b *testing.B, n, batch int, rooms []talks.RoomID) {
	b.Helper()
	for n > 0 {
		tx, err := r.db.BeginTx(b.Context(), nil)
		if err != nil {
			b.Fatal(err)
		}
		stmt := tx.StmtContext(b.Context(), r.insert)
		for range min(batch, n) {
			r.row[1], r.row[2] = string(rooms[r.next%len(rooms)]), r.next
			if _, err := stmt.ExecContext(b.Context(), r.row...); err != nil {
				b.Fatal(err)
			}
			r.next++
			n--
		}
		if err := tx.Commit(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAppend: durable acts a second by so many writers at once, each waiting for its receipt, in four rooms; beside raw inserts
// of the same bytes in turns of about a fifth of a second, so that both meet the same disk.
func BenchmarkAppend(b *testing.B) {
	for _, writers := range []int{1, 16, 256} {
		b.Run(fmt.Sprintf("%d writers", writers), func(b *testing.B) {
			l, rooms := benchOpen(b, b.TempDir(), 4)
			payload := fmt.Appendf(nil, `{"text":%q}`, "The harbour stays open while we talk, as was said before; what the two delegations agreed on Tuesday stands.")
			raw := newRawTable(b, 320, len(payload))
			each := max(2, 1024/writers)
			if testing.Short() {
				each = 1
			}
			round := writers * each
			var ours, theirs time.Duration
			n := 0
			for b.Loop() {
				start := time.Now()
				var wg sync.WaitGroup
				for w := range writers {
					wg.Go(func() {
						for i := range each {
							if _, err := l.Append(b.Context(), as(killSeats[w%2]), rooms[(w/2)%len(rooms)], "remark.write", payload, ledger.Key(fmt.Sprint(n, w, i))); err != nil {
								b.Error(err)
								return
							}
						}
					})
				}
				wg.Wait()
				ours += time.Since(start)
				start = time.Now()
				raw.write(b, round, writers, rooms)
				theirs += time.Since(start)
				n += round
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(float64(n)/ours.Seconds(), "acts/s")
			b.ReportMetric(float64(n)/theirs.Seconds(), "raw/s")
			b.ReportMetric(theirs.Seconds()/ours.Seconds(), "of-raw")
		})
	}
}

// benchScript is a process whose direct room has n entries of the usual mix.
func benchScript(n int) ledger.Script {
	s := world()
	at := s.Items[len(s.Items)-1].At
	ref := func(name string) talks.Ref { return talks.Ref{Room: "lobby", Name: name} }
	for i := len(s.Items); i < n; i++ {
		var a talks.Act = &talks.RemarkWrite{Text: fmt.Sprintf("Number %d: the harbour stays open, as was said.", i), On: []talks.Ref{ref("harbour")}}
		switch i % 10 {
		case 1, 4, 7:
			a = &talks.PositionRecord{Party: ref("party-us"), Issue: ref("harbour"), Value: talks.Decimal(strconv.Itoa(i % 10)), Firmness: "firm"}
		case 2, 6:
			a = &talks.StatementRecord{Speaker: ref("party-us"), Strength: "stated", Form: "paraphrase", Text: fmt.Sprintf("Number %d.", i)}
		}
		at = at.Add(time.Second)
		s.Items = append(s.Items, ledger.Item{Room: "direct", Seat: "us-head", At: at, Kind: a.Kind(), Act: a})
	}
	return s
}

func viewSizes() []int {
	if testing.Short() {
		return []int{1_000}
	}
	return []int{1_000, 10_000, 100_000}
}

// loaded makes a folder with a process of n entries.
func loaded(b *testing.B, n int) string {
	b.Helper()
	dir := b.TempDir()
	l, err := ledger.Open(b.Context(), dir)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := l.Load(b.Context(), benchScript(n)); err != nil {
		b.Fatal(err)
	}
	if err := l.Close(); err != nil {
		b.Fatal(err)
	}
	return dir
}

// BenchmarkOpenView opens a folder and makes a first view: every entry is read, held against its commitment, hashed into the tree,
// decoded and folded, and the root against the signed one.
func BenchmarkOpenView(b *testing.B) {
	for _, n := range viewSizes() {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			dir := loaded(b, n)
			b.ReportAllocs()
			for b.Loop() {
				l, err := ledger.Open(b.Context(), dir)
				if err != nil {
					b.Fatal(err)
				}
				v, err := l.View(b.Context(), as("us-head"))
				if err != nil || v.World().Size() != int64(n) {
					b.Fatal(err)
				}
				b.StopTimer()
				_ = l.Close()
				b.StartTimer()
			}
		})
	}
}

// BenchmarkView: a view while nothing changes, a view after every act, and a view of the past.
func BenchmarkView(b *testing.B) {
	for _, n := range viewSizes() {
		l, err := ledger.Open(b.Context(), loaded(b, n))
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = l.Close() })
		first, err := l.View(b.Context(), as("us-head"))
		if err != nil {
			b.Fatal(err)
		}
		rooms := first.World().Rooms()
		direct := rooms[slices.IndexFunc(rooms, func(s *talks.State) bool { return s.Room.Title == "Direct" })]
		b.Run(fmt.Sprintf("%d/again", n), func(b *testing.B) {
			for b.Loop() {
				if _, err := l.View(b.Context(), as("us-head")); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("%d/past", n), func(b *testing.B) {
			k := 0
			for b.Loop() {
				k = (k + 7919) % len(direct.Entries)
				if _, err := l.ViewAt(b.Context(), as("us-head"), direct.Entries[k].Time); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("%d/after an act", n), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				if _, err := l.Append(b.Context(), as("us-head"), direct.Room.ID, "remark.write", remark("one more")); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
				if _, err := l.View(b.Context(), as("us-head")); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkLive: from the beginning of an append to the moment when the last of so many viewers, who sit in 50 different sets of
// rooms, has the view that shows it. The act is durable by then.
func BenchmarkLive(b *testing.B) {
	for _, viewers := range []int{10, 100, 1000} {
		if testing.Short() && viewers > 10 {
			continue
		}
		b.Run(fmt.Sprintf("%d viewers", viewers), func(b *testing.B) {
			const delegations = 50
			l, err := ledger.Open(b.Context(), b.TempDir())
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { _ = l.Close() })
			rooms, err := l.Load(b.Context(), liveScript(delegations))
			if err != nil {
				b.Fatal(err)
			}
			all := rooms["all"]
			ctx, cancel := context.WithCancel(b.Context())
			var wg sync.WaitGroup
			shown := make(chan int64, viewers)
			for i := range viewers {
				viewer := as(talks.Seat(fmt.Sprintf("d%d-head", i%delegations)))
				changes, err := l.Watch(ctx, viewer)
				if err != nil {
					b.Fatal(err)
				}
				wg.Go(func() {
					for range changes {
						v, err := l.View(ctx, viewer)
						if err != nil {
							return
						}
						shown <- v.Head(all).Size
					}
				})
			}
			var took []time.Duration
			for b.Loop() {
				start := time.Now()
				r, err := l.Append(b.Context(), as("d0-head"), all, "remark.write", remark("to all of you"))
				if err != nil {
					b.Fatal(err)
				}
				for left := viewers; left > 0; {
					if <-shown > r.Index {
						left--
					}
				}
				took = append(took, time.Since(start))
			}
			cancel()
			wg.Wait()
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
		})
	}
}

// liveScript is a process of n delegations: one room for all of them, and one for each and its neighbour, so that no two sit in the same
// rooms. Each room has 20 entries.
func liveScript(n int) ledger.Script {
	var items []ledger.Item
	at := time.Date(2025, 2, 18, 9, 0, 0, 0, time.UTC)
	add := func(room string, seat talks.Seat, a talks.Act) {
		items = append(items, ledger.Item{Room: room, Seat: seat, Kind: a.Kind(), Act: a, At: at})
	}
	var all []talks.Delegation
	add("lobby", "d0-head", &talks.RoomOpen{Type: talks.Lobby, Title: "Lobby"})
	for i := range n {
		d := talks.Delegation(fmt.Sprintf("d%d", i))
		all = append(all, d)
		add("lobby", "d0-head", &talks.PartyDeclare{Name: "p-" + string(d), Title: string(d), Type: "state", Role: "principal"})
		add("lobby", "d0-head", &talks.DelegationDesignate{Code: d, Party: talks.Ref{Name: "p-" + string(d)}, Title: string(d), Head: talks.Seat(d + "-head")})
	}
	add("all", "d0-head", &talks.RoomOpen{Type: "plenary", Title: "All", Members: all})
	for i, d := range all {
		room := fmt.Sprintf("pair%d", i)
		add(room, talks.Seat(d+"-head"), &talks.RoomOpen{Type: "direct", Title: room, Members: []talks.Delegation{d, all[(i+1)%n]}})
		for range 20 {
			add(room, talks.Seat(d+"-head"), &talks.RemarkWrite{Text: "A word between us."})
		}
	}
	return ledger.Script{Process: "harbour", Items: items}
}
