package web

import (
	"context"
	"io"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
	"pana/internal/wording"
)

type estimatesDesk interface {
	Estimates(ctx context.Context, who access.Who) (desk.Estimates, error)
	AskEstimate(ctx context.Context, who access.Who, in desk.EstimateInput) (casework.Receipt, error)
	Estimate(ctx context.Context, who access.Who, estimate id.Estimate) (desk.EstimateView, error)
	ActOnEstimate(ctx context.Context, who access.Who, in desk.EstimateActInput) (casework.Receipt, error)
	PublishedEstimates(ctx context.Context, lang string) ([]desk.EstimateView, error)
}

// estimatesView is the list of a body's estimates, with a form for another.
type estimatesView struct {
	Frame
	L      desk.Estimates
	Key    string
	Fields []Field
	File   Field
	Again  bool // a file that was chosen has to be chosen once more
}

// estimateFile is the field that a table's file is chosen in.
const estimateFile = "estimate_file"

// estimateRoom is more than any table that is taken: what is longer is refused before it
// is read.
const estimateRoom = 4 * casework.MaxEstimateTable

func estimateTooLong() error {
	return fault.Form(fault.Field{Name: estimateFile, Code: "field.too_long", Args: map[string]string{"max": strconv.Itoa(casework.MaxEstimateTable)}})
}

func estimatesPage(c *call) error {
	return c.drawEstimates(http.StatusOK, c.frame("estimates.title"), url.Values{"estimate_replicates": {"1000"}})
}

func (c *call) drawEstimates(status int, f Frame, typed url.Values) error {
	all, err := c.site.Desk.Estimates(c.ctx, c.who)
	if err != nil {
		return err
	}
	return c.render(status, "estimates", newEstimatesView(f, all, typed))
}

func newEstimatesView(f Frame, all desk.Estimates, typed url.Values) estimatesView {
	f.MainForm = true
	fm := form{f, typed}
	v := estimatesView{Frame: f, L: all, Key: typed.Get("key"), Again: len(f.Errors) > 0}
	if v.Key == "" {
		v.Key = all.Key
	}
	footnote, table := fm.field("long_text", "estimate_footnote"), fm.field("long_text", "estimate_table")
	footnote.Optional, table.Optional = true, true
	v.Fields = []Field{
		fm.field("text", "estimate_title"), fm.field("long_text", "estimate_perimeter"), fm.field("long_text", "estimate_differs"), fm.field("long_text", "estimate_source"), footnote,
		fm.choose("choice", "estimate_replicates", "estimate_replicates", desk.EstimateReplicates...), table,
	}
	v.File = fm.field("json", estimateFile)
	v.File.Optional = true
	return v
}

func askEstimatePost(c *call) error {
	f := c.frame("estimates.title")
	if c.turning() {
		return c.drawEstimates(http.StatusOK, f, c.form)
	}
	receipt, err := c.askEstimate()
	if err != nil {
		if c.upload.content != nil || c.upload.err != nil {
			c.drain()
		}
		return c.again(err, func(f Frame) error { return c.drawEstimates(http.StatusUnprocessableEntity, f, c.form) }, f)
	}
	return c.receipt(receipt, "estimates.title", Link{"/estimates/" + receipt.Args["estimate"], f.T("estimate.open")}, Link{"/estimates", f.T("estimates.title")})
}

func (c *call) askEstimate() (casework.Receipt, error) {
	if c.upload.err != nil {
		return casework.Receipt{}, c.upload.err
	}
	if mend := tooLong(c.form); len(mend) > 0 {
		return casework.Receipt{}, fault.Form(mend...)
	}
	table := text(c.form, "estimate_table")
	if c.upload.content != nil { // the file takes the place of what was typed
		b, err := io.ReadAll(io.LimitReader(c.upload.content, estimateRoom+1))
		if err != nil {
			return casework.Receipt{}, lineFault(err)
		}
		if len(b) > estimateRoom {
			return casework.Receipt{}, estimateTooLong()
		}
		table = withheld.New(string(b))
	}
	return c.site.Desk.AskEstimate(c.ctx, c.who, desk.EstimateInput{
		Key: c.form.Get("key"), Replicates: c.form.Get("estimate_replicates"),
		Asked: casework.EstimateAsked{
			Title: text(c.form, "estimate_title"), Perimeter: text(c.form, "estimate_perimeter"), Differs: text(c.form, "estimate_differs"),
			Source: text(c.form, "estimate_source"), Footnote: text(c.form, "estimate_footnote"), Table: table,
		},
	})
}

// estimateShown is one estimate: to its body, or to anybody.
type estimateShown struct {
	Frame
	E      desk.EstimateView
	Public bool
}

// estimateView is the page of one, with what may be done with it.
type estimateView struct {
	estimateShown
	Why Field
}

// publishedEstimatesView is those that were given out.
type publishedEstimatesView struct {
	Frame
	All []desk.EstimateView
}

// Show is one of them.
func (v publishedEstimatesView) Show(e desk.EstimateView) estimateShown {
	return estimateShown{v.Frame, e, true}
}

// Count is a number of people, or why there is none.
func (v estimateShown) Count(n int) string {
	if n < 0 {
		return v.T("estimate.none")
	}
	return v.Number(n)
}

// Length is a list's, or that it is not given out.
func (v estimateShown) Length(n int) string { return v.count(n) }

// Numbered is a list with the number that models call it by.
func (v estimateShown) Numbered(i int, name string) string { return strconv.Itoa(i+1) + ". " + name }

// Counts says that something was counted.
func (v estimateShown) Counts() bool { return len(v.E.Counted.Rows) > 0 || v.E.Counted.Refused != "" }

// Headline is a range, where there may be one.
func (v estimateShown) Headline() bool {
	return len(v.E.Counted.Rows) > 0 && v.E.Counted.Refused == "" && v.E.Counted.Low >= 0
}

// Refused says why there is none.
func (v estimateShown) Refused() string {
	times := "?"
	if low := v.E.Counted.Low; low > 0 {
		times = wording.Decimal(v.Lang, float64(v.E.Counted.High)/float64(low), 1)
	}
	return v.T("estimate.refused."+v.E.Counted.Refused, "low", v.Count(v.E.Counted.Low), "high", v.Count(v.E.Counted.High), "times", times, "most", wording.Decimal(v.Lang, desk.HeadlineRatio, 1))
}

// Warning is one sentence on the lists.
func (v estimateShown) Warning(w desk.EstimateWarning) string {
	args := []any{"a", w.Lists[0], "b", ""}
	if len(w.Lists) > 1 {
		args[3] = w.Lists[1]
	}
	return v.T("estimate.warn."+w.Code, args...)
}

// Percent is how much of a list's people are on another too.
func (v estimateShown) Percent(row, column int) string {
	of := v.E.Overlap[row][row]
	if row == column || of == 0 {
		return ""
	}
	return strconv.Itoa(int(math.Round(100*float64(v.E.Overlap[row][column])/float64(of)))) + " %"
}

// estimateRow is a method's answer as it is drawn and listed.
type estimateRow struct {
	casework.EstimateRow
	Label          string
	Low, N, High   string
	X, W, Dot      int // of estimateWidth
	Drawn, Endless bool
}

const estimateWidth = 320

// Rows are all answers, on one logarithmic axis.
func (v estimateShown) Rows() (out []estimateRow) {
	from, to := v.axis()
	at := func(n int) int {
		if n < 0 || to <= from {
			return estimateWidth - 6
		}
		return 4 + int(math.Round(math.Log(float64(max(n, 1))/from)/math.Log(to/from)*(estimateWidth-12)))
	}
	for _, r := range v.E.Counted.Rows {
		row := estimateRow{EstimateRow: r, Label: v.Label(r), Low: v.Count(r.Low), N: v.Count(r.N), High: v.Count(r.High)}
		if r.Low >= 0 {
			row.Drawn, row.X = true, at(r.Low)
			if row.W = max(2, at(r.High)-row.X); r.High < 0 {
				row.High, row.Endless = v.T("estimate.no_end"), true
			}
		}
		row.Dot = -1
		if r.N >= 0 {
			row.Dot = at(r.N)
		}
		out = append(out, row)
	}
	return out
}

// axis is from the lowest number to the highest that there is.
func (v estimateShown) axis() (from, to float64) {
	from = math.Inf(1)
	for _, r := range v.E.Counted.Rows {
		for _, n := range []int{r.Low, r.N, r.High} {
			if n > 0 {
				from, to = min(from, float64(n)), max(to, float64(n))
			}
		}
	}
	return from, to
}

// Ends are those of the axis, in words.
func (v estimateShown) Ends() string {
	from, to := v.axis()
	if to < from {
		return ""
	}
	return v.T("estimate.axis", "low", v.Number(int(from)), "high", v.Number(int(to)))
}

// Label is a method with what it was told.
func (v estimateShown) Label(r casework.EstimateRow) string {
	name := v.Or("estimate.method."+r.Method, "estimate.method.other")
	if r.What == "" {
		return name
	}
	which := r.Which
	if r.What == "maxorder" && which == "all" {
		return name
	}
	if x, err := strconv.ParseFloat(which, 64); err == nil {
		which = wording.Decimal(v.Lang, x, -1)
	}
	return name + ", " + v.T("estimate.told."+r.What, "which", which)
}

// Supposed are the methods of the answer, each once.
func (v estimateShown) Supposed() (out []string) {
	for _, r := range v.E.Counted.Rows {
		if !slices.Contains(out, r.Method) {
			out = append(out, r.Method)
		}
	}
	return out
}

func estimatePage(c *call) error {
	return c.drawEstimate(http.StatusOK, c.frame("estimate.title"))
}

func (c *call) drawEstimate(status int, f Frame) error {
	e, err := c.ownEstimate()
	if err != nil {
		return err
	}
	f.Wide = true
	return c.render(status, "estimate", newEstimateView(f, e, c.form))
}

func newEstimateView(f Frame, e desk.EstimateView, typed url.Values) estimateView {
	return estimateView{estimateShown{f, e, false}, form{f, typed}.field("long_text", "estimate_why")}
}

func (c *call) ownEstimate() (desk.EstimateView, error) {
	estimate, err := one[id.Estimate](c.r, "estimate")
	if err != nil {
		return desk.EstimateView{}, err
	}
	return c.site.Desk.Estimate(c.ctx, c.who, estimate)
}

func estimatePost(c *call) error {
	estimate, err := one[id.Estimate](c.r, "estimate")
	if err != nil {
		return err
	}
	f := c.frame("estimate.title")
	redraw := func(f Frame) error { return c.drawEstimate(http.StatusUnprocessableEntity, f) }
	if c.turning() {
		return c.drawEstimate(http.StatusOK, f)
	}
	if mend := tooLong(c.form); len(mend) > 0 {
		return c.again(fault.Form(mend...), redraw, f)
	}
	receipt, err := c.site.Desk.ActOnEstimate(c.ctx, c.who, desk.EstimateActInput{Key: c.form.Get("key"), Estimate: estimate, Do: c.form.Get("go"), Why: text(c.form, "estimate_why")})
	if err != nil {
		return c.again(err, redraw, f)
	}
	links := []Link{{"/estimates/" + string(estimate), f.T("estimate.open")}, {"/estimates", f.T("estimates.title")}}
	if receipt.Code == "receipt.estimate_published" {
		links = append(links, Link{"/published/estimates", f.T("estimates.published.title")})
	}
	return c.receipt(receipt, "estimate.title", links...)
}

func publishedEstimatesPage(c *call) error {
	all, err := c.site.Desk.PublishedEstimates(c.ctx, string(c.lang))
	if err != nil {
		return err
	}
	f := c.frame("estimates.published.title")
	f.Wide = true
	return c.show(publishedEstimatesView{f, all})
}
