package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"pana/internal/fault"
)

// Params are the cost of one argon2id hash.
type Params struct {
	MemoryKiB uint32
	Passes    uint32
	Threads   uint8
}

// DefaultParams cost about 100 ms and 46 MiB on one core of 2026 (pana bench trust):
// three times what OWASP's cheat sheet asks at least (46 MiB, one pass).
var DefaultParams = Params{MemoryKiB: 46 * 1024, Passes: 3, Threads: 1}

const (
	saltLen = 16
	hashLen = 32
	// maxPassword stops megabytes from being hashed; 256 letters of any script.
	maxPassword = 1024
	// Bounds of what a stored string may ask for: a damaged row must not make
	// sign-in allocate gigabytes.
	maxMemoryKiB = 1 << 20
	maxPasses    = 64
)

// Hasher hashes passwords, a few at a time: each takes tens of megabytes and
// milliseconds, and a hundred at once would stop the office.
type Hasher struct {
	params Params
	slots  chan struct{} // held while hashing
	queue  chan struct{} // held while waiting or hashing
	dummy  string        // of no password; compared with when a login is unknown
}

// NewHasher hashes at most atOnce passwords at a time; eight times as many may
// wait, the rest are told to come back.
func NewHasher(p Params, atOnce int) *Hasher {
	h := &Hasher{params: p, slots: make(chan struct{}, atOnce), queue: make(chan struct{}, 9*atOnce)}
	h.dummy = h.phc(rand.Text(), newSalt())
	return h
}

// Hash makes the PHC string of a password.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	if len(password) > maxPassword {
		return "", fault.New(fault.Invalid, "auth.password_too_long", "max", strconv.Itoa(maxPassword))
	}
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer h.leave()
	return h.phc(password, newSalt()), nil
}

// hashWith is Hash with a salt that is known again: the same form gives the same hash.
func (h *Hasher) hashWith(ctx context.Context, password string, salt []byte) (string, error) {
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer h.leave()
	return h.phc(password, salt), nil
}

// among finds which of some hashes a password is the one of; "": of none. Those that were
// made with one salt cost one hash together, and no hashes at all cost one too.
func (h *Hasher) among(ctx context.Context, phcs []string, password string) (hit string, err error) {
	if len(phcs) == 0 {
		_, _, err := h.Verify(ctx, "", password)
		return "", err
	}
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer h.leave()
	made := map[string][]byte{}
	for _, phc := range phcs {
		p, salt, want, err := parsePHC(phc)
		if err != nil {
			return "", err
		}
		head := phc[:strings.LastIndexByte(phc, '$')]
		if made[head] == nil {
			made[head] = derive(password, salt, p, len(want))
		}
		if subtle.ConstantTimeCompare(made[head], want) == 1 {
			hit = phc
		}
	}
	return hit, nil
}

func newSalt() []byte {
	salt := make([]byte, saltLen)
	_, _ = rand.Read(salt)
	return salt
}

// Verify says whether the password is the one of phc, and whether phc is weaker
// than today's parameters. With an empty phc it takes as long and says no.
func (h *Hasher) Verify(ctx context.Context, phc, password string) (ok, weak bool, err error) {
	if len(password) > maxPassword {
		password, phc = "", "" // takes its time like any other wrong one
	}
	known := phc != ""
	if !known {
		phc = h.dummy
	}
	p, salt, want, err := parsePHC(phc)
	if err != nil {
		return false, false, err
	}
	if err := h.enter(ctx); err != nil {
		return false, false, err
	}
	defer h.leave()
	got := derive(password, salt, p, len(want))
	same := subtle.ConstantTimeCompare(got, want) == 1
	return same && known, h.isWeaker(p), nil
}

func (h *Hasher) isWeaker(p Params) bool {
	return p.MemoryKiB < h.params.MemoryKiB || p.Passes < h.params.Passes
}

// enter waits for a slot, for at most two seconds.
func (h *Hasher) enter(ctx context.Context) error {
	select {
	case h.queue <- struct{}{}:
	default:
		return fault.New(fault.Busy, "auth.busy")
	}
	wait := time.NewTimer(2 * time.Second)
	defer wait.Stop()
	var cause error
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		cause = ctx.Err()
	case <-wait.C:
	}
	<-h.queue
	return fault.Because(cause, fault.Busy, "auth.busy")
}

func (h *Hasher) leave() { <-h.slots; <-h.queue }

func (h *Hasher) phc(password string, salt []byte) string {
	sum := derive(password, salt, h.params, hashLen)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.params.MemoryKiB, h.params.Passes, h.params.Threads,
		b64.EncodeToString(salt), b64.EncodeToString(sum))
}

// derive puts the password into one Unicode form first: "й" may be one rune or
// two, by keyboard, and people cannot see which.
func derive(password string, salt []byte, p Params, size int) []byte {
	return argon2.IDKey([]byte(norm.NFKC.String(password)), salt, p.Passes, p.MemoryKiB, p.Threads, uint32(size))
}

var b64 = base64.RawStdEncoding.Strict()

// parsePHC reads "$argon2id$v=19$m=47104,t=2,p=1$salt$hash".
func parsePHC(s string) (p Params, salt, hash []byte, err error) {
	bad := fault.New(fault.Internal, "auth.hash_damaged")
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return p, nil, nil, bad
	}
	cost := strings.Split(parts[3], ",")
	if len(cost) != 3 {
		return p, nil, nil, bad
	}
	memory, okM := number(cost[0], "m=", 8, maxMemoryKiB)
	passes, okT := number(cost[1], "t=", 1, maxPasses)
	threads, okP := number(cost[2], "p=", 1, 255)
	salt, errSalt := b64.DecodeString(parts[4])
	hash, errHash := b64.DecodeString(parts[5])
	if !okM || !okT || !okP || errSalt != nil || errHash != nil || len(salt) < 8 || len(salt) > 64 || len(hash) < 16 || len(hash) > 64 {
		return p, nil, nil, bad
	}
	return Params{MemoryKiB: uint32(memory), Passes: uint32(passes), Threads: uint8(threads)}, salt, hash, nil
}

func number(s, prefix string, low, high uint64) (uint64, bool) {
	digits, ok := strings.CutPrefix(s, prefix)
	n, err := strconv.ParseUint(digits, 10, 32)
	return n, ok && err == nil && low <= n && n <= high
}
