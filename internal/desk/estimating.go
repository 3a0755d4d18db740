package desk

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"sync"
	"time"

	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/stats"
	"pana/internal/store"
)

// Counting an estimate takes from a second to many minutes, so it is done beside the
// jobs, which other people's telephones wait for: a job only begins it. One at a time on
// a node, with half its processors. What a node that stopped had begun is begun anew by
// the sweep; two nodes that count the same answer the same, and the second records
// nothing.

// estimating is what this node is counting.
type estimating struct {
	mu      sync.Mutex
	running map[id.Estimate]*estimateRun
	turn    sync.Mutex // one at a time
}

// estimateRun is one of them.
type estimateRun struct {
	stop     context.CancelFunc
	done, of int
}

const (
	// estimateLongest is how long one may take: the product's own standard. What takes
	// longer has too many lists for how often it is drawn.
	estimateLongest = 30 * time.Minute
	// estimateLost is when the sweep takes one for lost that nobody here is counting.
	estimateLost = estimateLongest + 5*time.Minute
	// estimateLook is how often a run looks whether somebody stopped it at another node.
	estimateLook = 3 * time.Second
)

// beginEstimate counts one unless this node does already. It returns at once.
func (d *Desk) beginEstimate(ctx context.Context, estimate id.Estimate) error {
	e, err := d.estimate(ctx, estimate)
	if err != nil {
		return gone(err)
	}
	d.counting.mu.Lock()
	defer d.counting.mu.Unlock()
	if e.State != casework.EstimateRuns || d.counting.running[estimate] != nil {
		return nil
	}
	if d.counting.running == nil {
		d.counting.running = map[id.Estimate]*estimateRun{}
	}
	// Whoever had the job done may be gone sooner: the demonstration's button is a request.
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	run := &estimateRun{stop: stop}
	d.counting.running[estimate] = run
	go func() {
		defer func() {
			stop()
			d.counting.mu.Lock()
			delete(d.counting.running, estimate)
			d.counting.mu.Unlock()
		}()
		if err := d.countEstimate(ctx, e, run); err != nil && ctx.Err() == nil {
			d.deps.Log.Error("estimate", "estimate", string(estimate), "code", fault.Of(err).Code)
		}
	}()
	return nil
}

// countEstimate waits for its turn, counts and records.
func (d *Desk) countEstimate(ctx context.Context, e *casework.Estimate, run *estimateRun) error {
	go d.watchEstimate(ctx, e.ID, run)
	d.counting.turn.Lock()
	defer d.counting.turn.Unlock()
	in, err := stats.Read([]byte(e.Table.Reveal()))
	if err != nil {
		return fault.Because(err, fault.Internal, "estimate.read") // it was read when it was asked
	}
	limited, stop := context.WithTimeout(ctx, estimateLongest)
	defer stop()
	boot := stats.Boot{Replicates: e.Replicates, Seed: uint64(e.Seed), Workers: max(1, runtime.GOMAXPROCS(0)/2)}
	answer, err := stats.Multiverse(limited, in, boot, func(done, of int) {
		d.counting.mu.Lock()
		run.done, run.of = done, of
		d.counting.mu.Unlock()
	})
	switch {
	case ctx.Err() != nil: // somebody stopped it, or the node stops
		return nil
	case err != nil:
		return d.onEstimateOf(ctx, e.ID, "late", casework.StopEstimate)
	}
	counted := countedOf(answer, in.Invented)
	return d.onEstimateOf(ctx, e.ID, "counted", func(now *casework.Estimate, m casework.Moment) (casework.Decision, error) {
		return casework.CountEstimate(now, counted, m)
	})
}

// onEstimateOf is an act of the product on one.
func (d *Desk) onEstimateOf(ctx context.Context, estimate id.Estimate, key string, act func(*casework.Estimate, casework.Moment) (casework.Decision, error)) error {
	ref := casework.EstimateRef(estimate)
	_, err := d.change(ctx, product, "estimate/"+string(estimate)+"/"+key, key, d.now(), []casework.Ref{ref}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		return act(store.As[*casework.Estimate](l, ref), m)
	})
	return err
}

// watchEstimate stops a run that somebody stopped, at whichever node.
func (d *Desk) watchEstimate(ctx context.Context, estimate id.Estimate, run *estimateRun) {
	look := time.NewTicker(estimateLook)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
			if e, err := d.estimate(ctx, estimate); err == nil && e.State == casework.EstimateEnded {
				run.stop()
			}
		}
	}
}

// sweepEstimates begins anew what was lost with a node.
func (d *Desk) sweepEstimates(ctx context.Context, at time.Time) error {
	lost, err := d.deps.Store.List(ctx, casework.EstimatesTable, store.Query{
		Scope: everything, Limit: 20, NoTotal: true, Sort: []store.Order{{Column: "at"}},
		Where: []store.Filter{store.Where("state", store.Is, casework.EstimateRuns), store.Where("at", store.Until, at.Add(-estimateLost))},
	})
	if err != nil {
		return fault.At("sweep estimates", err)
	}
	for _, r := range lost.Rows {
		if err := d.beginEstimate(ctx, id.Estimate(r.Text("estimate_id"))); err != nil {
			return fault.At("estimate "+r.Text("estimate_id"), err)
		}
	}
	return nil
}

// progress says how far a run on this node is; of is 0 while it waits for its turn, or
// when another node counts it.
func (d *Desk) progress(estimate id.Estimate) (done, of int) {
	d.counting.mu.Lock()
	defer d.counting.mu.Unlock()
	if run := d.counting.running[estimate]; run != nil {
		return run.done, run.of
	}
	return 0, 0
}

// estimate reads one.
func (d *Desk) estimate(ctx context.Context, estimate id.Estimate) (*casework.Estimate, error) {
	ref := casework.EstimateRef(estimate)
	l, err := d.deps.Store.View(ctx, ref)
	if err != nil {
		return nil, fault.At("estimate "+string(estimate), err)
	}
	e := store.As[*casework.Estimate](l, ref)
	if e == nil {
		return nil, fault.Withheld("no such estimate")
	}
	return e, nil
}

// countedOf is an answer as it is kept, in whole people.
func countedOf(a stats.Answer, invented bool) casework.EstimateCounted {
	out := casework.EstimateCounted{Observed: people(a.Observed), Refused: a.Code, Low: casework.EstimateNone, High: casework.EstimateNone, Invented: invented}
	if reach := a.Reach(); !math.IsInf(reach.Low, 1) {
		out.Low, out.High = people(reach.Low), people(reach.High)
	}
	for _, r := range a.Estimates {
		row := casework.EstimateRow{Method: r.Method, Model: r.Model, N: people(r.N), Low: casework.EstimateNone, High: casework.EstimateNone, Endless: r.Endless, Silent: r.Silent}
		if r.CI != nil {
			row.Low, row.High = people(r.CI.Low), people(r.CI.High)
		}
		row.What, row.Which = told(r.Params)
		out.Rows = append(out.Rows, row)
	}
	return out
}

// told is what tells a method's row from its others: of a table that was changed, how.
func told(params map[string]any) (what, which string) {
	for _, key := range []string{"left_out", "mended", "threshold", "model", "maxorder", "pthresh", "formula"} {
		if value, is := params[key]; is {
			return key, fmt.Sprint(value)
		}
	}
	return "", ""
}

// people is a number in whole people; what is none or has no end is EstimateNone.
func people(n float64) int {
	if math.IsNaN(n) || math.IsInf(n, 0) || n > 1e12 {
		return casework.EstimateNone
	}
	return int(math.Round(n))
}
