package pack

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func digests(t *testing.T, fsys fstest.MapFS) (law, rest string) {
	t.Helper()
	p, problems := Load(fsys)
	if len(problems) > 0 {
		t.Fatal(all(problems))
	}
	s, problems := p.At(time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC))
	if len(Errors(problems)) > 0 {
		t.Fatal(all(problems))
	}
	return s.Law, s.Rest
}

func edited(t *testing.T, file, from, to string) fstest.MapFS {
	t.Helper()
	fsys := base(t)
	text := string(fsys[file].Data)
	if !strings.Contains(text, from) {
		t.Fatalf("%s has no %q", file, from)
	}
	fsys[file] = &fstest.MapFile{Data: []byte(strings.Replace(text, from, to, 1))}
	return fsys
}

func TestDigestsSayWhatChanged(t *testing.T) {
	t.Parallel()
	law, rest := digests(t, base(t))
	help := "procedures/help.yaml"
	for _, row := range []struct {
		why, file, from, to string
		law, rest           bool // changed
	}{
		{"a comment says nothing", help, "procedure:", "# a comment\nprocedure:", false, false},
		{"nor does the order of keys", "needs.yaml", "- {id: bed}", "- {id: bed}\n", false, false},
		{"nor how a list is written", help, "  starts: [wait]", "  starts:\n  - wait", false, false},
		{"a guard is law", help, `when: helped == "asked"`, `when: helped != "given"`, true, true},
		{"a holiday is law: it moves a day that is due", "calendar.yaml", "month: 1, day: 1", "month: 1, day: 2", true, true},
		{"where a rule is from is not what it does", help, "art. 2", "art. 3", false, true},
		{"nor is where it stands in a picture", help, "column: 1", "column: 2", false, true},
		{"wording is the rest", "wording/all.yaml", "en: Law", "en: The law", false, true},
		{"and so is a list", "needs.yaml", "id: bed", "id: bed, urgent: true", false, true},
	} {
		gotLaw, gotRest := digests(t, edited(t, row.file, row.from, row.to))
		if (gotLaw != law) != row.law || (gotRest != rest) != row.rest {
			t.Errorf("%s: law changed %v, rest changed %v", row.why, gotLaw != law, gotRest != rest)
		}
	}
	translated := func(ru string) (law, rest string) {
		fsys := base(t)
		fsys["wording/law/help.yaml"] = &fstest.MapFile{Data: []byte("sentences: [{en: Within a day., ru: " + ru + "}]\n")}
		return digests(t, fsys)
	}
	oldLaw, oldRest := translated("В течение дня.")
	if newLaw, newRest := translated("В течение суток."); newLaw != oldLaw || newRest == oldRest {
		t.Error("what the law says in another language is the rest, as all wording is")
	}
}

func TestSnapshotsChangeOnTheDaysTheLawDoes(t *testing.T) {
	t.Parallel()
	p, _ := Load(edited(t, "procedures/help.yaml", "clocks:", `bars:
- {id: stay, class: help, level: hold, binds: [give], dates: {from: 2024-09-03, to: 2025-12-31}, when: helped == "given", basis: [{mark: P}]}
clocks:`))
	almaty := p.Location()
	at := func(day string, hour int) *Snapshot {
		d, err := time.ParseInLocation(time.DateOnly, day, almaty)
		if err != nil {
			t.Fatal(err)
		}
		s, problems := p.At(d.Add(time.Duration(hour) * time.Hour))
		if s.Model == nil {
			t.Fatal(all(problems))
		}
		return s
	}
	before, first, last, after := at("2024-09-02", 23), at("2024-09-03", 0), at("2025-12-31", 23), at("2026-01-01", 0)
	if before == first || first != last || last == after {
		t.Error("a snapshot does not begin and end with the day, in the pack's zone")
	}
	if before.Law != after.Law || before.Law == first.Law {
		t.Error("the law's digest does not follow the law: the same rules have the same digest")
	}
	if got := first.Until.Format(time.DateOnly); got != "2025-12-31" || !after.Until.IsZero() || !before.Day.IsZero() {
		t.Errorf("a snapshot says it lasts until %s", got)
	}
}

func TestDaysOff(t *testing.T) {
	t.Parallel()
	day := func(s string) Day {
		d, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return Day{Time: d}
	}
	off := newDaysOff(Calendar{
		Weekend: []string{"saturday", "sunday"},
		Holidays: []Holiday{
			{Month: 3, Day: 8},
			{Month: 7, Day: 6, Dates: Dates{From: day("2025-01-01")}},
			{On: day("2026-05-11")},
		},
	})
	for _, row := range []struct {
		why, day string
		working  bool
	}{
		{"a Friday", "2026-03-06", true},
		{"a Saturday", "2026-03-07", false},
		{"a holiday of every year", "2027-03-08", false},
		{"a holiday before there was one", "2023-07-06", true},
		{"and since", "2026-07-06", false},
		{"a day off of one year", "2026-05-11", false},
		{"and not of the next", "2027-05-11", true},
	} {
		if off.Working(day(row.day).Time) != row.working {
			t.Errorf("%s: %s", row.why, row.day)
		}
	}
}

// Many readers ask for many days at once.
func TestSnapshotsAreForManyReaders(t *testing.T) {
	t.Parallel()
	p, _ := Load(base(t))
	done := make(chan *Snapshot)
	for i := range 8 {
		go func() {
			s, _ := p.At(time.Date(2026, 3, 3+i, 0, 0, 0, 0, time.UTC))
			done <- s
		}()
	}
	first := <-done
	for range 7 {
		if s := <-done; s != first || s.Model == nil {
			t.Error("one run of days has two snapshots")
		}
	}
}
