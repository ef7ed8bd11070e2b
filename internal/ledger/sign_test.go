package ledger_test

import (
	"crypto/ed25519"
	"errors"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"parley/internal/ledger"
	"parley/internal/sign"
	"parley/internal/talks"
	"parley/record"
)

// signing is a room with an agreement, and what is signed for it.
type signing struct {
	*testing.T
	*ledger.Ledger
	room talks.RoomID
}

func (s signing) put(seat talks.Seat, act talks.Act) (*ledger.Receipt, error) {
	s.Helper()
	b, err := talks.Encode(act)
	if err != nil {
		s.Fatal(err)
	}
	return s.Append(s.Context(), as(seat), s.room, act.Kind(), b)
}

// agree adopts a proposal of its own by both.
func (s signing) agree(name string) {
	s.Helper()
	for _, w := range []struct {
		seat talks.Seat
		act  talks.Act
	}{
		{"us-head", &talks.ProposalTable{Name: name + "-text", Title: "The harbour opens", Text: "The harbour opens on the first of May."}},
		{"ru-head", &talks.ProposalRespond{Proposal: talks.Ref{Name: name + "-text"}, Answer: "accept"}},
		{"us-head", &talks.AgreementAdopt{Name: name, Title: "On the harbour", Proposal: talks.Ref{Name: name + "-text"}}},
	} {
		if _, err := s.put(w.seat, w.act); err != nil {
			s.Fatal(err)
		}
	}
}

func (s signing) text(seat talks.Seat, name string) []byte {
	s.Helper()
	view, err := s.View(s.Context(), as(seat))
	if err != nil {
		s.Fatal(err)
	}
	b, err := sign.For(view.World(), view.World().Agreement(talks.Ref{Room: s.room, Name: name}), func(room talks.RoomID, index int64) (sign.Entry, error) {
		proof, err := s.Prove(s.Context(), as(seat), room, index)
		if err != nil {
			return sign.Entry{}, err
		}
		return sign.Entry{Index: index, Leaf: proof.Leaf, Payload: proof.Payload}, nil
	})
	if err != nil {
		s.Fatal(err)
	}
	return b
}

// by is the act of a signature over some bytes, by the key of a seed.
func (s signing) by(seed byte, name string, text []byte) *talks.AgreementSign {
	s.Helper()
	secret := make([]byte, ed25519.SeedSize)
	secret[0] = seed
	signer, err := ssh.NewSignerFromKey(ed25519.NewKeyFromSeed(secret))
	if err != nil {
		s.Fatal(err)
	}
	sig, err := sign.SSH(text, signer)
	if err != nil {
		s.Fatal(err)
	}
	return &talks.AgreementSign{Agreement: talks.Ref{Name: name}, Method: "ssh", Key: sig.Key().String(), Signature: sig.Armoured()}
}

// refused wants one problem of a signature that says why.
func (s signing) refused(err error, words string) {
	s.Helper()
	var ps talks.Problems
	if !errors.As(err, &ps) || len(ps) != 1 || ps[0].Code != "bad-signature" || !strings.Contains(ps[0].Error(), words) {
		s.Errorf("%v, want a refusal that says %q", err, words)
	}
}

func TestSignatures(t *testing.T) {
	for _, dsn := range []string{"memory:", t.TempDir()} {
		l, rooms := open(t, dsn)
		s := signing{t, l, rooms["direct"]}
		s.agree("first")
		s.agree("second")
		text := s.text("us-head", "first")
		if string(text) != string(s.text("ru-head", "first")) {
			t.Error("the two have other bytes to sign")
		}

		_, err := s.put("us-head", s.by(1, "first", text[1:]))
		s.refused(err, "not one over these bytes")
		_, err = s.put("us-head", s.by(1, "first", s.text("us-head", "second")))
		s.refused(err, "not one over these bytes")
		_, err = s.put("us-head", &talks.AgreementSign{Agreement: talks.Ref{Name: "first"}, Method: "passkey", Key: "AA", Signature: "AA", Client: "AA", Data: "AA"})
		s.refused(err, "client data")
		if _, err := s.put("us-head", s.by(1, "first", text)); err != nil {
			t.Fatal(err)
		}
		_, err = s.put("ru-head", s.by(1, "first", text))
		s.refused(err, "us signed with this key")
		if _, err := s.put("ru-head", s.by(2, "first", text)); err != nil {
			t.Fatal(err)
		}
		// Another agreement has other bytes, so the same key may sign it.
		if _, err := s.put("us-head", s.by(1, "second", s.text("us-head", "second"))); err != nil {
			t.Fatal(err)
		}

		var b strings.Builder
		if err := l.Archive(t.Context(), as("ru-head"), &b); err != nil {
			t.Fatal(err)
		}
		all := gathered(t, b.String())
		if len(all) != 3 {
			t.Fatalf("the archive has %d signatures", len(all))
		}
		for _, g := range all {
			if g.Err != nil || g.Title != "On the harbour" || g.Room != string(s.room) {
				t.Errorf("%+v", g)
			}
		}
	}
}

func gathered(t *testing.T, archive string) []sign.Signed {
	t.Helper()
	var g sign.Gathering
	if _, err := record.ReadArchive(strings.NewReader(archive), record.Options{}, func(e record.ArchiveEntry) error { g.Add(e); return nil }); err != nil {
		t.Fatal(err)
	}
	return g.All()
}

// A room that is opened while the record is open, and one that was read from disk, have the same to check.
func TestSignaturesInNewRooms(t *testing.T) {
	dir := t.TempDir()
	l, _ := open(t, dir)
	receipt, err := l.Append(t.Context(), as("us-head"), "", "room.open", []byte(`{"kind":"working-group","title":"Pilots","members":["us","ru"]}`))
	if err != nil {
		t.Fatal(err)
	}
	s := signing{t, l, receipt.Room}
	s.agree("pilots")
	if _, err := s.put("us-head", s.by(1, "pilots", s.text("us-head", "pilots"))); err != nil {
		t.Error(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	l, _ = open(t, dir)
	s.Ledger = l
	_, err = s.put("ru-head", s.by(1, "pilots", s.text("ru-head", "pilots")))
	s.refused(err, "us signed with this key")
	if _, err := s.put("ru-head", s.by(2, "pilots", s.text("ru-head", "pilots"))); err != nil {
		t.Error(err)
	}
}
