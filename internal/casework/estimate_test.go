package casework

import (
	"testing"

	"pana/internal/fault"
	"pana/internal/withheld"
)

// What was stopped is not counted after all, and what was counted once stands: another
// node may come with its answer too.
func TestAnEstimateIsCountedOnce(t *testing.T) {
	t.Parallel()
	for state, events := range map[string]int{EstimateRuns: 1, EstimateDone: 0, EstimateEnded: 0, EstimateOut: 0, EstimateUndone: 0} {
		d, err := CountEstimate(&Estimate{State: state}, EstimateCounted{}, Moment{At: morning})
		if err != nil || len(d.Events) != events {
			t.Errorf("%s: %d events, %v", state, len(d.Events), err)
		}
		_, err = StopEstimate(&Estimate{State: state}, Moment{At: morning})
		if (err == nil) != (state == EstimateRuns) {
			t.Errorf("%s is stopped: %v", state, err)
		}
		_, err = WithdrawEstimate(&Estimate{State: state}, withheld.New("why"), Moment{At: morning})
		if (err == nil) != (state == EstimateOut) || err != nil && !fault.Is(err, CodeEstimateOver) {
			t.Errorf("%s is withdrawn: %v", state, err)
		}
	}
}
