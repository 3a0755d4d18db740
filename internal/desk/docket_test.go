package desk_test

import (
	"slices"
	"testing"
	"time"

	"pana/internal/desk"
	"pana/internal/id"
)

// The docket counts all that is owed, whichever part of it is looked at, and
// the parts add up to the whole.
func TestADocketIsFilteredSortedAndCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var files []id.File
	for range 3 {
		files = append(files, id.File(w.concern().Args["file"]))
		w.push(time.Hour)
	}
	look := func(f desk.DocketFilter, page string) desk.Docket {
		t.Helper()
		out, err := w.desk.Docket(t.Context(), w.identifiers, f, page)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	all := look(desk.DocketFilter{}, "")
	sum := 0
	for state, n := range all.Counts {
		part := look(desk.DocketFilter{State: state}, "")
		if part.Pages.Total != n || len(part.Lines) != n {
			t.Errorf("%s: counted %d, listed %d", state, n, len(part.Lines))
		}
		if slices.ContainsFunc(part.Lines, func(l desk.DocketLine) bool { return l.State != state }) {
			t.Errorf("%s: %+v", state, part.Lines)
		}
		sum += n
	}
	if sum != all.Pages.Total || sum < len(files) {
		t.Errorf("counts add up to %d of %d", sum, all.Pages.Total)
	}
	if !slices.Contains(all.Steps, "identify") {
		t.Errorf("steps that may be owed: %v", all.Steps)
	}
	one := look(desk.DocketFilter{Step: "identify", Sort: "since"}, "")
	if len(one.Lines) != len(files) || !slices.IsSortedFunc(one.Lines, func(a, b desk.DocketLine) int { return int(b.Waiting - a.Waiting) }) {
		t.Errorf("one step, longest waiting first: %+v", one.Lines)
	}
	if none := look(desk.DocketFilter{Region: "KZ-75"}, ""); len(none.Lines) != 0 || none.Pages.Total != 0 {
		t.Errorf("another region: %+v", none.Lines)
	}
	if whole := look(desk.DocketFilter{}, desk.WholeList); len(whole.Lines) != sum || whole.Pages.Next != "" {
		t.Errorf("on one page: %d of %d", len(whole.Lines), sum)
	}
}

// Every kind of body that the law makes decide has a docket, and My work lists
// what it owes; a line leads to a page that opens.
func TestWhoOwesADecisionFindsItInMyWork(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.concern()
	guardians := w.body("guardianship", "Guardians", "specialist")
	docket, err := w.desk.Docket(t.Context(), guardians, desk.DocketFilter{}, "")
	if err != nil || len(docket.Lines) == 0 {
		t.Fatalf("a child was found, and the guardians owe nothing: %v", err)
	}
	lines := w.work(guardians, "step")
	if len(lines) != len(docket.Lines) {
		t.Errorf("%d lines, %d decisions", len(lines), len(docket.Lines))
	}
	for _, l := range docket.Lines {
		if _, err := w.desk.StepForm(t.Context(), guardians, l.Subject.File, l.Step); err != nil {
			t.Errorf("%s does not open: %v", l.Step, err)
		}
	}
	// A step of one role stands in nobody else's list: they could not open it.
	secretary := w.identifiers
	secretary.Role = "secretary"
	if lines := w.work(secretary, "step"); len(lines) != 0 {
		t.Errorf("a secretary is asked to decide: %+v", lines)
	}
}
