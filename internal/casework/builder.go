package casework

import (
	"bytes"
	"crypto/sha256"
	"slices"
	"strings"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/procedure"
)

// Kinds of effect. Args carry ids, codes and times only.
const (
	EffectNotify = "notify" // bodies (ids with a space between) or kind (with region), code, and what it is about
	EffectRing   = "ring"   // at the time: Escalate, if nobody has accepted
	EffectHold   = "hold"   // at the time: ExpireHold
	EffectClock  = "clock"  // at the time: a clock of a file ends; tell those it is of
	EffectKin    = "kin"    // now: relatives' rules read the file anew
	EffectSecond = "second" // at the time: a step of two is confirmed, or late
	EffectDue    = "due"    // at the time: an acknowledgement or answer of bodies is due
)

// builder collects a decision about one stream, in order.
type builder struct {
	m        Moment
	stream   Ref
	at       time.Time // when what is recorded occurred
	decision Decision
}

func (f *File) building(m Moment) *builder { return &builder{m: m, stream: f.Ref(), at: m.At} }

func (b *builder) add(compartment string, p Payload) { b.addTo(b.stream, compartment, p, "") }

func (b *builder) addTo(stream Ref, compartment string, p Payload, reason string) {
	b.decision.Events = append(b.decision.Events, Draft{
		Stream: stream, Compartment: compartment, Payload: p, OccurredAt: b.at, Reason: reason,
	})
}

func (b *builder) receipt(r Receipt) { b.decision.Receipt = r }

func (b *builder) later(kind string, at time.Time, unique string, args ...string) {
	b.decision.Effects = append(b.decision.Effects, Effect{Kind: kind, At: at, Unique: unique, Args: pairs(args...)})
}

// tell has one body told. Those who are told the same are one effect: a job for
// each cost more than what it told.
func (b *builder) tell(body id.Body, code string, about ...string) {
	if body == "" || body == b.m.By.Body {
		return
	}
	args := pairs(append([]string{"body", string(body), "code", code}, about...)...)
	i := slices.IndexFunc(b.decision.Effects, func(e Effect) bool { return e.Kind == EffectNotify && e.At.IsZero() && besides(e.Args, args) })
	if i >= 0 {
		b.decision.Effects[i].Args["body"] += " " + string(body)
	} else {
		b.decision.Effects = append(b.decision.Effects, Effect{Kind: EffectNotify, Args: args})
	}
	if told := string(body); !slices.Contains(b.decision.Receipt.Told, told) {
		b.decision.Receipt.Told = append(b.decision.Receipt.Told, told)
	}
}

// besides says that two effects are about the same, whomever they tell.
func besides(a, b map[string]string) bool {
	for name, v := range a {
		if name != "body" && b[name] != v {
			return false
		}
	}
	return len(a) == len(b)
}

// tellKind tells every body of a kind in the region; which they are is not
// casework's to know.
func (b *builder) tellKind(kind, region, code string, about ...string) {
	b.later(EffectNotify, time.Time{}, "", append([]string{"kind", kind, "region", region, "code", code}, about...)...)
	if !slices.Contains(b.decision.Receipt.Kinds, kind) {
		b.decision.Receipt.Kinds = append(b.decision.Receipt.Kinds, kind)
	}
}

// taskFor gives a task to the kinds of body that can do something.
func (b *builder) taskFor(can, region, verb, about string, due time.Time) {
	for _, kind := range b.m.kindsThat(can) {
		task := derived[id.Task](b.m.At, b.stream.ID, verb, kind, about)
		b.add(CompartmentCore, TaskAdded{Task: task, Verb: verb, Kind: kind, About: about, Due: due})
		b.tellKind(kind, region, verb, "file", b.stream.ID)
	}
}

// settle marks as done the open tasks about a referral: there is nothing left
// to find or to ask again.
func (b *builder) settle(f *File, about string, verbs ...string) {
	for _, t := range f.Tasks {
		if t.Done.IsZero() && t.About == about && slices.Contains(verbs, t.Verb) {
			b.add(CompartmentCore, TaskDone{Task: t.ID})
		}
	}
}

// clocks asks for a call when each clock that this act started ends. The law's
// timers are never fired: people are told.
func (b *builder) clocks(m *procedure.Model, before, after procedure.Situation) {
	had := map[string]time.Time{}
	for _, c := range m.Clocks(before, b.at) {
		had[c.Clock.ID] = c.Started
	}
	for _, c := range m.Clocks(after, b.at) {
		if c.Due.IsZero() || c.Started.Equal(had[c.Clock.ID]) {
			continue
		}
		b.later(EffectClock, c.Due, strings.Join([]string{"clock", b.stream.ID, c.Clock.ID, c.Due.Format(time.RFC3339)}, "/"),
			"file", b.stream.ID, "clock", c.Clock.ID, "due", c.Due.Format(time.RFC3339))
	}
}

// derived makes an id from what it is about, so that a decision taken twice
// names the same thing.
func derived[T ~string](at time.Time, parts ...string) T {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return id.From[T](at, bytes.NewReader(sum[:]))
}

// check refuses a change to a file that is stopped, or that somebody changed
// since the form was shown.
func (f *File) check(version uint64) error {
	if f == nil {
		return fault.Withheld("no file")
	}
	if f.Frozen {
		return fault.New(fault.Conflict, CodeFileFrozen)
	}
	if version != 0 && version != f.changed.Seq {
		return fault.New(fault.Conflict, CodeFileChanged, "by", string(f.changed.Body), "what", "event."+f.changed.Type,
			"at", f.changed.At.Format(time.RFC3339))
	}
	return nil
}

// mayTake says whether a kind of body takes a step: by its kind, by a role in
// it ("shelter:head"), or because it is the person's own step, which any worker
// records for her.
func mayTake(s *procedure.Step, by Actor) bool {
	if len(s.By) == 0 || s.Force == procedure.Own {
		return true
	}
	return slices.ContainsFunc(s.By, func(who string) bool {
		return who == by.Kind || who == by.Kind+":"+by.Role || who == "person"
	})
}
