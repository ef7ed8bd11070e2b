package client

import (
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
	return t.extend(ctx, room, t.c.heads.Checkpoint(room), true)
}

// extend asks the host for its head of a room and the proof that it extends that of a checkpoint; empty for none.
func (t *Talks) extend(ctx context.Context, room, older string, keep bool) (record.Head, error) {
	var before record.Head
	var err error
	if older != "" {
		key, err := t.c.key("")
		if err != nil {
			return record.Head{}, err
		}
		if before, err = key.Open([]byte(older), room); err != nil {
			return record.Head{}, fmt.Errorf("the checkpoint that was kept: %w", err)
		}
	}
	h, err := get[Head](ctx, t.c, t.path("rooms", room, "record"), (&Talks{}).query("since", strconv.FormatInt(before.Size, 10)))
	if before.Size > 0 && hasStatus(err, http.StatusBadRequest) {
		return record.Head{}, &ForkError{room, older, "", errors.New("it has fewer entries than it had")}
	}
	if err != nil {
		return record.Head{}, err
	}
	key, err := t.c.key(h.Host)
	if err != nil {
		return record.Head{}, err
	}
	head, err := key.Open([]byte(h.Checkpoint), room)
	if err != nil {
		return record.Head{}, err
	}
	if before.Size > 0 {
		hashes, err := hashesOf(h.Extends)
		if err == nil {
			err = record.CheckConsistency(hashes, before, head)
		}
		if err != nil {
			return record.Head{}, &ForkError{room, older, h.Checkpoint, err}
		}
	}
	if !keep {
		return head, nil
	}
	return head, t.c.heads.keep(room, key, head, h.Checkpoint)
}

// keep keeps a head that was shown to extend the one before. Another goroutine may have kept a later one meanwhile.
func (h *Heads) keep(room string, key record.HostKey, head record.Head, checkpoint string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if old := h.kept.Rooms[room]; old != "" {
		if before, err := key.Open([]byte(old), room); err == nil && before.Size >= head.Size {
			return nil
		}
	}
	if h.kept.Rooms == nil {
		h.kept.Rooms = map[string]string{}
	}
	h.kept.Rooms[room] = checkpoint
	return h.save()
}

// checkReceipt checks that the host signed a tree with the act in it, which is a prefix of its present one, as is what was kept.
func (t *Talks) checkReceipt(ctx context.Context, r *Receipt, room, kind string) error {
	leaf, err := record.ParseLeaf([]byte(r.Leaf))
	if err != nil {
		return fmt.Errorf("the receipt: %w", err)
	}
	if room != "" && leaf.Room != room || leaf.Room != r.Room || leaf.Kind != kind {
		return fmt.Errorf("the receipt is of %s in room %s, and not of %s in room %s: the host answered for another act", leaf.Kind, leaf.Room, kind, r.Room)
	}
	now, err := t.Check(ctx, r.Room)
	if err != nil {
		return err
	}
	key, err := t.c.key("")
	if err != nil {
		return err
	}
	signed, err := key.Open([]byte(r.Checkpoint), r.Room)
	if err != nil {
		return fmt.Errorf("the receipt: %w", err)
	}
	if r.Index >= signed.Size {
		return fmt.Errorf("the receipt is for entry %d, and its checkpoint has %d entries: the host signed a tree without the act", r.Index, signed.Size)
	}
	if signed != now {
		if _, err := t.extend(ctx, r.Room, r.Checkpoint, false); err != nil {
			return err
		}
	}
	return nil
}

// checkProof checks an entry against the signed tree, and the tree against what was kept.
func (t *Talks) checkProof(ctx context.Context, p *Proof, room string, index int64) error {
	if _, err := t.Check(ctx, room); err != nil {
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
	leaf, _, err := record.VerifyProof(record.Proof{Index: index, Hashes: hashes, Checkpoint: []byte(p.Checkpoint)}, []byte(p.Leaf), key)
	if err != nil {
		return err
	}
	if leaf.Room != room || leaf.Kind != p.Entry.Kind || leaf.Author != p.Entry.Seat {
		return errors.New("the entry is not the one that its leaf says: the host showed another")
	}
	if p.Payload != nil && !p.Entry.Erased && leaf.Commitment != record.Commit(p.Salt, p.Payload) {
		return errors.New("the entry's words are not those that were recorded: the host changed them")
	}
	_, err = t.extend(ctx, room, p.Checkpoint, false)
	return err
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
