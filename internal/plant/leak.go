//go:build leak

package plant

import "sync/atomic"

var planted, route atomic.Pointer[string]

// Is reports whether a fault is planted, everywhere or, as fault@route, on the route that is being answered.
func Is(name string) bool {
	p, r := planted.Load(), route.Load()
	return p != nil && (*p == name || r != nil && *p == name+"@"+*r)
}

// Set plants a fault, and takes out the one before.
func Set(name string) { planted.Store(&name) }

// Enter says which route is being answered. One request at a time is answered while faults are planted.
func Enter(name string) { route.Store(&name) }
