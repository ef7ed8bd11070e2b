package assistant

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/modelcontextprotocol/go-sdk/mcp"
)

type describing struct {
	Kind string `json:"kind,omitempty" jsonschema:"the kind of act, as in remark.write"`
}

// document is the part of the API's own description that says what acts are.
type document struct {
	Components struct {
		Schemas map[string]jsontext.Value `json:"schemas"`
	} `json:"components"`
	Paths map[string]map[string]struct {
		RequestBody struct {
			Content map[string]struct {
				Examples map[string]struct {
					Value jsontext.Value `json:"value"`
				} `json:"examples"`
			} `json:"content"`
		} `json:"requestBody"`
	} `json:"paths"`
}

// describe says what an act takes, from the API's own document.
func (a *assistant) describe(ctx context.Context, _ *mcp.CallToolRequest, in describing) (*mcp.CallToolResult, any, error) {
	b, err := a.api.Ask(ctx, "GET", "/api/openapi.json", nil, nil)
	if err != nil {
		return nil, nil, err
	}
	var d document
	if err := json.Unmarshal(b, &d); err != nil {
		return nil, nil, fmt.Errorf("reading the API's document: %w", err)
	}
	examples := map[string]jsontext.Value{}
	for _, op := range d.Paths["/api/v1/processes/{process}/rooms/{room}/acts"]["post"].RequestBody.Content {
		for kind, e := range op.Examples {
			examples[kind] = e.Value
		}
	}
	if in.Kind == "" {
		var kinds []string
		for k := range examples {
			kinds = append(kinds, k)
		}
		slices.Sort(kinds)
		return text(strings.Join(kinds, "\n")), nil, nil
	}
	schema, known := d.Components.Schemas[in.Kind]
	if !known || examples[in.Kind] == nil {
		return nil, nil, fmt.Errorf("there is no act of the kind %q; call describe_act without a kind for those there are", in.Kind)
	}
	out := fmt.Appendf(nil, "schema: %s\nexample: %s\n", schema, examples[in.Kind])
	// What the schema refers to, and what that does.
	done := map[string]bool{}
	for todo := refs(schema); len(todo) > 0; {
		name := todo[0]
		todo = todo[1:]
		if done[name] {
			continue
		}
		done[name] = true
		out = fmt.Appendf(out, "%s: %s\n", name, d.Components.Schemas[name])
		todo = append(todo, refs(d.Components.Schemas[name])...)
	}
	return text(string(out)), nil, nil
}

// refs are the names of the schemas that a schema refers to.
func refs(schema jsontext.Value) []string {
	var out []string
	for _, part := range strings.Split(string(schema), `"#/components/schemas/`)[1:] {
		name, _, _ := strings.Cut(part, `"`)
		out = append(out, name)
	}
	return out
}
