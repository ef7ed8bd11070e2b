package server

import (
	_ "embed"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"parley/internal/talks"
)

// examples are an act of each kind, told as one small process: a test writes all of them, in the order of the file.
//
//go:embed examples.json
var examplesJSON []byte

// anExample is the body of an act, and where the test writes it.
type anExample struct {
	Kind talks.Kind     `json:"kind"`
	Room string         `json:"room"` // the test's name for the room
	Seat talks.Seat     `json:"seat"`
	Body jsontext.Value `json:"body"`
}

func examples() []anExample {
	var out []anExample
	if err := json.Unmarshal(examplesJSON, &out, json.RejectUnknownMembers(true)); err != nil {
		panic("server: examples.json: " + err.Error())
	}
	return out
}

// example is the body of the first example of a kind.
func example(k talks.Kind) jsontext.Value {
	for _, e := range examples() {
		if e.Kind == k {
			return e.Body
		}
	}
	return jsontext.Value("{}")
}
