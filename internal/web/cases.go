package web

import (
	"context"
	"io"
	"net/http"
	"net/url"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/withheld"
)

type casesDesk interface {
	CasesForm(ctx context.Context, who access.Who) (string, error)
	ReadCases(ctx context.Context, who access.Who, in desk.CasesInput) (desk.CasesRead, error)
	TakeCasesIn(ctx context.Context, who access.Who, in desk.CasesInput) (casework.Receipt, error)
}

// Cases of another system come in two acts: a table is looked at, and nothing is opened;
// then, on the same page, files are opened for all of it or for none.

const (
	casesField = "cases_content"
	casesKept  = "cases_kept"
)

func casesTooLarge() error {
	return fault.Form(fault.Field{Name: casesField, Code: "cases.too_large", Args: map[string]string{"max": "128"}})
}

// casesPage is the form, and what was found in the table that was sent.
type casesPage struct {
	Frame
	Field Field
	Key   string
	Read  *desk.CasesRead
	Kept  []Kept
}

func casesForm(c *call) error {
	key, err := c.site.Desk.CasesForm(c.ctx, c.who)
	if err != nil {
		return err
	}
	return c.drawCases(http.StatusOK, c.frame("cases.title"), key, nil)
}

func (c *call) drawCases(status int, f Frame, key string, read *desk.CasesRead) error {
	return c.render(status, "cases_in", newCasesPage(f, key, read))
}

func newCasesPage(f Frame, key string, read *desk.CasesRead) casesPage {
	f.MainForm, f.Wide = true, read != nil
	p := casesPage{Frame: f, Key: key, Read: read, Field: form{f, url.Values{}}.field("table", casesField)}
	if read != nil {
		p.Kept = []Kept{{"key", read.Key}, {casesKept, read.Kept}}
	} else {
		p.Kept = []Kept{{"key", key}}
	}
	return p
}

func casesPost(c *call) error {
	key, err := c.site.Desk.CasesForm(c.ctx, c.who)
	if err != nil {
		return err
	}
	if c.form.Get("key") != "" {
		key = c.form.Get("key")
	}
	f := c.frame("cases.title")
	again := func(err error) error {
		return c.again(err, func(f Frame) error { return c.drawCases(http.StatusUnprocessableEntity, f, key, nil) }, f)
	}
	in, err := c.casesSent(key)
	if err != nil && c.turning() && c.upload.err == nil {
		return c.drawCases(http.StatusOK, f, key, nil)
	}
	if err != nil {
		return again(err)
	}
	if c.form.Get("go") == "take" && !c.turning() {
		receipt, err := c.site.Desk.TakeCasesIn(c.ctx, c.who, in)
		if err != nil {
			return again(err)
		}
		return c.receipt(receipt, "cases.done", Link{"/work", f.T("to_work")}, Link{"/cases/in", f.T("cases.again")})
	}
	read, err := c.site.Desk.ReadCases(c.ctx, c.who, in)
	if err != nil {
		return again(err)
	}
	if read.Stopped {
		return c.drawCases(http.StatusUnprocessableEntity, f, key, &read)
	}
	return c.drawCases(http.StatusOK, f, key, &read)
}

// casesSent is the table: chosen now, or looked at before and kept in the form.
func (c *call) casesSent(key string) (desk.CasesInput, error) {
	if c.upload.err != nil {
		c.drain()
		return desk.CasesInput{}, c.upload.err
	}
	if c.upload.content != nil {
		text, err := io.ReadAll(io.LimitReader(c.upload.content, desk.CasesLimit+1))
		if err != nil {
			return desk.CasesInput{}, lineFault(err)
		}
		if len(text) > desk.CasesLimit {
			c.drain()
			return desk.CasesInput{}, casesTooLarge()
		}
		return desk.CasesInput{Key: key, Text: withheld.New(string(text))}, nil
	}
	text := desk.CasesKept(c.form.Get(casesKept))
	if text.Empty() {
		return desk.CasesInput{}, fault.Form(fault.Field{Name: casesField, Code: "document.none"})
	}
	return desk.CasesInput{Key: key, Text: text}, nil
}

// UploadID is the form that is sent along when the page is asked for in another
// language: what was looked at, when it can be taken in.
func (p casesPage) UploadID() string {
	if p.Read != nil && !p.Read.Stopped {
		return "another"
	}
	return "answers"
}

// Place says where a finding is.
func (p casesPage) Place(f desk.CaseFinding) string {
	return p.T("cases.place", "line", f.Line, "column", f.Column)
}

// Mended says how many findings have to be mended first.
func (p casesPage) Mended() (n int) {
	for _, f := range p.Read.Found {
		if f.Stops {
			n++
		}
	}
	return n
}
