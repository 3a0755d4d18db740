package desk

import (
	"context"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/store"
)

// OwedSlowly is what a body owes, by the one query that reads every step of its
// kind in everybody's files.
func (d *Desk) OwedSlowly(ctx context.Context, who access.Who) (store.Page, error) {
	return d.deps.Store.List(ctx, "steps", d.owedQuery(who, 1000, ""))
}

// HideFew is what a row's cells may say, and the sum of those that may not.
var HideFew = hide

// TotalOf is how many lines a docket says there are.
var TotalOf = totalOf

// CheckEvidence is what a step's naming of documents is held to.
func (d *Desk) CheckEvidence(who access.Who, f *casework.File, in StepInput) error {
	return d.checkEvidence(who, f, in, d.now())
}
