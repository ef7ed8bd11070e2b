package processfile_test

import (
	"bytes"
	"context"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"

	"parley/examples"
	"parley/internal/ledger"
	"parley/internal/processfile"
	"parley/internal/server/wire"
	"parley/internal/talks"
)

// checker is a test, or one draw of a property.
type checker interface {
	Helper()
	Context() context.Context
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

func parse(t checker, name, text string) *processfile.File {
	t.Helper()
	f, err := processfile.Parse(name, strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// founded is a ledger of the file, from the one seed that these tests use.
func founded(t checker, f *processfile.File, text string, options ...ledger.Option) *ledger.Ledger {
	t.Helper()
	l, err := ledger.Open(t.Context(), "memory:", append([]ledger.Option{ledger.WithSeed(7)}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := processfile.Load(t.Context(), l, f); err != nil {
		t.Fatalf("loading %s:\n%v%s", f.Name, err, text)
	}
	return l
}

func view(t checker, l *ledger.Ledger, process string, seat talks.Seat) *ledger.View {
	t.Helper()
	v, err := l.View(t.Context(), ledger.Viewer{Process: process, Seat: seat})
	if err != nil {
		t.Fatalf("%s: %v", seat, err)
	}
	return v
}

func export(t checker, v *ledger.View) string {
	t.Helper()
	var b strings.Builder
	if err := processfile.Export(t.Context(), v, &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// shown is all that a view shows, as the API gives it. The root of a room where something was erased is left out: it holds what an
// export cannot, the commitment to the words that are gone.
func shown(t checker, v *ledger.View) *wire.View {
	t.Helper()
	var b bytes.Buffer
	if err := wire.WriteView(&b, v); err != nil {
		t.Fatal(err)
	}
	var out wire.View
	if err := json.Unmarshal(b.Bytes(), &out); err != nil {
		t.Fatal(err)
	}
	for i, r := range out.Rooms {
		for _, e := range r.Entries {
			if e.Erased {
				out.Rooms[i].Root = ""
			}
		}
	}
	return &out
}

// comesBack exports what a seat sees, loads that, and compares.
func comesBack(t checker, l *ledger.Ledger, process string, seat talks.Seat) string {
	t.Helper()
	before := view(t, l, process, seat)
	text := export(t, before)
	if dir := os.Getenv("PARLEY_KEEP"); dir != "" {
		_ = os.WriteFile(dir+"/"+process+"-"+string(seat)+".yaml", []byte(text), 0o600)
	}
	f, err := processfile.Parse("export", strings.NewReader(text))
	if err != nil {
		t.Fatalf("%s: %v\n%s", seat, err, text)
	}
	// At the same time, since that can end a seat or put another in its place.
	again := founded(t, f, "\n"+text, ledger.WithClock(func(time.Time) time.Time { return before.Now() }))
	defer func() { _ = again.Close() }()
	after := view(t, again, process, seat)
	if a, b := shown(t, before), shown(t, after); !reflect.DeepEqual(a, b) {
		t.Errorf("%s sees something else after its export was loaded (-before +after):\n%s", seat, cmp.Diff(a, b))
	}
	if second := export(t, after); second != text {
		t.Errorf("%s: the export of an export differs:\n%s", seat, cmp.Diff(text, second))
	}
	return text
}

func TestExportOfRiyadhComesBack(t *testing.T) {
	f := parse(t, examples.RiyadhName, examples.Riyadh)
	l := founded(t, f, "")
	defer func() { _ = l.Close() }()
	for _, seat := range f.Seats() {
		t.Run(string(seat), func(t *testing.T) {
			comesBack(t, l, f.Process, seat)
		})
	}
}

// TestStartTellsNothing: the clock of a demonstration is the same whatever happens in rooms that not everybody sees.
func TestStartTellsNothing(t *testing.T) {
	at := func(hour int) time.Time { return time.Date(2025, 2, 18, hour, 0, 0, 0, time.UTC) }
	f := &processfile.File{}
	f.Acts = make([]processfile.Act, 3)
	f.Acts[0].Room, f.Acts[0].At = "lobby", at(9)
	f.Acts[1].Room, f.Acts[1].At = "lobby", at(10)
	f.Acts[2].Room, f.Acts[2].At = "direct", at(11)
	if got := f.Start(); !got.Equal(at(10)) {
		t.Errorf("without a clock it starts at %v, want the lobby's last act", got)
	}
	f.Clock = at(8)
	if got := f.Start(); !got.Equal(at(8)) {
		t.Errorf("it starts at %v, want the file's clock", got)
	}
}
