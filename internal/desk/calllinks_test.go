package desk_test

import (
	"bytes"
	"database/sql"
	"os"
	"slices"
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/desk"
	"pana/internal/id"
	"pana/internal/store"
	"pana/internal/withheld"
)

// rings takes a call from a number and says how often its caller rang before.
func (w *world) rings(who access.Who, number string) (id.Signal, desk.RangBefore) {
	w.t.Helper()
	in := waiting()
	in.Number, in.From = withheld.Text{}, withheld.New(number)
	signal := w.call(who, in)
	return signal, w.before(who, signal)
}

func (w *world) before(who access.Who, signal id.Signal) desk.RangBefore {
	w.t.Helper()
	v, err := w.desk.Call(w.t.Context(), who, signal)
	if err != nil {
		w.t.Fatal(err)
	}
	return v.Before
}

// linked says whether a call has a link in the database.
func (w *world) linked(body id.Body, signal id.Signal) bool {
	w.t.Helper()
	kept, err := w.store.CallLinks(w.t.Context(), body, "")
	if err != nil {
		w.t.Fatal(err)
	}
	return slices.ContainsFunc(kept, func(l store.CallLink) bool { return l.Signal == signal })
}

const day = 24 * time.Hour

// Off until the duty officer switches it on; then within ninety days, for one
// number in any spelling, at one hotline; and nothing once it is off or the day's
// key is destroyed.
func TestCallersWhoRingAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	operator := w.helpline("operator")
	duty, other := operator, w.helpline("duty_officer")
	duty.Role = "duty_officer"
	const number = "+7 701 555 84 31"
	w.rings(operator, number)
	if _, before := w.rings(operator, number); before.N != 0 {
		t.Errorf("linked although nobody switched it on: %+v", before)
	}
	if _, err := w.desk.LinkCallers(ctx, operator, desk.LinkingInput{Key: w.k(), On: true}); !isWithheld(err) {
		t.Errorf("an operator switches it on: %v", err)
	}
	for _, who := range []access.Who{duty, other} {
		w.must(w.desk.LinkCallers(ctx, who, desk.LinkingInput{Key: w.k(), On: true}))
	}
	first, before := w.rings(operator, number)
	if before.N != 0 {
		t.Errorf("calls from before it was on: %+v", before)
	}
	w.push(day)
	second, before := w.rings(operator, "8 (701) 555-84-31")
	if before.N != 1 || before.Ring != "daytime" || before.Say != "survey" || before.Last.IsZero() {
		t.Errorf("the next day, written otherwise: %+v", before)
	}
	if _, before := w.rings(operator, "+7 701 555 84 32"); before.N != 0 {
		t.Errorf("another number: %+v", before)
	}
	if _, before := w.rings(other, number); before.N != 0 {
		t.Errorf("another hotline: %+v", before)
	}
	w.must(w.desk.NotTheSame(ctx, operator, desk.UnlinkInput{Key: w.k(), Signal: second}))
	if before := w.before(operator, second); before.N != 0 {
		t.Errorf("it is somebody else: %+v", before)
	}
	w.push(88 * day) // day 89 after the first
	third, before := w.rings(operator, number)
	if before.N != 1 {
		t.Errorf("on the ninetieth day: %+v", before)
	}
	w.push(day)
	if before := w.before(operator, third); before.N != 0 {
		t.Errorf("the call of the ninety-first day ago is still told: %+v", before)
	}
	if err := w.desk.ForgetCallers(ctx); err != nil {
		t.Fatal(err)
	}
	begun := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	if _, held := w.store.Keys().Held(store.LinkSecret(begun)); held {
		t.Error("the key of the first day is not destroyed in memory")
	}
	kept, err := w.store.KEKs(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range kept {
		if k.ID == "secret/"+store.LinkSecret(begun) {
			t.Error("the key of the first day is not destroyed in the database")
		}
	}
	if w.linked(operator.Body, first) || !w.linked(operator.Body, third) {
		t.Error("the first call's link is there, or the last one's is not")
	}
	w.must(w.desk.LinkCallers(ctx, duty, desk.LinkingInput{Key: w.k()}))
	if w.linked(operator.Body, third) {
		t.Error("switched off, and not forgotten")
	}
	for _, file := range []string{w.path, w.path + "-wal"} {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, digits := range []string{"7015558431", "701 555 84 31", "701555"} {
			if bytes.Contains(content, []byte(digits)) || bytes.Contains(w.log.Bytes(), []byte(digits)) {
				t.Errorf("%s is kept in clear", digits)
			}
		}
	}
	w.agrees()
}

// Who has the database and not the keys of the days reads that calls were linked, and
// not which of them are alike: no two rows have anything in common but the hotline and
// the day, whoever rang and how often.
func TestNobodyReadsLinksFromTheDatabase(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	operator := w.helpline("operator")
	duty := operator
	duty.Role = "duty_officer"
	w.must(w.desk.LinkCallers(t.Context(), duty, desk.LinkingInput{Key: w.k(), On: true}))
	const number = "+7 701 555 84 31"
	var last desk.RangBefore
	for range 3 { // the same caller thrice, twice on one day; and another between
		_, last = w.rings(operator, number)
		w.rings(operator, "+7 701 555 84 32")
		w.push(15 * time.Hour)
	}
	if last.N != 2 {
		t.Fatalf("rang %d times before", last.N)
	}
	db, err := sql.Open("sqlite3", "file:"+w.path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), `select hex(tag), caller from call_links`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	seen, n := map[string]bool{}, 0
	for rows.Next() {
		var tag, caller string
		if err := rows.Scan(&tag, &caller); err != nil {
			t.Fatal(err)
		}
		n++
		for _, word := range []string{tag, caller} {
			if len(word) != 32 || seen[word] {
				t.Errorf("%q stands in two rows, or says how long what was sealed is", word)
			}
			seen[word] = true
		}
	}
	if err := rows.Err(); err != nil || n != 6 {
		t.Errorf("%d links, %v", n, err)
	}
}
