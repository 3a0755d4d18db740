package casework

import (
	"testing"
	"time"

	"pana/internal/id"
	"pana/internal/withheld"
)

func scan(name, kind, waits string) AttachmentAdded {
	return AttachmentAdded{Blob: Blob{ID: fixed[id.Attachment](name), Size: 9, Chunks: 1, Sealed: "s-" + name}, Kind: kind, Media: "image/jpeg", Scan: waits}
}

func (w *world) put(by Actor, in AttachmentAdded) error {
	return w.do(by, func(m Moment) (Decision, error) { return AddAttachment(w.file(girl), in, m) })
}

func (w *world) withdraw(by Actor, name, reason string) error {
	return w.do(by, func(m Moment) (Decision, error) {
		return WithdrawAttachment(w.file(girl), fixed[id.Attachment](name), reason, m)
	})
}

func (w *world) stateOf(name string) string {
	a, ok := w.file(girl).AttachmentOf(fixed[id.Attachment](name))
	if !ok {
		return "none"
	}
	return a.State()
}

func TestADocumentIsAddedAndWithdrawn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open()
	version := w.file(girl).Changed()
	for why, in := range map[string]AttachmentAdded{
		"of no kind":           scan("none", "", ""),
		"of a kind of our own": scan("none", "diary", ""),
		"of a step not taken":  {Blob: Blob{ID: fixed[id.Attachment]("none")}, Kind: "other", Of: fixed[id.Event]("elsewhere")},
	} {
		if w.put(inspector, in) == nil {
			t.Errorf("a document %s was added", why)
		}
	}
	if err := w.put(inspector, scan("one", "medical", "")); err != nil {
		t.Fatal(err)
	}
	if w.file(girl).Changed() != version {
		t.Error("a document added makes somebody's form stale")
	}
	if a, _ := w.file(girl).AttachmentOf(fixed[id.Attachment]("one")); a.Compartment == CompartmentCore || a.Body != inspector.Body {
		t.Errorf("it lies in compartment %q of %q", a.Compartment, a.Body)
	}
	for why, err := range map[string]error{
		"by another body":  w.withdraw(decider, "one", "mistake"),
		"without a reason": w.withdraw(inspector, "one", "because"),
		"that is not":      w.withdraw(inspector, "two", "mistake"),
	} {
		if err == nil {
			t.Errorf("withdrawn %s", why)
		}
	}
	if got := w.stateOf("one"); got != AttachmentOpen {
		t.Errorf("state = %s", got)
	}
	if err := w.withdraw(inspector, "one", "wrong_person"); err != nil {
		t.Fatal(err)
	}
	if got := w.stateOf("one"); got != AttachmentWithdrew {
		t.Errorf("state = %s", got)
	}
	if w.withdraw(inspector, "one", "mistake") == nil {
		t.Error("withdrawn twice")
	}
	if n := len(w.file(girl).attachmentRows()); n != 1 {
		t.Errorf("%d rows: a withdrawn document stays in the record, or its chunks would be swept away", n)
	}
}

func TestWhatAStepRestsOnStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open()
	one := fixed[id.Attachment]("one")
	if err := w.put(decider, scan("one", "medical", "")); err != nil {
		t.Fatal(err)
	}
	w.must(decider, func(m Moment) (Decision, error) {
		return TakeStep(w.file(girl), TakeStepInput{Step: "refuse", Reasons: withheld.New("because"), Language: "en", Fields: map[string]withheld.Text{"proof": withheld.New(string(one))}}, m)
	})
	a, _ := w.file(girl).AttachmentOf(one)
	if len(a.Evidence) != 1 {
		t.Fatalf("it is evidence of %d steps", len(a.Evidence))
	}
	if w.withdraw(decider, "one", "mistake") == nil {
		t.Error("what a decision rests on was withdrawn")
	}
	w.must(decider, func(m Moment) (Decision, error) { return Correct(w.file(girl), a.Evidence[0], "did_not_happen", m) })
	if err := w.withdraw(decider, "one", "mistake"); err != nil {
		t.Errorf("after the step was corrected: %v", err)
	}
}

func TestAVirusKeepsADocumentApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open()
	say := func(name string, found bool) error {
		return w.do(Actor{Kind: "product"}, func(m Moment) (Decision, error) {
			return ScanAttachment(w.file(girl), fixed[id.Attachment](name), found, m)
		})
	}
	for _, name := range []string{"clean", "found", "late"} {
		w.at = w.at.Add(time.Minute)
		if err := w.put(inspector, scan(name, "other", ScanWaits)); err != nil {
			t.Fatal(err)
		}
	}
	if err := say("clean", false); err != nil {
		t.Fatal(err)
	}
	if err := say("found", true); err != nil {
		t.Fatal(err)
	}
	if say("found", false) == nil {
		t.Error("a second answer of the scanner set free what the first kept apart")
	}
	for name, want := range map[string]string{"clean": AttachmentOpen, "found": AttachmentFound, "late": AttachmentWaits} {
		if got := w.stateOf(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	var tasks int
	for _, task := range w.file(girl).Tasks {
		if task.Verb == TaskVirus && task.Body == inspector.Body && task.Done.IsZero() {
			tasks++
		}
	}
	if tasks != 1 {
		t.Errorf("%d tasks for who added it", tasks)
	}
}
