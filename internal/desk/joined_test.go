package desk_test

import (
	"slices"
	"testing"

	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/store"
	"pana/internal/withheld"
)

// Two files of one person, met by two bodies: what protects her stands in both;
// what one says is not shown to whom only the other is open.
func TestFilesOfOnePersonAreJoinedInView(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	first := w.onRecord(person{age: "15", identified: true})
	ngo := w.body("ngo", "Help", "worker")
	second := id.File(w.must(w.desk.RecordConcern(ctx, ngo, desk.ConcernInput{
		Key: w.k(), Safety: "safe_now", Sex: "female", AgeKnown: "not_sure", Consent: "child", Fear: "no", Region: region, CallName: withheld.New("Planted"),
	})).Args["file"])
	bars := func() (out []string) {
		page, err := w.desk.File(ctx, ngo, second, "")
		if err != nil {
			t.Fatal(err)
		}
		if page.Situation["victim"] == "identified" {
			t.Error("what the other file says is shown")
		}
		for _, s := range page.Safeguards {
			if s.Kind == "bar" {
				out = append(out, s.ID)
			}
		}
		return out
	}
	if got := bars(); len(got) != 0 {
		t.Fatalf("alone, nothing bars: %v", got)
	}
	refs := []casework.Ref{{Kind: casework.FileStream, ID: string(first)}, {Kind: casework.FileStream, ID: string(second)}}
	w.do(w.coordinator, refs, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		return casework.SaySame(store.As[*casework.File](l, refs[0]), store.As[*casework.File](l, refs[1]), "one_person", m)
	})
	if got := bars(); len(got) == 0 {
		t.Error("the bar of the other file does not stand")
	}
}

// Two workers at once: the second hears who changed it, what and when, and
// nothing of theirs is half-written.
func TestTheSecondHearsWhatChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	file := w.named()
	page, err := w.desk.File(ctx, w.inspector, file, "")
	if err != nil {
		t.Fatal(err)
	}
	w.identify(file)
	before, err := w.store.Size(ctx)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.desk.AddIdentity(ctx, w.inspector, desk.IdentityInput{Key: w.k(), File: file, Version: page.Version, Name: withheld.New("Second Name")})
	f := fault.Of(err)
	if f.Code != casework.CodeFileChanged || f.Args["by"] != string(w.identifiers.Body) || f.Args["what"] == "" || f.Args["at"] == "" {
		t.Errorf("the second hears %v %v", err, f.Args)
	}
	if after, err := w.store.Size(ctx); err != nil || after != before {
		t.Errorf("%d events were written of an act that was refused (%v)", after-before, err)
	}
}

// A bed taken a second earlier: the person is not half-accepted.
func TestABedTakenASecondEarlier(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	one, two := w.refer(w.named()), w.refer(id.File(w.concern().Args["file"]))
	w.must(w.desk.Accept(ctx, w.shelter, desk.AnswerInput{Key: w.k(), Referral: one, Place: w.bed}))
	before, _ := w.store.Size(ctx)
	_, err := w.desk.Accept(ctx, w.shelter, desk.AnswerInput{Key: w.k(), Referral: two, Place: w.bed})
	if f := fault.Of(err); f.Kind != fault.Conflict || f.Code != "place.taken" {
		t.Errorf("the second hears %v", err)
	}
	view, err := w.desk.Referral(ctx, w.shelter, two)
	if err != nil || view.Identity != nil || !slices.Contains(view.Acts, "accept") {
		t.Errorf("the card is no longer open to answer: %v, %v", view.Acts, err)
	}
	if after, _ := w.store.Size(ctx); after != before {
		t.Errorf("%d events of an act that was refused", after-before)
	}
}

// A record that cannot be written: the act is refused whole and says so, and a
// removal check holds.
func TestARecordThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.named()
	_ = w.store.Close()
	_, err := w.desk.AddNote(t.Context(), w.inspector, desk.NoteInput{Key: w.k(), File: file, Text: withheld.New(planted)})
	if err == nil || fault.Of(err).Kind == fault.NotFound || fault.Of(err).Kind == fault.Invalid {
		t.Errorf("the worker hears %v", err)
	}
	if got := w.askOn(w.desk, nil); got.Answer != desk.Hold {
		t.Errorf("a check: %q", got.Answer)
	}
}
