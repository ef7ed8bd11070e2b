package wire

// Problem is the answer to a request that was not granted: problem details (RFC 9457, section 3.1), with what to do about it, what exactly
// is wrong, and what came in between.
type Problem struct {
	Type     string   `json:"type" format:"uri-reference" doc:"What kind of problem it is: an address that describes it, relative to the API's."`
	Title    string   `json:"title" doc:"The kind of problem in a few words."`
	Status   int      `json:"status" doc:"The status of the answer."`
	Detail   string   `json:"detail" doc:"What happened."`
	Remedy   string   `json:"remedy" doc:"What to do about it."`
	Problems []Detail `json:"problems,omitzero" doc:"Each thing that is wrong with what was sent."`
	Size     *int64   `json:"size,omitzero" doc:"Of a conflict: entries the room has now."`
	Since    []Entry  `json:"since,omitzero" doc:"Of a conflict: the entries that came in between."`
}

// Detail is one thing that is wrong with what was sent.
type Detail struct {
	Code   string `json:"code" doc:"What is wrong, for programs."`
	Field  string `json:"field,omitzero" doc:"Where: the name of a parameter, or the place in an act's body, as in cites/0/source."`
	Reason string `json:"reason" doc:"What is wrong, for people."`
	Remedy string `json:"remedy" doc:"What would be right."`
}

// Error says what happened.
func (p *Problem) Error() string { return p.Title + ": " + p.Detail }

// GetStatus is the status of the answer.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is RFC 9457's.
func (p *Problem) ContentType(string) string { return "application/problem+json" }
