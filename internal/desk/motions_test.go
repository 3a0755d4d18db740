package desk_test

import (
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/withheld"
)

// TestTwoAdministrators: what could open files to the wrong person is proposed by one
// and confirmed by another, and until then nothing has happened.
func TestTwoAdministrators(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	seat, in := w.hire(w.shelter, "aliya", "worker")
	rosa, serik := w.staff(w.shelter), w.staff(w.shelter)
	stranger := w.staff(w.inspector)
	for _, row := range []struct {
		why, act string
		in       desk.WorkerInput
	}{
		{"an administrator is added", casework.MotionOpen, desk.WorkerInput{Body: w.shelter.Body, Login: "another", Role: "administrator"}},
		{"a worker is made one", casework.MotionRole, desk.WorkerInput{Worker: seat.Who.Worker, Role: "administrator", Do: desk.WorkerRole}},
		{"a way into an account", casework.MotionCode, desk.WorkerInput{Worker: seat.Who.Worker, Do: desk.WorkerCode}},
	} {
		row.in.Key = w.k()
		done, err := w.desk.ChangeWorker(ctx, rosa, row.in)
		if err != nil || !done.Waits || done.Receipt.Code != "receipt.motion_made" {
			t.Fatalf("%s: %+v, %v", row.why, done, err)
		}
		m := w.waiting()
		if m.Act != row.act {
			t.Errorf("%s: %s", row.why, m.Act)
		}
		decide := func(who access.Who, do string) error {
			_, err := w.desk.DecideMotion(ctx, who, desk.MotionInput{Key: w.k(), Motion: m.ID, Do: do, Why: withheld.New("because")})
			return err
		}
		if err := decide(rosa, "confirm"); !fault.Is(err, casework.CodeMotionOwn) {
			t.Errorf("%s: confirmed by who proposed it: %v", row.why, err)
		}
		if err := decide(rosa, "refuse"); !fault.Is(err, casework.CodeMotionOwn) {
			t.Errorf("%s: refused by who proposed it: %v", row.why, err)
		}
		about := rosa
		about.Worker = seat.Who.Worker
		if row.in.Worker != "" {
			if err := decide(about, "confirm"); !fault.Is(err, casework.CodeMotionOwn) {
				t.Errorf("%s: confirmed by whom it is about: %v", row.why, err)
			}
		}
		if err := decide(stranger, "confirm"); !isWithheld(err) {
			t.Errorf("%s: by another body: %v", row.why, err)
		}
		if err := decide(w.shelter, "confirm"); !isWithheld(err) {
			t.Errorf("%s: by a worker: %v", row.why, err)
		}
		if err := decide(serik, "withdraw"); !isWithheld(err) {
			t.Errorf("%s: withdrawn by another: %v", row.why, err)
		}
		if s, err := w.desk.Session(ctx, in.Token); err != nil || s.Who.Role != "worker" {
			t.Errorf("%s: before it is confirmed: %+v, %v", row.why, s.Who, err)
		}
		if err := decide(serik, "refuse"); err != nil {
			t.Errorf("%s: refused: %v", row.why, err)
		}
		if err := decide(serik, "confirm"); !fault.Is(err, casework.CodeMotionOver) {
			t.Errorf("%s: confirmed after it was refused: %v", row.why, err)
		}
	}
	if _, err := w.desk.SignIn(ctx, w.typed("aliya")); err != nil {
		t.Errorf("a refused motion changed her password: %v", err)
	}
	w.agrees()
}

// What nobody confirms in a week lapses, and the superior body's administrator may be
// the second where a body has one administrator.
func TestAMotionLapses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	rosa := w.staff(w.shelter)
	open := func(login string) desk.MotionLine {
		done, err := w.desk.ChangeWorker(ctx, rosa, desk.WorkerInput{Key: w.k(), Body: w.shelter.Body, Login: login, Role: "administrator"})
		if err != nil || !done.Waits || done.Seconds != 0 {
			t.Fatalf("nobody of the record could confirm: %+v, %v", done, err)
		}
		return w.waiting()
	}
	late := open("late")
	w.push(casework.MotionLife)
	if _, err := w.desk.DecideMotion(ctx, w.staff(w.admin), desk.MotionInput{Key: w.k(), Motion: late.ID, Do: "confirm"}); !fault.Is(err, casework.CodeMotionOver) {
		t.Errorf("after a week: %v", err)
	}
	back := open("back")
	w.must(w.desk.DecideMotion(ctx, rosa, desk.MotionInput{Key: w.k(), Motion: back.ID, Do: "withdraw"}))
	in := open("in")
	w.must(w.desk.DecideMotion(ctx, w.staff(w.admin), desk.MotionInput{Key: w.k(), Motion: in.ID, Do: "confirm"}))
	page, err := w.desk.Workers(ctx, rosa)
	if err != nil || len(page.Lines) != 1 || page.Lines[0].Login != "in" || page.Lines[0].Role != "administrator" {
		t.Errorf("who came in: %+v, %v", page.Lines, err)
	}
	w.agrees()
}

// TestTheRolesThatWeigh: the rules say which, and a list that a pack forgets cannot.
func TestTheRolesThatWeigh(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, row := range []struct {
		of    access.Who
		role  string
		waits bool
	}{
		{w.shelter, "worker", false}, {w.inspector, "inspector", false}, {w.border, "officer", false},
		{w.shelter, "administrator", true}, {w.coordinator, "coordinator", true}, {w.judge, "judge", true}, {w.admin, "administrator", true},
	} {
		done, err := w.desk.ChangeWorker(t.Context(), w.admin, desk.WorkerInput{Key: w.k(), Body: row.of.Body, Login: row.of.BodyKind + "-" + row.role, Role: row.role})
		if err != nil || done.Waits != row.waits {
			t.Errorf("%s of %s: waits %v, %v", row.role, row.of.BodyKind, done.Waits, err)
		}
	}
}

// TestAMachineIsLetInByTwo: its secret is shown when it is proposed, counts when it is
// confirmed, and not a second after it is revoked, on any node.
func TestAMachineIsLetInByTwo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, other := t.Context(), w.another()
	own := w.staff(w.border)
	for why, bad := range map[string]desk.MachineInput{
		"no end":          {Body: w.border.Body},
		"longer than may": {Body: w.border.Body, Days: 400},
	} {
		bad.Key = w.k()
		if _, err := w.desk.ChangeMachine(ctx, own, bad); fault.Of(err).Kind != fault.Invalid {
			t.Errorf("%s: %v", why, err)
		}
	}
	if _, err := w.desk.ChangeMachine(ctx, w.staff(w.shelter), desk.MachineInput{Key: w.k(), Body: w.border.Body, Days: 30}); !isWithheld(err) {
		t.Errorf("another body's machine: %v", err)
	}
	if _, err := w.desk.ChangeMachine(ctx, w.staff(w.shelter), desk.MachineInput{Key: w.k(), Body: w.shelter.Body, Days: 30}); fault.Of(err).Kind != fault.Invalid {
		t.Errorf("a kind of body that has nothing to ask: %v", err)
	}
	done, err := w.desk.ChangeMachine(ctx, own, desk.MachineInput{Key: w.k(), Body: w.border.Body, Days: 30})
	if err != nil || done.Secret.Empty() {
		t.Fatal(explain(err))
	}
	if _, err := w.desk.Machine(ctx, done.Secret); !fault.Is(err, "auth.wrong") {
		t.Errorf("before it is confirmed: %v", err)
	}
	m := w.waiting()
	if _, err := w.desk.DecideMotion(ctx, own, desk.MotionInput{Key: w.k(), Motion: m.ID, Do: "confirm"}); !fault.Is(err, casework.CodeMotionOwn) {
		t.Errorf("by who proposed it: %v", err)
	}
	w.must(w.desk.DecideMotion(ctx, w.staff(w.border), desk.MotionInput{Key: w.k(), Motion: m.ID, Do: "confirm"}))
	for _, d := range []*desk.Desk{w.desk, other} {
		if who, err := d.Machine(ctx, done.Secret); err != nil || who.Body != w.border.Body || who.Role != "machine" {
			t.Fatalf("confirmed: %+v, %v", who, err)
		}
	}
	page, err := w.desk.Machines(ctx, own)
	if err != nil || len(page.Lines) != 1 || page.Lines[0].State != "active" || !page.Lines[0].Used.Equal(w.now().Truncate(24*time.Hour)) {
		t.Errorf("the page: %+v, %v", page, err)
	}
	if page, err := w.desk.Machines(ctx, w.staff(w.shelter)); err != nil || len(page.Lines) != 0 || len(page.Bodies) != 0 {
		t.Errorf("another body's page: %+v, %v", page, err)
	}
	if _, err := w.desk.ChangeMachine(ctx, w.staff(w.shelter), desk.MachineInput{Key: w.k(), Revoke: done.ID}); !isWithheld(err) {
		t.Errorf("revoked by another body: %v", err)
	}
	if _, err := w.desk.ChangeMachine(ctx, own, desk.MachineInput{Key: w.k(), Revoke: done.ID}); err != nil {
		t.Fatal(err)
	}
	for _, d := range []*desk.Desk{w.desk, other} {
		if _, err := d.Machine(ctx, done.Secret); !fault.Is(err, "auth.wrong") {
			t.Errorf("revoked: %v", err)
		}
	}
	w.agrees()
}
