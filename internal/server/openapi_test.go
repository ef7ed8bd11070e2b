package server

import (
	"encoding/json"
	"net/http"
	"os"
	"testing"
)

func TestDocument(t *testing.T) {
	h := open(t, nil)
	a := h.get("/api/openapi.json", "")
	if a.status != http.StatusOK || !json.Valid([]byte(a.body)) {
		t.Fatalf("%d\n%.300s", a.status, a.body)
	}
	if out := os.Getenv("OPENAPI_OUT"); out != "" {
		_ = os.WriteFile(out, []byte(a.body), 0o600)
	}
}
