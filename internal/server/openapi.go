package server

import (
	_ "embed"

	"net/http"
	"reflect"

	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"parley/internal/server/wire"
	"parley/internal/talks"
)

// aboutAPI begins the document.
const aboutAPI = `Everything the pages can do, for programs. An answer is made of what your seat may see and of nothing else: a room that
you do not sit in has the same answer as one that never was.

Send the token of a seat as “Authorization: Bearer parley_…”. A token that only reads is refused what writes. References to objects stand in
full, room/name; an act names the objects of its own room by their name alone. Times are RFC 3339 in UTC. Errors are problem details
(RFC 9457) and say what to do about them.`

// actWords are the comments that stand beside the acts in the source, by type and field. Written by internal/actdoc.
//
//go:embed acts.json
var actWordsJSON []byte

// actWords is what the source says of a type of the talks.
type actWords struct {
	Text   string            `json:"text"`
	Fields map[string]string `json:"fields"`
}

// newDocument makes the API: huma learns each operation, and the schemas get what reflection does not see.
func newDocument() *document {
	d := &document{recorder: recorder{map[string]func(huma.Context){}, map[string]*huma.Operation{}}}
	registry := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	aliases(registry)
	d.openAPI = &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{
			Title: "Parley", Version: "1", Description: aboutAPI, License: &huma.License{Name: "Apache 2.0", Identifier: "Apache-2.0"},
		},
		Servers: []*huma.Server{{URL: "/", Description: "This host."}},
		Components: &huma.Components{Schemas: registry, SecuritySchemes: map[string]*huma.SecurityScheme{
			"token": {Type: "http", Scheme: "bearer", Description: "The token of a seat."},
		}},
		Security: []map[string][]string{{"token": {}}},
	}
	for _, tag := range []string{tagWho, tagRoom, tagLive, tagTalks, tagSeats, tagRecord} {
		d.openAPI.Tags = append(d.openAPI.Tags, &huma.Tag{Name: tag})
	}
	registry.Schema(reflect.TypeFor[wire.Problem](), true, "")
	words := map[string]actWords{}
	if err := json.Unmarshal(actWordsJSON, &words); err != nil {
		panic("server: acts.json: " + err.Error())
	}
	unions(registry, words)
	api := huma.NewAPI(huma.Config{OpenAPI: d.openAPI, Formats: map[string]huma.Format{jsonType: jsonFormat, "json": jsonFormat}, DefaultFormat: jsonType}, &d.recorder)
	for _, o := range operations() {
		if o.register == nil {
			d.openAPI.AddOperation(&o.Operation)
			continue
		}
		if o.OperationID == "api-append" || o.OperationID == "api-open" {
			o.RequestBody = nil // described below: huma would read it
		}
		o.register(api, o.Operation)
	}
	d.describeActs(registry)
	describe(registry, words)
	b, err := json.Marshal(d.openAPI, json.Deterministic(true))
	if err != nil {
		panic("server: the API's document: " + err.Error())
	}
	b = append(b, '\n')
	d.json = b
	return d
}

// describeActs says of the two operations that record an act what they take.
func (d *document) describeActs(r huma.Registry) {
	kinds := make([]any, len(talks.Catalogue))
	for i, k := range talks.Catalogue {
		kinds[i] = string(k)
	}
	for id, op := range d.operations {
		for _, p := range op.Parameters {
			if p.Name == "kind" && p.Schema.Items != nil {
				p.Schema.Items.Enum = kinds
				p.Schema.Items.PrecomputeMessages()
			}
		}
		if id != "api-append" && id != "api-open" {
			continue
		}
		media := &huma.MediaType{Schema: &huma.Schema{Ref: "#/components/schemas/Act"}, Examples: map[string]*huma.Example{}}
		for _, k := range talks.Catalogue {
			if id == "api-open" && k != "room.open" {
				continue
			}
			media.Examples[string(k)] = &huma.Example{Summary: string(k), Value: map[string]any{"kind": string(k), "body": example(k)}}
		}
		if id == "api-open" {
			media.Schema = &huma.Schema{Ref: "#/components/schemas/room.open"}
		}
		op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{jsonType: media}}
		op.Responses["200"] = &huma.Response{
			Description: "The key was used before for this act; this is where it stands.",
			Content:     map[string]*huma.MediaType{jsonType: {Schema: &huma.Schema{Ref: "#/components/schemas/Receipt"}}},
		}
	}
}

// unions adds the schemas of acts: for each kind its body and the act as it is sent, and the choice among them by kind.
func unions(r huma.Registry, words map[string]actWords) {
	act := &huma.Schema{
		Description:   "An act, by its kind. The bytes of the body are stored and hashed as they come.",
		Discriminator: &huma.Discriminator{PropertyName: "kind", Mapping: map[string]string{}},
	}
	body := &huma.Schema{Description: "What an act says, by its kind."}
	for _, k := range talks.Catalogue {
		t := reflect.TypeOf(talks.New(k)).Elem()
		ref := r.Schema(t, true, "")
		schema := &huma.Schema{
			Type: huma.TypeObject, AdditionalProperties: false, Required: []string{"kind", "body"},
			Description: strings.Replace(words[t.Name()].Text, t.Name()+" ", string(k)+" ", 1),
			Properties: map[string]*huma.Schema{
				"kind":   {Type: huma.TypeString, Enum: []any{string(k)}},
				"body":   ref,
				"seen":   {Type: huma.TypeInteger, Format: "int64", Minimum: new(float64), Description: "Entries of the room that the author had seen; all where it is left out. The record binds the act to them."},
				"expect": {Type: huma.TypeBoolean, Description: "Refuse the act if the room has more entries than seen."},
				"key":    {Type: huma.TypeString, MaxLength: new(200), Description: "Makes it safe to send the same act again."},
			},
		}
		r.Map()[string(k)] = schema
		at := "#/components/schemas/" + string(k)
		act.OneOf = append(act.OneOf, &huma.Schema{Ref: at})
		act.Discriminator.Mapping[string(k)] = at
		body.AnyOf = append(body.AnyOf, ref)
	}
	r.Map()["Act"], r.Map()["Body"] = act, body
}

// describe gives the schemas of the talks the comments of the source, and to words their values.
func describe(r huma.Registry, words map[string]actWords) {
	for name, s := range r.Map() {
		t := r.TypeFromRef("#/components/schemas/" + name)
		if t == nil || t.PkgPath() != reflect.TypeFor[talks.Ref]().PkgPath() {
			continue
		}
		s.Description = words[name].Text
		walk(t, func(in reflect.Type, f reflect.StructField, field string) {
			p := s.Properties[field]
			if p == nil {
				return
			}
			if values := fieldValues[in.Name()+"."+f.Name]; values != nil {
				p.Enum = values
			}
			if text := words[in.Name()].Fields[f.Name]; text != "" && p.Ref == "" {
				p.Description = upper(text) + "."
			}
		})
	}
}

// walk calls f with each field of a struct that JSON has, those of embedded structs too.
func walk(t reflect.Type, f func(in reflect.Type, field reflect.StructField, name string)) {
	for field := range t.Fields() {
		if field.Anonymous {
			walk(field.Type, f)
			continue
		}
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		f(t, field, name)
	}
}

func upper(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// fieldValues are the values of those fields whose type does not say them.
var fieldValues = map[string][]any{
	"GoalRecord.Type":  {"goal", "interest"},
	"ReleaseMake.Type": list(talks.ReleaseTypes),
	"Figure.Bound":     {"over", "about", "under"},
}

func list[T ~string](vs []T) []any {
	out := make([]any, len(vs))
	for i, v := range vs {
		out[i] = string(v)
	}
	return out
}

// wordValues are the values of the types of words.
var wordValues = map[reflect.Type][]any{
	reflect.TypeFor[talks.Kind]():          list(talks.Catalogue),
	reflect.TypeFor[talks.RoomKind]():      list(talks.RoomKinds),
	reflect.TypeFor[talks.PartyType]():     list(talks.PartyTypes),
	reflect.TypeFor[talks.PartyRole]():     list(talks.PartyRoles),
	reflect.TypeFor[talks.Level]():         list(talks.Levels),
	reflect.TypeFor[talks.Scope]():         list(talks.Scopes),
	reflect.TypeFor[talks.MeetingType]():   list(talks.MeetingTypes),
	reflect.TypeFor[talks.Standing]():      list(talks.Standings),
	reflect.TypeFor[talks.Presence]():      list(talks.Presences),
	reflect.TypeFor[talks.SourceType]():    list(talks.SourceTypes),
	reflect.TypeFor[talks.Strength]():      list(talks.Strengths),
	reflect.TypeFor[talks.Form]():          list(talks.Forms),
	reflect.TypeFor[talks.Firmness]():      list(talks.Firmnesses),
	reflect.TypeFor[talks.Tone]():          list(talks.Tones),
	reflect.TypeFor[talks.Trend]():         list(talks.Trends),
	reflect.TypeFor[talks.Answer]():        list(talks.Answers),
	reflect.TypeFor[talks.RoomRole]():      list(talks.RoomRoles),
	reflect.TypeFor[talks.DecisionRule]():  list(talks.DecisionRules),
	reflect.TypeFor[talks.MeetingFormat](): list(talks.MeetingFormats),
	reflect.TypeFor[talks.Topic]():         list(talks.Topics),
	reflect.TypeFor[talks.Stance]():        list(talks.Stances),
	reflect.TypeFor[talks.Stage]():         list(talks.Stages),
	reflect.TypeFor[talks.Moment]():        list(talks.Moments),
	reflect.TypeFor[talks.Reservation]():   list(talks.Reservations),
	reflect.TypeFor[talks.SignMethod]():    list(talks.SignMethods),
	reflect.TypeFor[talks.Outcome]():       list(talks.Outcomes),
	reflect.TypeFor[talks.Pace]():          list(talks.Paces),
	reflect.TypeFor[talks.Claim]():         list(talks.Claims),
	reflect.TypeFor[talks.Release]():       list(talks.Releases),
	reflect.TypeFor[talks.Role]():          list([]talks.Role{talks.Observer, talks.Adviser, talks.Delegate, talks.Head}),
}

// The types that stand in for those of the talks, which know nothing of schemas.
type (
	word[T ~string]  struct{}
	refSchema        struct{}
	roomSchema       struct{}
	seatSchema       struct{}
	delegationSchema struct{}
	dateSchema       struct{}
	decimalSchema    struct{}
	spanSchema       struct{}
	bodySchema       struct{}
)

func (word[T]) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Enum: wordValues[reflect.TypeFor[T]()]}
}

func text(pattern, doc string, examples ...any) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Pattern: pattern, Description: doc, Examples: examples}
}

func (refSchema) Schema(huma.Registry) *huma.Schema {
	return text(`^[^/]+(/[^/]+)?$`, "A reference to an object: its name in this room, or room/name.", "territory")
}

func (roomSchema) Schema(huma.Registry) *huma.Schema {
	return text(`^[a-z2-7]{26}$`, "A room's identifier.", "mfrggzdfmztwq2lknnwg23tpob")
}

func (seatSchema) Schema(huma.Registry) *huma.Schema {
	return text(`^[a-z][a-z0-9]{0,15}-[a-z0-9-]{1,40}$`, "A seat: the delegation's code, a hyphen and a name.", "us-head")
}

func (delegationSchema) Schema(huma.Registry) *huma.Schema {
	return text(`^[a-z][a-z0-9]{0,15}$`, "A delegation's code.", "us")
}

func (dateSchema) Schema(huma.Registry) *huma.Schema {
	return text(`^\d{4}[^\s]*$`, "A date as exactly as it is known: 2025, 2025-02, 2025-02-18, 2025-02-18T09:00:00Z, or two of them with a slash between.", "2025-02-18")
}

func (decimalSchema) Schema(huma.Registry) *huma.Schema {
	return text(`^-?(0|[1-9]\d*)(\.\d+)?$`, "A decimal number, as it is written.", "12")
}

func (spanSchema) Schema(huma.Registry) *huma.Schema {
	return text(`^P(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(\d+H)?(\d+M)?)?$`, "A period, as ISO 8601 writes it: P14D, P2W, P1M, P1Y or PT48H.", "P14D")
}

func (bodySchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Ref: "#/components/schemas/Body"}
}

// aliases tells huma what stands in for the types of the talks.
func aliases(r huma.Registry) {
	for from, to := range map[reflect.Type]reflect.Type{
		reflect.TypeFor[talks.Ref]():           reflect.TypeFor[refSchema](),
		reflect.TypeFor[talks.RoomID]():        reflect.TypeFor[roomSchema](),
		reflect.TypeFor[talks.Seat]():          reflect.TypeFor[seatSchema](),
		reflect.TypeFor[talks.Delegation]():    reflect.TypeFor[delegationSchema](),
		reflect.TypeFor[talks.Date]():          reflect.TypeFor[dateSchema](),
		reflect.TypeFor[talks.Decimal]():       reflect.TypeFor[decimalSchema](),
		reflect.TypeFor[jsontext.Value]():      reflect.TypeFor[bodySchema](),
		reflect.TypeFor[talks.Kind]():          reflect.TypeFor[word[talks.Kind]](),
		reflect.TypeFor[talks.RoomKind]():      reflect.TypeFor[word[talks.RoomKind]](),
		reflect.TypeFor[talks.PartyType]():     reflect.TypeFor[word[talks.PartyType]](),
		reflect.TypeFor[talks.PartyRole]():     reflect.TypeFor[word[talks.PartyRole]](),
		reflect.TypeFor[talks.Level]():         reflect.TypeFor[word[talks.Level]](),
		reflect.TypeFor[talks.Scope]():         reflect.TypeFor[word[talks.Scope]](),
		reflect.TypeFor[talks.MeetingType]():   reflect.TypeFor[word[talks.MeetingType]](),
		reflect.TypeFor[talks.Standing]():      reflect.TypeFor[word[talks.Standing]](),
		reflect.TypeFor[talks.Presence]():      reflect.TypeFor[word[talks.Presence]](),
		reflect.TypeFor[talks.SourceType]():    reflect.TypeFor[word[talks.SourceType]](),
		reflect.TypeFor[talks.Strength]():      reflect.TypeFor[word[talks.Strength]](),
		reflect.TypeFor[talks.Form]():          reflect.TypeFor[word[talks.Form]](),
		reflect.TypeFor[talks.Firmness]():      reflect.TypeFor[word[talks.Firmness]](),
		reflect.TypeFor[talks.Tone]():          reflect.TypeFor[word[talks.Tone]](),
		reflect.TypeFor[talks.Trend]():         reflect.TypeFor[word[talks.Trend]](),
		reflect.TypeFor[talks.Answer]():        reflect.TypeFor[word[talks.Answer]](),
		reflect.TypeFor[talks.RoomRole]():      reflect.TypeFor[word[talks.RoomRole]](),
		reflect.TypeFor[talks.DecisionRule]():  reflect.TypeFor[word[talks.DecisionRule]](),
		reflect.TypeFor[talks.MeetingFormat](): reflect.TypeFor[word[talks.MeetingFormat]](),
		reflect.TypeFor[talks.Topic]():         reflect.TypeFor[word[talks.Topic]](),
		reflect.TypeFor[talks.Stance]():        reflect.TypeFor[word[talks.Stance]](),
		reflect.TypeFor[talks.Stage]():         reflect.TypeFor[word[talks.Stage]](),
		reflect.TypeFor[talks.Moment]():        reflect.TypeFor[word[talks.Moment]](),
		reflect.TypeFor[talks.Reservation]():   reflect.TypeFor[word[talks.Reservation]](),
		reflect.TypeFor[talks.SignMethod]():    reflect.TypeFor[word[talks.SignMethod]](),
		reflect.TypeFor[talks.Outcome]():       reflect.TypeFor[word[talks.Outcome]](),
		reflect.TypeFor[talks.Pace]():          reflect.TypeFor[word[talks.Pace]](),
		reflect.TypeFor[talks.Claim]():         reflect.TypeFor[word[talks.Claim]](),
		reflect.TypeFor[talks.Release]():       reflect.TypeFor[word[talks.Release]](),
		reflect.TypeFor[talks.Span]():          reflect.TypeFor[spanSchema](),
		reflect.TypeFor[talks.Role]():          reflect.TypeFor[word[talks.Role]](),
	} {
		r.RegisterTypeAlias(from, to)
	}
}

// apiDocument answers with the API's document. It depends on nobody, so everybody may have it.
func (s *server) apiDocument(w http.ResponseWriter, _ *http.Request) error {
	send(w, http.StatusOK, "application/json", documented().json)
	return nil
}
