package procedure

import (
	"strconv"
	"strings"
	"time"
)

// Born is what is known of when a person was born: Year, then Month, then Day,
// each zero when not known; or an age that was said on a day. About marks an
// estimate.
type Born struct {
	Year, Month, Day int
	SaidAge          int       // years; 0 not said
	SaidOn           time.Time // when it was said, in the pack's zone
	About            bool
}

// AgeBand is which of a fact's values holds of a person on the day of at, in
// the zone of at. Values of the form under_N hold below N full years, and N
// comes from the pack; one other value holds from the largest N on. The answer
// is "" when not known.
//
// A person is as young as what is known allows: born in 2008 is born on its
// last day; "about" takes a year off. Where that could make the difference
// between two bands the answer is the younger, for a doubt about age is the
// child's path.
func AgeBand(values []string, b Born, at time.Time) string {
	youngest, ok := b.least(at)
	if !ok {
		return ""
	}
	band, bound, open := "", 0, ""
	for _, v := range values {
		n, isUnder := underAge(v)
		switch {
		case !isUnder:
			open = v
		case youngest < n && (band == "" || n < bound):
			band, bound = v, n
		}
	}
	if band == "" {
		return open
	}
	return band
}

// least is the least age in full years that what is known allows.
func (b Born) least(at time.Time) (int, bool) {
	age := 0
	switch {
	case b.Year > 0:
		month, day := b.Month, b.Day
		if month < 1 || month > 12 {
			month, day = 12, 31
		} else if day < 1 {
			day = 31
		}
		age = at.Year() - b.Year
		if int(at.Month()) < month || int(at.Month()) == month && at.Day() < day {
			age--
		}
	case b.SaidAge > 0:
		age = b.SaidAge
		if !b.SaidOn.IsZero() && at.After(b.SaidOn) {
			// Whole years since; the birthday before the day it was said is not known.
			age += Born{Year: b.SaidOn.Year(), Month: int(b.SaidOn.Month()), Day: b.SaidOn.Day()}.years(at)
		}
	default:
		return 0, false
	}
	if b.About {
		age--
	}
	return max(age, 0), true
}

func (b Born) years(at time.Time) int {
	n, _ := b.least(at)
	return n
}

func underAge(value string) (int, bool) {
	digits, ok := strings.CutPrefix(value, "under_")
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(digits)
	return n, err == nil && n > 0
}
