package desk

import (
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

// Files whose time is over: found once a night by the pack's schedules, erased by two
// who sign for many at once, or kept by one who says why. Nothing here erases.

// Schedule is one of the pack's, with the question that hides its length.
type Schedule struct {
	pack.Retention
	Question string
}

// RetentionLine is a file whose time is over, or that is kept all the same.
type RetentionLine struct {
	File     id.File
	Number   string
	Schedule string // by which its time is over
	Since    time.Time
	Due      time.Time
	State    string // of the erasing: "", asked, confirmed
	Own      bool   // this worker signed first, and cannot be the second
	Held     bool   // an order keeps it: told to who may know of orders
	Placed   bool
	Why      string // it is kept
	Until    string
	By       string // body that said so
}

// Signs says that somebody can sign here now.
func (l RetentionLine) Signs() bool {
	return !l.Held && !l.Placed && !l.Own && l.State != casework.ErasureIsConfirmed
}

// Retentions is the page: what the pack says, what is over by it, and what is kept.
type Retentions struct {
	Schedules []Schedule
	Records   []RecordSchedule // what is kept beside files
	Over      []RetentionLine
	More      bool // than Over has
	Kept      []RetentionLine
	Asks      bool // may be the first of two
	Allows    bool // may be the second
	Orders    bool // may know of orders on single records
}

// signedAtOnce is how many files one form signs for.
const signedAtOnce = 100

// Retentions lists the files whose time is over that this worker may decide on.
func (d *Desk) Retentions(ctx context.Context, who access.Who) (Retentions, error) {
	if !d.couldEver(who, access.SeeRetention, "file") {
		return Retentions{}, fault.Withheld("retention")
	}
	out := Retentions{Asks: d.couldEver(who, access.AskErasure, "file"), Allows: d.couldEver(who, access.AllowErasure, "file")}
	out.Orders = d.couldEver(who, access.HoldRecord, "record")
	for _, r := range d.pack().Keeping.Retention {
		n, _ := procedure.ParseLength(r.Keep) // lint parsed it
		out.Schedules = append(out.Schedules, Schedule{r, n.Question})
	}
	var err error
	if out.Records, err = d.recordSchedules(ctx, who); err != nil {
		return out, err
	}
	if out.Over, out.More, err = d.retentionLines(ctx, who, casework.RetentionIsOver, "due_at", signedAtOnce); err != nil {
		return out, err
	}
	out.Kept, _, err = d.retentionLines(ctx, who, casework.RetentionIsKept, "since", erasuresShown)
	return out, err
}

func (d *Desk) retentionLines(ctx context.Context, who access.Who, state, sort string, limit int) ([]RetentionLine, bool, error) {
	page, err := d.deps.Store.List(ctx, casework.RetentionTable, store.Query{
		Scope: d.rules.Scope(who, access.SeeRetention, "file"), Limit: limit, NoTotal: true,
		Where: []store.Filter{store.Where("state", store.Is, state)}, Sort: []store.Order{{Column: sort}},
	})
	if err != nil {
		return nil, false, err
	}
	files, err := d.views(ctx, page.Rows)
	if err != nil {
		return nil, false, err
	}
	names, err := d.bodyNames(ctx, who)
	if err != nil {
		return nil, false, err
	}
	m, err := d.momentOf(ctx, who, d.now())
	if err != nil {
		return nil, false, err
	}
	var out []RetentionLine
	for _, r := range page.Rows {
		f := files[id.File(r.Text("file_id"))]
		if f == nil { // erased between the list and the look
			continue
		}
		line := RetentionLine{File: f.ID, Number: f.Number(), Since: r.Time("since"), Due: r.Time("due_at")}
		switch {
		case f.Over != nil:
			line.Schedule, line.Placed = f.Over.Schedule, f.Place != nil
			line.Held = d.mayFile(who, access.KeepHold, f) && f.Held(m)
			if e := f.Erasing; e.Running() {
				line.State, line.Own = e.State, m.People.Same(who.Worker, e.AskedBy) || m.People.Same(who.Worker, e.WishedBy)
			}
		case f.KeptOn != nil:
			line.Why, line.Until, line.By = f.KeptOn.Why, f.KeptOn.Until, names.of(f.KeptOn.Body)
		}
		out = append(out, line)
	}
	return out, page.Next != "", nil
}

// What one form says of the files that are ticked; each is a button.
const (
	RetentionSign = "sign" // the first signature, or the second where the first is there
	RetentionKeep = "keep"
)

// RetentionInput is what somebody says of several files.
type RetentionInput struct {
	Key   string
	Go    string
	Files []id.File
	Why   string
	Until string
}

// RetentionDone is what became of one file: a receipt, or why it stands as it stood.
type RetentionDone struct {
	File    id.File
	Number  string
	Receipt casework.Receipt
	Refused *fault.Error
}

// Codes of a form for many files.
const (
	codeRetentionNothing = "retention.nothing"
	codeRetentionMany    = "retention.many"
	codeErasureNotNow    = "erasure.not_now" // an order or a place, and who asks may not know of orders
)

// Retain takes what one of two says of several files, an act for each: one that cannot
// go keeps none of the others. Nothing is erased by it: that is the sweep's.
func (d *Desk) Retain(ctx context.Context, who access.Who, in RetentionInput) ([]RetentionDone, error) {
	switch {
	case !d.couldEver(who, access.SeeRetention, "file"):
		return nil, fault.Withheld("retention")
	case len(in.Files) == 0 || in.Go != RetentionSign && in.Go != RetentionKeep:
		return nil, fault.New(fault.Invalid, codeRetentionNothing)
	case len(in.Files) > signedAtOnce:
		return nil, fault.New(fault.Invalid, codeRetentionMany, "max", itoa(signedAtOnce))
	}
	var out []RetentionDone
	for _, file := range in.Files {
		receipt, err := d.retain(ctx, who, in, file)
		if e := fault.Of(err); err != nil && (e.Kind == fault.Internal || e.Kind == fault.Invalid) {
			return nil, err // a form that lacks something lacks it for each
		}
		done := RetentionDone{File: file, Number: id.Number(file), Receipt: receipt}
		if err != nil {
			done.Refused = fault.Of(err)
		}
		out = append(out, done)
	}
	return out, nil
}

func (d *Desk) retain(ctx context.Context, who access.Who, in RetentionInput, file id.File) (casework.Receipt, error) {
	sent := in
	sent.Files = []id.File{file}
	return d.onFile(ctx, who, in.Key+"/"+string(file), sent, file, access.SeeRetention, func(f *casework.File, m casework.Moment) (casework.Decision, error) {
		asks, allows := d.mayFile(who, access.AskErasure, f), d.mayFile(who, access.AllowErasure, f)
		var out casework.Decision
		var err error
		switch second := f.Erasing.Running(); {
		case in.Go == RetentionKeep && (asks || allows):
			out, err = casework.KeepLonger(f, casework.RetentionKept{Why: in.Why, Until: in.Until}, m)
		case in.Go == RetentionSign && second && allows && f.Erasing.Schedule != "":
			out, err = casework.ConfirmErasure(f, m)
		case in.Go == RetentionSign && !second && asks:
			out, err = casework.AskRetention(f, m)
		default:
			return out, fault.New(fault.Conflict, casework.CodeErasureNone)
		}
		return out, d.notNow(who, f, err)
	})
}

// notNow answers who may not know of orders as if it were a place, and of a place as if
// it were an order: neither is told apart.
func (d *Desk) notNow(who access.Who, f *casework.File, err error) error {
	if (fault.Is(err, casework.CodeErasureHeld) || fault.Is(err, casework.CodeErasurePlaced)) && !d.mayFile(who, access.KeepHold, f) {
		return fault.New(fault.Conflict, codeErasureNotNow)
	}
	return err
}

// sweepRetention looks once a day of the country, after midnight, whose time is over.
// Each file that is old enough is read, the earliest first: a country's takes minutes,
// at night. One younger than the shortest schedule ends the look, and so do all after it.
func (d *Desk) sweepRetention(ctx context.Context, at time.Time) error {
	day := at.In(d.pack().Location()).Format(time.DateOnly)
	if last := d.retained.Load(); last != nil && *last == day {
		return nil
	}
	if !d.everOver() {
		return nil
	}
	known, err := d.alreadyOver(ctx)
	if err != nil {
		return err
	}
	q := store.Query{
		Scope: everything, Limit: 500, NoTotal: true, Sort: []store.Order{{Column: "opened_at"}},
	}
	for {
		page, err := d.deps.Store.List(ctx, "files", q)
		if err != nil {
			return fault.At("sweep retention", err)
		}
		young := false
		for _, r := range page.Rows {
			if young = !d.oldEnough(r.Time("opened_at"), at); young {
				break
			}
			if file := id.File(r.Text("file_id")); !known[file] {
				if err := d.findRetention(ctx, file, day, at); err != nil {
					return fault.At("retention of a file", err)
				}
			}
		}
		if young || page.Next == "" {
			break
		}
		q.After = page.Next
	}
	d.retained.Store(&day)
	return nil
}

// everOver says whether any schedule has a length: where none has, nothing is ever due.
func (d *Desk) everOver() bool {
	return slices.ContainsFunc(d.pack().Keeping.Retention, func(r pack.Retention) bool {
		n, err := procedure.ParseLength(r.Keep)
		return err == nil && n.Question == ""
	})
}

// oldEnough says whether the time of a file opened then could be over by any schedule:
// whatever a schedule counts from, nothing of a file is before its opening.
func (d *Desk) oldEnough(opened, at time.Time) bool {
	return slices.ContainsFunc(d.pack().Keeping.Retention, func(r pack.Retention) bool {
		n, err := procedure.ParseLength(r.Keep)
		return err == nil && n.Question == "" && !at.Before(n.Due(opened, d.pack().Location(), d.pack().DaysOff(), procedure.Duty))
	})
}

// alreadyOver are the files that somebody is asked about: they are not read again.
func (d *Desk) alreadyOver(ctx context.Context) (map[id.File]bool, error) {
	out := map[id.File]bool{}
	q := store.Query{Scope: everything, Limit: 1000, NoTotal: true, Where: []store.Filter{store.Where("state", store.Is, casework.RetentionIsOver)}}
	for {
		page, err := d.deps.Store.List(ctx, casework.RetentionTable, q)
		if err != nil {
			return nil, fault.At("files whose time is over", err)
		}
		for _, r := range page.Rows {
			out[id.File(r.Text("file_id"))] = true
		}
		if page.Next == "" {
			return out, nil
		}
		q.After = page.Next
	}
}

// findRetention reads a file before it takes a turn to write: most have time left.
func (d *Desk) findRetention(ctx context.Context, file id.File, day string, at time.Time) error {
	l, err := d.deps.Store.View(ctx, fileRef(file))
	if err != nil {
		return err
	}
	m := d.moment(product, at)
	if _, err := casework.FindRetention(fileOf(l, file), m); err != nil {
		return notOver(err)
	}
	_, err = d.change(ctx, product, "retention/"+string(file)+"/"+day, string(file), at, []casework.Ref{fileRef(file)}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		return casework.FindRetention(fileOf(l, file), m)
	})
	return notOver(err)
}

func notOver(err error) error {
	if fault.Is(err, casework.CodeRetentionNone) {
		return nil
	}
	return gone(err)
}

// filesOver is a line in My work while files wait for this worker's signature.
func (d *Desk) filesOver(ctx context.Context, who access.Who, _ time.Time) ([]WorkLine, error) {
	if !d.couldEver(who, access.SeeRetention, "file") {
		return nil, nil
	}
	lines, _, err := d.retentionLines(ctx, who, casework.RetentionIsOver, "due_at", signedAtOnce)
	if err != nil || !slices.ContainsFunc(lines, func(l RetentionLine) bool {
		return l.Signs() && (l.State != "" || d.couldEver(who, access.AskErasure, "file"))
	}) {
		return nil, err
	}
	return []WorkLine{{Verb: "work.retention", Kind: "erasure", State: "new", Since: lines[0].Due, Target: "/admin/retention", Subject: Subject{Region: who.Region}}}, nil
}
