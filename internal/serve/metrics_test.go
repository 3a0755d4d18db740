package serve

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestMetricsCountRoutesAndNobody(t *testing.T) {
	t.Parallel()
	var c Counted
	mux := http.NewServeMux()
	mux.HandleFunc("GET /file/{id}", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) })
	mux.HandleFunc("GET /work", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /busy", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	h := c.Count(mux)
	for _, path := range []string{"/file/Nozima?name=Nozima", "/file/Anora", "/work", "/busy", "/Nozima"} {
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, path, nil))
	}
	w := httptest.NewRecorder()
	gauges := func(context.Context) []Gauge {
		return []Gauge{{Name: "pana_leaves", Help: "Leaves.", Value: 12}, {Name: "pana_no", Help: "No.", Value: 1, Label: `why="a"`}, {Name: "pana_no", Help: "No.", Value: 2, Label: `why="b"`}}
	}
	c.Metrics(gauges).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	for _, want := range []string{
		`pana_answers_total{route="GET /file/{id}",status="4xx"} 2`, `pana_answers_total{route="GET /work",status="2xx"} 1`,
		`pana_answers_total{route="none",status="4xx"} 1`, "pana_unavailable_total 1\n", "pana_leaves 12\n", "# TYPE pana_leaves gauge",
		"# TYPE pana_no gauge\npana_no{why=\"a\"} 1\npana_no{why=\"b\"} 2\n",
	} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("no %s in\n%s", want, w.Body)
		}
	}
	if strings.Contains(w.Body.String(), "Nozima") || strings.Contains(w.Body.String(), "Anora") {
		t.Error("metrics have what was asked for")
	}
	for _, addr := range []string{"0.0.0.0:0", ":0", "192.0.2.1:9464", "nonsense"} {
		if l, err := ListenBeside(addr); err == nil {
			_ = l.Close()
			t.Errorf("metrics were served on %s", addr)
		}
	}
}
