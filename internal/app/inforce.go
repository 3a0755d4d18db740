package app

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"pana/internal/serve"
	"pana/internal/web"
)

// An edition that was adopted comes into force on running nodes. A desk has one pack for
// its life: its rules are compiled, states are folded and cells are found under it, and
// half of that under another would be a third edition that nobody adopted. So a whole
// second house is built beside the one that stands, as a second node would be, and takes
// its place between two requests. What the first has begun it ends, under the edition it
// was begun with, and then it is closed.

// lookForEdition is how often a node asks whether another edition was adopted. With the
// time that a house takes to build, it is in force within a minute.
const lookForEdition = 5 * time.Second

// triedAgain is when a house that could not be built is tried again.
const triedAgain = time.Minute

// inForce is the house that answers, and what puts another in its place.
type inForce struct {
	ctx    context.Context
	secure bool
	keep   func(context.Context, *house) // what a house does beside answering
	every  time.Duration
	demo   func(*house) web.Demo // what a demonstration adds to a house; nil: it is none

	following sync.WaitGroup

	mu  sync.RWMutex
	now *stands

	taken string    // bytes of the edition that was last taken up or tried
	again time.Time // not before
}

// stands is one house with what it has begun.
type stands struct {
	house   *house
	handler http.Handler
	busy    sync.WaitGroup // requests
	stop    context.CancelFunc
	kept    sync.WaitGroup // what goes on beside them
}

// takeStand has a house answer. The house is closed with what stands.
func takeStand(ctx context.Context, h *house, secure bool, keep func(context.Context, *house)) (*inForce, error) {
	return (&inForce{ctx: ctx, secure: secure, keep: keep, every: lookForEdition}).stand(h)
}

func (s *inForce) stand(h *house) (*inForce, error) {
	var err error
	s.now, err = s.begin(h)
	return s, err
}

func (s *inForce) begin(h *house) (*stands, error) {
	var demo web.Demo
	if s.demo != nil {
		demo = s.demo(h)
	}
	handler, err := h.handler(demo, s.secure)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(s.ctx)
	one := &stands{house: h, handler: handler, stop: stop}
	one.kept.Go(func() { s.keep(ctx, h) })
	return one, nil
}

// ServeHTTP answers with the house that stands when the request comes, to its end.
func (s *inForce) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	one := s.enter()
	defer one.busy.Done()
	one.handler.ServeHTTP(w, r)
}

// enter is counted while nobody can put another house in this one's place: after that no
// request enters it any more.
func (s *inForce) enter() *stands {
	s.mu.RLock()
	defer s.mu.RUnlock()
	s.now.busy.Add(1)
	return s.now
}

func (s *inForce) gauges(ctx context.Context) []serve.Gauge {
	one := s.enter()
	defer one.busy.Done()
	return one.house.gauges(ctx)
}

// follow takes up what is adopted, until ctx ends.
func (s *inForce) follow() {
	tick := time.NewTicker(s.every)
	defer tick.Stop()
	for {
		select {
		case <-s.ctx.Done():
			return
		case <-tick.C:
		}
		if err := s.look(); err != nil && s.ctx.Err() == nil {
			s.now.house.log.Error("the adopted edition of the pack was not taken up; the one before goes on", "err", err)
		}
	}
}

// look asks whether another edition was adopted, and takes it up. Only follow calls it,
// so that nobody else puts a house in this one's place meanwhile.
func (s *inForce) look() error {
	was := s.now
	a, err := lastAdopted(s.ctx, was.house.store)
	if err != nil || a == nil || a.Edition.Is(was.house.opened.running.Edition) {
		return err
	}
	if a.Edition.Bytes == s.taken && time.Now().Before(s.again) {
		return nil
	}
	s.taken, s.again = a.Edition.Bytes, time.Now().Add(triedAgain)
	next, err := s.raise(was.house)
	if err != nil {
		return err
	}
	if next.house.opened.running.Is(was.house.opened.running.Edition) { // another program's digest of the same
		s.again = time.Now().Add(365 * 24 * time.Hour)
	}
	s.mu.Lock()
	s.now = next
	s.mu.Unlock()
	next.house.log.Info("the adopted edition of the pack is in force", "edition", next.house.opened.running.Bytes, "version", next.house.opened.running.Version)
	return was.end()
}

// raise builds the house that is to stand. It counts on where the other stops.
func (s *inForce) raise(was *house) (*stands, error) {
	p := was.plan
	p.following = true
	h, err := build(s.ctx, p)
	if err != nil {
		return nil, err
	}
	h.rate, h.counted = was.rate, was.counted
	next, err := s.begin(h)
	if err != nil {
		_ = h.close()
		return nil, err
	}
	return next, nil
}

// close ends everything, once ctx has ended. Requests were let finish by who listened.
func (s *inForce) close() error {
	s.following.Wait()
	s.now.stop()
	s.now.kept.Wait()
	return s.now.house.close()
}

// end lets what was begun finish, and closes the house. Jobs stop after the one at hand.
func (o *stands) end() error {
	o.stop()
	o.busy.Wait()
	o.kept.Wait()
	if err := o.house.close(); err != nil {
		return fmt.Errorf("close the house of the edition before: %w", err)
	}
	return nil
}
