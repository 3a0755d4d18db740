package desk_test

import (
	"encoding/json"
	"strings"
	"testing"

	"pana/internal/desk"
	"pana/internal/ledger"
)

// The list of openings holds together for somebody who has nothing but the public
// key, and does not once a line is taken out, moved or changed.
func TestOpeningsThatAreProved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	girl := w.named()
	for range 3 {
		if _, err := w.desk.ShowIdentity(t.Context(), w.inspector, girl); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.desk.Openings(t.Context(), w.admin, girl); !isWithheld(err) {
		t.Errorf("who reads no file: %v", err)
	}
	if _, _, err := w.desk.TakeOpenings(t.Context(), w.admin, desk.TakeOpeningsInput{Key: w.k(), File: girl, Purpose: "court"}); !isWithheld(err) {
		t.Errorf("who reads no file takes it out: %v", err)
	}
	var text []byte
	for _, purpose := range []string{"court", "for_the_person"} {
		var err error
		if text, _, err = w.desk.TakeOpenings(t.Context(), w.inspector, desk.TakeOpeningsInput{Key: w.k(), File: girl, Purpose: purpose, Limits: "not all"}); err != nil {
			t.Fatal(err)
		}
	}
	view, err := w.desk.Openings(t.Context(), w.inspector, girl)
	if err != nil || len(view.Lines) < 3 || view.Lines[0].Previous == "" || view.Lines[len(view.Lines)-1].What != "taken_out" {
		t.Fatalf("the page has %+v, %v", view, err)
	}
	_, key, err := w.store.LatestCheckpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got, err := ledger.CheckOpenings(text, key)
	if err != nil || got.Openings != len(view.Lines) || got.Leaves != view.Leaves {
		t.Fatalf("checked %+v, %v", got, err)
	}
	for _, row := range []struct {
		why    string
		change func(*ledger.OpeningsFile)
	}{
		{"an opening gone, and its number with it", func(f *ledger.OpeningsFile) {
			n := f.Openings[0].Number
			f.Openings = f.Openings[1:]
			f.Leaves = append(f.Leaves[:n-1:n-1], f.Leaves[n:]...)
		}},
		{"another leaf in the place of one", func(f *ledger.OpeningsFile) {
			f.Leaves[f.Openings[0].Number-2] = f.Leaves[len(f.Leaves)-1]
		}},
		{"an hour later", func(f *ledger.OpeningsFile) { f.Openings[0].At = strings.Replace(f.Openings[0].At, "T", "T1", 1) }},
		{"two lines changed about", func(f *ledger.OpeningsFile) { f.Openings[0], f.Openings[1] = f.Openings[1], f.Openings[0] }},
		{"a proof too short", func(f *ledger.OpeningsFile) { f.Openings[0].Proof = f.Openings[0].Proof[1:] }},
		{"signed by nobody", func(f *ledger.OpeningsFile) { f.Checkpoint = strings.Replace(f.Checkpoint, "— ", "— x", 1) }},
		{"another kind of file", func(f *ledger.OpeningsFile) { f.Format = "pana openings 2" }},
	} {
		var f ledger.OpeningsFile
		if err := json.Unmarshal(text, &f); err != nil {
			t.Fatal(err)
		}
		row.change(&f)
		changed, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ledger.CheckOpenings(changed, key); err == nil {
			t.Errorf("%s: believed", row.why)
		}
	}
}
