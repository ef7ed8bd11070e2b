package client

import (
	"context"
	"net/url"

	"github.com/go-json-experiment/json/jsontext"
)

// Ask sends a request to a path of the server, as in /api/v1/me, and returns the JSON of its answer: for programs that hand answers on, and
// for what has no method here. body is JSON, or nil. A request that meets no answer is sent again, so an act needs its key in the body.
func (c *Client) Ask(ctx context.Context, method, path string, query url.Values, body []byte) ([]byte, error) {
	answer, err := call[jsontext.Value](ctx, c, &request{method: method, path: path, whole: true, query: query, body: body})
	if err != nil {
		return nil, err
	}
	return *answer, nil
}
