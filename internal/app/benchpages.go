package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
)

// readers is how many look at pages at once: more than the processors, fewer
// than a queue. pagesAsked is how many pages, or checks, a figure asks for at most.
const (
	readers    = 4
	pagesAsked = 2000
)

// pages measures what a worker waits for with many files on record, and how
// that grows.
func (b *bench) pages(ctx context.Context) error {
	small, err := b.large(ctx, b.Small)
	if err != nil {
		return err
	}
	large, err := b.large(ctx, b.Files)
	if err != nil {
		return err
	}
	for i, f := range small {
		if f.P95ms > 0 && i < len(large) {
			b.add(figure{Name: fmt.Sprintf("%s: p95 from %d to %d files", pageNames[i], b.Small, b.Files), Value: large[i].P95ms / f.P95ms, Unit: "times"})
		}
	}
	return nil
}

// pageNames are the figures. A border asks one question after the other; several
// at once on two processors wait for each other, and both are worth knowing.
var pageNames = []string{"file page", "My work", "removal check", "removal check, one asks", "file page, one reads", "search by name", "search by step", "docket"}

// large is all that is measured on one database; the figures come in the order
// of pageNames.
func (b *bench) large(ctx context.Context, files int) ([]figure, error) {
	dir, err := b.folder()
	if err != nil {
		return nil, err
	}
	b.say("pages: preparing %d files", files)
	t, err := b.town(ctx, dir, filepath.Join(dir, databaseFile), files, true)
	if err != nil {
		return nil, err
	}
	b.say("  prepared in %.0f s", t.took.Seconds())
	s, err := b.serve(ctx, t, fmt.Sprint("pages-", files), unheld...)
	if err != nil {
		return nil, err
	}
	defer s.end()
	of := fmt.Sprintf(", %d files", files)
	b.add(figure{Name: "start until the first page" + of, Value: s.up.Seconds(), Unit: "s"})
	b.add(figure{Name: "then until the day's sweep is done" + of, Value: s.idle(ctx).Seconds(), Unit: "s"})
	workers, err := t.visitors(ctx, s, readers)
	if err != nil {
		return nil, err
	}
	deciders, err := t.signedIn(ctx, s, t.decider, readers)
	if err != nil {
		return nil, err
	}
	var out []figure
	// Each file is opened once, so that at neither size the page comes from memory.
	opened := min(pagesAsked, len(t.files)/2)
	open := func(ctx context.Context, client, n int) error {
		file := t.files[n*7919%len(t.files)]
		_, err := workers[client].fetch(ctx, http.MethodGet, "/file/"+string(file.id), nil, "<main")
		return err
	}
	for i, one := range []struct {
		clients, times int
		do             func(ctx context.Context, client, n int) error
	}{
		{readers, opened, open},
		{readers, pagesAsked, func(ctx context.Context, client, _ int) error {
			_, err := workers[client].fetch(ctx, http.MethodGet, "/work", nil, "<main")
			return err
		}},
		{readers, pagesAsked, t.checks(s, 0)},
		{1, pagesAsked, t.checks(s, 1)},
		{1, opened, func(ctx context.Context, client, n int) error { return open(ctx, client, n+opened) }},
		{readers, pagesAsked, t.searches(workers, func(n int) url.Values {
			p := t.people[n*31%len(t.people)]
			return url.Values{"q": {p.name + " " + p.born}}
		})},
		{readers, pagesAsked, t.searches(workers, func(n int) url.Values { return url.Values{"with_step": {t.owed}} })},
		{readers, pagesAsked, func(ctx context.Context, client, _ int) error {
			_, err := deciders[client].fetch(ctx, http.MethodGet, "/docket", nil, "<main")
			return err
		}},
	} {
		f, err := s.measure(ctx, pageNames[i]+of, one.clients, one.times, b.For, one.do)
		if err != nil {
			return nil, err
		}
		b.add(f)
		out = append(out, f)
	}
	b.add(figure{Name: "resident memory of the server" + of, Value: s.resident(), Unit: "MB"})
	return out, b.weights(ctx, t, workers[0], files)
}

// searches ask for files of the measured worker's, in a form of their own each.
func (t *benchTown) searches(workers []*visitor, asked func(n int) url.Values) func(ctx context.Context, client, n int) error {
	return func(ctx context.Context, client, n int) error {
		_, err := workers[client].fetch(ctx, http.MethodPost, "/search", strings.NewReader(asked(n).Encode()), "<main")
		return err
	}
}

// checks asks about people on record, and about as many who are not. Each figure
// has machines of its own.
func (t *benchTown) checks(s *server, figure int) func(ctx context.Context, client, n int) error {
	asking := make([]*visitor, machines)
	for i := range asking {
		asking[i] = newVisitor(s.base)
		asking[i].token = t.credentials[figure*machines+i]
	}
	return func(ctx context.Context, _, n int) error {
		n += figure * pagesAsked
		p := t.people[n*31%len(t.people)]
		if n%2 == 1 {
			p.name = "Nobody " + fmt.Sprint(n)
		}
		text, err := json.Marshal(map[string]any{
			"names": []string{p.name}, "birth": p.born, "sex": p.sex, "citizenship": p.citizenship,
			"custody": map[string]string{"reference": fmt.Sprint("B-", n), "ground": "bench", "place": "bench"},
		})
		if err != nil {
			return err
		}
		_, err = asking[n%len(asking)].fetch(ctx, http.MethodPost, "/api/v1/removal-check", bytes.NewReader(text), `"receipt":`)
		return err
	}
}

var linked = regexp.MustCompile(`(?:href|src)="(/static/[^"]+)"`)

// weights are the pages as a phone fetches them the first time: the page with its
// style, script and pictures, as they are sent to who takes gzip.
func (b *bench) weights(ctx context.Context, t *benchTown, v *visitor, files int) error {
	if files != b.Files {
		return nil
	}
	for _, page := range []struct{ name, path string }{
		{"file page", "/file/" + string(t.files[0].id)}, {"My work", "/work"}, {"New concern", "/concern"}, {"Refer", "/file/" + string(t.files[0].id) + "/refer"},
	} {
		raw, packed, err := v.weigh(ctx, page.path)
		if err != nil {
			return err
		}
		b.add(figure{Name: "weight with style and script, compressed: " + page.name, Value: float64(packed) / 1000, Unit: "KB", Note: fmt.Sprintf("%.0f KB as it is", float64(raw)/1000)})
	}
	return nil
}

func (v *visitor) weigh(ctx context.Context, path string) (raw, packed int, err error) {
	text, err := v.read(ctx, path)
	if err != nil {
		return 0, 0, err
	}
	parts, seen := []string{path}, map[string]bool{}
	for _, m := range linked.FindAllSubmatch(text, -1) {
		if at := string(m[1]); !seen[at] {
			seen[at] = true
			parts = append(parts, at)
		}
	}
	for _, p := range parts {
		plain, err := v.read(ctx, p)
		if err != nil {
			return 0, 0, err
		}
		sent, err := v.read(ctx, p, "gzip")
		if err != nil {
			return 0, 0, err
		}
		raw, packed = raw+len(plain), packed+len(sent)
	}
	return raw, packed, nil
}

// read gives the bytes as they are sent, in the encodings that it says it takes.
func (v *visitor) read(ctx context.Context, path string, takes ...string) ([]byte, error) {
	res, err := v.send(ctx, http.MethodGet, path, nil, "Accept-Encoding", strings.Join(takes, ", "))
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answered %s", strings.SplitN(path, "?", 2)[0], res.Status)
	}
	return io.ReadAll(res.Body)
}
