package desk

import (
	"cmp"
	"context"
	"slices"
	"time"

	"pana/internal/access"
	"pana/internal/fault"
	"pana/internal/pack"
	"pana/internal/procedure"
	"pana/internal/store"
)

// Overseen is what other bodies have left overdue for longer than the service's own
// standard lets it lie with them: how much, at which body. It names no step and no
// person; lines stand there only of files that this worker may list anyhow.
type Overseen struct {
	After string // overdue for longer than this
	Kinds []OverseenKind
	Lines []DocketLine
}

// OverseenKind is a kind of body. Late counts each step once, whether or not a body
// of the kind has to do with the file: what is with no body is the most forgotten.
type OverseenKind struct {
	Kind   string
	Late   int // no further than ManyLines
	Bodies []OverseenBody
}

// Idle says that nothing is overdue at any body of the kind.
func (k OverseenKind) Idle() bool {
	return k.Late == 0 && !slices.ContainsFunc(k.Bodies, func(b OverseenBody) bool { return b.Late > 0 })
}

// Idle lists the kinds of body at which nothing is.
func (o Overseen) Idle() (kinds []string) {
	for _, k := range o.Kinds {
		if k.Idle() {
			kinds = append(kinds, k.Kind)
		}
	}
	return kinds
}

// OverseenBody is what stands overdue on one body's docket.
type OverseenBody struct {
	Phone  Phone
	Region string
	Late   int // no further than ManyLines
}

// Overseen counts it.
func (d *Desk) Overseen(ctx context.Context, who access.Who) (Overseen, error) {
	over := d.oversees(who)
	if over == nil {
		return Overseen{}, fault.Withheld("oversees nobody")
	}
	at := d.now()
	before, err := d.lateBefore(over.After, at)
	if err != nil {
		return Overseen{}, err
	}
	names, err := d.bodyNames(ctx, who)
	if err != nil {
		return Overseen{}, err
	}
	out := Overseen{After: over.After}
	for _, kind := range over.Of {
		of, err := d.overseenKind(ctx, who, kind, names, before)
		if err != nil {
			return Overseen{}, err
		}
		out.Kinds = append(out.Kinds, of)
	}
	out.Lines, err = d.overseenLines(ctx, who, over.Of, before, at)
	return out, err
}

// oversees is whom this worker's kind of body oversees, if she may look at it.
func (d *Desk) oversees(who access.Who) *pack.Oversight {
	if !d.couldEver(who, access.SeeOverdue, "work") {
		return nil
	}
	all := d.pack().Standards.Oversight
	if i := slices.IndexFunc(all, func(o pack.Oversight) bool { return o.By == who.BodyKind }); i >= 0 {
		return &all[i]
	}
	return nil
}

// lateBefore is the latest time, whole days back, at which what was due has been
// overdue for a length of time by now. It is found by counting forward, as limits
// are: working days cannot be counted back.
func (d *Desk) lateBefore(length string, at time.Time) (time.Time, error) {
	p := d.pack()
	for due := at; ; due = due.AddDate(0, 0, -1) {
		until, err := procedure.Due(length, due, p.Location(), p.DaysOff(), procedure.Duty)
		if err != nil {
			return time.Time{}, fault.At("oversight", err)
		}
		if !until.After(at) {
			return due, nil
		}
	}
}

func (d *Desk) overseenKind(ctx context.Context, who access.Who, kind string, names bodyNames, before time.Time) (OverseenKind, error) {
	out := OverseenKind{Kind: kind}
	var err error
	if out.Late, err = d.lateAt(ctx, who.Region, []string{kind}, before, ManyLines); err != nil {
		return out, err
	}
	for _, b := range names.that([]string{kind}, who.Region) {
		n, err := d.bodyLate(ctx, b, before)
		if err != nil {
			return out, err
		}
		out.Bodies = append(out.Bodies, OverseenBody{Phone: names.phone(b.ID), Region: b.Region, Late: n})
	}
	slices.SortStableFunc(out.Bodies, func(a, b OverseenBody) int {
		return cmp.Or(cmp.Compare(b.Late, a.Late), cmp.Compare(a.Region, b.Region), cmp.Compare(a.Phone.Name, b.Phone.Name))
	})
	return out, nil
}

// lateAt counts what kinds of body have left overdue in a region, or in the country,
// no further than most. It is asked along an index, kind by kind: asked together,
// PostgreSQL reads the table.
func (d *Desk) lateAt(ctx context.Context, region string, kinds []string, before time.Time, most int) (int, error) {
	late := owedPart{Query: store.Query{Scope: everything, Limit: most, Where: []store.Filter{store.Where("due_at", store.Before, before)}}, along: []store.Filter{d.takenByKind(kinds...)}}
	if region != "" {
		late.along = append(late.along, store.Where("region", store.OneOf, region, ""))
	}
	counts, err := d.deps.Store.Counts(ctx, "steps", late.lists()...)
	sum := 0
	for _, n := range counts {
		sum += n
	}
	return min(sum, most), err
}

// bodyLate is what is overdue in the files that a body has to do with and among the
// decisions of its region, as its own docket has it; no row is counted twice.
func (d *Desk) bodyLate(ctx context.Context, b bodyRow, before time.Time) (int, error) {
	taken, late := d.takenByKind(b.Kind), store.Where("due_at", store.Before, before)
	own := store.Query{Scope: everything, Limit: ManyLines, Where: []store.Filter{store.Where("body_id", store.Is, string(b.ID)), taken, late}}
	if kind := d.pack().BodyKind(b.Kind); kind == nil || !slices.Contains(kind.Can, "decide") {
		n, err := d.deps.Store.Counts(ctx, "owed", own)
		if err != nil {
			return 0, err
		}
		return n[0], nil
	}
	own.Scope = access.Not{Scope: access.In{Column: "step", Values: d.decisions()}}
	decides := store.Query{Scope: everything, Limit: ManyLines, Where: []store.Filter{taken, late}}
	if b.Region != "" {
		decides.Where = append(decides.Where, store.Where("region", store.OneOf, b.Region, ""))
	}
	n, err := d.deps.Store.Counts(ctx, "owed", own)
	if err != nil {
		return 0, err
	}
	more, err := d.deps.Store.Counts(ctx, "decisions", decides)
	if err != nil {
		return 0, err
	}
	return min(n[0]+more[0], ManyLines), nil
}

// takenByKind are the rows of a kind of body, and of each role in it.
func (d *Desk) takenByKind(kinds ...string) store.Filter {
	var by []any
	for _, kind := range kinds {
		by = append(by, kind)
		if k := d.pack().BodyKind(kind); k != nil {
			for _, role := range k.Roles {
				by = append(by, kind+":"+role)
			}
		}
	}
	return store.Where("by_kind", store.OneOf, by...)
}

// overseenLines are those of it in files that this worker may list: none for who only
// counts.
func (d *Desk) overseenLines(ctx context.Context, who access.Who, kinds []string, before, at time.Time) ([]DocketLine, error) {
	may := d.rules.Scope(who, access.ListFiles, "file")
	if _, none := may.(access.None); none {
		return nil, nil
	}
	rows, err := d.deps.Store.List(ctx, "steps", store.Query{
		Scope: may, Sort: soonest, Limit: pageLength, NoTotal: true,
		Where: []store.Filter{d.takenByKind(kinds...), store.Where("due_at", store.Before, before)},
	})
	if err != nil {
		return nil, fault.At("overseen", err)
	}
	return d.docketLines(ctx, who, rows.Rows, at)
}

// overseenLate is one line in the list of who oversees: that something waits too long
// with others. How much, and where, is on its page.
func (d *Desk) overseenLate(ctx context.Context, who access.Who, at time.Time) ([]WorkLine, error) {
	over := d.oversees(who)
	if over == nil {
		return nil, nil
	}
	before, err := d.lateBefore(over.After, at)
	if err != nil {
		return nil, err
	}
	n, err := d.lateAt(ctx, who.Region, over.Of, before, 1)
	if err != nil || n == 0 {
		return nil, err
	}
	return []WorkLine{{Verb: "work.overseen", State: "overdue", Kind: "task", Target: "/overdue", Subject: Subject{Region: who.Region}}}, nil
}
