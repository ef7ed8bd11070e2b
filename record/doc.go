// Package record is the part of Parley that a party can check without trusting the host: what an entry of a room is
// made of, how entries become one signed tree, and how a file that a seat took away is verified offline.
//
// It is pure: no database, no network, no clock, no randomness; the standard library and golang.org/x/mod only.
// The formats are written down, byte by byte, in docs/record.md.
//
// # From act to checkpoint
//
// An act's payload is kept as the bytes that arrived. [Commit] binds it, with a random salt, to a [Hash]. A [Leaf] names
// the room, the kind of act, its author, the tree head that the author had before it, the time, and that commitment.
// [LeafHash] of the leaf's text goes into the room's [Tree] (RFC 6962). The [Host] signs the tree's [Head]: the result is
// a checkpoint, a C2SP signed note, which anyone who knows the [HostKey] can [HostKey.Open].
//
//	leaf := record.Leaf{Room: room, Kind: "remark.write", Author: "us-head", Seen: tree.Head(), Time: now, Commitment: record.Commit(salt, payload)}
//	text, err := leaf.MarshalText()
//	tree.Append(record.LeafHash(text))
//	checkpoint, err := host.Sign(room, tree.Head())
//
// # Checking
//
//   - [CheckInclusion]: this entry is in the tree of that head. [VerifyProof] does it for a proof file (C2SP tlog-proof).
//   - [CheckConsistency]: the newer head only added to the older one.
//   - [Verify]: a whole archive, as [ArchiveWriter] wrote it: every payload, leaf, head seen, time and root, the signatures,
//     and agreement with checkpoints kept from earlier. [ReadArchive] does the same and hands over the entries.
//
// # What is not promised
//
// A host can withhold: an act it never acknowledged, an answer, newer entries. It cannot change, drop or reorder what it
// has signed, nor show two parties different records, without leaving signed evidence as soon as they compare
// checkpoints or one of them writes. An entry's time is the host's claim; the order is the tree's. Erasing an entry
// destroys payload and salt; its leaf stays, and says nothing of the payload.
package record
