package archtest

import (
	"go/ast"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// borders say who may import whom. For files that a border holds for, an import that it speaks of must be in its list.
var borders = []struct {
	why   string
	holds func(s *source) bool
	of    func(pkg string) bool // the imports that it speaks of
	may   []string              // those that are allowed, with what is below them
}{
	{
		why:   "record/ is public and pure: whoever checks a record needs nothing but Go's library and the module that guards Go's own checksums",
		holds: func(s *source) bool { return under(s.pkg, "parley/record") && !s.test },
		of:    func(pkg string) bool { return !standard(pkg) },
		may:   []string{"golang.org/x/mod/sumdb"},
	},
	{
		why:   "what is pure has no storage, no network, no files and no chance: the same entries give the same state everywhere",
		holds: func(s *source) bool { return pure(s.pkg) && !s.test },
		of:    standard,
		may: []string{"bytes", "cmp", "errors", "fmt", "iter", "maps", "math", "reflect", "slices", "hash", "sort", "strconv", "strings", "time", "unicode",
			"net/url",             // parses addresses, and opens none
			"sync", "sync/atomic", // what follows from a world is worked out once, by whoever asks first
			"crypto/ed25519", "crypto/sha256", "crypto/subtle", "encoding/base64", "encoding/binary", "encoding/hex", "encoding/json", "bufio", "io", "container/heap"},
	},
	{
		why:   "the talks rest on nothing of the house: whatever else changes, what acts mean does not",
		holds: func(s *source) bool { return talksLike(s.pkg) && !s.test },
		of:    func(pkg string) bool { return !standard(pkg) },
		may: []string{"parley/internal/talks",
			"github.com/go-json-experiment/json", // reads acts strictly
			"golang.org/x/text/unicode/norm"},    // one form of each letter, so that names that look the same are the same
	},
	{
		why:   "client/ is public: a program that uses it gets the record's checks and strict JSON with it, and nothing of the house",
		holds: func(s *source) bool { return under(s.pkg, "parley/client") && !s.test },
		of:    func(pkg string) bool { return !standard(pkg) },
		may:   []string{"parley/record", "github.com/go-json-experiment/json"},
	},
	{
		why:   "the API alone speaks huma: what it answers with passes the one place for errors",
		holds: func(s *source) bool { return s.pkg != "parley/internal/server" },
		of:    func(pkg string) bool { return under(pkg, "github.com/danielgtaylor/huma/v2") },
	},
	{
		why:   "whoever reaches the storages can read every room, so only the gate does",
		holds: func(s *source) bool { return !under(s.pkg, "parley/internal/ledger") },
		of:    func(pkg string) bool { return under(pkg, "parley/internal/ledger/internal") },
	},
	{
		why: "only a storage speaks SQL: a query beside the gate is a way around it. The accounts have a file of their own, with no word of the talks in it",
		holds: func(s *source) bool {
			return !s.test && !under(s.pkg, "parley/internal/ledger/internal/sqlite") && !under(s.pkg, "parley/internal/account/internal/store")
		},
		of: func(pkg string) bool {
			return under(pkg, "database/sql") || strings.HasPrefix(pkg, "modernc.org/sqlite") || under(pkg, "github.com/pressly/goose/v3")
		},
	},
	{
		why:   "the gate knows talks and the record, and nobody who asks it: no web, no server, no files of processes",
		holds: func(s *source) bool { return s.pkg == "parley/internal/ledger" && !s.test },
		of:    func(pkg string) bool { return !standard(pkg) },
		may:   []string{"parley/internal/talks", "parley/internal/sign", "parley/record", "parley/internal/ledger/internal", "parley/internal/plant"},
	},
	{
		why:   "what is signed follows from two entries, and whether a signature holds from the act: without a view, a store or the host",
		holds: func(s *source) bool { return under(s.pkg, "parley/internal/sign") && !s.test },
		of: func(pkg string) bool {
			return under(pkg, "parley") || slices.Contains([]string{"os", "net", "net/http"}, pkg)
		},
		may: []string{"parley/internal/talks", "parley/record"},
	},
	{
		why:   "who may log in is apart from what a seat sees: the accounts know the names of seats and never ask the gate, nor the gate them",
		holds: func(s *source) bool { return under(s.pkg, "parley/internal/account") && !s.test },
		of:    func(pkg string) bool { return under(pkg, "parley") },
		may:   []string{"parley/internal/talks", "parley/internal/account/internal/store", "parley/internal/plant"},
	},
	{
		why: "a page is made of a View and a locale, so that whatever it shows passed the gate: the ledger's View is all of the gate that the " +
			"pages' frame knows, and the pages themselves know the frame",
		holds: func(s *source) bool {
			return under(s.pkg, "parley/web") && !s.test && !under(s.pkg, "parley/web/act/acttest")
		},
		of:  func(pkg string) bool { return under(pkg, "parley/internal") },
		may: []string{"parley/internal/talks", "parley/internal/ledger", "parley/internal/implementation", "parley/internal/office", "parley/internal/readout", "parley/internal/sign", "parley/internal/plant"},
	},
	{
		why:   "what writes files is given words, dates and tables: what is in a file was decided where the view is",
		holds: func(s *source) bool { return s.pkg == "parley/internal/office" && !s.test },
		of:    func(pkg string) bool { return under(pkg, "parley") },
	},
	{
		why:   "the matrix is made of a book, which is made of a world",
		holds: func(s *source) bool { return s.pkg == "parley/internal/office/matrix" && !s.test },
		of:    func(pkg string) bool { return under(pkg, "parley") },
		may:   []string{"parley/internal/implementation", "parley/internal/office", "parley/internal/talks"},
	},
	{
		why:   "planted faults are for the proof of non-interference; where else would they be asked for?",
		holds: func(s *source) bool { return !s.test },
		of:    func(pkg string) bool { return pkg == "parley/internal/plant" },
		may:   []string{"parley/internal/plant"}, // see TestPlants
	},
	{
		why: "nobody imports the server but the program, and nobody the program",
		holds: func(s *source) bool {
			return !under(s.pkg, "parley/cmd") && !under(s.pkg, "parley/internal/server") && !s.test
		},
		of: func(pkg string) bool {
			return under(pkg, "parley/internal/server") || under(pkg, "parley/cmd")
		},
	},
	{
		why:   "what counts and traces knows nothing of the house, so it can name nothing of it",
		holds: func(s *source) bool { return under(s.pkg, "parley/internal/telemetry") && !s.test },
		of:    func(pkg string) bool { return under(pkg, "parley") },
	},
	{
		why:   "only telemetry makes metrics and spans: a label that is made elsewhere could have anything in it",
		holds: func(s *source) bool { return !under(s.pkg, "parley/internal/telemetry") && !s.test },
		of: func(pkg string) bool {
			return under(pkg, "github.com/prometheus") || under(pkg, "go.opentelemetry.io")
		},
	},
	{
		why:   "settings are read, and know nothing of what they are for",
		holds: func(s *source) bool { return under(s.pkg, "parley/internal/config") && !s.test },
		of:    func(pkg string) bool { return under(pkg, "parley") },
	},
	{
		why:   "an assistant has a seat's API and nothing beside it: what it sees, the gate decided",
		holds: func(s *source) bool { return under(s.pkg, "parley/internal/assistant") && !s.test },
		of:    func(pkg string) bool { return under(pkg, "parley") },
		may:   []string{"parley/internal/assistant"},
	},
	{
		why:   "cgo would take the one file away that runs everywhere; unsafe and plugin take the compiler's word away",
		holds: func(*source) bool { return true },
		of:    func(pkg string) bool { return slices.Contains([]string{"C", "unsafe", "plugin"}, pkg) },
	},
	{
		why: "acts are read strictly: encoding/json takes the last of two equal names, so two readers of one signed payload could see two acts",
		holds: func(s *source) bool {
			return !s.test && !under(s.pkg, "parley/internal/bundle") && !under(s.pkg, "parley/web/message") // catalogues are our own
		},
		of: func(pkg string) bool { return pkg == "encoding/json" },
	},
}

// talksLike are the packages of the talks themselves.
func talksLike(pkg string) bool {
	for _, p := range []string{"talks", "draft", "bargain", "forecast", "readout", "implementation"} {
		if under(pkg, "parley/internal/"+p) {
			return true
		}
	}
	return false
}

func pure(pkg string) bool { return talksLike(pkg) || under(pkg, "parley/record") }

func TestBorders(t *testing.T) {
	for _, s := range sources(t) {
		for _, pkg := range s.imports() {
			for _, b := range borders {
				if b.holds(s) && b.of(pkg) && !slices.ContainsFunc(b.may, func(p string) bool { return under(pkg, p) }) {
					t.Errorf("%s imports %s: %s", s.file, pkg, b.why)
				}
			}
		}
	}
}

// TestNoClock: what is pure does not ask what time it is. A time is given to it. Time zones are read in one place, which takes their database
// along: a promise that ends with a day ends with that day somewhere.
func TestNoClock(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || !pure(s.pkg) {
			continue
		}
		ast.Inspect(s.ast, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if sel.Sel.Name == "LoadLocation" && s.pkg == "parley/internal/talks" && strings.HasSuffix(s.file, "due.go") {
				return true
			}
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == "time" &&
				slices.Contains([]string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker", "Local", "LoadLocation"}, sel.Sel.Name) {
				t.Errorf("%s asks for time.%s", s.fset.Position(n.Pos()), sel.Sel.Name)
			}
			return true
		})
	}
}

// TestPlants: a planted fault is asked for as the constant that it is, and only tests set one.
func TestPlants(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || s.pkg == "parley/internal/plant" || under(s.pkg, "parley/internal/noninterference") {
			continue
		}
		ast.Inspect(s.ast, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := sel.X.(*ast.Ident); ok && x.Name == "plant" && sel.Sel.Name != "Is" && sel.Sel.Name != "Enter" {
					t.Errorf("%s uses plant.%s", s.fset.Position(n.Pos()), sel.Sel.Name)
				}
			}
			return true
		})
	}
	for _, file := range files(t) {
		if (file == "Makefile" || strings.HasPrefix(file, "script/") || strings.HasPrefix(file, ".ci/")) &&
			regexp.MustCompile(`(?m)go build[^\n]*-tags[= ]\S*leak`).MatchString(read(t, file)) {
			t.Errorf("%s builds a program with planted faults", file)
		}
	}
}
