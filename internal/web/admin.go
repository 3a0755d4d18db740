package web

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
)

type adminDesk interface {
	Bodies(ctx context.Context, who access.Who) (desk.Bodies, error)
	SendAgain(ctx context.Context, who access.Who, bodies, code string) error
	ChangeBody(ctx context.Context, who access.Who, in desk.BodyInput) (casework.Receipt, error)
	Workers(ctx context.Context, who access.Who) (desk.Workers, error)
	ChangeWorker(ctx context.Context, who access.Who, in desk.WorkerInput) (desk.WorkerDone, error)
	Motions(ctx context.Context, who access.Who) (desk.Motions, error)
	DecideMotion(ctx context.Context, who access.Who, in desk.MotionInput) (casework.Receipt, error)
	Machines(ctx context.Context, who access.Who) (desk.Machines, error)
	ChangeMachine(ctx context.Context, who access.Who, in desk.MachineInput) (desk.MachineDone, error)
	SetOwnPassword(ctx context.Context, who access.Who, in desk.OwnPasswordInput) error
}

type ledgerDesk interface {
	Ledger(ctx context.Context, who access.Who) (desk.LedgerView, error)
}

type bodiesPageView struct {
	Frame
	B      desk.Bodies
	Rows   []desk.BodyLine
	List   listing
	Editor []Field
	Kept   []Kept
	Edit   desk.BodyLine
}

// bodyFields are named apart from other forms' so that one list of limits and
// labels serves all.
var bodyFields = []string{"body_kind", "body_name", "region", "phone", "email", "sms", "sms_when", "close"}

func bodiesPage(c *call) error {
	all, err := c.site.Desk.Bodies(c.ctx, c.who)
	if err != nil {
		return err
	}
	typed := url.Values{"key": {newKey()}}
	for _, b := range all.Lines {
		if string(b.ID) == c.r.URL.Query().Get("body") {
			typed = url.Values{"key": typed["key"], "body": {string(b.ID)}, "body_kind": {b.Kind}, "body_name": {b.Name}, "region": {b.Region}, "phone": {b.Phone}, "email": {b.Email}, "sms": {b.SMS.Number}, "sms_when": {b.SMS.When}}
		}
	}
	return c.show(newBodiesPage(c.frame("bodies.title"), all, typed, c.bodiesQuery()))
}

func (c *call) bodiesQuery() url.Values { return c.listQuery("bodies", "kind", "in", "sort") }

func newBodiesPage(f Frame, all desk.Bodies, typed, q url.Values) bodiesPageView {
	f.MainForm = true
	fm := form{f, typed}
	p := bodiesPageView{Frame: f, B: all, Kept: keep(typed, append(bodyFields, "find", "after", "kind", "in", "sort")...)}
	p.Rows, p.List = listPage(f, q, all.Lines, lister[desk.BodyLine]{
		Path: "/admin/bodies",
		Words: func(b desk.BodyLine) string {
			return b.Name + " " + b.Phone + " " + f.Or("body."+b.Kind, "body_kind.other") + " " + f.Or("region."+b.Region, "region.other")
		},
		Filters: []filterBy[desk.BodyLine]{
			{"kind", "body", func(b desk.BodyLine) string { return b.Kind }}, {"in", "region", func(b desk.BodyLine) string { return b.Region }},
		},
		Orders: []orderBy[desk.BodyLine]{
			{Name: "name"}, {"kind", func(a, b desk.BodyLine) int { return cmp.Compare(a.Kind, b.Kind) }},
			{"region", func(a, b desk.BodyLine) int { return cmp.Compare(a.Region, b.Region) }},
			{"workers", func(a, b desk.BodyLine) int { return cmp.Compare(b.Workers, a.Workers) }},
		},
	})
	p.Editor = []Field{
		fm.choose("select", "body_kind", "body", all.Kinds...), fm.field("text", "body_name"),
		fm.choose("select", "region", "region", all.Regions...), fm.field("text", "phone"), fm.field("text", "email"),
		fm.field("text", "sms"), fm.choose("choice", "sms_when", "sms_when", casework.SMSWhens...),
	}
	if i := slices.IndexFunc(all.Lines, func(b desk.BodyLine) bool { return string(b.ID) == typed.Get("body") }); i >= 0 {
		p.Edit = all.Lines[i]
		p.Editor = append(p.Editor, fm.field("yes", "close"))
	}
	return p
}

func bodyPost(c *call) error {
	f := c.frame("bodies.title")
	redraw := func(f Frame) error {
		all, err := c.site.Desk.Bodies(c.ctx, c.who)
		if err != nil {
			return err
		}
		return c.render(422, "bodies", newBodiesPage(f, all, c.form, c.bodiesQuery()))
	}
	mend := tooLong(c.form)
	if f.mend(mend); len(mend) > 0 || c.turning() {
		return redraw(f)
	}
	if c.form.Get("go") == "again" {
		if err := c.site.Desk.SendAgain(c.ctx, c.who, c.form.Get("bodies"), c.form.Get("gave_up")); err != nil {
			return err
		}
		return c.seeOther("/admin/bodies")
	}
	body, _ := id.Parse[id.Body](c.form.Get("body"))
	receipt, err := c.site.Desk.ChangeBody(c.ctx, c.who, desk.BodyInput{
		Key: c.form.Get("key"), Body: body, Kind: c.form.Get("body_kind"), Name: c.form.Get("body_name"),
		Region: c.form.Get("region"), Phone: c.form.Get("phone"), Email: c.form.Get("email"), SMS: strings.TrimSpace(c.form.Get("sms")), SMSWhen: c.form.Get("sms_when"), Close: c.form.Get("close") == "yes",
	})
	if err != nil {
		return c.again(renamed(err, "kind", "body_kind", "name", "body_name"), redraw, f)
	}
	return c.receipt(receipt, "bodies.done", Link{"/admin/bodies", f.T("nav.bodies")})
}

// renamed gives desk's field names the names they have on the page: pairs of
// theirs and ours.
func renamed(err error, pairs ...string) error {
	e := fault.Of(err)
	if len(e.Fields) == 0 {
		return err
	}
	fields := slices.Clone(e.Fields)
	for i := range fields {
		for p := 0; p+1 < len(pairs); p += 2 {
			if fields[i].Name == pairs[p] {
				fields[i].Name = pairs[p+1]
			}
		}
	}
	return fault.Form(fields...)
}

type ledgerPageView struct {
	Frame
	L desk.LedgerView
}

func ledgerPage(c *call) error {
	view, err := c.site.Desk.Ledger(c.ctx, c.who)
	if err != nil {
		return err
	}
	return c.show(ledgerPageView{c.frame("ledger.title"), view})
}
