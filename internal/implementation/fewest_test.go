package implementation

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestFewestIsBounded: what has very many ways to come about is answered with the best that was found, and the same every time.
func TestFewestIsBounded(t *testing.T) {
	s := newStory(t, "majority")
	var below []string
	for i := range 100 {
		below = append(below, fmt.Sprintf("l%d", i))
		s.tell("2025-03-01 sa condition " + below[i])
	}
	for layer := range 8 {
		var above []string
		for k := range 40 {
			var all []string
			for i := range 10 {
				var either []string
				for j := range 5 {
					either = append(either, fmt.Sprintf(`{"of":"%s"}`, below[(k*7+i*11+j*13+layer)%len(below)]))
				}
				all = append(all, `{"any":[`+strings.Join(either, ",")+`]}`)
			}
			above = append(above, fmt.Sprintf("k%d-%d", layer, k))
			s.tell("2025-03-01 sa condition " + above[k] + ` {"when":{"all":[` + strings.Join(all, ",") + `]}}`)
		}
		below = above
	}
	var all []string
	for _, name := range below {
		all = append(all, fmt.Sprintf(`{"of":"%s"}`, name))
	}
	s.tell(`2025-03-01 ru promise top {"when":{"all":[` + strings.Join(all, ",") + `]}}`)
	b := At(s.world(), s.at)
	first := b.Needs(ref("top"), "")
	if !first.Possible || first.Fewest || len(first.Things) == 0 {
		t.Errorf("possible %v, fewest %v, of %d things", first.Possible, first.Fewest, len(first.Things))
	}
	first.Things[0] = Need{}
	if again := b.Needs(ref("top"), ""); len(again.Things) != len(first.Things) || again.Things[0].Ref.IsZero() {
		t.Error("asked again it is another")
	}
}

// TestFewestIsBoundedByItsWork: where much is wanted in any case and the cheapest ways all go in circles, each plan takes long to look through, and
// few are looked at.
func TestFewestIsBoundedByItsWork(t *testing.T) {
	const groups, pairs = 10, 20
	s := newStory(t, "majority")
	var all []string
	for i := range groups {
		var in []string
		for j := range 90 {
			s.tell(fmt.Sprintf("2025-03-01 sa condition l%d-%d", i, j))
			in = append(in, fmt.Sprintf(`{"of":"l%d-%d"}`, i, j))
		}
		s.tell(fmt.Sprintf(`2025-03-01 sa condition g%d {"when":{"all":[%s]}}`, i, strings.Join(in, ",")))
		all = append(all, fmt.Sprintf(`{"of":"g%d"}`, i))
	}
	for i := range pairs {
		for _, name := range []string{"a", "b", "y"} {
			s.tell(fmt.Sprintf("2025-03-01 sa condition %s%d", name, i))
		}
		s.tell(fmt.Sprintf(`2025-03-01 sa condition x%[1]d {"when":{"any":[{"of":"y%[1]d"},{"of":"a%[1]d"}]}}`, i))
		s.tell(fmt.Sprintf(`2025-03-01 sa anew y%[1]d {"when":{"any":[{"of":"x%[1]d"},{"of":"b%[1]d"}]}}`, i))
		all = append(all, fmt.Sprintf(`{"of":"x%d"}`, i))
	}
	s.tell(`2025-03-01 ru promise top {"when":{"all":[` + strings.Join(all, ",") + `]}}`)
	b := At(s.world(), s.at)
	began := time.Now()
	n := b.Needs(ref("top"), "")
	if took := time.Since(began); took > 20*time.Second { // it was a minute, and is about one second
		t.Errorf("it took %v", took)
	}
	if !n.Possible || len(n.Things) != 90*groups+pairs {
		t.Errorf("possible %v, of %d things", n.Possible, len(n.Things))
	}
}
