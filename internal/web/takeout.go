package web

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"time"

	"pana/internal/access"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/procedure"
)

type takeOutDesk interface {
	TakeOut(ctx context.Context, who access.Who, in desk.TakeOutInput) (desk.Mark, error)
	CaseRecord(ctx context.Context, who access.Who, file id.File, named bool) (desk.CaseRecord, error)
}

// takenPage is what a worker takes out of Pana: first the form that asks what for,
// then, to be printed, the lines themselves. They are read by the desk's own way of
// the page they stand on, so that a file never says more than a page.
type takenPage struct {
	Frame
	T0     takenTable
	Fields []Field
	Kept   []Kept
	Action string
	Done   bool
	Mark   string
}

// takenTable is lines of a page as cells. IDs name the columns for machines.
type takenTable struct {
	IDs   []string
	Rows  [][]string
	files []id.File
	one   id.File // of a file that may leave in another system's words too
}

var takenForms = []string{"html", "csv", "xlsx", "json"}

// caseForms are those in the words of IOM's case data standard.
var caseForms = []string{"htcds", "htcds_json"}

// asCase says that it is asked for in those words, and with who the person is.
func (c *call) asCase(t takenTable) (is, named bool) {
	is = t.one != "" && slices.Contains(caseForms, c.form.Get("taken_as"))
	return is, is && c.form.Get("taken_who") == "named"
}

// takenFields are the questions before it is given.
func takenFields(fm form, t takenTable) []Field {
	as := takenForms
	if t.one != "" {
		as = append(slices.Clone(as), caseForms...)
	}
	out := []Field{fm.choose("choice", "taken_for", "take_out.for", desk.TakeOutPurposes...), fm.choose("choice", "taken_as", "take_out.as", as...)}
	if t.one != "" {
		out = append(out, fm.choose("choice", "taken_who", "take_out.who", "covered", "named"))
		out[2].Optional = true
	}
	return out
}

// takeOut is of a list: my work, the docket, or what a search found.
func takeOut(c *call) error {
	return c.takeOutOf("/take-out", "list", func(f Frame) (takenTable, error) { return c.listTaken(f, c.form.Get("of")) })
}

// takeOutFile is of one file.
func takeOutFile(c *call) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	return c.takeOutOf("/file/"+string(file)+"/take-out", id.Number(file), func(f Frame) (takenTable, error) {
		view, err := c.site.Desk.File(c.ctx, c.who, file, "")
		return fileTaken(f, view, c.form.Get("taken_for") == desk.ForThePerson), err
	})
}

func (c *call) takeOutOf(action, name string, lines func(Frame) (takenTable, error)) error {
	f := c.frame("take_out.title")
	f.Wide = true
	table, err := lines(f)
	if err != nil {
		return err
	}
	draw := func(status int, f Frame) error {
		if c.form.Get("key") == "" {
			c.form.Set("key", newKey())
		}
		f.MainForm = true
		fm := form{f, c.form}
		return c.render(status, "take_out", takenPage{Frame: f, T0: table, Action: action, Kept: keep(c.form, "taken_for", "taken_as", "taken_who"), Fields: takenFields(fm, table)})
	}
	if !c.posted() || c.turning() || c.form.Get("go") != "take" {
		return draw(200, f)
	}
	var missing []fault.Field
	for _, name := range []string{"taken_for", "taken_as"} {
		if c.form.Get(name) == "" {
			missing = append(missing, fault.Field{Name: name, Code: "field.required"})
		}
	}
	isCase, named := c.asCase(table)
	if named && c.form.Get("taken_for") == "report" {
		missing = append(missing, fault.Field{Name: "taken_who", Code: "take_out.report_named"})
	}
	if f.mend(missing); len(missing) > 0 {
		return draw(422, f)
	}
	var record desk.CaseRecord
	if isCase {
		if record, err = c.site.Desk.CaseRecord(c.ctx, c.who, table.one, named); err != nil {
			return err
		}
	}
	mark, err := c.site.Desk.TakeOut(c.ctx, c.who, desk.TakeOutInput{Key: c.form.Get("key"), Purpose: c.form.Get("taken_for"), Files: table.files})
	if err != nil {
		return c.again(err, func(f Frame) error { return draw(422, f) }, f)
	}
	if isCase {
		return c.giveCase(record, strings.ToLower(name), leaving{c, mark})
	}
	return c.giveOut(f, table, strings.ToLower(name), leaving{c, mark})
}

// giveCase gives a file in the standard's words, with the mark of its taking.
func (c *call) giveCase(record desk.CaseRecord, name string, l leaving) error {
	if c.form.Get("taken_as") == "htcds" {
		return l.downloadCSV("htcds-"+name, letters, record.Rows)
	}
	var whole map[string]any
	if err := json.Unmarshal(record.JSON, &whole); err != nil {
		return fault.At("take out", err)
	}
	whole["taken"] = l.sentence()
	b, err := json.MarshalIndent(whole, "", " ")
	if err != nil {
		return fault.At("take out", err)
	}
	return l.send("application/json", "htcds-"+name, ".json", append(b, '\n'))
}

// giveOut gives it with its mark. Whoever finds it lying about can ask who brought it
// there.
func (c *call) giveOut(f Frame, t takenTable, name string, l leaving) error {
	name = "pana-" + name
	switch c.form.Get("taken_as") {
	case "csv", "xlsx":
		return l.downloadCSV(name, letters, t.cells(f))
	case "json":
		text, err := t.json(f, c.form.Get("taken_for"), l.sentence())
		if err != nil {
			return fault.At("take out", err)
		}
		return l.send("application/json", name, ".json", []byte(text))
	}
	return c.render(200, "take_out", takenPage{Frame: f, T0: t, Done: true, Mark: l.sentence()})
}

// Head are the columns in words.
func (t takenTable) head(f Frame) (out []string) {
	for _, column := range t.IDs {
		out = append(out, f.T("take_out.column."+column))
	}
	return out
}

// Head is for the page to be printed.
func (p takenPage) Head() []string { return p.T0.head(p.Frame) }

// cells are the table with its columns in words.
func (t takenTable) cells(f Frame) [][]string { return append([][]string{t.head(f)}, t.Rows...) }

func (t takenTable) json(f Frame, purpose, mark string) (string, error) {
	rows := make([]map[string]string, len(t.Rows))
	for i, row := range t.Rows {
		rows[i] = map[string]string{}
		for j, cell := range row {
			rows[i][t.IDs[j]] = cell
		}
	}
	b, err := json.MarshalIndent(map[string]any{"at": f.ISO(f.Now), "body": f.BodyName, "for": purpose, "taken": mark, "language": f.Lang, "rows": rows}, "", " ")
	return string(b) + "\n", err
}

// listTaken is a list as its page has it, whole.
func (c *call) listTaken(f Frame, of string) (takenTable, error) {
	v := c.form
	switch of {
	case "work":
		work, err := c.site.Desk.MyWork(c.ctx, c.who, workFilter(v), desk.WholeList)
		return workTaken(f, work), err
	case "docket":
		docket, err := c.site.Desk.Docket(c.ctx, c.who, docketFilter(v), desk.WholeList)
		return docketTaken(f, docket), err
	case "search":
		found, err := c.site.Desk.Search(c.ctx, c.who, searchInput(v))
		return foundTaken(f, found), err
	}
	return takenTable{}, fault.Withheld("web: no such list to take out")
}

func workTaken(f Frame, work desk.Work) takenTable {
	t := takenTable{IDs: []string{"what", "state", "due", "since"}}
	p := workPage{Frame: f}
	for _, l := range work.Lines {
		t.add(l.Subject.File, workCells(p, l)...)
		for _, also := range l.Also { // of the same person, on the same line of the page
			t.add("", workCells(p, also)...)
		}
	}
	return t
}

func workCells(p workPage, l desk.WorkLine) []string {
	return []string{p.Line(l), p.Or("state."+l.State, "state.unknown"), p.moment(l.Due), p.moment(l.Since)}
}

func docketTaken(f Frame, docket desk.Docket) takenTable {
	t := takenTable{IDs: []string{"number", "who", "what", "state", "due", "waiting", "second"}}
	for _, l := range docket.Lines {
		var two []string
		for _, p := range l.Two {
			two = append(two, f.T("docket."+p.Verb)+": "+f.Inside(f.Or("step."+p.Step, "step.other")))
		}
		t.add(l.Subject.File, l.Subject.Number, f.Say(l.Subject), f.Owed("step."+l.Step), f.Or("state."+l.State, "state.unknown"), f.moment(l.Due), f.For(l.Waiting), strings.Join(two, "; "))
	}
	return t
}

func foundTaken(f Frame, found desk.Found) takenTable {
	t := takenTable{IDs: []string{"number", "who", "place", "since", "what"}}
	for _, l := range found.Lines {
		var waits []string
		for _, s := range l.Steps {
			waits = append(waits, f.Owed("step."+s.Step))
		}
		t.add(l.Subject.File, l.Subject.Number, f.Say(l.Subject), f.Or("region."+l.Subject.Region, "search.region_other"), f.Day(l.Opened), strings.Join(waits, "; "))
	}
	return t
}

func (t *takenTable) add(file id.File, cells ...string) {
	t.Rows = append(t.Rows, cells)
	if file != "" {
		t.files = append(t.files, file)
	}
}

// moment is a time, or nothing where there is none.
func (f Frame) moment(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return f.Day(at) + ", " + f.Hour(at)
}

// fileTaken is a file's page in lines. A section that this reader does not see is
// not in it, and who the person is stays covered, as on the page.
func fileTaken(f Frame, v desk.FileView, forHer bool) takenTable {
	t := takenTable{IDs: []string{"part", "what", "state", "when", "law"}, files: []id.File{v.ID}, one: v.ID}
	add := func(part, what, state, when string, law []procedure.Basis) {
		t.add("", f.T(part), what, state, when, f.bases(law))
	}
	add("file.who", v.Number+": "+f.Say(v.Subject), f.T("file.covered"), f.Day(v.Opened), nil)
	for _, s := range v.Safeguards {
		add("take_out.guards", f.Or(s.Kind+"."+s.ID, "bar."+s.ID, "entitlement."+s.ID, "export."+s.ID, "safeguard.other"), f.Or("safeguard."+s.Kind), "", s.Basis)
	}
	for _, s := range v.Offers {
		if s.State == "open" || s.State == "unclear" {
			add("file.next", f.Or("step."+s.ID, "step.other"), f.T("force."+string(s.Force)), f.moment(s.Due), s.Basis)
		}
	}
	for _, c := range v.Clocks {
		add("file.clocks", f.Or("clock."+c.ID, "clock.other"), f.Or("state."+c.State, "state.unknown"), f.moment(c.Due), c.Basis)
	}
	for _, r := range v.Rights {
		add("file.rights", f.Or("right."+r.ID, "right.other"), f.Or("state."+r.State, "state.unknown"), f.moment(r.At), r.Basis)
	}
	for _, c := range v.Consents {
		add("file.consents", f.Or("purpose."+c.Purpose, "purpose.other"), f.Or("state."+c.State, "state.unknown"), f.moment(c.At), nil)
	}
	for _, r := range v.Referrals {
		add("file.referrals", r.Number, f.Or("state."+r.State, "state.unknown"), "", nil)
	}
	p := filePageView{Frame: f}
	for _, l := range v.Timeline {
		add("file.timeline", p.Line(l), l.Body, f.moment(l.At), l.Basis)
	}
	later, last := 0, ""
	for _, o := range v.Openings {
		if forHer && o.Later != "" {
			later, last = later+1, max(last, o.Later)
			continue
		}
		add("file.openings", f.Or("group."+o.What, "compartment."+o.What, "body."+o.What, "compartment.other"), o.Body, f.moment(o.At), nil)
	}
	if later > 0 {
		add("file.openings", f.T("openings.later", "n", later, "day", f.Snapshot(last)), "", "", nil)
	}
	return t
}

func (f Frame) bases(law []procedure.Basis) string {
	var out []string
	for _, b := range law {
		out = append(out, f.Basis(b))
	}
	return strings.Join(out, "; ")
}

// searchInput is what was asked of a search.
func searchInput(v url.Values) desk.SearchInput {
	return desk.SearchInput{
		Text: text(v, "q"), Step: v.Get("with_step"), State: v.Get("with_state"), Region: v.Get("region"), Relation: v.Get("relation"), After: v.Get("after"),
	}
}
