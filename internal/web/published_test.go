package web

import (
	"strings"
	"testing"

	"pana/internal/desk"
)

// The chart stands before the table, the oldest month first, each month as it was
// published last; a month that is not given out has a bar of no length that is told.
func TestAChartOfWhatWasPublishedStandsFirst(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, &fakeDesk{})
	w := v.get("/published")
	page := w.Body.String()
	chart, table := strings.Index(page, "data-chart"), strings.Index(page, "<table")
	if chart < 0 || table < 0 || chart > table {
		t.Errorf("the chart is at %d, the table at %d", chart, table)
	}
	if strings.Count(page, "data-perimeter") != len(fullPublished) || strings.Count(page, "data-source") != len(fullPublished) {
		t.Error("a body's figures have no perimeter or no source")
	}
	row := func(months, n int, corrected bool) desk.MonthRow {
		r := desk.MonthRow{Month: noon.AddDate(0, -months, 0), As: desk.AsPublished, On: noon, Line: "150", Channel: "call", Calls: n}
		if corrected {
			r.On = noon.AddDate(0, 0, 1)
		}
		return r
	}
	body := desk.PublishedBody{Rows: []desk.MonthRow{row(0, desk.Few, false), row(1, 40, false), row(1, 60, true), row(2, 30, false)}}
	charts := publishedView{signed("en", "published.title"), []desk.PublishedBody{body}}.Charts(body)
	if len(charts) != 1 || len(charts[0].Bars) != 3 {
		t.Fatalf("%+v", charts)
	}
	first, second, last := charts[0].Bars[0], charts[0].Bars[1], charts[0].Bars[2]
	if !strings.HasSuffix(first.Text, ": 30") || !strings.HasSuffix(second.Text, ": 60") || first.W*2 != second.W || !last.Hidden || last.W != 24 {
		t.Errorf("%+v", charts[0].Bars)
	}
}
