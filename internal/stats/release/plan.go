package release

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"pana/internal/stats/synthetic"
	"pana/internal/strict"
)

// Plan is what somebody means to publish: docs/release.md describes its file.
type Plan struct {
	ID        string      `yaml:"id"`        // the column that names a record
	Threshold int64       `yaml:"threshold"` // fewer than so many are few; 0: 10
	Noise     *Design     `yaml:"noise"`     // nil: Standard
	Tables    []TablePlan `yaml:"tables"`
	Microdata *Microplan  `yaml:"microdata"`
	Synthetic *Synthplan  `yaml:"synthetic"`
	Perimeter string      `yaml:"perimeter"` // who is in the list, and who is not: it goes with what is published
	Footnotes []string    `yaml:"footnotes"`

	fates []Fate   // of the layout's columns
	laid  []string // all of them
}

// Synthplan is one file of records of nobody. Its values are declared: they must not be
// read from the people.
type Synthplan struct {
	Name    string             `yaml:"name"`
	Columns []synthetic.Column `yaml:"columns"`
	Layout  string             `yaml:"layout"` // instead of columns: all of a layout that the list has
	Pairs   [][2]string        `yaml:"pairs"`  // whose counts are kept together; none: every two
}

// Microplan is one file of records.
type Microplan struct {
	Name    string   `yaml:"name"`
	Columns []string `yaml:"columns"` // those that matter most first: they are shown for longest
	Layout  string   `yaml:"layout"`  // instead of columns: all of a layout
	K       int      `yaml:"k"`       // 0: LeastAlike
}

// TablePlan is one table of it.
type TablePlan struct {
	Name   string   `yaml:"name"`
	By     []string `yaml:"by"`
	Method Method   `yaml:"method"`
	Exact  []string `yaml:"exact"`
}

// Few is the threshold where a plan names none: this product's own.
const Few = 10

// mostTables bounds a plan.
const mostTables = 500

var tableName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// ReadPlan reads a plan's file and says everything that is wrong with it.
func ReadPlan(file string, text []byte) (*Plan, []strict.Problem) {
	p := &Plan{}
	problems := strict.Read(file, text, p)
	if len(problems) > 0 {
		return nil, problems
	}
	bad := func(what, mend string) {
		problems = append(problems, strict.Problem{File: file, Line: 1, Code: "release.plan", What: what, Mend: mend})
	}
	if p.ID == "" {
		bad("no id", "name the column that names a record: it is never published, and gives each record its key")
	}
	if p.Threshold == 0 {
		p.Threshold = Few
	}
	if p.Threshold < 3 || p.Threshold > 1000 {
		bad(fmt.Sprintf("threshold: %d", p.Threshold), "3 to 1000")
	}
	if p.Noise == nil {
		p.Noise = &Standard
	}
	if err := p.Noise.check(); err != nil {
		bad(err.Error(), "see docs/release.md")
	}
	if len(p.Tables) == 0 && p.Microdata == nil && p.Synthetic == nil || len(p.Tables) > mostTables {
		bad(fmt.Sprintf("%d tables", len(p.Tables)), fmt.Sprintf("1 to %d", mostTables))
	}
	names := map[string]bool{}
	for i, t := range p.Tables {
		if !tableName.MatchString(t.Name) || names[t.Name] {
			bad(fmt.Sprintf("table %d: name %q", i+1, t.Name), "each its own, of small letters, digits and hyphens: it is the name of a file")
		}
		names[t.Name] = true
		for _, what := range t.wrong(p.ID) {
			bad("table "+t.Name+": "+what[0], what[1])
		}
	}
	if m := p.Microdata; m != nil {
		if m.K == 0 {
			m.K = LeastAlike
		}
		if !tableName.MatchString(m.Name) || names[m.Name] || m.K < 3 || !oneOf(m.Layout, len(m.Columns)) || len(m.Columns) > mostQuasi || slices.Contains(m.Columns, p.ID) {
			bad("microdata: "+m.Name, fmt.Sprintf("a name of its own; 1 to %d columns, not the one that names a record, or a layout that pana release --layouts lists; k of 3 at least", mostQuasi))
		}
	}
	if p.Synthetic != nil {
		for _, what := range p.Synthetic.wrong(p.ID, names) {
			bad("synthetic: "+what[0], what[1])
		}
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return p, nil
}

// oneOf says that there is a layout, or columns.
func oneOf(layout string, columns int) bool {
	_, known := FindLayout(layout)
	return layout == "" && columns > 0 || known && columns == 0
}

func (sp *Synthplan) wrong(id string, names map[string]bool) (out [][2]string) {
	if !tableName.MatchString(sp.Name) || names[sp.Name] {
		out = append(out, [2]string{fmt.Sprintf("name %q", sp.Name), "a name of its own, of small letters, digits and hyphens: it is the name of a file"})
	}
	if sp.Layout != "" {
		if !oneOf(sp.Layout, len(sp.Columns)) {
			out = append(out, [2]string{fmt.Sprintf("layout %q", sp.Layout), "one that pana release --layouts lists, and no columns beside it"})
		}
		return out
	}
	if len(sp.Columns) < 2 || len(sp.Columns) > synthetic.MostColumns {
		out = append(out, [2]string{fmt.Sprintf("%d columns", len(sp.Columns)), fmt.Sprintf("2 to %d", synthetic.MostColumns)})
	}
	seen := map[string]bool{id: true}
	for _, c := range sp.Columns {
		if c.Name == "" || seen[c.Name] {
			out = append(out, [2]string{fmt.Sprintf("column %q", c.Name), "each once, and not the one that names a record"})
		}
		seen[c.Name] = true
		values := map[string]bool{"": true}
		for _, v := range c.Values {
			if values[v] {
				out = append(out, [2]string{fmt.Sprintf("column %q: a value that is empty or stands twice", c.Name), "each once; not recorded is a value of every column, and is not named"})
				break
			}
			values[v] = true
		}
		if len(c.Values) == 0 || len(c.Values) > synthetic.MostValues {
			out = append(out, [2]string{fmt.Sprintf("column %q: %d values", c.Name, len(c.Values)), fmt.Sprintf("all that there can be, 1 to %d: from a code list, not from this list of people", synthetic.MostValues)})
		}
	}
	return out
}

func (tp *TablePlan) wrong(id string) (out [][2]string) {
	if len(tp.By) == 0 || len(tp.By) > 6 || slices.Contains(tp.By, id) {
		out = append(out, [2]string{fmt.Sprintf("by: %s", strings.Join(tp.By, ", ")), "one to six columns, and not the one that names a record"})
	}
	for _, e := range tp.Exact {
		if !slices.Contains(tp.By, e) {
			out = append(out, [2]string{"exact: " + e, "one of its own columns"})
		}
	}
	if len(tp.Exact) > 0 && len(tp.Exact) == len(tp.By) {
		out = append(out, [2]string{"exact: every column", "then nothing is below the totals: leave one out, or use the method suppressed"})
	}
	switch tp.Method {
	case CellKey:
	case Rounded, Suppressed:
		if len(tp.Exact) > 0 {
			out = append(out, [2]string{"exact with " + string(tp.Method), "rounded totals are rounded, and those of a table with suppression are all exact: leave exact out"})
		}
	default:
		out = append(out, [2]string{fmt.Sprintf("method: %q", tp.Method), "cell-key, rounded or suppressed"})
	}
	return out
}

// Lay brings a list into the layouts that the plan names, and the plan to their columns: it
// gives the list with these behind its own.
func (p *Plan) Lay(names []string, rows [][]string) ([]string, [][]string, error) {
	if p.Microdata != nil && p.Microdata.Layout != "" {
		l, _ := FindLayout(p.Microdata.Layout)
		t, err := l.Take(names, rows)
		if err != nil {
			return nil, nil, err
		}
		p.fates, p.laid = t.Fates, t.Head
		p.Microdata.Columns = t.filled()
		if len(p.Microdata.Columns) == 0 {
			return nil, nil, fmt.Errorf("the list has nothing for layout %s: pana release --layouts says what it is filled from", l.Name)
		}
		names, rows = beside(names, rows, t)
	}
	return names, rows, nil
}

// LaySynthetic is the same for synthetic records.
func (p *Plan) LaySynthetic(names []string, rows [][]string) ([]string, [][]string, error) {
	if p.Synthetic.Layout == "" {
		return names, rows, nil
	}
	l, _ := FindLayout(p.Synthetic.Layout)
	t, err := l.Take(names, rows)
	if err != nil {
		return nil, nil, err
	}
	p.fates, p.laid = t.Fates, t.Head
	p.Synthetic.Columns = t.declared(l)
	names, rows = beside(names, rows, t)
	return names, rows, nil
}

// beside puts a layout's columns beside those of a list that are called otherwise.
func beside(names []string, rows [][]string, t *Taken) ([]string, [][]string) {
	out := make([][]string, len(rows))
	var keep []int
	for i, name := range names {
		if !slices.Contains(t.Head, name) {
			keep = append(keep, i)
		}
	}
	heads := make([]string, 0, len(keep)+len(t.Head))
	for _, i := range keep {
		heads = append(heads, names[i])
	}
	for r, row := range rows {
		out[r] = make([]string, 0, cap(heads))
		for _, i := range keep {
			out[r] = append(out[r], row[i])
		}
		out[r] = append(out[r], t.Rows[r]...)
	}
	return append(heads, t.Head...), out
}

// whole puts records into all columns of the plan's layout: those that the list has
// nothing for are empty.
func (p *Plan) whole(columns []string, rows [][]string) [][]string {
	if p.laid == nil {
		return append([][]string{columns}, rows...)
	}
	out := [][]string{p.laid}
	for _, row := range rows {
		full := make([]string, len(p.laid))
		for i, name := range columns {
			full[slices.Index(p.laid, name)] = row[i]
		}
		out = append(out, full)
	}
	return out
}

// Columns are those that the plan's tables need.
func (p *Plan) Columns() []string {
	var out []string
	for _, t := range p.Tables {
		out = append(out, t.By...)
	}
	if p.Microdata != nil {
		out = append(out, p.Microdata.Columns...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Make makes a plan's tables. One that cannot be made safe stops all of them: what was
// left out would be told by what is there.
func (p *Plan) Make(d *Data, secret Secret) (*Release, error) {
	noise, err := NewNoise(*p.Noise, secret)
	if err != nil {
		return nil, err
	}
	out := &Release{}
	for _, tp := range p.Tables {
		counts, err := d.Count(tp.By...)
		if err != nil {
			return nil, fmt.Errorf("table %s: %w", tp.Name, err)
		}
		t, err := tp.make(counts, noise, p.Threshold)
		if err != nil {
			return nil, fmt.Errorf("table %s: %w", tp.Name, err)
		}
		out.Tables = append(out.Tables, t)
	}
	if m := p.Microdata; m != nil {
		anonymous := d.Anonymous
		if m.Layout != "" {
			anonymous = d.AnonymousWide
		}
		if out.Microdata, err = anonymous(m.Columns, m.K); err != nil {
			return nil, fmt.Errorf("microdata %s: %w", p.Microdata.Name, err)
		}
	}
	return out, nil
}

func (tp *TablePlan) make(c *Counts, noise *Noise, threshold int64) (Table, error) {
	t := Table{Name: tp.Name, By: tp.By, Method: tp.Method, Exact: append([]string{}, tp.Exact...)}
	switch tp.Method {
	case CellKey:
		shown, err := noise.Perturb(c, Declared{tp.Exact, threshold})
		if err != nil {
			return t, err
		}
		t.Cells, t.Totals = c.shownAs(shown, nil), c.totals(tp.Exact, shown)
		t.Quality = qualityOf(c, shown, nil)
	case Rounded:
		shown := Round3(c.Cells, c.Keys)
		all := Round3(c.margin(nil, c.Cells), c.keysOf(nil))
		t.Cells = c.shownAs(shown, nil)
		t.Totals = []Cell{{Of: []string{}, Count: &all[0]}}
		t.Quality = qualityOf(c, shown, nil)
	case Suppressed:
		hidden, err := Suppress(c, threshold)
		if err != nil {
			return t, err
		}
		t.Cells, t.Totals = c.shownAs(c.Cells, hidden), c.totals(nil, c.Cells)
		for _, by := range c.By {
			if len(c.By) > 1 {
				t.Totals = append(t.Totals, c.totals([]string{by.Name}, c.Cells)...)
			}
		}
		t.Quality = qualityOf(c, c.Cells, hidden)
	}
	return t, nil
}

func (t *Counts) shownAs(shown []int64, hidden []bool) []Cell {
	out := make([]Cell, len(shown))
	for i := range shown {
		out[i].Of = t.labels(i)
		if hidden == nil || !hidden[i] {
			out[i].Count = &shown[i]
		}
	}
	return out
}

// totals adds what is shown up by some variables: Of has an empty text for the others.
func (t *Counts) totals(by []string, shown []int64) []Cell {
	sums := t.margin(by, shown)
	group, n := t.groups(by)
	out := make([]Cell, n)
	for i, g := range group {
		if out[g].Of != nil {
			continue
		}
		labels := t.labels(i)
		for k, c := range t.By {
			if !slices.Contains(by, c.Name) {
				labels[k] = ""
			}
		}
		out[g] = Cell{labels, &sums[g]}
	}
	return out
}

// keysOf are the cell keys of totals.
func (t *Counts) keysOf(by []string) []uint32 {
	group, n := t.groups(by)
	out := make([]uint32, n)
	for i, g := range group {
		out[g] = (out[g] + t.Keys[i]) % KeySpace
	}
	return out
}

// Quality is what a release costs who reads it. It is for who reviews the release: of a
// small table it says something of the noise itself.
type Quality struct {
	Cells   int             `json:"cells"`   // in which anybody is
	Changed int             `json:"changed"` // of these, how many are shown otherwise than they are
	Mean    float64         `json:"mean"`    // by how much, on average over all of them
	Largest int64           `json:"largest"` // and at most
	Hidden  int             `json:"hidden"`  // how many are not shown
	People  int64           `json:"people"`  // and how many records are in these
	Margins []MarginQuality `json:"margins"`
}

// MarginQuality is the error of the sums by one variable.
type MarginQuality struct {
	By       string  `json:"by"`
	Mean     float64 `json:"mean"`     // absolute
	Relative float64 `json:"relative"` // the mean of |shown - true| / true, where true is not 0
}

func qualityOf(t *Counts, shown []int64, hidden []bool) (q Quality) {
	for i, n := range t.Cells {
		if n == 0 {
			continue
		}
		q.Cells++
		if hidden != nil && hidden[i] {
			q.Hidden, q.People = q.Hidden+1, q.People+n
			continue
		}
		if by := max(shown[i]-n, n-shown[i]); by > 0 {
			q.Changed, q.Mean, q.Largest = q.Changed+1, q.Mean+float64(by), max(q.Largest, by)
		}
	}
	q.Mean = perhaps(q.Mean, q.Cells-q.Hidden)
	for _, c := range t.By {
		m := MarginQuality{By: c.Name}
		of := 0
		was, is := t.margin([]string{c.Name}, t.Cells), t.margin([]string{c.Name}, shown)
		for g := range was {
			if was[g] == 0 {
				continue
			}
			of++
			off := math.Abs(float64(is[g] - was[g]))
			m.Mean, m.Relative = m.Mean+off, m.Relative+off/float64(was[g])
		}
		m.Mean, m.Relative = perhaps(m.Mean, of), perhaps(m.Relative, of)
		q.Margins = append(q.Margins, m)
	}
	return q
}

func perhaps(sum float64, of int) float64 {
	if of == 0 {
		return 0
	}
	return sum / float64(of)
}
