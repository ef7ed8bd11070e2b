package badinput

import (
	"fmt"
	"strings"
)

// owed is a promise of the United States, with what is wrong in it.
func owed(more string) string {
	return fmt.Sprintf(`{"name":"n","title":"N","obligors":["{lobby}/united-states"],"deed":"Do it.",%s}`, more)
}

// nested is an expression of n conditions, each within the other.
func nested(n int) string {
	return strings.Repeat(`{"not":`, n) + `{"from":"2025-03-01"}` + strings.Repeat("}", n)
}

// promiseRequests are wrong acts and addresses of meetings, consultations, agreements, conditions and promises.
var promiseRequests = []request{
	{name: "promises on a day that is none", target: "/p/{P}/commitments?on=2025-02-30", status: 200, words: []string{"2025-02-30 is not a day"}},
	{name: "the matrix on a day that is none", target: "/p/{P}/implementation.csv?on=soon", status: 400, words: []string{"That is not a time"}},
	{name: "the workbook on a day that is none", target: "/p/{P}/implementation.xlsx?on=soon", status: 400, words: []string{"That is not a time"}},
	{name: "what waits for nothing", target: "/p/{P}/implementation?for=x", status: 404, words: notFound},
	{name: "what waits for something hidden", target: "/p/{P}/implementation?for={ua-caucus}/x", status: 404, words: notFound},
	{name: "an agreement that is not there", target: "/p/{P}/agreements/{lobby}/nothing", status: 404, words: notFound},
	{name: "the text of an agreement that is not there", target: "/p/{P}/agreements/{lobby}/nothing/text", status: 404, words: notFound},
	{name: "a promise of a hidden room", target: "/p/{P}/commitments/{ua-caucus}/x", status: 404, words: notFound},
	{name: "a condition that is not there", target: "/p/{P}/conditions/{lobby}/nothing", status: 404, words: notFound},
	{name: "an event that is an issue", target: "/p/{P}/events/{lobby}/territory", status: 404, words: notFound},
	{name: "a relation that is not there", target: "/p/{P}/relations/{lobby}/nothing", status: 404, words: notFound},
	{name: "a calendar of nobody", seat: nobody, target: "/calendar/AAAAAAAAAAAAAAAAAAAAAAAAAA/parley.ics", status: 404, words: notFound},
	{name: "a calendar that leads out", seat: nobody, target: "/calendar/..%2f..%2fetc/parley.ics", status: 404, words: notFound},
	{name: "promises of the API that are not there", target: "/api/v1/processes/{P}/commitments/{lobby}/nothing", status: 404},
	{name: "inclusion in what nobody is affected by", target: "/api/v1/processes/{P}/inclusion/{lobby}/territory", status: 404},
	{name: "a seal of an agreement that is not there", target: "/p/{P}/agreements/{lobby}/nothing/seal", kind: formType, body: form("response", "{}"), status: 404, words: notFound},

	in("direct", "a promise of nobody", "commitment.make", `{"name":"n","title":"N","deed":"Do it."}`, 422, "no-party", "obligors", "name at least one"),
	in("direct", "a promise of nothing", "commitment.make", `{"name":"n","title":"N","obligors":["{lobby}/united-states"]}`, 422, "missing", "deed"),
	in("direct", "a promise by an issue", "commitment.make", `{"name":"n","title":"N","obligors":["{lobby}/territory"],"deed":"Do it."}`, 422, "wrong-object", "obligors/0", "of the kind issue", "name something of the kind party"),
	in("direct", "a promise due on a day that is none", "commitment.make", owed(`"due":{"by":"2025-02-30"}`), 422, "bad-date", "due/by"),
	in("direct", "a promise due twice", "commitment.make", owed(`"due":{"by":"2025-12-31","of":"{lobby}/ceasefire-terms"}`), 422, "one-due", "due", "by alone"),
	in("direct", "a promise due within no time", "commitment.make", owed(`"due":{"of":"{lobby}/first-embassy","within":"soon"}`), 422, "bad-span", "due/within", "P14D"),
	in("direct", "a promise due in a zone that is none", "commitment.make", owed(`"due":{"by":"2025-12-31","zone":"Mars/Olympus"}`), 422, "bad-zone", "due/zone", "IANA"),
	in("direct", "a promise due on day nought", "commitment.make", owed(`"due":{"day":-1}`), 422, "one-due", "due"),
	in("direct", "a promise on two things at once", "commitment.make", owed(`"when":{"from":"2025-03-01","not":{"from":"2025-03-02"}}`), 422, "one-expr", "when", "give exactly one"),
	in("direct", "a promise on nothing", "commitment.make", owed(`"when":{}`), 422, "one-expr", "when", "give exactly one"),
	in("direct", "a promise on conditions within conditions", "commitment.make", owed(`"when":`+nested(200)), 413, "too-many", "when", "more than 100"),
	in("direct", "a promise on too many things", "commitment.make", owed(`"when":{"any":[`+strings.Repeat(`{"from":"2025-03-01"},`, 2000)+`{"from":"2025-03-01"}]}`), 413, "too-many", "when", "more than 100"),
	in("direct", "a promise on itself", "commitment.make", owed(`"when":{"of":"n"}`), 422, "unknown-ref", "when/of", "check the name"),
	in("direct", "a promise in return for itself", "commitment.make", owed(`"in_return":"n"`), 422, "unknown-ref", "in_return", "check the name"),
	in("direct", "a promise at a pace that is none", "commitment.make", owed(`"pace":"slowly"`), 422, "not-one-of", "pace"),
	in("direct", "a measure that goes nowhere", "commitment.make", owed(`"measure":{"unit":"staff","baseline":"10","target":"10"}`), 422, "no-way", "measure/target", "the target is the baseline"),
	in("direct", "a measure without a unit", "commitment.make", owed(`"measure":{"baseline":"0","target":"10"}`), 422, "missing", "measure/unit"),
	in("direct", "steps that go back", "commitment.make", owed(`"measure":{"unit":"staff","baseline":"0","target":"10","steps":[{"value":"8"},{"value":"4"}]}`), 422, "step-order", "measure/steps/1/value", "in order"),
	in("direct", "a step beyond the target", "commitment.make", owed(`"measure":{"unit":"staff","baseline":"0","target":"10","steps":[{"value":"80"}]}`), 422, "step-order", "measure/steps/0/value", "in order"),
	in("direct", "a report of what is no promise", "commitment.report", `{"commitment":"{lobby}/territory","claim":"done"}`, 422, "wrong-object", "commitment", "name something of the kind commitment"),
	in("direct", "a report that claims nothing", "commitment.report", `{"commitment":"{lobby}/territory","claim":"perhaps"}`, 422, "not-one-of", "claim"),
	in("direct", "a condition by nobody's word and from things", "condition.define", `{"name":"n","title":"N","when":{"from":"2025-03-01"},"determiners":["{lobby}/russia"]}`, 422, "follows", "determiners", "leave out one"),
	in("direct", "an outcome that is none", "condition.determine", `{"condition":"{lobby}/territory","outcome":"maybe"}`, 422, "not-one-of", "outcome"),
	in("direct", "adopting what is no proposal", "agreement.adopt", `{"name":"n","title":"N","proposal":"{lobby}/territory"}`, 422, "wrong-object", "proposal", "name something of the kind proposal"),
	in("direct", "signing what is no agreement", "agreement.sign", `{"agreement":"{lobby}/territory","method":"ssh","signature":"x"}`, 422, "wrong-object", "agreement"),
	in("direct", "a package of nothing", "package.form", `{"name":"n","title":"N"}`, 422, "few-items", "items", "at least two"),
	in("lobby", "a requirement of nobody", "consult.require", `{"name":"n","title":"N","issues":["territory"],"ground":"x"}`, 403, "only-chair", "", "chair"),
	in("direct", "a requirement before a stage that is none", "consult.require", `{"name":"n","title":"N","issues":["{lobby}/territory"],"parties":["{lobby}/ukraine"],"before":["dining"],"ground":"x"}`, 422, "not-one-of", "before/0"),
	in("direct", "a waiver of nothing", "consult.waive", `{"requirement":"{lobby}/territory","reason":"x"}`, 422, "wrong-object", "requirement", "name something of the kind requirement"),
	in("direct", "a consultation of nobody", "consult.record", `{"issues":["{lobby}/territory"]}`, 422, "no-party", "parties"),
	in("direct", "a reaction that is none", "reaction.record", `{"party":"{lobby}/united-states","to":"{lobby}/territory","stance":"shrug"}`, 422, "not-one-of", "stance"),
	in("direct", "minutes of what is no meeting", "minutes.open", `{"meeting":"{lobby}/territory","paragraphs":["x"]}`, 422, "wrong-object", "meeting", "name something of the kind meeting"),
	in("direct", "minutes of a hidden meeting", "minutes.open", `{"meeting":"{ua-caucus}/x","paragraphs":["x"]}`, 422, "unknown-ref", "meeting"),
	in("direct", "minutes without a paragraph", "minutes.open", `{"meeting":"{lobby}/territory"}`, 422, "missing", "paragraphs"),
}
