package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"parley/examples"
)

// TestMCP: the command speaks the protocol on its standard input and output, for a seat of a folder, and ends with its input.
func TestMCP(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	file := filepath.Join(t.TempDir(), "riyadh.yaml")
	if err := os.WriteFile(file, []byte(examples.Riyadh), 0o600); err != nil {
		t.Fatal(err)
	}
	none := func(string) string { return "" }
	if code := run(t.Context(), []string{"load", file, "--data", data}, none, strings.NewReader(""), io.Discard, os.Stderr); code != exitOK {
		t.Fatalf("load ended with %d", code)
	}
	in, toCommand := io.Pipe()
	fromCommand, out := io.Pipe()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{"mcp", "riyadh-2025", "--data", data, "--as", "us-head"}, none, in, out, os.Stderr)
	}()
	c := mcp.NewClient(&mcp.Implementation{Name: "test", Version: "1"}, nil)
	s, err := c.Connect(ctx, &mcp.IOTransport{Reader: fromCommand, Writer: toCommand}, nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.CallTool(ctx, &mcp.CallToolParams{Name: "who_am_i"})
	if err != nil || r.IsError {
		t.Fatalf("%v %v", r, err)
	}
	if said := r.Content[0].(*mcp.TextContent).Text; !strings.Contains(said, `"us-head"`) {
		t.Errorf("who_am_i says %s", said)
	}
	_ = toCommand.Close()
	if code := <-ended; code != exitOK {
		t.Errorf("the command ended with %d", code)
	}
}
