//go:build !linux

package ledger_test

import "os"

// writeUnderFaults is for Linux, which has strace.
func writeUnderFaults(string) { os.Exit(1) }
