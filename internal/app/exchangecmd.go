package app

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"pana/internal/linkage/across"
	"pana/internal/linkage/clk"
	"pana/internal/linkage/lists"
)

// exchangeCommands count across bodies: docs/exchange.md.
type exchangeCommands struct {
	Key    exchangeKey    `cmd:"" help:"Write the agreement of a project with a new key: for the bodies, and nobody else."`
	Encode exchangeEncode `cmd:"" help:"At a body: encode its list with decoys."`
	Match  exchangeMatch  `cmd:"" help:"At the linkage place, which has no key and no list: say which encodings are one person's."`
	Count  exchangeCount  `cmd:"" help:"Take the decoys out and count: the capture table that pana estimate reads."`
	Invent exchangeInvent `cmd:"" help:"Write three lists of invented people with their truth, to try it all."`
}

type exchangeKey struct {
	Out      string `arg:"" help:"New file for the key." type:"path" placeholder:"FILE"`
	Project  string `required:"" help:"What the project is called." placeholder:"NAME"`
	Lists    string `required:"" help:"The lists, with commas between, in the order of the table's digits." placeholder:"NAME,NAME,…"`
	Salt     string `help:"What of a birth goes into every feature: birth (the whole date), year, none. Only birth stands against a linkage place that has a register: docs/exchange.md." enum:"birth,year,none" default:"birth"`
	Alike    int    `help:"From how many hundredths on two encodings are one person's." default:"65"`
	Decoys   int    `help:"So many encodings of nobody for a hundred records." default:"25"`
	Least    int    `help:"A table that has a smaller cell, but 0, is not given out; 1: any is." default:"1"`
	Invented bool   `help:"Everybody in it is invented, and every file says so."`
	exchangeRecord
}

// inStamp says that nobody in a project is anybody.
const inStamp = "INVENTED: nobody in this is anybody"

func (c exchangeKey) Run(w *world) error {
	var names []string
	for name := range strings.SplitSeq(c.Lists, ",") {
		names = append(names, strings.TrimSpace(name))
	}
	a := across.Agreement{Project: c.Project, Lists: names, Invented: c.Invented, Salt: clk.Salt(c.Salt), Alike: c.Alike, Decoys: c.Decoys, Least: c.Least}
	p, err := across.NewProject(a, rand.Reader)
	if err != nil {
		return misused(w, err)
	}
	if err := writeNew(c.Out, []byte(p.Text())); err != nil {
		return failed(w, fmt.Errorf("a key is never written over another: %w", err))
	}
	stamp(w.out, &p.Agreement)
	fmt.Fprintf(w.out, "%s: for the bodies of %s, by a way that nobody else reads; never for the linkage place. Its mark is %s: compare it by telephone\n", c.Out, p.Project, p.Mark)
	if c.Salt != "birth" {
		fmt.Fprintln(w.out, "note: with this salt, a linkage place that has a register of the same people may find them by their pattern; docs/exchange.md has the figures")
	}
	return c.keep(run{Run: "key", Project: p.Project, Mark: p.Mark})
}

type exchangeEncode struct {
	File   string `arg:"" help:"The body's list as CSV of any usual kind." type:"path" placeholder:"LIST.csv"`
	Key    string `required:"" help:"The project's key file." type:"path" placeholder:"FILE"`
	List   string `required:"" help:"Which of the project's lists this is." placeholder:"NAME"`
	Map    string `required:"" help:"Which column is what: id=COL,given=COL,family=COL,birth=COL,sex=COL,place=COL,document=COL; each optional but id. All bodies map what all of them have. A whole name is family." placeholder:"id=COL,…"`
	Out    string `required:"" help:"New file of encodings: for the linkage place." type:"path" placeholder:"FILE"`
	Decoys string `required:"" help:"New file that says which are decoys: kept until it is counted." type:"path" placeholder:"FILE"`
	exchangeRecord
}

func (c exchangeEncode) Run(w *world) error {
	text, err := readAtMost(c.Key, 1<<16)
	if err != nil {
		return unread(w, err)
	}
	p, err := across.ReadProject(text)
	if err != nil {
		return unread(w, fmt.Errorf("%s: %w", c.Key, err))
	}
	list := slices.Index(p.Lists, c.List)
	if list < 0 {
		return misused(w, fmt.Errorf("--list: the project has the lists %s", strings.Join(p.Lists, ", ")))
	}
	columns, err := lists.ParseColumns(c.Map)
	if err != nil {
		return misused(w, err)
	}
	stamp(w.err, &p.Agreement)
	records, err := readList(w.err, c.File, columns)
	if err != nil {
		return unread(w, err)
	}
	e, told, err := p.Encode(list, records, bufio.NewReader(rand.Reader))
	if err != nil {
		return err
	}
	twice, err := e.Alone(w.ctx, told, runtime.GOMAXPROCS(0))
	if err != nil {
		return err
	}
	if err := writeNew(c.Decoys, []byte(told.Text())); err != nil {
		return failed(w, err)
	}
	if err := writeNew(c.Out, e.Bytes()); err != nil {
		return failed(w, err)
	}
	fmt.Fprintf(w.out, "%s: %d records and %d decoys of %s, mark %s: for the linkage place\n", c.Out, len(records), len(told.Decoys), c.List, p.Mark)
	fmt.Fprintf(w.out, "%s: keep it until it is counted, then delete it\n", c.Decoys)
	if twice > 0 {
		fmt.Fprintf(w.out, "note: %d pairs of this list are as alike as one person's, and each would be counted twice: pana link %s --people says who, with their names\n", twice, c.File)
	}
	return c.keep(run{Run: "encode", Project: p.Project, Mark: p.Mark, List: c.List, Records: len(records), Decoys: len(told.Decoys), Out: e.Digest})
}

type exchangeMatch struct {
	Files   []string `arg:"" help:"The encodings of all lists of the project." type:"path" placeholder:"FILE"`
	Out     string   `required:"" help:"New file of groups: for the count." type:"path" placeholder:"FILE"`
	Journal string   `help:"Keep here what was compared, so that a run that was interrupted goes on; delete it with the encodings." type:"path" placeholder:"FILE"`
	exchangeRecord
}

func (c exchangeMatch) Run(w *world) error {
	var files []*across.Encoded
	r := run{Run: "match"}
	for _, name := range c.Files {
		text, err := readAtMost(name, mostListBytes)
		if err != nil {
			return unread(w, err)
		}
		e, err := across.ReadEncoded(text)
		if err != nil {
			return unread(w, fmt.Errorf("%s: %w", name, err))
		}
		files, r.In = append(files, e), append(r.In, e.Digest)
	}
	journal, closeJournal, err := openJournal(c.Journal, r.In)
	if err != nil {
		return failed(w, err)
	}
	defer closeJournal()
	begun := time.Now()
	g, err := across.Match(w.ctx, files, runtime.GOMAXPROCS(0), journal, linkProgress(w.err, time.Now))
	if err != nil {
		if w.ctx.Err() != nil {
			return err
		}
		return unread(w, err)
	}
	if err := writeNew(c.Out, []byte(g.Text())); err != nil {
		return failed(w, err)
	}
	stamp(w.out, &g.Agreement)
	pairs := 0.0
	for j := range g.Totals {
		for i := range j {
			pairs += float64(g.Totals[i]) * float64(g.Totals[j])
		}
	}
	fmt.Fprintf(w.out, "%s: %.0f pairs compared in %.1f s, %d groups at the agreed bound; how many are decoys is not known here\n", c.Out, pairs, time.Since(begun).Seconds(), len(g.Linked[0].Groups))
	fmt.Fprintf(w.out, "now delete the encodings here, before anybody tells which are decoys: %s\n", strings.Join(c.Files, ", "))
	r.Project, r.Mark, r.Out = g.Project, g.Mark, sumOf([]byte(g.Text()))
	return c.keep(r)
}

type exchangeCount struct {
	Groups string   `arg:"" help:"The groups, from the linkage place." type:"path" placeholder:"GROUPS"`
	Decoys []string `arg:"" help:"The decoys of all lists, from the bodies." type:"path" placeholder:"DECOYS"`
	Out    string   `required:"" help:"New file for the capture table, which pana estimate reads; - is the output." type:"path" placeholder:"TABLE.json"`
	Recall float64  `help:"Which share of true links is found, where somebody measured it: pana estimate then mends the table." placeholder:"SHARE"`
	Truth  string   `help:"Of invented lists: set the truth beside the table." type:"path" placeholder:"TRUTH.json"`
	exchangeRecord
}

func (c exchangeCount) Run(w *world) error {
	if c.Recall < 0 || c.Recall > 1 {
		return misused(w, errors.New("--recall is a share from 0 to 1, such as 0.87"))
	}
	text, err := readAtMost(c.Groups, mostListBytes)
	if err != nil {
		return unread(w, err)
	}
	g, err := across.ReadGroups(text)
	if err != nil {
		return unread(w, fmt.Errorf("%s: %w", c.Groups, err))
	}
	r := run{Run: "count", Project: g.Project, Mark: g.Mark, In: []string{sumOf(text)}}
	var decoys []*across.DecoyList
	for _, name := range c.Decoys {
		text, err := readAtMost(name, mostListBytes)
		if err != nil {
			return unread(w, err)
		}
		d, err := across.ReadDecoys(text)
		if err != nil {
			return unread(w, fmt.Errorf("%s: %w", name, err))
		}
		decoys, r.In = append(decoys, d), append(r.In, sumOf(text))
	}
	t, err := across.Count(g, decoys)
	if errors.Is(err, across.ErrSmall) {
		return failed(w, err)
	}
	if err != nil {
		return unread(w, err)
	}
	if c.Recall > 0 {
		t.Linkage = &across.Recall{Recall: c.Recall}
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetIndent("", "  ")
	if err := e.Encode(t); err != nil {
		return err
	}
	if c.Out == "-" {
		_, err = w.out.Write(out.Bytes())
	} else {
		err = writeNew(c.Out, out.Bytes())
	}
	if err != nil {
		return failed(w, err)
	}
	for _, note := range t.About.Notes {
		fmt.Fprintln(w.err, "note:", note)
	}
	if c.Out != "-" {
		if err := c.tell(w.out, t); err != nil {
			return unread(w, err)
		}
	}
	r.Out = sumOf(out.Bytes())
	return c.keep(r)
}

// tell draws the table, beside its truth where there is one.
func (c exchangeCount) tell(out io.Writer, t *across.Table) error {
	var truth *inventedTruth
	if c.Truth != "" {
		text, err := readAtMost(c.Truth, 1<<20)
		if err != nil {
			return err
		}
		truth = &inventedTruth{}
		if err := json.Unmarshal(text, truth); err != nil {
			return fmt.Errorf("%s: no truth of invented lists", c.Truth)
		}
	}
	fmt.Fprintf(out, "exactly on%s\n", strings.Repeat(" ", 30)+"people"+map[bool]string{true: "   truth"}[truth != nil])
	for code := 1; code < 1<<len(t.Lists); code++ {
		var digits strings.Builder
		var on []string
		for i, name := range t.Lists {
			digits.WriteByte('0' + byte(code>>i&1))
			if code>>i&1 == 1 {
				on = append(on, name)
			}
		}
		line := fmt.Sprintf("%-36s %9d", strings.Join(on, " + "), t.Cells[digits.String()])
		if truth != nil {
			line += fmt.Sprintf(" %7d", truth.Cells[digits.String()])
		}
		fmt.Fprintln(out, line)
	}
	fmt.Fprintf(out, "%-36s %9d", "on any list", t.Observed)
	if truth != nil {
		fmt.Fprintf(out, " %7d\n%-36s %9s %7d", truth.Observed, "all there are", "", truth.People)
	}
	fmt.Fprintln(out)
	return nil
}

func misused(w *world, err error) error { return toldWith(w, err, exitMisused) }
func unread(w *world, err error) error  { return toldWith(w, err, exitUnread) }
func failed(w *world, err error) error  { return toldWith(w, err, exitFailed) }

func toldWith(w *world, err error, code verdict) error {
	fmt.Fprintln(w.err, "pana:", err)
	return code
}

func stamp(out io.Writer, a *across.Agreement) {
	if a.Invented {
		fmt.Fprintln(out, inStamp)
	}
}

// writeNew writes a file that is not there yet, for its owner alone.
func writeNew(name string, text []byte) (err error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	_, err = f.Write(text)
	return err
}
