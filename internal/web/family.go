package web

import (
	"context"
	"net/url"
	"slices"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
)

type familyDesk interface {
	Family(ctx context.Context, who access.Who, file id.File) (desk.Family, error)
	SayKin(ctx context.Context, who access.Who, in desk.KinInput) (casework.Receipt, error)
	ChangeKin(ctx context.Context, who access.Who, in desk.KinChange) (casework.Receipt, error)
	FamilyStep(ctx context.Context, who access.Who, file id.File, step string) (desk.FamilyStep, error)
	TakeFamily(ctx context.Context, who access.Who, in desk.FamilyInput) ([]desk.FamilyDone, error)
	HideKin(ctx context.Context, who access.Who, key string, file id.File, hide bool) (casework.Receipt, error)
}

// familyPage is who belongs to a person: what this worker may see of it, and the
// forms to add somebody, to change what is recorded, and to hide.
type familyPage struct {
	Frame
	told
	F       desk.Family
	Lines   []kinLine
	Add     []Field // of whoever it is
	New     []Field // of somebody without a file
	Receipt *casework.Receipt
}

// kinLine is a relation with its two small forms.
type kinLine struct {
	desk.KinLine
	Change []Field
	Seen   Field
}

func familyShow(c *call) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	return c.drawFamily(200, file, url.Values{}, nil, nil)
}

func (c *call) drawFamily(status int, file id.File, typed url.Values, done *casework.Receipt, mend []fault.Field) error {
	v, err := c.site.Desk.Family(c.ctx, c.who, file)
	if err != nil {
		return err
	}
	f := c.frame("family.title", "number", id.Number(file))
	f.Path = "/file/" + string(file) + "/family"
	f.mend(mend)
	p := newFamilyPage(f, v, typed)
	if done != nil {
		p.Receipt, p.told = done, c.told(*done)
	}
	return c.render(status, "family", p)
}

func newFamilyPage(f Frame, v desk.Family, typed url.Values) familyPage {
	f.MainForm = v.Says
	p := familyPage{Frame: f, F: v}
	if typed.Get("key") != "" {
		p.F.Key = typed.Get("key")
	}
	if file, ok := id.Parse[id.File](typed.Get("new")); ok {
		p.F.New = file // a form sent twice is one person
	}
	for i, l := range v.Lines {
		p.Lines = append(p.Lines, newKinLine(f, l, i))
	}
	if !v.Says {
		return p
	}
	fm := formOf(f, typed)
	if typed.Get("kin_seen") == "" {
		fm.typed = copyOf(typed)
		fm.typed.Set("kin_seen", desk.SeenHere)
	}
	p.Add = []Field{
		fm.choose("select", "kin_kind", "kin", v.Kinds...), fm.choose("choice", "kin_seen", "kin_seen", desk.SeenHere, desk.SeenThere, desk.SeenBoth),
		titled(fm, fm.field("text", "other"), "field.kin_other"),
	}
	p.Add[2].Optional = true
	p.New = []Field{
		fm.field("text", "call_name"), fm.choose("choice", "sex", "sex", "female", "male", "unknown"),
		fm.choose("choice", "age_known", "age_known", "under_18", "adult", "not_sure"), fm.field("number", "age"),
		titled(fm, fm.choose("choice", "consent", "kin_consent", "yes", "no", "child", "not_able"), "field.kin_consent"),
	}
	for i := range p.New {
		p.New[i].Why = ""
	}
	return p
}

func copyOf(v url.Values) url.Values {
	out := url.Values{}
	for name, values := range v {
		out[name] = slices.Clone(values)
	}
	return out
}

func newKinLine(f Frame, l desk.KinLine, i int) kinLine {
	seen := desk.SeenHere
	if l.There {
		seen = desk.SeenBoth
	}
	f.Errors = nil
	fm := formOf(f, url.Values{"kin_seen": {seen}, "kin_state": {l.State}})
	out := kinLine{KinLine: l, Seen: fm.choose("select", "kin_seen", "kin_seen", desk.SeenBoth, desk.SeenHere, desk.SeenThere, desk.SeenNone)}
	out.Change = []Field{
		fm.choose("select", "kin_state", "kin_state", casework.KinStands, casework.KinContested, casework.KinEnded),
		fm.choose("select", "kin_reason", "kin_reason", casework.KinReasons...),
	}
	at := "-" + string(rune('a'+i%26)) + string(l.Subject.File)
	out.Seen.ID, out.Seen.Why, out.Change[0].ID, out.Change[1].ID = "seen"+at, "", "state"+at, "reason"+at
	return out
}

func familyPost(c *call) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	if mend := tooLong(c.form); len(mend) > 0 {
		return c.drawFamily(422, file, c.form, nil, mend)
	}
	if c.turning() {
		return c.drawFamily(200, file, c.form, nil, nil)
	}
	receipt, err := c.familyAct(file)
	if err != nil {
		if e := fault.Of(err); e.Kind == fault.Invalid {
			mend := e.Fields
			if len(mend) == 0 {
				mend = []fault.Field{{Name: "kin_kind", Code: e.Code, Args: e.Args}}
			}
			return c.drawFamily(422, file, c.form, nil, mend)
		}
		return err
	}
	return c.drawFamily(200, file, url.Values{}, &receipt, nil)
}

func (c *call) familyAct(file id.File) (casework.Receipt, error) {
	v := c.form
	switch v.Get("go") {
	case "hide", "unhide":
		return c.site.Desk.HideKin(c.ctx, c.who, v.Get("key"), file, v.Get("go") == "hide")
	case "state", "seen":
		in := desk.KinChange{Key: v.Get("key"), File: file, Kind: v.Get("kind")}
		in.Other, _ = id.Parse[id.File](v.Get("relative"))
		if v.Get("go") == "seen" {
			in.Seen = v.Get("kin_seen")
		} else {
			in.State, in.Reason = v.Get("kin_state"), v.Get("kin_reason")
		}
		return c.site.Desk.ChangeKin(c.ctx, c.who, in)
	}
	return c.site.Desk.SayKin(c.ctx, c.who, desk.KinInput{
		Key: v.Get("key"), File: file, Kind: v.Get("kin_kind"), Seen: v.Get("kin_seen"), Other: v.Get("other"), New: id.File(v.Get("new")),
		CallName: text(v, "call_name"), Sex: v.Get("sex"), Age: v.Get("age"), AgeKnown: v.Get("age_known"), Consent: v.Get("consent"),
		OccurredAt: v.Get("occurred_at"),
	})
}
