package storetest

import (
	"context"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/store"
)

// Writers is how many write at once in a crew, each on a pad of its own.
const Writers = 4

// Crew is the load under every fault test, and Complaints is what is asked of the
// record after it. Each writer numbers its lines, and goes on to the next only
// when the last was acknowledged; what was not is sent again under its key, as a
// person sends a form again. So the record must have of each writer the lines
// from the first on, each once, as far as it was acknowledged and at most one
// further: the one that nobody heard of.
type Crew struct {
	Name  string           // the same for no two crews on a database
	At    func() time.Time // what the clock says; nil: it stands still
	Heard func(line string)

	mu     sync.Mutex
	counts Counts
	codes  map[string]int
	last   time.Time     // of the last acknowledgement
	pause  time.Duration // the longest time without one
	stop   chan struct{}
	wg     sync.WaitGroup
}

// Counts are acknowledged acts by writer.
type Counts map[string]int

// Line is a writer's line, and the key of its act.
func Line(crew string, writer, n int) string { return fmt.Sprintf("%s-%d-%d", crew, writer, n) }

// Count takes one line that was acknowledged.
func (c Counts) Count(line string) {
	writer, n := cutLine(line)
	c[writer] = max(c[writer], n+1)
}

// All is how many there are.
func (c Counts) All() (n int) {
	for _, one := range c {
		n += one
	}
	return n
}

func cutLine(line string) (writer string, n int) {
	at := strings.LastIndexByte(line, '-')
	n, err := strconv.Atoi(line[at+1:])
	if at < 0 || err != nil {
		return line, -1
	}
	return line[:at], n
}

// Start lets the writers go, on a store or, when there are several, each on the
// next of them.
func (c *Crew) Start(stores ...*store.Store) {
	c.counts, c.codes, c.stop, c.last = Counts{}, map[string]int{}, make(chan struct{}), time.Now()
	for w := range Writers {
		c.wg.Go(func() { c.write(stores[w%len(stores)], w) })
	}
}

func (c *Crew) write(s *store.Store, w int) {
	for n := 0; ; {
		select {
		case <-c.stop:
			return
		default:
		}
		line, at := Line(c.Name, w, n), start
		if c.At != nil {
			at = c.At()
		}
		_, err := WriteAt(s, line, Ref(w), Wrote{Name: line}, at)
		c.heard(line, err)
		if err == nil {
			n++
			continue
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func (c *Crew) heard(line string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		c.codes[fault.Of(err).Code]++
		return
	}
	c.counts.Count(line)
	c.pause, c.last = max(c.pause, time.Since(c.last)), time.Now()
	if c.Heard != nil {
		c.Heard(line)
	}
}

// Stop ends the writers and gives what was acknowledged.
func (c *Crew) Stop() Counts {
	close(c.stop)
	c.wg.Wait()
	return c.SoFar()
}

// SoFar is what was acknowledged until now.
func (c *Crew) SoFar() Counts {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.counts)
}

// Codes are what the writers were told instead, each with how often.
func (c *Crew) Codes() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.codes)
}

// Pause is the longest time in which nobody was acknowledged anything.
func (c *Crew) Pause() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return max(c.pause, time.Since(c.last))
}

// Await waits until so many more acts were acknowledged.
func (c *Crew) Await(t testing.TB, more int, limit time.Duration) {
	t.Helper()
	want, until := c.SoFar().All()+more, time.Now().Add(limit)
	for c.SoFar().All() < want {
		if time.Now().After(until) {
			t.Fatalf("%d of %d further acts in %s; writers were told %v", more-(want-c.SoFar().All()), more, limit, c.Codes())
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// Complaints are what is wrong with a record in which at least these acts were
// acknowledged and at most those: one that is gone, one that is there twice, one
// that nobody asked for, a ledger that does not verify.
func Complaints(s *store.Store, least, most Counts) (out []string) {
	ctx := context.Background()
	if _, err := s.Verify(ctx, store.VerifyAll, nil); err != nil {
		out = append(out, "does not agree with itself: "+err.Error())
	}
	there := map[string]map[int]bool{}
	for w := range Writers {
		l, err := s.View(ctx, Ref(w))
		if err != nil {
			return append(out, "cannot be read: "+err.Error())
		}
		pad := store.As[*Pad](l, Ref(w))
		if pad == nil {
			continue
		}
		if pad.Count != len(pad.Lines) {
			out = append(out, fmt.Sprintf("%d events made %d lines: one is there twice", pad.Count, len(pad.Lines)))
		}
		for line := range pad.Lines {
			writer, n := cutLine(line)
			if there[writer] == nil {
				there[writer] = map[int]bool{}
			}
			there[writer][n] = true
		}
	}
	for writer := range least {
		for n := range least[writer] {
			if !there[writer][n] {
				out = append(out, fmt.Sprintf("%s-%d was acknowledged and is gone", writer, n))
			}
		}
	}
	for writer, lines := range there {
		for n := range lines {
			if n < 0 || n > most[writer] {
				out = append(out, fmt.Sprintf("%s-%d is there, and nobody asked for it", writer, n))
			}
		}
	}
	return out
}

// Whole fails the test for each complaint.
func Whole(t testing.TB, s *store.Store, said ...Counts) {
	t.Helper()
	all := Counts{}
	for _, one := range said {
		maps.Copy(all, one)
	}
	for i, complaint := range Complaints(s, all, all) {
		if i == 10 {
			t.Error("and so on")
			break
		}
		t.Error(complaint)
	}
	if all.All() == 0 {
		t.Error("nothing was acknowledged: this test shows nothing")
	}
}

// Streams are the pads of a crew.
func Streams() (out []casework.Ref) {
	for w := range Writers {
		out = append(out, Ref(w))
	}
	return out
}
