package linkage

import (
	"strings"
	"time"

	"pana/internal/withheld"
)

// Born is the days on which somebody may have been born, from the first to the
// last. The zero Born is not known.
type Born struct {
	first, last int32 // days since year 0, plus one
}

var yearZero = time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)

// BornBetween is any day from one to the other.
func BornBetween(first, last time.Time) Born {
	if last.Before(first) {
		first, last = last, first
	}
	return Born{dayNumber(first), dayNumber(last)}
}

// BornAbout is a year, give or take some.
func BornAbout(year, giveOrTake int) Born {
	return BornBetween(date(year-giveOrTake, 1, 1), date(year+giveOrTake, 12, 31))
}

// ParseBorn reads "2011-05-01", "2011-05", "2011", and "01.05.2011", "05.2011".
// About widens it by a year on both sides. It is not ok with a date that is
// none; an empty text is ok and not known.
func ParseBorn(text withheld.Text, about bool) (Born, bool) {
	s := strings.TrimSpace(text.Reveal())
	if s == "" {
		return Born{}, true
	}
	for _, form := range []struct {
		layout              string
		years, months, days int // to the day after the last
	}{
		{"2006-01-02", 0, 0, 1},
		{"02.01.2006", 0, 0, 1},
		{"2006-01", 0, 1, 0},
		{"01.2006", 0, 1, 0},
		{"2006", 1, 0, 0},
	} {
		first, err := time.Parse(form.layout, s)
		if err != nil {
			continue
		}
		last := first.AddDate(form.years, form.months, form.days).AddDate(0, 0, -1)
		if about {
			first, last = first.AddDate(-1, 0, 0), last.AddDate(1, 0, 0)
		}
		return BornBetween(first, last), true
	}
	return Born{}, false
}

func (b Born) known() bool { return b != Born{} }

func (b Born) exact() bool { return b.known() && b.first == b.last }

// apart is how many days lie between two births; 0 when they may be one day.
func (b Born) apart(c Born) int32 {
	return max(0, b.first-c.last, c.first-b.last)
}

// swapped says whether one is the other with day and month exchanged, the
// commonest mistake between two traditions of writing dates.
func (b Born) swapped(c Born) bool {
	if !b.exact() || !c.exact() {
		return false
	}
	d := b.day()
	return d.Day() <= 12 && date(d.Year(), time.Month(d.Day()), int(d.Month())).Equal(c.day())
}

func (b Born) day() time.Time { return yearZero.AddDate(0, 0, int(b.first-1)) }

func dayNumber(t time.Time) int32 {
	y, m, d := t.Date()
	return int32((date(y, m, d).Unix()-yearZero.Unix())/86_400) + 1
}

func date(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
