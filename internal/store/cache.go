package store

import (
	"container/list"
	"sync"

	"pana/internal/casework"
	"pana/internal/ledger"
	"pana/internal/seal"
)

// stream is a stream as it stands after seq. It is never changed once it is in
// the cache: what comes next is a copy.
type stream struct {
	ref    casework.Ref
	seq    uint64
	leaf   ledger.Hash // of the last event
	state  casework.State
	erased bool
	keys   map[string]seal.DataKey // by compartment; copied before it is added to
	bytes  int                     // sealed bytes folded in: what keeping it costs, about
}

// cache keeps the states of the streams used last, so that a busy file is not
// opened and folded again for each act. It is only ever a head start: whoever
// uses it reads the events after seq in a transaction.
type cache struct {
	mu    sync.Mutex
	limit int
	used  int
	order *list.List // of *stream, newest first
	at    map[casework.Ref]*list.Element
}

// entryCost is what an entry costs beside its content: a folded file was
// measured at some 25 KB, most of it its situation and the steps it offers.
const entryCost = 24 << 10

func newCache(limit int) *cache {
	return &cache{limit: limit, order: list.New(), at: map[casework.Ref]*list.Element{}}
}

func (c *cache) get(ref casework.Ref) *stream {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.at[ref]
	if e == nil {
		return nil
	}
	c.order.MoveToFront(e)
	return e.Value.(*stream)
}

// put keeps the newer of what is there and st: a reader that was slow must not
// bring back the past.
func (c *cache) put(st *stream) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.at[st.ref]; e != nil {
		old := e.Value.(*stream)
		if old.seq > st.seq {
			return
		}
		c.used -= old.bytes + entryCost
		e.Value = st
		c.order.MoveToFront(e)
	} else {
		c.at[st.ref] = c.order.PushFront(st)
	}
	c.used += st.bytes + entryCost
	for c.used > c.limit && c.order.Len() > 1 {
		c.drop(c.order.Back())
	}
}

// take drops a stream and gives what was kept of it, or nil.
func (c *cache) take(ref casework.Ref) *stream {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.at[ref]
	if e == nil {
		return nil
	}
	st := e.Value.(*stream)
	c.drop(e)
	return st
}

func (c *cache) drop(e *list.Element) {
	st := c.order.Remove(e).(*stream)
	delete(c.at, st.ref)
	c.used -= st.bytes + entryCost
}

func (c *cache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.order.Init()
	clear(c.at)
	c.used = 0
}
