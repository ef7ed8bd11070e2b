package record

import (
	"bufio"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"strconv"
	"unicode"
	"unicode/utf8"
)

const (
	// MaxPayload is the greatest length in bytes of a payload in an archive.
	MaxPayload = 16 << 20

	archiveVersion = "parley-archive/1"
	maxTitle       = 1000 // bytes
	// maxLine has room for an entry line with a payload of MaxPayload in base64.
	maxLine = (MaxPayload+2)/3*4 + 4096
)

// ArchiveHeader begins an archive. The process is the host's word: no signature covers it, the closing hash does.
type ArchiveHeader struct {
	Process string  // the process's identifier: 1 to 128 visible ASCII characters without plus
	Host    HostKey // the key under which the checkpoints of the archive are signed
}

// ArchiveWriter writes an archive, the file in which a seat takes its rooms away; docs/record.md has the format. The order
// of calls is NewArchiveWriter, for each room Room and then Entry for every entry of it, and Close. It holds no more than
// a line at a time. After an error all further calls return that error, and what was written is no archive.
type ArchiveWriter struct {
	out  *bufio.Writer
	sum  hash.Hash // of all lines written
	host HostKey
	line []byte // reused
	room string // the room being written, empty before the first
	next int64  // index of the next entry
	size int64  // entries that the room's checkpoint covers
	err  error
}

// NewArchiveWriter begins an archive on w. The caller closes w, after Close.
func NewArchiveWriter(w io.Writer, header ArchiveHeader) (*ArchiveWriter, error) {
	if err := checkWord("process", header.Process); err != nil {
		return nil, fmt.Errorf("writing an archive: %w", err)
	}
	if header.Host.IsZero() {
		return nil, errors.New("writing an archive: the host's key is missing")
	}
	a := &ArchiveWriter{out: bufio.NewWriterSize(w, 1<<16), sum: sha256.New(), host: header.Host}
	a.line = fmt.Appendf(a.line, "%s\nprocess %s\nhost %s\n", archiveVersion, header.Process, header.Host)
	if err := a.flushLine(); err != nil {
		return nil, err
	}
	return a, nil
}

// Room begins the next room. Rooms come in ascending order of their ids, byte by byte. The title is what people call the
// room, or empty; it is the host's word, as the process is. The checkpoint says how many entries must follow.
func (a *ArchiveWriter) Room(id, title string, checkpoint []byte) error {
	if err := a.endRoom(); err != nil {
		return err
	}
	if id <= a.room {
		return a.fail(fmt.Errorf("room %q does not come after room %q: sort the rooms by id", id, a.room))
	}
	if title != "" && !isTitle(title) {
		return a.fail(fmt.Errorf("room %q: the title is longer than %d bytes, not UTF-8, or has control characters", id, maxTitle))
	}
	head, err := a.host.Open(checkpoint, id)
	if err != nil {
		return a.fail(err)
	}
	a.room, a.next, a.size = id, 0, head.Size
	a.line = append(append(append(a.line, "room "...), id...), '\n')
	if title != "" {
		a.line = append(append(append(a.line, "title "...), title...), '\n')
	}
	a.line = append(b64.AppendEncode(append(a.line, "checkpoint "...), checkpoint), '\n')
	return a.flushLine()
}

// Entry adds the room's next entry: its leaf's text, and salt and payload, both nil once they have been erased. It checks
// the form and the leaf's room; whether everything fits together is for [Verify].
func (a *ArchiveWriter) Entry(leaf, salt, payload []byte) error {
	if a.err != nil {
		return a.err
	}
	l, err := ParseLeaf(leaf)
	erased := salt == nil && payload == nil
	switch {
	case err != nil:
	case a.room == "" || l.Room != a.room:
		err = fmt.Errorf("its leaf is of room %q", l.Room)
	case a.next == a.size:
		err = fmt.Errorf("the checkpoint covers %d entries and no more", a.size)
	case !erased && len(salt) != SaltSize:
		err = fmt.Errorf("its salt has %d bytes, not %d", len(salt), SaltSize)
	case !erased && (len(payload) == 0 || len(payload) > MaxPayload):
		err = fmt.Errorf("its payload has %d bytes, not between 1 and %d", len(payload), MaxPayload)
	}
	if err != nil {
		return a.fail(fmt.Errorf("room %q, entry %d: %w", a.room, a.next, err))
	}
	h := LeafHash(leaf)
	a.line = strconv.AppendInt(append(a.line, "entry "...), a.next, 10)
	a.line = b64.AppendEncode(append(a.line, ' '), h[:])
	a.line = b64.AppendEncode(append(a.line, ' '), leaf)
	if !erased {
		a.line = b64.AppendEncode(append(a.line, ' '), salt)
		a.line = b64.AppendEncode(append(a.line, ' '), payload)
	}
	a.line = append(a.line, '\n')
	a.next++
	return a.flushLine()
}

// Close ends the archive with the hash over all of it and hands everything to the underlying writer, which it leaves open.
// A second Close is an error.
func (a *ArchiveWriter) Close() error {
	if err := a.endRoom(); err != nil {
		return err
	}
	a.line = append(b64.AppendEncode(append(a.line, "sha256 "...), a.sum.Sum(nil)), '\n')
	if err := a.flushLine(); err != nil {
		return err
	}
	if err := a.out.Flush(); err != nil {
		return a.fail(err)
	}
	a.err = errors.New("writing an archive: it is closed")
	return nil
}

func (a *ArchiveWriter) endRoom() error {
	if a.err == nil && a.next != a.size {
		return a.fail(fmt.Errorf("room %q: its checkpoint covers %d entries, and %d were given", a.room, a.size, a.next))
	}
	return a.err
}

// flushLine hands a.line on and empties it.
func (a *ArchiveWriter) flushLine() error {
	a.sum.Write(a.line)
	_, err := a.out.Write(a.line)
	a.line = a.line[:0]
	if err != nil {
		return a.fail(err)
	}
	return nil
}

func (a *ArchiveWriter) fail(err error) error {
	a.err = fmt.Errorf("writing an archive: %w", err)
	return a.err
}

// isTitle: a line of text that a person can read.
func isTitle(s string) bool {
	if s == "" || len(s) > maxTitle || !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return false
		}
	}
	return true
}
