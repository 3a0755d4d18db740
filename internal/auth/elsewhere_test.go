package auth_test

import (
	"cmp"
	"strings"
	"testing"
	"time"

	"pana/internal/auth"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// TestAQuestionIsAnsweredOnce: what a browser keeps is sealed, is for one state of one
// provider, is good for ten minutes, and counts once.
func TestAQuestionIsAnsweredOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	at := time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)
	asked, kept, err := w.AskElsewhere(auth.Elsewhere{Provider: "ministry", Next: "/work", Window: 2}, at)
	if err != nil || asked.State == "" || asked.Nonce == asked.State || asked.Verifier == asked.Nonce || len(asked.Verifier) < 43 {
		t.Fatalf("%+v, %v", asked, err)
	}
	if strings.Contains(kept, asked.Verifier) || strings.Contains(kept, "ministry") {
		t.Error("what the browser keeps can be read")
	}
	_, theirs, _ := w.AskElsewhere(auth.Elsewhere{Provider: "ministry"}, at)
	for why, row := range map[string]struct {
		kept, provider, state string
		at                    time.Time
	}{
		"nothing kept":              {"", "ministry", asked.State, at},
		"no state":                  {kept, "ministry", "", at},
		"another state":             {kept, "ministry", otherLetter(asked.State), at},
		"another provider's answer": {kept, "another", asked.State, at},
		"another question's":        {theirs, "ministry", asked.State, at},
		"too late":                  {kept, "ministry", asked.State, at.Add(11 * time.Minute)},
		"a letter is changed":       {otherLetter(kept), "ministry", asked.State, at},
		"not sealed":                {"e30", "ministry", "", at},
		"very long":                 {strings.Repeat("A", 1<<16), "ministry", asked.State, at},
	} {
		if got, err := w.ReadElsewhere(t.Context(), row.kept, row.provider, row.state, row.at); !fault.Is(err, "auth.begin_again") || got.Verifier != "" {
			t.Errorf("%s: %+v, %v", why, got, err)
		}
	}
	got, err := w.ReadElsewhere(t.Context(), kept, "ministry", asked.State, at.Add(9*time.Minute))
	if err != nil || got.Verifier != asked.Verifier || got.Next != "/work" || got.Window != 2 {
		t.Fatalf("%+v, %v", got, err)
	}
	if _, err := w.ReadElsewhere(t.Context(), kept, "ministry", asked.State, at.Add(9*time.Minute)); !fault.Is(err, "auth.begin_again") {
		t.Errorf("answered twice: %v", err)
	}
}

// otherLetter changes the first letter of a text that was drawn, whatever it is.
func otherLetter(s string) string {
	if s[0] == 'A' {
		return "B" + s[1:]
	}
	return "A" + s[1:]
}

// linked gives ainur a subject at a provider of her body, and says what the provider says.
func linked(t *testing.T, change func(*auth.Account)) (world, auth.Vouched) {
	t.Helper()
	w := newWorld(t)
	v := auth.Vouched{Provider: "ministry", Issuer: "https://login.example", Subject: withheld.New("id1"), Bodies: []id.Body{"b1"}}
	a := w.store.accounts["ainur"]
	a.Body, a.Subject = "b1", w.SubjectTag(v.Issuer, v.Subject)
	if change != nil {
		change(&a)
	}
	w.store.accounts["ainur"] = a
	return w, v
}

// TestVouchedFor: a provider signs in whom it was linked to, of its own bodies. An
// unknown subject, a leaver and another body's worker get one answer after the same
// look-ups.
func TestVouchedFor(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)
	for _, row := range []struct {
		why    string
		change func(*auth.Account)
		bend   func(*auth.Vouched)
		in     bool
		code   string
	}{
		{"linked", nil, nil, true, ""},
		{"a code on paper was never used", func(a *auth.Account) { a.Once, a.Password = true, "" }, nil, true, ""},
		{"another subject", nil, func(v *auth.Vouched) { v.Subject = withheld.New("id2") }, false, auth.CodeElsewhereUnknown},
		{"the same subject of another issuer", nil, func(v *auth.Vouched) { v.Issuer = "https://evil.example" }, false, auth.CodeElsewhereUnknown},
		{"out", func(a *auth.Account) { a.Left = true }, nil, false, auth.CodeElsewhereUnknown},
		{"of another body", func(a *auth.Account) { a.Body = "b2" }, nil, false, auth.CodeElsewhereUnknown},
		{"a provider of no body", nil, func(v *auth.Vouched) { v.Bodies = nil }, false, auth.CodeElsewhereUnknown},
		{"not linked, and no subject", func(a *auth.Account) { a.Subject = "" }, func(v *auth.Vouched) { v.Subject = withheld.Text{} }, false, auth.CodeElsewhereUnknown},
	} {
		w, v := linked(t, row.change)
		if row.bend != nil {
			row.bend(&v)
		}
		before := w.store.asked
		in, err := w.SignInVouched(t.Context(), v, auth.Attempt{Source: "s"}, at)
		if row.in != (err == nil && !in.Token.Empty()) || row.code != "" && !fault.Is(err, row.code) {
			t.Errorf("%s: %+v, %v", row.why, in.Session, err)
		}
		if n := w.store.asked - before; n != 1 {
			t.Errorf("%s: %d look-ups of a device", row.why, n)
		}
		if row.in && in.Session.Elsewhere != "ministry" {
			t.Errorf("%s: the session does not say who signed in", row.why)
		}
	}
}

// TestOurSecondFactorIsStillAsked, unless the provider showed one that counts.
func TestOurSecondFactorIsStillAsked(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)
	w, v := linked(t, func(a *auth.Account) { a.Second.Secret = rfcSecret })
	in, err := w.SignInVouched(t.Context(), v, auth.Attempt{}, at)
	if err != nil || in.Ticket == "" || !in.Token.Empty() {
		t.Fatalf("no second factor was asked for: %+v, %v", in.Session, err)
	}
	v.Second = true
	in, err = w.SignInVouched(t.Context(), v, auth.Attempt{}, at)
	if err != nil || in.Token.Empty() || !in.Session.Second {
		t.Errorf("it was shown there: %+v, %v", in.Session, err)
	}
}

// TestWhoLeftThereLeavesHere: what the provider began ends by its word, once; what it did
// not begin, and what is another's, stays.
func TestWhoLeftThereLeavesHere(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)
	subject := withheld.New("id1")
	for _, row := range []struct {
		why  string
		left auth.Left
		want string // who is signed in afterwards
	}{
		{"the person", auth.Left{Subject: subject}, "own other "},
		{"one session of theirs", auth.Left{Subject: subject, Session: withheld.New("s1")}, "second own other "},
		{"a session, of whom is not said", auth.Left{Session: withheld.New("s1")}, "second unnamed own other "},
		{"a session that nobody has", auth.Left{Session: withheld.New("s9")}, "first second unnamed own other "},
		{"whom nobody is linked to", auth.Left{Subject: withheld.New("id9")}, "first second unnamed own other "},
		{"another's session as theirs", auth.Left{Subject: subject, Session: withheld.New("o1")}, "first second own other "},
		{"another provider's word", auth.Left{Provider: "bank", Subject: subject}, "first second unnamed own other "},
		{"another issuer's session of the same name", auth.Left{Issuer: "https://bank.example", Session: withheld.New("s1")}, "first second unnamed own other "},
	} {
		w, v := linked(t, nil)
		a := w.store.accounts["ainur"]
		w.store.accounts["dana"] = auth.Account{Worker: "w9", Password: a.Password, Body: "b1", Subject: w.SubjectTag(v.Issuer, withheld.New("id2"))}
		vouched := func(v auth.Vouched, session string) withheld.Text {
			v.Session = withheld.New(session)
			in, err := w.SignInVouched(t.Context(), v, auth.Attempt{}, at)
			if err != nil {
				t.Fatal(err)
			}
			return in.Token
		}
		own, err := w.try("ainur", password, "s", "", at)
		if err != nil {
			t.Fatal(err)
		}
		other := v
		other.Subject = withheld.New("id2")
		tokens := []struct {
			name  string
			token withheld.Text
		}{
			{"first", vouched(v, "s1")}, {"second", vouched(v, "s2")}, {"unnamed", vouched(v, "")}, {"own", own.Token}, {"other", vouched(other, "o1")},
		}
		standing := func() (out string) {
			for _, one := range tokens {
				if _, err := w.Who(t.Context(), one.token, at); err == nil {
					out += one.name + " "
				}
			}
			return out
		}
		row.left.Provider, row.left.Issuer, row.left.Number = cmp.Or(row.left.Provider, v.Provider), cmp.Or(row.left.Issuer, v.Issuer), "n1"
		if fresh, err := w.EndLeft(t.Context(), row.left, at); !fresh || err != nil || standing() != row.want {
			t.Errorf("%s: %q stay, want %q (%v, %v)", row.why, standing(), row.want, fresh, err)
		}
		again := vouched(v, "s1")
		if fresh, err := w.EndLeft(t.Context(), row.left, at); fresh || err != nil {
			t.Errorf("%s: the same word a second time counts (%v)", row.why, err)
		}
		if _, err := w.Who(t.Context(), again, at); err != nil {
			t.Errorf("%s: the same word a second time ended a session: %v", row.why, err)
		}
	}
}

// TestOurSecondFactorAfterTheirs: who came by a provider and showed our second factor is
// still of the provider's session, and who forges that is not.
func TestOurSecondFactorAfterTheirs(t *testing.T) {
	t.Parallel()
	w, at, figures, _ := withSecond(t)
	v := auth.Vouched{Provider: "ministry", Issuer: "https://login.example", Subject: withheld.New("id1"), Bodies: []id.Body{"b1"}, Session: withheld.New("s1")}
	a := w.store.accounts["ainur"]
	a.Body, a.Subject = "b1", w.SubjectTag(v.Issuer, v.Subject)
	w.store.accounts["ainur"] = a
	begun, err := w.SignInVouched(t.Context(), v, auth.Attempt{}, at)
	if err != nil || begun.Ticket == "" {
		t.Fatal(err)
	}
	if _, err := w.second(strings.Replace(begun.Ticket, ".ministry.", "..", 1), figures, at); !fault.Is(err, "auth.begin_again") {
		t.Errorf("a ticket without its provider: %v", err)
	}
	in, err := w.second(begun.Ticket, figures, at)
	if err != nil || in.Session.Elsewhere != "ministry" || in.Session.Second {
		t.Fatalf("%+v, %v", in.Session, err)
	}
	if _, err := w.EndLeft(t.Context(), auth.Left{Provider: "ministry", Issuer: v.Issuer, Session: v.Session, Number: "n1"}, at); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Who(t.Context(), in.Token, at); err == nil {
		t.Error("signed out there, and still in")
	}
}

// TestProvedElsewhere: a session's proof is made new by its own worker's sign-in at the
// provider, and by nobody else's.
func TestProvedElsewhere(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)
	later := at.Add(10 * time.Minute)
	for _, row := range []struct {
		why  string
		bend func(*auth.Vouched, *id.Session, *auth.Account)
		want bool
	}{
		{"theirs", nil, true},
		{"another's", func(v *auth.Vouched, _ *id.Session, _ *auth.Account) { v.Subject = withheld.New("id2") }, false},
		{"asked for another session", func(_ *auth.Vouched, s *id.Session, _ *auth.Account) { *s = "another" }, false},
		{"a provider of another body", func(v *auth.Vouched, _ *id.Session, _ *auth.Account) { v.Bodies = []id.Body{"b2"} }, false},
		{"ours is asked for", func(_ *auth.Vouched, _ *id.Session, a *auth.Account) { a.Second.Secret = rfcSecret }, false},
		{"ours, and theirs counts", func(v *auth.Vouched, _ *id.Session, a *auth.Account) { a.Second.Secret, v.Second = rfcSecret, true }, true},
	} {
		w, v := linked(t, nil)
		in, err := w.SignInVouched(t.Context(), v, auth.Attempt{}, at)
		if err != nil {
			t.Fatal(err)
		}
		session := in.Session.ID
		if row.bend != nil {
			a := w.store.accounts["ainur"]
			row.bend(&v, &session, &a)
			w.store.accounts["ainur"] = a
		}
		token, err := w.ProveVouched(t.Context(), in.Token, session, v, later)
		if err != nil {
			token = in.Token
		}
		s, _ := w.Who(t.Context(), token, later)
		if (err == nil) != row.want || auth.Fresh(s, later) != row.want {
			t.Errorf("%s: %v, fresh %v", row.why, err, auth.Fresh(s, later))
		}
	}
}

// TestASubjectsTagIsKeyed: of a number of the register the index shows nothing.
func TestASubjectsTagIsKeyed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := auth.New(w.store, nil, auth.Limits{}, [32]byte{9})
	subject := withheld.New("900101300123")
	if w.SubjectTag("i", subject) == other.SubjectTag("i", subject) || w.SubjectTag("i", subject) == w.SubjectTag("j", subject) {
		t.Error("the tag is of the subject alone")
	}
}
