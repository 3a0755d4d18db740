package store

import (
	"context"
	"database/sql"
	"time"

	"pana/internal/auth"
	"pana/internal/fault"
	"pana/internal/id"
)

// AddSession keeps somebody signed in.
func (s *Store) AddSession(ctx context.Context, in auth.Session) error {
	const q = `insert into sessions (token_hash, id, worker, created_at, seen_at, agent, device, proved_at, elsewhere, second, ended, elsewhere_session) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)`
	second, _ := plainValue(in.Second)
	return s.quick(ctx, "add session", q, in.Hash[:], string(in.ID), string(in.Worker), toMicro(in.CreatedAt), toMicro(in.SeenAt), in.Agent, in.Device, toMicro(in.ProvedAt), in.Elsewhere, second, in.Ended, in.ThereTag)
}

// Session finds a session and, in the same read, whether its worker has left:
// a leaver is out with the commit that says so.
func (s *Store) Session(ctx context.Context, token auth.Hash) (out auth.Session, left, found bool, err error) {
	const q = `select s.id, s.worker, s.created_at, s.seen_at, s.proved_at, s.elsewhere, s.second, coalesce(a.left_body, 0)
		from sessions s left join accounts a on a.stream_kind = 'account' and a.stream_id = s.worker where s.token_hash = ?1`
	err = s.glancing(ctx, func(c *conn) (err error) {
		var created, seen, proved int64
		found, err = c.one(ctx, []any{&out.ID, &out.Worker, &created, &seen, &proved, &out.Elsewhere, &out.Second, &left}, q, token[:])
		out.Hash, out.CreatedAt, out.SeenAt, out.ProvedAt = token, fromMicro(created), fromMicro(seen), fromMicro(proved)
		return err
	})
	return out, left, found, fault.At("session", err)
}

// TouchSession remembers when a session was last used. One that began later than that, by a
// clock that has been set back, begins then: else it would live for as much longer.
func (s *Store) TouchSession(ctx context.Context, token auth.Hash, seen time.Time) error {
	const q = `update sessions set seen_at = ?2, created_at = case when created_at > ?2 then ?2 else created_at end where token_hash = ?1`
	return s.quick(ctx, "touch session", q, token[:], toMicro(seen))
}

// EndSession signs out.
func (s *Store) EndSession(ctx context.Context, token auth.Hash) error {
	return s.quick(ctx, "end session", `delete from sessions where token_hash = ?1`, token[:])
}

// EndSessions signs a worker out everywhere.
func (s *Store) EndSessions(ctx context.Context, worker id.Worker) error {
	return s.quick(ctx, "end sessions", `delete from sessions where worker = ?1`, string(worker))
}

// EndSessionsBy signs out what a provider began: a worker's, those of one session of the
// provider's, or both; of a worker's then those too of which the provider gave no session.
func (s *Store) EndSessionsBy(ctx context.Context, provider string, worker id.Worker, tag string) error {
	switch {
	case provider == "" || worker == "" && tag == "":
		return nil // of nobody
	case worker == "":
		return s.quick(ctx, "end sessions of a provider", `delete from sessions where elsewhere = ?1 and elsewhere_session = ?2`, provider, tag)
	case tag == "":
		return s.quick(ctx, "end sessions of a provider", `delete from sessions where elsewhere = ?1 and worker = ?2`, provider, string(worker))
	}
	return s.quick(ctx, "end sessions of a provider", `delete from sessions where elsewhere = ?1 and worker = ?2 and elsewhere_session in ('', ?3)`, provider, string(worker), tag)
}

// Attempts gives the failures counted under a key.
func (s *Store) Attempts(ctx context.Context, key auth.Hash) (out auth.Attempts, err error) {
	err = s.glancing(ctx, func(c *conn) (err error) {
		out, err = attempts(ctx, c, key)
		return err
	})
	return out, fault.At("attempts", err)
}

func attempts(ctx context.Context, c *conn, key auth.Hash) (out auth.Attempts, err error) {
	var last int64
	found, err := c.one(ctx, []any{&out.Failed, &last}, `select failed, last_at from attempts where key = ?1`, key[:])
	if found {
		out.LastAt = fromMicro(last)
	}
	return out, err
}

// AddFailure counts one more failure; a count whose last failure is before
// forget starts again from one.
func (s *Store) AddFailure(ctx context.Context, key auth.Hash, at, forget time.Time) (out auth.Attempts, err error) {
	const q = `insert into attempts (key, failed, last_at) values (?1, 1, ?2) on conflict (key) do update set
		failed = case when attempts.last_at < ?3 then 1 else attempts.failed + 1 end, last_at = excluded.last_at`
	err = s.writing(ctx, func(c *conn) error {
		if _, err := c.exec(ctx, q, key[:], toMicro(at), toMicro(forget)); err != nil {
			return err
		}
		out, err = attempts(ctx, c, key)
		return err
	})
	return out, fault.At("add failure", err)
}

// FailedBy sets back what a clock that was ahead counted.
func (s *Store) FailedBy(ctx context.Context, key auth.Hash, at time.Time) error {
	return s.quick(ctx, "set failures back", `update attempts set last_at = ?2 where key = ?1 and last_at > ?2`, key[:], toMicro(at))
}

// ClearFailures forgets the failures under a key.
func (s *Store) ClearFailures(ctx context.Context, key auth.Hash) error {
	return s.quick(ctx, "clear failures", `delete from attempts where key = ?1`, key[:])
}

// ForgetSignIns deletes what is over of sessions, counted failures and devices.
func (s *Store) ForgetSignIns(ctx context.Context, before auth.Before) error {
	return fault.At("forget sign-ins", s.writing(ctx, func(c *conn) error {
		if _, err := c.exec(ctx, `delete from sessions where seen_at < ?1 or created_at < ?2`, toMicro(before.Idle), toMicro(before.Begun)); err != nil {
			return err
		}
		if _, err := c.exec(ctx, `delete from attempts where last_at < ?1`, toMicro(before.Failed)); err != nil {
			return err
		}
		if _, err := c.exec(ctx, `delete from spent where at < ?1`, toMicro(before.Failed)); err != nil {
			return err
		}
		_, err := c.exec(ctx, `delete from devices where seen_at < ?1`, toMicro(before.Device))
		return err
	}))
}

// UseCredential keeps the last day on which a machine's credential was used.
func (s *Store) UseCredential(ctx context.Context, credential string, day time.Time) error {
	const q = `insert into credential_days (id, day) values (?1, ?2) on conflict (id) do update set
		day = case when credential_days.day < excluded.day then excluded.day else credential_days.day end`
	return s.quick(ctx, "use credential", q, credential, toMicro(day))
}

// CredentialDays are the days on which credentials were last used.
func (s *Store) CredentialDays(ctx context.Context) (map[string]time.Time, error) {
	out := map[string]time.Time{}
	err := s.glancing(ctx, func(c *conn) error {
		return c.each(ctx, func(rows *sql.Rows) error {
			var name string
			var day int64
			if err := rows.Scan(&name, &day); err != nil {
				return err
			}
			out[name] = fromMicro(day)
			return nil
		}, `select id, day from credential_days`)
	})
	return out, fault.At("credential days", err)
}

// quick runs one statement in a transaction of its own.
func (s *Store) quick(ctx context.Context, op, q string, args ...any) error {
	return fault.At(op, s.writing(ctx, func(c *conn) error {
		_, err := c.exec(ctx, q, args...)
		return err
	}))
}
