package examples_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"parley/examples"
	"parley/internal/ledger"
	"parley/internal/processfile"
	"parley/internal/talks"
)

// load gives the views of some seats of an example.
func load(t *testing.T, name, text string, seats ...talks.Seat) []*ledger.View {
	t.Helper()
	f, err := processfile.Parse(name, strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	l, err := ledger.Open(t.Context(), "memory:", ledger.WithClock(func(time.Time) time.Time { return f.Start() }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	if _, err := processfile.Load(t.Context(), l, f); err != nil {
		t.Fatal(err)
	}
	var out []*ledger.View
	for _, seat := range seats {
		v, err := l.View(t.Context(), ledger.Viewer{Process: f.Process, Seat: seat})
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	return out
}

// entries are all that some seats see together, each once, and how many of them are marked as made up.
func entries(vs ...*ledger.View) (rooms map[talks.RoomID]int64, all, illustrative int64) {
	rooms = map[talks.RoomID]int64{}
	for _, v := range vs {
		for _, s := range v.World().Rooms() {
			if _, ok := rooms[s.Room.ID]; ok {
				continue
			}
			rooms[s.Room.ID] = s.Size()
			all += s.Size()
			for _, e := range s.Entries {
				if talks.BasisOf(e.Act).Illustrative {
					illustrative++
				}
			}
		}
	}
	return rooms, all, illustrative
}

// TestReadme: the numbers in what is written about the examples are those of the examples.
func TestReadme(t *testing.T) {
	t.Parallel()
	says := func(folder string, sentences ...string) {
		b, err := os.ReadFile(folder + "/README.md")
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Join(strings.Fields(string(b)), " ")
		for _, s := range sentences {
			if !strings.Contains(text, s) {
				t.Errorf("%s/README.md does not say %q", folder, s)
			}
		}
	}
	words := map[int]string{2: "two", 10: "ten"}

	vs := load(t, examples.RiyadhName, examples.Riyadh, "us-head", "ru-head", "ua-head", "eu-head", "sa-head")
	rooms, all, made := entries(vs...)
	sees := []any{all}
	for _, v := range vs {
		_, n, _ := entries(v)
		sees = append(sees, n)
	}
	says("riyadh-2025", fmt.Sprintf("written as %d acts in %s rooms", all, words[len(rooms)]), fmt.Sprintf("%d acts say `illustrative: true`", made),
		fmt.Sprintf("Of the %d acts, the head of the United States sees %d, of Russia %d, of Ukraine %d, of the European allies %d, and of the host %d.", sees...))

	vs = load(t, examples.MinskName, examples.Minsk, "ua-head", "ru-head", "osce-head")
	rooms, all, _ = entries(vs...)
	w := vs[0].World()
	says("minsk-2015", fmt.Sprintf("as %d acts in %s rooms: one agreement, %d commitments, %d conditions", all, words[len(rooms)], len(w.Commitments()), len(w.Conditions())))
	if len(w.Agreements()) != 1 {
		t.Errorf("the example of Minsk has %d agreements", len(w.Agreements()))
	}
}
