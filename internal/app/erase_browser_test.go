package app

import (
	"strings"
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/desk"
	"pana/internal/id"
	"pana/internal/testkit"
)

// TestTwoEraseInABrowser: who found her records her wish, the coordinator signs with a
// ground, the prosecutor confirms, the days pass, and the receipt is printed. An
// order keeps another file, and its page says whose.
func TestTwoEraseInABrowser(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "kk"} {
		t.Run(lang, func(t *testing.T) {
			ctx := testkit.Browser(t)
			l := begin(t)
			s, _ := storyOf(t, l, l.plain(t, "en"))
			s.name = girl.name
			s.recordConcern(girl)
			v := &viewer{T: t, Tab: testkit.NewTab(ctx, t, l.url, lang, true), l: l, s: s, lang: lang, seen: map[string]bool{}}
			file := "/file/" + s.file
			v.as("inspector")
			v.sees("erase-wish", file+"/erase", "erase.title")
			v.Press("go", "wish")
			v.Go(file + "/erase")
			v.sees("openings", file+"/openings", "openings.title")
			v.as("coordinator")
			v.Go(file + "/erase")
			v.Tap("erasure_ground", "person_asked")
			v.Press("go", "ask")
			v.look("erase-wrong", "erase.title")
			v.Fill("erasure_reason", "She asked twice, and knows what goes.")
			v.Press("go", "ask")
			v.sees("erase-asked", file+"/erase", "erase.title")
			v.as("prosecutor")
			v.sees("erase-second", file+"/erase", "erase.title")
			v.Press("go", "confirm")
			v.as("coordinator")
			v.sees("erase-confirmed", file+"/erase", "erase.title")
			v.sees("hold-none", file+"/hold", "hold.title")
			v.Press("go", "place")
			v.look("hold-wrong", "hold.title")
			v.Tap("hold_by", "court")
			v.Fill("hold_paper", "2-417/2026")
			v.Press("go", "place")
			v.sees("hold", file+"/hold", "hold.title")
			v.sees("erase-held", file+"/erase", "erase.title")
			v.sees("erasures", "/erasures", "erasures.title")
			v.release()
			l.clock.Push(9 * 24 * time.Hour)
			if err := l.desk.Sweep(ctx); err != nil {
				t.Fatal(err)
			}
			v.as("coordinator")
			v.sees("erasures-gone", "/erasures", "erasures.title")
			v.sees("erased", "/erased/"+s.file, "erased.title")
			if !strings.Contains(v.HTML(), id.Number(id.File(s.file))) {
				t.Error("the receipt does not say of which file")
			}
			if v.Go(file + "/erase"); v.Status() != 404 {
				t.Errorf("the erased file answers %d", v.Status())
			}
		})
	}
}

// release has two outside let go what keeps the file: the demonstration has no button for them.
func (v *viewer) release() {
	v.Helper()
	outside := access.Who{Worker: id.New[id.Worker](time.Now()), Body: id.New[id.Body](time.Now()), BodyKind: "ombudsman", Role: "adviser"}
	hold := v.l.held(v.T, outside, id.File(v.s.file))
	for i, who := range []access.Who{outside, {Worker: id.New[id.Worker](time.Now()), Body: outside.Body, BodyKind: "ombudsman", Role: "adviser"}} {
		in := desk.HoldInput{Key: "release" + string(rune('0'+i)), File: id.File(v.s.file), Go: desk.HoldRelease, Hold: hold, Why: "lifted"}
		if _, err := v.l.desk.Hold(v.Context(), who, in); err != nil {
			v.Fatal(err)
		}
	}
}

// held is the one order that keeps a file.
func (l *live) held(t *testing.T, who access.Who, file id.File) id.Hold {
	t.Helper()
	view, err := l.desk.Holds(t.Context(), who, file)
	if err != nil || len(view.Holds) != 1 {
		t.Fatalf("%d orders, %v", len(view.Holds), err)
	}
	return view.Holds[0].Hold
}
