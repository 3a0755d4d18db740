package desk

import (
	"context"
	"slices"
	"sync"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/store"
	"pana/internal/withheld"
)

// Which edition of the pack runs decides who may read what. A node's folder offers one;
// one administrator moves it, another looks at what it changes and seconds it, and only
// then is it adopted (docs/decisions/0035).

// Editions are the packs as wholes: the one that runs, the one in this node's folder, and
// those that are kept.
type Editions interface {
	Running() casework.Edition
	Offered(now time.Time) (OfferedPack, error)
	// Keep puts the folder's edition where every node finds it.
	Keep(ctx context.Context, bytes string, at time.Time) error
	// Of is an edition of the folder or one that was kept.
	Of(ctx context.Context, bytes string) (casework.Laws, error)
	// Lint is everything that is wrong with it, or looks wrong.
	Lint(ctx context.Context, bytes string) ([]pack.Problem, error)
}

// OfferedPack is what a folder holds. Without Laws it is what runs, or does not load.
type OfferedPack struct {
	casework.Edition
	Laws     casework.Laws
	Problems []string // why it does not load
}

// PackChange is what an edition changes against the one that runs.
type PackChange struct {
	casework.Edition
	More, Less []GrantLine // who may do more than before, and less
	Other      []GrantLine // under another condition: which is wider only the record knows
	Law        []pack.Difference
	OtherDays  bool // the law of another day differs too
	Parts      []string
	New        []pack.Problem // warnings that the edition brings
	Warnings   []pack.Problem // those that what runs has too
	Errors     []pack.Problem // it cannot be moved
	LockedOut  bool           // under it nobody could adopt the next: it cannot be moved
	newer      *pack.Pack
	laws       casework.Laws
}

// GrantLine is a grant with what its rule says of itself.
type GrantLine struct {
	access.Grant
	Basis []pack.Basis
}

// Refused says that an edition cannot be moved.
func (c PackChange) Refused() bool { return len(c.Errors) > 0 || c.LockedOut }

// ToBeLookedAt says that somebody may do more under it, or perhaps more.
func (c PackChange) ToBeLookedAt() bool { return len(c.More)+len(c.Other) > 0 }

// Newer is the edition's own pack, whose words name what it adds.
func (c PackChange) Newer() *pack.Pack { return c.newer }

// AdoptionView is the page of editions.
type AdoptionView struct {
	Key      string
	Running  casework.Edition
	Adopted  *casework.Adoption // nil: nobody keeps account
	Moved    string             // logins of who moved and who seconded it
	Seconded string
	Restart  bool     // another edition was adopted than this node runs
	Broken   []string // the folder's pack does not load
	Change   *PackChange
	Waits    *AdoptionMotion // what Change is proposed by; nil: it is only in the folder
	Seconds  int             // who could second it
	Effect   PackEffect      // what Change does to guarantees and running files, as far as it was found
}

// AdoptionMotion is an edition that waits for a second.
type AdoptionMotion struct {
	ID        id.Motion
	By        string
	At, Until time.Time
	Mine      bool
	First     bool // by another login of the reader's: somebody else decides
	Here      bool // this node's folder holds the same
	stale     bool
}

// Stale says that another edition was adopted since it was proposed.
func (m AdoptionMotion) Stale() bool { return m.stale }

// AdoptionInput moves an edition, or decides on one that was moved.
type AdoptionInput struct {
	Key     string
	Do      string // propose, confirm, refuse, withdraw
	Edition string // bytes of what was on the page
	Motion  id.Motion
	Looked  bool // at who may do more
	Why     withheld.Text
}

// Codes of an edition that is not moved.
const (
	CodeAdoptionGone   = "adoption.gone"   // the folder holds another than what was on the page
	CodeAdoptionUnread = "adoption.unread" // it cannot be read by this program
	CodeAdoptionLint   = "adoption.lint"   // it has errors, or would lock everybody out
	CodeAdoptionWaits  = "adoption.waits"  // another waits for a second already
)

// adopting keeps what was found of editions: what runs does not change while a desk lives.
type adopting struct {
	mu    sync.Mutex
	found map[string]*PackChange
}

// Adoption is how things stand.
func (d *Desk) Adoption(ctx context.Context, who access.Who) (AdoptionView, error) {
	if err := d.mayDo(who, access.AdoptPack, "law"); err != nil {
		return AdoptionView{}, err
	}
	at := d.now()
	out := AdoptionView{Key: string(id.New[id.Event](at))}
	if d.deps.Editions == nil {
		return out, nil
	}
	out.Running = d.deps.Editions.Running()
	offered, err := d.deps.Editions.Offered(at)
	if err != nil {
		return out, fault.At("the folder's pack", err)
	}
	out.Broken = offered.Problems
	if out.Adopted, err = d.adoption(ctx); err != nil {
		return out, err
	}
	motion, err := d.adoptionMotion(ctx, at)
	if err != nil {
		return out, err
	}
	var named []*casework.Motion
	var people casework.People
	if motion != nil {
		named = append(named, motion)
		if people, err = d.people(ctx); err != nil {
			return out, err
		}
	}
	if out.Adopted != nil {
		named = append(named, &casework.Motion{By: out.Adopted.From, EndedBy: out.Adopted.By})
	}
	logins, err := d.loginsOf(ctx, named)
	if err != nil {
		return out, err
	}
	if a := out.Adopted; a != nil {
		out.Restart = !a.Edition.Is(out.Running)
		out.Moved, out.Seconded = logins[a.From], logins[a.By]
	}
	bytes := ""
	switch {
	case motion != nil:
		bytes = motion.Adopts.Edition.Bytes
		out.Waits = &AdoptionMotion{
			ID: motion.ID, By: logins[motion.By], At: motion.At, Until: motion.Until, Mine: motion.By == who.Worker,
			First: motion.By != who.Worker && people.Same(who.Worker, motion.By),
			Here:  offered.Laws != nil && offered.Bytes == bytes, stale: out.Adopted != nil && motion.Adopts.Was != out.Adopted.Edition.Bytes,
		}
	case offered.Laws != nil && (out.Adopted == nil || !out.Adopted.Edition.Is(offered.Edition)):
		bytes = offered.Bytes
	}
	if bytes == "" {
		return out, nil
	}
	if out.Change, err = d.packChange(ctx, bytes, at); err != nil {
		return out, err
	}
	if !out.Change.Refused() {
		out.Effect = d.effects.of(bytes, out.Change.laws)
	}
	out.Seconds, err = d.countSeconds(ctx, who, "", func(w access.Who) bool { return d.mayDo(w, access.AdoptPack, "law") == nil })
	return out, err
}

func (d *Desk) adoption(ctx context.Context) (*casework.Adoption, error) {
	l, err := d.deps.Store.View(ctx, casework.AdoptionRef())
	if err != nil {
		return nil, fault.At("which pack was adopted", err)
	}
	return store.As[*casework.Adoption](l, casework.AdoptionRef()), nil
}

// adoptionMotion is the edition that waits for a second, or nil.
func (d *Desk) adoptionMotion(ctx context.Context, at time.Time) (*casework.Motion, error) {
	all, err := folded[*casework.Motion](ctx, d, casework.MotionsTable, store.Query{
		Scope: everything, Where: []store.Filter{store.Where("act", store.Is, casework.MotionAdopt), store.Where("ended", store.Is, "")},
		Sort: []store.Order{{Column: "at", Down: true}}, Limit: mostMotions, NoTotal: true,
	})
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(m *casework.Motion) bool { return m.State(at) == casework.MotionWaits && m.Adopts != nil })
	if i < 0 {
		return nil, nil
	}
	return all[i], nil
}

// packChange compares an edition with the one that runs, once.
func (d *Desk) packChange(ctx context.Context, bytes string, at time.Time) (*PackChange, error) {
	d.adopting.mu.Lock()
	defer d.adopting.mu.Unlock()
	if c := d.adopting.found[bytes]; c != nil {
		return c, nil
	}
	newer, err := d.deps.Editions.Of(ctx, bytes)
	if err != nil {
		return nil, fault.At("edition", err)
	}
	problems, err := d.deps.Editions.Lint(ctx, bytes)
	if err != nil {
		return nil, fault.At("lint the edition", err)
	}
	was, is := d.pack(), newer.Pack()
	c := &PackChange{Edition: casework.Edition{Digest: is.Digest(), Bytes: bytes, Pack: is.Head.ID, Version: is.Head.Version}, newer: is, laws: newer}
	had, err := d.deps.Editions.Lint(ctx, d.deps.Editions.Running().Bytes)
	if err != nil {
		d.deps.Log.Warn("the running edition was not linted: every warning counts as new", "code", fault.Of(err).Code)
	}
	for _, p := range problems {
		switch {
		case !p.Warning:
			c.Errors = append(c.Errors, p)
		case slices.ContainsFunc(had, func(old pack.Problem) bool { return old.Code == p.Code && old.What == p.What }): // it may stand on another line
			c.Warnings = append(c.Warnings, p)
		default:
			c.New = append(c.New, p)
		}
	}
	_, broken := access.Compile(is.Rules)
	for _, b := range broken {
		c.Errors = append(c.Errors, pack.Problem{Pos: b.Pos, Code: "access", What: b.What, Mend: b.Mend})
	}
	more, less, other := access.Compare(was, is)
	c.More, c.Less, c.Other = saidBy(is, more), saidBy(was, less), saidBy(is, other)
	c.Law, c.OtherDays, c.Parts = was.DiffWith(is, is.DayOf(at)), was.OtherDays(is), was.PartsThatDiffer(is)
	c.LockedOut = !couldAdopt(is)
	if len(c.Errors) == 0 {
		snap, err := newer.On(at)
		if err != nil {
			return nil, fault.At("law of the edition", err)
		}
		c.Edition.Law = snap.Law
	}
	if d.adopting.found == nil {
		d.adopting.found = map[string]*PackChange{}
	}
	d.adopting.found[bytes] = c
	return c, nil
}

func saidBy(p *pack.Pack, grants []access.Grant) []GrantLine {
	var out []GrantLine
	for _, g := range grants {
		line := GrantLine{Grant: g}
		if i := slices.IndexFunc(p.Rules, func(r pack.Rule) bool { return r.ID == g.Rule }); i >= 0 {
			line.Basis = p.Rules[i].Basis
		}
		out = append(out, line)
	}
	return out
}

// couldAdopt says whether some role of a pack could adopt the next edition. One under
// which nobody can would stay for ever.
func couldAdopt(p *pack.Pack) bool {
	rules, _ := access.Compile(p.Rules)
	for _, k := range p.BodyKinds {
		for _, role := range k.Roles {
			who := access.Who{Worker: "w", Body: "b", BodyKind: k.ID, Role: role, Compartment: k.Compartment, Powers: k.Can, Region: "r"}
			if rules.Decide(who, access.AdoptPack, access.Thing{Kind: "law"}).Allowed {
				return true
			}
		}
	}
	return false
}

// DecideAdoption moves an edition, seconds it, refuses it or takes it back.
func (d *Desk) DecideAdoption(ctx context.Context, who access.Who, in AdoptionInput) (casework.Receipt, error) {
	if err := d.mayDo(who, access.AdoptPack, "law"); err != nil {
		return casework.Receipt{}, err
	}
	if d.deps.Editions == nil {
		return casework.Receipt{}, fault.New(fault.Conflict, CodeAdoptionGone)
	}
	if in.Do == "propose" {
		return d.moveEdition(ctx, who, in)
	}
	l, err := d.deps.Store.View(ctx, motionRef(in.Motion))
	if err != nil {
		return casework.Receipt{}, err
	}
	o := store.As[*casework.Motion](l, motionRef(in.Motion))
	if o == nil || o.Adopts == nil {
		return casework.Receipt{}, fault.Withheld("motion")
	}
	if in.Do == "confirm" {
		if o.Adopts.Edition.Bytes != in.Edition {
			return casework.Receipt{}, fault.New(fault.Conflict, CodeAdoptionGone)
		}
		if err := d.lookedAt(ctx, in); err != nil {
			return casework.Receipt{}, err
		}
	}
	return d.change(ctx, who, in.Key, in, d.now(), []casework.Ref{motionRef(o.ID), casework.AdoptionRef()}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		o := store.As[*casework.Motion](l, motionRef(in.Motion))
		switch in.Do {
		case "refuse":
			return casework.RefuseMotion(o, in.Why, m)
		case "withdraw":
			return casework.WithdrawMotion(o, m)
		case "confirm":
			return casework.SecondAdoption(o, store.As[*casework.Adoption](l, casework.AdoptionRef()), m)
		}
		return casework.Decision{}, fault.New(fault.Invalid, "form.malformed")
	})
}

// moveEdition proposes what this node's folder holds.
func (d *Desk) moveEdition(ctx context.Context, who access.Who, in AdoptionInput) (casework.Receipt, error) {
	at := d.now()
	offered, err := d.deps.Editions.Offered(at)
	if err != nil {
		return casework.Receipt{}, fault.At("the folder's pack", err)
	}
	if offered.Laws == nil || offered.Bytes != in.Edition {
		return casework.Receipt{}, fault.New(fault.Conflict, CodeAdoptionGone)
	}
	if err := d.lookedAt(ctx, in); err != nil {
		return casework.Receipt{}, err
	}
	waits, err := d.adoptionMotion(ctx, at)
	switch {
	case err != nil:
		return casework.Receipt{}, err
	case waits != nil:
		return casework.Receipt{}, fault.New(fault.Conflict, CodeAdoptionWaits)
	}
	if err := d.deps.Editions.Keep(ctx, offered.Bytes, at); err != nil {
		return casework.Receipt{}, fault.At("keep the edition", err)
	}
	motion := id.New[id.Motion](at)
	return d.change(ctx, who, in.Key, in, at, []casework.Ref{motionRef(motion), casework.AdoptionRef()}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		made := casework.MotionMade{Act: casework.MotionAdopt, Body: who.Body, Adopts: &casework.PackProposed{Edition: offered.Edition}}
		if a := store.As[*casework.Adoption](l, casework.AdoptionRef()); a != nil {
			made.Adopts.Was = a.Edition.Bytes
		}
		return casework.MakeMotion(motion, made, m), nil
	})
}

// lookedAt holds that what is moved or seconded has no errors, leaves somebody who could
// adopt the next, and that who may do more under it was looked at.
func (d *Desk) lookedAt(ctx context.Context, in AdoptionInput) error {
	c, err := d.packChange(ctx, in.Edition, d.now())
	switch {
	case err != nil:
		return err
	case c.Refused():
		return fault.New(fault.Conflict, CodeAdoptionLint)
	case c.ToBeLookedAt() && !in.Looked:
		return fault.Form(fault.Field{Name: "adopt_looked", Code: "field.adopt_looked"})
	}
	return nil
}
