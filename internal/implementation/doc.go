// Package implementation works out what was promised, on what condition, and whether it is being done: the status of every commitment,
// condition and agreement that a world shows, at any date, with the reason; what blocks what; and the fewest things that must come
// about for something to be possible.
//
// It is pure: a function of a world and of a date. What a viewer cannot see has no part in it, so two viewers can rightly be told
// different things, and neither learns from it what the other sees.
//
// # Status
//
// A commitment is at a date
//
//	dormant    what it depends on is not so
//	waiting    what it depends on is so, and its time has not begun, or it is the other side's turn
//	active     it is owed, and its time is not over
//	overdue    its time is over, and nobody whose word decides says that it is done
//	fulfilled  it was done, by the word of who decides
//	breached   it was broken, by the word of who decides
//	disputed   those whose words decide contradict each other
//	lapsed     it ended without having been done: waived, withdrawn, replaced, expired, or its agreement ended
//
// Whose word decides: the verifiers', where there are any; else the beneficiaries' and the obligors' together. A word counts from the day that it
// speaks of, and of one party's words the last stands. A party's own word counts before what another attributes to it, and what a side of the
// commitment attributes to somebody else is shown and decides nothing. Words are never averaged: every one is shown beside the others.
package implementation
