// Package message has the words of the pages, in each language that there is.
//
// Every package of a page keeps its words in an en.json beside its templates, under ids that begin with the package's
// name, and registers it while it is initialised. A page asks a [Locale] for a text by its id. English is the language that
// every id has; another language is another file, and what it lacks is said in English.
//
// A file is a JSON object from ids to texts, or to an object of the plural forms of one by their CLDR names, as go-i18n reads
// them. The texts are compiled once, when the first Locale is made: a page asks for hundreds of them.
package message

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// catalogue collects what is registered and compiles it for the first reader; from then on it never changes.
type catalogue struct {
	mu     sync.Mutex                  // owns texts and sealed
	texts  map[string]map[string]forms // by language and id
	sealed bool

	once    sync.Once // compiles what is below
	locales []*Locale // English first, then by tag
}

var std = newCatalogue()

func newCatalogue() *catalogue {
	return &catalogue{texts: map[string]map[string]forms{}}
}

// Register adds a package's English words: a JSON object from ids to texts, or to the plural forms of one. It returns nothing of
// use, so that a package can write var _ = message.Register(enJSON). It panics when the file cannot be read, an id is taken, or
// the words have been read already: mistakes of the program, not of its input.
func Register(file []byte) struct{} { return RegisterIn("en", file) }

// RegisterIn adds a package's words in the language of a BCP 47 tag. It panics where Register does.
func RegisterIn(lang string, file []byte) struct{} {
	std.register(lang, file)
	return struct{}{}
}

func (c *catalogue) register(lang string, file []byte) {
	var texts map[string]forms
	if err := json.Unmarshal(file, &texts); err != nil {
		panic(fmt.Sprintf("message: couldn't read words in %s: %v\n%.80s", lang, err, file))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sealed {
		panic("message: words registered after they were read")
	}
	if c.texts[lang] == nil {
		c.texts[lang] = map[string]forms{}
	}
	for id, m := range texts {
		if _, taken := c.texts[lang][id]; taken {
			panic(fmt.Sprintf("message: the id %s is registered twice in %s", id, lang))
		}
		c.texts[lang][id] = m
	}
}

// seal compiles the locales. It runs once.
func (c *catalogue) seal() {
	c.once.Do(func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.sealed = true
		tags := slices.DeleteFunc(slices.Sorted(maps.Keys(c.texts)), func(t string) bool { return t == "en" })
		for _, tag := range slices.Insert(tags, 0, "en") {
			c.locales = append(c.locales, newLocale(tag, c.texts["en"], c.texts[tag]))
		}
	})
}

// English returns the locale that every other falls back on.
func English() *Locale {
	std.seal()
	return std.locales[0]
}

// Negotiate returns the best of the languages that there are: the one that was asked for by its tag, or else by the
// Accept-Language header of RFC 9110, section 12.5.4, or else English. What cannot be read counts as not said.
func Negotiate(asked, accept string) *Locale { return std.negotiate(asked, accept) }

func (c *catalogue) negotiate(asked, accept string) *Locale {
	c.seal()
	for _, tag := range append([]string{asked}, accepted(accept)...) {
		if l := c.find(tag); l != nil {
			return l
		}
	}
	return c.locales[0]
}

// find returns the locale of a tag, or of what is left of the tag when its last parts are dropped (RFC 4647, section 3.4).
func (c *catalogue) find(tag string) *Locale {
	for tag != "" && len(tag) <= 40 {
		for _, l := range c.locales {
			if strings.EqualFold(l.lang, tag) {
				return l
			}
		}
		tag = tag[:max(strings.LastIndexByte(tag, '-'), 0)]
	}
	return nil
}

// accepted returns the tags of an Accept-Language header, the most wanted first.
func accepted(header string) []string {
	// No reader has a kilobyte of languages.
	if len(header) > 1000 {
		return nil
	}
	type wish struct {
		tag    string
		weight float64
	}
	var wishes []wish
	for part := range strings.SplitSeq(header, ",") {
		tag, params, _ := strings.Cut(part, ";")
		w := wish{strings.TrimSpace(tag), 1}
		if q, ok := strings.CutPrefix(strings.TrimSpace(params), "q="); ok {
			w.weight, _ = strconv.ParseFloat(q, 64) // what cannot be read is not wanted
		}
		if w.tag != "" && w.weight > 0 {
			wishes = append(wishes, w)
		}
	}
	slices.SortStableFunc(wishes, func(a, b wish) int { return cmp.Compare(b.weight, a.weight) })
	tags := make([]string, len(wishes))
	for i, w := range wishes {
		tags[i] = w.tag
	}
	return tags
}

// Languages returns the BCP 47 tags of the languages that there are, English first.
func Languages() []string {
	std.seal()
	tags := make([]string, len(std.locales))
	for i, l := range std.locales {
		tags[i] = l.lang
	}
	return tags
}
