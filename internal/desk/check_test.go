package desk_test

import (
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/id"
	"pana/internal/store"
	"pana/internal/withheld"
)

// person is somebody on record as a row of TestRemovalCheck describes her.
type person struct {
	age        string // as said; empty: nobody is sure
	identified bool
	threat     string // asked at the decision: does return threaten her?
	wish       string
	frozen     bool
}

// theMany are indicators that presume a victim.
var theMany = []string{"violence_recruited", "excessive_hours", "low_pay", "documents_confiscated", "isolation"}

func (w *world) onRecord(p person) id.File {
	w.t.Helper()
	ctx := w.t.Context()
	in := desk.ConcernInput{
		Key: w.k(), Safety: "not_safe", Sex: "female", Language: "uz", CallName: withheld.New("Planted"), Needs: []string{"bed_tonight"},
		Consent: "yes", Indicators: theMany, Fear: "not_sure", Region: region, Age: p.age, AgeKnown: "adult",
	}
	born := ""
	switch p.age {
	case "":
		in.AgeKnown, in.Consent = "not_sure", "child"
	case "15":
		in.AgeKnown, in.Consent, born = "under_18", "child", "2011-05-01"
	default:
		born = "1996-05-01"
	}
	file := id.File(w.must(w.desk.RecordConcern(ctx, w.inspector, in)).Args["file"])
	w.must(w.desk.AddIdentity(ctx, w.inspector, desk.IdentityInput{
		Key: w.k(), File: file, Name: withheld.New(planted), Script: "latn", Born: withheld.New(born), Sex: "female", Citizenship: withheld.New("UZB"),
		DocKind: "passport", DocNumber: withheld.New("AA1234567"),
	}))
	if p.identified {
		page, err := w.desk.File(ctx, w.identifiers, file, "")
		if err != nil {
			w.t.Fatal(err)
		}
		w.must(w.desk.TakeStep(ctx, w.identifiers, desk.StepInput{
			Key: w.k(), File: file, Version: page.Version, Step: "identify", Fields: fieldsOf("return_threat", p.threat, "wish_to_return", p.wish),
		}))
	}
	if p.frozen {
		ref := casework.Ref{Kind: casework.FileStream, ID: string(file)}
		w.do(w.coordinator, []casework.Ref{ref}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
			return casework.Freeze(store.As[*casework.File](l, ref), true, "looked_into", m)
		})
	}
	return file
}

func fieldsOf(pairs ...string) map[string]withheld.Text {
	out := map[string]withheld.Text{}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			out[pairs[i]] = withheld.New(pairs[i+1])
		}
	}
	return out
}

// Every answer, on the real pack, and why.
func TestRemovalCheck(t *testing.T) {
	t.Parallel()
	child, adult := person{age: "15"}, person{age: "30"}
	nobody := func(in *desk.CheckInput) {
		in.Names, in.Born = []withheld.Text{withheld.New("Somebody Else")}, withheld.New("1970")
	}
	for _, row := range []struct {
		why     string
		person  person
		ask     func(*desk.CheckInput)
		want    string
		unclear bool // the pack says that its words are unclear here
		concern bool
	}{
		{why: "nobody of that name is on record", person: adult, ask: nobody, want: desk.NoBar},
		{why: "a presumed child: art. 23 speaks of victims, its reach to a presumed one is unclear", person: child, want: desk.Hold, unclear: true},
		{why: "an identified child: no return without consent, responsibility and safety (art. 23)", person: person{age: "15", identified: true}, want: desk.Barred},
		{why: "not sure of age is the child's path: presumed", person: person{}, want: desk.Hold, unclear: true},
		{why: "not sure of age is the child's path: identified", person: person{identified: true}, want: desk.Barred},
		{why: "a presumed adult: the question is open, no article bars", person: adult, want: desk.Hold},
		{why: "an identified adult whom return threatens, and who does not want it (art. 20(3))",
			person: person{age: "30", identified: true, threat: "yes", wish: "does_not_want"}, want: desk.Barred},
		{why: "an identified adult who was not asked: hold until she is", person: person{age: "30", identified: true}, want: desk.Hold},
		{why: "an identified adult who wants to go home, unafraid", person: person{age: "30", identified: true, threat: "no", wish: "wants"}, want: desk.NoBar},
		{why: "a file that is looked into answers for nothing", person: person{age: "30", identified: true, threat: "no", wish: "wants", frozen: true}, want: desk.Hold},
		{why: "the name in another script, family name first", person: adult, want: desk.Hold,
			ask: func(in *desk.CheckInput) {
				in.Names = []withheld.Text{withheld.New("ПЛАНТЕДОВА НОЗИМА")}
			}},
		{why: "scripts mixed inside a name, as forms are filled", person: adult, want: desk.Hold,
			ask: func(in *desk.CheckInput) { in.Names = []withheld.Text{withheld.New("Nоzima Plаntedova")} }}, // Cyrillic о, а
		{why: "another name, but her document", person: adult, want: desk.Hold,
			ask: func(in *desk.CheckInput) {
				in.Names, in.Born, in.Document = []withheld.Text{withheld.New("Somebody Else")}, withheld.Text{}, withheld.New("aa 1234567")
			}},
		{why: "a name that may be hers, a year that is not", person: adult, want: desk.PossibleMatch,
			ask: func(in *desk.CheckInput) {
				in.Names, in.Born = []withheld.Text{withheld.New("Nozima Plantedova")}, withheld.New("1985")
			}},
		{why: "she says that she is afraid", person: adult, want: desk.Hold, concern: true, ask: func(in *desk.CheckInput) { nobody(in); in.Afraid = "yes" }},
		{why: "she says that she was forced to work", person: adult, want: desk.Hold, concern: true, ask: func(in *desk.CheckInput) { nobody(in); in.Forced = "yes" }},
		{why: "she says that she is under eighteen", person: adult, want: desk.Hold, concern: true, ask: func(in *desk.CheckInput) { nobody(in); in.Under18 = "yes" }},
		{why: "a yes does not make a bar less", person: person{age: "15", identified: true}, want: desk.Barred, concern: true,
			ask: func(in *desk.CheckInput) { in.Afraid = "yes" }},
	} {
		t.Run(row.why, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.onRecord(row.person)
			w.asksAs(t, w.dutyOfficer, row.ask, row.person, row.want, row.unclear)
			told := desk.Stop
			if row.want == desk.NoBar {
				told = desk.NoBar
			}
			w.asksAs(t, w.border, row.ask, row.person, told, row.unclear)
			if files, err := w.store.Count(t.Context(), "files", store.Query{Scope: access.All{}}); err != nil || (files > 1) != row.concern {
				t.Errorf("%d files, a concern opened is %v (%v)", files, row.concern, err)
			}
		})
	}
}

func (w *world) asksAs(t *testing.T, who access.Who, ask func(*desk.CheckInput), p person, want string, unclear bool) {
	t.Helper()
	in := desk.CheckInput{Key: w.k(), Names: []withheld.Text{withheld.New(planted)}, Sex: "female", Custody: withheld.New("17-A"), Afraid: "no", Forced: "no", Under18: "no"}
	if p.age == "15" {
		in.Born = withheld.New("2011-05-01")
	} else if p.age != "" {
		in.Born = withheld.New("1996-05-01")
	}
	if ask != nil {
		ask(&in)
	}
	got, err := w.desk.RemovalCheck(t.Context(), who, in)
	if err != nil {
		t.Fatal(explain(err))
	}
	if got.Answer != want || got.Receipt == "" || len(got.Duty) == 0 {
		t.Errorf("%s is told %q, want %q (receipt %q, %d telephones)", who.Role, got.Answer, want, got.Receipt, len(got.Duty))
	}
	if len(got.Unclear) > 0 || len(got.Why) > 0 {
		t.Errorf("%s, who may not see why, is shown it", who.Role)
	}
	grounds, err := w.desk.CheckGrounds(t.Context(), w.judge, id.Check(got.Receipt))
	if err != nil || (len(grounds.Unclear) > 0) != unclear {
		t.Errorf("a judge reads unclear words %v, %v", grounds.Unclear, err)
	}
}

// Whom a check asked about can be read for twelve months; that it was asked, and
// what was answered, stays.
func TestAQueryLivesTwelveMonths(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.onRecord(person{age: "30"})
	in := desk.CheckInput{Key: w.k(), Names: []withheld.Text{withheld.New(planted)}, Custody: withheld.New("17-A"), Afraid: "no", Forced: "no", Under18: "no"}
	first, err := w.desk.RemovalCheck(t.Context(), w.dutyOfficer, in)
	if err != nil {
		t.Fatal(explain(err))
	}
	for _, step := range []struct {
		push time.Duration
		open bool
	}{{364 * 24 * time.Hour, true}, {2 * 24 * time.Hour, false}} {
		w.push(step.push)
		if err := w.desk.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		_, err := w.desk.CheckGrounds(t.Context(), w.judge, id.Check(first.Receipt))
		if (err == nil) != step.open || err != nil && !isWithheld(err) {
			t.Errorf("after %s: %v", step.push, err)
		}
	}
	again, err := w.desk.RemovalCheck(t.Context(), w.dutyOfficer, in)
	if err != nil || again.Receipt != first.Receipt || again.Answer != first.Answer {
		t.Errorf("the receipt is gone: %+v, %v", again, err)
	}
	if _, err := w.store.Verify(t.Context(), 2, nil); err != nil {
		t.Errorf("verify: %v", err)
	}
}
