package pack

import (
	"regexp"
	"slices"

	"pana/internal/procedure"
)

// The mechanism's words: what the program itself knows how to do. A pack
// chooses among them and cannot add one.
var (
	powers     = words("power", "report refer provide identify decide coordinate remove enforce hotline administer complaints")
	weights    = words("weight", "strong medium weak none")
	results    = words("result", "presumed labour_rights none")
	whom       = words("group of people", "any adult child")
	fieldKinds = words("kind of field", "choice choices text long_text date number yes_no language region country document")
	weekdays   = words("day of the week", "monday tuesday wednesday thursday friday saturday sunday")
	person     = words("person", "person")
	pageReader = words("reader of a page", "person guardian") // who is of no body and has a page

	overlayKinds = words("kind of overlay", "practice recommended")
	changeOps    = words("operation", "replace add drop weaken ignore")
	verdicts     = words("verdict", "holds fails unknown")
	ownPart      = words("compartment", "own")
	// mechanismGroups are the field groups that a person may agree to pass on;
	// a form may add others.
	mechanismGroups = words("field group", "need safety identity contact documents whereabouts indicators narrative decisions")
)

var goodLanguage = regexp.MustCompile(`^[a-z]{2}$`)

// head: a pack has an id, a version and languages.
func (l *linter) head() {
	h, pos := l.Head, at(l.Head.Pos, "pack.yaml")
	if h.ID == "" || h.Version == "" || len(h.Languages) == 0 {
		l.add(pos, "pack.head", "write all three", "pack.yaml lacks id, version or languages")
	}
	for _, lang := range h.Languages {
		if !goodLanguage.MatchString(lang) {
			l.add(pos, "pack.language", "use the two letters of ISO 639-1", "%q is not a language", lang)
		}
	}
	for i := 1; i < len(h.Snapshots); i++ {
		if !h.Snapshots[i].After(h.Snapshots[i-1].Time) {
			l.add(pos, "pack.snapshots", "put the days in order, each once", "snapshot %s does not come after the one before", h.Snapshots[i].Format("2006-01-02"))
		}
	}
}

// acts: an act in force says when, or says that the day is not known and why.
func (l *linter) acts() {
	for _, a := range l.Acts {
		if a.InForce.IsZero() && a.Rule == "" {
			l.add(a.Pos, "act.in_force", "write in_force, or in_force_rule with the words of the act", "act %s does not say when it took effect", a.ID)
		}
		seen := map[string]bool{}
		for _, e := range a.Editions {
			if seen[e.ID] {
				l.add(e.Pos, "id.twice", "keep one", "edition %s of %s is written twice", e.ID, a.ID)
			}
			seen[e.ID] = true
		}
	}
}

// bodies: kinds of body have roles, and powers that the mechanism knows.
func (l *linter) bodies() {
	for _, b := range l.BodyKinds {
		l.referAll(b.Pos, "body "+b.ID, b.Can, powers)
		if len(b.Roles) == 0 {
			l.add(b.Pos, "body.roles", "name at least one", "body %s has no roles: nobody could sign in for it", b.ID)
		}
		if b.Compartment == "" {
			l.warn(b.Pos, "body.compartment", "name the part of a file it keeps, if it keeps one", "body %s keeps no compartment", b.ID)
		}
	}
}

// access: rules name roles, kinds of body and compartments that exist, and a
// purpose. Acts, things, relations and groups are for package access to know.
func (l *linter) access() {
	for _, r := range l.Rules {
		whose := "rule " + r.ID
		l.referAll(r.Pos, whose, r.Roles, l.known.roles, pageReader)
		l.referAll(r.Pos, whose, r.Kinds, l.known.kinds)
		l.referAll(r.Pos, whose, r.Compartments, l.known.compartments, ownPart)
		if r.Purpose == "" {
			l.add(r.Pos, "access.purpose", "name it: the person's list of openings shows it", "rule %s has no purpose", r.ID)
		}
	}
}

func (l *linter) groups() set {
	s := setOf("field group", l.Forms, func(f Form) []string {
		var out []string
		for _, e := range f.Fields {
			out = append(out, e.Group)
		}
		return out
	})
	for g := range mechanismGroups.has {
		s.has[g] = true
	}
	return s
}

// services: a service answers needs that exist, and every need has a service.
func (l *linter) services() {
	answered := map[string]bool{}
	for _, s := range l.Services {
		l.referAll(s.Pos, "service "+s.ID, s.Needs, l.known.needs)
		for _, n := range s.Needs {
			answered[n] = true
		}
	}
	for _, n := range l.Needs {
		switch {
		case !answered[n.ID] && n.Gap == "":
			l.warn(n.Pos, "need.unanswered", "add it to the service that answers it, or say why none does: gap", "no service answers need %s", n.ID)
		case answered[n.ID] && n.Gap != "":
			l.warn(n.Pos, "need.answered", "remove gap", "need %s is said to be a gap, and a service answers it", n.ID)
		}
	}
}

// criteria: weights are weights, rules can hold, and the sets lead to a result.
func (l *linter) criteria() {
	for _, s := range l.Criteria.Sets {
		for _, i := range s.Indicators {
			l.refer(i.Pos, "indicator "+i.ID, i.Adult, weights)
			l.refer(i.Pos, "indicator "+i.ID, i.Child, weights)
			if orNone(i.Adult) == "none" && orNone(i.Child) == "none" {
				l.add(i.Pos, "criteria.weightless", "give it a weight for an adult or a child", "indicator %s counts for nobody", i.ID)
			}
		}
	}
	for _, r := range l.Criteria.Rules {
		if r.Strong < 0 || r.Medium < 0 || r.Weak < 0 || r.MediumOrWeak < 0 || r.Strong+r.Medium+r.Weak+r.MediumOrWeak == 0 {
			l.add(r.Pos, "criteria.always", "ask for at least one indicator", "score rule %s makes a dimension positive with nothing", r.ID)
		}
	}
	dimensions := procedure.Schema{}
	for _, s := range l.Criteria.Sets {
		dimensions[s.ID] = procedure.Bool
	}
	for _, r := range l.Criteria.Cases {
		l.refer(r.Pos, "case rule "+r.ID, r.For, whom)
		l.refer(r.Pos, "case rule "+r.ID, r.Result, results)
		l.guard(r.Pos, r.When, dimensions)
		if r.Result == "" {
			l.add(r.Pos, "criteria.result", "write presumed, labour_rights or none", "case rule %s has no result", r.ID)
		}
	}
	if len(l.Criteria.Sets) > 0 && (len(l.Criteria.Rules) == 0 || len(l.Criteria.Cases) == 0) {
		l.add(l.Criteria.Pos, "criteria.rules", "write dimension_rules and case_rules", "the criteria have indicators, and no rules that add them up")
	}
}

func orNone(weight string) string {
	if weight == "" {
		return "none"
	}
	return weight
}

// guard checks a guard over columns.
func (l *linter) guard(pos Pos, src string, columns procedure.Schema) {
	_, problems := procedure.CompileGuard(src, columns)
	for _, p := range problems {
		p.Pos = pos
		l.problems = append(l.problems, p)
	}
}

// forms: kinds of field are known, choices have options, and a field is shown
// by earlier fields only.
func (l *linter) forms() {
	for _, f := range l.Forms {
		earlier := procedure.Schema{}
		for _, e := range f.Fields {
			l.field(f, e, earlier)
			if _, twice := earlier[e.ID]; twice {
				l.add(e.Pos, "id.twice", "rename one", "field %s is in form %s twice", e.ID, f.ID)
			}
			earlier[e.ID] = nil // any text: an answer may also be "not sure"
		}
	}
	l.sharedFields()
}

func (l *linter) field(f Form, e Field, earlier procedure.Schema) {
	whose := "field " + f.ID + "." + e.ID
	l.refer(e.Pos, whose, e.Kind, fieldKinds)
	l.refer(e.Pos, whose, e.Compartment, l.known.compartments, ownPart)
	chosen := e.Kind == "choice" || e.Kind == "choices"
	switch {
	case e.Kind == "":
		l.add(e.Pos, "form.kind", "write kind:", "%s has no kind", whose)
	case chosen && len(e.Options) == 0:
		l.add(e.Pos, "form.options", "write options:", "%s offers nothing to choose", whose)
	case len(e.Options) > 0 && !chosen && e.Kind != "language" && e.Kind != "region" && e.Kind != "country":
		l.add(e.Pos, "form.options", "remove them, or make it a choice", "%s has options and is a %s", whose, e.Kind)
	}
	seen := map[string]bool{}
	for _, o := range e.Options {
		if seen[o] || !goodID.MatchString(o) {
			l.add(e.Pos, "form.option", "use letters, digits, _ . -, each option once", "%s offers %q twice, or it is not a word", whose, o)
		}
		seen[o] = true
	}
	if e.Max < 0 || e.Max > 20000 {
		l.add(e.Pos, "form.max", "between 0 and 20000", "%s may be %d long", whose, e.Max)
	}
	l.guard(e.Pos, e.Shown, earlier)
}

// sharedFields: a field id means the same in every form, since its wording is shared.
func (l *linter) sharedFields() {
	first := map[string]Field{}
	for _, f := range l.Forms {
		for _, e := range f.Fields {
			if o, ok := first[e.ID]; ok && o.Kind != e.Kind {
				l.add(e.Pos, "form.shared", "give it another id", "field %s is a %s here and a %s at %s:%d", e.ID, e.Kind, o.Kind, o.Pos.File, o.Pos.Line)
			} else if !ok {
				first[e.ID] = e
			}
		}
	}
}

// offences: an offence is an article of an act, and may replace another offence.
func (l *linter) offences() {
	for _, o := range l.Offences {
		l.refer(o.Pos, "offence "+o.ID, o.Code, l.known.acts)
		l.refer(o.Pos, "offence "+o.ID, o.Was, l.known.offences)
		if o.Code == "" || o.Art == "" {
			l.add(o.Pos, "offence.article", "write code and art", "offence %s names no article", o.ID)
		}
	}
}

// standards: the service's times are times.
func (l *linter) standards() {
	s := l.Standards
	if len(s.Priorities) == 0 && s.Undo == "" && s.Pos.File == "" {
		return
	}
	for _, d := range []string{s.Undo, s.Hold, s.Stale, s.Emergency, s.Confirm, s.Complaint} {
		l.length(s.Pos, "standards.yaml", d)
	}
	for _, p := range s.Priorities {
		for _, d := range []string{p.Acknowledge, p.Answer, p.Ring} {
			l.length(p.Pos, "priority "+p.ID, d)
		}
	}
	for _, o := range s.Oversight {
		l.oversight(o)
	}
	l.published(s)
	l.deferring(s)
	if s.MaxAsked < 1 || s.MaxAsked > 10 {
		l.add(s.Pos, "standards.asked", "between 1 and 10", "%d providers may be asked at once", s.MaxAsked)
	}
	if s.Few < 2 {
		l.add(s.Pos, "standards.few", "at least 2; 11 is usual", "counts below %d are hidden, which hides nothing", s.Few)
	}
}

// longestDelay is as far back as a place remembers what was free.
const longestDelay = 30

// published: a figure that is told at once, or to the bed, tells who came.
func (l *linter) published(s Standards) {
	p := s.Published
	if p == (FreePlaces{}) {
		return
	}
	l.length(s.Pos, "standards.yaml", p.Delay)
	n, err := procedure.ParseLength(p.Delay)
	days := map[procedure.Unit]int{procedure.Days: 1}[n.Unit] * n.N
	if err != nil || days < 1 || days > longestDelay || p.Step < 2 {
		l.add(s.Pos, "standards.published", "a delay between 1 and 30 days, and steps of at least 2", "free places are told after %q in steps of %d", p.Delay, p.Step)
	}
}

// deferring: what is not shown to the person yet has an end, and is said before she has
// read it.
func (l *linter) deferring(s Standards) {
	d := s.Openings
	if d == (Deferring{}) {
		return
	}
	longest, err := procedure.ParseLength(d.Defer)
	within, err2 := procedure.ParseLength(d.Within)
	bounded := longest.Unit == procedure.Days && longest.N <= 366 || longest.Unit == procedure.Months && longest.N <= 12
	if err != nil || err2 != nil || !bounded || within.Unit != procedure.Hours || within.N > 24 {
		l.add(s.Pos, "standards.openings", `write openings: {defer: "6 months", within: "2 hours"}: a year at most, said within a day`,
			"an opening is shown to the person after %q, said within %q of it", d.Defer, d.Within)
	}
}

// oversight: what is overdue goes up to a kind of body that is another's, after a time.
func (l *linter) oversight(o Oversight) {
	whose := "oversight by " + o.By
	l.referAll(o.Pos, whose, append([]string{o.By}, o.Of...), l.known.kinds)
	l.length(o.Pos, whose, o.After)
	if o.After == "" || len(o.Of) == 0 || slices.Contains(o.Of, o.By) {
		l.add(o.Pos, "standards.oversight", "name other kinds of body under of:, and after how long under after:", "%s is of nobody else, or begins at no time", whose)
	}
}

// length is a written length of time as the engine reads it, or nothing. The
// service's own times are never an open question.
func (l *linter) length(pos Pos, whose, d string) {
	if d == "" {
		return
	}
	if n, err := procedure.ParseLength(d); err != nil || n.Question != "" {
		l.add(pos, "length.form", `write it as "30 days", "3 working days", "24 hours"`, "%s has the time %q", whose, d)
	}
}

// consents: purposes name kinds of body and groups of fields that exist.
func (l *linter) consents() {
	groups := l.groups()
	for _, c := range l.Purposes {
		l.referAll(c.Pos, "purpose "+c.ID, c.Recipients, l.known.kinds)
		l.referAll(c.Pos, "purpose "+c.ID, c.Groups, groups)
	}
}

// duties: a duty to inform has somebody who owes it and somebody to be told,
// and never tells where the person is.
func (l *linter) duties() {
	for _, d := range l.Duties {
		l.referAll(d.Pos, "duty "+d.ID, d.Kinds, l.known.kinds)
		l.referAll(d.Pos, "duty "+d.ID, d.To, l.known.kinds)
		if len(d.Kinds) == 0 || len(d.To) == 0 {
			l.add(d.Pos, "duty.who", "write kinds: and to:", "duty %s does not say whose it is, or whom to tell", d.ID)
		}
		for _, f := range d.Fields {
			if f == "whereabouts" || f == "place" || f == "address" || f == "shelter" {
				l.add(d.Pos, "duty.place", "remove it: a notice carries the least the article asks, never the place", "duty %s tells %s", d.ID, f)
			}
		}
	}
}

// regions: neighbours exist and know each other, and tiles do not collide.
func (l *linter) regions() {
	tiles := map[Tile][]Region{}
	for _, r := range l.Regions {
		l.referAll(r.Pos, "region "+r.ID, r.Near, l.known.regions)
		for _, other := range tiles[r.Tile] {
			if other.ID != r.ID && overlap(other.Dates, r.Dates) {
				l.add(r.Pos, "region.tile", "move one of them", "regions %s and %s stand on the same tile at the same time", other.ID, r.ID)
			}
		}
		tiles[r.Tile] = append(tiles[r.Tile], r)
		for _, near := range r.Near {
			if o := l.Region(near); o != nil && !slices.Contains(o.Near, r.ID) && overlap(o.Dates, r.Dates) {
				l.add(r.Pos, "region.near", "add it there too", "region %s is near %s, but not the other way", r.ID, near)
			}
		}
	}
}

// calendar: weekends are days of the week; a holiday has a day, by the year or dated.
func (l *linter) calendar() {
	for _, d := range l.Calendar.Weekend {
		l.refer(at(l.Calendar.Pos, "calendar.yaml"), "the weekend", d, weekdays)
	}
	for _, h := range l.Calendar.Holidays {
		yearly := h.Month >= 1 && h.Month <= 12 && h.Day >= 1 && h.Day <= 31
		if yearly == !h.On.IsZero() || (h.Month != 0 || h.Day != 0) && !yearly {
			l.add(h.Pos, "calendar.day", "write month and day, or on", "holiday %s has no day, or two", h.ID)
		}
	}
}
