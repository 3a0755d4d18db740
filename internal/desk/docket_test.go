package desk_test

import (
	"database/sql"
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

// What a kind of body owes and what one of its roles owes stand in one list, the
// soonest first.
func TestMyWorkJoinsWhatTheKindAndTheRoleOwe(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 3 {
		w.concern()
		w.push(time.Hour)
	}
	docket, err := w.desk.Docket(t.Context(), w.identifiers, desk.DocketFilter{}, desk.WholeList)
	if err != nil || len(docket.Lines) < 3 {
		t.Fatalf("%d decisions: %v", len(docket.Lines), err)
	}
	db, err := sql.Open("sqlite3", "file:"+w.path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	// The first file's duty is the kind's, the second's the role's; one more has no time.
	kind, role := w.identifiers.BodyKind, w.identifiers.BodyKind+":"+w.identifiers.Role
	for i, change := range []string{
		`by_kind = '` + kind + `', due_at = 3000000`, `by_kind = '` + role + `', due_at = 1000000`, `by_kind = '` + kind + `', due_at = null`,
	} {
		l := docket.Lines[i]
		if _, err := db.Exec(`update decisions set `+change+` where file_id = ? and step = ? and by_kind in (?, ?)`, string(l.Subject.File), l.Step, kind, role); err != nil {
			t.Fatal(err)
		}
	}
	var got []id.File
	for _, l := range w.work(w.identifiers, "step") {
		if i := slices.IndexFunc(docket.Lines[:3], func(d desk.DocketLine) bool { return d.Subject.File == l.Subject.File && l.Verb == "step."+d.Step }); i >= 0 {
			got = append(got, l.Subject.File)
		}
	}
	want := []id.File{docket.Lines[1].Subject.File, docket.Lines[0].Subject.File, docket.Lines[2].Subject.File}
	if !slices.Equal(got, want) {
		t.Errorf("listed %v, not %v", got, want)
	}
}

// A docket that was not counted to the end does not say how long it is.
func TestADocketSaysOnlyWhatWasCounted(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why    string
		counts map[string]int
		state  string
		want   int
	}{
		{"all states together", map[string]int{"overdue": 3, "due": 4, "new": 5}, "", 12},
		{"the state that is looked at", map[string]int{"overdue": 3, "due": 4, "new": 5}, "due", 4},
		{"one state has more than were counted", map[string]int{"overdue": desk.ManyLines, "due": 4}, "", 0},
		{"another state has, which is not looked at", map[string]int{"overdue": desk.ManyLines, "due": 4}, "due", 4},
	} {
		if got := desk.TotalOf(row.counts, row.state); got != row.want {
			t.Errorf("%s: %d, want %d", row.why, got, row.want)
		}
	}
}

// A page of the docket goes on where the one before ended, in every list that it is
// joined from: together the pages are the whole, in its order.
func TestADocketsPagesAreTheWhole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.someFiles()
	for range 5 {
		w.concern()
		w.push(time.Hour)
	}
	for why, sort := range map[string]string{"due soonest": "", "waits longest": "since"} {
		whole, err := w.desk.Docket(t.Context(), w.identifiers, desk.DocketFilter{Sort: sort}, desk.WholeList)
		if err != nil || len(whole.Lines) < 6 {
			t.Fatalf("%d lines: %v", len(whole.Lines), err)
		}
		for _, limit := range []int{1, 2, 5} {
			steps, err := w.desk.DocketByPages(t.Context(), w.identifiers, desk.DocketFilter{Sort: sort}, limit)
			var want []string
			for _, l := range whole.Lines {
				want = append(want, string(l.Subject.File)+" "+l.Step)
			}
			if err != nil || !slices.Equal(steps, want) {
				t.Errorf("%s, by %d: %v, not %v: %v", why, limit, steps, want, err)
			}
		}
	}
	if _, err := w.desk.Docket(t.Context(), w.identifiers, desk.DocketFilter{}, "e30.e30"); err == nil {
		t.Error("a place in a list that no docket gave")
	}
}
