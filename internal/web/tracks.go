package web

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/wording"
)

type tracksDesk interface {
	Tracks(ctx context.Context, who access.Who) (desk.Tracks, error)
	Track(ctx context.Context, who access.Who, track id.Track) (desk.TrackView, error)
	OpenTrack(ctx context.Context, who access.Who, in desk.TrackInput) (casework.Receipt, error)
	ActOnTrack(ctx context.Context, who access.Who, in desk.TrackAct) (casework.Receipt, error)
	TrackFigures(ctx context.Context, who access.Who, kind string) (desk.TrackFigures, error)
}

// accusedRows is how many rows a form has for whoever is accused.
const accusedRows = 4

// tracksView is the list of cases.
type tracksView struct {
	Frame
	All   desk.Tracks
	List  listing
	Lines []desk.TrackLine
}

func tracksPage(c *call) error {
	t, err := c.site.Desk.Tracks(c.ctx, c.who)
	if err != nil {
		return err
	}
	return c.show(newTracksPage(c.frame("tracks.title"), t, c.listQuery("tracks", "stage", "ended_as", "trail", "article", "year", "sort")))
}

func newTracksPage(f Frame, t desk.Tracks, q url.Values) tracksView {
	f.Wide = true
	p := tracksView{Frame: f, All: t}
	parts := casework.TrackParts{Stage: "none", Outcome: "none", Trail: "none"}
	if len(t.Lines) > 0 {
		parts = t.Lines[0].Parts
	}
	lines := t.Lines
	article := pickArticle(f, q, lines)
	if want := q.Get("article"); want != "" {
		lines = slices.DeleteFunc(slices.Clone(lines), func(l desk.TrackLine) bool { return !slices.Contains(l.Articles, want) })
	}
	p.Lines, p.List = listPage(f, q, lines, lister[desk.TrackLine]{
		Path: "/tracks", Words: func(l desk.TrackLine) string { return l.Number },
		More: []Field{article},
		Filters: []filterBy[desk.TrackLine]{
			{"stage", "var." + parts.Stage, func(l desk.TrackLine) string { return l.Stage }},
			{"ended_as", "var." + parts.Outcome, func(l desk.TrackLine) string { return l.Outcome }},
			{"trail", "var." + parts.Trail, func(l desk.TrackLine) string { return l.Trail }},
			{"year", "year", func(l desk.TrackLine) string { return strconv.Itoa(l.At.Year()) }},
		},
		Orders: []orderBy[desk.TrackLine]{{Name: "newest"}, {Name: "oldest", By: func(a, b desk.TrackLine) int { return a.At.Compare(b.At) }}},
	})
	for i := range p.List.Filters {
		if p.List.Filters[i].Name == "year" {
			for j, o := range p.List.Filters[i].Options {
				p.List.Filters[i].Options[j].Label = o.Value
			}
		}
	}
	return p
}

// pickArticle leaves out the cases that are not about an article.
func pickArticle(f Frame, q url.Values, lines []desk.TrackLine) Field {
	var all []string
	for _, l := range lines {
		all = append(all, l.Articles...)
	}
	slices.Sort(all)
	return form{f, q}.pick("article", "offence", slices.Compact(all)...)
}

// trackFormView is the form of a new case, or of a part that is taken out of one.
type trackFormView struct {
	Frame
	Key, Track, Kind, From string
	Number, ActOn, Since   Field
	Articles               Field
	Accused                []accusedRow
}

// accusedRow is one row of whoever is accused: how many, and no name.
type accusedRow struct {
	No     int
	Fields []Field
}

func trackForm(c *call) error { return c.drawTrackForm(200, c.frame("tracks.new"), nil) }

func (c *call) drawTrackForm(status int, f Frame, typed url.Values) error {
	t, err := c.site.Desk.Tracks(c.ctx, c.who)
	switch {
	case err != nil:
		return err
	case t.Form == nil:
		return fault.Withheld("web: begins no case")
	}
	if typed == nil {
		typed = url.Values{"key": {t.Form.Key}, "track": {string(t.Form.Track)}, "from": {c.r.URL.Query().Get("from")}}
	}
	return c.render(status, "track_new", newTrackForm(f, *t.Form, typed))
}

func newTrackForm(f Frame, form_ desk.TrackForm, typed url.Values) trackFormView {
	f.MainForm = true
	fm := form{f, typed}
	p := trackFormView{
		Frame: f, Key: typed.Get("key"), Track: typed.Get("track"), From: typed.Get("from"),
		Number: fm.field("text", "track_number"), ActOn: fm.field("day", "act_on"), Since: fm.field("day", "occurred_at"),
		Articles: articlesField(fm, form_.Offences, typed.Get("act_on")), Accused: accusedFields(fm, nil),
	}
	p.Number.Optional = true
	p.Since.Label, p.Since.Why = f.T("field.track_since"), f.T("field.track_since.why")
	if p.Kind = typed.Get("track_kind"); p.Kind == "" && len(form_.Kinds) > 0 {
		p.Kind = form_.Kinds[0]
	}
	return p
}

// articlesField offers the articles of the code of the day of the act, once that day
// is known; before, those of every version, each with when it was in force. What was
// chosen stays there to be seen, whichever code it is of.
func articlesField(fm form, offences []pack.Offence, actOn string) Field {
	day, err := time.Parse(time.DateOnly, actOn)
	var ids []string
	hints := map[string]string{}
	for _, o := range offences {
		if err == nil && !pack.Contains(o.Dates, day) && !slices.Contains(fm.typed["articles"], o.ID) {
			continue
		}
		ids = append(ids, o.ID)
		hints[o.ID] = fm.frame.inForce(o)
	}
	out := fm.choose("choices", "articles", "offence", ids...)
	for i := range out.Options {
		out.Options[i].Hint = hints[out.Options[i].Value]
	}
	return out
}

// inForce says of which code an article is, and when it was in force.
func (f Frame) inForce(o pack.Offence) string {
	out := f.Or("act."+o.Code+".short", "act."+o.Code) + ", " + f.article(o.Art)
	if !o.Dates.From.IsZero() {
		out += "; " + f.T("tracks.from", "day", wording.Date(f.Lang, o.Dates.From.Time, time.UTC))
	}
	if !o.Dates.To.IsZero() {
		out += "; " + f.T("tracks.until", "day", wording.Date(f.Lang, o.Dates.To.Time, time.UTC))
	}
	return out
}

func accusedFields(fm form, now []casework.Accused) []accusedRow {
	typed := url.Values{}
	for i := range max(accusedRows, len(now)+1) {
		at := "r" + strconv.Itoa(i) + "."
		for _, name := range []string{"accused_n", "accused_sex", "accused_age"} {
			typed[at+name] = fm.typed[at+name]
		}
		if !fm.typed.Has(at+"accused_n") && i < len(now) {
			typed.Set(at+"accused_n", strconv.Itoa(now[i].N))
			typed.Set(at+"accused_sex", now[i].Sex)
			typed.Set(at+"accused_age", now[i].Age)
		}
	}
	var out []accusedRow
	for i := range max(accusedRows, len(now)+1) {
		at := "r" + strconv.Itoa(i) + "."
		row := form{fm.frame, url.Values{"accused_n": typed[at+"accused_n"], "accused_sex": typed[at+"accused_sex"], "accused_age": typed[at+"accused_age"]}}
		fields := []Field{row.field("number", "accused_n"), row.choose("select", "accused_sex", "sex", "female", "male"), row.choose("select", "accused_age", "age_known", "under_18", "adult")}
		for j := range fields {
			fields[j].Name, fields[j].Optional = at+fields[j].Name, false
			fields[j].None = fm.frame.T("option.unknown")
		}
		out = append(out, accusedRow{i + 1, fields})
	}
	return out
}

// typedAccused are the rows with a number in them.
func typedAccused(v url.Values) []desk.AccusedRow {
	var out []desk.AccusedRow
	for i := 0; v.Has("r" + strconv.Itoa(i) + ".accused_n"); i++ {
		at := "r" + strconv.Itoa(i) + "."
		row := desk.AccusedRow{N: strings.TrimSpace(v.Get(at + "accused_n")), Sex: v.Get(at + "accused_sex"), Age: v.Get(at + "accused_age")}
		if row != (desk.AccusedRow{}) {
			out = append(out, row)
		}
	}
	return out
}

func trackNewPost(c *call) error {
	f := c.frame("tracks.new")
	if c.form.Get("key") == "" {
		c.form.Set("key", newKey())
	}
	draw := func(status int, f Frame) error { return c.drawTrackForm(status, f, c.form) }
	if c.turning() {
		return draw(200, f)
	}
	if mend := tooLong(c.form); len(mend) > 0 {
		f.mend(mend)
		return draw(422, f)
	}
	track, ok := id.Parse[id.Track](c.form.Get("track"))
	if !ok {
		return fault.Withheld("web: no identifier in the form")
	}
	from, _ := id.Parse[id.Track](c.form.Get("from"))
	receipt, err := c.site.Desk.OpenTrack(c.ctx, c.who, desk.TrackInput{
		Key: c.form.Get("key"), Track: track, Kind: c.form.Get("track_kind"), Number: text(c.form, "track_number"), ActOn: c.form.Get("act_on"),
		OccurredAt: c.form.Get("occurred_at"), Articles: c.form["articles"], Accused: typedAccused(c.form), From: from,
	})
	if err != nil {
		return c.again(err, func(f Frame) error { return draw(422, f) }, f)
	}
	return c.drawTrack(200, track, nil, &receipt, f)
}

// trackView is one case: how far it is, what it is about, its money, the files that
// belong to it and are open to this worker, what may be done, and its record.
type trackView struct {
	Frame
	told
	V       desk.TrackView
	Receipt *casework.Receipt
	Doing   string // the act whose form comes back
	Move    []Field
	Charge  []Field
	Accused []accusedRow
	Sums    []Field
	Link    []Field
	Correct []Field
}

func trackPage(c *call) error {
	track, err := one[id.Track](c.r, "track")
	if err != nil {
		return err
	}
	return c.drawTrack(200, track, nil, nil, c.frame("tracks.one"))
}

func (c *call) drawTrack(status int, track id.Track, typed url.Values, done *casework.Receipt, f Frame) error {
	v, err := c.site.Desk.Track(c.ctx, c.who, track)
	if err != nil {
		return err
	}
	f.TitleKey, f.TitleArgs, f.Path = "tracks.one", []any{"number", v.Number}, "/tracks/"+string(track)
	p := newTrackPage(f, v, typed)
	if done != nil {
		p.Receipt, p.told = done, c.told(*done)
	}
	return c.render(status, "track", p)
}

func newTrackPage(f Frame, v desk.TrackView, typed url.Values) trackView {
	f.MainForm, f.Wide = v.Keeps, true
	p := trackView{Frame: f, V: v, Doing: typed.Get("go")}
	if !v.Keeps {
		return p
	}
	fm := form{f, typed}
	p.moveFields(fm)
	if v.State != "ended" {
		charge := fm
		if !typed.Has("act_on") {
			charge.typed = url.Values{"act_on": {v.ActOn.Format(time.DateOnly)}, "articles": v.Articles}
		}
		p.Charge = []Field{charge.field("day", "act_on"), articlesField(charge, v.Form.Offences, charge.typed.Get("act_on")), fm.field("long_text", "charge_reasons")}
		p.Accused = accusedFields(fm, v.Groups)
		p.linkFields(fm)
	}
	var kinds []string
	for _, m := range v.Money {
		if m.Mine {
			kinds = append(kinds, m.ID)
		}
	}
	if len(kinds) > 0 {
		p.Sums = []Field{fm.choose("choice", "money_kind", "track_money", kinds...), fm.field("text", "money_sum"), fm.field("day", "money_at")}
		p.Sums[2].Optional = true
	}
	p.correctFields(fm)
	return p
}

func (p *trackView) moveFields(fm form) {
	var steps []string
	for _, o := range p.V.Offers {
		steps = append(steps, o.ID)
	}
	if len(steps) == 0 {
		return
	}
	step := fm.choose("choice", "track_step", "step", steps...)
	for i, o := range p.V.Offers {
		for _, q := range o.Unclear {
			step.Options[i].Warn = p.T("law_unclear") + " " + p.Or("question."+q, "question.other")
		}
	}
	at := fm.field("day", "moved_at")
	at.Optional = true
	p.Move = []Field{step, at, fm.field("long_text", "track_reasons")}
	if len(p.V.Joinable) > 0 {
		var others []string
		for _, l := range p.V.Joinable {
			others = append(others, string(l.ID))
		}
		into := fm.choose("select", "into", "track", others...)
		for i, l := range p.V.Joinable {
			into.Options[i].Label = p.T("tracks.one", "number", l.Number) + ", " + p.Day(l.At)
		}
		into.Optional = true
		p.Move = append(p.Move, into)
	}
}

// linkFields offer the files that wait for what the case says, and any other by its number.
func (p *trackView) linkFields(fm form) {
	if len(p.V.Waiting) > 0 {
		var numbers []string
		for _, s := range p.V.Waiting {
			numbers = append(numbers, s.Number)
		}
		which := fm.choose("select", "case_waiting", "track", numbers...)
		for i, s := range p.V.Waiting {
			which.Options[i].Label = s.Number + ", " + p.Say(s)
		}
		which.Optional = true
		p.Link = append(p.Link, which)
	}
	p.Link = append(p.Link, fm.field("text", "case_file"))
}

func (p *trackView) correctFields(fm form) {
	var events []string
	var labels []string
	for _, e := range p.V.Log {
		if e.May {
			events, labels = append(events, string(e.ID)), append(labels, p.Day(e.At)+": "+p.Told(e))
		}
		for i, m := range e.Took {
			if !m.Corrected && p.V.Into == "" {
				events, labels = append(events, string(e.ID)+"."+strconv.Itoa(i+1)), append(labels, p.Day(e.At)+": "+p.Sum(m)+", "+p.T("tracks.one", "number", e.OtherNo))
			}
		}
	}
	if len(events) == 0 {
		return
	}
	which := fm.choose("select", "correct_event", "event", events...)
	for i := range labels {
		which.Options[i].Label = labels[i]
	}
	p.Correct = []Field{which, fm.field("long_text", "correct_reasons")}
}

// Sum is a sum that came over with another case.
func (p trackView) Sum(m casework.TookSum) string {
	return p.Or("track_money."+m.Kind, "event.track.money") + ": " + p.Money(m.Sum)
}

// Told is what an entry says happened.
func (p trackView) Told(e desk.TrackEvent) string {
	switch e.Type {
	case "track.moved":
		return p.Or("step."+e.Word+".done", "step."+e.Word, "step.other")
	case "track.money":
		return p.Or("track_money."+e.Word, "event.track.money") + ": " + p.Money(e.Sum)
	}
	return p.T("event." + e.Type)
}

// Money writes a sum as the country does.
func (f Frame) Money(n int) string {
	return f.T("country.money", "sum", wording.Number(f.Lang, int64(n)))
}

// Article is an offence as the pack calls it.
func (f Frame) Article(offence string) string { return f.Or("offence."+offence, "tracks.article") }

// Version says of which code an article is, and when it was in force.
func (p trackView) Version(o pack.Offence) string { return p.inForce(o) }

// Group says how many are accused, of which sex and age.
func (p trackView) Group(a casework.Accused) string {
	parts := []string{p.Number(a.N)}
	if a.Sex != "" {
		parts = append(parts, inside(p.Or("sex."+a.Sex, "option."+a.Sex)))
	}
	if a.Age != "" {
		parts = append(parts, inside(p.Or("age_known."+a.Age, "option."+a.Age)))
	}
	return strings.Join(parts, ", ")
}

// Open says that the form of an act comes back with something to mend.
func (p trackView) Open(act string) bool { return p.Doing == act }

func trackPost(c *call) error {
	track, err := one[id.Track](c.r, "track")
	if err != nil {
		return err
	}
	f := c.frame("tracks.one")
	draw := func(status int, f Frame) error { return c.drawTrack(status, track, c.form, nil, f) }
	if c.turning() {
		return draw(200, f)
	}
	if mend := tooLong(c.form); len(mend) > 0 {
		f.mend(mend)
		return draw(422, f)
	}
	receipt, err := c.site.Desk.ActOnTrack(c.ctx, c.who, trackAct(track, c.form))
	if err != nil {
		return c.again(err, func(f Frame) error { return draw(422, f) }, f)
	}
	return c.drawTrack(200, track, nil, &receipt, f)
}

// trackAct is the act whose button was pressed, with what its own form asks and
// nothing of the others: they stand on the same page.
func trackAct(track id.Track, v url.Values) desk.TrackAct {
	in := desk.TrackAct{Key: cmp.Or(v.Get("key"), newKey()) + "." + v.Get("go"), Track: track, Version: version(v), Do: v.Get("go")}
	switch in.Do {
	case "move":
		in.Step, in.At, in.Reasons = v.Get("track_step"), v.Get("moved_at"), text(v, "track_reasons")
		in.Into, _ = id.Parse[id.Track](v.Get("into"))
	case "charge":
		in.ActOn, in.Articles, in.Reasons = v.Get("act_on"), v["articles"], text(v, "charge_reasons")
	case "accused":
		in.Accused = typedAccused(v)
	case "money":
		in.Money, in.Sum, in.At = v.Get("money_kind"), v.Get("money_sum"), v.Get("money_at")
	case "link":
		in.Number = cmp.Or(strings.TrimSpace(v.Get("case_file")), v.Get("case_waiting"))
	case "unlink", "file_step":
		in.File, _ = id.Parse[id.File](v.Get("file"))
		in.Step = v.Get("step")
		in.Key += "." + v.Get("file") + in.Step
	case "correct":
		event, took, _ := strings.Cut(v.Get("correct_event"), ".")
		in.Event, _ = id.Parse[id.Event](event)
		in.Took, _ = strconv.Atoi(took)
		in.Reasons = text(v, "correct_reasons")
	}
	return in
}

// trackFiguresView are the figures of cases as they may leave the house.
type trackFiguresView struct {
	Frame
	F desk.TrackFigures
}

func trackFiguresPage(c *call) error {
	m, err := c.site.Desk.TrackFigures(c.ctx, c.who, c.r.URL.Query().Get("track"))
	if err != nil {
		return err
	}
	f := c.frame("tracks.figures")
	f.Wide = true
	return c.show(trackFiguresView{f, m})
}

// Count is a number, or that it is not given out.
func (v trackFiguresView) Count(n int) string { return v.count(n) }

// Cell names a column: a stage, or an outcome.
func (v trackFiguresView) Cell(cell string) string {
	return v.Or("var."+v.F.Parts.Stage+"."+cell, "var."+v.F.Parts.Outcome+"."+cell)
}

// Sum is a sum of money, or that it is of too few cases to be given out.
func (v trackFiguresView) Sum(n int) string {
	if n == desk.Few {
		return v.Count(n)
	}
	return v.Money(n)
}

// trackFiguresCSV is the same for a table: codes, so that bodies and years can be
// added, and an empty cell for what is not given out, so that nobody adds it as none.
func trackFiguresCSV(c *call) error {
	m, err := c.site.Desk.TrackFigures(c.ctx, c.who, c.r.URL.Query().Get("track"))
	if err != nil {
		return err
	}
	count := func(n int) string {
		if n == desk.Few {
			return ""
		}
		return strconv.Itoa(n)
	}
	rows := [][]string{append(append([]string{"year", "running", "code", "article", "cases"}, m.Cells...), "not_given_out_apart", "money", "money_sum")}
	blank := make([]string, len(m.Cells)+1)
	for _, y := range m.Years {
		year, running := strconv.Itoa(y.Year), strconv.FormatBool(y.Running)
		rows = append(rows, append(append([]string{year, running, "", "all", count(y.Cases)}, blank...), "", ""))
		for _, r := range y.Rows {
			row := []string{year, running, r.Code, r.Article, count(r.Cases)}
			for _, n := range r.Cells {
				row = append(row, count(n))
			}
			rows = append(rows, append(row, count(r.Rest), "", ""))
		}
		for _, s := range y.Money {
			rows = append(rows, append(append([]string{year, running, "", "", count(s.Cases)}, blank...), s.Kind, count(s.Sum)))
		}
	}
	return c.downloadCSV("tracks", m.Kind, "", rows, c.note("tracks.figures.lead", "few", m.Few), c.note("tracks.figures.note"))
}
