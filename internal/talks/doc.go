// Package talks is what talks are made of: acts, the state of a room that follows from them, and what a set of rooms shows together.
//
// An [Act] is one thing somebody did: declared a party, opened a room, took a position. Every act is an entry of exactly one
// room. [State] is the fold of one room's entries and of nothing else; [World] is the merge of the states of several rooms,
// which is what a viewer sees. [Check] says whether an act may be appended, given the room's own view and nothing more.
//
// The package is pure: no clock, no random source, no storage, no network. Fold and merge are total and deterministic: they
// cannot fail, do not depend on the order of a map, and keep an act of an unknown kind as an opaque line. Everything that
// can be refused is refused by Check, before an append.
//
// A concept has one file: its acts, its part of the state, its checks. [Rules] has one line for each kind of act.
package talks
