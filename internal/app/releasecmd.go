package app

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"pana/internal/delimited"
	"pana/internal/stats/release"
)

type releaseCommand struct {
	File      string  `arg:"" optional:"" help:"A row for each person: CSV of any usual kind. - reads the input." type:"path" placeholder:"FILE.csv"`
	Tables    string  `help:"What is to be published: docs/release.md." type:"path" placeholder:"PLAN.yaml"`
	Key       string  `help:"File of the key that the noise is made with; the same for all that is to be comparable." type:"path" placeholder:"FILE"`
	Out       string  `help:"New folder for the tables." type:"path" placeholder:"DIR"`
	DryRun    bool    `help:"Write nothing: say what would be published, and what it costs."`
	JSON      bool    `name:"json" help:"Print {tables, microdata, refused} for another program."`
	Layouts   bool    `help:"Print the layouts that microdata can have: columns, values, what each is filled from."`
	Synthetic bool    `help:"Make the plan's synthetic records, with noise of differential privacy, and nothing else."`
	Epsilon   float64 `help:"What the synthetic records spend of the year's budget; with --new-budget, a year's." placeholder:"E"`
	Delta     float64 `help:"The same for delta." default:"1e-6"`
	Budget    string  `help:"File of the list's budget. Alone with --key: print what is spent and left." type:"path" placeholder:"FILE"`
	NewBudget string  `help:"Write a new budget to this file, and nothing else." type:"path" placeholder:"FILE"`
	NewKey    string  `help:"Write a new key to this file, and nothing else." type:"path" placeholder:"FILE"`
}

// mostReleased bounds the list: some millions of rows.
const mostReleased = 2 << 30

// Run exits 0 when the release can be made, 1 when it is refused, 2 when something
// cannot be read.
func (c releaseCommand) Run(w *world) error {
	if c.NewKey != "" {
		return newReleaseKey(w, c.NewKey)
	}
	switch {
	case c.Layouts:
		return c.layouts(w)
	case c.NewBudget != "":
		return c.newBudget(w)
	case c.Budget != "" && c.File == "" && c.Key != "":
		return c.showBudget(w)
	}
	if what := c.wants(); what != "" {
		fmt.Fprintln(w.err, "pana:", what)
		return verdict(exitMisused)
	}
	if c.Synthetic {
		return c.synthesise(w)
	}
	plan, d, secret, err := c.read(w)
	if err != nil {
		return err
	}
	made, err := plan.Make(d, secret)
	if err != nil {
		return c.refuse(w, err)
	}
	if !c.DryRun {
		if err := c.write(plan, made); err != nil {
			fmt.Fprintln(w.err, "pana:", err)
			return verdict(exitFailed)
		}
	}
	if c.JSON {
		return printRelease(w.out, made, nil)
	}
	c.draw(w.out, made, len(d.Keys))
	return nil
}

// wants is what the command line lacks.
func (c releaseCommand) wants() string {
	switch {
	case c.File == "" || c.Tables == "" || c.Key == "":
		return "a list, --tables PLAN.yaml and --key FILE: docs/release.md; a key is made by --new-key FILE"
	case c.DryRun == (c.Out != ""):
		return "either --dry-run, or --out DIR for the tables"
	case c.Synthetic && (c.Budget == "" || c.Epsilon == 0):
		return "--synthetic spends: --epsilon E of --budget FILE, which --new-budget FILE makes once for a list"
	}
	return ""
}

func newReleaseKey(w *world, name string) error {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		fmt.Fprintln(w.err, "pana: a key is never written over another:", err)
		return verdict(exitFailed)
	}
	defer f.Close()
	secret, err := release.NewSecret(rand.Reader)
	if err == nil {
		_, err = f.WriteString(secret.Text())
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(w.out, "%s: keep it where the list is kept, and no copy where the tables go\n", name)
	return f.Close()
}

func (c releaseCommand) read(w *world) (plan *release.Plan, d *release.Data, secret release.Secret, err error) {
	plan, secret, err = c.readPlan(w)
	if err != nil {
		return nil, nil, secret, err
	}
	head, rows, err := c.readRows(append([]string{plan.ID}, plan.Columns()...))
	if err == nil {
		head, rows, err = plan.Lay(head, rows)
	}
	if err == nil {
		d, err = release.NewData(head, rows, plan.ID, plan.Columns(), secret)
	}
	if err != nil {
		return nil, nil, secret, unread(w, fmt.Errorf("%s: %w", c.File, err))
	}
	return plan, d, secret, nil
}

func (c releaseCommand) readPlan(w *world) (plan *release.Plan, secret release.Secret, err error) {
	text, err := readAtMost(c.Tables, mostRead)
	if err != nil {
		return nil, secret, unread(w, err)
	}
	plan, problems := release.ReadPlan(c.Tables, text)
	for _, p := range problems {
		fmt.Fprintln(w.err, p)
	}
	if plan == nil {
		return nil, secret, verdict(exitUnread)
	}
	if secret, err = c.readKey(); err != nil {
		return nil, secret, unread(w, err)
	}
	return plan, secret, nil
}

func (c releaseCommand) readKey() (secret release.Secret, err error) {
	text, err := readAtMost(c.Key, 1<<10)
	if err == nil {
		secret, err = release.ReadSecret(string(text))
	}
	if err != nil {
		return secret, fmt.Errorf("%s: %w", c.Key, err)
	}
	return secret, nil
}

func (c releaseCommand) readRows(columns []string) (head []string, rows [][]string, err error) {
	text, err := readAtMost(c.File, mostReleased)
	if err != nil {
		return nil, nil, err
	}
	return rowsOf(text, columns)
}

func rowsOf(text []byte, columns []string) (head []string, rows [][]string, err error) {
	t, err := delimited.Open(text, "; the plan says which are needed", columns...)
	if err != nil {
		return nil, nil, err
	}
	for {
		row, _, err := t.Next()
		if err != nil {
			return nil, nil, err
		}
		if row == nil {
			break
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		return nil, nil, errors.New("below the names of columns there is no record")
	}
	return t.Head, rows, nil
}

// write makes a new folder, so that no file of another release is among these.
func (c releaseCommand) write(plan *release.Plan, made *release.Release) error {
	files, about, err := plan.Files(made)
	if err != nil {
		return err
	}
	if err := os.Mkdir(c.Out, 0o755); err != nil {
		return err
	}
	return c.writeInto(files, about)
}

func (c releaseCommand) writeInto(files []release.File, about []byte) error {
	for _, f := range files {
		var text bytes.Buffer
		if err := delimited.Write(&text, f.Rows); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(c.Out, f.Name), text.Bytes(), 0o644); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(c.Out, release.AboutFile), about, 0o644)
}

func (c releaseCommand) refuse(w *world, why error) error {
	if c.JSON {
		if err := printRelease(w.out, &release.Release{}, why); err != nil {
			return err
		}
	} else {
		fmt.Fprintln(w.err, "pana: nothing is published:", why)
	}
	return verdict(exitFailed)
}

func printRelease(out io.Writer, made *release.Release, refused error) error {
	answer := struct {
		Tables    []release.Table    `json:"tables"`
		Microdata *release.Microdata `json:"microdata"`
		Refused   *string            `json:"refused"`
	}{Tables: append([]release.Table{}, made.Tables...), Microdata: made.Microdata}
	if refused != nil {
		text := refused.Error()
		answer.Refused = &text
	}
	e := json.NewEncoder(out)
	e.SetIndent("", "  ")
	return e.Encode(answer)
}

// draw says for each table what it costs, to who reviews it.
func (c releaseCommand) draw(out io.Writer, made *release.Release, records int) {
	fmt.Fprintf(out, "%d records\n\n", records)
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "table\tmethod\tcells with anybody\tchanged\tby, on average\tat most\tnot shown\tpeople in these")
	for _, table := range made.Tables {
		q := table.Quality
		fmt.Fprintf(t, "%s\t%s\t%d\t%d\t%.2f\t%d\t%d\t%d\n", table.Name, table.Method, q.Cells, q.Changed, q.Mean, q.Largest, q.Hidden, q.People)
	}
	_ = t.Flush()
	fmt.Fprintln(out)
	for _, table := range made.Tables {
		for _, m := range table.Quality.Margins {
			exact := ""
			if m.Mean == 0 {
				exact = " (exact)"
			}
			fmt.Fprintf(out, "%s: sums by %s are off by %.2f on average, %.1f %%%s\n", table.Name, m.By, m.Mean, 100*m.Relative, exact)
		}
	}
	if m := made.Microdata; m != nil {
		fmt.Fprintf(out, "microdata: %d records, %d left out, %d values of %d not shown\n", len(m.Rows), m.Left, m.Blanked, len(m.Rows)*len(m.Columns))
	}
	where := "nothing was written: --out DIR writes it, once a second person has looked at this"
	if !c.DryRun {
		where = "written to " + strings.TrimRight(c.Out, "/") + "; these figures are for who reviews the release, and are not in it"
	}
	fmt.Fprintln(out, where)
}
