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

// aPaper is the one that waits to be handed over in a file.
func (w *world) aPaper(who access.Who, file id.File) desk.PaperLine {
	w.t.Helper()
	list, err := w.desk.Papers(w.t.Context(), who, file)
	if err != nil {
		w.t.Fatal(err)
	}
	i := slices.IndexFunc(list.Lines, func(l desk.PaperLine) bool { return l.Due })
	if i < 0 {
		w.t.Fatalf("nothing waits: %+v", list.Lines)
	}
	return list.Lines[i]
}

// handedOver is a paper of what the man at the border said, read to him.
func (w *world) handedOver(file id.File) id.Paper {
	w.t.Helper()
	line := w.aPaper(w.border, file)
	r := w.must(w.desk.IssuePaper(w.t.Context(), w.border, desk.PaperInput{Key: w.k(), File: file, Event: line.Event, Language: "ru", Read: "interpreter"}))
	return id.Paper(r.Args["paper"])
}

func (w *world) atTheBorderSaid() id.File {
	w.t.Helper()
	file := w.atTheBorder()
	w.must(w.desk.AddIdentity(w.t.Context(), w.border, desk.IdentityInput{Key: w.k(), File: file, Name: withheld.New("PLANTED Navid"), Script: "latn", Use: "given"}))
	w.take(w.border, file, "voice_claim", map[string]string{"writes": "able"})
	return file
}

// In her language or not at all; in another only when somebody has read it to her.
func TestAPaperInALanguageWithoutWordsIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.atTheBorderSaid()
	line := w.aPaper(w.border, file)
	form, err := w.desk.PaperForm(t.Context(), w.border, file, line.Event, "")
	if err != nil || form.Wanted != "fa" || form.In != "" || !slices.Equal(form.Languages, []string{"kk", "ru", "en"}) {
		t.Fatalf("%+v, %v", form, err)
	}
	if form, err = w.desk.PaperForm(t.Context(), w.border, file, line.Event, "ru"); err != nil || form.Document.Main().Lang != "ru" || form.Document.Sides[1].Lang != "kk" || !form.Named {
		t.Errorf("%+v, %v", form.Document, err)
	}
	for in, code := range map[desk.PaperInput]string{
		{Language: "fa"}: "paper.no_words", {Language: "ru"}: "paper.read", {Language: "ru", Read: "guessed"}: "paper.read", {}: "paper.no_words",
	} {
		in.Key, in.File, in.Event = w.k(), file, line.Event
		_, err := w.desk.IssuePaper(t.Context(), w.border, in)
		if e := fault.Of(err); err == nil || len(e.Fields) != 1 || e.Fields[0].Code != code {
			t.Errorf("%+v: %v", in, err)
		}
	}
}

// What was handed over is kept as it was; its code is genuine until it is taken
// back, and says nothing but the day.
func TestTheCodeOfAPaper(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.atTheBorderSaid()
	which := w.handedOver(file)
	view, err := w.desk.Paper(t.Context(), w.border, file, which)
	if err != nil || !view.MayRevoke || !view.Line.Stands || !strings.Contains(view.Document.Main().Facts[1].Text, "PLANTED Navid") {
		t.Fatalf("%+v, %v", view, err)
	}
	check := func(code string) desk.PaperCheck {
		t.Helper()
		got, err := w.desk.CheckPaper(t.Context(), code, "192.0.2.7")
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	if got := check(strings.ToLower(view.Code)); !got.Genuine || !got.On.Equal(w.now()) {
		t.Errorf("a paper that stands: %+v", got)
	}
	for _, code := range []string{"", "0000 0000 0000 0000 0000 0000 0000 0000", string(which), view.Code[:20]} {
		if got := check(code); got != (desk.PaperCheck{}) {
			t.Errorf("%q: %+v", code, got)
		}
	}
	w.must(w.desk.AddIdentity(t.Context(), w.border, desk.IdentityInput{Key: w.k(), File: file, Name: withheld.New("Other Name"), Script: "latn", Use: "given"}))
	again, err := w.desk.Paper(t.Context(), w.border, file, which)
	if err != nil || again.Code != view.Code || again.Document.Main().Facts[1].Text != view.Document.Main().Facts[1].Text {
		t.Errorf("what was handed over has changed: %+v, %v", again.Document, err)
	}
	w.must(w.desk.RevokePaper(t.Context(), w.border, desk.RevokeInput{Key: w.k(), File: file, Paper: which, Reason: "lost"}))
	if got := check(view.Code); got != (desk.PaperCheck{}) {
		t.Errorf("taken back, and %+v", got)
	}
	if report, err := w.store.Verify(t.Context(), 2, nil); err != nil {
		t.Errorf("verify: %v %+v", err, report)
	}
	if strings.Contains(w.log.String(), "PLANTED") {
		t.Error("a name is in the log")
	}
}

// An erased file leaves no code behind.
func TestAnErasedFileHasNoGenuinePaper(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.atTheBorderSaid()
	view, err := w.desk.Paper(t.Context(), w.border, file, w.handedOver(file))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.store.Erase(t.Context(), w.k(), w.admin, casework.Ref{Kind: casework.FileStream, ID: string(file)}, "asked", w.now()); err != nil {
		t.Fatal(err)
	}
	if got, err := w.desk.CheckPaper(t.Context(), view.Code, "x"); err != nil || got.Genuine {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestWhoGuessesCodesWaits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var err error
	for range 21 {
		if _, err = w.desk.CheckPaper(t.Context(), "guess", "192.0.2.9"); err != nil {
			break
		}
	}
	if fault.Of(err).Kind != fault.Limited {
		t.Errorf("after twenty guesses: %v", err)
	}
	if _, err := w.desk.CheckPaper(t.Context(), "guess", "192.0.2.10"); err != nil {
		t.Errorf("somebody else waits too: %v", err)
	}
}

// A paper is read in the compartment of who took the step, and each opening is in
// the file before anything is shown.
func TestWhoReadsAPaper(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	akimat := w.body("local_executive_body", "Akimat", "decider")
	file, err := w.said(akimat.Body, map[string]string{"writes": "able"})
	if err != nil {
		t.Fatal(err)
	}
	which := w.handedOver(file)
	before := w.openings(file)
	if _, err := w.desk.Paper(t.Context(), w.border, file, which); err != nil {
		t.Fatal(err)
	}
	if got := w.openings(file); got != before+1 {
		t.Errorf("%d openings were %d", got, before)
	}
	for _, other := range []access.Who{akimat, w.shelter, w.coordinator, w.admin, w.inspector} {
		if _, err := w.desk.Paper(t.Context(), other, file, which); !isWithheld(err) {
			t.Errorf("%s reads the border's paper: %v", other.BodyKind, err)
		}
		if list, err := w.desk.Papers(t.Context(), other, file); err == nil && len(list.Lines) > 0 {
			t.Errorf("%s sees that there is one: %+v", other.BodyKind, list.Lines)
		}
		if _, err := w.desk.RevokePaper(t.Context(), other, desk.RevokeInput{Key: w.k(), File: file, Paper: which, Reason: "lost"}); !isWithheld(err) {
			t.Errorf("%s takes it back: %v", other.BodyKind, err)
		}
	}
	if _, err := w.desk.Paper(t.Context(), w.border, file, id.New[id.Paper](time.Now())); !isWithheld(err) {
		t.Error("a paper that there is not")
	}
}

// A decision against her tells her what she can do, by when and where, though
// nobody has written a paper for it.
func TestADecisionHasItsPaper(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	akimat := w.body("local_executive_body", "Akimat", "decider")
	w.body("ministry", "Ministry of Labour", "decider")
	file, err := w.said(akimat.Body, map[string]string{"writes": "able", "entered_how": "regular"})
	if err != nil {
		t.Fatal(err)
	}
	w.take(w.border, file, "register_at_crossing", nil)
	w.take(akimat, file, "interview", map[string]string{"interpreter_there": "understood"})
	w.take(akimat, file, "refuse_claim", map[string]string{"heard": "heard"})
	line := w.aPaper(akimat, file)
	form, err := w.desk.PaperForm(t.Context(), akimat, file, line.Event, "en")
	if err != nil || line.Kind != "decision" || form.Document.Given != "because" {
		t.Fatalf("%+v, %v", form, err)
	}
	var said []string
	for _, b := range form.Document.Main().Blocks {
		said = append(said, b.Lines...)
	}
	for _, part := range []string{"Complain against the refusal", "Ministry of Labour", "on which you understood", "Law on refugees, art. 11(6), 15"} {
		if !strings.Contains(strings.Join(said, "\n"), part) {
			t.Errorf("the paper lacks %q: %q", part, said)
		}
	}
}

// openings are those of a file's papers.
func (w *world) openings(file id.File) (n int) {
	w.t.Helper()
	view, err := w.desk.File(w.t.Context(), w.border, file, "")
	if err != nil {
		w.t.Fatal(err)
	}
	for _, o := range view.Openings {
		if o.What == "papers" {
			n++
		}
	}
	return n
}
