// Package readout lays accounts of one meeting side by side: what all of them say, what only some or one of them says, and where they
// differ. It compares wording and figures and nothing else: it does not understand what is said, so that two points that are found alike can
// still mean different things, and two that are found different can mean the same. People judge; what is found is where to look.
//
// Everything here is a function of the accounts alone. The order of the accounts and the order of the points within one change nothing but
// the order in which the rows are listed.
package readout
