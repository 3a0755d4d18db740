package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/id"
	"pana/internal/pack"
)

type adoptionDesk interface {
	Adoption(ctx context.Context, who access.Who) (desk.AdoptionView, error)
	DecideAdoption(ctx context.Context, who access.Who, in desk.AdoptionInput) (casework.Receipt, error)
}

// adoptionPage is which edition of the pack runs, and what another would change: who may
// do more first, for that is what could open files.
type adoptionPage struct {
	Frame
	M      desk.AdoptionView
	Looked Field
	Why    Field
	Form   string // propose, confirm, withdraw, first; empty: there is nothing to do
}

func newAdoptionPage(f Frame, m desk.AdoptionView, typed url.Values) adoptionPage {
	p := adoptionPage{Frame: f, M: m}
	if m.Change == nil {
		return p
	}
	switch {
	case m.Waits == nil && !m.Change.Refused():
		p.Form = "propose"
	case m.Waits != nil && m.Waits.Mine:
		p.Form = "withdraw"
	case m.Waits != nil && m.Waits.First:
		p.Form = "first"
	case m.Waits != nil && !m.Change.Refused() && !m.Waits.Stale():
		p.Form = "confirm"
	case m.Waits != nil:
		p.Form = "refuse"
	}
	p.MainForm = p.Form == "propose" || p.Form == "confirm"
	fm := form{p.Frame, typed}
	p.Looked, p.Why = fm.field("yes", "adopt_looked"), fm.field("area", "motion_why")
	return p
}

// Edition names one: the pack, its version, and the first figures of its digest.
func (p adoptionPage) Edition(e casework.Edition) string {
	return strings.TrimSpace(e.Pack+" "+e.Version) + ", " + short(e.Digest)
}

func short(digest string) string { return digest[:min(12, len(digest))] }

// named is a key in the words of what runs, or of the edition that brings it.
func (p adoptionPage) named(keys ...string) string {
	newer := p.M.Change.Newer()
	for _, key := range keys {
		switch {
		case p.Has(key):
			return p.T(key)
		case newer != nil && newer.Words().Has(p.Lang, key):
			return newer.Words().Say(p.Lang, key)
		}
	}
	return p.T(keys[len(keys)-1])
}

// Who is a role of a kind of body.
func (p adoptionPage) Who(g desk.GrantLine) string {
	return p.named("body."+g.Kind, "body_kind.other") + ", " + p.named("role."+g.Role, "frame.worker")
}

// What is the grant as the rules have it.
func (p adoptionPage) What(g desk.GrantLine) string {
	out := g.Act + " · " + g.Thing
	for _, list := range [][]string{g.Relations, g.Compartments, g.Groups} {
		if len(list) > 0 {
			out += " · " + strings.Join(list, ", ")
		}
	}
	return out
}

// Called names what of the law is otherwise.
func (p adoptionPage) Called(d pack.Difference) string {
	other := d.Kind + ".other"
	if d.Kind == "bar" || d.Kind == "entitlement" {
		other = "safeguard.other"
	}
	return p.named(d.Kind+"."+d.ID, other)
}

// Explained is what a rule says of itself.
func (p adoptionPage) Explained(b pack.Basis) sentence {
	if newer := p.M.Change.Newer(); newer != nil {
		if text, lang := newer.Words().Sentence(p.Lang, b.Says); text != "" {
			return sentence{text, lang}
		}
	}
	return p.Frame.Said(b.Says)
}

func (c *call) drawAdoption(status int, f Frame, typed url.Values) error {
	m, err := c.site.Desk.Adoption(c.ctx, c.who)
	if err != nil {
		return err
	}
	return c.render(status, "adoption", newAdoptionPage(f, m, typed))
}

func adoptionGet(c *call) error {
	return c.drawAdoption(http.StatusOK, c.frame("adoption.title"), url.Values{})
}

func adoptionPost(c *call) error {
	f := c.frame("adoption.title")
	redraw := func(f Frame) error { return c.drawAdoption(http.StatusUnprocessableEntity, f, c.form) }
	mend := tooLong(c.form)
	if f.mend(mend); len(mend) > 0 || c.turning() {
		return redraw(f)
	}
	motion, _ := id.Parse[id.Motion](c.form.Get("motion"))
	receipt, err := c.site.Desk.DecideAdoption(c.ctx, c.who, desk.AdoptionInput{
		Key: c.form.Get("key"), Do: c.form.Get("go"), Edition: c.form.Get("edition"), Motion: motion, Looked: c.form.Get("adopt_looked") == "yes", Why: text(c.form, "motion_why"),
	})
	if err != nil {
		return c.again(err, redraw, f)
	}
	return c.receipt(receipt, "adoption.title", Link{"/admin/pack", f.T("adoption.title")})
}
