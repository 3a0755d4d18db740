package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"

	"pana/internal/desk"
	"pana/internal/id"
	"pana/internal/withheld"
)

type workersPageView struct {
	Frame
	W      desk.Workers
	Rows   []desk.WorkerLine
	List   listing
	Editor []Field
	Kept   []Kept
	Edit   desk.WorkerLine
	Acts   []workerAct
	// Link is the form of a link to a ministry's own sign-in; nil where there is none.
	Link *linkForm
	// Person says which logins are this worker's too; nil for one's own and a leaver's.
	Person *personForm
}

// personForm asks which other login is the same person's.
type personForm struct {
	Kept   []Kept
	Fields []Field
	Same   []string
	Alike  []string
}

// newPersonForm is not asked of one's own account: nobody says of themselves who they are.
func newPersonForm(fm form, w desk.WorkerLine, all []desk.WorkerLine) *personForm {
	if w.Own {
		return nil
	}
	out := &personForm{Kept: []Kept{{"key", fm.typed.Get("key")}, {"worker", string(w.ID)}}, Same: w.Same, Alike: w.Alike}
	which := fm.field("select", "same_as")
	for _, o := range all {
		if o.ID != w.ID && !o.Own && !slices.Contains(w.Same, o.Login) {
			which.Options = append(which.Options, Option{Value: string(o.ID), Label: o.Login + " (" + o.Name.Reveal() + ")", On: fm.typed.Get("same_as") == string(o.ID)})
		}
	}
	if len(which.Options) > 0 {
		out.Fields = []Field{which}
	}
	return out
}

// linkForm asks by which subject a provider calls a worker.
type linkForm struct {
	Kept   []Kept
	Fields []Field
	Linked string // the provider that signs them in now, by its name
}

// workerAct is one button beside an account, with what it does said above it.
type workerAct struct {
	Do     string
	Danger bool
}

var workerFields = []string{"of_body", "account", "worker_name", "role"}

func workersPage(c *call) error {
	all, err := c.site.Desk.Workers(c.ctx, c.who)
	if err != nil {
		return err
	}
	typed := url.Values{"key": {newKey()}}
	for _, w := range all.Lines {
		if string(w.ID) == c.r.URL.Query().Get("worker") {
			typed = url.Values{"key": typed["key"], "worker": {string(w.ID)}, "role": {w.Role}}
		}
	}
	return c.show(newWorkersPage(c.frame("workers.title"), all, typed, c.workersQuery()))
}

func (c *call) workersQuery() url.Values { return c.listQuery("workers", "role", "state", "sort") }

func newWorkersPage(f Frame, all desk.Workers, typed, q url.Values) workersPageView {
	f.MainForm = true
	fm := form{f, typed}
	p := workersPageView{Frame: f, W: all, Kept: keep(typed, append(workerFields, "find", "after", "state", "sort", "go")...)}
	p.Rows, p.List = listPage(f, q, all.Lines, lister[desk.WorkerLine]{
		Path: "/admin/workers",
		Words: func(w desk.WorkerLine) string {
			return w.Login + " " + w.Name.Reveal() + " " + w.BodyName + " " + f.Or("role."+w.Role, "frame.worker")
		},
		Filters: []filterBy[desk.WorkerLine]{
			{"role", "role", func(w desk.WorkerLine) string { return w.Role }}, {"state", "state", func(w desk.WorkerLine) string { return w.State }},
		},
		Orders: []orderBy[desk.WorkerLine]{
			{Name: "account"}, {"body", func(a, b desk.WorkerLine) int { return cmp.Compare(a.BodyName, b.BodyName) }},
			{"role", func(a, b desk.WorkerLine) int { return cmp.Compare(a.Role, b.Role) }},
		},
	})
	if i := slices.IndexFunc(all.Lines, func(w desk.WorkerLine) bool { return string(w.ID) == typed.Get("worker") }); i >= 0 {
		p.Edit = all.Lines[i]
		p.Person = newPersonForm(fm, p.Edit, all.Lines)
		p.Editor, p.Acts, p.Link = []Field{fm.choose("select", "role", "role", all.Roles[kindOfBody(all.Bodies, p.Edit.Body)]...)}, workerActs(p.Edit), newLinkForm(fm, p.Edit)
		return p
	}
	body := fm.field("select", "of_body")
	var roles []string
	for _, b := range all.Bodies {
		body.Options = append(body.Options, Option{Value: string(b.ID), Label: b.Name, On: typed.Get("of_body") == string(b.ID)})
		roles = append(roles, all.Roles[b.Kind]...)
	}
	slices.Sort(roles)
	if all.Own && len(body.Options) == 1 {
		p.Kept = append(p.Kept, Kept{"of_body", body.Options[0].Value})
	} else {
		p.Editor = []Field{body}
	}
	p.Editor = append(p.Editor, fm.field("text", "account"), fm.field("text", "worker_name"), fm.choose("select", "role", "role", slices.Compact(roles)...))
	return p
}

// newLinkForm is asked where the body has a sign-in of its own; nobody links themselves.
func newLinkForm(fm form, w desk.WorkerLine) *linkForm {
	if len(w.Elsewhere) == 0 || w.Own || w.State == "left" {
		return nil
	}
	out := &linkForm{Kept: []Kept{{"key", fm.typed.Get("key")}, {"worker", string(w.ID)}}, Linked: w.Linked}
	which := fm.field("select", "provider")
	for i, p := range w.Elsewhere {
		which.Options = append(which.Options, Option{Value: p.ID, Label: p.Name, On: i == 0 || fm.typed.Get("provider") == p.ID})
		if p.ID == w.Linked {
			out.Linked = p.Name
		}
	}
	out.Fields = []Field{which, fm.field("text", "subject")}
	if len(w.Elsewhere) == 1 {
		out.Kept, out.Fields = append(out.Kept, Kept{"provider", w.Elsewhere[0].ID}), out.Fields[1:]
	}
	return out
}

func kindOfBody(bodies []desk.BodyLine, body id.Body) string {
	if i := slices.IndexFunc(bodies, func(b desk.BodyLine) bool { return b.ID == body }); i >= 0 {
		return bodies[i].Kind
	}
	return ""
}

// workerActs are what can be done with an account as it stands; with one's own and a
// leaver's nothing.
func workerActs(w desk.WorkerLine) []workerAct {
	if w.Own || w.State == "left" {
		return nil
	}
	out := []workerAct{{desk.WorkerCode, false}}
	if w.Second {
		out = append(out, workerAct{desk.WorkerSecond, true})
	}
	if w.State == "suspended" {
		out = append(out, workerAct{desk.WorkerResume, false})
	} else {
		out = append(out, workerAct{desk.WorkerSuspend, true})
	}
	return append(out, workerAct{desk.WorkerLeave, true})
}

func workerPost(c *call) error {
	f := c.frame("workers.title")
	redraw := func(f Frame) error {
		all, err := c.site.Desk.Workers(c.ctx, c.who)
		if err != nil {
			return err
		}
		return c.render(http.StatusUnprocessableEntity, "workers", newWorkersPage(f, all, c.form, c.workersQuery()))
	}
	mend := tooLong(c.form)
	if f.mend(mend); len(mend) > 0 || c.turning() {
		return redraw(f)
	}
	worker, _ := id.Parse[id.Worker](c.form.Get("worker"))
	body, _ := id.Parse[id.Body](c.form.Get("of_body"))
	in := desk.WorkerInput{
		Key: c.form.Get("key"), Worker: worker, Body: body, Login: c.form.Get("account"), Role: c.form.Get("role"), Name: text(c.form, "worker_name"),
	}
	in.Other, _ = id.Parse[id.Worker](c.form.Get("same_as"))
	in.Provider, in.Subject = c.form.Get("provider"), text(c.form, "subject")
	if worker != "" {
		in.Do, in.Body = cmp.Or(c.form.Get("go"), desk.WorkerRole), ""
		in.Key += "." + in.Do // two buttons of one page are two acts
	}
	done, err := c.site.Desk.ChangeWorker(c.ctx, c.who, in)
	if err != nil {
		return c.again(renamed(err, "login", "account", "body", "of_body", "name", "worker_name"), redraw, f)
	}
	if !done.Code.Empty() {
		return c.render(http.StatusOK, "signin_code", signInCodePage{Frame: c.frame("signincode.title"), D: done, Address: c.origin()})
	}
	return c.receipt(done.Receipt, "workers.done", Link{"/admin/workers", f.T("nav.workers")})
}

// signInCodePage is the paper that a worker signs in with once.
type signInCodePage struct {
	Frame
	D       desk.WorkerDone
	Address string
}

// ownPasswordPage is where a worker sets a password of their own.
type ownPasswordPage struct {
	Frame
	Key    string
	First  bool // they came in by a code on paper
	Fields []Field
}

func ownPassword(c *call) error {
	return c.drawOwnPassword(http.StatusOK, c.frame("ownpassword.title"))
}

func (c *call) drawOwnPassword(status int, f Frame) error {
	f.MainForm = true
	fm := form{f, url.Values{}} // a password is typed anew
	return c.render(status, "own_password", ownPasswordPage{f, newKey(), c.seat.Once, []Field{fm.field("password", "new_password"), fm.field("password", "new_password_again")}})
}

func ownPasswordPost(c *call) error {
	f := c.frame("ownpassword.title")
	mend := tooLong(c.form)
	if f.mend(mend); len(mend) > 0 || c.turning() {
		return c.drawOwnPassword(http.StatusUnprocessableEntity, f)
	}
	err := c.site.Desk.SetOwnPassword(c.ctx, c.who, desk.OwnPasswordInput{
		Key: c.form.Get("key"), Token: c.token, Typed: withheld.New(c.form.Get("new_password")), Again: withheld.New(c.form.Get("new_password_again")),
	})
	if err != nil {
		return c.again(err, func(f Frame) error { return c.drawOwnPassword(http.StatusUnprocessableEntity, f) }, f)
	}
	if c.seat.Once {
		return c.seeOther(home(c.seat.Acts))
	}
	return c.seeOther("/sign-ins?done=password")
}
