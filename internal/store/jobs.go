package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"time"

	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
)

// Job is an effect whose time has come, lent to one worker until Lease ends.
type Job struct {
	ID       id.Task
	Kind     string
	Args     map[string]string
	Attempts int       // with this one
	RunAt    time.Time // when it was due
	lease    string
}

type job struct {
	id, kind, args, unique string
	run, created           int64
}

var jobShape = &shape{
	table: "jobs", key: 1, keep: true,
	columns: []string{"id", "kind", "args", "unique_key", "run_at", "created_at", "attempts", "lease", "lease_until", "state", "last_error"},
	kinds:   []columnKind{textValue, textValue, textValue, textValue, intValue, intValue, intValue, textValue, intValue, textValue, textValue},
}

func jobsOf(effects []casework.Effect, at time.Time) ([]job, error) {
	var out []job
	for _, e := range effects {
		args, err := json.Marshal(e.Args)
		if err != nil {
			return nil, err
		}
		run := at
		if e.At.After(at) {
			run = e.At
		}
		out = append(out, job{string(id.New[id.Task](at)), e.Kind, string(args), e.Unique, toMicro(run), toMicro(at)})
	}
	return out, nil
}

// insertJobs drops a job whose unique key another one is waiting under.
func insertJobs(ctx context.Context, c *conn, jobs []job) error {
	rows := make([][]any, len(jobs))
	for i, j := range jobs {
		rows[i] = []any{j.id, j.kind, j.args, j.unique, j.run, j.created, int64(0), "", int64(0), "waiting", ""}
	}
	return jobShape.insert(ctx, c, rows)
}

// Claim lends up to n jobs that are due to the caller for the time of a lease.
// Nobody else gets them before it ends; a worker that died gives them back by
// not answering.
func (s *Store) Claim(ctx context.Context, now time.Time, lease time.Duration, n int) ([]Job, error) {
	q := `update jobs set attempts = attempts + 1, lease = ?1, lease_until = ?2
		where id in (select id from jobs where state = 'waiting' and run_at <= ?3 and (lease_until <= ?3 or lease_until > ?5) order by run_at, id limit ?4` + s.d.skip + `)
		returning id, kind, args, attempts, run_at`
	token := string(id.New[id.Task](now))
	var out []Job
	err := s.writing(ctx, func(c *conn) error {
		out = nil
		return c.each(ctx, asRows(func(r rowScanner) error {
			j := Job{lease: token}
			var args string
			var run int64
			if err := r.Scan(&j.ID, &j.Kind, &args, &j.Attempts, &run); err != nil {
				return err
			}
			j.RunAt = fromMicro(run)
			out = append(out, j)
			return json.Unmarshal([]byte(args), &out[len(out)-1].Args)
		}), q, token, toMicro(now.Add(lease)), toMicro(now), int64(n), toMicro(now.Add(2*lease)))
	})
	return out, fault.At("claim jobs", err)
}

// codeLeaseLost says that the job's lease ended and another may have it.
const codeLeaseLost = "job.lease_lost"

// Done takes a job off the list for good.
func (s *Store) Done(ctx context.Context, j Job) error {
	return s.settle(ctx, j, `update jobs set state = 'done', lease_until = 0 where id = ?1 and lease = ?2 and state = 'waiting'`)
}

// DoneAll is Done for jobs that were claimed together, in one transaction: a
// sync for each would make acts wait their turn behind jobs.
func (s *Store) DoneAll(ctx context.Context, lent []Job) error {
	if len(lent) == 0 {
		return nil
	}
	const one = `update jobs set state = 'done', lease_until = 0 where lease = ?1 and state = 'waiting' and id = ?2`
	const many = `update jobs set state = 'done', lease_until = 0 where lease = ?1 and state = 'waiting' and id = any(?2)`
	var settled int64
	err := s.writing(ctx, func(c *conn) error {
		settled = 0
		if c.d.arrays {
			ids := make([]string, len(lent))
			for i, j := range lent {
				ids[i] = string(j.ID)
			}
			n, err := c.exec(ctx, many, lent[0].lease, ids)
			if err != nil {
				return err
			}
			settled = n
		} else {
			for _, j := range lent {
				n, err := c.exec(ctx, one, j.lease, string(j.ID))
				if err != nil {
					return err
				}
				settled += n
			}
		}
		return nil
	})
	if err == nil && settled < int64(len(lent)) {
		err = fault.New(fault.Conflict, codeLeaseLost)
	}
	return fault.At("settle jobs", err)
}

// Fail puts a job back, to run again after a while that doubles with each
// attempt and is never the same twice, or gives it up after the last. code is a
// code, never a message: messages quote values.
func (s *Store) Fail(ctx context.Context, j Job, now time.Time, last int, code string) error {
	if j.Attempts >= last {
		return s.settle(ctx, j, `update jobs set state = 'failed', lease_until = 0, last_error = ?3 where id = ?1 and lease = ?2 and state = 'waiting'`, code)
	}
	return s.settle(ctx, j, `update jobs set lease = '', lease_until = 0, run_at = ?3, last_error = ?4 where id = ?1 and lease = ?2 and state = 'waiting'`,
		toMicro(now.Add(backOff(j.Attempts))), code)
}

// backOff is two seconds doubled with each attempt up to an hour, give or take
// half, so that what failed together does not come back together.
func backOff(attempts int) time.Duration {
	base := min(2*time.Second<<min(attempts, 12), time.Hour)
	return base/2 + rand.N(base)
}

func (s *Store) settle(ctx context.Context, j Job, q string, more ...any) error {
	err := s.writing(ctx, func(c *conn) error {
		n, err := c.exec(ctx, q, append([]any{string(j.ID), j.lease}, more...)...)
		if err == nil && n == 0 {
			return fault.Because(errors.New(string(j.ID)), fault.Conflict, codeLeaseLost)
		}
		return err
	})
	return fault.At("settle job", err)
}

// Trouble is why jobs failed when they were last tried, how many, and since when
// the oldest of them waits.
type Trouble struct {
	Code  string
	N     int
	Since time.Time
}

// JobTroubles are those whose code begins with a prefix and that will be tried again.
func (s *Store) JobTroubles(ctx context.Context, prefix string) ([]Trouble, error) {
	var out []Trouble
	err := s.reading(ctx, func(c *conn) error {
		return c.walk(ctx, asRows(func(r rowScanner) error {
			var t Trouble
			var since int64
			err := r.Scan(&t.Code, &t.N, &since)
			t.Since = fromMicro(since)
			out = append(out, t)
			return err
		}), `select last_error, count(*), min(created_at) from jobs
			where state = 'waiting' and last_error >= ?1 and last_error < ?2 group by last_error order by last_error`, prefix, prefix+"\x7f")
	})
	return out, fault.At("jobs in trouble", err)
}

// GivenUp is a job that nobody tries any more.
type GivenUp struct {
	ID    id.Task
	Args  map[string]string
	Code  string
	Since time.Time
}

// GiveUp keeps what cannot be done as a job that nobody tries, so that it is seen,
// and is done when what stands in its way was mended.
func (s *Store) GiveUp(ctx context.Context, kind string, args map[string]string, at time.Time, code string) error {
	text, err := json.Marshal(args)
	if err != nil {
		return fault.At("give up a job", err)
	}
	row := []any{string(id.New[id.Task](at)), kind, string(text), "", toMicro(at), toMicro(at), int64(1), "", int64(0), "failed", code}
	return fault.At("give up a job", s.writing(ctx, func(c *conn) error { return jobShape.insert(ctx, c, [][]any{row}) }))
}

// GivenUpJobs are those whose code begins with a prefix, the oldest first.
func (s *Store) GivenUpJobs(ctx context.Context, prefix string, n int) ([]GivenUp, error) {
	var out []GivenUp
	err := s.reading(ctx, func(c *conn) error {
		return c.walk(ctx, asRows(func(r rowScanner) error {
			var g GivenUp
			var args string
			var since int64
			if err := r.Scan(&g.ID, &args, &g.Code, &since); err != nil {
				return err
			}
			g.Since = fromMicro(since)
			out = append(out, g)
			return json.Unmarshal([]byte(args), &out[len(out)-1].Args)
		}), `select id, args, last_error, created_at from jobs
			where state = 'failed' and last_error >= ?1 and last_error < ?2 order by created_at, id limit ?3`, prefix, prefix+"\x7f", int64(n))
	})
	return out, fault.At("jobs given up", err)
}

// Again has one job tried once more from the beginning, and takes others off the
// list that would only do the same.
func (s *Store) Again(ctx context.Context, again id.Task, instead []id.Task, now time.Time) error {
	return fault.At("try a job again", s.writing(ctx, func(c *conn) error {
		n, err := c.exec(ctx, `update jobs set state = 'waiting', unique_key = '', attempts = 0, run_at = ?2, last_error = '' where id = ?1 and state = 'failed'`, string(again), toMicro(now))
		if err != nil || n == 0 {
			return err // somebody pressed the button a second ago
		}
		for _, j := range instead {
			if _, err := c.exec(ctx, `update jobs set state = 'done' where id = ?1 and state = 'failed'`, string(j)); err != nil {
				return err
			}
		}
		return nil
	}))
}

// ForgetJobs takes away jobs that were done and are older than that: they name files
// and bodies, and nobody needs them. What waits or was given up stays. The ids of jobs
// are in the order of their making, so that only old rows are read; a few thousand go by
// one transaction, because acts wait for it.
func (s *Store) ForgetJobs(ctx context.Context, before time.Time) (n int, err error) {
	const few = 2000
	const q = `delete from jobs where id in (select id from jobs where id < ?1 and state = 'done' order by id limit ?2)`
	until := string(id.New[id.Task](before))
	for {
		var gone int64
		err := s.writing(ctx, func(c *conn) (err error) {
			gone, err = c.exec(ctx, q, until, int64(few))
			return err
		})
		n += int(gone)
		if err != nil || gone < few {
			return n, fault.At("forget jobs", err)
		}
	}
}

// JobCounts counts jobs by state, for the operator.
func (s *Store) JobCounts(ctx context.Context) (map[string]int, error) {
	out := map[string]int{}
	err := s.reading(ctx, func(c *conn) error {
		return c.walk(ctx, asRows(func(r rowScanner) error {
			var state string
			var n int
			err := r.Scan(&state, &n)
			out[state] = n
			return err
		}), `select state, count(*) from jobs group by state`)
	})
	return out, fault.At("count jobs", err)
}

// NextJob is when the first waiting job after now is due; zero when none waits.
// Demonstrations push their clock there.
func (s *Store) NextJob(ctx context.Context, now time.Time) (at time.Time, err error) {
	err = s.reading(ctx, func(c *conn) error {
		var micro sql.NullInt64
		if _, err := c.one(ctx, []any{&micro}, `select min(run_at) from jobs where state = 'waiting' and run_at > ?1`, toMicro(now)); err != nil {
			return err
		}
		if micro.Valid {
			at = fromMicro(micro.Int64)
		}
		return nil
	})
	return at, fault.At("next job", err)
}
