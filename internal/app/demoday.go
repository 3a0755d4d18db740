package app

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// onDay has a new demonstration begin on a day, in the morning of the pack's
// zone: the same life under another law. Everything that the product does by its
// clock it then does on that day, so that nothing pretends: steps, limits, the
// column of Guarantees. "" is now.
func onDay(day string) func(*plan) {
	return func(p *plan) { p.day = day }
}

// setClock puts a demonstration's clock where it was when the demonstration was
// last open, or where a new one is to begin; it does nothing for an office.
func (h *house) setClock(ctx context.Context) error {
	if h.stamp != demoStamp || h.following { // whose house took another's place has its clock, which may have been pushed since
		return nil
	}
	whole, err := h.store.Seeded(ctx)
	if err != nil {
		return err
	}
	if !whole && h.day != "" {
		return h.beginOn(ctx)
	}
	ahead, err := h.store.ClockAhead(ctx)
	if err != nil {
		return err
	}
	h.clock.stand(ahead)
	if on := h.clock.Now().In(h.pack.Location()).Format(time.DateOnly); h.day != "" && on != h.day {
		return fmt.Errorf("this demonstration stands at %s already: name another folder with --data", on)
	}
	return nil
}

// morning is the hour at which such a day begins: offices are open.
const morning = 9 * time.Hour

func (h *house) beginOn(ctx context.Context) error {
	day, err := time.ParseInLocation(time.DateOnly, h.day, h.pack.Location())
	if err != nil {
		return errors.New("--on wants a day as 2020-10-01")
	}
	for _, at := range []time.Time{day, day.Add(-seedStart)} { // the invented past needs a law too
		if snap, err := h.laws.On(at); err != nil || snap.Model == nil {
			return fmt.Errorf("the pack has no law of %s, and a demonstration begins two years before its day", at.Format(time.DateOnly))
		}
	}
	ahead := time.Until(day.Add(morning))
	h.clock.stand(ahead)
	return h.store.SetClockAhead(ctx, ahead)
}
