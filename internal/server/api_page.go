package server

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"parley/internal/talks"
	"parley/web/reference"
)

// faults are all that an answer can be instead of what was asked for, in the order of their statuses.
var faults = []*fault{
	errBadAt, errBadNumber, errBadParameter, errBadForm, errNoAccounts, errWho, errNoSeat, errForbidden, errReadOnly, errCrossOrigin, errNotFound, errConflict, errTaken,
	errOtherSeat, errTooLarge, errMediaType, errEncoded, errElsewhere, errInvalid, errMany, errManyStreams, errPanic, errBusy, errFull, errUnavailable, errStopped,
}

var referred = sync.OnceValue(newReference)

// apiPage shows the API to people. Like the document, it depends on nobody.
func (s *server) apiPage(w http.ResponseWriter, r *http.Request) error {
	l := locale(r, r.URL.Query())
	a := *referred()
	for _, f := range faults {
		a.Problems = append(a.Problems, reference.Problem{
			ID: f.id, Status: f.status, Title: l.T("server.title." + f.id), Text: l.T("server.text." + f.id), Remedy: l.T("server.remedy." + f.id),
		})
	}
	var b bytes.Buffer
	if err := reference.Show(l, &a).Render(r.Context(), &b); err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	send(w, http.StatusOK, "text/html; charset=utf-8", b.Bytes())
	return nil
}

// newReference makes the page's content of the document.
func newReference() *reference.API {
	d := documented()
	a := &reference.API{About: strings.Split(strings.ReplaceAll(aboutAPI, "\n", " "), "  ")}
	for _, tag := range d.openAPI.Tags {
		g := reference.Group{ID: talks.Slug(tag.Name), Title: tag.Name}
		for _, o := range operations() {
			op := d.operations[o.OperationID]
			if op == nil {
				op = &o.Operation
			}
			if slices.Contains(op.Tags, tag.Name) {
				g.Operations = append(g.Operations, referenceOf(op))
			}
		}
		a.Groups = append(a.Groups, g)
	}
	acts := map[string]bool{}
	for _, k := range talks.Catalogue {
		body := strings.TrimPrefix(d.openAPI.Components.Schemas.Map()[string(k)].Properties["body"].Ref, refPrefix)
		acts[body], acts[string(k)] = true, true
		s := schemaOf(string(k), d.openAPI.Components.Schemas.Map()[body])
		s.Text = d.openAPI.Components.Schemas.Map()[string(k)].Description
		s.Example = indented(map[string]any{"kind": string(k), "body": example(k)})
		a.Acts = append(a.Acts, s)
	}
	names := []string{}
	for name := range d.openAPI.Components.Schemas.Map() {
		if !acts[name] && name != "Act" && name != "Body" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		a.Schemas = append(a.Schemas, schemaOf(name, d.openAPI.Components.Schemas.Map()[name]))
	}
	return a
}

const refPrefix = "#/components/schemas/"

func referenceOf(op *huma.Operation) reference.Operation {
	o := reference.Operation{ID: op.OperationID, Method: op.Method, Path: op.Path, Summary: op.Summary, Text: op.Description, Sample: sample(op)}
	for _, p := range op.Parameters {
		f := fieldOf(p.Name, p.Schema, p.Required)
		f.In = p.In
		if p.Description != "" {
			f.Text = p.Description
		}
		o.Params = append(o.Params, f)
	}
	if op.RequestBody != nil {
		for _, m := range op.RequestBody.Content {
			o.Body = append(o.Body, fieldOf("", m.Schema, false))
		}
	}
	statuses := []string{}
	for status := range op.Responses {
		statuses = append(statuses, status)
	}
	slices.Sort(statuses)
	for _, status := range statuses {
		if status >= "300" {
			continue // every address can have a problem: they are described once
		}
		r := op.Responses[status]
		answer := reference.Answer{Status: status, Text: r.Description}
		for kind, m := range r.Content {
			answer.Type = typeOf(m.Schema)
			if kind != jsonType {
				answer.Type = reference.Type{Text: kind}
			}
		}
		o.Answers = append(o.Answers, answer)
	}
	return o
}

// sample is how to ask an operation from a shell.
func sample(op *huma.Operation) string {
	path := op.Path
	for _, p := range op.Parameters {
		value := p.Example
		if value == nil && p.Schema != nil && len(p.Schema.Examples) > 0 {
			value = p.Schema.Examples[0]
		}
		if p.In == "path" && value != nil {
			path = strings.ReplaceAll(path, "{"+p.Name+"}", fmt.Sprint(value))
		}
	}
	path = strings.NewReplacer("{index}", "0", "{id}", "ID").Replace(path)
	var b strings.Builder
	b.WriteString("curl ")
	if op.Method != http.MethodGet {
		b.WriteString("-X " + op.Method + " ")
	}
	b.WriteString("https://talks.example" + path + " \\\n  -H \"Authorization: Bearer $PARLEY_TOKEN\"")
	switch op.OperationID {
	case "api-append":
		fmt.Fprintf(&b, " \\\n  -H \"Content-Type: application/json\" \\\n  -d '{\"kind\":\"remark.write\",\"body\":%s,\"key\":\"a-key-of-your-own\"}'", example("remark.write"))
	case "api-open":
		fmt.Fprintf(&b, " \\\n  -H \"Content-Type: application/json\" \\\n  -d '{\"kind\":\"room.open\",\"body\":%s}'", example("room.open"))
	case "api-mark":
		b.WriteString(" \\\n  -H \"Content-Type: application/json\" \\\n  -d '{\"seen\":{\"mfrggzdfmztwq2lknnwg23tpob\":12}}'")
	case "api-invite":
		b.WriteString(" \\\n  -H \"Content-Type: application/json\" \\\n  -d '{\"seat\":\"us-envoy\"}'")
	case "api-new-token":
		b.WriteString(" \\\n  -H \"Content-Type: application/json\" \\\n  -d '{\"name\":\"minutes\",\"write\":false}'")
	}
	return b.String()
}

func schemaOf(name string, s *huma.Schema) reference.Schema {
	out := reference.Schema{ID: anchor(name), Name: name, Text: s.Description}
	fields := []string{}
	for field := range s.Properties {
		fields = append(fields, field)
	}
	required := func(f string) int {
		if slices.Contains(s.Required, f) {
			return 0
		}
		return 1
	}
	slices.SortFunc(fields, func(a, b string) int {
		if d := required(a) - required(b); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	for _, f := range fields {
		out.Fields = append(out.Fields, fieldOf(f, s.Properties[f], slices.Contains(s.Required, f)))
	}
	return out
}

func fieldOf(name string, s *huma.Schema, required bool) reference.Field {
	f := reference.Field{Name: name, Required: required, Type: typeOf(s), Text: s.Description}
	enum := s.Enum
	if s.Items != nil {
		enum = s.Items.Enum
	}
	for _, v := range enum {
		f.Values = append(f.Values, fmt.Sprint(v))
	}
	return f
}

// typeOf says what stands in a place.
func typeOf(s *huma.Schema) reference.Type {
	switch {
	case s == nil:
		return reference.Type{}
	case s.Ref != "":
		name := strings.TrimPrefix(s.Ref, refPrefix)
		if name == "Act" || name == "Body" {
			return reference.Type{Text: name, Link: "acts"}
		}
		return reference.Type{Text: name, Link: anchor(name)}
	case s.Type == huma.TypeArray:
		t := typeOf(s.Items)
		t.Text = "list of " + t.Text
		return t
	case s.Format != "" && s.Type == huma.TypeString:
		return reference.Type{Text: s.Format}
	}
	return reference.Type{Text: s.Type}
}

// anchor is the place of a schema on the page: that of an act's body is the act's.
func anchor(name string) string {
	for _, k := range talks.Catalogue {
		if name == strings.TrimPrefix(documented().openAPI.Components.Schemas.Map()[string(k)].Properties["body"].Ref, refPrefix) {
			return string(k)
		}
	}
	return name
}

func indented(v any) string {
	b, err := json.Marshal(v, json.Deterministic(true), jsontext.WithIndent("  "), jsontext.EscapeForHTML(false))
	if err != nil {
		return ""
	}
	return string(b)
}
