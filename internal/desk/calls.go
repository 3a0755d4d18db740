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

// Calls: what comes to a hotline before there is a person. The list and the
// hand-over are drawn from clear codes; what an operator typed is read from one
// call at a time, and each reading is a leaf.

// CallInput is a call as its form was sent. Everything may be empty but the
// outcome, which says that the call stays open or what became of it.
type CallInput struct {
	Key      string        `form:"key"`
	Channel  string        `form:"channel"`
	Line     string        `form:"line"`
	Caller   string        `form:"caller"`
	Region   string        `form:"region"`
	Language string        `form:"language"`
	Safety   string        `form:"safety"`
	Needs    []string      `form:"needs"`
	Ring     string        `form:"ring"`
	RingAt   time.Time     `form:"ring_time"`
	Say      string        `form:"say"`
	Number   withheld.Text `form:"call_number"`
	From     withheld.Text `form:"call_from"` // makes a tag where callers are linked, and is not kept
	Promise  string        `form:"promised"`
	Note     withheld.Text `form:"call_note"`
	Words    withheld.Text `form:"call_words"`
	Agreed   bool          `form:"agreed"`
	Outcome  string        `form:"call_outcome"` // open, or one of casework.SignalOutcomes
}

// CloseCallInput says what became of an open call.
type CloseCallInput struct {
	Key     string
	Signal  id.Signal
	Outcome string
}

// CallForm is what the console asks with.
type CallForm struct {
	Key       string
	Region    string
	Lines     []string // numbers at which the line answers
	Regions   []string
	Languages []string
	Needs     []string
	Emergency string // the country's number for danger to life
	// Wording keys of the country, each a line: what to do in danger, the answer
	// to who looks for somebody, and how to ring back.
	Danger, Script, Ringing []string
}

// CallLine is one call in a list, from clear codes only.
type CallLine struct {
	Signal  id.Signal
	Number  string
	At      time.Time
	Channel string
	Caller  string
	Region  string
	Urgent  bool
	Ring    string
	RingAt  time.Time
	Due     bool // somebody has to ring now
	Promise string
	Holder  withheld.Text // who of the own body has it in hand; empty: nobody who still works here
	Mine    bool
}

// CallFigures are the body's own for a month, as hotlines publish them. They
// are its own, so small numbers stand as they are; they are not for publishing.
type CallFigures struct {
	Month     time.Time
	Calls     int
	Outcomes  []CallCount // in the order of casework.SignalOutcomes, files first
	Open      int
	Referrals int // sent to providers by this body
}

// CallCount is how many calls had an outcome.
type CallCount struct {
	Outcome string
	N       int
}

// Calls is the console.
type Calls struct {
	Form    CallForm
	Links   bool // callers are linked
	Switch  bool // the worker may switch that
	Open    []CallLine
	Figures CallFigures
}

// CallView is one call with what was typed.
type CallView struct {
	CallLine
	Line     string
	Language string
	Safety   string
	Needs    []string
	Say      string
	Contact  withheld.Text
	Note     withheld.Text
	Words    withheld.Text
	Outcome  string
	File     id.File
	Closed   time.Time
	Ringing  []string // wording keys
	Begins   []string // steps with which this worker may begin a file from it
	Before   RangBefore
	Rings    []casework.SignalRing
	Amended  []CallVersion // the oldest first; what it said, only for who may see it
	Key      string
}

// CallVersion is a call as it stood until it was amended.
type CallVersion struct {
	Until  time.Time
	Reason string
	Shown  bool // the reader may see what it said
	CallView
}

// callsLimit is how many open calls are listed: more is not a shift's work.
const callsLimit = 200

// Calls lists the open calls of the worker's body, the oldest first: who has
// waited longest for what was promised stands on top.
func (d *Desk) Calls(ctx context.Context, who access.Who) (Calls, error) {
	if err := d.mayDo(who, access.TakeCall, "signal"); err != nil {
		return Calls{}, err
	}
	page, err := d.deps.Store.List(ctx, "signals", store.Query{
		Scope: d.rules.Scope(who, access.SeeCalls, "signal"), Where: []store.Filter{store.Where("outcome", store.Is, "")},
		Sort: []store.Order{{Column: "urgent", Down: true}, {Column: "at"}}, Limit: callsLimit,
	})
	if err != nil {
		return Calls{}, fault.At("open calls", err)
	}
	out := Calls{Form: d.callForm(who)}
	if out.Open, err = d.callLines(ctx, who, page.Rows); err != nil {
		return Calls{}, err
	}
	if out.Links, err = d.links(ctx, who.Body); err != nil {
		return Calls{}, err
	}
	out.Switch = d.mayDo(who, access.LinkCallers, "signal") == nil
	out.Figures, err = d.callFigures(ctx, who)
	return out, err
}

func (d *Desk) callForm(who access.Who) CallForm {
	p := d.pack()
	out := CallForm{Key: string(id.New[id.Event](d.now())), Region: who.Region, Languages: d.spoken()}
	out.Script, out.Ringing = d.numbered("calls.script"), d.numbered("calls.ringing")
	// The country's lines, and its number for danger, are a hotline's: who calls a
	// mission stands in another country.
	if who.Can("hotline") {
		out.Lines, out.Emergency, out.Danger = p.Head.Lines, p.Head.Emergency, d.numbered("calls.danger")
	}
	for _, n := range p.Needs {
		if n.Tap {
			out.Needs = append(out.Needs, n.ID)
		}
	}
	for _, r := range p.Regions {
		if inForce(r.Dates, d.now()) {
			out.Regions = append(out.Regions, r.ID)
		}
	}
	return out
}

// callLines are calls from their rows, with who has each in hand.
func (d *Desk) callLines(ctx context.Context, who access.Who, rows []store.Found) ([]CallLine, error) {
	var holders []id.Worker
	for _, r := range rows {
		holders = append(holders, id.Worker(r.Text("holder")))
	}
	names, err := d.colleagues(ctx, who, holders)
	if err != nil {
		return nil, err
	}
	var out []CallLine
	for n, r := range rows {
		line := callLine(r, d.now())
		line.Holder, line.Mine = names[holders[n]], holders[n] == who.Worker
		out = append(out, line)
	}
	return out, nil
}

func callLine(r store.Found, now time.Time) CallLine {
	signal, ring := id.Signal(r.Text("signal_id")), r.Time("ring_at")
	return CallLine{
		Signal: signal, Number: id.Number(signal), At: r.Time("at"), Channel: r.Text("channel"), Caller: r.Text("caller"),
		Region: r.Text("region"), Urgent: r.Bool("urgent"), Ring: r.Text("ring"), RingAt: ring, Due: !ring.IsZero() && !ring.After(now), Promise: r.Text("promise"),
	}
}

// callFigures counts the running month, by the country's calendar, in the rows
// that this worker may list.
func (d *Desk) callFigures(ctx context.Context, who access.Who) (CallFigures, error) {
	local := d.now().In(d.pack().Location())
	month := time.Date(local.Year(), local.Month(), 1, 0, 0, 0, 0, local.Location())
	out := CallFigures{Month: month}
	since := store.Where("at", store.From, month.UTC())
	scope := d.rules.Scope(who, access.SeeCalls, "signal")
	count := func(where ...store.Filter) (int, error) {
		return d.deps.Store.Count(ctx, "signals", store.Query{Scope: scope, Where: append(where, since)})
	}
	var err error
	for _, outcome := range append([]string{casework.SignalFile}, casework.SignalOutcomes...) {
		n, err := count(store.Where("outcome", store.Is, outcome))
		if err != nil {
			return out, fault.At("count calls", err)
		}
		out.Outcomes = append(out.Outcomes, CallCount{outcome, n})
		out.Calls += n
	}
	if out.Open, err = count(store.Where("outcome", store.Is, "")); err != nil {
		return out, fault.At("count calls", err)
	}
	out.Calls += out.Open
	out.Referrals, err = d.deps.Store.Count(ctx, "referrals", store.Query{
		Scope: d.rules.Scope(who, access.SeeReferral, "referral"),
		Where: []store.Filter{store.Where("from_body", store.Is, string(who.Body)), store.Where("asked_at", store.From, month.UTC())},
	})
	return out, fault.At("count referrals", err)
}

// TakeCall keeps a call in one act, and closes it in the same act when it is over.
func (d *Desk) TakeCall(ctx context.Context, who access.Who, in CallInput) (casework.Receipt, error) {
	if err := d.mayDo(who, access.TakeCall, "signal"); err != nil {
		return casework.Receipt{}, err
	}
	at := d.now()
	kept := in.kept()
	signal := id.New[id.Signal](at)
	from := in.From
	in.From = withheld.Text{} // not even in the fingerprint of what was sent
	receipt, err := d.change(ctx, who, in.Key, in, at, []casework.Ref{signalRef(signal)}, func(_ *store.Loaded, m casework.Moment) (casework.Decision, error) {
		return casework.ReceiveSignal(signal, kept, in.Outcome, m)
	})
	if err == nil && !receipt.Seen && !from.Empty() {
		d.linkCall(ctx, who, signal, from, at)
	}
	return receipt, err
}

func (in CallInput) kept() casework.SignalReceived {
	return casework.SignalReceived{
		Channel: in.Channel, Line: in.Line, Caller: in.Caller, Region: in.Region, Language: in.Language, Safety: in.Safety, Needs: in.Needs, Ring: in.Ring,
		RingAt: utc(in.RingAt), Say: in.Say, Number: in.Number, Promise: in.Promise, Text: in.Note, Words: in.Words, Agreed: in.Agreed && !in.Words.Empty(),
	}
}

// utc is the time as an event keeps it: one that was read back is the same.
func utc(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC()
}

// Call opens one call. Reading what was typed is recorded first, and the call is
// not shown if that fails.
func (d *Desk) Call(ctx context.Context, who access.Who, signal id.Signal) (CallView, error) {
	at := d.now()
	key := "open/" + string(who.Worker) + "/" + string(signal) + "/" + at.Format("2006010215")
	_, err := d.change(ctx, who, key, signal, at, []casework.Ref{signalRef(signal)}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		s, v, err := d.mayCall(who, access.SeeCalls, l, signal)
		if err != nil {
			return casework.Decision{}, err
		}
		return casework.OpenSignal(s, v.Rule, m)
	})
	if err != nil {
		return CallView{}, fault.At("open call "+string(signal), err)
	}
	l, err := d.deps.Store.View(ctx, signalRef(signal))
	if err != nil {
		return CallView{}, fault.At("view call "+string(signal), err)
	}
	// The receipt may be an earlier one of this hour; the right may have gone since.
	s, _, err := d.mayCall(who, access.SeeCalls, l, signal)
	if err != nil {
		return CallView{}, err
	}
	view := callView(s, at)
	view.Ringing = d.numbered("calls.ringing")
	view.Begins = d.begins(who)
	view.Amended = d.callHistory(who, s)
	if view.Before, err = d.rangBefore(ctx, who, signal); err != nil {
		return CallView{}, err
	}
	names, err := d.colleagues(ctx, who, []id.Worker{s.Holder.Worker})
	view.Holder, view.Mine = names[s.Holder.Worker], s.Holder.Worker == who.Worker
	return view, err
}

func callView(s *casework.Signal, at time.Time) CallView {
	k := s.Kept
	return CallView{
		CallLine: CallLine{
			Signal: s.ID, Number: id.Number(s.ID), At: s.At, Channel: k.Channel, Caller: k.Caller, Region: k.Region, Urgent: k.Urgent,
			Ring: k.Ring, RingAt: k.RingAt, Due: !k.RingAt.IsZero() && !k.RingAt.After(at), Promise: k.Promise,
		},
		Line: k.Line, Language: k.Language, Safety: k.Safety, Needs: k.Needs, Say: k.Say, Contact: k.Number, Note: k.Text, Words: k.Words,
		Outcome: s.Outcome, File: s.File, Closed: s.Closed, Key: string(id.New[id.Event](at)),
		Rings: s.Rings,
	}
}

// CloseCall says what became of an open call.
func (d *Desk) CloseCall(ctx context.Context, who access.Who, in CloseCallInput) (casework.Receipt, error) {
	return d.change(ctx, who, in.Key, in, d.now(), []casework.Ref{signalRef(in.Signal)}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		s, _, err := d.mayCall(who, access.CloseCall, l, in.Signal)
		if err != nil {
			return casework.Decision{}, err
		}
		return casework.CloseSignal(s, casework.SignalClosed{Outcome: in.Outcome}, m)
	})
}

// mayCall is access's answer about one call, by the clear columns of its row:
// the list and this decision can never differ.
func (d *Desk) mayCall(who access.Who, act string, l *store.Loaded, signal id.Signal) (*casework.Signal, access.Verdict, error) {
	s := store.As[*casework.Signal](l, signalRef(signal))
	if s == nil {
		return nil, access.Verdict{}, fault.Withheld("no such call")
	}
	v := d.rules.Decide(who, act, access.Thing{Kind: "signal", Columns: clearText("signals", s.Row())})
	if !v.Allowed {
		return nil, v, fault.Withheld(act + ": " + v.Rule)
	}
	return s, v, nil
}

// intoFile adds to a decision that opens a file the end of the call it began
// with: both happen or neither.
func (d *Desk) intoFile(who access.Who, opened casework.Decision, l *store.Loaded, signal id.Signal, file id.File, m casework.Moment) (casework.Decision, error) {
	s, _, err := d.mayCall(who, access.CloseCall, l, signal)
	if err != nil {
		return casework.Decision{}, err
	}
	closed, err := casework.FileOfSignal(s, file, who.Compartment, m)
	if err != nil {
		return casework.Decision{}, err
	}
	opened.Events = append(opened.Events, closed...)
	return opened, nil
}

func signalRef(s id.Signal) casework.Ref {
	return casework.Ref{Kind: casework.SignalStream, ID: string(s)}
}
