package desk

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"strings"
	"time"
	"unicode"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/store"
	"pana/internal/withheld"
)

// Repeat callers without identity (docs/decisions/0022). A number makes a tag by
// the key of the day and is not kept. A later call's number makes the tags of the
// last ninety days, and one that is there says: this caller rang before. Nobody can
// ask about a number without taking a call, which stands in the list and the record.

// linkDays is how long two calls can be found alike: the service's own rule.
const linkDays = 90

// RangBefore is what an operator is told of a caller, and nothing more.
type RangBefore struct {
	N    int
	Last time.Time
	Ring string // what was agreed about ringing back, the last time
	Say  string
}

// LinkingInput switches the linking of callers on or off.
type LinkingInput struct {
	Key string
	On  bool
}

// UnlinkInput says that a caller is not the one the call looked like.
type UnlinkInput struct {
	Key    string
	Signal id.Signal
}

// LinkCallers switches it for the worker's own body. Off forgets at once.
func (d *Desk) LinkCallers(ctx context.Context, who access.Who, in LinkingInput) (casework.Receipt, error) {
	if err := d.mayDo(who, access.LinkCallers, "signal"); err != nil {
		return casework.Receipt{}, err
	}
	receipt, err := d.change(ctx, who, in.Key, in, d.now(), []casework.Ref{bodyRef(who.Body)}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		return casework.LinkCallers(store.As[*casework.Body](l, bodyRef(who.Body)), in.On, m)
	})
	if err == nil && !in.On {
		err = d.deps.Store.UnlinkBody(ctx, who.Body)
	}
	return receipt, err
}

// NotTheSame takes a call out of those it looked like.
func (d *Desk) NotTheSame(ctx context.Context, who access.Who, in UnlinkInput) (casework.Receipt, error) {
	receipt, err := d.onCall(ctx, who, in.Key, in, in.Signal, casework.UnlinkSignal)
	if err == nil {
		err = d.deps.Store.Unlink(ctx, in.Signal)
	}
	return receipt, err
}

// links says whether a body links its callers.
func (d *Desk) links(ctx context.Context, body id.Body) (bool, error) {
	l, err := d.deps.Store.View(ctx, bodyRef(body))
	if err != nil {
		return false, fault.At("does it link callers", err)
	}
	b := store.As[*casework.Body](l, bodyRef(body))
	return b != nil && b.Linking, nil
}

// linkCall tags a call that was kept a moment ago. One that fails is a call that is
// like no other, and no reason to lose the call.
func (d *Desk) linkCall(ctx context.Context, who access.Who, signal id.Signal, number withheld.Text, at time.Time) {
	said := sameNumber(number.Reveal())
	on, err := d.links(ctx, who.Body)
	if err == nil && on && said != "" {
		err = d.tagCall(ctx, who.Body, signal, said, at)
	}
	if err != nil {
		d.deps.Log.Warn("call not linked", "code", fault.Of(err).Code)
	}
}

func (d *Desk) tagCall(ctx context.Context, body id.Body, signal id.Signal, number string, at time.Time) error {
	keys, today := d.deps.Store.Keys(), d.linkDay(at, 0)
	if err := d.ForgetCallers(ctx); err != nil {
		return err
	}
	if err := keys.Reload(ctx); err != nil { // another node may have made today's key
		return err
	}
	key, err := keys.Secret(ctx, store.LinkSecret(today), at)
	if err != nil {
		return err
	}
	var tags [][]byte
	for ago := linkDays - 1; ago >= 0; ago-- {
		if old, ok := keys.Held(store.LinkSecret(d.linkDay(at, ago))); ok {
			tags = append(tags, tagOf(old, body, number))
		}
	}
	caller, err := d.deps.Store.CallerOf(ctx, body, tags)
	if err != nil {
		return err
	}
	if caller == "" {
		caller = rand.Text()
	}
	return d.deps.Store.AddCallLink(ctx, store.CallLink{Signal: signal, Body: body, Day: today, Tag: tagOf(key, body, number), Caller: caller})
}

// ForgetCallers destroys the keys and links that are older than ninety days.
func (d *Desk) ForgetCallers(ctx context.Context) error {
	return d.deps.Store.ForgetCallLinks(ctx, d.linkDay(d.now(), linkDays-1))
}

// linkDay is a day of the country, so many days ago.
func (d *Desk) linkDay(at time.Time, ago int) string {
	return at.In(d.pack().Location()).AddDate(0, 0, -ago).Format(time.DateOnly)
}

// tagOf is bound to the body: two hotlines' calls are never alike.
func tagOf(key [32]byte, body id.Body, number string) []byte {
	tag := hmac.New(sha256.New, key[:])
	tag.Write([]byte("pana call\x00" + string(body) + "\x00" + number))
	return tag.Sum(nil)[:16]
}

// sameNumber is a number as everybody writes it: its last ten digits, whatever
// stands before them; an account's name without case and spaces.
func sameNumber(typed string) string {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, typed)
	if len(digits) >= 5 {
		return digits[max(0, len(digits)-10):]
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, typed)
}

// rangBefore says of an own body's call how often its caller rang before it.
func (d *Desk) rangBefore(ctx context.Context, who access.Who, signal id.Signal) (out RangBefore, err error) {
	on, err := d.links(ctx, who.Body)
	if err != nil || !on {
		return out, err
	}
	alike, err := d.deps.Store.CallsAlike(ctx, signal, d.linkDay(d.now(), linkDays-1))
	if err != nil {
		return out, err
	}
	for _, other := range alike { // ids are in the order of time
		if other.Signal >= signal || other.Body != who.Body {
			continue
		}
		l, err := d.deps.Store.View(ctx, signalRef(other.Signal))
		if err != nil {
			return out, fault.At("an earlier call", err)
		}
		if s := store.As[*casework.Signal](l, signalRef(other.Signal)); s != nil {
			out.N++
			out.Last, out.Ring, out.Say = s.At, s.Kept.Ring, s.Kept.Say
		}
	}
	return out, nil
}
