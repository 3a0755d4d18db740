package web

import (
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/id"
	"pana/internal/withheld"
	"pana/internal/wording"
)

// Estimates of how many are on no list.

func (d *fakeDesk) Estimates(fakeCtx, fakeWho) (desk.Estimates, error) {
	return fullEstimates, d.found()
}
func (d *fakeDesk) AskEstimate(_ fakeCtx, _ fakeWho, in desk.EstimateInput) (casework.Receipt, error) {
	return d.done("ask estimate", in)
}
func (d *fakeDesk) Estimate(fakeCtx, fakeWho, id.Estimate) (desk.EstimateView, error) {
	return fullEstimate, d.found()
}
func (d *fakeDesk) ActOnEstimate(_ fakeCtx, _ fakeWho, in desk.EstimateActInput) (casework.Receipt, error) {
	return d.done("act on estimate", in)
}
func (d *fakeDesk) PublishedEstimates(fakeCtx, string) ([]desk.EstimateView, error) {
	return []desk.EstimateView{fullEstimate}, nil
}

var fullEstimates = desk.Estimates{Key: "k", Lines: []desk.EstimateLine{{ID: id.Estimate(fileID(1)), Title: withheld.New("=<Год>"), State: casework.EstimateRuns, By: "Бақыт", At: noon}}}

var fullEstimate = desk.EstimateView{
	EstimateLine: desk.EstimateLine{ID: id.Estimate(fileID(1)), Title: withheld.New("=<Год>"), State: casework.EstimateDone, By: "Бақыт", At: noon}, Key: "k", Few: 10, Body: "Ministry",
	Asked: casework.EstimateAsked{
		Title: withheld.New("=<Год>"), Perimeter: withheld.New("<where>"), Differs: withheld.New("<how>"), Source: withheld.New("<who>"), Footnote: withheld.New("<foot>"), Replicates: 200, Seed: 1,
	},
	Lists: []string{"<A>", "B", "C"}, Overlap: [][]int{{85, 22, 3}, {22, 59, 7}, {3, 7, 50}}, Warned: []desk.EstimateWarning{{Code: "apart", Lists: []string{"<A>", "C"}}, {Code: "whole", Lists: []string{"B"}}},
	Counted: casework.EstimateCounted{Observed: 163, Refused: "disagree", Low: 200, High: 900, Invented: true, Rows: []casework.EstimateRow{
		{Method: "poisson_loglinear_main_effects", Model: "[1,2,3]", N: 281, Low: 240, High: 340},
		{Method: "bic_exhaustive_bca", What: "left_out", Which: "<A>", Model: "[1,2]", N: 400, Low: 200, High: casework.EstimateNone, Endless: 3},
		{Method: "stepwise_poisson_p", What: "pthresh", Which: "0.05", N: casework.EstimateNone, Low: casework.EstimateNone, High: casework.EstimateNone},
	}},
	OutAt: noon, Publishes: true,
}

var estimatePages = []page{
	{"estimates", "a body's estimates, and a form for a table", func(l wording.Lang) any {
		return newEstimatesView(signed(l, "estimates.title"), desk.Estimates{}, nil)
	}, func(l wording.Lang) any {
		f := signed(l, "estimates.title")
		f.Errors = []FieldError{{"estimate_table", "▲", "estimate.read"}}
		return newEstimatesView(f, fullEstimates, map[string][]string{"estimate_table": {"<{"}})
	}},
	{"estimate", "being counted, then every method on one axis", func(l wording.Lang) any {
		return newEstimateView(signed(l, "estimate.title"), desk.EstimateView{EstimateLine: desk.EstimateLine{State: casework.EstimateRuns}, Done: 3, Of: 9}, nil)
	}, func(l wording.Lang) any { return newEstimateView(signed(l, "estimate.title"), fullEstimate, nil) }},
	{"published_estimates", "anybody reads it with whom it counts", func(l wording.Lang) any {
		return publishedEstimatesView{Frame: signed(l, "estimates.published.title")}
	}, func(l wording.Lang) any {
		return publishedEstimatesView{signed(l, "estimates.published.title"), []desk.EstimateView{fullEstimate}}
	}},
}
