package record

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"maps"
	"slices"
	"strconv"
	"time"
)

// Options say what the reader of an archive knows from elsewhere.
type Options struct {
	// Host is the host's key as its owner was told it by another way. Zero: the key in the archive is believed, and the
	// report says so; then a whole archive forged under another key cannot be told from a true one.
	Host HostKey
	// Known are checkpoints kept from earlier, by room id: receipts, or RoomReport.Checkpoint of an older archive. The
	// archive must hold each of those rooms, with a record that extends the one the checkpoint signed.
	Known map[string][]byte
}

// Report is what a verified archive holds.
type Report struct {
	Process string
	Host    HostKey
	Pinned  bool // Options.Host was given and is this Host
	Rooms   []RoomReport
	Sum     Hash // SHA-256 of the archive up to its last line: what two people compare to see that they have the same file
}

// RoomReport is what a verified archive holds of one room.
type RoomReport struct {
	Room       string
	Title      string    // the host's word: no signature covers it
	Head       Head      // the signed head; Head.Size is the number of entries
	Checkpoint []byte    // the signed note: keep it, and give it as Options.Known the next time
	Known      int64     // size of the checkpoint from Options.Known that this room was found to extend; -1 where none was given
	Erased     []int64   // indexes of the entries without payload; the acts that erased them should be in the room
	First      time.Time // time of the first entry, zero if there is none
	Last       time.Time // time of the last entry
}

// ArchiveEntry is one entry as it was read. Its bytes are valid until the callback returns.
type ArchiveEntry struct {
	Room    string
	Index   int64
	Leaf    Leaf
	Text    []byte // the leaf's text, of which Leaf is the parsed form
	Salt    []byte // nil once erased
	Payload []byte // nil once erased
}

// VerifyError says why an archive is not what its host signed. It names the first place that is wrong; where only a run
// of entries can be named, the first of them.
type VerifyError struct {
	Line    int    // line of the file, from 1; 0 for what concerns no line
	Room    string // empty for what concerns no room
	Index   int64  // entry; -1 for what concerns no entry
	Problem string // what is wrong, why it matters and what to do, in words
}

// Error is the place and the problem.
func (e *VerifyError) Error() string {
	var b []byte
	if e.Line > 0 {
		b = fmt.Appendf(b, "line %d, ", e.Line)
	}
	if e.Room != "" {
		b = fmt.Appendf(b, "room %s, ", e.Room)
	}
	if e.Index >= 0 {
		b = fmt.Appendf(b, "entry %d, ", e.Index)
	}
	if len(b) == 0 {
		return e.Problem
	}
	return string(b[:len(b)-2]) + ": " + e.Problem
}

// Verify reads an archive to its end and checks all that can be checked without the host: that the file is whole, each
// payload and leaf, each tree head that an author saw, the times, the roots, the host's signatures, and opts. Memory is a
// line at a time and 64 bytes for each entry of the largest room.
//
// A [*VerifyError] means that the archive is wrong; any other error, that it could not be read.
func Verify(r io.Reader, opts Options) (*Report, error) {
	return ReadArchive(r, opts, nil)
}

// ReadArchive is [Verify], and calls each for every entry, in order. An entry that each gets fits its leaf, but not before
// ReadArchive returns nil is it known that the host signed it: act on nothing before. An error of each ends the reading
// and is returned, wrapped.
func ReadArchive(r io.Reader, opts Options, each func(ArchiveEntry) error) (*Report, error) {
	v := &verifier{in: newLineReader(r), known: maps.Clone(opts.Known), each: each, index: -1}
	if err := v.archive(opts); err != nil {
		return nil, err
	}
	return &v.report, nil
}

// verifier reads an archive once from the beginning to the end.
type verifier struct {
	in     *lineReader
	known  map[string][]byte // Options.Known, less the rooms found
	each   func(ArchiveEntry) error
	report Report

	// Of the room being read:
	room  *RoomReport // nil outside a room
	index int64       // the entry being read, -1 outside entries
	first int         // line of entry 0
	tree  Tree
	want  Head // head of the known checkpoint; Size -1 where there is none
	// agreed is the greatest size of which some entry's seen head has confirmed the tree as read. Unless the host itself
	// forged the file, a disagreement found later is about entries from agreed on.
	agreed int64
	seen   Head // the last seen head that was found right

	leaf, salt, payload []byte // reused
}

// wrong makes the error for the place being read.
func (v *verifier) wrong(format string, args ...any) *VerifyError {
	e := &VerifyError{Line: v.in.line, Index: v.index, Problem: fmt.Sprintf(format, args...)}
	if v.room != nil {
		e.Room = v.room.Room
	}
	return e
}

// next reads a line; the end of the file is an error.
func (v *verifier) next() ([]byte, error) {
	line, err := v.in.next()
	switch {
	case err == nil:
		return line, nil
	case errors.Is(err, io.EOF):
		return nil, v.wrong("the file ends before its last line: it was cut short; fetch it again")
	case errors.Is(err, errLine):
		return nil, v.wrong("%v; fetch the file again", err)
	}
	return nil, fmt.Errorf("reading an archive: %w", err)
}

// value reads a line that must begin with prefix, and returns the rest of it.
func (v *verifier) value(prefix string) ([]byte, error) {
	line, err := v.next()
	if err != nil {
		return nil, err
	}
	rest, ok := bytes.CutPrefix(line, []byte(prefix))
	if !ok {
		return nil, v.wrong("the line must begin with %q and begins with %.40q: the file was changed, or is not an archive", prefix, line)
	}
	return rest, nil
}

func (v *verifier) archive(opts Options) error {
	if err := v.header(opts); err != nil {
		return err
	}
	for {
		sum := v.in.sum()
		line, err := v.next()
		if err != nil {
			return err
		}
		if id, ok := bytes.CutPrefix(line, []byte("room ")); ok {
			if err := v.readRoom(string(id)); err != nil {
				return err
			}
			continue
		}
		if text, ok := bytes.CutPrefix(line, []byte("sha256 ")); ok {
			return v.end(text, sum)
		}
		return v.afterRoom(line)
	}
}

func (v *verifier) header(opts Options) error {
	first, err := v.next()
	if err != nil {
		return err
	}
	if string(first) != archiveVersion {
		return v.wrong("the file does not begin with %q: it is not an archive, or one of a version that this program does not know", archiveVersion)
	}
	process, err := v.value("process ")
	if err != nil {
		return err
	}
	if !isWord(process) {
		return v.wrong("the process's identifier cannot be read: %s", wordRule)
	}
	v.report.Process = string(process)
	text, err := v.value("host ")
	if err != nil {
		return err
	}
	key, err := ParseHostKey(string(text))
	if err != nil {
		return v.wrong("%v", err)
	}
	if !opts.Host.IsZero() && opts.Host != key {
		return v.wrong("the archive is of host %s, and the host expected is %s: it comes from another host, or somebody forged it", key, opts.Host)
	}
	v.report.Host, v.report.Pinned = key, !opts.Host.IsZero()
	return nil
}

// readRoom reads a room after its first line, up to its last entry.
func (v *verifier) readRoom(id string) error {
	if n := len(v.report.Rooms); n > 0 && id <= v.report.Rooms[n-1].Room {
		return v.wrong("room %.130q does not come after room %q: rooms stand in the order of their ids, each once", id, v.report.Rooms[n-1].Room)
	}
	v.report.Rooms = append(v.report.Rooms, RoomReport{Room: id, Known: -1})
	v.room = &v.report.Rooms[len(v.report.Rooms)-1]
	v.tree, v.agreed, v.seen = Tree{}, 0, EmptyHead
	if err := v.roomHead(); err != nil {
		return err
	}
	if err := v.openKnown(); err != nil {
		return err
	}
	v.first = v.in.line + 1
	for i := range v.room.Head.Size {
		v.index = i
		if err := v.entry(); err != nil {
			return err
		}
	}
	v.index = -1
	if v.tree.Head() != v.room.Head {
		return v.disagree(v.room.Head.Size, "the host signed the root %s for the room's %d entries, and those in the file have %s", v.room.Head.Root, v.room.Head.Size, v.tree.Head().Root)
	}
	if err := v.checkKnown(); err != nil {
		return err
	}
	v.room = nil
	return nil
}

// roomHead reads the lines between room and its entries: an optional title and the checkpoint.
func (v *verifier) roomHead() error {
	line, err := v.next()
	if err != nil {
		return err
	}
	if title, ok := bytes.CutPrefix(line, []byte("title ")); ok {
		if v.room.Title = string(title); !isTitle(v.room.Title) {
			return v.wrong("the room's title is not a line of text")
		}
		if line, err = v.next(); err != nil {
			return err
		}
	}
	text, ok := bytes.CutPrefix(line, []byte("checkpoint "))
	if !ok {
		return v.wrong("the line must begin with \"checkpoint \" and begins with %.40q: the file was changed", line)
	}
	if v.room.Checkpoint, err = b64.AppendDecode(nil, text); err != nil {
		return v.wrong("the checkpoint is not in base64: the file was changed")
	}
	v.room.Head, err = v.report.Host.Open(v.room.Checkpoint, v.room.Room)
	if err != nil {
		return v.wrong("%v: the file was changed or forged", err)
	}
	return nil
}

// openKnown opens the caller's older checkpoint of the room. A record that has become shorter is refused here, before
// its entries are read.
func (v *verifier) openKnown() error {
	v.want = Head{Size: -1}
	checkpoint, ok := v.known[v.room.Room]
	if !ok {
		return nil
	}
	delete(v.known, v.room.Room)
	head, err := v.report.Host.Open(checkpoint, v.room.Room)
	if err != nil {
		return v.wrong("the older checkpoint to compare with cannot be used: %v; copy it whole, from the room's identifier to the signature's line", err)
	}
	if head.Size > v.room.Head.Size {
		return v.wrong("the record was rolled back: the host had signed %d entries of this room, and the archive holds %d: keep both checkpoints, and ask the host for the rest", head.Size, v.room.Head.Size)
	}
	v.want = head
	return nil
}

// checkKnown compares the room, read to its end and found to be what the host signed, with the older checkpoint. Only now
// a disagreement shows that the host signed two records, and not that somebody else changed the file.
func (v *verifier) checkKnown() error {
	if v.want.Size < 0 {
		return nil
	}
	if head := v.tree.head(v.want.Size); head != v.want {
		return v.wrong("the record was forked: for the first %d entries the host signed the root %s in the older checkpoint, and those in the archive have %s; keep both: they prove that the host signed two records", v.want.Size, v.want.Root, head.Root)
	}
	v.room.Known = v.want.Size
	return nil
}

// disagree makes the error for a head of the given size that is not the tree's. It names the first entry that can be to
// blame: what lies before agreed has been confirmed.
func (v *verifier) disagree(size int64, format string, args ...any) *VerifyError {
	e := v.wrong(format, args...)
	if v.agreed >= size {
		return e
	}
	e.Index, e.Line = v.agreed, v.first+int(v.agreed)
	if last := size - 1; last > v.agreed {
		e.Problem += fmt.Sprintf("; one or more of the entries %d to %d were changed", v.agreed, last)
	} else {
		e.Problem += fmt.Sprintf("; entry %d was changed", v.agreed)
	}
	return e
}

// entry reads and checks the entry at v.index, and adds it to the tree.
func (v *verifier) entry() error {
	rest, err := v.value("entry ")
	if err != nil {
		return err
	}
	index, rest, _ := bytes.Cut(rest, space)
	if n, ok := parseSize(index); !ok || n != v.index {
		return v.wrong("entry %d of %d must stand here, and the line says %.20q: an entry was removed, added or moved", v.index, v.room.Head.Size, index)
	}
	leaf, hash, err := v.entryLeaf(rest)
	if err != nil {
		return err
	}
	if err := v.checkLeaf(leaf); err != nil {
		return err
	}
	if v.each != nil {
		e := ArchiveEntry{Room: v.room.Room, Index: v.index, Leaf: leaf, Text: v.leaf, Salt: v.salt, Payload: v.payload}
		if err := v.each(e); err != nil {
			return fmt.Errorf("reading an archive: room %s, entry %d: %w", e.Room, e.Index, err)
		}
	}
	v.tree.Append(hash)
	return nil
}

var space = []byte{' '}

// entryLeaf reads what follows an entry's index into v.leaf, v.salt and v.payload, and checks each against the other.
func (v *verifier) entryLeaf(rest []byte) (Leaf, Hash, error) {
	hashText, rest, _ := bytes.Cut(rest, space)
	leafText, rest, open := bytes.Cut(rest, space)
	saltText, payloadText, _ := bytes.Cut(rest, space)
	given, ok := parseHash(hashText)
	if !ok {
		return Leaf{}, Hash{}, v.wrong("the hash of its leaf is not 32 bytes in base64: the entry was changed")
	}
	var err error
	if v.leaf, err = b64.AppendDecode(v.leaf[:0], leafText); err != nil {
		return Leaf{}, Hash{}, v.wrong("its leaf is not in base64: the entry was changed")
	}
	hash := LeafHash(v.leaf)
	if hash != given {
		return Leaf{}, Hash{}, v.wrong("its leaf has the hash %s, not %s as the line says: the entry was changed", hash, given)
	}
	leaf, err := ParseLeaf(v.leaf)
	if err != nil {
		return Leaf{}, Hash{}, v.wrong("%v: the entry was changed", err)
	}
	if !open {
		v.salt, v.payload = nil, nil
		v.room.Erased = append(v.room.Erased, v.index)
		return leaf, hash, nil
	}
	var errSalt, errPayload error
	v.salt, errSalt = b64.AppendDecode(v.salt[:0], saltText)
	v.payload, errPayload = b64.AppendDecode(v.payload[:0], payloadText)
	if errSalt != nil || errPayload != nil || len(v.salt) != SaltSize || len(v.payload) == 0 || len(v.payload) > MaxPayload {
		return Leaf{}, Hash{}, v.wrong("its salt and payload cannot be read: the entry was changed")
	}
	if Commit(v.salt, v.payload) != leaf.Commitment {
		return Leaf{}, Hash{}, v.wrong("its payload is not the one that its leaf commits to: payload or salt was changed")
	}
	return leaf, hash, nil
}

// checkLeaf checks a leaf against the room and the entries before it.
func (v *verifier) checkLeaf(leaf Leaf) error {
	if leaf.Room != v.room.Room {
		return v.wrong("its leaf belongs to room %s: it was moved here from there", leaf.Room)
	}
	if leaf.Time.Before(v.room.Last) {
		return v.wrong("its time, %s, is before that of the entry before it, %s: the host signed what it must not, or the entry was changed", leaf.Time.Format(timeLayout), v.room.Last.Format(timeLayout))
	}
	if v.index == 0 {
		v.room.First = leaf.Time
	}
	v.room.Last = leaf.Time
	return v.checkSeen(leaf.Seen)
}

// checkSeen checks the head that the author had: were it not a head of this very tree, the host would have shown the
// author another record than the one it gives here.
func (v *verifier) checkSeen(seen Head) error {
	if seen == v.seen {
		return nil
	}
	if seen.Size > v.tree.Size() {
		return v.wrong("its author is said to have seen %d entries, and there were %d before it: the entry was changed", seen.Size, v.tree.Size())
	}
	if head := v.tree.head(seen.Size); head != seen {
		return v.disagree(seen.Size, "the author of entry %d had seen the root %s for the first %d entries, and those in the file have %s: the host showed that author another record, or the file was changed", v.index, seen.Root, seen.Size, head.Root)
	}
	v.seen, v.agreed = seen, max(v.agreed, seen.Size)
	return nil
}

// afterRoom explains a line that is neither a room nor the last line.
func (v *verifier) afterRoom(line []byte) error {
	if bytes.HasPrefix(line, []byte("entry ")) && len(v.report.Rooms) > 0 {
		room := v.report.Rooms[len(v.report.Rooms)-1]
		return &VerifyError{Line: v.in.line, Room: room.Room, Index: room.Head.Size,
			Problem: "there are more entries than the " + strconv.FormatInt(room.Head.Size, 10) + " that the host signed: an entry was added"}
	}
	return v.wrong("a room or the closing hash must stand here, and the line begins with %.40q: the file was changed", line)
}

// end checks the last line, given the hash of all lines before it.
func (v *verifier) end(text []byte, sum Hash) error {
	given, ok := parseHash(text)
	if !ok {
		return v.wrong("the closing hash is not 32 bytes in base64: the line was changed")
	}
	if given != sum {
		return v.wrong("the file has the hash %s, and its last line says %s: the last line was changed, or something that the host does not sign, as a title; fetch the file again", sum, given)
	}
	if _, err := v.in.next(); err == nil || errors.Is(err, errLine) {
		return v.wrong("something follows the closing hash: it was added to the file")
	} else if !errors.Is(err, io.EOF) {
		return fmt.Errorf("reading an archive: %w", err)
	}
	if len(v.known) > 0 {
		room := slices.Min(slices.Collect(maps.Keys(v.known)))
		return &VerifyError{Room: room, Index: -1, Problem: "an older checkpoint of this room was given, and the archive does not hold the room: the host left it out, or you no longer sit there; in that case leave the checkpoint out"}
	}
	v.report.Sum = sum
	return nil
}

var errLine = errors.New("a line is not well formed")

// lineReader reads lines of limited length and hashes all that it has handed out.
type lineReader struct {
	r    io.Reader
	buf  []byte // buf[from:to] is read and not handed out
	from int
	to   int
	err  error // of r
	line int   // number of the last line handed out, or of the one that failed
	hash hash.Hash
}

func newLineReader(r io.Reader) *lineReader {
	return &lineReader{r: r, buf: make([]byte, 1<<16), hash: sha256.New()}
}

// sum is the hash of all lines handed out.
func (l *lineReader) sum() (h Hash) {
	l.hash.Sum(h[:0])
	return h
}

// next returns the next line without its newline, valid until the next call. It returns io.EOF only where no byte is left;
// a last line without a newline, a line too long or one with a carriage return is an errLine: encoding/base64 would skip
// the return, and a value would have two texts.
func (l *lineReader) next() ([]byte, error) {
	l.line++
	searched := 0
	for {
		if i := bytes.IndexByte(l.buf[l.from+searched:l.to], '\n'); i >= 0 {
			end := l.from + searched + i
			line := l.buf[l.from:end]
			l.hash.Write(l.buf[l.from : end+1])
			l.from = end + 1
			if len(line) > maxLine {
				return nil, fmt.Errorf("%w: it is longer than %d bytes", errLine, maxLine)
			}
			if bytes.IndexByte(line, '\r') >= 0 {
				return nil, fmt.Errorf("%w: it has a carriage return", errLine)
			}
			return line, nil
		}
		searched = l.to - l.from
		if searched > maxLine {
			return nil, fmt.Errorf("%w: it is longer than %d bytes", errLine, maxLine)
		}
		switch {
		case l.err == nil:
			l.fill()
		case !errors.Is(l.err, io.EOF) || searched == 0:
			return nil, l.err
		default:
			return nil, fmt.Errorf("%w: the file ends in the middle of it, so it was cut short", errLine)
		}
	}
}

// fill reads once, after making room.
func (l *lineReader) fill() {
	if l.from > 0 {
		l.to = copy(l.buf, l.buf[l.from:l.to])
		l.from = 0
	}
	if l.to == len(l.buf) {
		l.buf = append(l.buf, make([]byte, len(l.buf))...)
	}
	for range 100 {
		n, err := l.r.Read(l.buf[l.to:])
		l.to += n
		l.err = err
		if n > 0 || err != nil {
			return
		}
	}
	l.err = io.ErrNoProgress
}
