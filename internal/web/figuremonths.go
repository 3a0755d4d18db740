package web

import (
	"net/http"
	"slices"

	"pana/internal/casework"
	"pana/internal/desk"
)

// figureMonthsView are a procedure's months as they were published, and as they may be.
type figureMonthsView struct {
	callMonthsView
}

// Action is where a month is published.
func (v figureMonthsView) Action() string { return "/figures/" + v.M.Procedure + "/months" }

func (v figureMonthsView) Table() monthsTable {
	return monthsTable{Frame: v.Frame, Rows: v.M.Rows, Var: v.M.Var}
}

// Called is the procedure.
func (v figureMonthsView) Called() string { return v.Or("procedure."+v.M.Procedure, "picture.title") }

// Empty says that no month has anything.
func (v figureMonthsView) Empty() bool { return len(v.M.Rows) == 0 }

func figureMonthsPage(c *call) error {
	return c.drawFigureMonths(http.StatusOK, c.frame("figuremonths.title"), nil)
}

func (c *call) drawFigureMonths(status int, f Frame, done *casework.Receipt) error {
	m, err := c.site.Desk.CourseMonths(c.ctx, c.who, c.r.PathValue("procedure"))
	if err != nil {
		return err
	}
	p := figureMonthsView{callMonthsView{Frame: f, M: m, Key: newKey(), Receipt: done}}
	if done != nil {
		p.told = c.told(*done)
	}
	return c.render(status, "figuremonths", p)
}

func publishFiguresPost(c *call) error {
	f := c.frame("figuremonths.title")
	month := c.form.Get("month")
	in := desk.PublishInput{Key: c.form.Get("key") + "." + month, Procedure: c.r.PathValue("procedure"), Month: month, Digest: c.form.Get("digest")}
	receipt, err := c.site.Desk.PublishCourses(c.ctx, c.who, in)
	if err != nil {
		return c.again(err, func(f Frame) error { return c.drawFigureMonths(http.StatusUnprocessableEntity, f, nil) }, f)
	}
	return c.drawFigureMonths(http.StatusOK, f, &receipt)
}

// figureMonthsCSV is the same for a table, a number in each row.
func figureMonthsCSV(c *call) error {
	m, err := c.site.Desk.CourseMonths(c.ctx, c.who, c.r.PathValue("procedure"))
	if err != nil {
		return err
	}
	rows := [][]string{numbersHead}
	for _, r := range m.Rows {
		rows = append(rows, c.numberCells(r)...)
	}
	return c.downloadCSV("figures", m.Procedure, "", rows, c.note("figuremonths.lead", "few", m.Few), c.note("figuremonths.note"))
}

var numbersHead = []string{"procedure", "month", "as", "day", "what", "which", "n"}

func (c *call) numberCells(r desk.MonthRow) (rows [][]string) {
	for _, n := range r.Numbers {
		rows = append(rows, []string{r.Procedure, r.Month.Format("2006-01"), r.As, c.dayCell(r.On), n.What, n.Which, countCell(n.N)})
	}
	return rows
}

// partsTogether are the parts that are not given out.
const partsTogether = "not_given_out_apart"

// numbers are a procedure's month, line by line, as the versions have them. What is none
// in all of them is left out, and so is a group of which no part is given out.
func (v monthsTable) numbers(versions []desk.MonthRow) []countedLine {
	var out []countedLine
	says := map[string]bool{}
	for _, n := range versions[len(versions)-1].Numbers {
		line := countedLine{Group: v.group(n), Words: v.words(n)}
		for _, r := range versions {
			line.Counts = append(line.Counts, numberIn(r, n))
		}
		says[line.Group] = says[line.Group] || n.Which != partsTogether && slices.ContainsFunc(line.Counts, func(n int) bool { return n != 0 && n != desk.Few })
		if line.Group == "" || slices.ContainsFunc(line.Counts, func(n int) bool { return n != 0 }) {
			out = append(out, line)
		}
	}
	return slices.DeleteFunc(out, func(l countedLine) bool { return l.Group != "" && !says[l.Group] })
}

// numberIn is what a version has for a number; one that an older edition of the pack did
// not have was not given out.
func numberIn(r desk.MonthRow, of casework.FigureNumber) int {
	i := slices.IndexFunc(r.Numbers, func(n casework.FigureNumber) bool { return n.What == of.What && n.Which == of.Which })
	if i < 0 {
		return desk.Few
	}
	return r.Numbers[i].N
}

// group is under which words a number stands.
func (v monthsTable) group(n casework.FigureNumber) string {
	switch n.What {
	case "outcome":
		return v.T("figures.outcomes")
	case casework.FigureDaysToDecision, casework.FigureDaysToEnd:
		return v.T("figuremonths." + n.What)
	case "kept_or_missed", "kept", "missed":
		return v.Or("clock."+n.Which, "clock.other")
	case "appealed":
		return v.T("figures.against")
	case "started_by_region":
		return v.T("figuremonths.by", "what", v.T("figures.by.region"))
	case "started_by_sex":
		return v.T("figuremonths.by", "what", v.T("figures.by.sex"))
	case "started_by_age_band":
		return v.T("figuremonths.by", "what", v.T("figures.by.age_band"))
	}
	return ""
}

// words are what a number is called in its group.
func (v monthsTable) words(n casework.FigureNumber) string {
	if n.Which == partsTogether {
		return v.T("callmonths.rest")
	}
	switch n.What {
	case "outcome":
		return v.Or("var."+v.Var+"."+n.Which, "figures.not_known")
	case casework.FigureDaysToDecision, casework.FigureDaysToEnd:
		return v.T("figuremonths.days." + n.Which)
	case "kept_or_missed":
		return v.T("callmonths.calls")
	case "appealed":
		return v.T("figures.appealed." + n.Which)
	case "started_by_region":
		return v.Or("region."+n.Which, "figures.not_known")
	case "started_by_sex":
		return v.Or("sex."+n.Which, "option."+n.Which, "figures.not_known")
	case "started_by_age_band":
		return v.Or("fact.age."+n.Which, "age_known."+n.Which, "figures.not_known")
	}
	return v.T("figures." + n.What)
}
