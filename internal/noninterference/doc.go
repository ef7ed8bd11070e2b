// Package noninterference holds the proof that nobody learns anything of a room that they do not sit in: pairs of random
// worlds that differ only in such rooms are asked everything that can be asked, and must give the same bytes.
//
// Half of the worlds have accounts, and are asked by session, by token and by nobody; the others are demonstrations. Worlds of equal sizes are
// asked by the host's operator, and by an assistant whatever its tools can be asked.
//
// It has tests only. The channels they watch are in a table; each has a planted leak, compiled in by the build tag leak, which
// the test must catch.
package noninterference
