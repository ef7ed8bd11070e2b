// Package ledger is the gate: the only way to read talks and the only way to add to them.
//
// It keeps one append-only Merkle ledger a room and folds each into a [talks.State]. [Ledger.View] merges the states of the
// rooms where a viewer's delegation sits; no other exported function gives what a room holds, and none gives raw entries.
// Whatever shows, counts, searches, exports or sends anything takes a [View], so that two worlds which differ only in
// rooms a viewer does not sit in look the same to it, byte for byte.
//
// A viewer is always passed explicitly; the zero [Viewer] sees nothing. What a viewer may not see and what does not exist are
// one answer, [ErrNotFound].
//
// A room is a viewer too: an act is checked against the rooms whose members include all of its room's, and against
// nothing else.
package ledger
