package talks

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Class sorts what can go wrong, so that every front end answers alike.
type Class string

// The classes. NotFound is also the answer for what the viewer cannot see.
const (
	Invalid   Class = "invalid"
	NotFound  Class = "not-found"
	Forbidden Class = "forbidden"
	Conflict  Class = "conflict"
	TooLarge  Class = "too-large"
)

// Problem is one thing that is wrong with an act: where, why, and what to do. Its words are in one table, by code, so that they
// can be said in another language.
type Problem struct {
	Class Class
	Code  string   // the key into the table of texts
	Field string   // the place in the act, as in "cites/0/source"; empty for the act as a whole
	Args  []string // what the texts are filled in with
}

// Problems is all that is wrong with one act, in the order of its fields. As an error it is never empty.
type Problems []*Problem

func (ps Problems) Error() string {
	texts := make([]string, len(ps))
	for i, p := range ps {
		texts[i] = p.Error()
	}
	return strings.Join(texts, "\n")
}

// Unwrap lets errors.As find the first problem.
func (ps Problems) Unwrap() []error {
	errs := make([]error, len(ps))
	for i, p := range ps {
		errs[i] = p
	}
	return errs
}

// Error says place, reason and remedy in one line.
func (p *Problem) Error() string {
	s := p.Reason()
	if p.Field != "" {
		s = p.Field + ": " + s
	}
	if r := p.Remedy(); r != "" {
		s += "; " + r
	}
	return s
}

// Reason says in English what is wrong.
func (p *Problem) Reason() string { return fill(problemTexts[p.Code].reason, p.Args) }

// Remedy says in English what would be right.
func (p *Problem) Remedy() string { return fill(problemTexts[p.Code].remedy, p.Args) }

// fill puts args into the places {0}, {1}, …: the same form that a message catalogue can reorder.
func fill(s string, args []string) string {
	pairs := make([]string, 0, 2*len(args))
	for i, a := range args {
		pairs = append(pairs, fmt.Sprintf("{%d}", i), a)
	}
	return strings.NewReplacer(pairs...).Replace(s) // in one pass: what an argument says is not a place
}

// ProblemTexts returns the English reason and remedy of a code, with {0}, {1}, … where arguments go, for catalogues and documents.
func ProblemTexts(code string) (reason, remedy string) {
	t := problemTexts[code]
	return t.reason, t.remedy
}

// ProblemCodes lists all codes in order.
func ProblemCodes() []string {
	codes := make([]string, 0, len(problemTexts))
	for c := range problemTexts {
		codes = append(codes, c)
	}
	slices.Sort(codes)
	return codes
}

func problem(code, field string, args ...string) *Problem {
	t, ok := problemTexts[code]
	if !ok {
		panic("talks: no text for the problem " + code)
	}
	return &Problem{Class: t.class, Code: code, Field: field, Args: args}
}

// problemTexts has a class, a reason and a remedy for each code.
var problemTexts = map[string]struct {
	class          Class
	reason, remedy string
}{
	// The form of an act.
	"unknown-act":       {Invalid, "there is no act {0}", "see the list of acts in docs/acts.md"},
	"unknown-field":     {Invalid, "{0} has no such field", "its fields are {1}"},
	"wrong-type":        {Invalid, "a {0} stands where {1} is expected", "write {1}"},
	"bad-value":         {Invalid, "the value cannot be read: {0}", "correct it"},
	"bad-json":          {Invalid, "the JSON is not well formed at byte {1}: {0}", "correct it; each name may stand once"},
	"payload-too-large": {TooLarge, "the act is larger than {0} KiB", "split it, or add the document as a source and cite it"},
	"missing":           {Invalid, "it is missing", "give it"},
	"not-one-of":        {Invalid, "{0} is not one of the values", "write one of: {1}"},
	"bad-text":          {Invalid, "the text has a character that cannot be shown safely: {0}", "remove it"},
	"text-too-long":     {TooLarge, "the text is longer than {0} characters", "shorten it"},
	"too-many":          {TooLarge, "there are more than {0}", "give fewer, or split the act"},
	"bad-name":          {Invalid, "{0} cannot be a name", "use lower-case letters, digits and hyphens inside, at most 64 characters"},
	"name-taken":        {Conflict, "{0} is taken in this room by another {1}", "choose another name"},
	"bad-date":          {Invalid, "{0} is not a date", "write 2025, 2025-02, 2025-02-18, 2025-02-18T09:00:00Z, or two of them with a slash between"},
	"ends-early":        {Invalid, "the end is before the beginning", "correct one of them"},
	"bad-number":        {Invalid, "{0} is not a decimal number", "write digits, as in 12 or -0.5"},
	"out-of-range":      {Invalid, "{0} is not between {1} and {2}", "write a number between them"},
	"bad-seat":          {Invalid, "{0} is not a seat", "write the delegation's code, a hyphen and a name, as in us-head"},
	"bad-code":          {Invalid, "{0} is not a delegation's code", "use a letter, then letters and digits, at most 16, all lower-case"},
	"bad-url":           {Invalid, "{0} is not an address that can be linked", "write one that begins with https:// or http://"},
	"twice":             {Invalid, "{0} stands there twice", "name it once"},
	"empty-change":      {Invalid, "nothing is changed", "give at least one field to change"},

	// References.
	"unknown-ref":   {NotFound, "nothing that all members of this room can see is called {0}", "check the name; write room/name for another room's object; what only some members can see must be released into this room first"},
	"ambiguous-ref": {Invalid, "{0} could mean objects of several rooms", "write room/name"},
	"wrong-object":  {Invalid, "{0} is of the kind {1}, and the kind {2} is wanted", "name something of the kind {2}"},
	"other-room":    {Invalid, "{0} was made in another room, and only acts of that room change it", "write the act there"},
	"unknown-code":  {NotFound, "no delegation “{0}” has been designated", "designate it in the lobby first"},
	"unknown-seat":  {NotFound, "there is no seat {0} in this delegation", "grant it first"},
	"unknown-entry": {NotFound, "this room has no entry {0}", "name an entry of this room, counted from 0"},

	// Authority and rooms.
	"no-authority":    {Forbidden, "{0} needs the authority of a {1}, and this seat is {2}", "ask a {1} of the delegation"},
	"not-here":        {Forbidden, "{0} cannot be written in a room of the kind {1}", "write it in a room of the kind {2}"},
	"room-closed":     {Conflict, "the room is closed", "open a new room"},
	"founding":        {Invalid, "a room begins with room.open", "open the room first"},
	"already-open":    {Conflict, "the room is open already", "leave room.open out"},
	"lobby-first":     {Invalid, "a process begins by opening its lobby", "let the first act be room.open with kind: lobby"},
	"one-lobby":       {Conflict, "the process has a lobby already", "choose another kind of room"},
	"one-caucus":      {Conflict, "the delegation has a caucus already", "use it, or open a room of another kind"},
	"caucus-members":  {Invalid, "a caucus has one member, the delegation that opens it", "name the own delegation alone, or choose another kind of room"},
	"not-member":      {Invalid, "the delegation “{0}” is not a member of this room", "name a delegation that is, or let it be admitted first"},
	"no-such-person":  {Invalid, "no member of the delegation is called {0}", "write the name as it was added"},
	"already-member":  {Conflict, "the delegation “{0}” is a member of this room already", "leave it out"},
	"opener-absent":   {Invalid, "the delegation that opens a room must be a member", "add the delegation “{0}” to the members"},
	"two-members":     {Invalid, "a room that is not a caucus needs at least two members", "add a member, or write in the caucus"},
	"only-opener":     {Forbidden, "only the delegation that opened the room can do that", "let a head of the delegation “{0}” do it"},
	"last-member":     {Conflict, "the last member cannot leave", "close the room instead"},
	"history-hidden":  {Conflict, "this room's history refers to what the delegation “{0}” cannot see", "open a new room, and release into it what is needed"},
	"only-chair":      {Forbidden, "only the chair of the room can do that", "let a head of the delegation “{0}” do it"},
	"chair-stays":     {Conflict, "the delegation “{0}” chairs the room, and cannot go while it does", "make another member the chair first"},
	"observes":        {Forbidden, "the delegation “{0}” only observes this room: it reads, and writes nothing but that it leaves", "ask whoever leads the room to let it speak"},
	"leader-observes": {Invalid, "the delegation “{0}” leads the room, and cannot only observe it", "name another chair, or let it speak"},
	"role-already":    {Conflict, "{0} is that in this room already", "leave it out"},
	"rule-chair":      {Invalid, "a chair cannot decide where there is none", "name a chair, or choose another rule"},
	"no-roles-here":   {Invalid, "a room of the kind {0} has neither a chair to name nor observers nor a rule", "leave them out"},
	"away-alone":      {Invalid, "nobody acts while the holder is away", "name an alternate"},
	"alternate-self":  {Invalid, "{0} cannot be its own alternate", "name another seat"},
	"reserved-code":   {Conflict, "the code {0} is kept for the host's operator", "choose another code"},
	"only-operator":   {Forbidden, "“{0}” is the convener's own delegation, which only the host's operator can restore", "ask the host's operator"},
	"restore-pending": {Conflict, "a restoration of {0} is waiting already", "wait until it takes effect or is stopped"},
	"nothing-pending": {Conflict, "no restoration of {0} is waiting", "there is nothing to do"},
	"only-convener":   {Forbidden, "only the convener can do that", "let the seat “{0}” do it, which convenes"},
	"only-own":        {Forbidden, "only the delegation “{0}” can do that, and this seat is not of it", "let a seat of the delegation “{0}” do it"},
	"only-heads":      {Forbidden, "only a head of the delegation “{0}” can do that", "let one of its heads do it"},
	"party-taken":     {Conflict, "the party {0} has a delegation already: “{1}”", "let the delegation “{1}” add the members, or declare the second team as a party of its own"},
	"code-taken":      {Conflict, "the code {0} is taken", "choose another code"},
	"other-head":      {Invalid, "{0} is not a seat of the delegation {1}", "write a seat that begins with {1}-"},
	"last-head":       {Conflict, "{0} is the delegation's last head", "name another head first"},
	"convener-self":   {Invalid, "the convener is the seat that opens the lobby", "write {0}, or leave it out"},

	"time-backwards": {Invalid, "{0} is before the last entry of the room, which is of {1}", "put the acts of a room in the order of time"},
	"bad-process":    {Invalid, "{0} cannot identify a process", "use lower-case letters, digits and hyphens, at most 64"},
	"no-acts":        {Invalid, "there are no acts", "begin with room.open of a lobby"},
	"no-seat":        {NotFound, "{0} is no seat at that time", "designate its delegation in the lobby, and grant it in the delegation's caucus"},
	"bad-key":        {TooLarge, "the idempotency key has more than {0} bytes", "use a shorter one"},

	// Concepts.
	"options-and-scale":  {Invalid, "an issue has options or a scale, not both", "remove one of them"},
	"few-options":        {Invalid, "one option is no choice", "give at least two options, or none"},
	"bad-scale":          {Invalid, "the lowest value is not below the highest", "correct the ends of the scale"},
	"no-such-option":     {Invalid, "the issue has no option {0}", "its options are: {1}"},
	"no-scale":           {Invalid, "the issue has no scale", "{0}"},
	"off-scale":          {Invalid, "{0} is off the issue's scale", "write a value from {1} to {2}"},
	"one-stance":         {Invalid, "a position is one option, one value or one range", "give one of option, value, or from and to"},
	"needs-stance":       {Invalid, "the position says nothing on the issue", "give an option, a value, a range or a text"},
	"attributed":         {Invalid, "what one attributes to another party needs a ground", "name the statements it rests on, cite a source, or mark it illustrative"},
	"closed-issue":       {Conflict, "the issue {0} is closed", "open it again under another name, or choose another"},
	"no-party":           {Invalid, "no party is named", "name at least one"},
	"two-parties":        {Invalid, "a relation is between two different parties", "name two"},
	"other-relation":     {Conflict, "the relation {0} is between other parties", "choose another name"},
	"meeting-over":       {Conflict, "the meeting was {0} already", "schedule another one"},
	"proposal-over":      {Conflict, "the proposal was withdrawn, or its time is over", "table another one"},
	"counter-needed":     {Invalid, "a counter-proposal is named only with the response counter", "write response: counter, or leave it out"},
	"own-precondition":   {Invalid, "a meeting cannot wait for itself", "name something else"},
	"not-yet":            {Invalid, "{0} is still to come: by the clock of this host it is {1}", "record it once it has begun, or correct the date"},
	"not-held":           {Conflict, "the meeting has not been held on record", "record first that it was held, and who was there"},
	"minutes-closed":     {Conflict, "the minutes are closed", "write a remark, or open further minutes"},
	"only-present":       {Forbidden, "only delegations that were at the meeting correct its minutes", "let the delegation “{0}” do it, which opened them"},
	"one-due":            {Invalid, "a time is a date, or reckoned from something by one rule", "give by alone, or of with at most one of within and day"},
	"bad-zone":           {Invalid, "{0} is not a time zone", "write its name in the IANA database, as in Europe/Kyiv, or leave it out for UTC"},
	"bad-span":           {Invalid, "{0} is not a period", "write P14D, P2W, P1M, P1Y or PT48H, at most a hundred years"},
	"one-expr":           {Invalid, "a condition is one of all, any, not, of, or from and until", "give exactly one"},
	"too-deep":           {TooLarge, "the condition is nested more than {0} deep", "define a condition of its own for what is inside"},
	"follows":            {Invalid, "the condition follows from what it is made of, and nobody determines it", "leave out one of the two, or speak of what it is made of"},
	"rested-on":          {Conflict, "something that others go by rests on this condition as it is: {0}", "define another condition, and let them agree to rest on that"},
	"no-way":             {Invalid, "the target is the baseline", "write where it is to go"},
	"step-order":         {Invalid, "the step {0} does not lie between {1} and the target {2}", "put the steps in order, each nearer to the target"},
	"uneven-steps":       {Invalid, "step for step needs as many steps on both sides: {0} here, {1} there", "give the measure as many steps"},
	"no-measure":         {Invalid, "the commitment has no measure", "leave the value out, and say it in the text"},
	"replacement":        {Invalid, "what takes its place is named with the ground replaced, and is another commitment", "name it, or choose another ground"},
	"commitment-over":    {Conflict, "the commitment has ended already", "nothing is left to do"},
	"waived-already":     {Conflict, "the delegation “{0}” has waived it already", "let the others to whom it is owed waive it too"},
	"others-owed":        {Forbidden, "it is owed to others too, and one of them cannot give it up for all", "waive it, let each of them do so, and make another commitment"},
	"only-beneficiary":   {Forbidden, "only a party to whom it is owed can do that", "ask one of the beneficiaries"},
	"only-obligor":       {Forbidden, "only a party that owes it can do that", "ask one of the obligors"},
	"bound":              {Conflict, "the agreement {0} binds to it", "denounce the agreement, or let the beneficiary waive the commitment"},
	"not-required":       {Invalid, "the requirement does not name {0}", "name one of its parties"},
	"not-entitled":       {Forbidden, "a waiver is for the party that was to be consulted, or for those who laid the requirement down", "name the own party alone, or let the delegation “{0}” waive it"},
	"not-consulted":      {Conflict, "{0} has not been consulted on {1}, as \"{2}\" requires", "consult it and record that, or let it be waived by those entitled"},
	"few-items":          {Invalid, "a package has at least two items", "name at least two issues or proposals"},
	"adopted-already":    {Conflict, "the proposal was adopted already, as {0}", "table another one"},
	"rule-not-met":       {Conflict, "by the rule under which it was tabled, {0}, it is not decided: these delegations are not for it: {1}", "wait for their answers, or let it be tabled anew for the room as it is now"},
	"agreement-over":     {Conflict, "the agreement has ended", "adopt another"},
	"not-bound":          {Forbidden, "the delegation “{0}” did not decide for this agreement", "let a delegation that did do it"},
	"only-objection":     {Invalid, "only an objection is against a reservation", "leave it out, or write kind: objection"},
	"no-reservation":     {Invalid, "entry {0} is no reservation of another delegation to this agreement", "name the entry of this room in which the reservation was made"},
	"left-already":       {Conflict, "the delegation “{0}” has left this agreement already", "nothing is left to do"},
	"nothing-to-confirm": {Conflict, "the delegation “{0}” has nothing to confirm", "nothing is left to do"},
	"confirm-first":      {Conflict, "the delegation accepted ad referendum and has not confirmed", "confirm first, then sign"},
	"signed-already":     {Conflict, "the delegation “{0}” has signed in this way already", "nothing is left to do"},
	"bad-signature":      {Invalid, "the signature is not one over this agreement by this key: {0}", "sign the bytes that this agreement has, with parley sign or on its page"},
	"in-force":           {Conflict, "the agreement is in force", "denounce it"},
	"not-adopted":        {Conflict, "the agreement is not adopted for good yet", "withdraw from it"},
	"erase-adopted":      {Conflict, "the proposal was adopted, and the agreement rests on this", "nothing can be done: what was agreed stands"},
	"erase-kind":         {Forbidden, "{0} cannot be erased, because the room stands on it", "erase only what was said, noted or quoted"},
	"erased-name":        {Invalid, "the act has to keep the name of what it erases, so that nobody takes it again", "write name: {0}, or leave it out where that is empty"},
	"erased-already":     {Conflict, "the entry is erased already", "nothing is left to do"},
}

func asError[T error](err error, target *T) bool { return errors.As(err, target) }

func pointer(p jsontext.Pointer) string { return strings.TrimPrefix(string(p), "/") }

func typeName(t reflect.Type) string {
	if t == nil {
		return "another value"
	}
	switch t.Kind() {
	case reflect.String, reflect.Struct:
		if t == reflect.TypeFor[Ref]() || t.Kind() == reflect.String {
			return "a text"
		}
		return "an object"
	case reflect.Slice:
		return "a list"
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int64:
		return "a whole number"
	case reflect.Pointer:
		return typeName(t.Elem())
	}
	return "an object"
}

// fieldNames lists the JSON names of the fields of an act, or of an object in it, for the remedy of a misspelt one.
func fieldNames(of reflect.Type) string {
	var names []string
	var walk func(t reflect.Type)
	walk = func(t reflect.Type) {
		for f := range t.Fields() {
			if f.Anonymous {
				walk(f.Type)
				continue
			}
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			names = append(names, name)
		}
	}
	walk(of)
	return strings.Join(names, ", ")
}

// NewProblem makes a problem of a code for what the talks themselves do not check: the gate and the front ends use it. It panics
// for a code that has no text.
func NewProblem(code, field string, args ...string) *Problem { return problem(code, field, args...) }
