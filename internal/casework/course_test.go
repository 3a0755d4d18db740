package casework

import (
	"reflect"
	"testing"
	"time"

	"pana/internal/withheld"
)

// herself is whoever is with her and records her own steps.
var herself = inspector

func (w *world) later(days int) { w.at = w.at.AddDate(0, 0, days) }

func (w *world) takes(by Actor, in TakeStepInput) {
	w.t.Helper()
	if err := take(w, by, in); err != nil {
		w.t.Fatalf("%s: %v", in.Step, err)
	}
}

// A course goes on until a body has nothing to do that leads on; a refusal ends it,
// an appeal takes the end back, and what is counted is where it ends after that.
func TestACourseIsReadFromTheDeclaration(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open()
	began := w.at
	one := func() Course {
		t.Helper()
		all := w.file(girl).Courses
		if len(all) != 1 || all[0].Procedure != "care" || all[0].N != 1 || !all[0].Started.Equal(began) {
			t.Fatalf("not one course since %s: %+v", began, all)
		}
		return all[0]
	}
	if c := one(); c.State != "presumed" || !c.Ended.IsZero() || !c.Decided.IsZero() {
		t.Fatalf("nobody has decided: %+v", c)
	}
	w.later(2)
	refused := w.at
	w.takes(decider, TakeStepInput{Step: "refuse", Reasons: withheld.New("because"), Language: "uz", Understood: w.at})
	if c := one(); c.Outcome != "not_identified" || !c.Ended.Equal(refused) || !c.Decided.Equal(refused) || !c.Adverse.Equal(refused) || !c.Appealed.IsZero() {
		t.Fatalf("a refusal is an end: %+v", c)
	}
	w.later(3)
	w.takes(herself, TakeStepInput{Step: "appeal"})
	if c := one(); c.Outcome != "" || !c.Ended.IsZero() || !c.Appealed.Equal(w.at) || !c.Decided.Equal(refused) {
		t.Fatalf("an appeal opens it again: %+v", c)
	}
	w.later(1)
	w.takes(decider, TakeStepInput{Step: "identify"})
	c := one()
	if c.Outcome != "identified" || !c.Ended.Equal(w.at) || !c.Decided.Equal(refused) {
		t.Fatalf("it ends once: %+v", c)
	}
	kept := map[string]int{}
	for _, k := range c.Clocks {
		if k.Stopped.IsZero() || k.Stopped.After(k.Due) {
			t.Errorf("%s was kept: %+v", k.Clock, k)
		}
		kept[k.Clock]++
	}
	if want := map[string]int{"identification": 1, "appeal_limit": 1}; !reflect.DeepEqual(kept, want) {
		t.Errorf("clocks %v, want %v", kept, want)
	}
}

// A clock that ran out is missed whether or not somebody stops it later.
func TestACourseKnowsWhatWasMissed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open()
	if c := w.file(girl).Courses[0]; len(c.Clocks) != 1 || !c.Clocks[0].Stopped.IsZero() || c.Clocks[0].Due.IsZero() {
		t.Fatalf("the duty runs: %+v", c.Clocks)
	}
	w.later(40)
	w.takes(decider, TakeStepInput{Step: "identify"})
	if c := w.file(girl).Courses[0]; len(c.Clocks) != 1 || !c.Clocks[0].Stopped.After(c.Clocks[0].Due) {
		t.Fatalf("the duty was missed: %+v", c.Clocks)
	}
}

// What the column says is what was counted.
func TestClocksOfACourseAreReadBack(t *testing.T) {
	t.Parallel()
	at := time.Unix(1_770_000_000, 0).UTC()
	want := []CourseClock{{"identification", at, at.Add(time.Hour)}, {"appeal_limit", at.Add(2 * time.Hour), time.Time{}}}
	if got := CourseClocks(clocksText(want)); !reflect.DeepEqual(got, want) {
		t.Errorf("read %+v, want %+v", got, want)
	}
	if got := CourseClocks(""); got != nil {
		t.Errorf("nothing reads as %+v", got)
	}
}
