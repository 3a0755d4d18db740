package serve

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestWhatIsCompressed(t *testing.T) {
	t.Parallel()
	long, short := strings.Repeat("каждому ", 400), "short"
	for _, row := range []struct {
		why, method, path, kind, body string
		head                          map[string]string
		status                        int
		packed                        bool
	}{
		{why: "a page that one of ours asked for", path: "/file/1?show=quiet", head: map[string]string{"Sec-Fetch-Site": "same-origin"}, packed: true},
		{why: "an address that the reader typed", path: "/work?q=1", head: map[string]string{"Sec-Fetch-Site": "none"}, packed: true},
		{why: "an old browser, nothing in the query", path: "/work", packed: true},
		{why: "an old browser, and words in the query", path: "/work?q=Nozima"},
		{why: "another site chose the words", path: "/work?q=Nozima", head: map[string]string{"Sec-Fetch-Site": "cross-site"}},
		{why: "another site, even without words", path: "/work", head: map[string]string{"Sec-Fetch-Site": "cross-site"}},
		{why: "a sister site", path: "/work", head: map[string]string{"Sec-Fetch-Site": "same-site"}},
		{why: "the answer to a form shows what was typed", method: "POST", path: "/work", head: map[string]string{"Sec-Fetch-Site": "same-origin"}},
		{why: "what is short is not worth it", path: "/work", body: short},
		{why: "a style", path: "/static/pana.css", kind: "text/css; charset=utf-8", packed: true},
		{why: "a picture that is packed already", path: "/x.png", kind: "image/png"},
		{why: "an answer to a machine is not a page", path: "/api", kind: "application/json"},
		{why: "a browser that takes none", path: "/work", head: map[string]string{"Accept-Encoding": "br, gzip;q=0"}},
		{why: "a part of a file", path: "/static/pana.css", kind: "text/css", head: map[string]string{"Range": "bytes=0-9"}},
		{why: "an error", path: "/work", status: http.StatusNotFound},
	} {
		if row.method == "" {
			row.method = http.MethodGet
		}
		if row.kind == "" {
			row.kind = "text/html; charset=utf-8"
		}
		if row.body == "" {
			row.body = long
		}
		r := httptest.NewRequest(row.method, row.path, nil)
		r.Header.Set("Accept-Encoding", "gzip, deflate, br")
		for k, v := range row.head {
			r.Header.Set(k, v)
		}
		w := httptest.NewRecorder()
		compressed(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", row.kind)
			w.Header().Set("Content-Length", "1")
			if row.status != 0 {
				w.WriteHeader(row.status)
			}
			_, _ = io.WriteString(w, row.body[:len(row.body)/2*2])
			_, _ = io.WriteString(w, row.body[len(row.body)/2*2:])
		})).ServeHTTP(w, r)
		body := w.Body.String()
		if got := w.Header().Get("Content-Encoding") == "gzip"; got != row.packed {
			t.Errorf("%s: compressed is %v", row.why, got)
			continue
		}
		if row.packed {
			if w.Header().Get("Content-Length") != "" || w.Body.Len() > len(row.body)/2 {
				t.Errorf("%s: length %q, %d bytes", row.why, w.Header().Get("Content-Length"), w.Body.Len())
			}
			z, err := gzip.NewReader(w.Body)
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(z)
			if body = string(b); err != nil {
				t.Errorf("%s: %v", row.why, err)
			}
		}
		if body != row.body || row.status != 0 && w.Code != row.status {
			t.Errorf("%s: another answer arrived (%d)", row.why, w.Code)
		}
	}
}

// An answer without a body keeps its status, and one that is written in pieces
// arrives in pieces.
func TestCompressedAnswersWithoutABodyAndInPieces(t *testing.T) {
	t.Parallel()
	get := func(h http.HandlerFunc) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Accept-Encoding", "gzip")
		w := httptest.NewRecorder()
		compressed(h).ServeHTTP(w, r)
		return w
	}
	if w := get(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusSeeOther) }); w.Code != http.StatusSeeOther || w.Body.Len() > 0 {
		t.Errorf("a redirection became %d with %d bytes", w.Code, w.Body.Len())
	}
	w := get(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, strings.Repeat("a", leastToCompress))
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
		_, _ = io.WriteString(w, "b")
	})
	z, err := gzip.NewReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(z); err != nil || !w.Flushed || !strings.HasSuffix(string(b), "ab") {
		t.Errorf("in pieces: flushed %v, %d bytes, %v", w.Flushed, len(b), err)
	}
}
