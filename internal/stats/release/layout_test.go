package release

import (
	"crypto/rand"
	"fmt"
	mathrand "math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// CTDC's layouts are as wide as theirs, name no column twice, and are filled from columns
// that an older layout or HTCDS has.
func TestLayouts(t *testing.T) {
	htcds := []string{"vic_MethodsOfControl", "vic_TypeOfExploitation", "vic_TypeOfSexExploitation", "prs_Gender", "prs_Citizenship", "sex"}
	before := []string{}
	for i, width := range []int{63, 37, 27} {
		l := Layouts[i]
		if len(l.Columns) != width {
			t.Errorf("%s has %d columns", l.Name, len(l.Columns))
		}
		seen := map[string]bool{}
		for _, c := range l.Columns {
			if seen[c.Name] || len(c.Values) > 255 || len(c.Values) == 0 && c.Lost == "" {
				t.Errorf("%s: %s", l.Name, c.Name)
			}
			seen[c.Name] = true
			for _, from := range c.From {
				if !slices.Contains(htcds, from.Column) && !slices.Contains(before, from.Column) {
					t.Errorf("%s: %s is filled from %s, which nobody has", l.Name, c.Name, from.Column)
				}
				if from.As != "" && !slices.Contains(c.Values, from.As) {
					t.Errorf("%s: %s may not be %s", l.Name, c.Name, from.As)
				}
			}
		}
		for _, c := range l.Columns {
			before = append(before, c.Name)
		}
	}
}

// What a list says goes into each layout, and no further than it says.
func TestTakeIntoALayout(t *testing.T) {
	head := []string{"record", "ageBroad", "prs_Gender", "prs_Citizenship", "vic_MethodsOfControl", "vic_TypeOfExploitation"}
	rows := [][]string{
		{"a", "9--17", "Feminine", "KZ;UZ", "PhysicalThreats;PsychoactiveSubstance", "SexualExploitation"},
		{"b", "", "TransgenderFeminine", "", "", "OrganRemoval"},
	}
	for layout, want := range map[string]map[string][2]string{
		"ctdc-63": {"gender": {"Female", ""}, "citizenship": {"KZ", ""}, "meansOfControlThreats": {"1", ""}, "meansOfControlPsychoactiveSubstances": {"1", ""}, "isSexualExploit": {"1", ""}, "isOrganRemoval": {"", "1"}, "isOtherExploit": {"", ""}},
		"ctdc-37": {"gender": {"Woman", "Trans/Transgender/NonConforming"}, "citizenship": {"KAZ", ""}, "meansOfControlPsychoactiveSubsta": {"1", ""}, "isOtherExploit": {"", "1"}},
		"ctdc-27": {"gender": {"Woman", "Trans/Transgender/NonConforming"}, "ageBroad": {"9--17", ""}, "meansThreats": {"1", ""}, "meansDrugsAlcohol": {"1", ""}, "meansFalsePromises": {"", ""}, "isOtherExploit": {"", "1"}},
	} {
		l, _ := FindLayout(layout)
		taken, err := l.Take(head, rows)
		if err != nil {
			t.Fatal(err)
		}
		for column, values := range want {
			at := slices.Index(taken.Head, column)
			if got := [2]string{taken.Rows[0][at], taken.Rows[1][at]}; got != values {
				t.Errorf("%s: %s is %q and not %q", layout, column, got, values)
			}
		}
	}
	// From the first layout to the last: what is grouped there is one sign.
	l, _ := FindLayout("ctdc-27")
	taken, err := l.Take([]string{"record", "gender", "meansOfControlSexualAbuse", "meansOfControlPhysicalAbuse", "isForcedMarriage"}, [][]string{{"a", "Male", "0", "1", "1"}})
	if err != nil {
		t.Fatal(err)
	}
	for column, value := range map[string]string{"gender": "Man", "meansAbusePsyPhySex": "1", "isOtherExploit": "1", "isForcedLabour": ""} {
		if got := taken.Rows[0][slices.Index(taken.Head, column)]; got != value {
			t.Errorf("%s is %q", column, got)
		}
	}
	if _, err := l.Take([]string{"ageBroad"}, [][]string{{"Aliya"}}); err == nil || strings.Contains(err.Error(), "Aliya") {
		t.Errorf("a value of no band: %v", err)
	}
}

// However many columns there are, no combination of what is shown and what is not is of
// fewer than k; and what is shown is what was there.
func TestMicrodataOfManyColumns(t *testing.T) {
	random := mathrand.New(mathrand.NewPCG(8, 8))
	var head []string
	for c := range 40 {
		head = append(head, fmt.Sprintf("c%02d", c))
	}
	var rows [][]string
	for i := range 900 {
		row := []string{fmt.Sprint(i)}
		kind := random.IntN(6)
		for c := range 40 {
			v := ""
			if (kind+c)%3 == 0 || random.IntN(15) == 0 {
				v = fmt.Sprintf("v%d", min(random.IntN(3), random.IntN(3)))
			}
			row = append(row, v)
		}
		rows = append(rows, row)
	}
	secret, _ := NewSecret(rand.Reader)
	d, err := NewData(append([]string{"id"}, head...), rows, "id", head, secret)
	if err != nil {
		t.Fatal(err)
	}
	m, err := d.AnonymousWide(head, 11)
	if err != nil {
		t.Fatal(err)
	}
	of := map[string]int{}
	shown := 0
	for _, row := range m.Rows {
		of[strings.Join(row, ",")]++
		for _, v := range row {
			if v != "" {
				shown++
			}
		}
	}
	for _, n := range of {
		if n < 11 {
			t.Fatalf("a combination is of %d", n)
		}
	}
	if len(m.Rows)+m.Left != 900 || shown < 900 {
		t.Errorf("%d rows, %d left out, %d values shown", len(m.Rows), m.Left, shown)
	}
	// Each row is covered by as many people as show it.
	for text, n := range of {
		row, have := strings.Split(text, ","), 0
		for _, person := range rows {
			fits := true
			for c, v := range row {
				fits = fits && (v == "" || v == person[c+1])
			}
			if fits {
				have++
			}
		}
		if have < n {
			t.Fatalf("%d people fit what %d rows show", have, n)
		}
	}
}
