package server

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"parley/internal/ledger"
	"parley/internal/server/wire"
)

// Long lists are answered in parts. A part says where the next one begins in a text that is nobody's business but the server's: for the
// entries of a room the next index, and for a list that is made of a view the time of that view and a place, so that what comes in
// between moves nothing.

func seal(parts ...string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strings.Join(parts, " ")))
}

// unseal reads what seal wrote, of so many parts.
func unseal(after string, parts int) ([]string, error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(after)
	out := strings.Split(string(b), " ")
	if err != nil || len(out) != parts {
		return nil, errAfter
	}
	return out, nil
}

var errAfter = wrongParameter("after", "it cannot be read", "send what an answer has at next, and the same other parameters")

// placeAfter reads the cursor of a room's entries.
func placeAfter(after string) (int64, error) {
	parts, err := unseal(after, 2)
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil || n < 0 || parts[0] != "entry" {
		return 0, errAfter
	}
	return n, nil
}

func afterPlace(n int64) string { return seal("entry", strconv.FormatInt(n, 10)) }

// turn answers with a part of a list that is made of a view.
func turn[T any](c *call, after string, limit int, list func(*ledger.View) ([]T, error)) (*wire.Page[T], error) {
	v, err := c.view()
	if err != nil {
		return nil, err
	}
	from := 0
	if after != "" {
		parts, err := unseal(after, 2)
		if err != nil {
			return nil, err
		}
		at, errTime := time.Parse(time.RFC3339Nano, parts[0])
		n, errPlace := strconv.Atoi(parts[1])
		if errTime != nil || errPlace != nil || n < 0 || at.Year() < 1000 {
			return nil, errAfter
		}
		if from = n; !v.AsOf() && !v.World().Time().Equal(at) {
			if v, err = c.s.Ledger.ViewAt(c.r.Context(), c.Viewer, at); err != nil {
				return nil, err
			}
		}
	}
	items, err := list(v)
	if err != nil {
		return nil, err
	}
	from = min(from, len(items))
	to := min(from+limit, len(items))
	out := &wire.Page[T]{Items: append([]T{}, items[from:to]...)}
	if to < len(items) {
		at := v.World().Time()
		if v.AsOf() {
			at = v.Now()
		}
		out.Next = seal(at.UTC().Format(time.RFC3339Nano), strconv.Itoa(to))
	}
	return out, nil
}
