package desk

import (
	"cmp"
	"context"
	"slices"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/procedure"
	"pana/internal/store"
)

// Rolls: the pack's lists of who came to a body by a step and left by another, a
// centre's children or a school's. Everybody who came is in exactly one of the
// states below, and the page says so in numbers: whoever is missing from the sum
// is the first to look for. A roll opens no file: of whom this worker may not open
// it says that there is somebody, and nothing else.

// States of somebody on a roll.
const (
	RollHere = "here"
	RollLeft = "left" // by a step that says where to
	RollLost = "lost" // not here any more, and nobody said where to
	RollGone = "gone" // the file was erased
)

// RollWant is something that is missing of somebody, with the steps that this
// worker may take to mend it.
type RollWant struct {
	ID    string
	Steps []string
}

// RollLine is one stay.
type RollLine struct {
	State   string
	Stage   string
	Hidden  bool // counted; the file is not open to this worker
	Subject Subject
	Body    id.Body
	At      string // the name of another body's roll
	Since   time.Time
	Days    int
	Left    time.Time
	Outcome string
	Steps   []string // of the stage, that this worker may take now
	Leaves  []string // by which the stay may end now, that this worker may take
	Clock   *ClockLine
	Wants   []RollWant
}

// RollView is a body's roll as it stands. Entered is all who ever came, from the
// index alone; the four others are counted one by one from what each file says.
type RollView struct {
	ID                              string
	All                             []string // rolls that this worker's body keeps or watches
	Keeps                           bool
	Entered, Here, Left, Lost, Gone int
	Stages                          []RollCount
	Outcomes                        []RollCount // of all who left, by step
	Inside, Missing, Recent         []RollLine  // here; lost; left not long ago
	Elsewhere                       []RollLine  // in the region, at other bodies, whose file this worker may open
	Unclear                         []RollUnclear
}

// RollUnclear is a question of law on which a step into the roll, or out of it,
// hangs today, or how long the clock runs. Held: the step takes from the person, so
// until somebody answers it is not to be done, and where it was done all the same
// it is recorded as done.
type RollUnclear struct {
	Step     string
	Question string
	Held     bool
	Basis    []procedure.Basis
}

// RollCount is a number of a stage or an outcome.
type RollCount struct {
	ID string
	N  int
}

// Adds says that nobody is missing from the sum.
func (v RollView) Adds() bool { return v.Entered == v.Here+v.Left+v.Lost+v.Gone }

// rollAtOnce is how many stays are read at a time; rollRecent how long one that
// ended is listed.
const (
	rollAtOnce = 200
	rollRecent = 31 * 24 * time.Hour
)

// rollOf is the roll asked for, or the first, of those that the worker's kind of
// body keeps or watches.
func (d *Desk) rollOf(ctx context.Context, who access.Who, asked string) (*pack.Roll, []string, error) {
	if err := d.mayDo(who, access.SeeRolls, "roll"); err != nil {
		return nil, nil, err
	}
	var all []string
	for _, r := range d.pack().Rolls {
		if slices.Contains(r.Kinds, who.BodyKind) || slices.Contains(r.Watch, who.BodyKind) {
			all = append(all, r.ID)
		}
	}
	if asked == "" && len(all) > 0 {
		asked = d.usualRoll(ctx, who, all)
	}
	if !slices.Contains(all, asked) {
		return nil, nil, fault.Withheld("no such roll")
	}
	return d.pack().Roll(asked), all, nil
}

// usualRoll is the first on which the worker's own body has somebody: a school's
// worker is not shown an empty centre.
func (d *Desk) usualRoll(ctx context.Context, who access.Who, all []string) string {
	for _, id := range all {
		has, err := d.deps.Store.Counts(ctx, "stays", store.Query{
			Scope: everything, Where: []store.Filter{store.Where("body_id", store.Is, string(who.Body)), store.Where("roll", store.Is, id)}, Limit: 1,
		})
		if err == nil && has[0] > 0 {
			return id
		}
	}
	return all[0]
}

// Roll is one roll of the worker's body, and of the region's where it watches.
func (d *Desk) Roll(ctx context.Context, who access.Who, asked string) (RollView, error) {
	roll, all, err := d.rollOf(ctx, who, asked)
	if err != nil {
		return RollView{}, err
	}
	r, err := d.reading(ctx, who, roll)
	if err != nil {
		return RollView{}, err
	}
	out := RollView{ID: roll.ID, All: all, Keeps: slices.Contains(roll.Kinds, who.BodyKind), Unclear: r.unclear()}
	if out.Keeps {
		if err := d.ownRoll(ctx, r, &out); err != nil {
			return RollView{}, err
		}
	}
	if slices.Contains(roll.Watch, who.BodyKind) {
		out.Elsewhere, err = d.otherRolls(ctx, r)
	}
	pressing(out.Inside)
	pressing(out.Elsewhere)
	return out, err
}

// pressing puts those first of whom most is missing, then who is there longest.
func pressing(lines []RollLine) {
	slices.SortStableFunc(lines, func(a, b RollLine) int {
		return cmp.Or(cmp.Compare(len(b.Wants), len(a.Wants)), a.Since.Compare(b.Since))
	})
}

// ownRoll lists the own body's stays and counts each once.
func (d *Desk) ownRoll(ctx context.Context, r *rollReading, out *RollView) error {
	own := []store.Filter{store.Where("body_id", store.Is, string(r.who.Body)), store.Where("roll", store.Is, r.roll.ID)}
	counts, err := d.deps.Store.Counts(ctx, "stays", store.Query{Scope: everything, Where: own})
	if err != nil {
		return fault.At("count a roll", err)
	}
	out.Entered = counts[0]
	stages, outcomes := map[string]int{}, map[string]int{}
	err = d.eachStay(ctx, own, r.recent, func(row store.Found, f *casework.File) error {
		line, err := r.line(row, f)
		if err != nil {
			return err
		}
		switch line.State {
		case RollHere:
			out.Here++
			stages[line.Stage]++
			out.Inside = append(out.Inside, line)
		case RollLost:
			out.Lost++
			out.Missing = append(out.Missing, line)
		case RollGone:
			out.Gone++
		default:
			out.Left++
			outcomes[line.Outcome]++
			if r.recent(row) {
				out.Recent = append(out.Recent, line)
			}
		}
		return nil
	})
	for _, s := range r.roll.Stages {
		out.Stages = append(out.Stages, RollCount{s.ID, stages[s.ID]})
	}
	for _, step := range r.roll.Leaves {
		out.Outcomes = append(out.Outcomes, RollCount{step, outcomes[step]})
	}
	slices.SortStableFunc(out.Recent, func(a, b RollLine) int { return b.Left.Compare(a.Left) })
	return err
}

// otherRolls are the stays of the region at other bodies that go on, or ended
// nowhere, in files that this worker may open. Of the others there is no number:
// who watches is told of nobody they may not know of.
func (d *Desk) otherRolls(ctx context.Context, r *rollReading) ([]RollLine, error) {
	where := []store.Filter{
		store.Where("roll", store.Is, r.roll.ID), store.Where("left_at", store.Unset), store.Where("body_id", store.Isnt, string(r.who.Body)),
	}
	if r.who.Region != "" {
		where = append(where, store.Where("region", store.Is, r.who.Region))
	}
	names, err := d.bodyNames(ctx, r.who)
	if err != nil {
		return nil, err
	}
	var out []RollLine
	err = d.eachStay(ctx, where, func(store.Found) bool { return true }, func(row store.Found, f *casework.File) error {
		line, err := r.line(row, f)
		if err == nil && !line.Hidden && (line.State == RollHere || line.State == RollLost) {
			line.At = names.phone(line.Body).Name
			out = append(out, line)
		}
		return err
	})
	return out, err
}

// eachStay reads stays a page at a time, and of those that open wants to look into
// their files too. A stay that ended long ago is counted by its row.
func (d *Desk) eachStay(ctx context.Context, where []store.Filter, open func(store.Found) bool, do func(store.Found, *casework.File) error) error {
	q := store.Query{Scope: everything, Where: where, Sort: []store.Order{{Column: "since"}}, Limit: rollAtOnce, NoTotal: true}
	for {
		page, err := d.deps.Store.List(ctx, "stays", q)
		if err != nil {
			return fault.At("stays on a roll", err)
		}
		var refs []casework.Ref
		for _, row := range page.Rows {
			if ref := fileRef(id.File(row.Text("file_id"))); open(row) && !slices.Contains(refs, ref) {
				refs = append(refs, ref)
			}
		}
		files, err := d.deps.Store.View(ctx, refs...)
		if err != nil {
			return fault.At("view who is on a roll", err)
		}
		for _, row := range page.Rows {
			var f *casework.File
			if open(row) {
				f = fileOf(files, id.File(row.Text("file_id")))
			}
			if err := do(row, f); err != nil {
				return err
			}
		}
		if page.Next == "" {
			return nil
		}
		q.After = page.Next
	}
}

// rollReading reads one roll for one worker: the guards are compiled once.
type rollReading struct {
	d      *Desk
	who    access.Who
	roll   *pack.Roll
	law    law
	inside procedure.Predicate
	stages []procedure.Predicate
	wants  []procedure.Predicate
}

func (d *Desk) reading(ctx context.Context, who access.Who, roll *pack.Roll) (*rollReading, error) {
	l, err := d.lawFor(ctx, procedure.Situation{}, d.now())
	if err != nil {
		return nil, err
	}
	r := &rollReading{d: d, who: who, roll: roll, law: l}
	guard := func(when string) procedure.Predicate {
		g, problems := l.snap.Model.Guard(when, roll.Pos)
		if bad := procedure.Errors(problems); len(bad) > 0 && err == nil {
			err = fault.New(fault.Internal, "roll.guard", "roll", roll.ID)
		}
		return g
	}
	r.inside = guard(roll.Inside)
	for _, p := range roll.Stages {
		r.stages = append(r.stages, guard(p.When))
	}
	for _, p := range roll.Wants {
		r.wants = append(r.wants, guard(p.When))
	}
	return r, err
}

// unclear are the open questions on which the roll's own steps hang.
func (r *rollReading) unclear() []RollUnclear {
	var out []RollUnclear
	steps := slices.Clone(r.roll.Enters)
	for _, s := range r.roll.Stages {
		steps = append(steps, s.Steps...)
	}
	for i, id := range append(steps, r.roll.Leaves...) {
		if slices.Contains(steps[:min(i, len(steps))], id) {
			continue
		}
		if step := r.law.snap.Model.Step(id); step != nil && step.Exists != "" {
			out = append(out, RollUnclear{id, step.Exists, step.Adverse != nil || step.Effect == procedure.RemovalEffect, step.Basis})
		}
	}
	for _, c := range r.law.snap.Pack.Spec.Clocks {
		if length, err := procedure.ParseLength(c.Length); c.ID == r.roll.Clock && inForce(c.Dates, r.law.at) && err == nil && length.Question != "" {
			out = append(out, RollUnclear{Step: c.ID, Question: length.Question, Basis: c.Basis})
		}
	}
	return out
}

// recent says whether a stay goes on or ended not long ago.
func (r *rollReading) recent(row store.Found) bool {
	left := row.Time("left_at")
	return left.IsZero() || r.law.at.Sub(left) < rollRecent
}

// line is one stay as this worker may see it. In which state it is, is the roll's
// own to know and told of everybody.
func (r *rollReading) line(row store.Found, f *casework.File) (RollLine, error) {
	out := RollLine{
		State: RollLeft, Hidden: true, Body: id.Body(row.Text("body_id")), Since: row.Time("since"), Left: row.Time("left_at"), Outcome: row.Text("outcome"),
	}
	until := r.law.at
	if !out.Left.IsZero() {
		until = out.Left
	}
	out.Days = r.d.nights(out.Since, until)
	if f == nil {
		if out.Left.IsZero() {
			out.State = RollGone
		}
		return out, nil
	}
	l := r.law
	l.now = f.Situation
	if out.Left.IsZero() {
		out.State = RollHere
		if r.inside.Eval(l.now, l.at) == procedure.False {
			out.State = RollLost
		}
	}
	out.Stage = stageOf(r.roll.Stages, r.stages, l)
	if _, err := r.d.may(r.who, access.OpenFile, f); err != nil {
		return out, nil
	}
	out.Hidden, out.Subject = false, subject(f)
	if !r.d.inGroup(r.who, f, "situation") {
		return out, nil
	}
	switch out.State {
	case RollHere:
		r.fill(&out, f, l)
	case RollLost: // what can be said of who is looked for
		out.Steps = mineOf(r.d.offers(r.who, f, l), r.roll.Lost)
	}
	return out, nil
}

func stageOf(parts []pack.RollPart, guards []procedure.Predicate, l law) string {
	for i, g := range guards {
		if g.Eval(l.now, l.at) != procedure.False {
			return parts[i].ID
		}
	}
	return ""
}

// fill says how long she may be there, what is missing, and what this worker can do.
func (r *rollReading) fill(out *RollLine, f *casework.File, l law) {
	for _, c := range l.clocks() {
		if c.ID == r.roll.Clock {
			out.Clock = &c
		}
	}
	offers := r.d.offers(r.who, f, l)
	for i, g := range r.wants {
		if g.Eval(l.now, l.at) != procedure.False {
			out.Wants = append(out.Wants, RollWant{r.roll.Wants[i].ID, mineOf(offers, r.roll.Wants[i].Steps)})
		}
	}
	for _, stage := range r.roll.Stages {
		if stage.ID == out.Stage {
			out.Steps = mineOf(offers, stage.Steps)
		}
	}
	out.Steps = append(out.Steps, mineOf(offers, r.roll.Report)...)
	out.Leaves = mineOf(offers, slices.DeleteFunc(slices.Clone(r.roll.Leaves), func(s string) bool { return slices.Contains(out.Steps, s) }))
}

// mineOf are those of some steps that this worker may take now.
func mineOf(offers []StepOffer, steps []string) []string {
	var out []string
	for _, o := range offers {
		if slices.Contains(steps, o.ID) && o.Mine && o.State != string(procedure.Closed) && o.State != string(procedure.Held) {
			out = append(out, o.ID)
		}
	}
	return out
}
