package app

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"pana/internal/linkage/lists"
)

type linkCommand struct {
	A         string  `arg:"" help:"A list as CSV: UTF-8, UTF-16 or windows-1251; comma, semicolon or tab." type:"path" placeholder:"A.csv"`
	B         string  `arg:"" optional:"" help:"The list to link it with; without it, who is in the first more than once." type:"path" placeholder:"B.csv"`
	Map       string  `required:"" help:"Which column is what: id=COL,given=COL,family=COL,birth=COL,sex=COL,place=COL,document=COL; each optional but id." placeholder:"id=COL,…"`
	MapB      string  `name:"map-b" help:"The same for the second list, where its columns are called otherwise." placeholder:"id=COL,…"`
	Threshold float64 `required:"" help:"The probability from which on a pair is written." placeholder:"P"`
	Out       string  `required:"" help:"Where id_a,id_b,probability are written; - is the output." placeholder:"pairs.csv"`
	Many      bool    `help:"Two lists: a record may be linked more than once. Without it, the most probable links that use each once."`
	Why       string  `help:"Write what each field said of each pair, in words and powers of two: id_a,id_b,field,agreement,bits." placeholder:"why.csv"`
	People    string  `help:"One list: write id,person, with a number for each person." placeholder:"people.csv"`
}

// mostListBytes is a list of some twenty million people.
const mostListBytes = 2 << 30

// Run exits 0 when pairs were written, also none; 2 when a list cannot be read or the
// command line not understood.
func (c linkCommand) Run(w *world) error {
	a, b, err := c.read(w)
	if err != nil {
		fmt.Fprintln(w.err, "pana:", err)
		return verdict(exitMisused)
	}
	set := lists.Settings{Threshold: c.Threshold, Many: c.Many, Workers: runtime.GOMAXPROCS(0), Progress: linkProgress(w.err, time.Now)}
	answer, err := lists.Link(w.ctx, a, b, set)
	if err != nil {
		return err
	}
	other := b
	if b == nil {
		other = a
	}
	if err := c.write(w, answer, a, other); err != nil {
		return err
	}
	c.tell(w.err, answer, a, b)
	return nil
}

func (c linkCommand) read(w *world) (a, b []lists.Record, err error) {
	if !(c.Threshold > 0 && c.Threshold < 1) {
		return nil, nil, errors.New("--threshold is a probability between 0 and 1, such as 0.9")
	}
	if c.B == "" && c.Many {
		return nil, nil, errors.New("--many is for two lists: of one, every pair of a person is written")
	}
	if c.B != "" && c.People != "" {
		return nil, nil, errors.New("--people is for one list: put both into one to group them")
	}
	columns, err := lists.ParseColumns(c.Map)
	if err != nil {
		return nil, nil, err
	}
	columnsB := columns
	if c.MapB != "" {
		if columnsB, err = lists.ParseColumns(c.MapB); err != nil {
			return nil, nil, err
		}
	}
	if a, err = readList(w.err, c.A, columns); err != nil || c.B == "" {
		return a, nil, err
	}
	b, err = readList(w.err, c.B, columnsB)
	return a, b, err
}

func readList(errs io.Writer, name string, columns lists.Columns) ([]lists.Record, error) {
	text, err := readAtMost(name, mostListBytes)
	if err != nil {
		return nil, err
	}
	list, err := lists.Read(text, columns)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	fmt.Fprintf(errs, "%s: %d records, %s\n", name, len(list.Records), list.Encoding)
	for _, note := range list.Notes {
		fmt.Fprintf(errs, "note: %s: %s\n", name, note)
	}
	return list.Records, nil
}

// linkProgress says every two seconds how far it is.
func linkProgress(out io.Writer, now func() time.Time) func(doing string, done, of int) {
	said := now()
	return func(doing string, done, of int) {
		if at := now(); at.Sub(said) >= sayEvery && done < of {
			said = at
			fmt.Fprintf(out, "%s: %d of %d\n", doing, done, of)
		}
	}
}

func (c linkCommand) write(w *world, answer *lists.Answer, a, b []lists.Record) error {
	err := writeLines(w.out, c.Out, "id_a,id_b,probability", func(line func(...string)) {
		for _, p := range answer.Pairs {
			line(a[p.A].ID, b[p.B].ID, strconv.FormatFloat(p.Probability, 'f', 6, 64))
		}
	})
	if err == nil && c.Why != "" {
		err = writeLines(w.out, c.Why, "id_a,id_b,field,agreement,bits", func(line func(...string)) {
			for _, p := range answer.Pairs {
				for _, r := range answer.Why(p) {
					line(a[p.A].ID, b[p.B].ID, r.Field, r.Level, strconv.FormatFloat(r.Bits, 'f', 2, 64))
				}
			}
		})
	}
	if err == nil && c.People != "" {
		err = writeLines(w.out, c.People, "id,person", func(line func(...string)) {
			for i, person := range answer.Cluster {
				line(a[i].ID, strconv.Itoa(person))
			}
		})
	}
	return err
}

// writeLines writes a table for another program: values as they are, in quotes where
// they need them. It is not for a spreadsheet: an id that begins with = stays so, or
// it would not be found again in its list.
func writeLines(out io.Writer, name, header string, fill func(line func(...string))) (err error) {
	if name != "-" {
		f, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		out = f
	}
	b := bufio.NewWriter(out)
	fmt.Fprintln(b, header)
	fill(func(values ...string) {
		for i, v := range values {
			if strings.ContainsAny(v, "\",\r\n") {
				v = `"` + strings.ReplaceAll(v, `"`, `""`) + `"`
			}
			values[i] = v
		}
		fmt.Fprintln(b, strings.Join(values, ","))
	})
	return b.Flush()
}

// tell says what was done, on the other output.
func (c linkCommand) tell(out io.Writer, answer *lists.Answer, a, b []lists.Record) {
	fmt.Fprintf(out, "%.0f pairs; the weights were learnt from %.0f of them; %.0f were compared in full, and no other can reach %g\n", answer.All, answer.Learnt, answer.Compared, c.Threshold)
	fmt.Fprintf(out, "%d pairs reach it, %d were written\n", answer.Reached, len(answer.Pairs))
	if len(answer.Pairs) == 0 {
		fmt.Fprintln(out, "note: nobody is in both, or what would tell is missing: look whether --map names the right columns and whether they are filled; with few records or few fields, no pair can be sure: try a lower --threshold and read --why")
	}
	fmt.Fprintf(out, "\n%-9s %-42s %8s %10s %7s\n", "what agrees", "how", "one", "two", "bits")
	for _, line := range answer.Model.Describe() {
		fmt.Fprintln(out, line)
	}
}
