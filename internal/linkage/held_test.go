package linkage

import (
	"reflect"
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
	remembered := func() int { return reflect.ValueOf(&x.coder.reader).Elem().FieldByName("known").Len() }
	if remembered() == 0 {
		t.Fatal("nothing is remembered of names that were read: this proves nothing")
	}
	x.Remove("one")
	if n := remembered(); n != 0 {
		t.Errorf("%d words are at hand of who was erased", n)
	}
	if len(x.held.parts) != 2 {
		t.Errorf("%d parts are held of a name of two", len(x.held.parts))
	}
	x.Remove("two")
	if len(x.held.parts) != 0 {
		t.Errorf("%d parts are held of nobody", len(x.held.parts))
	}
}
