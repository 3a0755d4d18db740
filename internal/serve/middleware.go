package serve

import (
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"
)

// Chain puts the outermost handlers round h: a log line without content, an
// answer when a handler panics, a limit on how many run at once, in all and for
// one address, and pages made smaller on their way. Addresses written so that two
// programs read them differently are refused before anything else.
func Chain(h http.Handler, log *slog.Logger, atOnce int, overloaded, broken http.Handler) http.Handler {
	return logged(log, plainly(compressed(recovered(log, broken, fairly(max(1, atOnce/8), overloaded, limited(atOnce, overloaded, h))))))
}

// logged writes method, route pattern, status and time: never the address as
// sent, which could carry what somebody typed, and never a name.
func logged(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start, sw := time.Now(), &statusWriter{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(sw, r)
		log.Debug("served", "method", r.Method, "route", r.Pattern, "status", sw.status, "ms", time.Since(start).Milliseconds())
	})
}

type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// recovered answers a panic and logs its place, not its value: a value may
// hold what somebody typed.
func recovered(log *slog.Logger, broken http.Handler, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p)
				}
				log.Error("handler panicked", "route", r.Pattern, "stack", string(debug.Stack()))
				broken.ServeHTTP(w, r)
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// limited sheds load above atOnce: a quick "come back" is safer than a queue
// in which a removal check waits.
func limited(atOnce int, overloaded http.Handler, next http.Handler) http.Handler {
	slots := make(chan struct{}, atOnce)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case slots <- struct{}{}:
			defer func() { <-slots }()
			next.ServeHTTP(w, r)
		default:
			overloaded.ServeHTTP(w, r)
		}
	})
}
