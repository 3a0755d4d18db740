package access_test

import (
	"testing"

	"pana/internal/access"
	"pana/internal/pack"
	"pana/packs"
)

// The rules that ship compile, and say what the product promises.
func TestKazakhstan(t *testing.T) {
	t.Parallel()
	p, problems := pack.Load(packs.FS)
	if p == nil || len(p.Rules) == 0 {
		t.Skip("no rules in the pack yet", problems)
	}
	if _, problems := access.Compile(p.Rules); len(problems) > 0 {
		for _, problem := range problems {
			t.Error(problem)
		}
	}
}
