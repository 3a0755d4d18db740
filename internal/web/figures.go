package web

import (
	"context"
	"net/url"
	"strconv"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
)

type figuresDesk interface {
	FigureList(ctx context.Context, who access.Who) (desk.FigureList, error)
	Figures(ctx context.Context, who access.Who, procedure string, year, quarter int) (desk.Figures, error)
	CourseMonths(ctx context.Context, who access.Who, procedure string) (desk.FigureMonths, error)
	PublishCourses(ctx context.Context, who access.Who, in desk.PublishInput) (casework.Receipt, error)
	PublishedFigures(ctx context.Context, lang string) ([]desk.PublishedBody, error)
	ReferralFigures(ctx context.Context, who access.Who, year int) (desk.ReferralFigures, error)
	PublishReferrals(ctx context.Context, who access.Who, in desk.PublishInput) (casework.Receipt, error)
	PublishedReferrals(ctx context.Context, lang string) ([]desk.PublishedReferrals, error)
}

// figureListView is the procedures that have figures.
type figureListView struct {
	Frame
	L desk.FigureList
}

func figureListPage(c *call) error {
	l, err := c.site.Desk.FigureList(c.ctx, c.who)
	if err != nil {
		return err
	}
	return c.show(figureListView{c.frame("figures.title"), l})
}

// Count is a number, or that it is too small to be given out.
func (v figureListView) Count(n int) string { return v.count(n) }

// count is a number, or that it is not given out: which of those are few and which
// would tell one that is by subtraction nobody is told.
func (f Frame) count(n int) string {
	if n == desk.Few {
		return f.T("callmonths.few")
	}
	return f.Number(n)
}

// Perimeter says what is counted: whose files.
func (f Frame) perimeter(whose, region string) string {
	return f.T("figures.whose."+whose, "region", f.Or("region."+region, "region.other"))
}

// Perimeter is the sentence over the list.
func (v figureListView) Perimeter() string { return v.perimeter(v.L.Whose, v.L.Region) }

// figuresView are the figures of one procedure.
type figuresView struct {
	Frame
	F      desk.Figures
	Choose []Field
	Chart  []chartBar
}

// figuresOf reads what is asked for; what is no number is the running year.
func (c *call) figuresOf() (desk.Figures, error) {
	q := c.r.URL.Query()
	year, _ := strconv.Atoi(q.Get("year"))
	quarter, _ := strconv.Atoi(q.Get("quarter"))
	return c.site.Desk.Figures(c.ctx, c.who, c.r.PathValue("procedure"), year, quarter)
}

func figuresPage(c *call) error {
	m, err := c.figuresOf()
	if err != nil {
		return err
	}
	f := c.frame("figures.title")
	f.Wide = true
	return c.show(newFiguresView(f, m))
}

func newFiguresView(f Frame, m desk.Figures) figuresView {
	v := figuresView{Frame: f, F: m}
	fm := form{f, url.Values{"year": {strconv.Itoa(m.Year)}, "quarter": {strconv.Itoa(m.Quarter)}}}
	year, quarter := fm.field("select", "year"), fm.field("select", "quarter")
	for _, y := range m.Years {
		year.Options = append(year.Options, Option{Value: strconv.Itoa(y), Label: strconv.Itoa(y), On: y == m.Year})
	}
	for q := range 5 {
		label := f.T("figures.whole_year")
		if q > 0 {
			label = f.T("figures.quarter_n", "n", q)
		}
		quarter.Options = append(quarter.Options, Option{Value: strconv.Itoa(q), Label: label, On: q == m.Quarter})
	}
	for _, field := range []*Field{&year, &quarter} {
		field.Label, field.Why = f.T("figures."+field.Name), ""
		v.Choose = append(v.Choose, *field)
	}
	v.Chart = v.bars()
	return v
}

// Count is a number, or that it is too small to be given out.
func (v figuresView) Count(n int) string { return v.count(n) }

// Called is the procedure.
func (v figuresView) Called() string { return v.Or("procedure."+v.F.Procedure, "picture.title") }

// Perimeter is the sentence over the figures.
func (v figuresView) Perimeter() string { return v.perimeter(v.F.Whose, v.F.Region) }

// Query asks for the same in another form.
func (v figuresView) Query() string {
	return url.Values{"year": {strconv.Itoa(v.F.Year)}, "quarter": {strconv.Itoa(v.F.Quarter)}}.Encode()
}

// Outcome is a state of the picture, as the pack calls it.
func (v figuresView) Outcome(id string) string {
	return v.Or("var."+v.F.Var+"."+id, "figures.not_known")
}

// Period is the year, or the quarter of it.
func (v figuresView) Period() string {
	if v.F.Quarter == 0 {
		return strconv.Itoa(v.F.Year)
	}
	return v.T("figures.period", "year", strconv.Itoa(v.F.Year), "n", v.F.Quarter)
}

// Of are the parts of those who began: by what, with the words of each.
func (v figuresView) Of() []figureMargin {
	return []figureMargin{
		v.margin("region", v.F.Regions, func(id string) string { return v.Or("region."+id, "figures.not_known") }),
		v.margin("sex", v.F.Sexes, func(id string) string { return v.Or("sex."+id, "option."+id, "figures.not_known") }),
		v.margin("age_band", v.F.Ages, func(id string) string { return v.Or("fact.age."+id, "age_known."+id, "figures.not_known") }),
	}
}

// figureMargin is one table of parts.
type figureMargin struct {
	Caption string
	By      string
	Rows    []figureRow
	Rest    string // "" when every part is given
}

type figureRow struct{ ID, Label, N string }

func (v figuresView) margin(by string, cells desk.FigureCells, label func(string) string) figureMargin {
	m := figureMargin{Caption: v.T("figures.by." + by), By: by}
	if cells.Rest != 0 {
		m.Rest = v.Count(cells.Rest)
	}
	for _, c := range cells.Cells {
		m.Rows = append(m.Rows, figureRow{c.ID, label(c.ID), v.Count(c.N)})
	}
	return m
}

// chartBar is a part of a whole, its words above it: so the chart is as narrow as a
// telephone, and words break as others do.
type chartBar struct {
	Text   string
	W      int  // of chartWidth
	Hidden bool // its number is not given out
}

const chartWidth = 320

// bars are how what ended has ended.
func (v figuresView) bars() (out []chartBar) {
	add := func(label string, n int) {
		bar := chartBar{Text: label + ": " + v.Count(n), Hidden: n == desk.Few}
		switch {
		case n > 0 && v.F.Ended > 0:
			bar.W = max(3, n*(chartWidth-4)/v.F.Ended)
		case bar.Hidden:
			bar.W = 24
		}
		out = append(out, bar)
	}
	for _, c := range v.F.Outcomes.Cells {
		add(v.Outcome(c.ID), c.N)
	}
	if v.F.Outcomes.Rest > 0 {
		add(v.T("rollmonth.rest"), v.F.Outcomes.Rest)
	}
	return out
}

// figuresCSV is the same for a table: codes, a number in each row, so that years and
// procedures can be put below each other; an empty cell for what is not given out, so
// that nobody adds it as none.
func figuresCSV(c *call) error {
	m, err := c.figuresOf()
	if err != nil {
		return err
	}
	rows := [][]string{{"procedure", "year", "quarter", "running", "counted", "what", "which", "n"}}
	row := func(n casework.FigureNumber) {
		quarter := ""
		if m.Quarter > 0 {
			quarter = strconv.Itoa(m.Quarter)
		}
		rows = append(rows, []string{m.Procedure, strconv.Itoa(m.Year), quarter, strconv.FormatBool(m.Running), m.Whose, n.What, n.Which, countCell(n.N)})
	}
	row(casework.FigureNumber{What: "open_today", N: m.Open})
	for _, n := range m.Numbers() {
		row(n)
	}
	return c.downloadCSV("figures", m.Procedure, "", rows, figuresView{Frame: c.frame("figures.title"), F: m}.Perimeter(), c.note("figures.lead", "few", m.Few), c.note("figures.note"))
}

// countCell is a number in a table, empty where it is not given out.
func countCell(n int) string {
	if n == desk.Few {
		return ""
	}
	return strconv.Itoa(n)
}

// Days is a length, or why there is none.
func (v figuresView) Days(n, of int) string {
	switch {
	case of == 0:
		return "–"
	case n == desk.Few:
		return v.T("figures.days_few")
	}
	return v.T("figures.days", "n", n)
}
