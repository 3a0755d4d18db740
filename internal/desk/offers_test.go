package desk_test

import (
	"testing"
	"time"

	"pana/internal/access"
)

// Whatever a file offers somebody as theirs to do has a page for them. To who only
// sees it, a coordinator whose telephone rang, it offers nothing of the kind.
func TestWhatIsOfferedCanBeOpened(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.girl()
	w.refer(file)
	w.push(3 * time.Hour)
	if err := w.desk.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		who  access.Who
		mine bool
	}{{w.inspector, true}, {w.coordinator, false}} {
		f, err := w.desk.File(t.Context(), row.who, file, "")
		if err != nil || len(f.Offers) == 0 {
			t.Fatalf("%s: %d steps, %v", row.who.BodyKind, len(f.Offers), err)
		}
		mine := false
		for _, o := range f.Offers {
			if !o.Mine || o.State == "closed" {
				continue
			}
			mine = true
			if _, err := w.desk.StepForm(t.Context(), row.who, file, o.ID); err != nil {
				t.Errorf("%s is offered %s: %v", row.who.BodyKind, o.ID, err)
			}
		}
		if mine != row.mine {
			t.Errorf("%s: something is theirs to do: %t", row.who.BodyKind, mine)
		}
	}
}
