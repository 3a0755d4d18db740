package web

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
)

type callsDesk interface {
	Calls(ctx context.Context, who access.Who) (desk.Calls, error)
	TakeCall(ctx context.Context, who access.Who, in desk.CallInput) (casework.Receipt, error)
	Call(ctx context.Context, who access.Who, signal id.Signal) (desk.CallView, error)
	CloseCall(ctx context.Context, who access.Who, in desk.CloseCallInput) (casework.Receipt, error)
	ToAmend(ctx context.Context, who access.Who, signal id.Signal) (desk.AmendView, error)
	AmendCall(ctx context.Context, who access.Who, in desk.AmendInput) (casework.Receipt, error)
	RangBack(ctx context.Context, who access.Who, in desk.RangInput) (casework.Receipt, error)
	LinkCallers(ctx context.Context, who access.Who, in desk.LinkingInput) (casework.Receipt, error)
	NotTheSame(ctx context.Context, who access.Who, in desk.UnlinkInput) (casework.Receipt, error)
	CallMonths(ctx context.Context, who access.Who) (desk.FigureMonths, error)
	PublishCalls(ctx context.Context, who access.Who, in desk.PublishInput) (casework.Receipt, error)
	TakeOver(ctx context.Context, who access.Who, in desk.TakeOverInput) (casework.Receipt, error)
}

// callsPageView is the operator's console: the form that is filled while
// listening, and beside it what must be at hand before one can look for it.
type callsPageView struct {
	Frame
	told
	callFields
	From    Field // the number that rings, where callers are linked
	C       desk.Calls
	Key     string
	Quick   string // the key of the silent and abusive buttons
	Receipt *casework.Receipt
}

func callsPage(c *call) error {
	return c.drawCalls(200, c.frame("calls.title"), nil, nil)
}

// drawCalls shows the console with what was typed, or with a fresh form.
func (c *call) drawCalls(status int, f Frame, typed url.Values, done *casework.Receipt) error {
	calls, err := c.site.Desk.Calls(c.ctx, c.who)
	if err != nil {
		return err
	}
	if typed == nil {
		typed = url.Values{"key": {calls.Form.Key}, "channel": {"call"}}
		if lines := calls.Form.Lines; len(lines) > 0 {
			typed.Set("line", cmp.Or(c.form.Get("line"), lines[0])) // the line of the last call is the next one's
		}
	}
	p := newCallsPage(f, calls, typed)
	if done != nil {
		p.Receipt, p.told = done, c.told(*done)
	}
	return c.render(status, "calls", p)
}

func newCallsPage(f Frame, calls desk.Calls, typed url.Values) callsPageView {
	f.MainForm, f.Wide = true, true
	return callsPageView{Frame: f, C: calls, Key: typed.Get("key"), Quick: newKey(), From: form{f, typed}.field("text", "call_from"), callFields: newCallFields(form{f, typed}, calls.Form, typedOutcomes)}
}

// callFields are the questions of a call, in the order in which they are asked.
type callFields struct {
	Main   []Field // what is asked first
	Back   []Field // about ringing back
	Own    []Field // the caller's own words
	Result []Field // note, outcome
}

func newCallFields(fm form, asked desk.CallForm, outcomes []string) callFields {
	optional := func(fields ...Field) []Field {
		for i := range fields {
			fields[i].Optional = true
		}
		return fields
	}
	line := fm.field("choice", "line")
	for _, number := range asked.Lines {
		line.Options = append(line.Options, Option{Value: number, Label: number, On: fm.typed.Get("line") == number})
	}
	first := []Field{fm.choose("choice", "channel", "channel", casework.SignalChannels...)}
	if len(asked.Lines) > 1 {
		first = append(first, line)
	}
	return callFields{
		Main: append(first, optional(
			fm.choose("choice", "caller", "caller", casework.SignalCallers...),
			fm.choose("choice", "safety", "safety", casework.SignalSafety...),
			fm.choose("choices", "needs", "need", asked.Needs...),
			fm.choose("select", "region", "region", asked.Regions...),
			fm.choose("select", "language", "language", asked.Languages...),
		)...),
		Back: optional(
			fm.choose("choice", "ring", "ring", casework.SignalRings...),
			fm.field("day", "ring_day"), fm.field("hour", "ring_time"),
			fm.field("text", "call_number"),
			fm.choose("choice", "say", "say", casework.SignalSays...),
			fm.choose("choice", "promised", "promise", casework.SignalPromises...),
		),
		Own:    []Field{fm.field("yes", "agreed"), optional(fm.field("long_text", "call_words"))[0]},
		Result: append(optional(fm.field("long_text", "call_note")), fm.choose("choice", "call_outcome", "call_outcome", outcomes...)),
	}
}

// typedOutcomes are those of a call that was listened to; silent and abusive
// have a button of their own, and a file has its form.
var typedOutcomes = append([]string{casework.SignalOpen}, withoutAny(casework.SignalOutcomes, casework.SignalSilent, casework.SignalAbusive)...)

func withoutAny(list []string, these ...string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(these, s) })
}

// TheLine is the one that stands chosen: silent calls come at it too.
func (p callsPageView) TheLine() string {
	for _, f := range p.Main {
		for _, o := range f.Options {
			if f.Name == "line" && o.On {
				return o.Value
			}
		}
	}
	return ""
}

// WordsOpen says that the part for the caller's own words must not be folded.
func (p callFields) WordsOpen() bool {
	return slices.ContainsFunc(p.Own, func(f Field) bool { return f.Value != "" || f.Error() != "" })
}

func callsPost(c *call) error {
	f := c.frame("calls.title")
	if c.form.Get("key") == "" {
		c.form.Set("key", newKey())
	}
	again := func(f Frame) error { return c.drawCalls(422, f, c.form, nil) }
	if c.turning() {
		return c.drawCalls(200, f, c.form, nil)
	}
	button := c.form.Get("go")
	in, mend := c.callInput(button)
	if len(mend) > 0 {
		f.mend(mend)
		return again(f)
	}
	receipt, err := c.site.Desk.TakeCall(c.ctx, c.who, in)
	if err != nil {
		return c.again(err, again, f)
	}
	if signal, ok := id.Parse[id.Signal](receipt.Args["signal"]); ok && button == "concern" {
		return c.seeOther("/concern?signal=" + string(signal))
	} else if ok && button == "before" {
		return c.seeOther("/calls/" + string(signal))
	}
	return c.drawCalls(200, f, nil, &receipt)
}

// linkingPost switches the linking of callers on or off for the whole hotline.
func linkingPost(c *call) error {
	f := c.frame("calls.title")
	receipt, err := c.site.Desk.LinkCallers(c.ctx, c.who, desk.LinkingInput{Key: c.form.Get("key"), On: c.form.Get("go") == "on"})
	if err != nil {
		return err
	}
	return c.drawCalls(200, f, nil, &receipt)
}

// callInput reads the form. A button says what became of the call where it can:
// silent and abusive calls are one key, and one that becomes a concern is open
// until the concern is recorded, so that nothing is lost in between.
func (c *call) callInput(button string) (desk.CallInput, []fault.Field) {
	v, mend := c.form, tooLong(c.form)
	in := desk.CallInput{
		Key: v.Get("key"), Channel: v.Get("channel"), Line: v.Get("line"), Caller: v.Get("caller"), Region: v.Get("region"), Language: v.Get("language"),
		Safety: v.Get("safety"), Needs: v["needs"], Ring: v.Get("ring"), Say: v.Get("say"), Number: text(v, "call_number"), From: text(v, "call_from"),
		Promise: v.Get("promised"), Note: text(v, "call_note"), Words: text(v, "call_words"), Agreed: v.Get("agreed") == "yes",
		Outcome: v.Get("call_outcome"),
	}
	switch button {
	case casework.SignalSilent, casework.SignalAbusive:
		in.Outcome = button
	case "concern", "before":
		in.Outcome = casework.SignalOpen
	}
	var wrong []fault.Field
	in.RingAt, wrong = c.ringTime()
	return in, append(mend, wrong...)
}

// ringTime reads a day and a time of the country. A time alone is the next time
// that the clock shows it.
func (c *call) ringTime() (time.Time, []fault.Field) {
	day, hour := strings.TrimSpace(c.form.Get("ring_day")), strings.TrimSpace(c.form.Get("ring_time"))
	switch {
	case hour == "" && day == "":
		return time.Time{}, nil
	case hour == "":
		return time.Time{}, []fault.Field{{Name: "ring_time", Code: "field.ring_time"}}
	}
	local := c.now.In(c.site.Zone)
	at, err := time.ParseInLocation("2006-01-02 15:04", cmp.Or(day, local.Format(time.DateOnly))+" "+hour, c.site.Zone)
	if err != nil {
		return time.Time{}, []fault.Field{{Name: "ring_time", Code: "field.ring_time"}}
	}
	if day == "" && !at.After(c.now) {
		at = at.AddDate(0, 0, 1)
	}
	return at, nil
}

// fromCall fills a concern with what its call has. Opening the call for it is a
// reading like any other, and recorded.
func (c *call) fromCall(typed url.Values) error {
	asked := c.form.Get("signal")
	if asked == "" {
		return nil
	}
	signal, ok := id.Parse[id.Signal](asked)
	if !ok {
		return fault.Withheld("web: no identifier of a call")
	}
	v, err := c.site.Desk.Call(c.ctx, c.who, signal)
	if err != nil {
		return err
	}
	if v.Outcome != "" {
		return fault.New(fault.Conflict, casework.CodeSignalClosed)
	}
	for name, value := range map[string]string{"signal": string(signal), "safety": v.Safety, "language": v.Language, "contact": v.Contact.Reveal()} {
		if value != "" {
			typed.Set(name, value)
		}
	}
	if v.Region != "" {
		typed.Set("region", v.Region)
	}
	typed["needs"] = v.Needs
	if slices.Contains([]string{"any_time", "daytime"}, v.Ring) { // the other answers have no like in the concern
		typed.Set("contact_safe", v.Ring)
	}
	return nil
}
