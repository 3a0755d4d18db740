package desk_test

import (
	"slices"
	"testing"

	"pana/internal/access"
	"pana/internal/desk"
)

// My work begins at a body's own files and at its decisions. It lists what asking
// every step of the kind lists, whoever asks and however the body came to the file.
func TestWhatIsOwedIsWhatEveryStepSays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.someFiles() // opened, asked, accepted, decided about
	claim := w.atTheBorder()
	w.take(w.border, claim, "voice_claim", map[string]string{"writes": "able"})
	akimat, other := w.body("local_executive_body", "Akimat", "decider"), w.body("local_executive_body", "Another akimat", "decider")
	if _, err := w.said(akimat.Body, map[string]string{"writes": "able"}); err != nil { // addressed by name
		t.Fatal(explain(err))
	}
	elsewhere := w.identifiers
	elsewhere.Region = "KZ-75"
	askers := map[string]access.Who{
		"who found her": w.inspector, "who cares for her": w.shelter, "who was asked": w.shelter2, "who decides": w.identifiers, "who decides elsewhere": elsewhere,
		"who coordinates": w.coordinator, "who met him": w.border, "a post that never met him": w.body("border_service", "Another post", "officer"),
		"guardians": w.body("guardianship", "Guardians", "specialist"), "who was named": akimat, "who was not named": other, "a judge": w.judge,
	}
	own := 0
	for why, who := range askers {
		page, err := w.desk.OwedSlowly(t.Context(), who)
		if err != nil {
			t.Fatal(err)
		}
		var want, got []string
		for _, r := range page.Rows {
			want = append(want, "/file/"+r.Text("file_id")+"/step/"+r.Text("step"))
		}
		work, err := w.desk.MyWork(t.Context(), who, desk.WorkFilter{Kind: "step"}, desk.WholeList)
		if err != nil && len(want) > 0 {
			t.Errorf("%s: %v", why, explain(err))
		}
		for _, l := range flat(work.Lines) {
			got = append(got, l.Target)
		}
		slices.Sort(want)
		slices.Sort(got)
		if want = slices.Compact(want); !slices.Equal(got, want) {
			t.Errorf("%s: listed %v, owed %v", why, got, want)
		}
		if !who.Can("decide") {
			own += len(got)
		}
	}
	if own == 0 {
		t.Error("nobody who does not decide owes anything: the test tests half")
	}
}
