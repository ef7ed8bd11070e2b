// Package bench measures Parley over HTTP, beside PocketBase where the two do the same: both write a small JSON record that an access rule lets
// through into SQLite, and both tell subscribers over server-sent events.
//
// It is a module of its own, so that the peer is no dependency of Parley. Run `make bench-peer`, or here:
//
//	go test -run '^$' -bench . -benchtime 3s
//
// Each server is a process of its own, which this test binary starts again as; the clients are goroutines of the measuring process. All
// of them share the machine, so that numbers are to be read as ratios of one run.
package bench
