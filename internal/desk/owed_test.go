package desk_test

import (
	"slices"
	"testing"

	"pana/internal/access"
	"pana/internal/desk"
	"pana/internal/id"
	"pana/internal/store"
)

// My work begins at a body's own files and at its decisions. It lists what asking
// every step of the kind lists, whoever asks and however the body came to the file.
func TestWhatIsOwedIsWhatEveryStepSays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.someFiles() // opened, asked, accepted, decided about
	w.goneAgain()
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

// goneAgain is somebody whom the shelter took in and who has left: then it owes her
// nothing any more, and keeps no line of what others do.
func (w *world) goneAgain() {
	w.t.Helper()
	ctx, file := w.t.Context(), id.File(w.concern().Args["file"])
	referral := w.refer(file)
	lines := func() int {
		n, err := w.store.Count(ctx, "owed", store.Query{Scope: access.All{}, Where: []store.Filter{
			store.Where("body_id", store.Is, string(w.shelter2.Body)), store.Where("stream_id", store.Is, string(file)),
		}})
		if err != nil {
			w.t.Fatal(err)
		}
		return n
	}
	in := desk.AnswerInput{Key: w.k(), Referral: referral}
	w.must(w.desk.Accept(ctx, w.shelter2, in))
	in.Key = w.k()
	w.must(w.desk.Arrived(ctx, w.shelter2, in))
	if lines() == 0 {
		w.t.Fatal("who has her in the house owes her nothing: the test tests nothing")
	}
	in.Key, in.Reason = w.k(), "planned"
	w.must(w.desk.Left(ctx, w.shelter2, in))
	if n := lines(); n > 0 {
		w.t.Errorf("%d lines of what others owe her stand with who had her once", n)
	}
}
