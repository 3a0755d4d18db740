package desk_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/auth"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/openid"
	"pana/internal/testkit"
	"pana/internal/withheld"
)

// ministry is a world where the first shelter has a sign-in of its own.
type ministry struct {
	*world
	issuer *testkit.Issuer
}

const origin = "https://pana.example"

func newMinistry(t *testing.T, more string) ministry {
	t.Helper()
	w := newWorldAt(t, time.Now()) // tokens keep the real hour
	m := ministry{w, testkit.NewIssuer(t)}
	set, err := openid.Read(m.issuer.Providers(t, t.TempDir(), more, string(w.shelter.Body)), slog.New(slog.NewTextHandler(w.log, nil)), w.now)
	if err != nil {
		t.Fatal(err)
	}
	hasher := auth.NewHasher(auth.Params{MemoryKiB: 64, Passes: 1, Threads: 1}, 2)
	w.desk, err = desk.New(desk.Deps{
		Store: w.store, Laws: w.laws, Hasher: hasher, Names: w.names, Now: w.now, Elsewhere: set, Log: slog.New(slog.NewTextHandler(w.log, nil)),
		Second: desk.SecondFor{Roles: []string{"worker"}, From: w.at.AddDate(0, 0, -1)},
		Auth:   auth.New(desk.SignInStore{Store: w.store, Laws: w.laws, Now: w.now}, hasher, auth.Limits{}, [32]byte{2}),
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// goes there and comes back.
func (m ministry) goes(token withheld.Text) (desk.AskedThere, desk.FromElsewhere) {
	m.t.Helper()
	asked, err := m.desk.AskElsewhere(m.t.Context(), desk.AskElsewhereInput{Provider: "ministry", Origin: origin, Next: "/work", Window: 1, Token: token})
	if err != nil {
		m.t.Fatal(err)
	}
	back := testkit.Follow(m.t, asked.Address)
	if got := back.Scheme + "://" + back.Host + back.Path; got != origin+desk.ElsewherePath+"ministry" {
		m.t.Fatalf("sent back to %s", got)
	}
	q := back.Query()
	in := desk.FromElsewhere{Provider: "ministry", Kept: asked.Kept, State: q.Get("state"), Issuer: q.Get("iss"), Code: withheld.New(q.Get("code"))}
	question, err := m.desk.ReadElsewhere(m.t.Context(), in)
	if err != nil {
		m.t.Fatal(err)
	}
	return question, in
}

func (m ministry) signsIn() (desk.SignedIn, error) {
	m.t.Helper()
	question, in := m.goes(withheld.Text{})
	return m.desk.SignInElsewhere(m.t.Context(), question, in, desk.SignInInput{From: "127.0.0.1"})
}

func (m ministry) link(who access.Who, worker desk.Session, subject string) (desk.WorkerDone, error) {
	return m.desk.ChangeWorker(m.t.Context(), who, desk.WorkerInput{Key: m.k(), Worker: worker.Who.Worker, Do: desk.WorkerLink, Provider: "ministry", Subject: withheld.New(subject)})
}

// TestAMinistrySignsInWhomItsAdministratorsLinked: nobody before two administrators of
// the body have said whose subject it is; from then on her; not after she was suspended,
// in that second; and what is said to a stranger, a suspended worker and one who was
// linked no more is the same.
func TestAMinistrySignsInWhomItsAdministratorsLinked(t *testing.T) {
	t.Parallel()
	m := newMinistry(t, "")
	ctx := t.Context()
	seat, _ := m.hire(m.shelter, "aliya", "worker")
	rosa, serik := m.staff(m.shelter), m.staff(m.shelter)
	unknown := func(why string) {
		t.Helper()
		in, err := m.signsIn()
		if !fault.Is(err, desk.CodeElsewhereUnknown) || len(fault.Of(err).Args) > 0 || !in.Token.Empty() || in.Ticket != "" {
			t.Errorf("%s: %+v, %v", why, in, err)
		}
	}
	unknown("before anybody linked her")
	done, err := m.link(rosa, seat, "id1")
	if err != nil || !done.Waits {
		t.Fatalf("one administrator alone: %+v, %v", done, err)
	}
	unknown("while it waits for a second")
	motion := m.waiting()
	if motion.Act != casework.MotionLink || motion.Subject.Reveal() != "id1" || motion.Issuer != m.issuer.URL {
		t.Errorf("the second sees %+v", motion)
	}
	if _, err := m.desk.DecideMotion(ctx, serik, desk.MotionInput{Key: m.k(), Motion: motion.ID, Do: "confirm"}); err != nil {
		t.Fatal(explain(err))
	}
	in, err := m.signsIn()
	if err != nil {
		t.Fatal(explain(err))
	}
	who, err := m.desk.Session(ctx, in.Token)
	if err != nil || who.Who.Worker != seat.Who.Worker || !who.Lacks {
		t.Errorf("signed in as %+v, %v", who, err)
	}
	if shown, err := m.desk.ProvesElsewhere(ctx, seat.Who.Worker, "en"); err != nil || len(shown) != 1 || shown[0].Name != "The ministry" {
		t.Errorf("where she proves who she is: %v, %v", shown, err)
	}
	m.admits(rosa, desk.WorkerInput{Worker: seat.Who.Worker, Do: desk.WorkerSuspend})
	if _, err := m.desk.Session(ctx, in.Token); fault.Of(err).Kind != fault.Unauthenticated {
		t.Errorf("suspended, and still in: %v", err)
	}
	unknown("suspended, with a token that is valid")
	m.admits(rosa, desk.WorkerInput{Worker: seat.Who.Worker, Do: desk.WorkerResume})
	if in, err = m.signsIn(); err != nil {
		t.Fatalf("let in again: %v", err)
	}
	m.admits(rosa, desk.WorkerInput{Worker: seat.Who.Worker, Do: desk.WorkerUnlink})
	if _, err := m.desk.Session(ctx, in.Token); fault.Of(err).Kind != fault.Unauthenticated {
		t.Errorf("linked no more, and still in: %v", err)
	}
	unknown("linked no more")
	if said := m.log.String(); strings.Contains(said, "id1") || strings.Contains(said, "aliya") {
		t.Errorf("the log names somebody: %s", said)
	}
	m.agrees()
}

// TestASubjectIsOnePersons: a subject that signs in one account is linked to no other,
// by no motion that began earlier either; a provider of another body links nobody.
func TestASubjectIsOnePersons(t *testing.T) {
	t.Parallel()
	m := newMinistry(t, "")
	ctx := t.Context()
	aliya, _ := m.hire(m.shelter, "aliya", "worker")
	botagoz, _ := m.hire(m.shelter, "botagoz", "worker")
	stranger, _ := m.hire(m.inspector, "stranger", "inspector")
	rosa := m.staff(m.shelter)
	if _, err := m.link(rosa, aliya, "id1"); err != nil {
		t.Fatal(explain(err))
	}
	first := m.waiting()
	if _, err := m.link(rosa, botagoz, "id1"); err != nil {
		t.Fatal(explain(err))
	}
	page, _ := m.desk.Motions(ctx, m.staff(m.shelter))
	second := page.Waits[0]
	if second.ID == first.ID {
		second = page.Waits[1]
	}
	confirm := func(line desk.MotionLine) error {
		_, err := m.desk.DecideMotion(ctx, m.staff(m.shelter), desk.MotionInput{Key: m.k(), Motion: line.ID, Do: "confirm"})
		return err
	}
	if err := confirm(first); err != nil {
		t.Fatal(explain(err))
	}
	if err := confirm(second); !fault.Is(err, desk.CodeMotionSubject) {
		t.Errorf("one subject for two: %v", err)
	}
	if _, err := m.link(rosa, botagoz, "id1"); fault.Of(err).Kind != fault.Invalid || fault.Of(err).Fields[0].Code != "field.subject_taken" {
		t.Errorf("proposed once more: %v", err)
	}
	if _, err := m.link(m.staff(m.inspector), stranger, "id7"); fault.Of(err).Kind != fault.Invalid || fault.Of(err).Fields[0].Name != "provider" {
		t.Errorf("by a provider of another body: %v", err)
	}
	if _, err := m.link(rosa, botagoz, "  "); fault.Of(err).Kind != fault.Invalid {
		t.Errorf("by nothing: %v", err)
	}
	if _, err := m.link(rosa, stranger, "id7"); !isWithheld(err) {
		t.Errorf("another body's worker: %v", err)
	}
	own := rosa
	own.Worker = aliya.Who.Worker
	if _, err := m.link(own, aliya, "id8"); !fault.Is(err, desk.CodeOwnAccount) {
		t.Errorf("their own: %v", err)
	}
	m.agrees()
}

// TestProvedAtTheMinistry: before a dangerous act its sign-in counts when it was made
// anew, and a second factor there is one where the installation says so.
func TestProvedAtTheMinistry(t *testing.T) {
	t.Parallel()
	m := newMinistry(t, "    second-factor: {amr: [otp]}\n")
	ctx := t.Context()
	seat, _ := m.hire(m.shelter, "aliya", "worker")
	if _, err := m.link(m.staff(m.shelter), seat, "id1"); err != nil {
		t.Fatal(explain(err))
	}
	if _, err := m.desk.DecideMotion(ctx, m.staff(m.shelter), desk.MotionInput{Key: m.k(), Motion: m.waiting().ID, Do: "confirm"}); err != nil {
		t.Fatal(explain(err))
	}
	say := func(name string, value any) {
		m.issuer.Set(func(i *testkit.Issuer) { i.Bend = func(_, c map[string]any) { c[name] = value } })
	}
	in, err := m.signsIn()
	if err != nil {
		t.Fatal(err)
	}
	if s, _ := m.desk.Session(ctx, in.Token); !s.Lacks {
		t.Error("no second factor was shown, and none is asked for")
	}
	say("amr", []string{"pwd", "otp"})
	if in, err = m.signsIn(); err != nil {
		t.Fatal(err)
	}
	if s, _ := m.desk.Session(ctx, in.Token); s.Lacks {
		t.Error("a second factor was shown there, and another is asked for")
	}
	m.at = m.at.Add(10 * time.Minute)
	fresh := func() bool {
		s, err := m.desk.Session(ctx, in.Token)
		return err == nil && s.Fresh
	}
	prove := func() error {
		question, back := m.goes(in.Token)
		token, err := m.desk.ProveElsewhere(ctx, in.Token, question, back)
		if err == nil {
			in.Token = token
		}
		return err
	}
	if fresh() {
		t.Fatal("a proof of ten minutes ago counts")
	}
	say("auth_time", m.at.Add(-time.Hour).Unix())
	if err := prove(); !fault.Is(err, openid.CodeRefused) || fresh() {
		t.Errorf("they were signed in there since an hour: %v", err)
	}
	m.issuer.Set(func(i *testkit.Issuer) { i.Subject = "id2" })
	say("auth_time", m.at.Unix())
	if err := prove(); !fault.Is(err, desk.CodeElsewhereUnknown) || fresh() {
		t.Errorf("a colleague proves it: %v", err)
	}
	m.issuer.Set(func(i *testkit.Issuer) { i.Subject = "id1" })
	if err := prove(); err != nil || !fresh() {
		t.Errorf("anew: %v", err)
	}
	if bytes.Contains(m.log.Bytes(), []byte("id1")) {
		t.Error("the log names somebody")
	}
}

// TestSignedOutAtTheMinistry: who signs out there is out here that second, of what began
// there; the same word counts once, and who sends words that are not believed waits.
func TestSignedOutAtTheMinistry(t *testing.T) {
	t.Parallel()
	m := newMinistry(t, "")
	ctx := t.Context()
	seat, _ := m.hire(m.shelter, "aliya", "worker")
	if _, err := m.link(m.staff(m.shelter), seat, "id1"); err != nil {
		t.Fatal(explain(err))
	}
	if _, err := m.desk.DecideMotion(ctx, m.staff(m.shelter), desk.MotionInput{Key: m.k(), Motion: m.waiting().ID, Do: "confirm"}); err != nil {
		t.Fatal(explain(err))
	}
	come := func() withheld.Text {
		t.Helper()
		in, err := m.signsIn()
		if err != nil {
			t.Fatal(explain(err))
		}
		return in.Token
	}
	in := func(token withheld.Text) bool {
		_, err := m.desk.Session(ctx, token)
		return err == nil
	}
	leave := func(from string, word string) error {
		return m.desk.SignOutElsewhere(ctx, desk.LeftElsewhere{Provider: "ministry", From: from, Token: withheld.New(word)})
	}
	own, err := m.desk.SignIn(ctx, m.typed("aliya"))
	if err != nil {
		t.Fatal(err)
	}
	m.issuer.Set(func(i *testkit.Issuer) { i.Session = "s1" })
	first := come()
	m.issuer.Set(func(i *testkit.Issuer) { i.Session = "s2" })
	second := come()
	word := m.issuer.LogoutToken(map[string]any{"sid": "s1"})
	if err := leave("192.0.2.7", word); err != nil || in(first) || !in(second) || !in(own.Token) {
		t.Errorf("one session there: %v; the first stays %v, the second %v, her own %v", err, in(first), in(second), in(own.Token))
	}
	if err := leave("192.0.2.7", m.issuer.LogoutToken(nil)); err != nil || in(second) || !in(own.Token) {
		t.Errorf("all there: %v; the second stays %v, her own %v", err, in(second), in(own.Token))
	}
	m.issuer.Set(func(i *testkit.Issuer) { i.Session = "s1" })
	back := come()
	if err := leave("192.0.2.7", word); !fault.Is(err, openid.CodeRefused) || !in(back) {
		t.Errorf("the same word again: %v", err)
	}
	if err := m.desk.SignOutElsewhere(ctx, desk.LeftElsewhere{Provider: "bank", From: "192.0.2.7", Token: withheld.New(word)}); fault.Of(err).Kind != fault.NotFound {
		t.Errorf("a provider that nobody named: %v", err)
	}
	tries := 0
	for tries < 100 && fault.Of(err).Kind != fault.Limited {
		tries++
		err = leave("192.0.2.8", "made.up.word")
	}
	if tries == 100 || in(back) != true {
		t.Errorf("%d words that nobody believed, and no wait", tries)
	}
	if err := leave("192.0.2.8", m.issuer.LogoutToken(nil)); fault.Of(err).Kind != fault.Limited || !in(back) {
		t.Errorf("a right word from where wrong ones came: %v", err)
	}
	if err := leave("192.0.2.7", m.issuer.LogoutToken(nil)); err != nil || in(back) {
		t.Errorf("another address waits too: %v", err)
	}
	if said := m.log.String(); strings.Contains(said, "id1") || strings.Contains(said, "aliya") {
		t.Errorf("the log names somebody: %s", said)
	}
	m.agrees()
}
