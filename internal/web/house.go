package web

import (
	"context"
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
)

type houseDesk interface {
	House(ctx context.Context, who access.Who) (desk.House, error)
	Guest(ctx context.Context, who access.Who, file id.File) (desk.GuestView, error)
	HouseMonth(ctx context.Context, who access.Who, day time.Time) (desk.Month, error)
	LogCare(ctx context.Context, who access.Who, in desk.CareInput) (casework.Receipt, error)
	SetGoal(ctx context.Context, who access.Who, in desk.GoalInput) (casework.Receipt, error)
	CloseGoal(ctx context.Context, who access.Who, in desk.CloseGoalInput) (casework.Receipt, error)
	RecordIncident(ctx context.Context, who access.Who, in desk.IncidentInput) (casework.Receipt, error)
}

// housePageView is the house's day: what the next shift reads first, and one
// form that logs the same for several people.
type housePageView struct {
	Frame
	told
	H       desk.House
	Log     []Field
	Key     string
	Receipt *casework.Receipt
}

func housePage(c *call) error { return c.drawHouse(200, c.frame("house.title"), nil, nil) }

func (c *call) drawHouse(status int, f Frame, typed url.Values, done *casework.Receipt) error {
	h, err := c.site.Desk.House(c.ctx, c.who)
	if err != nil {
		return err
	}
	if typed == nil {
		typed = url.Values{"key": {h.Key}}
	}
	p := newHousePage(f, h, typed)
	if done != nil {
		p.Receipt, p.told = done, c.told(*done)
	}
	return c.render(status, "house", p)
}

func newHousePage(f Frame, h desk.House, typed url.Values) housePageView {
	f.MainForm, f.Wide = len(h.Guests) > 0, true
	fm := form{f, typed}
	persons := fm.field("choices", "files")
	for _, g := range h.Guests {
		persons.Options = append(persons.Options, Option{
			Value: string(g.Subject.File), Label: g.Subject.Number + " · " + f.Say(g.Subject), Hint: g.Place,
			On: slices.Contains(typed["files"], string(g.Subject.File)),
		})
	}
	return housePageView{Frame: f, H: h, Key: typed.Get("key"), Log: append([]Field{persons}, careFields(fm, h.Services)...)}
}

// careFields are an entry of the log, for one person or several.
func careFields(fm form, kinds []string) []Field {
	text := fm.field("long_text", "care_note")
	minutes, gave := fm.field("number", "minutes"), fm.choose("choices", "gave", "gave", casework.ThingsGiven...)
	minutes.Optional, gave.Optional, text.Optional = true, true, true
	return []Field{services("choice", "service", fm, kinds), minutes, gave, text}
}

// services is a choice among the pack's kinds of service.
func services(kind, name string, fm form, ids []string) Field {
	out := fm.field(kind, name)
	for _, s := range ids {
		out.Options = append(out.Options, Option{Value: s, Label: fm.frame.Or("service."+s, "service.other"), On: fm.typed.Get(name) == s})
	}
	return out
}

func housePost(c *call) error {
	f := c.frame("house.title")
	again := func(f Frame) error { return c.drawHouse(422, f, c.form, nil) }
	if c.turning() {
		return c.drawHouse(200, f, c.form, nil)
	}
	in, mend := careInput(c.form)
	for _, value := range c.form["files"] {
		if file, ok := id.Parse[id.File](value); ok {
			in.Files = append(in.Files, file)
		}
	}
	if f.mend(mend); len(mend) > 0 {
		return again(f)
	}
	receipt, err := c.site.Desk.LogCare(c.ctx, c.who, in)
	if err != nil {
		return c.again(renamed(err, "text", "care_note"), again, f)
	}
	return c.drawHouse(200, f, nil, &receipt)
}

func careInput(v url.Values) (desk.CareInput, []fault.Field) {
	mend := tooLong(v)
	in := desk.CareInput{Key: v.Get("key"), Service: v.Get("service"), Gave: v["gave"], Text: text(v, "care_note")}
	if typed := strings.TrimSpace(v.Get("minutes")); typed != "" {
		n, err := strconv.Atoi(typed)
		if err != nil {
			mend = append(mend, fault.Field{Name: "minutes", Code: "field.number"})
		}
		in.Minutes = n
	}
	return in, mend
}

// guestPageView is one person's days in the house.
type guestPageView struct {
	Frame
	told
	G        desk.GuestView
	Care     []Field
	Goal     []Field
	Incident []Field
	Outcome  Field
	Act      string // which of the forms was sent
	Key      string
	Receipt  *casework.Receipt
}

func guestPage(c *call) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	return c.drawGuest(200, c.frame("guest.title", "number", id.Number(file)), file, nil, nil)
}

func (c *call) drawGuest(status int, f Frame, file id.File, typed url.Values, done *casework.Receipt) error {
	g, err := c.site.Desk.Guest(c.ctx, c.who, file)
	if err != nil {
		return err
	}
	if typed == nil {
		typed = url.Values{"key": {g.Key}}
	}
	p := newGuestPage(f, g, typed)
	if done != nil {
		p.Receipt, p.told = done, c.told(*done)
	}
	return c.render(status, "guest", p)
}

func newGuestPage(f Frame, g desk.GuestView, typed url.Values) guestPageView {
	fm := form{f, typed}
	until := fm.field("day", "until")
	until.Optional = true
	words := fm.field("long_text", "incident_note")
	words.Optional = true
	return guestPageView{
		Frame: f, G: g, Key: typed.Get("key"), Act: typed.Get("go"), Care: careFields(fm, g.Services),
		Goal:     []Field{fm.field("long_text", "goal_text"), services("select", "goal_service", fm, g.Services), fm.choose("choice", "whose", "whose", casework.GoalWhose...), until},
		Incident: []Field{fm.choose("choice", "incident", "incident", casework.IncidentKinds...), words},
		Outcome:  fm.choose("select", "goal_outcome", "goal_outcome", casework.GoalOutcomes...),
	}
}

func guestPost(c *call) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	f := c.frame("guest.title", "number", id.Number(file))
	again := func(f Frame) error { return c.drawGuest(422, f, file, c.form, nil) }
	if c.turning() {
		return c.drawGuest(200, f, file, c.form, nil)
	}
	receipt, mend, err := c.guestAct(file)
	if f.mend(mend); len(mend) > 0 {
		return again(f)
	}
	if err != nil {
		return c.again(err, again, f)
	}
	return c.drawGuest(200, f, file, nil, &receipt)
}

// guestAct does what one of the forms of the page asks.
func (c *call) guestAct(file id.File) (casework.Receipt, []fault.Field, error) {
	v, key := c.form, c.form.Get("key")
	if mend := tooLong(v); len(mend) > 0 {
		return casework.Receipt{}, mend, nil
	}
	switch v.Get("go") {
	case "care":
		in, mend := careInput(v)
		if in.Files = []id.File{file}; len(mend) > 0 {
			return casework.Receipt{}, mend, nil
		}
		receipt, err := c.site.Desk.LogCare(c.ctx, c.who, in)
		return receipt, nil, renamed(err, "text", "care_note")
	case "goal":
		in := desk.GoalInput{Key: key, File: file, Service: v.Get("goal_service"), Whose: v.Get("whose"), Text: text(v, "goal_text")}
		if typed := v.Get("until"); typed != "" {
			day, err := time.ParseInLocation(time.DateOnly, typed, c.site.Zone)
			if err != nil {
				return casework.Receipt{}, []fault.Field{{Name: "until", Code: "field.date"}}, nil
			}
			in.Until = day.AddDate(0, 0, 1) // a day lasts until its midnight
		}
		receipt, err := c.site.Desk.SetGoal(c.ctx, c.who, in)
		return receipt, nil, renamed(err, "text", "goal_text", "service", "goal_service")
	case "close":
		goal, _ := id.Parse[id.Event](v.Get("goal"))
		receipt, err := c.site.Desk.CloseGoal(c.ctx, c.who, desk.CloseGoalInput{Key: key, File: file, Goal: goal, Outcome: v.Get("goal_outcome")})
		return receipt, nil, err
	case "incident":
		receipt, err := c.site.Desk.RecordIncident(c.ctx, c.who, desk.IncidentInput{Key: key, File: file, What: v.Get("incident"), Text: text(v, "incident_note")})
		return receipt, nil, renamed(err, "text", "incident_note")
	}
	return casework.Receipt{}, nil, fault.New(fault.Invalid, "form.malformed")
}

// monthPageView is the report that goes to who pays: counts, nobody's name.
type monthPageView struct {
	Frame
	M          desk.Month
	Month      string
	Last, Next string // of the months beside it; empty when it is not there yet
}

func (c *call) month() (desk.Month, error) {
	day := c.now
	if typed := c.r.URL.Query().Get("month"); typed != "" {
		d, err := time.ParseInLocation("2006-01", typed, c.site.Zone)
		if err != nil {
			return desk.Month{}, fault.Withheld("web: no such month")
		}
		day = d
	}
	return c.site.Desk.HouseMonth(c.ctx, c.who, day)
}

func monthPage(c *call) error {
	m, err := c.month()
	if err != nil {
		return err
	}
	return c.show(newMonthPage(c.frame("month.title"), m))
}

func newMonthPage(f Frame, m desk.Month) monthPageView {
	p := monthPageView{Frame: f, M: m, Month: m.From.Format("2006-01"), Last: m.From.AddDate(0, -1, 0).Format("2006-01")}
	if !m.Running {
		p.Next = m.To.Format("2006-01")
	}
	return p
}

// monthCSV is the same for a table: codes, so that months and houses can be added.
func monthCSV(c *call) error {
	m, err := c.month()
	if err != nil {
		return err
	}
	f := c.frame("month.title")
	rows := [][]string{{"month", "what", "kind", "entries", "minutes", "persons"}}
	month := m.From.Format("2006-01")
	for _, total := range []struct {
		what string
		n    int
	}{{"persons", m.Persons}, {"arrived", m.Arrived}, {"left", m.Left}, {"nights", m.Nights}, {"things", m.Things}} {
		rows = append(rows, []string{month, total.what, "", strconv.Itoa(total.n), "", ""})
	}
	for _, l := range m.Lines {
		rows = append(rows, []string{month, "service", l.Service, strconv.Itoa(l.Entries), strconv.Itoa(l.Minutes), strconv.Itoa(l.Persons)})
	}
	for _, x := range m.Wrong {
		rows = append(rows, []string{month, "incident", x.What, strconv.Itoa(x.N), "", ""})
	}
	return c.downloadCSV("house", "house-"+month, "", rows, f.T("month.lead", "from", f.Day(m.From), "to", f.Day(m.To.AddDate(0, 0, -1))), f.T("month.note"))
}

// LastDay is the day before a month's end.
func (p monthPageView) LastDay(to time.Time) time.Time { return to.AddDate(0, 0, -1) }
