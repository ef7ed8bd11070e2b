package talks

// Find returns the entry that made what a reference names, and what that is called: its title, a statement's text, or the name of what has
// neither. For the place of an entry it returns the entry itself. It returns nil for nothing that is shown.
func (w *World) Find(r Ref) (by *Entry, title string) {
	switch w.Object(r) {
	case "party":
		v := w.Party(r)
		return v.By, v.Title
	case "issue":
		v := w.Issue(r)
		return v.By, v.Title
	case "meeting":
		v := w.Meeting(r)
		return v.By, v.Title
	case "minutes":
		v := w.Room(r.Room).Minutes.Get(r.Name)
		if m := w.Meeting(v.Meeting); m != nil {
			return v.By, m.Title
		}
		return v.By, r.Name
	case "source":
		v := w.Source(r)
		return v.By, v.Title
	case "statement":
		v := w.Statement(r)
		return v.By, v.Text
	case "event":
		v := w.Event(r)
		return v.By, v.Title
	case "relation":
		return w.Relation(r).By, r.Name
	case "proposal":
		v := w.Proposal(r)
		return v.By, v.Title
	case "package":
		v := w.Package(r)
		return v.By, v.Title
	case "agreement":
		v := w.Agreement(r)
		return v.By, v.Title
	case "condition":
		v := w.Condition(r)
		return v.By, v.Title
	case "commitment":
		v := w.Commitment(r)
		return v.By, v.Title
	case "requirement":
		v := w.Requirement(r)
		return v.By, v.Title
	case "entry":
		i, _ := entryIndex(r.Name)
		return w.Entry(r.Room, i), r.Name
	}
	return nil, r.Name
}
