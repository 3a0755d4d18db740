package web

import (
	"net/http"
	"strings"
	"testing"

	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/pack"
	"pana/internal/paper"
	"pana/internal/wording"
)

var refuseLine = desk.FormLine{Code: "step.refuse", Kind: desk.BlankStep, Step: "refuse", Of: "asylum"}

// fullBlank asks in every way there is.
func fullBlank() desk.BlankForm {
	return desk.BlankForm{
		Line: refuseLine, Languages: []string{"kk", "uz"}, Law: noon, Pack: "atlantis 1", To: []string{"police"}, Starts: []string{"complaint"},
		Offer: desk.StepOffer{Basis: law, Sets: []desk.Change{{Var: "claim", To: "refused"}}, Adverse: &desk.AdverseForm{Appeal: "complain"}},
		Signs: concernChoices.Indicators, Duties: concernChoices.Duties,
		When: func(wording.Lang) string { return "the claim is open" },
		Fields: []pack.Field{
			{ID: "heard", Kind: "choice", Options: []string{"yes", "no"}, Closed: true, Required: true},
			{ID: "why", Kind: "long_text", Shown: `heard == "no"`}, {ID: "from", Kind: "country"}, {ID: "many", Kind: "choices", Options: []string{"other"}},
		},
	}
}

var blankPages = []page{
	{"forms", "nothing to print, and much", func(l wording.Lang) any {
		return newFormsPage(signed(l, "forms.title"), nil, nil)
	}, func(l wording.Lang) any {
		return newFormsPage(signed(l, "forms.title"), []formRow{{refuseLine, "Refuse", "AAAA-1111"}, {desk.FormLine{Code: "concern", Kind: desk.BlankConcern}, "Concern", "BBBB-2222"}}, map[string][]string{"foot_code": {"step.refuse AAAA-1110"}})
	}},
	{"forms_print", "a form with nothing asked, and one that asks in every way", func(l wording.Lang) any {
		f := signed(l, "forms.title")
		return newPrintedPage(f, []paper.Blank{newBlank([]Frame{f}, desk.BlankForm{Line: refuseLine})}, "")
	}, func(l wording.Lang) any {
		f := signed(l, "forms.title")
		return newPrintedPage(f, []paper.Blank{newBlank([]Frame{f, signed("ru", "forms.title")}, fullBlank())}, "form=x")
	}},
}

func (d *fakeDesk) Forms(fakeCtx, fakeWho) (desk.Forms, error) {
	return desk.Forms{Lines: []desk.FormLine{refuseLine}}, nil
}
func (d *fakeDesk) BlankForm(_ fakeCtx, _ fakeWho, code string) (desk.BlankForm, error) {
	if code != refuseLine.Code {
		return desk.BlankForm{}, fault.Withheld("test")
	}
	return fullBlank(), nil
}

func askOf(t *testing.T, b paper.Blank, id string) paper.Ask {
	t.Helper()
	for _, a := range b.Asks {
		if a.ID == id {
			return a
		}
	}
	t.Fatalf("%s is not asked on paper", id)
	return paper.Ask{}
}

// TestPaperAsksWhatThePageAsks: every question of the step, those too that the
// page opens by an answer, with what must be answered and what may stay empty.
func TestPaperAsksWhatThePageAsks(t *testing.T) {
	t.Parallel()
	b := newBlank([]Frame{signed("en", "forms.title"), signed("kk", "forms.title")}, fullBlank())
	heard, why, from := askOf(t, b, "f.heard"), askOf(t, b, "f.why"), askOf(t, b, "f.from")
	if !heard.Must || len(heard.Boxes) != 2 || len(heard.Label) != 2 || heard.Lines != 0 {
		t.Errorf("a closed choice: %+v", heard)
	}
	if why.Must || why.Lines < 3 || why.OnlyIf.Empty() || !strings.Contains(why.Mark[0], "may stay empty") {
		t.Errorf("a text asked after one answer: %+v", why)
	}
	if len(from.Boxes) != 0 || from.Lines != 1 {
		t.Errorf("two hundred countries are boxes: %d", len(from.Boxes))
	}
	if many := askOf(t, b, "f.many"); len(many.Boxes) != 3 || !many.Many {
		t.Errorf("an open choice has not sure and does not say: %+v", many)
	}
	for _, name := range []string{"reasons", "language", "to", "no_signs", "paper_at", "paper_where", "paper_by", "paper_file"} {
		askOf(t, b, name)
	}
	if len(b.First) != 3 || len(b.After) != 2 {
		t.Errorf("before: %+v; after: %+v", b.First, b.After)
	}
}

// TestAnotherEditionIsTold: what is asked, or the rule behind it, makes the
// edition; the words and languages do not.
func TestAnotherEditionIsTold(t *testing.T) {
	t.Parallel()
	of := func(langs []wording.Lang, change func(*desk.BlankForm)) string {
		b := fullBlank()
		change(&b)
		var frames []Frame
		for _, l := range langs {
			frames = append(frames, signed(l, "forms.title"))
		}
		return newBlank(frames, b).Edition
	}
	same := of([]wording.Lang{"kk"}, func(*desk.BlankForm) {})
	if got := of([]wording.Lang{"ru", "en"}, func(b *desk.BlankForm) { b.Law, b.Pack = noon.AddDate(1, 0, 0), "atlantis 2" }); got != same {
		t.Error("another language or day is another edition")
	}
	for why, change := range map[string]func(*desk.BlankForm){
		"a question more":    func(b *desk.BlankForm) { b.Fields = append(b.Fields, pack.Field{ID: "new", Kind: "text"}) },
		"an answer more":     func(b *desk.BlankForm) { b.Fields[0].Options = append(b.Fields[0].Options, "other") },
		"must, where it may": func(b *desk.BlankForm) { b.Fields[1].Required = true },
		"another article":    func(b *desk.BlankForm) { b.Offer.Basis = nil },
	} {
		if of([]wording.Lang{"kk"}, change) == same {
			t.Errorf("%s is not told", why)
		}
	}
	rows := []formRow{{refuseLine, "x", same}}
	for typed, want := range map[string]string{"": "", "STEP.refuse  · " + strings.ToLower(same): "same", "step.refuse 0000-0000": "older", "step.refuse": "unknown", "call " + same: "unknown"} {
		if got := editionAnswer(rows, typed); got != want {
			t.Errorf("%q is answered %q, not %q", typed, got, want)
		}
	}
}

// TestFormsArePrinted: two languages at one question and one box; a form of
// another body is not found; nothing ticked is said where it is ticked.
func TestFormsArePrinted(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, &fakeDesk{}).in("worker")
	page := v.get("/forms/print?form=step.refuse&form_in=kk&form_beside=en").Body.String()
	for _, part := range []string{`<span lang="kk">`, `<span lang="en" class="second">`, `data-ask="f.heard"`, "step.refuse · ", "atlantis 1"} {
		if !strings.Contains(page, part) {
			t.Errorf("the page lacks %q", part)
		}
	}
	if w := v.get("/forms/print?form=step.refuse&form=step.refuse&form_in=ru&form_beside=ru"); strings.Count(w.Body.String(), "<article") != 2 || strings.Contains(w.Body.String(), `class="second"`) {
		t.Error("a set, in one language though it is asked for twice")
	}
	pdf := v.get("/forms/print.pdf?set=all&form_in=en")
	if !strings.HasPrefix(pdf.Body.String(), "%PDF-") || !strings.HasPrefix(pdf.Header().Get("Content-Disposition"), "attachment") {
		t.Error("no PDF")
	}
	if w := v.get("/forms/print?form=step.other"); w.Code != http.StatusNotFound {
		t.Errorf("another body's form answers %d", w.Code)
	}
	if w := v.get("/forms/print"); !strings.Contains(w.Body.String(), `data-code="forms.none"`) {
		t.Error("nothing ticked, and nothing said")
	}
}

// Who proposes and who confirms each have a line of their own.
func TestAFormOfTwoHasALineForEach(t *testing.T) {
	t.Parallel()
	f := signed("en", "forms.title")
	form := fullBlank()
	one := newBlank([]Frame{f}, form)
	form.Two = true
	both := newBlank([]Frame{f}, form)
	if len(one.Signs) != 2 || len(both.Signs) != 3 {
		t.Errorf("%d and %d lines to be signed", len(one.Signs), len(both.Signs))
	}
}
