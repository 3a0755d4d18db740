package app

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pana/internal/testkit"
)

// planted is in no pack and nobody's name; spelled is how it could come out.
const planted = "Жұпарқызыова"

var spelled = []string{planted, strings.ToUpper(planted), strings.ToLower(planted), url.QueryEscape(planted), "Zhuparqyzyova", "\\u0416\\u04b1\\u043f"}

// TestAPlantedNameIsFoundNowhere: a made-up name goes wherever a name can be
// typed, rightly and wrongly. It must be in no log line, no address, no header,
// and nowhere in the database as it lies on the disk: index, jobs, receipts and
// keys of idempotency among it.
func TestAPlantedNameIsFoundNowhere(t *testing.T) {
	t.Parallel()
	l := begin(t)
	p := l.plain(t, "ru")
	addresses := &walker{next: http.DefaultTransport}
	p.Client.Transport = addresses
	s, ask := storyOf(t, l, p)
	who := girl
	who.name = planted + " Күнімай"
	s.tell(who, "hold", "barred", ask...)
	l.mistakes(t, p, s.file)
	if err := l.Push(t.Context(), "1d"); err != nil {
		t.Fatal(err)
	}

	where := map[string][]byte{"the log": []byte(l.log.String()), "addresses and headers": addresses.seen.Bytes()}
	for _, file := range []string{databaseFile, databaseFile + "-wal"} {
		content, err := os.ReadFile(filepath.Join(l.dir, file))
		if err != nil {
			t.Fatal(err)
		}
		where[file] = content
	}
	for place, content := range where {
		for _, name := range spelled {
			if bytes.Contains(content, []byte(name)) {
				t.Errorf("%s has the name", place)
				break
			}
		}
	}
	if len(l.log.String()) == 0 || !bytes.Contains(where["addresses and headers"], []byte("/check")) {
		t.Error("nothing was kept to be searched")
	}
}

// mistakes type the name where it does not belong.
func (l *live) mistakes(t *testing.T, p *testkit.Plain, file string) {
	t.Helper()
	enter(p, "", "inspector")
	for _, m := range []struct {
		why, path string
		form      url.Values
	}{
		{"as a login", "/sign-in", url.Values{"login": {planted}, "password": {planted}}},
		{"as an age", "/concern", url.Values{"at": {"safety"}, "age": {planted}, "go": {"next"}}},
		{"as an answer", "/concern", url.Values{"at": {"check"}, "go": {"record"}, "key": {"k1"}, "safety": {planted}, "sex": {planted}, "needs": {planted}, "region": {planted}}},
		{"as a key", "/file/" + file + "/note", url.Values{"key": {planted}, "text": {planted}, "tab": {planted}}},
		{"in a note", "/file/" + file + "/note", url.Values{"key": {"k2"}, "text": {planted}}},
		{"as a date", "/file/" + file + "/identity", url.Values{"key": {"k3"}, "name": {planted}, "born": {planted}}},
		{"in a need card", "/file/" + file + "/refer", url.Values{"key": {"k4"}, "go": {"send"}, "services": {planted}, "note": {planted}, "priority": {planted}}},
		{"as a number of a file", "/file/" + file + "/same", url.Values{"key": {"k5"}, "other": {planted}, "undo": {"same"}, "reason": {"person_says"}}},
		{"as a reason", "/file/" + file + "/correct/" + file, url.Values{"key": {"k6"}, "reason": {planted}}},
		{"as who wrote a paper, where, and in its foot", "/concern", url.Values{"at": {"check"}, "go": {"record"}, "key": {"k7"}, "from_paper": {"yes"}, "paper_day": {"2026-01-15"}, "paper_by": {planted}, "paper_where": {planted}, "foot_code": {planted}, "age_known": {"under_18"}, "consent": {"child"}}},
		{"as an hour on a paper", "/concern", url.Values{"at": {"check"}, "go": {"record"}, "key": {"k8"}, "from_paper": {"yes"}, "paper_day": {planted}, "paper_hour": {planted}, "paper_by": {planted}}},
		{"as a button", "/demo/clock", url.Values{"by": {planted}}},
	} {
		p.Do("POST", m.path, m.form)
		if p.Status() >= 500 {
			t.Errorf("the name %s: %d", m.why, p.Status())
		}
	}
	for _, body := range []string{`{"names":["` + planted + `"],"custody":{"reference":"` + planted + `"}}`, `{"names":"` + planted + `"}`, planted} {
		req, err := http.NewRequestWithContext(t.Context(), "POST", l.url+"/api/v1/removal-check", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer x")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		said, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if strings.Contains(string(said), planted) {
			t.Error("the API repeats the name")
		}
	}
}

// walker keeps every address that was asked for and every header that came
// back: what a proxy in between would write down.
type walker struct {
	next http.RoundTripper
	seen bytes.Buffer
}

func (w *walker) RoundTrip(r *http.Request) (*http.Response, error) {
	w.seen.WriteString(r.URL.String() + "\n")
	res, err := w.next.RoundTrip(r)
	if err == nil {
		_ = res.Header.Write(&w.seen)
	}
	return res, err
}
