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
	case !d.tells():
		return nil // nobody is told outside Pana: My work shows it
	case args["kind"] != "":
		names, err := d.readBodies(ctx, product, store.Where("kind", store.Is, args["kind"]))
		if err != nil {
			return err
		}
		return d.tellBodies(ctx, args, names.that([]string{args["kind"]}, args["region"]))
	}
	return d.tellEach(ctx, args, strings.Fields(args["body"]))
}

// tellBodies is tellEach for bodies that were read.
func (d *Desk) tellBodies(ctx context.Context, args map[string]string, to []bodyRow) error {
	var ids []string
	for _, b := range to {
		ids = append(ids, string(b.ID))
	}
	return d.tellEach(ctx, args, ids)
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
		delete(one, "kind") // it is of this one body now
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
const mostHalfTold = 50_000

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
	if !d.tells() {
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
	return d.tellBodies(ctx, map[string]string{"file": string(file), "clock": clock}, to)
}

// tells says whether anybody can be told outside Pana.
func (d *Desk) tells() bool { return d.deps.Post != nil || len(d.deps.Ways) > 0 }

// post tells those bodies by every way there is. It is named by what it is about,
// so that the same message sent twice is the same. A way that is down is tried
// again by itself: who was told by another is not told again.
func (d *Desk) post(ctx context.Context, args map[string]string, to []bodyRow) error {
	m, later := d.message(args, to)
	ways := d.deps.Ways
	if d.deps.Post != nil {
		ways = append([]notify.Channel{{Name: "mail", Sender: d.deps.Post}}, ways...)
	}
	job := "way/" + m.ID
	told := d.half.of(job)
	var failed error
	for _, way := range ways {
		if told[way.Name] || way.Name == "mail" && len(m.To) == 0 {
			continue
		}
		err := way.Send(ctx, m)
		if fault.Of(err).Code == notify.CodeRejected {
			// Said no for good: it is kept where the administrator sees it, and not tried.
			err = d.deps.Store.GiveUp(ctx, casework.EffectNotify, args, d.now(), notify.CodeRejected)
		}
		if told[way.Name] = err == nil && (way.Name != smsWay || !later); err != nil {
			failed = err
		}
	}
	if later && failed == nil && slices.ContainsFunc(ways, func(w notify.Channel) bool { return w.Name == smsWay }) {
		failed = fault.New(fault.Busy, codeLater)
	}
	d.half.keep(job, told, failed != nil)
	return fault.At("tell "+args["code"], failed)
}

// smsWay is the way that keeps hours. codeLater has the job come again: it is no
// trouble, and the administrator is not shown it.
const (
	smsWay    = "sms"
	codeLater = "notify.later"
)

// message is who is told, by their own choice: a body without an address gets no
// letter, a telephone that several people read no SMS, and one that sleeps at
// night none at night. later says that one of them is to be told when it wakes.
func (d *Desk) message(args map[string]string, to []bodyRow) (m notify.Message, later bool) {
	m = notify.Message{ID: letterID(args)}
	hour := d.now().In(d.pack().Location()).Hour()
	for _, b := range to {
		if b.Closed {
			continue
		}
		m.Bodies = append(m.Bodies, string(b.ID))
		if b.Email != "" {
			m.To = append(m.To, b.Email)
		}
		switch {
		case b.SMS == "" || b.SMSWhen == casework.SMSShared:
		case b.SMSWhen == casework.SMSDaytime && (hour < dayBegins || hour >= dayEnds):
			later = true
		default:
			m.Numbers = append(m.Numbers, b.SMS)
		}
	}
	if later {
		m.Numbers = nil // all of them when the last wakes: no telephone rings twice
	}
	return m, later
}

// The hours in which a telephone of the daytime takes an SMS.
const dayBegins, dayEnds = 8, 20

func letterID(args map[string]string) string {
	var parts []string
	for k, v := range args {
		parts = append(parts, k+"="+v)
	}
	slices.Sort(parts)
	sum := sha256.Sum256([]byte(strings.Join(parts, "&")))
	return hex.EncodeToString(sum[:12])
}
