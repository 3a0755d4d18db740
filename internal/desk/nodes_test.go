package desk_test

import (
	"log/slog"
	"slices"
	"testing"
	"time"

	"pana/internal/auth"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/linkage"
	"pana/internal/store"
	"pana/internal/withheld"
)

// another is a second desk on the same record, with an index of its own: another
// node, or this one after a restart.
func (w *world) another() *desk.Desk {
	w.t.Helper()
	hasher := auth.NewHasher(auth.Params{MemoryKiB: 64, Passes: 1, Threads: 1}, 2)
	d, err := desk.New(desk.Deps{
		Store: w.store, Laws: w.laws, Hasher: hasher, Names: linkage.NewIndex([32]byte{9}), Now: w.now, Log: slog.New(slog.DiscardHandler),
		Auth: auth.New(desk.SignInStore{Store: w.store, Laws: w.laws, Now: w.now}, hasher, auth.Limits{}, [32]byte{2}),
	})
	if err != nil {
		w.t.Fatal(err)
	}
	if err := d.LoadNames(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	return d
}

func (w *world) askOn(d *desk.Desk, change func(*desk.CheckInput)) desk.CheckAnswer {
	w.t.Helper()
	in := desk.CheckInput{
		Key: w.k(), Names: []withheld.Text{withheld.New(planted)}, Born: withheld.New("2011"), Sex: "female", Custody: withheld.New("17-A"),
		Afraid: "no", Forced: "no", Under18: "no",
	}
	if change != nil {
		change(&in)
	}
	out, err := d.RemovalCheck(w.t.Context(), w.dutyOfficer, in)
	if err != nil {
		w.t.Fatal(explain(err))
	}
	return out
}

func (w *world) named() id.File {
	w.t.Helper()
	file := id.File(w.concern().Args["file"])
	w.must(w.desk.AddIdentity(w.t.Context(), w.inspector, desk.IdentityInput{
		Key: w.k(), File: file, Name: withheld.New(planted), Script: "latn", Born: withheld.New("2011-05-01"), Sex: "female", Citizenship: withheld.New("UZB"),
	}))
	return file
}

// A name recorded on one node is found by a check on another, in its next breath.
func TestACheckOnAnotherNodeKnowsTheName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := w.another()
	if got := w.askOn(other, nil); got.Answer != desk.NoBar {
		t.Fatalf("nobody is on record yet: %q", got.Answer)
	}
	file := w.named()
	if got := w.askOn(other, nil); got.Answer != desk.Hold {
		t.Errorf("the other node does not know her: %q", got.Answer)
	}
	w.identify(file)
	if got := w.askOn(other, nil); got.Answer != desk.Barred {
		t.Errorf("the other node has not seen the decision: %q", got.Answer)
	}
	ref := casework.Ref{Kind: casework.FileStream, ID: string(file)}
	if _, err := w.store.Erase(t.Context(), w.k(), w.admin, ref, "asked", w.now()); err != nil {
		t.Fatal(err)
	}
	if got := w.askOn(other, nil); got.Answer != desk.NoBar {
		t.Errorf("the other node knows an erased file: %q", got.Answer)
	}
}

// What is recorded while a check is prepared makes it begin again: Loaded.Came
// is what stands between.
func TestAnActHearsWhatCameMeanwhile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ask := func(seen uint64) (came bool) {
		act := store.Act{Key: w.k(), At: w.now(), Seen: &seen}
		_, err := w.store.Change(t.Context(), act, func(l *store.Loaded) (casework.Decision, error) {
			came = l.Came(casework.IdentityEvents...)
			return casework.Decision{}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return came
	}
	size := func() uint64 {
		n, err := w.store.Size(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := size()
	if ask(before) {
		t.Error("nothing came")
	}
	file := w.named()
	if !ask(before) {
		t.Error("a name came")
	}
	after := size()
	if ask(after) {
		t.Error("nothing came after it")
	}
	w.must(w.desk.AddNote(t.Context(), w.inspector, desk.NoteInput{Key: w.k(), File: file, Text: withheld.New("a note")}))
	if ask(after) {
		t.Error("a note changes no name")
	}
	if !ask(after + 1000) {
		t.Error("a ledger shorter than what was seen is another ledger")
	}
}

// A worker who sends the key of the product's own act stops nothing.
func TestAWorkersKeyCannotStopARing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := id.File(w.concern().Args["file"])
	referral := w.refer(file)
	w.push(31 * time.Minute)
	for _, key := range []string{
		"ring/" + string(referral) + "/" + w.now().Format(time.RFC3339), "product/ring/" + string(referral) + "/" + w.now().Format(time.RFC3339),
	} {
		if _, err := w.desk.AddNote(t.Context(), w.inspector, desk.NoteInput{Key: key, File: file, Text: withheld.New("first")}); err != nil {
			t.Fatal(err)
		}
		// Nor is it another worker's.
		if _, err := w.desk.AddNote(t.Context(), w.admin, desk.NoteInput{Key: key, File: file, Text: withheld.New("first")}); !isWithheld(err) {
			t.Errorf("one worker's key answers another: %v", err)
		}
	}
	if err := w.desk.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if lines := w.work(w.coordinator, "call"); len(lines) != 1 {
		t.Errorf("the telephone did not ring: %+v", lines)
	}
}

// Quotas and alarms are counted from the record: a restart forgives nothing.
func TestARestartForgivesNoQuestion(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	alarms := func() int {
		n, err := w.store.JobCounts(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return n["waiting"]
	}
	spellings := []string{"Nozima Karimova", "Karimova Nozima", "KARIMOVA, NOZIMA", "Нозима Каримова", "nozima  karimova"}
	before := alarms()
	for i, name := range spellings {
		d := w.another()
		w.askOn(d, func(in *desk.CheckInput) {
			in.Names, in.Custody = []withheld.Text{withheld.New(name)}, withheld.New(time.Duration(i).String())
		})
		if i < 3 && alarms() != before {
			t.Fatalf("an alarm at question %d", i+1)
		}
	}
	if alarms() == before {
		t.Error("nearly the same was asked five times, and nobody is told")
	}
	if testing.Short() {
		return
	}
	for range 120 {
		w.askOn(w.desk, func(in *desk.CheckInput) { in.Names = []withheld.Text{withheld.New("Somebody " + w.k())} })
	}
	if got := w.askOn(w.another(), nil); got.Answer != desk.Hold {
		t.Errorf("the question after the quota: %q", got.Answer)
	}
	w.push(2 * time.Hour)
	if got := w.askOn(w.desk, nil); got.Answer != desk.NoBar {
		t.Errorf("two hours later: %q", got.Answer)
	}
}

func TestAKeyIsOneWorkersAct(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := id.File(w.concern().Args["file"])
	key := w.k()
	w.must(w.desk.AddNote(t.Context(), w.inspector, desk.NoteInput{Key: key, File: file, Text: withheld.New("one")}))
	_, err := w.desk.AddNote(t.Context(), w.inspector, desk.NoteInput{Key: key, File: file, Text: withheld.New("two")})
	if fault.Of(err).Kind != fault.Conflict {
		t.Errorf("the same key with another note: %v", err)
	}
}

// Who decided keeps its own compartment; who the person is closes with the
// decision, in the page and in the list.
func TestADecidedFileClosesItsIdentity(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	file := w.named()
	if page, err := w.desk.ShowIdentity(ctx, w.identifiers, file); err != nil || page.Identity == nil {
		t.Fatalf("while it owes the decision: %v", err)
	}
	w.must(w.desk.AddNote(ctx, w.identifiers, desk.NoteInput{Key: w.k(), File: file, Text: withheld.New("heard with an interpreter")}))
	w.identify(file)
	if _, err := w.desk.ShowIdentity(ctx, w.identifiers, file); !isWithheld(err) {
		t.Errorf("identity after the decision: %v", err)
	}
	page, err := w.desk.File(ctx, w.identifiers, file, w.identifiers.Compartment)
	if err != nil || !page.Covered || len(page.Notes) != 1 {
		t.Errorf("its own compartment: %+v, %v", page.Notes, err)
	}
	if page.Identity != nil || page.Screening != nil || len(page.Openings) > 0 || len(page.Consents) > 0 {
		t.Errorf("it sees more than its own: %+v", page)
	}
	for _, line := range page.Timeline {
		if line.Body != "Joint identification" {
			t.Errorf("it reads what others recorded: %+v", line)
		}
	}
	if !slices.ContainsFunc(page.Timeline, func(l desk.TimelineLine) bool { return l.Code == "step.identify" && l.MayCorrect }) {
		t.Errorf("its own decision is not there to be corrected: %+v", page.Timeline)
	}
	second := w.identifiers
	second.Body = id.New[id.Body](w.now())
	if _, err := w.desk.File(ctx, second, file, ""); !isWithheld(err) {
		t.Errorf("another body of the kind, to which nothing is owed: %v", err)
	}
}
