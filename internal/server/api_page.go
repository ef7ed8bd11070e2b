package server

import "net/http"

// apiPage describes the API for people.
func (s *server) apiPage(w http.ResponseWriter, r *http.Request) error { return s.apiDocument(w, r) }
