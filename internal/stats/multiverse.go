package stats

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// HeadlineRatio is how far apart the ends of all intervals together may be for one
// number to be given. It is this product's own standard and nobody's law. Figures
// that State authorities gave of the same people at the same time went from 21,000 to
// 57,000 (UNHCR 2019): that is what is to be made narrower, and an estimate whose own
// methods disagree as much as they did has made nothing narrower.
const HeadlineRatio = 57.0 / 21.0

// neighbour is how much worse a model's BIC may be and still be shown beside the
// best: up to 2 is "not worth more than a bare mention" (Kass and Raftery 1995).
const neighbour = 2.0

// mostNeighbours keeps a table of estimates readable.
const mostNeighbours = 12

// Answer is everything that is said of a table, and whether one number may be.
type Answer struct {
	Observed  float64
	Estimates []Row
	// Refused says why there is no headline; empty when there may be one. Code says the
	// same for who has words of their own for it.
	Refused string
	Code    string
	// Warnings are about the table, before any method.
	Warnings []string
}

// Why there is no headline.
const (
	RefusedNobody      = "nobody"
	RefusedOneList     = "one_list"
	RefusedTwoLists    = "two_lists"
	RefusedApart       = "apart"
	RefusedNoInterval  = "no_interval"
	RefusedNoEnd       = "no_end"
	RefusedDisagree    = "disagree"
	RefusedOnce        = "once"
	RefusedContradicts = "contradicts"
)

// Row is one method's answer. N is NaN where the method has none; Note says why.
type Row struct {
	Method string
	Params map[string]any
	N      float64
	CI     *Interval
	Note   string
	// Model is what was selected, in the lists' numbers; "" where none is.
	Model string
	// Endless is in how many replicates nothing could be estimated.
	Endless int
	// Silent says that the table says nothing of the unseen by this method: N is what was
	// supposed before anybody was counted, and no part of a headline.
	Silent bool
}

// Reach is from the lowest end to the highest of all intervals that the table speaks by.
func (a Answer) Reach() (reach Interval) {
	reach.Low = math.Inf(1)
	for _, r := range a.Estimates {
		if r.CI != nil && !r.Silent {
			reach.Low, reach.High = min(reach.Low, r.CI.Low), max(reach.High, r.CI.High)
		}
	}
	return reach
}

// Multiverse answers with every method that fits the input. progress, if any, is told
// how many replicates of how many are done.
func Multiverse(ctx context.Context, in *Input, b Boot, progress func(done, of int)) (Answer, error) {
	if in.Table == nil {
		return oneList(in), nil
	}
	a := Answer{Observed: in.Table.Observed(), Warnings: in.Table.Warnings()}
	if a.Code, a.Refused = hopeless(in.Table); a.Code != "" {
		return a, nil
	}
	u := &universe{ctx: ctx, in: in, boot: b, answer: &a}
	drawn := u.plan()
	done := 0
	u.boot.Done = func(int) {
		if done++; progress != nil {
			progress(done, len(drawn)*b.Replicates)
		}
	}
	u.rows(drawn)
	a.Code, a.Refused = a.judge()
	return a, ctx.Err()
}

// hopeless says why nothing at all can be said.
func hopeless(t *Table) (code, why string) {
	m := t.margins()
	var used []int
	for i := range t.Lists {
		if m[1<<i] > 0 {
			used = append(used, i)
		}
	}
	switch {
	case t.Observed() == 0:
		return RefusedNobody, "nobody is on any list"
	case len(used) < 2:
		return RefusedOneList, "people are on one list only: give how often each came (frequencies), or another list"
	case len(used) == 2:
		return RefusedTwoLists, fmt.Sprintf("two lists cannot show whether being on %s makes being on %s likelier, and the estimate hangs on exactly that: a third list is needed", t.Lists[used[0]], t.Lists[used[1]])
	}
	for _, p := range pairs(len(t.Lists)) {
		if m[p] > 0 {
			return "", ""
		}
	}
	return RefusedApart, "nobody is on two lists: the lists may be of different people, or were not linked, and nothing is known of how many more there are"
}

// universe is one run over the methods.
type universe struct {
	ctx    context.Context
	in     *Input
	boot   Boot
	answer *Answer
}

// plan lists what is drawn: all methods on the table as it is, then the main one on
// the table without each list, at other thresholds, and with missed links mended.
func (u *universe) plan() (all []Method) {
	lists := len(u.in.Table.Lists)
	for _, p := range []float64{.01, .02, .05} {
		all = append(all, Stepwise(p))
	}
	for _, order := range orders(lists) {
		if lists <= MaxExhaustive {
			all = append(all, u.counted(Exhaustive(order)))
		}
	}
	for _, order := range orders(lists) {
		shown := any(order)
		if order == lists-1 && lists > MaxExhaustive {
			shown = "all" // as the published table of six lists says it
		}
		all = append(all, u.counted(Downhill(order, shown)))
	}
	if lists > 3 {
		for i, name := range u.in.Table.Lists {
			all = append(all, u.main(lists-1).on(func(t *Table) *Table { return t.Without(i) }, "left_out", name))
		}
	}
	if l := u.in.Links; l != nil {
		all = append(all, u.main(lists).on(l.Mend, "mended", "missed links"))
	}
	for range u.in.Other {
		all = append(all, u.main(lists))
	}
	return all
}

// orders are the largest terms looked at. Beyond six lists, terms of three and more
// are too many for what any table can tell of them.
func orders(lists int) []int {
	if lists == 3 || lists > MaxAveraged {
		return []int{2}
	}
	return []int{2, lists - 1}
}

// main is the method that is repeated on changed tables: all models where all can be
// compared, else downhill.
func (u *universe) main(lists int) Method {
	if lists <= MaxExhaustive {
		return u.counted(Exhaustive(lists - 1))
	}
	return u.counted(Downhill(2, 2))
}

func (u *universe) counted(m Method) Method {
	m.Params["nboot"] = u.boot.Replicates
	return m
}

func (u *universe) add(r Row) { u.answer.Estimates = append(u.answer.Estimates, r) }

// rows fills the answer in an order that readers of it may rely on: the table as it
// is, first.
func (u *universe) rows(drawn []Method) {
	t := u.in.Table
	u.fixed(MainEffects(), "supposes that being on one list says nothing of being on another; ")
	others := len(drawn) - len(u.in.Other)
	changed := slices.IndexFunc(drawn, func(m Method) bool { return m.Params["left_out"] != nil || m.Params["mended"] != nil })
	if changed < 0 {
		changed = others
	}
	for _, m := range drawn[:changed] {
		u.drawn(m, t)
	}
	u.averaged()
	if len(t.Lists) <= MaxExhaustive {
		near := Ranked(t, len(t.Lists)-1, neighbour)
		for _, fit := range near[min(1, len(near)):min(len(near), mostNeighbours)] {
			u.fixed(Fixed("poisson_loglinear", map[string]any{"model": fit.Model.Of(len(t.Lists))}, fit.Model),
				fmt.Sprintf("a neighbour: BIC is %.2f above the lowest; ", fit.BIC-near[0].BIC))
		}
	}
	for _, m := range drawn[changed:others] {
		u.drawn(m, t)
	}
	for i, m := range drawn[others:] {
		m.Params["threshold"] = u.in.Other[i].At
		u.drawn(m, u.in.Other[i].Table)
	}
}

// fixed is a model that was not selected here, with its profile interval.
func (u *universe) fixed(m Method, note string) {
	fit, err := m.Pick(u.in.Table)
	if err != nil {
		u.none(m, err)
		return
	}
	row := Row{Method: m.Name, Params: m.Params, N: fit.N, Note: note + modelNote(u.in.Table, fit), Model: fit.Model.Of(len(u.in.Table.Lists))}
	if ci, ok := newFitter(u.in.Table).profile(fit.Model); ok {
		row.CI = &ci
	}
	u.add(row)
}

func (u *universe) drawn(m Method, t *Table) {
	if u.ctx.Err() != nil {
		return
	}
	e, err := m.Interval(u.ctx, t, u.boot)
	if u.ctx.Err() != nil {
		return
	}
	if err != nil {
		u.none(m, err)
		return
	}
	row := Row{Method: m.Name, Params: m.Params, N: e.N, CI: e.CI, Model: e.Model.Of(len(t.Lists))}
	if name, ok := m.Params["left_out"].(string); ok {
		row.Model = e.Model.Of(len(t.Lists) - 1)
		row.Note = modelNote(t.Without(slices.Index(t.Lists, name)), e.Fit) + ", the other lists numbered anew"
	} else {
		row.Note = modelNote(t, e.Fit)
	}
	if without := len(e.Replicates) - slices.IndexFunc(append(e.Replicates, math.Inf(1)), func(x float64) bool { return math.IsInf(x, 1) }); without > 0 {
		row.Endless = without
		row.Note += fmt.Sprintf("; in %d of %d replicates nothing could be estimated, which counts as no upper end", without, len(e.Replicates))
	}
	u.add(row)
}

func (u *universe) averaged() {
	t := u.in.Table
	if len(t.Lists) > MaxAveraged || len(t.Never) > 0 {
		return // the averaging knows no cell that nobody can be in
	}
	p := Average(t, DGA(t))
	best := p.Graphs[0]
	row := Row{Method: "dga_decomposable_bma",
		Params: map[string]any{"delta": "2^-lists", "Nmissing": "unique(round(seq(1, 30*n, length 1000)))", "prior_N": "1/N",
			"prior_graphs": "uniform", "summary": "posterior median, 2.5 % and 97.5 % grid points"},
		N: p.Quantile(.5), CI: &Interval{p.Quantile(.025), p.Quantile(.975)}, Model: best.Model.Of(len(t.Lists)),
		Note: fmt.Sprintf("averages over %d graphs; the likeliest is %s, with %.0f %% of the belief", len(p.Graphs), best.Model.Of(len(t.Lists)), 100*best.Share)}
	// Where all lists hang together, the cell of the unseen is bound to no other, and the
	// graph's answer is its prior's.
	if best.Share > .5 && slices.Contains(best.Model, Cell(1)<<len(t.Lists)-1) {
		row.Silent = true
		row.Note += "; there all lists hang together, and the table says nothing of who is on none: what is shown is what was supposed beforehand, and no part of a headline"
	}
	u.add(row)
}

func (u *universe) none(m Method, err error) {
	u.add(Row{Method: m.Name, Params: m.Params, N: math.NaN(), Note: err.Error()})
}

// judge refuses a headline where the methods disagree too much.
func (a Answer) judge() (code, why string) {
	reach := a.Reach()
	switch {
	case len(a.Estimates) == 0 || math.IsInf(reach.Low, 1):
		return RefusedNoInterval, "no method has an interval for this table"
	case math.IsInf(reach.High, 1):
		return RefusedNoEnd, "some intervals have no upper end: this table does not say how many more there may be"
	case reach.High > HeadlineRatio*reach.Low:
		return RefusedDisagree, fmt.Sprintf("the methods disagree: their 95 %% intervals together reach from %.0f to %.0f, which is %.1f times as many; above %.1f times no single number is given", reach.Low, reach.High, reach.High/reach.Low, HeadlineRatio)
	}
	return "", ""
}

// oneList answers from how often the people of one list came.
func oneList(in *Input) Answer {
	a := Answer{Observed: in.Contacts.observed()}
	chao, corrected, err := Chao(in.Contacts)
	if err != nil {
		a.Code, a.Refused = RefusedOnce, err.Error()
		return a
	}
	ci := chao.Lognormal
	a.Estimates = append(a.Estimates, Row{Method: "chao_lower_bound", Params: map[string]any{}, N: chao.N, CI: &ci,
		Note: fmt.Sprintf("a lower bound, however unlike people are; corrected for bias %.0f", corrected)})
	if z, err := Zelterman(in.Contacts); err == nil {
		ci := z.Lognormal
		a.Estimates = append(a.Estimates, Row{Method: "zelterman", Params: map[string]any{}, N: z.N, CI: &ci, Note: "the rate of those who came once and twice"})
	}
	var seen []Seen
	for times, people := range in.Contacts {
		seen = append(seen, Seen{float64(times), people, []float64{1}})
	}
	a.truncated("zero_truncated_poisson", map[string]any{}, seen, "supposes that everybody comes at one rate")
	if in.Regression != nil {
		a.truncated("zero_truncated_poisson_regression", map[string]any{"formula": in.Formula}, in.Regression, "supposes one rate for people who are alike in this")
	}
	a.Code, a.Refused = a.judge()
	for _, r := range a.Estimates {
		if r.CI != nil && r.CI.High < chao.N && a.Refused == "" {
			a.Code = RefusedContradicts
			a.Refused = fmt.Sprintf("%s ends at %.0f, below what there are at least (%.0f): people differ in how often they come, and what supposes one rate is too low", r.Method, r.CI.High, chao.N)
		}
	}
	return a
}

func (a *Answer) truncated(method string, params map[string]any, seen []Seen, note string) {
	slices.SortFunc(seen, func(x, y Seen) int { return int(x.Times - y.Times) })
	got, err := TruncatedPoisson(seen)
	if err != nil {
		a.Estimates = append(a.Estimates, Row{Method: method, Params: params, N: math.NaN(), Note: err.Error()})
		return
	}
	ci := got.Normal
	a.Estimates = append(a.Estimates, Row{Method: method, Params: params, N: got.N, CI: &ci, Note: fmt.Sprintf("%s; standard error %.0f", note, got.SE)})
}
