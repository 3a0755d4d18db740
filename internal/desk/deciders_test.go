package desk

import (
	"slices"
	"testing"

	"pana/internal/procedure"
)

func TestEveryPossibleDeciderIsNamed(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why, stated string
		by, want    []string
	}{
		{"one body, by one of its roles", "migration_police", []string{"migration_police:decider"}, []string{"migration_police"}},
		{"three may: the one the law names comes first", "court", []string{"police", "migration_police", "court:judge"}, []string{"court", "police", "migration_police"}},
		{"two roles of one body are one body", "police", []string{"police:investigator", "police:head"}, []string{"police"}},
		{"the law does not say who", "unknown(q_12)", []string{"police", "prosecutor"}, []string{"police", "prosecutor"}},
	} {
		if got := (law{}).adverse(&procedure.Adverse{Decider: row.stated}, row.by).Deciders; !slices.Equal(got, row.want) {
			t.Errorf("%s: %v, not %v", row.why, got, row.want)
		}
	}
}
