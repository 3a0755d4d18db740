package storetest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"pana/internal/access"
	"pana/internal/auth"
	"pana/internal/casework"
	"pana/internal/id"
	"pana/internal/store"
)

// lines writes one line to each of n pads: regions r0..r2, bodies b0..b3, and a
// due time for two of three.
func (w *World) lines(n int) {
	w.T.Helper()
	for i := range n {
		line := Wrote{Name: fmt.Sprint("l", i), Region: fmt.Sprint("r", i%3), Body: fmt.Sprint("b", i%4)}
		if i%3 != 0 {
			line.Due = start.Add(time.Duration(i%5) * time.Minute)
		}
		_, err := Write(w.S, fmt.Sprint("line", i), Ref(i), line)
		w.must(err)
	}
}

func (w *World) names(q store.Query) string {
	w.T.Helper()
	page, err := w.S.List(context.Background(), "pad_lines", q)
	w.must(err)
	var out []string
	for _, r := range page.Rows {
		out = append(out, r.Text("name"))
	}
	if len(out) != page.Total {
		w.T.Errorf("%d rows, total %d", len(out), page.Total)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func scopes(w *World) {
	w.lines(8) // l0 r0 b0 … l7 r1 b3
	b1 := access.Related{Body: "b1", Relations: []string{"asked", "provider"}}
	r0 := access.In{Column: "region", Values: []string{"r0"}}
	for _, row := range []struct {
		why, want string
		scope     access.Scope
	}{
		{"nobody asked access", "", nil},
		{"none", "", access.None{}},
		{"all", "l0 l1 l2 l3 l4 l5 l6 l7", access.All{}},
		{"an empty and is all", "l0 l1 l2 l3 l4 l5 l6 l7", access.And{}},
		{"an empty or is none", "", access.Or{}},
		{"in a region", "l0 l3 l6", r0},
		{"in no region", "", access.In{Column: "region"}},
		{"related", "l1 l5", b1},
		{"related in a way it is not", "", access.Related{Body: "b1", Relations: []string{"provider"}}},
		{"related in no way", "", access.Related{Body: "b1"}},
		{"both", "", access.And{r0, b1}},
		{"either", "l0 l1 l3 l5 l6", access.Or{r0, b1}},
		{"not", "l1 l2 l4 l5 l7", access.Not{Scope: r0}},
		{"not related", "l0 l2 l3 l4 l6 l7", access.Not{Scope: b1}},
		{"a value that is SQL is a value", "", access.In{Column: "region", Values: []string{"r0') or ('1'='1"}}},
	} {
		if got := w.names(store.Query{Scope: row.scope, RowByRow: true}); got != row.want {
			w.T.Errorf("%s, asked row by row: %q, want %q", row.why, got, row.want)
		}
		if got := w.names(store.Query{Scope: row.scope}); got != row.want {
			w.T.Errorf("%s: %q, want %q", row.why, got, row.want)
		}
	}
	for _, row := range []struct {
		why, want string
		filter    store.Filter
	}{
		{"due", "l1 l2 l4 l5 l7", store.Where("due", store.Set)},
		{"not due", "l0 l3 l6", store.Where("due", store.Unset)},
		{"due by", "l1 l5", store.Where("due", store.Until, start.Add(time.Minute))},
		{"one of", "l1 l2", store.Where("name", store.OneOf, "l1", "l2", "l9")},
		{"one of none", "", store.Where("name", store.OneOf)},
	} {
		if got := w.names(store.Query{Scope: access.All{}, Where: []store.Filter{row.filter}}); got != row.want {
			w.T.Errorf("%s: %q, want %q", row.why, got, row.want)
		}
	}
	either := store.Query{Scope: access.All{}, Any: []store.Filter{store.Where("name", store.Is, "l1"), store.Where("region", store.Is, "r0")}}
	if got := w.names(either); got != "l0 l1 l3 l6" {
		w.T.Errorf("any: %q", got)
	}
	uncounted, err := w.S.List(context.Background(), "pad_lines", store.Query{Scope: r0, NoTotal: true, Limit: 2})
	w.must(err)
	if len(uncounted.Rows) != 2 || uncounted.Total != 0 || uncounted.Next == "" || uncounted.Rows[0].Text("region") != "r0" {
		w.T.Errorf("without counting: %+v", uncounted)
	}
	if n, err := w.S.Count(context.Background(), "pad_lines", store.Query{Scope: r0}); n != 3 || err != nil {
		w.T.Errorf("count = %d, %v", n, err)
	}
	named := store.Query{Scope: access.All{}, Where: []store.Filter{store.Where("name", store.OneOf, "l1", "l2")}}
	if n, err := w.S.Counts(context.Background(), "pad_lines", store.Query{Scope: r0}, named, store.Query{}, store.Query{Scope: r0, Limit: 2}); err != nil || !slices.Equal(n, []int{3, 2, 0, 2}) {
		w.T.Errorf("counts = %d, %v", n, err)
	}
}

func unknownColumns(w *World) {
	ctx := context.Background()
	for _, row := range []struct {
		why   string
		query store.Query
	}{
		{"a scope over a column that is not", store.Query{Scope: access.In{Column: "colour", Values: []string{"x"}}}},
		{"a scope over a sealed column", store.Query{Scope: access.In{Column: "text", Values: []string{"x"}}}},
		{"the same inside a not", store.Query{Scope: access.Not{Scope: access.In{Column: "text", Values: []string{"x"}}}}},
		{"a scope that is SQL", store.Query{Scope: access.In{Column: "name = 'x' or 1", Values: []string{"1"}}}},
		{"a filter on a sealed column", store.Query{Scope: access.All{}, Where: []store.Filter{store.Where("text", store.Set)}}},
		{"an order by a sealed column", store.Query{Scope: access.All{}, Sort: []store.Order{{Column: "text"}}}},
		{"a filter with an operator of its own", store.Query{Scope: access.All{}, Where: []store.Filter{store.Where("name", "like", "x")}}},
	} {
		_, err := w.S.List(ctx, "pad_lines", row.query)
		if err == nil {
			w.T.Errorf("%s: taken", row.why)
			continue
		}
		w.wantCode(err, "store.unknown_column")
	}
	_, err := w.S.List(ctx, "events", store.Query{Scope: access.All{}})
	w.wantCode(err, "store.unknown_column")
	_, err = w.S.Counts(ctx, "pad_lines", store.Query{Scope: access.In{Column: "text", Values: []string{"x"}}})
	w.wantCode(err, "store.unknown_column")
	_, err = w.S.List(ctx, "pad_lines", store.Query{Scope: access.All{}, After: "bm8"})
	w.wantCode(err, "list.cursor")
}

func pages(w *World) {
	const n = 23
	w.lines(n)
	for _, sort := range [][]store.Order{nil, {{Column: "due"}}, {{Column: "due", Down: true}}, {{Column: "region", Down: true}, {Column: "due"}}} {
		whole, err := w.S.List(context.Background(), "pad_lines", store.Query{Scope: access.All{}, Sort: sort, Limit: 100})
		w.must(err)
		var got []string
		q := store.Query{Scope: access.All{}, Sort: sort, Limit: 4}
		for range n {
			page, err := w.S.List(context.Background(), "pad_lines", q)
			w.must(err)
			if page.Total != n {
				w.T.Errorf("total = %d", page.Total)
			}
			for _, r := range page.Rows {
				got = append(got, r.Text("name"))
			}
			if q.After = page.Next; q.After == "" {
				break
			}
		}
		var want []string
		for _, r := range whole.Rows {
			want = append(want, r.Text("name"))
		}
		if !slices.Equal(got, want) || len(got) != n {
			w.T.Errorf("%v: pages give %v, the whole is %v", sort, got, want)
		}
		if sort != nil && sort[0].Column == "due" {
			if last := whole.Rows[n-1]; !last.Time("due").IsZero() {
				w.T.Errorf("%v: a row without a time is not last", sort)
			}
		}
	}
}

func (w *World) enqueue(key string, e ...casework.Effect) {
	w.T.Helper()
	_, err := w.S.Change(context.Background(), store.Act{Key: key, At: start}, func(*store.Loaded) (casework.Decision, error) {
		return casework.Decision{Effects: e, Receipt: casework.Receipt{Code: "x"}}, nil
	})
	w.must(err)
}

func (w *World) claim(at time.Time, n int) []store.Job {
	w.T.Helper()
	jobs, err := w.S.Claim(context.Background(), at, time.Minute, n)
	w.must(err)
	return jobs
}

// jobsForgotten: what was done goes when its time is over; what waits, was given up, or
// is younger stays.
func jobsForgotten(w *World) {
	ctx := context.Background()
	w.enqueue("done", casework.Effect{Kind: "ring"}, casework.Effect{Kind: "ring"})
	for _, j := range w.claim(start, 10) {
		w.must(w.S.Done(ctx, j))
	}
	w.enqueue("waits", casework.Effect{Kind: "later", At: start.AddDate(1, 0, 0)})
	w.enqueue("given up", casework.Effect{Kind: "fails"})
	for _, j := range w.claim(start, 10) {
		w.must(w.S.Fail(ctx, j, start, 1, "x"))
	}
	for _, row := range []struct {
		why  string
		then time.Time
		want int
	}{{"the day before", start.AddDate(0, 0, -1), 0}, {"the day after", start.AddDate(0, 0, 1), 2}, {"once more", start.AddDate(0, 0, 1), 0}} {
		if n, err := w.S.ForgetJobs(ctx, row.then); err != nil || n != row.want {
			w.T.Errorf("%s: %d forgotten, %v, want %d", row.why, n, err, row.want)
		}
	}
	counts, err := w.S.JobCounts(ctx)
	if err != nil || counts["waiting"] != 1 || counts["failed"] != 1 || counts["done"] != 0 {
		w.T.Errorf("left: %v, %v", counts, err)
	}
}

func jobsOnce(w *World) {
	for i := range 10 {
		w.enqueue(fmt.Sprint("k", i), casework.Effect{Kind: "ring", Args: map[string]string{"file": fmt.Sprint(i)}})
	}
	w.enqueue("later", casework.Effect{Kind: "later", At: start.Add(time.Hour)})
	other := w.Open(w.T, Options())
	results := make(chan []store.Job, 8)
	for i := range cap(results) {
		s := []*store.Store{w.S, other}[i%2]
		go func() {
			jobs, err := s.Claim(context.Background(), start, time.Minute, 3)
			if err != nil {
				w.T.Error(err)
			}
			results <- jobs
		}()
	}
	seen := map[string]int{}
	for range cap(results) {
		for _, j := range <-results {
			seen[j.Args["file"]]++
		}
	}
	for _, j := range w.claim(start, 10) {
		seen[j.Args["file"]]++
	}
	for i := range 10 {
		if seen[fmt.Sprint(i)] != 1 {
			w.T.Errorf("job %d was claimed %d times", i, seen[fmt.Sprint(i)])
		}
	}
	if jobs := w.claim(start.Add(30*time.Second), 10); len(jobs) != 0 {
		w.T.Errorf("%d jobs claimed while they are lent", len(jobs))
	}
	if jobs := w.claim(start.Add(2*time.Hour), 99); len(jobs) != 11 {
		w.T.Errorf("%d jobs after the leases ended, and one that was for later", len(jobs))
	}
}

func jobsComeBack(w *World) {
	ctx := context.Background()
	w.enqueue("k", casework.Effect{Kind: "ring"})
	first := w.claim(start, 1)[0]
	w.must(w.S.Fail(ctx, first, start, 3, "notify.no_answer"))
	if jobs := w.claim(start, 1); len(jobs) != 0 {
		w.T.Error("a failed job came back at once")
	}
	second := w.claim(start.Add(time.Hour), 1)[0]
	if second.Attempts != 2 {
		w.T.Errorf("attempts = %d", second.Attempts)
	}
	third := w.claim(start.Add(3*time.Hour), 1)[0] // the second's lease ended
	w.wantCode(w.S.Done(ctx, second), "job.lease_lost")
	w.must(w.S.Fail(ctx, third, start, 3, "notify.no_answer"))
	counts, err := w.S.JobCounts(ctx)
	w.must(err)
	if counts["failed"] != 1 || len(counts) != 1 {
		w.T.Errorf("counts = %v", counts)
	}
	w.enqueue("k2", casework.Effect{Kind: "ring"})
	w.must(w.S.Done(ctx, w.claim(start, 1)[0]))
}

func jobsUnique(w *World) {
	once := casework.Effect{Kind: "ring", Unique: "ring/1"}
	w.enqueue("a", once, once)
	w.enqueue("b", once)
	jobs := w.claim(start, 9)
	if len(jobs) != 1 {
		w.T.Fatalf("%d jobs", len(jobs))
	}
	w.must(w.S.Done(context.Background(), jobs[0]))
	w.enqueue("c", once)
	if jobs := w.claim(start, 9); len(jobs) != 1 {
		w.T.Errorf("%d jobs after the first was done", len(jobs))
	}
}

func jobsGivenUp(w *World) {
	ctx := context.Background()
	for range 3 {
		w.must(w.S.GiveUp(ctx, "notify", map[string]string{"body": "b1"}, start, "notify.rejected"))
	}
	w.enqueue("k", casework.Effect{Kind: "ring", Unique: "ring/1"})
	w.must(w.S.Fail(ctx, w.claim(start, 9)[0], start, 1, "other.code"))
	if jobs := w.claim(start.Add(time.Hour), 9); len(jobs) != 0 {
		w.T.Errorf("%d jobs given up are tried", len(jobs))
	}
	list, err := w.S.GivenUpJobs(ctx, "notify.", 2)
	w.must(err)
	if len(list) != 2 || list[0].Args["body"] != "b1" || list[0].Code != "notify.rejected" || !list[0].Since.Equal(start) {
		w.T.Fatalf("given up: %+v", list)
	}
	w.must(w.S.Again(ctx, list[0].ID, []id.Task{list[1].ID}, start))
	w.must(w.S.Again(ctx, list[0].ID, nil, start)) // pressed twice
	jobs := w.claim(start, 9)
	if len(jobs) != 1 || jobs[0].ID != list[0].ID || jobs[0].Attempts != 1 {
		w.T.Fatalf("asked for once more: %+v", jobs)
	}
	w.must(w.S.Done(ctx, jobs[0]))
	w.must(w.S.Again(ctx, list[0].ID, nil, start))
	if jobs := w.claim(start.Add(time.Hour), 9); len(jobs) != 0 {
		w.T.Errorf("what is done is done again: %+v", jobs)
	}
	if list, err = w.S.GivenUpJobs(ctx, "notify.", 9); err != nil || len(list) != 1 {
		w.T.Errorf("left: %+v, %v", list, err)
	}
}

func signingIn(w *World) {
	ctx := context.Background()
	w.exec(`create table accounts (stream_kind text, stream_id text, left_body bigint)`)
	token := auth.Hash{1}
	w.must(w.S.AddSession(ctx, auth.Session{ID: "s1", Hash: token, Worker: "w1", CreatedAt: start, SeenAt: start}))
	w.must(w.S.TouchSession(ctx, token, start.Add(time.Minute)))
	s, left, found, err := w.S.Session(ctx, token)
	w.must(err)
	if !found || left || s.Worker != "w1" || !s.SeenAt.Equal(start.Add(time.Minute)) {
		w.T.Errorf("session = %+v, left %v, found %v", s, left, found)
	}
	back := start.Add(-time.Hour) // the clock was set
	w.must(w.S.TouchSession(ctx, token, back))
	if s, _, _, _ := w.S.Session(ctx, token); !s.SeenAt.Equal(back) || !s.CreatedAt.Equal(back) {
		w.T.Errorf("a session that began an hour from now: %+v", s)
	}
	w.exec(`insert into accounts values ('account', 'w1', 1)`)
	if _, left, _, _ := w.S.Session(ctx, token); !left {
		w.T.Error("a leaver is still in")
	}
	w.must(w.S.EndSessions(ctx, id.Worker("w1")))
	if _, _, found, _ := w.S.Session(ctx, token); found {
		w.T.Error("a session outlived its end")
	}
	ownSignIns(w)
	endedByAProvider(w)
	key := auth.Hash{2}
	for i := range 3 {
		a, err := w.S.AddFailure(ctx, key, start.Add(time.Duration(i)*time.Second), start.Add(-time.Hour))
		w.must(err)
		if a.Failed != i+1 {
			w.T.Errorf("failure %d counted as %d", i+1, a.Failed)
		}
	}
	if a, err := w.S.AddFailure(ctx, key, start.Add(time.Hour), start.Add(time.Minute)); err != nil || a.Failed != 1 {
		w.T.Errorf("old failures count: %+v, %v", a, err)
	}
	for _, by := range []time.Duration{time.Minute, 2 * time.Minute} { // back by the first, and never forward
		w.must(w.S.FailedBy(ctx, key, start.Add(by)))
		if a, err := w.S.Attempts(ctx, key); err != nil || a.Failed != 1 || !a.LastAt.Equal(start.Add(time.Minute)) {
			w.T.Errorf("set back to %v: %+v, %v", by, a, err)
		}
	}
	w.must(w.S.ClearFailures(ctx, key))
	if a, err := w.S.Attempts(ctx, key); err != nil || a.Failed != 0 {
		w.T.Errorf("attempts = %+v, %v", a, err)
	}
	for _, day := range []time.Time{start, start.Add(48 * time.Hour), start.Add(24 * time.Hour)} {
		w.must(w.S.UseCredential(ctx, "m1", day))
	}
	days, err := w.S.CredentialDays(ctx)
	w.must(err)
	if len(days) != 1 || !days["m1"].Equal(start.Add(48*time.Hour)) {
		w.T.Errorf("days on which credentials were used: %v", days)
	}
}
