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
	"pana/internal/procedure"
	"pana/internal/store"
)

// EmergencyInput opens one file for an hour, because somebody is in danger.
type EmergencyInput struct {
	Key    string `form:"key"`
	File   string `form:"file"` // number or id, as told on the telephone
	Reason string `form:"reason"`
}

// EmergencyReasons are what may be said; each has wording "emergency.reason.…".
var EmergencyReasons = []string{"danger_to_life", "medical", "missing"}

// EmergencyForm says, before anything is asked, how long it lasts and whose
// telephone rings.
type EmergencyForm struct {
	Key     string
	Minutes int
	Reasons []string
	Tells   []string // kinds of body, in the region where the person is
}

// EmergencyView is what is shown for the hour: who she is and what she needs.
// Places, who reported, who else was asked and how to reach a child are not in
// it and cannot be: the fields are not there.
type EmergencyView struct {
	Subject  Subject
	Until    time.Time
	Over     bool // the hour has ended: nothing else is filled
	Reason   string
	Told     []Phone
	Identity *Identity
	Needs    []string
	Safety   string
	Contact  *Contact // an adult's
}

// codeEmergencyReason asks for one of EmergencyReasons.
const codeEmergencyReason = "emergency.reason"

// emergencyOpening is what the opening is called in "who opened this file".
const emergencyOpening = "emergency"

// MayOpenEmergency says whether the worker has the right at all, for the page
// that asks for the number and the reason.
func (d *Desk) MayOpenEmergency(who access.Who) bool {
	return d.allowed(who, access.OpenEmergency, "file")
}

// EmergencyForm is the page before.
func (d *Desk) EmergencyForm(_ context.Context, who access.Who) (EmergencyForm, error) {
	if !d.MayOpenEmergency(who) {
		return EmergencyForm{}, fault.Withheld("emergency")
	}
	at := d.now()
	until, err := d.emergencyEnd(at)
	if err != nil {
		return EmergencyForm{}, err
	}
	return EmergencyForm{
		Key: string(id.New[id.Event](at)), Minutes: int(until.Sub(at).Minutes()), Reasons: EmergencyReasons, Tells: d.kindsThat("coordinate"),
	}, nil
}

func (d *Desk) emergencyEnd(at time.Time) (time.Time, error) {
	until, err := procedure.Due(d.pack().Standards.Emergency, at, d.pack().Location(), d.pack().DaysOff(), procedure.Duty)
	if err != nil {
		return time.Time{}, fault.Because(err, fault.Internal, "pack.standards")
	}
	return until, nil
}

// OpenEmergency records the reason, tells the coordinator, and then lets the
// worker see the file for the time of the standards.
func (d *Desk) OpenEmergency(ctx context.Context, who access.Who, in EmergencyInput) (EmergencyView, casework.Receipt, error) {
	if !d.MayOpenEmergency(who) {
		return EmergencyView{}, casework.Receipt{}, fault.Withheld("emergency")
	}
	if !slices.Contains(EmergencyReasons, in.Reason) {
		return EmergencyView{}, casework.Receipt{}, fault.Form(fault.Field{Name: "reason", Code: codeEmergencyReason})
	}
	file, err := d.fileByNumber(ctx, in.File)
	if err != nil {
		return EmergencyView{}, casework.Receipt{}, err
	}
	at := d.now()
	until, err := d.emergencyEnd(at)
	if err != nil {
		return EmergencyView{}, casework.Receipt{}, err
	}
	advocates, err := d.advocatesOf(ctx, file)
	if err != nil {
		return EmergencyView{}, casework.Receipt{}, err
	}
	receipt, err := d.change(ctx, who, in.Key, in, at, []casework.Ref{fileRef(file)}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		f := fileOf(l, file)
		v, err := d.may(who, access.OpenEmergency, f)
		if err != nil {
			return casework.Decision{}, err
		}
		return casework.Open(f, casework.Opened{
			What: emergencyOpening, Purpose: v.Purpose, Rule: v.Rule, Emergency: true, Until: until, Reason: in.Reason,
		}, m, advocates...)
	})
	if err != nil {
		return EmergencyView{}, receipt, err
	}
	out, err := d.EmergencyFile(ctx, who, file)
	return out, receipt, err
}

// advocatesOf are the bodies that stand beside the person: her advocates, and those that
// she asked by name, of a kind that has advocates.
func (d *Desk) advocatesOf(ctx context.Context, file id.File) (out []id.Body, err error) {
	f, err := d.view(ctx, file)
	if err != nil {
		return nil, err
	}
	for b, relations := range casework.Relations(f) {
		if slices.Contains(relations, casework.RelAddressed) && !slices.Contains(relations, casework.RelAdvocate) {
			_, body, err := d.ofBody(ctx, b)
			if err != nil {
				continue // closed since
			}
			if kind := d.pack().BodyKind(body.Kind); kind == nil || !slices.Contains(kind.Roles, "advocate") {
				continue
			}
		} else if !slices.Contains(relations, casework.RelAdvocate) {
			continue
		}
		out = append(out, b)
	}
	slices.Sort(out)
	return out, nil
}

// EmergencyFile is the page again, while the hour runs. After it, who had the
// hour is told that it is over; to anybody else there is no such page.
func (d *Desk) EmergencyFile(ctx context.Context, who access.Who, file id.File) (EmergencyView, error) {
	f, err := d.view(ctx, file)
	if err != nil {
		return EmergencyView{}, err
	}
	if _, err := d.may(who, access.OpenEmergency, f); err != nil {
		return EmergencyView{}, err
	}
	i := lastEmergency(f, who.Worker)
	if i < 0 {
		return EmergencyView{}, fault.Withheld("no emergency access was opened")
	}
	opening := f.Openings[i]
	if !opening.Until.After(d.now()) {
		return EmergencyView{Subject: Subject{File: f.ID}, Over: true, Until: opening.Until}, nil
	}
	out := EmergencyView{Subject: subject(f), Until: opening.Until, Reason: opening.Reason, Needs: f.Needs, Safety: f.Safety}
	if out.Told, err = d.toldOf(ctx, who, f.Region); err != nil {
		return EmergencyView{}, err
	}
	if _, err := d.mayIn(who, access.OpenEmergency, f, "", "identity"); err == nil {
		out.Identity = identityView(f)
	}
	// How to reach a child says where the child is.
	if _, err := d.mayIn(who, access.OpenEmergency, f, "", "contact"); err == nil && f.Contact != nil && !f.Child() {
		out.Contact = contactView(f.Contact)
	}
	return out, nil
}

func lastEmergency(f *casework.File, worker id.Worker) int {
	for i, o := range slices.Backward(f.Openings) {
		if o.Emergency && o.Worker == worker {
			return i
		}
	}
	return -1
}

// toldOf are the bodies whose bell rang, with their telephones.
func (d *Desk) toldOf(ctx context.Context, who access.Who, region string) ([]Phone, error) {
	names, err := d.bodyNames(ctx, who)
	if err != nil {
		return nil, err
	}
	var out []Phone
	for _, b := range names.that(d.kindsThat("coordinate"), region) {
		out = append(out, names.phone(b.ID))
	}
	return out, nil
}

// fileByNumber finds the one file with a number, whoever's it is: only for acts
// that are themselves recorded before anything of the file is said.
func (d *Desk) fileByNumber(ctx context.Context, typed string) (id.File, error) {
	typed = strings.TrimSpace(typed)
	if f, ok := id.Parse[id.File](strings.ToLower(typed)); ok {
		return f, nil
	}
	page, err := d.deps.Store.List(ctx, "files", store.Query{
		Scope: everything, Where: []store.Filter{store.Where("number", store.Is, strings.ToUpper(typed))}, Limit: 2,
	})
	if err != nil {
		return "", err
	}
	if len(page.Rows) != 1 {
		return "", fault.Withheld("no such file")
	}
	return id.File(page.Rows[0].Text("file_id")), nil
}
