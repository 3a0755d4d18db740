package desk

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/procedure"
	"pana/internal/store"
	"pana/internal/withheld"
)

// Households: people met at their door, in a list with a line for each. What the
// list counts, and what became of whom it found, is told of everybody; of a file it
// shows what this worker may see of it. Names and the address are read by the body
// that was there, each reading is recorded, and they are erased when their time is
// over.

// HouseholdRow is one line as the form has it. Line is the form's own id, so that a
// row sent twice is one person; it is the id of her file, if she gets one.
type HouseholdRow struct {
	Line    id.File
	State   string
	Name    withheld.Text
	Sex     string
	Age     withheld.Text // an age, or a birth as far as it is known
	Kin     string        // what Of is to her
	Of      id.File
	Consent string
	Said    map[string]withheld.Text
}

// Empty says that nothing was put into the row: nobody is in it.
func (r HouseholdRow) Empty() bool {
	for _, t := range r.Said {
		if !t.Empty() {
			return false
		}
	}
	return r.State == "" && r.Name.Empty() && r.Sex == "" && r.Age.Empty() && r.Kin == "" && r.Consent == ""
}

// HouseholdInput is a visit as it was sent.
type HouseholdInput struct {
	Key       string
	Household id.Operation
	Kind      string
	Outcome   string
	Again     string // a day
	At        string // when the visit was; empty: now
	Area      withheld.Text
	Address   withheld.Text
	Rows      []HouseholdRow
	Files     []id.File // lines that get a file with it
	AllFiles  bool
}

// HouseholdForm is what a form of a visit needs to be drawn.
type HouseholdForm struct {
	Key       string
	Household id.Operation
	Kinds     []string
	Kin       []string
	Fields    []pack.Field // asked in each line besides
}

// HouseholdCounts are a household's lines: each is in exactly one of the first four.
// Of those identified, Files have one; of these Gone were erased, and the others are
// Waiting, Referred or Resolved.
type HouseholdCounts struct {
	Identified, Settled, Refused, NotMet     int
	Files, Waiting, Referred, Resolved, Gone int
}

// Contacted is everybody of whom a household was heard.
func (c HouseholdCounts) Contacted() int { return c.Identified + c.Settled + c.Refused + c.NotMet }

// HouseholdLine is one household in a list.
type HouseholdLine struct {
	ID      id.Operation
	Number  string
	Kind    string
	At      time.Time
	Area    withheld.Text
	Last    casework.Visit
	Open    int // found, and without a file
	Counted HouseholdCounts
}

// Due says that somebody is to come again, and the day has come.
func (l HouseholdLine) Due(now time.Time) bool {
	return !l.Last.Again.IsZero() && !l.Last.Again.After(now)
}

// Households is the list of a body's households, with a form for a new one.
type Households struct {
	Form  HouseholdForm
	Lines []HouseholdLine
}

// Stages of somebody found who has a file.
const (
	FoundWaiting  = "waiting"
	FoundReferred = "referred"
	FoundResolved = "resolved"
	FoundGone     = "gone" // the file was erased
)

// HouseholdPerson is one line as this worker may see it.
type HouseholdPerson struct {
	No      int
	State   string
	File    bool
	Stage   string // of who has a file
	Hidden  bool   // there is a file, and it is not open to this worker
	Subject Subject
	Said    HouseholdRow
	Alike   []Subject // files that may be hers already, of those open to this worker
}

// HouseholdView is a household with everybody in it.
type HouseholdView struct {
	HouseholdLine
	Erased  bool // what was said at the door is gone; the counts stay
	Address withheld.Text
	Until   time.Time
	Asks    string // the question of law to which Until is the product's answer
	Basis   []procedure.Basis
	Visits  []casework.Visit
	Persons []HouseholdPerson
	Form    HouseholdForm
}

func (d *Desk) householdForm(who access.Who) (HouseholdForm, error) {
	if err := d.mayDo(who, access.KeepHousehold, "operation"); err != nil {
		return HouseholdForm{}, err
	}
	at := d.now()
	out := HouseholdForm{Key: string(id.New[id.Event](at)), Household: id.New[id.Operation](at)}
	for i := range d.pack().Operations {
		o := &d.pack().Operations[i]
		if o.Visits == nil || !slices.Contains(o.Kinds, who.BodyKind) {
			continue
		}
		out.Kinds = append(out.Kinds, o.ID)
		for _, f := range casework.RowFields(d.pack(), o) {
			if !slices.ContainsFunc(out.Fields, func(g pack.Field) bool { return g.ID == f.ID }) {
				out.Fields = append(out.Fields, f)
			}
		}
	}
	for _, k := range d.pack().Kin {
		out.Kin = append(out.Kin, k.ID)
	}
	return out, nil
}

// Households lists those of the worker's body, the latest first.
func (d *Desk) Households(ctx context.Context, who access.Who) (Households, error) {
	form, err := d.householdForm(who)
	if err != nil {
		return Households{}, err
	}
	out := Households{Form: form}
	err = d.eachHousehold(ctx, who, operationsListed, func(o *casework.Operation) { out.Lines = append(out.Lines, householdLine(o)) })
	return out, err
}

// eachHousehold reads the body's households, the latest first; most 0 is all.
func (d *Desk) eachHousehold(ctx context.Context, who access.Who, most int, do func(*casework.Operation)) error {
	kinds := d.operationKinds(true)
	if len(kinds) == 0 {
		return nil
	}
	q := store.Query{
		Scope: d.rules.Scope(who, access.SeeHouseholds, "operation"), Where: []store.Filter{store.Where("kind", store.OneOf, kinds...)},
		Sort: []store.Order{{Column: "at", Down: true}}, Limit: cmp.Or(most, rollAtOnce), NoTotal: true,
	}
	for {
		page, err := d.deps.Store.List(ctx, "operations", q)
		if err != nil {
			return fault.At("households", err)
		}
		refs := make([]casework.Ref, len(page.Rows))
		for i, r := range page.Rows {
			refs[i] = r.Ref
		}
		l, err := d.deps.Store.View(ctx, refs...)
		if err != nil {
			return fault.At("view households", err)
		}
		for _, ref := range refs {
			if o := store.As[*casework.Operation](l, ref); o != nil {
				do(o)
			}
		}
		if page.Next == "" || most > 0 {
			return nil
		}
		q.After = page.Next
	}
}

// operationKinds are the pack's kinds of operation that come to a door, or the others.
func (d *Desk) operationKinds(visits bool) (out []any) {
	for _, o := range d.pack().Operations {
		if (o.Visits != nil) == visits {
			out = append(out, o.ID)
		}
	}
	return out
}

// householdLine counts what needs no file to be read.
func householdLine(o *casework.Operation) HouseholdLine {
	out := HouseholdLine{ID: o.ID, Number: id.Number(o.ID), Kind: o.Kind, At: o.At, Area: o.Area}
	if n := len(o.Visits); n > 0 {
		out.Last = o.Visits[n-1]
	}
	for _, l := range o.Lines {
		switch l.State {
		case casework.LineIdentified:
			out.Counted.Identified++
		case casework.LineSettled:
			out.Counted.Settled++
		case casework.LineRefused:
			out.Counted.Refused++
		default:
			out.Counted.NotMet++
		}
	}
	out.Counted.Files = len(o.Found)
	out.Open = out.Counted.Identified - out.Counted.Files
	return out
}

// VisitDoor records a visit with its lines, and opens the files asked for with it.
func (d *Desk) VisitDoor(ctx context.Context, who access.Who, in HouseholdInput) (casework.Receipt, error) {
	if err := d.mayDo(who, access.KeepHousehold, "operation"); err != nil {
		return casework.Receipt{}, err
	}
	visit, err := d.checkVisit(who, in)
	if err != nil {
		return casework.Receipt{}, err
	}
	refs, err := d.refsOfDoor(ctx, who, visit)
	if err != nil {
		return casework.Receipt{}, err
	}
	var begun []id.File
	r, err := d.change(ctx, who, in.Key, in, d.now(), refs, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		o, h := store.As[*casework.Operation](l, operationRef(in.Household)), store.As[*casework.Household](l, householdRef(in.Household))
		if o != nil && !d.mayOperation(who, access.SeeHouseholds, o) {
			return casework.Decision{}, fault.Withheld("another body's household")
		}
		out, err := casework.VisitDoor(o, h, func(f id.File) *casework.File { return fileOf(l, f) }, func(f *casework.File) bool { return d.maySayKin(who, f) == nil }, visit, m)
		begun = filesBegun(out)
		return out, err
	})
	if err != nil {
		return r, err
	}
	d.readSoon(ctx, begun...)
	for _, f := range begun {
		if err := d.tellOfDuplicates(ctx, who, IdentityInput{Key: in.Key, File: f}); err != nil {
			return r, err
		}
	}
	return r, nil
}

// filesBegun are the files that a decision opens.
func filesBegun(out casework.Decision) (files []id.File) {
	for _, e := range out.Events {
		if found, ok := e.Payload.(casework.PersonFound); ok {
			files = append(files, found.File)
		}
	}
	return files
}

// refsOfDoor are the streams that a visit may change: the household's two, and the
// file of each of its persons.
func (d *Desk) refsOfDoor(ctx context.Context, who access.Who, in casework.VisitInput) ([]casework.Ref, error) {
	refs := []casework.Ref{operationRef(in.Operation), householdRef(in.Operation)}
	l, err := d.deps.Store.View(ctx, refs[0])
	if err != nil {
		return nil, fault.At("view household", err)
	}
	add := func(f id.File) {
		if ref := fileRef(f); !slices.Contains(refs, ref) {
			refs = append(refs, ref)
		}
	}
	if o := store.As[*casework.Operation](l, refs[0]); o != nil {
		if !d.mayOperation(who, access.SeeHouseholds, o) {
			return nil, fault.Withheld("another body's household")
		}
		for _, line := range o.Lines {
			add(line.Line)
		}
	}
	for _, r := range in.Rows {
		add(r.Line)
	}
	return refs, nil
}

func (d *Desk) checkVisit(who access.Who, in HouseholdInput) (casework.VisitInput, error) {
	out := casework.VisitInput{Operation: in.Household, Kind: in.Kind, Region: who.Region, Outcome: in.Outcome, Area: in.Area, Address: in.Address, Files: in.Files, AllFiles: in.AllFiles}
	var bad []fault.Field
	if _, ok := id.Parse[id.Operation](string(in.Household)); !ok {
		bad = append(bad, fault.Field{Name: "operation_kind", Code: "field.id"})
	}
	var ok bool
	if out.OccurredAt, ok = d.readTime(in.At); !ok {
		bad = append(bad, fault.Field{Name: "visit_at", Code: "field.date"})
	}
	if in.At != "" && ok && d.sameDay(out.OccurredAt, d.now()) {
		out.OccurredAt = time.Time{} // today: now, and not this noon
	}
	if out.Again, ok = d.readTime(in.Again); !ok {
		bad = append(bad, fault.Field{Name: "visit_again", Code: "field.date"})
	}
	bad = append(bad, tooLong("area", in.Area, maxName)...)
	bad = append(bad, tooLong("address", in.Address, maxLine)...)
	for _, r := range in.Rows {
		if r.Empty() {
			continue
		}
		row, wrong := d.checkLine(r, "r"+strconv.Itoa(len(out.Rows))+".")
		out.Rows, bad = append(out.Rows, row), append(bad, wrong...)
	}
	// Without another named, a relation is to the first of the household.
	for i := range out.Rows {
		if r := &out.Rows[i]; r.Kin != "" && r.Of == "" && i > 0 {
			r.Of = out.Rows[0].Line
		}
	}
	return out, fault.Form(bad...)
}

func (d *Desk) sameDay(a, b time.Time) bool {
	zone := d.pack().Location()
	return a.In(zone).Format(time.DateOnly) == b.In(zone).Format(time.DateOnly)
}

// checkLine reads one line: an age and a birth are one question at a door.
func (d *Desk) checkLine(r HouseholdRow, at string) (casework.VisitRow, []fault.Field) {
	out := casework.VisitRow{State: r.State, HouseholdLine: casework.HouseholdLine{
		Line: r.Line, Name: r.Name, Sex: r.Sex, Kin: r.Kin, Of: r.Of, Consent: r.Consent,
	}}
	var bad []fault.Field
	if _, ok := id.Parse[id.File](string(r.Line)); !ok {
		bad = append(bad, fault.Field{Name: at + "line_name", Code: "field.id"})
	}
	script, mixed := scriptOf(r.Name.Reveal())
	if out.Script = script; mixed {
		bad = append(bad, fault.Field{Name: at + "line_name", Code: "field.mixed"})
	}
	if r.Name.Empty() {
		out.Script = ""
	}
	bad = append(bad, tooLong(at+"line_name", r.Name, maxName)...)
	if !r.Age.Empty() && !d.ageOrBirth(r.Age, &out.HouseholdLine) {
		bad = append(bad, fault.Field{Name: at + "line_age", Code: "field.line_age"})
	}
	for name, t := range r.Said {
		if t.Empty() {
			continue
		}
		if out.Said == nil {
			out.Said = map[string]withheld.Text{}
		}
		out.Said[name] = t
		bad = append(bad, tooLong(at+"f."+name, t, maxNote)...)
	}
	return out, bad
}

// ageOrBirth reads what was written down of how old somebody is: up to three figures
// are an age, and what is longer a day, month or year of birth.
func (d *Desk) ageOrBirth(typed withheld.Text, out *casework.HouseholdLine) bool {
	text := typed.Reveal()
	age, err := strconv.Atoi(text)
	if out.Typed = typed; err != nil || len(text) > 3 {
		if !isBirth(text) {
			return false
		}
		out.Born, age = typed, d.yearsSince(text)
	}
	if age < 0 || age > 120 {
		return false
	}
	out.Age, out.Known = age, casework.AgeUnder18
	if age >= adultFrom {
		out.Known = casework.AgeAdult
	}
	return true
}

// adultFrom is the Convention on the Rights of the Child, art. 1.
const adultFrom = 18

// yearsSince is how many full years somebody has lived at the least who was born then.
func (d *Desk) yearsSince(born string) int {
	now := d.now().In(d.pack().Location())
	last := map[int]string{4: "-12-31", 7: "-31", 10: ""}[len(born)]
	if len(born) == 7 { // the last day of a month is the day before the first of the next
		t, _ := time.Parse("2006-01", born)
		born, last = t.AddDate(0, 1, -1).Format(time.DateOnly), ""
	}
	t, err := time.Parse(time.DateOnly, born+last)
	if err != nil || t.Year() > now.Year() {
		return -1
	}
	years := now.Year() - t.Year()
	if now.YearDay() < t.YearDay() && years > 0 {
		years--
	}
	return years
}

func householdRef(o id.Operation) casework.Ref {
	return casework.Ref{Kind: casework.HouseholdStream, ID: string(o)}
}
