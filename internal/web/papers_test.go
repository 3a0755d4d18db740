package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/id"
	"pana/internal/paper"
	"pana/internal/wording"
)

var paperDoc = paper.Document{Kind: paper.Decision, Given: "<because>\nand so on", Sides: []paper.Side{
	{Lang: "kk", Label: "Шешім", Title: "Бас тартылды", Draft: "жоба", Facts: []paper.Row{{Name: "Кімге берілді", Text: "Тест <Адам>"}},
		Blocks: []paper.Block{{Heading: "Қайда", Lines: []string{"Министрлік"}}}, Reasons: &paper.Block{Heading: "Негіздері", Lines: []string{"аударылмаған"}},
		Check: paper.Block{Heading: "Түпнұсқа ма?", Lines: []string{"Кодты енгізіңіз"}}, Signs: []paper.Row{{Name: "Қолы"}}},
	{Lang: "ru", Label: "Решение", Title: "Отказано", Draft: "черновик", Facts: []paper.Row{{Name: "Кому выдано", Text: "Тест <Адам>"}},
		Blocks: []paper.Block{{Heading: "Куда", Lines: []string{"Министерство"}}}, Reasons: &paper.Block{Heading: "Основания", Lines: []string{"не переведено"}},
		Check: paper.Block{Heading: "Подлинная?", Lines: []string{"Введите код"}}, Signs: []paper.Row{{Name: "Подпись"}}},
}}

const paperCode = "0123 4567 89AB CDEF 0123 4567 89AB CDEF"

var (
	paperDue  = desk.PaperLine{Event: id.Event(fileID(4)), Step: "refuse", Kind: paper.Decision, At: noon, Body: "Body", Due: true}
	paperDone = desk.PaperLine{Event: id.Event(fileID(4)), Step: "refuse", Kind: paper.Decision, At: noon, Body: "Body", Paper: id.Paper(fileID(5)), Language: "ru", Stands: true}
	paperGone = desk.PaperLine{Step: "refuse", Name: "card", Kind: paper.Certificate, At: noon, Body: "Body", Paper: id.Paper(fileID(6)), Language: "kk", Why: "lost"}
)

func fullPaperForm() desk.PaperForm {
	return desk.PaperForm{Key: "k", Subject: girl, Version: 3, Line: paperDue, Wanted: "uz", Languages: []string{"kk", "ru"}, In: "ru", Document: paperDoc, Reads: casework.PaperReads}
}

func fullPaper() desk.PaperView {
	return desk.PaperView{Subject: girl, Line: paperDone, Document: paperDoc, Code: paperCode, MayRevoke: true, Key: "k"}
}

var paperPages = []page{
	{"papers", "what was handed over, and what waits to be", func(l wording.Lang) any {
		return papersPage{signed(l, "papers.title", "number", "X"), fileID(1), desk.Papers{}}
	}, func(l wording.Lang) any {
		return papersPage{signed(l, "papers.title", "number", "X"), fileID(1), desk.Papers{Subject: girl, Lines: []desk.PaperLine{paperDue, paperDone, paperGone}, MayCopy: true}}
	}},
	{"paper_new", "without words in her language there is no paper, and what to do is said", func(l wording.Lang) any {
		return newPaperPage(signed(l, "paper.title", "number", "X"), fileID(1), id.Event(fileID(4)), desk.PaperForm{Wanted: "uz", Languages: []string{"kk", "ru"}}, url.Values{})
	}, func(l wording.Lang) any {
		return newPaperPage(signed(l, "paper.title", "number", "X"), fileID(1), id.Event(fileID(4)), fullPaperForm(), url.Values{})
	}},
	{"paper", "a paper with its code, to be printed or taken back", func(l wording.Lang) any {
		gone := fullPaper()
		gone.Line.Stands, gone.Line.Why, gone.MayRevoke = false, "replaced", false
		return newShownPaper(signed(l, "paper.title", "number", "X"), fileID(1), gone, "http://h/verify?code=1", url.Values{})
	}, func(l wording.Lang) any {
		return newShownPaper(signed(l, "paper.title", "number", "X"), fileID(1), fullPaper(), "http://h/verify?code=1", url.Values{})
	}},
	{"card_new", "a referral without words in a language is no paper, and what to do is said", func(l wording.Lang) any {
		return newCardPage(signed(l, "card_paper.title", "number", "X"), desk.ReferralPaperForm{Languages: []string{"ru"}, Missing: []string{"need.x"}})
	}, func(l wording.Lang) any {
		gone := paperGone
		gone.Why = "over"
		return newCardPage(signed(l, "card_paper.title", "number", "X"), desk.ReferralPaperForm{
			Key: "k", Number: "X", Languages: []string{"kk", "ru"}, In: "kk", Named: true, Document: paperDoc, Made: []desk.PaperLine{paperDone, gone},
			Tos: []desk.PaperAddressee{{Service: id.Service(fileID(7)), Name: "One"}, {Service: id.Service(fileID(8)), Name: "Two"}},
		})
	}},
	{"card", "a referral as a paper with its code", func(l wording.Lang) any {
		gone := fullPaper()
		gone.Line.Stands, gone.Line.Why = false, "over"
		gone.MayRevoke = false
		return newShownCard(signed(l, "card_paper.title", "number", "X"), id.Referral(fileID(2)), gone, "http://h/verify?code=1", url.Values{})
	}, func(l wording.Lang) any {
		return newShownCard(signed(l, "card_paper.title", "number", "X"), id.Referral(fileID(2)), fullPaper(), "http://h/verify?code=1", url.Values{})
	}},
	{"own_copy", "a child's copy without words in her language, and one to be read through", func(l wording.Lang) any {
		return newOwnCopyPage(signed(l, "own_copy.title", "number", "X"), fileID(1), desk.OwnCopyForm{Subject: girl, Askers: []string{"person", "guardian"}, Wanted: "uz", Languages: []string{"ru"}, Reads: casework.PaperReads}, url.Values{})
	}, func(l wording.Lang) any {
		view := desk.OwnCopyForm{Key: "k", Subject: girl, Version: 3, Askers: []string{"person", "guardian", "advocate"}, Wanted: "uz", Languages: []string{"kk", "ru"}, In: "ru", Reads: casework.PaperReads, Document: paperDoc}
		return newOwnCopyPage(signed(l, "own_copy.title", "number", "X"), fileID(1), view, url.Values{"copy_safe": {"no"}})
	}},
	{"verify", "genuine and since when, or not; nothing else", func(l wording.Lang) any {
		f := testFrame(l, "verify.title", false)
		return verifyPage{Frame: f, Field: form{f, nil}.field("text", "code"), Asked: true}
	}, func(l wording.Lang) any {
		f := testFrame(l, "verify.title", false)
		return verifyPage{Frame: f, Field: form{f, nil}.field("text", "code"), Asked: true, Answer: desk.PaperCheck{Genuine: true, On: noon}}
	}},
}

func (d *fakeDesk) Papers(fakeCtx, fakeWho, id.File) (desk.Papers, error) {
	return desk.Papers{Subject: girl, Lines: []desk.PaperLine{paperDue, paperDone}}, d.found()
}
func (d *fakeDesk) PaperForm(fakeCtx, fakeWho, id.File, id.Event, string) (desk.PaperForm, error) {
	return fullPaperForm(), d.found()
}
func (d *fakeDesk) IssuePaper(_ fakeCtx, _ fakeWho, in desk.PaperInput) (casework.Receipt, error) {
	return d.done("issue", in)
}
func (d *fakeDesk) Paper(fakeCtx, access.Who, id.File, id.Paper) (desk.PaperView, error) {
	return signedPaper(), d.found()
}
func (d *fakeDesk) ReferralPaperForm(fakeCtx, fakeWho, id.Referral, id.Service, string) (desk.ReferralPaperForm, error) {
	return desk.ReferralPaperForm{Key: "k", Languages: []string{"ru"}, In: "ru", Document: paperDoc}, d.found()
}
func (d *fakeDesk) MakeReferralPaper(_ fakeCtx, _ fakeWho, in desk.ReferralPaperInput) (casework.Receipt, error) {
	return d.done("card", in)
}
func (d *fakeDesk) RevokeReferralPaper(_ fakeCtx, _ fakeWho, in desk.RevokeReferralInput) (casework.Receipt, error) {
	return d.done("revoke card", in)
}
func (d *fakeDesk) ReferralPaper(fakeCtx, access.Who, id.Referral, id.Paper) (desk.PaperView, error) {
	return fullPaper(), d.found()
}
func (d *fakeDesk) OwnCopyForm(fakeCtx, fakeWho, id.File, string) (desk.OwnCopyForm, error) {
	return desk.OwnCopyForm{Key: "k", Subject: girl, Askers: []string{"person"}, Wanted: "ru", Languages: []string{"ru"}, In: "ru", Document: paperDoc}, d.found()
}
func (d *fakeDesk) MakeOwnCopy(_ fakeCtx, _ fakeWho, in desk.OwnCopyInput) (casework.Receipt, error) {
	return d.done("own_copy", in)
}
func (d *fakeDesk) PaperBytes(fakeCtx, desk.PaperView) ([]byte, error) { return nil, d.found() }
func (d *fakeDesk) ProvePaper(fakeCtx, fakeWho, id.File, id.Paper) (desk.ProvedPaper, error) {
	return desk.ProvedPaper{View: fullPaper(), PDF: []byte("%PDF"), Proof: "proof"}, d.found()
}
func (d *fakeDesk) ProveReferralPaper(fakeCtx, fakeWho, id.Referral, id.Paper) (desk.ProvedPaper, error) {
	return desk.ProvedPaper{View: fullPaper(), PDF: []byte("%PDF"), Proof: "proof"}, d.found()
}
func (d *fakeDesk) RevokePaper(_ fakeCtx, _ fakeWho, in desk.RevokeInput) (casework.Receipt, error) {
	return d.done("revoke", in)
}
func (d *fakeDesk) CheckPaper(_ fakeCtx, typed, _ string) (desk.PaperCheck, error) {
	return desk.PaperCheck{Genuine: typed == paperCode, On: noon}, d.fail
}

// TestPaperIsHandedOver: what the form shows is what is sent, and its refusal
// comes back with the paper still there.
func TestPaperIsHandedOver(t *testing.T) {
	t.Parallel()
	d := &fakeDesk{}
	v := newVisitor(t, d).in("worker")
	path := "/file/" + string(fileID(1)) + "/paper/" + string(fileID(4))
	w := v.post(path, url.Values{"key": {"k"}, "version": {"3"}, "paper_in": {"ru"}, "read": {"interpreter"}})
	want := desk.PaperInput{Key: "k", File: fileID(1), Version: 3, Event: id.Event(fileID(4)), Language: "ru", Read: "interpreter", On: desk.Printing{Verify: "http://example.com/verify"}}
	if w.Code != http.StatusOK || d.last != want {
		t.Errorf("answered %d and sent %+v", w.Code, d.last)
	}
}

// TestPaperOfTheRecord: the page has the code, what the decider wrote as it was
// written, both languages said to be what they are; the PDF is a file to keep.
func TestPaperOfTheRecord(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, &fakeDesk{}).in("worker")
	path := "/file/" + string(fileID(1)) + "/papers/" + string(fileID(5))
	page := v.get(path).Body.String()
	for _, part := range []string{paperCode, "&lt;because&gt;", `<div lang="kk">`, `<div lang="ru">`, "example.com/verify<", "<path d="} {
		if !strings.Contains(page, part) {
			t.Errorf("the page lacks %q", part)
		}
	}
	w := v.get(path + "/pdf")
	if got := w.Header().Get("Content-Disposition"); !strings.HasPrefix(got, "attachment") || !strings.HasPrefix(w.Body.String(), "%PDF-") {
		t.Errorf("the PDF comes as %q", got)
	}
}

// TestCodeIsAnsweredAlike: every code that is none gets the same bytes; nothing is
// asked by following a link.
func TestCodeIsAnsweredAlike(t *testing.T) {
	t.Parallel()
	d := &fakeDesk{}
	v := newVisitor(t, d)
	answer := func(code string) string { return v.post("/verify", url.Values{"code": {code}}).Body.String() }
	if a, b := answer("ffff"), answer("<b>0123 4567"); a != b || !strings.Contains(a, `data-genuine="false"`) {
		t.Error("two codes that are none differ")
	}
	if page := answer(paperCode); !strings.Contains(page, `data-genuine="true"`) || !strings.Contains(page, wording.Date(wording.English, noon, almaty)) {
		t.Error("genuine is not said so with its day")
	}
	page := v.get("/verify?code=" + url.QueryEscape(paperCode)).Body.String()
	if strings.Contains(page, "data-genuine") || !strings.Contains(page, paperCode) {
		t.Error("a link asks by itself, or does not fill the form")
	}
	if w := v.post("/verify", url.Values{}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("nothing typed answers %d", w.Code)
	}
}
