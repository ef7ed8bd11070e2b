package account

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// CheckPassword says as a *Problem why a password is refused for an account of that login and name, or nil.
//
// A password has 12 to 256 characters, of any kind. It is refused as weak where what makes it up is guessed first: common words, the
// account's own names, keys in a row, years and repetitions count as one character each, however they are spelt, and eight must be left.
func CheckPassword(password, login, name string) error {
	p, ok := prepare(password)
	n := utf8.RuneCountInString(p)
	switch {
	case utf8.RuneCountInString(password) > passwordMax:
		return &Problem{Field: "password", Code: ProblemLong, Min: passwordMin, Max: passwordMax}
	case !ok && password != "":
		return &Problem{Field: "password", Code: ProblemForm}
	case n < passwordMin || !ok:
		return &Problem{Field: "password", Code: ProblemShort, Min: passwordMin, Max: passwordMax}
	case n > passwordMax:
		return &Problem{Field: "password", Code: ProblemLong, Min: passwordMin, Max: passwordMax}
	case strength(p, login, name) < strengthMin:
		return &Problem{Field: "password", Code: ProblemWeak}
	}
	return nil
}

const strengthMin = 8

// rows are what keys in a row give, forwards and backwards.
var rows = both("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn",
	"1q2w3e4r5t6y7u8i9o0p", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol", "q1w2e3r4t5y6u7i8o9p0", "qazwsxedcrfvtgbyhnujmikolp", "!@#$%^&*()", "!\"§$%&/()=", "147258369", "0246813579",
	"йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю", "абвгдежзиклмнопрстуфхцчшщыэюя", "αβγδεζηθικλμνξοπρστυφχψω")

func both(rows ...string) []string {
	for _, r := range rows {
		b := []rune(r)
		for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
			b[i], b[j] = b[j], b[i]
		}
		rows = append(rows, string(b))
	}
	return rows
}

// common are words that lists of leaked passwords begin with, and those of this trade.
var common = strings.Fields(`
	password passwort passwd passphrase motdepasse contrasena contraseña senha parola wachtwoord haslo hasło пароль secret geheim
	welcome willkommen bienvenue admin administrator root user guest test demo login letmein master system server default changeme change
	access enter open sesame iloveyou love lovely lover baby angel princess queen king prince sunshine moonlight rainbow flower
	butterfly dragon monkey tiger lion eagle falcon phoenix shadow ninja samurai hunter killer warrior soldier superman batman spiderman
	starwars pokemon matrix football baseball basketball soccer hockey liverpool chelsea arsenal barcelona juventus realmadrid
	computer internet windows google facebook twitter linkedin youtube samsung iphone android apple microsoft oracle cisco
	money freedom liberty peace salam shalom mir victory freunde friends family mother father summer winter spring autumn sommer
	january february march april may june july august september october november december monday tuesday wednesday thursday friday
	saturday sunday cookie chocolate coffee banana orange cheese pepper ginger michael jennifer jessica ashley daniel thomas andrew charlie
	jordan robert matthew anthony nicole michelle maria anna mohammed muhammad ahmed fatima ivan natasha vladimir
	jesus christ allah bismillah trustno whatever nothing something blink donald trump putin hello world fuck fuckyou asshole bitch
	abc qwe asd zxc qaz wsx pass word pwd mypass mypassword mysecret secure security private temp temporary newpass company office
	parley talks negotiation delegation delegate minister ministry embassy ambassador secretary secretariat government president treaty summit
	agreement mediation mediator diplomat diplomacy foreign affairs republic nation united nations geneva vienna riyadh doha oslo moscow kyiv
	kiev washington london paris berlin beijing jerusalem tehran cairo istanbul ankara head adviser observer operator convener`)

// spelt are characters that stand for letters in passwords that mean to be clever.
var spelt = map[rune]string{'0': "o", '1': "il", '2': "z", '3': "e", '4': "a", '5': "s", '6': "g", '7': "t", '8': "b", '9': "g", '@': "a", '$': "s", '!': "i", '+': "t", '|': "il"}

// strength is how many characters are left of a password when each part that is guessed first counts as one.
func strength(password, login, name string) int {
	p := []rune(strings.ToLower(password))
	words := append(strings.FieldsFunc(strings.ToLower(login+" "+name), func(r rune) bool { return strings.ContainsRune(" .-_@+", r) }), common...)
	// cost[i] is the least that the first i characters count.
	cost := make([]int, len(p)+1)
	for i := range cost {
		cost[i] = i
	}
	for i := range p {
		part := func(n int) {
			for k := 1; k <= n; k++ { // the beginning of a part that is one is one too
				cost[i+k] = min(cost[i+k], cost[i]+1)
			}
		}
		cost[i+1] = min(cost[i+1], cost[i]+1)
		if n := same(p[i:]); n >= 2 {
			part(n)
		}
		if n := inRow(p[i:]); n >= 3 {
			part(n)
		}
		if n := again(p, i); n >= 3 {
			part(n)
		}
		if year(p[i:]) {
			part(4)
		}
		for _, w := range words {
			if n := spells(p[i:], w); n >= 3 {
				cost[i+n] = min(cost[i+n], cost[i]+1)
			}
		}
	}
	return cost[len(p)]
}

// year reports whether four digits begin p that are a year of these times.
func year(p []rune) bool {
	if len(p) < 4 || (string(p[:2]) != "19" && string(p[:2]) != "20") {
		return false
	}
	return unicode.IsDigit(p[2]) && unicode.IsDigit(p[3])
}

// same is how often the first character is repeated at once.
func same(p []rune) int {
	n := 1
	for n < len(p) && p[n] == p[0] {
		n++
	}
	return n
}

// inRow is how many of the first characters are keys in a row.
func inRow(p []rune) int {
	best := 0
	for _, r := range rows {
		row := []rune(r)
		for i := range row {
			n := 0
			for n < len(p) && i+n < len(row) && p[n] == row[i+n] {
				n++
			}
			best = max(best, n)
		}
	}
	return best
}

// again is how many characters from i on have been there before.
func again(p []rune, i int) int {
	best := 0
	for j := range i {
		n := 0
		for i+n < len(p) && j+n < i && p[j+n] == p[i+n] {
			n++
		}
		best = max(best, n)
	}
	return best
}

// spells is how many of the first characters spell a word, or 0.
func spells(p []rune, word string) int {
	n := 0
	for _, w := range word {
		if n == len(p) || (p[n] != w && !strings.ContainsRune(spelt[p[n]], w)) {
			return 0
		}
		n++
	}
	return n
}
