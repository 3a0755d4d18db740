package stats

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Method is a way from a table to a number, selection of the model included: a
// bootstrap repeats all of it.
type Method struct {
	// Name and Params are as in published tables (conformance.json).
	Name   string
	Params map[string]any
	pick   func(t *Table, near []Model) (Fit, error)
}

// ErrNoModel: no model that the method looks at can be estimated from this table.
var ErrNoModel = errors.New("no model of these lists can be estimated: too few people are on more than one of them")

// Pick applies the method to a table.
func (m Method) Pick(t *Table) (Fit, error) { return m.pick(t, nil) }

// MainEffects supposes that being on one list says nothing of being on another.
func MainEffects() Method { return Fixed("poisson_loglinear_main_effects", map[string]any{}, nil) }

// Fixed is one model, chosen by whoever asks.
func Fixed(name string, params map[string]any, m Model) Method {
	return Method{name, params, func(t *Table, _ []Model) (Fit, error) {
		f := newFitter(t)
		fit, ok := f.fit(m)
		if !ok || f.check() != 0 {
			return Fit{}, ErrNoModel
		}
		return f.told(fit), nil
	}}
}

// told adds to a fit what its reader should know.
func (f *fitter) told(fit Fit) Fit {
	fit.Model = slices.Clone(fit.Model)
	for _, term := range fit.Model {
		if f.empty[term] {
			fit.Minus = append(fit.Minus, term)
		}
	}
	return fit
}

// Stepwise begins with no dependence and adds the pair of lists whose overlap is
// least likely under the model so far, while that is below threshold and the larger
// model can be estimated (Chan, Silverman and Vincent 2021).
func Stepwise(threshold float64) Method {
	return Method{"stepwise_poisson_p", map[string]any{"pthresh": threshold}, func(t *Table, _ []Model) (Fit, error) {
		f := newFitter(t)
		fit, ok := f.fit(nil)
		if !ok || f.check() != 0 {
			return Fit{}, ErrNoModel
		}
		for {
			larger, ok := f.step1(fit.Model, threshold)
			if !ok {
				return f.told(fit), nil
			}
			fit = larger
		}
	}}
}

// step1 looks for the pair to add to the model that was fitted last.
func (f *fitter) step1(m Model, threshold float64) (Fit, bool) {
	type candidate struct {
		pair Cell
		p    float64
	}
	f.fit(m)
	var all []candidate
	for _, pair := range pairs(f.lists) {
		if m.has(pair) {
			continue
		}
		if p := poissonTail(math.Round(f.margin[pair]), f.m[pair]); p < threshold {
			all = append(all, candidate{pair, p})
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int {
		if a.p < b.p {
			return -1
		}
		return 1
	})
	for _, c := range all {
		if fit, ok := f.fit(m.with(c.pair)); ok && f.check() == 0 {
			return fit, true
		}
	}
	return Fit{}, false
}

// poissonTail is the smaller of P(X ≤ s) and P(X ≥ s) for a Poisson variable. Terms
// are added from s away from the mean, where each is smaller than the one before.
func poissonTail(s, mean float64) float64 {
	if mean <= 0 {
		if s > 0 {
			return 0
		}
		return 1
	}
	lg, _ := math.Lgamma(s + 1)
	at := math.Exp(s*math.Log(mean) - mean - lg)
	down, up := at, at
	if s < mean {
		for x, term := s, at; x > 0 && term > down*1e-17; x-- {
			term *= x / mean
			down += term
		}
		return min(down, 1-down+at)
	}
	for x, term := s+1, at; term > up*1e-17; x++ {
		term *= mean / x
		up += term
	}
	return min(up, 1-up+at)
}

// Downhill goes from no dependence to the neighbour with the lowest BIC, a neighbour
// having one term more or less, until none is lower. It may stop short of the lowest.
func Downhill(maxOrder int, shown any) Method {
	return Method{"bic_downhill_bca", map[string]any{"maxorder": shown}, func(t *Table, _ []Model) (Fit, error) {
		f := newFitter(t)
		fit, ok := f.fit(nil)
		if !ok || f.check() != 0 {
			return Fit{}, ErrNoModel
		}
		for {
			lower, ok := f.descend(fit, maxOrder)
			if !ok {
				return f.told(fit), nil
			}
			fit = lower
		}
	}}
}

// descend gives the best neighbour, if it is better.
func (f *fitter) descend(from Fit, maxOrder int) (Fit, bool) {
	var around []Model
	largest := from.Model.largest()
	for _, term := range terms(f.lists, min(maxOrder, f.lists-1)) {
		switch {
		case from.Model.allows(term):
			around = append(around, from.Model.with(term))
		case slices.Contains(largest, term):
			around = append(around, from.Model.without(term))
		}
	}
	best, found := from, false
	for _, m := range around {
		if fit, ok := f.fit(m); ok && fit.BIC < best.BIC-1e-9 && f.check() == 0 {
			best, found = fit, true
		}
	}
	return best, found
}

// on is the same selection of a changed table: without a list, or with missed links
// mended. What is drawn is the table as it was, and each draw is changed anew.
func (m Method) on(change func(*Table) *Table, key string, value any) Method {
	params := map[string]any{key: value}
	for k, v := range m.Params {
		params[k] = v
	}
	return Method{m.Name, params, func(t *Table, near []Model) (Fit, error) { return m.pick(change(t), near) }}
}

func modelNote(t *Table, fit Fit) string {
	note := "model " + fit.Model.Of(len(t.Lists))
	for _, term := range fit.Minus {
		note += fmt.Sprintf("; nobody is on both %s: minus infinity", t.Names(term))
	}
	return note
}
