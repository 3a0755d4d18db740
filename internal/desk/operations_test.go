package desk_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/store"
	"pana/internal/withheld"
)

// row is one person of an operation.
func (w *world) row(age, known string) desk.MetRow {
	return desk.MetRow{File: id.New[id.File](w.now()), Sex: "female", Age: age, AgeKnown: known}
}

func (w *world) met(who access.Who, op id.Operation, rows ...desk.MetRow) error {
	_, err := w.desk.Met(w.t.Context(), who, desk.OperationInput{Key: w.k(), Operation: op, Kind: "raid", Rows: rows})
	return err
}

func (w *world) operation(who access.Who, op id.Operation) desk.OperationView {
	w.t.Helper()
	v, err := w.desk.Operation(w.t.Context(), who, op)
	if err != nil {
		w.t.Fatal(err)
	}
	if v.Found != len(v.Persons) || v.Found != v.Waiting+v.Screened+v.Gone {
		w.t.Errorf("%d found are %d persons: %d wait, %d screened, %d gone", v.Found, len(v.Persons), v.Waiting, v.Screened, v.Gone)
	}
	return v
}

// ask screens one person: signs seen, or that none was.
func (w *world) ask(who access.Who, line desk.MetLine, signs ...string) error {
	_, err := w.desk.TakeStep(w.t.Context(), who, desk.StepInput{
		Key: w.k(), File: line.Subject.File, Step: line.Screen, Indicators: signs, NoSigns: len(signs) == 0,
		Fields: map[string]withheld.Text{"spoken_alone": withheld.New("alone"), "interpreter_present": withheld.New("not_needed"), "return_threat": withheld.New("no")},
	})
	return err
}

// accuse records a body as the one that is complained of in a file.
func (w *world) accuse(file id.File, body id.Body) {
	w.t.Helper()
	ref := casework.Ref{Kind: casework.FileStream, ID: string(file)}
	w.do(w.coordinator, []casework.Ref{ref}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		return casework.Decision{Events: []casework.Draft{{Stream: ref, Compartment: casework.CompartmentCore, Payload: casework.RelationAdded{Body: body, Relation: access.Accused}, OccurredAt: m.At}}}, nil
	})
}

// verifies replays every event and compares every row with what they add up to.
func (w *world) verifies() {
	w.t.Helper()
	w.agrees()
}

// Eleven children and the woman who brought them: twelve files, each held until
// somebody has asked, and nobody lost.
func TestElevenChildrenFromARaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	police := w.body("police", "Police", "officer")
	op := id.New[id.Operation](w.now())
	var rows []desk.MetRow
	for range 9 {
		rows = append(rows, w.row("9", ""))
	}
	rows = append(rows, w.row("", "under_18"), w.row("", "not_sure"), w.row("", "adult"), desk.MetRow{File: id.New[id.File](w.now())})
	if err := w.met(police, op, rows...); err != nil {
		t.Fatal(err)
	}
	v := w.operation(police, op)
	if v.Found != 12 || v.Waiting != 12 {
		t.Fatalf("%d found, %d wait: an empty row is nobody, and nobody else is lost", v.Found, v.Waiting)
	}
	for i, p := range v.Persons {
		want := "screen_child"
		if i == 11 {
			want = "screen_adult"
		}
		if p.Removal != desk.Hold || p.Screen != want || p.No != i+1 || p.Hidden {
			t.Errorf("person %d: %+v", i+1, p)
		}
	}
	for _, p := range v.Persons[:8] {
		if err := w.ask(police, p); err != nil {
			t.Fatal(err)
		}
	}
	if v = w.operation(police, op); v.Screened != 8 || v.Waiting != 4 {
		t.Errorf("%d screened, %d wait", v.Screened, v.Waiting)
	}
	w.verifies()
}

// Back from a war, adults are met in one list and children in another. Whose age is
// not sure, or was not asked, is a child, whatever else stands in the row: refused
// among adults, at the question of the age, and met among children.
func TestWhoseAgeIsNotSureIsMetAsAChild(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	police, guardians := w.body("police", "Police", "officer"), w.body("guardianship", "Guardianship", "specialist")
	meet := func(who access.Who, kind string, row desk.MetRow) error {
		_, err := w.desk.Met(t.Context(), who, desk.OperationInput{Key: w.k(), Operation: id.New[id.Operation](w.now()), Kind: kind, Rows: []desk.MetRow{row}})
		return err
	}
	for _, row := range []struct {
		why, age, known string
		adult           bool
	}{
		{"said to be grown up", "", "adult", true},
		{"said to be thirty", "30", "", true},
		{"eighteen", "18", "", true},
		{"seventeen", "17", "", false},
		{"under 18", "", "under_18", false},
		{"not sure", "", "not_sure", false},
		{"thirty, and not sure", "30", "not_sure", false},
		{"nobody asked", "", "", false},
	} {
		adults := meet(police, "adults_from_war", w.row(row.age, row.known))
		children := meet(guardians, "children_from_war", w.row(row.age, row.known))
		refused, met := adults, children
		if row.adult {
			refused, met = children, adults
		}
		if met != nil || !slices.Equal(faultsOf(refused), []string{"r0.age_known " + casework.CodeNobodyMeets}) {
			t.Errorf("%s: among adults %v, among children %v", row.why, adults, children)
		}
	}
	w.verifies()
}

// What is seen when a child is asked counts as in a first concern, and a form
// sent without an answer screens nobody.
func TestSignsSeenInAnOperationPresume(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	police := w.body("police", "Police", "officer")
	op := id.New[id.Operation](w.now())
	if err := w.met(police, op, w.row("12", "")); err != nil {
		t.Fatal(err)
	}
	line := w.operation(police, op).Persons[0]
	_, err := w.desk.TakeStep(t.Context(), police, desk.StepInput{Key: w.k(), File: line.Subject.File, Step: line.Screen})
	if e := fault.Of(err); len(e.Fields) == 0 || e.Fields[0].Code != casework.CodeSigns {
		t.Errorf("a form sent empty: %v", err)
	}
	_, err = w.desk.TakeStep(t.Context(), police, desk.StepInput{Key: w.k(), File: line.Subject.File, Step: line.Screen, Irregular: true})
	if e := fault.Of(err); len(e.Fields) == 0 || e.Fields[0].Code != casework.CodeSigns {
		t.Errorf("as if it had been irregular: %v", err)
	}
	in := desk.StepInput{File: line.Subject.File, Step: line.Screen, Indicators: []string{"excessive_hours", "low_pay"}}
	effects, err := w.desk.StepEffects(t.Context(), police, in)
	if err != nil || len(effects.Gained) == 0 {
		t.Errorf("nothing is foreseen of it: %+v, %v", effects, err)
	}
	if err := w.ask(police, line, in.Indicators...); err != nil {
		t.Fatal(err)
	}
	f, err := w.desk.File(t.Context(), police, line.Subject.File, "")
	if err != nil || f.Situation["victim"] != "presumed" || f.Screening == nil || f.Screening.Result != casework.ResultPresumed {
		t.Errorf("%v, %+v, %v", f.Situation["victim"], f.Screening, err)
	}
}

// A form sent twice, by its key or by its rows, is the same persons; a row that
// says otherwise now is refused, and so is a file of nobody's operation.
func TestAnOperationSentTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	police := w.body("police", "Police", "officer")
	in := desk.OperationInput{Key: "sent", Operation: id.New[id.Operation](w.now()), Kind: "raid", Rows: []desk.MetRow{w.row("9", ""), w.row("", "adult")}}
	for range 2 {
		if r, err := w.desk.Met(ctx, police, in); err != nil || r.Args["n"] != "2" {
			t.Fatalf("%+v, %v", r, err)
		}
	}
	again := in
	again.Key, again.Rows = w.k(), append([]desk.MetRow{w.row("4", "")}, in.Rows...)
	if r, err := w.desk.Met(ctx, police, again); err != nil || r.Args["n"] != "1" || r.Args["before"] != "2" || r.Args["all"] != "3" {
		t.Errorf("with one more: %+v, %v", r, err)
	}
	other := in
	other.Key, other.Rows = w.k(), []desk.MetRow{in.Rows[0]}
	other.Rows[0].Age = "10"
	_, err := w.desk.Met(ctx, police, other)
	if e := fault.Of(err); len(e.Fields) != 1 || e.Fields[0].Code != casework.CodeRowRecorded || e.Fields[0].Name != "r0.call_name" {
		t.Errorf("a row that says otherwise: %v", err)
	}
	if err := w.met(police, id.New[id.Operation](w.now()), in.Rows[0]); !fault.Is(err, casework.CodeFileExists) {
		t.Errorf("a file of another operation: %v", err)
	}
	if v := w.operation(police, in.Operation); v.Found != 3 {
		t.Errorf("%d found", v.Found)
	}
	w.verifies()
}

// Two officers write into one operation at once: everybody either wrote down is
// there, once, under a number of their own.
func TestTwoOfficersAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	officers := []access.Who{w.body("police", "Police", "officer")}
	officers = append(officers, officers[0])
	officers[1].Worker = id.New[id.Worker](w.now())
	op := id.New[id.Operation](w.now())
	var all sync.WaitGroup
	for _, who := range officers {
		for range 5 {
			all.Go(func() {
				if err := w.met(who, op, w.row("9", ""), w.row("", "not_sure")); err != nil {
					t.Error(err)
				}
			})
		}
	}
	all.Wait()
	v := w.operation(officers[0], op)
	if v.Found != 20 {
		t.Errorf("%d of 20 found", v.Found)
	}
	for i, p := range v.Persons {
		if p.No != i+1 {
			t.Errorf("number %d stands at %d", p.No, i+1)
		}
	}
	w.verifies()
}

// An operation is its own body's; and who may not open a file counts it all the same.
func TestWhoSeesAnOperation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	police, others := w.body("police", "Police", "officer"), w.body("police", "Other police", "officer")
	op := id.New[id.Operation](w.now())
	if err := w.met(police, op, w.row("9", "")); err != nil {
		t.Fatal(err)
	}
	for name, who := range map[string]access.Who{"other police": others, "a shelter": w.shelter, "the coordinator": w.coordinator, "the administrator": w.admin} {
		_, err := w.desk.Operation(ctx, who, op)
		_, none := w.desk.Operation(ctx, who, id.New[id.Operation](w.now()))
		if !isWithheld(err) || !isWithheld(none) {
			t.Errorf("%s: %v; one nobody made: %v", name, err, none)
		}
		if err := w.met(who, op, w.row("9", "")); !isWithheld(err) {
			t.Errorf("%s records in it: %v", name, err)
		}
	}
	if list, err := w.desk.Operations(ctx, others); err != nil || len(list.Lines) != 0 {
		t.Errorf("other police list %+v, %v", list.Lines, err)
	}
	if list, err := w.desk.Operations(ctx, police); err != nil || len(list.Lines) != 1 || list.Lines[0].Found != 1 {
		t.Errorf("%+v, %v", list.Lines, err)
	}
	file := w.operation(police, op).Persons[0].Subject.File
	w.accuse(file, police.Body)
	if v := w.operation(police, op); v.Found != 1 || !v.Persons[0].Hidden || v.Persons[0].Removal != "" || v.Persons[0].Subject.Sex != "" {
		t.Errorf("a body that is complained of reads %+v", v.Persons)
	}
}

// What an operation's form refuses, and where it says so.
func TestWhatAnOperationRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	police := w.body("police", "Police", "officer")
	twice := w.row("9", "")
	var many []desk.MetRow
	for range casework.MetMost + 1 {
		many = append(many, w.row("9", ""))
	}
	for _, row := range []struct {
		why, kind string
		rows      []desk.MetRow
		at, code  string
	}{
		{"nobody is in it", "raid", []desk.MetRow{{File: id.New[id.File](w.now())}}, "r0.call_name", casework.CodeNobodyMet},
		{"more than a form holds", "raid", many, fmt.Sprintf("r%d.call_name", casework.MetMost), casework.CodeTooManyMet},
		{"one id in two rows", "raid", []desk.MetRow{twice, twice}, "r1.call_name", casework.CodeRowRecorded},
		{"an age that is none", "raid", []desk.MetRow{w.row("9", ""), w.row("old", "")}, "r1.age", "field.age"},
		{"nine, and grown up", "raid", []desk.MetRow{w.row("9", "adult")}, "r0.age_known", "age_conflict"},
		{"no such operation", "party", []desk.MetRow{w.row("9", "")}, "operation_kind", "not_a_choice"},
		{"a row without its id", "raid", []desk.MetRow{{Sex: "female"}}, "r0.call_name", "field.id"},
	} {
		t.Run(row.why, func(t *testing.T) {
			t.Parallel()
			op := id.New[id.Operation](w.now())
			_, err := w.desk.Met(t.Context(), police, desk.OperationInput{Key: w.k(), Operation: op, Kind: row.kind, Rows: row.rows})
			if e := fault.Of(err); len(e.Fields) == 0 || e.Fields[0].Name != row.at || e.Fields[0].Code != row.code {
				t.Errorf("%v %+v", err, e)
			}
			if _, err := w.desk.Operation(t.Context(), police, op); !isWithheld(err) {
				t.Errorf("and yet something was recorded: %v", err)
			}
		})
	}
}
