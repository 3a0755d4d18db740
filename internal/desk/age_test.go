package desk_test

import (
	"testing"
	"time"

	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/id"
	"pana/internal/store"
	"pana/internal/withheld"
)

// The law reads the age on the day. She was under fourteen when she was found;
// birthdays make her under eighteen and an adult, the day they come and not
// before; whose age nobody is sure of stays on the child's path.
func TestABirthdayChangesTheBand(t *testing.T) {
	t.Parallel()
	w := newWorldAt(t, time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC))
	open := func(known, age, born string) id.File {
		file := id.File(w.must(w.desk.RecordConcern(t.Context(), w.inspector, desk.ConcernInput{
			Key: w.k(), Safety: "not_safe", Age: age, AgeKnown: known, Sex: "female", CallName: withheld.New("A"), Consent: "child", Region: region,
		})).Args["file"])
		if born != "" {
			w.must(w.desk.AddIdentity(t.Context(), w.inspector, desk.IdentityInput{Key: w.k(), File: file, Name: withheld.New("Planted"), Born: withheld.New(born)}))
		}
		return file
	}
	girl, said, unsure := open("under_18", "13", "2012-11-25"), open("under_18", "17", ""), open("not_sure", "17", "")
	band := func(file id.File) string {
		t.Helper()
		if err := w.desk.AllDaily(t.Context()); err != nil {
			t.Fatal(err)
		}
		ref := casework.Ref{Kind: casework.FileStream, ID: string(file)}
		l, err := w.store.View(t.Context(), ref)
		if err != nil {
			t.Fatal(err)
		}
		f := store.As[*casework.File](l, ref)
		if fact := f.Situation.Value("age"); fact != f.AgeBand {
			t.Errorf("the rules read %s, the row says %s", fact, f.AgeBand)
		}
		return f.AgeBand
	}
	day := 24 * time.Hour
	for _, row := range []struct {
		why  string
		wait time.Duration
		file id.File
		want string
	}{
		{"two days before she is fourteen", 0, girl, "under_14"},
		{"the day before", day, girl, "under_14"},
		{"the day", day, girl, "under_18"},
		{"a year after seventeen was said", 366 * day, said, "adult"},
		{"whose age nobody is sure of", 0, unsure, band(unsure)},
		{"four years on", 3*365*day + day, girl, "adult"},
	} {
		w.push(row.wait)
		if got := band(row.file); got != row.want {
			t.Errorf("%s: %s, not %s", row.why, got, row.want)
		}
	}
	if band(unsure) == "adult" {
		t.Error("a doubt grew up by itself")
	}
	w.agrees()
}
