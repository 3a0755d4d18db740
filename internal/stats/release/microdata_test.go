package release

import (
	"slices"
	"strings"
	"testing"
)

// The attack by linking: somebody knows all that is shown of a person and looks for her
// row. There are k of it, or none.
func TestLinkingMicrodata(t *testing.T) {
	head, rows := invented(6000, 11)
	d := dataOf(t, rows, head)
	columns := []string{"sex", "age", "region", "form"}
	m, err := d.Anonymous(columns, LeastAlike)
	if err != nil {
		t.Fatal(err)
	}
	alike := map[string]int{}
	whole, blank := 0, 0
	for _, row := range m.Rows {
		alike[strings.Join(row, "\x00")]++
		if !slices.Contains(row, "") {
			whole++
		}
		for _, v := range row {
			if v == "" {
				blank++
			}
		}
	}
	for row, n := range alike {
		if n < LeastAlike {
			t.Errorf("%q is shown of %d", row, n)
		}
	}
	if len(m.Rows)+m.Left != 6000 || blank != m.Blanked || whole < 4000 || m.Left > 11 {
		t.Errorf("%d rows, %d of them whole, %d left out, %d values not shown (%d counted)", len(m.Rows), whole, m.Left, blank, m.Blanked)
	}
	if m.Blanked == 0 {
		t.Error("nothing was rare, so nothing was tried")
	}
	if !slices.IsSortedFunc(m.Rows, slices.Compare) {
		t.Error("rows are not in the order of their values")
	}
}

func TestMicrodataIsRefused(t *testing.T) {
	head, rows := invented(100, 1)
	d := dataOf(t, rows, head)
	for _, c := range []struct {
		columns []string
		k       int
	}{{[]string{"sex"}, 2}, {nil, 11}, {[]string{"height"}, 11}, {make([]string, 13), 11}} {
		if _, err := d.Anonymous(c.columns, c.k); err == nil {
			t.Errorf("%v with k=%d was taken", c.columns, c.k)
		}
	}
}
