package desk_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
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

// door is a visit that met somebody.
func (w *world) door(household id.Operation, rows ...desk.HouseholdRow) desk.HouseholdInput {
	return desk.HouseholdInput{Key: w.k(), Household: household, Kind: "door_to_door", Outcome: casework.VisitMet, Area: withheld.New("Sayram"), Address: withheld.New("Behind the mill"), Rows: rows}
}

// line is one person of a household.
func (w *world) line(state, name, sex, age, consent string) desk.HouseholdRow {
	r := desk.HouseholdRow{Line: id.New[id.File](w.now()), State: state, Name: withheld.New(name), Sex: sex, Age: withheld.New(age), Consent: consent}
	if state == casework.LineIdentified {
		r.Said = map[string]withheld.Text{"document_held": withheld.New("none"), "writes": withheld.New("able")}
	}
	return r
}

// five are a household: a mother without nationality, her infant, the father who has
// a passport, an uncle who refuses, and a grandmother who was not at home.
func (w *world) five() []desk.HouseholdRow {
	mother := w.line("identified", "Mahliyo Yoldosheva", "female", "31", "yes")
	child := w.line("identified", "Yusuf", "male", "0", "child")
	child.Kin, child.Of = "parent", mother.Line
	return []desk.HouseholdRow{
		mother, child, w.line("settled", "Bakyt", "male", "1988", ""), w.line("refused", "Rustam Yoldoshev", "male", "50", ""), w.line("not_met", "Grandmother", "female", "", ""),
	}
}

func (w *world) visits(who access.Who, in desk.HouseholdInput) error {
	_, err := w.desk.VisitDoor(w.t.Context(), who, in)
	return err
}

// household opens one, and holds it to its sums: everybody is in exactly one of the
// four states, and every file in exactly one stage.
func (w *world) household(who access.Who, household id.Operation) desk.HouseholdView {
	w.t.Helper()
	v, err := w.desk.Household(w.t.Context(), who, household)
	if err != nil {
		w.t.Fatal(err)
	}
	c := v.Counted
	if c.Contacted() != len(v.Persons) || c.Files != c.Waiting+c.Referred+c.Resolved+c.Gone || c.Files > c.Identified {
		w.t.Errorf("%d lines are %+v", len(v.Persons), c)
	}
	return v
}

// A mother and her infant without nationality become two files that know of each
// other; of who refuses a number stays and nothing else, and so of everybody when
// the names' time is over.
func TestAHouseholdOfFive(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	team := w.body("ngo", "Team", "worker")
	home := id.New[id.Operation](w.now())
	in := w.door(home, w.five()...)
	in.AllFiles = true
	for range 2 { // the form sent twice is one household
		if r, err := w.desk.VisitDoor(t.Context(), team, in); err != nil || r.Args["files"] != "2" {
			t.Fatalf("%+v, %v", r.Args, err)
		}
	}
	v := w.household(team, home)
	if c := v.Counted; c.Contacted() != 5 || c.Identified != 2 || c.Settled != 1 || c.Refused != 1 || c.NotMet != 1 || c.Files != 2 || c.Waiting != 2 {
		t.Errorf("%+v", c)
	}
	if !v.Persons[3].Said.Name.Empty() || v.Persons[2].Said.Name.Empty() || v.Persons[3].Said.Sex != "" {
		t.Errorf("of who refuses something is kept, or of who is settled nothing: %+v", v.Persons)
	}
	mother, child := v.Persons[0].Subject.File, v.Persons[1].Subject.File
	if mother == "" || !w.sees(team, mother, child) || !w.sees(team, child, mother) || v.Persons[1].Subject.ChildPath == false {
		t.Error("the two files do not know of each other, or the infant is no child")
	}
	f := w.file(mother)
	if f.Situation.Value("stateless") != "identified" || f.Situation.Value("papers") != "none" || len(f.Identity.Names) != 1 || len(f.Consents) != 1 || w.file(child).Situation.Value("can_write") != "able" {
		t.Errorf("%+v, %d names, %d consents", f.Situation, len(f.Identity.Names), len(f.Consents))
	}
	if n := len(w.file(child).Consents); n != 0 {
		t.Errorf("somebody consented for a child: %d", n)
	}
	w.push(91 * 24 * time.Hour)
	if err := w.desk.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	after := w.household(team, home)
	if !after.Erased || after.Form.Key != "" || after.Counted != v.Counted || !after.Address.Empty() || !after.Persons[2].Said.Name.Empty() {
		t.Errorf("after ninety days: %+v", after)
	}
	again := w.door(home, w.line("settled", "Bakyt", "male", "38", ""))
	if err := w.visits(team, again); !fault.Is(err, casework.CodeHouseholdOver) {
		t.Errorf("written into what was erased: %v", err)
	}
	w.verifies()
}

// Somebody comes again: who was not met is, who refused agrees, one file at a time,
// and a relation is said when the second of its files is opened.
func TestAHouseholdIsVisitedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	team := w.body("ngo", "Team", "worker")
	home := id.New[id.Operation](w.now())
	rows := w.five()
	first := w.door(home, rows...)
	first.Files = []id.File{rows[1].Line} // the child's alone: her file does not wait for a parent's
	if err := w.visits(team, first); err != nil {
		t.Fatal(err)
	}
	v := w.household(team, home)
	if v.Counted.Files != 1 || v.Open != 1 || len(w.file(rows[1].Line).Kin) != 0 {
		t.Errorf("%+v", v.Counted)
	}
	w.push(24 * time.Hour)
	second := w.door(home, rows[0], rows[2], w.line("identified", "Rustam Yoldoshev", "male", "50", "yes"))
	second.Rows[2].Line, second.AllFiles = rows[3].Line, true
	if err := w.visits(team, second); err != nil {
		t.Fatal(err)
	}
	v = w.household(team, home)
	if c := v.Counted; c.Contacted() != 5 || c.Identified != 3 || c.Refused != 0 || c.Files != 3 || len(v.Visits) != 2 || v.Open != 0 {
		t.Errorf("%+v, %d visits", c, len(v.Visits))
	}
	if !w.sees(team, rows[0].Line, rows[1].Line) {
		t.Error("the mother's file came second, and nothing says that the child is hers")
	}
	third := w.door(home, rows[0])
	if err := w.visits(team, third); codeAt(err, "r0.line_name") != casework.CodeRowRecorded {
		t.Errorf("who has a file is changed at the door: %v", err)
	}
	w.verifies()
}

// Everybody is counted once after every visit, whatever is said and in whatever
// order; and the areas add up to all.
func TestNobodyOfAHouseholdIsLost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	team := w.body("ngo", "Team", "worker")
	var heard int
	for seed := range uint64(3) {
		random := rand.New(rand.NewPCG(seed, 1))
		home := id.New[id.Operation](w.now())
		open := map[id.File]desk.HouseholdRow{}
		for visit := range 5 {
			rows := slices.Collect(func(yield func(desk.HouseholdRow) bool) {
				for _, r := range open {
					if !yield(r) {
						return
					}
				}
			})
			for range random.IntN(3) + 1 {
				rows = append(rows, w.line("not_met", "", "female", "", ""))
				heard++
			}
			for i := range rows {
				state := casework.LineStates[random.IntN(4)]
				r := w.line(state, "", "female", fmt.Sprint(random.IntN(60)), "not_able")
				r.Line = rows[i].Line
				rows[i] = r
				open[r.Line] = r
			}
			in := w.door(home, rows...)
			in.Area = withheld.New(fmt.Sprint("Area ", seed))
			if i := random.IntN(len(rows)); rows[i].State == casework.LineIdentified {
				in.Files = []id.File{rows[i].Line}
				delete(open, rows[i].Line)
			}
			if err := w.visits(team, in); err != nil {
				t.Fatalf("seed %d, visit %d: %v", seed, visit, err)
			}
			w.household(team, home)
		}
	}
	a, err := w.desk.HouseholdAreas(t.Context(), team)
	if err != nil || a.All.Contacted() != heard || a.All.Households != 3 {
		t.Fatalf("%d of %d heard of: %+v, %v", a.All.Contacted(), heard, a.All, err)
	}
	var sum int
	for _, area := range a.Areas {
		if sum += area.Contacted(); area.Contacted() < a.Few && len(a.Areas) > 1 {
			t.Errorf("%d persons stand by themselves", area.Contacted())
		}
	}
	if sum != heard {
		t.Errorf("the areas have %d of %d", sum, heard)
	}
	w.verifies()
}

// A household is its own body's, and each reading of it is recorded.
func TestWhoReadsAHousehold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	team, others := w.body("ngo", "Team", "worker"), w.body("ngo", "Another team", "worker")
	home := id.New[id.Operation](w.now())
	if err := w.visits(team, w.door(home, w.five()...)); err != nil {
		t.Fatal(err)
	}
	for name, who := range map[string]access.Who{"another team": others, "a shelter": w.shelter, "the coordinator": w.coordinator, "the administrator": w.admin, "police": w.body("police", "Police", "officer")} {
		_, err := w.desk.Household(ctx, who, home)
		_, asRaid := w.desk.Operation(ctx, who, home)
		if !isWithheld(err) || !isWithheld(asRaid) || !isWithheld(w.visits(who, w.door(home, w.line("settled", "", "male", "", "")))) {
			t.Errorf("%s: %v, %v", name, err, asRaid)
		}
	}
	if list, err := w.desk.Households(ctx, others); err != nil || len(list.Lines) != 0 {
		t.Errorf("another team lists %+v, %v", list.Lines, err)
	}
	w.household(team, home)
	w.household(team, home)
	ref := casework.Ref{Kind: casework.HouseholdStream, ID: string(home)}
	l, err := w.store.View(ctx, ref)
	if err != nil {
		t.Fatal(err)
	}
	h := store.As[*casework.Household](l, ref)
	if len(h.Openings) != 1 {
		t.Errorf("two readings within the hour are %d leaves", len(h.Openings))
	}
}

// A likely duplicate is shown of files that the worker may open, and of no other.
func TestAHouseholdThatHasAFileAlready(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	team, others := w.body("ngo", "Team", "worker"), w.body("ngo", "Another team", "worker")
	w.person(others, "Mahliyo Yoldosheva", "1995-04-03")
	home := id.New[id.Operation](w.now())
	if err := w.visits(team, w.door(home, w.five()...)); err != nil {
		t.Fatal(err)
	}
	if p := w.household(team, home).Persons[0]; len(p.Alike) != 0 {
		t.Errorf("another body's file is told of: %+v", p.Alike)
	}
	own := w.person(team, "Mahliyo Yoldosheva", "1995-04-03")
	if p := w.household(team, home).Persons[0]; len(p.Alike) != 1 || p.Alike[0].File != own {
		t.Errorf("the own file is not: %+v", p.Alike)
	}
}

// What a visit refuses, and where it says so; nothing of it is recorded.
func TestWhatAVisitRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	team := w.body("ngo", "Team", "worker")
	with := func(change func(*desk.HouseholdInput)) func(*desk.HouseholdInput) { return change }
	row := func(change func(*desk.HouseholdRow)) func(*desk.HouseholdInput) {
		return func(in *desk.HouseholdInput) { in.AllFiles = true; change(&in.Rows[0]) }
	}
	for _, c := range []struct {
		why      string
		change   func(*desk.HouseholdInput)
		at, code string
	}{
		{"no outcome", with(func(in *desk.HouseholdInput) { in.Outcome = "" }), "visit", "field.choice"},
		{"an outcome there is not", with(func(in *desk.HouseholdInput) { in.Outcome = "broke_in" }), "visit", "not_a_choice"},
		{"to come again, and no day", with(func(in *desk.HouseholdInput) { in.Outcome = "again" }), "visit_again", "field.date_missing"},
		{"to come again yesterday", with(func(in *desk.HouseholdInput) { in.Outcome, in.Again = "again", "2026-11-20" }), "visit_again", casework.CodeAgainPast},
		{"met, and nobody", with(func(in *desk.HouseholdInput) { in.Rows = nil }), "r0.line_name", casework.CodeNobodyMet},
		{"of a kind that visits nobody", with(func(in *desk.HouseholdInput) { in.Kind = "raid" }), "operation_kind", "not_a_choice"},
		{"a visit that is still to come", with(func(in *desk.HouseholdInput) { in.At = "2026-12-24" }), "visit_at", "future"},
		{"a line in no state", row(func(r *desk.HouseholdRow) { r.State = "" }), "r0.line_state", "field.choice"},
		{"an age that is none", row(func(r *desk.HouseholdRow) { r.Age = withheld.New("old") }), "r0.line_age", "field.line_age"},
		{"born in a year to come", row(func(r *desk.HouseholdRow) { r.Age = withheld.New("2031") }), "r0.line_age", "field.line_age"},
		{"letters of two scripts in one word", row(func(r *desk.HouseholdRow) { r.Name = withheld.New("Маhliyo") }), "r0.line_name", "field.mixed"},
		{"related to nobody here", row(func(r *desk.HouseholdRow) { r.Kin, r.Of = "parent", id.New[id.File](w.now()) }), "r0.line_of", casework.CodeKinOfWhom},
		{"an adult who was not asked", row(func(r *desk.HouseholdRow) { r.Consent = "" }), "r0.consent", "field.choice"},
		{"an adult who wants no file", row(func(r *desk.HouseholdRow) { r.Consent = "no" }), "r0.consent", casework.CodeKinNoFile},
		{"an adult said to be a child", row(func(r *desk.HouseholdRow) { r.Consent = "child" }), "r0.consent", casework.CodeNoChild},
		{"what the meeting step must ask was not", row(func(r *desk.HouseholdRow) { delete(r.Said, "writes") }), "r0.f.writes", "field.choice"},
		{"an answer there is not", row(func(r *desk.HouseholdRow) { r.Said["writes"] = withheld.New("maybe") }), "r0.f.writes", "not_a_choice"},
		{"a file for who has a nationality", with(func(in *desk.HouseholdInput) { in.Files = []id.File{in.Rows[2].Line} }), "r2.line_state", casework.CodeNobodyFound},
	} {
		t.Run(c.why, func(t *testing.T) {
			t.Parallel()
			home := id.New[id.Operation](w.now())
			in := w.door(home, w.five()...)
			c.change(&in)
			if _, err := w.desk.VisitDoor(t.Context(), team, in); codeAt(err, c.at) != c.code {
				t.Errorf("%s: %v %+v", c.at, err, fault.Of(err).Fields)
			}
			if _, err := w.desk.Household(t.Context(), team, home); !isWithheld(err) {
				t.Errorf("and yet something was recorded: %v", err)
			}
		})
	}
}

// codeAt is what is said at a field.
func codeAt(err error, field string) string {
	for _, f := range fault.Of(err).Fields {
		if f.Name == field {
			return f.Code
		}
	}
	return strings.TrimSpace(fmt.Sprint(err))
}
