package act

import (
	_ "embed"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/a-h/templ"

	"parley/internal/talks"
	"parley/web/asset"
	"parley/web/message"
	"parley/web/ui"
)

//go:embed act.css
var css []byte

//go:embed en.json
var enJSON []byte

var _ = message.Register(enJSON)

func init() { asset.Register("act", css) }

// URL is the permalink of an entry.
func URL(p *ui.Page, e *talks.Entry) templ.SafeURL { return p.EntryURL(e.Room, e.Index) }

// RecordURL is the address of an entry's place in the record.
func RecordURL(p *ui.Page, e *talks.Entry) templ.SafeURL {
	return p.URL("rooms", string(e.Room), "record", strconv.FormatInt(e.Index, 10))
}

// lineLimit is how many characters of somebody's words a line shows.
const lineLimit = 280

// shorten cuts a text at a word near the limit.
func shorten(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	cut := string([]rune(s)[:limit])
	if i := strings.LastIndexAny(cut, " \n\t"); i > limit/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " \n\t.,;:") + "…"
}

// optionBit is an option of an issue: its title where the page can see the issue, its name in plain text.
func optionBit(issue talks.Ref, option string) bit {
	return bit{plain: option, issue: issue, option: option, html: func(p *ui.Page) templ.Component {
		return isolated(optionTitle(p, issue, option))
	}}
}

func optionTitle(p *ui.Page, issue talks.Ref, option string) string {
	if i := p.W().Issue(issue); i != nil {
		if o, ok := i.Option(option); ok {
			return o.Title
		}
	}
	return option
}

// delegationName is a delegation in a sentence: its party's title, or its code where no party is shown.
func delegationName(p *ui.Page, d talks.Delegation) string {
	if party := p.W().Party(p.W().PartyOf(d)); party != nil {
		return party.Title
	}
	return string(d)
}

// textClass is how somebody's words are set.
func (w words) class() string {
	c := "said"
	if w.hinted {
		c += " hinted"
	}
	return c
}

// cut is shorten with 0 for no limit.
func cut(s string, limit int) string {
	if limit == 0 {
		return s
	}
	return shorten(s, limit)
}

// langOr is the language of a quotation, or of the page where the act does not say.
func langOr(p *ui.Page, lang string) string {
	if lang == "" {
		return p.Loc.Lang()
	}
	return lang
}

// basisParty is the party of which an entry says something, for whether it is declared or attributed; zero where it says nothing
// of a party. A joint account speaks for others than its writer too, who have not said so themselves: it is attributed by its writer.
func (t *telling) basisParty(p *ui.Page) talks.Ref {
	if len(t.parties) == 0 {
		return t.party
	}
	for _, r := range t.parties {
		if !p.W().Declared(t.e, r) {
			return r
		}
	}
	return t.parties[0]
}
