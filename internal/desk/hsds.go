package desk

import (
	"context"
	"slices"
	"strings"

	"pana/internal/access"
	"pana/internal/exchange/hsds"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/store"
	"pana/internal/wording"
)

// PublicDirectory is the directory as anybody may have it: a feed of Open Referral's
// specification, without whoever runs a house.
type PublicDirectory struct {
	About    []byte
	Services []byte
	Files    []hsds.File
}

// PublicDirectory makes the feed in a language. Who has or had a service with beds or a
// room, or is of a kind that is called as such a service, runs a house: one that is closed
// may open again.
func (d *Desk) PublicDirectory(ctx context.Context, lang string) (PublicDirectory, error) {
	page, err := d.deps.Store.List(ctx, "services", store.Query{Scope: everything, Limit: maxBodies, NoTotal: true})
	if err != nil {
		return PublicDirectory{}, fault.At("services", err)
	}
	names, err := d.bodyNames(ctx, access.Who{Lang: lang})
	if err != nil {
		return PublicDirectory{}, err
	}
	rooms, err := d.deps.Store.Texts(ctx, "places", "body_id", store.Query{Scope: everything})
	if err != nil {
		return PublicDirectory{}, fault.At("rooms", err)
	}
	say := func(keys ...string) string {
		for _, key := range keys {
			if d.pack().Words().Has(wording.Lang(lang), key) {
				return d.pack().Words().Say(wording.Lang(lang), key)
			}
		}
		return ""
	}
	in := hsds.Directory{Language: lang, Hotline: d.pack().Head.Hotline, HotlineName: say("body.hotline"), Houses: say("hsds.houses")}
	for _, r := range page.Rows {
		body := names[id.Body(r.Text("body_id"))]
		t, asHouse := d.pack().Service(r.Text("type")), d.pack().Service(body.Kind)
		house := t == nil || t.Beds || asHouse != nil && asHouse.Beds || slices.Contains(rooms, string(body.ID))
		if !house && (r.Bool("closed") || body.Closed) {
			continue
		}
		var takes []string
		for _, who := range words(r.Text("takes")) {
			takes = append(takes, say("takes."+who))
		}
		in.Services = append(in.Services, hsds.Service{
			ID: r.Text("service_id"), Body: string(body.ID), Name: say("service."+r.Text("type"), "service.other"), BodyName: body.Name, BodyKind: say("body."+body.Kind, "body_kind.other"),
			Area: say("region." + r.Text("region")), Takes: strings.Join(takes, ", "), Phone: r.Text("phone"), House: house,
		})
	}
	feed := hsds.Make(in)
	var out PublicDirectory
	if out.About, err = hsds.About(); err == nil {
		if out.Services, err = feed.Services(); err == nil {
			out.Files, err = feed.Package()
		}
	}
	return out, fault.At("write the public directory", err)
}
