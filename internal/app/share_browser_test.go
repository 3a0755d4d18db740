package app

import (
	"slices"
	"strings"

	"pana/internal/desk"
	"pana/internal/testkit"
)

// secretary gives one of what waits to who decides, who finds it in her list, and
// shares out the rest fairly, having seen the plan.
func (v *viewer) secretary() {
	decider, err := v.l.Enter(v.Context(), "identification", desk.SignInInput{})
	if err != nil {
		v.Fatal(err)
	}
	v.as("secretary")
	v.sees("docket-share", "/docket?state=", "docket.title") // what a decider chose before in this browser is let go
	v.Press("go", "give")
	v.look("share-wrong", "docket.title")
	v.Go("/docket")
	boxes := slices.DeleteFunc(v.All("value"), func(s string) bool { return !strings.HasSuffix(s, "/identify/") })
	if len(boxes) == 0 {
		v.Fatal("nobody waits to be identified")
	}
	v.Tap("piece", boxes[0])
	v.Fill("give_to", string(decider.Who.Worker))
	v.Fill("hand_note", "Sees her on Monday")
	v.Press("go", "give")
	v.look("share-given", "share.done")
	if !testkit.Sees(v.Tab, "data-done", "yes") {
		v.Error("nothing was given")
	}
	v.Go("/docket")
	if len(boxes) > 1 {
		v.Press("go", "fair_all")
		v.look("share-plan", "share.title")
		v.Press("go", "share")
		if slices.Contains(v.All("data-done"), "no") || len(v.All("data-done")) != len(boxes)-1 {
			v.Errorf("of %d shared out: %v", len(boxes)-1, v.All("data-done"))
		}
	}
	v.sees("away", "/away", "away.title")
	v.as("identification")
	v.sees("work-given", "/work?held=mine", "work.title")
	file, _, _ := strings.Cut(boxes[0], "/")
	v.sees("given", "/file/"+file+"/given/identify", "given.title")
}
