package desk_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/notify"
	"pana/internal/wording"
)

// smsMan sends by the world's gateway, where there is one.
type smsMan struct{ w *world }

func (s smsMan) Send(ctx context.Context, m notify.Message) error {
	if s.w.sms == nil {
		return nil
	}
	return s.w.sms.Send(ctx, m)
}

// gateway is a real one over HTTP that can be down: it then hangs up.
type gateway struct {
	mu    sync.Mutex
	down  bool
	heard []string
}

func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b, _ := io.ReadAll(r.Body)
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.down {
		panic(http.ErrAbortHandler)
	}
	g.heard = append(g.heard, string(b))
}

// told is what it heard since the last call, and puts it up or down.
func (g *gateway) told(down bool) []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	out := g.heard
	g.heard, g.down = nil, down
	return out
}

func (w *world) withGateway() *gateway {
	g := &gateway{}
	s := httptest.NewServer(g)
	w.t.Cleanup(s.Close)
	w.sms = &notify.Gateway{URL: s.URL, Template: notify.SMSTemplate, Site: "https://pana.example.org", Words: wording.Product(), Client: notify.Client(true)}
	return g
}

func (w *world) telephone(body desk.BodyInput, number, when string) error {
	body.Key, body.Region, body.SMS, body.SMSWhen = w.k(), region, number, when
	_, err := w.desk.ChangeBody(w.t.Context(), w.admin, body)
	return err
}

// A gateway that is down keeps nobody from the letter, and is tried again by
// itself until it is up; meanwhile the administrator sees why. Nobody hears
// anything of whom.
func TestAGatewayThatIsDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	g := w.withGateway()
	if err := w.telephone(desk.BodyInput{Body: w.shelter.Body, Name: "Shelter One", Email: "shelter-one@example.org"}, "+7 (700) 000-00-07", "any_time"); err != nil {
		t.Fatal(err)
	}
	file := w.named()
	w.letters()
	g.told(true)
	w.refer(file)
	if got := w.letters(); !slices.Contains(got, "shelter-one") || len(got) != 2 {
		t.Fatalf("letters while the gateway is down: %v", got)
	}
	bodies, err := w.desk.Bodies(t.Context(), w.admin)
	if err != nil || len(bodies.Trouble) != 1 || bodies.Trouble[0].Code != "notify.unreachable" || bodies.Trouble[0].N != 1 {
		t.Errorf("the administrator sees %+v, %v", bodies.Trouble, err)
	}
	for i := range 20 { // more often than another job is tried
		w.push(90 * time.Minute)
		// Its own times run out in the first hours, and it is told; then nothing is new.
		if got := w.letters(); i > 10 && slices.Contains(got, "shelter-one") {
			t.Errorf("a letter again because the gateway is down: %v", got)
		}
	}
	g.told(false)
	w.push(90 * time.Minute)
	w.letters()
	heard := g.told(false)
	if len(heard) == 0 || !strings.Contains(heard[0], `"to":"+77000000007"`) {
		t.Fatalf("up again, and told %q", heard)
	}
	for _, said := range heard {
		if strings.Contains(said, string(file)) || strings.Contains(said, "Shelter") || strings.Contains(strings.ToLower(said), "girl") {
			t.Errorf("it says %s", said)
		}
	}
	if bodies, err = w.desk.Bodies(t.Context(), w.admin); err != nil || len(bodies.Trouble) != 0 {
		t.Errorf("over, and still shown: %+v, %v", bodies.Trouble, err)
	}
}

// By the choice of whose telephone it is: at night not, where several read it never.
func TestAnSMSAtTheHoursChosen(t *testing.T) {
	t.Parallel()
	w := newWorldAt(t, time.Date(2026, 11, 23, 18, 0, 0, 0, time.UTC)) // 23:00 there
	g := w.withGateway()
	one, two := desk.BodyInput{Body: w.shelter.Body, Name: "Shelter One"}, desk.BodyInput{Body: w.shelter2.Body, Name: "Shelter Two"}
	if err := w.telephone(one, "+77000000007", ""); err != nil { // nobody chose: by day
		t.Fatal(err)
	}
	if err := w.telephone(two, "+77000000008", "shared"); err != nil {
		t.Fatal(err)
	}
	w.refer(w.named())
	w.letters()
	if got := g.told(false); len(got) != 0 {
		t.Errorf("at night: %q", got)
	}
	if bodies, err := w.desk.Bodies(t.Context(), w.admin); err != nil || len(bodies.Trouble) != 0 {
		t.Errorf("a sleeping telephone is shown as trouble: %+v, %v", bodies.Trouble, err)
	}
	for range 10 {
		w.push(75 * time.Minute) // until 11:30
		w.letters()
	}
	got := g.told(false)
	if len(got) == 0 || slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, "0008") || !strings.Contains(s, "0007") }) {
		t.Errorf("in the morning: %q", got)
	}
	for typed, field := range map[string]string{"8 700 000 00 00": "sms", "+7700": "sms", "+7 700 000 00 07; drop": "sms"} {
		if e := fault.Of(w.telephone(one, typed, "")); e == nil || len(e.Fields) != 1 || e.Fields[0].Name != field {
			t.Errorf("%q: %v", typed, e)
		}
	}
	if e := fault.Of(w.telephone(one, "+77000000007", "at_night")); e == nil || e.Fields[0].Name != "sms_when" {
		t.Errorf("an hour that is none: %v", e)
	}
}
