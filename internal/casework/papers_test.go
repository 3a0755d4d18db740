package casework

import (
	"testing"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// refused is the girl's file with a decision against her, and that event.
func (w *world) refused() id.Event {
	w.t.Helper()
	w.open()
	w.must(decider, func(m Moment) (Decision, error) {
		return TakeStep(w.file(girl), TakeStepInput{Step: "refuse", Reasons: withheld.New("because"), Language: "en"}, m)
	})
	for _, e := range w.file(girl).Timeline {
		if e.Step == "refuse" {
			return e.Event
		}
	}
	w.t.Fatal("not refused")
	return ""
}

func (w *world) handOver(by Actor, of id.Event, name, lang string) error {
	return w.do(by, func(m Moment) (Decision, error) {
		return IssuePaper(w.file(girl), IssueInput{PaperIssued: PaperIssued{
			Paper: fixed[id.Paper](name), Of: of, Name: "refuse", Language: lang, Tag: "tag-" + name, Text: withheld.New("the paper"),
		}}, m)
	})
}

// standing are the tags that answer genuine.
func (w *world) standing() (tags []string) {
	for _, r := range Rows(w.file(girl)) {
		if r.Table == PapersTable {
			tags = append(tags, r.Values[1].(string))
		}
	}
	return tags
}

func same(a []string, b ...string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func TestAPaperStandsUntilItIsTakenBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	of := w.refused()
	version := w.file(girl).Changed()
	for _, p := range []struct{ name, lang string }{{"one", "en"}, {"two", "ru"}, {"three", "en"}} {
		w.at = w.at.Add(time.Minute)
		if err := w.handOver(decider, of, p.name, p.lang); err != nil {
			t.Fatal(err)
		}
	}
	if got := w.standing(); !same(got, "tag-two", "tag-three") {
		t.Errorf("of two in one language the later stands: %v", got)
	}
	if w.file(girl).Changed() != version {
		t.Error("a paper handed over makes somebody's form stale")
	}
	back := func(by Actor, paper, reason string) error {
		return w.do(by, func(m Moment) (Decision, error) { return RevokePaper(w.file(girl), fixed[id.Paper](paper), reason, m) })
	}
	for why, err := range map[string]error{
		"another body's":       back(inspector, "two", "mistake"),
		"no reason":            back(decider, "two", "because"),
		"replaced before":      back(decider, "one", "mistake"),
		"no such paper":        back(decider, "nine", "mistake"),
		"a reason of nobody's": back(decider, "two", PaperReplaced),
	} {
		if err == nil {
			t.Errorf("%s: taken back", why)
		}
	}
	if err := back(decider, "two", "lost"); err != nil || !same(w.standing(), "tag-three") {
		t.Errorf("%v, stands: %v", err, w.standing())
	}
}

// A step that is corrected takes its papers with it: what it decided is not so.
func TestACorrectedStepHasNoPaper(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	of := w.refused()
	if err := w.handOver(decider, of, "one", "en"); err != nil {
		t.Fatal(err)
	}
	w.must(decider, func(m Moment) (Decision, error) { return Correct(w.file(girl), of, "slip", m) })
	if got := w.standing(); len(got) > 0 {
		t.Errorf("still genuine: %v", got)
	}
	if err := w.handOver(decider, of, "two", "en"); !fault.Is(err, CodePaperStep) {
		t.Errorf("a paper of a step that is no more: %v", err)
	}
}

func TestNoPaperOfWhatIsNotOnesOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	of := w.refused()
	opened := w.file(girl).Timeline[0].Event
	for _, row := range []struct {
		why string
		by  Actor
		of  id.Event
	}{
		{"another body took the step", inspector, of},
		{"no step", inspector, opened},
		{"no such event", decider, fixed[id.Event]("none")},
	} {
		if err := w.handOver(row.by, row.of, "one", "en"); !fault.Is(err, CodePaperStep) {
			t.Errorf("%s: %v", row.why, err)
		}
	}
	w.must(inspector, func(m Moment) (Decision, error) { return Freeze(w.file(girl), true, "danger", m) })
	if err := w.handOver(decider, of, "one", "en"); !fault.Is(err, CodeFileFrozen) {
		t.Errorf("of a file that stands still: %v", err)
	}
}
