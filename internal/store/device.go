package store

import (
	"context"
	"time"

	"pana/internal/auth"
	"pana/internal/fault"
	"pana/internal/id"
)

// Sessions are a worker's, the one last used first.
func (s *Store) Sessions(ctx context.Context, worker id.Worker) (out []auth.Session, err error) {
	const q = `select id, created_at, seen_at, agent, device, ended from sessions where worker = ?1 order by seen_at desc, id`
	err = s.glancing(ctx, func(c *conn) error {
		out = nil
		return c.each(ctx, asRows(func(r rowScanner) error {
			in := auth.Session{Worker: worker}
			var created, seen int64
			err := r.Scan(&in.ID, &created, &seen, &in.Agent, &in.Device, &in.Ended)
			in.CreatedAt, in.SeenAt = fromMicro(created), fromMicro(seen)
			out = append(out, in)
			return err
		}), q, string(worker))
	})
	return out, fault.At("sessions of a worker", err)
}

// EndSessionOf ends one session, if it is this worker's.
func (s *Store) EndSessionOf(ctx context.Context, worker id.Worker, session id.Session) error {
	return s.quick(ctx, "end one session", `delete from sessions where worker = ?1 and id = ?2`, string(worker), string(session))
}

// EndOtherSessions ends all of a worker's sessions but one.
func (s *Store) EndOtherSessions(ctx context.Context, worker id.Worker, but auth.Hash) error {
	return s.quick(ctx, "end other sessions", `delete from sessions where worker = ?1 and token_hash <> ?2`, string(worker), but[:])
}

// Device finds the device of a mark, if it is this worker's.
func (s *Store) Device(ctx context.Context, worker id.Worker, tag auth.Hash) (out auth.Device, found bool, err error) {
	const q = `select id, agent, first_at, seen_at from devices where tag = ?1 and worker = ?2`
	err = s.glancing(ctx, func(c *conn) (err error) {
		var first, seen int64
		found, err = c.one(ctx, []any{&out.ID, &out.Agent, &first, &seen}, q, tag[:], string(worker))
		out.Tag, out.Worker, out.FirstAt, out.SeenAt = tag, worker, fromMicro(first), fromMicro(seen)
		return err
	})
	return out, found, fault.At("device", err)
}

// PutDevice keeps a device, or that it has signed in again.
func (s *Store) PutDevice(ctx context.Context, d auth.Device) error {
	const q = `insert into devices (tag, id, worker, agent, first_at, seen_at) values (?1, ?2, ?3, ?4, ?5, ?6)
		on conflict (tag) do update set agent = excluded.agent, seen_at = excluded.seen_at`
	return s.quick(ctx, "put device", q, d.Tag[:], d.ID, string(d.Worker), d.Agent, toMicro(d.FirstAt), toMicro(d.SeenAt))
}

// Devices are a worker's, the one last used first.
func (s *Store) Devices(ctx context.Context, worker id.Worker) (out []auth.Device, err error) {
	const q = `select id, agent, first_at, seen_at from devices where worker = ?1 order by seen_at desc, id`
	err = s.glancing(ctx, func(c *conn) error {
		out = nil
		return c.each(ctx, asRows(func(r rowScanner) error {
			d := auth.Device{Worker: worker}
			var first, seen int64
			err := r.Scan(&d.ID, &d.Agent, &first, &seen)
			d.FirstAt, d.SeenAt = fromMicro(first), fromMicro(seen)
			out = append(out, d)
			return err
		}), q, string(worker))
	})
	return out, fault.At("devices of a worker", err)
}

// ForgetDevice deletes a device of this worker, and its sessions with it.
func (s *Store) ForgetDevice(ctx context.Context, worker id.Worker, device string) error {
	return fault.At("forget device", s.writing(ctx, func(c *conn) error {
		if _, err := c.exec(ctx, `delete from sessions where worker = ?1 and device = ?2`, string(worker), device); err != nil {
			return err
		}
		_, err := c.exec(ctx, `delete from devices where worker = ?1 and id = ?2`, string(worker), device)
		return err
	}))
}

// ProveSession keeps when a session's worker last showed who she is, under another token.
func (s *Store) ProveSession(ctx context.Context, token, next auth.Hash, at time.Time) error {
	return s.quick(ctx, "prove session", `update sessions set proved_at = ?2, token_hash = ?3 where token_hash = ?1`, token[:], toMicro(at), next[:])
}

// Spend takes the numbers up to n of a key. Of two that come at once, one is told
// that it was taken before.
func (s *Store) Spend(ctx context.Context, key auth.Hash, n int64, at time.Time) (fresh bool, err error) {
	const q = `insert into spent (key, n, at) values (?1, ?2, ?3) on conflict (key) do update set n = excluded.n, at = excluded.at where spent.n < excluded.n`
	err = s.writing(ctx, func(c *conn) error {
		changed, err := c.exec(ctx, q, key[:], n, toMicro(at))
		fresh = changed == 1
		return err
	})
	return fresh, fault.At("spend", err)
}
