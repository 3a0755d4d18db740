package desk

import "context"

// Daily does what a new day asks of every file: that it follows the law of today,
// and that who had a birthday is as old as they are. It does some files at a call,
// so that jobs do not wait for it and acts do not wait behind it, and says whether
// nothing is left; the next call goes on. It is apart from Sweep, for which pages wait.
func (d *Desk) Daily(ctx context.Context) (done bool, err error) {
	at := d.now()
	if done, err := d.followLaws(ctx, at); !done || err != nil {
		return false, err
	}
	return d.birthdays(ctx, at)
}

// AllDaily goes on until nothing is left to do today.
func (d *Desk) AllDaily(ctx context.Context) error {
	for {
		if done, err := d.Daily(ctx); done || err != nil {
			return err
		}
	}
}
