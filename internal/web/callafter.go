package web

import (
	"net/url"
	"slices"

	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
)

// handoverView is what the next shift takes over: what is open, since when, what
// was promised, when somebody must ring. It has codes only, so that it can be
// printed and left on a desk.
type handoverView struct {
	Frame
	told
	C       desk.Calls
	Key     string
	Receipt *casework.Receipt
}

func handoverPage(c *call) error { return c.drawHandover(200, c.frame("handover.title"), nil) }

func (c *call) drawHandover(status int, f Frame, done *casework.Receipt) error {
	calls, err := c.site.Desk.Calls(c.ctx, c.who)
	if err != nil {
		return err
	}
	p := handoverView{Frame: f, C: calls, Key: calls.Form.Key, Receipt: done}
	if done != nil {
		p.told = c.told(*done)
	}
	return c.render(status, "handover", p)
}

// Others says that some of the calls are in somebody else's hands.
func (v handoverView) Others() bool {
	return slices.ContainsFunc(v.C.Open, func(l desk.CallLine) bool { return !l.Mine })
}

// handoverPost takes over the calls that were on the page when it was read: one
// that came since is not among them, and still waits for somebody.
func handoverPost(c *call) error {
	f := c.frame("handover.title")
	receipt, err := c.site.Desk.TakeOver(c.ctx, c.who, desk.TakeOverInput{Key: c.form.Get("key"), Calls: ids[id.Signal](c.form, "calls")})
	if err != nil {
		return c.again(err, func(f Frame) error { return c.drawHandover(422, f, nil) }, f)
	}
	return c.drawHandover(200, f, &receipt)
}

// callPageView is one call with what was typed.
type callPageView struct {
	Frame
	V       desk.CallView
	Outcome Field
	Rang    []Field
	Sent    string // which of the forms was sent
	Key     string
}

func callPage(c *call) error { return c.drawCall(200, nil, url.Values{"key": {newKey()}}) }

func (c *call) drawCall(status int, mend *Frame, typed url.Values) error {
	signal, err := one[id.Signal](c.r, "signal")
	if err != nil {
		return err
	}
	v, err := c.site.Desk.Call(c.ctx, c.who, signal)
	if err != nil {
		return err
	}
	f := c.frame("call.title", "number", v.Number)
	if mend != nil {
		f.Errors = mend.Errors
	}
	return c.render(status, "call", newCallPage(f, v, typed))
}

func newCallPage(f Frame, v desk.CallView, typed url.Values) callPageView {
	fm := form{f, typed}
	day, hour := fm.field("day", "ring_day"), fm.field("hour", "ring_time")
	day.Label, day.Why, day.Optional, hour.Optional = f.T("field.ring_day.next"), "", true, true
	return callPageView{
		Frame: f, V: v, Key: typed.Get("key"),
		Outcome: fm.choose("choice", "call_outcome", "call_outcome", casework.SignalOutcomes...),
		Rang:    []Field{fm.choose("choice", "rang", "rang", casework.SignalRangs...), day, hour},
	}
}

func callPost(c *call) error {
	signal, err := one[id.Signal](c.r, "signal")
	if err != nil {
		return err
	}
	if c.turning() {
		return c.drawCall(200, nil, c.form)
	}
	f := c.frame("call.title", "number", id.Number(signal))
	again := func(f Frame) error { return c.drawCall(422, &f, c.form) }
	if c.form.Get("go") == "rang" {
		return c.rangBack(signal, f, again)
	}
	if c.form.Get("go") == "not_same" {
		receipt, err := c.site.Desk.NotTheSame(c.ctx, c.who, desk.UnlinkInput{Key: c.form.Get("key"), Signal: signal})
		if err != nil {
			return err
		}
		return c.receipt(receipt, "call.unlinked", Link{"/calls/" + string(signal), f.T("call.title", "number", id.Number(signal))}, Link{"/calls", f.T("nav.calls")})
	}
	receipt, err := c.site.Desk.CloseCall(c.ctx, c.who, desk.CloseCallInput{Key: c.form.Get("key"), Signal: signal, Outcome: c.form.Get("call_outcome")})
	if err != nil {
		return c.again(err, again, f)
	}
	return c.receipt(receipt, "call.closed", Link{"/calls", f.T("nav.calls")})
}

func (c *call) rangBack(signal id.Signal, f Frame, again func(Frame) error) error {
	next, mend := c.ringTime()
	if len(mend) > 0 {
		f.mend(mend)
		return again(f)
	}
	receipt, err := c.site.Desk.RangBack(c.ctx, c.who, desk.RangInput{Key: c.form.Get("key"), Signal: signal, What: c.form.Get("rang"), Next: next})
	if err != nil {
		return c.again(err, again, f)
	}
	return c.receipt(receipt, "call.rang", Link{"/calls/" + string(signal), f.T("call.title", "number", id.Number(signal))}, Link{"/calls", f.T("nav.calls")})
}

// amendPageView is the call's own form once more, filled with what was kept.
type amendPageView struct {
	Frame
	callFields
	V       desk.AmendView
	Reason  Field
	Key     string
	Version string
}

func amendPage(c *call) error { return c.drawAmend(200, nil, nil) }

func (c *call) drawAmend(status int, mend *Frame, typed url.Values) error {
	signal, err := one[id.Signal](c.r, "signal")
	if err != nil {
		return err
	}
	v, err := c.site.Desk.ToAmend(c.ctx, c.who, signal)
	if err != nil {
		return err
	}
	f := c.frame("amend.title", "number", v.Number)
	if mend != nil {
		f.Errors = mend.Errors
	}
	if typed == nil || c.turning() {
		c.fresh(v.Version)
	}
	if typed == nil {
		typed = f.callAgain(v)
	}
	typed.Set("version", c.form.Get("version"))
	return c.render(status, "amend", newAmendPage(f, v, typed))
}

func newAmendPage(f Frame, v desk.AmendView, typed url.Values) amendPageView {
	f.MainForm = true
	fm := form{f, typed}
	reason := fm.choose("choice", "amend_reason", "amend_reason", casework.SignalReasons...)
	reason.Optional = !v.Why
	return amendPageView{
		Frame: f, V: v, Reason: reason, Key: typed.Get("key"), Version: typed.Get("version"),
		callFields: newCallFields(fm, v.Form, append([]string{casework.SignalOpen}, casework.SignalOutcomes...)),
	}
}

// callAgain is what was kept of a call as its form would have sent it.
func (f Frame) callAgain(v desk.AmendView) url.Values {
	typed := url.Values{"key": {v.Key}, "needs": v.Needs}
	for name, value := range map[string]string{
		"channel": v.Channel, "line": v.Line, "caller": v.Caller, "region": v.Region, "language": v.Language, "safety": v.Safety, "ring": v.Ring, "say": v.Say,
		"call_number": v.Contact.Reveal(), "promised": v.Promise, "call_note": v.Note.Reveal(), "call_words": v.Words.Reveal(), "call_outcome": v.Outcome,
	} {
		if value != "" {
			typed.Set(name, value)
		}
	}
	if v.Outcome == "" {
		typed.Set("call_outcome", casework.SignalOpen)
	}
	if !v.Words.Empty() {
		typed.Set("agreed", "yes") // nothing is kept of her words without it
	}
	if at := v.RingAt.In(f.zone); !v.RingAt.IsZero() {
		typed.Set("ring_day", at.Format("2006-01-02"))
		typed.Set("ring_time", at.Format("15:04"))
	}
	return typed
}

func amendPost(c *call) error {
	signal, err := one[id.Signal](c.r, "signal")
	if err != nil {
		return err
	}
	if c.turning() {
		return c.drawAmend(200, nil, c.form)
	}
	f := c.frame("amend.title", "number", id.Number(signal))
	again := func(f Frame) error { return c.drawAmend(422, &f, c.form) }
	in := desk.AmendInput{Signal: signal, Reason: c.form.Get("amend_reason"), Version: version(c.form)}
	var mend []fault.Field
	if in.CallInput, mend = c.callInput(""); len(mend) > 0 {
		f.mend(mend)
		return again(f)
	}
	receipt, err := c.site.Desk.AmendCall(c.ctx, c.who, in)
	if err != nil {
		return c.again(err, again, f)
	}
	return c.receipt(receipt, "call.amended", Link{"/calls/" + string(signal), f.T("call.title", "number", id.Number(signal))}, Link{"/calls", f.T("nav.calls")})
}
