package client

import (
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Body is JSON as it is, such as what an act says.
type Body []byte

// MarshalJSON returns the JSON.
func (b Body) MarshalJSON() ([]byte, error) {
	if len(b) == 0 {
		return []byte("null"), nil
	}
	return b, nil
}

// UnmarshalJSON keeps the JSON.
func (b *Body) UnmarshalJSON(text []byte) error {
	*b = append((*b)[:0:0], text...)
	return nil
}

// String returns the JSON.
func (b Body) String() string { return string(b) }

// Decode reads the JSON into a value.
func (b Body) Decode(into any) error {
	if err := json.Unmarshal(b, into); err != nil {
		return fmt.Errorf("reading a body: %w", err)
	}
	return nil
}

// Fields is an act's body written by hand.
type Fields map[string]any

// bodyOf returns the bytes of a body: those that are given, or a value as JSON.
func bodyOf(v any) (Body, error) {
	switch v := v.(type) {
	case Body:
		return v, nil
	case []byte:
		return v, nil
	case string:
		return Body(v), nil
	}
	b, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		return nil, fmt.Errorf("writing the act's body: %w", err)
	}
	return b, nil
}

// envelope is an act as it is sent. The body stands in it byte for byte, for that is what is stored and hashed.
func envelope(kind string, body Body, o *appending) ([]byte, error) {
	if !jsontext.Value(body).IsValid() {
		return nil, fmt.Errorf("the act's body is not JSON: %.100q", body)
	}
	word, err := json.Marshal(kind)
	if err != nil {
		return nil, fmt.Errorf("writing the act's kind: %w", err)
	}
	key, err := json.Marshal(o.key)
	if err != nil {
		return nil, fmt.Errorf("writing the key: %w", err)
	}
	b := fmt.Appendf(nil, `{"kind":%s,"body":%s,"key":%s`, word, body, key)
	if o.seen >= 0 {
		b = fmt.Appendf(b, `,"seen":%d`, o.seen)
	}
	if o.expect {
		b = append(b, `,"expect":true`...)
	}
	return append(b, '}'), nil
}
