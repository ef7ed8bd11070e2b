package room

import (
	"strconv"
	"strings"

	"parley/internal/talks"
)

// ---- minutes: what the forms ask for

func (x *filling) minutes() []field {
	var cs []choice
	for _, m := range x.view.Meetings() {
		if m.Held != nil {
			cs = append(cs, choice{x.ref(m.Ref), m.Title})
		}
	}
	return append([]field{
		x.subject("meeting", x.t("room.field.meeting"), cs),
		needed(hinted(x.t("room.hint.paragraphs"), tall(10, x.add(area, "paragraphs", x.t("room.field.minutes"), nil)))),
	}, x.basis()...)
}

// openMinutes are the room's minutes that can still be corrected.
func (x *filling) openMinutes() []choice {
	var cs []choice
	if s := x.p.W().Room(x.room); s != nil {
		for m := range s.Minutes.All() {
			if m.Closed == nil {
				_, title := x.view.Find(m.Ref)
				cs = append(cs, choice{x.ref(m.Ref), title})
			}
		}
	}
	return cs
}

// minutesCorrect offers the paragraphs as they stand, and one after the last. Where the page says which, its words stand in the form.
func (x *filling) minutesCorrect() []field {
	f := []field{x.subject("minutes", x.t("room.field.minutes-of"), x.openMinutes())}
	r := x.full("minutes")
	s := x.p.W().Room(x.room)
	if s == nil || r.Room != x.room || s.Minutes.Get(r.Name) == nil {
		return f
	}
	text := s.Minutes.Get(r.Name).Text()
	cs := make([]choice, 0, len(text)+1)
	for i, p := range text {
		n := strconv.Itoa(i + 1)
		cs = append(cs, choice{n, x.p.Loc.T("room.paragraph", "n", n, "words", clip(p.Text, 60))})
	}
	last := strconv.Itoa(len(text) + 1)
	cs = append(cs, choice{last, x.t("room.paragraph.new")})
	words := ""
	if n, err := strconv.Atoi(x.from.Get("paragraph")); err == nil && n >= 1 && n <= len(text) {
		words = text[n-1].Text
	}
	f = append(f,
		needed(wide(x.add(pick, "paragraph", x.t("room.field.which-paragraph"), cs, last))), // with the empty box below: a paragraph that is chosen has its words there
		needed(hinted(x.t("room.hint.corrected"), tall(5, x.add(area, "text", x.t("room.field.corrected"), nil, words)))),
		tall(2, x.add(area, "reason", x.t("room.field.reason"), nil)))
	return append(f, x.basis()...)
}

func (x *filling) minutesClose() []field {
	return append([]field{
		hinted(x.t("room.hint.minutes-close"), x.subject("minutes", x.t("room.field.minutes-of"), x.openMinutes())),
	}, x.basis()...)
}

// ---- what they write

// minutesOpen takes the lines up to an empty one as a paragraph.
func (b *builder) minutesOpen() talks.Act {
	a := &talks.MinutesOpen{Meeting: b.ref("meeting"), Basis: b.basis()}
	var p []string
	for line := range strings.SplitSeq(clean(b.values.Get("paragraphs"))+"\n", "\n") {
		if strings.TrimSpace(line) != "" {
			p = append(p, line)
		} else if len(p) > 0 {
			a.Paragraphs = append(a.Paragraphs, strings.TrimSpace(strings.Join(p, "\n")))
			p = nil
		}
	}
	a.Name = b.name(a.Meeting.Name+" minutes", "minutes")
	return a
}

func (b *builder) minutesCorrect() talks.Act {
	a := &talks.MinutesCorrect{Minutes: b.ref("minutes"), Text: b.text("text"), Reason: b.text("reason"), Basis: b.basis()}
	if n := b.number("paragraph"); n != nil {
		a.Paragraph = *n
	}
	return a
}

func (b *builder) minutesClose() talks.Act {
	return &talks.MinutesClose{Minutes: b.ref("minutes"), Basis: b.basis()}
}
