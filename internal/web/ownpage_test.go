package web

import (
	"bytes"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/paper"
	"pana/internal/testkit"
	"pana/internal/withheld"
	"pana/internal/wording"
)

var (
	herMessages = []casework.PageMessage{
		{ID: id.Message(fileID(5)), Text: withheld.New("May I work?"), At: noon},
		{ID: id.Message(fileID(6)), Text: withheld.New("Thank you"), At: noon, Answer: withheld.New("Gladly"), Answered: noon},
	}
	openPage = desk.OwnPageView{
		Key: "k", Subject: girl, State: "open", Since: noon, Entered: noon, HasSecond: true, Wanted: "ru", Languages: []string{"kk", "ru"},
		Holders: []string{"person", "guardian"}, Messages: herMessages, Alarms: []time.Time{noon},
	}
	guardiansPage = desk.GuardianPageView{
		Key: "k", Subject: girl, State: "open", Since: noon, Until: "2026-12-31", Entered: []time.Time{noon}, To: &girl, Child: true, Wanted: "ru", Languages: []string{"kk", "ru"},
		Appointed: []desk.GuardianLine{{Subject: girl, Since: noon, Body: "A guardianship body"}},
	}
	herAgreed = []casework.OwnConsent{
		{Purpose: "refer", State: "given", Since: casework.Consent{At: noon}, After: casework.TakingBack{Stopped: []string{"shelter"}, Told: []string{"ngo"}, NoCalls: true}},
		{Purpose: "consulate"}, {Purpose: "lawyer", MayGive: true}, {Purpose: "follow_up", State: "withdrawn", Since: casework.Consent{At: noon, Withdrawn: noon}, MayGive: true},
	}
	complaintLines = []desk.ComplaintLine{
		{ID: id.Complaint(fileID(8)), Number: "AAAA-BBBB", About: "A house", Kind: "shelter", At: noon, Due: noon, Late: true, Lang: "ru", Text: withheld.New("x")},
		{ID: id.Complaint(fileID(9)), Number: "AAAA-DDDD", At: noon, Due: noon, Lang: "kk", Text: withheld.New("w")},
		{ID: id.Complaint(fileID(7)), Number: "AAAA-CCCC", At: noon, Lang: "kk", Text: withheld.New("y"), Answered: noon, Reply: withheld.New("z")},
	}
	herSide = paper.Side{Lang: "ru", Title: "What is due", Draft: "Draft", Blocks: []paper.Block{{Heading: "Rights", Lines: []string{"A bed: due"}}}}
)

// her is a page as somebody sees it who is signed in nowhere.
func her(l wording.Lang) Frame { return testFrame(l, "her.title", false) }

var ownPagePages = []page{
	{"own_page", "no page yet; and one with messages that was forced open", func(l wording.Lang) any {
		view := desk.OwnPageView{Key: "k", Subject: girl, State: "none", Wanted: "uz", Languages: []string{"ru"}, Holders: []string{"person", "guardian"}}
		return newOwnPage(signed(l, "own_page.title", "number", "X"), fileID(1), view, url.Values{})
	}, func(l wording.Lang) any {
		return newOwnPage(signed(l, "own_page.title", "number", "X"), fileID(1), openPage, url.Values{"page_device": {"shared"}})
	}},
	{"own_page", "closed by her; and the code, once", func(l wording.Lang) any {
		view := openPage
		view.State, view.ClosedBy = "closed", casework.ClosedByPerson
		return newOwnPage(signed(l, "own_page.title", "number", "X"), fileID(1), view, url.Values{})
	}, func(l wording.Lang) any {
		p := newOwnPage(signed(l, "own_page.given"), fileID(1), openPage, url.Values{})
		p.give("AAAA BBBB CCCC DDDD", "https://pana.example/p")
		return p
	}},
	{"close_page", "asks for a code and says the same whatever it was", func(l wording.Lang) any {
		f := signed(l, "close_page.title")
		return closePagePage{Frame: f, Key: "k", Field: form{f, nil}.field("text", "page_code")}
	}, func(l wording.Lang) any {
		f := signed(l, "close_page.title")
		return closePagePage{Frame: f, Key: "k", Field: form{f, nil}.field("text", "page_code"), Done: true}
	}},
	{"her", "asks for a code; and her page", func(l wording.Lang) any { return herPage{Frame: her(l)} }, func(l wording.Lang) any {
		return herPage{Frame: her(l), In: true, P: desk.HerPage{Key: "k", Language: "ru", Child: true, Side: herSide, Messages: herMessages, Body: "shelter", Agreed: herAgreed,
			Answers: "ombudsman", About: []desk.ComplaintAbout{{Mark: "a", Kind: "shelter", First: true}, {Mark: "b", Kind: "shelter"}}, Complaints: []desk.HerComplaint{
				{Number: "AAAA-BBBB", Kind: "shelter", At: noon, Due: noon, Text: withheld.New("x")}, {Number: "AAAA-CCCC", At: noon, Text: withheld.New("y"), Answered: noon, Reply: withheld.New("z")},
			}}}
	}},
	{"guardian_page", "nobody may have one; and one that is open, with another to give", func(l wording.Lang) any {
		return newGuardianPage(signed(l, "guardian_page.title", "number", "X"), fileID(1), desk.GuardianPageView{Key: "k", Subject: girl, State: "none", Child: true}, url.Values{})
	}, func(l wording.Lang) any {
		return newGuardianPage(signed(l, "guardian_page.title", "number", "X"), fileID(1), guardiansPage, url.Values{"guardian_child": {"no"}})
	}},
	{"guardian_page", "closed by the child; and the code, once", func(l wording.Lang) any {
		view := guardiansPage
		view.State, view.Over, view.To, view.Entered = "closed", casework.ClosedByPerson, nil, nil
		return newGuardianPage(signed(l, "guardian_page.title", "number", "X"), fileID(1), view, url.Values{})
	}, func(l wording.Lang) any {
		p := newGuardianPage(signed(l, "guardian_page.title", "number", "X"), fileID(1), guardiansPage, url.Values{})
		p.give("AAAA BBBB CCCC DDDD", "https://pana.example/p")
		return p
	}},
	{"her", "a child's page, whose guardian has one too; and the guardian's", func(l wording.Lang) any {
		return herPage{Frame: her(l), In: true, P: desk.HerPage{Key: "k", Language: "ru", Child: true, Side: herSide, Guardian: &desk.HerGuardian{Open: true, Since: noon, Entered: []time.Time{noon, noon}}}}
	}, func(l wording.Lang) any {
		return herPage{Frame: her(l), In: true, P: desk.HerPage{Ward: true, Language: "ru", Side: herSide}}
	}},
	{"her", "the guardian's page was closed; and one with nothing on it", func(l wording.Lang) any {
		return herPage{Frame: her(l), In: true, P: desk.HerPage{Key: "k", Language: "ru", Child: true, Side: herSide, Guardian: &desk.HerGuardian{Since: noon}}}
	}, func(l wording.Lang) any {
		return herPage{Frame: her(l), In: true, P: desk.HerPage{Ward: true, Language: "ru", Side: paper.Side{Lang: "ru", Title: "What is due"}}}
	}},
	{"complaints", "none; and one open, one answered", func(l wording.Lang) any {
		return newComplaintsView(signed(l, "complaints.title"), nil, url.Values{})
	}, func(l wording.Lang) any {
		return newComplaintsView(signed(l, "complaints.title"), complaintLines, url.Values{})
	}},
	{"her", "what follows if she takes a yes back; and one that is not there", func(l wording.Lang) any {
		return herPage{Frame: her(l), In: true, Back: "refer", P: desk.HerPage{Key: "k", Language: "ru", Side: herSide, Agreed: herAgreed}}
	}, func(l wording.Lang) any {
		return herPage{Frame: her(l), In: true, Back: "lawyer", P: desk.HerPage{Key: "k", Language: "ru", Side: herSide, Agreed: herAgreed}}
	}},
	{"her", "what the second number opens; and leaving", func(l wording.Lang) any {
		return herPage{Frame: her(l), In: true, P: desk.HerPage{Harmless: true}}
	}, func(l wording.Lang) any { return herPage{Frame: her(l), Gone: "https://example.org/"} }},
}

// Whoever looks through the telephone finds one address, one harmless title and one
// cookie; on the page stand no name, place or telephone; and it weighs little.
func TestHerPageSaysNothingToOthers(t *testing.T) {
	t.Parallel()
	site := testSite(t)
	for _, row := range ownPagePages {
		if row.name != "her" {
			continue
		}
		for _, lang := range Langs {
			for _, page := range []any{row.empty(lang), row.full(lang)} {
				var out bytes.Buffer
				if err := site.pages["her"].ExecuteTemplate(&out, "layout", page); err != nil {
					t.Fatal(err)
				}
				html := out.String()
				_, title, _ := strings.Cut(html, "<title>")
				title, _, _ = strings.Cut(title, "</title>")
				if title != site.Words.Say(lang, "her.title") {
					t.Errorf("%s: the title is %q", row.why, title)
				}
				for _, never := range []string{"<script", "pana.", "Pana", "tel:", "type=\"password\"", "mark.svg"} {
					if strings.Contains(html, never) {
						t.Errorf("%s: it says %q", row.why, never)
					}
				}
				if n := len(html) + len(static(t, "p.css")); n > 30<<10 {
					t.Errorf("%s: %d bytes", row.why, n)
				}
			}
		}
	}
}

// A picture of her paper opens nothing: the squares on it are the address of the door. On
// a document they are the question about its code, filled in.
func TestWhatACameraReads(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, &fakeDesk{}).in("worker")
	given := v.post("/file/"+string(fileID(1))+"/own-page", url.Values{"key": {"k"}}).Body.String()
	if !strings.Contains(given, "AAAA BBBB CCCC DDDD") || !strings.Contains(given, "<strong>example.com/p</strong>") {
		t.Fatal("the code is not on the page with its address")
	}
	if got := cameraReads(t, given); got != "http://example.com/p" {
		t.Errorf("on her paper: %q", got)
	}
	if title := testSite(t).Words.Say("en", "own_page.given"); !strings.Contains(given, "<title>"+title+" – Pana</title>") || strings.Contains(given, id.Number(fileID(1))) {
		t.Error("what a browser prints at the edge of her paper has the file's number")
	}
	document := v.get("/file/" + string(fileID(1)) + "/papers/" + string(fileID(5))).Body.String()
	if got := cameraReads(t, document); got != "http://example.com/verify?code="+strings.ReplaceAll(paperCode, " ", "") {
		t.Errorf("on a document: %q", got)
	}
}

var (
	picturePath = regexp.MustCompile(`<path d="(M[^"]+)"/></svg></div>`)
	oneSquare   = regexp.MustCompile(`M(\d+) (\d+)h1v1h-1z`)
)

func cameraReads(t *testing.T, page string) string {
	t.Helper()
	picture := picturePath.FindStringSubmatch(page)
	if picture == nil {
		t.Fatal("no squares on the page")
	}
	var at [][2]float64
	for _, m := range oneSquare.FindAllStringSubmatch(picture[1], -1) {
		x, _ := strconv.ParseFloat(m[1], 64)
		y, _ := strconv.ParseFloat(m[2], 64)
		at = append(at, [2]float64{x, y})
	}
	text, err := testkit.SquaresAt(at, 1).Text()
	if err != nil {
		t.Error(err)
	}
	return text
}

func (d *fakeDesk) OwnPage(fakeCtx, fakeWho, id.File) (desk.OwnPageView, error) {
	return openPage, d.found()
}
func (d *fakeDesk) IssueOwnPage(_ fakeCtx, _ fakeWho, in desk.OwnPageInput) (string, error) {
	_, err := d.done("own page", in)
	return "AAAA BBBB CCCC DDDD", err
}
func (d *fakeDesk) CloseOwnPage(_ fakeCtx, _ fakeWho, key string, _ id.File) (casework.Receipt, error) {
	return d.done("close page", key)
}
func (d *fakeDesk) GuardianPage(fakeCtx, fakeWho, id.File) (desk.GuardianPageView, error) {
	return guardiansPage, d.found()
}
func (d *fakeDesk) IssueGuardianPage(_ fakeCtx, _ fakeWho, in desk.GuardianPageInput) (string, error) {
	_, err := d.done("guardian page", in)
	return "AAAA BBBB CCCC DDDD", err
}
func (d *fakeDesk) CloseGuardianPage(_ fakeCtx, _ fakeWho, key string, _ id.File) (casework.Receipt, error) {
	return d.done("close guardian page", key)
}
func (d *fakeDesk) CloseGuardianOnPage(_ fakeCtx, _ withheld.Text, key string) error {
	_, err := d.done("close guardian page", key)
	return err
}
func (d *fakeDesk) AnswerOnPage(_ fakeCtx, _ fakeWho, in desk.OwnPageAnswer) (casework.Receipt, error) {
	return d.done("answer on page", in)
}
func (d *fakeDesk) ClosePageByCode(_ fakeCtx, _ fakeWho, _, code string) error {
	_, err := d.done("close by code", code)
	return err
}
func (d *fakeDesk) EnterPage(_ fakeCtx, in desk.PageEntry) (withheld.Text, error) {
	_, err := d.done("enter", in)
	return withheld.New("visit"), err
}
func (d *fakeDesk) HerPage(_ fakeCtx, token withheld.Text, _ string) (desk.HerPage, error) {
	if token.Empty() {
		return desk.HerPage{}, fault.New(fault.Unauthenticated, "auth.signed_out")
	}
	return desk.HerPage{Key: "k", Language: "ru", Side: herSide, Papers: true}, d.found()
}
func (d *fakeDesk) AgreeOnPage(_ fakeCtx, _ withheld.Text, _, purpose string) error {
	_, err := d.done("agree on page", purpose)
	return err
}
func (d *fakeDesk) TakeBackOnPage(_ fakeCtx, _ withheld.Text, _, purpose string) error {
	_, err := d.done("take back on page", purpose)
	return err
}
func (d *fakeDesk) ComplainOnPage(_ fakeCtx, _ withheld.Text, _ string, in desk.HerComplaintInput) error {
	_, err := d.done("complain", in)
	return err
}
func (d *fakeDesk) Complaints(fakeCtx, fakeWho) ([]desk.ComplaintLine, error) {
	return complaintLines, d.found()
}
func (d *fakeDesk) AnswerComplaint(_ fakeCtx, _ fakeWho, in desk.ComplaintReply) (casework.Receipt, error) {
	return d.done("answer complaint", in)
}
func (d *fakeDesk) SayOnPage(_ fakeCtx, _ withheld.Text, _ string, text withheld.Text) error {
	_, err := d.done("say", text)
	return err
}
func (d *fakeDesk) CloseHerPage(_ fakeCtx, _ withheld.Text, key string) error {
	_, err := d.done("close hers", key)
	return err
}
func (d *fakeDesk) LeavePage(_ fakeCtx, _ withheld.Text) error { return d.found() }
