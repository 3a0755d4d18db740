package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
	"sync"

	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/notify"
	"pana/internal/store"
)

// Telling bodies that something waits for them. What waits stands in My work and
// nowhere else: a letter says only that it does.

// tell sends to the bodies named, or to the bodies of a kind in a region. Only
// those who are told are read: a referral tells several, many times a minute.
func (d *Desk) tell(ctx context.Context, args map[string]string) error {
	switch {
	case d.deps.Post == nil:
		return nil // nobody is told outside Pana: My work shows it
	case args["kind"] != "":
		names, err := d.readBodies(ctx, product, store.Where("kind", store.Is, args["kind"]))
		if err != nil {
			return err
		}
		return d.post(ctx, args, names.that([]string{args["kind"]}, args["region"]))
	}
	return d.tellEach(ctx, args, strings.Fields(args["body"]))
}

// tellEach sends each body a letter of its own. One that cannot be sent does not
// keep the others from theirs; the job is then tried again for that one alone.
func (d *Desk) tellEach(ctx context.Context, args map[string]string, bodies []string) error {
	if len(bodies) == 0 {
		return nil
	}
	ids := make([]any, len(bodies))
	for i, b := range bodies {
		ids[i] = b
	}
	names, err := d.readBodies(ctx, product, store.Where("stream_id", store.OneOf, ids...))
	if err != nil {
		return err
	}
	job := letterID(args)
	told := d.half.of(job)
	var failed error
	for _, b := range bodies {
		if told[b] {
			continue
		}
		one := maps.Clone(args)
		one["body"] = b
		if to, ok := names[id.Body(b)]; ok {
			err = d.post(ctx, one, []bodyRow{to})
		}
		if told[b] = err == nil; err != nil {
			failed, err = err, nil
		}
	}
	d.half.keep(job, told, failed != nil)
	return failed
}

// halfTold remembers who was told by a job that is to be tried again because
// another could not be. It is only for as long as the program runs: a letter sent
// twice does no harm, eight of them would.
type halfTold struct {
	mu   sync.Mutex
	jobs map[string]map[string]bool
}

func (h *halfTold) of(job string) map[string]bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if told := h.jobs[job]; told != nil {
		return maps.Clone(told)
	}
	return map[string]bool{}
}

// mostHalfTold bounds what is remembered: jobs that were given up are never done.
const mostHalfTold = 1000

func (h *halfTold) keep(job string, told map[string]bool, again bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !again {
		delete(h.jobs, job)
		return
	}
	if h.jobs == nil || len(h.jobs) >= mostHalfTold {
		h.jobs = map[string]map[string]bool{}
	}
	h.jobs[job] = told
}

// remind tells those providers whose time is up that have not answered since.
func (d *Desk) remind(ctx context.Context, args map[string]string) error {
	if d.deps.Post == nil {
		return nil
	}
	f, err := d.view(ctx, id.File(args["file"]))
	if err != nil {
		return gone(err)
	}
	r, _ := find(f, id.Referral(args["referral"]))
	if r.State != casework.ReferralOpen {
		return nil
	}
	waits := func(body string) bool {
		return slices.ContainsFunc(r.Asks, func(a casework.Ask) bool {
			return a.Body == id.Body(body) && (a.State == casework.Asked || a.State == casework.Acknowledged && args["code"] == "notify.answer_due")
		})
	}
	return d.tellEach(ctx, args, slices.DeleteFunc(strings.Fields(args["body"]), func(b string) bool { return !waits(b) }))
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
