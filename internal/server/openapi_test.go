package server

import (
	"crypto/ed25519"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"golang.org/x/crypto/ssh"

	"parley/internal/ledger"
	"parley/internal/sign"
	"parley/internal/talks"
)

func TestDocument(t *testing.T) {
	h := open(t, nil)
	a := h.get("/api/openapi.json", "")
	var d struct {
		OpenAPI    string `json:"openapi"`
		Paths      map[string]map[string]any
		Components struct{ Schemas map[string]map[string]any }
	}
	if err := json.Unmarshal([]byte(a.body), &d); err != nil || a.status != http.StatusOK || d.OpenAPI != "3.1.0" {
		t.Fatalf("%d, %v\n%.300s", a.status, err, a.body)
	}
	for _, rt := range Routes() {
		if strings.HasPrefix(rt.Pattern, apiRoot) && d.Paths[rt.Pattern][strings.ToLower(rt.Method)] == nil {
			t.Errorf("%s %s is not in the document", rt.Method, rt.Pattern)
		}
	}
	for _, m := range regexp.MustCompile(`"\$ref":"#/components/schemas/([^"]+)"`).FindAllStringSubmatch(a.body, -1) {
		if d.Components.Schemas[m[1]] == nil {
			t.Errorf("there is no schema %s", m[1])
		}
	}
	act := d.Components.Schemas["Act"]
	if n := len(act["oneOf"].([]any)); n != len(talks.Catalogue) {
		t.Errorf("an act is one of %d kinds, want %d", n, len(talks.Catalogue))
	}
	mapping := act["discriminator"].(map[string]any)["mapping"].(map[string]any)
	for _, k := range talks.Catalogue {
		if mapping[string(k)] != refPrefix+string(k) || d.Components.Schemas[string(k)]["description"] == "" {
			t.Errorf("%s has no schema", k)
		}
	}
}

// TestSchemasKnowAllWords: every type of words that an act uses says its values, so that a new one is not forgotten.
func TestSchemasKnowAllWords(t *testing.T) {
	seen := map[reflect.Type]bool{}
	var look func(reflect.Type)
	look = func(typ reflect.Type) {
		for typ.Kind() == reflect.Slice || typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		if seen[typ] {
			return
		}
		seen[typ] = true
		switch typ.Kind() {
		case reflect.Struct:
			if typ != reflect.TypeFor[talks.Ref]() {
				walk(typ, func(_ reflect.Type, f reflect.StructField, _ string) { look(f.Type) })
			}
		case reflect.String:
			free := []reflect.Type{reflect.TypeFor[string](), reflect.TypeFor[talks.Seat](), reflect.TypeFor[talks.Delegation](), reflect.TypeFor[talks.Date](), reflect.TypeFor[talks.Decimal](), reflect.TypeFor[talks.Span]()}
			if !slices.Contains(free, typ) && len(wordValues[typ]) == 0 {
				t.Errorf("wordValues does not say the values of %s", typ)
			}
		}
	}
	for _, k := range talks.Catalogue {
		look(reflect.TypeOf(talks.New(k)).Elem())
	}
}

// TestFaultsAreDescribed: every fault stands on the page of the API, where the type of a problem leads to it.
func TestFaultsAreDescribed(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	h := open(t, nil)
	page := h.get("/api", "")
	if page.status != http.StatusOK {
		t.Fatalf("the page: %d", page.status)
	}
	n := 0
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`&fault\{[^,]+, "([^"]+)"\}`).FindAllStringSubmatch(string(text), -1) {
			n++
			if !strings.Contains(page.body, `id="problem-`+m[1]+`"`) {
				t.Errorf("the page of the API does not describe %s", m[1])
			}
		}
	}
	if n < 20 {
		t.Errorf("%d faults were found", n)
	}
	for _, o := range operations() {
		if !strings.Contains(page.body, `id="`+o.OperationID+`"`) {
			t.Errorf("the page of the API does not have %s", o.OperationID)
		}
	}
}

// TestExamples: the examples of the document are acts that can be written, one after another, and fit their schemas.
func TestExamples(t *testing.T) {
	h := open(t, nil)
	registry := documented().openAPI.Components.Schemas
	rooms := map[string]string{"lobby": string(h.rooms["lobby"])}
	told := map[talks.Kind]bool{}
	for i, e := range examples() {
		told[e.Kind] = true
		var v any
		if err := json.Unmarshal(e.Body, &v); err != nil {
			t.Fatal(err)
		}
		res := &huma.ValidateResult{}
		schema := registry.SchemaFromRef(registry.Map()[string(e.Kind)].Properties["body"].Ref)
		huma.Validate(registry, schema, huma.NewPathBuffer([]byte{}, 0), huma.ModeWriteToServer, v, res)
		if len(res.Errors) > 0 {
			t.Errorf("example %d (%s) does not fit its schema: %v", i, e.Kind, res.Errors)
		}
		path := "/api/v1/processes/harbour/rooms"
		if e.Kind != "room.open" {
			path += "/" + rooms[e.Room] + "/acts"
		}
		body := strings.ReplaceAll(string(e.Body), "mfrggzdfmztwq2lknnwg23tpob", rooms["lobby"]) // what stands for the lobby's identifier
		if e.Kind == "agreement.sign" {
			body = h.signed(talks.RoomID(rooms[e.Room]), e.Seat, e.Body)
		}
		a := h.do(http.MethodPost, path, e.Seat, `{"kind":"`+string(e.Kind)+`","body":`+body+`}`)
		if a.status != http.StatusCreated {
			t.Fatalf("example %d (%s): %d\n%s", i, e.Kind, a.status, a.body)
		}
		var r struct{ Room string }
		if err := json.Unmarshal([]byte(a.body), &r); err != nil {
			t.Fatal(err)
		}
		rooms[e.Room] = r.Room
	}
	for _, k := range talks.Catalogue {
		if !told[k] {
			t.Errorf("there is no example of %s", k)
		}
	}
}

// signed is the example of a signature as one that holds: over the agreement as it is in this record, by a key of its own. The example has
// the form of one.
func (h *house) signed(room talks.RoomID, seat talks.Seat, body []byte) string {
	h.t.Helper()
	var act talks.AgreementSign
	if err := json.Unmarshal(body, &act); err != nil {
		h.t.Fatal(err)
	}
	viewer := ledger.Viewer{Process: "harbour", Seat: seat}
	v, err := h.ledger.View(h.t.Context(), viewer)
	if err != nil {
		h.t.Fatal(err)
	}
	text, err := sign.For(v.World(), v.World().Agreement(talks.Ref{Room: room, Name: act.Agreement.Name}), func(room talks.RoomID, index int64) (sign.Entry, error) {
		p, err := h.ledger.Prove(h.t.Context(), viewer, room, index)
		if err != nil {
			return sign.Entry{}, err
		}
		return sign.Entry{Index: index, Leaf: p.Leaf, Payload: p.Payload}, nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)))
	if err != nil {
		h.t.Fatal(err)
	}
	s, err := sign.SSH(text, signer)
	if err != nil {
		h.t.Fatal(err)
	}
	act.Key, act.Signature = s.Key().String(), s.Armoured()
	b, err := talks.Encode(&act)
	if err != nil {
		h.t.Fatal(err)
	}
	return string(b)
}
