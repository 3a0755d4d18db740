package store

import (
	"context"
	"slices"

	"pana/internal/casework"
	"pana/internal/fault"
)

// Who keeps something in memory that is made from the record follows the ledger:
// reads what came since, and asks inside the act whether that is still all.

// Came is a part of the ledger as a follower needs it.
type Came struct {
	Streams []casework.Ref // in which something of the asked types happened, once each
	Next    uint64         // where to go on; Size when this is all
	Size    uint64         // of the ledger, at the moment of reading
}

// tailPage bounds one reading of what came.
const tailPage = 2_000

const tailQuery = `select n, type, stream_kind, stream_id from events where n >= ?1 order by n limit ?2`

// Follow reads which streams had events of these types, or were erased, from
// the ledger's number n on. What another node erased leaves this node's memory too.
func (s *Store) Follow(ctx context.Context, from uint64, types ...string) (Came, error) {
	var out Came
	err := s.reading(ctx, func(c *conn) error {
		out = Came{}
		h, err := readHead(ctx, c, "")
		if err != nil || h.size <= from {
			out.Next, out.Size = h.size, h.size
			return err
		}
		rows, last := 0, from
		err = c.walk(ctx, asRows(func(r rowScanner) error {
			var typ string
			var ref casework.Ref
			if err := r.Scan(&last, &typ, &ref.Kind, &ref.ID); err != nil {
				return err
			}
			if typ == erasedType {
				s.forget(ref)
			}
			if rows++; wanted(typ, types) && !slices.Contains(out.Streams, ref) {
				out.Streams = append(out.Streams, ref)
			}
			return nil
		}), tailQuery, int64(from), int64(tailPage))
		out.Next, out.Size = h.size, h.size
		if rows == tailPage {
			out.Next = last + 1
		}
		return err
	})
	return out, fault.At("follow the ledger", err)
}

// forget drops an erased stream from this node's memory: its state, and its keys.
func (s *Store) forget(ref casework.Ref) {
	st := s.cache.take(ref)
	if st == nil || s.keys == nil {
		return
	}
	for compartment := range st.keys {
		s.keys.Forget(owner(ref, compartment))
	}
}

// Size is how many leaves the ledger has.
func (s *Store) Size(ctx context.Context) (uint64, error) {
	var h head
	err := s.reading(ctx, func(c *conn) (err error) {
		h, err = readHead(ctx, c, "")
		return err
	})
	return h.size, fault.At("size of the ledger", err)
}

func wanted(typ string, types []string) bool { return typ == erasedType || slices.Contains(types, typ) }

// tail is what was committed from a number on, as far as acts of a group ask.
type tail struct {
	from  uint64
	types []string // of from, from+1, …
	cut   bool     // there is more than was read
}

// readTail reads once what any act of the group asks for.
func (g *group) readTail(ctx context.Context, c *conn, turns []*turn) error {
	asked := false
	for _, t := range turns {
		if seen := t.act.Seen; seen != nil && (!asked || *seen < g.tail.from) {
			g.tail.from, asked = *seen, true
		}
	}
	if !asked || g.tail.from >= g.head.size {
		return nil
	}
	err := c.each(ctx, asRows(func(r rowScanner) error {
		var n uint64
		var typ string
		var ref casework.Ref
		err := r.Scan(&n, &typ, &ref.Kind, &ref.ID)
		g.tail.types = append(g.tail.types, typ)
		return err
	}), tailQuery, int64(g.tail.from), int64(tailPage))
	g.tail.cut = len(g.tail.types) == tailPage
	return err
}

// came looks at what was committed and at the acts before this one. A ledger
// shorter than what was seen is another ledger: then anything may have come.
func (g *group) came(seen uint64, types []string) bool {
	if g.tail.cut || seen > g.head.size {
		return true
	}
	isOne := func(typ string) bool { return wanted(typ, types) }
	if skip := int(seen - min(seen, g.tail.from)); skip < len(g.tail.types) && slices.ContainsFunc(g.tail.types[skip:], isOne) {
		return true
	}
	return slices.ContainsFunc(g.records, func(r *record) bool { return isOne(r.typ) })
}
