package desk

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/procedure"
	"pana/internal/store"
	"pana/internal/withheld"
)

// Kin: who belongs to whom. A relation is seen by those who may open both files,
// and from a side only when that side leads to the other. What is not seen is not
// counted, not hinted at and not refused otherwise than what there is not.

// KinLine is one relation as this worker sees it.
type KinLine struct {
	Subject Subject // the other person
	Kind    string
	State   string
	Since   time.Time
	Changed time.Time
	Reason  string
	There   bool // the other's file leads back here
	Reads   []Change
}

// KinStep is a step of the person's by which the law makes a relation.
type KinStep struct {
	Kind  string
	Offer StepOffer
	Taken time.Time // zero: not taken
}

// Family is the page of who belongs to a person.
type Family struct {
	File    id.File
	Subject Subject
	Lines   []KinLine
	Hidden  bool // nobody's file leads to this person
	Placed  bool // nor may it while somebody's house has her
	Steps   []KinStep
	Key     string
	Kinds   []string
	New     id.File // for a person without a file
	Says    bool    // this worker records relations
}

// KinInput says what another is to the file's person: one with a file, by its
// number, or one without, who gets one.
type KinInput struct {
	Key        string
	File       id.File
	Kind       string
	Seen       string // both, here, there
	Other      string
	New        id.File
	CallName   withheld.Text
	Sex        string
	Age        string
	AgeKnown   string
	Consent    string
	OccurredAt string
}

// KinChange ends, contests or restores a relation, or says from which side it is seen.
type KinChange struct {
	Key    string
	File   id.File
	Other  id.File
	Kind   string
	State  string
	Reason string
	Seen   string
}

// From which side a relation is seen. Here: whoever opens this file is led to the
// other. There: whoever opens the other's is led here.
const (
	SeenBoth  = "both"
	SeenHere  = "here"
	SeenThere = "there"
	SeenNone  = "none"
)

func shownBy(seen string) (here, there bool) {
	return seen == SeenBoth || seen == SeenHere, seen == SeenBoth || seen == SeenThere
}

// kin are the relations of a file that this worker may see, with the other files.
func (d *Desk) kin(ctx context.Context, who access.Who, f *casework.File) ([]casework.Kin, map[id.File]*casework.File, error) {
	if len(f.Kin) == 0 {
		return nil, nil, nil
	}
	if _, err := d.may(who, access.SeeKin, f); err != nil {
		return nil, nil, nil
	}
	refs := make([]casework.Ref, 0, len(f.Kin))
	for _, k := range f.Kin {
		if ref := fileRef(k.Other); !slices.Contains(refs, ref) {
			refs = append(refs, ref)
		}
	}
	l, err := d.deps.Store.View(ctx, refs...)
	if err != nil {
		return nil, nil, fault.At("view relatives", err)
	}
	others := map[id.File]*casework.File{}
	var out []casework.Kin
	for _, k := range f.Kin {
		other := fileOf(l, k.Other)
		if other == nil || !k.LeadsTo(other, who.Body) || !d.seesBoth(who, f, other) {
			continue
		}
		out, others[k.Other] = append(out, k), other
	}
	return out, others, nil
}

// seesBoth says whether a worker may open both files and see their relations.
func (d *Desk) seesBoth(who access.Who, files ...*casework.File) bool {
	for _, f := range files {
		for _, act := range []string{access.OpenFile, access.SeeKin} {
			if _, err := d.may(who, act, f); err != nil {
				return false
			}
		}
	}
	return true
}

// Family shows who belongs to a person, and what this worker may record of it.
func (d *Desk) Family(ctx context.Context, who access.Who, file id.File) (Family, error) {
	f, err := d.view(ctx, file)
	if err != nil {
		return Family{}, err
	}
	if !d.seesBoth(who, f) {
		return Family{}, fault.Withheld("no such file")
	}
	at := d.now()
	out := Family{File: f.ID, Subject: subject(f), Hidden: f.Hidden, Placed: f.Place != nil, Key: string(id.New[id.Event](at)), New: id.New[id.File](at)}
	if _, err := d.may(who, access.SayKin, f); err == nil && !f.Frozen {
		out.Says = true
		for _, k := range d.pack().Kin {
			out.Kinds = append(out.Kinds, k.ID)
		}
	}
	if out.Lines, err = d.kinLines(ctx, who, f); err != nil {
		return Family{}, err
	}
	if d.inGroup(who, f, "situation") {
		if out.Steps, err = d.kinSteps(ctx, who, f); err != nil {
			return Family{}, err
		}
	}
	return out, nil
}

func (d *Desk) kinLines(ctx context.Context, who access.Who, f *casework.File) ([]KinLine, error) {
	kin, others, err := d.kin(ctx, who, f)
	if err != nil {
		return nil, err
	}
	var out []KinLine
	for _, k := range kin {
		other := others[k.Other]
		line := KinLine{Subject: subject(other), Kind: k.Kind, State: k.State, Since: k.Since, Changed: k.At, Reason: k.Reason}
		for _, back := range other.Kin {
			line.There = line.There || back.Other == f.ID && back.State != casework.KinEnded && back.LeadsTo(f, who.Body)
		}
		if d.inGroup(who, f, "situation") && k.State == casework.KinStands {
			line.Reads = d.kinReads(f, k.Kind, other)
		}
		out = append(out, line)
	}
	return out, nil
}

// kinReads are the facts about this relative that the person's rules read, as
// they stand.
func (d *Desk) kinReads(f *casework.File, kind string, other *casework.File) []Change {
	var out []Change
	if k := d.pack().KinOf(kind); k != nil {
		for _, r := range k.Reads {
			if value := f.Situation.Value(r.Fact); value != "" && (r.Sex == "" || r.Sex == other.Sex) {
				out = append(out, Change{Var: r.Fact, To: value})
			}
		}
	}
	return out
}

// kinSteps are the steps of the person's own procedures that make a relation, a
// guardian's appointment: those that were taken and those that may be.
func (d *Desk) kinSteps(ctx context.Context, who access.Who, f *casework.File) ([]KinStep, error) {
	l, err := d.lawFor(ctx, f.Situation, d.now())
	if err != nil {
		return nil, err
	}
	offers := d.offers(who, f, l)
	var out []KinStep
	for _, k := range d.pack().Kin {
		for _, step := range k.Steps {
			s := KinStep{Kind: k.ID, Offer: StepOffer{ID: step}}
			if i := slices.IndexFunc(offers, func(o StepOffer) bool { return o.ID == step }); i >= 0 {
				s.Offer = offers[i]
			}
			for _, e := range f.Timeline {
				if e.Step == step && e.Corrected == "" {
					s.Taken = e.Occurred
				}
			}
			open := s.Offer.State == string(procedure.Open) || s.Offer.State == string(procedure.Unclear)
			if open || !s.Taken.IsZero() {
				out = append(out, s)
			}
		}
	}
	return out, nil
}

// SayKin records what another person is to the file's: both files say it, in one
// act, by a worker who may open both.
func (d *Desk) SayKin(ctx context.Context, who access.Who, in KinInput) (casework.Receipt, error) {
	say, other, err := d.checkKin(ctx, who, in)
	if err != nil {
		return casework.Receipt{}, err
	}
	refs := []casework.Ref{fileRef(in.File), fileRef(other)}
	r, err := d.change(ctx, who, in.Key, in, d.now(), refs, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		f, o := fileOf(l, in.File), fileOf(l, other)
		if err := d.maySayKin(who, f); err != nil {
			return casework.Decision{}, err
		}
		if say.Begin == nil {
			if err := d.maySayKin(who, o); err != nil {
				// As for a number that no file has: the form must not tell them apart.
				return casework.Decision{}, fault.Form(fault.Field{Name: "other", Code: "field.no_such_file"})
			}
		}
		if o != nil && slices.ContainsFunc(f.Kin, func(k casework.Kin) bool {
			return k.Other == other && k.Kind == in.Kind && k.State != casework.KinEnded && !k.LeadsTo(o, who.Body)
		}) {
			// Said before, and withheld from this side: the answer is what it is for a new one.
			return casework.Decision{Receipt: casework.Receipt{Code: "receipt.kin", Args: map[string]string{"kin": in.Kind}}}, nil
		}
		return casework.SayKin(f, o, say, m)
	})
	if err != nil {
		return r, err
	}
	d.readSoon(ctx, in.File, other)
	return r, nil
}

func (d *Desk) maySayKin(who access.Who, f *casework.File) error {
	if f == nil || !d.seesBoth(who, f) {
		return fault.Withheld("no such file")
	}
	_, err := d.may(who, access.SayKin, f)
	return err
}

func (d *Desk) checkKin(ctx context.Context, who access.Who, in KinInput) (casework.KinInput, id.File, error) {
	var bad []fault.Field
	need := func(ok bool, name, code string) {
		if !ok {
			bad = append(bad, fault.Field{Name: name, Code: code})
		}
	}
	need(d.pack().KinOf(in.Kind) != nil, "kin_kind", "field.required")
	need(slices.Contains([]string{SeenBoth, SeenHere, SeenThere}, in.Seen), "kin_seen", "field.required")
	occurred, ok := d.readTime(in.OccurredAt)
	need(ok, "occurred_at", "field.date")
	out := casework.KinInput{Kind: in.Kind, OccurredAt: occurred}
	out.ShownHere, out.ShownThere = shownBy(in.Seen)
	if strings.TrimSpace(in.Other) != "" {
		if err := fault.Form(bad...); err != nil {
			return out, "", err
		}
		other, err := d.otherFile(ctx, who, in.Other)
		return out, other, err
	}
	_, ok = id.Parse[id.File](string(in.New))
	need(ok, "other", "field.id")
	need(in.AgeKnown != "", "age_known", "field.required")
	need(in.Consent != "", "consent", "field.required")
	age := 0
	if in.Age != "" {
		n, err := strconv.Atoi(in.Age)
		need(err == nil && n >= 0 && n <= 120, "age", "field.age")
		age = n
	}
	bad = append(bad, tooLong("call_name", in.CallName, maxName)...)
	if !d.allowed(who, access.RecordConcern, "file") {
		return out, "", fault.Form(append(bad, fault.Field{Name: "other", Code: "field.required"})...)
	}
	out.Begin = &casework.OpenFileInput{
		File: in.New, CallName: in.CallName, Sex: in.Sex, Age: age, AgeKnown: in.AgeKnown, Region: who.Region, OccurredAt: occurred,
		Consent: in.Consent, ConsentID: id.New[id.Consent](d.now()), Purpose: d.referPurpose(),
	}
	return out, in.New, fault.Form(bad...)
}

// ChangeKin says that a relation is over, contested or stands, or from which side
// it is seen.
func (d *Desk) ChangeKin(ctx context.Context, who access.Who, in KinChange) (casework.Receipt, error) {
	refs := []casework.Ref{fileRef(in.File), fileRef(in.Other)}
	r, err := d.change(ctx, who, in.Key, in, d.now(), refs, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		f, other := fileOf(l, in.File), fileOf(l, in.Other)
		if err := d.maySayKin(who, f); err != nil {
			return casework.Decision{}, err
		}
		if err := d.maySayKin(who, other); err != nil {
			return casework.Decision{}, err
		}
		if !slices.ContainsFunc(f.Kin, func(k casework.Kin) bool { return k.Other == in.Other && k.LeadsTo(other, who.Body) }) {
			return casework.Decision{}, fault.Withheld("no such relation")
		}
		if in.Seen == "" {
			return casework.ChangeKin(f, other, in.Kind, in.State, in.Reason, m)
		}
		if !slices.Contains([]string{SeenBoth, SeenHere, SeenThere, SeenNone}, in.Seen) {
			return casework.Decision{}, fault.Form(fault.Field{Name: "kin_seen", Code: "field.choice"})
		}
		here, there := shownBy(in.Seen)
		return casework.ShowKin(f, other, in.Kind, here, there, m)
	})
	if err == nil {
		d.readSoon(ctx, in.File, in.Other)
	}
	return r, err
}

// HideKin says that nobody's file leads to this person, or may again.
func (d *Desk) HideKin(ctx context.Context, who access.Who, key string, file id.File, hide bool) (casework.Receipt, error) {
	return d.change(ctx, who, key, hide, d.now(), []casework.Ref{fileRef(file)}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		f := fileOf(l, file)
		if err := d.maySayKin(who, f); err != nil {
			return casework.Decision{}, err
		}
		return casework.HideKin(f, hide, m)
	})
}

// readSoon reads relatives' facts at once, for the page that comes next. The
// effect that the act left does it again if this failed: nothing is lost.
func (d *Desk) readSoon(ctx context.Context, files ...id.File) {
	for _, file := range files {
		if err := d.readKin(ctx, file); err != nil {
			d.deps.Log.Warn("read kin", "code", fault.Of(err).Code)
		}
	}
}

// tellRelatives reads anew the files whose rules read this one: it has changed.
func (d *Desk) tellRelatives(ctx context.Context, file id.File) error {
	f, err := d.view(ctx, file)
	if err != nil {
		return gone(err)
	}
	if err := d.readKin(ctx, file); err != nil {
		return err
	}
	for _, k := range f.Kin {
		if err := d.readKin(ctx, k.Other); err != nil {
			return err
		}
	}
	return nil
}

// readKin brings one file to what its relatives' files record.
func (d *Desk) readKin(ctx context.Context, file id.File) error {
	f, err := d.view(ctx, file)
	if err != nil {
		return gone(err)
	}
	refs := []casework.Ref{fileRef(file)}
	for _, k := range f.Kin {
		if ref := fileRef(k.Other); !slices.Contains(refs, ref) {
			refs = append(refs, ref)
		}
	}
	l, err := d.deps.Store.View(ctx, refs...)
	if err != nil {
		return fault.At("view relatives", err)
	}
	if !casework.HasUnread(f, relativesOf(l), d.pack()) {
		return nil
	}
	at := d.now()
	key := "kin/" + string(file) + "/" + string(id.New[id.Event](at))
	_, err = d.change(ctx, product, key, string(file), at, refs, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		return casework.ReadKin(fileOf(l, file), relativesOf(l), m)
	})
	return gone(err)
}

func relativesOf(l *store.Loaded) func(id.File) *casework.File {
	return func(f id.File) *casework.File { return fileOf(l, f) }
}
