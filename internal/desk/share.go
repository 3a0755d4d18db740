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
	"pana/internal/store"
	"pana/internal/withheld"
)

// Who has the docket of a body may give what waits there to its workers: one by
// one, several at once, or shared out fairly, which is shown before it is done. Each
// step is an act of its own with a receipt of its own; what cannot be given is named
// with the reason, and the others are given. Who else works there sees only what is
// given to her, and that a colleague has the rest.

// sharedAtOnce is how many steps one form gives.
const sharedAtOnce = 100

const (
	codeShareNothing = "work.nothing"
	codeShareMany    = "work.many"
	codeShareNobody  = "work.nobody"
)

// Holder is who of the body has a step. Worker and Name are for who shares out.
type Holder struct {
	Worker id.Worker
	Name   string
	State  string // "": nobody; mine, colleague, back: it was given back
}

// Load is a worker of the body with what she has.
type Load struct {
	Colleague
	Has, Overdue int
	Away         time.Time // until when, of who is away now
}

// Piece is one step of one person, and who had it as the page showed it.
type Piece struct {
	File id.File
	Step string
	Held id.Worker
}

// Give gives a step to somebody; To "" takes it back.
type Give struct {
	Piece
	To id.Worker
}

// GiveInput is what a form gives, or takes back.
type GiveInput struct {
	Key   string
	How   string
	Note  withheld.Text
	Gives []Give
}

// GiveDone is what became of one step: a receipt, or why it stands as it stood.
type GiveDone struct {
	File    id.File
	Number  string
	Step    string
	To      string
	Receipt casework.Receipt
	Refused *fault.Error
}

// Sharing is who would get what, before anything is done.
type Sharing struct {
	Lines []ShareLine
	Staff []ShareLoad
}

// ShareLine is one step with who would get it; without, with why nobody can.
type ShareLine struct {
	Piece
	Subject Subject
	Waiting time.Duration
	From    string
	To      Colleague
	Nobody  string // code
}

// ShareLoad is what a worker would come to have.
type ShareLoad struct {
	Colleague
	Has, Gets int
}

// Then is how many she would have.
func (l ShareLoad) Then() int { return l.Has + l.Gets }

// shares says whether a worker gives the work of the body's docket to others.
func (d *Desk) shares(who access.Who) bool { return d.allowed(who, access.ShareWork, "work") }

// docketBy are those whose steps stand in a docket: of who shares it out, the steps
// of every role of the kind.
func (d *Desk) docketBy(who access.Who) []any {
	kind := d.pack().BodyKind(who.BodyKind)
	if kind == nil || !d.shares(who) {
		return takenBy(who)
	}
	out := []any{who.BodyKind}
	for _, role := range kind.Roles {
		out = append(out, who.BodyKind+":"+role)
	}
	return out
}

// heldBy leaves of a list of steps those that this worker has, or that nobody of
// the body has.
func heldBy(who access.Who, whose string) []store.Beside {
	given := store.Beside{Table: casework.GivenTable, Same: []string{"step"}, Where: []store.Filter{store.Where("body_id", store.Is, string(who.Body))}}
	switch whose {
	case "mine":
		given.Where = append(given.Where, store.Where("worker", store.Is, string(who.Worker)))
	case "nobody":
		given.Where, given.None = append(given.Where, store.Where("worker", store.Isnt, "")), true
	case "colleague":
		given.Where = append(given.Where, store.Where("worker", store.Isnt, ""), store.Where("worker", store.Isnt, string(who.Worker)))
	default:
		return nil
	}
	return []store.Beside{given}
}

// holders say of lines of a docket who of the body has them.
func (d *Desk) holders(ctx context.Context, who access.Who, lines []DocketLine, staff []*casework.Account) error {
	refs := make([]casework.Ref, len(lines))
	for i, l := range lines {
		refs[i] = fileRef(l.Subject.File)
	}
	rows, err := d.deps.Store.Rows(ctx, store.RowsOf{Table: casework.GivenTable, Refs: refs})
	if err != nil {
		return fault.At("who has what", err)
	}
	for i := range lines {
		for _, r := range rows.Of(casework.GivenTable, refs[i]) {
			if r.Text("body_id") == string(who.Body) && r.Text("step") == lines[i].Step {
				lines[i].Held = holder(who, id.Worker(r.Text("worker")), staff)
			}
		}
	}
	return nil
}

// holder is somebody as this worker may know of her: staff is empty for who does
// not share out.
func holder(who access.Who, worker id.Worker, staff []*casework.Account) Holder {
	out := Holder{State: "colleague"}
	switch worker {
	case "":
		out.State = "back"
	case who.Worker:
		out.State = "mine"
	}
	for _, a := range staff {
		if a.ID == worker {
			out.Worker, out.Name = a.ID, colleague(a).Name
		}
	}
	return out
}

// loads is how many steps each worker of the body has that are owed now.
func (d *Desk) loads(ctx context.Context, who access.Who, staff []*casework.Account, at time.Time) ([]Load, error) {
	page, err := d.deps.Store.List(ctx, casework.GivenTable, store.Query{
		Scope: everything, Where: []store.Filter{store.Where("body_id", store.Is, string(who.Body)), store.Where("worker", store.Isnt, "")},
		Limit: maxBodies, NoTotal: true,
	})
	if err != nil {
		return nil, fault.At("loads", err)
	}
	out := make([]Load, len(staff))
	for i, a := range staff {
		out[i].Colleague = colleague(a)
		if line := awayLine(a, at); line.Now {
			out[i].Away = line.Until
		}
		for _, r := range page.Rows {
			if r.Text("worker") != string(a.ID) {
				continue
			}
			if out[i].Has++; dueState(r.Time("due_at"), at) == "overdue" {
				out[i].Overdue++
			}
		}
	}
	return out, nil
}

// GiveWork gives each step to whom it says, or takes it back.
func (d *Desk) GiveWork(ctx context.Context, who access.Who, in GiveInput) ([]GiveDone, error) {
	if err := d.mayDo(who, access.ShareWork, "work"); err != nil {
		return nil, err
	}
	if err := enough(len(in.Gives)); err != nil {
		return nil, err
	}
	if err := fault.Form(tooLong("hand_note", in.Note, maxLine)...); err != nil {
		return nil, err
	}
	staff, err := d.staff(ctx, who)
	if err != nil {
		return nil, err
	}
	out := make([]GiveDone, len(in.Gives))
	for i, g := range in.Gives {
		out[i] = GiveDone{File: g.File, Number: id.Number(g.File), Step: g.Step, To: holder(who, g.To, staff).Name}
		receipt, err := d.give(ctx, who, in, g)
		if err != nil && fault.Of(err).Kind == fault.Internal {
			return nil, err
		}
		if out[i].Receipt = receipt; err != nil {
			out[i].Refused = fault.Of(err)
		}
	}
	return out, nil
}

func enough(n int) error {
	switch {
	case n == 0:
		return fault.New(fault.Invalid, codeShareNothing)
	case n > sharedAtOnce:
		return fault.New(fault.Invalid, codeShareMany, "max", itoa(sharedAtOnce))
	}
	return nil
}

func (d *Desk) give(ctx context.Context, who access.Who, in GiveInput, g Give) (casework.Receipt, error) {
	refs := []casework.Ref{fileRef(g.File)}
	if g.To != "" {
		refs = append(refs, accountRef(g.To))
	}
	key := in.Key + "/" + string(g.File) + "/" + g.Step
	sent := struct {
		Give
		How  string
		Note withheld.Text
	}{g, in.How, in.Note}
	return d.change(ctx, who, key, sent, d.now(), refs, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		f := fileOf(l, g.File)
		if !d.onDocket(who, f, g.Step) {
			return casework.Decision{}, fault.Withheld("not of this body's docket")
		}
		if g.To == "" {
			return casework.TakeBackWork(f, g.Step, g.Held, m)
		}
		a := store.As[*casework.Account](l, accountRef(g.To))
		out, err := casework.GiveWork(f, casework.GiveInput{Step: g.Step, To: a, Held: g.Held, How: in.How, Note: in.Note}, m)
		if err != nil {
			return out, err
		}
		if _, err := d.may(asColleague(who, a), access.TakeStep, f); err != nil {
			return casework.Decision{}, fault.New(fault.Invalid, casework.CodeWorkNotAble, "step", g.Step)
		}
		return out, nil
	})
}

// asColleague is another worker of the same body, as access knows her.
func asColleague(who access.Who, a *casework.Account) access.Who {
	who.Worker, who.Role = a.ID, a.Role
	return who
}

// onDocket says whether somebody of the body may take steps in a file, or has this
// one: of any other file who shares out learns nothing.
func (d *Desk) onDocket(who access.Who, f *casework.File, step string) bool {
	if f == nil {
		return false
	}
	if _, given := f.GivenAt(step, who.Body); given {
		return true
	}
	kind := d.pack().BodyKind(who.BodyKind)
	return kind != nil && slices.ContainsFunc(kind.Roles, func(role string) bool {
		as := who
		as.Role = role
		_, err := d.may(as, access.TakeStep, f)
		return err == nil
	})
}

// ShareOut shows how the steps chosen would be shared out fairly, or, with none
// chosen, those that nobody has and that have waited longest. Nothing is done.
func (d *Desk) ShareOut(ctx context.Context, who access.Who, pieces []Piece) (Sharing, error) {
	if err := d.mayDo(who, access.ShareWork, "work"); err != nil {
		return Sharing{}, err
	}
	var err error
	if len(pieces) == 0 {
		if pieces, err = d.waitsForNobody(ctx, who); err != nil {
			return Sharing{}, err
		}
	}
	if err := enough(len(pieces)); err != nil {
		return Sharing{}, err
	}
	staff, err := d.staff(ctx, who)
	if err != nil {
		return Sharing{}, err
	}
	loads, err := d.loads(ctx, who, staff, d.now())
	if err != nil {
		return Sharing{}, err
	}
	files, err := d.piecesFiles(ctx, pieces)
	if err != nil {
		return Sharing{}, err
	}
	m, err := d.momentOf(ctx, who, d.now())
	if err != nil {
		return Sharing{}, err
	}
	return d.shareOut(who, pieces, files, staff, loads, m), nil
}

// waitsForNobody are the first of the docket that nobody has.
func (d *Desk) waitsForNobody(ctx context.Context, who access.Who) ([]Piece, error) {
	parts, sort := d.docketParts(who, DocketFilter{Whose: "nobody", Sort: "since"})
	rows, _, err := d.owedPage(ctx, parts, sort, sharedAtOnce, "")
	if err != nil {
		return nil, fault.At("waits for nobody", err)
	}
	var out []Piece
	for _, r := range rows {
		out = append(out, Piece{File: id.File(r.Text("file_id")), Step: r.Text("step")})
	}
	return out, nil
}

func (d *Desk) piecesFiles(ctx context.Context, pieces []Piece) (map[id.File]*casework.File, error) {
	var refs []casework.Ref
	for _, p := range pieces {
		if ref := fileRef(p.File); !slices.Contains(refs, ref) {
			refs = append(refs, ref)
		}
	}
	l, err := d.deps.Store.View(ctx, refs...)
	if err != nil {
		return nil, fault.At("files to share out", err)
	}
	out := map[id.File]*casework.File{}
	for _, ref := range refs {
		out[id.File(ref.ID)] = fileOf(l, id.File(ref.ID))
	}
	return out, nil
}

// shareOut asks of each step who may take it, and shares them out.
func (d *Desk) shareOut(who access.Who, pieces []Piece, files map[id.File]*casework.File, staff []*casework.Account, loads []Load, m casework.Moment) Sharing {
	at := m.At
	var out Sharing
	var steps []casework.ToShare
	for _, p := range pieces {
		f := files[p.File]
		if !d.onDocket(who, f, p.Step) {
			continue // as if there were no such file
		}
		due := dueOf(f, p.Step)
		held, _ := f.GivenAt(p.Step, who.Body)
		p.Held = held.Worker
		out.Lines = append(out.Lines, ShareLine{Piece: p, Subject: docketSubject(f), Waiting: at.Sub(due.Since), From: holder(who, held.Worker, staff).Name})
		steps = append(steps, casework.ToShare{File: p.File, Step: p.Step, Since: due.Since, Able: d.able(who, f, p.Step, staff, m)})
	}
	order, has := make([]id.Worker, len(staff)), map[id.Worker]int{}
	for i, l := range loads {
		order[i], has[l.Worker] = l.Worker, l.Has
		out.Staff = append(out.Staff, ShareLoad{Colleague: l.Colleague, Has: l.Has})
	}
	for i, to := range casework.ShareOut(steps, order, freed(has, steps, out.Lines)) {
		if to == "" {
			out.Lines[i].Nobody = codeShareNobody
			continue
		}
		s := slices.IndexFunc(out.Staff, func(l ShareLoad) bool { return l.Worker == to })
		out.Lines[i].To = out.Staff[s].Colleague
		out.Staff[s].Gets++
	}
	for _, l := range out.Lines { // what she gives up she has no more
		if s := slices.IndexFunc(out.Staff, func(s ShareLoad) bool { return s.Worker == l.Held && l.Nobody == "" }); s >= 0 {
			out.Staff[s].Gets--
		}
	}
	out.Staff = slices.DeleteFunc(out.Staff, func(l ShareLoad) bool {
		return l.Has == 0 && !slices.ContainsFunc(steps, func(s casework.ToShare) bool { return slices.Contains(s.Able, l.Worker) })
	})
	return out
}

// freed are the loads without what is shared out anew.
func freed(has map[id.Worker]int, steps []casework.ToShare, lines []ShareLine) map[id.Worker]int {
	for i := range steps {
		if held := lines[i].Held; held != "" && len(steps[i].Able) > 0 {
			has[held]--
		}
	}
	return has
}

// docketSubject is a person as a docket's row has her: who shares out the work need
// not be one who opens the file.
func docketSubject(f *casework.File) Subject {
	out := subject(f)
	out.Age = 0
	return out
}

func dueOf(f *casework.File, step string) casework.DueStep {
	i := slices.IndexFunc(f.Due, func(d casework.DueStep) bool { return d.Step == step })
	if i < 0 {
		return casework.DueStep{}
	}
	return f.Due[i]
}

// able are those of the body who may take a step that is owed: by role, not kept
// apart from it, with a door to the file, and there, now and when it is owed.
func (d *Desk) able(who access.Who, f *casework.File, step string, staff []*casework.Account, m casework.Moment) (out []id.Worker) {
	at := m.At
	s := d.stepOn(step, at)
	if s == nil || dueOf(f, step).Step == "" {
		return nil
	}
	for _, a := range staff {
		_, err := d.may(asColleague(who, a), access.TakeStep, f)
		away := a.IsAway(at) || a.IsAway(dueOf(f, step).Due)
		if err == nil && !away && casework.MayDecide(f, s, a, m) {
			out = append(out, a.ID)
		}
	}
	return out
}

// ParsePiece reads a step as a form's box sends it; String writes it.
func ParsePiece(s string) (Piece, bool) {
	parts := strings.SplitN(s, "/", 3)
	if len(parts) != 3 {
		return Piece{}, false
	}
	file, ok := id.Parse[id.File](parts[0])
	return Piece{file, parts[1], id.Worker(parts[2])}, ok && parts[1] != ""
}

func (p Piece) String() string { return string(p.File) + "/" + p.Step + "/" + string(p.Held) }

// ParseGive reads a step with who gets it, as the form of a plan sends it: a Piece
// and the worker behind it.
func ParseGive(s string) (Give, bool) {
	i := strings.LastIndexByte(s, '/')
	if i < 0 {
		return Give{}, false
	}
	piece, ok := ParsePiece(s[:i])
	to, known := id.Parse[id.Worker](s[i+1:])
	return Give{piece, to}, ok && known
}

// Staff are the workers of the body with what they have, for who shares it out.
func (d *Desk) Staff(ctx context.Context, who access.Who) ([]Load, error) {
	if err := d.mayDo(who, access.ShareWork, "work"); err != nil {
		return nil, err
	}
	staff, err := d.staff(ctx, who)
	if err != nil {
		return nil, err
	}
	return d.loads(ctx, who, staff, d.now())
}
