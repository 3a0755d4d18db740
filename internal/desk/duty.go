package desk

import (
	"context"
	"sync"

	"pana/internal/access"
	"pana/internal/casework"
)

// bodiesKept keeps the bodies, whose names stand on every page and whose telephones
// stand below every removal check, by language, until something happens to a body.
// Who asks for them follows the ledger first, so that another node's change is on
// the next page. What is kept many read: nobody writes into it.
type bodiesKept struct {
	mu     sync.Mutex
	byLang map[string]bodyNames
	stamp  int // how often they were forgotten: what was read before is not kept after
}

func (k *bodiesKept) of(lang string) (names bodyNames, stamp int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.byLang[lang], k.stamp
}

func (k *bodiesKept) keep(lang string, names bodyNames, stamp int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if stamp != k.stamp {
		return
	}
	if k.byLang == nil {
		k.byLang = map[string]bodyNames{}
	}
	k.byLang[lang] = names
}

func (k *bodiesKept) forget() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.byLang, k.stamp = nil, k.stamp+1
}

// bodyEvents are the types of event that may change a body's row.
var bodyEvents = []string{"body.added", "body.changed", "body.closed"}

// anyDuty are telephones for an answer that must have some, whatever fails. Who
// asks has followed the ledger already.
func (d *Desk) anyDuty(ctx context.Context, who access.Who) []Phone {
	names, err := d.keptBodies(ctx, who)
	if err != nil {
		return []Phone{{Number: d.pack().Head.Hotline}}
	}
	return d.dutyOfficers(names, who.Region)
}

// keptBodies are all bodies as they were when the ledger was last followed.
func (d *Desk) keptBodies(ctx context.Context, who access.Who) (bodyNames, error) {
	names, stamp := d.bodies.of(who.Lang)
	if names != nil {
		return names, nil
	}
	names, err := d.readBodies(ctx, who)
	if err == nil && d.namesReady.Load() { // else nobody follows the ledger
		d.bodies.keep(who.Lang, names, stamp)
	}
	return names, err
}

// forgetBodies looks for bodies among what came.
func (d *Desk) forgetBodies(came []casework.Ref) {
	for _, ref := range came {
		if ref.Kind == casework.BodyStream {
			d.bodies.forget()
			return
		}
	}
}
