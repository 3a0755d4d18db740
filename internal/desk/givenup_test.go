package desk_test

import (
	"strings"
	"testing"
	"time"

	"pana/internal/desk"
	"pana/internal/jobs"
	"pana/internal/notify"
	"pana/internal/testkit"
	"pana/internal/wording"
)

// byMail has the world's letters go through SMTP to a server at an address.
func (w *world) byMail(addr string) {
	w.mail = &notify.SMTP{Addr: addr, From: "pana@example.org", Site: "https://pana.example.org", Plain: true, Words: wording.Product(), Now: w.now}
}

// deliver does every job that is due, as the program does.
func (w *world) deliver() {
	w.t.Helper()
	for jobs.Once(w.t.Context(), w.store, w.desk, jobs.Options{Now: w.now, Log: discard}) > 0 {
	}
}

// mailDown asks shelters while the mail server is down: what it will be, and where.
func (w *world) mailDown() (h *testkit.MailHost, addr string) {
	w.t.Helper()
	file := w.named()
	w.deliver()
	h = &testkit.MailHost{Bare: true}
	down := h.Listen(w.t, "127.0.0.1:0")
	addr = down.Addr().String()
	_ = down.Close()
	w.byMail(addr)
	w.refer(file)
	return h, addr
}

// messageIDs are the letters that a server took, by their ids.
func messageIDs(h *testkit.MailHost) map[string]int {
	out := map[string]int{}
	for _, letter := range h.Letters() {
		_, rest, _ := strings.Cut(letter, "Message-ID: ")
		id, _, _ := strings.Cut(rest, "\r\n")
		out[id]++
	}
	return out
}

// The mail server is down when two shelters are asked: the letters wait in the queue
// and go once each when it is up. Cut after a letter and before the answer, one comes
// twice under one Message-ID, which is all that SMTP allows, and not more often.
func TestAMailServerThatIsDownAndAnAnswerThatIsLost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h, addr := w.mailDown()
	w.deliver()
	bodies, err := w.desk.Bodies(t.Context(), w.admin)
	if err != nil || len(bodies.Trouble) != 1 || bodies.Trouble[0].Code != "notify.unreachable" || len(bodies.GaveUp) != 0 {
		t.Fatalf("down: %+v %+v, %v", bodies.Trouble, bodies.GaveUp, err)
	}
	up := h.Listen(t, addr)
	h.CutAt(testkit.CutAfter)
	w.push(10 * time.Second)
	w.deliver()
	h.CutAt("")
	for range 3 {
		w.push(20 * time.Second)
		w.deliver()
	}
	_ = up.Close()
	ids := messageIDs(h)
	if len(ids) != 2 {
		t.Errorf("two shelters are told: %v", ids)
	}
	for id, n := range ids {
		if n < 1 || n > 2 {
			t.Errorf("%s came %d times", id, n)
		}
	}
	if bodies, err = w.desk.Bodies(t.Context(), w.admin); err != nil || len(bodies.Trouble)+len(bodies.GaveUp) != 0 {
		t.Errorf("told, and still shown: %+v %+v, %v", bodies.Trouble, bodies.GaveUp, err)
	}
}

// A mail server that is down for days loses nothing: it is asked every hour, and shown.
func TestAMailServerThatIsDownForDays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h, addr := w.mailDown()
	for range 24 {
		w.push(2 * time.Hour)
		w.deliver()
	}
	bodies, err := w.desk.Bodies(t.Context(), w.admin)
	if err != nil || len(bodies.GaveUp) != 0 || len(bodies.Trouble) == 0 {
		t.Fatalf("after two days: given up %+v, shown %+v, %v", bodies.GaveUp, bodies.Trouble, err)
	}
	_ = h.Listen(t, addr)
	w.push(2 * time.Hour)
	w.deliver()
	if told := strings.Join(h.Recipients(), " "); !strings.Contains(told, "shelter-one@") || !strings.Contains(told, "shelter-two@") {
		t.Errorf("when it is back it is given %q", told)
	}
}

// An address that the server says is none is not tried for two weeks: it is given up
// at once, shown to the administrator by body and code, and sent again, once, when
// the address was mended. A no for now is tried again by itself.
func TestAnAddressThatIsNone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := &testkit.MailHost{Bare: true}
	h.Refuse("shelter-one", "550 5.1.1 no such mailbox shelter-one@example.org")
	h.Refuse("shelter-two", "451 4.7.1 come again")
	file := w.named()
	w.deliver()
	w.byMail(h.Listen(t, "127.0.0.1:0").Addr().String())
	w.refer(file)
	w.deliver()
	bodies, err := w.desk.Bodies(t.Context(), w.admin)
	if err != nil || len(bodies.GaveUp) != 1 || bodies.GaveUp[0].Bodies != string(w.shelter.Body) || bodies.GaveUp[0].Code != notify.CodeRejected || bodies.GaveUp[0].N != 1 {
		t.Fatalf("given up: %+v, %v", bodies.GaveUp, err)
	}
	if len(bodies.Trouble) != 1 || bodies.Trouble[0].Code != "notify.refused" {
		t.Errorf("the other is tried again: %+v", bodies.Trouble)
	}
	h.Refuse("shelter-two", "")
	w.push(time.Minute)
	w.deliver()
	if got := h.Recipients(); len(got) != 1 || !strings.Contains(got[0], "shelter-two") {
		t.Fatalf("told: %v", got)
	}
	if bodies, err = w.desk.Bodies(t.Context(), w.admin); err != nil || len(bodies.Trouble) != 0 || bodies.GaveUp[0].N != 1 {
		t.Errorf("given up is not tried again by itself: %+v %+v, %v", bodies.Trouble, bodies.GaveUp, err)
	}
	if err := w.desk.SendAgain(t.Context(), w.inspector, string(w.shelter.Body), notify.CodeRejected); !isWithheld(err) {
		t.Errorf("a worker sends again: %v", err)
	}
	mended := desk.BodyInput{Key: w.k(), Body: w.shelter.Body, Name: "Shelter One", Region: region, Email: "mended@example.org"}
	w.must(w.desk.ChangeBody(t.Context(), w.admin, mended))
	for range 2 { // pressed twice
		if err := w.desk.SendAgain(t.Context(), w.admin, string(w.shelter.Body), notify.CodeRejected); err != nil {
			t.Fatal(err)
		}
	}
	w.deliver()
	if got := h.Recipients(); len(got) != 2 || !strings.Contains(got[1], "mended@") {
		t.Errorf("sent again: %v", got)
	}
	if bodies, err = w.desk.Bodies(t.Context(), w.admin); err != nil || len(bodies.GaveUp) != 0 {
		t.Errorf("sent, and still shown: %+v, %v", bodies.GaveUp, err)
	}
	if strings.Contains(w.log.String(), "@example.org") {
		t.Error("an address is in the log")
	}
}
