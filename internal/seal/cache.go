package seal

import (
	"bytes"
	"container/list"
	"sync"
)

// cache keeps the data keys used last, so that reading a file does not unwrap
// its keys each time. It is bounded: a sweep over all files must not gather all
// keys in memory.
type cache struct {
	mu    sync.Mutex
	limit int
	used  *list.List // of *cached, newest in front
	at    map[Owner]*list.Element
}

type cached struct {
	owner   Owner
	wrapped []byte // the key is given only to who brings the same wrapped key
	key     DataKey
}

func newCache(limit int) *cache {
	return &cache{limit: limit, used: list.New(), at: make(map[Owner]*list.Element)}
}

func (c *cache) get(owner Owner, wrapped []byte) (DataKey, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.at[owner]
	if !ok || !bytes.Equal(e.Value.(*cached).wrapped, wrapped) {
		return DataKey{}, false
	}
	c.used.MoveToFront(e)
	return e.Value.(*cached).key, true
}

func (c *cache) put(owner Owner, wrapped []byte, key DataKey) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.remove(owner)
	c.at[owner] = c.used.PushFront(&cached{owner, bytes.Clone(wrapped), key})
	if c.used.Len() > c.limit {
		c.remove(c.used.Back().Value.(*cached).owner)
	}
}

func (c *cache) drop(owner Owner) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.remove(owner)
}

// remove is called with the lock held.
func (c *cache) remove(owner Owner) {
	if e, ok := c.at[owner]; ok {
		c.used.Remove(e)
		delete(c.at, owner)
	}
}
