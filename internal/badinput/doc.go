// Package badinput has one long table of what must not be taken: wrong requests to the pages, the forms and the API, and wrong files and
// arguments at the command line. Each answer must say what was wrong, where, and what would be right; and each must leave the record as it was.
package badinput
