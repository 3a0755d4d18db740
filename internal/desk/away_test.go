package desk_test

import (
	"slices"
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

func (w *world) away(who access.Who, in desk.AwayInput) error {
	in.Key = w.k()
	_, err := w.desk.SetAway(w.t.Context(), who, in)
	return err
}

func (w *world) whoIsAway(who access.Who) desk.AwayView {
	w.t.Helper()
	v, err := w.desk.Away(w.t.Context(), who)
	if err != nil {
		w.t.Fatal(err)
	}
	return v
}

// Who is away is given nothing fairly, what she has is handed over with a word, and
// she sees it when she is back. The last day is included, in the country's time.
func TestWorkOfWhoIsAwayIsHandedOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	secretary, alua, berik := w.office()
	file := w.girl()
	piece := desk.Piece{File: file, Step: "identify"}
	w.given(secretary, casework.GivenByHand, desk.Give{Piece: piece, To: alua.Worker})
	if err := w.away(alua, desk.AwayInput{From: "2026-11-23", Until: "2026-11-24"}); err != nil {
		t.Fatal(explain(err))
	}
	v := w.whoIsAway(secretary)
	if len(v.Staff) != 1 || !v.Staff[0].Now || len(v.Staff[0].Has) != 1 {
		t.Fatalf("%+v", v.Staff)
	}
	if hers := w.whoIsAway(alua); hers.Self.Until.IsZero() || len(hers.Staff) != 0 {
		t.Errorf("a worker reads %+v", hers)
	}
	piece.Held = alua.Worker
	plan, err := w.desk.ShareOut(t.Context(), secretary, []desk.Piece{piece})
	if err != nil || plan.Lines[0].To.Worker != berik.Worker {
		t.Fatalf("%+v, %v", plan.Lines, err)
	}
	in := desk.GiveInput{Key: w.k(), How: casework.GivenHandover, Note: withheld.New("she is afraid of lifts"), Gives: planned(plan)}
	if _, err := w.desk.GiveWork(t.Context(), secretary, in); err != nil {
		t.Fatal(err)
	}
	given, err := w.desk.Given(t.Context(), berik, file, "identify")
	if err != nil || given.From != "Alua" || given.Note.Reveal() != "she is afraid of lifts" {
		t.Errorf("%+v, %v", given, err)
	}
	if hers := w.whoIsAway(alua); len(hers.Handed) != 1 || hers.Handed[0].Subject.File != file {
		t.Errorf("handed over: %+v", hers.Handed)
	}
	if his := w.whoIsAway(berik); len(his.Handed) != 0 {
		t.Errorf("of somebody else's: %+v", his.Handed)
	}
	for _, row := range []struct {
		why  string
		push time.Duration
		away bool
	}{{"late on the last day", 36*time.Hour + 59*time.Minute, true}, {"after midnight", 2 * time.Minute, false}} {
		if w.push(row.push); (len(w.whoIsAway(secretary).Staff) == 1) != row.away {
			t.Errorf("%s: %+v", row.why, w.whoIsAway(secretary).Staff)
		}
	}
}

// What a body leaves overdue goes up to who oversees it: how much, at which body, in
// the region that is its own; and no line of a file that it may not list.
func TestWhatIsLateIsSeenByWhoOversees(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	askar, _ := w.claimant()
	ministry := w.body("ministry", "Ministry", "analyst")
	ministry.Region = ""
	elsewhere := w.coordinator
	elsewhere.Region = "KZ-75"
	late := func(who access.Who) (of, at, lines int) {
		t.Helper()
		o, err := w.desk.Overseen(t.Context(), who)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(o.Kinds, func(k desk.OverseenKind) bool { return k.Kind == askar.BodyKind })
		for _, b := range o.Kinds[i].Bodies {
			if b.Phone.Body == askar.Body {
				at = b.Late
			}
		}
		return o.Kinds[i].Late, at, len(o.Lines)
	}
	w.push(89 * 24 * time.Hour)
	if of, at, _ := late(w.coordinator); of != 0 || at != 0 {
		t.Errorf("nothing is overdue yet: %d %d", of, at)
	}
	for _, row := range []struct {
		why      string
		push     time.Duration
		region   int
		ministry int
	}{
		{"overdue for some hours", 36 * time.Hour, 0, 0},
		{"for more than a working day, not for five", 72 * time.Hour, 1, 0},
		{"for more than five", 8 * 24 * time.Hour, 1, 1},
	} {
		w.push(row.push)
		if of, at, _ := late(w.coordinator); of != row.region || at != row.region {
			t.Errorf("%s: its region counts %d, at the body %d, want %d", row.why, of, at, row.region)
		}
		if of, at, lines := late(ministry); of != row.ministry || at != row.ministry || lines != 0 {
			t.Errorf("%s: the ministry counts %d, at the body %d, lines %d", row.why, of, at, lines)
		}
		told := slices.ContainsFunc(w.work(ministry, "task"), func(l desk.WorkLine) bool { return l.Verb == "work.overseen" && l.Target == "/overdue" })
		if told != (row.ministry > 0) {
			t.Errorf("%s: the ministry's own list says so: %v", row.why, told)
		}
	}
	if of, at, _ := late(elsewhere); of != 0 || at != 0 {
		t.Errorf("another region: %d %d", of, at)
	}
	decider := ministry
	decider.Role = "decider"
	for why, who := range map[string]access.Who{"who is overseen": askar, "who decides on complaints": decider, "a house": w.shelter} {
		if _, err := w.desk.Overseen(t.Context(), who); err == nil || fault.Of(err).Kind != fault.NotFound {
			t.Errorf("%s: %v", why, err)
		}
	}
}

func TestWhoMaySayThatSomebodyIsAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	secretary, alua, berik := w.office()
	days := desk.AwayInput{From: "2026-12-01", Until: "2026-12-02"}
	of := func(who access.Who) desk.AwayInput { in := days; in.Worker = who.Worker; return in }
	for _, row := range []struct {
		why  string
		who  access.Who
		in   desk.AwayInput
		kind fault.Kind
	}{
		{"a colleague", alua, of(berik), fault.NotFound},
		{"of another body", secretary, of(w.hired(w.inspector, "Elsewhere", "inspector")), fault.NotFound},
		{"back, of another body", secretary, desk.AwayInput{Worker: w.hired(w.inspector, "Gone", "inspector").Worker, Back: true}, fault.NotFound},
		{"ends before it begins", alua, desk.AwayInput{From: "2026-12-02", Until: "2026-12-01"}, fault.Invalid},
		{"no day", alua, desk.AwayInput{From: "2026-12-02", Until: "soon"}, fault.Invalid},
		{"over", alua, desk.AwayInput{From: "2026-10-02", Until: "2026-10-03"}, fault.Invalid},
	} {
		if err := w.away(row.who, row.in); err == nil || fault.Of(err).Kind != row.kind {
			t.Errorf("%s: %v", row.why, err)
		}
	}
	if err := w.away(secretary, of(alua)); err != nil {
		t.Errorf("who shares out the work: %v", err)
	}
	if err := w.away(alua, desk.AwayInput{Back: true}); err != nil || len(w.whoIsAway(secretary).Staff) != 0 {
		t.Errorf("she is back: %v", err)
	}
}

// What is overdue on the docket stands with who shares it out, whoever has it; what
// falls due while whoever has it is away stands there before it is late.
func TestWhatIsLateOrUncoveredGoesOneLevelUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	askar, file := w.claimant()
	head := w.hired(askar, "Head", "head")
	with := func() string {
		t.Helper()
		work, err := w.desk.MyWork(t.Context(), head, desk.WorkFilter{}, "")
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(work.Lines, func(l desk.WorkLine) bool { return l.Verb == "step.recognise" && l.Subject.File == file })
		if i < 0 || work.Lines[i].HeldUp == nil {
			return ""
		}
		return work.Lines[i].HeldUp.With
	}
	if got := with(); got != "" {
		t.Fatalf("three months before: %q", got)
	}
	w.given(head, casework.GivenByHand, desk.Give{Piece: desk.Piece{File: file, Step: "recognise"}, To: askar.Worker})
	if err := w.away(askar, desk.AwayInput{From: "2027-02-20", Until: "2027-03-01"}); err != nil {
		t.Fatal(err)
	}
	if got := with(); got != "away" {
		t.Errorf("it falls due while he is away: %q", got)
	}
	if plan, err := w.desk.ShareOut(t.Context(), head, []desk.Piece{{File: file, Step: "recognise"}}); err != nil || plan.Lines[0].Nobody == "" {
		t.Errorf("who is away on the day it is owed is shared out nothing: %+v, %v", plan.Lines, err)
	}
	if err := w.away(askar, desk.AwayInput{Back: true}); err != nil {
		t.Fatal(err)
	}
	if got := with(); got != "" {
		t.Errorf("he is back: %q", got)
	}
	w.push(100 * 24 * time.Hour)
	if got := with(); got != "colleague" {
		t.Errorf("overdue: %q", got)
	}
	w.given(head, casework.GivenByHand, desk.Give{Piece: desk.Piece{File: id.File(file), Step: "recognise", Held: askar.Worker}})
	if got := with(); got != "nobody" {
		t.Errorf("and with nobody: %q", got)
	}
}
