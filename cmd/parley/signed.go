package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"parley/internal/sign"
)

// signers reads the file of signers; nil where none is named.
func (c *verifyCmd) signers() (*sign.Signers, error) {
	if c.Signers == "" {
		return nil, nil
	}
	b, err := os.ReadFile(c.Signers)
	if err != nil {
		return nil, err
	}
	s, err := sign.ParseSigners(b)
	if err != nil {
		return nil, usage("--signers: %s: %v", c.Signers, err)
	}
	return s, nil
}

// signatures prints the signatures of an archive, and returns an error where one does not hold or is by a key that the signers do not have.
func (c *verifyCmd) signatures(w io.Writer, all []sign.Signed, signers *sign.Signers) error {
	wrong, seals, unknown := 0, 0, false
	for _, s := range all {
		fmt.Fprintf(w, "signature  room %s  entry %d  agreement %s  by %s\n", s.Room, s.Index, visible(s.Agreement), s.Leaf.Author)
		if s.Act != nil && (s.Act.Signer != "" || s.Act.Office != "") {
			who := slices.DeleteFunc([]string{visible(s.Act.Signer), visible(s.Act.Office)}, func(s string) bool { return s == "" })
			fmt.Fprintf(w, "  it says: %s\n", strings.Join(who, ", "))
		}
		switch {
		case s.Err != nil:
			fmt.Fprintf(w, "  DOES NOT HOLD: %s\n", visible(s.Err.Error()))
			wrong++
		case s.Signature.Method == "passkey":
			fmt.Fprintf(w, "  seal by passkey at %s, %s %s\n", visible(s.Signature.Origin), s.Signature.Algorithm, s.Signature.Fingerprint)
			seals++
		default:
			known := ""
			switch {
			case signers == nil:
				unknown = true
			case signers.Has(s.Leaf.Author, s.Signature.Key, s.Leaf.Time):
				known = ", a key of this seat"
			default:
				known = ": NOT A KEY OF THIS SEAT by the signers given"
				wrong++
			}
			hardware := ""
			if s.Signature.Hardware {
				hardware = " of a security key"
			}
			fmt.Fprintf(w, "  holds, by the key%s %s (%s)%s\n", hardware, s.Signature.Fingerprint, s.Signature.Algorithm, known)
		}
	}
	if unknown {
		fmt.Fprintln(w, "Whose these keys are is the record's own word. Compare them with what the signers told you, or give --signers.")
	}
	if seals > 0 {
		fmt.Fprintln(w, "A seal by passkey shows that a device answered for these bytes. What its owner saw, and that the passkey is the owner's, is the host's word.")
	}
	if wrong > 0 {
		return &exitError{exitNo, fmt.Errorf("%s: %d of %d signatures cannot be relied on; a process that was loaded from a file has copies of signatures, which hold over the record they were made for", c.File, wrong, len(all))}
	}
	return nil
}
