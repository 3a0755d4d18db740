package web

import (
	"strings"
	"testing"
)

// A body's name is no formula in the table, and its letters are read as what they are.
func TestWhatIsOverdueAsATable(t *testing.T) {
	t.Parallel()
	body := newVisitor(t, &fakeDesk{}).in("coordinator").get("/overdue.csv").Body.String()
	for _, want := range []string{letters + "kind,body,region,overdue,more\n", "police,,,1000,true\n", "police,'=Полиция,KZ-61,7,false\n", "court,,,0,false\n"} {
		if !strings.Contains(body, want) {
			t.Errorf("%q is not in\n%s", want, body)
		}
	}
}
