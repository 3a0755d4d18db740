package auth

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" // RFC 6238's own: what every telephone's program reckons with
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// A second factor is six figures that a telephone reckons from a secret and the
// half minute (RFC 6238), or one of ten codes on paper, each good once.
const (
	codeEvery  = 30 // seconds
	codeSlack  = 1  // half minutes that a telephone's clock may be off
	codeDigits = 6
	secretLen  = 20 // bytes, as RFC 4226 asks for
)

// Second is a worker's second factor: the secret of the telephone, and the hashes
// of the codes on paper that were not used yet.
type Second struct {
	Secret   withheld.Text // base32; empty: there is none
	Recovery []string
}

// Has says that there is one.
func (s Second) Has() bool { return !s.Secret.Empty() }

var b32 = base32.StdEncoding.WithPadding(base32.NoPadding)

// NewSecret is a secret for a telephone.
func NewSecret() withheld.Text {
	var b [secretLen]byte
	_, _ = rand.Read(b[:])
	return withheld.New(b32.EncodeToString(b[:]))
}

// IsSecret says whether a text is one that NewSecret could have made.
func IsSecret(s withheld.Text) bool {
	b, err := b32.DecodeString(s.Reveal())
	return err == nil && len(b) == secretLen
}

// KeyURI is what a telephone reads from the squares.
func KeyURI(secret withheld.Text, issuer, login string) string {
	q := url.Values{"secret": {secret.Reveal()}, "issuer": {issuer}}
	return "otpauth://totp/" + url.PathEscape(issuer+":"+login) + "?" + q.Encode()
}

// figures are the code of one half minute.
func figures(secret []byte, step int64) string {
	var at [8]byte
	binary.BigEndian.PutUint64(at[:], uint64(step))
	m := hmac.New(sha1.New, secret)
	_, _ = m.Write(at[:])
	sum := m.Sum(nil)
	from := sum[len(sum)-1] & 15
	n := binary.BigEndian.Uint32(sum[from:from+4]) & 0x7fffffff
	return fmt.Sprintf("%0*d", codeDigits, n%1_000_000)
}

// stepOf finds the half minute whose code was typed, near now; all are reckoned
// whichever fits.
func stepOf(secret withheld.Text, typed string, at time.Time) (step int64, ok bool) {
	key, err := b32.DecodeString(secret.Reveal())
	if err != nil {
		return 0, false
	}
	now := at.Unix() / codeEvery
	for s := now - codeSlack; s <= now+codeSlack; s++ {
		if subtle.ConstantTimeCompare([]byte(figures(key, s)), []byte(typed)) == 1 {
			step, ok = s, true
		}
	}
	return step, ok
}

// digitsOf is a code as it was meant: people type it in two groups.
func digitsOf(typed string) string {
	return strings.Join(strings.FieldsFunc(typed, func(r rune) bool { return r == ' ' || r == '-' || r == '\u00a0' }), "")
}

// CheckFigures says whether a telephone's code is right now, and takes it: the same
// one is not right a second time, whoever looked over the shoulder.
func (a *Auth) CheckFigures(ctx context.Context, worker id.Worker, secret, typed withheld.Text, at time.Time) (bool, error) {
	step, ok := stepOf(secret, digitsOf(typed.Reveal()), at)
	if !ok {
		return false, nil
	}
	fresh, err := a.store.Spend(ctx, a.count("figures", string(worker), secret.Reveal()), step, at)
	return fresh, fault.At("take a code", err)
}

// recoveryCodes is how many are printed.
const recoveryCodes = 10

// paperLetters leave out what the eye takes for another.
var paperLetters = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// RecoveryCodes are ten codes for paper and what is kept of them. They are made of
// a seed with our key, so that a form sent twice shows the codes that count. What is kept
// is hashed slowly, as a password is, on top of our key: who has both key and database
// still tries few. It takes a second, once.
func (a *Auth) RecoveryCodes(ctx context.Context, worker id.Worker, seed string) (codes []withheld.Text, hashes []string, err error) {
	salt := a.mac("recovery salt", string(worker), seed)
	for i := range recoveryCodes {
		sum := a.mac("recovery", string(worker), seed, fmt.Sprint(i))
		s := paperLetters.EncodeToString(sum[:10])[:paperLetterCount] // 60 bits, and tries are counted
		codes = append(codes, withheld.New(s[:4]+"-"+s[4:8]+"-"+s[8:]))
		kept, err := a.hasher.hashWith(ctx, a.recoveryHash(worker, s), salt[:saltLen])
		if err != nil {
			return nil, nil, err
		}
		hashes = append(hashes, kept)
	}
	return codes, hashes, nil
}

// PaperCode is what somebody signs in with once, given on paper: 60 bits, made of the
// form's key like the others. What is typed of it is read by AsPaper.
func (a *Auth) PaperCode(by id.Worker, seed string) withheld.Text {
	sum := a.mac("sign-in code", string(by), seed)
	s := paperLetters.EncodeToString(sum[:10])[:paperLetterCount]
	return withheld.New(s[:4] + "-" + s[4:8] + "-" + s[8:])
}

// AsPaper is a code from paper in the one form that is hashed.
func AsPaper(typed string) string { return asLetters.Replace(strings.ToUpper(digitsOf(typed))) }

// typed is a password as it is held against the account's.
func (a Account) typed(password withheld.Text) string {
	if a.Once {
		return AsPaper(password.Reveal())
	}
	return password.Reveal()
}

// asLetters reads what was typed from paper: small letters, and letters that look
// like a figure.
var asLetters = strings.NewReplacer("O", "0", "I", "1", "L", "1", "А", "A", "В", "B", "С", "C", "Е", "E", "Н", "H", "К", "K", "М", "M", "О", "0", "Р", "P", "Т", "T", "Х", "X")

// paperLetterCount is how many letters a code on paper has.
const paperLetterCount = 12

// recoveryOf finds the kept form of a code that was typed; "": it is none of them. What is
// no code by its length alone costs nothing; everything else costs one slow hash, whoever
// it is and whether they have codes or not. Codes of before 2026-11 are kept by our key
// alone and good until they are used.
func (a *Auth) recoveryOf(ctx context.Context, account Account, typed string) (string, error) {
	if len(AsPaper(typed)) != paperLetterCount {
		return "", nil
	}
	quick := a.recoveryHash(account.Worker, typed)
	var slow []string
	hit := ""
	for _, kept := range account.Second.Recovery {
		if strings.HasPrefix(kept, "$") {
			slow = append(slow, kept)
		} else if same(kept, quick) {
			hit = kept
		}
	}
	found, err := a.hasher.among(ctx, slow, quick)
	return cmp.Or(found, hit), err
}

func (a *Auth) recoveryHash(worker id.Worker, typed string) string {
	sum := a.mac("recovery hash", string(worker), AsPaper(typed))
	return hex.EncodeToString(sum[:])
}
