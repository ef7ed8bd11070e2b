//go:build leak

package noninterference

import (
	"flag"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"parley/internal/plant"
)

// TestPlanted: each channel's planted leak is caught by the very comparison that TestTwoWorlds makes.
func TestPlanted(t *testing.T) {
	if err := flag.Set("rapid.nofailfile", "true"); err != nil {
		t.Fatal(err)
	}
	if err := flag.Set("rapid.shrinktime", "0s"); err != nil {
		t.Fatal(err)
	}
	for _, c := range channels {
		for _, fault := range c.planted {
			t.Run(c.name+"/"+fault, func(t *testing.T) {
				plant.Set(fault)
				defer plant.Set("")
				_, route, _ := strings.Cut(fault, "@")
				always = append(slices.Clone(c.where), route)
				defer func() { always = nil }()
				if !caught(t, c.by) {
					t.Errorf("the fault %q went unnoticed in %d drawn worlds", fault, drawn)
				}
			})
		}
	}
}

// drawn is in how many drawn worlds a fault has to be noticed.
const drawn = 200

// caught draws worlds until two differ.
func caught(t *testing.T, by comparison) bool {
	if by == nil {
		by = compare
	}
	gen := rapid.Custom(func(rt *rapid.T) string {
		_, difference := by(t, rt)
		return difference
	})
	for seed := range drawn {
		if difference := gen.Example(seed); difference != "" {
			t.Log(difference)
			return true
		}
	}
	return false
}
