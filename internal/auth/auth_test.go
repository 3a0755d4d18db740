package auth_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"pana/internal/auth"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

func TestSignIn(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ why, login, pass, want string }{
		{"right", "ainur", password, ""},
		{"case and spaces around a login are how people type", " AINUR ", password, ""},
		{"wrong password", "ainur", "wrong", "auth.wrong"},
		{"a prefix of the password", "ainur", password[:8], "auth.wrong"},
		{"an unknown login is told the same", "nobody", password, "auth.wrong"},
		{"one who left is told the same", "marat", password, "auth.wrong"},
		{"one without a password yet cannot use the empty one", "new", "", "auth.wrong"},
		{"megabytes", "ainur", strings.Repeat("x", 1<<20), "auth.wrong"},
	} {
		w := newWorld(t)
		in, err := w.try(row.login, row.pass, "s", "", noon)
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
		s, err := w.Who(t.Context(), in.Token, noon)
		if err != nil || s.Worker != "w1" {
			t.Errorf("%s: the session is %v's, %v", row.why, s.Worker, err)
		}
		if _, kept := w.store.sessions[auth.Hash([]byte(in.Token.Reveal())[:32])]; kept {
			t.Errorf("%s: the token itself was kept", row.why)
		}
	}
}

func TestAFailingStoreSignsNobodyIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in, err := w.try("ainur", password, "s", "", noon)
	if err != nil {
		t.Fatal(err)
	}
	broken := errors.New("disk")
	w.store.fail = broken
	if _, err := w.try("ainur", password, "s", "", noon); !errors.Is(err, broken) {
		t.Errorf("sign-in: %v", err)
	}
	if _, err := w.Who(t.Context(), in.Token, noon); !errors.Is(err, broken) {
		t.Errorf("who: %v", err)
	}
	if _, err := w.Machine(t.Context(), withheld.New("a.b"), "check", noon); !errors.Is(err, broken) {
		t.Errorf("machine: %v", err)
	}
}

func TestSessionLimits(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why  string
		uses []time.Duration // since signing in; all but the last must pass
		want string
	}{
		{"at once", []time.Duration{0}, ""},
		{"a moment before the idle limit", []time.Duration{30*time.Minute - 1}, ""},
		{"at the idle limit", []time.Duration{30 * time.Minute}, "auth.expired"},
		{"each use moves the idle limit", []time.Duration{20 * time.Minute, 40 * time.Minute, 60 * time.Minute}, ""},
		{"no use moves the absolute one", every(20*time.Minute, 12*time.Hour), "auth.expired"},
		{"a clock set back is not an expiry", []time.Duration{-time.Hour}, ""},
		{"and idle counts from what it shows then", []time.Duration{-time.Hour, -30 * time.Minute}, "auth.expired"},
		{"a clock a day ahead is one", []time.Duration{24 * time.Hour}, "auth.expired"},
	} {
		w := newWorld(t)
		in, err := w.try("ainur", password, "s", "", noon)
		if err != nil {
			t.Fatal(err)
		}
		for i, d := range row.uses {
			_, err = w.Who(t.Context(), in.Token, noon.Add(d))
			if i < len(row.uses)-1 && err != nil {
				t.Errorf("%s: over after %v: %v", row.why, d, err)
			}
		}
		if (row.want == "") != (err == nil) || row.want != "" && !fault.Is(err, row.want) {
			t.Errorf("%s: %v, want %q", row.why, err, row.want)
		}
	}
}

func every(step, until time.Duration) (all []time.Duration) {
	for d := step; d <= until; d += step {
		all = append(all, d)
	}
	return all
}

func TestAPageViewIsNotAWriteEachTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in, _ := w.try("ainur", password, "s", "", noon)
	for i := range 61 {
		if _, err := w.Who(t.Context(), in.Token, noon.Add(time.Duration(i)*time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	if w.store.touched != 1 {
		t.Errorf("%d writes in a minute", w.store.touched)
	}
}

func TestSignOutWorksAtOnce(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why   string
		act   func(w world, here, there auth.SignedIn) error
		here  bool // still signed in after it
		there bool
	}{
		{"here", func(w world, here, _ auth.SignedIn) error { return w.SignOut(w.Context(), here.Token) }, false, true},
		{"everywhere", func(w world, here, _ auth.SignedIn) error {
			return w.SignOutEverywhere(w.Context(), here.Session.Worker)
		}, false, false},
		{"twice", func(w world, here, _ auth.SignedIn) error {
			return errors.Join(w.SignOut(w.Context(), here.Token), w.SignOut(w.Context(), here.Token))
		}, false, true},
		{"the worker leaves", func(w world, _, _ auth.SignedIn) error {
			a := w.store.accounts["ainur"]
			a.Left = true
			w.store.accounts["ainur"] = a
			return nil
		}, false, false},
	} {
		w := newWorld(t)
		here, err1 := w.try("ainur", password, "a", "", noon)
		there, err2 := w.try("ainur", password, "b", "", noon)
		if err := errors.Join(err1, err2, row.act(w, here, there)); err != nil {
			t.Fatal(err)
		}
		_, errHere := w.Who(t.Context(), here.Token, noon)
		_, errThere := w.Who(t.Context(), there.Token, noon)
		if (errHere == nil) != row.here || (errThere == nil) != row.there {
			t.Errorf("%s: here %v, there %v", row.why, errHere, errThere)
		}
	}
}

func TestStrangersTokensAreNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, token := range []string{"", "x", strings.Repeat("A", 43)} {
		if _, err := w.Who(t.Context(), withheld.New(token), noon); !fault.Is(err, "auth.signed_out") {
			t.Errorf("%d characters: %v", len(token), err)
		}
	}
}

// Names that are tried by the thousand from one network are not hashed for by the
// thousand; who works there on a device that is known signs in as ever, and so does
// everybody elsewhere.
func TestANetworkThatTriesManyNamesWaits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	known, err := w.try("ainur", password, "office", "", noon)
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	for i := range 200 {
		_, err := w.try(fmt.Sprint("nobody", i), "wrong", "office", "", noon)
		if fault.Is(err, "auth.wait") {
			refused++
		}
	}
	if refused != 150 {
		t.Errorf("%d of 200 were told to wait, want 150", refused)
	}
	for _, row := range []struct{ why, source, device, want string }{
		{"another device there", "office", "", "auth.wait"},
		{"a device that is known there", "office", known.Device, ""},
		{"another network", "home", "", ""},
	} {
		_, err := w.try("ainur", password, row.source, row.device, noon)
		if (row.want == "") != (err == nil) || row.want != "" && !fault.Is(err, row.want) {
			t.Errorf("%s: %v, want %q", row.why, err, row.want)
		}
	}
}

func TestBackOffGrows(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 5 {
		if _, err := w.try("ainur", "wrong", "s", "", noon); !fault.Is(err, "auth.wrong") {
			t.Fatal(err)
		}
	}
	at := noon
	for i, want := range []time.Duration{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900} {
		want *= time.Second
		_, err := w.try("ainur", password, "s", "", at.Add(want-time.Millisecond))
		if !fault.Is(err, "auth.wait") || fault.Of(err).Args["seconds"] != "1" {
			t.Errorf("failure %d: a millisecond before %v the right password got %v", i+5, want, err)
		}
		at = at.Add(want)
		if _, err := w.try("ainur", "wrong", "s", "", at); !fault.Is(err, "auth.wrong") {
			t.Errorf("failure %d: after %v: %v", i+5, want, err)
		}
	}
	if _, err := w.try("ainur", password, "s", "", at.Add(15*time.Minute)); err != nil {
		t.Errorf("the right password after the wait: %v", err)
	}
	if _, err := w.try("ainur", "wrong", "s", "", at.Add(15*time.Minute)); !fault.Is(err, "auth.wrong") {
		t.Errorf("a success did not set the count back: %v", err)
	}
}

func TestNobodyCanLockAWorkerOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	desk, err := w.try("ainur", password, "office", "", noon)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 40 { // a stranger tries from everywhere, and from her own office's address
		_, _ = w.try("ainur", "wrong", fmt.Sprint("attacker", i), "", noon)
		_, _ = w.try("ainur", "wrong", "office", "", noon)
	}
	for _, row := range []struct {
		why, login, device string
		want               string
	}{
		{"her own device, whatever strangers did", "ainur", desk.Device, ""},
		{"an unknown device has to wait", "ainur", "", "auth.wait"},
		{"a forged mark is an unknown device", "ainur", "x" + desk.Device, "auth.wait"},
		{"a mark that is all signature", "ainur", "." + desk.Device, "auth.wait"},
		{"another login is not touched by any of it", "nobody", "", "auth.wrong"},
	} {
		_, err := w.try(row.login, password, "office", row.device, noon)
		if (row.want == "") != (err == nil) || row.want != "" && !fault.Is(err, row.want) {
			t.Errorf("%s: %v, want %q", row.why, err, row.want)
		}
	}
	if _, err := w.try("ainur", password, "office", "", noon.Add(25*time.Hour)); err != nil {
		t.Errorf("a day later all is forgotten: %v", err)
	}
}

func TestAStolenDeviceIsNotAFreePass(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in, _ := w.try("ainur", password, "office", "", noon)
	for range 6 {
		_, _ = w.try("ainur", "guess", "thief", in.Device, noon)
	}
	if _, err := w.try("ainur", password, "thief", in.Device, noon); !fault.Is(err, "auth.wait") {
		t.Errorf("got %v", err)
	}
	if _, err := w.try("ainur", password, "office", "", noon); err != nil {
		t.Errorf("she waits for the thief: %v", err)
	}
}

func TestPasswords(t *testing.T) {
	t.Parallel()
	h := auth.NewHasher(cheap, 2)
	for _, row := range []struct {
		why, set, typed string
		want            bool
	}{
		{"the same", "тыныштық", "тыныштық", true},
		{"й as one rune and as two", "мой", "мой", true},
		{"case counts", "Secret", "secret", false},
		{"a space counts", "secret", "secret ", false},
		{"a zero byte does not end it", "a\x00b", "a\x00c", false},
		{"empty is a password like any other", "", "", true},
	} {
		phc, err := h.Hash(t.Context(), row.set)
		if err != nil {
			t.Fatal(err)
		}
		if ok, weak, err := h.Verify(t.Context(), phc, row.typed); err != nil || weak || ok != row.want {
			t.Errorf("%s: %v, weak %v, %v", row.why, ok, weak, err)
		}
	}
	if _, err := h.Hash(t.Context(), strings.Repeat("x", 1025)); !fault.Is(err, "auth.password_too_long") {
		t.Errorf("too long: %v", err)
	}
	if ok, _, err := h.Verify(t.Context(), "", ""); ok || err != nil {
		t.Errorf("no hash fits the empty password: %v, %v", ok, err)
	}
}

// TestAgainstTheReference: a hash made by the reference implementation of
// argon2 (version 1.3, as in the test file of its authors), so that ours can be
// read by others and theirs by us.
func TestAgainstTheReference(t *testing.T) {
	t.Parallel()
	const phc = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	ok, _, err := auth.NewHasher(cheap, 1).Verify(t.Context(), phc, "password")
	if err != nil || !ok {
		t.Errorf("%v, %v", ok, err)
	}
}

func TestDamagedHashesDoNotOpen(t *testing.T) {
	t.Parallel()
	h := auth.NewHasher(cheap, 1)
	good, _ := h.Hash(t.Context(), "x")
	for _, row := range []struct{ why, phc string }{
		{"not a hash", "x"},
		{"the password itself", "$x"},
		{"argon2i", strings.Replace(good, "argon2id", "argon2i", 1)},
		{"another version", strings.Replace(good, "v=19", "v=16", 1)},
		{"all the memory there is", strings.Replace(good, "m=64", "m=4294967295", 1)},
		{"passes for a year", strings.Replace(good, "t=1", "t=4000000000", 1)},
		{"no passes", strings.Replace(good, "t=1", "t=0", 1)},
		{"no threads", strings.Replace(good, "p=1", "p=0", 1)},
		{"no hash at the end fits everything", good[:strings.LastIndex(good, "$")+1]},
		{"a short hash is easy to hit", good[:strings.LastIndex(good, "$")+3]},
	} {
		if ok, _, err := h.Verify(t.Context(), row.phc, "x"); ok || !fault.Is(err, "auth.hash_damaged") {
			t.Errorf("%s: %v, %v", row.why, ok, err)
		}
	}
}

func TestAWeakHashIsUpgradedAtSignIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := w.store.accounts["ainur"].Password
	stronger := auth.NewHasher(auth.Params{MemoryKiB: 128, Passes: 1, Threads: 1}, 1)
	w.Auth = auth.New(w.store, stronger, auth.Limits{}, [32]byte{1})
	if _, err := w.try("ainur", "wrong", "s", "", noon); err == nil || w.store.accounts["ainur"].Password != before {
		t.Error("a wrong password changed the hash")
	}
	if _, err := w.try("ainur", password, "s", "", noon); err != nil {
		t.Fatal(err)
	}
	after := w.store.accounts["ainur"].Password
	if after == before || !strings.Contains(after, "m=128") {
		t.Errorf("not upgraded: %.40s", after)
	}
	if _, err := w.try("ainur", password, "s", "", noon); err != nil {
		t.Errorf("after the upgrade: %v", err)
	}
}

func TestACrowdIsToldToComeBack(t *testing.T) {
	t.Parallel()
	h := auth.NewHasher(auth.Params{MemoryKiB: 4096, Passes: 3, Threads: 1}, 1)
	phc, err := h.Hash(t.Context(), "x")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	outcomes := map[string]int{}
	for range 100 {
		wg.Go(func() {
			ok, _, err := h.Verify(t.Context(), phc, "x")
			mu.Lock()
			defer mu.Unlock()
			switch {
			case fault.Is(err, "auth.busy"):
				outcomes["busy"]++
			case err == nil && ok:
				outcomes["in"]++
			default:
				outcomes["wrong"]++
			}
		})
	}
	wg.Wait()
	if outcomes["wrong"] > 0 || outcomes["in"] == 0 {
		t.Error(outcomes)
	}
}

func TestMachines(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, secret := w.NewCredential("w1", "form 1")
	if again, same := w.NewCredential("w1", "form 1"); again.ID != c.ID || same != secret {
		t.Error("a form sent twice shows another secret")
	}
	revoked, revokedSecret := w.NewCredential("w1", "form 2")
	c.Body, c.Scopes, c.ExpiresAt = "b1", []string{"removal_check"}, noon.Add(24*time.Hour)
	revoked.Body, revoked.Scopes, revoked.ExpiresAt = c.Body, c.Scopes, c.ExpiresAt
	revoked.Revoked = true
	w.store.credentials[c.ID], w.store.credentials[revoked.ID] = c, revoked
	name, _, _ := strings.Cut(secret.Reveal(), ".")
	for _, row := range []struct {
		why, secret, scope string
		at                 time.Time
		want               string
	}{
		{"right", secret.Reveal(), "removal_check", noon, ""},
		{"a scope it has not is as if nothing were there", secret.Reveal(), "files", noon, "not_found"},
		{"a moment before it expires", secret.Reveal(), "removal_check", noon.Add(24*time.Hour - 1), ""},
		{"expired", secret.Reveal(), "removal_check", noon.Add(24 * time.Hour), "auth.wrong"},
		{"revoked", revokedSecret.Reveal(), "removal_check", noon, "auth.wrong"},
		{"another machine's secret", name + revokedSecret.Reveal()[len(name):], "removal_check", noon, "auth.wrong"},
		{"only the name", name, "removal_check", noon, "auth.wrong"},
		{"the name and nothing", name + ".", "removal_check", noon, "auth.wrong"},
		{"unknown", "m1.x", "removal_check", noon, "auth.wrong"},
		{"nothing", "", "removal_check", noon, "auth.wrong"},
	} {
		got, err := w.Machine(t.Context(), withheld.New(row.secret), row.scope, row.at)
		if (row.want == "") != (err == nil) || row.want != "" && !fault.Is(err, row.want) {
			t.Errorf("%s: %v, want %q", row.why, err, row.want)
		}
		if err == nil && got.Body != "b1" {
			t.Errorf("%s: body %q", row.why, got.Body)
		}
	}
	// The day it was used, and not the minute.
	if day := w.store.used[c.ID]; !day.Equal(noon.Add(24*time.Hour-1).UTC().Truncate(24*time.Hour)) || len(w.store.used) != 1 {
		t.Errorf("used: %v", w.store.used)
	}
}

func BenchmarkVerify(b *testing.B) {
	h := auth.NewHasher(auth.DefaultParams, 1)
	phc, err := h.Hash(b.Context(), password)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, _, err := h.Verify(b.Context(), phc, password); err != nil {
			b.Fatal(err)
		}
	}
}

// TestOnesOwnSignIns: each row acts as ainur from her office; what is named there
// and nothing else ends.
func TestOnesOwnSignIns(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why                   string
		act                   func(w world, here, there, other auth.SignedIn) error
		here, there, stranger bool // signed in afterwards
	}{
		{"one that is hers", func(w world, here, there, _ auth.SignedIn) error {
			return w.EndOne(w.Context(), "w1", there.Session.ID)
		}, true, false, true},
		{"another worker's is not hers to end", func(w world, _, _, other auth.SignedIn) error { return w.EndOne(w.Context(), "w1", other.Session.ID) }, true, true, true},
		{"all others of hers", func(w world, here, _, _ auth.SignedIn) error { return w.EndOthers(w.Context(), "w1", here.Token) }, true, false, true},
		{"a device takes its sessions along", func(w world, _, there, _ auth.SignedIn) error {
			return w.ForgetDevice(w.Context(), "w1", there.Session.Device)
		}, true, false, true},
		{"another worker's device is not hers to forget", func(w world, _, _, other auth.SignedIn) error {
			return w.ForgetDevice(w.Context(), "w1", other.Session.Device)
		}, true, true, true},
	} {
		w := newWorld(t)
		a := w.store.accounts["ainur"]
		w.store.accounts["dana"] = auth.Account{Worker: "w9", Password: a.Password}
		here, err1 := w.try("ainur", password, "office", "", noon)
		there, err2 := w.try("ainur", password, "home", "", noon)
		other, err3 := w.try("dana", password, "office", "", noon)
		if err := errors.Join(err1, err2, err3, row.act(w, here, there, other)); err != nil {
			t.Fatal(err)
		}
		for _, in := range []struct {
			who  string
			in   auth.SignedIn
			want bool
		}{{"here", here, row.here}, {"there", there, row.there}, {"the other worker", other, row.stranger}} {
			if _, err := w.Who(t.Context(), in.in.Token, noon); (err == nil) != in.want {
				t.Errorf("%s: %s is signed in: %v, want %v", row.why, in.who, err == nil, in.want)
			}
		}
	}
}

// TestOneMoreSessionEndsTheOldest: so many count at once, of one worker, of those that
// are not over; the one that ended others says how many.
func TestOneMoreSessionEndsTheOldest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.store.accounts["ainur"]
	w.store.accounts["dana"] = auth.Account{Worker: "w9", Password: a.Password}
	other, err := w.try("dana", password, "office", "", noon)
	if err != nil {
		t.Fatal(err)
	}
	var all []auth.SignedIn
	for i := range auth.MostSessions + 2 {
		in, err := w.try("ainur", password, "office", "", noon.Add(time.Duration(i)*time.Second))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, in)
		if want := max(0, min(1, i+1-auth.MostSessions)); in.Session.Ended != want {
			t.Errorf("sign-in %d says that it ended %d, want %d", i+1, in.Session.Ended, want)
		}
	}
	for i, in := range all {
		if _, err := w.Who(t.Context(), in.Token, noon.Add(time.Minute)); (err == nil) != (i >= 2) {
			t.Errorf("sign-in %d: %v", i+1, err)
		}
	}
	if _, err := w.Who(t.Context(), other.Token, noon.Add(time.Minute)); err != nil {
		t.Errorf("another worker's ended: %v", err)
	}
	// Those that are over take no room.
	later, err := w.try("ainur", password, "office", "", noon.Add(time.Hour))
	if err != nil || later.Session.Ended != 0 {
		t.Errorf("an hour later it ended %d: %v", later.Session.Ended, err)
	}
	none := auth.New(w.store, auth.NewHasher(cheap, 2), auth.Limits{Live: -1}, [32]byte{1})
	for range auth.MostSessions + 1 {
		in, err := none.SignIn(t.Context(), auth.Attempt{Login: "dana", Password: withheld.New(password), Source: "s"}, noon)
		if err != nil || in.Session.Ended != 0 {
			t.Errorf("without a limit it ended %d: %v", in.Session.Ended, err)
		}
	}
}

func TestADeviceThatWasLetGoIsAStrangers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in, err := w.try("ainur", password, "office", "", noon)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 40 {
		_, _ = w.try("ainur", "wrong", fmt.Sprint("attacker", i), "", noon)
	}
	if err := w.ForgetDevice(t.Context(), "w1", in.Session.Device); err != nil {
		t.Fatal(err)
	}
	if _, err := w.try("ainur", password, "office", in.Device, noon); !fault.Is(err, "auth.wait") {
		t.Errorf("a lost telephone still goes before strangers: %v", err)
	}
}

// TestAComputerOfMany: the workers of a post share one browser, and each is known
// by it; a login that nobody has is looked for as often as one that somebody has.
func TestAComputerOfMany(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.store.accounts["ainur"]
	marks := ""
	for i := range 8 {
		login := fmt.Sprint("of-the-post-", i)
		w.store.accounts[login] = auth.Account{Worker: id.Worker(login), Password: a.Password}
		in, err := w.try(login, password, "post", marks, noon)
		if err != nil {
			t.Fatal(err)
		}
		marks = in.Device
	}
	if n := len(strings.Split(marks, "~")); n != 6 {
		t.Errorf("a browser keeps %d marks", n)
	}
	again, err := w.try("of-the-post-5", password, "post", marks, noon.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	mine, err := w.Mine(t.Context(), again.Token, noon.Add(time.Hour))
	if err != nil || len(mine.Devices) != 1 || !mine.Devices[0].FirstAt.Equal(noon) || len(mine.Sessions) != 1 {
		t.Errorf("the same browser is one device, and a session that is over is not shown: %+v, %v", mine, err)
	}
	for _, login := range []string{"ainur", "nobody", "marat", "of-the-post-5"} {
		before := w.store.asked
		_, _ = w.try(login, "wrong", "post", marks, noon.Add(time.Hour))
		if n := w.store.asked - before; n != 1 {
			t.Errorf("%s: asked for a device %d times", login, n)
		}
	}
}
