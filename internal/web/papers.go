package web

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"strings"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/paper"
	"pana/internal/wording"
)

type papersDesk interface {
	Papers(ctx context.Context, who access.Who, file id.File) (desk.Papers, error)
	PaperForm(ctx context.Context, who access.Who, file id.File, event id.Event, in string) (desk.PaperForm, error)
	IssuePaper(ctx context.Context, who access.Who, in desk.PaperInput) (casework.Receipt, error)
	Paper(ctx context.Context, who access.Who, file id.File, which id.Paper) (desk.PaperView, error)
	RevokePaper(ctx context.Context, who access.Who, in desk.RevokeInput) (casework.Receipt, error)
	CheckPaper(ctx context.Context, typed, from string) (desk.PaperCheck, error)
	PaperBytes(ctx context.Context, view desk.PaperView) ([]byte, error)
	ProvePaper(ctx context.Context, who access.Who, file id.File, which id.Paper) (desk.ProvedPaper, error)
	ProveReferralPaper(ctx context.Context, who access.Who, referral id.Referral, which id.Paper) (desk.ProvedPaper, error)
}

// papersPage is what a person was handed, and what waits to be.
type papersPage struct {
	Frame
	File id.File
	P    desk.Papers
}

// Called is what a paper is: the pack's name for it, or the decision's.
func (f Frame) Called(l desk.PaperLine) string {
	if l.Name != "" {
		return f.Or("paper."+l.Name, "papers.other")
	}
	return f.Or("step."+l.Step+".done", "step."+l.Step, "step.other")
}

func papersList(c *call) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	p, err := c.site.Desk.Papers(c.ctx, c.who, file)
	if err != nil {
		return err
	}
	return c.show(papersPage{c.frame("papers.title", "number", id.Number(file)), file, p})
}

// paperNewPage shows a paper before it is handed over. In a language without
// words there is none, and the page says what to do.
type paperNewPage struct {
	Frame
	File    id.File
	Event   id.Event
	P       desk.PaperForm
	Blocked bool
	In      Field
	Read    Field
}

// Sheet is the paper as it is drawn; without a code it is a preview.
type sheet struct {
	Frame
	D       paper.Document
	Code    string
	Where   string // the address at which it is checked
	Squares string
	Size    int
}

// Columns says how many languages stand beside each other.
func (s sheet) Columns() int { return len(s.D.Sides) }

func (p paperNewPage) Sheet() sheet { return sheet{Frame: p.Frame, D: p.P.Document} }

func paperForm(c *call) error {
	return c.drawPaperForm(http.StatusOK, c.paperFrame(), url.Values{"paper_in": {c.r.URL.Query().Get("paper_in")}})
}

func (c *call) paperFrame() Frame {
	file, _ := one[id.File](c.r, "file")
	return c.frame("paper.title", "number", id.Number(file))
}

func (c *call) drawPaperForm(status int, f Frame, typed url.Values) error {
	file, event, err := inFile[id.Event](c.r, "event")
	if err != nil {
		return err
	}
	form, err := c.site.Desk.PaperForm(c.ctx, c.who, file, event, typed.Get("paper_in"))
	if err != nil {
		return err
	}
	return c.render(status, "paper_new", newPaperPage(f, file, event, form, typed))
}

func newPaperPage(f Frame, file id.File, event id.Event, form desk.PaperForm, typed url.Values) paperNewPage {
	f.Wide = true
	fm := shownIn(f, typed, form.In)
	p := paperNewPage{Frame: f, File: file, Event: event, P: form, Blocked: form.In == ""}
	p.In = fm.choose("select", "paper_in", "language", form.Languages...)
	if form.In != "" && form.In != form.Wanted {
		p.Read = fm.choose("choice", "read", "paper.how", form.Reads...)
	}
	return p
}

// shownIn is the form with the language that is shown chosen.
func shownIn(f Frame, typed url.Values, in string) form {
	with := url.Values{"paper_in": {in}, "read": typed["read"]}
	return form{f, with}
}

func paperPost(c *call) error {
	f := c.paperFrame()
	if c.turning() {
		return c.drawPaperForm(http.StatusOK, f, c.form)
	}
	file, event, err := inFile[id.Event](c.r, "event")
	if err != nil {
		return err
	}
	receipt, err := c.site.Desk.IssuePaper(c.ctx, c.who, desk.PaperInput{
		Key: c.form.Get("key"), File: file, Version: version(c.form), Event: event, Language: c.form.Get("paper_in"), Read: c.form.Get("read"),
		On: c.printing(c.form.Get("paper_in")),
	})
	if err != nil {
		return c.again(err, func(f Frame) error { return c.drawPaperForm(http.StatusUnprocessableEntity, f, c.form) }, f)
	}
	path := "/file/" + string(file) + "/papers"
	return c.receipt(receipt, "paper.done", Link{path + "/" + receipt.Args["paper"], f.T("paper.open")}, Link{"/file/" + string(file), f.T("to_file")})
}

// paperPage is a paper that was handed over: to be read, printed, taken back.
type paperPage struct {
	Frame
	File   id.File
	P      desk.PaperView
	Link   string
	Reason Field
}

// Sheet is the paper with its code.
func (p paperPage) Sheet() sheet { return coded(p.Frame, p.P, p.Link) }

// coded is a kept paper as it is drawn, with its code in words and as a picture.
func coded(f Frame, view desk.PaperView, link string) sheet {
	path, n := paper.Squares(link)
	return sheet{f, view.Document, view.Code, paper.Short(link), path, n}
}

func paperShow(c *call) error { return c.drawPaper(http.StatusOK, c.paperFrame(), url.Values{}) }

func (c *call) drawPaper(status int, f Frame, typed url.Values) error {
	file, view, err := c.paperView()
	if err != nil {
		return err
	}
	return c.render(status, "paper", newShownPaper(f, file, view, c.verifyLink(view.Code), typed))
}

func newShownPaper(f Frame, file id.File, view desk.PaperView, link string, typed url.Values) paperPage {
	f.Wide = true
	return paperPage{Frame: f, File: file, P: view, Link: link, Reason: form{f, typed}.choose("choice", "paper_reason", "paper.reason", casework.PaperReasons...)}
}

func (c *call) paperView() (id.File, desk.PaperView, error) {
	file, which, err := inFile[id.Paper](c.r, "paper")
	if err != nil {
		return "", desk.PaperView{}, err
	}
	view, err := c.site.Desk.Paper(c.ctx, c.who, file, which)
	return file, view, err
}

// verifyLink is where a paper's code is asked.
func (c *call) verifyLink(code string) string { return paper.Link(c.verifyAt(), code) }

func (c *call) verifyAt() string {
	scheme := "http"
	if c.site.Secure {
		scheme = "https"
	}
	return scheme + "://" + c.r.Host + "/verify"
}

// printing is how a paper in a language is drawn here.
func (c *call) printing(lang string) desk.Printing {
	on := desk.Printing{Verify: c.verifyAt()}
	if c.site.Demo != nil {
		on.Demo = c.site.Words.Say(wording.Lang(lang), "demo.band")
	}
	return on
}

func paperPDF(c *call) error {
	file, view, err := c.paperView()
	if err != nil {
		return err
	}
	return c.givePDF(desk.Taking{What: "paper", File: file}, view)
}

// givePDF sends a paper that was kept, for a printer. Who takes it to sign it has it
// without a mark in it, since a signature is of the bytes that everybody can draw anew;
// its file is called by the mark.
func (c *call) givePDF(what desk.Taking, view desk.PaperView) error {
	toSign := view.MaySign && c.r.URL.Query().Get("to") == "sign"
	if toSign {
		what.What = "paper_to_sign"
	}
	l, err := c.leaves(what)
	if err != nil {
		return err
	}
	var out []byte
	if toSign {
		out, err = c.toSign(view)
	} else {
		out, err = c.drawnPDF(view, paper.Mark{Foot: l.sentence(), Code: l.code()})
	}
	if err != nil {
		return err
	}
	return l.send("application/pdf", "paper-"+id.Number(view.Line.Paper), ".pdf", out)
}

// toSign are the bytes that a signature is of: those that were handed over, or, of a
// paper from before they were kept, what is drawn of its words.
func (c *call) toSign(view desk.PaperView) ([]byte, error) {
	out, err := c.site.Desk.PaperBytes(c.ctx, view)
	if err != nil || out != nil {
		return out, err
	}
	return c.drawnPDF(view, paper.Mark{})
}

// drawnPDF draws a paper that was kept: without a mark the same bytes each time, at
// one address.
func (c *call) drawnPDF(view desk.PaperView, mark paper.Mark) ([]byte, error) {
	by := c.printing(string(view.Document.Main().Lang))
	on := paper.Printed{Code: view.Code, Link: paper.Link(by.Verify, view.Code), At: view.Line.At, Demo: by.Demo, Mark: mark}
	if !view.Line.Stands {
		on.Demo = c.site.Words.Say(view.Document.Main().Lang, "paper.stands_no_longer")
	}
	out, err := paper.PDF(view.Document, on)
	if err != nil {
		return nil, fault.Because(err, fault.Internal, "internal")
	}
	return out, nil
}

func paperRevoke(c *call) error {
	f := c.paperFrame()
	if c.turning() {
		return c.drawPaper(http.StatusOK, f, c.form)
	}
	file, which, err := inFile[id.Paper](c.r, "paper")
	if err != nil {
		return err
	}
	receipt, err := c.site.Desk.RevokePaper(c.ctx, c.who, desk.RevokeInput{Key: c.form.Get("key"), File: file, Paper: which, Reason: c.form.Get("paper_reason")})
	if err != nil {
		return c.again(err, func(f Frame) error { return c.drawPaper(http.StatusUnprocessableEntity, f, c.form) }, f)
	}
	return c.receipt(receipt, "paper.revoked", Link{"/file/" + string(file) + "/papers", f.T("papers.to")}, Link{"/file/" + string(file), f.T("to_file")})
}

// verifyPage answers about a paper's code: genuine, issued on a day; or not. It
// says no more, and the same for every code that is none.
type verifyPage struct {
	Frame
	Field  Field
	Asked  bool
	Answer desk.PaperCheck
}

func verifyForm(c *call) error {
	f := c.frame("verify.title")
	return c.show(verifyPage{Frame: f, Field: form{f, c.r.URL.Query()}.field("text", "code")})
}

func verifyPost(c *call) error {
	f := c.frame("verify.title")
	f.MainForm = true
	p := verifyPage{Frame: f, Field: form{f, c.form}.field("text", "code")}
	if c.turning() {
		return c.show(p)
	}
	if strings.TrimSpace(c.form.Get("code")) == "" {
		p.mend([]fault.Field{{Name: "code", Code: "field.required"}})
		p.Field.Frame = p.Frame
		return c.render(http.StatusUnprocessableEntity, "verify", p)
	}
	from, _, _ := net.SplitHostPort(c.r.RemoteAddr)
	answer, err := c.site.Desk.CheckPaper(c.ctx, c.form.Get("code"), from)
	if err != nil {
		return err
	}
	p.Asked, p.Answer = true, answer
	p.Field.Value = "" // the answer is the same bytes whatever was typed
	return c.show(p)
}
