package talks

// ReleaseTypes are what released words were in the room they come from.
var ReleaseTypes = []string{"statement", "position", "goal", "proposal", "readout", "note", "remark"}

// ReleaseMake brings words into a room whose members could not see them: a copy, with no link back, so that nothing of where
// they come from is told but what the author writes.
type ReleaseMake struct {
	Title string `json:"title"`
	Text  string `json:"text"`
	Type  string `json:"kind"`           // what the words are: one of ReleaseTypes
	From  string `json:"from,omitzero"`  // whose words, as the author chooses to say
	About []Ref  `json:"about,omitzero"` // issues, parties, relations
	Basis
}

func (*ReleaseMake) Kind() Kind { return "release.make" }

func (a *ReleaseMake) refs(f func(place, *Ref)) { eachRef(f, "about", a.About) }

func (a *ReleaseMake) check(c *Checking) {
	c.title("title", a.Title)
	c.words("text", a.Text)
	oneOf(c, "kind", a.Type, ReleaseTypes, false)
	c.line("from", a.From)
	c.about("about", a.About)
}

func (a *ReleaseMake) fold(s *State, e *Entry) {
	s.Releases = append(s.Releases, Fact[ReleaseMake]{e, a})
}
