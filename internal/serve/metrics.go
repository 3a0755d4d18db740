package serve

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// Counted are the requests of a node, by route and by kind of answer. A route is
// a pattern, never an address as sent, and no label says who asked: a series
// for a person would be a record of them.
type Counted struct {
	mu     sync.Mutex
	routes map[counted]*answers
	Shed   atomic.Int64 // told to come back
}

type counted struct{ route, status string }

type answers struct {
	n      int64
	micros int64
}

// Count counts what next answers.
func (c *Counted) Count(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start, sw := time.Now(), &statusWriter{ResponseWriter: w, status: http.StatusOK}
		defer func() {
			route := r.Pattern
			if route == "" {
				route = "none"
			}
			c.add(counted{route, strconv.Itoa(sw.status/100) + "xx"}, time.Since(start).Microseconds())
			if sw.status == http.StatusServiceUnavailable {
				c.Shed.Add(1)
			}
		}()
		next.ServeHTTP(sw, r)
	})
}

func (c *Counted) add(at counted, micros int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.routes == nil {
		c.routes = map[counted]*answers{}
	}
	a := c.routes[at]
	if a == nil {
		a = &answers{}
		c.routes[at] = a
	}
	a.n, a.micros = a.n+1, a.micros+micros
}

// Gauge is a number that the node knows about itself.
type Gauge struct {
	Name, Help string
	Value      float64
	Label      string // kind="…"; those of one name stand together
}

// write gives the text format of Prometheus, in a fixed order.
func (c *Counted) write(w io.Writer, gauges []Gauge) {
	c.mu.Lock()
	keys := make([]counted, 0, len(c.routes))
	values := map[counted]answers{}
	for k, a := range c.routes {
		keys, values[k] = append(keys, k), *a
	}
	c.mu.Unlock()
	slices.SortFunc(keys, func(a, b counted) int {
		if a.route != b.route {
			return map[bool]int{true: -1, false: 1}[a.route < b.route]
		}
		return map[bool]int{true: -1, false: 1}[a.status < b.status]
	})
	fmt.Fprint(w, "# HELP pana_answers_total Requests answered, by route pattern and kind of status.\n# TYPE pana_answers_total counter\n")
	for _, k := range keys {
		fmt.Fprintf(w, "pana_answers_total{route=%q,status=%q} %d\n", k.route, k.status, values[k].n)
	}
	fmt.Fprint(w, "# HELP pana_answer_seconds_total Time spent answering.\n# TYPE pana_answer_seconds_total counter\n")
	for _, k := range keys {
		fmt.Fprintf(w, "pana_answer_seconds_total{route=%q,status=%q} %.6f\n", k.route, k.status, float64(values[k].micros)/1e6)
	}
	fmt.Fprintf(w, "# HELP pana_unavailable_total Requests told to come back.\n# TYPE pana_unavailable_total counter\npana_unavailable_total %d\n", c.Shed.Load())
	before := ""
	for _, g := range gauges {
		if g.Name != before {
			fmt.Fprintf(w, "# HELP %s %s\n# TYPE %s gauge\n", g.Name, g.Help, g.Name)
		}
		if before = g.Name; g.Label != "" {
			g.Name += "{" + g.Label + "}"
		}
		fmt.Fprintf(w, "%s %g\n", g.Name, g.Value)
	}
}

// Metrics answers GET /metrics; ask is asked for what the node knows of itself.
func (c *Counted) Metrics(ask func(context.Context) []Gauge) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, r *http.Request) {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		gauges := append(ask(r.Context()),
			Gauge{Name: "pana_memory_bytes", Help: "Memory taken from the system.", Value: float64(m.Sys)},
			Gauge{Name: "pana_goroutines", Help: "Goroutines.", Value: float64(runtime.NumGoroutine())})
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		c.write(w, gauges)
	})
	return mux
}

// ListenBeside opens an address for metrics, on this machine only: counts by
// route tell an outsider when a removal check or a hotline call was made.
func ListenBeside(addr string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("address %q is not HOST:PORT: %w", addr, err)
	}
	if !loopback(host) {
		return nil, fmt.Errorf("refusing to serve metrics on %s: they are for this machine (127.0.0.1:9464), where a collector fetches them", addr)
	}
	return net.Listen("tcp", addr)
}

// RunBeside serves metrics until ctx ends.
func RunBeside(ctx context.Context, l net.Listener, h http.Handler, log *slog.Logger) {
	if err := Run(ctx, l, h, log); err != nil && ctx.Err() == nil {
		log.Error("metrics not served", "err", err)
	}
}
