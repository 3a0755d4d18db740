package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/withheld"
	"pana/internal/wording"
)

var (
	trackParts = casework.TrackParts{Stage: "case_stage", Outcome: "case_outcome", Trail: "case_trail", Ended: "ended"}
	trackLine  = desk.TrackLine{
		ID: id.Track(fileID(31)), Number: id.Number(fileID(31)), Kind: "case", State: "open", Stage: "investigated", Outcome: "none", Trail: "unsaid",
		Articles: []string{"new_1"}, Accused: 3, At: noon, ActOn: noon, Parts: trackParts,
	}
	trackOffences = []pack.Offence{
		{ID: "old_1", Code: "code_old", Art: "art. 1", Dates: pack.Dates{To: pack.Day{Time: time.Date(2014, 12, 31, 0, 0, 0, 0, time.UTC)}}},
		{ID: "new_1", Code: "code", Art: "art. 2", Was: "old_1", Dates: pack.Dates{From: pack.Day{Time: time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC)}}},
	}
	fullTracks = desk.Tracks{
		Form:  &desk.TrackForm{Key: "k", Track: id.Track(fileID(32)), Kinds: []string{"case"}, Offences: trackOffences},
		Lines: []desk.TrackLine{trackLine, {ID: id.Track(fileID(33)), Number: "X", State: "ended", Outcome: "convicted", Parts: trackParts, At: noon}}, More: true,
	}
	fullTrack = desk.TrackView{
		TrackLine: trackLine, Version: 7, Key: "k", Register: withheld.New("<7/2026>"), Body: "Police", Keeps: true, From: id.Track(fileID(34)), Into: id.Track(fileID(35)),
		Charges: []desk.ChargeLine{{Offence: trackOffences[1], Same: &trackOffences[0]}},
		Groups:  []casework.Accused{{N: 2, Sex: "male", Age: "adult"}, {N: 1}},
		Money:   []desk.MoneyLine{{ID: "taken", Sum: 1000, Mine: true}, {ID: "given", Of: "taken", Unsure: "q"}},
		Files:   []desk.TrackFile{{Subject: girl, Says: []desk.Change{{Var: "v", To: "x"}}, Steps: []string{"ask"}, Decides: []string{"refuse"}}},
		Offers:  []desk.TrackOffer{{ID: "stop", Reasons: true, Unclear: []string{"q"}}, {ID: "join", Joins: true}},
		Form:    *fullTracks.Form, Joinable: fullTracks.Lines[1:], Waiting: []desk.Subject{girl}, Gaps: []string{"q"},
		Log: []desk.TrackEvent{
			{ID: id.Event(fileID(36)), Type: "track.opened", At: noon, By: "Police", Articles: []string{"new_1"}},
			{ID: id.Event(fileID(37)), Type: "track.moved", Word: "stop", At: noon, Reasons: withheld.New("<why>"), May: true},
			{ID: id.Event(fileID(38)), Type: "track.money", Word: "taken", Sum: 1000, At: noon, Corrected: true},
			{ID: id.Event(fileID(39)), Type: "track.took", Other: id.Track(fileID(34)), OtherNo: "Y", At: noon},
		},
	}
	fullTrackFigures = desk.TrackFigures{
		Kind: "case", Parts: trackParts, Few: 5, Cells: []string{"investigated", "convicted"},
		Years: []desk.TrackYear{{
			Year: 2026, Running: true, Cases: 12, Accused: desk.Few, Followed: 6,
			Rows:  []desk.TrackRow{{Code: "code", Article: "=new_1", Cases: 12, Cells: []int{7, 5}}, {Code: "code", Article: "new_2", Cases: desk.Few, Cells: []int{desk.Few, desk.Few}, Rest: desk.Few}},
			Money: []desk.TrackSum{{Kind: "taken", Cases: 6, Sum: 4000}, {Kind: "given", Cases: desk.Few, Sum: desk.Few}},
		}},
	}
)

var trackPages = []page{{"tracks", "cases, and the way to a new one", func(l wording.Lang) any {
	return newTracksPage(signed(l, "tracks.title"), desk.Tracks{}, url.Values{})
}, func(l wording.Lang) any {
	return newTracksPage(signed(l, "tracks.title"), fullTracks, url.Values{"article": {"new_1"}})
}}, {"track_new", "a case without a name in it", func(l wording.Lang) any {
	return newTrackForm(signed(l, "tracks.new"), desk.TrackForm{}, url.Values{})
}, func(l wording.Lang) any {
	f := signed(l, "tracks.new")
	f.Errors = []FieldError{{"articles", f.T("error.track.no_article"), "track.no_article"}, {"r0.accused_n", f.T("error.field.number"), "field.number"}}
	return newTrackForm(f, *fullTracks.Form, url.Values{"act_on": {"2014-05-05"}, "articles": {"new_1"}, "from": {string(fileID(34))}, "r0.accused_n": {"<many>"}})
}}, {"track", "one case, with what may be done", func(l wording.Lang) any {
	return newTrackPage(signed(l, "tracks.one", "number", "X"), desk.TrackView{TrackLine: trackLine}, nil)
}, func(l wording.Lang) any {
	p := newTrackPage(signed(l, "tracks.one", "number", "X"), fullTrack, url.Values{"go": {"money"}, "money_sum": {"<1>"}})
	p.Receipt = &fullReceipt
	return p
}}, {"track_figures", "counts that may leave the house", func(l wording.Lang) any {
	return trackFiguresView{signed(l, "tracks.figures"), desk.TrackFigures{}}
}, func(l wording.Lang) any {
	return trackFiguresView{signed(l, "tracks.figures"), fullTrackFigures}
}}}

// Each button sends its own act, with its own fields and a key of its own: two acts
// of one page are two, and what stands half filled in another act's fields is not done.
func TestActsOnACase(t *testing.T) {
	t.Parallel()
	all := url.Values{
		"key": {"k"}, "version": {"7"}, "track_step": {"stop"}, "track_reasons": {"why"}, "into": {string(fileID(33))}, "act_on": {"2026-01-02"}, "articles": {"new_1"},
		"r0.accused_n": {"2"}, "r1.accused_n": {""}, "money_kind": {"taken"}, "money_sum": {"12 000"}, "case_file": {"ABCD-2345"}, "file": {string(fileID(1))},
	}
	for _, row := range []struct {
		do, why string
		right   func(desk.TrackAct) bool
	}{
		{"move", "a step", func(a desk.TrackAct) bool { return a.Step == "stop" && a.Into != "" && a.Money == "" && a.Number == "" }},
		{"money", "a sum moves nothing", func(a desk.TrackAct) bool {
			return a.Sum == "12 000" && a.Step == "" && a.Into == "" && a.Articles == nil
		}},
		{"accused", "an empty row is nobody", func(a desk.TrackAct) bool { return len(a.Accused) == 1 && a.Accused[0].N == "2" }},
		{"charge", "articles with their day", func(a desk.TrackAct) bool { return a.ActOn == "2026-01-02" && len(a.Articles) == 1 && a.Step == "" }},
		{"link", "a file by its number", func(a desk.TrackAct) bool { return a.Number == "ABCD-2345" && a.File == "" }},
		{"unlink", "the file of the button", func(a desk.TrackAct) bool { return a.File == fileID(1) && a.Number == "" }},
	} {
		d := &fakeDesk{}
		res := newVisitor(t, d).in("officer").post("/tracks/"+string(fileID(31)), with(all, "go", row.do))
		act, _ := d.last.(desk.TrackAct)
		if res.Code != http.StatusOK || act.Do != row.do || !row.right(act) || !strings.HasPrefix(act.Key, "k."+row.do) || act.Version != 7 {
			t.Errorf("%s (%s): %d %+v", row.do, row.why, res.Code, act)
		}
	}
}

// What was typed for a new case and for an act comes back with what must be mended,
// and in another language; the day of the act leaves out the other code's articles.
func TestNothingTypedInACaseIsLost(t *testing.T) {
	t.Parallel()
	typed := url.Values{
		"key": {"k"}, "track": {string(fileID(32))}, "track_kind": {"case"}, "act_on": {"2020-05-05"}, "track_number": {"<7>"}, "r1.accused_n": {"4"},
		"r0.accused_n": {""}, "money_sum": {"12 000"}, "track_reasons": {"<because>"},
	}
	for why, row := range map[string]struct {
		path string
		fail error
		with []string
		want []string
	}{
		"to be mended":     {"/tracks/new", fault.Form(fault.Field{Name: "articles", Code: "track.no_article"}), []string{"go", "open"}, []string{"&lt;7&gt;", `value="4"`, "2020-05-05"}},
		"another language": {"/tracks/new", nil, []string{"set_lang", "kk"}, []string{"&lt;7&gt;", `value="4"`}},
		"an act":           {"/tracks/" + string(fileID(31)), fault.Form(fault.Field{Name: "money_sum", Code: "field.number"}), []string{"go", "money"}, []string{"12 000", "&lt;because&gt;"}},
		"an act, turned":   {"/tracks/" + string(fileID(31)), nil, []string{"set_lang", "ru"}, []string{"12 000", "&lt;because&gt;"}},
	} {
		d := &fakeDesk{fail: row.fail}
		body := newVisitor(t, d).in("officer").post(row.path, with(typed, row.with...)).Body.String()
		for _, want := range row.want {
			if !strings.Contains(body, want) {
				t.Errorf("%s: %q is lost", why, want)
			}
		}
		if row.path == "/tracks/new" && (strings.Contains(body, `value="old_1"`) || !strings.Contains(body, `value="new_1"`)) {
			t.Errorf("%s: the articles are not those of the day", why)
		}
	}
}

// A table has an empty cell for what is not given out, and no cell is a formula.
func TestFiguresOfCasesAsATable(t *testing.T) {
	t.Parallel()
	body := newVisitor(t, &fakeDesk{}).in("officer").get("/tracks/figures.csv").Body.String()
	for _, want := range []string{"2026,true,code,'=new_1,12,7,5,0,,", "2026,true,code,new_2,,,,,,", "2026,true,,,6,,,,taken,4000"} {
		if !strings.Contains(body, want) {
			t.Errorf("%q is not in\n%s", want, body)
		}
	}
}
