package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/rogpeppe/go-internal/testscript"

	"parley/examples"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"parley": main})
}

func TestScripts(t *testing.T) {
	if _, err := exec.LookPath("ssh-keygen"); err != nil && os.Getenv("PARLEY_REQUIRE_TOOLS") != "" {
		t.Fatal(err) // without it sign.txtar is skipped
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(e *testscript.Env) error {
			return os.WriteFile(filepath.Join(e.WorkDir, "riyadh.yaml"), []byte(examples.Riyadh), 0o600)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"flip":   flip,
			"mode":   mode,
			"cuts":   cuts,
			"plain":  plain,
			"damage": damage,
			"keep":   keep,

			"signers": signers,

			"address": address, "answers": answers, "healthy": healthy, "certificate": certificate,
		},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}

// flip changes a character in the middle of the line of a file that begins with a text: flip FILE TEXT.
func flip(ts *testscript.TestScript, _ bool, args []string) {
	text := []byte(ts.ReadFile(args[0]))
	from := bytes.Index(text, []byte("\n"+args[1]))
	if from < 0 {
		ts.Fatalf("%s has no line %q", args[0], args[1])
	}
	length := bytes.IndexByte(text[from+1:], '\n')
	c := &text[from+1+length/2]
	*c = map[bool]byte{true: 'B', false: 'A'}[*c == 'A']
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), text, 0o600))
}

// mode checks the permissions of a file: mode FILE 600.
func mode(ts *testscript.TestScript, _ bool, args []string) {
	info, err := os.Stat(ts.MkAbs(args[0]))
	ts.Check(err)
	if got := fmt.Sprintf("%o", info.Mode().Perm()); got != args[1] {
		ts.Fatalf("%s has mode %s", args[0], got)
	}
}

// keep writes the checkpoint of a receipt, and what mail and editors make of it: keep RECEIPT FILE.
func keep(ts *testscript.TestScript, _ bool, args []string) {
	var r struct {
		Checkpoint string `json:"checkpoint"`
	}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &r))
	lines := strings.Split(r.Checkpoint, "\n")
	for as, text := range map[string]string{
		"":       r.Checkpoint,
		"-crlf":  strings.ReplaceAll(r.Checkpoint, "\n", "\r\n"),
		"-short": strings.TrimRight(r.Checkpoint, "\n"),
		"-long":  r.Checkpoint + "\n\n",
		"-cut":   strings.Join(lines[:3], "\n"),
	} {
		ts.Check(os.WriteFile(ts.MkAbs(args[1]+as), []byte(text), 0o600))
	}
}

// signers writes a file of signers: signers FILE SEAT=PUBLIC-KEY-FILE...
func signers(ts *testscript.TestScript, _ bool, args []string) {
	var b strings.Builder
	for _, arg := range args[1:] {
		seat, file, _ := strings.Cut(arg, "=")
		b.WriteString(seat + " namespaces=\"parley-adopt@v1\" " + ts.ReadFile(file))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(b.String()), 0o600))
}

// cuts checks that no line of the last output is wider than so many characters.
func cuts(ts *testscript.TestScript, _ bool, args []string) {
	for line := range strings.Lines(ts.ReadFile("stdout")) {
		if columns(strings.TrimSuffix(line, "\n")) > len(args[0]) {
			ts.Fatalf("%q is wider than %d", line, len(args[0]))
		}
	}
}

// plain checks that a file has no character that acts on a terminal.
func plain(ts *testscript.TestScript, _ bool, args []string) {
	if strings.ContainsAny(ts.ReadFile(args[0]), "\x1b\x07\r") {
		ts.Fatalf("%s has control characters", args[0])
	}
}

// started runs the program until the test ends. It returns the address that the program tells and what it prints.
func started(t *testing.T, args ...string) (url string, lines <-chan string) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	r, w := io.Pipe()
	code := make(chan int, 1)
	var stderr strings.Builder
	go func() {
		code <- run(ctx, args, func(string) string { return "" }, strings.NewReader(""), w, &stderr)
		_ = w.Close()
	}()
	out := make(chan string, 100)
	go func() {
		for s := bufio.NewScanner(r); s.Scan(); {
			out <- s.Text()
		}
		close(out)
	}()
	t.Cleanup(func() {
		stop()
		if c := <-code; c != exitOK {
			t.Errorf("exit code %d: %s", c, stderr.String())
		}
	})
	for line := range out {
		if _, after, ok := strings.Cut(line, " at http://"); ok {
			return "http://" + after, out
		}
		t.Log(line)
	}
	t.Fatal("the program did not say where it serves")
	return "", nil
}

func get(t *testing.T, url, seat string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if seat != "" {
		req.Header.Set("Authorization", "Bearer demo:"+seat)
	}
	res, err := http.DefaultTransport.RoundTrip(req) // which follows nobody who sends it on
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

func TestDemoShowsTheExample(t *testing.T) {
	url, _ := started(t, "demo", "--addr", "127.0.0.1:0", "--data", "memory:")
	if code, body := get(t, url+"/p/riyadh-2025", "us-head"); code != http.StatusOK || !strings.Contains(body, "Direct, Riyadh") {
		t.Errorf("us-head: %d", code)
	}
	if code, body := get(t, url+"/p/riyadh-2025", "ua-head"); code != http.StatusOK || strings.Contains(body, "Direct, Riyadh") {
		t.Errorf("ua-head: %d, or it sees the direct room", code)
	}
}

func TestDemoWithASeedIsTheSameAgain(t *testing.T) {
	var bodies [2]string
	for i := range bodies {
		url, _ := started(t, "demo", "--addr", "127.0.0.1:0", "--data", "memory:", "--seed", "5")
		_, bodies[i] = get(t, url+"/api/v1/processes/riyadh-2025/view", "ru-head")
	}
	if bodies[0] != bodies[1] || !strings.Contains(bodies[0], `"seat":"ru-head"`) {
		t.Error("two demonstrations from one seed differ")
	}
}

func TestDemoRefusesAFolderOfAnotherSeed(t *testing.T) {
	made, other := filepath.Join(t.TempDir(), "made"), filepath.Join(t.TempDir(), "other")
	demo := func(data, seed string) (int, string) {
		ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
		defer stop()
		r, w := io.Pipe()
		go func() {
			for s := bufio.NewScanner(r); s.Scan(); {
				if strings.Contains(s.Text(), " at http://") {
					stop()
				}
			}
		}()
		var stderr strings.Builder
		args := []string{"demo", "--addr", "127.0.0.1:0", "--data", data}
		if seed != "" {
			args = append(args, "--seed", seed)
		}
		code := run(ctx, args, func(string) string { return "" }, nil, w, &stderr)
		_ = w.Close()
		return code, stderr.String()
	}
	for _, c := range []struct {
		data, seed string
		code       int
	}{{made, "5", exitOK}, {made, "5", exitOK}, {made, "6", exitUsage}, {other, "", exitOK}, {other, "5", exitUsage}} {
		code, told := demo(c.data, c.seed)
		if code != c.code || code == exitUsage && !strings.Contains(told, "was made without this seed; choose another --data, or memory:") {
			t.Errorf("seed %q: exit code %d: %s", c.seed, code, told)
		}
	}
}

func TestDemoKeepsTheFolder(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "talks.yaml")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	demo := func(t *testing.T) string {
		t.Helper()
		ctx, stop := context.WithCancel(t.Context())
		r, w := io.Pipe()
		done := make(chan int, 1)
		go func() {
			done <- run(ctx, []string{"demo", file, "--addr", "127.0.0.1:0", "--data", filepath.Join(dir, "data")}, os.Getenv, nil, w, io.Discard)
			_ = w.Close()
		}()
		var told strings.Builder
		for s := bufio.NewScanner(r); s.Scan(); {
			told.WriteString(s.Text() + "\n")
			if strings.Contains(s.Text(), " at http://") {
				stop()
			}
		}
		stop()
		if code := <-done; code != exitOK {
			t.Errorf("exit code %d", code)
		}
		return told.String()
	}
	write(examples.Riyadh)
	if told := demo(t); strings.Contains(told, "already") {
		t.Error(told)
	}
	if told := demo(t); strings.Contains(told, "already") {
		t.Errorf("the same file again: %s", told)
	}
	write(strings.Replace(examples.Riyadh, "Its words are not kept here", "Its words are", 1) + "\n# a comment more\n")
	if told := demo(t); strings.Contains(told, "already") {
		t.Errorf("the same acts with other comments: %s", told)
	}
	write(strings.Replace(examples.Riyadh, "title: Lobby", "title: Hall", 1))
	if told := demo(t); !strings.Contains(told, "has riyadh-2025 already, with other acts") {
		t.Errorf("another file: %s", told)
	}
}

func TestServeHasNoSeatsToTake(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "riyadh.yaml")
	if err := os.WriteFile(file, []byte(examples.Riyadh), 0o600); err != nil {
		t.Fatal(err)
	}
	if code := run(t.Context(), []string{"load", file, "--data", dir}, os.Getenv, nil, io.Discard, io.Discard); code != exitOK {
		t.Fatalf("load: %d", code)
	}
	url, _ := started(t, "serve", "--addr", "127.0.0.1:0", "--data", dir)
	for _, path := range []string{"/p/riyadh-2025", "/api/v1/processes/riyadh-2025/view"} {
		if code, body := get(t, url+path, "us-head"); code == http.StatusOK || strings.Contains(body, "Riyadh") {
			t.Errorf("%s: the demonstration's bearer is taken: %d", path, code)
		}
	}
}

func TestClocks(t *testing.T) {
	start := time.Date(2025, 2, 18, 21, 40, 0, 0, time.UTC)
	now := time.Now()
	c := elapsing(start, func() time.Time { return now })
	now = now.Add(time.Minute)
	if got := c(start); !got.Equal(start.Add(time.Minute)) {
		t.Errorf("after a minute: %v", got)
	}
	if late := start.Add(time.Hour); !c(late).Equal(late) {
		t.Error("the clock shows a time before the last entry")
	}
	s := stepping(start)
	if got := s(start.Add(-time.Hour)); !got.Equal(start) {
		t.Errorf("before the start: %v", got)
	}
	if got := s(start); !got.Equal(start.Add(time.Second)) {
		t.Errorf("at the start: %v", got)
	}
}
