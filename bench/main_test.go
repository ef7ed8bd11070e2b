package bench

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

const roleVariable = "PARLEY_BENCH_SERVER"

// ready is what a server says on its first line, once it answers.
type ready struct {
	URL    string   `json:"url"`
	Room   string   `json:"room"`
	Caucus string   `json:"caucus"` // of Parley: the first delegation's, which its head writes in
	Head   string   `json:"head"`   // of Parley: that head's token
	Tokens []string `json:"tokens"` // one a seat, or a user
}

// TestMain starts the binary as a server where it is told so.
func TestMain(m *testing.M) {
	serve := map[string]func(ctx context.Context, data string, seats int) (*ready, <-chan error, error){"parley": serveParley, "pocketbase": servePeer}
	which := os.Getenv(roleVariable)
	if which == "" {
		os.Exit(m.Run())
	}
	seats, _ := strconv.Atoi(os.Getenv("PARLEY_BENCH_SEATS"))
	if err := child(serve[which], seats); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func child(serve func(context.Context, string, int) (*ready, <-chan error, error), seats int) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	data, err := os.MkdirTemp("", "parley-bench")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(data) }()
	// The server ends when the measuring process does, and so closes its end.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() { _, _ = io.Copy(io.Discard, os.Stdin); cancel() }()
	r, ended, err := serve(ctx, data, seats)
	if err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode(r); err != nil {
		return err
	}
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
		return nil
	}
}

// peer is a running server.
type peer struct {
	ready
	name string
	pid  int
}

// start runs a server as a process of its own until the benchmark ends.
func start(b *testing.B, name string, seats int) *peer {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), roleVariable+"="+name, "PARLEY_BENCH_SEATS="+strconv.Itoa(seats))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = in.Close(); _ = cmd.Wait() })
	p := &peer{name: name, pid: cmd.Process.Pid}
	r := bufio.NewReader(out)
	line, err := r.ReadString('\n')
	if err != nil {
		b.Fatalf("%s did not start: %v", name, err)
	}
	go func() { _, _ = io.Copy(io.Discard, r) }()
	if err := json.Unmarshal([]byte(line), &p.ready); err != nil {
		b.Fatal(err)
	}
	return p
}

// memory is the resident memory of the server, in bytes.
func (p *peer) memory(b *testing.B) float64 {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.pid))
	if err != nil {
		b.Skip(err)
	}
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "VmRSS:" {
			kib, err := strconv.ParseFloat(f[1], 64)
			if err != nil {
				b.Fatal(err)
			}
			return kib * 1024
		}
	}
	b.Fatal("no memory is reported")
	return 0
}
