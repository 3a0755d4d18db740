package desk_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/auth"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

const goodPassword = "correct horse battery"

// hire opens an account and signs it in.
func (w *world) hire(of access.Who, login, role string) (desk.Session, desk.SignedIn) {
	w.t.Helper()
	code := w.admits(w.admin, desk.WorkerInput{Body: of.Body, Login: login, Role: role}).Code
	return w.firstTime(login, code)
}

// admits is one act of an administrator.
func (w *world) admits(who access.Who, in desk.WorkerInput) desk.WorkerDone {
	w.t.Helper()
	in.Key = w.k()
	done, err := w.desk.ChangeWorker(w.t.Context(), who, in)
	if err != nil {
		w.t.Fatal(explain(err))
	}
	if done.Waits {
		w.must(w.desk.DecideMotion(w.t.Context(), w.staff(w.admin), desk.MotionInput{Key: w.k(), Motion: w.waiting().ID, Do: "confirm"}))
	}
	return done
}

// waiting is the one motion that waits.
func (w *world) waiting() desk.MotionLine {
	w.t.Helper()
	page, err := w.desk.Motions(w.t.Context(), w.staff(w.admin))
	if err != nil || len(page.Waits) != 1 {
		w.t.Fatalf("one motion should wait: %+v, %v", page.Waits, err)
	}
	return page.Waits[0]
}

// firstTime signs in by a code on paper, sets a password, and signs in by that.
func (w *world) firstTime(login string, code withheld.Text) (desk.Session, desk.SignedIn) {
	w.t.Helper()
	typed := w.typed(login)
	typed.Password = code
	in, err := w.desk.SignIn(w.t.Context(), typed)
	if err != nil {
		w.t.Fatal(err)
	}
	s, err := w.desk.Session(w.t.Context(), in.Token)
	if err != nil || !s.Once {
		w.t.Fatalf("a code on paper: %+v, %v", s, err)
	}
	set := desk.OwnPasswordInput{Key: w.k(), Token: in.Token, Typed: withheld.New(goodPassword), Again: withheld.New(goodPassword)}
	if err := w.desk.SetOwnPassword(w.t.Context(), s.Who, set); err != nil {
		w.t.Fatal(explain(err))
	}
	if err := w.desk.SignOut(w.t.Context(), in.Token); err != nil {
		w.t.Fatal(err)
	}
	if in, err = w.desk.SignIn(w.t.Context(), w.typed(login)); err != nil {
		w.t.Fatal(err)
	}
	if s, err = w.desk.Session(w.t.Context(), in.Token); err != nil || s.Once {
		w.t.Fatalf("a password of their own: %+v, %v", s, err)
	}
	return s, in
}

func (w *world) typed(login string) desk.SignInInput {
	return desk.SignInInput{Login: login, Password: withheld.New(goodPassword), From: "127.0.0.1", Agent: "firefox linux"}
}

// figures reckons a code as RFC 6238 says, apart from the code under test.
func (w *world) figures(secret withheld.Text) withheld.Text {
	key, err := base32.StdEncoding.DecodeString(secret.Reveal())
	if err != nil {
		w.t.Fatal(err)
	}
	m := hmac.New(sha1.New, key)
	_ = binary.Write(m, binary.BigEndian, w.now().Unix()/30)
	sum := m.Sum(nil)
	n := binary.BigEndian.Uint32(sum[sum[19]&15:]) & 0x7fffffff
	return withheld.New(fmt.Sprintf("%06d", n%1000000))
}

// TestSecondFactor: set by a code, asked for at the next sign-in, codes on paper good
// once and counted, dropped by an administrator when the telephone is lost; the
// record agrees and has neither the secret nor a code.
func TestSecondFactor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	seat, _ := w.hire(w.inspector, "aliya", "inspector")
	page, err := w.desk.Second(ctx, seat.Who, withheld.Text{}, "")
	if err != nil || page.Has || page.Demanded || !strings.Contains(page.URI, page.Secret.Reveal()) {
		t.Fatalf("%+v, %v", page, err)
	}
	set := desk.SecondInput{Key: page.Key, Secret: page.Secret, Code: withheld.New("12345")}
	if _, err := w.desk.SetSecond(ctx, seat.Who, set); !fault.Is(err, "form.fields") && len(fault.Of(err).Fields) != 1 {
		t.Errorf("a telephone that shows something else: %v", err)
	}
	set.Code = w.figures(page.Secret)
	codes, err := w.desk.SetSecond(ctx, seat.Who, set)
	if err != nil || len(codes) != 10 {
		t.Fatalf("%d codes, %v", len(codes), err)
	}
	if again, err := w.desk.SetSecond(ctx, seat.Who, set); err != nil || again[0] != codes[0] {
		t.Errorf("the form sent twice shows other codes: %v", err)
	}
	begun, err := w.desk.SignIn(ctx, w.typed("aliya"))
	if err != nil || begun.Ticket == "" || !begun.Token.Empty() {
		t.Fatalf("the password alone: %+v, %v", begun, err)
	}
	code := desk.SignInInput{Ticket: begun.Ticket, Code: set.Code}
	if _, err := w.desk.SignInSecond(ctx, code); !fault.Is(err, "auth.wrong") {
		t.Errorf("the code with which it was set, a second time: %v", err)
	}
	for i, want := range []string{"", "auth.wrong"} {
		code.Code = codes[7]
		if _, err := w.desk.SignInSecond(ctx, code); want == "" && err != nil || want != "" && !fault.Is(err, want) {
			t.Errorf("a code on paper, time %d: %v", i+1, err)
		}
	}
	if page, err = w.desk.Second(ctx, seat.Who, withheld.Text{}, ""); err != nil || !page.Has || page.CodesLeft != 9 || !page.Secret.Empty() {
		t.Errorf("%+v, %v", page, err)
	}
	renewed, err := w.desk.NewRecovery(ctx, seat.Who, w.k())
	if err != nil || renewed[0] == codes[0] {
		t.Errorf("new codes: %v", err)
	}
	code.Code = codes[1]
	if _, err := w.desk.SignInSecond(ctx, code); !fault.Is(err, "auth.wrong") {
		t.Errorf("a code before the new ones: %v", err)
	}
	w.push(time.Minute)
	code.Code = w.figures(set.Secret)
	w.log.Reset()
	in, err := w.desk.SignInSecond(ctx, code)
	if said := w.log.String(); !strings.Contains(said, `msg="signed in" by=second`) || strings.Contains(said, "aliya") || strings.Contains(said, string(seat.Who.Worker)) {
		t.Errorf("of a sign-in the log says %q", said)
	}
	if err != nil {
		t.Fatal(err)
	}
	w.admits(w.admin, desk.WorkerInput{Worker: seat.Who.Worker, Do: desk.WorkerSecond})
	if _, err := w.desk.Session(ctx, in.Token); fault.Of(err).Kind != fault.Unauthenticated {
		t.Errorf("a session outlives the telephone: %v", err)
	}
	if in, err = w.desk.SignIn(ctx, w.typed("aliya")); err != nil || in.Token.Empty() {
		t.Errorf("after it was dropped: %v", err)
	}
	w.agrees()
}

// TestACodeOnPaperIsTakenOnTwoNodes: of several who come at once with one code, and of
// those who come after, one is in.
func TestACodeOnPaperIsTakenOnTwoNodes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	seat, _ := w.hire(w.inspector, "aliya", "inspector")
	page, err := w.desk.Second(ctx, seat.Who, withheld.Text{}, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.desk.SetSecond(ctx, seat.Who, desk.SecondInput{Key: page.Key, Secret: page.Secret, Code: w.figures(page.Secret)}); err != nil {
		t.Fatal(err)
	}
	node := desk.SignInStore{Store: w.store, Laws: w.laws, Now: w.now}
	account, _, err := node.AccountOf(ctx, seat.Who.Worker)
	if err != nil || len(account.Second.Recovery) == 0 {
		t.Fatalf("%d codes, %v", len(account.Second.Recovery), err)
	}
	var all sync.WaitGroup
	var in atomic.Int32
	for range 4 {
		all.Go(func() {
			if taken, err := node.UseRecovery(ctx, seat.Who.Worker, account.Second.Recovery[3]); taken {
				in.Add(1)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if again, err := node.UseRecovery(ctx, seat.Who.Worker, account.Second.Recovery[3]); again || err != nil || in.Load() != 1 {
		t.Errorf("%d of four who came at once are in; one who comes after: %v, %v", in.Load(), again, err)
	}
	w.agrees()
}

// Whose role must have a second factor is told before the day, and lacks it from the
// day on, until there is one.
func TestASecondFactorThatARoleMustHave(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	seat, in := w.hire(w.border, "duty", "duty_officer")
	page, err := w.desk.Second(t.Context(), seat.Who, withheld.Text{}, "")
	if err != nil || seat.Lacks || page.Demanded || page.From.IsZero() {
		t.Errorf("before the day: %+v, %v", page, err)
	}
	other, _ := w.hire(w.border, "officer", "officer")
	w.push(24 * time.Hour)
	for _, row := range []struct {
		login string
		want  bool
	}{{"duty", true}, {"officer", false}} {
		if in, err = w.desk.SignIn(t.Context(), w.typed(row.login)); err != nil {
			t.Fatal(err)
		}
		if s, err := w.desk.Session(t.Context(), in.Token); err != nil || s.Lacks != row.want {
			t.Errorf("%s on the day: lacks is %v, %v", row.login, s.Lacks, err)
		}
	}
	if page, err = w.desk.Second(t.Context(), other.Who, withheld.Text{}, ""); err != nil || page.Demanded {
		t.Errorf("of a role that need not: %+v, %v", page, err)
	}
	in, err = w.desk.SignIn(t.Context(), w.typed("duty"))
	if err != nil {
		t.Fatal(err)
	}
	page, err = w.desk.Second(t.Context(), seat.Who, withheld.Text{}, "")
	if err != nil || !page.Demanded {
		t.Fatal(err)
	}
	if _, err := w.desk.SetSecond(t.Context(), seat.Who, desk.SecondInput{Key: page.Key, Secret: page.Secret, Code: w.figures(page.Secret)}); err != nil {
		t.Fatal(err)
	}
	if s, err := w.desk.Session(t.Context(), in.Token); err != nil || s.Lacks {
		t.Errorf("once there is one: lacks is %v, %v", s.Lacks, err)
	}
}

// A proof grows old in five minutes and is made new by the password; what one ends of
// her own sign-ins is over, another's is not within reach.
// TestTheListSaysThatTheOldestEnded: who signs in once more than counts reads on My
// sign-ins how many ended for it.
func TestTheListSaysThatTheOldestEnded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, first := w.hire(w.inspector, "aliya", "inspector")
	var last desk.SignedIn
	for range auth.MostSessions {
		w.push(time.Second)
		var err error
		if last, err = w.desk.SignIn(t.Context(), w.typed("aliya")); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.desk.Session(t.Context(), first.Token); fault.Of(err).Kind != fault.Unauthenticated {
		t.Errorf("the oldest is still signed in: %v", err)
	}
	mine, err := w.desk.SignIns(t.Context(), last.Token)
	if err != nil || mine.Most != auth.MostSessions || mine.Ended != 1 || len(mine.Sessions) != auth.MostSessions {
		t.Errorf("at most %d, ended %d, %d stand: %v", mine.Most, mine.Ended, len(mine.Sessions), err)
	}
}

func TestProofAndOwnSignIns(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	_, here := w.hire(w.inspector, "aliya", "inspector")
	_, other := w.hire(w.inspector, "dana", "inspector")
	there, err := w.desk.SignIn(ctx, w.typed("aliya"))
	if err != nil {
		t.Fatal(err)
	}
	w.push(5 * time.Minute)
	fresh := func() bool {
		s, err := w.desk.Session(ctx, here.Token)
		if err != nil {
			t.Fatal(err)
		}
		return s.Fresh
	}
	if fresh() {
		t.Error("five minutes later the proof is fresh")
	}
	before := here.Token
	if _, err := w.desk.Prove(ctx, here.Token, desk.ProveInput{Password: withheld.New("wrong")}); !fault.Is(err, "auth.wrong") || fresh() {
		t.Errorf("a wrong password proves: %v", err)
	}
	if here.Token, err = w.desk.Prove(ctx, before, desk.ProveInput{Password: withheld.New(goodPassword)}); err != nil || !fresh() {
		t.Errorf("the right one does not: %v", err)
	}
	if _, err := w.desk.Session(ctx, before); err == nil {
		t.Error("a copy of the token goes on after the proof")
	}
	mine, err := w.desk.SignIns(ctx, here.Token)
	if err != nil || len(mine.Sessions) != 2 || len(mine.Devices) != 3 || mine.Sessions[0].Agent != "firefox linux" {
		t.Fatalf("%+v, %v", mine, err)
	}
	theirs, err := w.desk.SignIns(ctx, other.Token)
	if err != nil || len(theirs.Sessions) != 1 {
		t.Fatalf("%+v, %v", theirs, err)
	}
	for _, in := range []desk.EndSignInInput{{Session: theirs.Sessions[0].ID}, {Device: theirs.Devices[0].ID}, {Others: true}} {
		if err := w.desk.EndSignIn(ctx, here.Token, in); err != nil {
			t.Fatal(err)
		}
	}
	for _, row := range []struct {
		why   string
		token withheld.Text
		in    bool
	}{{"here", here.Token, true}, {"there", there.Token, false}, {"a colleague", other.Token, true}} {
		if _, err := w.desk.Session(ctx, row.token); (err == nil) != row.in {
			t.Errorf("%s: %v", row.why, err)
		}
	}
	if err := w.desk.EndSignIn(ctx, here.Token, desk.EndSignInInput{Session: id.Session("none")}); err != nil {
		t.Errorf("ending what is over: %v", err)
	}
}
