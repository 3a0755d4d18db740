package desk_test

import (
	"slices"
	"strings"
	"testing"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/jobs"
	"pana/internal/withheld"
)

// somebody opens a file of somebody.
func (w *world) somebody(who access.Who, sex, age string) id.File {
	w.t.Helper()
	in := desk.ConcernInput{Key: w.k(), Safety: "not_sure", AgeKnown: age, Sex: sex, Consent: "yes", Region: region}
	if age == "under_18" {
		in.Consent, in.Age = "child", "9"
	}
	r, err := w.desk.RecordConcern(w.t.Context(), who, in)
	if err != nil {
		w.t.Fatal(err)
	}
	return id.File(r.Args["file"])
}

func (w *world) kin(who access.Who, file, other id.File, kind, seen string) error {
	_, err := w.desk.SayKin(w.t.Context(), who, desk.KinInput{Key: w.k(), File: file, Kind: kind, Seen: seen, Other: string(other)})
	return err
}

func (w *world) family(who access.Who, file id.File) desk.Family {
	w.t.Helper()
	v, err := w.desk.Family(w.t.Context(), who, file)
	if err != nil {
		w.t.Fatal(err)
	}
	return v
}

// sees says whether a file's page leads a worker to another person.
func (w *world) sees(who access.Who, file, other id.File) bool {
	return slices.ContainsFunc(w.family(who, file).Lines, func(l desk.KinLine) bool { return l.Subject.File == other })
}

func (w *world) fact(who access.Who, file id.File, name string) string {
	w.t.Helper()
	jobs.Once(w.t.Context(), w.store, w.desk, jobs.Options{Now: w.now, Log: discard})
	v, err := w.desk.File(w.t.Context(), who, file, "")
	if err != nil {
		w.t.Fatal(err)
	}
	return v.Situation[name]
}

// What a rule of the child's reads of her mother follows the mother's own file,
// and is taken back when she turns out not to be the mother.
func TestAFactAboutARelativeFollowsTheRelative(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	child, mother, aunt := w.somebody(w.inspector, "female", "under_18"), w.somebody(w.inspector, "female", "adult"), w.somebody(w.inspector, "female", "adult")
	citizen := func(file id.File, code string) {
		t.Helper()
		if _, err := w.desk.AddIdentity(t.Context(), w.inspector, desk.IdentityInput{Key: w.k(), File: file, Citizenship: withheld.New(code)}); err != nil {
			t.Fatal(err)
		}
	}
	citizen(mother, "UZB")
	for _, e := range []error{w.kin(w.inspector, child, mother, "parent", desk.SeenBoth), w.kin(w.inspector, child, aunt, "sibling", desk.SeenBoth)} {
		if e != nil {
			t.Fatal(e)
		}
	}
	citizen(aunt, "KAZ")
	if got := w.fact(w.inspector, child, "mother.nat"); got != "foreign" {
		t.Errorf("the mother's file says a foreigner, the child's %q", got)
	}
	citizen(mother, "XXA")
	if got := w.fact(w.inspector, child, "mother.nat"); got != "stateless" {
		t.Errorf("the mother's file changed, and the child's says %q", got)
	}
	if got := w.fact(w.inspector, child, "father.nat"); got != "" {
		t.Errorf("a mother was read as a father: %q", got)
	}
	change := desk.KinChange{Key: w.k(), File: mother, Other: child, Kind: "child", State: casework.KinContested, Reason: "person_says"}
	if _, err := w.desk.ChangeKin(t.Context(), w.inspector, change); err != nil {
		t.Fatal(err)
	}
	if got := w.fact(w.inspector, child, "mother.nat"); got != "" {
		t.Errorf("she is said not to be the mother, and the child's law still reads %q", got)
	}
	change.Key, change.State = w.k(), casework.KinStands
	if _, err := w.desk.ChangeKin(t.Context(), w.inspector, change); err != nil {
		t.Fatal(err)
	}
	if got := w.fact(w.inspector, child, "mother.nat"); got != "stateless" {
		t.Errorf("she is the mother after all, and the child's law reads %q", got)
	}
	w.verifies()
}

// From which side a relation is seen, who hides, and who may open what.
func TestWhoSeesARelation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	other := w.body("labour_inspectorate", "Other inspectorate", "inspector")
	for _, row := range []struct {
		why, seen   string
		here, there bool
	}{
		{"the mother's worker keeps it to her file", desk.SeenHere, true, false},
		{"or lets only the child's lead to her", desk.SeenThere, false, true},
		{"or both", desk.SeenBoth, true, true},
	} {
		mother, child := w.somebody(w.inspector, "female", "adult"), w.somebody(w.inspector, "male", "under_18")
		if err := w.kin(w.inspector, mother, child, "child", row.seen); err != nil {
			t.Fatal(err)
		}
		if w.sees(w.inspector, mother, child) != row.here || w.sees(w.inspector, child, mother) != row.there {
			t.Errorf("%s: not so", row.why)
		}
		if row.seen != desk.SeenBoth {
			continue
		}
		if _, err := w.desk.HideKin(ctx, w.inspector, w.k(), mother, true); err != nil {
			t.Fatal(err)
		}
		if !w.sees(w.inspector, mother, child) || w.sees(w.inspector, child, mother) {
			t.Error("who hides is found through nobody, and finds whom she had")
		}
		if _, err := w.desk.ChangeKin(ctx, w.inspector, desk.KinChange{Key: w.k(), File: child, Other: mother, Kind: "parent", Seen: desk.SeenBoth}); !isWithheld(err) {
			t.Errorf("from the child's file somebody changes what it does not lead to: %v", err)
		}
		if err := w.kin(w.inspector, child, mother, "parent", desk.SeenBoth); err != nil {
			t.Errorf("said again, the form tells that it was said before: %v", err)
		}
	}
	mine, theirs := w.somebody(w.inspector, "male", "adult"), w.somebody(other, "female", "adult")
	for name, file := range map[string]id.File{"another body's file": theirs, "no file at all": id.New[id.File](w.now())} {
		err := w.kin(w.inspector, mine, file, "spouse", desk.SeenBoth)
		if e := fault.Of(err); len(e.Fields) != 1 || e.Fields[0].Code != "field.no_such_file" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := w.desk.Family(ctx, other, mine); !isWithheld(err) {
		t.Errorf("another body reads who belongs to him: %v", err)
	}
}

// A relative without a file gets her own, with her own answer; an adult who wants
// none gets none.
func TestARelativeGetsAFileOfTheirOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	mother := w.somebody(w.inspector, "female", "adult")
	in := desk.KinInput{Key: w.k(), File: mother, Kind: "spouse", Seen: desk.SeenHere, New: id.New[id.File](w.now()), AgeKnown: "adult", Sex: "male", Consent: "no"}
	if e := fault.Of(second(w.desk.SayKin(ctx, w.inspector, in))); len(e.Fields) != 1 || e.Fields[0].Code != casework.CodeKinNoFile {
		t.Errorf("an adult who wants no file: %+v", e)
	}
	if _, err := w.desk.File(ctx, w.inspector, in.New, ""); !isWithheld(err) {
		t.Errorf("he has one all the same: %v", err)
	}
	in.Key, in.Kind, in.AgeKnown, in.Age, in.Consent = w.k(), "child", "under_18", "7", "child"
	for range 2 { // sent twice it is one act
		if _, err := w.desk.SayKin(ctx, w.inspector, in); err != nil {
			t.Fatal(err)
		}
	}
	if v := w.family(w.inspector, mother); len(v.Lines) != 1 || v.Lines[0].Subject.Age != 7 || v.Lines[0].There {
		t.Errorf("%+v", v.Lines)
	}
	if v := w.family(w.inspector, in.New); len(v.Lines) != 0 || len(v.Steps) == 0 || v.Steps[0].Kind != "guardian" {
		t.Errorf("the child's file leads to her mother, or says nothing of a guardian: %+v", v)
	}
	w.verifies()
}

func second[T any](_ T, err error) error { return err }

// A mother hides. Whoever works on her husband's file, and on their child's, looks
// at all that they may open: she is in none of it, whatever happens to her.
func TestAHiddenMotherIsFoundThroughNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	// The inspector met all three; she has gone to a shelter since.
	mother, father, child := w.somebody(w.inspector, "female", "adult"), w.somebody(w.inspector, "male", "adult"), w.somebody(w.inspector, "female", "under_18")
	for _, e := range []error{
		w.kin(w.inspector, mother, father, "spouse", desk.SeenBoth), w.kin(w.inspector, mother, child, "child", desk.SeenBoth), w.kin(w.inspector, father, child, "child", desk.SeenBoth),
	} {
		if e != nil {
			t.Fatal(e)
		}
	}
	if _, err := w.desk.AddIdentity(ctx, w.inspector, desk.IdentityInput{Key: w.k(), File: mother, Citizenship: withheld.New("UZB")}); err != nil {
		t.Fatal(err)
	}
	_ = w.fact(w.inspector, child, "mother.nat")
	before := w.everything(w.inspector, father, child)
	if !strings.Contains(before, string(mother)) {
		t.Fatal("she was not to be found before she hid: this test would prove nothing")
	}
	if _, err := w.desk.HideKin(ctx, w.inspector, w.k(), mother, true); err != nil {
		t.Fatal(err)
	}
	hidden := w.everything(w.inspector, father, child)
	for _, trace := range []string{string(mother), id.Number(mother)} {
		if strings.Contains(hidden, trace) {
			t.Error("the file of her husband or her child leads to her")
		}
	}
	// What happens to her from now on changes nothing there: not a value, not a line.
	if _, err := w.desk.AddIdentity(ctx, w.inspector, desk.IdentityInput{Key: w.k(), File: mother, Citizenship: withheld.New("XXA"), Name: withheld.New("Мәлімсіз Әйел")}); err != nil {
		t.Fatal(err)
	}
	if got := w.fact(w.inspector, child, "mother.nat"); got != "foreign" {
		t.Errorf("the child's file tells on the day when she was heard of: %q", got)
	}
	if after := w.everything(w.inspector, father, child); after != hidden {
		t.Error("what is shown of her husband and child changed with her")
	}
	w.verifies()
}

// everything is all that a worker can open of some files, as text.
func (w *world) everything(who access.Who, files ...id.File) string {
	w.t.Helper()
	ctx, out := w.t.Context(), ""
	for _, f := range files {
		for _, tab := range []string{"", who.Compartment} {
			v, err := w.desk.File(ctx, who, f, tab)
			if err != nil {
				w.t.Fatal(err)
			}
			v.Openings = nil // the looking itself
			out += w.text(v)
		}
		v := w.family(who, f)
		v.Key, v.New = "", ""
		papers, err := w.desk.Papers(ctx, who, f)
		if err != nil {
			w.t.Fatal(err)
		}
		out += w.text(v) + w.text(papers)
	}
	return out
}

// text is a view with what is withheld in it.
func (w *world) text(v any) string {
	w.t.Helper()
	b, err := withheld.Encode(v)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(b)
}
