package auth

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/unicode/norm"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// MostSessions is how many sessions of one worker count at once, where nobody says
// otherwise: as many as browsers that a shared computer knows workers by.
const MostSessions = marksKept

// Limits are settings; the zero value of each means its default.
type Limits struct {
	Idle     time.Duration // without a request; 30 minutes
	Absolute time.Duration // since signing in; 12 hours
	Free     int           // wrong passwords before the back-off starts; 5
	FreeAny  int           // the same, from all unknown devices together; 20
	FreeNet  int           // the same, from unknown devices of one network, of whatever login; 50
	MaxWait  time.Duration // the longest back-off; 15 minutes
	Forget   time.Duration // failures older than this do not count; 24 hours
	Live     int           // sessions of one worker at once; 6, and less than none: no limit
}

func (l Limits) withDefaults() Limits {
	orElse := func(d *time.Duration, otherwise time.Duration) {
		if *d == 0 {
			*d = otherwise
		}
	}
	orElse(&l.Idle, 30*time.Minute)
	orElse(&l.Absolute, 12*time.Hour)
	orElse(&l.MaxWait, 15*time.Minute)
	orElse(&l.Forget, 24*time.Hour)
	if l.Live == 0 {
		l.Live = MostSessions
	}
	if l.Free == 0 {
		l.Free = 5
	}
	if l.FreeAny == 0 {
		l.FreeAny = 20
	}
	if l.FreeNet == 0 {
		l.FreeNet = 50
	}
	return l
}

// Auth signs people and machines in. It may be used by many at once.
type Auth struct {
	store  Store
	hasher *Hasher
	limits Limits
	key    [32]byte // signs device marks and hides logins in counters
	days   sync.Map // by credential, the last day that was kept of it
}

// New makes an Auth. The key is stable over restarts and the same on all nodes
// (seal's Secret "auth").
func New(store Store, hasher *Hasher, limits Limits, key [32]byte) *Auth {
	return &Auth{store: store, hasher: hasher, limits: limits.withDefaults(), key: key}
}

// Attempt is one try to sign in. Source is the network it comes from (an
// address, for IPv6 its /64). Device are the
// marks that earlier successes gave, Agent is what a person would call the browser.
type Attempt struct {
	Login    string
	Password withheld.Text
	Source   string
	Device   string
	Agent    string
	by       begunBy // set by SignInVouched, and by the ticket that it gave
}

// begunBy is the provider that signs somebody in, and its own session; none when we do.
type begunBy struct {
	provider, there string
	second          bool
}

// SignedIn is a success. Token goes into the session cookie, Device into a
// cookie that outlives it; neither is kept here.
type SignedIn struct {
	Session Session
	Ticket  string // the password was right and a second factor is asked for; nothing else is set
	Token   withheld.Text
	Device  string
}

// wrong is the one answer to a wrong password, an unknown login and a leaver.
func wrong() error { return fault.New(fault.Unauthenticated, "auth.wrong") }

// SignIn checks an attempt. Failures count against what is tried from: a known
// device on its own, everything else by login and source, by login over all
// unknown devices, and by source over all logins: who tries names by the thousand is
// not hashed for by the thousand. So a stranger can make strangers wait, never the
// worker at her desk.
func (a *Auth) SignIn(ctx context.Context, try Attempt, at time.Time) (SignedIn, error) {
	login := FoldLogin(try.Login)
	account, known, err := a.store.Account(ctx, login)
	if err != nil {
		return SignedIn{}, fault.At("find account", err)
	}
	device, err := a.knownDevice(ctx, try.Device, account.Worker)
	if err != nil {
		return SignedIn{}, err
	}
	counters := a.counters(login, try, device)
	if err := a.mayTry(ctx, counters, at); err != nil {
		return SignedIn{}, err
	}
	if !known || account.Left {
		account.Password = "" // verified against nothing, in the same time
	}
	ok, weak, err := a.hasher.Verify(ctx, account.Password, account.typed(try.Password))
	if err != nil {
		return SignedIn{}, err
	}
	if !ok {
		return SignedIn{}, a.failed(ctx, counters, at)
	}
	if err := a.cleared(ctx, counters); err != nil {
		return SignedIn{}, err
	}
	if weak && !account.Once {
		a.upgrade(ctx, &account, try.Password.Reveal())
	}
	if account.HasSecond() {
		return SignedIn{Ticket: a.ticket(account, begunBy{}, at)}, nil
	}
	return a.begin(ctx, account, try, device, at)
}

// FoldLogin gives a login the one form it is stored in.
func FoldLogin(login string) string {
	return strings.ToLower(norm.NFKC.String(strings.TrimSpace(login)))
}

// MayGuess makes whoever has guessed wrong too often from a source wait, for
// things that are asked without signing in.
func (a *Auth) MayGuess(ctx context.Context, what, source string, at time.Time) error {
	return a.mayTry(ctx, a.guesses(what, source), at)
}

// Guessed counts a wrong one.
func (a *Auth) Guessed(ctx context.Context, what, source string, at time.Time) error {
	for _, c := range a.guesses(what, source) {
		if _, err := a.store.AddFailure(ctx, c.key, at, at.Add(-a.limits.Forget)); err != nil {
			return fault.At("count a guess", err)
		}
	}
	return nil
}

func (a *Auth) guesses(what, source string) []counter {
	return []counter{{a.count("guess", what, source), a.limits.FreeAny, false}}
}

// counter is one count that an attempt is held against.
type counter struct {
	key    Hash
	free   int
	clears bool // a success sets it back
}

func (a *Auth) counters(login string, try Attempt, device marked) []counter {
	if device.known {
		return []counter{{a.count("device", login, device.nonce), a.limits.Free, true}}
	}
	return []counter{
		{a.count("source", login, try.Source), a.limits.Free, true},
		// A success does not clear this one: it is not the attacker's success.
		{a.count("strangers", login, ""), a.limits.FreeAny, false},
		// Whoever gets in from a network shows that people work there.
		{a.count("network", try.Source), a.limits.FreeNet, true},
	}
}

func (a *Auth) mayTry(ctx context.Context, counters []counter, at time.Time) error {
	for _, c := range counters {
		n, err := a.store.Attempts(ctx, c.key)
		if err != nil {
			return fault.At("read failures", err)
		}
		if n.LastAt.After(at) { // the clock was set back: they count from now, or each look would find the whole pause left
			n.LastAt = at
			if err := a.store.FailedBy(ctx, c.key, at); err != nil {
				return fault.At("set failures back", err)
			}
		}
		if wait := a.wait(n, c.free, at); wait > 0 {
			return tooMany(wait)
		}
	}
	return nil
}

func (a *Auth) failed(ctx context.Context, counters []counter, at time.Time) error {
	for _, c := range counters {
		if _, err := a.store.AddFailure(ctx, c.key, at, at.Add(-a.limits.Forget)); err != nil {
			return fault.At("count a failure", err)
		}
	}
	return wrong()
}

// wait is what is left of the back-off: one second after the last free failure,
// then twice as long each time.
func (a *Auth) wait(n Attempts, free int, at time.Time) time.Duration {
	over := n.Failed - free
	if over < 0 || at.Sub(n.LastAt) > a.limits.Forget {
		return 0
	}
	pause := a.limits.MaxWait
	if over < 20 { // 2^20 s is far above any limit; beyond it the shift would overflow
		pause = min(pause, time.Second<<over)
	}
	return n.LastAt.Add(pause).Sub(at)
}

func tooMany(wait time.Duration) error {
	seconds := int((wait + time.Second - 1) / time.Second)
	return fault.New(fault.Limited, "auth.wait", "seconds", strconv.Itoa(seconds))
}

// upgrade is an improvement, not a condition: if it fails, the next sign-in
// tries again.
func (a *Auth) upgrade(ctx context.Context, account *Account, password string) {
	phc, err := a.hasher.Hash(ctx, password)
	if err == nil && a.store.UpgradePassword(ctx, account.Worker, account.Password, phc) == nil {
		account.Password = phc
	}
}

func (a *Auth) begin(ctx context.Context, account Account, try Attempt, device marked, at time.Time) (SignedIn, error) {
	token := newSecret()
	at = at.UTC().Truncate(time.Microsecond)
	d, marks, err := a.markDevice(ctx, account.Worker, try, device, at)
	if err != nil {
		return SignedIn{}, err
	}
	s := Session{
		ID: id.New[id.Session](at), Hash: hashOf(token), Worker: account.Worker, CreatedAt: at, SeenAt: at, ProvedAt: at, Agent: try.Agent, Device: d.ID,
		Elsewhere: try.by.provider, ThereTag: try.by.there, Second: try.by.second,
	}
	if over, err := a.surplus(ctx, s.Worker, 1, at); err != nil {
		return SignedIn{}, err
	} else {
		s.Ended = len(over)
	}
	if err := a.store.AddSession(ctx, s); err != nil {
		return SignedIn{}, fault.At("add session", err)
	}
	if err := a.endSurplus(ctx, s, at); err != nil {
		return SignedIn{}, err
	}
	return SignedIn{Session: s, Token: withheld.New(token), Device: marks}, nil
}

func (a *Auth) sign(parts ...string) string {
	sum := a.mac(parts...)
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func (a *Auth) count(parts ...string) Hash { return a.mac(parts...) }

func (a *Auth) mac(parts ...string) (h Hash) {
	m := hmac.New(sha256.New, a.key[:])
	for _, p := range parts {
		// The length in front keeps ("ab","c") apart from ("a","bc").
		_, _ = m.Write([]byte(strconv.Itoa(len(p)) + ":" + p))
	}
	return Hash(m.Sum(nil))
}

// newSecret is 256 random bits for a cookie or a machine.
func newSecret() string {
	var b [32]byte
	_, _ = rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func hashOf(secret string) Hash { return sha256.Sum256([]byte(secret)) }
