package serve

import (
	"compress/gzip"
	"mime"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// A page of a file is some 60 KB as it is written and 10 as gzip, and villages
// have slow lines. But what is compressed tells by its length whether one part
// repeats another (BREACH): somebody who can make a worker's browser ask for a
// page with words of his choice, and sees how long the answers are, could try
// out names letter by letter. So a page is compressed only when nobody but the
// worker can have chosen the words:
//
//   - never the answer to a form, which shows what was typed beside what is kept;
//   - a page with a query only when the browser says that it was asked for by
//     one of our own pages or by the reader (Sec-Fetch-Site);
//   - nothing that another site asked for.
//
// That the session's cookie travels with no request of another site but a link
// that is followed (SameSite=Lax) is the first wall; this is the second.

// leastToCompress: below it, headers and a packet's size eat the gain.
const leastToCompress = 1400

var compressible = []string{"text/html", "text/css", "text/javascript", "image/svg+xml"}

func compressed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !mayCompress(r) {
			next.ServeHTTP(w, r)
			return
		}
		cw := &compressWriter{ResponseWriter: w}
		next.ServeHTTP(cw, r)
		cw.end() // not when the handler panics: it sends nothing more
	})
}

func mayCompress(r *http.Request) bool {
	if r.Method != http.MethodGet || r.Header.Get("Range") != "" || !takesGzip(r) {
		return false
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "same-origin", "none":
		return true
	case "": // an old browser, or a program
		return r.URL.RawQuery == ""
	}
	return false
}

func takesGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.TrimSpace(name) == "gzip" {
			return !slices.Contains([]string{"q=0", "q=0.0", "q=0.00", "q=0.000"}, strings.ReplaceAll(weight, " ", ""))
		}
	}
	return false
}

// compressWriter waits for the first bytes before it decides, and only then
// sends the head.
type compressWriter struct {
	http.ResponseWriter
	status  int
	decided bool
	gz      *gzip.Writer
}

func (w *compressWriter) WriteHeader(status int) {
	if status < http.StatusOK { // 1xx go on at once
		w.ResponseWriter.WriteHeader(status)
		return
	}
	if w.status == 0 {
		w.status = status
	}
}

func (w *compressWriter) Write(b []byte) (int, error) {
	w.decide(b)
	if w.gz != nil {
		return w.gz.Write(b)
	}
	return w.ResponseWriter.Write(b)
}

func (w *compressWriter) decide(first []byte) {
	if w.decided {
		return
	}
	w.decided = true
	h := w.Header()
	if w.status == 0 {
		w.status = http.StatusOK
	}
	kind, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	suits := err == nil && slices.Contains(compressible, kind)
	if suits {
		h.Add("Vary", "Accept-Encoding, Sec-Fetch-Site")
	}
	if suits && len(first) >= leastToCompress && h.Get("Content-Encoding") == "" && w.status == http.StatusOK {
		h.Set("Content-Encoding", "gzip")
		h.Del("Content-Length")
		w.gz = writers.Get().(*gzip.Writer)
		w.gz.Reset(w.ResponseWriter)
	}
	w.ResponseWriter.WriteHeader(w.status)
}

// end sends what is left.
func (w *compressWriter) end() {
	if w.status != 0 {
		w.decide(nil)
	}
	if w.gz != nil {
		_ = w.gz.Close() // the reader went away; there is nobody to tell
		writers.Put(w.gz)
	}
}

// FlushError is for who writes a page in pieces.
func (w *compressWriter) FlushError() error {
	w.decide(nil)
	if w.gz != nil {
		if err := w.gz.Flush(); err != nil {
			return err
		}
	}
	return http.NewResponseController(w.ResponseWriter).Flush()
}

func (w *compressWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// writers are kept: each has tables of 800 KB. Fast, because a page is
// compressed anew each time and a stronger gzip saves a tenth of the bytes for
// thrice the processor.
var writers = sync.Pool{New: func() any {
	w, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // the level is one there is
	return w
}}
