package app

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"

	"pana/internal/check"
	"pana/internal/pack"
)

// exitUnread is pana check's and pana diff's third answer: the pack does not
// load, or the command line names what it does not have.
const exitUnread = 2

// checkFunc finds cells: check.Run.
type checkFunc func(context.Context, *pack.Pack, check.Query, check.Options) ([]check.Cell, error)

type checkCommand struct {
	Pack     string   `help:"Folder of a country pack; without it, the one inside the program." type:"path" placeholder:"DIR"`
	Snapshot []string `help:"Days of the law; without it, every snapshot of pack.yaml." placeholder:"DATE,.."`
	Overlay  []string `help:"One column: these overlays together, or law for the law alone. Repeat it for more columns; without it, the law alone and each overlay." sep:"none" placeholder:"NAME,.."`
	Property []string `help:"Ids of properties; without it, all." placeholder:"ID,.."`

	JSON      bool   `name:"json" xor:"as" help:"Print the cells as a JSON array."`
	SARIF     bool   `name:"sarif" xor:"as" help:"Print what does not hold as SARIF 2.1.0."`
	Explain   bool   `xor:"as" help:"Tell each cell as a story, with the articles and sources."`
	Questions bool   `xor:"as" help:"Print what must be asked of the State, with the cells that hang on each question."`
	Watch     bool   `xor:"as" help:"Check again when a file of --pack is saved, and print what changed."`
	Promela   string `xor:"as" help:"Write a plain model of one property in one column for Spin; - for the output." type:"path" placeholder:"FILE"`
	Lang      string `help:"Language of stories and questions: en, ru, kk." default:"en" placeholder:"LANG"`

	Memory  string `help:"Most memory that one search may use; past it a verdict is unknown." default:"512MB" placeholder:"SIZE"`
	Workers int    `help:"Searches at a time; without it, as many as the machine has cores." placeholder:"N"`
}

func (c checkCommand) Run(w *world) error { return exited(c.run(w, check.Run)) }

// run loads, checks and prints. It exits 0 when every verdict is the one that
// the pack expects, 1 when any differs, 2 when there is nothing to check.
func (c checkCommand) run(w *world, find checkFunc) (exit int) {
	query, opts, err := c.asked()
	if err != nil {
		fmt.Fprintln(w.err, "pana:", err)
		return exitUnread
	}
	if c.Watch {
		return c.watch(w, find, query, opts)
	}
	p, _, bad := loadForCheck(c.Pack)
	if len(bad) == 0 {
		bad = unheardOf(p, query)
	}
	if len(bad) > 0 {
		return tellUnread(w.err, bad)
	}
	if c.Promela != "" {
		return writePromela(w, p, query, c.Promela)
	}
	tellUnlisted(w.err, p, query)
	opts.Progress = newProgress(w.err, time.Now).cell
	cells, err := find(w.ctx, p, query, opts)
	if err != nil {
		fmt.Fprintln(w.err, "pana:", err)
		return exitUnread
	}
	return c.print(w.out, p, cells)
}

func (c checkCommand) print(out io.Writer, p *pack.Pack, cells []check.Cell) (exit int) {
	switch {
	case c.JSON:
		printJSON(out, cells)
	case c.SARIF:
		printSARIF(out, p, cells, c.Pack)
	case c.Explain:
		for _, cell := range cells {
			newTeller(out, p, c.Lang).tell(cell)
		}
	case c.Questions:
		printQuestions(out, p, cells, c.Lang)
	default:
		printMatrix(out, p, cells)
	}
	if slices.ContainsFunc(cells, func(c check.Cell) bool { return !c.Agrees() }) {
		return exitFailed
	}
	return exitOK
}

// asked turns the flags into a query.
func (c checkCommand) asked() (q check.Query, o check.Options, err error) {
	for _, s := range c.Snapshot {
		day, err := time.Parse(time.DateOnly, strings.TrimSpace(s))
		if err != nil {
			return q, o, fmt.Errorf("%q is no day: write it as 2019-03-01", s)
		}
		q.Snapshots = append(q.Snapshots, pack.Day{Time: day})
	}
	for _, column := range c.Overlay {
		var names []string
		for name := range strings.SplitSeq(column, ",") {
			if name = strings.TrimSpace(name); name != "" && name != lawAlone {
				names = append(names, name)
			}
		}
		q.Overlays = append(q.Overlays, names)
	}
	for _, id := range c.Property {
		q.Properties = append(q.Properties, strings.TrimSpace(id))
	}
	o.Workers, o.Now = c.Workers, time.Now
	o.Memory, err = parseSize(c.Memory)
	return q, o, err
}

// lawAlone is the column without an overlay, on the command line and in the
// matrix.
const lawAlone = "law"

// parseSize reads "512MB": bytes, KB, MB or GB of 1024.
func parseSize(s string) (int64, error) {
	if s == "" {
		return 0, nil
	}
	units := []struct {
		end   string
		bytes int64
	}{{"KB", 1 << 10}, {"MB", 1 << 20}, {"GB", 1 << 30}, {"B", 1}, {"", 1}}
	up := strings.ToUpper(strings.TrimSpace(s))
	for _, u := range units {
		digits, ok := strings.CutSuffix(up, u.end)
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSpace(digits), 10, 64)
		if err != nil || n <= 0 || n > (1<<62)/u.bytes {
			break
		}
		return n * u.bytes, nil
	}
	return 0, fmt.Errorf("%q is no size: write it as 512MB or 2GB", s)
}

// loadForCheck loads a pack that may be bad law, but means something.
func loadForCheck(dir string) (*pack.Pack, fs.FS, []pack.Problem) {
	files, err := packFiles(dir)
	if err != nil {
		return nil, nil, []pack.Problem{{Code: "file.folder", What: "there is no folder " + dir, Mend: "name the folder that holds pack.yaml"}}
	}
	p, problems := pack.Load(files)
	problems = append(problems, pack.Lint(p, pack.Checked)...)
	if bad := pack.Errors(append(problems, declaredProblems(p)...)); len(bad) > 0 {
		return p, files, bad
	}
	return p, files, nil
}

func tellUnread(w io.Writer, problems []pack.Problem) int {
	for _, p := range problems {
		fmt.Fprintln(w, p)
	}
	return exitUnread
}

// unheardOf are the overlays and properties of a query that the pack lacks.
func unheardOf(p *pack.Pack, q check.Query) (out []pack.Problem) {
	for _, column := range q.Overlays {
		for _, id := range column {
			if p.Overlay(id) == nil {
				out = append(out, pack.Problem{Code: "check.overlay", What: "the pack has no overlay " + strconv.Quote(id), Mend: "it has: " + strings.Join(overlayIDs(p), ", ")})
			}
		}
	}
	for _, id := range q.Properties {
		if p.Property(id) == nil {
			out = append(out, pack.Problem{Code: "check.property", What: "the pack has no property " + strconv.Quote(id), Mend: "properties.yaml lists them"})
		}
	}
	return out
}

// tellUnlisted says of a day that the pack does not list: nobody expects
// anything of it, so that no verdict of that day can make a script fail.
func tellUnlisted(w io.Writer, p *pack.Pack, q check.Query) {
	for _, day := range q.Snapshots {
		if !slices.ContainsFunc(p.Head.Snapshots, func(d pack.Day) bool { return d.Equal(day.Time) }) {
			fmt.Fprintf(w, "note: %s is none of the days that pack.yaml lists; nothing is expected of it\n", day.Format(time.DateOnly))
		}
	}
}

func overlayIDs(p *pack.Pack) []string {
	var out []string
	for _, o := range p.Overlays {
		out = append(out, o.ID)
	}
	return out
}

// printJSON prints what others script against: no list in it is null.
func printJSON(w io.Writer, cells []check.Cell) {
	out := make([]check.Cell, len(cells))
	for i, c := range cells {
		c.Overlay, c.Kinds, c.Questions = listed(c.Overlay), listed(c.Kinds), listed(c.Questions)
		c.Trace = slices.Clone(listed(c.Trace))
		for j := range c.Trace {
			e := &c.Trace[j]
			e.By, e.Basis = listed(e.By), listed(e.Basis)
			if e.Set == nil {
				e.Set = map[string]string{}
			}
		}
		out[i] = c
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	_ = e.Encode(out) // a reader that has gone away asks for no more
}

func listed[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// searchProgress tells who waits how far a long run is.
type searchProgress struct {
	w     io.Writer
	now   func() time.Time
	began time.Time
	said  time.Time
}

// sayEvery is how often a run says that it is still going.
const sayEvery = 2 * time.Second

func newProgress(w io.Writer, now func() time.Time) *searchProgress {
	return &searchProgress{w: w, now: now, began: now(), said: now()}
}

func (p *searchProgress) cell(done, total int, c check.Cell) {
	if at := p.now(); at.Sub(p.said) >= sayEvery && done < total {
		p.said = at
		fmt.Fprintf(p.w, "%d of %d cells after %s; last: %s %s %s\n", done, total, at.Sub(p.began).Round(time.Second), c.Property, columnName(c), c.Verdict)
	}
}

func columnName(c check.Cell) string { return c.Snapshot + " " + overlayName(c.Overlay) }

func overlayName(overlays []string) string {
	if len(overlays) == 0 {
		return lawAlone
	}
	return strings.Join(overlays, ",")
}
