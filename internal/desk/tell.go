package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/notify"
	"pana/internal/store"
)

// Telling bodies that something waits for them. What waits stands in My work and
// nowhere else: a letter says only that it does.

// tell sends to the body named, or to the bodies of a kind in a region.
func (d *Desk) tell(ctx context.Context, args map[string]string) error {
	// Only those who are told are read: a referral tells several, many times a minute.
	which := store.Where("body_id", store.Is, args["body"])
	if args["kind"] != "" {
		which = store.Where("kind", store.Is, args["kind"])
	}
	names, err := d.bodyNames(ctx, product, which)
	if err != nil {
		return err
	}
	var to []bodyRow
	if args["kind"] != "" {
		to = names.that([]string{args["kind"]}, args["region"])
	} else if b, ok := names[id.Body(args["body"])]; ok {
		to = append(to, b)
	}
	return d.post(ctx, args, to)
}

// remind tells a provider that its time is up, if it has not answered since.
func (d *Desk) remind(ctx context.Context, args map[string]string) error {
	f, err := d.view(ctx, id.File(args["file"]))
	if err != nil {
		return gone(err)
	}
	r, _ := find(f, id.Referral(args["referral"]))
	waits := slices.ContainsFunc(r.Asks, func(a casework.Ask) bool {
		return a.Body == id.Body(args["body"]) && (a.State == casework.Asked || a.State == casework.Acknowledged && args["code"] == "notify.answer_due")
	})
	if !waits || r.State != casework.ReferralOpen {
		return nil
	}
	return d.tell(ctx, args)
}

// clockOver tells those whom the clock is of, and those whom the pack names for
// its end, as far as they stand beside the file; and the coordinator's desk,
// when it is named, in the region.
func (d *Desk) clockOver(ctx context.Context, file id.File, clock string) error {
	f, err := d.view(ctx, file)
	if err != nil {
		return gone(err)
	}
	i := slices.IndexFunc(f.Clocks, func(c casework.ClockState) bool { return c.Clock == clock })
	if i < 0 || f.Clocks[i].Due.After(d.now()) {
		return nil // stopped, or started anew
	}
	kinds := slices.Clone(f.Clocks[i].Of)
	for _, c := range d.pack().Spec.Clocks {
		if c.ID == clock {
			kinds = append(kinds, c.OnExpiry.Tell...)
		}
	}
	names, err := d.bodyNames(ctx, product)
	if err != nil {
		return err
	}
	related, coordinators := casework.Relations(f), d.kindsThat("coordinate")
	to := slices.DeleteFunc(names.that(kinds, f.Region), func(b bodyRow) bool {
		return len(related[b.ID]) == 0 && !slices.Contains(coordinators, b.Kind)
	})
	return d.post(ctx, map[string]string{"file": string(file), "clock": clock}, to)
}

// post sends one letter to those that have an address. It is named by what it is
// about, so that the same one sent twice is the same.
func (d *Desk) post(ctx context.Context, args map[string]string, to []bodyRow) error {
	m := notify.Message{ID: letterID(args)}
	for _, b := range to {
		if b.Email != "" && !b.Closed {
			m.To = append(m.To, b.Email)
		}
	}
	if d.deps.Post == nil || len(m.To) == 0 {
		return nil
	}
	return fault.At("tell "+args["code"], d.deps.Post.Send(ctx, m))
}

func letterID(args map[string]string) string {
	var parts []string
	for k, v := range args {
		parts = append(parts, k+"="+v)
	}
	slices.Sort(parts)
	sum := sha256.Sum256([]byte(strings.Join(parts, "&")))
	return hex.EncodeToString(sum[:12])
}
