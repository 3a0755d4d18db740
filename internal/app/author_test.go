package app

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"pana/internal/testkit"
)

// authored is Atlantis with a procedure for which nobody wrote Go: its author's
// files are gone on with where Atlantis has them, and begun where it has not.
func authored(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../../packs/atlantis")); err != nil {
		t.Fatal(err)
	}
	archive, err := txtar.ParseFile("testdata/author.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range archive.Files {
		path := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		had, err := os.ReadFile(path)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, append(had, f.Data...), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// operated serves a pack of another country, with nobody in it.
func operated(t *testing.T, packDir string) *live {
	t.Helper()
	l := &live{dir: t.TempDir(), log: &ears{}}
	var err error
	if l.demo, err = openDemo(t.Context(), l.dir, 0, io.Discard, slog.New(slog.DiscardHandler), func(p *plan) { p.packDir = packDir }); err != nil {
		t.Fatalf("operate the pack: %v", err)
	}
	l.serve(t)
	return l
}

// TestAProcedureOfYAMLIsOperated is the promise that everything rests on: a pack
// author adds a procedure, and people work with it. Each page below is made of
// testdata/author.txtar alone.
func TestAProcedureOfYAMLIsOperated(t *testing.T) {
	if testing.Short() {
		t.Skip("one after another: nothing here for the race detector")
	}
	t.Parallel()
	dir := authored(t)
	var said strings.Builder
	if exit := PackLint(&said, dir, "operate"); exit != exitOK {
		t.Fatalf("lint: exit %d\n%s", exit, &said)
	}
	l := operated(t, dir)
	plain := l.plain(t, "en")
	s := &story{T: t, r: plain, name: "Nemo Nautilus", now: l.local}
	s.inOneQuarter(l)
	s.isGivenABerth(l, plain)
	s.isFedLate(l)
	s.isRefusedABerth(l)
	s.disputesLate(l)
	s.isForgotten(l, plain)
	s.isInThePicture()
	s.isCounted(plain)
}

// inOneQuarter: what follows takes weeks and is counted by the quarter too, of which
// one with a few would keep the others back.
func (s *story) inOneQuarter(l *live) {
	s.Helper()
	quarter := func(at time.Time) int { return (int(at.Month()) - 1) / 3 }
	for day := s.now(); quarter(day) != quarter(s.now().AddDate(0, 0, weeksOfABerth)); day = s.now() {
		l.later(s.T, 7)
	}
}

const weeksOfABerth = 8 * 7

// asksForABerth: on the lifeboat, in one form; the board named is told.
func (s *story) asksForABerth(l *live) {
	s.Helper()
	window := windows["rower"]
	enter(s.r, window, "rower")
	s.sees("href", window+"/begin/ask_berth")
	s.r.Go(window + "/begin/ask_berth")
	s.page("begin.title")
	s.r.Tap("age_known", "adult")
	s.r.Tap("f.swims", "unable")
	s.r.Press("go", "check")
	s.must(s.r.Status() == 422, "taken with a required answer missing")
	s.r.Fill("f.aboard", "7")
	s.r.Fill("f.wrecked_on", s.now().AddDate(0, 0, -1).Format("2006-01-02"))
	s.r.Fill("f.wreck_told", "A rock, at night.")
	s.r.Press("go", "check")
	s.sees("data-changes", "confirm")
	s.sees("data-clock", "berth_answer")
	s.r.Press("go", "take")
	s.receipt()
	s.file, _, _ = strings.Cut(s.linked(window+"/file/"), "/")
	s.isOnTheDocket("board", "give_berth")
}

// isGivenABerth: not without evidence, and not by one alone; then there is a paper.
func (s *story) isGivenABerth(l *live, plain *testkit.Plain) {
	s.asksForABerth(l)
	here := windows["board"] + "/file/" + s.file + "/step/give_berth"
	s.r.Go(here)
	s.sees("data-evidence", "missing")
	s.sees("data-proof", "cannot_swim.there")
	s.sees("data-proof", "told_it.missing")
	s.r.Tap("f.berth_for", "alone")
	s.r.Press("go", "check")
	s.r.Press("go", "take")
	s.must(s.r.Status() == 422, "taken without evidence")
	s.sees("data-code", "step.evidence")

	s.r.Go(windows["board"] + "/file/" + s.file + "/documents/new")
	s.r.Tap("doc_is", "statement")
	plain.Upload("doc_content", "wreck.txt", "We struck a rock at night.\n")
	s.receipt()
	s.r.Go(here)
	s.sees("data-proof", "told_it.there")
	s.sees("data-two", "1")
	s.takes("board", "give_berth", answered{"f.berth_for": "alone"}, "", "berth_year")
	s.secondWord("give_berth")
	s.paperOf("board")
}

func (s *story) isOnTheDocket(role, step string) {
	s.Helper()
	enter(s.r, windows[role], role)
	s.r.Go(windows[role] + "/docket")
	s.sees("href", windows[role]+"/file/"+s.file+"/step/"+step)
	s.must(len(s.r.All("datetime")) > 0, "the docket does not say by when")
}

// secondWord: until a colleague has confirmed it nothing has changed.
func (s *story) secondWord(step string) {
	s.Helper()
	enter(s.r, windows["board_second"], "board_second")
	s.r.Go(windows["board_second"] + "/file/" + s.file + "/proposal/" + step)
	s.page("two.title")
	s.r.Press("go", "confirm")
	s.sees("data-receipt", "receipt.step_of_two")
}

// paperOf: the paper is due to be handed over, and anybody may ask whether it is genuine.
func (s *story) paperOf(role string) {
	s.Helper()
	window := windows[role]
	enter(s.r, window, role)
	s.r.Go(window + "/file/" + s.file + "/papers")
	s.sees("data-paper", "due")
	s.r.Go(window + "/file/" + s.file + "/paper/" + s.linked(window+"/file/"+s.file+"/paper/"))
	s.r.Fill("paper_in", "en")
	s.r.Press("", "", "paper_in=en")
	s.r.Tap("read", "common_language")
	s.r.Press("", "", s.keyed()...)
	s.receipt()
	s.r.Go(window + "/file/" + s.file + "/papers")
	s.r.Go(window + "/file/" + s.file + "/papers/" + s.linked(window+"/file/"+s.file+"/papers/"))
	printed := printedCode.FindString(s.r.HTML())
	s.must(printed != "", "the paper has no code")
	s.genuine(printed, "true")
}

// isFedLate: what is owed by a day is said with the day, to the one who owes it and in
// the file; when the day is past both say so, the warden counts it, and it ends with
// the step that gives it.
func (s *story) isFedLate(l *live) {
	s.Helper()
	enter(s.r, windows["rower"], "rower")
	here := windows["rower"] + "/file/" + s.file
	s.r.Go(here)
	s.sees("data-right", "meals.due")
	l.later(s.T, 5)
	s.isOverseen("berth_board", 1)
	enter(s.r, windows["rower"], "rower")
	s.r.Go(here)
	s.sees("data-right", "meals.overdue")
	s.isOnTheDocket("board", "serve_meals")
	s.must(strings.Contains(s.r.HTML(), `class="clock overdue"`), "the docket does not say that it is overdue")
	s.takes("board", "serve_meals", nil, "", "")
	enter(s.r, windows["rower"], "rower")
	s.r.Go(here)
	for _, right := range s.r.All("data-right") {
		s.must(!strings.HasPrefix(right, "meals."), "fed, and still %s", right)
	}
	s.isOverseen("berth_board", 0)
}

// isOverseen: the warden, who opens no file, counts what a kind of body left overdue.
func (s *story) isOverseen(kind string, late int) {
	s.Helper()
	enter(s.r, windows["warden"], "warden")
	s.r.Go(windows["warden"] + "/overdue")
	s.page("overdue.title")
	if late == 0 {
		s.must(!testkit.Sees(s.r, "data-late", "1"), "something is overdue")
		return
	}
	s.sees("data-kind", fmt.Sprintf("%s.%d", kind, late))
	s.sees("data-late", fmt.Sprint(late))
}

// isRefusedABerth: heard, refused with reasons and in time before the court.
func (s *story) isRefusedABerth(l *live) {
	s.asksForABerth(l)
	window := windows["board"]
	enter(s.r, window, "board")
	s.r.Go(window + "/file/" + s.file + "/hearing/deny_berth")
	s.must(!strings.Contains(s.r.HTML(), "⟦"), "a key stands in place of its wording")
	s.r.Fill("hearing_at", s.now().AddDate(0, 0, 4).Format("2006-01-02"))
	s.r.Fill("hearing_hour", "10:00")
	s.r.Fill("room", "1")
	s.r.Tap("interpreter_state", "asked")
	s.r.Tap("interpreter_sex", "any")
	s.r.Tap("interpreter_origin", "any")
	s.r.Fill("hearing_language", "ru")
	s.r.Press("", "", s.keyed()...)
	s.receipt()
	s.r.Go(window + "/file/" + s.file)
	hearing := window + "/file/" + s.file + "/hearings/" + s.linked(window+"/file/"+s.file+"/hearings/")
	l.later(s.T, 5)
	enter(s.r, window, "board")
	s.r.Go(hearing)
	s.sees("data-hearing", "set")
	s.r.Tap("hearing_outcome", "took_place")
	s.r.Press("", "", "go=close")
	s.receipt()
	s.r.Go(hearing)
	s.sees("data-hearing", "took_place")
	s.takes("board", "deny_berth", answered{"reasons": "No room.", "language": "ru", "understood": s.today()}, "", "berth_appeal")
	s.takes("rower", "dispute_berth", answered{"to": s.body(l, "court")}, "", "berth_trial")
	s.isOnTheDocket("court", "award_berth")
	s.takes("court", "award_berth", nil, "", "berth_year")
	s.paperOf("court")
}

// disputesLate: when the limit is over the step in time is shut, with the article, and
// the pack's step for who was prevented is open, and asks why.
func (s *story) disputesLate(l *live) {
	s.asksForABerth(l)
	s.takes("board", "deny_berth", answered{"reasons": "No room.", "language": "ru", "understood": s.today()}, "", "berth_appeal")
	window := windows["rower"]
	late := window + "/file/" + s.file + "/step/dispute_late"
	enter(s.r, window, "rower")
	s.r.Go(late)
	s.sees("data-shut", "dispute_late")
	l.later(s.T, 12)
	enter(s.r, window, "rower")
	s.r.Go(window + "/file/" + s.file + "/step/dispute_berth")
	s.sees("data-shut", "dispute_berth")
	s.sees("data-late-step", "dispute_late")
	s.sees("href", late)
	s.r.Go(late)
	s.r.Fill("to", s.body(l, "court"))
	s.r.Press("go", "check")
	s.must(s.r.Status() == 422, "late, and nobody is told why")
	s.takes("rower", "dispute_late", answered{"f.late_why": "At sea.", "to": s.body(l, "court")}, "", "berth_trial")
	s.isOnTheDocket("court", "award_berth")
	s.takes("court", "award_berth", nil, "", "berth_year")
}

// isForgotten: two who asked and were not answered are overdue with the board, in the
// warden's count and in a table, and are named to the warden by nothing.
func (s *story) isForgotten(l *live, plain *testkit.Plain) {
	s.Helper()
	s.asksForABerth(l)
	s.asksForABerth(l)
	l.later(s.T, 16)
	s.isOnTheDocket("board", "give_berth")
	s.isOverseen("berth_board", 4) // and the two whom the court gave a berth were not fed
	s.must(!strings.Contains(s.r.HTML(), "/file/"), "the warden is led to a file")
	s.r.Go(windows["warden"] + "/overdue.csv")
	s.must(strings.Contains(plain.HTML(), "berth_board,,,4,false\n"), "the table says %q", plain.HTML())
}

// isInThePicture: the public page of the law draws it.
func (s *story) isInThePicture() {
	s.Helper()
	s.r.Go("/law/berth")
	s.page("law.title")
	s.must(strings.Contains(s.r.HTML(), "<svg"), "no picture")
}

// isCounted: its figures are what the declaration makes of those two, on a page and as
// a table. Who only rows learns nothing by asking.
func (s *story) isCounted(plain *testkit.Plain) {
	s.Helper()
	window := windows["board"]
	enter(s.r, window, "board")
	s.r.Go(window + "/figures")
	s.sees("data-procedure", "berth")
	s.r.Go(window + "/figures/berth?year=" + s.now().Format("2006"))
	s.page("figures.title")
	s.must(!strings.Contains(s.r.HTML(), "⟦"), "a key stands in place of its wording")
	s.must(strings.Contains(s.r.HTML(), `<ul class="bars"`), "no chart")
	for _, seen := range [][2]string{
		{"data-whose", "all"}, {"data-figure", "started.5"}, {"data-figure", "ended.3"}, {"data-figure", "open.2"}, {"data-outcome", "given.3"},
		{"data-clock", "berth_answer.3.2"}, {"data-figure", "adverse.2"}, {"data-figure", "appealed.yes.2"},
	} {
		s.sees(seen[0], seen[1])
	}
	s.r.Go(window + "/law/berth")
	s.sees("href", window+"/figures/berth")
	s.r.Go(window + "/figures/berth/csv?year=" + s.now().Format("2006"))
	year := s.now().Format("2006")
	for _, line := range []string{"berth," + year + ",,true,all,outcome,given,3", "berth," + year + ",,true,all,kept,berth_answer,3", "berth," + year + ",,true,all,missed,berth_answer,2"} {
		s.must(strings.Contains(plain.HTML(), line+"\n"), "the table has no %q:\n%s", line, plain.HTML())
	}
	enter(s.r, windows["rower"], "rower")
	s.r.Go(windows["rower"] + "/figures/berth")
	s.must(s.r.Status() == 404, "a rower counts")
}
