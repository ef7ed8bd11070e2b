package badinput

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/examples"
	"parley/internal/ledger"
	"parley/internal/talks"
	"parley/record"
)

// command is a row of the table of wrong arguments and files. In the arguments and words {dir} is a folder with the example loaded,
// {file} the row's own file, {archive} a good archive, {key} the key of another host.
type command struct {
	name  string
	args  string
	exit  int
	words []string

	file   string              // what is in {file}
	change func([]byte) []byte // or what is done to the archive to get it
}

// The exit codes: a check that says no, wrong use or input, what cannot be read.
const (
	no    = 1
	usage = 2
	inout = 3
)

const load = "load {file} --data {dir}"

// lobby is a good beginning of a process file; its acts go on in line 10.
const lobby = `process: pier
acts:
- room: lobby
  seat: ch-head
  at: 2025-03-01T09:00:00Z
  act: room.open
  kind: lobby
  title: Lobby
  process: The pier
`

// more is an act after the lobby, with the fields given.
func more(fields string) string {
	return lobby + "- {room: lobby, seat: ch-head, at: 2025-03-01T09:01:00Z, " + fields + "}\n"
}

var fileCommands = []command{
	{name: "an empty file", args: load, file: "", exit: usage, words: []string{"the file is empty", "begin with process:"}},
	{name: "a file with a tab", args: load, file: strings.Replace(lobby, "  seat", "\tseat", 1), exit: usage, words: []string{"{file}:4:", "a tab", "indent with spaces"}},
	{name: "a file with a wrong indent", args: load, file: strings.Replace(lobby, "  title", "      title", 1), exit: usage, words: []string{"{file}:8:12", "cannot hold a colon", "in quotes"}},
	{name: "a file with a field twice", args: load, file: strings.Replace(lobby, "  title: Lobby", "  title: Lobby\n  title: Hall", 1), exit: usage, words: []string{"{file}:9:3", "stands twice", "line 8", "keep one"}},
	{name: "a file with an anchor", args: load, file: strings.Replace(lobby, "title: Lobby", "title: &x Lobby", 1), exit: usage, words: []string{"{file}:8:", "the anchor &x", "write out"}},
	{name: "a file of a billion laughs", args: load, file: "a: &a [x,x,x,x]\nb: &b [*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b]\n", exit: usage, words: []string{"{file}:1:", "anchor"}},
	{name: "a file with a tag", args: load, file: strings.Replace(lobby, "title: Lobby", "title: !!python/object:os.system Lobby", 1), exit: usage, words: []string{"{file}:8:", "the tag", "leave it out"}},
	{name: "two files in one", args: load, file: lobby + "---\n" + lobby, exit: usage, words: []string{"several YAML documents", "keep one"}},
	{name: "a file in brackets that do not close", args: load, file: "process: pier\nacts: [{room: lobby", exit: usage, words: []string{"{file}:", "well-formed YAML"}},
	{name: "a file too deep", args: load, file: "process: " + strings.Repeat("[", 200) + strings.Repeat("]", 200), exit: usage, words: []string{"deep"}},
	{name: "a file with a null byte", args: load, file: strings.Replace(lobby, "Lobby", "Lob\x00by", 1), exit: usage, words: []string{"{file}:8:", "control character"}},
	{name: "a file that is not UTF-8", args: load, file: strings.Replace(lobby, "Lobby", "Lob\xff", 1), exit: usage, words: []string{"UTF-8"}},
	{name: "a file of JSON lists", args: load, file: `[{"process":"pier"}]`, exit: usage, words: []string{"{file}:1:1", "a list stands where the head"}},
	{name: "a file with an override in it", args: load, file: strings.Replace(lobby, "title: Lobby", `title: "Lob\u202Eby"`, 1), exit: usage, words: []string{"{file}:8:", "U+202E", "remove it"}},
	{name: "a file with a bad process", args: load, file: strings.Replace(lobby, "pier", "../pier", 1), exit: usage, words: []string{"{file}:1:10", "cannot identify a process"}},
	{name: "a file with an unknown act", args: load, file: more("act: remark.shout, text: x"), exit: usage, words: []string{"{file}:10:", "act 2", "there is no act remark.shout"}},
	{name: "a file with an unknown field", args: load, file: more("act: remark.write, txt: x"), exit: usage, words: []string{"{file}:10:", "txt", "no such field", "its fields are text, on"}},
	{name: "a file with a missing field", args: load, file: more("act: remark.write"), exit: usage, words: []string{"{file}:10:", "text: it is missing"}},
	{name: "a file with a day for a time", args: load, file: strings.Replace(lobby, "at: 2025-03-01T09:00:00Z", "at: 2025-03-01", 1), exit: usage, words: []string{"{file}:5:7", "not a time with its zone"}},
	{name: "a file whose time runs backwards", args: load, file: lobby + "- {room: lobby, seat: ch-head, at: 2025-02-01T09:00:00Z, act: remark.write, text: x}\n", exit: usage, words: []string{"{file}:10:", "before the last entry", "order of time"}},
	{name: "a file with a seat that is none", args: load, file: lobby + "- {room: lobby, seat: to-head, at: 2025-03-01T09:01:00Z, act: remark.write, text: x}\n", exit: usage, words: []string{"{file}:10:", "the delegation “to” is not a member of this room"}},
	{name: "a file that refers to nothing", args: load, file: more("act: remark.write, text: x, on: [nothing]"), exit: usage, words: []string{"{file}:10:", "on/0", "called nothing"}},
	{name: "a file with a room that was not opened", args: load, file: strings.Replace(more("act: remark.write, text: x"), "- {room: lobby", "- {room: cellar", 1), exit: usage, words: []string{"{file}:10:", "a room begins with room.open"}},
	{name: "a file of a process that is there", args: load, file: examples.Riyadh, exit: usage, words: []string{"has a process riyadh-2025 already", "choose another name"}},
	{name: "showing a wrong file", args: "show {file} --as ch-head", file: more("act: remark.write"), exit: usage, words: []string{"{file}:10:", "it is missing"}},
	{name: "the seats of a wrong file", args: "seats {file}", file: "process: pier\n", exit: usage, words: []string{"acts: it is missing"}},
	{name: "a demonstration of a wrong file", args: "demo {file} --data memory: --addr 127.0.0.1:0", file: more("act: remark.write"), exit: usage, words: []string{"{file}:10:", "it is missing"}},
	{name: "a file that is not there", args: "load {dir}/none.yaml --data {dir}", exit: inout, words: []string{"none.yaml", "check the path"}},
	{name: "a folder for a file", args: "load {dir} --data {dir}", exit: inout, words: []string{"is a directory"}},
}

var argumentCommands = []command{
	{name: "no command", args: "", exit: usage, words: []string{"expected one of", "--help"}},
	{name: "an unknown command", args: "negotiate", exit: usage, words: []string{"negotiate", "--help"}},
	{name: "an unknown flag", args: "serve --data {dir} --as us-head", exit: usage, words: []string{"--as", "--help"}},
	{name: "a flag without its value", args: "serve --data", exit: usage, words: []string{"--data"}},
	{name: "an argument too many", args: "seats a b", exit: usage, words: []string{"unexpected argument b"}},
	{name: "no seat", args: "export riyadh-2025 --data {dir}", exit: usage, words: []string{"--as"}},
	{name: "a seat that cannot be", args: "show riyadh-2025 --data {dir} --as Boss", exit: usage, words: []string{`"Boss" is not a seat`, "as in us-head"}},
	{name: "a seat that never was", args: "show riyadh-2025 --data {dir} --as us-nobody", exit: usage, words: []string{"us-nobody is no seat of it", "check both"}},
	{name: "a process that never was", args: "export other --data {dir} --as us-head", exit: usage, words: []string{"there is no process other"}},
	{name: "a process that leads out", args: "archive ../other --data {dir} --as us-head -o -", exit: usage, words: []string{"there is no process ../other"}},
	{name: "a time that is none", args: "show riyadh-2025 --data {dir} --as us-head --at yesterday", exit: usage, words: []string{`"yesterday" is not a time`, "2025-02-18T09:00:00Z"}},
	{name: "a seed that is negative", args: "demo --seed -1 --data memory:", exit: usage, words: []string{"--seed"}},
	{name: "a seed that is a word", args: "demo --seed tomato --data memory:", exit: usage, words: []string{"--seed", "tomato"}},
	{name: "an address that is none", args: "serve --data {dir} --addr nonsense", exit: usage, words: []string{"nonsense", "--addr", "write it as in"}},
	{name: "a port that is none", args: "serve --data {dir} --addr 127.0.0.1:99999", exit: inout, words: []string{"99999", "--addr"}},
	{name: "a folder that is not there", args: "export riyadh-2025 --data {dir}/none --as us-head", exit: inout, words: []string{"none", "check the path"}},
	{name: "a database that is not built in", args: "serve --data postgres://localhost/x", exit: usage, words: []string{"postgres", "parley init"}},
	{name: "an output that cannot be", args: "archive riyadh-2025 --data {dir} --as us-head -o {dir}/none/a", exit: inout, words: []string{"writing", "check the path"}},

	{name: "an archive that is not there", args: "verify {dir}/none", exit: inout, words: []string{"none", "check the path"}},
	{name: "an empty archive", args: "verify {file}", file: "", exit: no, words: []string{"{file}: line 1", "fetch it again"}},
	{name: "an archive that is another file", args: "verify {file}", file: examples.Riyadh, exit: no, words: []string{"{file}: line 1", "it is not an archive"}},
	{name: "a truncated archive", args: "verify {file}", change: func(b []byte) []byte { return b[:len(b)*2/3] }, exit: no, words: []string{"{file}: line ", "cut short", "fetch"}},
	{name: "an archive without its last line", args: "verify {file}", change: func(b []byte) []byte { return b[:bytes.LastIndexByte(b[:len(b)-1], '\n')+1] }, exit: no, words: []string{"the file ends before its last line", "fetch it again"}},
	{name: "an archive with a bit flipped", args: "verify {file}", change: func(b []byte) []byte { b[len(b)/2] ^= 1; return b }, exit: no, words: []string{"entry"}},
	{name: "an archive with two entries exchanged", args: "verify {file}", change: exchange, exit: no, words: []string{"{file}: line ", "entry 0"}},
	{name: "an archive with more after it", args: "verify {file}", change: func(b []byte) []byte { return append(b, "more\n"...) }, exit: no, words: []string{"something follows", "added to the file"}},
	{name: "an archive under another key", args: "verify {archive} --host {key}", exit: no, words: []string{"{archive}: line ", "the host expected is {key}", "forged"}},
	{name: "a key with a letter changed", args: "verify {archive} --host {key}x", exit: usage, words: []string{"--host"}},
	{name: "a key that is none", args: "verify {archive} --host secret", exit: usage, words: []string{"--host"}},
	{name: "a checkpoint that is none", args: "verify {archive} --known {file}", file: "no checkpoint\n", exit: usage, words: []string{"is not a checkpoint", "the room's identifier"}},
	{name: "a checkpoint that is forged", args: "verify {archive} --known {file}", file: nowhere + "\n3\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n— " + nowhere + " AAAAAAAA\n", exit: no, words: []string{nowhere}},
}

// exchange puts the second entry of an archive before the first.
func exchange(b []byte) []byte {
	lines := bytes.SplitAfter(b, []byte("\n"))
	for i := range lines {
		if bytes.HasPrefix(lines[i], []byte("entry ")) && bytes.HasPrefix(lines[i+1], []byte("entry ")) {
			lines[i], lines[i+1] = lines[i+1], lines[i]
			break
		}
	}
	return bytes.Join(lines, nil)
}

// parley builds the program, and a folder with the example and a good archive of it.
func parley(t *testing.T) (bin, dir, archive string) {
	t.Helper()
	bin, dir, archive = filepath.Join(t.TempDir(), "parley"), t.TempDir(), filepath.Join(t.TempDir(), "good.parley-archive")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", bin, "parley/cmd/parley").CombinedOutput(); err != nil {
		t.Fatalf("building the program: %v\n%s", err, out)
	}
	file := filepath.Join(t.TempDir(), "riyadh.yaml")
	if err := os.WriteFile(file, []byte(examples.Riyadh), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"load", file, "--data", dir}, {"archive", process, "--as", "us-head", "--data", dir, "-o", archive}, {"verify", archive}} {
		if code, out, errs := run(t, bin, args); code != 0 {
			t.Fatalf("%s: exit code %d\n%s%s", args, code, out, errs)
		}
	}
	return bin, dir, archive
}

// run runs the program to its end, which a wrong command must come to by itself.
func run(t *testing.T, bin string, args []string) (code int, stdout, stderr string) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	cmd := exec.CommandContext(ctx, bin, args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) || ctx.Err() != nil {
		t.Fatalf("%s: %v, %v\n%s", args, err, ctx.Err(), errs.String())
	}
	return cmd.ProcessState.ExitCode(), out.String(), errs.String()
}

// stored is all that a folder holds: how much, and the tree heads of each room.
func stored(t *testing.T, dir string) string {
	t.Helper()
	l, err := ledger.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	var b strings.Builder
	fmt.Fprintln(&b, l.Processes())
	for _, seat := range []talks.Seat{"us-head", "ru-head", "ua-head", "eu-head", "sa-head"} {
		v, err := l.View(t.Context(), ledger.Viewer{Process: process, Seat: seat})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range v.World().Rooms() {
			fmt.Fprintln(&b, s.Room.ID, v.Head(s.Room.ID))
		}
	}
	return b.String()
}

// TestCommands: each ends with its exit code and clear words on the error output, and leaves nothing.
func TestCommands(t *testing.T) {
	bin, dir, archive := parley(t)
	good, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	other, err := record.NewHost(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	before := stored(t, dir)
	for _, table := range [][]command{fileCommands, argumentCommands} {
		for _, c := range table {
			t.Run(c.name, func(t *testing.T) {
				file := filepath.Join(t.TempDir(), "wrong")
				content := []byte(c.file)
				if c.change != nil {
					content = c.change(bytes.Clone(good))
				}
				if err := os.WriteFile(file, content, 0o600); err != nil {
					t.Fatal(err)
				}
				places := strings.NewReplacer("{dir}", dir, "{file}", file, "{archive}", archive, "{key}", other.Public().String())
				code, out, errs := run(t, bin, strings.Fields(places.Replace(c.args)))
				if code != c.exit {
					t.Errorf("exit code %d, want %d", code, c.exit)
				}
				if !strings.HasPrefix(errs, "parley: ") || strings.Contains(errs, "goroutine ") || len(errs) > 4_000 {
					t.Errorf("the error output is not clear:\n%.2000s", errs)
				}
				if out != "" {
					t.Errorf("the output has an answer:\n%.300s", out)
				}
				for _, w := range c.words {
					if w = places.Replace(w); !strings.Contains(errs, w) {
						t.Errorf("it does not say %q:\n%s", w, errs)
					}
				}
				if len(c.words) == 0 {
					t.Error("the table says no words for this command")
				}
				if after := stored(t, dir); after != before {
					t.Errorf("something was stored:\n%s\nbefore:\n%s", after, before)
				}
			})
		}
	}
}
