package sign

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"path"
	"strings"
	"time"
)

// Signers are whose keys somebody believes to be whose: OpenSSH's allowed_signers (ssh-keygen(1), "ALLOWED SIGNERS"). Principals are seats
// here, as in us-head, or patterns of them, as in us-*.
type Signers struct{ lines []signer }

// signer is a line of the file.
type signer struct {
	principals    []string
	namespaces    []string  // empty for all
	after, before time.Time // zero for no limit
	key           Key
}

// ParseSigners reads a file of signers. Times without the letter Z are taken as UTC too, where OpenSSH takes them as local. Lines of
// certificate authorities, and of keys that may not sign here, are passed over: they speak for nobody. What cannot be read is an error
// with its line.
func ParseSigners(file []byte) (*Signers, error) {
	s := new(Signers)
	in := bufio.NewScanner(bytes.NewReader(file))
	in.Buffer(nil, 64<<10)
	for n := 1; in.Scan(); n++ {
		line := strings.TrimSpace(in.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		one, speaks, err := parseSigner(line)
		if err != nil {
			return nil, fmt.Errorf("line %d of the signers: %w", n, err)
		}
		if speaks {
			s.lines = append(s.lines, one)
		}
	}
	if err := in.Err(); err != nil {
		return nil, fmt.Errorf("reading the signers: %w", err)
	}
	return s, nil
}

func parseSigner(line string) (s signer, speaks bool, err error) {
	principals, rest, err := word(line)
	if err != nil {
		return s, false, err
	}
	if s.principals, err = patterns(strings.ReplaceAll(principals, `"`, "")); err != nil {
		return s, false, err
	}
	options, after, err := word(rest)
	if err != nil {
		return s, false, err
	}
	speaks = true
	if !isKeyType(options) {
		if speaks, err = s.options(options); err != nil {
			return s, false, err
		}
		rest = after
	}
	fields := strings.Fields(rest)
	if len(fields) < 2 || !isKeyType(fields[0]) {
		return s, false, errors.New("it has no public key: a line has a seat, options if need be, and a key as in ssh-ed25519 AAAA…")
	}
	if _, err := b64.DecodeString(fields[1]); err != nil {
		return s, false, errors.New("its key is not base64")
	}
	if keyTypes[fields[0]] == nil || !speaks {
		return s, false, nil
	}
	s.key, err = ParseKey(fields[0] + " " + fields[1])
	return s, err == nil, err
}

// word takes a word from the beginning of a line; within quotes white space is part of it.
func word(line string) (first, rest string, err error) {
	line = strings.TrimLeft(line, " \t")
	quoted := false
	for i, c := range []byte(line) {
		switch {
		case c == '"':
			quoted = !quoted
		case !quoted && (c == ' ' || c == '\t'):
			return line[:i], strings.TrimLeft(line[i:], " \t"), nil
		}
	}
	if quoted {
		return "", "", errors.New("a quotation mark is not closed")
	}
	return line, "", nil
}

// isKeyType tells a key's type from options, which have no such beginnings.
func isKeyType(s string) bool {
	return strings.HasPrefix(s, "ssh-") || strings.HasPrefix(s, "ecdsa-") || strings.HasPrefix(s, "sk-")
}

// patterns reads a list of patterns of OpenSSH: * and ? are wild, ! before one means that it must not match.
func patterns(list string) ([]string, error) {
	all := strings.Split(list, ",")
	for _, p := range all {
		if strings.Trim(p, "!") == "" || strings.ContainsAny(p, `[]\ `) {
			return nil, fmt.Errorf("%.60q is not a list of patterns", list)
		}
	}
	return all, nil
}

// matches reports whether a list of patterns has a name: one of them matches, and none that begins with !.
func matches(list []string, name string) bool {
	found := false
	for _, p := range list {
		pattern, not := strings.CutPrefix(p, "!")
		if ok, err := path.Match(pattern, name); err == nil && ok {
			if not {
				return false
			}
			found = true
		}
	}
	return found
}

// options reads the options of a line. A certificate authority speaks for nobody here.
func (s *signer) options(list string) (speaks bool, err error) {
	speaks = true
	for list != "" {
		var option string
		option, list = cutOption(list)
		name, value, valued := strings.Cut(option, "=")
		value = strings.Trim(value, `"`)
		switch strings.ToLower(name) {
		case "cert-authority":
			speaks = false
		case "namespaces":
			s.namespaces, err = patterns(value)
		case "valid-after":
			s.after, err = parseTime(value)
		case "valid-before":
			s.before, err = parseTime(value)
		default:
			return false, fmt.Errorf("the option %.60q is not known", name)
		}
		if err == nil && valued == (name == "cert-authority") {
			err = fmt.Errorf("the option %.60q cannot be read", option)
		}
		if err != nil {
			return false, err
		}
	}
	return speaks, nil
}

// cutOption cuts options at the first comma that stands in no quotes.
func cutOption(list string) (option, rest string) {
	quoted := false
	for i, c := range []byte(list) {
		if c == '"' {
			quoted = !quoted
		}
		if c == ',' && !quoted {
			return list[:i], list[i+1:]
		}
	}
	return list, ""
}

func parseTime(s string) (time.Time, error) {
	s = strings.TrimSuffix(s, "Z")
	for _, layout := range []string{"20060102", "200601021504", "20060102150405"} {
		if t, err := time.Parse(layout, s); err == nil && len(s) == len(layout) {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%.40q is not a time as in 20250218 or 202502180900", s)
}

// Has reports whether a key, as Signature.Key has it, stands in the list for a seat at a time.
func (s *Signers) Has(seat, key string, at time.Time) bool {
	for _, l := range s.lines {
		if l.key.line() == key && matches(l.principals, seat) && (len(l.namespaces) == 0 || matches(l.namespaces, Namespace)) &&
			(l.after.IsZero() || !at.Before(l.after)) && (l.before.IsZero() || at.Before(l.before)) {
			return true
		}
	}
	return false
}
