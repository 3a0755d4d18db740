package access_test

import (
	"io/fs"
	"testing"

	"pana/internal/access"
	"pana/internal/pack"
	"pana/packs"
)

// The rules that ship compile, and say what the product promises.
func TestKazakhstan(t *testing.T) {
	t.Parallel()
	kz, err := fs.Sub(packs.FS, "kz")
	if err != nil {
		t.Fatal(err)
	}
	p, problems := pack.Load(kz)
	if p == nil || len(p.Rules) == 0 {
		t.Fatal("no rules in the pack", problems)
	}
	if _, problems := access.Compile(p.Rules); len(problems) > 0 {
		for _, problem := range problems {
			t.Error(problem)
		}
	}
}
