package procedure

import (
	"testing"
	"time"
)

func TestDue(t *testing.T) {
	t.Parallel()
	almaty := time.FixedZone("+05", 5*3600)
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip("no zone database here")
	}
	cal := weekdays{"2026-03-09", "2026-03-23"}
	for _, row := range []struct {
		why, length, kind, start, due string
		loc                           *time.Location
	}{
		{"minutes pass as they pass", "15 minutes", Duty, "2026-03-03T11:50:00+05:00", "2026-03-03T12:05:00+05:00", almaty},
		{"hours over midnight", "24 hours", Duty, "2026-03-03T11:50:00+05:00", "2026-03-04T11:50:00+05:00", almaty},
		{"hours over the spring change are still hours", "24 hours", Duty, "2026-03-28T12:00:00+01:00", "2026-03-29T13:00:00+02:00", berlin},
		{"a day over the spring change is a day", "1 day", Duty, "2026-03-28T12:00:00+01:00", "2026-03-29T12:00:00+02:00", berlin},
		{"a duty at an hour the spring change skips", "1 day", Duty, "2026-03-28T02:30:00+01:00", "2026-03-29T03:30:00+02:00", berlin},
		{"a person's limit ends at 24:00 of its last day", "30 days", Limit, "2026-03-03T09:00:00+05:00", "2026-04-03T00:00:00+05:00", almaty},
		{"begun a minute before midnight it has the same last day", "30 days", Limit, "2026-03-03T23:59:00+05:00", "2026-04-03T00:00:00+05:00", almaty},
		{"the day is the local one: 20:00 UTC is tomorrow there", "1 day", Limit, "2026-03-03T20:00:00Z", "2026-03-06T00:00:00+05:00", almaty},
		{"a duty in days ends at its hour", "30 days", Duty, "2026-03-03T09:00:00+05:00", "2026-04-02T09:00:00+05:00", almaty},
		{"a paper is valid to the end of its last day", "1 year", Validity, "2026-03-03T09:00:00+05:00", "2027-03-04T00:00:00+05:00", almaty},
		{"31 January and a month is the last of February", "1 month", Limit, "2026-01-31T10:00:00+05:00", "2026-03-01T00:00:00+05:00", almaty},
		{"in a leap year the 29th", "1 month", Limit, "2028-01-31T10:00:00+05:00", "2028-03-01T00:00:00+05:00", almaty},
		{"30 November and three months", "3 months", Duty, "2025-11-30T10:00:00+05:00", "2026-02-28T10:00:00+05:00", almaty},
		{"29 February and a year", "1 year", Duty, "2028-02-29T10:00:00+05:00", "2029-02-28T10:00:00+05:00", almaty},
		{"months run over a year's end", "2 months", Duty, "2026-12-15T10:00:00+05:00", "2027-02-15T10:00:00+05:00", almaty},
		{"working days skip the weekend", "3 working days", Duty, "2026-03-12T10:00:00+05:00", "2026-03-17T10:00:00+05:00", almaty},
		{"and a holiday", "2 working days", Duty, "2026-03-06T10:00:00+05:00", "2026-03-11T10:00:00+05:00", almaty},
		{"begun on a Saturday the first is Monday", "1 working day", Duty, "2026-03-14T10:00:00+05:00", "2026-03-16T10:00:00+05:00", almaty},
		{"a person's limit in working days ends at 24:00", "2 working days", Limit, "2026-03-20T10:00:00+05:00", "2026-03-26T00:00:00+05:00", almaty},
	} {
		start, _ := time.Parse(time.RFC3339, row.start)
		want, _ := time.Parse(time.RFC3339, row.due)
		got, err := Due(row.length, start, row.loc, cal, row.kind)
		if err != nil || !got.Equal(want) {
			t.Errorf("%s: %s from %s is due %s, want %s (%v)", row.why, row.length, row.start, got.In(row.loc), want, err)
		}
	}
}

func TestParseLength(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"1 minute", "15 minutes", "24 hours", "30 days", "1 working day", "3 working days", "1 month", "1 year", `unknown("q")`} {
		if l, err := ParseLength(good); err != nil || l.String() != good {
			t.Errorf("%q is read as %q (%v)", good, l, err)
		}
	}
	if l, err := ParseLength("unknown(q_30)"); err != nil || l.Question != "q_30" {
		t.Errorf("a bare question is read as %+v (%v)", l, err)
	}
	for _, row := range []struct{ why, in string }{
		{"nothing", ""}, {"no unit", "15"}, {"no such unit", "2 weeks"}, {"zero", "0 days"}, {"below zero", "-1 days"},
		{"a hundred thousand years", "100000 years"}, {"a leading zero", "01 days"}, {"a sum", "1 day 2 hours"}, {"a fraction", "1.5 days"},
	} {
		if l, err := ParseLength(row.in); err == nil {
			t.Errorf("%s: %q is read as %v", row.why, row.in, l)
		}
	}
}

func TestDueWithoutWorkingDays(t *testing.T) {
	t.Parallel()
	if got, _ := Due("2 working days", noonTuesday, time.UTC, never{}, Duty); got.IsZero() || got.After(noonTuesday.AddDate(2, 0, 0)) {
		t.Errorf("a calendar without working days gives %s", got)
	}
}

type never struct{}

func (never) Working(time.Time) bool { return false }

func TestAgeBand(t *testing.T) {
	t.Parallel()
	bands := []string{"adult", "under_18", "under_14"}
	day := func(s string) time.Time { d, _ := time.Parse(time.DateOnly, s); return d }
	for _, row := range []struct {
		why  string
		born Born
		at   string
		want string
	}{
		{"nothing is known", Born{}, "2026-03-03", ""},
		{"the day before the eighteenth birthday", Born{Year: 2008, Month: 3, Day: 4}, "2026-03-03", "under_18"},
		{"the eighteenth birthday", Born{Year: 2008, Month: 3, Day: 3}, "2026-03-03", "adult"},
		{"born on a leap day, the day before March", Born{Year: 2008, Month: 2, Day: 29}, "2026-02-28", "under_18"},
		{"and on the first of March", Born{Year: 2008, Month: 2, Day: 29}, "2026-03-01", "adult"},
		{"only the year, which could still be a child", Born{Year: 2008}, "2026-12-30", "under_18"},
		{"only the year, and it cannot", Born{Year: 2007}, "2026-03-03", "adult"},
		{"only the month", Born{Year: 2012, Month: 3}, "2026-03-30", "under_14"},
		{"about: the doubt is the child's", Born{Year: 2007, Month: 6, Day: 1, About: true}, "2026-03-03", "under_18"},
		{"said fifteen", Born{SaidAge: 15}, "2026-03-03", "under_18"},
		{"said seventeen two years ago", Born{SaidAge: 17, SaidOn: day("2024-03-01")}, "2026-03-03", "adult"},
		{"said seventeen eleven months ago", Born{SaidAge: 17, SaidOn: day("2025-04-01")}, "2026-03-03", "under_18"},
		{"a birth after today is a child all the same", Born{Year: 2030, Month: 1, Day: 1}, "2026-03-03", "under_14"},
		{"an impossible month says only the year", Born{Year: 2008, Month: 14, Day: 1}, "2026-12-30", "under_18"},
	} {
		if got := AgeBand(bands, row.born, day(row.at)); got != row.want {
			t.Errorf("%s: %q, want %q", row.why, got, row.want)
		}
	}
}
