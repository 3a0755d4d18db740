package desk_test

import (
	"slices"
	"testing"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/id"
	"pana/internal/withheld"
)

// missing reports a child in a minute: when last seen, and whether in danger.
func (w *world) missing(who access.Who, file id.File, to id.Body) error {
	_, err := w.desk.TakeStep(w.t.Context(), who, desk.StepInput{
		Key: w.k(), File: file, Step: "report_missing", To: to,
		Fields: map[string]withheld.Text{"last_seen_on": withheld.New("2026-11-22"), "missing_danger": withheld.New("yes")},
	})
	return err
}

// A child who left a centre is counted among those of whom nobody said where, is
// told of at once, answers hold, and is asked before being placed again: the sum of
// the roll comes out at every step.
func TestAChildWhoRanAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	police, centre, guardianship := w.body("police", "Police", "officer"), w.body("education", "Centre", "head"), w.body("guardianship", "Guardians", "specialist")
	file := w.inCentre(police, centre.Body)
	line := w.roll(centre, "centre").Inside[0]
	if !slices.Contains(line.Steps, "report_missing") {
		t.Fatalf("who has the child cannot say that it is missing: %v", line.Steps)
	}
	removal := func() string {
		list, err := w.desk.Operations(t.Context(), police)
		if err != nil || len(list.Lines) != 1 {
			t.Fatal(err)
		}
		return w.operation(police, list.Lines[0].ID).Persons[0].Removal
	}
	if got := removal(); got != desk.NoBar {
		t.Fatalf("the test tells nothing: %s before", got)
	}
	if err := w.missing(centre, file, police.Body); err != nil {
		t.Fatal(explain(err))
	}
	if got := removal(); got != desk.Hold {
		t.Errorf("the removal check answers %s of a child who is looked for", got)
	}
	v := w.roll(centre, "centre")
	if v.Here != 0 || v.Lost != 1 || v.Entered != 1 || len(v.Missing) != 1 || !slices.Equal(v.Missing[0].Steps, []string{"found_again"}) {
		t.Errorf("%d here, %d lost of %d: %+v", v.Here, v.Lost, v.Entered, v.Missing)
	}
	f := w.file(file)
	told := func(kind string, body id.Body) bool {
		return slices.ContainsFunc(f.Tasks, func(x casework.Task) bool {
			return x.Kind == kind && x.Body == body && x.About == "report_missing" && x.Done.IsZero()
		})
	}
	if !told("guardianship", "") || !told("", police.Body) {
		t.Errorf("not told: %+v", f.Tasks)
	}
	if got := w.fact(centre, file, "missing"); got != "gone" {
		t.Errorf("missing is %q", got)
	}
	if err := w.step(centre, file, "to_family"); err == nil {
		t.Error("a child who is looked for was placed")
	}
	if err := w.step(police, file, "found_again"); err != nil {
		t.Fatal(explain(err))
	}
	v = w.roll(centre, "centre")
	if v.Here != 1 || v.Lost != 0 || !slices.Contains(wants(v.Inside[0]), "why_left") {
		t.Errorf("found again: %d here, %d lost, wants %v", v.Here, v.Lost, v.Inside)
	}
	if err := w.step(centre, file, "to_family"); err == nil {
		t.Error("placed before anybody asked why the child had left")
	}
	if err := w.ask(guardianship, desk.MetLine{Subject: desk.Subject{File: file}, Screen: "ask_why_left"}); err != nil {
		t.Fatal(explain(err))
	}
	if err := w.step(centre, file, "to_family"); err != nil {
		t.Error(explain(err))
	}
	if v = w.roll(centre, "centre"); v.Left != 1 || v.Here+v.Lost != 0 {
		t.Errorf("%+v", v)
	}
	w.verifies()
}

// In a house the same is said from the child's page there, and the removal check
// holds for whoever may be told which answer it is.
func TestAChildWhoRanAwayFromAHouse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	police := w.body("police", "Police", "officer")
	file, _ := w.guest(w.bed)
	g, err := w.desk.Guest(t.Context(), w.shelter, file)
	if err != nil || !slices.Equal(g.Missing, []string{"report_missing"}) {
		t.Fatalf("%v, %v", g.Missing, err)
	}
	if err := w.missing(w.shelter, file, police.Body); err != nil {
		t.Fatal(explain(err))
	}
	if g, err = w.desk.Guest(t.Context(), w.shelter, file); err != nil || !slices.Equal(g.Missing, []string{"found_again"}) {
		t.Errorf("%v, %v", g.Missing, err)
	}
	view, err := w.desk.File(t.Context(), police, file, "")
	if err != nil || view.Situation["missing"] != "gone" {
		t.Errorf("who looks for the child cannot open the file: %v", err)
	}
}
