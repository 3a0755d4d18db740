package desk

import (
	"cmp"
	"context"
	"slices"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/pack"
	"pana/internal/store"
)

// TrackFigures count the cases that this worker may see, without a name, a number or
// a place: by year, code and article, stage and outcome. They are what is recorded
// here and nothing else: what a State has published stands with its source and is
// never added to them.
type TrackFigures struct {
	Kind  string
	Parts casework.TrackParts
	Few   int      // numbers below it are not given out
	Cells []string // stages of what goes on, then outcomes: wording var.NAME.value
	Years []TrackYear
}

// TrackYear is the cases registered in one year. A case with two articles is in two
// rows and once in Cases. Numbers may be Few.
type TrackYear struct {
	Year     int
	Running  bool // not over: not to be published yet
	Cases    int
	Accused  int
	Followed int // of the cases, those in which somebody follows the money
	Rows     []TrackRow
	Rest     int // cases under articles whose number is not given out, together
	Money    []TrackSum
}

// TrackRow is one article of one version of the code. Cells and Rest add up to Cases.
type TrackRow struct {
	Code, Article string // act, id of the offence
	Cases         int
	Cells         []int
	Rest          int
}

// TrackSum is so much of one kind of money, in so many cases.
type TrackSum struct {
	Kind  string
	Cases int
	Sum   int
}

// tally of a year while it is counted.
type trackTally struct {
	year            int
	cases, accused  int
	followed        int
	rows            map[string]map[string]int // article → cell → n
	inCases, inSums map[string]int            // money
}

// TrackFigures counts them. The kind is the pack's first where none is asked for.
func (d *Desk) TrackFigures(ctx context.Context, who access.Who, asked string) (TrackFigures, error) {
	scope := d.rules.Scope(who, access.SeeTracks, "track")
	if _, none := scope.(access.None); none {
		return TrackFigures{}, fault.Withheld("no cases for this role")
	}
	if asked == "" && len(d.pack().Tracks) > 0 {
		asked = d.pack().Tracks[0].ID()
	}
	kind := d.pack().Track(asked)
	if kind == nil {
		return TrackFigures{}, fault.Withheld("no such track")
	}
	count := newTrackCount(d, kind)
	q := store.Query{Scope: scope, Where: []store.Filter{store.Where("kind", store.Is, kind.ID())}, Sort: []store.Order{{Column: "at"}}, Limit: 1000, NoTotal: true}
	if err := d.eachRow(ctx, "tracks", q, count.add); err != nil {
		return TrackFigures{}, err
	}
	// The same cases' money: a row of it says by itself whose it is and nothing more,
	// so what counts is that the case was counted.
	money := store.Query{Scope: everything, Sort: []store.Order{{Column: "at"}}, Limit: 1000, NoTotal: true}
	if err := d.eachRow(ctx, "track_money", money, count.addMoney); err != nil {
		return TrackFigures{}, err
	}
	return count.figures(), nil
}

// eachRow reads a table a page at a time.
func (d *Desk) eachRow(ctx context.Context, table string, q store.Query, do func(store.Found)) error {
	for {
		page, err := d.deps.Store.List(ctx, table, q)
		if err != nil {
			return fault.At("count "+table, err)
		}
		for _, row := range page.Rows {
			do(row)
		}
		if page.Next == "" {
			return nil
		}
		q.After = page.Next
	}
}

// trackCount counts cases of one track.
type trackCount struct {
	d      *Desk
	kind   *pack.Track
	joined string         // the outcome of what goes on in another case, and is counted there
	year   map[string]int // of each case that is counted
	years  map[int]*trackTally
}

func newTrackCount(d *Desk, kind *pack.Track) *trackCount {
	c := &trackCount{d: d, kind: kind, year: map[string]int{}, years: map[int]*trackTally{}}
	for _, s := range kind.Steps {
		if s.ID == kind.Track.Joins {
			c.joined = s.Set[kind.Track.Outcome]
		}
	}
	return c
}

func (c *trackCount) add(r store.Found) {
	if c.joined != "" && r.Text("outcome") == c.joined {
		return
	}
	y := r.Time("at").In(c.d.pack().Location()).Year()
	t := c.years[y]
	if t == nil {
		t = &trackTally{year: y, rows: map[string]map[string]int{}, inCases: map[string]int{}, inSums: map[string]int{}}
		c.years[y] = t
	}
	c.year[r.Text("track_id")] = y
	t.cases++
	t.accused += int(r.Int("accused"))
	if r.Text("trail") == c.followed() {
		t.followed++
	}
	cell := r.Text("stage")
	if cell == c.kind.Track.Ended {
		cell = r.Text("outcome")
	}
	for _, article := range casework.Listed(r.Text("articles")) {
		if t.rows[article] == nil {
			t.rows[article] = map[string]int{}
		}
		t.rows[article][cell]++
	}
}

// followed is the value of the money's variable that says most: values are listed
// from the least.
func (c *trackCount) followed() string {
	values := c.valuesOf(c.kind.Track.Trail)
	return values[len(values)-1]
}

func (c *trackCount) valuesOf(name string) []string {
	for _, v := range c.kind.Vars {
		if v.Name == name {
			return v.Values
		}
	}
	return []string{""}
}

func (c *trackCount) addMoney(r store.Found) {
	if y, counted := c.year[r.Text("track_id")]; counted {
		c.years[y].inCases[r.Text("money")]++
		c.years[y].inSums[r.Text("money")] += int(r.Int("sum"))
	}
}

// cells are the columns: each stage of what goes on, each outcome of what has ended.
func (c *trackCount) cells() []string {
	stages := slices.DeleteFunc(slices.Clone(c.valuesOf(c.kind.Track.Stage)), func(v string) bool { return v == c.kind.Track.Ended })
	start := c.kind.Starts()[c.kind.Track.Outcome]
	outcomes := slices.DeleteFunc(slices.Clone(c.valuesOf(c.kind.Track.Outcome)), func(v string) bool { return v == start || v == c.joined })
	return slices.Concat(stages, outcomes)
}

func (c *trackCount) figures() TrackFigures {
	h := c.kind.Track
	out := TrackFigures{
		Kind: c.kind.ID(), Few: c.d.pack().Standards.Few, Cells: c.cells(),
		Parts: casework.TrackParts{Stage: h.Stage, Outcome: h.Outcome, Trail: h.Trail, Ended: h.Ended},
	}
	this := c.d.now().In(c.d.pack().Location()).Year()
	for _, t := range c.years {
		year := c.safeYear(t, out.Cells, out.Few)
		year.Running = t.year == this
		out.Years = append(out.Years, year)
	}
	slices.SortFunc(out.Years, func(a, b TrackYear) int { return b.Year - a.Year })
	return out
}

// safeYear is a year as it may be given out. A year of few cases says only that. In
// others an article of few is not given out, and with it so many more that nothing
// is had by taking away; the same again among the cells of each article.
func (c *trackCount) safeYear(t *trackTally, cells []string, few int) TrackYear {
	out := TrackYear{Year: t.year, Cases: Few, Accused: Few, Followed: Few, Rest: Few}
	if t.cases >= few {
		out.Cases, out.Followed = t.cases, part(t.followed, t.cases, few)
		if t.accused == 0 || t.accused >= few {
			out.Accused = t.accused
		}
	}
	articles := make([]string, 0, len(t.rows))
	for a := range t.rows {
		articles = append(articles, a)
	}
	slices.SortFunc(articles, func(a, b string) int { return cmp.Or(cmp.Compare(c.code(a), c.code(b)), cmp.Compare(a, b)) })
	totals, sum := make([]int, len(articles)), 0
	for i, a := range articles {
		for _, n := range t.rows[a] {
			totals[i] += n
		}
		sum += totals[i]
	}
	if t.cases >= few && sum >= few {
		out.Rest = hide(totals, few)
	} else {
		for i := range totals {
			totals[i] = Few
		}
	}
	for i, a := range articles {
		out.Rows = append(out.Rows, safeArticle(TrackRow{Code: c.code(a), Article: a, Cases: totals[i]}, t.rows[a], cells, few))
	}
	for _, m := range c.kind.Money {
		if n := t.inCases[m.ID]; n > 0 {
			out.Money = append(out.Money, safeSum(TrackSum{m.ID, n, t.inSums[m.ID]}, few))
		}
	}
	return out
}

// safeArticle adds the cells of one article.
func safeArticle(row TrackRow, of map[string]int, cells []string, few int) TrackRow {
	for _, cell := range cells {
		row.Cells = append(row.Cells, of[cell])
	}
	if row.Cases != Few {
		row.Rest = hide(row.Cells, few)
		return row
	}
	row.Rest = Few
	for i := range row.Cells {
		row.Cells[i] = Few
	}
	return row
}

// safeSum gives no sum of few cases: it would say what one of them was about.
func safeSum(s TrackSum, few int) TrackSum {
	if s.Cases < few {
		return TrackSum{s.Kind, Few, Few}
	}
	return s
}

// code is the act of an article.
func (c *trackCount) code(article string) string {
	if o := c.d.pack().Offence(article); o != nil {
		return o.Code
	}
	return ""
}
