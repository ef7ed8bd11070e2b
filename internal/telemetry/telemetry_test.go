package telemetry

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// TestNil: who is not told of anything needs no meter and no tracer.
func TestNil(t *testing.T) {
	var m *Meter
	m.Request("room", 200, time.Second, false)
	m.NotLetIn(ByHost)
	m.Live(1)
	m.Append(Stored)
	m.Commit(1, time.Second, nil)
	m.LogIn(Denied)
	m.Sizes(nil)
	var tr *Tracer
	tr.Request("GET", "room")(200)
	if err := tr.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestMeter(t *testing.T) {
	m := New("v1")
	m.Request("room", 200, 3*time.Millisecond, false)
	m.Request("live", 200, time.Hour, true)
	m.Request("room", 0, time.Millisecond, false)
	m.Live(1)
	m.Append(Repeated)
	m.Commit(3, 2*time.Millisecond, nil)
	m.Commit(3, 2*time.Millisecond, errors.New("the disk is full"))
	m.LogIn(Limited)
	m.NotLetIn(ByLoad)
	m.Sizes(func() Sizes { return Sizes{Processes: 2, Rooms: 5, Entries: 70, Ready: true} })
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", http.NoBody))
	for _, want := range []string{
		`parley_requests_total{class="2xx",route="room"} 1`, `parley_requests_total{class="none",route="room"} 1`, `parley_request_seconds_count{route="room"} 2`,
		"parley_live_connections 1", `parley_appends_total{result="repeated"} 1`, `parley_appends_total{result="stored"} 0`, `parley_commit_acts_sum 3`,
		`parley_commit_seconds_count{result="failed"} 1`, `parley_logins_total{result="limited"} 1`, `parley_not_let_in_total{why="load"} 1`,
		"parley_processes 2", "parley_rooms 5", "parley_entries 70", "parley_ready 1", "parley_disk_writable 0", `parley_build_info{version="v1"} 1`,
	} {
		if !strings.Contains(w.Body.String(), want+"\n") {
			t.Errorf("no %s", want)
		}
	}
	if strings.Contains(w.Body.String(), `parley_request_seconds_count{route="live"}`) {
		t.Error("a live connection is timed")
	}
}

func TestTracerRefuses(t *testing.T) {
	for _, endpoint := range []string{"", "127.0.0.1:4318", "ftp://x", "http://", "::"} {
		if _, err := NewTracer(t.Context(), TracerOptions{Endpoint: endpoint}); err == nil {
			t.Errorf("%q is taken", endpoint)
		}
	}
}

// TestShare: a share of 0 tells of nothing.
func TestShare(t *testing.T) {
	told := 0
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { told++ }))
	defer s.Close()
	for share, want := range map[float64]bool{0: false, 1: true} {
		told = 0
		tr, err := NewTracer(t.Context(), TracerOptions{Endpoint: s.URL, Share: share})
		if err != nil {
			t.Fatal(err)
		}
		for range 10 {
			tr.Request("GET", "room")(200)
		}
		if err := tr.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if (told > 0) != want {
			t.Errorf("a share of %v: told %d times", share, told)
		}
	}
}
