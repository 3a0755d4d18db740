package web

import (
	"encoding/json"
	"strconv"
	"time"

	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
)

// Estimates as files: the same to their body and, rounded, to anybody. Each has whom it
// counts and its source in it, because a file goes further than its page.

// estimateFileOf is one for another program; names as `pana estimate --json` has them.
type estimateFileOf struct {
	Title     string            `json:"title"`
	Body      string            `json:"body,omitempty"`
	Perimeter string            `json:"perimeter"`
	Differs   string            `json:"definitions_differ"`
	Source    string            `json:"source"`
	Footnote  string            `json:"footnote,omitempty"`
	Invented  bool              `json:"invented"`
	Published string            `json:"published,omitempty"`
	Withdrawn string            `json:"withdrawn,omitempty"`
	Why       string            `json:"withdrawn_why,omitempty"`
	Rounded   bool              `json:"rounded"` // estimates to two figures, ends outwards
	Drawn     int               `json:"replicates"`
	Seed      int               `json:"seed"`
	Lists     []estimateListOf  `json:"lists,omitempty"`
	Observed  *int              `json:"observed"`
	Estimates []estimateAnswers `json:"estimates"`
	Refused   *string           `json:"refused"`
	Reach     []*int            `json:"reach"`
	Taken     string            `json:"taken,omitempty"`
}

type estimateListOf struct {
	Name string `json:"name"`
	N    *int   `json:"n"`
}

type estimateAnswers struct {
	Method string            `json:"method"`
	Params map[string]string `json:"params"`
	N      *int              `json:"N"`
	CI95   []*int            `json:"ci95"`
	Model  string            `json:"model,omitempty"`
}

// orNone is null for what there is not.
func orNone(n int) *int {
	if n < 0 {
		return nil
	}
	return &n
}

func (c *call) estimateFileOf(e desk.EstimateView, public bool) estimateFileOf {
	a := e.Asked
	out := estimateFileOf{
		Title: a.Title.Reveal(), Body: e.Body, Perimeter: a.Perimeter.Reveal(), Differs: a.Differs.Reveal(), Source: a.Source.Reveal(), Footnote: a.Footnote.Reveal(),
		Invented: e.Counted.Invented, Published: c.dayOrNone(e.OutAt), Withdrawn: c.dayOrNone(e.UndoneAt), Why: e.Why.Reveal(), Rounded: public, Drawn: a.Replicates, Seed: a.Seed,
		Observed: orNone(e.Counted.Observed), Estimates: []estimateAnswers{}, Reach: []*int{orNone(e.Counted.Low), orNone(e.Counted.High)},
	}
	for i, name := range e.Lists {
		out.Lists = append(out.Lists, estimateListOf{name, orNone(e.Overlap[i][i])})
	}
	for _, r := range e.Counted.Rows {
		one := estimateAnswers{Method: r.Method, Params: map[string]string{}, N: orNone(r.N), Model: r.Model}
		if r.What != "" {
			one.Params[r.What] = r.Which
		}
		if r.Low >= 0 {
			one.CI95 = []*int{orNone(r.Low), orNone(r.High)}
		}
		out.Estimates = append(out.Estimates, one)
	}
	if e.Counted.Refused != "" {
		out.Refused = &e.Counted.Refused
	}
	return out
}

func (c *call) dayOrNone(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return c.dayCell(t)
}

var estimateHead = []string{"title", "perimeter", "definitions_differ", "source", "footnote", "invented", "published", "withdrawn", "refused", "observed", "method", "what", "which", "model", "low", "n", "high"}

// estimateCells are its answers, each with all that must go with it.
func (c *call) estimateCells(e desk.EstimateView) (rows [][]string) {
	a := e.Asked
	cell := func(n int) string {
		if n < 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	all := e.Counted.Rows
	if len(all) == 0 { // refused before any method: that is the answer
		all = []casework.EstimateRow{{Low: casework.EstimateNone, N: casework.EstimateNone, High: casework.EstimateNone}}
	}
	for _, r := range all {
		rows = append(rows, []string{
			a.Title.Reveal(), a.Perimeter.Reveal(), a.Differs.Reveal(), a.Source.Reveal(), a.Footnote.Reveal(), strconv.FormatBool(e.Counted.Invented), c.dayOrNone(e.OutAt), c.dayOrNone(e.UndoneAt),
			e.Counted.Refused, cell(e.Counted.Observed), r.Method, r.What, r.Which, r.Model, cell(r.Low), cell(r.N), cell(r.High),
		})
	}
	return rows
}

func estimateCSV(c *call) error {
	e, err := c.ownEstimate()
	if err != nil {
		return err
	}
	return c.downloadCSV("estimate", "estimate", letters, append([][]string{estimateHead}, c.estimateCells(e)...), e.Asked.Perimeter.Reveal(), e.Asked.Differs.Reveal(), e.Asked.Source.Reveal(), e.Asked.Footnote.Reveal())
}

func estimateJSON(c *call) error {
	e, err := c.ownEstimate()
	if err != nil {
		return err
	}
	l, err := c.leaves(desk.Taking{What: "estimate"})
	if err != nil {
		return err
	}
	out := c.estimateFileOf(e, false)
	out.Taken = l.sentence()
	b, err := json.MarshalIndent(out, "", " ")
	if err != nil {
		return fault.Because(err, fault.Internal, "internal")
	}
	return l.send("application/json", "estimate", ".json", append(b, '\n'))
}

func publishedEstimatesCSV(c *call) error {
	all, err := c.site.Desk.PublishedEstimates(c.ctx, string(c.lang))
	if err != nil {
		return err
	}
	rows := [][]string{append([]string{"body"}, estimateHead...)}
	for _, e := range all {
		for _, r := range c.estimateCells(e) {
			rows = append(rows, append([]string{e.Body}, r...))
		}
	}
	return c.publishCSV("estimates", letters, rows, c.note("estimates.published.lead"))
}

func publishedEstimatesJSON(c *call) error {
	all, err := c.site.Desk.PublishedEstimates(c.ctx, string(c.lang))
	if err != nil {
		return err
	}
	out := []estimateFileOf{}
	for _, e := range all {
		out = append(out, c.estimateFileOf(e, true))
	}
	b, err := json.MarshalIndent(out, "", " ")
	if err != nil {
		return fault.Because(err, fault.Internal, "internal")
	}
	return c.publish("application/json; charset=utf-8", "estimates.json", string(b)+"\n")
}
