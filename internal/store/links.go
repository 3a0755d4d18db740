package store

import (
	"context"

	"pana/internal/fault"
	"pana/internal/id"
)

// CallLink says from which number a call came, in a way that only the key of its day
// can ask: Tag can be made again of that number for this call, and Caller is, sealed
// for this call, what calls that were found alike have in common. No two rows are
// equal in anything but the body and the day.
type CallLink struct {
	Signal id.Signal
	Body   id.Body
	Day    string // 2026-11-22
	Tag    []byte
	Caller string
}

// linkSecret is where the keys of days are kept among the secrets.
const linkSecret = "calls/"

// LinkSecret is the name of a day's key.
func LinkSecret(day string) string { return linkSecret + day }

// AddCallLink keeps a link.
func (s *Store) AddCallLink(ctx context.Context, l CallLink) error {
	const q = `insert into call_links (signal, body, day, tag, caller) values (?1, ?2, ?3, ?4, ?5) on conflict do nothing`
	return s.quick(ctx, "link a call", q, string(l.Signal), string(l.Body), l.Day, l.Tag, l.Caller)
}

// CallLinks are those of a body since a day, the newest first.
func (s *Store) CallLinks(ctx context.Context, body id.Body, since string) (out []CallLink, err error) {
	const q = `select signal, body, day, tag, caller from call_links where body = ?1 and day >= ?2 order by signal desc`
	err = s.glancing(ctx, func(c *conn) error {
		return c.each(ctx, asRows(func(r rowScanner) error {
			var l CallLink
			err := r.Scan(&l.Signal, &l.Body, &l.Day, &l.Tag, &l.Caller)
			out = append(out, l)
			return err
		}), q, string(body), since)
	})
	return out, fault.At("links of calls", err)
}

// Unlink takes one call out: it is alike to none any more.
func (s *Store) Unlink(ctx context.Context, signal id.Signal) error {
	return s.quick(ctx, "unlink a call", `delete from call_links where signal = ?1`, string(signal))
}

// UnlinkBody forgets every link of a body.
func (s *Store) UnlinkBody(ctx context.Context, body id.Body) error {
	return s.quick(ctx, "unlink a body's calls", `delete from call_links where body = ?1`, string(body))
}

// ForgetCallLinks destroys what is of days before one: the links, and the keys by
// which anybody could make their tags again, here and in this node's memory.
func (s *Store) ForgetCallLinks(ctx context.Context, before string) error {
	err := s.writing(ctx, func(c *conn) error {
		if _, err := c.exec(ctx, `delete from call_links where day < ?1`, before); err != nil {
			return err
		}
		_, err := c.exec(ctx, `delete from keks where id >= ?1 and id < ?2`, "secret/"+linkSecret, "secret/"+linkSecret+before)
		return err
	})
	if err == nil {
		s.keys.DropSecrets(linkSecret, linkSecret+before)
	}
	return fault.At("forget links of calls", err)
}
