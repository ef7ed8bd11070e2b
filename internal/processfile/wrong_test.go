package processfile_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"parley/internal/ledger"
	"parley/internal/processfile"
	"parley/internal/talks"
)

// good is a small file that loads; its lines are counted from the one after the backtick.
const good = `process: pier
title: The pier
clock: 2025-03-01T12:00:00Z
acts:
- room: lobby
  seat: ch-head
  at: 2025-03-01T09:00:00Z
  act: room.open
  kind: lobby
  title: Lobby
- room: lobby
  seat: ch-head
  at: 2025-03-01T09:01:00Z
  act: party.declare
  name: town
  title: The town
  kind: organisation
  role: principal
- room: lobby
  seat: ch-head
  at: 2025-03-01T09:02:00Z
  act: party.declare
  name: port
  title: The port
  kind: organisation
  role: principal
- room: lobby
  seat: ch-head
  at: 2025-03-01T09:03:00Z
  act: delegation.designate
  delegation: to
  party: town
  title: Town
  head: to-head
- room: lobby
  seat: ch-head
  at: 2025-03-01T09:04:00Z
  act: delegation.designate
  delegation: po
  party: port
  title: Port
  head: po-head
- room: lobby
  seat: to-head
  at: 2025-03-01T09:05:00Z
  act: issue.open
  name: fee
  title: Fee
  scale: {low: none, high: full, min: 0, max: 100}
- room: direct
  seat: to-head
  at: 2025-03-01T09:06:00Z
  act: room.open
  kind: direct
  title: Direct
  members: [to, po]
- room: direct
  seat: po-head
  at: 2025-03-01T09:07:00Z
  act: position.record
  party: port
  issue: fee
  value: 70
  firmness: firm
  salience: 80
`

func TestGoodLoads(t *testing.T) {
	f := parse(t, "good.yaml", good)
	l := founded(t, f, "")
	defer func() { _ = l.Close() }()
	p := view(t, l, "pier", "po-head").World().Room(view(t, l, "pier", "po-head").World().Rooms()[1].Room.ID)
	if len(p.Positions) != 1 {
		t.Error("the position is missing")
	}
	if got := fmt.Sprint(f.Seats()); got != "[to-head po-head ch-head]" {
		t.Errorf("seats: %s", got)
	}
}

// with changes one thing of the good file.
func with(old, text string) string {
	if strings.Count(good, old) == 0 {
		panic("the good file has no " + old)
	}
	return strings.Replace(good, old, text, 1)
}

// after adds acts to the good file; the first of their lines is 66.
func after(acts string) string { return good + acts }

const remark = "- {room: direct, seat: po-head, at: 2025-03-01T09:08:00Z, act: remark.write, text: x}\n"

// wrong is files with one mistake each: the place, the code, and how the message begins and ends.
var wrong = []struct {
	name, file string
	line, col  int
	code       string
	text       string // of the message, without file, line and column
}{
	{"empty", "", 0, 0, "nothing", "the file is empty; begin with process: and a name"},
	{"only a comment", "# nothing\n", 0, 0, "nothing", "the file is empty; begin with process: and a name"},
	{"a list", "- a\n", 1, 1, "no-head", "a list stands where the head of a file is expected; begin with process:, then acts:"},
	{"a text", "hello\n", 1, 1, "no-head", "a text stands where the head of a file is expected; begin with process:, then acts:"},
	{"two documents", good + "---\n" + good, 0, 0, "several", "the file holds several YAML documents; keep one, without a line --- or ... after it"},
	{"not UTF-8", with("The pier", "The pi\xffer"), 2, 14, "not-utf-8", "the file is not UTF-8; save it as UTF-8"},
	{"a control character", with("The pier", "The\x07pier"), 2, 11, "control", "the control character U+0007 stands here; remove it"},
	{"a tab", with("  title: Lobby", "\ttitle: Lobby"), 10, 1, "tab", "a tab stands where the line is indented; indent with spaces"},
	{"a colon in a text", with("The pier", "The pier: a story"), 2, 16, "bad-colon", "a text cannot hold a colon followed by a space; write the text in quotes"},
	{"an at sign", with("The pier", "@pier"), 2, 8, "bad-start", "a text cannot begin with the character @; write the text in quotes"},
	{"an open bracket", with("[to, po]", "[to, po"), 57, 7, "bad-yaml", "this is not well-formed YAML: did not find expected ',' or ']'; see docs/process-file.md for the form of a file"},
	{"too deep", with("The pier", strings.Repeat("[", 40)+strings.Repeat("]", 40)), 2, 32, "too-deep", "lists and fields stand more than 24 deep in each other; no act is that deep: check the indentation"},
	{"an anchor", with("title: Lobby", "title: &l Lobby"), 10, 10, "anchor", "the anchor &l stands here; write out what is repeated, without & and *"},
	{"an alias of nothing", with("title: Lobby", "title: *l"), 10, 10, "bad-yaml", "this is not well-formed YAML: unknown anchor 'l' referenced; see docs/process-file.md for the form of a file"},
	{"a tag", with("title: Lobby", "title: !!binary TG9iYnk="), 10, 10, "tag", "the tag !!binary stands here; leave it out"},
	{"a field twice in the head", with("title: The pier", "title: The pier\ntitle: Again"), 3, 1, "duplicate", "title: the field stands twice; the first is in line 2; keep one"},
	{"a field twice in an act", with("  title: Lobby", "  title: Lobby\n  title: Hall"), 11, 3, "duplicate", "act 1 (room.open), title: the field stands twice; the first is in line 10; keep one"},
	{"a merge", with("  title: Lobby", "  title: Lobby\n  <<: {purpose: x}"), 11, 3, "unknown-field", "act 1 (room.open), <<: room.open has no such field; its fields are kind, title, purpose, members, convener, process, chair, observers, rule, cites, illustrative"},
	{"a key that is a list", with("  title: Lobby", "  title: Lobby\n  ? [a]\n  : b"), 11, 5, "bad-key", "act 1 (room.open): a list stands where the name of a field is expected; write a name, a colon and a value"},

	{"an unknown header", with("title: The pier", "titel: The pier"), 2, 1, "unknown-header", "titel: the head of a file has no such field; its fields are process, title, clock, acts"},
	{"no process", with("process: pier\n", ""), 1, 1, "missing", "process: it is missing; give it"},
	{"a bad process", with("process: pier", "process: The Pier"), 1, 10, "bad-process", `process: "The Pier" cannot identify a process; use lower-case letters, digits and hyphens, at most 64`},
	{"no acts", "process: pier\n", 1, 1, "missing", "acts: it is missing; give it"},
	{"an empty list of acts", "process: pier\nacts: []\n", 2, 7, "no-acts", "acts: there are no acts; begin with room.open of a lobby"},
	{"acts that are no list", "process: pier\nacts:\n  room: lobby\n", 3, 3, "no-list", "acts: a group of fields stands where the list of acts is expected; write each act as an item that begins with a hyphen"},
	{"an act that is a text", good + "- hello\n", 66, 3, "no-item", "act 9: a text stands where an act is expected; write its fields, beginning with room, seat, at and act"},
	{"a bad clock", with("clock: 2025-03-01T12:00:00Z", "clock: noon"), 3, 8, "bad-time", "clock: noon is not a time with its zone; write one as in 2025-02-18T09:00:00Z, with at most three digits after the second"},
	{"two titles", with("  title: Lobby", "  title: Lobby\n  process: Another"), 2, 8, "title-differs", "title: the title differs from that of the lobby, in line 11; give one of them"},

	{"no room", with("- room: lobby\n  seat: to-head", "- seat: to-head"), 43, 3, "missing", "act 6 (issue.open), room: it is missing; give it"},
	{"no kind", with("  act: issue.open\n", ""), 43, 3, "missing", "act 6, act: it is missing; give it"},
	{"no time", with("  at: 2025-03-01T09:05:00Z\n", ""), 43, 3, "missing", "act 6 (issue.open), at: it is missing; give it"},
	{"a day for a time", with("at: 2025-03-01T09:05:00Z", "at: 2025-03-01"), 45, 7, "bad-time", "act 6 (issue.open), at: 2025-03-01 is not a time with its zone; write one as in 2025-02-18T09:00:00Z, with at most three digits after the second"},
	{"microseconds", with("at: 2025-03-01T09:05:00Z", "at: 2025-03-01T09:05:00.000001Z"), 45, 7, "bad-time", "act 6 (issue.open), at: 2025-03-01T09:05:00.000001Z is not a time with its zone; write one as in 2025-02-18T09:00:00Z, with at most three digits after the second"},
	{"a bad seat", with("seat: to-head", "seat: Town"), 44, 9, "bad-seat", `act 6 (issue.open), seat: "Town" is not a seat; write the delegation's code, a hyphen and a name, as in us-head`},
	{"a bad handle", with("- room: direct", "- room: the direct room"), 50, 9, "bad-name", `act 7 (room.open), room: "the direct room" cannot be a name; use lower-case letters, digits and hyphens inside, at most 64 characters`},
	{"an unknown act", with("act: issue.open", "act: issue.rise"), 46, 8, "unknown-act", "act 6 (issue.rise), act: there is no act issue.rise; see the list of acts in docs/acts.md"},
	{"an unknown field", with("firmness: firm", "firmnes: firm"), 64, 3, "unknown-field", "act 8 (position.record), firmnes: position.record has no such field; its fields are party, issue, option, value, from, to, firmness, salience, confidence, text, rests_on, since, cites, illustrative"},
	{"an unknown field within", with("max: 100}", "most: 100}"), 49, 42, "unknown-field", "act 6 (issue.open), scale/most: scale has no such field; its fields are low, high, min, max, unit"},
	{"nothing after the colon", with("title: Fee", "title:"), 48, 9, "no-value", "act 6 (issue.open), title: nothing stands after the colon; write a value, or leave the field out"},
	{"a number for a text", with("title: Fee", "title: 2025"), 48, 10, "unquoted", `act 6 (issue.open), title: 2025 is read as a number, where a text is expected; write it in quotes: "2025"`},
	{"true for a text", with("title: Fee", "title: true"), 48, 10, "unquoted", `act 6 (issue.open), title: true is read as true or false, where a text is expected; write it in quotes: "true"`},
	{"no for a text", with("title: Fee", "title: No"), 48, 10, "yes-or-no", `act 6 (issue.open), title: No can mean a text or true or false; write it in quotes: "No"`},
	{"a list for a text", with("title: Fee", "title: [Fee]"), 48, 10, "wrong-type", "act 6 (issue.open), title: a list stands where a text is expected; write a text"},
	{"a text for a list", with("members: [to, po]", "members: to"), 56, 12, "wrong-type", "act 7 (room.open), members: a text stands where a list is expected; write a list"},
	{"a text for fields", with("scale: {low: none, high: full, min: 0, max: 100}", "scale: long"), 49, 10, "wrong-type", "act 6 (issue.open), scale: a text stands where a group of fields is expected; write a group of fields"},
	{"yes for true", with("title: Fee", "title: Fee\n  illustrative: yes"), 49, 17, "not-bool", "act 6 (issue.open), illustrative: yes is not true or false; write true or false"},
	{"a quoted number for a whole one", with("salience: 80", `salience: "80"`), 65, 13, "not-whole", `act 8 (position.record), salience: "80" is not a whole number in plain digits; write digits, as in 12`},
	{"a fraction for a whole number", with("salience: 80", "salience: 80.5"), 65, 13, "not-whole", "act 8 (position.record), salience: 80.5 is not a whole number in plain digits; write digits, as in 12"},
	{"hexadecimal", with("salience: 80", "salience: 0x50"), 65, 13, "not-whole", "act 8 (position.record), salience: 0x50 is not a whole number in plain digits; write digits, as in 12"},
	{"words of an erased act", strings.Replace(after(remark), "act: remark.write", "act: remark.write, erased: true", 1), 66, 92, "erased-words", "act 9 (remark.write), text: the words of an erased act are gone, and a field of it stands here; leave the field out, or leave out erased: true"},
	{"a bad reference", with("issue: fee", "issue: a/b/c"), 62, 10, "bad-value", `act 8 (position.record), issue: the value cannot be read: "a/b/c" is not a reference: write a name, or room/name; correct it`},

	{"no lobby first", with("kind: lobby", "kind: plenary"), 8, 8, "lobby-first", "act 1 (room.open), act: a process begins by opening its lobby; let the first act be room.open with kind: lobby"},
	{"a room that was not opened", strings.Replace(after(remark), "room: direct, seat: po-head, at: 2025-03-01T09:08", "room: other, seat: po-head, at: 2025-03-01T09:08", 1), 66, 10, "founding", "act 9 (remark.write), room: a room begins with room.open; open the room first"},
	{"a room opened twice", with("- room: direct", "- room: lobby"), 50, 9, "already-open", "act 7 (room.open), room: the room is open already; leave room.open out"},
	{"a seat that is none", with("seat: to-head", "seat: to-aide"), 44, 9, "no-seat", "act 6 (issue.open), seat: to-aide is no seat at that time; designate its delegation in the lobby, and grant it in the delegation's caucus"},
	{"not a member", strings.Replace(after(remark), "seat: po-head, at: 2025-03-01T09:08", "seat: ch-head, at: 2025-03-01T09:08", 1), 66, 24, "not-member", "act 9 (remark.write), seat: the delegation “ch” is not a member of this room; name a delegation that is, or let it be admitted first"},
	{"time runs backwards", with("at: 2025-03-01T09:05:00Z", "at: 2025-03-01T08:00:00Z"), 45, 7, "time-backwards", "act 6 (issue.open), at: 2025-03-01T08:00:00Z is before the last entry of the room, which is of 2025-03-01T09:04:00Z; put the acts of a room in the order of time"},
	{"nobody of that name", with("issue: fee", "issue: fees"), 62, 10, "unknown-ref", "act 8 (position.record), issue: nothing that all members of this room can see is called fees; check the name; write room/name for another room's object; what only some members can see must be released into this room first"},
	{"the wrong sort of object", with("issue: fee", "issue: port"), 62, 10, "wrong-object", "act 8 (position.record), issue: lobby/port is of the kind party, and the kind issue is wanted; name something of the kind issue"},
	{"a name that is taken", with("name: port", "name: town"), 23, 9, "name-taken", "act 3 (party.declare), name: town is taken in this room by another party; choose another name"},
	{"off the scale", with("value: 70", "value: 170"), 63, 10, "off-scale", "act 8 (position.record), value: 170 is off the issue's scale; write a value from 0 to 100"},
	{"not a decimal", with("value: 70", "value: 7_0"), 63, 10, "bad-number", "act 8 (position.record), value: 7_0 is not a decimal number; write digits, as in 12 or -0.5"},
	{"not a value", with("firmness: firm", "firmness: hard"), 64, 13, "not-one-of", `act 8 (position.record), firmness: "hard" is not one of the values; write one of: red-line, firm, preferred, open`},
	{"no authority", after("- {room: lobby, seat: to-head, at: 2025-03-01T09:08:00Z, act: delegation.designate, delegation: x, party: town, title: X, head: x-head}\n"), 66, 3, "only-convener", "act 9 (delegation.designate): only the convener can do that; let the seat “ch-head” do it, which convenes"},
	{"not in this room", after("- {room: direct, seat: to-head, at: 2025-03-01T09:08:00Z, act: seat.grant, holder: to-aide, role: adviser}\n"), 66, 3, "not-here", "act 9 (seat.grant): seat.grant cannot be written in a room of the kind direct; write it in a room of the kind caucus"},
	{"an erased act that cannot be", after("- {room: direct, seat: to-head, at: 2025-03-01T09:08:00Z, act: meeting.schedule, erased: true}\n"), 66, 90, "erase-kind", "act 9 (meeting.schedule), erased: meeting.schedule cannot be erased, because the room stands on it; erase only what was said, noted or quoted"},
	{"erased twice", after(remark + "- {room: direct, seat: po-head, at: 2025-03-01T09:09:00Z, act: record.erase, entry: 2}\n- {room: direct, seat: po-head, at: 2025-03-01T09:10:00Z, act: record.erase, entry: 2}\n"), 68, 85, "erased-already", "act 11 (record.erase), entry: the entry is erased already; nothing is left to do"},
	{"unseen by all members", after("- {room: lobby, seat: po-head, at: 2025-03-01T09:08:00Z, act: remark.write, text: x, on: [direct/#1]}\n"), 66, 91, "unknown-ref", "act 9 (remark.write), on/0: nothing that all members of this room can see is called direct/#1; check the name; write room/name for another room's object; what only some members can see must be released into this room first"},
}

func TestWrongFiles(t *testing.T) {
	l, err := ledger.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	for _, c := range wrong {
		t.Run(c.name, func(t *testing.T) {
			f, err := processfile.Parse("f.yaml", strings.NewReader(c.file))
			if err == nil {
				_, err = processfile.Load(t.Context(), l, f)
			}
			var ms processfile.Mistakes
			if !errors.As(err, &ms) {
				t.Fatalf("error: %v", err)
			}
			m := ms[0]
			if len(ms) != 1 || m.Line != c.line || m.Column != c.col || m.Code != c.code {
				t.Errorf("%d mistakes, the first %s at %d:%d, want %s at %d:%d", len(ms), m.Code, m.Line, m.Column, c.code, c.line, c.col)
			}
			want := "f.yaml: " + c.text
			if c.line > 0 {
				want = fmt.Sprintf("f.yaml:%d:%d: %s", c.line, c.col, c.text)
			}
			if got := err.Error(); got != want {
				t.Errorf("message:\n got %s\nwant %s", got, want)
			}
			if m.Reason == "" || m.Remedy == "" {
				t.Errorf("%s has no reason or no remedy", m.Code)
			}
			if ps := l.Processes(); len(ps) != 0 {
				t.Fatalf("the ledger holds %v", ps)
			}
		})
	}
	if _, err := processfile.Load(t.Context(), l, parse(t, "good.yaml", good)); err != nil {
		t.Errorf("the good file does not load afterwards: %v", err)
	}
	if _, err := processfile.Load(t.Context(), l, parse(t, "good.yaml", good)); !errors.Is(err, ledger.ErrExists) {
		t.Errorf("loading it again: %v", err)
	}
}

func TestManyMistakesAtOnce(t *testing.T) {
	file := good + strings.Repeat("- {room: direct, seat: po-head, at: 2025-03-01T09:08:00Z, act: remark.write, txet: x}\n", 30)
	_, err := processfile.Parse("f.yaml", strings.NewReader(file))
	var ms processfile.Mistakes
	if !errors.As(err, &ms) || len(ms) != 20 {
		t.Fatalf("%d mistakes: %v", len(ms), err)
	}
	if ms[0].Line != 66 || ms[19].Line != 85 || ms[19].Act != 28 {
		t.Errorf("the mistakes are in lines %d to %d", ms[0].Line, ms[19].Line)
	}
	if !strings.HasSuffix(err.Error(), "\nthere may be more; these are the first") {
		t.Error("the message does not say that there may be more")
	}
}

func TestLimits(t *testing.T) {
	for name, file := range map[string]string{
		"file-too-large": "process: x # " + strings.Repeat("x", processfile.MaxSize),
		"too-many-parts": "process: x\nacts: [" + strings.Repeat(",", 2_000_001) + "]",
		"too-many-acts":  "process: x\nacts:\n" + strings.Repeat("- a\n", processfile.MaxActs+1),
	} {
		_, err := processfile.Parse("f.yaml", strings.NewReader(file))
		var m *processfile.Mistake
		if !errors.As(err, &m) || m.Code != name {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestNoActHasTheNameOfAnItem: a file keeps the fields of an item and those of its act side by side.
func TestNoActHasTheNameOfAnItem(t *testing.T) {
	for _, kind := range talks.Catalogue {
		for _, field := range []string{"room", "seat", "at", "act", "erased", "partial"} {
			_, err := talks.Decode(kind, []byte(`{"`+field+`":null}`))
			var p *talks.Problem
			if !errors.As(err, &p) || p.Code != "unknown-field" {
				t.Errorf("%s has a field %s", kind, field)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(good)
	f.Add(after(remark))
	for _, c := range wrong {
		f.Add(c.file)
	}
	f.Fuzz(func(t *testing.T, text string) {
		began := time.Now()
		defer func() {
			if took := time.Since(began); took > 5*time.Second {
				t.Fatalf("%d bytes took %v", len(text), took)
			}
		}()
		file, err := processfile.Parse("f", strings.NewReader(text))
		if err != nil {
			var ms processfile.Mistakes
			if !errors.As(err, &ms) || len(ms) == 0 || len(ms) > 20 {
				t.Fatalf("%v", err)
			}
			for _, m := range ms {
				if m.Reason == "" || m.Code == "" {
					t.Fatalf("%+v", m)
				}
			}
			return
		}
		s := file.Script()
		file.Seats()
		file.Start()
		if len(s.Items) == 0 {
			t.Fatal("no acts")
		}
	})
}
