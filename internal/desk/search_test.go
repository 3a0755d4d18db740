package desk_test

import (
	"slices"
	"testing"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/id"
	"pana/internal/withheld"
)

// person opens a file of a body with a name and a year of birth.
func (w *world) person(who access.Who, name, born string) id.File {
	w.t.Helper()
	file := id.File(w.must(w.desk.RecordConcern(w.t.Context(), who, desk.ConcernInput{
		Key: w.k(), Safety: "not_safe", AgeKnown: "not_sure", Sex: "female", CallName: withheld.New("A"), Consent: "child", Region: region,
		Indicators: []string{"violence_recruited", "excessive_hours", "low_pay", "documents_confiscated", "isolation"},
	})).Args["file"])
	w.must(w.desk.AddIdentity(w.t.Context(), who, desk.IdentityInput{Key: w.k(), File: file, Name: withheld.New(name), Script: "cyrl", Use: "given", Born: withheld.New(born)}))
	return file
}

func (w *world) search(who access.Who, in desk.SearchInput) (out []id.File, next string) {
	w.t.Helper()
	found, err := w.desk.Search(w.t.Context(), who, in)
	if err != nil {
		w.t.Fatal(explain(err))
	}
	for _, l := range found.Lines {
		out = append(out, l.Subject.File)
	}
	return out, found.Next
}

func TestAFileIsFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	police := w.body("police", "Police", "officer")
	girl, other := w.person(w.inspector, "Тастанбаева Күнімай", "2011-05-01"), w.person(w.inspector, "Beytanysov Farhad", "1990")
	w.refer(girl)
	theirs := w.person(police, "Тастанбаева Күнімай", "2011-05-01")
	both := []id.File{other, girl}
	for _, row := range []struct {
		why  string
		who  access.Who
		in   desk.SearchInput
		want []id.File
	}{
		{"a name in another script, misspelt, in another order", w.inspector, desk.SearchInput{Text: withheld.New("Kunimay Tastanbaeva")}, []id.File{girl}},
		{"a name and a year", w.inspector, desk.SearchInput{Text: withheld.New("Кунимай 2011")}, []id.File{girl}},
		{"a year alone", w.inspector, desk.SearchInput{Text: withheld.New("1990")}, []id.File{other}},
		{"a number, as it is said on the telephone", w.inspector, desk.SearchInput{Text: withheld.New(id.Number(girl))}, []id.File{girl}},
		{"the number of a file that is another body's", w.inspector, desk.SearchInput{Text: withheld.New(id.Number(theirs))}, nil},
		{"the same name in another body's file only", police, desk.SearchInput{Text: withheld.New("Kunimay")}, []id.File{theirs}},
		{"nothing asked: the body's own, the newest first", w.inspector, desk.SearchInput{}, both},
		{"a step that waits", w.inspector, desk.SearchInput{Step: "identify"}, both},
		{"a step that waits for nobody", w.inspector, desk.SearchInput{Step: "refuse_claim"}, nil},
		{"another place", w.inspector, desk.SearchInput{Region: "KZ-75"}, nil},
		{"how the body came to it", w.inspector, desk.SearchInput{Relation: casework.RelProvider}, nil},
		{"who owes the decision finds it by step", w.identifiers, desk.SearchInput{Step: "identify", Relation: casework.RelDecider}, []id.File{theirs, other, girl}},
		{"who was only asked does not open it, and does not find it", w.shelter, desk.SearchInput{Text: withheld.New("Kunimay")}, nil},
	} {
		got, _ := w.search(row.who, row.in)
		slices.Sort(got)
		want := slices.Sorted(slices.Values(row.want))
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, not %v", row.why, got, want)
		}
	}
	if _, err := w.desk.Search(t.Context(), w.admin, desk.SearchInput{}); !isWithheld(err) {
		t.Errorf("who reads no file searches: %v", err)
	}
	page, err := w.desk.File(t.Context(), w.inspector, girl, "")
	if err != nil || !slices.ContainsFunc(page.Openings, func(o desk.OpeningLine) bool { return o.What == "found_by_name" }) {
		t.Errorf("who was found by her name cannot read that she was: %+v, %v", page.Openings, err)
	}
}

// Who may open a file and may not see who it is of does not find it by a name: the
// answer would be the name. With that, what others have changes nothing.
func TestASearchIsNoOracle(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	girl := w.person(w.inspector, "Тастанбаева Күнімай", "2011-05-01")
	w.must(w.desk.RecordRight(t.Context(), w.inspector, desk.RightInput{Key: w.k(), File: girl, Right: w.laws.p.Rights[0].ID, State: casework.RightDenied}))
	if got, _ := w.search(w.coordinator, desk.SearchInput{}); !slices.Equal(got, []id.File{girl}) {
		t.Fatalf("the coordinator has a task in it and does not find it: %v", got)
	}
	if got, _ := w.search(w.coordinator, desk.SearchInput{Text: withheld.New("Тастанбаева Күнімай")}); len(got) != 0 {
		t.Errorf("a coordinator, who sees no name, found it by the name: %v", got)
	}
	akimat := w.body("local_executive_body", "Akimat", "officer")
	in := desk.SearchInput{Text: withheld.New("Күнімай")}
	before, next := w.search(w.inspector, in)
	for range 3 {
		w.person(akimat, "Тастанбаева Күнімай", "2011-05-01")
	}
	if after, then := w.search(w.inspector, in); !slices.Equal(before, after) || next != then || !slices.Equal(after, []id.File{girl}) {
		t.Errorf("others' files changed what is found: %v, %v", before, after)
	}
}

// What does not fit on a page is on the next, each file once.
func TestFurtherFiles(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var want []id.File
	for range 23 {
		want = append(want, w.person(w.inspector, "Ахметова Айгуль", "2000"))
		w.push(1e9)
	}
	for _, in := range []desk.SearchInput{{}, {Text: withheld.New("Akhmetova Aigul")}, {Text: withheld.New("2000")}} {
		got, next := w.search(w.inspector, in)
		if len(got) != 20 || next == "" {
			t.Fatalf("the first page: %d, next %q", len(got), next)
		}
		in.After = next
		more, end := w.search(w.inspector, in)
		got = append(got, more...)
		slices.Sort(got)
		if len(more) != 3 || end != "" || !slices.Equal(got, slices.Sorted(slices.Values(want))) {
			t.Errorf("the second page: %d, next %q", len(more), end)
		}
	}
}

// A house that took a person in unnamed, because that was her wish, opens the file and
// does not find it by the name: the answer would be the name.
func TestWhoMayNotReadANameDoesNotFindByIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	file := id.File(w.must(w.desk.RecordConcern(ctx, w.inspector, desk.ConcernInput{
		Key: w.k(), Safety: "safe_now", Age: "30", AgeKnown: "adult", Sex: "female", Needs: []string{"bed_tonight"}, Consent: "yes", Region: region,
	})).Args["file"])
	w.must(w.desk.AddIdentity(ctx, w.inspector, desk.IdentityInput{Key: w.k(), File: file, Name: withheld.New("Тастанбаева Күнімай"), Script: "cyrl", Use: "given", Born: withheld.New("1996-05-01")}))
	for _, p := range w.laws.p.Purposes {
		if p.Stage == casework.StageAcceptance {
			w.must(w.desk.GiveConsent(ctx, w.inspector, desk.ConsentInput{Key: w.k(), File: file, Purpose: p.ID, Answer: "no"}))
		}
	}
	w.must(w.desk.Accept(ctx, w.shelter, desk.AnswerInput{Key: w.k(), Referral: w.refer(file), Place: w.bed}))
	for typed, want := range map[string][]id.File{id.Number(file): {file}, "": {file}, "Күнімай": nil, "1996": nil, "Tastanbaeva Kunimay 1996": nil} {
		if got, _ := w.search(w.shelter, desk.SearchInput{Text: withheld.New(typed)}); !slices.Equal(got, want) {
			t.Errorf("the house that has her looks for %q and finds %v", typed, got)
		}
	}
	if got, _ := w.search(w.inspector, desk.SearchInput{Text: withheld.New("Күнімай 1996")}); !slices.Equal(got, []id.File{file}) {
		t.Errorf("who wrote the name down does not find it: %v", got)
	}
}

// However many people elsewhere have exactly the name that was typed, who is nearly
// called so in one of the worker's own files is found.
func TestOthersNamesPushNobodyOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mine := w.person(w.inspector, "Тастамбоева Күнімай", "2011")
	w.search(w.inspector, desk.SearchInput{Text: withheld.New("Кунимай")}) // the index is read
	for range desk.MostAlike + 1 {
		w.desk.Called(id.New[id.File](w.now()), withheld.New("Tastanbayeva Kunimai"))
	}
	if got, _ := w.search(w.inspector, desk.SearchInput{Text: withheld.New("Tastanbayeva Kunimai")}); !slices.Equal(got, []id.File{mine}) {
		t.Errorf("among so many of that name elsewhere %v is found, not %v", got, mine)
	}
}
