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

// A guardian's page: given by who is with the child, when it is safe for the child; read
// by the guardian who was appointed; and always said on the child's own page.

// GuardianPageView is what a worker sees of it.
type GuardianPageView struct {
	Key       string
	Subject   Subject
	State     string // none, open, closed
	Since     time.Time
	Over      string // why it is closed
	Until     string
	Entered   []time.Time // the latest first
	To        *Subject    // the guardian, where this worker may open that file too
	Child     bool        // the person is on the child's path
	Appointed []GuardianLine
	Wanted    string
	Languages []string // in which there are words for the whole page
}

// GuardianLine is a guardian who may be given one.
type GuardianLine struct {
	Subject Subject
	Since   time.Time
	Body    string // that took the step
}

// GuardianPageInput gives a guardian a page.
type GuardianPageInput struct {
	Key      string
	File     id.File
	Guardian string
	Paper    withheld.Text
	Until    string
	Child    string
	Harm     string
	Safe     string
	Why      withheld.Text
	Interest withheld.Text
	Language string
	PIN      withheld.Text
	Again    withheld.Text
}

// guardianOf is the guardian of a child, on their own page.
func guardianOf(child id.File) access.Who {
	return access.Who{Ward: child, Role: access.Guardian, BodyKind: access.Guardian}
}

// GuardianPage is the worker's view of it.
func (d *Desk) GuardianPage(ctx context.Context, who access.Who, file id.File) (GuardianPageView, error) {
	f, err := d.view(ctx, file)
	if err != nil {
		return GuardianPageView{}, err
	}
	if _, err := d.may(who, access.KeepGuardian, f); err != nil {
		return GuardianPageView{}, err
	}
	names, err := d.bodyNames(ctx, who)
	if err != nil {
		return GuardianPageView{}, err
	}
	facts, err := d.wardOf(ctx, f)
	if err != nil {
		return GuardianPageView{}, err
	}
	_, others, err := d.kin(ctx, who, f)
	if err != nil {
		return GuardianPageView{}, err
	}
	out := GuardianPageView{
		Key: string(id.New[id.Event](d.now())), Subject: subject(f), State: "none", Child: f.Child(), Wanted: f.Language, Languages: d.paperLanguages(facts),
	}
	for _, a := range f.Appointed(d.pack()) {
		if other := others[a.Guardian]; other != nil { // whom this worker may not open is not told here either
			out.Appointed = append(out.Appointed, GuardianLine{Subject: subject(other), Since: a.By.Occurred, Body: names.of(a.By.Body)})
		}
	}
	if p := f.GuardianPage; p != nil {
		m := d.moment(who, d.now())
		out.State, out.Since, out.Until, out.Over = "open", p.At, p.Until, f.GuardianPageOver(m)
		out.Entered = slices.Clone(p.Entered)
		slices.Reverse(out.Entered)
		if other := others[p.Guardian]; other != nil {
			s := subject(other)
			out.To = &s
		}
		if out.Over != "" {
			out.State = "closed"
			if !p.Closed.IsZero() {
				out.Since = p.Closed
			}
		}
	}
	return out, nil
}

// guardianState says on the file's page, to who may give one, that there is such a code.
func (d *Desk) guardianState(who access.Who, f *casework.File) string {
	if _, err := d.may(who, access.KeepGuardian, f); err != nil {
		return ""
	}
	switch {
	case f.GuardianPageOpen(d.moment(who, d.now())):
		return "open"
	case f.GuardianPage != nil:
		return "closed"
	case f.Child():
		return "none"
	}
	return ""
}

// wardOf gathers what stands on a guardian's page, as far as the pack's rules let a
// guardian see it.
func (d *Desk) wardOf(ctx context.Context, f *casework.File) (paper.Ward, error) {
	own, _, err := d.ownScreen(ctx, guardianOf(f.ID), f)
	own.Ward = true
	return paper.Ward{Own: own}, err
}

// IssueGuardianPage gives the guardian a page and says its code, once. A page that this
// or another guardian had ends with it.
func (d *Desk) IssueGuardianPage(ctx context.Context, who access.Who, in GuardianPageInput) (code string, err error) {
	at := d.now()
	f, err := d.view(ctx, in.File)
	if err != nil {
		return "", err
	}
	if _, err := d.may(who, access.KeepGuardian, f); err != nil {
		return "", err
	}
	facts, err := d.wardOf(ctx, f)
	if err != nil {
		return "", err
	}
	_, others, err := d.kin(ctx, who, f)
	if err != nil {
		return "", err
	}
	guardian, _ := id.Parse[id.File](in.Guardian)
	if others[guardian] == nil {
		guardian = ""
	}
	issue := casework.GuardianPageInput{Harm: in.Harm, OK: in.Safe, GuardianPageIssued: casework.GuardianPageIssued{
		Page: guardianPageOf(who, in), Language: in.Language, Guardian: guardian, Until: in.Until, Child: in.Child,
		Paper: trimmed(in.Paper), Safe: trimmed(in.Why), Interest: trimmed(in.Interest),
	}}
	// What was asked comes before the PIN: where it is not safe nobody types one again.
	if err := d.checkGuardianPage(f, issue, in, d.paperLanguages(facts), d.moment(who, at)); err != nil {
		return "", err
	}
	code = paper.PageCode(d.deps.Papers, issue.Page)
	issue.Tag = paper.PageTag(d.deps.Papers, code)
	if issue.PIN, err = d.hashPIN(ctx, in.PIN); err != nil {
		return "", err
	}
	// The fingerprint is kept clear: of the PIN a keyed mark, and of what was written nothing.
	sent := []string{string(in.File), in.Guardian, in.Until, in.Child, in.Language, paper.PINMark(d.deps.Papers, issue.Page, in.PIN)}
	_, err = d.change(ctx, who, in.Key, sent, at, []casework.Ref{fileRef(in.File)}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		f := fileOf(l, in.File)
		if _, err := d.may(who, access.KeepGuardian, f); err != nil {
			return casework.Decision{}, err
		}
		return casework.IssueGuardianPage(f, issue, m)
	})
	if err == nil && f.GuardianPage != nil {
		err = d.deps.Auth.EndVisits(ctx, f.GuardianPage.Page)
	}
	return code, err
}

func trimmed(t withheld.Text) withheld.Text { return withheld.New(strings.TrimSpace(t.Reveal())) }

// checkGuardianPage says all that is wrong with the form at once.
func (d *Desk) checkGuardianPage(f *casework.File, issue casework.GuardianPageInput, in GuardianPageInput, languages []string, m casework.Moment) error {
	_, err := casework.IssueGuardianPage(f, issue, m)
	if e := fault.Of(err); err != nil && len(e.Fields) == 0 {
		return err
	}
	var bad []fault.Field
	if err != nil {
		bad = slices.Clone(fault.Of(err).Fields)
	}
	if !slices.Contains(languages, in.Language) {
		bad = append(bad, fault.Field{Name: "page_in", Code: "field.required"})
	}
	return fault.Form(append(bad, checkPIN(in.PIN, in.Again)...)...)
}

// guardianPageOf makes the page's id of the form's key, as for the child's own.
func guardianPageOf(who access.Who, in GuardianPageInput) id.Page {
	sum := sha256.Sum256([]byte(strings.Join([]string{"guardian page", string(who.Worker), string(in.File), in.Key}, "\x00")))
	return id.From[id.Page](time.UnixMilli(0), bytes.NewReader(sum[:]))
}

// CloseGuardianPage closes it; who is on it is out. Any body that could give one may
// close it: the child need not find the one that did.
func (d *Desk) CloseGuardianPage(ctx context.Context, who access.Who, key string, file id.File) (casework.Receipt, error) {
	return d.closeGuardianPage(ctx, who, key, file, casework.ClosedByWorker, func(f *casework.File) error {
		_, err := d.may(who, access.KeepGuardian, f)
		return err
	})
}

func (d *Desk) closeGuardianPage(ctx context.Context, who access.Who, key string, file id.File, by string, may func(*casework.File) error) (casework.Receipt, error) {
	var page id.Page
	r, err := d.change(ctx, who, key, string(file)+"guardian"+by, d.now(), []casework.Ref{fileRef(file)}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		f := fileOf(l, file)
		if err := may(f); err != nil {
			return casework.Decision{}, err
		}
		if f.GuardianPage != nil {
			page = f.GuardianPage.Page
		}
		return casework.CloseGuardianPage(f, by, m)
	})
	if err == nil && page != "" {
		err = d.deps.Auth.EndVisits(ctx, page)
	}
	return r, err
}

// CloseGuardianOnPage is the child's own word: the guardian's page ends.
func (d *Desk) CloseGuardianOnPage(ctx context.Context, token withheld.Text, key string) error {
	v, f, err := d.onVisit(ctx, token)
	if err != nil || v.Second { // whoever stands beside the child sees it done
		return err
	}
	her := visitor(v, f)
	_, err = d.closeGuardianPage(ctx, her, key, v.File, casework.ClosedByPerson, func(f *casework.File) error {
		_, err := d.may(her, access.UsePage, f)
		return err
	})
	return err
}

// HerGuardian is what the child's own page says of the guardian's.
type HerGuardian struct {
	Open    bool
	Since   time.Time   // given, or closed
	Entered []time.Time // the latest first
}

func herGuardian(f *casework.File, m casework.Moment) *HerGuardian {
	p := f.GuardianPage
	if p == nil {
		return nil
	}
	out := &HerGuardian{Open: f.GuardianPageOpen(m), Since: p.At, Entered: slices.Clone(p.Entered)}
	if !p.Closed.IsZero() {
		out.Since = p.Closed
	}
	slices.Reverse(out.Entered)
	return out
}
