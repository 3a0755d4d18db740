package desk

import (
	"context"
	"errors"
	"time"
)

// Daily does what time asks of every file: that what follows from a clock that ran
// out is in it, that it follows the law of today and is moved to a
// newer pack that was signed for, and that who had a birthday is as
// old as they are. It does some files of each at a call, so that jobs do not wait for
// it and acts do not wait behind it, and says whether nothing is left; the next call
// goes on. None of them waits for, or fails with, another. It is apart from
// Sweep, for which pages wait.
func (d *Desk) Daily(ctx context.Context) (done bool, err error) {
	at := d.now()
	done = true
	for _, some := range []func(context.Context, time.Time) (bool, error){d.endClocks, d.followLaws, d.moveSome, d.birthdays} {
		all, failed := some(ctx, at)
		err = errors.Join(err, failed)
		done = done && all
	}
	return done, err
}

// AllDaily goes on until nothing is left to do today.
func (d *Desk) AllDaily(ctx context.Context) error {
	for {
		if done, err := d.Daily(ctx); done || err != nil {
			return err
		}
	}
}
