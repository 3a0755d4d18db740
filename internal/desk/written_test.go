package desk_test

import (
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

func onPaper(day, hour string) *desk.Written {
	return &desk.Written{Day: day, Hour: hour, By: withheld.New("PLANTED Officer"), Where: withheld.New("PLANTED farm"), Form: "begin.voice_claim AAAA-1111"}
}

func (w *world) concernOnPaper(paper *desk.Written) (casework.Receipt, error) {
	return w.desk.RecordConcern(w.t.Context(), w.border, desk.ConcernInput{
		Key: w.k(), Safety: "not_sure", AgeKnown: "adult", Sex: "male", Language: "fa", Consent: "yes", Citizenship: "AFG", Written: paper,
	})
}

// The hour on the paper is the country's of that day: it changed its time on
// 1 March 2024. The file says both times.
func TestAConcernOnPaperHappenedThen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, row := range []struct{ why, day, hour, happened string }{
		{"six hours before UTC until the change", "2024-02-20", "10:00", "2024-02-20T04:00:00Z"},
		{"five hours since", "2024-03-20", "10:00", "2024-03-20T05:00:00Z"},
		{"no hour was written: noon", "2026-11-20", "", "2026-11-20T07:00:00Z"},
		{"this morning", "2026-11-23", "10:59", "2026-11-23T05:59:00Z"},
	} {
		r := w.must(w.concernOnPaper(onPaper(row.day, row.hour)))
		f, err := w.desk.File(t.Context(), w.border, id.File(r.Args["file"]), w.border.Compartment)
		if err != nil || len(f.Timeline) == 0 {
			t.Fatal(row.why, err)
		}
		for _, line := range f.Timeline {
			if line.At.Format(time.RFC3339) != row.happened || !line.Recorded.Equal(w.now()) {
				t.Errorf("%s: %s at %s, recorded %s", row.why, line.Code, line.At, line.Recorded)
			}
		}
		if len(f.Notes) != 1 || f.Notes[0].Paper == nil || f.Notes[0].Paper.By.Reveal() != "PLANTED Officer" || f.Notes[0].Paper.Where.Reveal() != "PLANTED farm" {
			t.Errorf("%s: who wrote it, and where: %+v", row.why, f.Notes)
		}
	}
	if strings.Contains(w.log.String(), "PLANTED") {
		t.Error("a name or place is in the log")
	}
}

func TestAPaperThatCannotBe(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	unnamed := onPaper("2026-11-20", "10:00")
	unnamed.By = withheld.Text{}
	for _, row := range []struct {
		why, field, code string
		paper            *desk.Written
	}{
		{"it has not come yet", "paper_day", "step.future", onPaper("2026-11-24", "10:00")},
		{"in an hour", "paper_day", "step.future", onPaper("2026-11-23", "12:00")},
		{"a year that nobody can mean", "paper_day", "paper.before", onPaper("1926-11-20", "10:00")},
		{"no day", "paper_day", "field.day", onPaper("", "10:00")},
		{"no such hour", "paper_hour", "field.hour", onPaper("2026-11-20", "25:00")},
		{"nobody wrote it", "paper_by", "field.required", unnamed},
	} {
		_, err := w.concernOnPaper(row.paper)
		if e := fault.Of(err); err == nil || len(e.Fields) != 1 || e.Fields[0].Name != row.field || e.Fields[0].Code != row.code {
			t.Errorf("%s: %v", row.why, err)
		}
	}
}

// Nothing happens to somebody before she is born, as far as that is known.
func TestAPaperBeforeThePersonWasBorn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.atTheBorder()
	for born, code := range map[string]string{"2001-05-05": "", "2020-05-05": "paper.before", "2020": "paper.before"} {
		w.must(w.desk.AddIdentity(t.Context(), w.border, desk.IdentityInput{Key: w.k(), File: file, Born: withheld.New(born)}))
		in := w.stepOf(w.border, file, "voice_claim", map[string]string{"writes": "able"})
		in.Written = onPaper("2019-01-01", "10:00")
		_, err := w.desk.TakeStep(t.Context(), w.border, in)
		got := ""
		if e := fault.Of(err); err != nil && len(e.Fields) > 0 {
			got = e.Fields[0].Code
		}
		if born == "2020" {
			code = "" // a year alone bounds nothing to the day
		}
		if got != code {
			t.Errorf("born %s: %v", born, err)
		}
	}
}

// The clock of who must register counts from what the paper says.
func TestClocksCountFromThePaper(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	akimat := w.body("local_executive_body", "Akimat", "decider")
	in := desk.BeginInput{Key: w.k(), Step: "voice_claim", Where: "at_airport", AgeKnown: "adult", Sex: "male", Language: "fa", To: akimat.Body,
		Fields: map[string]withheld.Text{"writes": withheld.New("able")}, Written: onPaper("2026-11-20", "08:15")}
	r := w.must(w.desk.Begin(t.Context(), w.border, in))
	f, err := w.desk.File(t.Context(), w.border, id.File(r.Args["file"]), "")
	if err != nil || len(f.Clocks) == 0 {
		t.Fatalf("%+v, %v", f.Clocks, err)
	}
	for _, c := range f.Clocks {
		if want := time.Date(2026, 11, 20, 3, 15, 0, 0, time.UTC); !c.Start.Equal(want) {
			t.Errorf("%s began %s", c.ID, c.Start)
		}
	}
	if notes, err := w.desk.File(t.Context(), akimat, id.File(r.Args["file"]), akimat.Compartment); err != nil || slices.ContainsFunc(notes.Notes, func(n desk.NoteLine) bool { return n.Paper != nil }) {
		t.Errorf("another body reads where it was written: %+v, %v", notes.Notes, err)
	}
	if report, err := w.store.Verify(t.Context(), 2, nil); err != nil {
		t.Errorf("verify: %v %+v", err, report)
	}
}

// What others recorded in between is told before, and stays, marked; a step that
// was not open then is refused with its day, and recorded as what it was.
func TestSomethingHappenedInBetween(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.atTheBorder()
	w.push(4 * time.Hour)
	w.take(w.border, file, "voice_claim", map[string]string{"writes": "able"})
	w.push(time.Hour)

	between := w.stepOf(w.border, file, "voice_claim", map[string]string{"writes": "unable"})
	between.Written = onPaper("2026-11-23", "13:00") // two hours after the file began
	effects, err := w.desk.StepEffects(t.Context(), w.border, between)
	if err != nil || len(effects.Overtakes) != 1 || effects.Overtakes[0].Step != "voice_claim" || effects.Overtakes[0].Body == "" {
		t.Fatalf("what it overtakes: %+v, %v", effects.Overtakes, err)
	}
	if effects, err = w.desk.StepEffects(t.Context(), access.Who(w.border), w.stepOf(w.border, file, "voice_claim", nil)); err != nil || len(effects.Overtakes) > 0 {
		t.Errorf("without a paper: %+v, %v", effects.Overtakes, err)
	}
	w.must(w.desk.TakeStep(t.Context(), w.border, between))
	f, err := w.desk.File(t.Context(), w.border, file, "")
	if err != nil {
		t.Fatal(err)
	}
	overtaken := 0
	for _, line := range f.Timeline {
		if line.Overtaken {
			overtaken++
		}
	}
	if overtaken != 1 {
		t.Errorf("%d entries are marked", overtaken)
	}

	late := w.stepOf(w.border, file, "voice_claim", map[string]string{"writes": "able"})
	late.Written = onPaper("2026-11-23", "14:00") // it was said before
	_, err = w.desk.TakeStep(t.Context(), w.border, late)
	if e := fault.Of(err); e.Code != "paper.not_open_then" || e.Args["day"] == "" {
		t.Errorf("not open then: %v", err)
	}
	late.Key, late.Irregular = w.k(), true
	w.must(w.desk.TakeStep(t.Context(), w.border, late))
}
