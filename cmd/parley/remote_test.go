package main

import (
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"parley/examples"
	"parley/internal/ledger"
	"parley/internal/processfile"
	"parley/internal/server"
	"parley/internal/talks"
	"parley/record"
)

// TestServerScripts: each script has a server of its own, with the example and a token for any of its seats.
func TestServerScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/server",
		Setup: func(e *testscript.Env) error {
			f, err := processfile.Parse(examples.RiyadhName, strings.NewReader(examples.Riyadh))
			if err != nil {
				return err
			}
			l, err := ledger.Open(t.Context(), "memory:", ledger.WithSeed(1), ledger.WithClock(stepping(f.Start())))
			if err != nil {
				return err
			}
			rooms, err := processfile.Load(t.Context(), l, f)
			if err != nil {
				return err
			}
			s := httptest.NewServer(server.New(server.Config{Ledger: l, Export: processfile.Export, Demo: &server.Demo{Process: f.Process, Seats: []talks.Seat{"us-head"}}}))
			e.Defer(func() { s.Close(); _ = l.Close() })
			e.Setenv("URL", s.URL)
			e.Setenv("HOST", l.HostKey().String())
			host, err := record.NewHost(make([]byte, 32))
			if err != nil {
				return err
			}
			e.Setenv("OTHER", host.Public().String())
			kept := fmt.Sprintf(`{"rooms":{%q:"another record\n"}}`, rooms["direct"])
			if err := os.WriteFile(filepath.Join(e.WorkDir, "other.json"), []byte(kept), 0o600); err != nil {
				return err
			}
			e.Setenv("DIRECT", string(rooms["direct"]))
			return os.WriteFile(filepath.Join(e.WorkDir, "riyadh.yaml"), []byte(examples.Riyadh), 0o600)
		},
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"plain": plain},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}
