package browsertest

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/webauthn"

	"parley/internal/ledger"
	"parley/internal/sign"
	"parley/internal/talks"
	"parley/record"
)

// writes appends an act as a seat, through the gate.
func (h *entrance) writes(room string, seat talks.Seat, act talks.Act) {
	h.Helper()
	b, err := talks.Encode(act)
	if err == nil {
		_, err = h.ledger.Append(h.Context(), ledger.Viewer{Process: process, Seat: seat}, h.rooms[room], act.Kind(), b)
	}
	if err != nil {
		h.Fatal(err)
	}
}

// signatures are those in the archive of a seat.
func (h *entrance) signatures(seat talks.Seat) []sign.Signed {
	h.Helper()
	var b bytes.Buffer
	if err := h.ledger.Archive(h.Context(), ledger.Viewer{Process: process, Seat: seat}, &b); err != nil {
		h.Fatal(err)
	}
	var g sign.Gathering
	if _, err := record.ReadArchive(&b, record.Options{Host: h.ledger.HostKey()}, func(e record.ArchiveEntry) error { g.Add(e); return nil }); err != nil {
		h.Fatal(err)
	}
	return g.All()
}

// TestSeal: a head seals an agreement with a passkey of the account, and the seal is checked in an archive, without the host.
func TestSeal(t *testing.T) {
	t.Parallel()
	axe(t)
	h := openDoors(t)
	proposal, agreement := talks.Ref{Name: "seal-this"}, talks.Ref{Name: "sealed"}
	h.writes("direct", "us-head", &talks.ProposalTable{
		Name: proposal.Name, Title: "Meet again in a month", Text: "The teams meet again in a month.",
		Terms: []talks.Term{{Issue: talks.Ref{Room: h.rooms["lobby"], Name: "diplomatic-ties"}, Text: "On embassies alone, on which nobody else has to be consulted."}},
	})
	h.writes("direct", "ru-head", &talks.ProposalRespond{Proposal: proposal, Answer: "accept"})
	h.writes("direct", "us-head", &talks.AgreementAdopt{Name: agreement.Name, Title: "On the next meeting", Proposal: proposal})
	path := "/agreements/{direct}/" + agreement.Name

	p := blank(t)
	call(p, webauthn.Enable, webauthn.EnableParams{})
	call(p, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
	}})
	p.visit(h.invite("us-head"))
	p.fill("name", "Uma Unger", "login", "uma")
	p.press("Make it with a passkey")
	p.arrive(`location.pathname === "/p/` + process + `"`)
	p.visit(h.at(path))
	p.both("seal-open")
	p.fill("signer", "Uma Unger", "office", "Head of delegation")
	p.press("Seal with a passkey")
	p.arrive(`location.hash.startsWith("#entry-")`)
	p.visit(h.at(path))
	p.await(`document.body.innerText.includes("Uma Unger, Head of delegation") && document.body.innerText.includes("` + h.url + `")`)
	p.want(`document.querySelectorAll("button[data-passkey]").length`, "0")
	p.both("seal-made")

	all := h.signatures("ru-head")
	if len(all) != 1 || all[0].Err != nil || all[0].Signature.Origin != h.url || all[0].Leaf.Author != "us-head" || all[0].Agreement != agreement.Name {
		t.Fatalf("the archive has %+v", all)
	}

	// Without a passkey in the account, the button says what to do.
	q := blank(t)
	q.register(h.invite("ru-head"), "rita", "Rita Rey")
	q.arrive(`location.pathname === "/p/` + process + `"`)
	q.visit(h.at(path))
	q.press("Seal with a passkey")
	q.arrive(`document.querySelector("#seal-status").innerText.includes("Add one on the page of your account")`)
	q.expect("403", "seal/begin")

	// A seal that a program makes with a key of its own is refused, whoever hands it in.
	made := *all[0].Act
	made.Basis = talks.Basis{}
	body, err := talks.Encode(&made)
	if err != nil {
		t.Fatal(err)
	}
	said := q.get(fmt.Sprintf(`fetch("/api/v1/processes/%s/rooms/%s/acts", {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify({kind: "agreement.sign", body: %s})}).then((r) => r.text())`,
		process, h.rooms["direct"], body))
	if !strings.Contains(said, "made on the agreement's page") {
		t.Errorf("the seal of another is answered by %s", said)
	}
	q.expect("422", "/acts")
	if len(h.signatures("ru-head")) != 1 {
		t.Error("a copied seal was recorded")
	}
}
