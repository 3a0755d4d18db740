package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pana/internal/fault"
)

// largestGroup bounds a transaction: a group is what was waiting, no more than
// this. No act waits for a group to fill.
const largestGroup = 128

func (s *Store) enqueue(ctx context.Context, t *turn) error {
	select {
	case <-s.stop:
		return fault.New(fault.Busy, codeClosed)
	default:
	}
	select {
	case s.queue <- t:
		return nil
	case <-s.stop:
		return fault.New(fault.Busy, codeClosed)
	case <-ctx.Done():
		return fault.Because(ctx.Err(), fault.Busy, codeBusy)
	}
}

// commitForever is the one writer of this node.
func (s *Store) commitForever() {
	defer close(s.ended)
	for {
		select {
		case t := <-s.queue:
			s.serve(s.gather(t))
		case <-s.stop:
			s.drain()
			return
		}
	}
}

// drain serves what was already queued when the store was told to close.
func (s *Store) drain() {
	for {
		select {
		case t := <-s.queue:
			s.serve(s.gather(t))
		default:
			return
		}
	}
}

func (s *Store) gather(first *turn) []*turn {
	out := []*turn{first}
	for len(out) < orElse(s.opt.Group, largestGroup) {
		select {
		case t := <-s.queue:
			out = append(out, t)
		default:
			return out
		}
	}
	return out
}

// serve commits a group and answers everybody in it, in that order: nobody
// hears of an act before it is on the disk.
func (s *Store) serve(turns []*turn) {
	s.commit(turns)
	for _, t := range turns {
		close(t.done)
	}
}

// commit runs the group in one transaction. When the commit was not confirmed
// the group runs again: acts that did happen answer with their first receipt,
// by their keys. When a write fails for another reason than the database's
// state, each act gets a transaction of its own, so that one cannot take the
// others with it.
func (s *Store) commit(turns []*turn) {
	err := s.commitOnce(turns)
	if errors.Is(err, errCommit) {
		s.forgetEdge()
		if err = s.commitOnce(turns); err != nil && s.d == pgDialect { // it may have happened all the same: who asks again will know
			err = fault.Because(err, fault.Busy, codeUnavailable)
		}
	}
	if err == nil {
		return
	}
	s.forgetEdge()
	if fault.Of(err).Kind != fault.Busy && len(turns) > 1 {
		for _, t := range turns {
			s.commit([]*turn{t})
		}
		return
	}
	for _, t := range turns {
		t.answer(noReceipt, err)
	}
}

// commitOnce runs the group. Key-encryption keys are made outside transactions:
// when one is missing, at the first act of a kind of body in a quarter, the
// group stops, the key is made, and the group runs again.
func (s *Store) commitOnce(turns []*turn) error {
	for range 4 {
		missing, err := s.transact(turns)
		if len(missing) == 0 {
			return err
		}
		for _, m := range missing {
			if err := s.keys.Prepare(context.Background(), m.at, m.kind); err != nil {
				return err
			}
		}
	}
	return fault.New(fault.Internal, codeKeyMissing)
}

// unready is a key-encryption key that is not made yet.
type unready struct {
	kind string
	at   time.Time
}

// transact is one try at a group.
func (s *Store) transact(turns []*turn) (missing []unready, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fault.Because(fmt.Errorf("the committer panicked: %T", p), fault.Internal, codePanic)
		}
	}()
	ctx, cancel := s.patience()
	defer cancel()
	var g *group
	err = s.writers.within(ctx, s.begin, func(c *conn) (err error) {
		if g, err = s.openGroup(ctx, c, turns); err != nil {
			return err
		}
		for _, t := range turns {
			t.answer(g.take(t))
		}
		err = c.together(ctx, func() error { return g.flush(ctx, c) })
		if len(g.unready) == 0 {
			return err
		}
		return errUnready
	})
	if errors.Is(err, errUnready) {
		return g.unready, nil
	}
	if err == nil {
		g.keep() // after this line a crash is harmless: all is on the disk
	}
	return nil, err
}

// patience is a group's time on PostgreSQL: everybody's acts wait behind a server
// that has fallen silent. No visitor ends it. SQLite is in this process, and waits
// for the disk and nobody else.
func (s *Store) patience() (context.Context, context.CancelFunc) {
	if s.d == sqliteDialect {
		return context.Background(), func() {}
	}
	return context.WithTimeout(context.Background(), s.opt.silence())
}

var errUnready = errors.New("store: a key-encryption key is not made yet")

// keep lets readers and the next group start from what was committed.
func (g *group) keep() {
	for _, ref := range g.changed() {
		g.s.cache.put(g.streams[ref])
	}
	for _, ref := range g.erased {
		for compartment := range g.before[ref].keys {
			g.s.keys.Forget(owner(ref, compartment))
		}
	}
	if g.grown != nil {
		g.s.edge, g.s.edgeRoot = g.grown, g.head.root
	}
}

func (s *Store) forgetEdge() { s.edge = nil }
