package client

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Problem is what the server answers instead of what was asked for (RFC 9457).
type Problem struct {
	Type     string   `json:"type"`
	Title    string   `json:"title"`
	Status   int      `json:"status"`
	Detail   string   `json:"detail"`
	Remedy   string   `json:"remedy"`
	Problems []Detail `json:"problems"` // each thing that is wrong with what was sent
	Size     int64    `json:"size"`     // of a conflict: entries the room has now
	Since    []Entry  `json:"since"`    // of a conflict: those that came in between

	after time.Duration // when the server asks to be asked again
}

// Detail is one thing that is wrong with what was sent.
type Detail struct {
	Code   string `json:"code"`
	Field  string `json:"field"`
	Reason string `json:"reason"`
	Remedy string `json:"remedy"`
}

// Code names the kind of problem, as in "not-found", "conflict" or "read-only".
func (p *Problem) Code() string {
	_, code, ok := strings.Cut(p.Type, "#problem-")
	if !ok {
		return http.StatusText(p.Status)
	}
	return code
}

// Error says what happened, each thing that is wrong, and what to do.
func (p *Problem) Error() string {
	if len(p.Problems) == 0 {
		title := p.Title + ":"
		if strings.HasSuffix(p.Title, "?") {
			title = p.Title
		}
		return strings.TrimSpace(title + " " + p.Detail + " " + p.Remedy)
	}
	lines := make([]string, len(p.Problems))
	for i, d := range p.Problems {
		if lines[i] = d.Reason + "; " + d.Remedy; d.Field != "" {
			lines[i] = d.Field + ": " + lines[i]
		}
	}
	return strings.Join(lines, "\n")
}

// IsNotFound reports whether an error says that there is no such thing, or none that the seat may see.
func IsNotFound(err error) bool { return hasStatus(err, http.StatusNotFound) }

// IsConflict reports whether an error says that a room has moved on.
func IsConflict(err error) bool { return hasStatus(err, http.StatusConflict) }

func hasStatus(err error, status int) bool {
	var p *Problem
	return errors.As(err, &p) && p.Status == status
}

// blames reports whether an error has a status, and says that a field of what was sent is wrong.
func blames(err error, status int, field string) bool {
	var p *Problem
	return errors.As(err, &p) && p.Status == status && slices.ContainsFunc(p.Problems, func(d Detail) bool { return d.Field == field })
}

// unanswered reports whether an error is for want of an answer, and not because of what an answer says.
func unanswered(err error) bool {
	var p *Problem
	var u *url.Error
	return errors.As(err, &p) || errors.As(err, &u) || errors.Is(err, errMoving)
}

// UncheckedError says that the host has given a receipt for an act, and that it could not be checked. The act may be recorded or not.
type UncheckedError struct {
	Room   string
	Index  int64 // where the act stands, as the host says
	Reason error
}

func (e *UncheckedError) Error() string {
	return fmt.Sprintf("the host says that the act is entry %d of room %s, and that could not be checked: %v", e.Index, e.Room, e.Reason)
}

// Unwrap returns why it could not be checked, unless that is a [*Problem]: it was not the act that was refused.
func (e *UncheckedError) Unwrap() error {
	if _, ok := errors.AsType[*Problem](e.Reason); ok {
		return nil
	}
	return e.Reason
}

// ForkError says that the host showed two records of one room of which neither extends the other. Both are signed: keep them.
type ForkError struct {
	Room   string
	Older  string // the checkpoint that was kept
	Newer  string // the checkpoint that does not extend it
	Reason error
}

func (e *ForkError) Error() string {
	return fmt.Sprintf("the host has shown two records of room %s: %v; keep both checkpoints, and compare them with the other parties", e.Room, e.Reason)
}

// Unwrap returns why the one does not extend the other.
func (e *ForkError) Unwrap() error { return e.Reason }
