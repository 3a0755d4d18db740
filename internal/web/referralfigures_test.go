package web

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/wording"
)

func (d *fakeDesk) ReferralFigures(fakeCtx, fakeWho, int) (desk.ReferralFigures, error) {
	return fullReferralFigures, d.found()
}
func (d *fakeDesk) PublishReferrals(_ fakeCtx, _ fakeWho, in desk.PublishInput) (casework.Receipt, error) {
	return d.done("publish referrals", in)
}
func (d *fakeDesk) PublishedReferrals(fakeCtx, string) ([]desk.PublishedReferrals, error) {
	return []desk.PublishedReferrals{{Name: "=<Министерство>", On: noon, Digest: "d1", F: fullReferralFigures}}, nil
}

var fullReferralFigures = desk.ReferralFigures{
	Few: 11, Year: 2026, Years: []int{2026, 2025}, Whose: "all", Publishes: true, State: casework.FiguresNew, Digest: "d1",
	People: 90, Refused: desk.FigureCells{Cells: []desk.FigureCell{{ID: "yes", N: 60}, {ID: "no", N: 30}}},
	Beds: 40, Bed: desk.FigureCells{Cells: []desk.FigureCell{{ID: "yes", N: 26}, {ID: "no", N: 14}}}, ToBed: desk.FigureDays{Of: 26, Median: 5, P90: 49},
	Refusals: desk.RefusalTable{
		All:     72,
		Reasons: []desk.RefusalRow{{ID: "full", N: 46}, {ID: "=new", N: 14}, {Rest: true, N: 12}},
		Regions: []desk.RefusalRow{{ID: "KZ-75", N: 50}, {Rest: true, N: 22}},
		Cells:   [][]int{{34, 12}, {desk.Few, desk.Few}, {desk.Few, desk.Few}},
	},
}

var referralFigurePages = []page{
	{"referralfigures", "nobody was asked for; then each kind of number", func(l wording.Lang) any {
		return newReferralFiguresView(signed(l, "refusals.title"), desk.ReferralFigures{Whose: "body", State: casework.FiguresWait})
	}, func(l wording.Lang) any {
		v := newReferralFiguresView(signed(l, "refusals.title"), fullReferralFigures)
		v.Receipt = &fullReceipt
		return v
	}},
	{"published_referrals", "anybody reads a year with whom it counts", func(l wording.Lang) any {
		return publishedReferralsView{Frame: signed(l, "refusals.published.title")}
	}, func(l wording.Lang) any {
		few := fullReferralFigures
		few.Refusals = desk.RefusalTable{All: desk.Few}
		totals := fullReferralFigures
		totals.Refusals.Cells = nil
		return publishedReferralsView{signed(l, "refusals.published.title"), []desk.PublishedReferrals{{Name: "<Министерство>", On: noon, F: fullReferralFigures}, {On: noon, F: few}, {On: noon, F: totals}}}
	}},
}

// What stands together is *other* beside those that stand apart, and *all* where none does.
func TestWhatStandsTogetherIsNamed(t *testing.T) {
	t.Parallel()
	alone := fullReferralFigures
	alone.Refusals = desk.RefusalTable{All: 26, Reasons: []desk.RefusalRow{{Rest: true, N: 26}}, Regions: []desk.RefusalRow{{Rest: true, N: 26}}, Cells: [][]int{{26}}}
	for _, c := range []struct {
		figures     desk.ReferralFigures
		says, never string
	}{{fullReferralFigures, "other reasons together", "all reasons together"}, {alone, "all regions together", "other"}} {
		v := newReferralFiguresView(signed("en", "refusals.title"), c.figures).Drawn()
		labels := v.Reason(c.figures.Refusals.Reasons[len(c.figures.Refusals.Reasons)-1]) + ", " + v.Region(c.figures.Refusals.Regions[len(c.figures.Refusals.Regions)-1])
		if !strings.Contains(labels, c.says) || strings.Contains(labels, c.never) {
			t.Errorf("%s: %q is to be there, and %q not", labels, c.says, c.never)
		}
	}
}

// Charts stand before the table; a number that is not given out is an empty cell and null,
// never nought; the act carries the year and what the page showed.
func TestAYearOfReferrals(t *testing.T) {
	t.Parallel()
	d := &fakeDesk{}
	v := newVisitor(t, d).in("officer")
	page := v.get("/referrals/figures").Body.String()
	chart, table := strings.Index(page, `data-chart="region"`), strings.Index(page, "<table")
	if chart < 0 || chart > table || !strings.Contains(page, `data-standing="new"`) {
		t.Errorf("the chart is at %d, the table at %d", chart, table)
	}
	for _, at := range []string{"/referrals/figures.csv", "/published/referrals.csv"} {
		body := v.get(at).Body.String()
		for _, line := range []string{"refusals_by_reason,full,46\n", "refusals_by_reason_and_region,full/KZ-75,34\n", "refusals_by_reason_and_region,'=new/KZ-75,\n", "hours_to_bed,median,5\n"} {
			if !strings.Contains(body, line) {
				t.Errorf("%s: no %q in\n%s", at, line, body)
			}
		}
	}
	var out []publishedYear
	if err := json.Unmarshal(v.get("/published/referrals.json").Body.Bytes(), &out); err != nil || len(out) != 1 || out[0].Perimeter == "" || out[0].Source == "" || out[0].Digest != "d1" {
		t.Fatalf("%+v, %v", out, err)
	}
	given := map[string]*int{}
	for _, n := range out[0].Numbers {
		given[n.What+" "+n.Which] = n.N
	}
	if n := given["refusals_by_reason_and_region full/KZ-75"]; n == nil || *n != 34 {
		t.Errorf("34 is %v", n)
	}
	if n, there := given["refusals_by_reason_and_region =new/KZ-75"]; n != nil || !there {
		t.Errorf("what is not given out is %v", n)
	}
	if res := v.post("/referrals/figures", url.Values{"key": {"k"}, "year": {"2026"}, "digest": {"d1"}}); res.Code != 200 {
		t.Fatalf("%d", res.Code)
	}
	if in, _ := d.last.(desk.PublishInput); in.Month != "2026" || in.Digest != "d1" {
		t.Errorf("sent %+v", in)
	}
}
