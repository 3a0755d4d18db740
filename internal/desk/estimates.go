package desk

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/stats"
	"pana/internal/store"
	"pana/internal/withheld"
)

// A statistician loads a table of how many people were on exactly which lists. What it
// tells of those who are on none is counted by every method, kept, and given out by a
// second person.

// Estimates are those of a body, the newest first.
type Estimates struct {
	Key   string
	Lines []EstimateLine
}

// EstimateLine is one of them.
type EstimateLine struct {
	ID    id.Estimate
	Title withheld.Text
	State string
	By    string
	At    time.Time
	Mine  bool
}

// EstimateView is one with all that its page says.
type EstimateView struct {
	EstimateLine
	Key     string
	Asked   casework.EstimateAsked
	Counted casework.EstimateCounted
	// Lists and Overlap are of the table: how many are on both of two lists, and on one.
	// Whose are the numbers that may be given out, the others are Few.
	Lists     []string
	Overlap   [][]int
	Warned    []EstimateWarning
	Done, Of  int // replicates, while it is counted here
	CountedAt time.Time
	OutAt     time.Time
	UndoneAt  time.Time
	Why       withheld.Text
	Late      bool // the product stopped it
	Publishes bool // this worker may be the second
	Few       int
	Body      string // of one that is published: whose
}

// EstimateWarning is what a reader must know of the lists before any method.
type EstimateWarning struct {
	Code  string
	Lists []string
}

// EstimateInput is a table with what its readers must know.
type EstimateInput struct {
	Key        string
	Asked      casework.EstimateAsked
	Replicates string
}

// EstimateActInput is what is done with one.
type EstimateActInput struct {
	Key      string
	Estimate id.Estimate
	Do       string // stop, publish, withdraw
	Why      withheld.Text
}

// EstimateReplicates are how often a table may be drawn again.
var EstimateReplicates = []string{"200", "1000"}

// mostEstimates are listed.
const mostEstimates = 100

// HeadlineRatio is how far apart methods may be for there to be a headline.
const HeadlineRatio = stats.HeadlineRatio

// Estimates lists those of the worker's own body.
func (d *Desk) Estimates(ctx context.Context, who access.Who) (Estimates, error) {
	if err := d.mayDo(who, access.KeepEstimate, "estimate"); err != nil {
		return Estimates{}, err
	}
	all, err := folded[*casework.Estimate](ctx, d, casework.EstimatesTable, store.Query{
		Scope: everything, Where: []store.Filter{store.Where("body_id", store.Is, string(who.Body))}, Sort: []store.Order{{Column: "at", Down: true}}, Limit: mostEstimates, NoTotal: true,
	})
	if err != nil {
		return Estimates{}, fault.At("estimates", err)
	}
	staff, err := d.staff(ctx, who)
	if err != nil {
		return Estimates{}, err
	}
	out := Estimates{Key: string(id.New[id.Event](d.now()))}
	for _, e := range all {
		out.Lines = append(out.Lines, estimateLine(e, who, staff))
	}
	return out, nil
}

func estimateLine(e *casework.Estimate, who access.Who, staff []*casework.Account) EstimateLine {
	return EstimateLine{ID: e.ID, Title: e.Title, State: e.State, By: nameOf(staff, e.By), At: e.At, Mine: e.By == who.Worker}
}

// AskEstimate keeps a table and has it counted. What is wrong in it is said with line and
// column.
func (d *Desk) AskEstimate(ctx context.Context, who access.Who, in EstimateInput) (casework.Receipt, error) {
	if err := d.mayDo(who, access.KeepEstimate, "estimate"); err != nil {
		return casework.Receipt{}, err
	}
	asked := in.Asked
	asked.Seed = 1
	if slices.Contains(EstimateReplicates, in.Replicates) {
		asked.Replicates, _ = strconv.Atoi(in.Replicates)
	}
	var bad []fault.Field
	switch table := asked.Table.Reveal(); {
	case table == "":
		bad = append(bad, fault.Field{Name: "estimate_table", Code: "field.required"})
	case !utf8.ValidString(table):
		bad = append(bad, fault.Field{Name: "estimate_table", Code: "estimate.letters"})
	case utf8.RuneCountInString(table) <= casework.MaxEstimateTable:
		if _, err := stats.Read([]byte(table)); err != nil {
			bad = append(bad, unread(err))
		}
	}
	at := d.now()
	estimate := id.New[id.Estimate](at)
	return d.change(ctx, who, in.Key, in, at, []casework.Ref{casework.EstimateRef(estimate)}, func(_ *store.Loaded, m casework.Moment) (casework.Decision, error) {
		out, err := casework.AskEstimate(estimate, asked, m)
		all := slices.Clone(bad)
		if err != nil {
			all = append(all, fault.Of(err).Fields...)
		}
		if len(all) > 0 {
			return casework.Decision{}, fault.Form(all...)
		}
		return out, err
	})
}

// unread is why a table cannot be read, and where.
func unread(err error) fault.Field {
	where, ok := errors.AsType[*stats.ReadError](err)
	if !ok {
		return fault.Field{Name: "estimate_table", Code: "estimate.letters"}
	}
	return fault.Field{Name: "estimate_table", Code: "estimate.read", Args: map[string]string{"line": itoa(where.Line), "column": itoa(where.Column), "what": where.What}}
}

// Estimate is one of the worker's own body.
func (d *Desk) Estimate(ctx context.Context, who access.Who, estimate id.Estimate) (EstimateView, error) {
	e, err := d.ownEstimate(ctx, who, estimate)
	if err != nil {
		return EstimateView{}, err
	}
	staff, err := d.staff(ctx, who)
	if err != nil {
		return EstimateView{}, err
	}
	people, err := d.people(ctx)
	if err != nil {
		return EstimateView{}, err
	}
	out := d.estimateView(e)
	out.EstimateLine = estimateLine(e, who, staff)
	out.Done, out.Of = d.progress(estimate)
	out.Publishes = e.State == casework.EstimateDone && d.allowed(who, access.PublishEstimate, "estimate") && !people.Same(who.Worker, e.By)
	return out, nil
}

// ownEstimate is one that this worker may read: of the own body.
func (d *Desk) ownEstimate(ctx context.Context, who access.Who, estimate id.Estimate) (*casework.Estimate, error) {
	if err := d.mayDo(who, access.KeepEstimate, "estimate"); err != nil {
		return nil, err
	}
	e, err := d.estimate(ctx, estimate)
	if err != nil {
		return nil, err
	}
	if e.Body != who.Body {
		return nil, fault.Withheld("another body's estimate")
	}
	return e, nil
}

// estimateView is one with its lists, whoever reads it.
func (d *Desk) estimateView(e *casework.Estimate) EstimateView {
	out := EstimateView{
		EstimateLine: EstimateLine{ID: e.ID, Title: e.Title, State: e.State, At: e.At}, Key: string(id.New[id.Event](d.now())), Asked: e.EstimateAsked, Counted: e.Counted,
		CountedAt: e.CountedAt, OutAt: e.OutAt, UndoneAt: e.UndoneAt, Why: e.Why, Late: e.Late, Few: d.pack().Standards.Few,
	}
	in, err := stats.Read([]byte(e.Table.Reveal()))
	if err != nil || in.Table == nil { // of one list; what was read once is read again
		return out
	}
	out.Lists = in.Table.Lists
	for _, row := range in.Table.Overlap() {
		var line []int
		for _, n := range row {
			line = append(line, int(n))
		}
		out.Overlap = append(out.Overlap, line)
	}
	for _, w := range in.Table.Warned() {
		out.Warned = append(out.Warned, EstimateWarning{w.Code, w.Lists})
	}
	return out
}

// ActOnEstimate stops, publishes or withdraws one.
func (d *Desk) ActOnEstimate(ctx context.Context, who access.Who, in EstimateActInput) (casework.Receipt, error) {
	if _, err := d.ownEstimate(ctx, who, in.Estimate); err != nil {
		return casework.Receipt{}, err
	}
	if in.Do != "stop" {
		if err := d.mayDo(who, access.PublishEstimate, "estimate"); err != nil {
			return casework.Receipt{}, err
		}
	}
	ref := casework.EstimateRef(in.Estimate)
	receipt, err := d.change(ctx, who, in.Key, in, d.now(), []casework.Ref{ref}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		e := store.As[*casework.Estimate](l, ref)
		switch in.Do {
		case "stop":
			return casework.StopEstimate(e, m)
		case "publish":
			return casework.PublishEstimate(e, m)
		case "withdraw":
			return casework.WithdrawEstimate(e, in.Why, m)
		}
		return casework.Decision{}, fault.New(fault.Invalid, "form.malformed")
	})
	if err == nil && in.Do == "stop" {
		d.counting.mu.Lock()
		if run := d.counting.running[in.Estimate]; run != nil {
			run.stop()
		}
		d.counting.mu.Unlock()
	}
	return receipt, err
}

// PublishedEstimates are what bodies gave out, for anybody, the newest first; what was
// withdrawn stays with its reason. Numbers are told no closer than they are known, and
// none that would say of how few people a cell of the table is.
func (d *Desk) PublishedEstimates(ctx context.Context, lang string) ([]EstimateView, error) {
	all, err := folded[*casework.Estimate](ctx, d, casework.EstimatesTable, store.Query{
		Scope: everything, Where: []store.Filter{store.Where("state", store.OneOf, casework.EstimateOut, casework.EstimateUndone)}, Sort: []store.Order{{Column: "at", Down: true}}, Limit: mostEstimates, NoTotal: true,
	})
	if err != nil {
		return nil, fault.At("published estimates", err)
	}
	names, err := d.bodyNames(ctx, access.Who{Lang: lang})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(all, func(a, b *casework.Estimate) int { return cmp.Compare(b.OutAt.UnixNano(), a.OutAt.UnixNano()) })
	var out []EstimateView
	for _, e := range all {
		v := d.estimateView(e)
		v.Body = names.of(e.Body)
		out = append(out, v.given())
	}
	return out, nil
}

// given is an estimate as it is given out. The cells of the table are not: they are
// small, and twenty estimates to the last person would be as many equations for them. So
// an estimate is told to two figures, its ends outwards, and of the lists only how long
// each is.
func (v EstimateView) given() EstimateView {
	v.Asked.Table, v.Key = withheld.Text{}, ""
	rows := slices.Clone(v.Counted.Rows)
	for i := range rows {
		rows[i].N, rows[i].Low, rows[i].High = near(rows[i].N), below(rows[i].Low), above(rows[i].High)
		rows[i].Endless = 0
	}
	v.Counted.Rows, v.Counted.Low, v.Counted.High = rows, below(v.Counted.Low), above(v.Counted.High)
	sum := 0
	var lengths [][]int
	for i := range v.Overlap {
		line := slices.Repeat([]int{Few}, len(v.Lists))
		if n := v.Overlap[i][i]; n == 0 || n >= v.Few {
			line[i] = n
		}
		sum += v.Overlap[i][i]
		lengths = append(lengths, line)
	}
	if more := sum - v.Counted.Observed; v.Counted.Observed < v.Few || len(v.Lists) > 0 && more > 0 && more < v.Few {
		v.Counted.Observed = Few
	}
	v.Overlap = lengths
	return v
}

// step is by which a number of two figures goes on.
func step(n int) int {
	by := 1
	for n/by >= 100 {
		by *= 10
	}
	return by
}

func below(n int) int {
	if n < 0 {
		return n
	}
	return n / step(n) * step(n)
}

func above(n int) int {
	if n < 0 {
		return n
	}
	return (n + step(n) - 1) / step(n) * step(n)
}

func near(n int) int {
	if n < 0 {
		return n
	}
	return (n + step(n)/2) / step(n) * step(n)
}
