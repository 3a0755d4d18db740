package desk_test

import (
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/withheld"
)

// forgetful is the country with a schedule, which its law is not known to have: a year
// after the last entry.
var forgetful = sync.OnceValues(func() (*pack.Pack, error) {
	return countryWith("  from: last_entry\n  keep: unknown(\"q_retention_files\")\n  basis: [{", "  from: last_entry\n  keep: 1 year\n  basis: [{act: atl, art: \"art. 0\", mark: O}, {")
})

func forgetfulWorld(t *testing.T) *world {
	t.Helper()
	p, err := forgetful()
	if err != nil {
		t.Fatal(err)
	}
	return newWorldOf(t, filepath.Join(t.TempDir(), "pana.db"), time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC), p)
}

func (w *world) retains(who access.Who, word string, files ...id.File) []string {
	w.t.Helper()
	done, err := w.desk.Retain(w.t.Context(), who, desk.RetentionInput{Key: w.k(), Go: word, Files: files, Why: "court", Until: w.now().AddDate(1, 0, 0).Format(time.DateOnly)})
	if err != nil {
		return []string{fault.Of(err).Code}
	}
	var out []string
	for _, one := range done {
		code := one.Receipt.Code
		if one.Refused != nil {
			code = one.Refused.Code
		}
		out = append(out, code)
	}
	return out
}

// over are the files whose time is over, as a worker's page has them, with their state.
func (w *world) over(who access.Who) map[id.File]string {
	w.t.Helper()
	page, err := w.desk.Retentions(w.t.Context(), who)
	if err != nil {
		w.t.Fatal(explain(err))
	}
	out := map[id.File]string{}
	for _, l := range page.Over {
		out[l.File] = l.State
	}
	return out
}

const year = 367 * 24 * time.Hour

// The time of three files is over: the night finds them and erases none. Two sign for
// two of them at once; an order keeps one, somebody says why another stays, and only
// what both signed goes.
func TestTheTimeOfFilesIsOver(t *testing.T) {
	t.Parallel()
	w := forgetfulWorld(t)
	first, second := w.erasers()
	goes, held, stays := w.named(), id.File(w.concern().Args["file"]), id.File(w.concern().Args["file"])
	if w.swept(); len(w.over(first)) != 0 {
		t.Fatal("a file of today is over")
	}
	w.push(year)
	young := id.File(w.concern().Args["file"])
	w.swept()
	if over := w.over(first); len(over) != 3 || over[young] != "" || !slices.ContainsFunc([]id.File{goes, held, stays}, func(f id.File) bool { _, is := over[f]; return is }) {
		t.Fatalf("over: %v", over)
	}
	if _, is := w.over(first)[young]; is {
		t.Error("a file of today is over")
	}
	if _, err := w.desk.Retentions(t.Context(), w.inspector); !isWithheld(err) {
		t.Errorf("a caseworker reads the list: %v", err)
	}
	work, err := w.desk.MyWork(t.Context(), first, desk.WorkFilter{}, "")
	if err != nil || !slices.ContainsFunc(work.Lines, func(l desk.WorkLine) bool { return l.Verb == "work.retention" }) {
		t.Errorf("My work does not say so: %v", err)
	}
	w.must(w.desk.Hold(t.Context(), first, desk.HoldInput{Key: w.k(), File: held, Go: desk.HoldPlace, By: "court", Paper: withheld.New("17-A")}))
	for _, row := range []struct {
		why   string
		who   access.Who
		word  string
		files []id.File
		want  []string
	}{
		{"nothing is ticked", first, desk.RetentionSign, nil, []string{"retention.nothing"}},
		{"the second before the first", second, desk.RetentionSign, []id.File{goes}, []string{casework.CodeErasureNone}},
		{"the first: an order keeps one, and one is young", first, desk.RetentionSign, []id.File{goes, held, stays, young}, []string{"receipt.erasure_asked", casework.CodeErasureHeld, "receipt.erasure_asked", casework.CodeRetentionNone}},
		{"one worker is both", first, desk.RetentionSign, []id.File{goes}, []string{casework.CodeErasureOwn}},
		{"the second keeps one", second, desk.RetentionKeep, []id.File{stays}, []string{"receipt.retention_kept"}},
		{"and signs for the rest", second, desk.RetentionSign, []id.File{goes, stays}, []string{"receipt.erasure_confirmed", casework.CodeErasureNone}},
	} {
		if got := w.retains(row.who, row.word, row.files...); !slices.Equal(got, row.want) {
			t.Errorf("%s: %v, not %v", row.why, got, row.want)
		}
	}
	w.push(9 * 24 * time.Hour)
	w.swept()
	for file, want := range map[id.File]bool{goes: true, held: false, stays: false, young: false} {
		if w.isGone(file) != want {
			t.Errorf("gone %v, not %v", !want, want)
		}
	}
	if page, err := w.desk.Retentions(t.Context(), second); err != nil || len(page.Kept) != 1 || page.Kept[0].Why != "court" || page.Kept[0].File != stays {
		t.Errorf("kept: %+v, %v", page.Kept, err)
	}
	w.push(year)
	if w.swept(); len(w.over(first)) != 3 {
		t.Errorf("found again after the day: %v", w.over(first))
	}
	w.agrees()
}

// Who is helped again while two sign is not erased, whichever had signed.
func TestWhoIsHelpedAgainIsNotErased(t *testing.T) {
	t.Parallel()
	w := forgetfulWorld(t)
	first, second := w.erasers()
	file := w.named()
	w.push(year)
	w.swept()
	w.retains(first, desk.RetentionSign, file)
	if got := w.retains(second, desk.RetentionSign, file); !slices.Equal(got, []string{"receipt.erasure_confirmed"}) {
		t.Fatal(got)
	}
	if _, err := w.desk.ShowIdentity(t.Context(), w.inspector, file); err != nil || len(w.file(file).Openings) == 0 {
		t.Fatal(err)
	}
	if w.file(file).Over == nil {
		t.Error("a look at it gave it time")
	}
	w.must(w.desk.AddIdentity(t.Context(), w.inspector, desk.IdentityInput{Key: w.k(), File: file, Version: w.file(file).Changed(), Name: withheld.New(planted), Script: "latn", Sex: "female"}))
	w.push(9 * 24 * time.Hour)
	if w.swept(); w.isGone(file) || len(w.over(first)) != 0 {
		t.Fatal("she came back, and is erased or asked about")
	}
	if e := w.file(file).Erasing; e.State != casework.ErasureIsRefused || e.Why != casework.ErasureLivedOn {
		t.Errorf("%+v", e)
	}
	w.agrees()
}

// A schedule that was read anew while two sign is the one that holds: where the pack
// no longer knows how long, nothing goes.
func TestAnUnknownTimeErasesNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, second := w.erasers()
	file := w.named()
	w.push(20 * year)
	if w.swept(); len(w.over(first)) != 0 {
		t.Fatal("nobody knows how long, and it is over")
	}
	m := casework.Moment{At: w.now(), Laws: w.laws, By: casework.Actor{Worker: second.Worker, Body: second.Body}}
	f := *w.file(file)
	f.Over = &casework.TimeOver{RetentionFound: casework.RetentionFound{Schedule: "files"}}
	if _, err := casework.AskRetention(&f, m); !fault.Is(err, casework.CodeRetentionNone) {
		t.Errorf("the first signs: %v", err)
	}
	f.Erasing = &casework.Erasing{State: casework.ErasureIsAsked, Schedule: "files", AskedBy: first.Worker}
	if _, err := casework.ConfirmErasure(&f, m); !fault.Is(err, casework.CodeRetentionNone) {
		t.Errorf("the second signs: %v", err)
	}
	f.Erasing = &casework.Erasing{State: casework.ErasureIsConfirmed, Schedule: "files"}
	if _, err := casework.EraseNow(&f, 0, time.Hour, m); !fault.Is(err, casework.CodeRetentionNone) {
		t.Errorf("the sweep erases: %v", err)
	}
}

// Who may not know of an order is not told by what a form answers: an order and a place
// are one answer.
func TestAnOrderIsNotToldByASignature(t *testing.T) {
	t.Parallel()
	w := forgetfulWorld(t)
	first, second := w.erasers()
	prosecutor := w.body("prosecutor", "Prosecutor", "prosecutor")
	file := w.named()
	w.push(year)
	w.swept()
	w.retains(first, desk.RetentionSign, file)
	w.must(w.desk.Hold(t.Context(), first, desk.HoldInput{Key: w.k(), File: file, Go: desk.HoldPlace, By: "court", Paper: withheld.New("17-A")}))
	if got := w.retains(second, desk.RetentionSign, file); !slices.Equal(got, []string{casework.CodeErasureHeld}) {
		t.Errorf("who may know: %v", got)
	}
	if got := w.retains(prosecutor, desk.RetentionSign, file); !slices.Equal(got, []string{"erasure.not_now"}) {
		t.Errorf("who may not: %v", got)
	}
	page, err := w.desk.Retentions(t.Context(), prosecutor)
	if err != nil || len(page.Over) != 1 || page.Over[0].Held {
		t.Errorf("the page of who may not: %+v, %v", page.Over, err)
	}
}

// Of two schedules the longer decides, and one that nobody knows keeps the file.
func TestTheLongestScheduleDecides(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.named()
	at := w.now()
	for _, row := range []struct {
		why  string
		keep []string
		want string
	}{
		{"one", []string{"1 year"}, "1 year"},
		{"the longer is written first", []string{"3 years", "1 year"}, ""},
		{"the longer is written last", []string{"1 year", "3 years"}, ""},
		{"the second is unknown", []string{"1 year", `unknown("q_retention_files")`}, ""},
	} {
		p, err := countryWith("", "")
		if err != nil {
			t.Fatal(err)
		}
		p.Keeping.Retention = nil
		for _, keep := range row.keep {
			p.Keeping.Retention = append(p.Keeping.Retention, pack.Retention{ID: keep, From: pack.FromOpened, Keep: keep})
		}
		got := ""
		if d, err := casework.FindRetention(w.file(file), casework.Moment{At: at.Add(2 * year), Laws: laws{p}}); err == nil {
			got = d.Events[0].Payload.(casework.RetentionFound).Schedule
		}
		if got != row.want {
			t.Errorf("%s: over by %q, not %q", row.why, got, row.want)
		}
	}
}
