package desk_test

import (
	"slices"
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// guest is somebody who has come to the shelter.
func (w *world) guest(bed id.Place) (id.File, id.Referral) {
	w.t.Helper()
	file := id.File(w.concern().Args["file"])
	referral := w.refer(file)
	for _, act := range []func() (casework.Receipt, error){
		func() (casework.Receipt, error) {
			return w.desk.Accept(w.t.Context(), w.shelter, desk.AnswerInput{Key: w.k(), Referral: referral, Place: bed})
		},
		func() (casework.Receipt, error) {
			return w.desk.Arrived(w.t.Context(), w.shelter, desk.AnswerInput{Key: w.k(), Referral: referral, Place: bed})
		},
	} {
		w.must(act())
	}
	return file, referral
}

// A month is counted from the log: by the house's own entries, once for each
// person, without what was corrected and without another month's.
func TestAMonthIsCountedFromTheLog(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	one, referral := w.guest(w.bed)
	two, _ := w.guest("") // taken in without a bed: the house has one
	log := func(who access.Who, service string, minutes int, gave []string, files ...id.File) error {
		_, err := w.desk.LogCare(ctx, who, desk.CareInput{Key: w.k(), Files: files, Service: service, Minutes: minutes, Gave: gave, Text: withheld.New("x")})
		return err
	}
	for _, err := range []error{
		log(w.shelter, "psychological", 40, nil, one, two), log(w.shelter, "psychological", 20, nil, one), log(w.shelter, "", 0, []string{"clothing"}, two),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, row := range []struct {
		why  string
		who  access.Who
		kind string
		file id.File
	}{
		{"who sent her keeps no log of her days", w.inspector, "legal", one},
		{"nor another house", w.shelter2, "legal", one},
		{"nor who decides", w.identifiers, "legal", one},
		{"nothing is an entry", w.shelter, "", one},
		{"a service the pack does not have", w.shelter, "massage", one},
	} {
		if err := log(row.who, row.kind, 10, nil, row.file); err == nil {
			t.Errorf("%s, and it was written", row.why)
		}
	}
	month := func() desk.Month {
		m, err := w.desk.HouseMonth(ctx, w.shelter, w.now())
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	line := func(m desk.Month) desk.MonthLine {
		i := slices.IndexFunc(m.Lines, func(l desk.MonthLine) bool { return l.Service == "psychological" })
		return m.Lines[i]
	}
	if m := month(); line(m) != (desk.MonthLine{Service: "psychological", Entries: 3, Minutes: 100, Persons: 2}) || m.Things != 1 || m.Persons != 2 || m.Arrived != 2 || m.Left != 0 {
		t.Errorf("counted %+v", m)
	}
	if m, err := w.desk.HouseMonth(ctx, w.shelter2, w.now()); err != nil || m.Persons != 0 || line(m).Entries != 0 {
		t.Errorf("another house counts it too: %+v, %v", m, err)
	}
	if _, err := w.desk.HouseMonth(ctx, w.inspector, w.now()); !isWithheld(err) {
		t.Errorf("who has no house has a month: %v", err)
	}
	page, err := w.desk.Guest(ctx, w.shelter, one)
	if err != nil || len(page.Care) != 2 {
		t.Fatalf("her log: %+v, %v", page.Care, err)
	}
	w.must(w.desk.Correct(ctx, w.shelter, desk.CorrectInput{Key: w.k(), File: one, Event: page.Care[0].Event, Reason: "mistake"}))
	if got := line(month()); got.Entries != 2 || got.Minutes != 80 {
		t.Errorf("what was corrected is counted: %+v", got)
	}
	w.push(48 * time.Hour)
	w.must(w.desk.Left(ctx, w.shelter, desk.AnswerInput{Key: w.k(), Referral: referral, Place: w.bed, Reason: "planned"}))
	if err := log(w.shelter, "legal", 10, nil, one); !isWithheld(err) {
		t.Errorf("she has left, and her days go on: %v", err)
	}
	if page, err := w.desk.Guest(ctx, w.shelter, one); err != nil || page.Here || len(page.Care) != 1 {
		t.Errorf("what the house wrote is its own: %+v, %v", page, err)
	}
	if m := month(); m.Nights != 4 || m.Left != 1 {
		t.Errorf("two people, two nights each: %+v", m)
	}
}

// A plan has aims that end once; danger reaches the coordinator; and none of it
// is read by who sent her or by the next house.
func TestAPlanAndWhatWentWrong(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	file, _ := w.guest(w.bed)
	set := func(until time.Time) error {
		_, err := w.desk.SetGoal(ctx, w.shelter, desk.GoalInput{Key: w.k(), File: file, Service: "legal", Whose: "person", Until: until, Text: withheld.New("a letter home")})
		return err
	}
	if err := set(w.now().Add(-time.Hour)); fault.Of(err).Kind != fault.Invalid {
		t.Errorf("an aim for yesterday: %v", err)
	}
	if err := set(w.now().Add(24 * time.Hour)); err != nil {
		t.Fatal(err)
	}
	house := func() desk.House {
		h, err := w.desk.House(ctx, w.shelter)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	if h := house(); len(h.Guests) != 1 || h.Guests[0].Open != 1 || h.Guests[0].Late != 0 {
		t.Errorf("the house: %+v", h.Guests)
	}
	w.push(48 * time.Hour)
	if h := house(); h.Guests[0].Late != 1 || h.Guests[0].Nights != 2 {
		t.Errorf("two days later: %+v", h.Guests[0])
	}
	page, err := w.desk.Guest(ctx, w.shelter, file)
	if err != nil {
		t.Fatal(err)
	}
	end := desk.CloseGoalInput{Key: w.k(), File: file, Goal: page.Goals[0].Event, Outcome: "reached"}
	w.must(w.desk.CloseGoal(ctx, w.shelter, end))
	end.Key = w.k()
	if _, err := w.desk.CloseGoal(ctx, w.shelter, end); !fault.Is(err, casework.CodeGoalClosed) {
		t.Errorf("ended twice: %v", err)
	}
	for _, row := range []struct {
		what  string
		rings bool
	}{{"visitor_refused", false}, {"threat", true}} {
		r := w.must(w.desk.RecordIncident(ctx, w.shelter, desk.IncidentInput{Key: w.k(), File: file, What: row.what, Text: withheld.New("at the gate")}))
		if slices.Contains(r.Kinds, w.coordinator.BodyKind) != row.rings {
			t.Errorf("%s: the receipt says that %v were told", row.what, r.Kinds)
		}
		heard := slices.ContainsFunc(w.work(w.coordinator, "task"), func(l desk.WorkLine) bool { return l.Verb == casework.TaskIncident })
		if heard != row.rings {
			t.Errorf("%s: the coordinator hears of it: %v", row.what, heard)
		}
	}
	if h := house(); len(h.Incidents) != 2 {
		t.Errorf("the next shift reads %+v", h.Incidents)
	}
	for _, who := range []access.Who{w.inspector, w.shelter2, w.coordinator} {
		if _, err := w.desk.Guest(ctx, who, file); !isWithheld(err) {
			t.Errorf("%s reads her days: %v", who.BodyKind, err)
		}
	}
	w.accuse(file, w.shelter.Body)
	if _, err := w.desk.Guest(ctx, w.shelter, file); !isWithheld(err) {
		t.Errorf("the house that is complained of reads on: %v", err)
	}
	f, err := w.desk.File(ctx, w.inspector, file, "")
	if err != nil || slices.ContainsFunc(f.Timeline, func(l desk.TimelineLine) bool {
		return l.Code == "event.incident.recorded" || l.Code == "event.goal.set"
	}) {
		t.Errorf("who sent her reads of it on the timeline (%v)", err)
	}
}

// Who left since yesterday stands on the house's page, by the last time she left;
// who left before that is in the month, and on no page of the day.
func TestWhoLeftLatelyStandsOnTheHousesPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	left := func() (out []id.File) {
		t.Helper()
		house, err := w.desk.House(ctx, w.shelter)
		if err != nil {
			t.Fatal(explain(err))
		}
		for _, g := range house.Left {
			out = append(out, g.Subject.File)
		}
		return out
	}
	leave := func(referral id.Referral) {
		t.Helper()
		w.must(w.desk.Left(ctx, w.shelter, desk.AnswerInput{Key: w.k(), Referral: referral, Place: w.bed, Reason: "planned"}))
	}
	file, referral := w.guest(w.bed)
	w.push(time.Hour)
	leave(referral)
	if got := left(); !slices.Equal(got, []id.File{file}) {
		t.Errorf("she left an hour ago: %v", got)
	}
	w.push(72 * time.Hour)
	if got := left(); len(got) != 0 {
		t.Errorf("she left three days ago: %v", got)
	}
	again := w.refer(file)
	w.must(w.desk.Accept(ctx, w.shelter, desk.AnswerInput{Key: w.k(), Referral: again, Place: w.bed}))
	w.must(w.desk.Arrived(ctx, w.shelter, desk.AnswerInput{Key: w.k(), Referral: again, Place: w.bed}))
	w.push(time.Hour)
	leave(again)
	if got := left(); !slices.Equal(got, []id.File{file}) {
		t.Errorf("she came back, and left again today: %v", got)
	}
	if m, err := w.desk.HouseMonth(ctx, w.shelter, w.now()); err != nil || m.Left != 2 {
		t.Errorf("she left twice this month: %+v, %v", m, err)
	}
	w.agrees()
}
