package lists

import "strings"

// Birth is a birth as a paper has it, number by number: a mistyped 13th month is
// still compared. What is not known is 0.
type Birth struct{ Year, Month, Day int16 }

// ParseBirth reads 2011-05-03, 20110503, 03.05.2011, 03/05/2011, 2011-05, 05.2011
// and 2011; a time of day behind a space or T is left out. Numbers are not checked
// against a calendar.
func ParseBirth(text string) (b Birth, ok bool) {
	text, _, _ = strings.Cut(strings.TrimSpace(text), " ")
	text, _, _ = strings.Cut(text, "T")
	if len(text) == 8 && allDigits(text) {
		return Birth{number(text[:4]), number(text[4:6]), number(text[6:])}, true
	}
	parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("-./", r) })
	for _, p := range parts {
		if !allDigits(p) || len(p) > 4 || len(p) == 3 {
			return Birth{}, false
		}
	}
	four := func(i int) bool { return len(parts[i]) == 4 }
	switch {
	case len(parts) == 1 && four(0):
		b.Year = number(parts[0])
	case len(parts) == 2 && four(0) != four(1):
		b.Year, b.Month = number(parts[0]), number(parts[1])
		if four(1) {
			b.Year, b.Month = b.Month, b.Year
		}
	case len(parts) == 3 && four(0) != four(2) && !four(1):
		b = Birth{number(parts[0]), number(parts[1]), number(parts[2])}
		if four(2) {
			b.Year, b.Day = b.Day, b.Year
		}
	default:
		return Birth{}, false
	}
	return b, true
}

func allDigits(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

func number(s string) (n int16) {
	for _, c := range []byte(s) {
		n = n*10 + int16(c-'0')
	}
	return n
}

// heaped is the first of January, which is written where only a year is known.
func (b Birth) heaped() bool { return b.Month == 1 && b.Day == 1 }

// exact has a day.
func (b Birth) exact() bool { return b.Month != 0 && b.Day != 0 }

// bornLevel compares two births.
func bornLevel(a, b Birth) int {
	switch {
	case a.Year == 0 || b.Year == 0:
		return missing
	case a == b && a.heaped():
		return bornHeaped
	case a == b && a.exact():
		return bornIs
	case a.Year == b.Year && a.exact() && b.exact() && a.Month == b.Day && a.Day == b.Month:
		return bornSwapped
	}
	if !a.exact() || !b.exact() || a.heaped() || b.heaped() {
		months := a.Month == 0 || b.Month == 0 || a.Month == b.Month || a.heaped() || b.heaped()
		if a.Year == b.Year && months {
			return bornFits
		}
	}
	if a.exact() && b.exact() && agreeing(a, b) == 2 && yearsNear(a.Year, b.Year) {
		return bornNear
	}
	return differs
}

func agreeing(a, b Birth) (n int) {
	for _, same := range [...]bool{a.Year == b.Year, a.Month == b.Month, a.Day == b.Day} {
		if same {
			n++
		}
	}
	return n
}

// yearsNear: one slip in a year: one digit other, or two neighbours exchanged.
func yearsNear(a, b int16) bool {
	other, from := 0, [4]int16{}
	for i := range 4 {
		from[i] = a%10 - b%10
		if from[i] != 0 {
			other++
		}
		a, b = a/10, b/10
	}
	if other <= 1 {
		return true
	}
	for i := range 3 {
		if other == 2 && from[i] != 0 && from[i] == -from[i+1] {
			return true
		}
	}
	return false
}
