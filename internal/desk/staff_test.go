package desk_test

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/store"
	"pana/internal/withheld"
)

// staff is an administrator of a body of the world.
func (w *world) staff(of access.Who) access.Who {
	of.Role, of.Worker = "administrator", id.New[id.Worker](w.now())
	return of
}

// TestABodyKeepsItsOwnWorkers: its administrator opens, suspends and ends accounts of
// the body, and of no other; what is another's is as if it were not there.
func TestABodyKeepsItsOwnWorkers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	own := w.staff(w.shelter)
	_, stranger := w.hire(w.inspector, "stranger", "inspector")
	seat, in := w.hire(w.shelter, "aliya", "worker")
	page, err := w.desk.Workers(ctx, own)
	if err != nil || !page.Own || len(page.Lines) != 1 || page.Lines[0].Login != "aliya" || len(page.Bodies) != 1 || page.Bodies[0].ID != w.shelter.Body {
		t.Errorf("the page of a body's administrator: %+v, %v", page, err)
	}
	theirs, err := w.desk.Session(ctx, stranger.Token)
	if err != nil {
		t.Fatal(err)
	}
	never := id.New[id.Worker](w.now())
	for _, do := range []string{desk.WorkerRole, desk.WorkerCode, desk.WorkerSuspend, desk.WorkerResume, desk.WorkerSecond, desk.WorkerLeave} {
		_, another := w.desk.ChangeWorker(ctx, own, desk.WorkerInput{Key: w.k(), Worker: theirs.Who.Worker, Role: "worker", Do: do})
		_, nobody := w.desk.ChangeWorker(ctx, own, desk.WorkerInput{Key: w.k(), Worker: never, Role: "worker", Do: do})
		if !isWithheld(another) || !isWithheld(nobody) {
			t.Errorf("%s with a worker of another body: %v; with nobody: %v", do, another, nobody)
		}
	}
	if _, err := w.desk.ChangeWorker(ctx, own, desk.WorkerInput{Key: w.k(), Body: w.inspector.Body, Login: "mole", Role: "inspector"}); !isWithheld(err) {
		t.Errorf("a worker for another body: %v", err)
	}
	if _, err := w.desk.Session(ctx, stranger.Token); err != nil {
		t.Errorf("the stranger was put out: %v", err)
	}
	if _, err := w.desk.ChangeWorker(ctx, own, desk.WorkerInput{Key: w.k(), Worker: seat.Who.Worker, Role: "duty_officer", Do: desk.WorkerRole}); fault.Of(err).Kind != fault.Invalid {
		t.Errorf("a role that this kind of body has not: %v", err)
	}
	if _, err := w.desk.ChangeWorker(ctx, w.shelter, desk.WorkerInput{Key: w.k(), Worker: seat.Who.Worker, Do: desk.WorkerLeave}); !isWithheld(err) {
		t.Errorf("a worker who is no administrator: %v", err)
	}
	if done := w.admits(own, desk.WorkerInput{Worker: seat.Who.Worker, Do: desk.WorkerLeave}); done.Receipt.Code != "receipt.account_left" {
		t.Errorf("left: %+v", done.Receipt)
	}
	if _, err := w.desk.Session(ctx, in.Token); fault.Of(err).Kind != fault.Unauthenticated {
		t.Errorf("the session of one who left: %v", err)
	}
	w.agrees()
}

// TestNobodyKeepsTheirOwnAccount: an administrator neither raises nor resets themselves.
func TestNobodyKeepsTheirOwnAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	seat, _ := w.hire(w.shelter, "rosa", "worker")
	own := seat.Who
	own.Role = "administrator"
	for _, do := range []string{desk.WorkerRole, desk.WorkerCode, desk.WorkerSuspend, desk.WorkerSecond, desk.WorkerLeave} {
		if _, err := w.desk.ChangeWorker(t.Context(), own, desk.WorkerInput{Key: w.k(), Worker: own.Worker, Role: "head", Do: do}); !fault.Is(err, desk.CodeOwnAccount) {
			t.Errorf("%s of oneself: %v", do, err)
		}
	}
}

// TestASuspendedWorkerIsOutThatSecond: on this node and on another, by session, password
// and second factor; and in again with what she had.
func TestASuspendedWorkerIsOutThatSecond(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, other := t.Context(), w.another()
	for _, do := range []string{desk.WorkerSuspend, desk.WorkerLeave, desk.WorkerCode} {
		login := "aliya-" + do
		seat, in := w.hire(w.shelter, login, "worker")
		if _, err := other.Session(ctx, in.Token); err != nil {
			t.Fatalf("the other node does not know her: %v", err)
		}
		w.admits(w.staff(w.shelter), desk.WorkerInput{Worker: seat.Who.Worker, Do: do})
		if _, err := other.Session(ctx, in.Token); fault.Of(err).Kind != fault.Unauthenticated {
			t.Errorf("%s: her session on another node: %v", do, err)
		}
		if _, err := other.SignIn(ctx, w.typed(login)); !fault.Is(err, "auth.wrong") {
			t.Errorf("%s: her password on another node: %v", do, err)
		}
		if do == desk.WorkerSuspend {
			w.admits(w.staff(w.shelter), desk.WorkerInput{Worker: seat.Who.Worker, Do: desk.WorkerResume})
			if _, err := other.SignIn(ctx, w.typed(login)); err != nil {
				t.Errorf("let in again: %v", err)
			}
		}
	}
	w.agrees()
}

// The commit alone puts her out, if nothing deletes the sessions after it.
func TestTheCommitEndsASession(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	seat, in := w.hire(w.shelter, "aliya", "worker")
	ref := casework.Ref{Kind: casework.AccountStream, ID: string(seat.Who.Worker)}
	w.do(w.admin, []casework.Ref{ref}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		return casework.SuspendAccount(store.As[*casework.Account](l, ref), m)
	})
	if _, err := w.desk.Session(t.Context(), in.Token); fault.Of(err).Kind != fault.Unauthenticated {
		t.Errorf("a session outlives the commit: %v", err)
	}
	// Said by the read that finds the session, and not only by the account after it.
	node := desk.SignInStore{Store: w.store, Laws: w.laws, Now: w.now}
	if _, left, found, err := node.Session(t.Context(), sha256.Sum256([]byte(in.Token.Reveal()))); !left || !found || err != nil {
		t.Errorf("the session is there (%v) and of who left (%v): %v", found, left, err)
	}
	// And by the account itself, were a session found that nothing says is over.
	if who, err := w.desk.WhoIs(t.Context(), seat.Who.Worker); fault.Of(err).Kind != fault.Unauthenticated {
		t.Errorf("who left is %+v, %v", who, err)
	}
}

// TestALoginThatLooksLikeAnother is refused when it is made.
func TestALoginThatLooksLikeAnother(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.hire(w.inspector, "copa", "inspector")
	for login, code := range map[string]string{"сора": "field.login_alike", "c0pa": "field.login_alike", "COPA": "field.login_taken", "соpa": "field.login_letters"} {
		_, err := w.desk.ChangeWorker(t.Context(), w.staff(w.shelter), desk.WorkerInput{Key: w.k(), Body: w.shelter.Body, Login: login, Role: "worker"})
		if f := fault.Of(err); len(f.Fields) != 1 || f.Fields[0].Code != code {
			t.Errorf("%q: %v, want %s", login, err, code)
		}
	}
}

// TestACodeOnPaperSetsAPasswordAndNothingElse.
func TestACodeOnPaperSetsAPasswordAndNothingElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, own := t.Context(), w.staff(w.shelter)
	opens := desk.WorkerInput{Body: w.shelter.Body, Login: "aliya", Role: "worker"}
	done := w.admits(own, opens)
	if done.Code.Empty() || strings.Contains(fmt.Sprint(done.Receipt, done.Code), done.Code.Reveal()) {
		t.Errorf("the code: %v", done)
	}
	typed := w.typed("aliya")
	typed.Password = withheld.New(strings.ToLower(strings.ReplaceAll(done.Code.Reveal(), "-", " ")))
	in, err := w.desk.SignIn(ctx, typed)
	if err != nil {
		t.Fatalf("typed in small letters: %v", err)
	}
	seat, err := w.desk.Session(ctx, in.Token)
	if err != nil || !seat.Once {
		t.Fatalf("%+v, %v", seat, err)
	}
	for why, set := range map[string]desk.OwnPasswordInput{
		"short":    {Typed: withheld.New("short"), Again: withheld.New("short")},
		"differs":  {Typed: withheld.New(goodPassword), Again: withheld.New(goodPassword + "x")},
		"the code": {Typed: done.Code, Again: done.Code},
		"common":   {Typed: withheld.New("qwerty123456"), Again: withheld.New("qwerty123456")},
		"login":    {Typed: withheld.New("Aliya-2026-12"), Again: withheld.New("Aliya-2026-12")},
		"body":     {Typed: withheld.New("shelter-2026"), Again: withheld.New("shelter-2026")},
	} {
		set.Key, set.Token = w.k(), in.Token
		if err := w.desk.SetOwnPassword(ctx, seat.Who, set); fault.Of(err).Kind != fault.Invalid || len(fault.Of(err).Fields) == 0 {
			t.Errorf("%s: %v", why, err)
		}
	}
	if err := w.desk.SetOwnPassword(ctx, seat.Who, desk.OwnPasswordInput{Key: w.k(), Token: in.Token, Typed: withheld.New(goodPassword), Again: withheld.New(goodPassword)}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.desk.SignIn(ctx, typed); !fault.Is(err, "auth.wrong") {
		t.Errorf("the code a second time: %v", err)
	}
	// Another code, found when it is too old.
	again := w.admits(own, desk.WorkerInput{Worker: seat.Who.Worker, Do: desk.WorkerCode})
	w.push(casework.CodeAge)
	typed.Password = again.Code
	if _, err := w.desk.SignIn(ctx, typed); !fault.Is(err, "auth.wrong") {
		t.Errorf("a code that is too old: %v", err)
	}
	if again.Until.After(w.now().Add(time.Second)) {
		t.Errorf("good until %s", again.Until)
	}
	w.agrees()
}
