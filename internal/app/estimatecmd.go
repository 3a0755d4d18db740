package app

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"pana/internal/stats"
)

type estimateCommand struct {
	File       string `arg:"" help:"Lists and cells, or how often the people of one list came; docs/estimating.md says how. - reads the input." type:"path" placeholder:"FILE.json"`
	JSON       bool   `name:"json" help:"Print {observed, estimates, refused} for another program."`
	Replicates int    `help:"How often the table is drawn again for an interval." default:"1000" placeholder:"N"`
	Seed       uint64 `help:"The same seed draws the same." default:"1" placeholder:"N"`
}

// mostRead is more than any table needs; what is larger is some other file.
const mostRead = 64 << 20

// Run exits 0 when the table was answered, also where the answer is that no number
// may be given; 2 when the file cannot be read or is not such a table.
func (c estimateCommand) Run(w *world) error {
	if c.Replicates < 20 || c.Replicates > 100_000 {
		fmt.Fprintln(w.err, "pana: --replicates is 20 to 100000: fewer have no ends of 95 %, and 1000 are usual")
		return verdict(exitMisused)
	}
	text, err := readAtMost(c.File, mostRead)
	if err != nil {
		fmt.Fprintln(w.err, "pana:", err)
		return verdict(exitUnread)
	}
	in, err := stats.Read(text)
	if err != nil {
		fmt.Fprintf(w.err, "pana: %s: %v\n", c.File, err)
		return verdict(exitUnread)
	}
	for _, name := range in.Unread {
		fmt.Fprintf(w.err, "note: %q is not read\n", name)
	}
	boot := stats.Boot{Replicates: c.Replicates, Seed: c.Seed, Workers: runtime.GOMAXPROCS(0)}
	answer, err := stats.Multiverse(w.ctx, in, boot, estimateProgress(w.err, time.Now))
	if err != nil {
		return err
	}
	if c.JSON {
		if in.Invented {
			fmt.Fprintln(w.err, "note:", inStamp)
		}
		for _, warning := range answer.Warnings {
			fmt.Fprintln(w.err, "note:", warning)
		}
		return printEstimates(w.out, answer)
	}
	if in.Invented {
		fmt.Fprintln(w.out, inStamp)
	}
	drawEstimates(w.out, answer)
	return nil
}

// readAtMost reads a file that a person named.
func readAtMost(name string, most int64) ([]byte, error) {
	from := io.Reader(os.Stdin)
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		from = f
	}
	text, err := io.ReadAll(io.LimitReader(from, most+1))
	if err == nil && int64(len(text)) > most {
		return nil, fmt.Errorf("%s is larger than %d MB: this is no table of counts", name, most>>20)
	}
	return text, err
}

// estimateProgress says every two seconds how far the drawing is.
func estimateProgress(w io.Writer, now func() time.Time) func(done, of int) {
	said := now()
	return func(done, of int) {
		if at := now(); at.Sub(said) >= sayEvery && done < of {
			said = at
			fmt.Fprintf(w, "%d of %d replicates\n", done, of)
		}
	}
}

// orNull is null in JSON where there is none: no estimate, or no upper end.
type orNull float64

func (n orNull) MarshalJSON() ([]byte, error) {
	if x := float64(n); !math.IsNaN(x) && !math.IsInf(x, 0) {
		return json.Marshal(x)
	}
	return []byte("null"), nil
}

type estimatePrinted struct {
	Method string         `json:"method"`
	Params map[string]any `json:"params"`
	N      orNull         `json:"N"`
	CI95   []orNull       `json:"ci95"`
	Note   string         `json:"note"`
}

// printEstimates prints what others script against: these names, and no others.
func printEstimates(out io.Writer, a stats.Answer) error {
	printed := struct {
		Observed  float64           `json:"observed"`
		Estimates []estimatePrinted `json:"estimates"`
		Refused   *string           `json:"refused"`
	}{Observed: a.Observed, Estimates: []estimatePrinted{}}
	for _, r := range a.Estimates {
		e := estimatePrinted{Method: r.Method, Params: r.Params, N: orNull(r.N), Note: r.Note}
		if r.CI != nil {
			e.CI95 = []orNull{orNull(r.CI.Low), orNull(r.CI.High)}
		}
		printed.Estimates = append(printed.Estimates, e)
	}
	if a.Refused != "" {
		printed.Refused = &a.Refused
	}
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(printed)
	if broken := (*json.MarshalerError)(nil); errors.As(err, &broken) {
		return err
	}
	return nil // a reader that has gone away asks for no more
}

// pictureWidth is the room for intervals, on a line that fits a wide terminal.
const pictureWidth = 48

// drawEstimates draws every interval on one logarithmic axis: whoever sees the
// numbers sees how far they are apart.
func drawEstimates(out io.Writer, a stats.Answer) {
	fmt.Fprintf(out, "%.0f people are on the lists.\n", a.Observed)
	for _, w := range a.Warnings {
		fmt.Fprintf(out, "  Note: %s.\n", w)
	}
	if len(a.Estimates) > 0 {
		axis := newAxis(a)
		width := 0
		for _, r := range a.Estimates {
			width = max(width, utf8.RuneCountInString(rowName(r)))
		}
		fmt.Fprintf(out, "\n%-*s  %9s %9s %9s  %s\n", width, "", "lowest", "estimate", "highest", axis.scale())
		for _, r := range a.Estimates {
			pad := strings.Repeat(" ", width-utf8.RuneCountInString(rowName(r)))
			fmt.Fprintf(out, "%s%s  %9s %9s %9s  %s\n", rowName(r), pad, end(r, 0), figureOf(r.N), end(r, 1), axis.bar(r))
		}
		fmt.Fprintln(out, "\nWhat each supposes:")
		for _, r := range a.Estimates {
			fmt.Fprintf(out, "  %s: %s.\n", rowName(r), r.Note)
		}
	}
	if a.Refused != "" {
		fmt.Fprintf(out, "\nNo headline: %s.\n", a.Refused)
		return
	}
	reach := a.Reach()
	fmt.Fprintf(out, "\nA headline may be given as a range: from %.0f to %.0f, everybody counted, those on the lists too. See docs/estimating.md for what it supposes.\n", reach.Low, reach.High)
}

func figureOf(n float64) string {
	switch {
	case math.IsNaN(n):
		return "none"
	case math.IsInf(n, 1):
		return "no end"
	}
	return fmt.Sprintf("%.0f", n)
}

func end(r stats.Row, which int) string {
	if r.CI == nil {
		return "none"
	}
	return figureOf([]float64{r.CI.Low, r.CI.High}[which])
}

// rowName says method and what it was told, but not what is the same everywhere.
func rowName(r stats.Row) string {
	name := strings.TrimSuffix(r.Method, "_bca")
	for _, key := range slices.SortedFunc(maps.Keys(r.Params), cmp.Compare[string]) {
		switch key {
		case "nboot", "delta", "Nmissing", "prior_N", "prior_graphs", "summary":
		default:
			name += fmt.Sprintf(" %s=%v", key, r.Params[key])
		}
	}
	return name
}

// axis is logarithmic, from the lowest end to the highest that there is.
type axis struct{ low, high float64 }

func newAxis(a stats.Answer) axis {
	x := axis{math.Inf(1), 0}
	see := func(n float64) {
		if !math.IsNaN(n) && !math.IsInf(n, 0) && n > 0 {
			x.low, x.high = min(x.low, n), max(x.high, n)
		}
	}
	for _, r := range a.Estimates {
		see(r.N)
		if r.CI != nil {
			see(r.CI.Low)
			see(r.CI.High)
		}
	}
	if x.low >= x.high {
		x.low, x.high = min(x.low, 1), max(2*x.low, 2)
	}
	return x
}

func (x axis) at(n float64) int {
	if math.IsInf(n, 1) {
		return pictureWidth - 1
	}
	return int(math.Round(math.Log(n/x.low) / math.Log(x.high/x.low) * (pictureWidth - 1)))
}

func (x axis) scale() string {
	low, high := fmt.Sprintf("%.0f", x.low), fmt.Sprintf("%.0f", x.high)
	return low + strings.Repeat(" ", max(1, pictureWidth-len(low)-len(high))) + high
}

func (x axis) bar(r stats.Row) string {
	line := []rune(strings.Repeat(" ", pictureWidth))
	put := func(n float64, mark rune) {
		if !math.IsNaN(n) {
			line[min(max(x.at(n), 0), pictureWidth-1)] = mark
		}
	}
	if r.CI != nil {
		for i := x.at(r.CI.Low); i <= x.at(r.CI.High); i++ {
			line[min(max(i, 0), pictureWidth-1)] = '-'
		}
		put(r.CI.Low, '|')
		put(r.CI.High, '|')
		if math.IsInf(r.CI.High, 1) {
			put(r.CI.High, '>')
		}
	}
	put(r.N, 'o')
	return strings.TrimRight(string(line), " ")
}
