package desk

import (
	"context"
	"slices"
	"strings"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/linkage"
	"pana/internal/store"
	"pana/internal/withheld"
)

// Search looks through the files that this worker may open, and through no others.
// It begins at what the body has to do with and asks access of each file before
// anything is said of it, so that a file that is somebody else's changes neither
// what is found nor how many, nor the order. A name or a date of birth finds only
// where who the person is may be shown to this worker: otherwise asking would be
// showing. Nothing that was typed is kept.

// foundPage is how many files one page shows, foundLook how many are looked at in one go,
// and foundAtOnce how many of them are folded: those of a page, and one more, which says
// that there is another page.
const (
	foundPage   = 20
	foundLook   = 100
	foundAtOnce = foundPage + 1
)

// Search is one page of what was found.
func (d *Desk) Search(ctx context.Context, who access.Who, in SearchInput) (Found, error) {
	if !d.couldEver(who, access.SeeWork, "work") {
		return Found{}, fault.Withheld("search")
	}
	if err := fault.Form(tooLong("q", in.Text, maxName)...); err != nil {
		return Found{}, err
	}
	out := Found{Regions: d.regionsOf(who), Steps: d.openSteps(), Relations: d.relationsThatOpen(who)}
	asked := readSearch(in)
	looks := []func(context.Context, access.Who, searched) (Found, error){d.byNumber, d.byPerson, d.byAccess}
	for _, look := range looks {
		found, err := look(ctx, who, asked)
		if err != nil {
			return Found{}, fault.At("search", err)
		}
		if len(found.Lines) > 0 {
			out.Lines, out.Next = found.Lines, found.Next
			break
		}
	}
	return out, d.foundByName(ctx, who, out.Lines)
}

// Found is a page of files, and what may be asked for.
type Found struct {
	Lines                     []FoundFile
	Next                      string
	Regions, Steps, Relations []string
}

// FoundFile is a file that was found: never who it is of. Why says what of that
// agreed with what was typed.
type FoundFile struct {
	Subject Subject
	Opened  time.Time
	Frozen  bool
	Steps   []FoundStep
	Why     []string
	likely  bool // to be this person's by the name that was typed
}

// FoundStep is a step that waits in a file.
type FoundStep struct {
	Step, State string
	Due         time.Time
}

// searched is what was typed, read.
type searched struct {
	SearchInput
	number string
	name   []withheld.Text
	born   linkage.Born
	person bool // a name or a birth was typed
}

// readSearch tells a file's number, a birth and a name apart. What could be a
// number may be a name as well ("Sara Khan"): it is looked for first.
func readSearch(in SearchInput) searched {
	out := searched{SearchInput: in}
	words := strings.Fields(in.Text.Reveal())
	out.number = asNumber(strings.Join(words, ""))
	var name []string
	for _, word := range words {
		born, ok := linkage.ParseBorn(withheld.New(strings.Trim(word, ",;")), false)
		if ok && strings.ContainsAny(word, "0123456789") {
			out.born, out.person = born, true
			continue
		}
		name = append(name, word)
	}
	if len(name) > 0 {
		out.name, out.person = []withheld.Text{withheld.New(strings.Join(name, " "))}, true
	}
	return out
}

// asNumber is a file's number as it is written in the index, of what may be one.
func asNumber(typed string) string {
	plain := strings.ToUpper(strings.ReplaceAll(typed, "-", ""))
	if len(plain) != 8 {
		return ""
	}
	return plain[:4] + "-" + plain[4:]
}

// byNumber finds the file whose number people say on the telephone.
func (d *Desk) byNumber(ctx context.Context, who access.Who, in searched) (Found, error) {
	if in.number == "" {
		return Found{}, nil
	}
	page, err := d.deps.Store.List(ctx, "files", store.Query{
		Scope: everything, Where: []store.Filter{store.Where("number", store.Is, in.number)}, Limit: foundPage, NoTotal: true,
	})
	if err != nil {
		return Found{}, err
	}
	files := make([]id.File, len(page.Rows))
	for i, r := range page.Rows {
		files[i] = id.File(r.Text("file_id"))
	}
	kept, err := d.openable(ctx, who, searched{}, files)
	return Found{Lines: d.foundLines(who, kept, "number")}, err
}

// byAccess goes through the worker's files from the newest, and keeps those that
// every condition fits.
func (d *Desk) byAccess(ctx context.Context, who access.Who, in searched) (Found, error) {
	if in.person || in.number != "" {
		return Found{}, nil
	}
	var out Found
	for after := in.After; ; {
		files, more, err := d.filesOf(ctx, who, in, after)
		if err != nil {
			return Found{}, err
		}
		for few := range slices.Chunk(files, foundAtOnce) {
			kept, err := d.openable(ctx, who, in, few)
			if err != nil {
				return Found{}, err
			}
			for _, line := range d.foundLines(who, kept) {
				if len(out.Lines) == foundPage {
					out.Next = string(out.Lines[foundPage-1].Subject.File)
					return out, nil
				}
				out.Lines = append(out.Lines, line)
			}
		}
		if !more || len(files) == 0 {
			return out, nil
		}
		after = string(files[len(files)-1])
	}
}

// filesOf are the next files that this worker's body has to do with, the newest
// first: those it has a relation to that opens files, and those in which it owes a
// decision. They begin at an index by body, so that what others have costs nothing.
func (d *Desk) filesOf(ctx context.Context, who access.Who, in searched, after string) (files []id.File, more bool, err error) {
	var before []store.Filter
	if _, ok := id.Parse[id.File](after); ok {
		before = append(before, store.Where("file_id", store.Before, after))
	}
	newest := []store.Order{{Column: "file_id", Down: true}}
	from := ""
	for _, part := range d.parts(who, in) {
		for _, list := range part.lists() {
			list.Where = append(list.Where, before...)
			list.Sort, list.Limit, list.NoTotal = newest, foundLook, true
			page, err := d.deps.Store.List(ctx, part.table, list)
			if err != nil {
				return nil, false, err
			}
			for _, r := range page.Rows {
				files = append(files, id.File(r.Text("file_id")))
			}
			if page.Next != "" { // what lies behind the last that was read is not known yet
				more, from = true, max(from, string(files[len(files)-1]))
			}
		}
	}
	slices.SortFunc(files, func(a, b id.File) int { return strings.Compare(string(b), string(a)) })
	files = slices.Compact(files)
	return slices.DeleteFunc(files, func(f id.File) bool { return string(f) < from }), more, nil
}

// parts are the lists in which the worker's files are.
func (d *Desk) parts(who access.Who, in searched) (out []owedPart) {
	beside := d.besides(in)
	add := func(table string, scope access.Scope, where ...store.Filter) {
		out = append(out, owedPart{table: table, Query: store.Query{Scope: scope, Where: where, Beside: beside}})
	}
	here := func(where ...store.Filter) []store.Filter { // as decides and watches have it, in the words of an index
		if who.Region == "" {
			return where
		}
		return append(where, store.Where("region", store.OneOf, who.Region, ""))
	}
	all, relations := d.whereFound(who, in)
	if in.Relation != "" {
		all, relations = nil, slices.DeleteFunc(relations, func(r string) bool { return r != in.Relation })
	}
	if all != nil {
		add("files", all)
	}
	if len(relations) > 0 {
		of := make([]any, len(relations))
		for i, r := range relations {
			of[i] = r
		}
		by := store.Where("relation", store.OneOf, of...)
		add("relations", everything, store.Where("body_id", store.Is, string(who.Body)), by)
		out[len(out)-1].along = []store.Filter{by}
	}
	if who.Can("decide") && (all != nil || slices.Contains(relations, casework.RelDecider)) {
		for _, by := range takenBy(who) {
			add("decisions", d.decides(who), here(store.Where("by_kind", store.Is, by))...)
		}
	}
	if who.Can("coordinate") && (all != nil || slices.Contains(relations, casework.RelCoordinator)) {
		add("tasks", everything, here(store.Where("body_kind", store.Is, who.BodyKind), store.Where("state", store.Is, "open"))...)
		add("referrals", everything, here(store.Where("escalated_at", store.Set))...)
	}
	return out
}

// whereFound says where what a worker may find begins: at the rows of files that a scope
// lets through, when a rule needs no relation, and at relations. Who looks for a
// name finds only where it may be shown.
func (d *Desk) whereFound(who access.Who, in searched) (all access.Scope, relations []string) {
	open := d.rules.Scope(who, access.OpenFile, "file")
	relations = access.RelationsOf(open)
	if !access.OnlyRelated(open) {
		all = open
	}
	if !in.person {
		return all, relations
	}
	show := d.rules.Scope(who, access.ShowIdentity, "file")
	if access.OnlyRelated(show) {
		shown := access.RelationsOf(show)
		if all != nil {
			return nil, shown
		}
		return nil, slices.DeleteFunc(relations, func(r string) bool { return !slices.Contains(shown, r) })
	}
	if all != nil {
		all = access.And{all, show}
	}
	return all, relations
}

// besides are the conditions as the index has them, so that only files which may fit
// are folded. They let too many through for who does not see the situation: what
// the file says is asked again.
func (d *Desk) besides(in searched) (out []store.Beside) {
	files := func(column string, value any) {
		out = append(out, store.Beside{Table: "files", Where: []store.Filter{store.Where(column, store.Is, value)}})
	}
	if in.Region != "" {
		files("region", in.Region)
	}
	if in.Step != "" {
		out = append(out, store.Beside{Table: "steps", Where: []store.Filter{store.Where("step", store.Is, in.Step)}})
	}
	switch in.State {
	case "":
	case "child", "frozen":
		files(in.State, true)
	default:
		out = append(out, store.Beside{Table: "steps", Where: dueIn(in.State, d.now())})
	}
	return out
}

// relationsThatOpen are the relations by which a rule opens files to this worker.
func (d *Desk) relationsThatOpen(who access.Who) []string {
	return access.RelationsOf(d.rules.Scope(who, access.OpenFile, "file"))
}

// openable folds files and keeps those that this worker may open and that fit what
// was asked, in the order they came. This is the same judgment as the file's page.
func (d *Desk) openable(ctx context.Context, who access.Who, in searched, files []id.File) ([]*casework.File, error) {
	refs := make([]casework.Ref, len(files))
	for i, f := range files {
		refs[i] = fileRef(f)
	}
	l, err := d.deps.Store.View(ctx, refs...)
	if err != nil {
		return nil, err
	}
	var out []*casework.File
	for _, file := range files {
		f := fileOf(l, file)
		if _, err := d.may(who, access.OpenFile, f); err == nil && d.fits(who, f, in) {
			out = append(out, f)
		}
	}
	return out, nil
}

// fits says whether a file that may be opened is one that was asked for. Which
// steps are open in it, and how late they are, only who sees the situation may ask.
func (d *Desk) fits(who access.Who, f *casework.File, in searched) bool {
	if in.Region != "" && f.Region != in.Region || in.Relation != "" && !slices.Contains(relations(who, f), in.Relation) {
		return false
	}
	if in.person {
		if _, err := d.mayShow(who, f, "identity"); err != nil {
			return false
		}
	}
	switch in.State {
	case "":
	case "frozen":
		if !f.Frozen {
			return false
		}
	case "child":
		if !f.Child() {
			return false
		}
	default:
		if !slices.ContainsFunc(d.stepsDue(who, f), func(s FoundStep) bool { return s.State == in.State }) {
			return false
		}
	}
	return in.Step == "" || slices.ContainsFunc(d.stepsDue(who, f), func(s FoundStep) bool { return s.Step == in.Step })
}

// stepsDue are the steps that somebody owes this person now, as far as this worker
// may know: all to who sees the situation, else those of the worker's own kind.
func (d *Desk) stepsDue(who access.Who, f *casework.File) (out []FoundStep) {
	sees, at := d.inGroup(who, f, "situation"), d.now()
	for _, due := range f.Due {
		if sees || isOurs(who, due.By) {
			out = append(out, FoundStep{Step: due.Step, Due: due.Due, State: dueState(due.Due, at)})
		}
	}
	return out
}

func (d *Desk) foundLines(who access.Who, files []*casework.File, why ...string) (out []FoundFile) {
	for _, f := range files {
		out = append(out, FoundFile{Subject: subject(f), Opened: f.Opened, Frozen: f.Frozen, Steps: d.stepsDue(who, f), Why: why})
	}
	return out
}

// regionsOf are the places that a worker may ask for.
func (d *Desk) regionsOf(who access.Who) (out []string) {
	for _, r := range d.pack().Regions {
		if inForce(r.Dates, d.now()) {
			out = append(out, r.ID)
		}
	}
	return out
}

// openSteps are the steps that may wait in somebody's list, by today's law.
func (d *Desk) openSteps() (out []string) {
	for i := range d.pack().Spec.Steps {
		s := &d.pack().Spec.Steps[i]
		h := d.pack().HandlingOf(s.ID)
		if inForce(s.Dates, d.now()) && (h != nil && h.Waits || d.pack().IsDecision(s)) && !slices.Contains(out, s.ID) {
			out = append(out, s.ID)
		}
	}
	slices.Sort(out)
	return out
}
