package packs_test

import "testing"

// What is otherwise on a later day of the law is explained by an act or a
// source, between any two snapshots, neighbours or not.
func TestEveryDifferenceIsCited(t *testing.T) {
	if testing.Short() {
		t.Skip("one after another: nothing here for the race detector")
	}
	t.Parallel()
	p, _ := kazakhstan(t)
	days, seen := p.Head.Snapshots, 0
	for i, from := range days {
		for _, to := range days[i+1:] {
			for _, d := range p.Diff(from, to) {
				seen++
				if d.Uncited {
					t.Errorf("%s to %s: %s %s is %s, and nothing cited says why", from.Format("2006-01-02"), to.Format("2006-01-02"), d.Kind, d.ID, d.Change)
				}
			}
		}
	}
	if seen == 0 {
		t.Error("the law never changed: nothing was looked at")
	}
}

// A right that was lost names the right that came with the law which ended it.
func TestWhatIsGivenInstead(t *testing.T) {
	t.Parallel()
	p, _ := kazakhstan(t)
	want := map[string]string{
		"legal_aid_for_all": "legal_aid_since_2018",
		"adaptation_centre": "child_place",
		"services_2016":     "services_identified",
	}
	days := p.Head.Snapshots
	for i := range len(days) - 1 {
		for _, d := range p.Diff(days[i], days[i+1]) {
			if d.Kind == "entitlement" && d.Lost && d.Instead != want[d.ID] {
				t.Errorf("%s ended before %s: given instead %q, want %q", d.ID, days[i+1].Format("2006-01-02"), d.Instead, want[d.ID])
			}
		}
	}
}
