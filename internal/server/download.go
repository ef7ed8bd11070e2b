package server

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"parley/internal/talks"
	"parley/record"
)

// archive sends all that the seat may see, with proofs, as a file that "parley verify" checks.
func (s *server) archive(w http.ResponseWriter, r *http.Request) error {
	v, err := s.viewer(r, r.PathValue("process"))
	if err != nil {
		return err
	}
	if _, err := s.Ledger.View(r.Context(), v); err != nil {
		return err
	}
	attach(w, "text/plain; charset=utf-8", fmt.Sprintf("%s-%s.parley-archive", v.Process, v.Seat))
	if r.Method == http.MethodHead {
		w.WriteHeader(http.StatusOK)
		return nil
	}
	// An archive can be larger than memory should hold, so it is sent as it is written. An error on the way ends the connection, and
	// what arrived lacks the archive's last line.
	return s.Ledger.Archive(r.Context(), v, &steady{w, http.NewResponseController(w)})
}

// export sends what the view shows as a process file.
func (s *server) export(w http.ResponseWriter, r *http.Request) error {
	view, err := s.apiViewer(r)
	if err != nil {
		return err
	}
	if s.Export == nil {
		return errNotFound
	}
	var b bytes.Buffer
	if err := s.Export(r.Context(), view, &b); err != nil {
		return fmt.Errorf("exporting: %w", err)
	}
	attach(w, "", fmt.Sprintf("%s-%s.yaml", view.Process(), view.Seat()))
	send(w, http.StatusOK, "text/yaml; charset=utf-8", b.Bytes())
	return nil
}

// proof sends the proof of one entry as a C2SP tlog-proof.
func (s *server) proof(w http.ResponseWriter, r *http.Request) error {
	v, err := s.viewer(r, r.PathValue("process"))
	if err != nil {
		return err
	}
	index, err := strconv.ParseInt(r.PathValue("index"), 10, 64)
	if err != nil {
		return errNotFound
	}
	id := talks.RoomID(r.PathValue("room"))
	proof, err := s.Ledger.Prove(r.Context(), v, id, index)
	if err != nil {
		return err
	}
	b, err := record.MarshalProof(proof.Proof())
	if err != nil {
		return fmt.Errorf("writing the proof: %w", err)
	}
	attach(w, "", fmt.Sprintf("%s-%d.tlog-proof", id, index))
	send(w, http.StatusOK, "text/plain; charset=utf-8", b)
	return nil
}

// steady is for answers that take as long as they are: a reader may be slow, as long as it goes on reading.
type steady struct {
	w  io.Writer
	rc *http.ResponseController
}

func (s *steady) Write(b []byte) (int, error) {
	_ = s.rc.SetWriteDeadline(time.Now().Add(pageTime))
	return s.w.Write(b)
}

// attach makes an answer a file to keep. Names have letters, digits, hyphens and dots only, so that they need no escaping.
func attach(w http.ResponseWriter, kind, name string) {
	if kind != "" {
		w.Header().Set("Content-Type", kind)
	}
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
}
