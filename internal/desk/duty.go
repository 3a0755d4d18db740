package desk

import (
	"context"
	"sync"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/store"
)

// dutyBodies keeps the bodies whose telephones stand below every removal check,
// by language, until something happens to a body. Who keeps them follows the
// ledger first, so that another node's change is seen by the next check.
type dutyBodies struct {
	mu     sync.Mutex
	byLang map[string]bodyNames
	stamp  int // how often they were forgotten: what was read before is not kept after
}

func (k *dutyBodies) of(lang string) (names bodyNames, stamp int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.byLang[lang], k.stamp
}

func (k *dutyBodies) keep(lang string, names bodyNames, stamp int) {
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

func (k *dutyBodies) forget() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.byLang, k.stamp = nil, k.stamp+1
}

// bodyEvents are the types of event that may change a body's telephone.
var bodyEvents = []string{"body.added", "body.changed", "body.closed"}

// anyDuty are telephones for an answer that must have some, whatever fails.
func (d *Desk) anyDuty(ctx context.Context, who access.Who) []Phone {
	names, stamp := d.duty.of(who.Lang)
	if names == nil {
		var kinds []any
		for _, kind := range d.dutyKinds() {
			kinds = append(kinds, kind)
		}
		var err error
		if names, err = d.bodyNames(ctx, who, store.Where("kind", store.OneOf, kinds...)); err != nil {
			return []Phone{{Number: d.pack().Head.Hotline}}
		}
		if d.namesReady.Load() { // else nobody follows the ledger
			d.duty.keep(who.Lang, names, stamp)
		}
	}
	return d.dutyOfficers(names, who.Region)
}

// forgetDuty looks for bodies among what came.
func (d *Desk) forgetDuty(came []casework.Ref) {
	for _, ref := range came {
		if ref.Kind == casework.BodyStream {
			d.duty.forget()
			return
		}
	}
}
