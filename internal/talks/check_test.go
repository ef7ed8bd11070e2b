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
		{"lobby", "us-head", "head", "delegation.update", `{"delegation":"us","remove":["Nobody"]}`, "not-member remove/0"},
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
	"words": {
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
				js := strings.NewReplacer("@erased", strconv.Itoa(erased), "@said", strconv.FormatInt(said, 10)).Replace(c.js)
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
