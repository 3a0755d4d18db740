package auth_test

import (
	"context"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pana/internal/auth"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

var rfcSecret = withheld.New(base32.StdEncoding.EncodeToString([]byte("12345678901234567890")))

// TestFiguresOfTheRFC: RFC 6238, appendix B, SHA-1, the last six figures.
func TestFiguresOfTheRFC(t *testing.T) {
	t.Parallel()
	for at, want := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	} {
		w := newWorld(t)
		if ok, err := w.CheckFigures(t.Context(), "w1", rfcSecret, withheld.New(want), time.Unix(at, 0)); !ok || err != nil {
			t.Errorf("at %d: %s is not right, %v", at, want, err)
		}
	}
}

func TestFigures(t *testing.T) {
	t.Parallel()
	const right = "005924" // at 1234567890
	at := time.Unix(1234567890, 0)
	for _, row := range []struct {
		why, typed string
		at         time.Time
		want       bool
	}{
		{"in two groups, as people type", "005 924", at, true},
		{"a clock half a minute behind", right, at.Add(30 * time.Second), true},
		{"a clock half a minute ahead", right, at.Add(-30 * time.Second), true},
		{"a minute old", right, at.Add(60 * time.Second), false},
		{"a figure short", "05924", at, false},
		{"another", "005925", at, false},
		{"nothing", "", at, false},
	} {
		w := newWorld(t)
		if ok, err := w.CheckFigures(t.Context(), "w1", rfcSecret, withheld.New(row.typed), row.at); ok != row.want || err != nil {
			t.Errorf("%s: %v, want %v (%v)", row.why, ok, row.want, err)
		}
	}
}

// withSecond gives ainur a telephone and ten codes, and reads a right code off it:
// the RFC's secret at the RFC's time.
func withSecond(t *testing.T) (w world, at time.Time, figures string, paper []withheld.Text) {
	t.Helper()
	w = newWorld(t)
	paper, hashes := w.codes("w1")
	a := w.store.accounts["ainur"]
	a.Second = auth.Second{Secret: rfcSecret, Recovery: hashes}
	w.store.accounts["ainur"] = a
	return w, time.Unix(1234567890, 0).UTC(), "005924", paper
}

func (w world) codes(worker id.Worker) ([]withheld.Text, []string) {
	w.Helper()
	codes, kept, err := w.RecoveryCodes(w.Context(), worker, "seed")
	if err != nil {
		w.Fatal(err)
	}
	return codes, kept
}

func (w world) second(ticket, code string, at time.Time) (auth.SignedIn, error) {
	return w.SignInSecond(w.Context(), ticket, withheld.New(code), auth.Attempt{Source: "s"}, at)
}

// What is kept of a code on paper is hashed as slowly as a password, on top of our key:
// with the database and without the key no code is tried, with both it is slow. Codes that
// were given before that are good until they are used.
func TestCodesOnPaperAreKeptSlowly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	codes, kept := w.codes("w1")
	again, same := w.codes("w1")
	if again[0] != codes[0] || same[0] != kept[0] || kept[0] == kept[1] {
		t.Error("the form sent twice shows codes that do not count")
	}
	for _, k := range kept {
		if !strings.HasPrefix(k, "$argon2id$") {
			t.Fatalf("kept quickly: %.12s", k)
		}
	}
	for _, row := range []struct {
		why  string
		kept []string
		by   *auth.Auth
		want bool
	}{
		{"a code of today", kept, w.Auth, true},
		{"one of before", []string{w.KeptBefore("w1", codes[3].Reveal())}, w.Auth, true},
		{"of before and of today", append([]string{w.KeptBefore("w1", codes[9].Reveal())}, kept...), w.Auth, true},
		{"none left", nil, w.Auth, false},
		{"with another installation's key", kept, auth.New(w.store, auth.NewHasher(cheap, 2), auth.Limits{}, [32]byte{9}), false},
		{"another worker's", []string{w.KeptBefore("w2", codes[3].Reveal())}, w.Auth, false},
	} {
		found, err := row.by.RecoveryOf(t.Context(), auth.Account{Worker: "w1", Second: auth.Second{Recovery: row.kept}}, codes[3].Reveal())
		if err != nil || (found != "") != row.want {
			t.Errorf("%s: %.16q, %v", row.why, found, err)
		}
	}
}

func TestAPasswordAloneIsNotEnough(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why  string
		code func(figures string, paper []withheld.Text) string
		want string
	}{
		{"the telephone's figures", func(f string, _ []withheld.Text) string { return f }, ""},
		{"a code on paper", func(_ string, p []withheld.Text) string { return p[3].Reveal() }, ""},
		{"in small letters, without the dashes", func(_ string, p []withheld.Text) string {
			return strings.ToLower(strings.ReplaceAll(p[3].Reveal(), "-", ""))
		}, ""},
		{"wrong figures", func(string, []withheld.Text) string { return "000000" }, "auth.wrong"},
		{"nothing", func(string, []withheld.Text) string { return "" }, "auth.wrong"},
		{"another worker's code on paper", func(string, []withheld.Text) string {
			codes, _ := newWorld(t).codes("w2")
			return codes[0].Reveal()
		}, "auth.wrong"},
	} {
		w, at, figures, paper := withSecond(t)
		begun, err := w.try("ainur", password, "s", "", at)
		if err != nil || begun.Ticket == "" || !begun.Token.Empty() || begun.Device != "" || len(w.store.sessions) != 0 {
			t.Fatalf("%s: the password alone gave %+v, %v", row.why, begun, err)
		}
		code := row.code(figures, paper)
		in, err := w.second(begun.Ticket, code, at)
		if row.want != "" {
			if !fault.Is(err, row.want) || !in.Token.Empty() {
				t.Errorf("%s: %v", row.why, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", row.why, err)
			continue
		}
		if s, err := w.Who(t.Context(), in.Token, at); err != nil || s.Worker != "w1" || !s.ProvedAt.Equal(at) {
			t.Errorf("%s: %+v, %v", row.why, s, err)
		}
		if _, err := w.second(begun.Ticket, code, at); !fault.Is(err, "auth.wrong") {
			t.Errorf("%s: the same code a second time: %v", row.why, err)
		}
	}
}

// slow is a store whose account is read as it was a moment ago: what a node sees that
// looks while another takes a code.
type slow struct {
	*memory
	before auth.Account
}

func (s slow) AccountOf(context.Context, id.Worker) (auth.Account, bool, error) {
	return s.before, true, nil
}

// TestACodeOnPaperIsTakenOnce: of two who come at once with one code, one is in.
func TestACodeOnPaperIsTakenOnce(t *testing.T) {
	t.Parallel()
	w, at, _, paper := withSecond(t)
	begun, err := w.try("ainur", password, "s", "", at)
	if err != nil {
		t.Fatal(err)
	}
	before := w.store.accounts["ainur"]
	other := auth.New(slow{w.store, before}, auth.NewHasher(cheap, 2), auth.Limits{}, [32]byte{1})
	if _, err := w.second(begun.Ticket, paper[0].Reveal(), at); err != nil {
		t.Fatal(err)
	}
	if _, err := other.SignInSecond(t.Context(), begun.Ticket, paper[0], auth.Attempt{Source: "s"}, at); !fault.Is(err, "auth.wrong") {
		t.Errorf("the code that was taken a moment ago: %v", err)
	}
}

func TestTickets(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why  string
		turn func(w world, ticket string) string
		late time.Duration
	}{
		{"five minutes and a moment later", nil, 5*time.Minute + time.Second},
		{"another worker's name on it", func(_ world, t string) string { return "w2" + t[2:] }, 0},
		{"made up", func(world, string) string { return "w1.zz.zz" }, 0},
		{"nothing", func(world, string) string { return "" }, 0},
		{"she has left meanwhile", func(w world, t string) string { w.change(func(a *auth.Account) { a.Left = true }); return t }, 0},
		{"a new password meanwhile", func(w world, t string) string { w.change(func(a *auth.Account) { a.Password = "$new" }); return t }, 0},
		{"the second factor was dropped meanwhile", func(w world, t string) string { w.change(func(a *auth.Account) { a.Second = auth.Second{} }); return t }, 0},
	} {
		w, at, _, paper := withSecond(t)
		begun, err := w.try("ainur", password, "s", "", at)
		if err != nil {
			t.Fatal(err)
		}
		ticket := begun.Ticket
		if row.turn != nil {
			ticket = row.turn(w, ticket)
		}
		if _, err := w.second(ticket, paper[0].Reveal(), at.Add(row.late)); !fault.Is(err, "auth.begin_again") {
			t.Errorf("%s: %v", row.why, err)
		}
	}
}

func (w world) change(how func(*auth.Account)) {
	a := w.store.accounts["ainur"]
	how(&a)
	w.store.accounts["ainur"] = a
}

func TestGuessingCodesHasToWait(t *testing.T) {
	t.Parallel()
	w, at, figures, _ := withSecond(t)
	begun, err := w.try("ainur", password, "s", "", at)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		if _, err := w.second(begun.Ticket, fmt.Sprintf("10000%d", i), at); !fault.Is(err, "auth.wrong") {
			t.Fatal(err)
		}
	}
	if _, err := w.second(begun.Ticket, figures, at); !fault.Is(err, "auth.wait") {
		t.Errorf("the sixth is not made to wait: %v", err)
	}
}

// TestNothingTellsThatThereIsASecondFactor: who does not have the password gets one
// answer and the same work done, whatever the login has.
func TestNothingTellsThatThereIsASecondFactor(t *testing.T) {
	t.Parallel()
	w, at, _, _ := withSecond(t)
	a := w.store.accounts["ainur"]
	a.Worker, a.Second = "w7", auth.Second{}
	w.store.accounts["dana"] = a
	var first error
	for _, login := range []string{"nobody", "ainur", "dana", "marat", "new"} {
		before := w.store.asked
		_, err := w.try(login, "wrong", "s", "", at)
		if first == nil {
			first = err
		}
		if err.Error() != first.Error() || !errors.Is(err, fault.Of(err)) || w.store.asked-before != 1 || len(w.store.spent) != 0 {
			t.Errorf("%s: %v, asked %d times, spent %d", login, err, w.store.asked-before, len(w.store.spent))
		}
	}
}

func TestProof(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why, password, code string
		second, want        bool
	}{
		{"the password, where there is nothing else", password, "", false, true},
		{"a wrong one", "wrong", "", false, false},
		{"the telephone", "", "005924", true, true},
		{"the password is not enough where there is a telephone", password, "", true, false},
	} {
		w, at, _, paper := withSecond(t)
		begun, err := w.try("ainur", password, "s", "", at)
		if err != nil {
			t.Fatal(err)
		}
		in, err := w.second(begun.Ticket, paper[0].Reveal(), at)
		if err != nil {
			t.Fatal(err)
		}
		if !row.second {
			w.change(func(a *auth.Account) { a.Second = auth.Second{} })
		}
		// The RFC's code is of at: the session is made to be older instead.
		s := w.store.sessions[in.Session.Hash]
		s.ProvedAt = at.Add(-auth.FreshFor)
		w.store.sessions[s.Hash] = s
		if auth.Fresh(s, at) {
			t.Fatal("a proof of five minutes ago is fresh")
		}
		token, err := w.Prove(t.Context(), in.Token, auth.Proof{Password: withheld.New(row.password), Code: withheld.New(row.code)}, auth.Attempt{Source: "s"}, at)
		if err != nil {
			token = in.Token
		}
		now, _ := w.Who(t.Context(), token, at)
		if got := auth.Fresh(now, at); got != row.want || (err == nil) != row.want {
			t.Errorf("%s: fresh is %v, %v", row.why, got, err)
		}
	}
}
