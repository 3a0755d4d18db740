package web

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"pana/internal/desk"
	"pana/internal/pack"
)

type lawDesk interface {
	LawInTime(ctx context.Context, procedure, from, to string) (desk.LawInTime, error)
	Questions(ctx context.Context) (desk.Questions, error)
}

// lawView is a procedure between two dates of the law.
type lawView struct {
	Frame
	L       desk.LawInTime
	Choose  []Field
	Picture drawing
	Figures bool // who reads it may count who passed through
}

// lawForm is the chooser. A form without scripts cannot put an answer into the
// address, so what is chosen leads on to the procedure's own.
func lawForm(c *call) error {
	q := c.r.URL.Query()
	if of := q.Get("procedure"); of != "" {
		return c.seeOther("/law/" + url.PathEscape(of) + "?" + url.Values{"from": q["from"], "to": q["to"]}.Encode())
	}
	l, err := c.site.Desk.LawInTime(c.ctx, "", "", "")
	if err != nil {
		return err
	}
	return c.show(newLawView(c.frame("law.title"), l))
}

func lawPage(c *call) error {
	q := c.r.URL.Query()
	l, err := c.site.Desk.LawInTime(c.ctx, c.r.PathValue("procedure"), q.Get("from"), q.Get("to"))
	if err != nil {
		return err
	}
	v := newLawView(c.frame("law.title"), l)
	v.Figures = l.Drawn && slices.Contains(c.seat.Acts, "figures")
	return c.show(v)
}

func newLawView(f Frame, l desk.LawInTime) lawView {
	f.Wide = true
	p := lawView{Frame: f, L: l}
	if l.Drawn {
		p.Picture = draw(f, l.Picture, 0)
		p.Picture.Desc = f.T("law.desc")
	}
	fm := form{f, url.Values{"procedure": {l.Procedure}, "from": {l.From}, "to": {l.To}}}
	pick := func(name string, values []string, label func(string) string) Field {
		field := fm.field("select", name)
		field.Label, field.Why = f.T("law."+name), ""
		for _, v := range values {
			field.Options = append(field.Options, Option{Value: v, Label: label(v), On: fm.typed.Get(name) == v})
		}
		return field
	}
	p.Choose = []Field{
		pick("procedure", l.Procedures, func(id string) string { return f.Or("procedure."+id, "picture.title") }),
		pick("from", l.Days, f.Snapshot), pick("to", l.Days, f.Snapshot),
	}
	return p
}

// Said is what a part of a rule was, or is, in words.
func (p lawView) Said(field, value string) string {
	switch {
	case value == "":
		return "–"
	case p.L.Said == nil:
		return value
	}
	return p.L.Said(p.Lang, field, value)
}

// ChangeName names what changed, in the pack's words.
func (f Frame) ChangeName(d pack.Difference) string { return f.element(d.Kind, d.ID) }

// element names a step, bar, entitlement or clock.
func (f Frame) element(kind, id string) string {
	other := kind + ".other"
	if kind == "bar" || kind == "entitlement" {
		other = "safeguard.other"
	}
	return f.Or(kind+"."+id, other)
}

// Part says what part of a rule is another, in words where there are some.
func (f Frame) Part(c pack.FieldChange) string {
	whole, _, _ := strings.Cut(c.Field, ".")
	return f.Or("law.part."+c.Field, "law.part."+whole, "law.part.other")
}
