package app

import (
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"pana/internal/check"
	"pana/internal/pack"
)

// lookEvery is how often the files' times are read: a saved file is being
// checked well within a second.
const lookEvery = 150 * time.Millisecond

// watcher keeps the cells of a pack that somebody is writing, and finds again
// only those that a change can have changed.
type watcher struct {
	w     *world
	find  checkFunc
	query check.Query
	opts  check.Options
	dir   string
	lang  string
	// cells by property and column, each with what it was found from.
	cells map[string]known
}

// known is a cell and the digests of the property and the column it is of.
type known struct {
	cell check.Cell
	from string
}

func (c checkCommand) watch(w *world, find checkFunc, q check.Query, o check.Options) int {
	if c.Pack == "" {
		fmt.Fprintln(w.err, "pana: --watch needs --pack: the pack inside the program does not change")
		return exitUnread
	}
	at := &watcher{w: w, find: find, query: q, opts: o, dir: c.Pack, lang: c.Lang, cells: map[string]known{}}
	seen := stamps(c.Pack)
	fmt.Fprintf(w.out, "watching %s: %s; the first look takes longest\n", c.Pack, countOf(len(seen), "file"))
	at.look(nil)
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-w.ctx.Done():
			return exitOK
		case <-tick.C:
			if now := stamps(c.Pack); changedFiles(seen, now) != nil {
				at.look(changedFiles(seen, now))
				seen = now
			}
		}
	}
}

// stamps are the times and sizes of a folder's YAML files.
func stamps(dir string) map[string]string {
	out := map[string]string{}
	_ = fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".yaml" {
			return nil // a file that is gone, or half written, is seen at the next look
		}
		if info, err := d.Info(); err == nil {
			out[name] = info.ModTime().String() + fmt.Sprint(info.Size())
		}
		return nil
	})
	return out
}

func changedFiles(was, now map[string]string) []string {
	var out []string
	for name, stamp := range now {
		if was[name] != stamp {
			out = append(out, name)
		}
	}
	for name := range was {
		if now[name] == "" {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// look loads the pack anew and finds what may have changed: first what the
// changed files' procedures are in the focus of, under the newest law.
func (a *watcher) look(changed []string) {
	began := time.Now()
	p, bad := a.load(changed)
	if len(bad) > 0 {
		tellUnread(a.w.out, bad)
		fmt.Fprintf(a.w.out, "%d to mend; the cells stay as they were\n", len(bad))
		return
	}
	first := len(a.cells) == 0
	n, turned := 0, 0
	for job := range a.jobs(p, changed) {
		opts := a.opts
		opts.Progress = func(_, _ int, c check.Cell) {
			n++
			if a.keep(p, c, job.from[c.Property]) && !first {
				turned++
			}
		}
		if _, err := a.find(a.w.ctx, p, job.query, opts); err != nil {
			fmt.Fprintln(a.w.out, "pana:", err)
			return
		}
	}
	a.drop(p)
	tellUnread(a.w.out, pack.Errors(pack.Lint(p, pack.Checked)))
	if first {
		changed = []string{"at first"}
	}
	fmt.Fprintf(a.w.out, "%s: %d cells checked, %d of %d changed, in %s\n", strings.Join(changed, ", "), n, turned, len(a.cells), time.Since(began).Round(time.Millisecond))
}

// load reads the pack. Only what a search needs is asked of it before: that its
// files are read and the newest law compiles. The rest of lint comes after the
// first answers, unless a property or an overlay was changed, whose slips would
// look like answers.
func (a *watcher) load(changed []string) (*pack.Pack, []pack.Problem) {
	if changed == nil || slices.ContainsFunc(changed, func(f string) bool { return !strings.HasPrefix(f, "procedures/") }) {
		p, _, bad := loadForCheck(a.dir)
		if len(bad) == 0 {
			bad = unheardOf(p, a.query)
		}
		return p, bad
	}
	p, problems := pack.Load(os.DirFS(a.dir))
	bad := pack.Errors(problems)
	if days := a.days(p); len(bad) == 0 && len(days) > 0 {
		_, problems = p.Compose(days[len(days)-1], nil)
		bad = pack.Errors(problems)
	}
	return p, bad
}

// job is a column and the properties to find in it.
type job struct {
	query check.Query
	from  map[string]string // by property: what its cell is found from
}

// jobs are the columns with the properties whose cells are old, the newest law
// alone first.
func (a *watcher) jobs(p *pack.Pack, changed []string) iter.Seq[job] {
	return func(yield func(job) bool) {
		for _, near := range []bool{true, false} {
			for _, overlays := range a.columns(p) {
				for _, day := range slices.Backward(a.days(p)) {
					j := a.job(p, day, overlays, func(property *pack.Property) bool { return touches(property, changed) == near })
					if len(j.from) > 0 && !yield(j) {
						return
					}
				}
			}
		}
	}
}

// job is what is old in a column, of some properties.
func (a *watcher) job(p *pack.Pack, day pack.Day, overlays []string, of func(*pack.Property) bool) job {
	j := job{query: check.Query{Snapshots: []pack.Day{day}, Overlays: [][]string{overlays}}, from: map[string]string{}}
	column := ""
	for i := range p.Properties {
		property := &p.Properties[i]
		if !a.asked(property.ID) || !of(property) {
			continue
		}
		if column == "" {
			column = p.ComposedDigest(day, overlays)
		}
		if from := column + p.PropertyDigest(property.ID); a.cells[cellKey(property.ID, day, overlays)].from != from {
			j.add(property.ID, from)
		}
	}
	return j
}

func (j *job) add(property, from string) {
	j.query.Properties = append(j.query.Properties, property)
	j.from[property] = from
}

func (a *watcher) asked(property string) bool {
	return len(a.query.Properties) == 0 || slices.Contains(a.query.Properties, property)
}

func (a *watcher) days(p *pack.Pack) []pack.Day {
	if a.query.Snapshots != nil {
		return a.query.Snapshots
	}
	return p.Head.Snapshots
}

func (a *watcher) columns(p *pack.Pack) [][]string {
	if a.query.Overlays != nil {
		return a.query.Overlays
	}
	out := [][]string{nil}
	for _, id := range overlayIDs(p) {
		out = append(out, []string{id})
	}
	return out
}

func touches(property *pack.Property, changed []string) bool {
	return slices.ContainsFunc(changed, func(file string) bool {
		return slices.Contains(property.Focus, strings.TrimSuffix(path.Base(file), ".yaml"))
	})
}

func cellKey(property string, day pack.Day, overlays []string) string {
	return property + " " + day.Format(time.DateOnly) + " " + overlayName(overlays)
}

// keep notes a cell and says whether its verdict turned; if so it is told.
func (a *watcher) keep(p *pack.Pack, c check.Cell, from string) (turned bool) {
	key := c.Property + " " + columnName(c)
	was, had := a.cells[key]
	a.cells[key] = known{c, from}
	if !had || was.cell.Verdict == c.Verdict {
		return false
	}
	fmt.Fprintf(a.w.out, "%s: %s -> %s\n", key, was.cell.Verdict, c.Verdict)
	if c.Verdict != check.Holds {
		newTeller(a.w.out, p, a.lang).tell(c)
	}
	return true
}

// drop forgets the cells of properties and columns that are gone.
func (a *watcher) drop(p *pack.Pack) {
	there := map[string]bool{}
	for _, overlays := range a.columns(p) {
		for _, day := range a.days(p) {
			for _, property := range p.Properties {
				there[cellKey(property.ID, day, overlays)] = true
			}
		}
	}
	for key := range a.cells {
		if !there[key] {
			delete(a.cells, key)
		}
	}
}
