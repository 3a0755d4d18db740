package desk_test

import (
	"slices"
	"testing"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
)

// What is taken out of Pana stands in each file, with what for; without that it is
// not given, and not for more files than somebody could look after.
func TestTakingOutIsRecorded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	girl := w.named()
	out := func(purpose string, files ...id.File) error {
		_, err := w.desk.TakeOut(t.Context(), w.inspector, desk.TakeOutInput{Key: w.k(), Purpose: purpose, Files: files})
		return err
	}
	if err := out("", girl); len(fault.Of(err).Fields) != 1 {
		t.Errorf("for nothing: %v", err)
	}
	many := make([]id.File, 201)
	for i := range many {
		many[i] = id.New[id.File](w.now())
	}
	if err := out("court", many...); len(fault.Of(err).Fields) != 1 || fault.Of(err).Fields[0].Code != "take_out.too_many" {
		t.Errorf("of 201 files: %v", err)
	}
	if err := out("court", many[0]); !isWithheld(err) {
		t.Errorf("of a file that is not there: %v", err)
	}
	for _, purpose := range []string{"court", "report", "court"} { // each is a taking out of its own, with its own number
		if err := out(purpose, girl, girl); err != nil {
			t.Fatal(err)
		}
	}
	page, err := w.desk.File(t.Context(), w.inspector, girl, "")
	taken := slices.DeleteFunc(page.Openings, func(o desk.OpeningLine) bool { return o.What != "taken_out" })
	if err != nil || len(taken) != 3 || taken[2].Purpose != "taken_court" {
		t.Errorf("the file says %+v, %v", taken, err)
	}
	if _, err := w.desk.TakeOut(t.Context(), w.admin, desk.TakeOutInput{Key: w.k(), Purpose: "court"}); !isWithheld(err) {
		t.Errorf("who reads no file: %v", err)
	}
}

// Whatever leaves has a leaf of its own, with the number that the copy carries: of a
// file in the file, where the person finds it; of figures on the taker's account.
func TestEachCopyHasALeafOfItsOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	girl := w.named()
	inspector := w.hired(w.inspector, "taker", w.inspector.Role)
	numbered := func(ref casework.Ref) (out []uint64) {
		chain, err := w.store.ChainOf(t.Context(), ref, func(uint64) bool { return false })
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range chain.Links {
			out = append(out, l.Header.Number)
		}
		return out
	}
	seen := map[uint64]bool{}
	for _, of := range []desk.Taking{{What: "overdue"}, {What: "overdue"}, {What: "paper", File: girl}, {What: "paper", File: girl}} {
		mark, err := w.desk.Take(t.Context(), inspector, of)
		if err != nil || mark.Body != inspector.Body || mark.At.IsZero() || seen[mark.N] {
			t.Fatalf("%+v: %+v, %v", of, mark, err)
		}
		seen[mark.N] = true
		ref := casework.Ref{Kind: casework.AccountStream, ID: string(inspector.Worker)}
		if of.File != "" {
			ref = casework.Ref{Kind: casework.FileStream, ID: string(girl)}
		}
		if !slices.Contains(numbered(ref), mark.N) {
			t.Errorf("%+v: no leaf %d", of, mark.N)
		}
	}
	page, err := w.desk.File(t.Context(), inspector, girl, "")
	taken := slices.DeleteFunc(page.Openings, func(o desk.OpeningLine) bool { return o.What != "taken_out" })
	if err != nil || len(taken) != 2 || taken[0].Purpose != "taken_paper" {
		t.Errorf("the file says %+v, %v", taken, err)
	}
	for why, of := range map[string]desk.Taking{"no such file": {What: "paper", File: id.New[id.File](w.now())}, "no such referral": {What: "card", Referral: id.New[id.Referral](w.now())}} {
		if mark, err := w.desk.Take(t.Context(), inspector, of); !isWithheld(err) || mark.N != 0 {
			t.Errorf("%s: %+v, %v", why, mark, err)
		}
	}
	if _, err := w.desk.Take(t.Context(), access.Who{Worker: id.New[id.Worker](w.now()), Body: inspector.Body}, desk.Taking{What: "overdue"}); !isWithheld(err) {
		t.Errorf("who has no account: %v", err)
	}
}
