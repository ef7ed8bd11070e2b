//go:build linux

package ledger_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"parley/internal/ledger"
	"parley/internal/ledger/internal/raw"
	"parley/internal/ledger/internal/sqlite"
	"parley/internal/talks"
)

var faults = flag.Int("faults", 40, "how many of the faults TestInject puts into system calls; 0 for each of them once")

// injectDir names to the child the folder that it writes to, while faults are put into its system calls.
const injectDir = "PARLEY_TEST_INJECT_DIR"

// How the child ends when it meets a fault.
const (
	injectOpen    = 3 // the folder could not be opened
	injectStopped = 4 // the ledger stopped itself
	injectOdd     = 5 // anything else: a test fails
)

// oneThread is a storage that writes from one thread of the system, so that its system calls can be counted.
type oneThread struct {
	raw.Storage
	calls chan func()
}

func newOneThread(open func() (raw.Storage, error)) (*oneThread, error) {
	o := &oneThread{calls: make(chan func())}
	go func() {
		runtime.LockOSThread()
		for f := range o.calls {
			f()
		}
	}()
	var err error
	o.do(func() { o.Storage, err = open() })
	return o, err
}

func (o *oneThread) do(f func()) {
	done := make(chan struct{})
	o.calls <- func() { defer close(done); f() }
	<-done
}

func (o *oneThread) Commit(ctx context.Context, p *raw.Process, bs []raw.Batch) (err error) {
	o.do(func() { err = o.Storage.Commit(ctx, p, bs) })
	return err
}

func (o *oneThread) Close() (err error) {
	o.do(func() { err = o.Storage.Close() })
	return err
}

// injectActs are what the child writes: small and large, into rooms old and new, and an erasure, which empties the log.
const injectActs = 8

// injectAct is the n-th of them.
func injectAct(rooms map[string]talks.RoomID, n int) (key string, room talks.RoomID, kind talks.Kind, payload []byte) {
	key = "act " + strconv.Itoa(n)
	switch n {
	case 2:
		return key, "", "room.open", fmt.Appendf(nil, `{"kind":"direct","title":%q,"members":["ru","us"]}`, key)
	case 3, 6:
		return key, rooms["Direct"], "remark.write", remark(key + strings.Repeat(" and so on", 1900))
	case 5:
		return key, rooms["Direct"], "record.erase", []byte(`{"entry":2,"reason":"slip"}`)
	}
	return key, rooms[[]string{"Direct", "Lobby"}[n%2]], "remark.write", remark(key)
}

// writeUnderFaults is the child. It writes a line for each receipt, and for each act that was refused whole.
func writeUnderFaults(dir string) {
	ctx := context.Background()
	end := func(code int, err error) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(code)
	}
	store, err := newOneThread(func() (raw.Storage, error) { return sqlite.Open(ctx, dir+"/parley.db") })
	if err != nil {
		end(injectOpen, err)
	}
	l, err := ledger.OpenOn(ctx, store)
	if err != nil {
		end(injectOpen, err)
	}
	rooms, err := killRooms(ctx, l)
	if err != nil {
		end(injectOpen, err)
	}
	for n := range injectActs {
		key, room, kind, payload := injectAct(rooms, n)
		r, err := l.Append(ctx, as("us-head"), room, kind, payload, ledger.Key(key))
		switch {
		case errors.Is(err, ledger.ErrStopped):
			if l.Err() == nil {
				end(injectOdd, errors.New("the ledger is closed, and does not say why"))
			}
			end(injectStopped, err)
		case err != nil: // a failure to read, or what an act before would have made is not there
			fmt.Printf("refused %d .\n", n)
		default:
			fmt.Printf("0 %d %s %d %s .\n", n, r.Room, r.Index, base64.StdEncoding.EncodeToString(r.Checkpoint))
		}
	}
	if err := l.Close(); err != nil {
		end(injectStopped, err)
	}
	os.Exit(0)
}

// injected is what came of a child.
type injected struct {
	code    int // -1: killed
	acked   []acked
	refused map[int]bool
	trace   []byte
	stderr  string
}

// inject runs a child on a folder under strace with further arguments.
func inject(t *testing.T, dir string, args ...string) injected {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	trace := filepath.Join(t.TempDir(), "trace")
	cmd := exec.CommandContext(t.Context(), "strace", append(append([]string{"-f", "-y", "-o", trace}, args...), self)...)
	cmd.Env = append(os.Environ(), injectDir+"="+dir)
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	err = cmd.Run()
	i := injected{refused: map[int]bool{}, trace: read(t, trace), stderr: complaint.String()}
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		i.code = exit.ExitCode()
		if exit.Sys().(syscall.WaitStatus).Signaled() {
			i.code = -1
		}
	} else if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(out.String()) {
		f := strings.Fields(line)
		switch {
		case len(f) == 3 && f[0] == "refused":
			n, _ := strconv.Atoi(f[1])
			i.refused[n] = true
		case len(f) == 6 && f[5] == ".":
			a := acked{room: talks.RoomID(f[2])}
			a.n, _ = strconv.Atoi(f[1])
			a.index, _ = strconv.ParseInt(f[3], 10, 64)
			a.checkpoint, _ = base64.StdEncoding.DecodeString(f[4])
			i.acked = append(i.acked, a)
		}
	}
	return i
}

// needStrace skips where system calls cannot be traced, unless tools are required.
func needStrace(t *testing.T) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), "strace", "-f", "-e", "trace=none", "true").CombinedOutput(); err != nil {
		if os.Getenv("PARLEY_REQUIRE_TOOLS") != "" {
			t.Fatalf("strace does not work here: %v: %s", err, out)
		}
		t.Skipf("strace does not work here: %v", err)
	}
}

// injectBase makes the folder that every child begins with.
func injectBase(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	l, _ := open(t, dir)
	closed(t, l)
	return dir
}

// files are the arguments that have strace look at the record's files alone.
func files(dir string) (args []string) {
	for _, suffix := range []string{"", "/parley.db", "/parley.db-wal", "/parley.db-shm", "/parley.db.lock", "/.space"} {
		args = append(args, "-P", dir+suffix)
	}
	return args
}

var traceLine = regexp.MustCompile(`(?m)^(\d+) +(\w+)\(`)

// writerCalls counts the system calls, by name, of the thread that writes.
func writerCalls(trace []byte) map[string]int {
	calls := map[string]map[string]int{}
	for _, m := range traceLine.FindAllSubmatch(trace, -1) {
		pid, name := string(m[1]), string(m[2])
		if calls[pid] == nil {
			calls[pid] = map[string]int{}
		}
		calls[pid][name]++
	}
	writer := slices.MaxFunc(slices.Collect(maps.Keys(calls)), func(a, b string) int { return cmp.Compare(calls[a]["pwrite64"], calls[b]["pwrite64"]) })
	return calls[writer]
}

// TestInject puts one fault into one system call of the thread that writes, from opening to closing: an I/O error, no space, a kill. Afterwards
// every acknowledged act is there, none that was refused is, and the record is one that every checkpoint agrees with. After a
// failed fsync the process has ended.
func TestInject(t *testing.T) {
	needStrace(t)
	base := injectBase(t)
	dir := copyOf(t, base)
	clean := inject(t, dir, files(dir)...)
	if clean.code != 0 || len(clean.acked) != injectActs {
		t.Fatalf("without a fault: code %d, %d acknowledged: %s", clean.code, len(clean.acked), clean.stderr)
	}
	type fault struct {
		call, kind string
		n          int
	}
	var all []fault
	for call, count := range writerCalls(clean.trace) {
		for n := range count {
			for _, kind := range []string{"signal=KILL", "error=EIO", "error=ENOSPC"} {
				if call == "fcntl" && kind != "signal=KILL" {
					break // a lock on a local file does not fail for want of a disk, and one that is never let go is waited for
				}
				all = append(all, fault{call, kind, n + 1})
			}
		}
	}
	slices.SortFunc(all, func(a, b fault) int {
		return cmp.Or(cmp.Compare(a.call, b.call), cmp.Compare(a.kind, b.kind), cmp.Compare(a.n, b.n))
	})
	chosen, number := all, *faults
	if testing.Short() {
		number = 10
	}
	if number > 0 && number < len(all) {
		// Half of them where it matters most: what is written and synced.
		rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		slices.SortStableFunc(all, func(a, b fault) int { return cmp.Compare(storing(b.call), storing(a.call)) })
		chosen = append(slices.Clone(all[:number/2]), all[len(all)-(number-number/2):]...)
	}
	ran, hit, codes := 0, 0, map[int]int{}
	for _, f := range chosen {
		t.Run(fmt.Sprintf("%s/%s/%d", f.call, f.kind, f.n), func(t *testing.T) {
			dir := copyOf(t, base)
			got := inject(t, dir, append(files(dir), "-e", fmt.Sprintf("inject=%s:%s:when=%d", f.call, f.kind, f.n))...)
			ran++
			codes[got.code]++
			fired := got.code == -1 || bytes.Contains(got.trace, []byte("(INJECTED)"))
			if fired {
				hit++
			}
			switch {
			case f.kind == "signal=KILL" && fired && got.code != -1,
				f.kind != "signal=KILL" && !slices.Contains([]int{0, injectOpen, injectStopped}, got.code):
				t.Errorf("it ended with %d: %s", got.code, got.stderr)
			case f.call == "fsync" && f.kind == "error=EIO" && fired && got.code == 0 && !folderSync.Match(got.trace):
				t.Error("it went on after a failed fsync")
			}
			standsAfter(t, dir, got)
		})
	}
	t.Logf("%d of %d faults, %d met; ends: %v", ran, len(all), hit, codes)
	if hit < ran*3/4 {
		t.Errorf("only %d of %d faults were met", hit, ran)
	}
}

// folderSync is SQLite's own sync of the folder that failed. It passes over that, and may: the storage syncs the folder itself when it opens.
var folderSync = regexp.MustCompile(`fsync\(\d+<[^>]*/copy>\) += -1 .*INJECTED`)

func storing(call string) int {
	if slices.Contains([]string{"pwrite64", "fsync", "ftruncate"}, call) {
		return 1
	}
	return 0
}

// standsAfter opens what a child left: what it acknowledged is there, what it refused is not; what got no answer can be sent again; and in the
// end everything stands once.
func standsAfter(t *testing.T, dir string, got injected) {
	t.Helper()
	ctx := t.Context()
	if report, err := ledger.Check(ctx, dir, ""); err != nil || len(report.Faults) > 0 {
		t.Fatalf("checking: %v, %v", report, err)
	}
	l, err := ledger.Open(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, l)
	rooms, err := killRooms(ctx, l)
	if err != nil {
		t.Fatal(err)
	}
	at := map[int]acked{}
	for _, a := range got.acked {
		at[a.n] = a
		_, _, kind, payload := injectAct(rooms, a.n)
		p, err := l.Prove(ctx, as("us-head"), a.room, a.index)
		if err != nil || p.Entry.Kind != kind || !bytes.Equal(p.Payload, payload) && (p.Payload != nil || a.index != 2) {
			t.Errorf("act %d was acknowledged at %d, where this stands: %v, %v", a.n, a.index, p, err)
		}
	}
	for n := range injectActs {
		a, ok := at[n]
		if p, err := l.Prove(ctx, as("us-head"), a.room, a.index); ok && err == nil && p.Payload == nil {
			continue // its words are erased, and what the key was used for with them
		}
		key, room, kind, payload := injectAct(rooms, n)
		r, err := l.Append(ctx, as("us-head"), room, kind, payload, ledger.Key(key))
		switch {
		case err != nil:
			t.Errorf("act %d again: %v", n, err)
		case r.Again != ok && got.refused[n], ok && (!r.Again || r.Index != a.index || r.Room != a.room):
			t.Errorf("act %d, acknowledged %t, refused %t: again %t at %d instead of %d", n, ok, got.refused[n], r.Again, r.Index, a.index)
		}
	}
	v, err := l.View(ctx, as("us-head"))
	if err != nil {
		t.Fatal(err)
	}
	if want := int64(len(world().Items) + injectActs); v.World().Size() != want {
		t.Errorf("%d entries, want %d", v.World().Size(), want)
	}
	rootsStand(t, l, got.acked)
}

// TestReadOnly: when the disk becomes read-only under the ledger, acts are refused whole from then on and the process lives.
func TestReadOnly(t *testing.T) {
	needStrace(t)
	base := injectBase(t)
	dir := copyOf(t, base)
	clean := writerCalls(inject(t, dir, files(dir)...).trace)
	for _, n := range []int{clean["pwrite64"] / 3, clean["pwrite64"] * 2 / 3} {
		dir := copyOf(t, base)
		// The file that is opened after all those of a run without a fault is the one that looks at the disk.
		got := inject(t, dir, append(files(dir), "-e", fmt.Sprintf("inject=pwrite64,ftruncate:error=EROFS:when=%d+", n),
			"-e", fmt.Sprintf("inject=openat:error=EROFS:when=%d+", clean["openat"]+1))...)
		if got.code != 0 || len(got.refused) == 0 || len(got.acked)+len(got.refused) != injectActs {
			t.Errorf("from write %d on: code %d, %d acknowledged, %d refused: %s", n, got.code, len(got.acked), len(got.refused), got.stderr)
		}
		standsAfter(t, dir, got)
	}
}
