package desk

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"pana/internal/access"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/store"
)

// everything is asked only of tables that hold nothing of a person (bodies and
// services), and to find the stream of an id; what is found is then decided on
// by access before anything of it is said.
var everything = access.All{}

// fileOfReferral finds the stream of a referral.
func (d *Desk) fileOfReferral(ctx context.Context, referral id.Referral) (id.File, error) {
	page, err := d.deps.Store.List(ctx, "referrals", store.Query{
		Scope: everything, Where: []store.Filter{store.Where("referral_id", store.Is, string(referral))}, Limit: 1,
	})
	if err != nil {
		return "", err
	}
	if len(page.Rows) == 0 {
		return "", fault.Withheld("no such referral")
	}
	return id.File(page.Rows[0].Text("file_id")), nil
}

// bodiesOfServices gives each service's body, in order. A service is its body's
// for ever, so what was found once is not looked up again; whether it is still
// offered, the act itself asks.
func (d *Desk) bodiesOfServices(ctx context.Context, services []id.Service) ([]id.Body, error) {
	out, asked := make([]id.Body, len(services)), []any(nil)
	for i, s := range services {
		if b, known := d.bodyOf.Load(s); known {
			out[i] = b.(id.Body)
		} else {
			asked = append(asked, string(s))
		}
	}
	if len(asked) == 0 {
		return out, nil
	}
	page, err := d.deps.Store.List(ctx, "services", store.Query{
		Scope: everything, Where: []store.Filter{store.Where("service_id", store.OneOf, asked...)}, Limit: len(services), NoTotal: true,
	})
	if err != nil {
		return nil, err
	}
	for _, r := range page.Rows {
		d.bodyOf.Store(id.Service(r.Text("service_id")), id.Body(r.Text("body_id")))
	}
	for i, s := range services {
		if b, known := d.bodyOf.Load(s); known {
			out[i] = b.(id.Body)
		} else {
			return nil, fault.Form(fault.Field{Name: "services", Code: "field.choice"})
		}
	}
	return out, nil
}

// bodyRow is a body as the directory knows it.
type bodyRow struct {
	ID                               id.Body
	Kind, Name, Region, Phone, Email string
	SMS, SMSWhen                     string
	Closed                           bool
}

// bodyNames are the bodies by id.
type bodyNames map[id.Body]bodyRow

func (n bodyNames) of(b id.Body) string { return n[b].Name }

func (n bodyNames) phone(b id.Body) Phone { return Phone{Body: b, Name: n[b].Name, Number: n[b].Phone} }

// that lists the open bodies of some kinds, near ones first.
func (n bodyNames) that(kinds []string, region string) []bodyRow {
	var out []bodyRow
	for _, b := range n {
		if !b.Closed && slices.Contains(kinds, b.Kind) && (region == "" || b.Region == region || b.Region == "") {
			out = append(out, b)
		}
	}
	slices.SortFunc(out, func(a, b bodyRow) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// maxBodies is far above what a country has; a list that is cut would hide one.
const maxBodies = 20_000

// bodyNames are the bodies, called as they are in the asker's language: those kept,
// once the ledger says that nothing happened to them. One who may not follow it
// reads them.
func (d *Desk) bodyNames(ctx context.Context, who access.Who) (bodyNames, error) {
	if d.names == nil || !d.namesReady.Load() || d.Follow(ctx) != nil {
		return d.readBodies(ctx, who)
	}
	return d.keptBodies(ctx, who)
}

// readBodies reads all bodies, or some.
func (d *Desk) readBodies(ctx context.Context, who access.Who, which ...store.Filter) (bodyNames, error) {
	page, err := d.deps.Store.List(ctx, "bodies", store.Query{Scope: everything, Limit: maxBodies, Where: which, NoTotal: true})
	if err != nil {
		return nil, fault.At("bodies", err)
	}
	out := make(bodyNames, len(page.Rows))
	for _, r := range page.Rows {
		b := id.Body(r.Text("body_id"))
		out[b] = bodyRow{b, r.Text("kind"), called(r, who.Lang), r.Text("region"), r.Text("phone"), r.Text("email"), r.Text("sms"), r.Text("sms_when"), r.Bool("closed")}
	}
	return out, nil
}

// called is a body's name in a language, from its row.
func called(r store.Found, lang string) string {
	var names map[string]string
	if text := r.Text("names"); text != "" && json.Unmarshal([]byte(text), &names) == nil && names[lang] != "" {
		return names[lang]
	}
	return r.Text("name")
}

// kindsThat lists the kinds of body with a power.
func (d *Desk) kindsThat(power string) []string {
	var out []string
	for _, k := range d.pack().BodyKinds {
		if slices.Contains(k.Can, power) {
			out = append(out, k.ID)
		}
	}
	return out
}
