//go:build !leak

// Package plant is how the proof of non-interference proves itself: in the build with the tag leak, small faults of the kinds that
// other systems had can be switched on, one at a time, and the test must catch each. In every other build Is is the constant
// false, and the faults are not in the program.
package plant

// Is reports whether a fault is planted: never, in this build.
func Is(string) bool { return false }

// Enter says which route is being answered: to nobody, in this build.
func Enter(string) {}
