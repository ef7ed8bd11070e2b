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

// b64 refuses set bits after the end, so that every value has one text. Like all of encoding/base64 it skips \r and \n:
// whoever decodes must have refused those first.
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
	p := leafParser{text: text}
	p.label(leafVersion)
	p.newline()
	room, kind, author := p.word("room "), p.word("kind "), p.word("author ")
	l := Leaf{Seen: p.head(), Time: p.time(), Commitment: p.commitment()}
	if p.at < len(text) {
		p.fail("there is more after the last line")
	}
	if p.wrong != "" {
		return Leaf{}, fmt.Errorf("leaf: line %d: %s", p.line+1, p.wrong)
	}
	// One allocation holds the three names, and the two labels between them.
	names := string(text[room.from:author.to])
	l.Room = names[:room.to-room.from]
	l.Kind = names[kind.from-room.from : kind.to-room.from]
	l.Author = names[author.from-room.from:]
	return l, nil
}

// leafParser takes a leaf apart from the left. At the first fault it keeps that fault, goes to the end of the text and
// gives zero values. A room of 100,000 entries is opened by parsing them all, so it makes one pass, allocates nothing, and
// moves by an index: to move a slice, the collector's write barriers would cost as much as the parsing.
type leafParser struct {
	text  []byte
	at    int
	line  int // newlines passed
	wrong string
}

// span is a part of a leaf's text.
type span struct{ from, to int }

func (p *leafParser) fail(problem string) {
	if p.wrong == "" {
		p.wrong, p.at = problem, len(p.text)
	}
}

func (p *leafParser) label(s string) {
	if len(p.text)-p.at < len(s) || string(p.text[p.at:p.at+len(s)]) != s {
		p.fail("it does not begin with the word that belongs there")
		return
	}
	p.at += len(s)
}

func (p *leafParser) newline() {
	if p.at == len(p.text) || p.text[p.at] != '\n' {
		p.fail("it does not end where it should")
		return
	}
	p.at++
	p.line++
}

func (p *leafParser) word(label string) span {
	p.label(label)
	from, text := p.at, p.text
	at := from
	for at < len(text) && wordByte[text[at]] {
		at++
	}
	if at == from || at-from > maxWord {
		p.fail(wordRule)
		return span{}
	}
	p.at = at
	p.newline()
	return span{from, at}
}

// take returns the next n bytes, after which a newline must stand.
func (p *leafParser) take(n int) []byte {
	if len(p.text)-p.at < n {
		p.fail("it is too short")
		return nil
	}
	v := p.text[p.at : p.at+n]
	p.at += n
	p.newline()
	return v
}

func (p *leafParser) head() (head Head) {
	p.label("seen ")
	digits := max(0, bytes.IndexByte(p.text[p.at:], ' '))
	n, ok := parseSize(p.text[p.at : p.at+digits])
	if !ok {
		p.fail("the size is not a decimal number without leading zeroes, at most " + strconv.Itoa(MaxSize))
		return Head{}
	}
	p.at += digits + 1
	head = Head{Size: n, Root: p.hash()}
	if p.wrong == "" {
		if err := head.check(); err != nil {
			p.fail(err.Error())
		}
	}
	return head
}

func (p *leafParser) commitment() Hash {
	p.label("commitment ")
	return p.hash()
}

func (p *leafParser) hash() Hash {
	h, ok := parseHash(p.take(hashText))
	if !ok {
		p.fail("it does not hold 32 bytes in base64")
	}
	return h
}

func (p *leafParser) time() time.Time {
	p.label("time ")
	t, ok := parseTime(p.take(len(timeLayout)))
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

// parseHash reads the one standard base64 text of 32 bytes: ten groups of three bytes, and two bytes with one =. It is
// written out because encoding/base64 takes several times as long for so little, and skips line ends.
func parseHash(b []byte) (h Hash, ok bool) {
	if len(b) != hashText || b[hashText-1] != '=' {
		return Hash{}, false
	}
	var bad byte // the bit 0x40 is set as soon as one character is none of the alphabet
	for i := range 10 {
		q := b[4*i : 4*i+4 : 4*i+4]
		v0, v1, v2, v3 := b64Value[q[0]], b64Value[q[1]], b64Value[q[2]], b64Value[q[3]]
		bad |= v0 | v1 | v2 | v3
		h[3*i], h[3*i+1], h[3*i+2] = v0<<2|v1>>4, v1<<4|v2>>2, v2<<6|v3
	}
	v0, v1, v2 := b64Value[b[40]], b64Value[b[41]], b64Value[b[42]]
	bad |= v0 | v1 | v2
	h[30], h[31] = v0<<2|v1>>4, v1<<4|v2>>2
	if bad >= 0x40 || v2&3 != 0 {
		return Hash{}, false
	}
	return h, true
}

// b64Value is the value of a character of the standard base64 alphabet (RFC 4648, section 4), or 0x40.
var b64Value = func() (t [256]byte) {
	for i := range t {
		t[i] = 0x40
	}
	for i, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		t[c] = byte(i)
	}
	return t
}()

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

// wordByte: visible ASCII, so that a name needs no escaping and has one form; no plus, because a signed note's key name,
// which a room id is, cannot have one.
var wordByte = func() (t [256]bool) {
	for c := '!'; c <= '~'; c++ {
		t[c] = c != '+'
	}
	return t
}()

func isWord[T string | []byte](s T) bool {
	for i := range len(s) {
		if !wordByte[s[i]] {
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
