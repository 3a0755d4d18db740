package desk_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

const threeLists = `{"lists": ["Police", "Shelter", "Hotline"], "invented": true,
 "cells": {"100": 60, "010": 30, "001": 40, "110": 22, "101": 3, "011": 7, "111": 1}}`

// asksEstimate has a worker ask for an estimate of a table.
func (w *world) asksEstimate(who access.Who, table, replicates string) (id.Estimate, error) {
	w.t.Helper()
	r, err := w.desk.AskEstimate(w.t.Context(), who, desk.EstimateInput{Key: w.k(), Replicates: replicates, Asked: casework.EstimateAsked{
		Title: withheld.New("Invented year"), Perimeter: withheld.New("a country"), Differs: withheld.New("the hotline counts calls"), Source: withheld.New("three lists"), Table: withheld.New(table),
	}})
	return id.Estimate(r.Args["estimate"]), err
}

// counted waits until an estimate stands as it should: it is counted beside the jobs.
func (w *world) counted(who access.Who, estimate id.Estimate, state string) desk.EstimateView {
	w.t.Helper()
	for until := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		e, err := w.desk.Estimate(w.t.Context(), who, estimate)
		if err != nil {
			w.t.Fatal(explain(err))
		}
		if e.State == state {
			return e
		}
		if time.Now().After(until) {
			w.t.Fatalf("it stands as %s, not %s", e.State, state)
		}
	}
}

// begins does the job that an act left.
func (w *world) begins(ctx context.Context, estimate id.Estimate) {
	w.t.Helper()
	if err := w.desk.Due(ctx, casework.EffectEstimate, map[string]string{"estimate": string(estimate)}); err != nil {
		w.t.Fatal(explain(err))
	}
}

func (w *world) onEstimate(who access.Who, estimate id.Estimate, do, why string) error {
	_, err := w.desk.ActOnEstimate(w.t.Context(), who, desk.EstimateActInput{Key: w.k(), Estimate: estimate, Do: do, Why: withheld.New(why)})
	return err
}

// An estimate is counted beside the jobs, given out by a second person, and stays where
// it was when it is withdrawn.
func TestAnEstimateIsGivenOutByASecond(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.body("ministry", "Ministry", "analyst")
	second := w.hired(first, "Second", "analyst")
	estimate, err := w.asksEstimate(first, threeLists, "200")
	if err != nil {
		t.Fatal(explain(err))
	}
	if err := w.onEstimate(second, estimate, "publish", ""); !fault.Is(err, casework.CodeEstimateOver) {
		t.Errorf("before it is counted: %v", err)
	}
	w.begins(t.Context(), estimate)
	e := w.counted(first, estimate, casework.EstimateDone)
	if e.Counted.Observed != 163 || len(e.Counted.Rows) < 6 || !e.Counted.Invented || e.Overlap[0][1] != 23 || e.Overlap[0][0] != 86 {
		t.Errorf("%+v", e.Counted)
	}
	all, err := w.desk.PublishedEstimates(t.Context(), "en")
	if err != nil || len(all) != 0 {
		t.Errorf("anybody reads what nobody gave out: %d, %v", len(all), err)
	}
	if err := w.onEstimate(first, estimate, "publish", ""); !fault.Is(err, casework.CodeEstimateOwn) || e.Publishes {
		t.Errorf("who asked publishes: %v", err)
	}
	if err := w.onEstimate(second, estimate, "publish", ""); err != nil {
		t.Fatal(explain(err))
	}
	all, err = w.desk.PublishedEstimates(t.Context(), "en")
	if err != nil || len(all) != 1 || all[0].Asked.Perimeter.Reveal() != "a country" || all[0].Body != "Ministry" {
		t.Fatalf("%+v, %v", all, err)
	}
	if err := w.onEstimate(first, estimate, "withdraw", ""); fault.Of(err).Kind != fault.Invalid {
		t.Errorf("withdrawn without a reason: %v", err)
	}
	if err := w.onEstimate(first, estimate, "withdraw", "the links were wrong"); err != nil {
		t.Fatal(explain(err))
	}
	if all, _ = w.desk.PublishedEstimates(t.Context(), "en"); len(all) != 1 || all[0].State != casework.EstimateUndone || all[0].Why.Reveal() != "the links were wrong" {
		t.Errorf("what was withdrawn: %+v", all)
	}
}

// What is given out says no cell of the table, and no estimate to the last person.
func TestAPublishedEstimateKeepsItsCells(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.body("ministry", "Ministry", "analyst")
	estimate, err := w.asksEstimate(first, strings.NewReplacer(`"001": 40`, `"001": 1`, `"011": 7`, `"011": 2`).Replace(threeLists), "200")
	if err != nil {
		t.Fatal(explain(err))
	}
	w.begins(t.Context(), estimate)
	own := w.counted(first, estimate, casework.EstimateDone)
	if err := w.onEstimate(w.hired(first, "Second", "analyst"), estimate, "publish", ""); err != nil {
		t.Fatal(explain(err))
	}
	all, err := w.desk.PublishedEstimates(t.Context(), "en")
	if err != nil || len(all) != 1 {
		t.Fatal(len(all), err)
	}
	given := all[0]
	if !given.Asked.Table.Empty() {
		t.Error("the table is given out")
	}
	for i, row := range given.Overlap {
		for j, n := range row {
			if i != j && n != desk.Few || i == j && n >= 0 && n < given.Few {
				t.Errorf("lists %d and %d: %d", i, j, n)
			}
		}
	}
	whole := func(n int) bool {
		for n >= 100 {
			if n%10 != 0 {
				return false
			}
			n /= 10
		}
		return true
	}
	for i, r := range given.Counted.Rows {
		was := own.Counted.Rows[i]
		if !whole(r.N) || !whole(r.Low) || !whole(r.High) || r.Low > was.Low || r.High < was.High && r.High >= 0 {
			t.Errorf("%s: %d (%d to %d) of %d (%d to %d)", r.Method, r.N, r.Low, r.High, was.N, was.Low, was.High)
		}
	}
	if !slices.ContainsFunc(own.Counted.Rows, func(r casework.EstimateRow) bool { return !whole(r.N) }) || own.Overlap[2][2] >= own.Few {
		t.Error("nothing had to be rounded or kept: the test tells nothing")
	}
	if given.Counted.Observed != own.Counted.Observed {
		t.Errorf("%d on the lists, and %d are told", own.Counted.Observed, given.Counted.Observed)
	}
}

// The lengths of the lists less all that are on any are those on several: of a few it is
// not told.
func TestAPublishedEstimateTellsNoFewOnSeveralLists(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.body("ministry", "Ministry", "analyst")
	estimate, err := w.asksEstimate(first, `{"lists": ["A", "B", "C"], "cells": {"100": 60, "010": 30, "001": 40, "110": 3, "101": 1, "011": 1}}`, "200")
	if err != nil {
		t.Fatal(explain(err))
	}
	w.begins(t.Context(), estimate)
	w.counted(first, estimate, casework.EstimateDone)
	if err := w.onEstimate(w.hired(first, "Second", "analyst"), estimate, "publish", ""); err != nil {
		t.Fatal(explain(err))
	}
	all, err := w.desk.PublishedEstimates(t.Context(), "en")
	if err != nil || len(all) != 1 || all[0].Counted.Observed != desk.Few {
		t.Errorf("five people are on two lists, and it is told: %+v, %v", all, err)
	}
}

// An estimate is of its body: another's does not exist, and who may not ask for one finds
// none.
func TestAnEstimateIsOfItsBody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.body("ministry", "Ministry", "analyst")
	estimate, err := w.asksEstimate(first, threeLists, "200")
	if err != nil {
		t.Fatal(explain(err))
	}
	for _, who := range []access.Who{w.body("ministry", "Other", "analyst"), w.helpline("duty_officer")} {
		if _, err := w.desk.Estimate(t.Context(), who, estimate); !isWithheld(err) {
			t.Errorf("%s reads it: %v", who.BodyKind, err)
		}
		if err := w.onEstimate(who, estimate, "stop", ""); !isWithheld(err) {
			t.Errorf("%s stops it: %v", who.BodyKind, err)
		}
		if l, err := w.desk.Estimates(t.Context(), who); err == nil && len(l.Lines) > 0 {
			t.Errorf("%s lists %d", who.BodyKind, len(l.Lines))
		}
	}
	if _, err := w.asksEstimate(w.helpline("operator"), threeLists, "200"); !isWithheld(err) {
		t.Errorf("an operator asks: %v", err)
	}
}

// What is wrong in a table is said with its line, and what two lists tell is that they
// tell nothing.
func TestATableThatTellsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.body("ministry", "Ministry", "analyst")
	_, err := w.asksEstimate(first, "{\"lists\": [\"A\", \"B\"],\n \"cells\": {\"12\": 3}}", "200")
	if f := fault.Of(err); err == nil || len(f.Fields) != 1 || f.Fields[0].Code != "estimate.read" || f.Fields[0].Args["line"] != "2" {
		t.Errorf("a cell that is none: %v", explain(err))
	}
	if _, err := w.asksEstimate(first, threeLists, "7"); fault.Of(err).Kind != fault.Invalid {
		t.Errorf("seven draws: %v", err)
	}
	estimate, err := w.asksEstimate(first, `{"lists": ["A", "B"], "cells": {"10": 30, "01": 20, "11": 15}}`, "200")
	if err != nil {
		t.Fatal(explain(err))
	}
	w.begins(t.Context(), estimate)
	if e := w.counted(first, estimate, casework.EstimateDone); e.Counted.Refused != "two_lists" || len(e.Counted.Rows) != 0 {
		t.Errorf("two lists: %+v", e.Counted)
	}
}

// Whoever stops one stops it also while it is counted, and nothing is recorded after; what
// a node lost is begun anew.
func TestAnEstimateIsStoppedAndFoundAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.body("ministry", "Ministry", "analyst")
	five := `{"lists": ["A", "B", "C", "D", "E"], "cells": {"10000": 60, "01000": 30, "00100": 40, "00010": 25, "00001": 33, "11000": 12, "00110": 7, "10101": 2, "01011": 3, "11111": 1, "10010": 9, "01001": 8}}`
	estimate, err := w.asksEstimate(first, five, "1000")
	if err != nil {
		t.Fatal(explain(err))
	}
	w.begins(t.Context(), estimate)
	for until := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		if e, err := w.desk.Estimate(t.Context(), first, estimate); err != nil || time.Now().After(until) {
			t.Fatalf("it does not go on: %v", err)
		} else if e.Done > 0 && e.Of >= e.Done {
			break
		}
	}
	if err := w.onEstimate(first, estimate, "stop", ""); err != nil {
		t.Fatal(explain(err))
	}
	for until := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		e, err := w.desk.Estimate(t.Context(), first, estimate)
		if err != nil || time.Now().After(until) {
			t.Fatalf("it is counted although it was stopped: %v", err)
		}
		if e.Of == 0 { // the run is over
			if e.State != casework.EstimateEnded {
				t.Errorf("stopped, and stands as %s", e.State)
			}
			break
		}
	}
	lost, err := w.asksEstimate(first, threeLists, "200") // whose job a node took with it
	if err != nil {
		t.Fatal(explain(err))
	}
	if err := w.desk.Sweep(t.Context()); err != nil {
		t.Fatal(explain(err))
	}
	time.Sleep(time.Second) // it would be counted by now
	if e, _ := w.desk.Estimate(t.Context(), first, lost); e.State != casework.EstimateRuns {
		t.Errorf("taken for lost at once: %s", e.State)
	}
	w.push(time.Hour)
	if err := w.desk.Sweep(t.Context()); err != nil {
		t.Fatal(explain(err))
	}
	w.counted(first, lost, casework.EstimateDone)
}
