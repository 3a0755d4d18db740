package web

import (
	"slices"
	"strings"

	"pana/internal/desk"
)

// A file to be printed: what may happen and what was done, each at its length.
// Two hundred steps that may not happen, with why, and twenty pictures in which
// nothing has were forty sheets of the fifty: they are a line each, unless their
// reader unfolds them first.

// Ticked are the steps that were taken and are closed now, each once; the others
// that may not happen are Rest.
func (p *filePageView) Ticked() (out []desk.StepOffer) {
	return slices.DeleteFunc(slices.Clone(p.Shut), func(o desk.StepOffer) bool { return !p.wasDone(o.ID) })
}

// Rest is how many steps may not happen and never did.
func (p *filePageView) Rest() int { return len(p.Shut) - len(p.Ticked()) }

// wasDone says that the timeline as this reader has it shows the step in order: a
// breach is no tick, and what was corrected was not done.
func (p *filePageView) wasDone(step string) bool {
	return slices.ContainsFunc(p.F.Timeline, func(l desk.TimelineLine) bool {
		done, ok := strings.CutPrefix(l.Code, "step.")
		return ok && done == step && !l.Corrected && !l.Irregular
	})
}
