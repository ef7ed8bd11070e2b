// Package office writes what other programs open: calendars (iCalendar, RFC 5545), workbooks (Office Open XML, ECMA-376) and tables of
// comma-separated values (RFC 4180).
//
// It is given plain words, dates and tables, and knows nothing of the talks. It has no clock and no chance: what it writes is a function of
// what it is given, to the last byte, so that a file tells nothing that the view which it was made of does not.
package office
