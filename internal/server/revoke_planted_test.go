//go:build leak

package server

import (
	"testing"

	"parley/internal/plant"
)

// TestPlantedRevocation: a cache that outlives a session, a token or an account, and streams that do, are noticed by the races of TestRevoked.
func TestPlantedRevocation(t *testing.T) {
	for _, c := range revocations() {
		switch c.name {
		case "a token is revoked", "a session is ended from another", "the operator disables an account":
		default:
			continue
		}
		for _, fault := range []string{"session-cache", "endless-streams"} {
			t.Run(c.name+"/"+fault, func(t *testing.T) {
				plant.Set(fault)
				defer plant.Set("")
				wrong := raced(t, c)
				if len(wrong) == 0 {
					t.Errorf("the fault %q went unnoticed", fault)
				} else {
					t.Log(wrong[0])
				}
			})
		}
	}
}
