package serve

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestListenRefusesClearTextBeyondThisMachine(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0", "nonsense"} {
		if l, err := Listen(Config{Addr: addr}); err == nil {
			_ = l.Close()
			t.Errorf("%s was listened on in clear", addr)
		}
	}
	l, err := Listen(Config{Addr: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
}

func TestChain(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	answer := func(status int) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
	}
	entered, leave := make(chan struct{}), make(chan struct{})
	mux := http.NewServeMux()
	mux.HandleFunc("/panic/{x}", func(http.ResponseWriter, *http.Request) { panic("Planted Name") })
	mux.HandleFunc("/slow", func(http.ResponseWriter, *http.Request) { entered <- struct{}{}; <-leave })
	mux.HandleFunc("/ok", func(http.ResponseWriter, *http.Request) {})
	h := Chain(mux, log, 1, answer(http.StatusServiceUnavailable), answer(http.StatusInternalServerError))

	get := func(path string) int {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		return w.Code
	}
	if got := get("/panic/Planted?name=Planted"); got != http.StatusInternalServerError {
		t.Errorf("a panic answered %d", got)
	}
	done := make(chan struct{})
	go func() { get("/slow"); close(done) }()
	<-entered
	if got := get("/ok"); got != http.StatusServiceUnavailable {
		t.Errorf("above the limit the answer was %d", got)
	}
	close(leave)
	<-done
	if strings.Contains(out.String(), "Planted") {
		t.Errorf("the log has what was typed:\n%s", out.String())
	}
}
