package talks

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// checkCase is an act and the codes of all that is wrong with it, in order; none for one that may be written.
type checkCase struct {
	room, seat, role string
	kind             Kind
	js               string
	want             string // "code field code field …", without field where it is empty; "" for none
}

// many is a JSON list of n copies of an element.
func many(n int, element string) string {
	return "[" + strings.TrimSuffix(strings.Repeat(element+",", n), ",") + "]"
}

// nested puts an expression inside as many contraries.
func nested(n int, inner string) string {
	return strings.Repeat(`{"not":`, n) + inner + strings.Repeat("}", n)
}

var long = strings.Repeat("x", 201)

// checkCases has a table for each concept: something that may be written, and whatever may not.
var checkCases = map[string][]checkCase{
	"act": {
		{"lobby", "us-head", "head", "no.such", `{}`, "unknown-act act"},
		{"lobby", "us-head", "head", "remark.write", `{"txt":"a"}`, "unknown-field txt"},
		{"lobby", "us-head", "head", "remark.write", `{"text":{}}`, "wrong-type text"},
		{"lobby", "us-head", "head", "remark.write", `{"text":"a","on":["a/b/c"]}`, "bad-value on/0"},
		{"lobby", "us-head", "head", "remark.write", `{"text":"a"`, "bad-json"},
		{"lobby", "us-head", "head", "remark.write", `{"text":"` + strings.Repeat("x", MaxPayload) + `"}`, "payload-too-large"},
		{"direct", "us-head", "observer", "remark.write", `{"text":"a"}`, "no-authority"},
		{"direct", "us-head", "", "remark.write", `{"text":"a"}`, "no-authority"},
		{"lobby", "us-head", "head", "seat.grant", `{"holder":"us-a","role":"adviser"}`, "not-here"},
		{"closed", "us-head", "head", "remark.write", `{"text":"a"}`, "room-closed"},
		{"closed", "us-head", "head", "record.erase", `{"entry":1}`, ""},
		{"fresh", "us-head", "head", "remark.write", `{"text":"a"}`, "founding act"},
		{"direct", "us-head", "head", "room.open", `{"kind":"direct","title":"A","members":["us","ru"]}`, "already-open act"},
	},
	"basis": {
		{"lobby", "us-head", "head", "remark.write", `{"text":"a","cites":[{"source":"paper","paragraph":3,"quote":"so"}]}`, ""},
		{"lobby", "us-head", "head", "remark.write", `{"text":"a","cites":[{"source":"harbour"}]}`, "wrong-object cites/0/source"},
		{"lobby", "us-head", "head", "remark.write", `{"text":"a","cites":[{"source":""}]}`, "missing cites/0/source"},
		{"lobby", "us-head", "head", "remark.write", `{"text":"a","cites":[{"source":"paper","paragraph":-1}]}`, "out-of-range cites/0/paragraph"},
		{"lobby", "us-head", "head", "remark.write", `{"text":"a","cites":[{"source":"paper","quote":"` + strings.Repeat("é", 501) + `"}]}`, "text-too-long cites/0/quote"},
		{"lobby", "us-head", "head", "remark.write", `{"text":"a","cites":` + many(51, `{"source":"paper"}`) + `}`, "too-many cites"},
	},
	"party": {
		{"direct", "us-head", "delegate", "party.declare", `{"name":"guard","title":"Guard","kind":"movement","role":"affected","of":["@lobby/p-us"]}`, ""},
		{"lobby", "us-head", "head", "party.declare", `{}`, "missing name missing title missing kind missing role"},
		{"lobby", "us-head", "head", "party.declare", `{"name":"Big","title":"a\nb","short":"LONGER","kind":"tribe","role":"king","of":["p-us","p-us","nobody"]}`,
			"bad-name name bad-text title text-too-long short not-one-of kind not-one-of role twice of/1 unknown-ref of/2"},
		{"lobby", "us-head", "head", "party.declare", `{"name":"harbour","title":"A","short":"a\nb","kind":"state","role":"host"}`, "name-taken name bad-text short"},
		{"lobby", "us-head", "head", "party.update", `{"party":"p-us","note":"x"}`, ""},
		{"lobby", "sa-head", "head", "party.update", `{"party":"p-ru","note":"the convener may"}`, ""},
		{"lobby", "us-head", "head", "party.update", `{"party":"p-ru","note":"x"}`, "only-own party"},
		{"lobby", "us-head", "head", "party.update", `{"party":"p-us"}`, "empty-change"},
		{"lobby", "us-head", "head", "party.update", `{"party":"p-us","title":"` + long + `","role":"king"}`, "text-too-long title not-one-of role"},
		{"direct", "us-head", "head", "party.update", `{"party":"@lobby/p-us","note":"x"}`, "other-room party"},
		{"lobby", "us-head", "head", "party.update", `{"party":"paper","note":"x"}`, "wrong-object party"},
	},
	"delegation": {
		{"lobby", "sa-head", "head", "delegation.designate", `{"delegation":"eu","party":"p-eu","title":"EU","head":"eu-head"}`, ""},
		{"lobby", "sa-head", "head", "delegation.designate", `{"delegation":"two","party":"p-us","title":"EU","head":"two-head"}`, "party-taken party"},
		{"lobby", "us-head", "head", "delegation.designate", `{"delegation":"eu","party":"p-us","title":"EU","head":"eu-head"}`, "only-convener"},
		{"lobby", "sa-head", "head", "delegation.designate", `{"delegation":"us","party":"p-eu","title":"US","head":"us-head"}`, "code-taken delegation"},
		{"lobby", "sa-head", "head", "delegation.designate", `{"delegation":"E-U","party":"p-xx","title":"","level":"kings","head":"us-head","members":[{"person":""}]}`,
			"bad-code delegation unknown-ref party missing title not-one-of level other-head head missing members/0/person"},
		{"lobby", "sa-head", "head", "delegation.designate", `{"delegation":"","party":"p-eu","title":"A","head":"Head"}`, "missing delegation bad-seat head"},
		{"lobby", "sa-head", "head", "delegation.designate", `{"delegation":"eu","party":"p-eu","title":"A","head":"","members":` + many(101, `{"person":"A"}`) + `}`, "missing head too-many members"},
		{"lobby", "us-head", "head", "delegation.update", `{"delegation":"us","add":[{"person":"B"}],"remove":["A. Head"]}`, ""},
		{"lobby", "us-head", "head", "delegation.update", `{"delegation":"us","remove":["Nobody"]}`, "no-such-person remove/0"},
		{"lobby", "us-head", "head", "delegation.update", `{"delegation":"ru","note":"x"}`, "only-own delegation"},
		{"lobby", "us-head", "head", "delegation.update", `{"delegation":"us"}`, "empty-change"},
		{"lobby", "us-head", "head", "delegation.update", `{"delegation":""}`, "missing delegation"},
		{"lobby", "us-head", "head", "delegation.update", `{"delegation":"zz"}`, "unknown-code delegation"},
		{"lobby", "sa-head", "head", "delegation.designate", `{"delegation":"operator","party":"p-eu","title":"A","head":"operator-a"}`, "reserved-code delegation"},
		{"lobby", "sa-head", "head", "delegation.restore", `{"delegation":"us","head":"us-new","reason":"Nobody answers."}`, ""},
		{"lobby", "sa-head", "head", "delegation.restore", `{"delegation":"us","head":"ru-new","reason":" "}`, "other-head head missing reason"},
		{"lobby", "sa-head", "head", "delegation.restore", `{"delegation":"","head":"","reason":"x"}`, "missing delegation missing head"},
		{"lobby", "sa-head", "head", "delegation.restore", `{"delegation":"zz","head":"Z","reason":"x"}`, "unknown-code delegation bad-seat head"},
		{"lobby", "sa-head", "head", "delegation.restore", `{"delegation":"sa","head":"sa-new","reason":"x"}`, "only-operator delegation"},
		{"lobby", "sa-head", "head", "delegation.restore", `{"delegation":"ua","head":"ua-new","reason":"x"}`, "restore-pending delegation"},
		{"lobby", "us-head", "head", "delegation.restore", `{"delegation":"us","head":"us-new","reason":"x"}`, "only-convener"},
		{"lobby", "operator-host", "head", "delegation.restore", `{"delegation":"sa","head":"sa-new","reason":"x"}`, ""},
		{"lobby", "operator-host", "head", "delegation.restore", `{"delegation":"us","head":"us-new","reason":"x"}`, "only-convener delegation"},
		{"lobby", "operator-host", "head", "delegation.restore", `{"delegation":"zz","head":"zz-new","reason":"x"}`, "only-convener delegation"},
		{"lobby", "ua-head", "head", "delegation.retain", `{"delegation":"ua","reason":"We are here."}`, ""},
		{"lobby", "ua-head", "delegate", "delegation.retain", `{"delegation":"ua"}`, "no-authority"},
		{"lobby", "ua-head", "head", "delegation.retain", `{"delegation":""}`, "missing delegation"},
		{"lobby", "us-head", "head", "delegation.retain", `{"delegation":"ua"}`, "only-own delegation"},
		{"lobby", "us-head", "head", "delegation.retain", `{"delegation":"us"}`, "nothing-pending delegation"},
		{"direct", "us-head", "head", "mandate.issue", `{"scope":"initial","issues":["@lobby/harbour"],"until":"2025-06"}`, ""},
		{"direct", "us-head", "head", "mandate.issue", `{"scope":"rule","until":"June"}`, "not-one-of scope bad-date until"},
		{"direct", "us-head", "delegate", "mandate.issue", `{"scope":"sign"}`, "no-authority"},
	},
	"seat": {
		{"caucus", "us-head", "head", "seat.grant", `{"holder":"us-aide","role":"delegate","until":"2025-03","alternate":"us-head"}`, ""},
		{"caucus", "us-head", "head", "seat.grant", `{"holder":"","role":""}`, "missing holder missing role"},
		{"caucus", "us-head", "head", "seat.grant", `{"holder":"ru-aide","role":"king","alternate":"x"}`, "other-head holder not-one-of role bad-seat alternate"},
		{"caucus", "us-head", "head", "seat.grant", `{"holder":"us-head","role":"adviser"}`, "last-head holder"},
		{"caucus", "us-head", "head", "seat.grant", `{"holder":"us-adviser","role":"adviser","alternate":"us-head","away":"2025-03-01/2025-03-08"}`, ""},
		{"caucus", "us-head", "head", "seat.grant", `{"holder":"us-aide","role":"adviser","alternate":"us-aide"}`, "alternate-self alternate"},
		{"caucus", "us-head", "head", "seat.grant", `{"holder":"us-aide","role":"adviser","away":"soon"}`, "bad-date away away-alone away"},
		{"caucus", "us-head", "head", "seat.grant", `{"holder":"us-head","role":"head","until":"2025-03"}`, "last-head holder"},
		{"caucus", "us-head", "head", "seat.revoke", `{"holder":"us-adviser"}`, ""},
		{"caucus", "us-head", "head", "seat.revoke", `{"holder":"us-nobody"}`, "unknown-seat holder"},
		{"caucus", "us-head", "head", "seat.revoke", `{"holder":"us-head"}`, "last-head holder"},
		{"caucus", "us-adviser", "adviser", "seat.revoke", `{"holder":"us-adviser"}`, "no-authority"},
	},
	"room": {
		{"fresh", "us-head", "head", "room.open", `{"kind":"consultation","title":"A","members":["us","ua"]}`, ""},
		{"fresh", "ru-head", "head", "room.open", `{"kind":"caucus","title":"Ours","members":["ru"]}`, ""},
		{"fresh", "us-head", "head", "room.open", `{"kind":"lobby","title":"Another"}`, "one-lobby kind"},
		{"fresh", "us-head", "head", "room.open", `{"kind":"lobby","title":"Another","convener":"ru-head"}`, "one-lobby kind convener-self convener"},
		{"fresh", "zz-head", "head", "room.open", `{"kind":"direct","title":"A","members":["zz","us"]}`, "lobby-first kind"},
		{"fresh", "us-head", "head", "room.open", `{"kind":"caucus","title":"A","members":["us"]}`, "one-caucus kind"},
		{"fresh", "us-head", "head", "room.open", `{"kind":"caucus","title":"A","members":["us","ru"]}`, "caucus-members members"},
		{"fresh", "us-head", "head", "room.open", `{"kind":"hall","title":"","members":["us"]}`, "not-one-of kind missing title two-members members"},
		{"fresh", "us-head", "head", "room.open", `{"kind":"direct","title":"A","members":["ru","ua"]}`, "opener-absent members"},
		{"fresh", "us-head", "head", "room.open", `{"kind":"direct","title":"A","members":["us","us"]}`, "twice members/1"},
		{"fresh", "us-head", "head", "room.open", `{"kind":"direct","title":"A"}`, "missing members opener-absent members two-members members"},
		{"fresh", "us-head", "delegate", "room.open", `{"kind":"direct","title":"A","members":["us","ru"]}`, "no-authority"},
		{"fresh", "operator-a", "head", "room.open", `{"kind":"direct","title":"A","members":["operator","us"]}`, "lobby-first kind"},
		{"nothing", "operator-a", "head", "room.open", `{"kind":"lobby","title":"A"}`, "reserved-code"},
		{"fresh", "us-head", "head", "room.open", `{"kind":"plenary","title":"A","members":["us","ru","ua"],"chair":"us","observers":["ua"],"rule":"chair"}`, ""},
		{"fresh", "us-head", "head", "room.open", `{"kind":"plenary","title":"A","members":["us","ru","ua"],"chair":"ru","observers":["us"],"rule":"majority"}`, ""},
		{"fresh", "us-head", "head", "room.open", `{"kind":"plenary","title":"A","members":["us","ru"],"observers":["us"]}`, "leader-observes chair"},
		{"fresh", "us-head", "head", "room.open", `{"kind":"plenary","title":"A","members":["us","ru"],"chair":"ua","observers":["sa","ru","ru"],"rule":"lots"}`, "not-member observers/0 twice observers/2 not-one-of rule not-member chair"},
		{"fresh", "us-head", "head", "room.open", `{"kind":"plenary","title":"A","members":["us","ru"],"rule":"chair"}`, "rule-chair rule"},
		{"fresh", "ru-head", "head", "room.open", `{"kind":"caucus","title":"A","members":["ru"],"chair":"ru"}`, "no-roles-here"},
		{"fresh", "us-head", "head", "room.open", `{"kind":"lobby","title":"A","rule":"majority"}`, "one-lobby kind no-roles-here"},
		{"led", "us-head", "head", "room.update", `{"title":"Led","purpose":"To talk","chair":"ru","observe":["us"],"speak":["ua"],"rule":"majority"}`, ""},
		{"led", "us-head", "head", "room.update", `{"speak":["ua"],"chair":"ua"}`, ""},
		{"led", "us-head", "head", "room.update", `{"chair":"ua"}`, "leader-observes chair"},
		{"led", "us-head", "head", "room.update", `{"observe":["us"]}`, "leader-observes chair"},
		{"led", "us-head", "head", "room.update", `{"observe":["ua","sa","ru"],"speak":["ru","us"]}`, "role-already observe/0 not-member observe/1 twice speak/0 role-already speak/1"},
		{"led", "us-head", "head", "room.update", `{"chair":"sa","rule":"fair"}`, "not-one-of rule not-member chair"},
		{"led", "us-head", "head", "room.update", `{}`, "empty-change"},
		{"led", "ru-head", "head", "room.update", `{"title":"x"}`, "only-chair"},
		{"led", "ru-head", "head", "room.admit", `{"delegations":["sa"]}`, "only-chair"},
		{"led", "ru-head", "head", "room.remove", `{"delegations":["ua"]}`, "only-chair"},
		{"led", "ru-head", "head", "room.close", `{}`, "only-chair"},
		{"led", "ru-head", "head", "room.leave", `{}`, ""},
		{"led", "us-head", "head", "room.admit", `{"delegations":["sa"],"observers":true}`, ""},
		{"led", "us-head", "head", "room.remove", `{"delegations":["us"]}`, "chair-stays delegations/0"},
		{"led", "us-head", "head", "room.remove", `{"delegations":["ua"]}`, ""},
		{"led", "us-head", "head", "room.leave", `{}`, "chair-stays"},
		{"led", "us-head", "head", "room.close", `{}`, ""},
		{"led", "ua-head", "head", "remark.write", `{"text":"x"}`, "observes"},
		{"led", "ua-head", "head", "room.close", `{}`, "observes"},
		{"led", "ua-head", "observer", "remark.write", `{"text":"x"}`, "no-authority"},
		{"led", "ua-head", "head", "room.leave", `{}`, ""},
		{"trio", "us-head", "head", "room.update", `{"observe":["ua"]}`, ""},
		{"trio", "us-head", "head", "room.update", `{"rule":"chair"}`, "rule-chair rule"},
		{"trio", "ru-head", "head", "room.update", `{"title":"Ours"}`, "only-opener"},
		{"direct", "us-head", "head", "room.admit", `{"delegations":["ua"]}`, ""},
		{"direct", "us-head", "head", "room.admit", `{"delegations":["zz"]}`, "unknown-code delegations/0"},
		{"direct", "us-head", "head", "room.admit", `{"delegations":["ru"]}`, "already-member delegations/0"},
		{"direct", "us-head", "head", "room.admit", `{"delegations":[]}`, "missing delegations"},
		{"tied", "us-head", "head", "room.admit", `{"delegations":["ua"]}`, "history-hidden delegations/0"},
		{"lobby", "us-head", "head", "room.admit", `{"delegations":["ua"]}`, "not-here"},
		{"trio", "us-head", "head", "room.remove", `{"delegations":["ua"]}`, ""},
		{"trio", "ru-head", "head", "room.remove", `{"delegations":["ua"]}`, "only-opener"},
		{"trio", "us-head", "head", "room.remove", `{"delegations":["sa"]}`, "not-member delegations/0"},
		{"trio", "us-head", "head", "room.remove", `{"delegations":["us","ru","ua"]}`, "last-member delegations"},
		{"trio", "ua-head", "head", "room.leave", `{"reason":"elsewhere"}`, ""},
		{"caucus", "us-head", "head", "room.leave", `{}`, "not-here"},
		{"trio", "us-head", "head", "room.close", `{"reason":"a\u0000b"}`, "bad-text reason"},
		{"trio", "us-head", "head", "room.close", `{}`, ""},
	},
	"issue": {
		{"caucus", "us-adviser", "adviser", "issue.open", `{"name":"ours","title":"Ours","affects":["@lobby/p-ru"]}`, ""},
		{"lobby", "us-head", "head", "issue.open", `{"name":"i","title":"I","options":[{"name":"a","title":"A"}],"scale":{"low":"","high":"h","min":"9","max":"1"}}`,
			"options-and-scale scale few-options options missing scale/low bad-scale scale/max"},
		{"lobby", "us-head", "head", "issue.open", `{"name":"i","title":"I","scale":{"low":"l","high":"h","min":"","max":"ten"}}`, "missing scale/min bad-number scale/max"},
		{"lobby", "us-head", "head", "issue.open", `{"name":"i","title":"I","options":[{"name":"a","title":"A"},{"name":"a","title":"B"},{"name":"X Y","title":""}]}`,
			"twice options/1/name bad-name options/2/name missing options/2/title"},
		{"lobby", "us-head", "head", "issue.update", `{"issue":"harbour","question":"How open?"}`, ""},
		{"lobby", "sa-head", "head", "issue.update", `{"issue":"colour","options":[{"name":"green","title":"Green"}]}`, ""},
		{"lobby", "sa-head", "head", "issue.update", `{"issue":"colour","options":[{"name":"red","title":"Red"}]}`, "twice options/0/name"},
		{"lobby", "us-head", "head", "issue.update", `{"issue":"harbour","options":[{"name":"a","title":"A"}]}`, "options-and-scale options"},
		{"lobby", "us-head", "head", "issue.update", `{"issue":"wide","title":"x"}`, "only-own issue"},
		{"lobby", "us-head", "head", "issue.update", `{"issue":"harbour"}`, "empty-change"},
		{"lobby", "ru-head", "head", "issue.update", `{"issue":"done","title":"x"}`, "closed-issue issue"},
		{"lobby", "ru-head", "head", "issue.close", `{"issue":"wide","outcome":"settled"}`, ""},
		{"direct", "us-head", "head", "issue.close", `{"issue":"@lobby/harbour"}`, "other-room issue"},
		{"lobby", "ru-head", "head", "issue.close", `{"issue":"none"}`, "unknown-ref issue"},
	},
	"meeting": {
		{"direct", "us-head", "head", "meeting.schedule", `{"name":"m","title":"M","kind":"summit","standing":"hoped","starts":"2025-03","ends":"2025-04","host":"@lobby/p-sa","expected":[{"party":"@lobby/p-us","person":"A","presence":"excused"}],"agenda":["@lobby/harbour"]}`, ""},
		{"lobby", "us-head", "head", "meeting.schedule", `{"name":"m","title":"M","kind":"fair","level":"kings","standing":"sure","starts":"2025-03","ends":"2025-02","host":"paper","expected":[{"party":"","presence":"late"}]}`,
			"not-one-of kind not-one-of level not-one-of standing ends-early ends wrong-object host missing expected/0/party not-one-of expected/0/presence"},
		{"lobby", "us-head", "head", "meeting.hold", `{"meeting":"call","started":"2025-02-12T10:00:00Z"}`, ""},
		{"lobby", "us-head", "head", "meeting.hold", `{"meeting":"call","started":"2025-02-18T10:35:00Z"}`, ""},
		{"lobby", "us-head", "head", "meeting.hold", `{"meeting":"call","started":"2025-02-18"}`, ""},
		{"lobby", "us-head", "head", "meeting.hold", `{"meeting":"call","started":"2025-02-10/2026"}`, ""},
		{"lobby", "us-head", "head", "meeting.hold", `{"meeting":"call","started":"2025-02-20"}`, "not-yet started"},
		{"lobby", "us-head", "head", "meeting.hold", `{"meeting":"call","started":"2025-02-19T00:00:00Z"}`, "not-yet started"},
		{"lobby", "us-head", "head", "meeting.hold", `{"meeting":"held"}`, "meeting-over meeting"},
		{"lobby", "us-head", "head", "meeting.hold", `{"meeting":"call","attendance":` + many(501, `{"party":"p-us"}`) + `}`, "too-many attendance"},
		{"lobby", "us-head", "head", "meeting.cancel", `{"meeting":"off"}`, "meeting-over meeting"},
		{"lobby", "us-head", "head", "meeting.cancel", `{"meeting":"call"}`, ""},
		{"direct", "us-head", "head", "meeting.cancel", `{"meeting":"@lobby/call"}`, "other-room meeting"},
		{"direct", "us-head", "head", "readout.issue", `{"meeting":"@lobby/held","by":["@lobby/p-us","@lobby/p-ru"],"points":[{"text":"Agreed.","issue":"@lobby/harbour","strength":"stated"}]}`, ""},
		{"lobby", "us-head", "head", "readout.issue", `{"meeting":"held","by":["p-ru"],"text":"They say."}`, "attributed cites"},
		{"lobby", "us-head", "head", "readout.issue", `{"meeting":"held","by":[],"points":[{"text":"","strength":"loud"}]}`, "no-party by missing points/0/text not-one-of points/0/strength"},
		{"lobby", "us-head", "head", "readout.issue", `{"meeting":"held","by":["p-us"]}`, "missing text"},
	},
	"source": {
		{"lobby", "us-head", "head", "source.add", `{"name":"s","title":"S","kind":"note","published":"2025","url":"https://example.org/a","text":"words"}`, ""},
		{"lobby", "us-head", "head", "source.add", `{"name":"s","title":"S","kind":"rumour","published":"2025-13","url":"javascript:alert(1)"}`, "not-one-of kind bad-date published bad-url url"},
	},
	"statement": {
		{"direct", "us-head", "delegate", "statement.record", `{"speaker":"@lobby/p-us","to":["@lobby/p-ru"],"said":"2025-02-18","strength":"offered","form":"paraphrase","text":"x","about":["@lobby/ru-us","@direct/#0"]}`, ""},
		{"direct", "us-head", "head", "statement.record", `{"speaker":"@lobby/p-ru","strength":"stated","form":"verbatim","text":"x"}`, "attributed cites"},
		{"direct", "us-head", "head", "statement.record", `{"speaker":"@lobby/p-ru","strength":"stated","form":"verbatim","text":"x","illustrative":true}`, ""},
		{"direct", "us-head", "head", "statement.record", `{"speaker":"@caucus/harbour","strength":"loud","form":"song","text":" "}`, "unknown-ref speaker not-one-of strength not-one-of form missing text"},
		{"direct", "us-head", "head", "statement.record", `{"speaker":"@nowhere/p-us","strength":"stated","form":"verbatim","text":"turned \u202eround"}`, "unknown-ref speaker bad-text text"},
	},
	"position": {
		{"lobby", "us-head", "head", "position.record", `{"party":"p-us","issue":"harbour","from":"2","to":"4.5","firmness":"red-line","salience":100,"confidence":0}`, ""},
		{"lobby", "us-head", "head", "position.record", `{"party":"p-us","issue":"colour","option":"red","firmness":"open"}`, ""},
		{"lobby", "us-head", "head", "position.record", `{"party":"p-ru","issue":"harbour","value":"2","firmness":"firm","rests_on":["said"]}`, ""},
		{"lobby", "us-head", "head", "position.record", `{"party":"p-ru","issue":"harbour","value":"2","firmness":"firm"}`, "attributed cites"},
		{"lobby", "us-head", "head", "position.record", `{"party":"p-us","issue":"harbour","value":"11","firmness":"firm"}`, "off-scale value"},
		{"lobby", "us-head", "head", "position.record", `{"party":"p-us","issue":"harbour","from":"4","firmness":"firm"}`, "missing to"},
		{"lobby", "us-head", "head", "position.record", `{"party":"p-us","issue":"harbour","from":"4","to":"2","firmness":"firm"}`, "ends-early to"},
		{"lobby", "us-head", "head", "position.record", `{"party":"p-us","issue":"harbour","value":"4","option":"red","firmness":"firm"}`, "one-stance value"},
		{"lobby", "us-head", "head", "position.record", `{"party":"p-us","issue":"harbour","value":"1e3","firmness":"firm"}`, "bad-number value"},
		{"lobby", "us-head", "head", "position.record", `{"party":"p-us","issue":"colour","option":"green","firmness":"firm"}`, "no-such-option option"},
		{"lobby", "us-head", "head", "position.record", `{"party":"p-us","issue":"colour","value":"1","firmness":"firm"}`, "no-scale value"},
		{"lobby", "us-head", "head", "position.record", `{"party":"p-us","issue":"wide","value":"1","firmness":"firm"}`, "no-scale value"},
		{"lobby", "us-head", "head", "position.record", `{"party":"p-us","issue":"wide","firmness":"","salience":101,"since":"now"}`, "needs-stance text missing firmness out-of-range salience bad-date since"},
		{"lobby", "us-head", "head", "position.record", `{"party":"p-us","issue":"done","text":"x","firmness":"firm"}`, "closed-issue issue"},
		{"lobby", "us-head", "head", "goal.record", `{"party":"p-us","kind":"interest","text":"x","strength":"hinted","issues":["harbour"]}`, ""},
		{"lobby", "us-head", "head", "goal.record", `{"party":"p-ru","kind":"dream","text":"","strength":""}`, "attributed cites not-one-of kind missing text missing strength"},
	},
	"event": {
		{"lobby", "us-head", "head", "event.record", `{"title":"A storm","when":"2025-02-01","until":"2025-02-03","parties":["p-us"],"figures":[{"label":"ships","value":"12","bound":"over"}]}`, ""},
		{"lobby", "us-head", "head", "event.record", `{"title":"","when":"2025-02-03","until":"2025-02-01","figures":[{"label":"","value":"","bound":"exactly"}]}`,
			"missing title ends-early until missing figures/0/label missing figures/0/value not-one-of figures/0/bound"},
	},
	"relation": {
		{"lobby", "us-head", "head", "relation.assess", `{"name":"ru-us","between":["p-us","p-ru"],"tone":"working","trend":"improving","driven_by":["said"]}`, ""},
		{"lobby", "us-head", "head", "relation.assess", `{"name":"ru-us","between":["p-us","p-ua"],"tone":"working"}`, "other-relation between"},
		{"lobby", "us-head", "head", "relation.assess", `{"name":"selves","between":["p-us","p-us"],"tone":"working"}`, "two-parties between"},
		{"lobby", "us-head", "head", "relation.assess", `{"name":"harbour","between":["p-us"],"tone":"","trend":"up"}`, "name-taken name two-parties between missing tone not-one-of trend"},
	},
	"proposal": {
		{"direct", "us-head", "head", "proposal.table", `{"name":"p","title":"P","text":"x","terms":[{"issue":"@lobby/harbour","value":"5"}],"expires":"2025-04"}`, ""},
		{"lobby", "us-head", "head", "proposal.table", `{"name":"p","title":"P","text":"","terms":[{"issue":"harbour","value":"50"},{"issue":"colour","option":"red","value":"1"}],"expires":"soon"}`,
			"missing text off-scale terms/0/value one-stance terms/1/value bad-date expires"},
		{"lobby", "ru-head", "head", "proposal.respond", `{"proposal":"offer","answer":"accept-ad-referendum"}`, ""},
		{"lobby", "ru-head", "head", "proposal.respond", `{"proposal":"offer","answer":"maybe","counter":"gone"}`, "not-one-of answer counter-needed counter"},
		{"lobby", "ru-head", "head", "proposal.respond", `{"proposal":"gone","answer":"accept"}`, "proposal-over proposal"},
		{"direct", "ru-head", "head", "proposal.respond", `{"proposal":"@lobby/offer","answer":"accept"}`, "other-room proposal"},
		{"lobby", "us-head", "head", "proposal.withdraw", `{"proposal":"offer"}`, ""},
		{"lobby", "ru-head", "head", "proposal.withdraw", `{"proposal":"offer"}`, "only-own proposal"},
		{"lobby", "us-head", "head", "proposal.withdraw", `{"proposal":"gone"}`, "proposal-over proposal"},
	},
	"meeting changed": {
		{"lobby", "us-head", "head", "meeting.update", `{"meeting":"call","title":"The call","format":"shuttle","level":"heads","standing":"announced","starts":"2025-03-01","venue":"The hall","place":"Riyadh","host":"p-sa","expected":[{"party":"p-ru"}],"agenda":["wide"],"preconditions":["held"],"note":"n"}`, ""},
		{"lobby", "us-head", "head", "meeting.update", `{"meeting":"call"}`, "empty-change"},
		{"lobby", "us-head", "head", "meeting.update", `{"meeting":"call","preconditions":["call"]}`, "own-precondition preconditions/0"},
		{"lobby", "us-head", "head", "meeting.update", `{"meeting":"call","preconditions":["harbour","none"]}`, "unknown-ref preconditions/1 wrong-object preconditions/0"},
		{"lobby", "us-head", "head", "meeting.update", `{"meeting":"held","note":"x"}`, "meeting-over meeting"},
		{"direct", "us-head", "head", "meeting.update", `{"meeting":"@lobby/call","note":"x"}`, "other-room meeting"},
		{"lobby", "us-head", "head", "meeting.update", `{"meeting":"dated","ends":"2025-02-28"}`, "ends-early ends"},
		{"lobby", "us-head", "head", "meeting.update", `{"meeting":"dated","starts":"2025-05"}`, "ends-early ends"},
		{"lobby", "us-head", "head", "meeting.update", `{"meeting":"dated","starts":"2025-05","ends":"2025-06"}`, ""},
		{"lobby", "us-head", "head", "meeting.update", `{"meeting":"dated","starts":"soon","ends":"later","format":"loud"}`, "not-one-of format bad-date starts bad-date ends"},
		{"lobby", "us-head", "head", "meeting.update", `{"meeting":"dated","starts":"soon"}`, "bad-date starts"},
		{"deal", "us-head", "head", "meeting.schedule", `{"name":"m","title":"M","kind":"summit","format":"direct","level":"heads","preconditions":["truce","ships","treaty","sitting"]}`, ""},
		{"deal", "us-head", "head", "meeting.schedule", `{"name":"m","title":"M","kind":"summit","format":"face","preconditions":["toll"]}`, "not-one-of format wrong-object preconditions/0"},
		{"deal", "us-head", "head", "readout.issue", `{"meeting":"sitting","by":["@lobby/p-us"],"points":[{"text":"Low.","topic":"outcome","issue":"toll","option":"low"},{"text":"Again.","topic":"next-step","when":"2025-03"}],"attendance":[{"party":"@lobby/p-us"}]}`, ""},
		{"deal", "us-head", "head", "readout.issue", `{"meeting":"sitting","by":["@lobby/p-us"],"points":[{"text":"a","topic":"gossip","option":"low"},{"text":"b","issue":"toll","option":"none"},{"text":"c","issue":"none","value":"1"},{"text":"d","when":"then"}]}`,
			"not-one-of points/0/topic missing points/0/issue no-such-option points/1/option unknown-ref points/2/issue bad-date points/3/when"},
		{"deal", "us-head", "head", "readout.issue", `{"meeting":"sitting","by":["@lobby/p-us"],"attendance":[{"party":"@lobby/p-ru","presence":"late"}]}`, "not-one-of attendance/0/presence"},
	},
	"minutes": {
		{"deal", "us-head", "head", "minutes.open", `{"meeting":"sitting","paragraphs":["a"]}`, ""},
		{"deal", "us-head", "head", "minutes.open", `{"name":"notes","meeting":"@lobby/call","paragraphs":[]}`, "name-taken name not-held meeting missing paragraphs"},
		{"deal", "us-head", "head", "minutes.open", `{"meeting":"sitting","paragraphs":["a"," "]}`, "missing paragraphs/1"},
		{"deal", "us-head", "head", "minutes.open", `{"meeting":"sitting","paragraphs":` + many(501, `"a"`) + `}`, "too-many paragraphs"},
		{"deal", "us-head", "head", "minutes.correct", `{"minutes":"notes","paragraph":2,"text":"We stood.","reason":"So it was."}`, ""},
		{"deal", "us-head", "head", "minutes.correct", `{"minutes":"notes","paragraph":3,"text":"We left."}`, ""},
		{"deal", "us-head", "head", "minutes.correct", `{"minutes":"notes","paragraph":4,"text":"We left."}`, "out-of-range paragraph"},
		{"deal", "us-head", "head", "minutes.correct", `{"minutes":"notes","paragraph":0,"text":""}`, "missing text out-of-range paragraph"},
		{"deal", "ru-head", "head", "minutes.correct", `{"minutes":"notes","paragraph":1,"text":"We were there."}`, "only-present minutes"},
		{"deal", "us-head", "head", "minutes.correct", `{"minutes":"shut","paragraph":1,"text":"x"}`, "minutes-closed minutes"},
		{"direct", "us-head", "head", "minutes.correct", `{"minutes":"@deal/notes","paragraph":1,"text":"x"}`, "other-room minutes"},
		{"deal", "us-head", "head", "minutes.close", `{"minutes":"notes"}`, ""},
		{"deal", "us-head", "head", "minutes.close", `{"minutes":"shut"}`, "minutes-closed minutes"},
		{"deal", "ru-head", "head", "minutes.close", `{"minutes":"notes"}`, "only-own minutes"},
	},
	"reaction": {
		{"lobby", "ru-head", "head", "reaction.record", `{"party":"p-ru","to":"offer","stance":"reject","when":"2025-02-19","text":"No."}`, ""},
		{"lobby", "us-head", "head", "reaction.record", `{"party":"p-ru","to":"offer","stance":"doubt","rests_on":["said"]}`, ""},
		{"lobby", "us-head", "head", "reaction.record", `{"party":"p-ru","to":"offer","stance":"doubt"}`, "attributed cites"},
		{"lobby", "us-head", "head", "reaction.record", `{"party":"","to":"none","stance":"fury","when":"once","rests_on":["offer"]}`,
			"missing party unknown-ref to not-one-of stance bad-date when wrong-object rests_on/0"},
	},
	"consultation": {
		{"lobby", "sa-head", "head", "consult.require", `{"name":"q","title":"Q","issues":["harbour"],"parties":["p-ua"],"before":["tabling","adopting"],"ground":"So agreed."}`, ""},
		{"lobby", "us-head", "head", "consult.require", `{"name":"q","title":"Q","issues":["harbour"],"parties":["p-ua"],"ground":"x"}`, "only-chair"},
		{"deal", "ru-head", "head", "consult.require", `{"name":"q","title":"Q","issues":["toll"],"parties":["@lobby/p-ua"],"ground":"x"}`, "only-opener"},
		{"deal", "us-head", "head", "consult.require", `{"name":"","title":"","issues":[],"parties":[],"before":["lunch","tabling","tabling"],"ground":" "}`,
			"missing name missing title missing issues no-party parties too-many before not-one-of before/0 twice before/2 missing ground"},
		{"deal", "us-head", "head", "consult.record", `{"parties":["@lobby/p-us"],"issues":["toll"],"when":"2025-02-18","place":"Riyadh","text":"They said yes."}`, ""},
		{"deal", "us-head", "head", "consult.record", `{"parties":["@lobby/p-ua"],"subject":"tolled","illustrative":true}`, ""},
		{"deal", "us-head", "head", "consult.record", `{"parties":["@lobby/p-ua","@lobby/p-eu"],"issues":["toll"]}`, "attributed cites"},
		{"deal", "us-head", "head", "consult.record", `{"parties":[],"when":"once","subject":"toll"}`, "no-party parties wrong-object subject bad-date when"},
		{"deal", "us-head", "head", "consult.record", `{"parties":["@lobby/p-us"]}`, "missing issues"},
		{"deal", "us-head", "head", "consult.record", `{"parties":["@lobby/p-us"],"issues":["toll"],"when":"2025-03"}`, "not-yet when"},
		{"deal", "us-head", "head", "consult.waive", `{"requirement":"ask","reason":"No time."}`, ""},
		{"deal", "us-head", "head", "consult.waive", `{"requirement":"ask","parties":["@lobby/p-ua"],"subject":"tolled","reason":"No time."}`, ""},
		{"deal", "ru-head", "head", "consult.waive", `{"requirement":"ask","parties":["@lobby/p-ua"],"reason":"No time."}`, "not-entitled parties"},
		{"deal", "ru-head", "head", "consult.waive", `{"requirement":"ask","reason":""}`, "missing reason not-entitled parties"},
		{"deal", "us-head", "head", "consult.waive", `{"requirement":"ask","parties":["@lobby/p-ru"],"subject":"toll","reason":"x"}`, "wrong-object subject not-required parties/0"},
		{"deal", "us-head", "head", "proposal.table", `{"name":"p","title":"P","text":"x","terms":[{"issue":"fee","text":"None."}]}`, "not-consulted terms"},
		{"deal", "us-head", "head", "proposal.table", `{"name":"p","title":"P","text":"x","terms":[{"issue":"toll","option":"high"}]}`, ""},
		{"caucus", "us-adviser", "adviser", "proposal.table", `{"name":"p","title":"P","text":"x","terms":[{"issue":"@deal/fee","text":"None."}]}`, ""},
	},
	"package": {
		{"deal", "us-head", "head", "package.form", `{"name":"all","title":"All","items":["ready","toll"],"text":"Or nothing."}`, ""},
		{"deal", "ru-head", "head", "package.form", `{"name":"all","title":"All","items":["ready","toll"]}`, "only-opener"},
		{"deal", "us-head", "head", "package.form", `{"name":"bundle","title":"","items":["toll"]}`, "name-taken name missing title few-items items"},
		{"deal", "us-head", "head", "package.form", `{"name":"all","title":"All","items":["toll","treaty","toll"]}`, "twice items/2 wrong-object items/1"},
		{"caucus", "us-head", "head", "package.form", `{"name":"all","title":"All","items":["harbour","@lobby/harbour"]}`, "not-here"},
	},
	"agreement": {
		{"deal", "us-head", "head", "proposal.table", `{"name":"a","title":"A","text":"x","terms":[{"issue":"toll","text":"None."}],"in_force":{"all":[{"of":"truce","is":"met"},{"not":{"of":"ships","is":"breached"}},{"any":[{"from":"2025-03"},{"until":"2026"}]}]}}`, ""},
		{"deal", "us-head", "head", "proposal.table", `{"name":"a","title":"A","text":"x","terms":[{"issue":"toll","text":"None."}],"in_force":{"of":"nothing"}}`, "unknown-ref in_force/of"},
		{"deal", "ru-head", "head", "agreement.adopt", `{"name":"a","title":"A","proposal":"ready"}`, ""},
		{"deal", "ru-head", "head", "agreement.adopt", `{"name":"a","title":"A","proposal":"ready","text":"And more."}`, "unknown-field text"},
		{"deal", "us-head", "delegate", "agreement.adopt", `{"name":"a","title":"A","proposal":"ready"}`, "no-authority"},
		{"deal", "us-head", "head", "agreement.adopt", `{"name":"treaty","title":"","proposal":"toll"}`, "name-taken name missing title wrong-object proposal"},
		{"deal", "us-head", "head", "agreement.adopt", `{"name":"a","title":"A","proposal":"plain"}`, "adopted-already proposal"},
		{"deal", "us-head", "head", "agreement.adopt", `{"name":"a","title":"A","proposal":"former"}`, "adopted-already proposal"},
		{"deal", "us-head", "head", "agreement.adopt", `{"name":"a","title":"A","proposal":"two"}`, "rule-not-met proposal"},
		{"deal", "us-head", "head", "agreement.adopt", `{"name":"a","title":"A","proposal":"tolled"}`, "not-consulted proposal not-consulted proposal"},
		{"direct", "us-head", "head", "agreement.adopt", `{"name":"a","title":"A","proposal":"@deal/ready"}`, "other-room proposal"},
		{"lobby", "us-head", "head", "agreement.adopt", `{"name":"a","title":"A","proposal":"gone"}`, "proposal-over proposal"},
		{"led", "ru-head", "head", "agreement.adopt", `{"name":"a","title":"A","proposal":"theirs"}`, "rule-not-met proposal"},
		{"deal", "ru-head", "head", "proposal.respond", `{"proposal":"plain","answer":"reject"}`, "adopted-already proposal"},
		{"deal", "us-head", "head", "proposal.withdraw", `{"proposal":"plain"}`, "adopted-already proposal"},
		{"deal", "ru-head", "head", "agreement.confirm", `{"agreement":"pending"}`, ""},
		{"deal", "us-head", "head", "agreement.confirm", `{"agreement":"pending"}`, "nothing-to-confirm agreement"},
		{"deal", "ru-head", "head", "agreement.confirm", `{"agreement":"past"}`, "agreement-over agreement"},
		{"led", "ru-head", "head", "agreement.confirm", `{"agreement":"planned"}`, "not-bound agreement"},
		{"three", "ua-head", "head", "agreement.reserve", `{"agreement":"pact-of-three","kind":"declaration","text":"x"}`, "left-already agreement"},
		{"three", "ru-head", "head", "agreement.reserve", `{"agreement":"pact-of-three","kind":"objection","against":@reserved,"text":"x","issue":"@lobby/harbour"}`, ""},
		{"three", "ru-head", "head", "agreement.reserve", `{"agreement":"pact-of-three","kind":"objection","text":"x"}`, "missing against"},
		{"three", "ru-head", "head", "agreement.reserve", `{"agreement":"pact-of-three","kind":"objection","against":2,"text":"x"}`, "no-reservation against"},
		{"three", "us-head", "head", "agreement.reserve", `{"agreement":"pact-of-three","kind":"objection","against":@reserved,"text":"x"}`, "no-reservation against"},
		{"three", "ru-head", "head", "agreement.reserve", `{"agreement":"pact-of-three","kind":"reservation","against":@reserved,"text":"x"}`, "only-objection against"},
		{"deal", "ru-head", "head", "agreement.reserve", `{"agreement":"treaty","kind":"mood","text":"","issue":"plain"}`, "not-one-of kind wrong-object issue missing text"},
		{"deal", "ru-head", "head", "agreement.sign", `{"agreement":"treaty","method":"ssh","signer":"A. Head","office":"Head","key":"k","signature":"s"}`, ""},
		{"deal", "us-head", "head", "agreement.sign", `{"agreement":"treaty","method":"passkey","key":"k","signature":"s","client":"c","authenticator":"d"}`, ""},
		{"deal", "us-head", "head", "agreement.sign", `{"agreement":"treaty","method":"ssh","key":"k","signature":"s"}`, "signed-already agreement"},
		{"deal", "ru-head", "head", "agreement.sign", `{"agreement":"pending","method":"ssh","key":"k","signature":"s"}`, "confirm-first agreement"},
		{"deal", "us-head", "head", "agreement.sign", `{"agreement":"pending","method":"ssh","key":"k","signature":"s"}`, ""},
		{"deal", "ru-head", "head", "agreement.sign", `{"agreement":"treaty","method":"wax","key":"","signature":""}`, "not-one-of method missing key missing signature"},
		{"deal", "ru-head", "head", "agreement.sign", `{"agreement":"treaty","method":"passkey","key":"k","signature":"s","client":"c"}`, "missing authenticator"},
		{"deal", "ru-head", "head", "agreement.withdraw", `{"agreement":"treaty"}`, "in-force agreement"},
		{"deal", "ru-head", "head", "agreement.withdraw", `{"agreement":"pending","reason":"No."}`, ""},
		{"deal", "us-head", "head", "agreement.withdraw", `{"agreement":"half"}`, ""},
		{"deal", "ru-head", "head", "agreement.denounce", `{"agreement":"treaty","effective":"2025-08-18"}`, ""},
		{"deal", "ru-head", "head", "agreement.denounce", `{"agreement":"treaty","effective":"soon"}`, "bad-date effective"},
		{"deal", "us-head", "head", "agreement.denounce", `{"agreement":"pending"}`, "not-adopted agreement"},
		{"deal", "us-head", "head", "agreement.denounce", `{"agreement":"half"}`, "not-adopted agreement"},
		{"direct", "us-head", "head", "agreement.denounce", `{"agreement":"@deal/treaty"}`, "other-room agreement"},
	},
	"expression": {
		{"deal", "us-head", "head", "condition.define", `{"name":"c","title":"C","when":{}}`, "one-expr when"},
		{"deal", "us-head", "head", "condition.define", `{"name":"c","title":"C","when":{"all":[]}}`, "one-expr when"},
		{"deal", "us-head", "head", "condition.define", `{"name":"c","title":"C","when":{"of":"truce","from":"2025"}}`, "one-expr when"},
		{"deal", "us-head", "head", "condition.define", `{"name":"c","title":"C","when":{"is":"met","from":"2025"}}`, "missing when/of"},
		{"deal", "us-head", "head", "condition.define", `{"name":"c","title":"C","when":{"any":[{"of":"truce"},{"not":{"of":"sitting","is":"met"}}]}}`, "not-one-of when/any/1/not/is"},
		{"deal", "us-head", "head", "condition.define", `{"name":"c","title":"C","when":{"all":[{"of":"toll"},{"of":"none"},{"of":"@caucus/harbour"}]}}`,
			"wrong-object when/all/0/of unknown-ref when/all/1/of unknown-ref when/all/2/of"},
		{"deal", "us-head", "head", "condition.define", `{"name":"c","title":"C","when":{"from":"2025-03","until":"2025-02"}}`, "ends-early when/until"},
		{"deal", "us-head", "head", "condition.define", `{"name":"c","title":"C","when":{"from":"soon"}}`, "bad-date when/from"},
		{"deal", "us-head", "head", "condition.define", `{"name":"c","title":"C","when":` + nested(7, `{"of":"truce"}`) + `}`, ""},
		{"deal", "us-head", "head", "condition.define", `{"name":"c","title":"C","when":` + nested(8, `{"of":"truce"}`) + `}`, "too-deep when" + strings.Repeat("/not", 8)},
		{"deal", "us-head", "head", "condition.define", `{"name":"c","title":"C","when":{"all":` + many(99, `{"of":"truce"}`) + `}}`, ""},
		{"deal", "us-head", "head", "condition.define", `{"name":"c","title":"C","when":{"all":` + many(100, `{"of":"truce"}`) + `}}`, "too-many when"},
	},
	"condition": {
		{"deal", "us-head", "delegate", "condition.define", `{"name":"c","title":"C","text":"In words.","issue":"toll","determiners":["@lobby/p-sa"]}`, ""},
		{"deal", "us-head", "head", "condition.define", `{"name":"truce","title":"","issue":"truce","when":{"of":"@lobby/held"},"determiners":["@lobby/p-sa"]}`,
			"name-taken name missing title wrong-object issue follows determiners"},
		{"deal", "us-head", "delegate", "condition.update", `{"condition":"calm","title":"","determiners":["@lobby/p-sa"]}`, ""},
		{"deal", "us-head", "head", "condition.update", `{"condition":"calm"}`, "empty-change"},
		{"deal", "us-head", "head", "condition.update", `{"condition":"calm","when":{"of":"truce"},"determiners":["@lobby/p-sa"]}`, "follows determiners"},
		{"deal", "us-head", "head", "condition.update", `{"condition":"calm","when":{"from":"soon"}}`, "bad-date when/from"},
		{"deal", "us-head", "head", "condition.update", `{"condition":"relied","text":"Otherwise."}`, "rested-on condition"},
		{"deal", "ru-head", "head", "condition.update", `{"condition":"calm","text":"Otherwise."}`, "only-own condition"},
		{"direct", "us-head", "head", "condition.update", `{"condition":"@deal/calm","text":"Otherwise."}`, "other-room condition"},
		{"deal", "ru-head", "delegate", "condition.determine", `{"condition":"truce","outcome":"met","when":"2025-02-17","text":"So it is."}`, ""},
		{"deal", "us-head", "head", "condition.determine", `{"condition":"truce","party":"@lobby/p-ru","outcome":"met"}`, "attributed cites"},
		{"deal", "us-head", "head", "condition.determine", `{"condition":"calm","outcome":"perhaps","when":"once"}`, "follows condition not-one-of outcome bad-date when"},
		{"lobby", "operator-host", "head", "condition.determine", `{"condition":"offer","outcome":"met"}`, "wrong-object condition no-party party"},
	},
	"commitment": {
		{"deal", "us-head", "head", "commitment.make", `{"name":"c","title":"C","obligors":["@lobby/p-us"],"beneficiaries":["@lobby/p-ru"],"deed":"Restore the staff.","issue":"toll","agreement":"treaty","article":"3",
			"measure":{"unit":"people","baseline":"10","target":"2","steps":[{"title":"half","value":"6","due":{"of":"treaty","day":30}},{"value":"2","due":{"by":"2025-12"}}]},
			"when":{"of":"calm"},"starts":{"by":"2025-03-01"},"due":{"of":"treaty","within":"P6M","zone":"Europe/Kyiv"},"expires":{"by":"2030"},
			"in_return":"ships","pace":"step-for-step","verifiers":["@lobby/p-sa"],"evidence":"Lists."}`, ""},
		{"caucus", "us-adviser", "adviser", "commitment.make", `{"name":"c","title":"C","obligors":["@lobby/p-us"],"deed":"x"}`, ""},
		{"deal", "us-head", "delegate", "commitment.make", `{"name":"c","title":"C","obligors":["@lobby/p-us"],"deed":"x"}`, "no-authority"},
		{"deal", "us-head", "head", "commitment.make", `{"name":"word","title":"","obligors":[],"deed":""}`, "name-taken name missing title no-party obligors missing deed"},
		{"deal", "us-head", "head", "commitment.make", `{"name":"c","title":"C","obligors":["@lobby/p-ru"],"deed":"x"}`, "attributed cites"},
		{"deal", "us-head", "head", "commitment.make", `{"name":"c","title":"C","obligors":["@lobby/p-ru"],"deed":"x","agreement":"treaty"}`, ""},
		{"deal", "us-head", "head", "commitment.make", `{"name":"c","title":"C","obligors":["@lobby/p-ua"],"deed":"x","agreement":"treaty"}`, "attributed cites"},
		{"deal", "us-head", "head", "commitment.make", `{"name":"c","title":"C","obligors":["@lobby/p-us","@lobby/p-ru"],"deed":"x"}`, "attributed cites"},
		{"deal", "us-head", "head", "commitment.make", `{"name":"c","title":"C","obligors":["@lobby/p-us","@lobby/p-ru"],"deed":"x","agreement":"treaty"}`, ""},
		{"deal", "us-head", "head", "commitment.make", `{"name":"c","title":"C","obligors":["@lobby/p-us"],"deed":"x","article":"3","pace":"together"}`, "missing agreement missing in_return"},
		{"deal", "us-head", "head", "commitment.make", `{"name":"c","title":"C","obligors":["@lobby/p-ru"],"deed":"x","agreement":"none","in_return":"nothing","pace":"together"}`, "unknown-ref agreement unknown-ref in_return"},
		{"deal", "us-head", "head", "commitment.make", `{"name":"c","title":"C","obligors":["@lobby/p-us"],"deed":"x","measure":{"unit":"","baseline":"","target":"ten"}}`,
			"missing measure/unit missing measure/baseline bad-number measure/target"},
		{"deal", "us-head", "head", "commitment.make", `{"name":"c","title":"C","obligors":["@lobby/p-us"],"deed":"x","measure":{"unit":"u","baseline":"1","target":"1.0"}}`, "no-way measure/target"},
		{"deal", "us-head", "head", "commitment.make", `{"name":"c","title":"C","obligors":["@lobby/p-us"],"deed":"x","measure":{"unit":"u","baseline":"0","target":"10","steps":[{"value":"5"},{"value":"4"},{"value":"11"}]}}`,
			"step-order measure/steps/1/value step-order measure/steps/2/value"},
		{"deal", "us-head", "head", "commitment.make", `{"name":"c","title":"C","obligors":["@lobby/p-us"],"deed":"x","measure":{"unit":"u","baseline":"10","target":"0","steps":[{"value":"5"},{"value":"6"}]}}`, "step-order measure/steps/1/value"},
		{"deal", "us-head", "head", "commitment.make", `{"name":"c","title":"C","obligors":["@lobby/p-us"],"deed":"x","in_return":"ships","pace":"step-for-step"}`, "uneven-steps measure/steps"},
		{"deal", "us-head", "head", "commitment.make", `{"name":"c","title":"C","obligors":["@lobby/p-us"],"deed":"x","in_return":"word","pace":"step-for-step"}`, "uneven-steps measure/steps"},
		{"deal", "us-head", "head", "commitment.make", `{"name":"c","title":"C","obligors":["@lobby/p-us"],"deed":"x","in_return":"word"}`, ""},
		{"deal", "us-head", "head", "commitment.make", `{"name":"c","title":"C","obligors":["@lobby/p-us"],"deed":"x","starts":{"by":"2025-04"},"due":{"by":"2025-03"}}`, "ends-early due"},
		{"deal", "us-head", "head", "commitment.make", `{"name":"c","title":"C","obligors":["@lobby/p-us"],"deed":"x","starts":{"by":"2025-03-01"},"due":{"by":"2025-03-01"}}`, ""},
		{"deal", "us-head", "head", "commitment.make", `{"name":"c","title":"C","obligors":["@lobby/p-us"],"deed":"x","due":{"zone":"UTC"}}`, "one-due due"},
		{"deal", "us-head", "head", "commitment.make", `{"name":"c","title":"C","obligors":["@lobby/p-us"],"deed":"x","due":{"by":"2025","day":3}}`, "one-due due"},
		{"deal", "us-head", "head", "commitment.make", `{"name":"c","title":"C","obligors":["@lobby/p-us"],"deed":"x","due":{"by":"2025","of":"treaty"},"expires":{"of":"treaty","day":1,"within":"P1D"}}`, "one-due due one-due expires"},
		{"deal", "us-head", "head", "commitment.make", `{"name":"c","title":"C","obligors":["@lobby/p-us"],"deed":"x","due":{"by":"soon","zone":"Mars/Base"}}`, "bad-date due/by bad-zone due/zone"},
		{"deal", "us-head", "head", "commitment.make", `{"name":"c","title":"C","obligors":["@lobby/p-us"],"deed":"x","due":{"by":"2025","zone":"Local"},"starts":{"by":"2024","zone":"../etc/passwd"}}`, "bad-zone starts/zone bad-zone due/zone"},
		{"deal", "us-head", "head", "commitment.make", `{"name":"c","title":"C","obligors":["@lobby/p-us"],"deed":"x","due":{"of":"treaty","moment":"held","within":"two weeks"},"starts":{"of":"toll","day":-1}}`,
			"wrong-object starts/of out-of-range starts/day not-one-of due/moment bad-span due/within"},
		{"deal", "us-head", "head", "commitment.report", `{"commitment":"ships","claim":"progress","value":"3","when":"2025-03-01","text":"Three so far."}`, ""},
		{"deal", "us-head", "head", "commitment.report", `{"commitment":"word","claim":"done","value":"3"}`, "no-measure value"},
		{"deal", "us-head", "head", "commitment.report", `{"commitment":"ships","party":"@lobby/p-ru","claim":"done"}`, "attributed cites"},
		{"deal", "us-head", "head", "commitment.report", `{"commitment":"truce","claim":"maybe","value":"some","when":"once"}`, "wrong-object commitment not-one-of claim bad-number value bad-date when"},
		{"deal", "ru-head", "head", "commitment.end", `{"commitment":"word","ground":"waived","reason":"Enough."}`, ""},
		{"deal", "us-head", "head", "commitment.end", `{"commitment":"word","ground":"waived"}`, "only-beneficiary ground"},
		{"deal", "us-head", "head", "commitment.end", `{"commitment":"word","ground":"withdrawn"}`, ""},
		{"deal", "ru-head", "head", "commitment.end", `{"commitment":"word","ground":"withdrawn"}`, "only-obligor ground"},
		{"deal", "us-head", "head", "commitment.end", `{"commitment":"ships","ground":"withdrawn"}`, "bound ground"},
		{"deal", "us-head", "head", "commitment.end", `{"commitment":"ships","ground":"replaced","by":"word"}`, "only-beneficiary ground"},
		{"deal", "ru-head", "head", "commitment.end", `{"commitment":"ships","ground":"replaced","by":"word"}`, ""},
		{"deal", "us-head", "head", "commitment.end", `{"commitment":"word","ground":"replaced","by":"ships"}`, ""},
		{"deal", "ru-head", "head", "commitment.end", `{"commitment":"word","ground":"replaced"}`, "replacement by"},
		{"deal", "ru-head", "head", "commitment.end", `{"commitment":"word","ground":"replaced","by":"word"}`, "replacement by"},
		{"deal", "ru-head", "head", "commitment.end", `{"commitment":"word","ground":"waived","by":"ships"}`, "replacement by"},
		{"deal", "ru-head", "head", "commitment.end", `{"commitment":"word","ground":"forgotten","by":"none"}`, "not-one-of ground unknown-ref by"},
		{"deal", "us-head", "head", "commitment.end", `{"commitment":"gone","ground":"withdrawn"}`, "commitment-over commitment"},
		{"deal", "ru-head", "head", "commitment.end", `{"commitment":"shared","ground":"waived"}`, "waived-already ground"},
		{"deal", "ru-head", "head", "commitment.end", `{"commitment":"shared","ground":"replaced","by":"word"}`, "others-owed ground"},
		{"deal", "us-head", "head", "commitment.end", `{"commitment":"shared","ground":"replaced","by":"word"}`, ""},
		{"direct", "ru-head", "head", "commitment.end", `{"commitment":"@deal/word","ground":"waived"}`, "other-room commitment"},
	},
	"words": {
		{"deal", "us-head", "head", "record.erase", `{"entry":@plain,"name":"plain"}`, "erase-adopted entry"},
		{"deal", "ru-head", "head", "record.erase", `{"entry":@answer}`, "erase-adopted entry"},
		{"deal", "us-head", "head", "record.erase", `{"entry":@notes,"name":"notes"}`, ""},
		{"direct", "us-head", "head", "remark.write", `{"text":"x","on":["@direct/#1","@lobby/harbour"]}`, ""},
		{"direct", "us-head", "head", "remark.write", `{"text":"x","on":["@direct/#99"]}`, "unknown-ref on/0"},
		{"direct", "us-head", "head", "remark.write", `{"text":"x","on":["@caucus/#0"]}`, "unknown-ref on/0"},
		{"direct", "us-head", "head", "release.make", `{"title":"T","text":"x","kind":"note","from":"a friend"}`, ""},
		{"direct", "us-head", "head", "release.make", `{"title":"","text":"","kind":"gossip"}`, "missing title missing text not-one-of kind"},
		{"lobby", "ru-head", "head", "record.erase", `{"entry":999}`, "unknown-entry entry"},
		{"lobby", "ru-head", "head", "record.erase", `{"entry":-1}`, "unknown-entry entry"},
		{"lobby", "us-head", "head", "record.erase", `{"entry":0}`, "only-own entry erase-kind entry"},
		{"closed", "us-head", "head", "record.erase", `{"entry":0}`, "erase-kind entry"},
		{"closed", "ru-head", "head", "record.erase", `{"entry":1}`, "only-own entry"},
		{"lobby", "ru-head", "head", "record.erase", `{"entry":@erased}`, "erased-already entry"},
		{"lobby", "ru-head", "head", "record.erase", `{"entry":@said}`, "erased-name name"},
		{"lobby", "ru-head", "head", "record.erase", `{"entry":@said,"name":"other"}`, "erased-name name"},
		{"lobby", "ru-head", "head", "record.erase", `{"entry":@said,"name":"said"}`, ""},
	},
	// The lobby's history is shown to whoever is designated later, so it refers to nothing but itself, even where all who sit
	// there now could see more.
	"lobby": {
		{"lobby", "us-head", "head", "remark.write", `{"text":"x","on":["@direct/border"]}`, "unknown-ref on/0"},
	},
}

// elsewhere are the codes that Check does not give, and what does.
var elsewhere = map[string]string{
	"ambiguous-ref":  "Complete, which TestComplete asks",
	"time-backwards": "the gate, for a script's times",
	"bad-process":    "the gate, for a script",
	"no-acts":        "the gate, for a script",
	"no-seat":        "the gate, for a script's seats",
	"bad-key":        "the gate, for idempotency keys",
	"bad-signature":  "the gate, for signatures",
	"only-heads":     "Invitable, which TestInvitable asks",
}

func TestCheck(t *testing.T) {
	reached := map[string]bool{}
	for _, concept := range slices.Sorted(maps.Keys(checkCases)) {
		for i, c := range checkCases[concept] {
			t.Run(fmt.Sprintf("%s/%d", concept, i), func(t *testing.T) {
				h := talksHouse(t)
				erased := slices.IndexFunc(h.states[id("lobby")].Entries, func(e *Entry) bool { return e.Gone })
				said := h.states[id("lobby")].Statements.Get("said").By.Index
				deal := h.states[id("deal")]
				plain := deal.Proposals.Get("plain")
				js := strings.NewReplacer("@erased", strconv.Itoa(erased), "@said", strconv.FormatInt(said, 10), "@plain", strconv.FormatInt(plain.By.Index, 10),
					"@answer", strconv.FormatInt(plain.Responses[0].Index, 10), "@reserved", last(h, "three"), "@notes", strconv.FormatInt(deal.Minutes.Get("notes").By.Index, 10)).Replace(c.js)
				p, err := h.proposed(t, id(c.room), Seat(c.seat), Role(c.role), c.kind, js)
				if err == nil {
					err = Check(p)
				}
				var got []string
				for _, p := range problemsOf(t, err) {
					reached[p.Code] = true
					got = append(got, p.Code)
					if p.Field != "" {
						got = append(got, p.Field)
					}
					wellPut(t, p)
				}
				if got := strings.Join(got, " "); got != c.want {
					t.Errorf("%s %.200s\ngave %q\nwant %q\n%v", c.kind, c.js, got, c.want, err)
				}
				if err == nil {
					h.states[id(c.room)] = foldOn(h.states[id(c.room)], p)
				}
			})
		}
	}
	for _, code := range ProblemCodes() {
		switch {
		case reached[code] && elsewhere[code] != "":
			t.Errorf("%s is reached, so it needs no exception", code)
		case !reached[code] && elsewhere[code] == "":
			t.Errorf("no case reaches %s", code)
		}
	}
}

// foldOn folds what Check let through: it must fit.
func foldOn(s *State, p Proposed) *State {
	if s == nil {
		s = NewState(p.Room)
	}
	s.Fold(NewEntry(p.Room, s.Size(), p.Time, p.Seat, p.Kind, p.Act))
	return s
}

func problemsOf(tb testing.TB, err error) Problems {
	tb.Helper()
	var ps Problems
	var p *Problem
	switch {
	case err == nil:
	case errors.As(err, &ps):
		if len(ps) == 0 {
			tb.Error("an error without a problem")
		}
	case errors.As(err, &p):
		ps = Problems{p}
	default:
		tb.Fatalf("%T is not a problem: %v", err, err)
	}
	return ps
}

// wellPut checks that a problem's texts have all their arguments.
func wellPut(tb testing.TB, p *Problem) {
	tb.Helper()
	reason, remedy := ProblemTexts(p.Code)
	if p.Class == "" || reason == "" || remedy == "" {
		tb.Errorf("%s has no class, reason or remedy", p.Code)
	}
	for i := range 5 {
		if place := fmt.Sprintf("{%d}", i); i >= len(p.Args) && strings.Contains(reason+remedy, place) {
			tb.Errorf("%s at %q has %d arguments, and its texts want %s", p.Code, p.Field, len(p.Args), place)
		}
	}
}

// TestAuthority: for every kind of act, every role and every kind of room, Check says what the table says.
func TestAuthority(t *testing.T) {
	for _, kind := range Catalogue {
		rule := Rules[kind]
		for _, room := range RoomKinds {
			for _, role := range append([]Role{"", "king"}, roles...) {
				need := rule.Authority
				if room == Caucus && rule.InCaucus != "" {
					need = rule.InCaucus
				}
				want := ""
				if slices.Index(roles, role) < slices.Index(roles, need) {
					want = "no-authority"
				} else if len(rule.Rooms) > 0 && !slices.Contains(rule.Rooms, room) {
					want = "not-here"
				}
				p := Proposed{Room: id("room"), Seat: "us-head", Role: role, Kind: kind, Act: New(kind), View: NewWorld()}
				if open, ok := p.Act.(*RoomOpen); ok {
					open.Type = room
				} else {
					p.State = NewState(p.Room)
					p.State.Fold(NewEntry(p.Room, 0, newHouse().now, "us-head", "room.open", &RoomOpen{Type: room, Members: []Delegation{"ru", "us"}}))
					p.View = NewWorld(p.State)
				}
				got := ""
				if codes := codesOf(t, Check(p)); slices.Contains(codes, "no-authority") || slices.Contains(codes, "not-here") {
					got = strings.Join(codes, " ")
				}
				if got != want {
					t.Errorf("%s by %q in a %s: %q, want %q", kind, role, room, got, want)
				}
			}
		}
	}
}

// TestMissingRuleDenies: what has no line in the table, or no act, is refused.
func TestMissingRuleDenies(t *testing.T) {
	p := Proposed{Room: id("room"), Seat: "us-head", Role: Head, Kind: "remark.shout", Act: &RemarkWrite{Text: "x"}, View: NewWorld()}
	if got := codesOf(t, Check(p)); !slices.Equal(got, []string{"unknown-act"}) {
		t.Errorf("an act without a rule: %v", got)
	}
	p.Kind, p.Act = "remark.write", nil
	if got := codesOf(t, Check(p)); !slices.Equal(got, []string{"unknown-act"}) {
		t.Errorf("no act: %v", got)
	}
}

// TestAViewIsAllThatIsAsked: an act is judged alike whatever lies in rooms that its room does not see.
func TestAViewIsAllThatIsAsked(t *testing.T) {
	for _, js := range []string{`{"text":"x","on":["@caucus/harbour"]}`, `{"text":"x","on":["@nowhere/harbour"]}`, `{"text":"x","on":["@caucus/none"]}`} {
		p, err := talksHouse(t).proposed(t, id("direct"), "us-head", Head, "remark.write", js)
		if err != nil {
			t.Fatal(err)
		}
		ps := problemsOf(t, Check(p))
		if len(ps) != 1 || ps[0].Code != "unknown-ref" || ps[0].Class != NotFound || ps[0].Field != "on/0" {
			t.Errorf("%s: %v", js, ps)
		}
	}
}

func TestComplete(t *testing.T) {
	h := talksHouse(t)
	h.write(t, id("direct"), "us-head", "source.add", `{"name":"twin","title":"A","kind":"note"}`)
	h.write(t, id("trio"), "us-head", "source.add", `{"name":"twin","title":"B","kind":"note"}`)
	view := h.world().As(id("tied"))
	handle := func(s string) (RoomID, bool) { return id("lobby"), s == "lobby" }
	act := &RemarkWrite{Text: "x", On: []Ref{{Name: "harbour"}, {Room: "lobby", Name: "p-us"}, {Name: "nothing"}, {Name: "#1"}, {Room: "elsewhere", Name: "x"}, {}}}
	if err := Complete(act, id("tied"), view, handle); err != nil {
		t.Fatal(err)
	}
	want := []Ref{{id("lobby"), "harbour"}, {id("lobby"), "p-us"}, {Name: "nothing"}, {Name: "#1"}, {Room: "elsewhere", Name: "x"}, {}}
	if !slices.Equal(act.On, want) {
		t.Errorf("completed: %v, want %v", act.On, want)
	}
	act = &RemarkWrite{On: []Ref{{Name: "twin"}}}
	if got := codesOf(t, Complete(act, id("tied"), view, handle)); !slices.Equal(got, []string{"ambiguous-ref"}) {
		t.Errorf("a name of two rooms: %v", got)
	}
	// The room's own object comes before those of others, and one room's view does not have the other's.
	if err := Complete(act, id("trio"), h.world().As(id("trio")), handle); err != nil || act.On[0] != (Ref{Name: "twin"}) {
		t.Errorf("the own one: %v, %v", act.On, err)
	}
}

// TestRoomWithoutMembersSeesNothing: a room whose beginning cannot be read is nobody's, not everybody's.
func TestRoomWithoutMembersSeesNothing(t *testing.T) {
	h := talksHouse(t)
	s := NewState(id("odd"))
	s.Fold(NewEntry(s.Room.ID, 0, h.now, "us-head", "room.unfold", nil))
	w := h.world().Merge(NewWorld(s))
	if got := w.As(s.Room.ID).Rooms(); len(got) != 0 {
		t.Errorf("it sees %d rooms", len(got))
	}
	if got := w.As(id("lobby")).Rooms(); len(got) != 1 {
		t.Errorf("the lobby sees %d rooms", len(got))
	}
}
