package casework

import (
	"slices"
	"strconv"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/procedure"
	"pana/internal/withheld"
)

// An operation is one occasion on which several persons are met at once: a raid
// on a market, a round at night. Each becomes a file of her own, and the
// operation keeps which files: so that the number found is the number screened
// and the number who wait, whoever looks and whatever they may see. It keeps no
// name and no place, and decides nothing about anybody.

// OperationOpened begins an operation.
type OperationOpened struct {
	Kind   string `json:"kind"` // of the pack's operations
	Region string `json:"region,omitempty"`
}

// PersonFound says that somebody was met in it, and which file is hers. No is
// the row's number, as officers say it to each other.
type PersonFound struct {
	File id.File `json:"file"`
	No   int     `json:"no"`
}

func (OperationOpened) EventType() (string, int) { return "operation.opened", 1 }
func (PersonFound) EventType() (string, int)     { return "operation.found", 1 }

// Operation is an operation as it stands.
type Operation struct {
	ID     id.Operation
	Kind   string
	At     time.Time
	Body   id.Body
	Region string
	Found  []PersonFound
	Visits []Visit       // to a door, the first first
	Lines  []LineCounted // of the household there, in their order
	Area   withheld.Text // as those who go there call it
	seq    uint64
}

func (o *Operation) Ref() Ref    { return Ref{OperationStream, string(o.ID)} }
func (o *Operation) Seq() uint64 { return o.seq }

// Row is the operation's row of the index, by which access decides.
func (o *Operation) Row() Row {
	return row("operations", string(o.ID), o.At, string(o.Body), o.Region, o.Kind, int64(len(o.Found)))
}

// Has says whether a file is of somebody met in it.
func (o *Operation) Has(file id.File) bool {
	return o != nil && slices.ContainsFunc(o.Found, func(p PersonFound) bool { return p.File == file })
}

// MetMost is how many persons one form may record; an operation has no limit.
const MetMost = 24

// MetInput is what one form sends of an operation: the persons met, one file each.
// Ids are the form's own, so that a row sent twice is one person.
type MetInput struct {
	Operation  id.Operation
	Kind       string
	Region     string
	Persons    []OpenFileInput
	OccurredAt time.Time
}

// Meet records the persons of a form in an operation, all of them or none. Rows
// that were recorded before, by this form sent again, are left as they are; a row
// that says otherwise now is refused, because a file is changed in the file.
func Meet(o *Operation, fileOf func(id.File) *File, in MetInput, m Moment) (Decision, error) {
	kind, err := in.check(o, m)
	if err != nil {
		return Decision{}, err
	}
	at := occurred(in.OccurredAt, m)
	out := builder{m: m, stream: Ref{OperationStream, string(in.Operation)}, at: at}
	no := 0
	if o == nil {
		out.add(CompartmentCore, OperationOpened{kind.ID, in.Region})
	} else {
		no = len(o.Found)
	}
	added, before := 0, 0
	var bad []fault.Field
	for i, p := range in.Persons {
		p.OccurredAt = at
		switch old := fileOf(p.File); {
		case old == nil:
			begun, err := meet(kind, p, nil, m)
			if err != nil {
				bad = append(bad, inRow(i, err)...)
				continue
			}
			no++
			added++
			out.add(CompartmentCore, PersonFound{p.File, no})
			out.decision.Events = append(out.decision.Events, begun.Events...)
			out.decision.Effects = append(out.decision.Effects, begun.Effects...)
		case !o.Has(p.File):
			return Decision{}, fault.New(fault.Conflict, CodeFileExists)
		case old.Sex != p.Sex || old.SaidAge != p.Age || old.CallName != p.CallName || p.AgeKnown != "" && old.AgeKnown != p.AgeKnown:
			bad = append(bad, fault.Field{Name: rowField(i, "call_name"), Code: CodeRowRecorded})
		default:
			before++
		}
	}
	if err := fault.Form(bad...); err != nil {
		return Decision{}, err
	}
	out.receipt(Receipt{Code: "receipt.operation", Args: map[string]string{
		"operation": string(in.Operation), "n": strconv.Itoa(added), "before": strconv.Itoa(before), "all": strconv.Itoa(no),
	}})
	return out.decision, nil
}

func (in MetInput) check(o *Operation, m Moment) (*pack.Operation, error) {
	kind, err := o.kindOf(in.Kind, m)
	if err != nil {
		return nil, err
	}
	var f fields
	if kind.Visits != nil { // those are met at their door, each in her line
		f.add("operation_kind", "not_a_choice")
	}
	if len(in.Persons) == 0 {
		f.add(rowField(0, "call_name"), CodeNobodyMet)
	}
	if len(in.Persons) > MetMost {
		f.add(rowField(MetMost, "call_name"), CodeTooManyMet, "max", strconv.Itoa(MetMost))
	}
	f.past("occurred_at", in.OccurredAt, m.At)
	for i, p := range in.Persons {
		if slices.ContainsFunc(in.Persons[:i], func(q OpenFileInput) bool { return q.File == p.File }) {
			f.add(rowField(i, "call_name"), CodeRowRecorded)
		}
	}
	return kind, fault.Form(f...)
}

// kindOf is the pack's kind of operation that this is, or that a first form names,
// when this worker's kind of body keeps such.
func (o *Operation) kindOf(asked string, m Moment) (*pack.Operation, error) {
	if o != nil {
		asked = o.Kind
	}
	kind := m.Laws.Pack().Operation(asked)
	if asked == "" {
		return nil, fault.Form(fault.Field{Name: "operation_kind", Code: "field.required"})
	}
	if kind == nil || !slices.Contains(kind.Kinds, m.By.Kind) {
		return nil, fault.Form(fault.Field{Name: "operation_kind", Code: "not_a_choice"})
	}
	return kind, nil
}

// meet opens one person's file with the first of the operation's steps that the
// law of the day opens to her. Said is what her row answers of that step's form.
func meet(kind *pack.Operation, in OpenFileInput, said map[string]withheld.Text, m Moment) (Decision, error) {
	if err := in.check(m); err != nil {
		return Decision{}, err
	}
	b := builder{m: m, stream: Ref{FileStream, string(in.File)}, at: in.OccurredAt}
	model, err := modelOn(m.Laws, b.at)
	if err != nil {
		return Decision{}, err
	}
	created := in.created(m, b.at)
	situation := model.Record(model.Begin(created.Facts), nil, b.at)
	for _, step := range kind.Meets {
		offer, ok := model.Offer(situation, step, b.at)
		if !ok || (&File{}).mayTakeNow(offer, m) != nil {
			continue
		}
		taken := TakeStepInput{Step: step, Fields: said}.taken(offer.Step)
		b.add(CompartmentCore, created)
		b.add(CompartmentCore, taken)
		situation, _ = model.TakeWith(situation, step, taken.Facts, b.at)
		b.clocks(model, procedure.Situation{}, situation)
		return b.decision, nil
	}
	return Decision{}, fault.Form(fault.Field{Name: "age_known", Code: CodeNobodyMeets})
}

// rowField is the name of a field in the form's row.
func rowField(row int, name string) string { return "r" + strconv.Itoa(row) + "." + name }

// inRow puts a row's faults where they stand in the form. What is no form's fault
// stands at the row's name to call by.
func inRow(row int, err error) []fault.Field {
	e := fault.Of(err)
	if len(e.Fields) == 0 {
		return []fault.Field{{Name: rowField(row, "call_name"), Code: e.Code, Args: e.Args}}
	}
	out := slices.Clone(e.Fields)
	for i := range out {
		out[i].Name = rowField(row, out[i].Name)
	}
	return out
}

// Screened says whether one of some steps was taken in this file and stands.
func (f *File) Screened(steps []string) bool {
	return slices.ContainsFunc(f.Timeline, func(e Entry) bool {
		return e.Corrected == "" && e.Kind == TakenStep && slices.Contains(steps, e.Step)
	})
}

func foldOperation(old *Operation, e Event) (State, error) {
	o := Operation{ID: id.Operation(e.Stream.ID)}
	if old != nil {
		o = *old
	}
	switch v := e.Payload.(type) {
	case OperationOpened:
		o.Kind, o.Region, o.At, o.Body = v.Kind, v.Region, e.OccurredAt, e.Body
	case PersonFound:
		o.Found = added(o.Found, v)
	case DoorVisited:
		o.visited(v, e)
	case LineCounted:
		o.counted(v)
	default:
		return nil, unknown(e)
	}
	o.seq = e.Seq
	return &o, nil
}
