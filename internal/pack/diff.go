package pack

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"pana/internal/procedure"
	"pana/internal/strict"
)

// What became of an element between two days.
const (
	Added   = "added"
	Removed = "removed"
	Changed = "changed"
)

// Difference is one element of the law that is otherwise on a later day.
type Difference struct {
	Procedure string        `json:"procedure"`
	Kind      string        `json:"kind"` // step, bar, entitlement, clock
	ID        string        `json:"id"`
	Change    string        `json:"change"`
	Fields    []FieldChange `json:"fields"` // of a changed one
	Was       *Pos          `json:"was,omitempty"`
	Now       *Pos          `json:"now,omitempty"`
	// Basis is what says so: the later version's, or the acts that took effect or
	// ended in between, where an element is gone. Uncited: nothing does.
	Basis   []Basis `json:"basis"`
	Uncited bool    `json:"uncited,omitempty"`
	// Lost says that a person had it and has it no more: a right, a step of the
	// person's own, a duty of a body. Instead names what gives the same right now.
	Lost    bool   `json:"lost,omitempty"`
	Instead string `json:"instead,omitempty"`
}

// FieldChange is one field of an element that is otherwise.
type FieldChange struct {
	Field string `json:"field"` // "adverse.limit"
	Was   string `json:"was"`
	Now   string `json:"now"`
}

// dated are the kinds of element that stand for a time.
var dated = []string{"step", "bar", "entitlement", "clock"}

// Diff lists what the law of one day says otherwise than the law of another, in
// the order of the pack.
func (p *Pack) Diff(from, to Day) []Difference {
	var out []Difference
	for _, kind := range dated {
		was, now := p.standing(kind, from), p.standing(kind, to)
		for _, id := range idsOf(was, now) {
			if d, differs := p.difference(kind, was[id], now[id], from, to); differs {
				out = append(out, d)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Difference) int {
		return p.orderOf(a.Procedure) - p.orderOf(b.Procedure)
	})
	return out
}

func (p *Pack) orderOf(id string) int {
	return slices.IndexFunc(p.Procedures, func(e Process) bool { return e.Procedure.ID == id })
}

// standing are the elements of a kind in force on a day, by id.
func (p *Pack) standing(kind string, day Day) map[string]*element {
	out := map[string]*element{}
	list := listOf(&p.Spec, kind)
	for i := range list.Len() {
		e := element{kind: kind, value: list.Index(i)}
		e.id, e.pos = e.name(), e.value.FieldByName("Pos").Interface().(Pos)
		if d, _ := datesOf(e.value); Contains(d, day.Time) {
			out[e.id] = &e
		}
	}
	return out
}

// idsOf are the ids of both days, in the order of the files.
func idsOf(was, now map[string]*element) []string {
	var out []string
	at := map[string]Pos{}
	for _, list := range []map[string]*element{was, now} {
		for id, e := range list {
			if _, ok := at[id]; !ok {
				out = append(out, id)
			}
			at[id] = e.pos
		}
	}
	slices.SortFunc(out, func(a, b string) int {
		return strings.Compare(fmt.Sprintf("%s %6d %s", at[a].File, at[a].Line, a), fmt.Sprintf("%s %6d %s", at[b].File, at[b].Line, b))
	})
	return out
}

func (p *Pack) difference(kind string, was, now *element, from, to Day) (d Difference, differs bool) {
	d = Difference{Kind: kind, Fields: []FieldChange{}}
	switch {
	case was == nil:
		d.Change, d.ID, d.Now = Added, now.id, &now.pos
		d.Basis = now.basis()
	case now == nil:
		d.Change, d.ID, d.Was = Removed, was.id, &was.pos
		d.Basis = p.ended(was, from, to)
		d.Lost, d.Instead = p.lost(was, from, to)
	default:
		d.Change, d.ID, d.Was, d.Now = Changed, now.id, &was.pos, &now.pos
		d.Fields = fieldChanges("", was.value, now.value)
		d.Basis = now.basis()
	}
	one := now
	if one == nil {
		one = was
	}
	d.Procedure = one.value.FieldByName("Procedure").String()
	d.Uncited = !slices.ContainsFunc(d.Basis, func(b Basis) bool { return b.Act != "" || b.Source != "" || b.Mark == "P" })
	return d, d.Change != Changed || len(d.Fields) > 0
}

func (e *element) basis() []Basis { return e.value.FieldByName("Basis").Interface().([]Basis) }

// notRules are fields that say where a rule is from, not what it is.
var notRules = []string{"dates", "basis", "at"}

func fieldChanges(prefix string, was, now reflect.Value) []FieldChange {
	var out []FieldChange
	fields := strict.Fields(was.Type())
	for i := range was.NumField() { // in the order in which an author reads them
		for name, j := range fields {
			if i != j || slices.Contains(notRules, name) {
				continue
			}
			a, b := was.Field(i), now.Field(i)
			if name == "adverse" && !a.IsNil() && !b.IsNil() {
				out = append(out, fieldChanges("adverse.", a.Elem(), b.Elem())...)
				continue
			}
			if x, y := shown(a), shown(b); x != y && !sameItems(x, y) {
				out = append(out, FieldChange{prefix + name, x, y})
			}
		}
	}
	return out
}

// sameItems says whether two lists differ in their order only, which says nothing.
func sameItems(x, y string) bool {
	a, b := strings.Split(x, ", "), strings.Split(y, ", ")
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

// shown is a field as an author would write it.
func shown(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return ""
		}
		return shown(v.Elem())
	case reflect.String:
		return v.String()
	case reflect.Slice:
		var out []string
		for i := range v.Len() {
			out = append(out, shown(v.Index(i)))
		}
		return strings.Join(out, ", ")
	case reflect.Map:
		var out []string
		for _, k := range v.MapKeys() {
			out = append(out, k.String()+": "+shown(v.MapIndex(k)))
		}
		slices.Sort(out)
		return strings.Join(out, ", ")
	case reflect.Struct:
		var out []string
		for name, i := range strict.Fields(v.Type()) {
			if !v.Field(i).IsZero() && name != "basis" {
				out = append(out, name+": "+shown(v.Field(i)))
			}
		}
		slices.Sort(out)
		return strings.Join(out, ", ")
	}
	if v.IsZero() {
		return ""
	}
	return fmt.Sprint(v.Interface())
}

// ended is what ended an element: the acts of its procedure that took effect,
// were amended or repealed after the first day and not after the second. Of an
// act whose first day was not found, and of which no text between the two days
// was read, the day of adoption is all there is, and is said to be that.
func (p *Pack) ended(e *element, from, to Day) []Basis {
	between := func(d Day) bool { return !d.IsZero() && d.After(from.Time) && !d.After(to.Time) }
	var out []Basis
	cited := p.actsOf(e.value.FieldByName("Procedure").String())
	for _, b := range e.basis() {
		cited[b.Act] = true
	}
	for _, a := range p.Acts {
		if !cited[a.ID] {
			continue
		}
		switch {
		case between(a.Repealed):
			out = append(out, Basis{Act: a.ID, Art: "repealed " + a.Repealed.Format("2006-01-02"), Mark: a.Mark})
		case between(a.InForce):
			out = append(out, Basis{Act: a.ID, Art: "in force " + a.InForce.Format("2006-01-02"), Mark: a.Mark})
		default:
			if i := slices.IndexFunc(a.Editions, func(e Edition) bool { return between(e.Date) }); i >= 0 {
				out = append(out, Basis{Act: a.ID, Edition: a.Editions[i].ID, Mark: a.Mark})
			} else if a.InForce.IsZero() && between(a.Adopted) {
				out = append(out, Basis{Act: a.ID, Art: "adopted " + a.Adopted.Format("2006-01-02"), Mark: a.Mark})
			}
		}
	}
	return out
}

// TheRules stands for the article where a basis is the whole annex of an act:
// the rules that an order approves.
const TheRules = "the Rules"

// What became of an act, as ended writes it into the article of a basis.
var happened = []string{"repealed", "in force", "adopted"}

// Happened reads what became of an act back from a basis of a difference: the
// wording that says it ("law.repealed") and the day.
func Happened(art string) (key, day string, ok bool) {
	for _, what := range happened {
		if day, ok := strings.CutPrefix(art, what+" "); ok {
			return "law." + strings.ReplaceAll(what, " ", "_"), day, true
		}
	}
	return "", "", false
}

// actsOf are the acts that a procedure's elements stand on.
func (p *Pack) actsOf(id string) map[string]bool {
	out := map[string]bool{}
	for _, kind := range dated {
		list := listOf(&p.Spec, kind)
		for i := range list.Len() {
			if e := (element{value: list.Index(i)}); e.value.FieldByName("Procedure").String() == id {
				for _, b := range e.basis() {
					out[b.Act] = true
				}
			}
		}
	}
	delete(out, "")
	return out
}

// lost says whether a person had what is gone, and what gives the same right on
// the later day: first what came when the other went, then what there was before.
func (p *Pack) lost(e *element, from, to Day) (lost bool, instead string) {
	switch v := e.value.Interface().(type) {
	case procedure.Entitlement:
		was := p.standing("entitlement", from)
		for _, other := range p.Spec.Entitlements {
			switch {
			case other.Gives != v.Gives || !Contains(other.Dates, to.Time):
			case was[other.ID] == nil:
				return true, other.ID
			case instead == "":
				instead = other.ID
			}
		}
		return true, instead
	case procedure.Step:
		return v.Effect == "" && v.Adverse == nil && (v.Force == procedure.Own || v.Force == procedure.Must), ""
	case procedure.Bar:
		return true, ""
	}
	return false, ""
}
