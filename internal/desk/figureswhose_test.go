package desk_test

import "testing"

// A rule that asks for the region of the asker gives nothing to who has none: neither
// the country's numbers nor a row of noughts that would be called the region's.
func TestWhoIsOfNoRegionCountsNone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.girl()
	who := w.coordinator
	if list, err := w.desk.FigureList(t.Context(), who); err != nil || list.Whose != "region" || len(list.Lines) == 0 {
		t.Fatalf("of her region: %+v, %v", list, err)
	}
	who.Region = ""
	if _, err := w.desk.FigureList(t.Context(), who); !isWithheld(err) {
		t.Errorf("of no region: %v", err)
	}
}
