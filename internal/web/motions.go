package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"pana/internal/desk"
	"pana/internal/id"
)

// motionsPageView is what waits for a second person, and what became of the last.
type motionsPageView struct {
	Frame
	M     desk.Motions
	Why   Field
	Wrong string // of which motion the reason is missing
}

func motionsPage(c *call) error { return c.drawMotions(http.StatusOK, c.frame("motions.title")) }

func (c *call) drawMotions(status int, f Frame) error {
	all, err := c.site.Desk.Motions(c.ctx, c.who)
	if err != nil {
		return err
	}
	return c.render(status, "motions", newMotionsPage(f, all, c.form))
}

func newMotionsPage(f Frame, all desk.Motions, typed url.Values) motionsPageView {
	return motionsPageView{Frame: f, M: all, Why: form{f, typed}.field("area", "motion_why"), Wrong: typed.Get("motion")}
}

// WhyOf is the field of one motion's reason: the words that were typed stand at the
// motion that they are about.
func (p motionsPageView) WhyOf(m desk.MotionLine) Field {
	out := p.Why
	out.ID = "why-" + string(m.ID)
	if p.Wrong != string(m.ID) {
		out.Value, out.Frame.Errors = "", nil
	}
	return out
}

func motionPost(c *call) error {
	f := c.frame("motions.title")
	redraw := func(f Frame) error { return c.drawMotions(http.StatusUnprocessableEntity, f) }
	mend := tooLong(c.form)
	if f.mend(mend); len(mend) > 0 || c.turning() {
		return redraw(f)
	}
	motion, _ := id.Parse[id.Motion](c.form.Get("motion"))
	receipt, err := c.site.Desk.DecideMotion(c.ctx, c.who, desk.MotionInput{
		Key: c.form.Get("key"), Motion: motion, Do: c.form.Get("go"), Why: text(c.form, "motion_why"),
	})
	if err != nil {
		return c.again(err, redraw, f)
	}
	return c.receipt(receipt, "workers.done", Link{"/admin/motions", f.T("nav.motions")})
}

// machinesPageView are the credentials of machines.
type machinesPageView struct {
	Frame
	M      desk.Machines
	Editor []Field
	Kept   []Kept
	Key    string
}

var machineFields = []string{"of_body", "days", "apart"}

func machinesPage(c *call) error {
	return c.drawMachines(http.StatusOK, c.frame("machines.title"), url.Values{"key": {newKey()}})
}

func (c *call) drawMachines(status int, f Frame, typed url.Values) error {
	all, err := c.site.Desk.Machines(c.ctx, c.who)
	if err != nil {
		return err
	}
	return c.render(status, "machines", newMachinesPage(f, all, typed))
}

func newMachinesPage(f Frame, all desk.Machines, typed url.Values) machinesPageView {
	fm := form{f, typed}
	p := machinesPageView{Frame: f, M: all, Key: cmp.Or(typed.Get("key"), newKey()), Kept: keep(typed, append(machineFields, "go", "machine")...)}
	if len(all.Bodies) == 0 {
		return p
	}
	if all.Own {
		p.Kept = append(p.Kept, Kept{"of_body", string(all.Bodies[0].ID)})
	} else {
		body := fm.field("select", "of_body")
		for _, b := range all.Bodies {
			body.Options = append(body.Options, Option{Value: string(b.ID), Label: b.Name, On: typed.Get("of_body") == string(b.ID)})
		}
		p.Editor = append(p.Editor, body)
	}
	p.Editor = append(p.Editor, fm.choose("choice", "days", "machine_days", desk.MachineDays...))
	if len(all.Apart) > 0 {
		p.Editor = append(p.Editor, fm.field("yes", "apart"))
	}
	return p
}

// machineSecretPage shows a secret once.
type machineSecretPage struct {
	Frame
	D       desk.MachineDone
	Address string
}

func machinePost(c *call) error {
	f := c.frame("machines.title")
	redraw := func(f Frame) error { return c.drawMachines(http.StatusUnprocessableEntity, f, c.form) }
	mend := tooLong(c.form)
	if f.mend(mend); len(mend) > 0 || c.turning() {
		return redraw(f)
	}
	in := desk.MachineInput{Key: c.form.Get("key")}
	if c.form.Get("go") == "revoke" {
		in.Revoke = c.form.Get("machine")
		in.Key += "." + in.Revoke
	} else {
		in.Body, _ = id.Parse[id.Body](c.form.Get("of_body"))
		in.Apart = c.form.Get("apart") == "yes"
		if slices.Contains(desk.MachineDays, c.form.Get("days")) {
			in.Days, _ = strconv.Atoi(c.form.Get("days"))
		}
	}
	done, err := c.site.Desk.ChangeMachine(c.ctx, c.who, in)
	if err != nil {
		return c.again(err, redraw, f)
	}
	if !done.Secret.Empty() {
		return c.render(http.StatusOK, "machine_secret", machineSecretPage{Frame: c.frame("machine.title"), D: done, Address: c.origin()})
	}
	return c.receipt(done.Receipt, "workers.done", Link{"/admin/machines", f.T("nav.machines")})
}
