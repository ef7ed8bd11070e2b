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
// commitment attributes to somebody else is shown and decides nothing. What was broken stays breached when who broke it leaves the agreement or takes
// the promise back, until those to whom it is owed waive it. Words are never averaged: every one is shown beside the others.
//
// Of two words of one party the one written later stands; but one that says how far things are, on the way or not done so far, stands no longer
// than until the day of another. That it was not done up to a day contradicts nobody who says that it was done on a later one. What was done once, by
// the word of who decides, is owed from then on, even if that is taken back: it never becomes dormant again.
//
// # Leaving an agreement
//
// Who takes back its consent before the agreement is in force withdraws: under the rule of consensus nobody is bound any more. Once it is in force,
// whatever it entered into force by, the same words denounce it: it ends for who said so, and goes on for the others as long as there are two.
// Which of them it is was settled at the instant before, and nothing that happens later changes it.
//
// # What was erased
//
// What rests on something that was erased says so among its reasons: it is worked out as if the words had never been there, and nobody is to take
// that for the answer that it always was.
//
// # What blocks what
//
// Something waits for what its conditions, its beginning and its agreement name, and a meeting for its preconditions. A circle is made of things each of
// which waits for the next to come about, none of which has; that something must not come about is no waiting. A circle need not be a
// deadlock: there can be another way. A deadlock is what cannot come about even if all is done that can be, where nothing is done before it is
// owed. A date is impossible where what it waits for cannot come about before it.
package implementation
