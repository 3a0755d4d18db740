package web

import (
	"bytes"
	"net/url"
	"strings"
	"testing"

	"pana/internal/desk"
	"pana/internal/procedure"
)

// What may not happen, and the pictures in which nothing has, are one link away,
// without script, and the link keeps what is open already.
func TestFoldedPartsAreALinkAway(t *testing.T) {
	t.Parallel()
	site := testSite(t)
	const shut, quiet = `data-offer="expel.closed"`, `id="pic1-t"`
	for _, row := range []struct {
		why, query  string
		has, hasNot []string
	}{
		{"as it opens", "", []string{`data-offer="identify.open"`, `id="pic0-t"`, "show=shut&amp;tab=labour#shut", "show=quiet&amp;tab=labour#quiet"}, []string{shut, quiet}},
		{"with the steps that may not happen", "?show=shut", []string{shut, "show=shut&amp;show=quiet", "#quiet"}, []string{quiet, "#shut"}},
		{"with the quiet pictures", "?show=quiet", []string{quiet, "#shut"}, []string{shut, "#quiet"}},
		{"with both", "?show=quiet&show=shut", []string{shut, quiet}, []string{"#shut", "#quiet"}},
		{"to be printed", "?print=all&tab=labour", []string{"<details open><summary>What others may do", "<details open><summary>The same as a list", `data-ticked="presume"`, `data-rest="2"`, "print=all&amp;show=shut&amp;tab=labour#shut", "print=all&amp;show=quiet&amp;tab=labour#quiet"}, []string{shut, quiet, `data-ticked="expel"`, `data-ticked="appeal"`, "<details><summary>"}},
		{"to be printed with what may not happen", "?print=all&show=shut&tab=labour", []string{shut, `data-offer="presume.closed"`}, []string{quiet, "data-ticked", "data-rest"}},
		{"the way to that", "?tab=labour&show=shut", []string{"print=all&amp;tab=labour"}, []string{"print=all&amp;show"}},
		{"with what there is not", "?show=%22%3E%3Cscript%3E&tab=labour", []string{"show=shut"}, []string{shut, quiet, "show=%22"}},
	} {
		f := signed("en", "file.title", "number", "ABCD-2345")
		f.Path = "/file/x" + row.query
		view := fullFile()
		view.Offers = append(view.Offers, desk.StepOffer{ID: "presume", State: "closed", Force: procedure.May}, desk.StepOffer{ID: "appeal", State: "closed", Force: procedure.May})
		view.Timeline = append(view.Timeline, desk.TimelineLine{Code: "step.presume"}, desk.TimelineLine{Code: "step.expel", Irregular: true}, desk.TimelineLine{Code: "step.appeal", Corrected: true})
		var out bytes.Buffer
		if err := site.pages["file"].ExecuteTemplate(&out, "layout", newFilePage(f, view, url.Values{"key": {"k"}})); err != nil {
			t.Fatal(err)
		}
		_, main, _ := strings.Cut(out.String(), "<main")
		for _, want := range row.has {
			if !strings.Contains(main, want) {
				t.Errorf("%s: %s is not there", row.why, want)
			}
		}
		for _, not := range row.hasNot {
			if strings.Contains(main, not) {
				t.Errorf("%s: %s is there", row.why, not)
			}
		}
	}
}
