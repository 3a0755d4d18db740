package web

import (
	"net/url"
	"slices"
	"strconv"

	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// familyStepPage is a step for several of a family: a row for each person, with
// what that person's own decision must carry.
type familyStepPage struct {
	Frame
	S       desk.FamilyStep
	Key     string
	Rows    []familyRow
	At      Field
	Rest    bool              // some cannot be done: the worker may say that the others go on
	Refused []desk.FamilyDone // and who they are
	Done    []desk.FamilyDone
}

type familyRow struct {
	desk.FamilyMember
	N      int
	Take   Field
	Kept   []Kept
	Fields []Field
}

// Why says a refusal in words.
func (p familyStepPage) Why(e *fault.Error) string { return p.sentence(e) }

func familyStepForm(c *call) error {
	form, err := c.familyStep()
	if err != nil {
		return err
	}
	return c.show(newFamilyStepPage(c.frame("familystep.title", "number", id.Number(form.File)), form, url.Values{}))
}

func (c *call) familyStep() (desk.FamilyStep, error) {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return desk.FamilyStep{}, err
	}
	return c.site.Desk.FamilyStep(c.ctx, c.who, file, c.r.PathValue("step"))
}

func newFamilyStepPage(f Frame, s desk.FamilyStep, typed url.Values) familyStepPage {
	f.MainForm = true
	p := familyStepPage{Frame: f, S: s, Key: s.Key, At: formOf(f, typed).field("day", "occurred_at")}
	p.At.Optional = true
	if key := typed.Get("key"); key != "" {
		p.Key = key
	}
	for i, m := range s.Members {
		p.Rows = append(p.Rows, newFamilyRow(f, s, m, i, rowOf(typed, m.Subject.File)))
	}
	return p
}

// rowOf are the answers of one person's row, whatever number it had.
func rowOf(typed url.Values, file id.File) url.Values {
	out := url.Values{}
	for i := 0; typed.Has("r" + strconv.Itoa(i) + ".file"); i++ {
		prefix := "r" + strconv.Itoa(i) + "."
		if typed.Get(prefix+"file") != string(file) {
			continue
		}
		for name, values := range typed {
			if len(name) > len(prefix) && name[:len(prefix)] == prefix {
				out[name[len(prefix):]] = slices.Clone(values)
			}
		}
	}
	return out
}

func newFamilyRow(f Frame, s desk.FamilyStep, m desk.FamilyMember, i int, row url.Values) familyRow {
	prefix := "r" + strconv.Itoa(i) + "."
	fm := formOf(f, row)
	out := familyRow{FamilyMember: m, N: i + 1, Take: titled(fm, fm.field("yes", "take"), "familystep.take")}
	out.Take.Name = prefix + "take"
	seen := row.Get("version")
	if seen == "" {
		seen = strconv.FormatUint(m.Version, 10)
	}
	out.Kept = []Kept{{prefix + "file", string(m.Subject.File)}, {prefix + "version", seen}}
	for _, field := range s.Fields {
		out.Fields = append(out.Fields, packField(fm, listsOf(field, s.Languages, s.Regions)))
	}
	if s.Adverse {
		language := titled(fm, fm.choose("select", "language", "language", s.Languages...), "field.notice_language")
		out.Fields = append(out.Fields, fm.field("long_text", "reasons"), language)
	}
	for j := range out.Fields {
		out.Fields[j].Name, out.Fields[j].Why = prefix+out.Fields[j].Name, ""
	}
	return out
}

func familyStepPost(c *call) error {
	form, err := c.familyStep()
	if err != nil {
		return err
	}
	f := c.frame("familystep.title", "number", id.Number(form.File))
	draw := func(status int, f Frame) error {
		return c.render(status, "familystep", newFamilyStepPage(f, form, c.form))
	}
	if c.turning() {
		return draw(200, f)
	}
	in := familyStepInput(form, c.form)
	mend := append(tooLong(c.form), familyMend(form, c.form)...)
	if f.mend(mend); len(mend) > 0 {
		return draw(422, f)
	}
	done, err := c.site.Desk.TakeFamily(c.ctx, c.who, in)
	if err != nil && len(done) > 0 && fault.Of(err).Kind == fault.Invalid {
		p := newFamilyStepPage(f, form, c.form)
		p.Rest, p.Refused = true, slices.DeleteFunc(done, func(d desk.FamilyDone) bool { return d.Refused == nil })
		return c.render(422, "familystep", p)
	}
	if err != nil {
		return c.again(err, func(f Frame) error { return draw(422, f) }, f)
	}
	p := newFamilyStepPage(f, form, url.Values{})
	p.Rows, p.Done, p.MainForm = nil, done, false
	p.Path = "/file/" + string(form.File) + "/family"
	return c.render(200, "familystep", p)
}

// familyMend are the answers that each chosen person's row must have.
func familyMend(form desk.FamilyStep, v url.Values) (mend []fault.Field) {
	for i, m := range form.Members {
		row := rowOf(v, m.Subject.File)
		if row.Get("take") == "" {
			continue
		}
		for _, field := range fieldsMend(form.Fields, row) {
			mend = append(mend, fault.Field{Name: "r" + strconv.Itoa(i) + "." + field.Name, Code: field.Code})
		}
	}
	return mend
}

func familyStepInput(form desk.FamilyStep, v url.Values) desk.FamilyInput {
	in := desk.FamilyInput{Key: v.Get("key"), File: form.File, Step: form.Step, Rest: v.Get("go") == "rest"}
	for _, m := range form.Members {
		row := rowOf(v, m.Subject.File)
		if row.Get("take") == "" {
			continue
		}
		act := desk.StepInput{
			File: m.Subject.File, Version: version(row), Reasons: text(row, "reasons"), Language: row.Get("language"),
			OccurredAt: v.Get("occurred_at"), Fields: map[string]withheld.Text{},
		}
		for _, field := range shown(form.Fields, row) {
			if t := said(row, field); !t.Empty() {
				act.Fields[field.ID] = t
			}
		}
		in.Acts = append(in.Acts, act)
	}
	return in
}
