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

// EmergencyView is what is shown for the hour: who she is and what she needs.
// Places, who reported, who else was asked and how to reach a child are not in
// it and cannot be: the fields are not there.
type EmergencyView struct {
	Subject  Subject
	Until    time.Time
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
	until, err := procedure.Due(d.pack().Standards.Emergency, at, d.pack().Location(), d.pack().DaysOff(), procedure.Duty)
	if err != nil {
		return EmergencyView{}, casework.Receipt{}, fault.Because(err, fault.Internal, "pack.standards")
	}
	receipt, err := d.change(ctx, who, in.Key, in, at, []casework.Ref{fileRef(file)}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		f := fileOf(l, file)
		v, err := d.may(who, access.OpenEmergency, f)
		if err != nil {
			return casework.Decision{}, err
		}
		return casework.Open(f, casework.Opened{
			What: emergencyOpening, Purpose: v.Purpose, Rule: v.Rule, Emergency: true, Until: until, Reason: in.Reason,
		}, m)
	})
	if err != nil {
		return EmergencyView{}, receipt, err
	}
	out, err := d.EmergencyFile(ctx, who, file)
	return out, receipt, err
}

// EmergencyFile is the page again, while the hour runs.
func (d *Desk) EmergencyFile(ctx context.Context, who access.Who, file id.File) (EmergencyView, error) {
	f, err := d.view(ctx, file)
	if err != nil {
		return EmergencyView{}, err
	}
	if _, err := d.may(who, access.OpenEmergency, f); err != nil {
		return EmergencyView{}, err
	}
	out := EmergencyView{Subject: subject(f), Until: f.EmergencyUntil(who.Worker, d.now()), Needs: f.Needs, Safety: f.Safety}
	if out.Until.IsZero() {
		return EmergencyView{}, fault.Withheld("no emergency access runs")
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
