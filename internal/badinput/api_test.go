package badinput

import (
	"fmt"
	"strings"

	"parley/internal/talks"
)

const (
	jsonType = "application/json"
	roomsAPI = "/api/v1/processes/{P}/rooms"
	remark   = `{"kind":"remark.write","body":{"text":"x"}}`
)

// apiRequests are requests of the API that are wrong whatever they say.
var apiRequests = []request{
	{name: "an address of the API that is none", target: "/api/v1/nowhere", status: 404},
	{name: "the API of another process", target: "/api/v1/processes/other/view", status: 404},
	{name: "another version of the API", target: "/api/v2/processes/{P}/view", status: 404},
	{name: "a view at a time that is none", target: "/api/v1/processes/{P}/view?at=2025-02-18", status: 400, words: []string{"That is not a time"}},
	{name: "a view of nobody", seat: "us-nobody", target: "/api/v1/processes/{P}/view", status: 404},
	{name: "a view with a bad token", seat: nobody, header: []string{"Authorization", "Bearer x"}, target: "/api/v1/processes/{P}/view", status: 401, words: []string{"Who is asking?"}},
	{name: "acts of a hidden room", target: "/api/v1/processes/{P}/rooms/{ua-caucus}/acts", status: 404},
	{name: "acts from before the first", target: acts + "?from=-1", status: 400, code: "bad-parameter", field: "from"},
	{name: "acts from a half", target: acts + "?from=1.5", status: 400, code: "bad-parameter", field: "from"},
	{name: "acts from nowhere", target: acts + "?from=", status: 400, code: "bad-parameter", field: "from"},
	{name: "acts from two places", target: acts + "?from=1&from=2", status: 400, code: "bad-parameter", field: "from"},
	{name: "acts from a place and after another", target: acts + "?from=1&after=ZW50cnkgMQ", status: 400, code: "bad-parameter", field: "from"},
	{name: "acts after what was never said", target: acts + "?after=zzz", status: 400, code: "bad-parameter", field: "after"},
	{name: "acts after less than nothing", target: acts + "?after=ZW50cnkgLTE", status: 400, code: "bad-parameter", field: "after"},
	{name: "more acts than are given at once", target: acts + "?limit=1001", status: 400, code: "bad-parameter", field: "limit"},
	{name: "no acts at all", target: acts + "?limit=0", status: 400, code: "bad-parameter", field: "limit"},
	{name: "acts of a kind that is none", target: acts + "?kind=remark.shout", status: 400, code: "bad-parameter", field: "kind[0]"},
	{name: "a timeline from a day that is none", target: "/api/v1/processes/{P}/timeline?from=2025-02-30", status: 400, code: "bad-parameter", field: "from"},
	{name: "a timeline of what is none", target: "/api/v1/processes/{P}/timeline?what=rumour", status: 400, code: "bad-parameter", field: "what[0]"},
	{name: "a search of a thousand words", target: "/api/v1/processes/{P}/search?q=" + strings.Repeat("w+", 600), status: 400, code: "bad-parameter", field: "q"},
	{name: "a room of a form that none has", target: "/api/v1/processes/{P}/rooms/UPPER", status: 404},
	{name: "an entry before the first", target: acts + "/-1", status: 404},
	{name: "an entry that is a word", target: acts + "/first", status: 404},
	{name: "an entry that is not there", target: acts + "/9999", status: 404},
	{name: "an issue that is not there", target: "/api/v1/processes/{P}/issues/{lobby}/nothing", status: 404},
	{name: "an issue of a hidden room", target: "/api/v1/processes/{P}/issues/{ua-caucus}/territory", status: 404},
	{name: "a head that never was", target: "/api/v1/processes/{P}/rooms/{direct}/record?since=9999", status: 400, code: "bad-parameter", field: "since"},
	{name: "the head of a hidden room", target: "/api/v1/processes/{P}/rooms/{ua-caucus}/record", status: 404},
	{name: "marks of a hidden room", method: "PUT", target: "/api/v1/processes/{P}/marks", kind: jsonType, body: `{"seen":{"{ua-caucus}":1}}`, status: 404},
	{name: "marks of less than nothing", method: "PUT", target: "/api/v1/processes/{P}/marks", kind: jsonType, body: `{"seen":{"{lobby}":-1}}`, status: 422, code: "bad-value", field: "seen/{lobby}"},
	{name: "marks that are words", method: "PUT", target: "/api/v1/processes/{P}/marks", kind: jsonType, body: `{"seen":{"{lobby}":"all"}}`, status: 422, code: "bad-value", field: "seen/{lobby}"},
	{name: "marks of nothing", method: "PUT", target: "/api/v1/processes/{P}/marks", kind: jsonType, body: `{}`, status: 422, code: "bad-value", field: ""},
	{name: "marks that are no JSON", method: "PUT", target: "/api/v1/processes/{P}/marks", kind: jsonType, body: `seen`, status: 422, code: "bad-value"},
	{name: "marks as a form", method: "PUT", target: "/api/v1/processes/{P}/marks", kind: formType, body: `seen=1`, status: 415},
	{name: "two keys for one act", target: acts, kind: jsonType, body: with(`"key":"a"`), header: []string{"Idempotency-Key", "b"}, status: 400, code: "bad-parameter", field: "Idempotency-Key"},
	{name: "a key too long in the header", target: acts, kind: jsonType, body: remark, header: []string{"Idempotency-Key", strings.Repeat("k", 201)}, status: 400, code: "bad-parameter", field: "Idempotency-Key"},
	{name: "an invitation where nobody has an account", target: "/api/v1/processes/{P}/invitations", kind: jsonType, body: `{"seat":"us-envoy"}`, status: 404},
	{name: "a token where nobody has an account", target: "/api/v1/processes/{P}/tokens", kind: jsonType, body: `{"name":"n"}`, status: 403},
	{name: "the end of a token that is none", method: "DELETE", target: "/api/v1/processes/{P}/tokens/nothing", status: 404},
	{name: "replacing acts", method: "PUT", target: acts, kind: jsonType, body: remark, status: 404},
	{name: "deleting acts", method: "DELETE", target: acts, status: 404},
	{name: "patching acts", method: "PATCH", target: acts, kind: jsonType, body: remark, status: 404},
	{name: "methods of the API", method: "OPTIONS", target: acts, status: 404},
	{name: "writing a view", target: "/api/v1/processes/{P}/view", kind: jsonType, body: remark, status: 404},
	{name: "an act from another site", target: acts, kind: jsonType, body: remark, header: []string{"Sec-Fetch-Site", "cross-site"}, status: 403, words: []string{"Sent from another site"}},
	{name: "an act as a form", target: acts, kind: formType, body: "kind=remark.write", status: 415, words: []string{"another kind of content"}},
	{name: "an act as text", target: acts, kind: "text/plain", body: remark, status: 415},
	{name: "an act of no type", method: "POST", target: acts, body: remark, status: 415},
	{name: "an act in a hidden room", target: "/api/v1/processes/{P}/rooms/{ua-caucus}/acts", kind: jsonType, body: remark, status: 404},
	{name: "an act in a room out of the folder", target: "/api/v1/processes/{P}/rooms/..%2f{direct}/acts", kind: jsonType, body: remark, status: 404},
	{name: "an act of a seat that has ended", seat: "us-late", target: acts, kind: jsonType, body: remark, status: 404},
	{name: "an act of another process", target: "/api/v1/processes/other/rooms/{direct}/acts", kind: jsonType, body: remark, status: 404},

	{name: "no JSON", target: acts, kind: jsonType, body: "remark", status: 422, code: "bad-value"},
	{name: "nothing", target: acts, kind: jsonType, method: "POST", status: 422, code: "bad-value"},
	{name: "half of an object", target: acts, kind: jsonType, body: `{"kind":"remark.write"`, status: 422, code: "bad-value"},
	{name: "a list", target: acts, kind: jsonType, body: "[" + remark + "]", status: 422, code: "bad-value"},
	{name: "two objects", target: acts, kind: jsonType, body: remark + remark, status: 422, code: "bad-value"},
	{name: "a kind twice", target: acts, kind: jsonType, body: `{"kind":"remark.write","kind":"remark.write","body":{"text":"x"}}`, status: 422, code: "bad-value", words: []string{"kind"}},
	{name: "a member that is unknown", target: acts, kind: jsonType, body: `{"kind":"remark.write","body":{"text":"x"},"seat":"ru-head"}`, status: 422, code: "bad-value", words: []string{"seat"}},
	{name: "a member in capitals", target: acts, kind: jsonType, body: `{"Kind":"remark.write","body":{"text":"x"}}`, status: 422, code: "bad-value"},
	{name: "a mark before the object", target: acts, kind: jsonType, body: "\uFEFF" + remark, status: 422, code: "bad-value"},
	{name: "a comment", target: acts, kind: jsonType, body: remark + "// done", status: 422, code: "bad-value"},
	{name: "bytes that are no text", target: acts, kind: jsonType, body: "{\"kind\":\"remark.write\",\"body\":{\"text\":\"\xff\"}}", status: 422, code: "bad-value"},
	{name: "half a surrogate", target: acts, kind: jsonType, body: `{"kind":"remark.write","body":{"text":"\ud800"}}`, status: 422, code: "bad-value"},
	{name: "a thousand brackets", target: acts, kind: jsonType, body: `{"kind":"remark.write","body":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `}`, status: 422, code: "bad-value"},
	{name: "a fraction of entries seen", target: acts, kind: jsonType, body: with(`"seen":1.5`), status: 422, code: "bad-value", words: []string{"seen"}},
	{name: "entries seen in quotes", target: acts, kind: jsonType, body: with(`"seen":"3"`), status: 422, code: "bad-value", words: []string{"seen"}},
	{name: "more seen than numbers", target: acts, kind: jsonType, body: with(`"seen":1e30`), status: 422, code: "bad-value", words: []string{"seen"}},
	{name: "less than nothing seen", target: acts, kind: jsonType, body: with(`"seen":-1`), status: 400, code: "bad-value", field: "seen", words: []string{"That is not a number"}},
	{name: "something expected of nothing", target: acts, kind: jsonType, body: with(`"expect":true`), status: 422, code: "missing", field: "seen"},
	{name: "a key too long", target: acts, kind: jsonType, body: with(`"key":"` + strings.Repeat("k", 201) + `"`), status: 413, code: "bad-key", field: "key"},
	{name: "a key for another act", target: acts, kind: jsonType, body: with(`"key":"used"`), status: 409, words: []string{"used before for another act", "use a new key"}},
	{name: "a room that has moved on", target: acts, kind: jsonType, body: with(`"seen":1,"expect":true`), status: 409, words: []string{"the room has moved on", `"since"`, `"size"`}},
	{name: "no kind", target: acts, kind: jsonType, body: `{"body":{"text":"x"}}`, status: 422, code: "unknown-act", field: "kind"},
	{name: "no body", target: acts, kind: jsonType, body: `{"kind":"remark.write"}`, status: 422, code: "missing", field: "body"},
	{name: "too much", target: acts, kind: jsonType, body: `{"kind":"remark.write","body":{"text":"` + strings.Repeat("x", 2<<20) + `"}}`, status: 413, words: []string{"Too large"}},
	{name: "an act too large", target: acts, kind: jsonType, body: `{"kind":"remark.write","body":{"text":"` + strings.Repeat("x", 300<<10) + `"}}`, status: 413, code: "payload-too-large", words: []string{"256 KiB"}},
}

func with(more string) string { return `{"kind":"remark.write","body":{"text":"x"},` + more + `}` }

// in is an act that is wrong in a room, written by us-head where by does not say otherwise.
func in(room, name, kind, body string, status int, code, field string, words ...string) request {
	target := roomsAPI
	if room != "" {
		target = fmt.Sprintf("%s/{%s}/acts", roomsAPI, room)
	}
	return request{name: name, target: target, kind: jsonType, body: fmt.Sprintf(`{"kind":%q,"body":%s}`, kind, body), status: status, code: code, field: field, words: words}
}

func by(seat talks.Seat, r request) request { r.seat = seat; return r }

// on is a position of the United States, with what is wrong in it.
func on(issue, more string) string {
	return fmt.Sprintf(`{"party":"{lobby}/united-states","issue":"{lobby}/%s","firmness":"firm",%s}`, issue, more)
}

// said is a statement of the speaker's own delegation, with what is wrong in it.
func said(more string) string {
	return `{"speaker":"{lobby}/united-states","strength":"stated","form":"paraphrase",` + more + `}`
}

// actRequests are acts that are wrong in themselves, or where and by whom they are written.
var actRequests = []request{
	in("direct", "an act of an unknown kind", "remark.shout", `{"text":"x"}`, 422, "unknown-act", "kind", "remark.shout"),
	in("direct", "a body that is a text", "remark.write", `"x"`, 422, "wrong-type", ""),
	in("direct", "a body of nothing", "remark.write", `null`, 422, "missing", "text"),
	in("direct", "a field that is unknown", "remark.write", `{"txt":"x"}`, 422, "unknown-field", "txt", "its fields are text, on"),
	in("direct", "a number for a text", "remark.write", `{"text":7}`, 422, "wrong-type", "text", "a text"),
	in("direct", "a text for a list", "remark.write", `{"text":"x","on":"territory"}`, 422, "wrong-type", "on", "a list"),
	in("direct", "a fraction for a whole number", "position.record", on("territory", `"text":"x","salience":50.5`), 422, "bad-value", "salience"),
	in("direct", "a number for a decimal text", "position.record", on("diplomatic-ties", `"value":50`), 422, "wrong-type", "value"),
	in("direct", "words that are missing", "remark.write", `{}`, 422, "missing", "text"),
	in("direct", "words of spaces", "remark.write", `{"text":" \n\t "}`, 422, "missing", "text"),
	in("direct", "a control character", "remark.write", `{"text":"a\u0007b"}`, 422, "bad-text", "text", "U+0007"),
	in("direct", "a null character", "remark.write", `{"text":"a\u0000b"}`, 422, "bad-text", "text", "U+0000"),
	in("direct", "a bidirectional override", "remark.write", `{"text":"a\u202eb"}`, 422, "bad-text", "text", "U+202E"),
	in("direct", "a title of two lines", "issue.open", `{"name":"n","title":"a\nb"}`, 422, "bad-text", "title", "U+000A"),
	in("direct", "a text too long", "remark.write", `{"text":"`+strings.Repeat("é", 20_001)+`"}`, 413, "text-too-long", "text", "20000"),
	in("direct", "a name too long", "issue.open", `{"name":"`+strings.Repeat("n", 65)+`","title":"T"}`, 422, "bad-name", "name", "at most 64"),
	in("direct", "a name with spaces", "issue.open", `{"name":"a name","title":"T"}`, 422, "bad-name", "name"),
	in("direct", "a name that leads out", "issue.open", `{"name":"../../etc/passwd","title":"T"}`, 422, "bad-name", "name"),
	in("lobby", "a name that is taken", "issue.open", `{"name":"territory","title":"T"}`, 409, "name-taken", "name", "choose another name"),
	in("direct", "a strength that is none", "statement.record", `{"speaker":"{lobby}/united-states","strength":"shouted","form":"verbatim","text":"x"}`, 422, "not-one-of", "strength", "hinted"),
	in("direct", "a date that is none", "statement.record", said(`"text":"x","said":"2025-02-30"`), 422, "bad-date", "said", "2025-02-18"),
	in("direct", "an end before the beginning", "meeting.schedule", `{"name":"m","title":"M","kind":"meeting","standing":"agreed","starts":"2025-03-02","ends":"2025-03-01"}`, 422, "ends-early", "ends"),
	in("direct", "a value off the scale", "position.record", on("diplomatic-ties", `"value":"-1"`), 422, "off-scale", "value", "0 to 100"),
	in("direct", "a value with an exponent", "position.record", on("diplomatic-ties", `"value":"1e1"`), 422, "bad-number", "value"),
	in("direct", "a value where there are options", "position.record", on("cooperation", `"value":"1"`), 422, "no-scale", "value"),
	in("direct", "an option that is none", "position.record", on("cooperation", `"option":"never-ever"`), 422, "no-such-option", "option", "at-once"),
	in("direct", "more than all", "position.record", on("territory", `"text":"x","salience":101`), 422, "out-of-range", "salience"),
	in("direct", "less than nothing", "position.record", on("territory", `"text":"x","confidence":-1`), 422, "out-of-range", "confidence"),
	in("direct", "a position that says nothing", "position.record", on("territory", `"text":""`), 422, "needs-stance", "text"),
	in("direct", "a reference to nothing", "remark.write", `{"text":"x","on":["nothing"]}`, 422, "unknown-ref", "on/0", "check the name"),
	in("direct", "a reference to what is hidden", "remark.write", `{"text":"x","on":["{ua-caucus}/#1"]}`, 422, "unknown-ref", "on/0"),
	in("lobby", "a reference to what some cannot see", "remark.write", `{"text":"x","on":["{direct}/staff-by-steps"]}`, 422, "unknown-ref", "on/0", "released into this room first"),
	in("direct", "a reference that is none", "remark.write", `{"text":"x","on":["a/b/c"]}`, 422, "bad-value", "on/0"),
	in("direct", "a reference to another sort of thing", "statement.record", `{"speaker":"{lobby}/territory","strength":"stated","form":"verbatim","text":"x"}`, 422, "wrong-object", "speaker"),
	in("direct", "a reference twice", "remark.write", `{"text":"x","on":["{lobby}/territory","{lobby}/territory"]}`, 422, "twice", "on/1"),
	in("direct", "too many references", "remark.write", `{"text":"x","on":[`+strings.TrimSuffix(strings.Repeat(`"{lobby}/territory",`, 101), ",")+`]}`, 413, "too-many", "on"),
	in("direct", "a paragraph before the first", "remark.write", `{"text":"x","cites":[{"source":"{lobby}/report","paragraph":-1}]}`, 422, "out-of-range", "cites/0/paragraph"),
	in("direct", "a citation of no source", "remark.write", `{"text":"x","cites":[{"quote":"so they say"}]}`, 422, "missing", "cites/0/source"),
	in("direct", "words of another without a ground", "statement.record", `{"speaker":"{lobby}/russia","strength":"stated","form":"verbatim","text":"x"}`, 422, "attributed", "cites"),
	in("direct", "an address that is a program", "source.add", `{"name":"s","title":"S","kind":"article","url":"javascript:alert(1)"}`, 422, "bad-url", "url"),
	in("direct", "a change of another room's issue", "issue.update", `{"issue":"{lobby}/territory","title":"Ours"}`, 422, "other-room", "issue"),
	in("direct", "a seat outside of the caucus", "seat.grant", `{"holder":"us-x","role":"head"}`, 403, "not-here", "", "caucus"),
	in("us-caucus", "a seat of another delegation", "seat.grant", `{"holder":"ru-x","role":"head"}`, 422, "other-head", "holder"),
	in("us-caucus", "a role that is none", "seat.grant", `{"holder":"us-x","role":"king"}`, 422, "not-one-of", "role", "observer"),
	in("us-caucus", "the end of the last head", "seat.revoke", `{"holder":"us-head"}`, 409, "last-head", "holder"),
	in("us-caucus", "the end of a seat that is none", "seat.revoke", `{"holder":"us-ghost"}`, 422, "unknown-seat", "holder"),
	in("lobby", "a delegation by who does not convene", "delegation.designate", `{"delegation":"xx","party":"russia","title":"X","head":"xx-head"}`, 403, "only-convener", "", "sa-head"),
	by("us-observer", in("lobby", "an observer's act", "remark.write", `{"text":"x"}`, 403, "no-authority", "", "observer")),
	by("us-adviser", in("direct", "an adviser's act outside of the caucus", "remark.write", `{"text":"x"}`, 403, "no-authority", "", "adviser")),
	by("us-envoy", in("direct", "a delegate's admission", "room.admit", `{"delegations":["ua"]}`, 403, "no-authority", "", "head")),
	in("closed", "an act in a closed room", "remark.write", `{"text":"x"}`, 409, "room-closed", "", "open a new room"),
	in("direct", "an opening of what is open", "room.open", `{"kind":"direct","title":"T","members":["us","ru"]}`, 409, "already-open", "kind"),
	in("", "an act in no room", "remark.write", `{"text":"x"}`, 422, "founding", "kind"),
	in("", "a second lobby", "room.open", `{"kind":"lobby","title":"T"}`, 409, "one-lobby", "kind"),
	in("", "a second caucus", "room.open", `{"kind":"caucus","title":"T","members":["us"]}`, 409, "one-caucus", "kind"),
	in("", "another's caucus", "room.open", `{"kind":"caucus","title":"T","members":["ru"]}`, 422, "caucus-members", "members"),
	in("", "a room without its opener", "room.open", `{"kind":"direct","title":"T","members":["ru","ua"]}`, 422, "opener-absent", "members"),
	in("", "a room for one", "room.open", `{"kind":"direct","title":"T","members":["us"]}`, 422, "two-members", "members"),
	in("", "a room with nobody known", "room.open", `{"kind":"direct","title":"T","members":["us","zz"]}`, 422, "unknown-code", "members/1"),
	in("", "a room of a kind that is none", "room.open", `{"kind":"cellar","title":"T","members":["us","ru"]}`, 422, "not-one-of", "kind", "plenary"),
	in("direct", "an admission of a member", "room.admit", `{"delegations":["ru"]}`, 409, "already-member", "delegations/0"),
	by("ru-head", in("direct", "a removal by who did not open", "room.remove", `{"delegations":["us"]}`, 403, "only-opener", "", "us")),
	in("us-caucus", "leaving the caucus", "room.leave", `{}`, 403, "not-here", ""),
	in("direct", "erasing what a room stands on", "record.erase", `{"entry":0}`, 403, "erase-kind", "entry"),
	in("direct", "erasing what is not there", "record.erase", `{"entry":1000}`, 422, "unknown-entry", "entry"),
	in("direct", "erasing before the first", "record.erase", `{"entry":-1}`, 422, "unknown-entry", "entry"),
	in("direct", "erasing another's words", "record.erase", `{"entry":4}`, 403, "only-own", "entry", "ru"),
	in("direct", "an answer that is none", "proposal.respond", `{"proposal":"staff-by-steps","answer":"maybe"}`, 422, "not-one-of", "answer", "consider"),
	in("direct", "a withdrawal of another's proposal", "proposal.withdraw", `{"proposal":"joint-work"}`, 403, "only-own", "proposal"),
	in("direct", "an account of a meeting that is none", "readout.issue", `{"meeting":"territory","by":["{lobby}/united-states"],"text":"x"}`, 422, "unknown-ref", "meeting"),
	in("direct", "a release of a kind that is none", "release.make", `{"title":"T","text":"x","kind":"secret"}`, 422, "not-one-of", "kind"),
	in("direct", "a relation with oneself", "relation.assess", `{"name":"r","between":["{lobby}/russia","{lobby}/russia"],"tone":"strained","cites":[{"source":"{lobby}/report"}]}`, 422, "two-parties", "between"),
}
