package web

import (
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/procedure"
	"pana/internal/wording"
)

// Frame is what every page has: the reader's language, who they are, where
// they may go, and what must be mended. Page structs embed it.
type Frame struct {
	words     *wording.Catalogue
	zone      *time.Location
	base      string // "" or "/~2": the window this page is in
	Lang      wording.Lang
	Path      string // this page's address inside its window
	Now       time.Time
	Signed    bool
	Role      string
	BodyKind  string
	BodyName  string
	Nav       []NavItem
	TitleKey  string
	TitleArgs []any
	Errors    []FieldError
	// MainForm says that the page has a form "answers" with something typed in it;
	// the language switch then sends it along, so that nothing is lost.
	MainForm bool
	Personal bool // the page shows somebody: quick exit, nothing cached
	Wide     bool
	Demo     *DemoBand
	Hotline  string
	Window   int
}

// NavItem is one place in the rail.
type NavItem struct {
	Key, Path string
	Here      bool
}

// DemoBand is the band that says that nothing here is real.
type DemoBand struct{ Time time.Time }

// FieldError is one line of the error summary.
type FieldError struct{ Field, Text, Code string }

// query is what the page was asked for with.
func (f Frame) query() url.Values {
	_, raw, _ := strings.Cut(f.Path, "?")
	q, err := url.ParseQuery(raw)
	if err != nil {
		return url.Values{}
	}
	return q
}

// Whole says that the page was asked for with nothing folded, to be printed:
// older browsers print what is folded as they show it.
func (f Frame) Whole() bool { return f.query().Get("print") == "all" }

// PrintAll is this page with nothing folded.
func (f Frame) PrintAll() template.URL {
	path, _, _ := strings.Cut(f.Path, "?")
	q := url.Values{"print": {"all"}}
	for _, name := range []string{"tab", "from", "to", "procedure"} { // what the page is of
		if v := f.query().Get(name); v != "" {
			q.Set(name, v)
		}
	}
	return f.U(path + "?" + q.Encode())
}

// T says a key in the reader's language.
func (f Frame) T(key string, args ...any) string { return f.words.Say(f.Lang, key, args...) }

// Or says the first key that has wording; codes from a pack may lack some.
func (f Frame) Or(keys ...string) string {
	for _, k := range keys {
		if f.words.Has(f.Lang, k) {
			return f.T(k)
		}
	}
	return f.T(keys[len(keys)-1])
}

// Has says whether a key has wording: for hints that only some things have.
func (f Frame) Has(key string) bool { return f.words.Has(f.Lang, key) }

// U makes an address inside this window.
func (f Frame) U(path string) template.URL {
	// Paths are constants and identifiers of ours; what a reader typed goes
	// through queries, which templates escape.
	return template.URL(f.base + path)
}

// Title is the page's title, without a name of anybody.
func (f Frame) Title() string { return f.T(f.TitleKey, f.TitleArgs...) }

// Langs lists the switch.
func (f Frame) Langs() []wording.Lang { return Langs }

// Number writes an id as people say it on the telephone.
func (f Frame) Number(v any) string {
	switch x := v.(type) {
	case id.File:
		return id.Number(x)
	case id.Referral:
		return id.Number(x)
	case int:
		return wording.Number(f.Lang, int64(x))
	}
	return ""
}

// Day is a date as the language writes it.
func (f Frame) Day(t time.Time) string { return wording.Date(f.Lang, t, f.zone) }

// Hour is the time of day.
func (f Frame) Hour(t time.Time) string { return wording.Time(f.Lang, t, f.zone) }

// At is a date and a time; today it is "today 14:30".
func (f Frame) At(t time.Time) string {
	if t.IsZero() {
		return f.T("time.unknown")
	}
	local := t.In(f.zone)
	clock := wording.Time(f.Lang, t, f.zone)
	switch daysBetween(f.Now.In(f.zone), local) {
	case 0:
		return f.T("time.today", "time", clock)
	case 1:
		return f.T("time.tomorrow", "time", clock)
	case -1:
		return f.T("time.yesterday", "time", clock)
	}
	return f.T("time.on", "date", wording.Date(f.Lang, t, f.zone), "time", clock)
}

// Due says a deadline with what it means: "3 h 20 min left (today 14:30)".
func (f Frame) Due(t time.Time) string {
	left := t.Sub(f.Now)
	if left < 0 {
		return f.T("time.late", "for", f.For(-left), "at", f.At(t))
	}
	return f.T("time.left", "for", f.For(left), "at", f.At(t))
}

// By names who may take a step: a kind of body, or one role in it.
func (f Frame) By(who string) string {
	kind, _, _ := strings.Cut(who, ":")
	return f.Or("body."+kind, "lane."+kind, "body_kind.other")
}

// remaining is a clock as it is drawn: what is left stands by itself, so that
// the small script can count it down.
type remaining struct {
	Before, For, After, ISO string
	Seconds                 int64
}

// Left is Due in its parts.
func (f Frame) Left(t time.Time) remaining {
	left := t.Sub(f.Now)
	words := f.For(left.Abs())
	before, after, _ := strings.Cut(f.Due(t), words)
	return remaining{Before: before, For: words, After: after, ISO: f.ISO(t), Seconds: int64(left.Seconds())}
}

// Units are the words for a day, an hour and a minute, for the small script.
func (f Frame) Units() string {
	var out []string
	for _, d := range []time.Duration{24 * time.Hour, time.Hour, time.Minute} {
		out = append(out, strings.TrimSpace(strings.TrimLeft(wording.Duration(f.Lang, d), "0123456789\u00a0\u202f ")))
	}
	return strings.Join(out, "|")
}

// Inside writes a label as it stands inside a sentence.
func (f Frame) Inside(label string) string { return inside(label) }

// For is a length of time. From three days on nobody counts hours.
func (f Frame) For(d time.Duration) string {
	if d >= 72*time.Hour {
		d = d.Truncate(24 * time.Hour)
	}
	return wording.Duration(f.Lang, d)
}

// ISO is a time for machines.
func (f Frame) ISO(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// Err is the message at a field, or nothing.
func (f Frame) Err(field string) string {
	for _, e := range f.Errors {
		if e.Field == field {
			return e.Text
		}
	}
	return ""
}

// ErrorLine is an error as the summary says it. Where several say the same, each names
// its field and the first says it: one sentence six times fills a telephone and sends
// nobody anywhere.
func (f Frame) ErrorLine(e FieldError) string {
	same := slices.DeleteFunc(slices.Clone(f.Errors), func(o FieldError) bool { return o.Text != e.Text })
	label := "field." + strings.TrimPrefix(e.Field, "f.")
	switch {
	case len(same) < 2 || e.Field == "" || !f.Has(label):
		return e.Text
	case e == same[0]:
		return f.T(label) + " – " + e.Text
	}
	return f.T(label)
}

// Clock is how urgent a time is, for the icon and the word beside it.
func (f Frame) Clock(t time.Time) string {
	switch left := t.Sub(f.Now); {
	case t.IsZero():
		return "none"
	case left < 0:
		return "overdue"
	case left < 24*time.Hour:
		return "soon"
	}
	return "later"
}

// Basis writes where a rule comes from: "Law 110-VIII, art. 16(2)".
func (f Frame) Basis(b procedure.Basis) string {
	switch {
	case b.Act != "" && b.Art != "":
		return f.Or("act."+b.Act+".short", "act."+b.Act) + ", " + f.article(b.Art)
	case b.Act != "":
		return f.Or("act."+b.Act+".short", "act."+b.Act)
	case b.Source == "":
		return f.T("basis.product")
	}
	return f.source(b.Source)
}

// article writes "art. 16(2)" as the language does. What is not an article, a
// paragraph of rules or an annex, stands as the pack has it.
func (f Frame) article(art string) string {
	if number, ok := strings.CutPrefix(art, "art. "); ok {
		return f.T("basis.art", "art", number)
	}
	if art == pack.TheRules {
		return f.T("basis.rules")
	}
	if key, day, ok := pack.Happened(art); ok {
		return f.T(key, "day", f.Snapshot(day))
	}
	return art
}

// Edition says which text of the act was read: "in the text of 5 July 2024".
func (f Frame) Edition(b procedure.Basis) string {
	if b.Edition == "" {
		return ""
	}
	when := b.Edition
	if day, err := time.Parse(time.DateOnly, b.Edition); err == nil {
		when = wording.Date(f.Lang, day, time.UTC)
	}
	return f.T("basis.edition", "date", when)
}

// DraftWords says that nobody has reviewed how something is worded.
func (f Frame) DraftWords(key string) bool { return f.words.Draft(key) }

// source names the documents and where in them: "osce-2014 ¶25; pana" is
// written as each is called, with the place as the source gives it.
func (f Frame) source(list string) string {
	var out []string
	for one := range strings.SplitSeq(list, ";") {
		doc, place, _ := strings.Cut(strings.TrimSpace(one), " ")
		switch name := f.document(doc); {
		case place == "" || doc == "pana" || name == f.T("source.other"):
			out = append(out, name)
		case !f.Has("source." + doc): // an act of the country
			out = append(out, name+", "+f.article(place))
		default:
			out = append(out, name+", "+place)
		}
	}
	return strings.Join(slices.Compact(out), "; ")
}

// mend turns a fault's fields into the error summary.
func (f *Frame) mend(fields []fault.Field) {
	for _, m := range fields {
		key := "error." + m.Code
		if !f.words.Has(f.Lang, key) {
			key = "error.field"
		}
		args := f.arguments(m.Args)
		f.Errors = append(f.Errors, FieldError{Field: m.Name, Text: f.T(key, args...), Code: m.Code})
	}
}

// arguments turn the codes of a receipt, an event or a fault into what fills
// its sentence.
func (f Frame) arguments(codes map[string]string) []any {
	out := make([]any, 0, 2*len(codes))
	for name, v := range codes {
		out = append(out, name, f.argument(name, v))
	}
	return out
}

// argument is a time in words, a number for an identifier, a count, or the
// words of a code: by itself a key, or under what it is a code of.
func (f Frame) argument(name, v string) any {
	if at, err := time.Parse(time.RFC3339, v); err == nil {
		return f.At(at)
	}
	if _, ok := id.Parse[id.Event](v); ok {
		return id.Number(id.Event(v))
	}
	if n, err := strconv.Atoi(v); err == nil {
		return n
	}
	for _, key := range []string{v, name + "." + v, codesOf[name] + "." + v} {
		if f.Has(key) {
			return f.T(key)
		}
	}
	return v
}

// codesOf says what a name's values are codes of, where the name does not.
var codesOf = map[string]string{"result": "screening", "reason": "refusal", "why": "left_why", "kind": "body", "was": "event", "to": "body",
	"same":       "offence",
	"attachment": "attachment.kind", "scan": "scan.result", "withdrawn": "attachment.reason", "unsigned": "signature.reason"}

func daysBetween(a, b time.Time) int {
	day := func(t time.Time) time.Time {
		return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	}
	return int(day(b).Sub(day(a)).Hours() / 24)
}
