package desk

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"slices"
	"strings"
	"time"
	"unicode"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/store"
	"pana/internal/withheld"
)

// Repeat callers without identity (docs/decisions/0022). A number makes a tag by
// the key of the day and is not kept. A later call's number makes the tags of the
// last ninety days, and one that is there says: this caller rang before. Nobody can
// ask about a number without taking a call, which stands in the list and the record.

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
	kept, err := d.deps.Store.CallLinks(ctx, body, d.linksFrom(at))
	if err != nil {
		return err
	}
	caller := rand.Text()[:callerLong]
	for _, l := range kept {
		if old, ok := keys.Held(store.LinkSecret(l.Day)); ok && hmac.Equal(l.Tag, tagOf(old, l.Signal, number)) {
			caller = openedFor(old, l)
			break
		}
	}
	return d.deps.Store.AddCallLink(ctx, store.CallLink{
		Signal: signal, Body: body, Day: today, Tag: tagOf(key, signal, number), Caller: hex.EncodeToString([]byte(sealedFor(key, signal, caller))),
	})
}

// ForgetCallers destroys the keys and links that are older than the pack has them (ninety days).
func (d *Desk) ForgetCallers(ctx context.Context) error {
	return d.deps.Store.ForgetCallLinks(ctx, d.linksFrom(d.now()))
}

// linksFrom is the first day whose calls can be found alike.
func (d *Desk) linksFrom(at time.Time) string {
	from, ends := d.keptFrom(pack.RecordLinks, at)
	if !ends {
		return ""
	}
	return d.linkDay(from.AddDate(0, 0, 1), 0)
}

// linkDay is a day of the country, so many days ago.
func (d *Desk) linkDay(at time.Time, ago int) string {
	return at.In(d.pack().Location()).AddDate(0, 0, -ago).Format(time.DateOnly)
}

// callerLong is how many letters of chance calls that are alike have in common.
const callerLong = 16

// tagOf is bound to the call, and so to the hotline: two calls of one number have two
// tags, and whoever has the database without the key of the day sees no two alike.
func tagOf(key [32]byte, signal id.Signal, number string) []byte {
	return keyedFor(key, "pana call", signal, number)
}

// sealedFor seals a caller's word for one call, or opens it: a key of its own, used
// for these letters alone, laid over them.
func sealedFor(key [32]byte, signal id.Signal, caller string) string {
	out := []byte(caller)
	subtle.XORBytes(out, out, keyedFor(key, "pana caller", signal, ""))
	return string(out)
}

// openedFor is the caller's word of a link, or "" of what is none.
func openedFor(key [32]byte, l store.CallLink) string {
	word, err := hex.DecodeString(l.Caller)
	if err != nil || len(word) != callerLong {
		return ""
	}
	return sealedFor(key, l.Signal, string(word))
}

func keyedFor(key [32]byte, what string, signal id.Signal, of string) []byte {
	mac := hmac.New(sha256.New, key[:])
	mac.Write([]byte(what + "\x00" + string(signal) + "\x00" + of))
	return mac.Sum(nil)[:16]
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
	alike, err := d.callsAlike(ctx, who.Body, signal)
	if err != nil {
		return out, err
	}
	for _, other := range alike {
		if other >= signal { // ids are in the order of time
			continue
		}
		l, err := d.deps.Store.View(ctx, signalRef(other))
		if err != nil {
			return out, fault.At("an earlier call", err)
		}
		if s := store.As[*casework.Signal](l, signalRef(other)); s != nil {
			out.N++
			out.Last, out.Ring, out.Say = s.At, s.Kept.Ring, s.Kept.Say
		}
	}
	return out, nil
}

// callsAlike are the calls of a hotline by the caller of one of them, the oldest first.
// Nothing in the database says which they are: each is opened with the key of its day.
// A hotline with a hundred thousand calls a year opens some thirty thousand, in as
// many microseconds.
func (d *Desk) callsAlike(ctx context.Context, body id.Body, signal id.Signal) (out []id.Signal, err error) {
	links, err := d.deps.Store.CallLinks(ctx, body, d.linksFrom(d.now()))
	if err != nil {
		return nil, err
	}
	keys := d.deps.Store.Keys()
	unheld := func(l store.CallLink) bool { _, ok := keys.Held(store.LinkSecret(l.Day)); return !ok }
	if slices.ContainsFunc(links, unheld) { // another node made that day's key
		if err := keys.Reload(ctx); err != nil {
			return nil, err
		}
	}
	callers := map[id.Signal]string{}
	for _, l := range links {
		if key, ok := keys.Held(store.LinkSecret(l.Day)); ok {
			callers[l.Signal] = openedFor(key, l)
		}
	}
	for _, l := range slices.Backward(links) {
		if c := callers[l.Signal]; c != "" && c == callers[signal] {
			out = append(out, l.Signal)
		}
	}
	return out, nil
}
