package archtest

import (
	"errors"
	"go/ast"
	"go/types"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/internal/ledger"
	"parley/internal/talks"
)

// bytesOut is every exported name of the gate through which bytes leave, and why that is right.
var bytesOut = map[string]string{
	"Receipt.Leaf":         "the author's own entry; a leaf has no words",
	"Receipt.Checkpoint":   "signed for all members, among whom the author is",
	"Proof.Leaf":           "of an entry that the viewer sees",
	"Proof.Salt":           "of an entry that the viewer sees: without it nobody can check the words",
	"Proof.Payload":        "of an entry that the viewer sees, as it was signed",
	"Proof.Checkpoint":     "of a room that the viewer sees",
	"Extension.Checkpoint": "of a room that the viewer sees",
	"Ledger.Checkpoint":    "of a room that the viewer sees",
	"Ledger.Archive":       "writes what the viewer sees, with its proofs",
	"Ledger.Backup":        "a copy of the whole folder, for who has the folder; see TestCopiesAreForWhoHasTheFolder",
	"WriteBackup":          "a copy of the whole folder, for who has the folder; see TestCopiesAreForWhoHasTheFolder",
}

// noViewer is every exported function and method of the gate that takes no Viewer, and why it needs none.
var noViewer = map[string]string{
	"Open":             "opens the folder",
	"WithClock":        "an option of Open",
	"WithSeed":         "an option of Open",
	"WithIdle":         "an option of Open",
	"WithObserver":     "an option of Open, which is told how many and how long",
	"WithLog":          "an option of Open",
	"WithPin":          "an option of Open",
	"AcceptOlder":      "an option of Open",
	"Ledger.PinErr":    "the host's own fault",
	"Ledger.Accepted":  "the operator's sizes",
	"Ledger.Backup":    "for who has the folder, and in it everything",
	"WriteBackup":      "for who has the folder, and in it everything",
	"BackupFolder":     "for who has the folder, and in it everything",
	"Restore":          "makes a folder of what its caller has, and reports sizes",
	"Check":            "the operator's sizes, and what is wrong",
	"Key":              "an option of Append",
	"Seen":             "an option of Append",
	"Expect":           "an option of Append",
	"ValidProcess":     "a form",
	"Ledger.Close":     "shows nothing",
	"Ledger.Failed":    "shows nothing",
	"Ledger.Err":       "the host's own fault",
	"Ledger.HostKey":   "public",
	"Ledger.Processes": "the operator's sizes, which is all that the operator sees",
	"Ledger.Load":      "the operator founds a process; its authors are whom the script names",
	"Ledger.Restore":   "the operator writes one act, for the convener's delegation, and reads nothing; everybody in the lobby sees it",
	"Ledger.Convener":  "the operator invites to the seat that it founded the process with, and asks for nothing else",
}

// exported calls f with each exported function and method of the gate.
func exported(t *testing.T, f func(name string, d *ast.FuncDecl)) {
	t.Helper()
	for _, s := range sources(t) {
		if s.test || s.pkg != "parley/internal/ledger" {
			continue
		}
		for _, d := range s.ast.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || !fn.Name.IsExported() {
				continue
			}
			name := fn.Name.Name
			if fn.Recv != nil {
				recv := strings.TrimPrefix(types.ExprString(fn.Recv.List[0].Type), "*")
				if !ast.IsExported(recv) {
					continue
				}
				name = recv + "." + name
			}
			f(name, fn)
		}
	}
}

// TestNothingRawLeaves: no exported function, method or field of the gate has a type of the storages, and bytes leave only where the
// list says.
func TestNothingRawLeaves(t *testing.T) {
	used := map[string]bool{}
	exported(t, func(name string, fn *ast.FuncDecl) {
		if sig := types.ExprString(fn.Type); strings.Contains(sig, "raw.") || strings.Contains(sig, "sqlite.") || strings.Contains(sig, "memory.") {
			t.Errorf("%s has a type of a storage: %s", name, sig)
		}
		writer := func(f *ast.Field) bool { return types.ExprString(f.Type) == "io.Writer" }
		bytes := func(f *ast.Field) bool { return strings.Contains(types.ExprString(f.Type), "[]byte") }
		if slices.ContainsFunc(fn.Type.Params.List, writer) || (fn.Type.Results != nil && slices.ContainsFunc(fn.Type.Results.List, bytes)) {
			used[name] = true
		}
	})
	for _, s := range sources(t) {
		if s.test || s.pkg != "parley/internal/ledger" {
			continue
		}
		ast.Inspect(s.ast, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok || !spec.Name.IsExported() {
				return true
			}
			st, ok := spec.Type.(*ast.StructType)
			if !ok {
				return true
			}
			for _, f := range st.Fields.List {
				typ := types.ExprString(f.Type)
				for _, n := range f.Names {
					if n.IsExported() && strings.Contains(typ, "raw.") {
						t.Errorf("%s.%s has a type of a storage", spec.Name.Name, n.Name)
					}
					if n.IsExported() && strings.Contains(typ, "[]byte") {
						used[spec.Name.Name+"."+n.Name] = true
					}
				}
			}
			return true
		})
	}
	for name := range used {
		if bytesOut[name] == "" {
			t.Errorf("bytes leave the gate through %s: say in bytesOut why that is right", name)
		}
	}
	for name := range bytesOut {
		if !used[name] {
			t.Errorf("bytesOut speaks of %s, which is not there", name)
		}
	}
}

// TestCopiesAreForWhoHasTheFolder: only the command line copies whole folders, for somebody who could copy the files as well. What the server answers
// passes a View, the host's operator's pages too.
func TestCopiesAreForWhoHasTheFolder(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || under(s.pkg, "parley/cmd") || under(s.pkg, "parley/internal/ledger") {
			continue
		}
		ast.Inspect(s.ast, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			x, _ := sel.X.(*ast.Ident)
			of := x != nil && x.Name == "ledger" && slices.Contains([]string{"WriteBackup", "BackupFolder", "Restore", "Restoring"}, sel.Sel.Name)
			if of || sel.Sel.Name == "Backup" && !under(s.pkg, "parley/internal/account") {
				t.Errorf("%s uses %s", s.fset.Position(sel.Pos()), sel.Sel.Name)
			}
			return true
		})
	}
}

// TestEveryQuestionHasAViewer: who asks is always said, and never taken from a context.
func TestEveryQuestionHasAViewer(t *testing.T) {
	seen := map[string]bool{}
	exported(t, func(name string, fn *ast.FuncDecl) {
		if recv, _, method := strings.Cut(name, "."); method && recv != "Ledger" {
			return // what was handed out already
		}
		seen[name] = true
		has := slices.ContainsFunc(fn.Type.Params.List, func(f *ast.Field) bool { return types.ExprString(f.Type) == "Viewer" })
		if !has && noViewer[name] == "" {
			t.Errorf("%s takes no Viewer: say in noViewer why it needs none", name)
		}
		if has && noViewer[name] != "" {
			t.Errorf("noViewer speaks of %s, which takes one", name)
		}
	})
	for name := range noViewer {
		if !seen[name] {
			t.Errorf("noViewer speaks of %s, which is not there", name)
		}
	}
	for _, s := range sources(t) {
		if s.test || s.generated() {
			continue
		}
		ast.Inspect(s.ast, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if name := types.ExprString(call.Fun); name == "context.WithValue" {
				t.Errorf("%s puts something into a context: pass it", s.fset.Position(n.Pos()))
			}
			return true
		})
	}
}

// TestViewsAreMadeByTheGate: a View has no exported field, so nobody else can fill one in, and the zero View and Viewer show nothing.
func TestViewsAreMadeByTheGate(t *testing.T) {
	view := reflect.TypeFor[ledger.View]()
	for f := range view.Fields() {
		if f.IsExported() {
			t.Errorf("View has the exported field %s", f.Name)
		}
	}
	l, err := ledger.Open(t.Context(), "memory:", ledger.WithSeed(1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	rooms, err := l.Load(t.Context(), ledger.Script{Process: "p", Items: []ledger.Item{{
		Room: "lobby", Seat: "sa-head", At: time.Date(2025, 2, 18, 9, 0, 0, 0, time.UTC), Kind: "room.open", Act: &talks.RoomOpen{Type: talks.Lobby, Title: "Lobby"},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []ledger.Viewer{{}, {Process: "p"}, {Seat: "sa-head"}, {Process: "p", Seat: "sa"}, {Process: "p", Seat: "sa-"}} {
		if _, err := l.View(t.Context(), v); !errors.Is(err, ledger.ErrNotFound) {
			t.Errorf("%+v sees something: %v", v, err)
		}
		if _, err := l.Append(t.Context(), v, rooms["lobby"], "remark.write", []byte(`{"text":"x"}`)); !errors.Is(err, ledger.ErrNotFound) {
			t.Errorf("%+v writes: %v", v, err)
		}
	}
}
