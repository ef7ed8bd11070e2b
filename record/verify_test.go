package record_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"pgregory.net/rapid"

	"parley/record"
)

func b64(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

// lines takes an archive apart, without the closing hash.
func lines(file []byte) []string {
	all := strings.SplitAfter(string(file), "\n")
	return all[:len(all)-2]
}

// seal is what somebody can do who changed a file and does not have the host's key: close it again.
func seal(lines []string) []byte {
	text := strings.Join(lines, "")
	sum := sha256.Sum256([]byte(text))
	return []byte(text + "sha256 " + b64(sum[:]) + "\n")
}

// entryLine writes an entry as docs/record.md says, independently of ArchiveWriter.
func entryLine(i int, leaf, salt, payload []byte) string {
	hash := sha256.Sum256(append([]byte{0}, leaf...))
	s := "entry " + strconv.Itoa(i) + " " + b64(hash[:]) + " " + b64(leaf)
	if salt != nil {
		s += " " + b64(salt) + " " + b64(payload)
	}
	return s + "\n"
}

// rawArchive writes what ArchiveWriter writes, and also what it refuses.
func rawArchive(t testing.TB, host *record.Host, rooms ...*room) []byte {
	t.Helper()
	all := []string{"parley-archive/1\n", "process riyadh-2025\n", "host " + host.Public().String() + "\n"}
	for _, r := range rooms {
		all = append(all, "room "+r.id+"\n")
		if r.title != "" {
			all = append(all, "title "+r.title+"\n")
		}
		all = append(all, "checkpoint "+b64(r.checkpoint(t, host))+"\n")
		for i := range r.leaves {
			all = append(all, entryLine(i, r.leaves[i], r.salts[i], r.bodies[i]))
		}
	}
	return seal(all)
}

func TestArchiveWriterWritesTheDocumentedForm(t *testing.T) {
	host := testHost(t, 1)
	a, b := talk(t, roomA, "Lobby – Холл", 4), talk(t, roomB, "", 2)
	a.salts[1], a.bodies[1] = nil, nil
	if got, want := archive(t, host, a, b), rawArchive(t, host, a, b); !bytes.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got, want := archive(t, host), rawArchive(t, host); !bytes.Equal(got, want) {
		t.Errorf("without rooms: got\n%s\nwant\n%s", got, want)
	}
}

// refused checks that Verify finds fault with a file, at the place and in the words expected.
func refused(t *testing.T, name string, file []byte, opts record.Options, index int64, problem string) {
	t.Helper()
	report, err := record.Verify(bytes.NewReader(file), opts)
	if err == nil {
		t.Errorf("%s: verified as %+v", name, report)
		return
	}
	bad, ok := errors.AsType[*record.VerifyError](err)
	if !ok {
		t.Errorf("%s: not a VerifyError: %v", name, err)
		return
	}
	if bad.Index != index || !strings.Contains(bad.Problem, problem) {
		t.Errorf("%s: got index %d, want %d, and words %q in: %v", name, bad.Index, index, problem, err)
	}
}

// The archive in the next tests: lines 0 to 2 are the header, 3 the room, 4 its title, 5 its checkpoint, from 6 on
// entries 0 to 9.
const entry0 = 6

func TestVerifyFindsWhatAStrangerChanged(t *testing.T) {
	host := testHost(t, 1)
	good := talk(t, roomA, "Lobby", 10)
	file := archive(t, host, good)
	other := archive(t, testHost(t, 2), good)
	relabel := func(line string, i int) string {
		fields := strings.Fields(line)
		fields[1] = strconv.Itoa(i)
		return strings.Join(fields, " ") + "\n"
	}
	for name, c := range map[string]struct {
		change  func(l []string) []string
		index   int64
		problem string
	}{
		"payload": {func(l []string) []string {
			l[entry0+4] = entryLine(4, good.leaves[4], good.salts[4], []byte(`{"text":"remark!"}`))
			return l
		}, 4, "payload is not the one"},
		"salt": {func(l []string) []string {
			l[entry0+4] = entryLine(4, good.leaves[4], good.salts[5], good.bodies[4])
			return l
		}, 4, "payload is not the one"},
		"leaf": {func(l []string) []string {
			leaf := bytes.Replace(good.leaves[4], []byte("ru-head"), []byte("us-head"), 1)
			l[entry0+4] = strings.Replace(l[entry0+4], b64(good.leaves[4]), b64(leaf), 1)
			return l
		}, 4, "its leaf has the hash"},
		"leaf and its hash": {func(l []string) []string {
			leaf := bytes.Replace(good.leaves[4], []byte("ru-head"), []byte("us-head"), 1)
			l[entry0+4] = entryLine(4, leaf, good.salts[4], good.bodies[4])
			return l
		}, 4, "entry 4 was changed"},
		"last leaf and its hash": {func(l []string) []string {
			leaf := bytes.Replace(good.leaves[9], []byte("us-head"), []byte("ru-head"), 1)
			l[entry0+9] = entryLine(9, leaf, good.salts[9], good.bodies[9])
			return l
		}, 9, "entry 9 was changed"},
		"payload, commitment and all hashes after it": {func(l []string) []string {
			forged := &room{id: good.id}
			for i := range 10 {
				text := fmt.Sprintf(`{"text":"remark %d"}`, i)
				if i == 4 {
					text = `{"text":"I agree to all of it"}`
				}
				forged.say(t, []string{"us-head", "ru-head", "sa-chair"}[i%3], "remark.write", text, int64(i))
				l[entry0+i] = entryLine(i, forged.leaves[i], forged.salts[i], forged.bodies[i])
			}
			return l
		}, 9, "the host signed the root"},
		"not a leaf": {func(l []string) []string {
			l[entry0+4] = entryLine(4, []byte("hello"), good.salts[4], good.bodies[4])
			return l
		}, 4, "leaf: line 1"},
		"removed":      {func(l []string) []string { return slices.Delete(l, entry0+4, entry0+5) }, 4, "removed"},
		"first gone":   {func(l []string) []string { return slices.Delete(l, entry0, entry0+1) }, 0, "removed"},
		"last removed": {func(l []string) []string { return l[:len(l)-1] }, 9, "must begin with \"entry \""},
		"removed and renumbered": {func(l []string) []string {
			l = slices.Delete(l, entry0+4, entry0+5)
			for i := 4; i < 9; i++ {
				l[entry0+i] = relabel(l[entry0+i], i)
			}
			return l
		}, 4, "seen 5 entries"},
		"added": {func(l []string) []string {
			return append(l, entryLine(10, good.leaves[9], good.salts[9], good.bodies[9]))
		}, 10, "added"},
		"twice":   {func(l []string) []string { return slices.Insert(l, entry0+4, l[entry0+3]) }, 4, "added"},
		"swapped": {func(l []string) []string { l[entry0+4], l[entry0+5] = l[entry0+5], l[entry0+4]; return l }, 4, "moved"},
		"swapped quiet": {func(l []string) []string {
			l[entry0+4], l[entry0+5] = relabel(l[entry0+5], 4), relabel(l[entry0+4], 5)
			return l
		}, 4, "seen 5 entries"},
		"other key's checkpoint": {func(l []string) []string { l[5] = lines(other)[5]; return l }, -1, "is not signed by"},
		"checkpoint of another room": {func(l []string) []string {
			l[5] = "checkpoint " + b64(talk(t, roomB, "", 10).checkpoint(t, host)) + "\n"
			return l
		}, -1, "of another room"},
		"older checkpoint": {func(l []string) []string {
			l[5] = "checkpoint " + b64(talk(t, roomA, "", 9).checkpoint(t, host)) + "\n"
			return l
		}, 9, "added"},
		"checkpoint of other entries": {func(l []string) []string {
			l[5] = "checkpoint " + b64(talk(t, roomA, "", 11).checkpoint(t, host)) + "\n"
			return l
		}, 10, "must begin with \"entry \""},
		"room renamed": {func(l []string) []string { l[3] = "room " + roomB + "\n"; return l }, -1, "of another room"},
		"room twice":   {func(l []string) []string { return append(l, l[3:]...) }, -1, "does not come after"},
		"salt alone": {func(l []string) []string {
			l[entry0+4] = strings.TrimSuffix(l[entry0+4], " "+b64(good.bodies[4])+"\n") + "\n"
			return l
		}, 4, "cannot be read"},
		"empty payload":  {func(l []string) []string { l[entry0+4] = entryLine(4, good.leaves[4], good.salts[4], nil); return l }, 4, "cannot be read"},
		"field too many": {func(l []string) []string { l[entry0+4] = strings.TrimSuffix(l[entry0+4], "\n") + " AAAA\n"; return l }, 4, "cannot be read"},
		"space at end": {func(l []string) []string {
			l[entry0+4] = entryLine(4, good.leaves[4], nil, nil)[:0] + strings.TrimSuffix(entryLine(4, good.leaves[4], nil, nil), "\n") + " \n"
			return l
		}, 4, "cannot be read"},
		"return":          {func(l []string) []string { l[entry0+4] = strings.TrimSuffix(l[entry0+4], "\n") + "\r\n"; return l }, 4, "carriage return"},
		"empty line":      {func(l []string) []string { return slices.Insert(l, entry0+4, "\n") }, 4, "must begin with \"entry \""},
		"unknown line":    {func(l []string) []string { return append(l, "note hello\n") }, -1, "must stand here"},
		"unknown header":  {func(l []string) []string { return slices.Insert(l, 2, "time now\n") }, -1, "must begin with \"host \""},
		"other version":   {func(l []string) []string { l[0] = "parley-archive/2\n"; return l }, -1, "version"},
		"bad process":     {func(l []string) []string { l[1] = "process a b\n"; return l }, -1, "process"},
		"bad title":       {func(l []string) []string { l[4] = "title a\tb\n"; return l }, -1, "title"},
		"empty title":     {func(l []string) []string { l[4] = "title \n"; return l }, -1, "title"},
		"two titles":      {func(l []string) []string { return slices.Insert(l, 4, l[4]) }, -1, "checkpoint"},
		"host of another": {func(l []string) []string { l[2] = lines(other)[2]; return l }, -1, "is not signed by"},
		"index 04": {func(l []string) []string {
			l[entry0+4] = strings.Replace(l[entry0+4], "entry 4", "entry 04", 1)
			return l
		}, 4, "entry 4 of 10 must stand here"},
		"entry of another room": {func(l []string) []string {
			r := talk(t, roomB, "", 5)
			l[entry0+4] = entryLine(4, r.leaves[4], r.salts[4], r.bodies[4])
			return l
		}, 4, "belongs to room " + roomB},
	} {
		refused(t, name, seal(c.change(lines(file))), record.Options{}, c.index, c.problem)
	}
	// The same changes, and those that nothing else covers, are found by the closing hash where it was left as it was.
	retitled := bytes.Replace(file, []byte("title Lobby"), []byte("title Lobbi"), 1)
	refused(t, "title", retitled, record.Options{}, -1, "the last line was changed, or something that the host does not sign")
	erased := seal(append(slices.Clone(lines(file)[:entry0]), append([]string{entryLine(0, good.leaves[0], nil, nil)}, lines(file)[entry0+1:]...)...))
	if report, err := record.Verify(bytes.NewReader(erased), record.Options{}); err != nil || !slices.Equal(report.Rooms[0].Erased, []int64{0}) {
		t.Errorf("a payload left out must be reported as erased: %+v, %v", report, err)
	}
	last := slices.Clone(lines(file))
	refused(t, "something after the end", append(seal(last), "\n"...), record.Options{}, -1, "follows the closing hash")
	refused(t, "something after the end, without newline", append(seal(last), 'x'), record.Options{}, -1, "follows the closing hash")
	refused(t, "empty", nil, record.Options{}, -1, "cut short")
}

// What the host itself signed, and must not have.
func TestVerifyFindsWhatTheHostDidWrong(t *testing.T) {
	host := testHost(t, 1)
	leafOf := func(r *room, i int) record.Leaf {
		l, err := record.ParseLeaf(r.leaves[i])
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	for name, c := range map[string]struct {
		build   func(r *room)
		index   int64
		problem string
	}{
		"author was shown a fork": {func(r *room) {
			fork := talk(t, roomA, "", 3)
			fork.say(t, "us-head", "remark.write", `{"text":"only for one pair of eyes"}`, 3)
			l := leafOf(r, 4)
			l.Seen, l.Time = fork.tree.Head(), l.Time.Add(time.Hour)
			r.add(t, l, r.salts[4], r.bodies[4])
		}, 5, "the host showed that author another record"},
		"time backwards": {func(r *room) {
			l := leafOf(r, 4)
			l.Time = l.Time.Add(-time.Millisecond)
			r.add(t, l, r.salts[4], r.bodies[4])
		}, 5, "before that of the entry before it"},
		"entry of another room": {func(r *room) {
			l := leafOf(r, 4)
			l.Room = roomB
			r.add(t, l, r.salts[4], r.bodies[4])
		}, 5, "belongs to room"},
		"seen what was not there yet": {func(r *room) {
			l := leafOf(r, 4)
			l.Seen.Size = 6
			r.add(t, l, r.salts[4], r.bodies[4])
		}, 5, "said to have seen 6 entries"},
		"commitment to something else": {func(r *room) {
			r.add(t, leafOf(r, 4), r.salts[4], []byte("{}"))
		}, 5, "payload is not the one"},
	} {
		r := talk(t, roomA, "", 5)
		c.build(r)
		file := rawArchive(t, host, r)
		report, err := record.Verify(bytes.NewReader(file), record.Options{Host: host.Public()})
		bad, ok := errors.AsType[*record.VerifyError](err)
		if !ok || bad.Index > c.index || !strings.Contains(bad.Problem, c.problem) {
			t.Errorf("%s: want index %d and %q, got %+v, %v", name, c.index, c.problem, report, err)
		}
	}
	// An older head, seen by several at once, is as it should be; time may stand still.
	r := talk(t, roomA, "", 5)
	l := leafOf(r, 4)
	r.add(t, l, r.salts[4], r.bodies[4])
	l.Seen = record.EmptyHead
	r.add(t, l, r.salts[4], r.bodies[4])
	if _, err := record.Verify(bytes.NewReader(rawArchive(t, host, r)), record.Options{Host: host.Public()}); err != nil {
		t.Error(err)
	}
}

func TestVerifyAgainstWhatIsKnown(t *testing.T) {
	host := testHost(t, 1)
	r := talk(t, roomA, "Lobby", 10)
	file := archive(t, host, r)
	at := func(size int64) []byte {
		head, err := r.tree.HeadAt(size)
		if err != nil {
			t.Fatal(err)
		}
		c, err := host.Sign(roomA, head)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	for size := range int64(11) {
		report, err := record.Verify(bytes.NewReader(file), record.Options{Host: host.Public(), Known: map[string][]byte{roomA: at(size)}})
		if err != nil || report.Rooms[0].Known != size || !report.Pinned || !bytes.Equal(report.Rooms[0].Checkpoint, at(10)) {
			t.Errorf("known at %d: %+v, %v", size, report, err)
		}
	}
	known := func(c []byte) record.Options {
		return record.Options{Host: host.Public(), Known: map[string][]byte{roomA: c}}
	}
	// The host signed another record of the same or a smaller size: every size.
	for size := range 10 {
		fork := talk(t, roomA, "", size)
		fork.say(t, "us-head", "remark.write", `{"text":"another course"}`, int64(size))
		refused(t, fmt.Sprintf("fork at %d", size), file, known(fork.checkpoint(t, host)), -1, "forked")
	}
	longer := talk(t, roomA, "", 12)
	refused(t, "rollback", file, known(longer.checkpoint(t, host)), -1, "rolled back")
	refused(t, "known by another host", file, known(r.checkpoint(t, testHost(t, 2))), -1, "cannot be used")
	refused(t, "known is not a checkpoint", file, known([]byte("x")), -1, "cannot be used")
	refused(t, "room missing", file, record.Options{Known: map[string][]byte{roomB: talk(t, roomB, "", 1).checkpoint(t, host)}}, -1, "does not hold the room")
	refused(t, "another host", file, record.Options{Host: testHost(t, 2).Public()}, -1, "the host expected")
	if report, err := record.Verify(bytes.NewReader(file), record.Options{}); err != nil || report.Pinned || report.Host != host.Public() || report.Rooms[0].Known != -1 {
		t.Errorf("unpinned: %+v, %v", report, err)
	}
}

func TestVerifyFindsEveryFlippedBitAndEveryCut(t *testing.T) {
	t.Parallel()
	host := testHost(t, 1)
	a, b := talk(t, roomA, "Lobby – Холл", 2), talk(t, roomB, "", 1)
	a.salts[1], a.bodies[1] = nil, nil
	file := archive(t, host, a, b)
	bad := bytes.Clone(file)
	for i := range len(file) * 8 {
		bad[i/8] ^= 1 << (i % 8)
		// Without a pinned key: what is found so is found with one all the more.
		if report, err := record.Verify(bytes.NewReader(bad), record.Options{}); err == nil {
			t.Errorf("bit %d of byte %d: verified as %+v", i%8, i/8, report)
		} else if _, ok := errors.AsType[*record.VerifyError](err); !ok {
			t.Errorf("bit %d of byte %d: not a VerifyError: %v", i%8, i/8, err)
		}
		bad[i/8] ^= 1 << (i % 8)
	}
	for i := range file {
		report, err := record.Verify(bytes.NewReader(file[:i]), record.Options{})
		if bad, ok := errors.AsType[*record.VerifyError](err); !ok {
			t.Errorf("cut to %d bytes: %+v, %v", i, report, err)
		} else if !strings.Contains(bad.Problem, "cut short") {
			t.Errorf("cut to %d bytes: %v", i, err)
		}
	}
}

// A bit flipped in an entry is found at that entry, whatever the bit; the rest of the file is sealed again.
func TestVerifyNamesTheEntryOfAFlippedBit(t *testing.T) {
	t.Parallel()
	host := testHost(t, 1)
	file := archive(t, host, talk(t, roomA, "Lobby", 10))
	const entry = 5
	all := lines(file)
	line := all[entry0+entry]
	for i := range (len(line) - 1) * 8 {
		bad := []byte(line)
		bad[i/8] ^= 1 << (i % 8)
		all[entry0+entry] = string(bad)
		_, err := record.Verify(bytes.NewReader(seal(all)), record.Options{})
		if e, ok := errors.AsType[*record.VerifyError](err); !ok || e.Index != entry || e.Line != entry0+entry+1 || e.Room != roomA {
			t.Errorf("bit %d of byte %d: %v", i%8, i/8, err)
		}
	}
}

func TestVerifyErrorSaysWhere(t *testing.T) {
	for want, e := range map[string]*record.VerifyError{
		"line 7, room r, entry 0: bad": {Line: 7, Room: "r", Index: 0, Problem: "bad"},
		"room r: bad":                  {Room: "r", Index: -1, Problem: "bad"},
		"line 1: bad":                  {Line: 1, Index: -1, Problem: "bad"},
		"bad":                          {Index: -1, Problem: "bad"},
	} {
		if got := e.Error(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestReadingErrorsAreNotVerifyErrors(t *testing.T) {
	file := archive(t, testHost(t, 1), talk(t, roomA, "Lobby", 3))
	broken := errors.New("the cable is out")
	for i := 0; i < len(file); i += 97 {
		_, err := record.Verify(io.MultiReader(bytes.NewReader(file[:i]), iotest.ErrReader(broken)), record.Options{})
		if _, ok := errors.AsType[*record.VerifyError](err); ok || !errors.Is(err, broken) {
			t.Fatalf("broken at %d: %v", i, err)
		}
	}
	_, err := record.ReadArchive(bytes.NewReader(file), record.Options{}, func(e record.ArchiveEntry) error {
		if e.Index == 1 {
			return broken
		}
		return nil
	})
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), "entry 1") {
		t.Errorf("error of the callback: %v", err)
	}
	if _, err := record.Verify(iotest.OneByteReader(bytes.NewReader(file)), record.Options{}); err != nil {
		t.Errorf("byte by byte: %v", err)
	}
	if _, err := record.Verify(iotest.DataErrReader(bytes.NewReader(file)), record.Options{}); err != nil {
		t.Errorf("data and end together: %v", err)
	}
	if _, err := record.Verify(stuck{}, record.Options{}); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("a reader that gives nothing: %v", err)
	}
}

type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

type zeroes struct{}

func (zeroes) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'A'
	}
	return len(p), nil
}

func TestVerifyLimitsLines(t *testing.T) {
	t.Parallel()
	file := archive(t, testHost(t, 1), talk(t, roomA, "", 1))
	head := strings.Join(lines(file)[:5], "")
	endless := io.MultiReader(strings.NewReader(head+"entry 0 "), zeroes{})
	_, err := record.Verify(endless, record.Options{})
	if bad, ok := errors.AsType[*record.VerifyError](err); !ok || bad.Index != 0 || !strings.Contains(bad.Problem, "longer than") {
		t.Errorf("endless line: %v", err)
	}
	// The longest payload still passes.
	r := &room{id: roomA}
	r.say(t, "us-head", "remark.write", strings.Repeat("x", record.MaxPayload), 0)
	if _, err := record.Verify(bytes.NewReader(archive(t, testHost(t, 1), r)), record.Options{}); err != nil {
		t.Error(err)
	}
}

func TestArchiveWriterRefuses(t *testing.T) {
	host := testHost(t, 1)
	a, b := talk(t, roomA, "", 2), talk(t, roomB, "", 0)
	begin := func() *record.ArchiveWriter {
		w, err := record.NewArchiveWriter(io.Discard, record.ArchiveHeader{Process: "p", Host: host.Public()})
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	for name, do := range map[string]func(w *record.ArchiveWriter) error{
		"entry before a room": func(w *record.ArchiveWriter) error { return w.Entry(a.leaves[0], a.salts[0], a.bodies[0]) },
		"another's key":       func(w *record.ArchiveWriter) error { return w.Room(roomA, "", a.checkpoint(t, testHost(t, 2))) },
		"title of two lines":  func(w *record.ArchiveWriter) error { return w.Room(roomA, "a\nb", a.checkpoint(t, host)) },
		"title too long": func(w *record.ArchiveWriter) error {
			return w.Room(roomA, strings.Repeat("a", 1001), a.checkpoint(t, host))
		},
		"title not UTF-8": func(w *record.ArchiveWriter) error { return w.Room(roomA, "\xff", a.checkpoint(t, host)) },
		"rooms out of order": func(w *record.ArchiveWriter) error {
			w.Room(roomB, "", b.checkpoint(t, host))
			return w.Room(roomA, "", a.checkpoint(t, host))
		},
		"too few entries": func(w *record.ArchiveWriter) error {
			w.Room(roomA, "", a.checkpoint(t, host))
			w.Entry(a.leaves[0], a.salts[0], a.bodies[0])
			return w.Close()
		},
		"too many entries": func(w *record.ArchiveWriter) error {
			w.Room(roomB, "", b.checkpoint(t, host))
			return w.Entry(talk(t, roomB, "", 1).leaves[0], nil, nil)
		},
		"leaf of another room": func(w *record.ArchiveWriter) error {
			w.Room(roomA, "", a.checkpoint(t, host))
			return w.Entry(talk(t, roomB, "", 1).leaves[0], nil, nil)
		},
		"salt without payload": func(w *record.ArchiveWriter) error {
			w.Room(roomA, "", a.checkpoint(t, host))
			return w.Entry(a.leaves[0], a.salts[0], nil)
		},
		"payload without salt": func(w *record.ArchiveWriter) error {
			w.Room(roomA, "", a.checkpoint(t, host))
			return w.Entry(a.leaves[0], nil, a.bodies[0])
		},
		"payload too long": func(w *record.ArchiveWriter) error {
			w.Room(roomA, "", a.checkpoint(t, host))
			return w.Entry(a.leaves[0], a.salts[0], make([]byte, record.MaxPayload+1))
		},
		"no leaf": func(w *record.ArchiveWriter) error {
			w.Room(roomA, "", a.checkpoint(t, host))
			return w.Entry(nil, nil, nil)
		},
		"closed twice": func(w *record.ArchiveWriter) error { w.Close(); return w.Close() },
	} {
		w := begin()
		if err := do(w); err == nil {
			t.Errorf("%s: taken", name)
		} else if w.Room(roomB, "", b.checkpoint(t, host)) == nil {
			t.Errorf("%s: goes on after an error", name)
		}
	}
	for _, h := range []record.ArchiveHeader{{Process: "p"}, {Host: host.Public()}, {Process: "a b", Host: host.Public()}} {
		if _, err := record.NewArchiveWriter(io.Discard, h); err == nil {
			t.Errorf("header %+v is taken", h)
		}
	}
}

func TestArchiveWriterReportsAFullDisk(t *testing.T) {
	host, r := testHost(t, 1), talk(t, roomA, "", 3000)
	full := errors.New("no space")
	w, err := record.NewArchiveWriter(failAfter{n: new(int), err: full}, record.ArchiveHeader{Process: "p", Host: host.Public()})
	if err == nil {
		err = w.Room(roomA, "", r.checkpoint(t, host))
	}
	for i := range r.leaves {
		if err == nil {
			err = w.Entry(r.leaves[i], r.salts[i], r.bodies[i])
		}
	}
	if !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
	if err := w.Close(); !errors.Is(err, full) {
		t.Errorf("Close: %v", err)
	}
}

type failAfter struct {
	n   *int
	err error
}

func (f failAfter) Write(p []byte) (int, error) {
	if *f.n++; *f.n > 3 {
		return 0, f.err
	}
	return len(p), nil
}

// Whatever is said, in whatever order it was seen, and whatever is erased: what the writer writes verifies, and what is
// read is what was written.
func TestArchiveProperty(t *testing.T) {
	host := testHost(t, 1)
	rapid.Check(t, func(rt *rapid.T) {
		var rooms []*room
		for _, id := range []string{"a", "b1", "b2"}[:rapid.IntRange(0, 3).Draw(rt, "rooms")] {
			r := &room{id: id, title: rapid.StringMatching(`[ -~é–]{0,20}`).Draw(rt, "title")}
			for i := range rapid.IntRange(0, 12).Draw(rt, "entries") {
				payload := rapid.SliceOfN(rapid.Byte(), 1, 50).Draw(rt, "payload")
				r.say(t, "us-head", "remark.write", string(payload), rapid.Int64Range(0, int64(i)).Draw(rt, "seen"))
				if rapid.IntRange(0, 5).Draw(rt, "erase") == 0 {
					r.salts[i], r.bodies[i] = nil, nil
				}
			}
			rooms = append(rooms, r)
		}
		var got []string
		_, err := record.ReadArchive(bytes.NewReader(archive(t, host, rooms...)), record.Options{Host: host.Public()}, func(e record.ArchiveEntry) error {
			got = append(got, fmt.Sprintf("%s %d %q %x %q", e.Room, e.Index, e.Text, e.Salt, e.Payload))
			return nil
		})
		if err != nil {
			rt.Fatal(err)
		}
		var want []string
		for _, r := range rooms {
			for i := range r.leaves {
				want = append(want, fmt.Sprintf("%s %d %q %x %q", r.id, i, r.leaves[i], r.salts[i], r.bodies[i]))
			}
		}
		if !slices.Equal(got, want) {
			rt.Fatalf("got %q, want %q", got, want)
		}
	})
}

func FuzzVerify(f *testing.F) {
	host := testHost(f, 1)
	a, b := talk(f, roomA, "Lobby", 2), talk(f, roomB, "", 1)
	a.salts[1], a.bodies[1] = nil, nil
	file := archive(f, host, a, b)
	f.Add(file)
	f.Add(file[:len(file)/2])
	f.Add(bytes.ReplaceAll(file, []byte("\n"), []byte("\r\n")))
	f.Add(archive(f, host))
	f.Add([]byte("parley-archive/1\nprocess p\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		// The fuzzer does not have the key. It can still leave out rooms, erase, retitle; it cannot add or change.
		for _, sealed := range [][]byte{data, resealed(data)} {
			report, err := record.Verify(bytes.NewReader(sealed), record.Options{Host: host.Public()})
			if err != nil {
				if _, ok := errors.AsType[*record.VerifyError](err); !ok {
					t.Errorf("not a VerifyError: %v", err)
				}
				continue
			}
			for _, r := range report.Rooms {
				if (r.Room != roomA || r.Head != a.tree.Head()) && (r.Room != roomB || r.Head != b.tree.Head()) {
					t.Errorf("verified a forged room: %+v", r)
				}
			}
		}
	})
}

// resealed puts a true closing hash under whatever lines there are, so that the fuzzer gets past it.
func resealed(data []byte) []byte {
	if i := bytes.LastIndex(data, []byte("sha256 ")); i >= 0 {
		data = data[:i]
	}
	return seal([]string{string(data)})
}

func BenchmarkVerify100k(b *testing.B) {
	r := talk(b, roomA, "Lobby", 100_000)
	file := archive(b, testHost(b, 1), r)
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := record.Verify(bytes.NewReader(file), record.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkArchiveWriter100k(b *testing.B) {
	host, r := testHost(b, 1), talk(b, roomA, "Lobby", 100_000)
	checkpoint := r.checkpoint(b, host)
	for b.Loop() {
		w, err := record.NewArchiveWriter(io.Discard, record.ArchiveHeader{Process: "p", Host: host.Public()})
		if err == nil {
			err = w.Room(roomA, "", checkpoint)
		}
		for i := range r.leaves {
			if err == nil {
				err = w.Entry(r.leaves[i], r.salts[i], r.bodies[i])
			}
		}
		if err != nil || w.Close() != nil {
			b.Fatal(err)
		}
	}
}
