package check

import "pana/internal/pack"

// declared says of each element that a property speaks of whether it satisfies
// it.
func (w *world) declared(p *pack.Property) Cell {
	return unreadable("declared properties are not decided yet", nil)
}
