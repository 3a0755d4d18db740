package desk_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/linkage"
	"pana/internal/store"
	"pana/internal/withheld"
)

// says gives what one of two says of erasing a file.
func (w *world) says(who access.Who, file id.File, word string) error {
	_, err := w.desk.Erase(w.t.Context(), who, desk.EraseInput{
		Key: w.k(), File: file, Go: word, Ground: "danger", Reason: withheld.New("Looked for by " + planted), Why: "taken_back",
	})
	return err
}

func (w *world) swept() {
	w.t.Helper()
	if err := w.desk.Sweep(w.t.Context()); err != nil {
		w.t.Fatal(explain(err))
	}
}

// isGone says that nobody opens a file any more.
func (w *world) isGone(file id.File) bool {
	w.t.Helper()
	ref := casework.Ref{Kind: casework.FileStream, ID: string(file)}
	l, err := w.store.View(w.t.Context(), ref)
	if err != nil {
		w.t.Fatal(err)
	}
	return l.State(ref) == nil
}

// erasers are a coordinator who signs first and an adviser of the Commissioner.
func (w *world) erasers() (first, second access.Who) {
	return w.coordinator, w.body("ombudsman", "Commissioner", "adviser")
}

// Two people erase a file: neither alone, not before the pack's days are over; then
// neither node finds it by name, what is left names nobody, and the record verifies.
func TestTwoEraseAFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	other := w.another()
	file := w.named()
	first, second := w.erasers()
	if got := w.askOn(other, nil); got.Answer == desk.NoBar {
		t.Fatalf("the other node should know her: %q", got.Answer)
	}
	if err := w.says(w.inspector, file, desk.ErasureAsk); !isWithheld(err) {
		t.Errorf("her own caseworker signs: %v", err)
	}
	if err := w.says(second, file, desk.ErasureAllow); !fault.Is(err, casework.CodeErasureNone) {
		t.Errorf("the second before the first: %v", err)
	}
	if err := w.says(first, file, desk.ErasureAsk); err != nil {
		t.Fatal(explain(err))
	}
	if err := w.says(first, file, desk.ErasureAllow); !fault.Is(err, casework.CodeErasureOwn) {
		t.Errorf("one worker is both: %v", err)
	}
	w.push(30 * 24 * time.Hour)
	if w.swept(); w.isGone(file) {
		t.Fatal("one signature erased it")
	}
	if err := w.says(second, file, desk.ErasureAllow); err != nil {
		t.Fatal(explain(err))
	}
	w.push(6 * 24 * time.Hour)
	if w.swept(); w.isGone(file) {
		t.Fatal("it was erased before its days were over")
	}
	w.push(3 * 24 * time.Hour)
	if w.swept(); !w.isGone(file) {
		t.Fatal("its days are over, and it is there")
	}
	if got := w.askOn(other, nil); got.Answer != desk.NoBar {
		t.Errorf("the other node still knows her: %q", got.Answer)
	}
	if found, err := w.desk.Search(ctx, w.inspector, desk.SearchInput{Text: withheld.New(planted)}); err != nil || len(found.Lines) > 0 {
		t.Errorf("search finds %d, %v", len(found.Lines), err)
	}
	left, err := w.desk.ErasedFile(ctx, first, file)
	if err != nil || left.Number != id.Number(file) || left.Events == 0 || left.Ground != "danger" || !left.Backups.Equal(left.Erased.Erased.Add(store.KeysLife)) || left.AtName != "Commissioner" {
		t.Errorf("the receipt: %+v, %v", left, err)
	}
	if strings.Contains(w.text(left), planted) {
		t.Error("the receipt names her")
	}
	if _, err := w.desk.ErasedFile(ctx, w.inspector, file); !isWithheld(err) {
		t.Errorf("a receipt for who has nothing to do with it: %v", err)
	}
	if list, err := w.desk.Erasures(ctx, first); err != nil || len(list.Erased) != 1 || len(list.Waiting) != 0 {
		t.Errorf("the list: %+v, %v", list, err)
	}
	w.agrees()
	for _, depth := range []int{store.VerifyRecord, store.VerifyAll} {
		if report, err := w.store.Verify(ctx, depth, nil); err != nil || report.Erased != 1 {
			t.Errorf("depth %d: %+v, %v", depth, report, err)
		}
	}
}

// A node with a store and an index of its own forgets, too.
func TestAnotherNodeForgets(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	beside, err := store.Open(ctx, store.Options{Address: w.path, Stamp: "demo", Origin: "pana.test", Model: model{w.laws}, Master: w.master})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = beside.Close() })
	names := linkage.NewIndex([32]byte{1})
	other, err := desk.New(desk.Deps{Store: beside, Laws: w.laws, Names: names, Now: w.now})
	if err != nil {
		t.Fatal(err)
	}
	file := w.named()
	if err := other.LoadNames(ctx); err != nil || names.Len() != 1 {
		t.Fatalf("the other node knows %d, %v", names.Len(), err)
	}
	if _, err := other.File(ctx, w.inspector, file, ""); err != nil {
		t.Fatal(explain(err))
	}
	w.erases(file)
	if err := other.Follow(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := other.File(ctx, w.inspector, file, ""); !isWithheld(err) || names.Len() != 0 {
		t.Errorf("the other node knows %d names; the file: %v", names.Len(), err)
	}
}

// erases has a file erased by two.
func (w *world) erases(file id.File) {
	w.t.Helper()
	first, second := w.erasers()
	for _, err := range []error{w.says(first, file, desk.ErasureAsk), w.says(second, file, desk.ErasureAllow)} {
		if err != nil {
			w.t.Fatal(explain(err))
		}
	}
	w.push(9 * 24 * time.Hour)
	if w.swept(); !w.isGone(file) {
		w.t.Fatal("it is still there")
	}
}

// The person's wish is recorded by who is with her, has a clock that no text sets, and
// decides nothing; the ground that it is her wish needs it.
func TestThePersonsWish(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	file := id.File(w.concern().Args["file"])
	first, second := w.erasers()
	ask := func() error {
		_, err := w.desk.Erase(ctx, first, desk.EraseInput{Key: w.k(), File: file, Go: desk.ErasureAsk, Ground: "person_asked", Reason: withheld.New("She asked twice.")})
		return err
	}
	if err := ask(); !fault.Is(err, casework.CodeErasureWish) {
		t.Errorf("her wish, which nobody recorded: %v", err)
	}
	wish := func(who access.Who) error {
		_, err := w.desk.WishErasure(ctx, who, desk.WishErasureInput{Key: w.k(), File: file, Lang: "kk"})
		return err
	}
	if err := wish(second); !isWithheld(err) {
		t.Errorf("somebody who is not with her: %v", err)
	}
	if err := wish(w.inspector); err != nil {
		t.Fatal(explain(err))
	}
	list, err := w.desk.Erasures(ctx, first)
	if err != nil || len(list.Waiting) != 1 || list.Waiting[0].Answer.Question != "q_erasure_answer" || !list.Waiting[0].Answer.Due.IsZero() {
		t.Errorf("the list: %+v, %v", list, err)
	}
	if err := ask(); err != nil {
		t.Fatal(explain(err))
	}
	own, err := w.desk.Erasure(ctx, w.inspector, file)
	if err != nil || own.Now == nil || !own.Now.Reason.Empty() || own.Now.Ground != "" || own.Now.State != desk.ErasureDeciding || own.Asks || own.Allows {
		t.Errorf("who recorded the wish reads the reason: %+v, %v", own.Now, err)
	}
	if err := w.says(second, file, desk.ErasureAllow); err != nil {
		t.Fatal(explain(err))
	}
	if err := w.says(first, file, desk.ErasureRefuse); err != nil { // she has thought better of it
		t.Fatal(explain(err))
	}
	w.push(30 * 24 * time.Hour)
	if w.swept(); w.isGone(file) {
		t.Error("it was taken back, and is gone")
	}
	if err := wish(w.inspector); err != nil {
		t.Errorf("she asks once more: %v", err)
	}
}

// The call with which a file was opened tells of the same person, and goes with it.
func TestTheCallGoesWithTheFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	operator := w.helpline("operator")
	signal := w.call(operator, waiting())
	file := id.File(w.must(w.desk.RecordConcern(ctx, operator, desk.ConcernInput{
		Key: w.k(), Safety: "not_safe", AgeKnown: casework.AgeAdult, Sex: "female", Consent: "yes", Region: region, Signal: signal,
	})).Args["file"])
	w.erases(file)
	if _, err := w.desk.Call(ctx, operator, signal); !isWithheld(err) {
		t.Errorf("the call is still read: %v", err)
	}
	first, _ := w.erasers()
	if left, err := w.desk.ErasedFile(ctx, first, file); err != nil || left.Calls != 1 {
		t.Errorf("the receipt counts %d calls, %v", left.Calls, err)
	}
	w.agrees()
}

// An order keeps a file from its first signature, two let it go, and nobody hears of
// it who may not know: not by a page, not by the file's history or version.
func TestAnOrderKeepsAFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	file := w.named()
	first, second := w.erasers()
	before, err := w.desk.File(ctx, w.inspector, file, "")
	if err != nil {
		t.Fatal(err)
	}
	hold := func(who access.Who, in desk.HoldInput) error {
		in.Key, in.File = w.k(), file
		_, err := w.desk.Hold(ctx, who, in)
		return err
	}
	for _, err := range []error{w.says(first, file, desk.ErasureAsk), w.says(second, file, desk.ErasureAllow)} {
		if err != nil {
			t.Fatal(explain(err))
		}
	}
	day := w.now().AddDate(0, 2, 0).Format(time.DateOnly)
	order := desk.HoldInput{Go: desk.HoldPlace, By: "court", Paper: withheld.New("17-A"), Until: day}
	if err := hold(w.inspector, order); !isWithheld(err) {
		t.Errorf("her caseworker records an order: %v", err)
	}
	if err := hold(first, desk.HoldInput{Go: desk.HoldPlace, By: "court", Paper: withheld.New("17-A"), Until: "2020-01-01"}); fault.Of(err).Kind != fault.Invalid {
		t.Errorf("an order whose last day has passed: %v", err)
	}
	if err := hold(first, order); err != nil {
		t.Fatal(explain(err))
	}
	w.push(30 * 24 * time.Hour)
	if w.swept(); w.isGone(file) {
		t.Fatal("an order kept it, and it is gone")
	}
	if _, err := w.desk.Holds(ctx, w.inspector, file); !isWithheld(err) {
		t.Errorf("her caseworker reads the order: %v", err)
	}
	after, err := w.desk.File(ctx, w.inspector, file, "")
	if err != nil || after.Version != before.Version || len(after.Timeline) != len(before.Timeline) {
		t.Errorf("version %d, was %d; %d lines, were %d; %v", after.Version, before.Version, len(after.Timeline), len(before.Timeline), err)
	}
	if acts, err := w.desk.FileActs(ctx, w.inspector, file); err != nil || slices.Contains(acts, "hold") {
		t.Errorf("%v, %v", acts, err)
	}
	view, err := w.desk.Holds(ctx, second, file)
	if err != nil || len(view.Holds) != 1 || !view.Holds[0].Second {
		t.Fatalf("%+v, %v", view, err)
	}
	which := view.Holds[0].Hold
	if err := hold(first, desk.HoldInput{Go: desk.HoldConfirm, Hold: which}); !fault.Is(err, casework.CodeHoldOwn) {
		t.Errorf("one worker is both: %v", err)
	}
	for i, err := range []error{
		hold(second, desk.HoldInput{Go: desk.HoldConfirm, Hold: which}),
		hold(first, desk.HoldInput{Go: desk.HoldRelease, Hold: which, Why: "lifted"}),
	} {
		if err != nil {
			t.Fatal(i, explain(err))
		}
	}
	if err := hold(first, desk.HoldInput{Go: desk.HoldRelease, Hold: which, Why: "lifted"}); !fault.Is(err, casework.CodeHoldOwn) {
		t.Errorf("one worker lets it go alone: %v", err)
	}
	if w.swept(); w.isGone(file) {
		t.Fatal("one of two let it go, and it is gone")
	}
	if err := hold(second, desk.HoldInput{Go: desk.HoldRelease, Hold: which}); err != nil {
		t.Fatal(explain(err))
	}
	if w.swept(); !w.isGone(file) {
		t.Error("nothing keeps it any more, and it is there")
	}
	w.agrees()
}

// An order ends by itself when its last day has passed in the country.
func TestAnOrderHasALastDay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.named()
	first, _ := w.erasers()
	local := w.now().In(w.laws.p.Location())
	w.must(w.desk.Hold(context.Background(), first, desk.HoldInput{Key: w.k(), File: file, Go: desk.HoldPlace, By: "prosecutor", Paper: withheld.New("4"), Until: local.Format(time.DateOnly)}))
	m := func() casework.Moment { return casework.Moment{At: w.now(), Laws: w.laws} }
	if !w.file(file).Held(m()) {
		t.Error("it does not hold on its last day")
	}
	midnight := time.Date(local.Year(), local.Month(), local.Day()+1, 0, 0, 0, 0, w.laws.p.Location())
	w.push(midnight.Sub(w.now()))
	if w.file(file).Held(m()) {
		t.Error("it holds after its last day")
	}
}

// Who has a bed is not erased: the house would keep a place for nobody.
func TestWhoHasAPlaceIsNotErased(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file, _ := w.guest(w.bed)
	first, _ := w.erasers()
	if err := w.says(first, file, desk.ErasureAsk); !fault.Is(err, casework.CodeErasurePlaced) {
		t.Errorf("%v", err)
	}
	if told, err := w.desk.Erasure(t.Context(), first, file); err != nil || !told.Placed {
		t.Errorf("who may know of orders is not told of the place: %v", err)
	}
	// Who may not know of orders is not told of a place either: else the refusal that
	// names neither would be an order.
	prosecutor := w.body("prosecutor", "Prosecutor", "prosecutor")
	if told, err := w.desk.Erasure(t.Context(), prosecutor, file); err != nil || !told.Allows || told.Placed {
		t.Errorf("the prosecutor: %+v, %v", told, err)
	}
}
