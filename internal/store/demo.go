package store

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"pana/internal/fault"
)

// Tamper changes one sealed byte of the newest referral, behind the record's
// back, as somebody with the database but without the keys might. It is for
// demonstrations, so that one can watch Verify find it, and refuses any other
// database. It says what it changed.
func (s *Store) Tamper(ctx context.Context) (what string, err error) {
	err = s.writing(ctx, func(c *conn) error {
		if err := onlyDemo(ctx, c); err != nil {
			return err
		}
		const find = `select n, sealed from events where type = 'referral.asked' order by n desc limit 1`
		var n int64
		var sealed []byte
		if ok, err := c.one(ctx, []any{&n, &sealed}, find); err != nil || !ok {
			return orNothing(err)
		}
		sealed[len(sealed)/2] ^= 1
		what = fmt.Sprintf("events, leaf %d: one bit of the sealed content", n)
		_, err = c.exec(ctx, `update events set sealed = ?2 where n = ?1`, n, sealed)
		return err
	})
	return what, fault.At("tamper", err)
}

func onlyDemo(ctx context.Context, c *conn) error {
	stamp, _, err := metaValue(ctx, c, "stamp")
	if err == nil && stamp != "demo" {
		err = fault.New(fault.Invalid, codeStamp, "found", stamp)
	}
	return err
}

func orNothing(err error) error {
	if err != nil {
		return err
	}
	return fault.New(fault.NotFound, "demo.no_referral")
}

// ClockAhead is how far a demonstration's clock has been pushed, kept so that a
// restart does not run its time backwards.
func (s *Store) ClockAhead(ctx context.Context) (ahead time.Duration, err error) {
	err = s.reading(ctx, func(c *conn) error {
		text, ok, err := metaValue(ctx, c, "clock_ahead")
		if err != nil || !ok {
			return err
		}
		n, err := strconv.ParseInt(text, 10, 64)
		ahead = time.Duration(n)
		return err
	})
	return ahead, fault.At("clock ahead", err)
}

// SetClockAhead keeps how far the clock has been pushed.
func (s *Store) SetClockAhead(ctx context.Context, ahead time.Duration) error {
	err := s.writing(ctx, func(c *conn) error {
		return setMeta(ctx, c, "clock_ahead", strconv.FormatInt(int64(ahead), 10))
	})
	return fault.At("set clock ahead", err)
}

// SettlePast takes off the list every job that became due before a moment: in a
// demonstration's invented past those calls have been made. What was left
// unrung, the desk's sweep finds. It refuses any other database.
func (s *Store) SettlePast(ctx context.Context, before time.Time) error {
	err := s.writing(ctx, func(c *conn) error {
		if err := onlyDemo(ctx, c); err != nil {
			return err
		}
		_, err := c.exec(ctx, `update jobs set state = 'done' where state = 'waiting' and run_at <= ?1`, toMicro(before))
		return err
	})
	return fault.At("settle past jobs", err)
}

// Hurry lets commits on SQLite return before they are on the disk, until Settle:
// for the invented past of a demonstration, which is made anew when its making was
// interrupted. It refuses any database that is not such a one.
func (s *Store) Hurry(ctx context.Context) error {
	return fault.At("hurry", s.pace(ctx, func(c *conn) error {
		if err := onlyDemo(ctx, c); err != nil {
			return err
		}
		switch _, whole, err := metaValue(ctx, c, "seeded"); {
		case err != nil:
			return err
		case whole:
			return fault.New(fault.Invalid, codeStamp, "found", "seeded")
		}
		return c.plain(ctx, "pragma synchronous=off; pragma wal_autocheckpoint=20000")
	}))
}

// Settle ends it: what was committed is on the disk, and so is what follows.
func (s *Store) Settle(ctx context.Context) error {
	return fault.At("settle", s.pace(ctx, func(c *conn) error {
		return c.plain(ctx, "pragma synchronous=full; pragma wal_autocheckpoint=1000; pragma wal_checkpoint(truncate)")
	}))
}

// pace changes SQLite's one writing connection between two transactions.
func (s *Store) pace(ctx context.Context, change func(*conn) error) error {
	if s.d.arrays { // PostgreSQL's makes no difference worth having
		return nil
	}
	return s.writers.alone(ctx, change)
}

// MarkSeeded says that the demonstration is whole; Seeded asks. A making that
// was interrupted leaves no mark.
func (s *Store) MarkSeeded(ctx context.Context) error {
	err := s.writing(ctx, func(c *conn) error { return setMeta(ctx, c, "seeded", "yes") })
	return fault.At("mark seeded", err)
}

// Seeded says whether the demonstration in this database is whole.
func (s *Store) Seeded(ctx context.Context) (whole bool, err error) {
	err = s.reading(ctx, func(c *conn) (err error) {
		_, whole, err = metaValue(ctx, c, "seeded")
		return err
	})
	return whole, fault.At("seeded", err)
}
