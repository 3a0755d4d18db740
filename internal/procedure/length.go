package procedure

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Unit is what a length counts in.
type Unit string

const (
	Minutes     Unit = "minute"
	Hours       Unit = "hour"
	Days        Unit = "day"
	WorkingDays Unit = "working day"
	Months      Unit = "month"
	Years       Unit = "year"
)

// Length is how long a clock runs: "15 minutes", "24 hours", "30 days",
// "3 working days", "1 month", "1 year"; or a question of law, "unknown(q)",
// and then nothing is due.
type Length struct {
	N        int
	Unit     Unit
	Question string
}

// maxLength bounds each unit at about a hundred years: more is a slip of the
// pen, and would make counting working days slow.
var maxLength = map[Unit]int{Minutes: 52_560_000, Hours: 876_000, Days: 36_500, WorkingDays: 26_000, Months: 1_200, Years: 100}

var errLength = errors.New(`not a length: write "15 minutes", "24 hours", "30 days", "3 working days", "1 month", "1 year" or unknown("question")`)

// ParseLength reads a length. The error says how a length is written.
func ParseLength(s string) (Length, error) {
	if q, ok := asQuestion(s); ok {
		return Length{Question: q}, nil
	}
	count, unit, ok := strings.Cut(s, " ")
	n, err := strconv.Atoi(count)
	u := Unit(strings.TrimSuffix(unit, "s"))
	most := maxLength[u]
	if !ok || err != nil || n < 1 || n > most || count != strconv.Itoa(n) {
		return Length{}, errLength
	}
	return Length{N: n, Unit: u}, nil
}

// asQuestion reads unknown(q) or unknown("q").
func asQuestion(s string) (string, bool) {
	if !strings.HasPrefix(s, "unknown") {
		return "", false
	}
	e, err := parse(s)
	if err != nil {
		return "", false
	}
	if c, ok := e.(*Call); ok && c.Func == "unknown" {
		return c.Args[0], true
	}
	return "", false
}

func (l Length) String() string {
	switch {
	case l.Question != "":
		return fmt.Sprintf("unknown(%q)", l.Question)
	case l.N == 1:
		return "1 " + string(l.Unit)
	}
	return fmt.Sprintf("%d %ss", l.N, l.Unit)
}

// Due is when a clock of this length and kind ends that started at start, in
// UTC. It is zero when the length is a question of law.
//
// Minutes and hours are counted as they pass, whatever the wall clock does.
// Days, months and years are counted on the calendar of loc and the day of the
// start is not counted; a month or year that has no such date ends on the last
// day of its month. A limit of a person and the validity of a paper last until
// 24:00 local of their last day, which favours the person; a body's duty and a
// minimum wait end at the hour they began. Working days are those of cal; with
// no calendar every day is one.
func (l Length) Due(start time.Time, loc *time.Location, cal Calendar, clockKind string) time.Time {
	if l.Question != "" || l.N < 1 {
		return time.Time{}
	}
	switch l.Unit {
	case Minutes:
		return start.Add(time.Duration(l.N) * time.Minute).UTC()
	case Hours:
		return start.Add(time.Duration(l.N) * time.Hour).UTC()
	}
	local := start.In(loc)
	last := l.lastDay(local, cal)
	if clockKind == Limit || clockKind == Validity {
		return endOfDay(last).UTC()
	}
	y, m, d := last.Date()
	hh, mm, ss := local.Clock()
	return time.Date(y, m, d, hh, mm, ss, local.Nanosecond(), loc).UTC()
}

// lastDay is the day the length ends on.
func (l Length) lastDay(local time.Time, cal Calendar) time.Time {
	switch l.Unit {
	case Months:
		return addMonths(local, l.N)
	case Years:
		return addMonths(local, 12*l.N)
	case WorkingDays:
		return addWorkingDays(local, l.N, cal)
	}
	return addDays(local, l.N)
}

// Due is Length.Due for a length as written; the error says how a length is
// written. Referral standards use it as duties: "15 minutes", "2 working days".
func Due(length string, start time.Time, loc *time.Location, cal Calendar, clockKind string) (time.Time, error) {
	l, err := ParseLength(length)
	if err != nil {
		return time.Time{}, err
	}
	return l.Due(start, loc, cal, clockKind), nil
}

// noon stands for its day. Noon is never skipped or
// doubled by a change of the clocks, so days are counted from noon to noon.
func noon(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 12, 0, 0, 0, t.Location())
}

func midnight(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, t.Location())
}

func addDays(t time.Time, n int) time.Time { return noon(t).AddDate(0, 0, n) }

// endOfDay is 24:00 local.
func endOfDay(t time.Time) time.Time { return midnight(addDays(t, 1)) }

func addMonths(t time.Time, n int) time.Time {
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, 12, 0, 0, 0, t.Location())
	last := time.Date(first.Year(), first.Month()+1, 0, 12, 0, 0, 0, t.Location()).Day()
	return first.AddDate(0, 0, min(t.Day(), last)-1)
}

func addWorkingDays(t time.Time, n int, cal Calendar) time.Time {
	day := noon(t)
	for n > 0 {
		day = nextWorkingDay(addDays(day, 1), cal)
		n--
	}
	return day
}

// nextWorkingDay is day itself when it is one. A calendar without working days
// for a year is a mistake; the day asked about is then taken.
func nextWorkingDay(day time.Time, cal Calendar) time.Time {
	if cal == nil {
		return day
	}
	for i := range 366 {
		if d := addDays(day, i); cal.Working(midnight(d)) {
			return d
		}
	}
	return day
}
