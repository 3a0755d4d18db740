package linkage

import (
	"testing"

	"pana/internal/withheld"
)

// TestNothingOfANameStays: who is taken out leaves no part of a name that nobody else
// has, also after a name was put anew.
func TestNothingOfANameStays(t *testing.T) {
	t.Parallel()
	x := NewIndex([32]byte{1})
	called := func(name string) Identity { return Identity{Names: []withheld.Text{withheld.New(name)}} }
	x.Put("one", called("Айша Рахимова"))
	x.Put("two", called("Айша Омарова"))
	x.Put("one", called("Айша Каримова"))
	x.Remove("one")
	if len(x.held.parts) != 2 {
		t.Errorf("%d parts are held of a name of two", len(x.held.parts))
	}
	x.Remove("two")
	if len(x.held.parts) != 0 {
		t.Errorf("%d parts are held of nobody", len(x.held.parts))
	}
}
