package talks

import (
	"errors"
	"reflect"
	"slices"
	"testing"
)

// TestCatalogue: the catalogue lists each kind that has a rule once, and each makes an act of that kind whose fields have
// JSON names that do not clash with those of a process file's items.
func TestCatalogue(t *testing.T) {
	if len(Catalogue) != len(Rules) {
		t.Errorf("the catalogue has %d kinds, the rules %d", len(Catalogue), len(Rules))
	}
	for _, k := range Catalogue {
		a := New(k)
		if a == nil || a.Kind() != k {
			t.Errorf("%s: New makes %T", k, a)
			continue
		}
		if !Rules[k].Authority.AtLeast(Adviser) {
			t.Errorf("%s: an observer could write it", k)
		}
		b, err := Encode(a)
		if err != nil {
			t.Errorf("%s: %v", k, err)
		}
		if _, err := Decode(k, b); err != nil {
			t.Errorf("%s: decoding %s: %v", k, b, err)
		}
		rt := reflect.TypeOf(a).Elem()
		for f := range rt.Fields() {
			if slices.Contains([]string{`json:"room"`, `json:"seat"`, `json:"at"`, `json:"act"`}, string(f.Tag)) {
				t.Errorf("%s: the field %s takes a name that a process file needs for itself", k, f.Name)
			}
		}
	}
	if a := New("no.such"); a != nil {
		t.Errorf("New of an unknown kind is %T", a)
	}
}

func TestDecodeRefuses(t *testing.T) {
	for _, c := range []struct{ kind, json, code string }{
		{"remark.write", `{"text":"a","text":"b"}`, "bad-json"},
		{"remark.write", `{"txt":"a"}`, "unknown-field"},
		{"remark.write", `{"text":1}`, "wrong-type"},
		{"remark.write", `{"text":"a"} {}`, "bad-json"},
		{"remark.write", `{"text":`, "bad-json"},
		{"remark.write", "{\"text\":\"\xff\"}", "bad-json"},
		{"remark.write", `{"text":"a","on":["a/b/c"]}`, "bad-value"},
		{"record.erase", `{"entry":1.5}`, "bad-value"},
		{"no.such", `{}`, "unknown-act"},
	} {
		_, err := Decode(Kind(c.kind), []byte(c.json))
		p := &Problem{}
		ok := errors.As(err, &p)
		if !ok || p.Code != c.code {
			t.Errorf("%s %s: %v, want %s", c.kind, c.json, err, c.code)
		}
	}
}

// TestDecodeNamesTheFieldsOfTheObject: what is misspelt within an act is told the names that there are within.
func TestDecodeNamesTheFieldsOfTheObject(t *testing.T) {
	for _, c := range []struct{ kind, json, want string }{
		{"remark.write", `{"txt":"a"}`, "txt: remark.write has no such field; its fields are text, on, cites, illustrative"},
		{"meeting.hold", `{"attendance":[{"party":"a","was":"present"}]}`, "attendance/0/was: attendance/0 has no such field; its fields are party, person, office, presence"},
		{"proposal.table", `{"in_force":{"all":[{"date":"2025"}]}}`, "in_force/all/0/date: in_force/all/0 has no such field; its fields are all, any, not, of, is, from, until"},
		{"commitment.make", `{"due":{"at":"2025"}}`, "due/at: due has no such field; its fields are by, of, moment, within, day, zone"},
		{"remark.write", `{"cites":[{"text":"a"}]}`, "cites/0/text: cites/0 has no such field; its fields are source, paragraph, quote"},
	} {
		if _, err := Decode(Kind(c.kind), []byte(c.json)); err == nil || err.Error() != c.want {
			t.Errorf("%s %s: %v, want %s", c.kind, c.json, err, c.want)
		}
	}
}
