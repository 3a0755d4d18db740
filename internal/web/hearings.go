package web

import (
	"context"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/procedure"
)

type hearingsDesk interface {
	HearingForm(ctx context.Context, who access.Who, file id.File, step string) (desk.HearingForm, error)
	Hearing(ctx context.Context, who access.Who, file id.File, hearing id.Hearing) (desk.HearingView, error)
	Hearings(ctx context.Context, who access.Who, day time.Time, week bool) (desk.HearingCalendar, error)
	SetHearing(ctx context.Context, who access.Who, in desk.HearingInput) (casework.Receipt, error)
	SayInterpreter(ctx context.Context, who access.Who, in desk.InterpreterInput) (casework.Receipt, error)
	CloseHearing(ctx context.Context, who access.Who, in desk.CloseHearingInput) (casework.Receipt, error)
}

// hearingSetPage is the form of a hearing of a step.
type hearingSetPage struct {
	Frame
	File   id.File
	Form   desk.HearingForm
	Fields []Field
	Kept   []Kept
}

// hearingPage is one hearing: what was set, and the forms that change it.
type hearingPage struct {
	Frame
	File        id.File
	V           desk.HearingView
	Act         string // which of the forms was sent
	Move        []Field
	Interpreter []Field
	Close       []Field
	Key         string
}

func hearingForm(c *call) error { return c.drawHearingForm(http.StatusOK, nil) }

func (c *call) drawHearingForm(status int, typed url.Values) error {
	return c.drawHearingIn(status, c.hearingFrame(), typed)
}

func (c *call) hearingFrame() Frame {
	file, _ := one[id.File](c.r, "file")
	return c.frame("hearing.title", "number", id.Number(file))
}

func (c *call) drawHearingIn(status int, f Frame, typed url.Values) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	form, err := c.site.Desk.HearingForm(c.ctx, c.who, file, c.r.PathValue("step"))
	if err != nil {
		return err
	}
	return c.render(status, "hearing_new", newHearingForm(f, file, form, typed))
}

func newHearingForm(f Frame, file id.File, h desk.HearingForm, typed url.Values) hearingSetPage {
	if typed == nil {
		typed = url.Values{"key": {h.Key}, "hearing_minutes": {strconv.Itoa(h.Minutes)}, "hearing_language": {h.Language}}
	}
	f.MainForm = true
	fields := hearingFields(form{f, typed}, h)
	return hearingSetPage{Frame: f, File: file, Form: h, Fields: fields, Kept: keep(typed, namesOf(fields)...)}
}

func namesOf(fields []Field) []string {
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = f.Name
	}
	return out
}

// hearingFields are when and where, who decides, the language and the interpreter.
// That something else is at that hour is confirmed only once it was said.
func hearingFields(fm form, h desk.HearingForm) []Field {
	decider := fm.field("select", "decider")
	for _, d := range h.Deciders {
		decider.Options = append(decider.Options, Option{Value: string(d.Worker), Label: d.Name + " · " + fm.frame.Or("role."+d.Role, "frame.worker"), On: fm.typed.Get("decider") == string(d.Worker)})
	}
	decider.Optional, decider.None = true, fm.frame.T("hearing.decider.later")
	room := fm.field("text", "room")
	room.Optional = true
	out := []Field{fm.field("day", "hearing_at"), fm.field("hour", "hearing_hour"), fm.field("number", "hearing_minutes"), room, fm.field("yes", "remote")}
	if len(h.Deciders) > 0 {
		out = append(out, decider)
	}
	out = append(out, fm.choose("select", "hearing_language", "language", h.Languages...))
	out = append(out, interpreterFields(fm)...)
	return append(out, despite(fm)...)
}

// despite is the box that says that what clashes was read, where something does.
func despite(fm form) []Field {
	if slices.ContainsFunc(fm.frame.Errors, func(e FieldError) bool { return despiteCodes[e.Code] }) || fm.typed.Has("despite") {
		return []Field{fm.field("yes", "despite")}
	}
	return nil
}

// despiteCodes are what is said once and can be set all the same.
var despiteCodes = map[string]bool{
	"hearing.day_off": true, "hearing.notice": true, "hearing.room_taken": true, "hearing.decider_busy": true,
	"hearing.interpreter_busy": true, "hearing.person_busy": true,
}

func interpreterFields(fm form) []Field {
	name, contact := fm.field("text", "interpreter_name"), fm.field("text", "interpreter_contact")
	name.Optional, contact.Optional = true, true
	return []Field{
		fm.choose("choice", "interpreter_state", "interpreter", casework.InterpreterStates...),
		fm.choose("choice", "interpreter_sex", "interpreter_sex", casework.InterpreterSexes...),
		fm.choose("choice", "interpreter_origin", "interpreter_origin", casework.InterpreterOrigins...), name, contact,
	}
}

func hearingPost(c *call) error {
	f := c.hearingFrame()
	again := func(f Frame) error { return c.drawHearingIn(http.StatusUnprocessableEntity, f, c.form) }
	if c.turning() {
		return c.drawHearingIn(http.StatusOK, f, c.form)
	}
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	in, mend := hearingInput(c.form)
	if f.mend(mend); len(mend) > 0 {
		return again(f)
	}
	in.File, in.Step = file, c.r.PathValue("step")
	receipt, err := c.site.Desk.SetHearing(c.ctx, c.who, in)
	if err != nil {
		return c.again(err, again, f)
	}
	return c.heard(receipt, file, id.Hearing(receipt.Args["hearing"]))
}

// heard is the receipt of what was done with a hearing, and the ways on: the
// hearing, its summons, the calendar.
func (c *call) heard(r casework.Receipt, file id.File, hearing id.Hearing) error {
	f := c.frame("hearing.done")
	return c.receipt(r, "hearing.done", Link{hearingPath(file, hearing), f.T("hearing.to")}, Link{"/hearings", f.T("nav.hearings")}, Link{"/file/" + string(file), f.T("to_file")})
}

func hearingPath(file id.File, hearing id.Hearing) string {
	return "/file/" + string(file) + "/hearings/" + string(hearing)
}

func hearingInput(v url.Values) (desk.HearingInput, []fault.Field) {
	mend := tooLong(v)
	minutes, err := strconv.Atoi(strings.TrimSpace(v.Get("hearing_minutes")))
	if err != nil {
		mend = append(mend, fault.Field{Name: "hearing_minutes", Code: "field.number"})
	}
	day, hour := v.Get("hearing_at"), v.Get("hearing_hour")
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		mend = append(mend, fault.Field{Name: "hearing_at", Code: "hearing.day"})
	}
	if _, err := time.Parse("15:04", hour); err != nil {
		mend = append(mend, fault.Field{Name: "hearing_hour", Code: "field.hour"})
	}
	decider, _ := id.Parse[id.Worker](v.Get("decider"))
	seen, _ := id.Parse[id.Event](v.Get("seen"))
	return desk.HearingInput{
		Key: v.Get("key"), Seen: seen, At: day + "T" + hour, Minutes: minutes, Remote: v.Get("remote") == "yes", Room: text(v, "room"), Decider: decider,
		Language: v.Get("hearing_language"), Interpreter: interpreterInput(v), Why: v.Get("hearing_why"), Despite: v.Get("despite") == "yes",
	}, mend
}

func interpreterInput(v url.Values) casework.Interpreter {
	return casework.Interpreter{
		State: v.Get("interpreter_state"), Sex: v.Get("interpreter_sex"), Origin: v.Get("interpreter_origin"),
		Name: text(v, "interpreter_name"), Contact: text(v, "interpreter_contact"),
	}
}

func hearingShow(c *call) error { return c.drawHearing(http.StatusOK, c.hearingFrame(), nil) }

func (c *call) drawHearing(status int, f Frame, typed url.Values) error {
	file, hearing, err := inFile[id.Hearing](c.r, "hearing")
	if err != nil {
		return err
	}
	v, err := c.site.Desk.Hearing(c.ctx, c.who, file, hearing)
	if err != nil {
		return err
	}
	return c.render(status, "hearing", newHearingPage(f, file, v, typed))
}

// newHearingPage draws each form with what stands, and the one that was sent with
// what was typed in it.
func newHearingPage(f Frame, file id.File, v desk.HearingView, typed url.Values) hearingPage {
	p := hearingPage{Frame: f, File: file, V: v, Act: typed.Get("go"), Key: typed.Get("key")}
	if p.Key == "" {
		p.Key = v.Key
	}
	of := func(act string) form {
		if p.Act == act {
			return form{f, typed}
		}
		return form{f.unasked(), p.standing()}
	}
	why := func(fm form) Field {
		return fm.choose("choice", "hearing_why", "hearing_why", casework.HearingReasons...)
	}
	move := of("move")
	p.Move = append([]Field{why(move)}, hearingFields(move, v.HearingForm)...)
	interpreter := of("interpreter")
	p.Interpreter = append(interpreterFields(interpreter), despite(interpreter)...)
	closing := of("close")
	note, reason := closing.field("long_text", "hearing_note"), why(closing)
	note.Optional, reason.Optional = true, true
	p.Close = []Field{closing.choose("choice", "hearing_outcome", "state", casework.HearingOutcomes...), reason, note}
	p.Move, p.Interpreter, p.Close = within("m", p.Move), within("i", p.Interpreter), within("c", p.Close)
	return p
}

// within gives the fields of one of several forms elements of their own.
func within(form string, fields []Field) []Field {
	for i := range fields {
		if fields[i].Error() == "" { // a message's link goes to the field's own name
			fields[i].ID = form + "-" + fields[i].Name
		}
	}
	return fields
}

// unasked is the frame without messages: they are another form's.
func (f Frame) unasked() Frame {
	f.Errors = nil
	return f
}

// standing is the hearing as its form would send it.
func (p hearingPage) standing() url.Values {
	d := p.V.Detail
	out := url.Values{
		"hearing_at": {d.At.In(p.zone).Format(time.DateOnly)}, "hearing_hour": {d.At.In(p.zone).Format("15:04")}, "hearing_minutes": {strconv.Itoa(d.Minutes)},
		"room": {d.Room.Reveal()}, "decider": {string(d.Decider)}, "hearing_language": {d.Language}, "interpreter_state": {d.Interpreter.State},
		"interpreter_sex": {d.Interpreter.Sex}, "interpreter_origin": {d.Interpreter.Origin}, "interpreter_name": {d.Interpreter.Name.Reveal()},
		"interpreter_contact": {d.Interpreter.Contact.Reveal()},
	}
	if d.Remote {
		out.Set("remote", "yes")
	}
	return out
}

// Summoned is the address of the summons: the one handed over, or the one to be.
func (p hearingPage) Summoned() template.URL {
	if p.V.Summons != "" {
		return p.U("/file/" + string(p.File) + "/papers/" + string(p.V.Summons))
	}
	return p.U("/file/" + string(p.File) + "/paper/" + string(p.V.Detail.Event))
}

// Here is the address of this hearing.
func (p hearingPage) Here() string { return hearingPath(p.File, p.V.Detail.Hearing) }

func hearingAct(c *call) error {
	f := c.hearingFrame()
	if c.turning() {
		return c.drawHearing(http.StatusOK, f, c.form)
	}
	file, hearing, err := inFile[id.Hearing](c.r, "hearing")
	if err != nil {
		return err
	}
	again := func(f Frame) error { return c.drawHearing(http.StatusUnprocessableEntity, f, c.form) }
	receipt, mend, err := c.actOnHearing(file, hearing)
	if f.mend(mend); len(mend) > 0 {
		return again(f)
	}
	if err != nil {
		return c.again(err, again, f)
	}
	return c.heard(receipt, file, hearing)
}

func (c *call) actOnHearing(file id.File, hearing id.Hearing) (casework.Receipt, []fault.Field, error) {
	v := c.form
	if mend := tooLong(v); len(mend) > 0 {
		return casework.Receipt{}, mend, nil
	}
	switch v.Get("go") {
	case "move":
		in, mend := hearingInput(v)
		if len(mend) > 0 {
			return casework.Receipt{}, mend, nil
		}
		in.File, in.Hearing = file, hearing
		r, err := c.site.Desk.SetHearing(c.ctx, c.who, in)
		return r, nil, err
	case "interpreter":
		r, err := c.site.Desk.SayInterpreter(c.ctx, c.who, desk.InterpreterInput{Key: v.Get("key"), File: file, Hearing: hearing, Interpreter: interpreterInput(v), Despite: v.Get("despite") == "yes"})
		return r, nil, err
	}
	seen, _ := id.Parse[id.Event](v.Get("seen"))
	r, err := c.site.Desk.CloseHearing(c.ctx, c.who, desk.CloseHearingInput{
		Key: v.Get("key"), File: file, Hearing: hearing, Seen: seen, Outcome: v.Get("hearing_outcome"), Why: v.Get("hearing_why"), Text: text(v, "hearing_note"),
	})
	return r, nil, err
}

// hearingICS is the hour for somebody's own calendar, which others read: that there
// is an appointment, and nothing of whom or where.
func hearingICS(c *call) error {
	file, hearing, err := inFile[id.Hearing](c.r, "hearing")
	if err != nil {
		return err
	}
	v, err := c.site.Desk.Hearing(c.ctx, c.who, file, hearing)
	if err != nil {
		return err
	}
	l, err := c.leaves(desk.Taking{What: "hearing", File: file})
	if err != nil {
		return err
	}
	const form = "20060102T150405Z"
	lines := []string{
		"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//pana//hearing//EN", "X-PANA-TAKEN:" + l.code(), "BEGIN:VEVENT", "UID:" + string(hearing) + "@pana",
		"DTSTAMP:" + c.now.UTC().Format(form), "DTSTART:" + v.Detail.At.UTC().Format(form), "DTEND:" + v.Detail.Until.UTC().Format(form),
		"SUMMARY:" + c.frame("").T("hearing.appointment"), "CLASS:PRIVATE", "END:VEVENT", "END:VCALENDAR", "",
	}
	return l.send("text/calendar; charset=utf-8", "hearing-"+id.Number(hearing), ".ics", []byte(strings.Join(lines, "\r\n")))
}

// calendarPage is the hearings of a body on a day or in a week.
type calendarPage struct {
	Frame
	C desk.HearingCalendar
}

func hearingsPage(c *call) error {
	q := c.r.URL.Query()
	day := c.now
	if typed := q.Get("day"); typed != "" {
		d, err := time.ParseInLocation(time.DateOnly, typed, c.site.Zone)
		if err != nil {
			return fault.Withheld("web: no such day")
		}
		day = d
	}
	cal, err := c.site.Desk.Hearings(c.ctx, c.who, day, q.Get("view") != "day")
	if err != nil {
		return err
	}
	return c.show(newCalendarPage(c.frame("hearings.title"), cal))
}

func newCalendarPage(f Frame, cal desk.HearingCalendar) calendarPage {
	f.Wide = true
	return calendarPage{f, cal}
}

// On is the address of the calendar on a day.
func (p calendarPage) On(day time.Time, week bool) template.URL {
	view := "day"
	if week {
		view = "week"
	}
	return p.U(fmt.Sprintf("/hearings?day=%s&view=%s", day.Format(time.DateOnly), view))
}

// Weekday is the day's name with its date.
func (p calendarPage) Weekday(day time.Time) string {
	return p.T("weekday."+strconv.Itoa(int(day.Weekday()))) + ", " + p.Day(day)
}

// LastDay is the last day of what is shown.
func (p calendarPage) LastDay() time.Time { return p.C.To.AddDate(0, 0, -1) }

// Length is a length of the pack, "3 working days", in words.
func (f Frame) Length(s string) string {
	l, err := procedure.ParseLength(s)
	key := "law.length." + strings.ReplaceAll(string(l.Unit), " ", "_")
	if err != nil || !f.Has(key) {
		return s
	}
	return f.T(key, "n", l.N)
}
