package store

import (
	"context"

	"pana/internal/auth"
	"pana/internal/fault"
	"pana/internal/id"
)

// Sessions are a worker's, the one last used first.
func (s *Store) Sessions(ctx context.Context, worker id.Worker) (out []auth.Session, err error) {
	const q = `select id, created_at, seen_at, agent, device from sessions where worker = ?1 order by seen_at desc, id`
	err = s.glancing(ctx, func(c *conn) error {
		out = nil
		return c.each(ctx, asRows(func(r rowScanner) error {
			in := auth.Session{Worker: worker}
			var created, seen int64
			err := r.Scan(&in.ID, &created, &seen, &in.Agent, &in.Device)
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
