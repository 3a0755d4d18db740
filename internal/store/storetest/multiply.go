package storetest

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/store"
	"pana/internal/withheld"
)

// from is a small store to copy: pads whose lines speak of the pad, of one that is
// copied as it is, and of a name.
func (w *World) from() *store.Store {
	body := casework.Ref{Kind: casework.BodyStream, ID: Ref(900).ID}
	_, err := Write(w.S, "body", body, Wrote{Name: "body"})
	w.must(err)
	for i := range 4 {
		_, err := Write(w.S, fmt.Sprint("first", i), Ref(i), Wrote{Name: "said", Text: withheld.New("Anna of the kettle"), Body: body.ID})
		w.must(err)
		for n := range i {
			_, err := Write(w.S, fmt.Sprint("more", i, n), Ref(i), Wrote{Name: fmt.Sprint(n), Region: Ref(i).ID})
			w.must(err)
		}
	}
	return w.S
}

// pads are some of them.
func (w *World) pads() []casework.Ref {
	page, err := w.S.List(context.Background(), "pads", store.Query{Scope: access.All{}, Where: []store.Filter{store.Where("count_all", store.From, 1)}})
	w.must(err)
	return slices.DeleteFunc(page.Refs(), func(r casework.Ref) bool { return r.Kind != casework.FileStream })
}

// toy is a multiplication of the toy's pads.
func toy(from *store.Store, files, events int) store.Multiplying {
	return store.Multiplying{
		From: from, Kind: casework.FileStream, Files: files, Events: events, Whole: []casework.Kind{casework.BodyStream},
		Texts: func(_ casework.State, r *rand.Rand) []string {
			return []string{`"Anna of the kettle"`, fmt.Sprintf(`"Nobody %d"`, r.IntN(1e9))}
		},
	}
}

// multiplied: many are made of few, each with a name, ids and keys of its own, and
// all of it verifies.
func multiplied(w *World) {
	ctx := context.Background()
	to := w.another()
	done, err := to.S.Multiply(ctx, toy(w.from(), 603, 0))
	w.must(err)
	if done.Files != 603 || done.Templates != 4 || done.LeftOut != 0 {
		w.T.Errorf("done = %+v", done)
	}
	if r := to.verify(); int64(r.Leaves) != done.Events || r.Streams != 604 {
		w.T.Errorf("report = %+v, done = %+v", r, done)
	}
	sample, err := to.S.VerifySample(ctx, casework.FileStream, 20, rand.New(rand.NewPCG(1, 1)))
	w.must(err)
	if sample.Streams != 20 || sample.Leaves < 20 || sample.Rows < 20 {
		w.T.Errorf("sample = %+v", sample)
	}
	names := map[string]bool{}
	w.must(to.S.Rebuild(ctx, nil))
	for _, ref := range to.pads() {
		pad := to.pad(ref)
		if said := pad.Lines["said"]; said.Body != Ref(900).ID || !strings.HasPrefix(said.Text.Reveal(), "Nobody ") {
			w.T.Fatalf("a copy says %q of %s", said.Text.Reveal(), said.Body)
		}
		if line, ok := pad.Lines["0"]; ok && line.Region != ref.ID {
			w.T.Errorf("%s speaks of %s", ref.ID, line.Region)
		}
		names[pad.Lines["said"].Text.Reveal()] = true
	}
	if len(names) < 40 {
		w.T.Errorf("%d names among fifty pads", len(names))
	}
	_, err = Write(to.S, "after", to.pads()[0], Wrote{Name: "after"})
	w.must(err)
	to.verify()
}

// tamperedSample: a sample finds what was changed in what it draws.
func tamperedSample(w *World) {
	ctx := context.Background()
	to := w.another()
	_, err := to.S.Multiply(ctx, toy(w.from(), 8, 0))
	w.must(err)
	all := func() error {
		_, err := to.S.VerifySample(ctx, casework.FileStream, 8, rand.New(rand.NewPCG(1, 1)))
		return err
	}
	w.must(all())
	for _, q := range []string{`update events set recorded_at = recorded_at + 1`, `update pads set count_all = 77`, `delete from pad_lines`, `update tiles set hashes = leaf from events where events.n = 0`} {
		undo := to.snapshot()
		to.exec(q)
		if err := all(); err == nil {
			w.T.Errorf("not found: %s", q)
		} else {
			w.wantCode(err, "verify.mismatch")
		}
		undo()
	}
}

// wantedEvents: long and short lives are mixed until they come to a number.
func wantedEvents(w *World) {
	for _, row := range []struct {
		why         string
		files, want int
		least, most int64
	}{
		{"fewer than they come to of themselves", 200, 330, 320, 340},
		{"more", 200, 660, 650, 670},
	} {
		to := w.another()
		done, err := to.S.Multiply(context.Background(), toy(w.from(), row.files, row.want))
		w.must(err)
		if done.Events-1 < row.least || done.Events-1 > row.most {
			w.T.Errorf("%s: %d events for %d", row.why, done.Events, row.want)
		}
	}
}

// interrupted: it goes on after the last transaction, and what comes of it is what
// would have come of one run; a store that is another's is refused.
func interrupted(w *World) {
	from, to := w.from(), w.another()
	ctx, stop := context.WithCancel(context.Background())
	m := toy(from, 1100, 0)
	m.Progress = func(done, total int64) {
		if done > total/3 {
			stop()
		}
	}
	if _, err := to.S.Multiply(ctx, m); err == nil {
		w.T.Fatal("it was not interrupted")
	}
	_, err := to.S.Multiply(context.Background(), toy(from, 1100, 0))
	w.must(err)
	if r := to.verify(); r.Streams != 1101 {
		w.T.Errorf("report = %+v", r)
	}
	_, err = to.S.Multiply(context.Background(), toy(from, 1150, 0))
	w.wantCode(err, "store.not_empty")
	_, err = w.S.Multiply(context.Background(), toy(from, 10, 0))
	w.wantCode(err, "store.not_empty")
}

// rebuiltTheSame: the rows that a rebuild makes are those that the acts wrote, and
// so are the keys and indexes of their tables.
func rebuiltTheSame(w *World) {
	w.fill(40)
	before := w.dump()
	w.must(w.S.Rebuild(context.Background(), nil))
	if after := w.dump(); !slices.Equal(before, after) {
		w.T.Errorf("before:\n%s\nafter:\n%s", strings.Join(before, "\n"), strings.Join(after, "\n"))
	}
	w.verify()
}

// dump is every row of every index table but what is sealed, which is never twice the
// same, and how the tables are keyed and indexed.
func (w *World) dump() (out []string) {
	w.exec(`select 1`)
	shape := `select sql from sqlite_master where sql is not null order by sql`
	if w.Postgres() {
		shape = `select indexdef from pg_indexes where schemaname = 'public' order by indexdef`
	}
	for _, q := range append([]string{shape}, dumped()...) {
		rows, err := w.raw.Query(q)
		w.must(err)
		out = append(out, texts(w, rows)...)
	}
	return out
}

func dumped() (out []string) {
	for _, t := range (Model{}).Tables() {
		columns := []string{"stream_kind", "stream_id"}
		for _, c := range t.Columns {
			if !c.Sealed {
				columns = append(columns, c.Name)
			}
		}
		list := strings.Join(columns, ", ")
		out = append(out, "select "+list+" from "+t.Name+" order by "+list)
	}
	return out
}

func texts(w *World, rows *sql.Rows) (out []string) {
	defer rows.Close()
	columns, err := rows.Columns()
	w.must(err)
	for rows.Next() {
		values := make([]any, len(columns))
		into := make([]any, len(columns))
		for i := range into {
			into[i] = &values[i]
		}
		w.must(rows.Scan(into...))
		out = append(out, fmt.Sprint(values...))
	}
	w.must(rows.Err())
	return out
}
