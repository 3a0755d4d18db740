package casework

import "pana/internal/fault"

// Fold adds the next event of a stream to its state; s is nil before the first.
// It is the only place that knows what events add up to.
func Fold(laws Laws, s State, e Event) (State, error) {
	return nil, fault.New(fault.Internal, CodeEventUnknown, "type", e.Type)
}

// Rows are the index rows of a state.
func Rows(s State) []Row { return nil }
