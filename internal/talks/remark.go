package talks

// RemarkWrite is a note or an answer in a room that changes nothing in the talks: a question, a comment, a private thought in a caucus.
type RemarkWrite struct {
	Text string `json:"text"`
	On   []Ref  `json:"on,omitzero"` // what it is about: objects, or entries of a room
	Basis
}

func (*RemarkWrite) Kind() Kind { return "remark.write" }

func (a *RemarkWrite) refs(f func(place, *Ref)) { eachRef(f, "on", a.On) }

func (a *RemarkWrite) check(c *Checking) {
	c.words("text", a.Text)
	c.about("on", a.On)
}

func (a *RemarkWrite) fold(s *State, e *Entry) {
	s.Remarks = append(s.Remarks, Fact[RemarkWrite]{e, a})
}
