package main

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"parley/internal/ledger"
	"parley/internal/sign"
	"parley/internal/talks"
	"parley/record"
)

type signCmd struct {
	Agreement string `arg:"" help:"The agreement, by its name."`
	Room      string `help:"Its room, by identifier, title or kind, where several have an agreement of that name."`
	Key       string `placeholder:"FILE" help:"Sign with this private key of OpenSSH. Of a public key, and without it, ssh-agent signs. A passphrase is asked for, or read from standard input."`
	Export    string `placeholder:"FILE" help:"Write the bytes that are to be signed, and sign nothing. Sign them with: ssh-keygen -Y sign -n parley-adopt@v1"`
	Signature string `placeholder:"FILE" help:"Hand in the signature that ssh-keygen made; - for standard input."`
	Signer    string `help:"Who signs, by name."`
	Office    string `help:"The office of who signs."`
	Data      string `help:"The folder with the data, for a process of your own machine."`

	Process string `help:"The process, in a folder."`
	As      string `help:"The seat that signs, in a folder: a head."`
	remote
}

// signing is an agreement with the bytes that are signed for it.
type signing struct {
	agreement *talks.Agreement
	proposal  *talks.Proposal
	seat      talks.Seat
	role      talks.Role
	world     *talks.World
	text      []byte
}

// Run signs the agreement, or does the part of it that the flags say, and prints the receipt.
func (c *signCmd) Run(p *program) error {
	if n := len(strings.Fields(strings.Join([]string{given(c.Export), given(c.Signature), given(c.Key)}, " "))); n > 1 {
		return usage("give one of --key, --export and --signature")
	}
	s, err := c.find(p)
	if err != nil {
		return err
	}
	if c.Export != "" {
		return c.export(p, s)
	}
	if err := s.check(); err != nil {
		return err
	}
	sig, err := c.sign(p, s)
	if err != nil {
		return err
	}
	act := &talks.AgreementSign{
		Agreement: talks.Ref{Name: s.agreement.Ref.Name}, Method: "ssh", Signer: c.Signer, Office: c.Office, Key: sig.Key().String(), Signature: sig.Armoured(),
	}
	body, err := talks.Encode(act)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stderr, "%s signs %s by the key %s.\n", s.seat, s.what(), sig.Key().Fingerprint())
	write := &actCmd{Kind: string(act.Kind()), Room: string(s.agreement.Ref.Room), Data: c.Data, Process: c.Process, As: c.As, remote: c.remote}
	if c.wanted(p, c.Data) {
		return write.send(p, body)
	}
	return write.append(p, body)
}

// check refuses what the host would refuse, before anything is signed.
func (s *signing) check() error {
	room := s.agreement.Ref.Room
	act := &talks.AgreementSign{Agreement: s.agreement.Ref, Method: "ssh", Key: "to come", Signature: "to come"}
	return talks.Check(talks.Proposed{Room: room, State: s.world.Room(room), Seat: s.seat, Role: s.role, Time: s.world.Time(), Kind: act.Kind(), Act: act, View: s.world.As(room)})
}

func given(s string) string {
	if s == "" {
		return ""
	}
	return "x"
}

// what names what is signed, so that a person can see what it is.
func (s *signing) what() string {
	sum := sha256.Sum256(s.text)
	return fmt.Sprintf("%q, which adopts %q: %d bytes with the SHA-256 %s", visible(s.agreement.Title), visible(s.proposal.Title), len(s.text), hex.EncodeToString(sum[:]))
}

// find finds the agreement and reads the entries that are signed.
func (c *signCmd) find(p *program) (*signing, error) {
	if c.wanted(p, c.Data) {
		return c.findAt(p)
	}
	if c.Process == "" || c.As == "" {
		return nil, usage("a folder has no token that says who signs; give --process and --as, or --server")
	}
	l, err := p.openData(cmp.Or(c.Data, dataFolder))
	if err != nil {
		return nil, err
	}
	defer func() { _ = l.Close() }()
	view, err := p.view(l, c.Process, c.As, "")
	if err != nil {
		return nil, err
	}
	return c.read(view.World(), view.Seat(), view.Role(), func(room talks.RoomID, index int64) (sign.Entry, error) {
		proof, err := l.Prove(p.ctx, view.Viewer(), room, index)
		if err != nil {
			return sign.Entry{}, err
		}
		return entryOf(proof), nil
	})
}

func entryOf(proof *ledger.Proof) sign.Entry {
	return sign.Entry{Index: proof.Entry.Index, Leaf: proof.Leaf, Payload: proof.Payload}
}

// findAt is find at a server. The entries have to be what their leaves say, and where the host's key is known to stand in the signed tree:
// the bytes are made here, and nothing is signed on the server's word.
func (c *signCmd) findAt(p *program) (*signing, error) {
	t, err := c.connect(p, c.Process, c.As)
	if err != nil {
		return nil, err
	}
	if err := t.check(p); err != nil {
		return nil, err
	}
	w, err := t.world(p)
	if err != nil {
		return nil, err
	}
	return c.read(w, talks.Seat(t.me.Seat), talks.Role(t.me.Role), func(room talks.RoomID, index int64) (sign.Entry, error) {
		proof, err := t.Entry(p.ctx, string(room), index)
		if err != nil {
			return sign.Entry{}, ofServer(err)
		}
		e := sign.Entry{Index: index, Leaf: []byte(proof.Leaf), Payload: proof.Payload}
		if leaf, err := record.ParseLeaf(e.Leaf); err != nil || leaf.Room != string(room) || record.Commit(proof.Salt, e.Payload) != leaf.Commitment {
			return e, &exitError{exitNo, fmt.Errorf("entry %d is not what its leaf commits to: the server showed another", index)}
		}
		if !t.host.IsZero() {
			return e, c.stands(t, proof.Hashes, proof.Checkpoint, e)
		}
		return e, nil
	})
}

// stands checks that an entry stands in the tree that the host signed.
func (c *signCmd) stands(t *talksAt, hashes []string, checkpoint string, e sign.Entry) error {
	proof := record.Proof{Index: e.Index, Checkpoint: []byte(checkpoint), Extra: e.Leaf}
	for _, s := range hashes {
		b, err := base64.StdEncoding.Strict().DecodeString(s)
		if err != nil || len(b) != len(record.Hash{}) {
			return &exitError{exitNo, fmt.Errorf("the proof of entry %d cannot be read", e.Index)}
		}
		proof.Hashes = append(proof.Hashes, record.Hash(b))
	}
	if _, _, err := record.VerifyProof(proof, e.Leaf, t.host); err != nil {
		return &exitError{exitNo, fmt.Errorf("entry %d is not proved: %w", e.Index, err)}
	}
	return nil
}

// read finds the agreement in a world.
func (c *signCmd) read(w *talks.World, seat talks.Seat, role talks.Role, read func(talks.RoomID, int64) (sign.Entry, error)) (*signing, error) {
	var room talks.RoomID
	if c.Room != "" {
		var err error
		if room, err = findRoom(w, c.Room); err != nil {
			return nil, err
		}
	}
	var found []*talks.Agreement
	var names []string
	for _, a := range w.Agreements() {
		names = append(names, a.Ref.Name)
		if a.Ref.Name == c.Agreement && (room == "" || a.Ref.Room == room) {
			found = append(found, a)
		}
	}
	switch {
	case len(names) == 0:
		return nil, usage("the seat sees no agreement")
	case len(found) == 0:
		return nil, usage("the seat sees no agreement %q; write one of: %s", c.Agreement, strings.Join(names, ", "))
	case len(found) > 1:
		return nil, usage("several rooms have an agreement %q; say which by --room", c.Agreement)
	}
	text, err := sign.For(w, found[0], read)
	if err != nil {
		return nil, err
	}
	return &signing{found[0], w.Proposal(found[0].Proposal), seat, role, w, text}, nil
}

// export writes the bytes, and says what to do with them.
func (c *signCmd) export(p *program, s *signing) error {
	if err := p.output(c.Export, func(w io.Writer) error { _, err := w.Write(s.text); return err }); err != nil {
		return err
	}
	if c.Export == "-" {
		return nil
	}
	file := filepath.ToSlash(c.Export)
	fmt.Fprintf(p.stdout, "%s has what is signed for %s.\n", file, s.what())
	fmt.Fprintf(p.stdout, "Sign it:    ssh-keygen -Y sign -n %s -f KEY %s\n", sign.Namespace, file)
	fmt.Fprintf(p.stdout, "Hand it in: parley sign %s --signature %s.sig\n", s.agreement.Ref.Name, file)
	return nil
}

// sign makes the signature, or reads the one that was made.
func (c *signCmd) sign(p *program, s *signing) (*sign.SSHSignature, error) {
	if c.Signature == "" {
		signer, closed, err := p.signer(c.Key)
		if err != nil {
			return nil, err
		}
		defer closed()
		sig, err := sign.SSH(s.text, signer)
		if err != nil {
			return nil, usage("%v", err)
		}
		return sig, nil
	}
	in := p.stdin
	if c.Signature != "-" {
		f, err := os.Open(c.Signature)
		if err != nil {
			return nil, err
		}
		defer func() { _ = f.Close() }()
		in = f
	}
	b, err := io.ReadAll(io.LimitReader(in, 1<<16))
	if err != nil {
		return nil, fmt.Errorf("reading the signature: %w", err)
	}
	sig, err := sign.ParseSSH(string(b))
	if err == nil {
		_, err = sig.Verify(s.text)
	}
	if err != nil {
		return nil, usage("--signature: %v", err)
	}
	return sig, nil
}
