package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"pana/internal/desk"
	"pana/internal/ledger"
	"pana/internal/witness"
)

// askWitnessesEvery is how often a witness that has not signed the newest checkpoint
// is asked. Nothing waits for one, and one that is down is asked again.
const askWitnessesEvery = time.Minute

// witnesses are those that this node asks, and what became of it.
type witnesses struct {
	peers []witness.Peer
	mu    sync.Mutex
	found map[string]failing
}

// failing is since when a witness has not signed, and why.
type failing struct {
	code  string
	since time.Time
}

// witnessSettings are flags of serve.
type witnessSettings struct {
	Witness string `type:"path" help:"File that names witnesses, a line each: public key and https address. Each checkpoint is brought to them." placeholder:"FILE"`
}

func (s witnessSettings) apply(p *plan) error {
	if s.Witness == "" {
		return nil
	}
	b, err := os.ReadFile(s.Witness)
	if err != nil {
		return err
	}
	peers, err := witness.Peers(string(b))
	if err != nil {
		return fmt.Errorf("%s: %w", s.Witness, err)
	}
	p.witnesses = &witnesses{peers: peers, found: map[string]failing{}}
	return nil
}

// keepWitnesses brings each new checkpoint to every witness until ctx ends.
func (h *house) keepWitnesses(ctx context.Context) {
	if h.witnesses == nil {
		return
	}
	tick := time.NewTicker(askWitnessesEvery)
	defer tick.Stop()
	for {
		h.askWitnesses(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// askWitnesses asks all at once, each for itself: one that does not answer keeps
// nobody else waiting.
func (h *house) askWitnesses(ctx context.Context) {
	signed, verifier, err := h.store.LatestCheckpoint(ctx)
	if err != nil {
		return // nothing was signed yet, or the log has heard of it
	}
	c, err := ledger.OpenCheckpoint(signed, verifier)
	if err != nil {
		h.log.Error("checkpoint not readable", "err", err)
		return
	}
	var all sync.WaitGroup
	for _, p := range h.witnesses.peers {
		if _, done := ledger.Cosigned(signed, p.Verifier); done {
			h.witnesses.say(p, nil, h.clock.Now())
			continue
		}
		all.Go(func() {
			line, err := p.Ask(ctx, signed, c.Size, h.store.GrowthTo)
			if err == nil {
				err = h.store.Cosign(ctx, signed, line, p.Verifier)
			}
			if ctx.Err() == nil {
				h.witnesses.say(p, err, h.clock.Now())
			}
			if err != nil && ctx.Err() == nil {
				h.log.Warn("witness did not sign", "witness", p.Verifier.Name(), "err", err)
			}
		})
	}
	all.Wait()
}

// say keeps what became of asking a witness.
func (w *witnesses) say(p witness.Peer, err error, now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	name := p.Verifier.Name()
	if err == nil {
		delete(w.found, name)
		return
	}
	f := failing{"down", now}
	if errors.Is(err, witness.ErrConflict) {
		f.code = "conflict"
	}
	if before, ok := w.found[name]; ok && before.code == f.code {
		f.since = before.since
	}
	w.found[name] = f
}

// known is what the page of the ledger shows.
func (w *witnesses) known() (out []desk.Witness) {
	if w == nil {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, p := range w.peers {
		f := w.found[p.Verifier.Name()]
		out = append(out, desk.Witness{Verifier: p.Verifier, Failing: f.code, Since: f.since})
	}
	return out
}
