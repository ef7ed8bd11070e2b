package noninterference

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"parley/internal/server"
	"parley/internal/talks"
)

// form is what is posted to a route, well and badly: what it answers must not depend on what is hidden, nor must what it leaves behind.
func (p *pair) form(w *writer, rt server.Route, h *host) string {
	switch {
	case rt.Name == "act":
		return p.actForm(w, h.rooms)
	case rt.Name == "seen":
		marks := url.Values{"back": {"positions"}}
		for _, room := range []talks.RoomID{h.rooms["lobby"], p.anyRoom(w, h.rooms), p.anyRoom(w, h.rooms)} {
			marks.Set(string(room), strconv.Itoa(w.n(12)))
		}
		return marks.Encode()
	case entrance(rt):
		return p.doorForm(w, h)
	}
	return p.seatForm(w, h)
}

// actForm is a form of a page of the talks.
func (p *pair) actForm(w *writer, rooms map[string]talks.RoomID) string {
	values := url.Values{"compose": {pick(w, []string{"remark", "statement", "position", "no-such", "party", "relation", "update", "admit", "remove", "close", "open", "release"})}, "text": {"typed"}, "seen": {"3"}}
	values.Set("issue", string(p.anyRoom(w, rooms))+"/"+p.anyName(w))
	values.Set("party", "party-aa")
	values.Set("speaker", "party-aa")
	values.Set("firmness", "firm")
	values.Set("title", "Typed")
	values.Set("rule", "majority")
	values.Set("kind", "plenary")
	values["delegations"] = []string{pick(w, []string{"aa", "bb", "cc", "dd"})}
	values["members"] = []string{string(p.viewer), pick(w, []string{"aa", "bb", "cc", "dd"})}
	values.Set("observers", pick(w, []string{"", "yes", "dd"}))
	values.Set("page", pick(w, []string{"", "nowhere", "open", "positions", "rooms/" + string(p.anyRoom(w, rooms)) + "/members", "issues/" + values.Get("issue")}))
	return values.Encode()
}

// seatForm is a form of the page of a delegation's seats.
func (p *pair) seatForm(w *writer, h *host) string {
	return url.Values{
		"do":   {pick(w, []string{"caucus", "grant", "grant", "revoke", "restore", "retain", "nothing"})},
		"seat": {p.anySeat(w)}, "holder": {p.anySeat(w)}, "role": {pick(w, []string{"head", "adviser", "observer"})}, "person": {"P. Person"},
		"until": {pick(w, []string{"", "2025-02-28"})}, "alternate": {pick(w, []string{"", string(p.viewer) + "-aide", "dd-s0"})},
		"delegation": {pick(w, []string{"aa", "dd", "zz"})}, "head": {pick(w, []string{"dd-second", "aa-second"})}, "reason": {"Typed"},
		"id": {p.anyID(w, h)}, "as": {pick(w, []string{"", string(p.viewer) + "-head"})}, "key": {pick(w, []string{"", "k1", "k2"})},
	}.Encode()
}

// doorForm has the fields of all forms outside of a process: whoever does not know one passes over it.
func (p *pair) doorForm(w *writer, h *host) string {
	password := pick(w, []string{goodPassword, goodPassword, "not this one at all", "short"})
	return url.Values{
		"login": {pick(w, []string{aideLogin, "nobody", "ned", "nora"})}, "password": {password}, "old": {goodPassword}, "name": {pick(w, []string{"Sam", ""})},
		"step": {"nothing"}, "code": {"123456"}, "challenge": {"nothing"}, "response": {"{}"}, "ticket": {""}, "passkey": {"key"},
		"id": {p.anyID(w, h)}, "token": {"laptop"}, "days": {"30"}, "write": {"yes"}, "seat": {pick(w, []string{string(p.viewer) + "-aide", processID + "/" + string(p.viewer) + "-aide", p.anySeat(w)})},
		"provider": {"sso"}, "subject": {"1"}, "process": {pick(w, []string{processID, "other"})}, "title": {"Other talks"}, "convener": {"aa-head"},
		"state": {pick(w, []string{"on", "off", ""})}, "head": {"aa-second"}, "reason": {"Typed"}, "then": {pick(w, []string{"", "/p/" + processID + "/positions"})},
	}.Encode()
}

// json is the body of a request to the API: in order, or referring to what may be hidden, or making a name that may be taken elsewhere.
func (p *pair) json(w *writer, rt server.Route, h *host) string {
	name, room := p.anyName(w), p.anyRoom(w, h.rooms)
	switch {
	case rt.Name == "api-mark":
		return fmt.Sprintf(`{"seen":{"%s":%d,"%s":%d}}`, h.rooms["lobby"], w.n(12), room, w.n(12))
	case strings.Contains(rt.Pattern, "invitations"):
		return pick(w, []string{fmt.Sprintf(`{"seat":%q}`, p.anySeat(w)), `{}`})
	case strings.Contains(rt.Pattern, "tokens"):
		return pick(w, []string{`{"name":"laptop","write":true,"days":30}`, `{"name":"laptop"}`, `{}`})
	}
	return pick(w, []string{
		fmt.Sprintf(`{"kind":"remark.write","body":{"text":"typed","on":["%s"]}}`, p.hiddenThing(w, h.rooms)),
		`{"kind":"remark.write","body":{"text":"typed"},"key":"` + name + `"}`,
		fmt.Sprintf(`{"kind":"remark.write","body":{"text":"typed","on":["%s/%s"]}}`, room, name),
		fmt.Sprintf(`{"kind":"remark.write","body":{"text":"typed","on":["%s"]}}`, name),
		`{"kind":"issue.open","body":{"name":"` + strings.Trim(name, "#") + `","title":"T"}}`,
		`{"kind":"room.admit","body":{"delegations":["dd","cc"]}}`,
		`{"kind":"room.admit","body":{"delegations":["bb"],"observers":true}}`,
		`{"kind":"room.remove","body":{"delegations":["` + pick(w, []string{"aa", "bb", "cc", "dd"}) + `"]}}`,
		`{"kind":"room.update","body":{"title":"Direct","rule":"majority","chair":"` + string(p.viewer) + `"}}`,
		`{"kind":"room.open","body":{"kind":"direct","title":"Direct","members":["aa","bb","cc","dd"]}}`,
		`{"kind":"room.open","body":{"kind":"plenary","title":"Plenary","members":["aa","bb","cc","dd"],"observers":["` + string(p.others()[0]) + `"],"chair":"` + string(p.viewer) + `","rule":"chair"}}`,
		`{"kind":"room.open","body":{"kind":"caucus","title":"C","members":["` + string(p.viewer) + `"]}}`,
		`{"kind":"record.erase","body":{"entry":` + strconv.Itoa(w.n(20)) + `}}`,
		`{"kind":"remark.write","body":{"text":"late"},"seen":1,"expect":true}`,
		`{"kind":"seat.grant","body":{"holder":"dd-adviser","role":"adviser"}}`,
		`{"kind":"seat.grant","body":{"holder":"` + string(p.viewer) + `-third","role":"delegate","until":"2025-02-28"}}`,
		`{"kind":"seat.revoke","body":{"holder":"` + p.anySeat(w) + `"}}`,
		`{"kind":"delegation.restore","body":{"delegation":"dd","head":"dd-third","reason":"typed"}}`,
		`{"kind":"delegation.retain","body":{"delegation":"` + string(p.viewer) + `","reason":"typed"}}`,
		`{"kind":`,
	})
}
