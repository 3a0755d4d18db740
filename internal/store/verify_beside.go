package store

import (
	"context"
	"encoding/json"
	"slices"

	"pana/internal/casework"
)

// beside compares what lies beside the events and is not made from them: the
// receipts, by which an act done twice is one act, the jobs that acts left, and the
// chunks of documents.
// A receipt that is gone or another's would let an act happen twice, or answer
// somebody with what is not theirs.
func (v *verifier) beside(ctx context.Context) error {
	for _, look := range []struct{ what, query string }{
		{"missing", `select e.n, e.stream_kind, e.stream_id from events e left join receipts r on r.act_key = e.act_key
			where r.act_key is null order by e.n limit 1`},
		{"different", `select e.n, e.stream_kind, e.stream_id from events e join receipts r on r.act_key = e.act_key
			where r.worker <> e.worker or r.recorded_at <> e.recorded_at order by e.n limit 1`},
	} {
		var n int64
		var ref casework.Ref
		found, err := v.c.one(ctx, []any{&n, &ref.Kind, &ref.ID}, look.query)
		if err != nil {
			return err
		}
		if found {
			return mismatch("receipts", look.what, n, ref)
		}
	}
	if err := v.receipts(ctx); err != nil {
		return err
	}
	if err := v.jobs(ctx); err != nil {
		return err
	}
	return v.blobs(ctx)
}

// receipts each name the last leaf of their act.
func (v *verifier) receipts(ctx context.Context) error {
	const q = `select r.receipt, coalesce(max(e.n), 0) from receipts r left join events e on e.act_key = r.act_key group by r.act_key, r.receipt`
	return v.c.walk(ctx, asRows(func(r rowScanner) error {
		var text string
		var last int64
		if err := r.Scan(&text, &last); err != nil {
			return err
		}
		var receipt casework.Receipt
		if json.Unmarshal([]byte(text), &receipt) != nil {
			return mismatch("receipts", "unreadable", last, casework.Ref{})
		}
		if int64(receipt.N) != last {
			return mismatch("receipts", "different", last, casework.Ref{})
		}
		return nil
	}), q)
}

var jobStates = []string{"waiting", "done", "failed"}

// jobs can be read and are in a state that there is: one that is not would wait
// for ever.
func (v *verifier) jobs(ctx context.Context) error {
	return v.c.walk(ctx, asRows(func(r rowScanner) error {
		var args, state string
		if err := r.Scan(&args, &state); err != nil {
			return err
		}
		var read map[string]string
		switch {
		case json.Unmarshal([]byte(args), &read) != nil:
			return mismatch("jobs", "unreadable", -1, casework.Ref{})
		case !slices.Contains(jobStates, state):
			return mismatch("jobs", "different", -1, casework.Ref{})
		}
		return nil
	}), `select args, state from jobs`)
}
