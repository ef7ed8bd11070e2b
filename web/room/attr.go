package room

import (
	"github.com/a-h/templ"

	"parley/internal/talks"
)

// Attributes that are there or not.

func current(on bool) templ.Attributes {
	if !on {
		return nil
	}
	return templ.Attributes{"aria-current": "true"}
}

// refused tells the script that what the form holds is newer than its draft.
func refused(on bool) templ.Attributes {
	if !on {
		return nil
	}
	return templ.Attributes{"data-refused": true}
}

// describe ties a field to its hint and its problem.
func describe(f *field) templ.Attributes {
	a := templ.Attributes{}
	if ids := f.described(); ids != "" {
		a["aria-describedby"] = ids
	}
	if f.problem != nil && f.widget != radio && f.widget != checks {
		a["aria-invalid"] = "true"
	}
	return a
}

func inputType(w widget) string {
	if w == radio {
		return "radio"
	}
	return "checkbox"
}

// inputMode asks a phone for the keyboard that fits. Dates have one of four forms, which no date picker knows.
func inputMode(w widget) string {
	switch w {
	case number:
		return "decimal"
	case line, area, day, pick, radio, checks, tick, fixed:
	}
	return "text"
}

// refValue is a reference as a form for the target room has it.
func refValue(c *compose, r talks.Ref) string {
	return (&filling{room: c.target.Room.ID}).ref(r)
}
