package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"

	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
)

// referralFiguresView is what came of asking services for the people of a year.
type referralFiguresView struct {
	Frame
	told
	F       desk.ReferralFigures
	Choose  []Field
	Key     string
	Receipt *casework.Receipt
}

func (c *call) referralFigures() (desk.ReferralFigures, error) {
	year, _ := strconv.Atoi(c.r.FormValue("year")) // what is no number is the running year
	return c.site.Desk.ReferralFigures(c.ctx, c.who, year)
}

func referralFiguresPage(c *call) error {
	return c.drawReferralFigures(http.StatusOK, c.frame("refusals.title"), nil)
}

func (c *call) drawReferralFigures(status int, f Frame, done *casework.Receipt) error {
	m, err := c.referralFigures()
	if err != nil {
		return err
	}
	v := newReferralFiguresView(f, m)
	if v.Receipt = done; done != nil {
		v.told = c.told(*done)
	}
	return c.render(status, "referralfigures", v)
}

func newReferralFiguresView(f Frame, m desk.ReferralFigures) referralFiguresView {
	f.Wide = true
	v := referralFiguresView{Frame: f, F: m, Key: newKey()}
	year := form{f, url.Values{"year": {strconv.Itoa(m.Year)}}}.field("select", "year")
	for _, y := range m.Years {
		year.Options = append(year.Options, Option{Value: strconv.Itoa(y), Label: strconv.Itoa(y), On: y == m.Year})
	}
	year.Label, year.Why = f.T("figures.year"), ""
	v.Choose = []Field{year}
	return v
}

// Perimeter is the sentence over the figures.
func (v referralFiguresView) Perimeter() string { return v.perimeter(v.F.Whose, v.F.Region) }

// Drawn is what inside and public pages have alike.
func (v referralFiguresView) Drawn() refusalsDrawn { return refusalsDrawn{v.Frame, v.F} }

// publishReferralsPost gives out a year as the page showed it.
func publishReferralsPost(c *call) error {
	f, year := c.frame("refusals.title"), c.form.Get("year")
	receipt, err := c.site.Desk.PublishReferrals(c.ctx, c.who, desk.PublishInput{Key: c.form.Get("key"), Month: year, Digest: c.form.Get("digest")})
	if err != nil {
		return c.again(err, func(f Frame) error { return c.drawReferralFigures(http.StatusUnprocessableEntity, f, nil) }, f)
	}
	return c.drawReferralFigures(http.StatusOK, f, &receipt)
}

// refusalsDrawn are the figures of one year: charts, then tables.
type refusalsDrawn struct {
	Frame
	F desk.ReferralFigures
}

// None says that no service was asked.
func (v refusalsDrawn) None() bool { return v.F.People == 0 }

func (v refusalsDrawn) Count(n int) string { return v.count(n) }

// Hours is a length, or why there is none.
func (v refusalsDrawn) Hours(n int) string {
	switch {
	case v.F.ToBed.Of == 0:
		return "–"
	case n == desk.Few:
		return v.T("figures.days_few")
	}
	return v.T("refusals.hours", "n", v.Number(n))
}

// Reason is why a service said no, as the pack calls it.
func (v refusalsDrawn) Reason(r desk.RefusalRow) string {
	switch {
	case r.Rest && len(v.F.Refusals.Reasons) == 1:
		return v.T("refusals.all_reasons")
	case r.Rest:
		return v.T("refusals.reasons_together")
	}
	return v.Or("refusal."+r.ID, "figures.not_known")
}

// Region is where the person is.
func (v refusalsDrawn) Region(r desk.RefusalRow) string {
	switch {
	case r.Rest && len(v.F.Refusals.Regions) == 1:
		return v.T("refusals.all_regions")
	case r.Rest:
		return v.T("refusals.regions_together")
	}
	return v.Or("region."+r.ID, "figures.not_known")
}

// refusalChart is one of the two charts.
type refusalChart struct {
	By, Title string
	Bars      []chartBar
}

// Charts are the refusals by reason, and by region.
func (v refusalsDrawn) Charts() []refusalChart {
	draw := func(by string, rows []desk.RefusalRow, label func(desk.RefusalRow) string) refusalChart {
		most := 1
		for _, r := range rows {
			most = max(most, r.N)
		}
		out := refusalChart{By: by, Title: v.T("refusals.by." + by)}
		for _, r := range rows {
			out.Bars = append(out.Bars, chartBar{Text: label(r) + ": " + v.Count(r.N), W: max(3, r.N*(chartWidth-4)/most)})
		}
		return out
	}
	return []refusalChart{draw("reason", v.F.Refusals.Reasons, v.Reason), draw("region", v.F.Refusals.Regions, v.Region)}
}

// Cells are those of one reason, in the order of the regions; without them the total alone.
func (v refusalsDrawn) Cells(row int) []int {
	if v.F.Refusals.Cells == nil {
		return nil
	}
	return v.F.Refusals.Cells[row]
}

// referralFiguresCSV is the same for a table: a number in each row.
func referralFiguresCSV(c *call) error {
	m, err := c.referralFigures()
	if err != nil {
		return err
	}
	rows := [][]string{{"year", "running", "counted", "what", "which", "n"}}
	for _, n := range numbersOf(m) {
		rows = append(rows, []string{strconv.Itoa(m.Year), strconv.FormatBool(m.Running), m.Whose, n.What, n.Which, countCell(n.N)})
	}
	return c.downloadCSV("referrals", strconv.Itoa(m.Year), "", rows, c.frame("refusals.title").perimeter(m.Whose, m.Region), c.note("refusals.lead", "few", m.Few))
}

// numbersOf are the figures with the reasons and regions that the tables have.
func numbersOf(m desk.ReferralFigures) []casework.FigureNumber {
	ids := func(rows []desk.RefusalRow) (out []string) {
		for _, r := range rows {
			if !r.Rest {
				out = append(out, r.ID)
			}
		}
		return out
	}
	return m.Numbers(ids(m.Refusals.Reasons), ids(m.Refusals.Regions))
}

// publishedReferralsView is what was given out, for anybody.
type publishedReferralsView struct {
	Frame
	All []desk.PublishedReferrals
}

// Drawn is one version.
func (v publishedReferralsView) Drawn(p desk.PublishedReferrals) refusalsDrawn {
	return refusalsDrawn{v.Frame, p.F}
}

func publishedReferralsPage(c *call) error {
	all, err := c.site.Desk.PublishedReferrals(c.ctx, string(c.lang))
	if err != nil {
		return err
	}
	f := c.frame("refusals.published.title")
	f.Wide = true
	return c.show(publishedReferralsView{f, all})
}

func publishedReferralsCSV(c *call) error {
	all, err := c.site.Desk.PublishedReferrals(c.ctx, string(c.lang))
	if err != nil {
		return err
	}
	rows := [][]string{{"body", "year", "day", "what", "which", "n"}}
	for _, p := range all {
		for _, n := range numbersOf(p.F) {
			rows = append(rows, []string{p.Name, strconv.Itoa(p.F.Year), c.dayCell(p.On), n.What, n.Which, countCell(n.N)})
		}
	}
	return c.publishCSV("referrals", letters, rows, c.note("refusals.published.lead"))
}

// publishedYear is one version of a year; null is not given out.
type publishedYear struct {
	Body      string            `json:"body"`
	Year      int               `json:"year"`
	Day       string            `json:"day"`
	Digest    string            `json:"sha256"`
	Perimeter string            `json:"perimeter"` // in the language that was asked for
	Counted   string            `json:"counted"`
	Source    string            `json:"source"`
	Least     int               `json:"least"`
	Numbers   []publishedNumber `json:"numbers"`
}

func publishedReferralsJSON(c *call) error {
	all, err := c.site.Desk.PublishedReferrals(c.ctx, string(c.lang))
	if err != nil {
		return err
	}
	f, out := c.frame("refusals.published.title"), []publishedYear{}
	for _, p := range all {
		one := publishedYear{
			Body: p.Name, Year: p.F.Year, Day: c.dayCell(p.On), Digest: p.Digest, Perimeter: f.T("figures.whose.all"), Counted: f.T("refusals.note"),
			Source: f.T("published.source", "body", p.Name), Least: p.F.Few,
		}
		for _, n := range numbersOf(p.F) {
			number := publishedNumber{What: n.What, Which: n.Which}
			if n.N != desk.Few {
				number.N = &n.N
			}
			one.Numbers = append(one.Numbers, number)
		}
		out = append(out, one)
	}
	text, err := json.MarshalIndent(out, "", " ")
	if err != nil {
		return fault.Because(err, fault.Internal, "internal")
	}
	return c.publish("application/json; charset=utf-8", "referrals.json", string(text)+"\n")
}
