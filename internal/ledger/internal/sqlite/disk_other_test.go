//go:build !linux

package sqlite

import "testing"

// smallDisk skips the test.
func smallDisk(t *testing.T, _ int) string {
	t.Skip("mounting a small disk is for Linux")
	return ""
}
