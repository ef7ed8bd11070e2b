// Package sign has the signatures of agreements: the exact bytes that are signed, OpenSSH's signatures over them, seals by passkey, and how
// all of them are checked, by the gate before an act is recorded and by anybody afterwards. docs/record.md describes the forms byte by byte.
//
// What is signed is a function of two entries of the record and of nothing else, so that a page, the command line, the API and an archive
// without the host have the same bytes.
//
// What a signature proves: by an SSH key, that whoever held the private key signed these bytes, whatever the host says. By a passkey, that a
// device answered a challenge made of these bytes for a page of the origin that it names; what the page showed is the host's word. Neither
// says whose key it is. The record says under which seat it was handed in; a list of signers from elsewhere says more ([ParseSigners]).
//
// Everything here is a function of its arguments but SSH, which asks the signer that it is given.
package sign
