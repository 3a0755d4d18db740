package store

import (
	"context"

	"pana/internal/fault"
	"pana/internal/id"
)

// CallLink says that a call came from a number, by a tag that only the key of its
// day can make. Caller is chance, and the same for calls that were found alike.
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

// CallerOf finds whose tag one of these is, the newest first; "" when nobody's.
func (s *Store) CallerOf(ctx context.Context, body id.Body, tags [][]byte) (caller string, err error) {
	err = s.glancing(ctx, func(c *conn) error {
		for i := len(tags) - 1; i >= 0 && caller == ""; i-- {
			if _, err := c.one(ctx, []any{&caller}, `select caller from call_links where tag = ?1 and body = ?2 limit 1`, tags[i], string(body)); err != nil {
				return err
			}
		}
		return nil
	})
	return caller, fault.At("caller of a tag", err)
}

// CallsAlike are the calls of the same caller as this one, with it.
func (s *Store) CallsAlike(ctx context.Context, signal id.Signal, since string) (out []CallLink, err error) {
	const q = `select b.signal, b.body, b.day from call_links a join call_links b on b.caller = a.caller where a.signal = ?1 and b.day >= ?2 order by b.signal`
	err = s.glancing(ctx, func(c *conn) error {
		return c.each(ctx, asRows(func(r rowScanner) error {
			var l CallLink
			err := r.Scan(&l.Signal, &l.Body, &l.Day)
			out = append(out, l)
			return err
		}), q, string(signal), since)
	})
	return out, fault.At("calls alike", err)
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
