package desk

import (
	"sync"
	"time"
)

// quota keeps a removal check from becoming a way to find people: so many
// questions an hour, and an alarm when nearly the same one is asked again and
// again. It is in memory, per node: a restart forgives, the record does not.
type quota struct {
	mu     sync.Mutex
	asked  map[string][]time.Time // by worker
	repeat map[string][]time.Time // by body and what was asked
}

// What a post with a full bus needs in an hour, and how often one person may
// honestly be asked about in a day.
const (
	checksAnHour   = 120
	repeatsADay    = 4
	quotaWindow    = time.Hour
	repeatWindow   = 24 * time.Hour
	quotaKeysLimit = 50_000
)

func newQuota() *quota {
	return &quota{asked: map[string][]time.Time{}, repeat: map[string][]time.Time{}}
}

// count counts one question: over when the worker asked too many, alarm when
// this one was asked too often.
func (q *quota) count(worker, question string, at time.Time) (over, alarm bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.asked)+len(q.repeat) > quotaKeysLimit {
		q.forget(at)
	}
	q.asked[worker] = append(since(q.asked[worker], at.Add(-quotaWindow)), at)
	q.repeat[question] = append(since(q.repeat[question], at.Add(-repeatWindow)), at)
	return len(q.asked[worker]) > checksAnHour, len(q.repeat[question]) > repeatsADay
}

// since drops what is older; lists are in the order things happened.
func since(times []time.Time, from time.Time) []time.Time {
	for len(times) > 0 && times[0].Before(from) {
		times = times[1:]
	}
	return times
}

func (q *quota) forget(at time.Time) {
	for _, m := range []map[string][]time.Time{q.asked, q.repeat} {
		for key, times := range m {
			if len(since(times, at.Add(-repeatWindow))) == 0 {
				delete(m, key)
			}
		}
	}
}
