// Package message has the words of the pages, in each language that there is.
//
// Every package of a page keeps its words in an en.json beside its templates, under ids that begin with the package's
// name, and registers it while it is initialised. A page asks a [Locale] for a text by its id. English is the language that
// every id has; another language is another file, and what it lacks is said in English.
//
// A file is a JSON object from ids to texts, or to an object of the plural forms of one by their CLDR names, as in go-i18n,
// whose plural rules are used. The texts are compiled once, when the first Locale is made: a page asks for hundreds of them.
package message

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"

	"golang.org/x/text/language"
)

// catalogue collects what is registered and compiles it for the first reader; from then on it never changes.
type catalogue struct {
	mu     sync.Mutex                  // owns texts and sealed
	texts  map[string]map[string]forms // by language and id
	sealed bool

	once    sync.Once // compiles what is below
	locales []*Locale // English first, then by tag
	match   language.Matcher
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
		known := make([]language.Tag, len(c.locales))
		for i, l := range c.locales {
			known[i] = l.tag
		}
		c.match = language.NewMatcher(known)
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
	// The parser's work grows with what it is given; no reader has a kilobyte of languages.
	if len(asked) > 40 {
		asked = ""
	}
	if len(accept) > 1000 {
		accept = ""
	}
	_, i := language.MatchStrings(c.match, asked, accept)
	return c.locales[i]
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
