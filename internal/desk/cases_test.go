package desk_test

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"pana/internal/access"
	"pana/internal/desk"
	"pana/internal/exchange/htcds"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/store"
	"pana/internal/withheld"
)

// caseTable is two cases as another system has them.
const caseTable = "prs_SecondName,prs_FirstName,prs_Birthdate,prs_Gender,prs_PrimaryLanguage,prs_Citizenship,prs_IdentityNumber,vic_MethodsOfControl,vic_TypeOfExploitation\n" +
	"Қалиева,Айжан,2010-02-03,Feminine,kaz,KZ,N 1234567,DebtBondage;RestrictsMovement;FalsePromises,ForcedLabour\n" +
	"Алиев,Рустам,1990-11-30,Masculine,uzb,UZ;XXA,,,\n"

func (w *world) takenIn(text string) []id.File {
	w.t.Helper()
	before := w.files()
	w.must(w.desk.TakeCasesIn(w.t.Context(), w.inspector, desk.CasesInput{Key: w.k(), Text: withheld.New(text)}))
	return slices.DeleteFunc(w.files(), func(f id.File) bool { return slices.Contains(before, f) })
}

func (w *world) files() (out []id.File) {
	w.t.Helper()
	ids, err := w.store.Texts(w.t.Context(), "files", "file_id", store.Query{Scope: access.All{}})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, f := range ids {
		out = append(out, id.File(f))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (w *world) record(file id.File, named bool) map[string]string {
	w.t.Helper()
	rec, err := w.desk.CaseRecord(w.t.Context(), w.inspector, file, named)
	if err != nil {
		w.t.Fatal(err)
	}
	out := map[string]string{}
	for i, name := range rec.Rows[0] {
		if rec.Rows[1][i] != "" {
			out[name] = rec.Rows[1][i]
		}
	}
	return out
}

// A table of another system becomes files, and those, written again, are the table as far
// as it is carried; taken in once more and written, it is the same.
func TestCasesComeInAndGoOutAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	opened := w.takenIn(caseTable)
	if len(opened) != 2 {
		t.Fatalf("%d files", len(opened))
	}
	text := func(files []id.File) string {
		var b bytes.Buffer
		out := csv.NewWriter(&b)
		var rows [][]string
		for _, f := range files {
			rec, err := w.desk.CaseRecord(t.Context(), w.inspector, f, true)
			if err != nil {
				t.Fatal(err)
			}
			rows = append(rows, rec.Rows[1])
			if len(rows) == 1 {
				_ = out.Write(rec.Rows[0])
			}
		}
		slices.SortFunc(rows, slices.Compare)
		_ = out.WriteAll(rows)
		return b.String()
	}
	first := text(opened)
	for _, want := range []string{"Қалиева Айжан", "2010-02-03", "Feminine", "kaz", "KZ", "N 1234567", "DebtBondage;RestrictsMovement", htcds.Possible, "UZ;XXA"} {
		if !strings.Contains(first, want) {
			t.Errorf("%q is lost: %s", want, first)
		}
	}
	if strings.Contains(first, "FalsePromises") || strings.Contains(first, "ForcedLabour") {
		t.Errorf("what no sign means was weighed: %s", first)
	}
	if second := text(w.takenIn(first)); second != first {
		t.Errorf("taken in and written again:\n%s\nwas\n%s", second, first)
	}
	w.agrees()
}

// The child of the table is a child here, presumed by this country's criteria; what has
// no place stands in a note of the worker's own part; nobody asked her for a yes.
func TestACaseTakenInIsAFirstConcern(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, file := range w.takenIn(caseTable) {
		page, err := w.desk.File(t.Context(), w.inspector, file, w.inspector.Compartment)
		if err != nil {
			t.Fatal(err)
		}
		child := page.Subject.Sex == "female"
		if page.Subject.ChildPath != child || len(page.Consents) != 0 || (page.Situation["victim"] == "presumed") != child {
			t.Errorf("%+v, %v, %v", page.Subject, page.Consents, page.Situation["victim"])
		}
		if child && (len(page.Notes) != 1 || !strings.Contains(page.Notes[0].Text.Reveal(), "FalsePromises") || !strings.Contains(page.Notes[0].Text.Reveal(), "ForcedLabour")) {
			t.Errorf("the note: %+v", page.Notes)
		}
	}
}

// Who may not record a concern looks at nothing and opens nothing; a table with something
// to mend opens nothing at all; sent twice it is one act.
func TestATableIsTakenInWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := desk.CasesInput{Key: w.k(), Text: withheld.New(caseTable)}
	if _, err := w.desk.ReadCases(t.Context(), w.admin, in); !isWithheld(err) {
		t.Errorf("an administrator looks at a table: %v", err)
	}
	if _, err := w.desk.TakeCasesIn(t.Context(), w.admin, in); !isWithheld(err) {
		t.Errorf("an administrator opens files: %v", err)
	}
	bad := desk.CasesInput{Key: w.k(), Text: withheld.New(caseTable + "Ли,Анна,30.11.1990,Feminine,,,,,\n")}
	read, err := w.desk.ReadCases(t.Context(), w.inspector, bad)
	if err != nil || !read.Stopped || len(read.Rows) != 0 {
		t.Errorf("%+v, %v", read, err)
	}
	if _, err := w.desk.TakeCasesIn(t.Context(), w.inspector, bad); fault.Of(err).Kind != fault.Invalid {
		t.Errorf("a table with a day that is none: %v", err)
	}
	if n := len(w.files()); n != 0 {
		t.Fatalf("%d files were opened by what was refused", n)
	}
	for range 2 {
		w.must(w.desk.TakeCasesIn(t.Context(), w.inspector, in))
	}
	if n := len(w.files()); n != 2 {
		t.Errorf("sent twice: %d files", n)
	}
}

// Somebody who has a file that this worker may open is pointed out before anything is opened.
func TestWhoHasAFileIsPointedOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.named()
	table := "prs_SecondName,prs_Birthdate,prs_Gender\n" + planted + ",2011-05-01,Feminine\n"
	read, err := w.desk.ReadCases(t.Context(), w.inspector, desk.CasesInput{Key: w.k(), Text: withheld.New(table)})
	if err != nil || len(read.Rows) != 1 || len(read.Rows[0].Alike) != 1 || read.Rows[0].Alike[0].File != file {
		t.Errorf("%+v, %v", read.Rows, err)
	}
	read, err = w.desk.ReadCases(t.Context(), w.border, desk.CasesInput{Key: w.k(), Text: withheld.New(table)})
	if err != nil || len(read.Rows) != 1 || len(read.Rows[0].Alike) != 0 {
		t.Errorf("to a body that has nothing to do with her: %+v, %v", read.Rows, err)
	}
}

// Who the person is leaves only with an opening of it, and only by whom it may be shown.
func TestACaseLeavesWithANameOnlyWhereItMayBeShown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.named()
	openings := func() (n int) {
		page, err := w.desk.File(t.Context(), w.inspector, file, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range page.Openings {
			if o.What == "identity" {
				n++
			}
		}
		return n
	}
	before := openings()
	covered := w.record(file, false)
	if covered["prs_SecondName"]+covered["prs_Birthdate"]+covered["prs_Citizenship"] != "" || covered["prs_Gender"] != "Feminine" || openings() != before {
		t.Errorf("without who she is: %v", covered)
	}
	if named := w.record(file, true); named["prs_SecondName"] != planted || named["prs_Birthdate"] != "2011-05-01" || named["prs_Citizenship"] != "UZ" || openings() != before+1 {
		t.Errorf("with who she is: %v, %d openings", named, openings()-before)
	}
	for name, who := range map[string]bool{"named": true, "covered": false} {
		if _, err := w.desk.CaseRecord(t.Context(), w.shelter2, file, who); !isWithheld(err) {
			t.Errorf("%s, to a body that has nothing to do with her: %v", name, err)
		}
	}
}

// Every sign that a code of the standard goes with is one of this country's list.
func TestSignsOfTheStandardAreOnTheList(t *testing.T) {
	t.Parallel()
	p, err := country()
	if err != nil {
		t.Fatal(err)
	}
	var have []string
	for _, set := range p.Criteria.Sets {
		for _, i := range set.Indicators {
			have = append(have, i.ID)
		}
	}
	for _, s := range htcds.Signs() {
		if !slices.Contains(have, s) {
			t.Errorf("%s is no sign of the pack", s)
		}
	}
}
