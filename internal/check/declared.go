package check

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"pana/internal/pack"
	"pana/internal/procedure"
)

// Columns are what a declared property's guards can read of an element. Text is
// "" where the element has no such thing; where the law does not say, it is the
// value that would decide against, and for, and the verdict hangs on the question.
var Columns = procedure.Schema{
	"kind":      {"step", "clock", "bar", "entitlement"},
	"id":        nil,
	"procedure": nil,
	"overlay":   procedure.Bool, // an overlay says so, no law
	"lawful":    procedure.Bool, // it cites an act
	"class":     nil,            // of a bar or entitlement
	// Of a step.
	"force":        {"", "own", "must", "may", "world"},
	"removal":      procedure.Bool,   // it takes a person out
	"adverse":      procedure.Bool,   // it is a decision against the person
	"notice_of":    nil,              // it is the notice of this decision
	"bodies":       procedure.Number, // how many kinds of body may take it
	"decider":      nil,              // these are "none", or what the law says
	"reasons":      nil,
	"notice":       nil,
	"language":     nil,
	"limit":        nil,
	"appeal":       nil,
	"limit_days":   procedure.Number, // of the limit to appeal; 0 none
	"appeal_own":   procedure.Bool,   // the person alone can bring the appeal
	"appeal_other": procedure.Bool,   // no kind of body decides the appeal that decided before
	"duty_days":    procedure.Number, // of the duty's clock that the step ends; 0 none
	"apart":        procedure.Bool,   // it names steps that the same person may not take (not_same)
	// Of a clock.
	"clock":  {"", procedure.Duty, procedure.Limit, procedure.Validity, procedure.Wait},
	"days":   procedure.Number, // its length, rounded up; working days as days
	"tells":  procedure.Number, // how many are told when it ends
	"deems":  nil,              // the step that its end is taken for; "none"
	"extend": procedure.Number, // days it can be extended by
	// Of an entitlement or bar.
	"gives": nil,
	"owed":  procedure.Number, // how many kinds of body owe it
	"level": {"", "bar", "hold"},
}

// A column that is a question is read both ways: as nothing, and as this.
const (
	statedText = "stated"
	manyDays   = "100000"
)

// row is an element as a declared property reads it.
type row struct {
	Element
	columns map[string]string
	open    map[string]string // columns that are a question, and which
	exists  string            // the question whether there is such an element
}

// declared says of each element that a property speaks of whether it satisfies
// what it must.
func (w *world) declared(p *pack.Property) Cell {
	each, problems := procedure.CompileGuard(p.Declared.Each, Columns)
	require, more := procedure.CompileGuard(p.Declared.Require, Columns)
	if problems = procedure.Errors(append(problems, more...)); len(problems) > 0 {
		return unreadable("the property does not say what elements have", problems)
	}
	out := Cell{Verdict: Holds, Kinds: []Kind{}, Questions: []string{}, Trace: []Event{}, Vacuous: true}
	sure, doubted := false, []Element(nil) // of what Some asks for
	for _, r := range w.rows() {
		spoken, may, must, questions := r.judge(each, require)
		if !spoken {
			continue
		}
		if r.exists == "" {
			sure = true
		} else {
			e := r.Element
			e.Why, e.Questions = "hangs on "+r.exists, []string{r.exists}
			doubted = append(doubted, e)
		}
		out.Vacuous, out.States = false, out.States+1
		if must {
			continue
		}
		e := r.Element
		e.Why = "does not satisfy " + p.Declared.Require
		switch {
		case !may && len(questions) == 0:
			out.Verdict = Fails
		default:
			e.Why, e.Questions = "hangs on "+strings.Join(questions, ", "), questions
			out.Questions = append(out.Questions, questions...)
			if out.Verdict == Holds {
				out.Verdict = Unknown
			}
		}
		out.Elements = append(out.Elements, e)
	}
	if p.Declared.Some && !sure {
		out.none(doubted)
	}
	slices.Sort(out.Questions)
	out.Questions = slices.Compact(out.Questions)
	if out.Verdict == Fails {
		out.Questions = []string{} // no answer would change it
	}
	out.Kinds = []Kind{{Kind: map[string]string{}, Verdict: out.Verdict, Vacuous: out.Vacuous, Questions: out.Questions}}
	out.Why = declaredWhy(out)
	return out
}

// none is the answer where there has to be an element and none is certain: there
// is none, or whether there is one is asked of the State.
func (c *Cell) none(doubted []Element) {
	switch {
	case len(doubted) == 0:
		c.Verdict, c.Vacuous, c.Nothing = Fails, false, true
	case c.Verdict == Holds:
		c.Verdict, c.Elements = Unknown, doubted
		for _, e := range doubted {
			c.Questions = append(c.Questions, e.Questions...)
		}
	}
}

func declaredWhy(c Cell) string {
	switch {
	case c.Nothing:
		return "no element is of the kind that there has to be"
	case c.Vacuous:
		return "holds because no element is of the kind it speaks of"
	case c.Verdict == Holds:
		return fmt.Sprintf("all %d elements state it", c.States)
	}
	return fmt.Sprintf("%d of %d elements do not state it", len(c.Elements), c.States)
}

// judge reads the element under every answer to its questions: whether the
// property may speak of it, whether it may and must satisfy it, and the
// questions that change that.
func (r *row) judge(each, require procedure.Guard) (spoken, may, must bool, questions []string) {
	asked := r.asked()
	n := 1 << len(asked)
	good := make([]bool, n)
	must = true
	for a := range n {
		columns, exists := r.read(asked, a)
		in := exists && each.Eval(columns)
		spoken = spoken || in
		good[a] = !in || require.Eval(columns)
		may, must = may || good[a], must && good[a]
	}
	for i, q := range asked {
		for a := range n {
			if good[a] != good[a|1<<i] {
				questions = append(questions, q)
				break
			}
		}
	}
	return spoken, may, must, questions
}

func (r *row) asked() []string {
	var out []string
	for _, q := range r.open {
		if !slices.Contains(out, q) {
			out = append(out, q)
		}
	}
	if r.exists != "" && !slices.Contains(out, r.exists) {
		out = append(out, r.exists)
	}
	slices.Sort(out)
	return out[:min(len(out), 10)]
}

// read is the row under one answer to its questions.
func (r *row) read(asked []string, answers int) (columns map[string]string, exists bool) {
	yes := func(q string) bool { return answers>>max(slices.Index(asked, q), 0)&1 != 0 }
	columns = map[string]string{}
	for name, value := range r.columns {
		columns[name] = value
	}
	for name, q := range r.open {
		switch number := slices.Equal(Columns[name], procedure.Number); {
		case !yes(q) && number:
			columns[name] = "0"
		case !yes(q):
			columns[name] = "none"
		case number:
			columns[name] = manyDays
		case slices.Equal(Columns[name], procedure.Bool):
			columns[name] = "true"
		default:
			columns[name] = statedText
		}
	}
	return columns, r.exists == "" || yes(r.exists)
}

// rows are the elements in force, made once.
func (w *world) rows() []*row {
	w.rowsOnce.Do(func() { w.allRows = w.makeRows() })
	return w.allRows
}

func (w *world) makeRows() []*row {
	var out []*row
	for i := range w.Steps {
		if lawful(&w.Steps[i]) {
			out = append(out, w.stepRow(&w.Steps[i]))
		}
	}
	for i := range w.Clocks {
		if w.Clocks[i].InForce {
			out = append(out, clockRow(w.Clocks[i].Clock))
		}
	}
	for _, b := range w.Bars {
		r := newRow("bar", b.ID, b.Pos, b.Basis, b.Procedure, b.Overlay)
		r.columns["class"], r.columns["level"], r.exists = b.Class, b.Level, b.Exists
		out = append(out, r)
	}
	for _, e := range w.Entitlements {
		r := newRow("entitlement", e.ID, e.Pos, e.Basis, e.Procedure, e.Overlay)
		r.columns["class"], r.columns["gives"], r.columns["owed"], r.exists = e.Class, e.Gives, strconv.Itoa(len(e.OwedBy)), e.Exists
		out = append(out, r)
	}
	return out
}

func newRow(kind, id string, pos procedure.Pos, basis []pack.Basis, in string, o procedure.Overlaid) *row {
	cites := slices.ContainsFunc(basis, func(b pack.Basis) bool { return b.Act != "" })
	return &row{
		Element: Element{Kind: kind, ID: id, At: place(pos), Basis: basis},
		columns: map[string]string{"kind": kind, "id": id, "procedure": in, "lawful": strconv.FormatBool(cites), "overlay": strconv.FormatBool(o.By != "")},
		open:    map[string]string{},
	}
}

// say writes a column, or that it is a question.
func (r *row) say(name, value string) {
	if q, ok := procedure.QuestionOf(value); ok {
		r.open[name] = q
		return
	}
	if value == "" {
		value = "none"
	}
	r.columns[name] = value
}

func (w *world) stepRow(s *procedure.StepPart) *row {
	r := newRow("step", s.ID, s.Pos, s.Basis, s.Procedure, s.Overlay)
	r.exists = s.Exists
	c := r.columns
	c["force"], c["notice_of"], c["bodies"] = string(s.Force), s.NoticeOf, strconv.Itoa(len(kindsOf(s.By)))
	c["removal"] = strconv.FormatBool(s.Effect == procedure.RemovalEffect)
	c["adverse"] = strconv.FormatBool(s.Adverse != nil)
	c["apart"] = strconv.FormatBool(len(s.NotSame) > 0)
	for _, i := range s.Stops {
		if w.Clocks[i].Kind == procedure.Duty && w.Clocks[i].InForce {
			r.days("duty_days", w.Clocks[i].Length)
		}
	}
	if s.Adverse != nil {
		w.adverse(r, s.Adverse)
	}
	return r
}

func (w *world) adverse(r *row, a *procedure.Adverse) {
	r.say("decider", a.Decider)
	r.say("reasons", a.Reasons)
	r.say("notice", a.Notice)
	r.say("language", a.Language)
	r.say("limit", a.Limit)
	r.say("appeal", a.Appeal)
	if q, ok := procedure.QuestionOf(a.Limit); ok {
		r.open["limit_days"] = q
	}
	for i := range w.Clocks {
		if w.Clocks[i].ID == a.Limit && w.Clocks[i].InForce {
			r.days("limit_days", w.Clocks[i].Length)
		}
	}
	if q, ok := procedure.QuestionOf(a.Appeal); ok {
		r.open["appeal_own"], r.open["appeal_other"] = q, q
		return
	}
	for i := range w.Steps {
		if s := &w.Steps[i]; s.ID == a.Appeal {
			r.columns["appeal_own"] = strconv.FormatBool(s.Force == procedure.Own)
			w.other(r, s, a.Decider)
		}
	}
}

// other says whether those who decide an appeal are not the one who decided: the
// steps that only what the appeal leads to makes possible.
func (w *world) other(r *row, appeal *procedure.StepPart, decider string) {
	if q, ok := procedure.QuestionOf(decider); ok {
		r.open["appeal_other"] = q
		return
	}
	view := w.model.NewView()
	some, same := false, false
	for i := range w.moves { // a step that nobody can ever take decides nothing
		s := w.moves[i].StepPart
		if s.Force == procedure.Own || s.NoticeOf != "" || !w.onlyAfter(view, s, appeal) {
			continue
		}
		some = true
		same = same || slices.Contains(kindsOf(s.By), kindOf(decider))
	}
	r.columns["appeal_other"] = strconv.FormatBool(some && !same)
}

// onlyAfter says whether a step needs a value that the appeal sets, and moves on
// from it.
func (w *world) onlyAfter(view *procedure.View, s, appeal *procedure.StepPart) bool {
	for _, set := range appeal.Sets {
		moves := slices.ContainsFunc(s.Sets, func(p procedure.SetPart) bool { return p.Slot == set.Slot && p.Value != set.Value })
		if !moves {
			continue
		}
		others := slices.Clone(w.domain)
		others[set.Slot] = slices.DeleteFunc(slices.Clone(w.domain[set.Slot]), func(v uint8) bool { return v == set.Value })
		for _, g := range s.Guard {
			if may, _ := w.judge(view, g, others); !may {
				return true
			}
		}
	}
	return false
}

func clockRow(c *procedure.Clock) *row {
	r := newRow("clock", c.ID, c.Pos, c.Basis, c.Procedure, c.Overlay)
	r.columns["clock"], r.columns["tells"] = c.Kind, strconv.Itoa(len(c.OnExpiry.Tell))
	r.say("deems", c.OnExpiry.Deems)
	if l, err := procedure.ParseLength(c.Length); err == nil {
		r.days("days", l)
	}
	if l, err := procedure.ParseLength(c.Extend); err == nil {
		r.days("extend", l)
	}
	return r
}

func (r *row) days(name string, l procedure.Length) {
	if l.Question != "" {
		r.open[name] = l.Question
		return
	}
	r.columns[name] = strconv.Itoa(daysOf(l))
}

// daysOf is a length in days, parts of a day as one, a month as thirty.
func daysOf(l procedure.Length) int {
	switch l.Unit {
	case procedure.Minutes:
		return (l.N + 24*60 - 1) / (24 * 60)
	case procedure.Hours:
		return (l.N + 23) / 24
	case procedure.Months:
		return 30 * l.N
	case procedure.Years:
		return 365 * l.N
	}
	return l.N
}

// kindsOf are kinds of body without their roles.
func kindsOf(by []string) []string {
	var out []string
	for _, b := range by {
		if k := kindOf(b); !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	return out
}

func kindOf(by string) string {
	kind, _, _ := strings.Cut(by, ":")
	return kind
}
