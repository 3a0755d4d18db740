package desk

import (
	"cmp"
	"context"
	"slices"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/procedure"
	"pana/internal/store"
	"pana/internal/withheld"
)

// Household is one household with everybody in it. That what was said at the door is
// read is recorded first, and it is not shown if that fails.
func (d *Desk) Household(ctx context.Context, who access.Who, household id.Operation) (HouseholdView, error) {
	if err := d.openHousehold(ctx, who, household); err != nil {
		return HouseholdView{}, err
	}
	l, err := d.deps.Store.View(ctx, operationRef(household), householdRef(household))
	if err != nil {
		return HouseholdView{}, fault.At("view household "+string(household), err)
	}
	o, h := store.As[*casework.Operation](l, operationRef(household)), store.As[*casework.Household](l, householdRef(household))
	if o == nil || !d.mayOperation(who, access.SeeHouseholds, o) {
		return HouseholdView{}, fault.Withheld("no such household")
	}
	kind := d.pack().Operation(o.Kind)
	out := HouseholdView{HouseholdLine: householdLine(o), Erased: h == nil, Visits: o.Visits, Asks: kind.Visits.Asks, Basis: kind.Basis}
	if h != nil {
		out.Address, out.Until = h.Address, h.Until
	}
	if out.Form, err = d.householdForm(who); err != nil || h == nil {
		out.Form = HouseholdForm{} // may look, and records nothing
	}
	out.Form.Household, out.Form.Kinds = o.ID, []string{o.Kind}
	stages, err := d.stagesOf(ctx, who, o)
	if err != nil {
		return HouseholdView{}, err
	}
	for i, line := range o.Lines {
		p := HouseholdPerson{No: i + 1, State: line.State, Said: HouseholdRow{Line: line.Line, State: line.State}}
		if h != nil {
			p.Said = said(h, line)
		}
		if o.Has(line.Line) {
			p.File = true
			p.Stage, p.Hidden, p.Subject = stages.stage[line.Line], stages.hidden[line.Line], stages.subject[line.Line]
		} else if p.Alike, err = d.alike(ctx, who, p.Said); err != nil {
			return HouseholdView{}, err
		}
		out.Persons = append(out.Persons, p)
	}
	stages.count(&out.Counted)
	return out, nil
}

func (d *Desk) openHousehold(ctx context.Context, who access.Who, household id.Operation) error {
	at := d.now()
	key := "open/" + string(who.Worker) + "/" + string(household) + "/" + at.Format("2006010215")
	refs := []casework.Ref{operationRef(household)}
	// What was said may be erased: then nothing is read, and nothing to be recorded.
	seen, err := d.deps.Store.View(ctx, householdRef(household))
	if err != nil {
		return fault.At("view household", err)
	}
	if store.As[*casework.Household](seen, householdRef(household)) != nil {
		refs = append(refs, householdRef(household))
	}
	_, err = d.change(ctx, who, key, household, at, refs, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		o := store.As[*casework.Operation](l, operationRef(household))
		if o == nil || d.visits(o) == nil {
			return casework.Decision{}, fault.Withheld("no such household")
		}
		v := d.rules.Decide(who, access.SeeHouseholds, access.Thing{Kind: "operation", Columns: clearText("operations", o.Row())})
		if !v.Allowed {
			return casework.Decision{}, fault.Withheld("another body's household")
		}
		return casework.OpenHousehold(store.As[*casework.Household](l, householdRef(household)), v.Rule, m)
	})
	return fault.At("open household "+string(household), err)
}

// said is one line as the form has it.
func said(h *casework.Household, line casework.LineCounted) HouseholdRow {
	out := HouseholdRow{Line: line.Line, State: line.State}
	i := slices.IndexFunc(h.Lines, func(l casework.HouseholdLine) bool { return l.Line == line.Line })
	if i < 0 {
		return out
	}
	l := h.Lines[i]
	out.Name, out.Sex, out.Age, out.Kin, out.Of, out.Consent, out.Said = l.Name, l.Sex, l.Typed, l.Kin, l.Of, l.Consent, l.Said
	return out
}

// alike are files that may be of somebody found who has none here: of those that this
// worker may open, and in which who the person is may be shown. That a name found
// one is recorded there.
func (d *Desk) alike(ctx context.Context, who access.Who, row HouseholdRow) ([]Subject, error) {
	if row.State != casework.LineIdentified || row.Name.Empty() {
		return nil, nil
	}
	found, err := d.byPerson(ctx, who, readSearch(SearchInput{Text: withheld.New(row.Name.Reveal())}))
	if err != nil {
		return nil, fault.At("look for files of a household", err)
	}
	found.Lines = slices.DeleteFunc(found.Lines, func(l FoundFile) bool { return !l.likely })
	var out []Subject
	for _, l := range found.Lines {
		out = append(out, l.Subject)
	}
	return out, d.foundByName(ctx, who, found.Lines)
}

// doorStages is what became of those of a household who have a file.
type doorStages struct {
	stage   map[id.File]string
	hidden  map[id.File]bool
	subject map[id.File]Subject
}

// count puts each file into exactly one stage.
func (s doorStages) count(c *HouseholdCounts) {
	for _, stage := range s.stage {
		switch stage {
		case FoundReferred:
			c.Referred++
		case FoundResolved:
			c.Resolved++
		case FoundGone:
			c.Gone++
		default:
			c.Waiting++
		}
	}
}

// stagesOf reads the files of a household. In which stage each is, is the list's own
// to know and told of everybody; the rest only to whom may open the file.
func (d *Desk) stagesOf(ctx context.Context, who access.Who, o *casework.Operation) (doorStages, error) {
	out := doorStages{map[id.File]string{}, map[id.File]bool{}, map[id.File]Subject{}}
	refs := make([]casework.Ref, len(o.Found))
	for i, p := range o.Found {
		refs[i] = fileRef(p.File)
	}
	files, err := d.deps.Store.View(ctx, refs...)
	if err != nil {
		return out, fault.At("view who was found", err)
	}
	l, err := d.lawOf(procedure.Situation{}, d.now())
	if err != nil {
		return out, err
	}
	visits := d.pack().Operation(o.Kind).Visits
	pos := d.pack().Operation(o.Kind).Pos
	referred, _ := l.snap.Model.Guard(visits.Referred, pos)
	resolved, _ := l.snap.Model.Guard(visits.Resolved, pos)
	for _, p := range o.Found {
		f := fileOf(files, p.File)
		out.hidden[p.File], out.stage[p.File] = true, FoundWaiting
		switch {
		case f == nil:
			out.stage[p.File] = FoundGone
			continue
		case resolved.Eval(f.Situation, l.at) == procedure.True:
			out.stage[p.File] = FoundResolved
		case referred.Eval(f.Situation, l.at) == procedure.True:
			out.stage[p.File] = FoundReferred
		}
		if _, err := d.may(who, access.OpenFile, f); err == nil {
			out.hidden[p.File], out.subject[p.File] = false, subject(f)
		}
	}
	return out, nil
}

// HouseholdArea counts the households of one area.
type HouseholdArea struct {
	Area       withheld.Text
	Others     int // areas that are summed here; 0: one area
	Households int
	HouseholdCounts
}

// HouseholdAreas counts the campaign by area, without anybody's name. Areas in which
// fewer were met than may be shown are summed, so that nobody is recognised by where
// she lives.
type HouseholdAreas struct {
	Few   int
	Areas []HouseholdArea
	All   HouseholdArea
}

// HouseholdAreas counts those of the worker's body.
func (d *Desk) HouseholdAreas(ctx context.Context, who access.Who) (HouseholdAreas, error) {
	if err := d.mayDo(who, access.KeepHousehold, "operation"); err != nil {
		return HouseholdAreas{}, err
	}
	out := HouseholdAreas{Few: d.pack().Standards.Few}
	of := map[string]*HouseholdArea{}
	var open []*casework.Operation
	if err := d.eachHousehold(ctx, who, 0, func(o *casework.Operation) { open = append(open, o) }); err != nil {
		return out, err
	}
	for _, o := range open {
		stages, err := d.stagesOf(ctx, who, o)
		if err != nil {
			return out, err
		}
		c := householdLine(o).Counted
		stages.count(&c)
		key := o.Area.Reveal()
		if of[key] == nil {
			of[key] = &HouseholdArea{Area: o.Area}
		}
		for _, a := range []*HouseholdArea{of[key], &out.All} {
			a.add(HouseholdArea{Households: 1, HouseholdCounts: c})
		}
	}
	for _, a := range of {
		out.Areas = append(out.Areas, *a)
	}
	out.Areas = fewTogether(out.Areas, out.Few)
	return out, nil
}

// fewTogether sums the areas below few, the smallest first, and goes on until the sum
// is not below it either: of two sums one tells the other.
func fewTogether(areas []HouseholdArea, few int) []HouseholdArea {
	slices.SortFunc(areas, func(a, b HouseholdArea) int {
		return cmp.Or(cmp.Compare(a.Contacted(), b.Contacted()), cmp.Compare(a.Area.Reveal(), b.Area.Reveal()))
	})
	var rest HouseholdArea
	for len(areas) > 0 && (areas[0].Contacted() < few || rest.Others > 0 && rest.Contacted() < few) {
		rest.add(areas[0])
		rest.Others++
		areas = areas[1:]
	}
	slices.Reverse(areas)
	if rest.Others > 0 {
		areas = append(areas, rest)
	}
	return areas
}

func (a *HouseholdArea) add(b HouseholdArea) {
	a.Households += b.Households
	for to, n := range map[*int]int{
		&a.Identified: b.Identified, &a.Settled: b.Settled, &a.Refused: b.Refused, &a.NotMet: b.NotMet,
		&a.Files: b.Files, &a.Waiting: b.Waiting, &a.Referred: b.Referred, &a.Resolved: b.Resolved, &a.Gone: b.Gone,
	} {
		*to += n
	}
}
