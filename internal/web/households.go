package web

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/withheld"
)

type householdsDesk interface {
	Households(ctx context.Context, who access.Who) (desk.Households, error)
	Household(ctx context.Context, who access.Who, household id.Operation) (desk.HouseholdView, error)
	HouseholdAreas(ctx context.Context, who access.Who) (desk.HouseholdAreas, error)
	VisitDoor(ctx context.Context, who access.Who, in desk.HouseholdInput) (casework.Receipt, error)
}

// doorRow is one line as it is drawn.
type doorRow struct {
	No     int
	File   Kept
	Fields []Field
	Was    bool // recorded before, and to be put right here
	Can    bool // one of those who are looked for: a file may be opened
}

// doorForm is a visit with its lines, and what was typed in them.
type doorForm struct {
	Frame
	Key       string
	Household string
	Known     bool // there is such a household
	Kinds     []Field
	Kind      string
	Visit     []Field
	Rows      []doorRow
}

type householdsView struct {
	Frame
	H    desk.Households
	Form doorForm
}

type householdView struct {
	Frame
	told
	V       desk.HouseholdView
	Form    doorForm
	Receipt *casework.Receipt
}

// doorAreasView is the campaign in numbers.
type doorAreasView struct {
	Frame
	A desk.HouseholdAreas
}

// rowsAtDoor is how many lines a new form has: a household is seldom larger, and one
// press adds more.
const rowsAtDoor = 6

// doorNames are the answers of one line, as they stand behind "r0.".
func doorNames(fields []pack.Field) []string {
	out := []string{"line_state", "line_name", "sex", "line_age", "line_kin", "line_of", "consent"}
	for _, f := range fields {
		out = append(out, fieldPrefix+f.ID)
	}
	return out
}

func householdsPage(c *call) error {
	return c.drawHouseholds(200, c.frame("households.title"), nil, 0)
}

func (c *call) drawHouseholds(status int, f Frame, typed url.Values, more int) error {
	h, err := c.site.Desk.Households(c.ctx, c.who)
	if err != nil {
		return err
	}
	return c.render(status, "households", newHouseholdsView(f, h, typed, more))
}

func newHouseholdsView(f Frame, h desk.Households, typed url.Values, more int) householdsView {
	f.MainForm, f.Wide = true, true
	rows := rowsOf(typed, doorNames(h.Form.Fields))
	return householdsView{f, h, newDoorForm(f, h.Form, nil, typed, max(rowsAtDoor, len(rows)+more))}
}

// newDoorForm draws the lines that may still be put right, then empty ones with an
// id each.
func newDoorForm(f Frame, form desk.HouseholdForm, persons []desk.HouseholdPerson, typed url.Values, least int) doorForm {
	if typed == nil {
		typed = doorTyped(form, persons)
	}
	names := doorNames(form.Fields)
	rows := rowsOf(typed, names)
	for len(rows) < least {
		rows = append(rows, url.Values{"file": {string(id.New[id.File](f.Now))}})
	}
	out := doorForm{Frame: f, Key: typed.Get("key"), Household: typed.Get("household"), Known: len(persons) > 0, Kind: typed.Get("operation_kind")}
	fm := formOf(f, typed)
	if len(form.Kinds) > 1 {
		out.Kinds = []Field{fm.choose("choice", "operation_kind", "operation", form.Kinds...)}
	} else if out.Kind == "" && len(form.Kinds) == 1 {
		out.Kind = form.Kinds[0]
	}
	out.Visit = doorFields(fm, out.Known)
	others := whoIsThere(f, persons, rows)
	next := len(persons)
	for i, row := range rows {
		no := 0
		for _, p := range persons {
			if string(p.Said.Line) == row.Get("file") {
				no = p.No
			}
		}
		if no == 0 {
			next++
			no = next
		}
		drawn := newDoorRow(f, i, no, row, form, others)
		drawn.Was = no <= len(persons)
		drawn.Can = drawn.Was && row.Get("line_state") == casework.LineIdentified
		out.Rows = append(out.Rows, drawn)
	}
	return out
}

// doorTyped is a fresh form: of a household that there is, with its lines.
func doorTyped(form desk.HouseholdForm, persons []desk.HouseholdPerson) url.Values {
	v := url.Values{"key": {form.Key}, "household": {string(form.Household)}}
	n := 0
	for _, p := range persons {
		if p.File {
			continue
		}
		set := func(name, value string) {
			if value != "" {
				v.Set("r"+strconv.Itoa(n)+"."+name, value)
			}
		}
		set("file", string(p.Said.Line))
		set("line_state", p.Said.State)
		set("line_name", p.Said.Name.Reveal())
		set("sex", p.Said.Sex)
		set("line_age", p.Said.Age.Reveal())
		set("line_kin", p.Said.Kin)
		set("line_of", string(p.Said.Of))
		set("consent", p.Said.Consent)
		for name, t := range p.Said.Said {
			set(fieldPrefix+name, t.Reveal())
		}
		n++
	}
	return v
}

// doorFields are the visit itself. Of a household that there is lines may be put
// right without another visit.
func doorFields(fm form, known bool) []Field {
	visit := fm.choose("choice", "visit", "visit", casework.VisitOutcomes...)
	visit.Optional = known
	again, at := fm.field("day", "visit_again"), fm.field("day", "visit_at")
	again.Optional, at.Optional = true, true
	area, address := fm.field("text", "area"), fm.field("text", "address")
	area.Optional, address.Optional = true, true
	return []Field{visit, at, again, area, address}
}

// whoIsThere are the persons of a household to whom another of it may belong.
func whoIsThere(f Frame, persons []desk.HouseholdPerson, rows []url.Values) []Option {
	var out []Option
	add := func(line, name string) {
		if line == "" || slices.ContainsFunc(out, func(o Option) bool { return o.Value == line }) {
			return
		}
		label := f.T("met.no", "n", len(out)+1)
		if name != "" {
			label += " " + name
		}
		out = append(out, Option{Value: line, Label: label})
	}
	for _, p := range persons {
		add(string(p.Said.Line), p.Said.Name.Reveal())
	}
	for _, row := range rows {
		add(row.Get("file"), row.Get("line_name"))
	}
	return out
}

func newDoorRow(f Frame, i, no int, row url.Values, form desk.HouseholdForm, others []Option) doorRow {
	fm, prefix := formOf(f, row), "r"+strconv.Itoa(i)+"."
	of := fm.field("select", "line_of")
	for _, o := range others {
		if o.Value != row.Get("file") {
			o.On = o.Value == row.Get("line_of")
			of.Options = append(of.Options, o)
		}
	}
	of.None = f.T("line_of.first")
	fields := []Field{
		fm.lineStates(), // lists: a letter of the keyboard chooses
		fm.field("text", "line_name"),
		fm.choose("select", "sex", "sex", "female", "male", "unknown"),
		fm.field("text", "line_age"),
	}
	for _, field := range form.Fields {
		drawn := packField(fm, field)
		if drawn.Kind == "choice" {
			drawn.Kind = "select"
		}
		fields = append(fields, drawn)
	}
	consent := titled(fm, fm.choose("select", "consent", "kin_consent", "yes", "no", "child", "not_able"), "field.line_consent")
	kin := fm.choose("select", "line_kin", "kin", form.Kin...)
	fields = append(fields, consent, kin, of)
	for j := range fields {
		fields[j].Name, fields[j].Why, fields[j].Optional = prefix+fields[j].Name, "", false
		fields[j].Max = limitOf(fields[j].Name)
	}
	return doorRow{No: no, File: Kept{prefix + "file", row.Get("file")}, Fields: fields}
}

func householdsPost(c *call) error {
	if c.form.Get("key") == "" {
		c.form.Set("key", newKey())
	}
	names := c.doorRowNames()
	compactRows(c.form, names)
	draw := c.drawDoor
	switch {
	case c.form.Get("go") == "rows":
		return draw(200, c.frame("households.title"), moreRows)
	case c.turning():
		return draw(200, c.frame("households.title"), 0)
	}
	f := c.frame("households.title")
	if mend := tooLong(c.form); len(mend) > 0 {
		f.mend(mend)
		return draw(422, f, 0)
	}
	receipt, err := c.site.Desk.VisitDoor(c.ctx, c.who, doorInput(c.form, names))
	if err != nil {
		return c.again(err, func(f Frame) error { return draw(422, f, 0) }, f)
	}
	household, ok := id.Parse[id.Operation](receipt.Args["household"])
	if !ok {
		return c.receipt(receipt, "households.title", Link{"/households", f.T("nav.households")})
	}
	return c.drawHousehold(200, household, c.frame("household.title", "number", id.Number(household)), nil, 0, &receipt)
}

// doorRowNames are the names in the rows that were sent, of fields that begin as
// those of a form do.
func (c *call) doorRowNames() []string {
	names := doorNames(nil)
	for name := range c.form {
		row, rest, ok := strings.Cut(name, ".")
		if ok && isRow(row) && strings.HasPrefix(rest, fieldPrefix) && !slices.Contains(names, rest) {
			names = append(names, rest)
		}
	}
	return names
}

// drawDoor gives back all that was typed, on the page it came from.
func (c *call) drawDoor(status int, f Frame, more int) error {
	if c.form.Get("known") != "yes" {
		return c.drawHouseholds(status, f, c.form, more)
	}
	household, ok := id.Parse[id.Operation](c.form.Get("household"))
	if !ok {
		return c.drawHouseholds(status, f, c.form, more)
	}
	f.TitleKey, f.TitleArgs = "household.title", []any{"number", id.Number(household)}
	return c.drawHousehold(status, household, f, c.form, more, nil)
}

func doorInput(v url.Values, names []string) desk.HouseholdInput {
	in := desk.HouseholdInput{
		Key: v.Get("key"), Household: id.Operation(v.Get("household")), Kind: v.Get("operation_kind"), Outcome: v.Get("visit"),
		Again: v.Get("visit_again"), At: v.Get("visit_at"), Area: text(v, "area"), Address: text(v, "address"),
	}
	for _, row := range rowsOf(v, names) {
		r := desk.HouseholdRow{
			Line: id.File(row.Get("file")), State: row.Get("line_state"), Name: text(row, "line_name"), Sex: row.Get("sex"), Age: text(row, "line_age"),
			Kin: row.Get("line_kin"), Of: id.File(row.Get("line_of")), Consent: row.Get("consent"), Said: map[string]withheld.Text{},
		}
		for _, name := range names {
			if field, ok := strings.CutPrefix(name, fieldPrefix); ok && row.Has(name) {
				r.Said[field] = text(row, name)
			}
		}
		in.Rows = append(in.Rows, r)
	}
	switch what, line, _ := strings.Cut(v.Get("go"), "."); {
	case what == "files":
		in.AllFiles = true
	case what == "file":
		in.Files = []id.File{id.File(line)}
	}
	return in
}

func householdPage(c *call) error {
	household, err := one[id.Operation](c.r, "household")
	if err != nil {
		return err
	}
	return c.drawHousehold(200, household, c.frame("household.title", "number", id.Number(household)), nil, 0, nil)
}

func (c *call) drawHousehold(status int, household id.Operation, f Frame, typed url.Values, more int, done *casework.Receipt) error {
	v, err := c.site.Desk.Household(c.ctx, c.who, household)
	if err != nil {
		return err
	}
	f.Path = "/households/" + string(household)
	p := newHouseholdView(f, v, typed, more)
	if done != nil {
		p.Receipt, p.told = done, c.told(*done)
	}
	return c.render(status, "household", p)
}

func newHouseholdView(f Frame, v desk.HouseholdView, typed url.Values, more int) householdView {
	f.MainForm, f.Wide = v.Form.Key != "", true
	p := householdView{Frame: f, V: v}
	if v.Form.Key == "" { // may look, and not record; or what was said is erased
		return p
	}
	if typed == nil {
		typed = doorTyped(v.Form, v.Persons)
		typed.Set("area", v.Area.Reveal())
		typed.Set("address", v.Address.Reveal())
	}
	rows := len(rowsOf(typed, doorNames(v.Form.Fields)))
	p.Form = newDoorForm(f, v.Form, v.Persons, typed, rows+max(more, 1))
	return p
}

func doorAreasPage(c *call) error {
	a, err := c.site.Desk.HouseholdAreas(c.ctx, c.who)
	if err != nil {
		return err
	}
	f := c.frame("households.areas")
	f.Wide = true
	return c.show(doorAreasView{f, a})
}

// doorAreasCSV is the same for a table. An area is what somebody typed: a spreadsheet
// runs none of it, and the table carries the mark by which it is read in its letters.
// All of them together is left out, or who adds a column has everybody twice.
func doorAreasCSV(c *call) error {
	a, err := c.site.Desk.HouseholdAreas(c.ctx, c.who)
	if err != nil {
		return err
	}
	p := doorAreasView{c.frame("households.areas"), a}
	rows := [][]string{{"area", "areas_together", "households", "persons", "not_certain", "not_at_issue", "refused", "not_met", "files", "referred", "resolved"}}
	for i, area := range a.Areas {
		row := []string{p.Called(i, area), strconv.Itoa(max(area.Others, 1))}
		for _, n := range []int{area.Households, area.Contacted(), area.Identified, area.Settled, area.Refused, area.NotMet, area.Files, area.Referred, area.Resolved} {
			row = append(row, strconv.Itoa(n))
		}
		rows = append(rows, row)
	}
	return c.downloadCSV("areas", "households-areas", letters, rows, p.T("households.areas"))
}

// Rows are the areas, and all of them together.
func (p doorAreasView) Rows() []desk.HouseholdArea { return append(slices.Clone(p.A.Areas), p.A.All) }

// Called is how a row of the table is called.
func (p doorAreasView) Called(i int, a desk.HouseholdArea) string {
	switch {
	case i == len(p.A.Areas):
		return p.T("areas.all")
	case a.Others > 0:
		return p.T("areas.others", "n", a.Others)
	case a.Area.Empty():
		return p.T("areas.not_said")
	}
	return a.Area.Reveal()
}

// LineState is what was found of a person at a door, in the words of the country's
// campaign where its pack has any: whom it looks for is no business of this program.
func (f Frame) LineState(state string) string {
	switch state {
	case casework.LineIdentified:
		return f.Or("country.looked_for", "line_state.identified")
	case casework.LineSettled:
		return f.Or("country.looked_for.not", "line_state.settled")
	}
	return f.T("line_state." + state)
}

// lineStates is the choice of it.
func (f form) lineStates() Field {
	out := f.choose("select", "line_state", "line_state", casework.LineStates...)
	for i, o := range out.Options {
		out.Options[i].Label = f.frame.LineState(o.Value)
	}
	return out
}
