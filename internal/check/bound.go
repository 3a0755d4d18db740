package check

import (
	"fmt"
	"slices"
	"strings"
)

// bound is the answer of a search that was stopped: how large, and by what.
func (d *decider) bound(s *search) *leaf {
	if d.ctx.Err() != nil {
		return &leaf{verdict: Unknown, why: fmt.Sprintf("the search was ended after %d situations", len(s.seen.keys))}
	}
	return &leaf{verdict: Unknown, why: fmt.Sprintf("the search stopped at %d situations and %d MB: it kept %s; narrow where or after of the property, give it fewer procedures to follow, or allow more memory",
		len(s.seen.keys), s.memory>>20, s.keptNames())}
}

func (p *program) tooWide() string {
	return fmt.Sprintf("a situation of this product takes %d bits and a search holds %d: it would keep %s; narrow where or after of the property, or merge values that no guard tells apart", p.wide, maxWidth, p.keptNames())
}

// keptNames are the variables of the product, those with most values first.
func (p *program) keptNames() string {
	kept := make([]atom, 0, len(p.fields))
	for _, f := range p.fields {
		kept = append(kept, f.atom)
	}
	slices.SortStableFunc(kept, func(x, y atom) int { return p.w.sizes[y] - p.w.sizes[x] })
	var names []string
	for _, a := range kept {
		names = append(names, fmt.Sprintf("%s (%d)", p.w.name(a), p.w.sizes[a]))
	}
	return strings.Join(names, ", ")
}
