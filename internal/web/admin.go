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
	"pana/internal/withheld"
)

type adminDesk interface {
	Bodies(ctx context.Context, who access.Who) (desk.Bodies, error)
	SendAgain(ctx context.Context, who access.Who, bodies, code string) error
	ChangeBody(ctx context.Context, who access.Who, in desk.BodyInput) (casework.Receipt, error)
	Workers(ctx context.Context, who access.Who) (desk.Workers, error)
	ChangeWorker(ctx context.Context, who access.Who, in desk.WorkerInput) (casework.Receipt, error)
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

type workersPageView struct {
	Frame
	W      desk.Workers
	Rows   []desk.WorkerLine
	List   listing
	Editor []Field
	Kept   []Kept
	Edit   desk.WorkerLine
}

var workerFields = []string{"of_body", "account", "worker_name", "role", "new_password", "leave", "drop_second"}

func workersPage(c *call) error {
	all, err := c.site.Desk.Workers(c.ctx, c.who)
	if err != nil {
		return err
	}
	typed := url.Values{"key": {newKey()}}
	for _, w := range all.Lines {
		if string(w.ID) == c.r.URL.Query().Get("worker") {
			typed = url.Values{"key": typed["key"], "worker": {string(w.ID)}, "of_body": {string(w.Body)}, "account": {w.Login}, "role": {w.Role}}
		}
	}
	return c.show(newWorkersPage(c.frame("workers.title"), all, typed, c.workersQuery()))
}

func (c *call) workersQuery() url.Values { return c.listQuery("workers", "role", "state", "sort") }

func newWorkersPage(f Frame, all desk.Workers, typed, q url.Values) workersPageView {
	f.MainForm = true
	fm := form{f, typed}
	p := workersPageView{Frame: f, W: all, Kept: keep(typed, append(workerFields, "find", "after", "state", "sort")...)}
	p.Rows, p.List = listPage(f, q, all.Lines, lister[desk.WorkerLine]{
		Path: "/admin/workers",
		Words: func(w desk.WorkerLine) string {
			return w.Login + " " + w.BodyName + " " + f.Or("role."+w.Role, "frame.worker")
		},
		Filters: []filterBy[desk.WorkerLine]{
			{"role", "role", func(w desk.WorkerLine) string { return w.Role }}, {"state", "state", func(w desk.WorkerLine) string { return w.State }},
		},
		Orders: []orderBy[desk.WorkerLine]{
			{Name: "account"}, {"body", func(a, b desk.WorkerLine) int { return cmp.Compare(a.BodyName, b.BodyName) }},
			{"role", func(a, b desk.WorkerLine) int { return cmp.Compare(a.Role, b.Role) }},
		},
	})
	body := fm.field("select", "of_body")
	var roles []string
	for _, b := range all.Bodies {
		body.Options = append(body.Options, Option{Value: string(b.ID), Label: b.Name, On: typed.Get("of_body") == string(b.ID)})
		roles = append(roles, all.Roles[b.Kind]...)
	}
	slices.Sort(roles)
	p.Editor = []Field{body, fm.field("text", "account"), fm.field("text", "worker_name"), fm.choose("select", "role", "role", slices.Compact(roles)...), fm.field("password", "new_password")}
	if i := slices.IndexFunc(all.Lines, func(w desk.WorkerLine) bool { return string(w.ID) == typed.Get("worker") }); i >= 0 {
		p.Edit = all.Lines[i]
		if p.Edit.Second {
			p.Editor = append(p.Editor, fm.field("yes", "drop_second"))
		}
		p.Editor = append(p.Editor, fm.field("yes", "leave"))
	}
	return p
}

func workerPost(c *call) error {
	f := c.frame("workers.title")
	redraw := func(f Frame) error {
		all, err := c.site.Desk.Workers(c.ctx, c.who)
		if err != nil {
			return err
		}
		return c.render(422, "workers", newWorkersPage(f, all, c.form, c.workersQuery()))
	}
	mend := tooLong(c.form)
	if f.mend(mend); len(mend) > 0 || c.turning() {
		return redraw(f)
	}
	worker, _ := id.Parse[id.Worker](c.form.Get("worker"))
	body, _ := id.Parse[id.Body](c.form.Get("of_body"))
	receipt, err := c.site.Desk.ChangeWorker(c.ctx, c.who, desk.WorkerInput{
		Key: c.form.Get("key"), Worker: worker, Body: body, Login: c.form.Get("account"), Role: c.form.Get("role"),
		Name: text(c.form, "worker_name"), Password: withheld.New(c.form.Get("new_password")), Leave: c.form.Get("leave") == "yes",
		DropSecond: c.form.Get("drop_second") == "yes",
	})
	if err != nil {
		return c.again(renamed(err, "login", "account", "body", "of_body", "name", "worker_name", "password", "new_password"), redraw, f)
	}
	return c.receipt(receipt, "workers.done", Link{"/admin/workers", f.T("nav.workers")})
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
