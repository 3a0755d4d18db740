package web

import (
	"archive/zip"
	"bytes"
	"net/http/httptest"
	"strings"
	"testing"
)

// The feed is for anybody, is the same for everybody, and may be kept: its language is the
// address's, and not the reader's.
func TestTheFeedMayBeKept(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, &fakeDesk{})
	for address, lang := range map[string]string{"/hsds/services": string(Langs[0]), "/hsds/services?lang=en": "en", "/hsds/services?lang=x": string(Langs[0])} {
		w := v.get(address)
		if w.Code != 200 || w.Header().Get("Cache-Control") != hsdsKeep || len(w.Header()["Set-Cookie"]) != 0 || !strings.Contains(w.Body.String(), `"`+lang+`"`) {
			t.Errorf("%s: %d %v %s", address, w.Code, w.Header(), w.Body.String())
		}
		r := httptest.NewRequest("GET", address, nil)
		r.Header.Set("If-None-Match", w.Header().Get("ETag"))
		if again := v.send(r); again.Code != 304 || again.Body.Len() != 0 {
			t.Errorf("%s again: %d", address, again.Code)
		}
	}
	w := v.get("/hsds/package.zip")
	if _, err := zip.NewReader(bytes.NewReader(w.Body.Bytes()), int64(w.Body.Len())); err != nil || w.Header().Get("Content-Type") != "application/zip" {
		t.Errorf("the package: %v", err)
	}
}
