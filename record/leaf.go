package record

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// Hash is a SHA-256 value: of a leaf, of a tree node, of a root, of a commitment. Its String is standard base64.
type Hash = tlog.Hash

const (
	// SaltSize is the length in bytes of the salt of a commitment.
	SaltSize = 32
	// MaxSize is the greatest number of entries that a tree may have. It keeps sizes read from a file far from overflow:
	// the tree arithmetic of golang.org/x/mod does not end for sizes above 1<<62.
	MaxSize = 1 << 40

	leafVersion      = "parley-entry/1"
	commitmentDomain = "parley-commitment/1\n"
	maxWord          = 128 // bytes of a room id, a kind, an author, a process
	maxLeaf          = 1024
	hashText         = 44 // base64 characters of a Hash
	timeLayout       = "2006-01-02T15:04:05.000Z"
)

// b64 refuses set bits after the end, so that every value has one text. It skips \r and \n, as all of encoding/base64
// does: whoever decodes must have refused those first, or compare lengths.
var b64 = base64.StdEncoding.Strict()

// Head is the state of a room's tree: how many entries it has and the root over them. Size 0 goes with the root that
// RFC 6962 gives the empty tree, SHA-256 of nothing; the zero Head is not valid, use [EmptyHead].
type Head struct {
	Size int64
	Root Hash
}

// EmptyHead is the head of a tree without entries (RFC 6962, section 2.1).
var EmptyHead = Head{Root: sha256.Sum256(nil)}

// check says what is wrong with a head by itself.
func (h Head) check() error {
	switch {
	case h.Size < 0 || h.Size > MaxSize:
		return fmt.Errorf("a tree size of %d is not between 0 and %d", h.Size, int64(MaxSize))
	case h.Size == 0 && h.Root != EmptyHead.Root:
		return errors.New("a tree of size 0 has the root SHA-256(\"\") and no other")
	}
	return nil
}

// Leaf is what the record says of an entry for ever, also after its payload has been erased.
type Leaf struct {
	Room       string    // room id, also the origin of the room's checkpoints
	Kind       string    // kind of act, like remark.write
	Author     string    // seat, like us-head
	Seen       Head      // the tree head that the author had before writing; its Size is at most the entry's index
	Time       time.Time // the host's claim, in whole milliseconds; from ParseLeaf always in UTC
	Commitment Hash      // Commit(salt, payload)
}

// MarshalText returns the text whose [LeafHash] goes into the tree: seven lines, docs/record.md. It refuses a room,
// kind or author that is not 1 to 128 visible ASCII characters without plus, a head that cannot be, and a time that
// has parts of a millisecond or lies outside the years 1 to 9999: those would not survive [ParseLeaf].
func (l Leaf) MarshalText() ([]byte, error) {
	return l.AppendText(make([]byte, 0, 320))
}

// AppendText appends what [Leaf.MarshalText] returns to b.
func (l Leaf) AppendText(b []byte) ([]byte, error) {
	if err := l.check(); err != nil {
		return nil, fmt.Errorf("leaf: %w", err)
	}
	b = append(b, leafVersion+"\nroom "...)
	b = append(b, l.Room...)
	b = append(b, "\nkind "...)
	b = append(b, l.Kind...)
	b = append(b, "\nauthor "...)
	b = append(b, l.Author...)
	b = append(b, "\nseen "...)
	b = strconv.AppendInt(b, l.Seen.Size, 10)
	b = append(b, ' ')
	b = b64.AppendEncode(b, l.Seen.Root[:])
	b = append(b, "\ntime "...)
	b = l.Time.UTC().AppendFormat(b, timeLayout)
	b = append(b, "\ncommitment "...)
	b = b64.AppendEncode(b, l.Commitment[:])
	return append(b, '\n'), nil
}

func (l Leaf) check() error {
	if err := checkWord("room", l.Room); err != nil {
		return err
	}
	if err := checkWord("kind", l.Kind); err != nil {
		return err
	}
	if err := checkWord("author", l.Author); err != nil {
		return err
	}
	if err := l.Seen.check(); err != nil {
		return fmt.Errorf("seen: %w", err)
	}
	switch t := l.Time.UTC(); {
	case l.Time.IsZero():
		return errors.New("the time is missing")
	case t.Year() < 1 || t.Year() > 9999:
		return fmt.Errorf("the year %d is not between 1 and 9999", t.Year())
	case t.Nanosecond()%int(time.Millisecond) != 0:
		return errors.New("the time is not in whole milliseconds: truncate it first, so that what is kept is what is signed")
	}
	return nil
}

// ParseLeaf reads what [Leaf.MarshalText] wrote and nothing else. Every field has exactly one text, so a leaf that parses
// gives the same bytes again.
func ParseLeaf(text []byte) (Leaf, error) {
	if len(text) > maxLeaf {
		return Leaf{}, fmt.Errorf("leaf: %d bytes are more than %d", len(text), maxLeaf)
	}
	first, rest, _ := bytes.Cut(text, newline)
	if string(first) != leafVersion {
		return Leaf{}, fmt.Errorf("leaf: line 1 is not %q", leafVersion)
	}
	p := leafParser{rest: rest, line: 1}
	room, kind, author := p.word("room "), p.word("kind "), p.word("author ")
	l := Leaf{Seen: p.head("seen "), Time: p.time("time "), Commitment: p.hash("commitment ")}
	if p.wrong == "" && len(p.rest) > 0 {
		p.fail("there is more after the last line")
	}
	if p.wrong != "" {
		return Leaf{}, fmt.Errorf("leaf: line %d: %s", p.line, p.wrong)
	}
	// One allocation holds the three names.
	var buf [3 * maxWord]byte
	names := string(append(append(append(buf[:0], room...), kind...), author...))
	l.Room, names = names[:len(room)], names[len(room):]
	l.Kind, l.Author = names[:len(kind)], names[len(kind):]
	return l, nil
}

var newline = []byte{'\n'}

// leafParser takes a leaf apart line by line. After the first fault it keeps that fault and gives zero values.
type leafParser struct {
	rest  []byte
	line  int
	wrong string
}

func (p *leafParser) fail(problem string) {
	if p.wrong == "" {
		p.wrong = problem
	}
}

// value returns what follows prefix in the next line.
func (p *leafParser) value(prefix string) []byte {
	if p.wrong != "" {
		return nil
	}
	p.line++
	end := bytes.IndexByte(p.rest, '\n')
	if end < len(prefix) || string(p.rest[:len(prefix)]) != prefix {
		p.fail("it does not begin with " + strconv.Quote(prefix) + " and end with a newline")
		return nil
	}
	v := p.rest[len(prefix):end]
	p.rest = p.rest[end+1:]
	return v
}

func (p *leafParser) word(prefix string) []byte {
	v := p.value(prefix)
	if p.wrong == "" && !isWord(v) {
		p.fail(wordRule)
	}
	return v
}

func (p *leafParser) hash(prefix string) Hash {
	h, ok := parseHash(p.value(prefix))
	if !ok {
		p.fail("it does not hold 32 bytes in base64")
	}
	return h
}

func (p *leafParser) head(prefix string) Head {
	size, root, _ := bytes.Cut(p.value(prefix), []byte{' '})
	n, ok := parseSize(size)
	if !ok {
		p.fail("the size is not a decimal number without leading zeroes, at most " + strconv.Itoa(MaxSize))
	}
	h, ok := parseHash(root)
	if !ok {
		p.fail("the root is not 32 bytes in base64")
	}
	head := Head{Size: n, Root: h}
	if p.wrong == "" {
		if err := head.check(); err != nil {
			p.fail(err.Error())
		}
	}
	return head
}

func (p *leafParser) time(prefix string) time.Time {
	t, ok := parseTime(p.value(prefix))
	if !ok {
		p.fail("the time is not like 2025-02-18T09:00:00.000Z")
	}
	return t
}

// parseTime reads timeLayout and no other text; time.Parse would also take a comma, a missing fraction or a leap second.
func parseTime(b []byte) (time.Time, bool) {
	if len(b) != len(timeLayout) || b[4] != '-' || b[7] != '-' || b[10] != 'T' || b[13] != ':' || b[16] != ':' || b[19] != '.' || b[23] != 'Z' {
		return time.Time{}, false
	}
	good := true
	digits := func(from, to int) (n int) {
		for _, c := range b[from:to] {
			good = good && '0' <= c && c <= '9'
			n = 10*n + int(c-'0')
		}
		return n
	}
	year, month, day := digits(0, 4), digits(5, 7), digits(8, 10)
	hour, minute, second, milli := digits(11, 13), digits(14, 16), digits(17, 19), digits(20, 23)
	if !good || year < 1 || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, false
	}
	t := time.Date(year, time.Month(month), day, hour, minute, second, milli*int(time.Millisecond), time.UTC)
	// time.Date turns 30 February into a day of March. The zero time means "none" to Go.
	return t, (day <= 28 || t.Day() == day) && !t.IsZero()
}

// parseHash reads the one standard base64 text of 32 bytes.
func parseHash(b []byte) (h Hash, ok bool) {
	if len(b) != hashText || b[hashText-1] != '=' {
		return Hash{}, false
	}
	var buf [33]byte // Decode may write up to the length that the text would give without padding
	n, err := b64.Decode(buf[:], b)
	if err != nil || n != len(h) {
		return Hash{}, false
	}
	copy(h[:], buf[:])
	return h, true
}

// parseSize reads a number from 0 to MaxSize in decimal, without sign or leading zeroes.
func parseSize(b []byte) (n int64, ok bool) {
	if len(b) == 0 || len(b) > 13 || b[0] == '0' && len(b) > 1 {
		return 0, false
	}
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int64(c-'0')
	}
	return n, n <= MaxSize
}

const wordRule = "it is not 1 to 128 visible ASCII characters without plus"

// isWord: visible ASCII, so that a name needs no escaping and has one form; no plus, because a signed note's key name,
// which a room id is, cannot have one.
func isWord[T string | []byte](s T) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || c == '+' {
			return false
		}
	}
	return len(s) > 0 && len(s) <= maxWord
}

func checkWord(what, s string) error {
	if !isWord(s) {
		return fmt.Errorf("the %s %.200q: %s", what, s, wordRule)
	}
	return nil
}

// Commit binds a payload without showing it: SHA-256("parley-commitment/1\n" || salt || uint64 big-endian length of
// payload || payload). With a random salt the result says nothing of the payload, and no other payload can be found that
// fits it. Commit panics unless the salt has [SaltSize] bytes.
func Commit(salt, payload []byte) Hash {
	if len(salt) != SaltSize {
		panic("record: the salt of a commitment has " + strconv.Itoa(SaltSize) + " bytes")
	}
	var head [len(commitmentDomain) + SaltSize + 8]byte
	copy(head[:], commitmentDomain)
	copy(head[len(commitmentDomain):], salt)
	binary.BigEndian.PutUint64(head[len(commitmentDomain)+SaltSize:], uint64(len(payload)))
	d := sha256.New()
	d.Write(head[:])
	d.Write(payload)
	var h Hash
	d.Sum(h[:0])
	return h
}

// LeafHash is the hash under which a leaf's text stands in the tree: SHA-256(0x00 || leaf), RFC 6962 section 2.1.
func LeafHash(leaf []byte) Hash {
	return tlog.RecordHash(leaf)
}
