package desk

import (
	"context"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/store"
	"pana/internal/withheld"
)

// What a hotline does with a call after it was taken: put right what was typed,
// ring back, hand it to the next shift.

// AmendInput is a call as it ought to stand.
type AmendInput struct {
	CallInput
	Signal  id.Signal
	Reason  string
	Version uint64
}

// AmendView is the form with which a call is put right.
type AmendView struct {
	CallView
	Form    CallForm
	Why     bool // a reason is needed
	Version uint64
}

// RangInput says that somebody rang back.
type RangInput struct {
	Key    string
	Signal id.Signal
	What   string
	Next   time.Time
}

// TakeOverInput are the calls of a hand-over that the worker has read.
type TakeOverInput struct {
	Key   string
	Calls []id.Signal
}

// ToAmend opens a call with the form that puts it right.
func (d *Desk) ToAmend(ctx context.Context, who access.Who, signal id.Signal) (AmendView, error) {
	view, err := d.Call(ctx, who, signal)
	if err != nil {
		return AmendView{}, err
	}
	l, err := d.deps.Store.View(ctx, signalRef(signal))
	if err != nil {
		return AmendView{}, fault.At("view call "+string(signal), err)
	}
	s, _, err := d.mayCall(who, access.KeepCall, l, signal)
	if err != nil {
		return AmendView{}, err
	}
	if s.Outcome == casework.SignalFile {
		return AmendView{}, fault.New(fault.Conflict, casework.CodeSignalClosed)
	}
	return AmendView{CallView: view, Form: d.callForm(who), Why: s.NeedsReason(who.Worker, d.now()), Version: s.Changed()}, nil
}

// AmendCall puts a call right; what it said before stays in its history.
func (d *Desk) AmendCall(ctx context.Context, who access.Who, in AmendInput) (casework.Receipt, error) {
	return d.onCall(ctx, who, in.Key, in, in.Signal, func(s *casework.Signal, m casework.Moment) (casework.Decision, error) {
		return casework.AmendSignal(s, casework.SignalAmended{Kept: in.kept(), Outcome: in.Outcome, Reason: in.Reason}, in.Version, m)
	})
}

// RangBack records what became of ringing back.
func (d *Desk) RangBack(ctx context.Context, who access.Who, in RangInput) (casework.Receipt, error) {
	return d.onCall(ctx, who, in.Key, in, in.Signal, func(s *casework.Signal, m casework.Moment) (casework.Decision, error) {
		return casework.RingSignal(s, casework.SignalRang{What: in.What, Next: utc(in.Next)}, m)
	})
}

func (d *Desk) onCall(ctx context.Context, who access.Who, key string, sent any, signal id.Signal, decide func(*casework.Signal, casework.Moment) (casework.Decision, error)) (casework.Receipt, error) {
	return d.change(ctx, who, key, sent, d.now(), []casework.Ref{signalRef(signal)}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		s, _, err := d.mayCall(who, access.KeepCall, l, signal)
		if err != nil {
			return casework.Decision{}, err
		}
		return decide(s, m)
	})
}

// TakeOver puts the calls that the worker has read into their hands, all in one
// act. One of them that is not theirs to see stops it.
func (d *Desk) TakeOver(ctx context.Context, who access.Who, in TakeOverInput) (casework.Receipt, error) {
	if err := d.mayDo(who, access.TakeCall, "signal"); err != nil {
		return casework.Receipt{}, err
	}
	if len(in.Calls) == 0 || len(in.Calls) > callsLimit {
		return casework.Receipt{}, fault.Form(fault.Field{Name: "calls", Code: "field.calls"})
	}
	var refs []casework.Ref
	for _, c := range in.Calls {
		refs = append(refs, signalRef(c))
	}
	return d.change(ctx, who, in.Key, in, d.now(), refs, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		var calls []*casework.Signal
		for _, c := range in.Calls {
			s, _, err := d.mayCall(who, access.KeepCall, l, c)
			if err != nil {
				return casework.Decision{}, err
			}
			calls = append(calls, s)
		}
		return casework.TakeSignals(calls, m)
	})
}

// callHistory says when and why a call was amended; what it said until then is for
// who may see it.
func (d *Desk) callHistory(who access.Who, s *casework.Signal) []CallVersion {
	shown := d.rules.Decide(who, access.SeeCallHistory, access.Thing{Kind: "signal", Columns: clearText("signals", s.Row())}).Allowed
	var out []CallVersion
	for _, old := range s.Earlier {
		v := CallVersion{Until: old.Until, Reason: old.Reason, Shown: shown}
		if shown {
			was := *s
			was.Kept, was.Outcome = old.Kept, old.Outcome
			v.CallView = callView(&was, old.Until)
		}
		out = append(out, v)
	}
	return out
}

// colleagues are the names of workers of the own body: a shift is handed over by
// name. Who has left it, or never was of it, has none here.
func (d *Desk) colleagues(ctx context.Context, who access.Who, workers []id.Worker) (map[id.Worker]withheld.Text, error) {
	out := map[id.Worker]withheld.Text{}
	for _, w := range workers {
		if _, asked := out[w]; asked || w == "" {
			continue
		}
		l, err := d.deps.Store.View(ctx, accountRef(w))
		if err != nil {
			return nil, fault.At("colleague", err)
		}
		out[w] = withheld.Text{}
		if a := store.As[*casework.Account](l, accountRef(w)); a != nil && a.Body == who.Body && !a.Out() {
			out[w] = a.Name
		}
	}
	return out, nil
}

// ringsDue are the calls whose caller was told that somebody would ring by now.
func (d *Desk) ringsDue(ctx context.Context, who access.Who, at time.Time) ([]WorkLine, error) {
	if !d.couldEver(who, access.SeeCalls, "signal") {
		return nil, nil
	}
	page, err := d.deps.Store.List(ctx, "signals", store.Query{
		Scope: d.rules.Scope(who, access.SeeCalls, "signal"),
		Where: []store.Filter{store.Where("outcome", store.Is, ""), store.Where("ring_at", store.Set), store.Where("ring_at", store.Before, at.Add(time.Second))},
		Sort:  []store.Order{{Column: "ring_at"}}, Limit: workLimit,
	})
	if err != nil {
		return nil, err
	}
	var out []WorkLine
	for _, r := range page.Rows {
		call := callLine(r, at)
		out = append(out, WorkLine{
			Verb: "work.ring_back", Kind: "call", State: dueState(call.RingAt, at), Due: call.RingAt, Since: call.At, Number: call.Number,
			Target: "/calls/" + string(call.Signal), Subject: Subject{Region: call.Region},
		})
	}
	return out, nil
}
