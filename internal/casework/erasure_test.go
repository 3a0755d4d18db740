package casework

import (
	"testing"
	"time"

	"pana/internal/fault"
)

// A file is erased by its record and not by the list that found it: confirmed by two,
// and its days over.
func TestAFileIsErasedInItsTime(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)
	for _, row := range []struct {
		why  string
		e    *Erasing
		want string
	}{
		{"nobody asked", nil, CodeErasureNone},
		{"one of two has signed", &Erasing{State: ErasureIsAsked, Due: at}, CodeErasureNone},
		{"it was taken back", &Erasing{State: ErasureIsRefused, Due: at}, CodeErasureNone},
		{"a second is missing", &Erasing{State: ErasureIsConfirmed, Due: at.Add(time.Second)}, CodeErasureEarly},
		{"its days are over", &Erasing{State: ErasureIsConfirmed, Due: at}, ""},
	} {
		_, err := EraseNow(&File{Erasing: row.e}, 0, time.Hour, Moment{At: at})
		if err == nil && row.want != "" || err != nil && !fault.Is(err, row.want) {
			t.Errorf("%s: %v, not %q", row.why, err, row.want)
		}
	}
}
