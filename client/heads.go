package client

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"parley/record"
)

// Heads keeps the signed heads that a client has seen, and the key that signed them. The zero Heads keeps them in memory.
type Heads struct {
	mu   sync.Mutex // guards kept, and the file
	kept keptHeads
	file string
}

// keptHeads is what the file has.
type keptHeads struct {
	Host  string            `json:"host,omitzero"`  // the key of the first time, where none was pinned
	Rooms map[string]string `json:"rooms,omitzero"` // checkpoint by room
}

// OpenHeads reads the heads that an earlier run kept in a file. There need not be one yet.
func OpenHeads(file string) (*Heads, error) {
	h := &Heads{file: file}
	b, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return h, nil
	}
	if err == nil {
		err = json.Unmarshal(b, &h.kept)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the heads that were kept: %w", err)
	}
	return h, nil
}

// Checkpoint returns the checkpoint that was kept of a room; empty where there is none.
func (h *Heads) Checkpoint(room string) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.kept.Rooms[room]
}

// Checkpoints returns the checkpoints that were kept, by room.
func (h *Heads) Checkpoints() map[string]string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return maps.Clone(h.kept.Rooms)
}

// save writes the file whole or not at all. The caller holds mu.
func (h *Heads) save() error {
	if h.file == "" {
		return nil
	}
	b, err := json.Marshal(&h.kept, json.Deterministic(true), jsontext.WithIndent("\t"))
	if err != nil {
		return fmt.Errorf("keeping heads: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(h.file), ".heads-*")
	if err != nil {
		return fmt.Errorf("keeping heads: %w", err)
	}
	_, err = f.Write(append(b, '\n'))
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), h.file)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return fmt.Errorf("keeping heads: %w", err)
	}
	return nil
}

// key returns the key that the host has to sign with: the one that was pinned, or the one of the first time.
func (c *Client) key(said string) (record.HostKey, error) {
	if !c.host.IsZero() {
		return c.host, nil
	}
	h := c.heads
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.kept.Host != "" {
		return record.ParseHostKey(h.kept.Host)
	}
	key, err := record.ParseHostKey(said)
	if err != nil {
		return record.HostKey{}, err
	}
	h.kept.Host = said
	return key, h.save()
}

// Check asks for the signed head of a room, and for the proof that it extends the one that was kept, and keeps it instead. It returns the
// head. A host that cannot prove it is a [*ForkError]. Without [WithHeads] or [WithHost] the signature alone is checked, under the key
// that the host names itself.
func (t *Talks) Check(ctx context.Context, room string) (record.Head, error) {
	if t.c.heads == nil {
		c := *t.c
		c.heads = &Heads{}
		return (&Talks{&c, t.process, t.at}).Check(ctx, room)
	}
	now, err := t.present(ctx, room)
	return now.Head, err
}

// signed is a head, and the checkpoint that has it.
type signed struct {
	record.Head
	text string
}

// present is Check where heads are kept.
func (t *Talks) present(ctx context.Context, room string) (signed, error) {
	now, err := t.extend(ctx, room, t.c.heads.Checkpoint(room))
	if err != nil {
		return signed{}, err
	}
	key, err := t.c.key("")
	if err != nil {
		return signed{}, err
	}
	return now, t.c.heads.keep(room, key, now)
}

// extend asks the host for its head of a room and the proof that it extends that of a checkpoint; empty for none.
func (t *Talks) extend(ctx context.Context, room, older string) (signed, error) {
	var before record.Head
	var err error
	if older != "" {
		key, err := t.c.key("")
		if err != nil {
			return signed{}, err
		}
		if before, err = key.Open([]byte(older), room); err != nil {
			return signed{}, fmt.Errorf("the checkpoint that was kept: %w", err)
		}
	}
	h, err := get[Head](ctx, t.c, t.path("rooms", room, "record"), (&Talks{}).query("since", strconv.FormatInt(before.Size, 10)))
	if before.Size > 0 && blames(err, http.StatusBadRequest, "since") {
		return signed{}, &ForkError{room, older, "", errors.New("it has fewer entries than it had")}
	}
	if err != nil {
		return signed{}, err
	}
	key, err := t.c.key(h.Host)
	if err != nil {
		return signed{}, err
	}
	head, err := key.Open([]byte(h.Checkpoint), room)
	if err != nil {
		return signed{}, err
	}
	if before.Size > 0 {
		hashes, err := hashesOf(h.Extends)
		if err == nil {
			err = record.CheckConsistency(hashes, before, head)
		}
		if err != nil {
			return signed{}, &ForkError{room, older, h.Checkpoint, err}
		}
	}
	return signed{head, h.Checkpoint}, nil
}

// tries is how often a room is looked at that grows between two questions.
const tries = 8

var errMoving = errors.New("the room grew at each look; check it again when there is less to do")

// within checks that the trees of checkpoints are beginnings of the host's present one, as that of what was kept is. Each answer has the
// proof of one of them, so they are of one record only where all answers have the same head.
func (t *Talks) within(ctx context.Context, room string, checkpoints ...string) error {
	for range tries {
		now, err := t.present(ctx, room)
		if err != nil {
			return err
		}
		same, err := t.all(ctx, room, now, checkpoints)
		if err != nil || same {
			return err
		}
	}
	return errMoving
}

// all reports whether the trees of checkpoints are beginnings of that of a head, which is the present one unless the room grew.
func (t *Talks) all(ctx context.Context, room string, now signed, checkpoints []string) (bool, error) {
	key, err := t.c.key("")
	if err != nil {
		return false, err
	}
	for _, c := range checkpoints {
		head, err := key.Open([]byte(c), room)
		if err != nil {
			return false, err
		}
		if head == now.Head {
			continue
		}
		then, err := t.extend(ctx, room, c)
		switch {
		case err != nil:
			return false, err
		case then.Size == now.Size && then.Root != now.Root:
			return false, &ForkError{room, now.text, then.text, errors.New("they have as many entries, and not the same")}
		case then.Head != now.Head:
			return false, nil
		}
	}
	return true, nil
}

// keep keeps a head that was shown to extend the one before. Another goroutine may have kept a later one meanwhile.
func (h *Heads) keep(room string, key record.HostKey, now signed) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if old := h.kept.Rooms[room]; old != "" {
		if before, err := key.Open([]byte(old), room); err == nil && before.Size >= now.Size {
			return nil
		}
	}
	if h.kept.Rooms == nil {
		h.kept.Rooms = map[string]string{}
	}
	h.kept.Rooms[room] = now.text
	return h.save()
}

// sending is an act on its way, and what its receipt has to fit.
type sending struct {
	room   string // empty for one that the act opens
	kind   string
	body   Body
	seat   string
	seen   int64             // -1 where nothing was said of it
	again  bool              // the key is the caller's: an earlier run may have sent the act
	before map[string]string // the checkpoints of before
}

// sending notes what is known before an act is sent. What a room had before cannot be the act.
func (t *Talks) sending(ctx context.Context, room, kind string, body Body, a *appending) (*sending, error) {
	seat, err := t.c.seat(ctx)
	if err != nil {
		return nil, err
	}
	if room != "" && t.c.heads.Checkpoint(room) == "" {
		if _, err := t.Check(ctx, room); err != nil {
			return nil, err
		}
	}
	return &sending{room, kind, body, seat, a.seen, a.own, t.c.heads.Checkpoints()}, nil
}

// checkReceipt checks that the act which was sent stands in the host's record where the receipt says, byte for byte.
func (t *Talks) checkReceipt(ctx context.Context, r *Receipt, s *sending) error {
	if err := s.checkLeaf(r); err != nil {
		return err
	}
	p, err := t.entry(ctx, r.Room, r.Index)
	if err == nil {
		err = t.checkProof(ctx, p, r.Room, r.Index, r.Checkpoint)
	}
	switch {
	case hasStatus(err, http.StatusNotFound), hasStatus(err, http.StatusForbidden), hasStatus(err, http.StatusUnauthorized):
		return &UncheckedError{r.Room, r.Index, fmt.Errorf("the seat does not see the room any more: %w", err)}
	case unanswered(err):
		return &UncheckedError{r.Room, r.Index, err}
	case err != nil:
		return fmt.Errorf("the receipt: %w", err)
	}
	key, err := t.c.key("")
	if err != nil {
		return err
	}
	head, err := key.Open([]byte(r.Checkpoint), r.Room)
	switch {
	case err != nil:
		return fmt.Errorf("the receipt: %w", err)
	case r.Index >= head.Size:
		return fmt.Errorf("the receipt is for entry %d, and its checkpoint has %d entries: the host signed a tree without the act", r.Index, head.Size)
	case p.Leaf != r.Leaf:
		return fmt.Errorf("the receipt is for entry %d of room %s, and another entry stands there: the host answered for another act", r.Index, r.Room)
	}
	if err := t.checkNew(r, s); err != nil {
		return err
	}
	switch {
	case p.Entry.Erased:
		return &UncheckedError{r.Room, r.Index, errors.New("its words have been erased, so nobody can tell whether they were those that were sent; the rest fits")}
	case !bytes.Equal(p.Payload, s.body):
		return fmt.Errorf("entry %d of room %s does not have the words that were sent: the host recorded others, or answered for another act", r.Index, r.Room)
	}
	return nil
}

// checkLeaf checks what a receipt says by itself.
func (s *sending) checkLeaf(r *Receipt) error {
	leaf, err := record.ParseLeaf([]byte(r.Leaf))
	if err != nil {
		return fmt.Errorf("the receipt: %w", err)
	}
	switch {
	case s.room != "" && leaf.Room != s.room || leaf.Room != r.Room || leaf.Kind != s.kind:
		return fmt.Errorf("the receipt is of %s in room %s, and not of %s in room %s: the host answered for another act", leaf.Kind, leaf.Room, s.kind, cmp.Or(s.room, r.Room))
	case leaf.Author != s.seat:
		return fmt.Errorf("the receipt is of an act of %s, and not of %s: the host answered for another act", leaf.Author, s.seat)
	case !r.Time.Equal(leaf.Time):
		return errors.New("the receipt has another time than its leaf")
	case s.room == "" && r.Index != 0:
		return fmt.Errorf("the receipt is for entry %d, and the act that opens a room is its first: the host answered for another act", r.Index)
	case s.seen >= 0 && leaf.Seen.Size != s.seen && !s.earlier(r):
		return fmt.Errorf("the host recorded that the author had seen %d entries, and not %d", leaf.Seen.Size, s.seen)
	}
	return nil
}

// earlier reports whether it was an earlier run that sent the act, as far as can be told.
func (s *sending) earlier(r *Receipt) bool { return r.Again && s.again }

// checkNew checks that the room did not have the act before it was sent.
func (t *Talks) checkNew(r *Receipt, s *sending) error {
	if s.before[r.Room] == "" || s.earlier(r) {
		return nil
	}
	key, err := t.c.key("")
	if err != nil {
		return err
	}
	before, err := key.Open([]byte(s.before[r.Room]), r.Room)
	if err != nil {
		return fmt.Errorf("the checkpoint that was kept: %w", err)
	}
	if r.Index < before.Size {
		return fmt.Errorf("the receipt is for entry %d, and the room had %d entries before the act was sent: the host answered for another act", r.Index, before.Size)
	}
	return nil
}

// checkProof checks an entry against the signed tree, and the tree, with those of other checkpoints, against what was kept. The entry then
// has the words that were recorded.
func (t *Talks) checkProof(ctx context.Context, p *Proof, room string, index int64, others ...string) error {
	if err := t.within(ctx, room, append(others, p.Checkpoint)...); err != nil {
		return err
	}
	key, err := t.c.key("")
	if err != nil {
		return err
	}
	hashes, err := hashesOf(p.Hashes)
	if err != nil {
		return err
	}
	leaf, head, err := record.VerifyProof(record.Proof{Index: index, Hashes: hashes, Checkpoint: []byte(p.Checkpoint)}, []byte(p.Leaf), key)
	if err != nil {
		return err
	}
	e := &p.Entry
	switch {
	case leaf.Room != room || p.Room != room || e.Room != "" && e.Room != room,
		e.Index != index, !e.Time.Equal(leaf.Time), e.Kind != leaf.Kind, e.Seat != leaf.Author:
		return errors.New("the entry is not the one that its leaf says: the host showed another")
	case p.Size != head.Size || p.Root != head.Root.String():
		return errors.New("the proof's size and root are not those that the host signed")
	case e.Erased && len(p.Payload) > 0:
		return errors.New("the entry has words, and is said to be erased")
	case e.Erased:
		e.Body = nil
		return nil
	case len(p.Payload) == 0 || len(p.Salt) != record.SaltSize:
		return errors.New("the entry's words are missing, and it is not said to be erased: the host keeps them back")
	case leaf.Commitment != record.Commit(p.Salt, p.Payload):
		return errors.New("the entry's words are not those that were recorded: the host changed them")
	}
	e.Body = Body(p.Payload)
	return nil
}

func hashesOf(texts []string) ([]record.Hash, error) {
	out := make([]record.Hash, len(texts))
	for i, s := range texts {
		b, err := base64.StdEncoding.Strict().DecodeString(s)
		if err != nil || len(b) != len(out[i]) {
			return nil, fmt.Errorf("hash %d of the proof cannot be read", i+1)
		}
		copy(out[i][:], b)
	}
	return out, nil
}
