package desk

import (
	"bytes"
	"context"
	"crypto/sha256"
	"slices"
	"strings"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/paper"
	"pana/internal/store"
	"pana/internal/withheld"
)

// The person's own page, as the worker sees it who gives it: whether there is one,
// what she wrote, whether somebody made her use the second PIN.

// OwnPageView is what the worker sees of a page.
type OwnPageView struct {
	Key       string
	Subject   Subject
	State     string // none, open, closed
	Since     time.Time
	ClosedBy  string
	Entered   time.Time
	Alarms    []time.Time
	HasSecond bool
	Wanted    string   // the person's language
	Languages []string // in which there are words for the whole page
	Holders   []string
	Messages  []casework.PageMessage // the latest first
}

// OwnPageInput gives a page.
type OwnPageInput struct {
	Key      string
	File     id.File
	Device   string
	Reader   string
	Holder   string
	Safe     string // yes: the worker says so
	Language string
	PIN      withheld.Text
	Again    withheld.Text
	Second   withheld.Text
}

// OwnPageAnswer answers a message.
type OwnPageAnswer struct {
	Key     string
	File    id.File
	Message id.Message
	Text    withheld.Text
}

// ownPageOpening is what an opening of her messages is called.
const ownPageOpening = casework.PageOpening

// OwnPage is the worker's view of it. What she wrote is disclosed to who opens it.
func (d *Desk) OwnPage(ctx context.Context, who access.Who, file id.File) (OwnPageView, error) {
	f, err := d.view(ctx, file)
	if err != nil {
		return OwnPageView{}, err
	}
	if _, err := d.mayKeepPage(who, f); err != nil {
		return OwnPageView{}, err
	}
	if len(f.Messages) > 0 {
		f, err = d.disclose(ctx, who, file, ownPageOpening, func(f *casework.File) (access.Verdict, error) { return d.mayKeepPage(who, f) })
		if err != nil {
			return OwnPageView{}, err
		}
	}
	facts, err := d.screenOf(ctx, f)
	if err != nil {
		return OwnPageView{}, err
	}
	out := OwnPageView{
		Key: string(id.New[id.Event](d.now())), Subject: subject(f), State: "none", Wanted: f.Language, Holders: f.PageHolders(),
		Languages: d.paperLanguages(facts), Messages: slices.Clone(f.Messages),
	}
	slices.Reverse(out.Messages)
	if p := f.Page; p != nil {
		out.State, out.Since, out.ClosedBy, out.Entered, out.Alarms, out.HasSecond = "open", p.At, p.ClosedBy, p.Entered, p.Alarms, !p.Second.Empty()
		if !p.Open() {
			out.State, out.Since = "closed", p.Closed
		}
	}
	return out, nil
}

// mayKeepPage says whether the worker's body gives this person her page. One that
// another body gave is that body's: it alone reads what she writes there.
func (d *Desk) mayKeepPage(who access.Who, f *casework.File) (access.Verdict, error) {
	v, err := d.may(who, access.KeepPage, f)
	if err == nil && f.Page != nil && f.Page.Body != who.Body && f.Page.Open() {
		return v, fault.Withheld("another body's page")
	}
	return v, err
}

// IssueOwnPage gives the person a page and says its code, once. A page that she had
// ends with it.
func (d *Desk) IssueOwnPage(ctx context.Context, who access.Who, in OwnPageInput) (code string, err error) {
	at := d.now()
	f, err := d.view(ctx, in.File)
	if err != nil {
		return "", err
	}
	if _, err := d.mayKeepPage(who, f); err != nil {
		return "", err
	}
	facts, err := d.screenOf(ctx, f)
	if err != nil {
		return "", err
	}
	if err := checkOwnPage(in, d.paperLanguages(facts)); err != nil {
		return "", err
	}
	issue := casework.PageIssued{Page: pageOf(who, in), Language: in.Language, Device: in.Device, Reader: in.Reader, Holder: in.Holder}
	code = paper.PageCode(d.deps.Papers, issue.Page)
	issue.Tag = paper.PageTag(d.deps.Papers, code)
	if issue.PIN, err = d.hashPIN(ctx, in.PIN); err != nil {
		return "", err
	}
	if issue.Second, err = d.hashPIN(ctx, in.Second); err != nil {
		return "", err
	}
	// The fingerprint is kept clear, and six digits are soon guessed: of them a keyed mark.
	sent := []string{string(in.File), in.Device, in.Reader, in.Holder, in.Language,
		paper.PINMark(d.deps.Papers, issue.Page, in.PIN), paper.PINMark(d.deps.Papers, issue.Page, in.Second)}
	_, err = d.change(ctx, who, in.Key, sent, at, []casework.Ref{fileRef(in.File)}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		f := fileOf(l, in.File)
		if _, err := d.mayKeepPage(who, f); err != nil {
			return casework.Decision{}, err
		}
		return casework.IssuePage(f, issue, m)
	})
	if err != nil {
		return "", err
	}
	if f.Page != nil {
		err = d.deps.Auth.EndVisits(ctx, f.Page.Page)
	}
	return code, err
}

// pageOf makes the page's id of the form's key, so that a form sent twice prints the
// code that stands.
func pageOf(who access.Who, in OwnPageInput) id.Page {
	sum := sha256.Sum256([]byte(strings.Join([]string{"own page", string(who.Worker), string(in.File), in.Key}, "\x00")))
	return id.From[id.Page](time.UnixMilli(0), bytes.NewReader(sum[:]))
}

func (d *Desk) hashPIN(ctx context.Context, pin withheld.Text) (withheld.Text, error) {
	if pin.Empty() {
		return withheld.Text{}, nil
	}
	phc, err := d.deps.Hasher.Hash(ctx, pin.Reveal())
	return withheld.New(phc), err
}

// checkOwnPage holds what was typed together with the person to what keeps her safe.
func checkOwnPage(in OwnPageInput, languages []string) error {
	var bad []fault.Field
	add := func(name, code string) { bad = append(bad, fault.Field{Name: name, Code: code}) }
	switch in.Safe {
	case "yes":
	case "no":
		add("page_safe", casework.CodePageUnsafe)
	default:
		add("page_safe", "field.required")
	}
	if !slices.Contains(languages, in.Language) {
		add("page_in", "field.required")
	}
	bad = append(bad, checkPIN(in.PIN, in.Again)...)
	switch second := in.Second.Reveal(); {
	case second == "":
	case !isPIN(second):
		add("page_second", "page.pin")
	case second == in.PIN.Reveal():
		add("page_second", "page.same")
	}
	return fault.Form(bad...)
}

func checkPIN(pin, again withheld.Text) []fault.Field {
	switch {
	case !isPIN(pin.Reveal()):
		return []fault.Field{{Name: "page_pin", Code: "page.pin"}}
	case pin.Reveal() != again.Reveal():
		return []fault.Field{{Name: "page_again", Code: "page.again"}}
	}
	return nil
}

// isPIN: six to twelve digits, and not those that are tried first: one digit again and
// again, or digits in a row.
func isPIN(pin string) bool {
	if len(pin) < 6 || len(pin) > 12 || strings.Trim(pin, "0123456789") != "" {
		return false
	}
	for _, step := range []byte{0, 1, 255} {
		row := true
		for i := 1; i < len(pin); i++ {
			row = row && pin[i]-pin[i-1] == step
		}
		if row {
			return false
		}
	}
	return true
}

// CloseOwnPage closes it; who is on it is out.
func (d *Desk) CloseOwnPage(ctx context.Context, who access.Who, key string, file id.File) (casework.Receipt, error) {
	return d.closePage(ctx, who, key, file, casework.ClosedByWorker, d.mayKeepPage)
}

func (d *Desk) closePage(ctx context.Context, who access.Who, key string, file id.File, by string, may func(access.Who, *casework.File) (access.Verdict, error)) (casework.Receipt, error) {
	var page id.Page
	r, err := d.change(ctx, who, key, string(file)+by, d.now(), []casework.Ref{fileRef(file)}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		f := fileOf(l, file)
		if _, err := may(who, f); err != nil {
			return casework.Decision{}, err
		}
		if f.Page != nil {
			page = f.Page.Page
		}
		return casework.ClosePage(f, by, m)
	})
	if err == nil && page != "" {
		err = d.deps.Auth.EndVisits(ctx, page)
	}
	return r, err
}

// AnswerOnPage answers a message of hers.
func (d *Desk) AnswerOnPage(ctx context.Context, who access.Who, in OwnPageAnswer) (casework.Receipt, error) {
	return d.change(ctx, who, in.Key, in, d.now(), []casework.Ref{fileRef(in.File)}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		f := fileOf(l, in.File)
		if _, err := d.mayKeepPage(who, f); err != nil {
			return casework.Decision{}, err
		}
		return casework.AnswerOnPage(f, casework.PageAnswered{Message: in.Message, Text: in.Text}, m)
	})
}

// ClosePageByCode closes the page of somebody who rings and reads her code out. It
// says the same whether there is such a page or not.
func (d *Desk) ClosePageByCode(ctx context.Context, who access.Who, key, code string) error {
	if err := d.mayDo(who, access.ClosePage, "page"); err != nil {
		return err
	}
	f, page, err := d.fileByCode(ctx, code)
	if err != nil || f == nil {
		return err
	}
	if page.guardian {
		_, err = d.closeGuardianPage(ctx, who, key, f.ID, casework.ClosedByHotline, func(*casework.File) error { return nil })
		return err
	}
	_, err = d.closePage(ctx, who, key, f.ID, casework.ClosedByHotline, func(access.Who, *casework.File) (access.Verdict, error) {
		return access.Verdict{Allowed: true}, nil
	})
	return err
}

// coded is a page that a code opens: the person's own, or the guardian's.
type coded struct {
	id          id.Page
	guardian    bool
	pin, second withheld.Text
}

// fileByCode is the file one of whose pages has this code; nil: there is none.
func (d *Desk) fileByCode(ctx context.Context, code string) (*casework.File, coded, error) {
	tag := paper.PageTag(d.deps.Papers, code)
	page, err := d.deps.Store.List(ctx, casework.PagesTable, store.Query{
		Scope: everything, Where: []store.Filter{store.Where("tag", store.Is, tag)}, Limit: 1, NoTotal: true,
	})
	if err != nil || len(page.Rows) == 0 {
		return nil, coded{}, fault.At("find a page", err)
	}
	f, err := d.view(ctx, id.File(page.Rows[0].Text("file_id")))
	if gone(err) != nil {
		return nil, coded{}, err
	}
	switch {
	case f == nil:
	case f.Page.Open() && f.Page.Tag == tag:
		return f, coded{id: f.Page.Page, pin: f.Page.PIN, second: f.Page.Second}, nil
	case f.GuardianPageOpen(d.moment(product, d.now())) && f.GuardianPage.Tag == tag:
		return f, coded{id: f.GuardianPage.Page, guardian: true, pin: f.GuardianPage.PIN}, nil
	}
	return nil, coded{}, nil
}
