package desk_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/jobs"
	"pana/internal/notify"
	"pana/internal/withheld"
)

// postman fills the outbox, or hands to a server, and cannot deliver to one address.
type postman struct{ w *world }

func (p postman) Send(ctx context.Context, m notify.Message) error {
	if p.w.mail != nil {
		return p.w.mail.Send(ctx, m)
	}
	if slices.ContainsFunc(m.To, func(to string) bool { return strings.HasPrefix(to, p.w.deaf+"@") }) {
		return fault.New(fault.Busy, "notify.refused")
	}
	return p.w.post.Send(ctx, m)
}

// Several bodies are told by one job. One that cannot be reached is tried again,
// and the others have had theirs.
func TestALetterBoxThatIsFull(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.named()
	w.letters()
	w.deaf = "shelter-one"
	w.refer(file)
	for _, expect := range []struct {
		why    string
		reach  bool
		letter []string
	}{
		{"the other is told at once", false, []string{"shelter-two"}},
		{"still full: nobody hears it twice", false, nil},
		{"emptied: told at last, and only the one", true, []string{"shelter-one"}},
		{"done", true, nil},
	} {
		if expect.reach {
			w.deaf = ""
		}
		if got := w.letters(); !slices.Equal(got, expect.letter) {
			t.Errorf("%s: told %v, want %v", expect.why, got, expect.letter)
		}
		w.push(time.Minute) // what failed comes back later
	}
}

// letters are the addresses told since the last call.
func (w *world) letters() []string {
	w.t.Helper()
	for jobs.Once(w.t.Context(), w.store, w.desk, jobs.Options{Now: w.now, Log: discard}) > 0 { // a job may ask for another
	}
	var out []string
	last := w.post.Last()
	for _, m := range last[w.read:] {
		for _, to := range m.To {
			name, _, _ := strings.Cut(to, "@")
			if !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	w.read = len(last)
	slices.Sort(out)
	return out
}

// A referral that nobody answers, as the offices' mail boxes and screens see it.
func TestTelephonesRing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	hotline := w.helpline("operator")
	file := w.named()
	w.letters()
	referral := w.refer(file)
	expect := func(why string, want ...string) {
		t.Helper()
		if got := w.letters(); !slices.Equal(got, want) {
			t.Errorf("%s: told %v, want %v", why, got, want)
		}
	}
	expect("asked", "shelter-one", "shelter-two")
	w.must(w.desk.Acknowledge(ctx, w.shelter, desk.AnswerInput{Key: w.k(), Referral: referral}))
	w.letters()
	w.push(16 * time.Minute)
	expect("a quarter of an hour: only who has not acknowledged", "shelter-two")
	w.push(15 * time.Minute)
	expect("half an hour: the telephones ring", "coordinator", "hotline", "labour-inspectorate")

	w.must(w.desk.AddNote(ctx, w.inspector, desk.NoteInput{Key: w.k(), File: file, Text: withheld.New("waiting")}))
	lines := w.work(w.coordinator, "")
	if len(lines) == 0 || lines[0].Kind != "call" || lines[0].Target != "/referral/"+string(referral) {
		t.Fatalf("the first line of the coordinator's work: %+v", lines)
	}
	var call []id.Body
	for _, p := range lines[0].Phones {
		call = append(call, p.Body)
	}
	if !slices.Contains(call, w.shelter.Body) || !slices.Contains(call, w.shelter2.Body) || !slices.Contains(call, w.inspector.Body) {
		t.Errorf("whom to call: %+v", lines[0].Phones)
	}
	if lines := w.work(hotline, "call"); len(lines) != 1 {
		t.Errorf("the hotline's calls: %+v", lines)
	}
	view, err := w.desk.Referral(ctx, w.coordinator, referral)
	if err != nil || len(view.Tonight.Coordinator) == 0 || len(view.Tonight.Steps) == 0 {
		t.Errorf("what to do tonight: %+v, %v", view.Tonight, err)
	}
	w.must(w.desk.Accept(ctx, w.shelter2, desk.AnswerInput{Key: w.k(), Referral: referral, Place: w.bed2}))
	if lines := w.work(w.coordinator, "call"); len(lines) != 0 {
		t.Errorf("it rings on: %+v", lines)
	}
}

func TestALetterBoxThatIsNone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, typed := range []string{"office", "office@example.org\r\nBcc: x@example.org", "Office <office@example.org>", "a@b.kz,c@d.kz"} {
		_, err := w.desk.ChangeBody(t.Context(), w.admin, desk.BodyInput{Key: w.k(), Kind: "ngo", Name: "New", Region: region, Email: typed})
		if err == nil || strings.Contains(err.Error(), typed) {
			t.Errorf("%q: %v", typed, err)
		}
	}
	w.must(w.desk.ChangeBody(t.Context(), w.admin, desk.BodyInput{Key: w.k(), Kind: "ngo", Name: "New", Region: region, Email: "office@example.org"}))
}

// Who is the hotline is not told to call it, and has sentences of its own for the night.
func TestTheHotlineIsNotToldToCallItself(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	operator := w.body("hotline", "Hotline", "operator")
	for _, row := range []struct {
		who   access.Who
		first string
		calls bool
	}{{operator, "tonight.hotline.1", false}, {w.inspector, "tonight.1", true}} {
		r := w.must(w.desk.RecordConcern(t.Context(), row.who, desk.ConcernInput{Key: w.k(), Safety: "not_safe", AgeKnown: "adult", Sex: "female", Language: "uz", Consent: "yes"}))
		result, err := w.desk.ConcernResult(t.Context(), row.who, id.File(r.Args["file"]))
		if err != nil {
			t.Fatal(err)
		}
		if night := result.Tonight; night.Steps[0] != row.first || (night.Hotline != "") != row.calls {
			t.Errorf("%s: %+v", row.who.BodyKind, night)
		}
	}
}
