package desk

import (
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

// Operations: several persons met at once. One form has a row for each, and each
// becomes a file of her own. The list counts everybody; of each it shows only
// what this worker may see of that file.

// MetRow is one person as a row of the form has them. The file's id is the
// form's, so that a row sent twice is one person.
type MetRow struct {
	File     id.File
	CallName withheld.Text
	Sex      string
	Age      string
	AgeKnown string
}

// Empty says that nothing was put into the row: nobody is in it.
func (r MetRow) Empty() bool {
	return r.CallName.Empty() && r.Sex == "" && r.Age == "" && r.AgeKnown == ""
}

// OperationInput is a form of an operation as it was sent.
type OperationInput struct {
	Key       string
	Operation id.Operation
	Kind      string
	Rows      []MetRow
}

// OperationForm is what a form of an operation needs to be drawn.
type OperationForm struct {
	Key       string
	Operation id.Operation
	Kinds     []string
}

// OperationLine is one operation in a list.
type OperationLine struct {
	ID     id.Operation
	Number string
	Kind   string
	At     time.Time
	Found  int
}

// Operations is the list of a body's operations, with a form for a new one.
type Operations struct {
	Form  OperationForm
	Lines []OperationLine
}

// States of a person met in an operation. Every one is in exactly one of them.
const (
	MetWaiting  = "waiting"
	MetScreened = "screened"
	MetGone     = "gone" // the file was erased
)

// MetLine is one person of an operation. Hidden: this worker may not open her
// file; she is counted all the same.
type MetLine struct {
	No      int
	State   string
	Hidden  bool
	Subject Subject
	Screen  string // the step she waits for, when this worker may take it
	Removal string // what the removal check would answer: barred, hold, no_bar_on_record
	Owed    []string
}

// OperationView is an operation with everybody met in it.
type OperationView struct {
	OperationLine
	Region                  string
	Waiting, Screened, Gone int
	Persons                 []MetLine
	Form                    OperationForm
}

// operationsListed is how many operations a page lists.
const operationsListed = 40

// Operations lists those of the worker's body, the latest first.
func (d *Desk) Operations(ctx context.Context, who access.Who) (Operations, error) {
	form, err := d.operationForm(who)
	if err != nil {
		return Operations{}, err
	}
	page, err := d.deps.Store.List(ctx, "operations", store.Query{
		Scope: d.rules.Scope(who, access.SeeOperations, "operation"), Where: []store.Filter{store.Where("kind", store.OneOf, d.operationKinds(false)...)}, Sort: []store.Order{{Column: "at", Down: true}}, Limit: operationsListed,
	})
	if err != nil {
		return Operations{}, fault.At("operations", err)
	}
	out := Operations{Form: form}
	for _, r := range page.Rows {
		op := id.Operation(r.Text("operation_id"))
		out.Lines = append(out.Lines, OperationLine{op, id.Number(op), r.Text("kind"), r.Time("at"), int(r.Int("found"))})
	}
	return out, nil
}

func (d *Desk) operationForm(who access.Who) (OperationForm, error) {
	if err := d.mayDo(who, access.KeepOperation, "operation"); err != nil {
		return OperationForm{}, err
	}
	at := d.now()
	out := OperationForm{Key: string(id.New[id.Event](at)), Operation: id.New[id.Operation](at)}
	for _, o := range d.pack().Operations {
		if o.Visits == nil && slices.Contains(o.Kinds, who.BodyKind) {
			out.Kinds = append(out.Kinds, o.ID)
		}
	}
	return out, nil
}

// Met records whom an operation met. The operation begins with its first form.
func (d *Desk) Met(ctx context.Context, who access.Who, in OperationInput) (casework.Receipt, error) {
	if err := d.mayDo(who, access.KeepOperation, "operation"); err != nil {
		return casework.Receipt{}, err
	}
	met, err := checkMet(who, in)
	if err != nil {
		return casework.Receipt{}, err
	}
	refs := []casework.Ref{operationRef(in.Operation)}
	for _, p := range met.Persons {
		refs = append(refs, fileRef(p.File))
	}
	return d.change(ctx, who, in.Key, in, d.now(), refs, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		o := store.As[*casework.Operation](l, operationRef(in.Operation))
		if o != nil && !d.mayOperation(who, access.SeeOperations, o) {
			return casework.Decision{}, fault.Withheld("another body's operation")
		}
		return casework.Meet(o, func(f id.File) *casework.File { return fileOf(l, f) }, met, m)
	})
}

func checkMet(who access.Who, in OperationInput) (casework.MetInput, error) {
	out := casework.MetInput{Operation: in.Operation, Kind: in.Kind, Region: who.Region}
	var bad []fault.Field
	if _, ok := id.Parse[id.Operation](string(in.Operation)); !ok {
		bad = append(bad, fault.Field{Name: "operation_kind", Code: "field.id"})
	}
	for _, r := range in.Rows {
		if r.Empty() {
			continue
		}
		name := func(field string) string { return "r" + strconv.Itoa(len(out.Persons)) + "." + field }
		p := casework.OpenFileInput{File: r.File, CallName: r.CallName, Sex: r.Sex, AgeKnown: r.AgeKnown, Region: who.Region}
		if _, ok := id.Parse[id.File](string(r.File)); !ok {
			bad = append(bad, fault.Field{Name: name("call_name"), Code: "field.id"})
		}
		if r.Age != "" {
			age, err := strconv.Atoi(r.Age)
			if err != nil || age < 0 || age > 120 {
				bad = append(bad, fault.Field{Name: name("age"), Code: "field.age"})
			}
			p.Age = age
		}
		bad = append(bad, tooLong(name("call_name"), r.CallName, maxName)...)
		out.Persons = append(out.Persons, p)
	}
	return out, fault.Form(bad...)
}

// Operation is one operation with everybody met in it.
func (d *Desk) Operation(ctx context.Context, who access.Who, op id.Operation) (OperationView, error) {
	l, err := d.deps.Store.View(ctx, operationRef(op))
	if err != nil {
		return OperationView{}, fault.At("view operation "+string(op), err)
	}
	o := store.As[*casework.Operation](l, operationRef(op))
	if o == nil || !d.mayOperation(who, access.SeeOperations, o) || d.visits(o) != nil {
		return OperationView{}, fault.Withheld("no such operation")
	}
	out := OperationView{OperationLine: OperationLine{o.ID, id.Number(o.ID), o.Kind, o.At, len(o.Found)}, Region: o.Region}
	if out.Form, err = d.operationForm(who); err != nil {
		out.Form = OperationForm{} // may look, and records nobody
	}
	out.Form.Operation, out.Form.Kinds = o.ID, []string{o.Kind}
	refs := make([]casework.Ref, len(o.Found))
	for i, p := range o.Found {
		refs[i] = fileRef(p.File)
	}
	files, err := d.deps.Store.View(ctx, refs...)
	if err != nil {
		return OperationView{}, fault.At("view who was met", err)
	}
	kind := d.pack().Operation(o.Kind)
	for _, p := range o.Found {
		line, err := d.metLine(who, kind, p, fileOf(files, p.File))
		if err != nil {
			return OperationView{}, err
		}
		out.count(line)
	}
	return out, nil
}

// count adds a person: to the list, and to exactly one of the three counts.
func (v *OperationView) count(line MetLine) {
	v.Persons = append(v.Persons, line)
	switch line.State {
	case MetScreened:
		v.Screened++
	case MetGone:
		v.Gone++
	default:
		v.Waiting++
	}
}

// metLine is one person as this worker may see her. Whether she still waits is
// the operation's own to know, and is told of everybody.
func (d *Desk) metLine(who access.Who, kind *pack.Operation, p casework.PersonFound, f *casework.File) (MetLine, error) {
	out := MetLine{No: p.No, State: MetWaiting, Hidden: true}
	if f == nil {
		out.State = MetGone
		return out, nil
	}
	if kind != nil && f.Screened(kind.Screens) {
		out.State = MetScreened
	}
	if _, err := d.may(who, access.OpenFile, f); err != nil {
		return out, nil
	}
	out.Hidden, out.Subject = false, subject(f)
	if !d.inGroup(who, f, "situation") {
		return out, nil
	}
	l, err := d.lawOf(f.Situation, d.now())
	if err != nil {
		return out, err
	}
	out.Removal = map[procedure.RemovalAnswer]string{procedure.Barred: Barred, procedure.Hold: Hold, procedure.NotBarred: NoBar}[l.snap.Model.Removal(l.now, l.at).Answer]
	_, takes := d.may(who, access.TakeStep, f)
	for _, offer := range l.offers(who) {
		if kind != nil && slices.Contains(kind.Screens, offer.ID) && offer.Mine && takes == nil && out.Screen == "" &&
			offer.State != string(procedure.Closed) && offer.State != string(procedure.Held) {
			out.Screen = offer.ID
		}
	}
	for _, due := range f.Due {
		if !isOurs(who, due.By) && !slices.Contains(out.Owed, due.Step) {
			out.Owed = append(out.Owed, due.Step)
		}
	}
	return out, nil
}

// mayOperation is access's answer about one operation, by the clear columns of its
// row: the list and this decision can never differ.
func (d *Desk) mayOperation(who access.Who, act string, o *casework.Operation) bool {
	return d.rules.Decide(who, act, access.Thing{Kind: "operation", Columns: clearText("operations", o.Row())}).Allowed
}

// visits is how an operation comes to people's doors; nil when it does not.
func (d *Desk) visits(o *casework.Operation) *pack.Visits {
	if kind := d.pack().Operation(o.Kind); kind != nil {
		return kind.Visits
	}
	return nil
}

func operationRef(o id.Operation) casework.Ref {
	return casework.Ref{Kind: casework.OperationStream, ID: string(o)}
}
