package app

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"pana/internal/id"
)

const idLength = id.Len

// formPage is the figure of pages that ask something, before an act.
const formPage = "form"

// kind is one of the things that workers do. A worker can do what her own pages
// lead to.
type kind struct {
	name  string
	share int // of those that look, or of those that act
	act   bool
	can   func(*atWork) bool
	read  func(ctx context.Context, d *workday, deed dayDeed) error
	do    func(ctx context.Context, d *workday, deed dayDeed, due time.Time)
}

var kinds = []kind{
	{name: "My work", share: 30, can: leadsTo("/work"), read: looks("/work")},
	{name: "file", share: 25, can: hasFiles, read: func(ctx context.Context, d *workday, deed dayDeed) error {
		at := one(deed.r, deed.who.files)
		return deed.who.left(ctx, at, deed.who.sees(ctx, at))
	}},
	{name: "docket", share: 12, can: leadsTo("/docket"), read: looks("/docket")},
	{name: "inbox", share: 10, can: leadsTo("/inbox"), read: looks("/inbox")},
	{name: "places", share: 6, can: leadsTo("/places"), read: looks("/places")},
	{name: "house", share: 4, can: leadsTo("/house"), read: looks("/house")},
	{name: "search", share: 6, can: leadsTo("/search"), read: searches},
	{name: "removal check", share: 7, can: leadsTo("/check"), read: checks},

	{name: "concern", share: 25, act: true, can: leadsTo("/concern"), do: records},
	{name: "note", share: 25, act: true, can: hasFiles, do: notes},
	{name: "step", share: 15, act: true, can: hasFiles, do: steps},
	{name: "refer", share: 15, act: true, can: both(leadsTo("/concern"), hasFiles), do: refers},
	{name: "answer a referral", share: 10, act: true, can: func(a *atWork) bool { return len(a.referrals) > 0 }, do: answers},
	{name: "care", share: 10, act: true, can: func(a *atWork) bool { return len(a.guests) > 0 }, do: cares},
}

func hasFiles(a *atWork) bool { return len(a.files) > 0 }

func leadsTo(page string) func(*atWork) bool {
	return func(a *atWork) bool { return slices.Contains(a.nav, page) }
}

func both(x, y func(*atWork) bool) func(*atWork) bool {
	return func(a *atWork) bool { return x(a) && y(a) }
}

func looks(at string) func(context.Context, *workday, dayDeed) error {
	return func(ctx context.Context, _ *workday, deed dayDeed) error { return deed.who.sees(ctx, at) }
}

// dayWords are the answers that concerns of the demonstration have.
func dayWords(dir string) (*demoData, error) {
	files, err := packFiles(dir)
	if err != nil {
		return nil, err
	}
	return readDemo(files)
}

// badAnswer is an answer that is none of those that were hoped for.
type badAnswer struct {
	status int
	route  string
	left   bool // it was before her in the morning, and is not any more
}

func (a *badAnswer) Error() string {
	if a.left {
		return fmt.Sprint(a.route, " answered ", a.status, ": another acted since, and no list leads there any more")
	}
	return fmt.Sprint(a.route, " answered ", a.status)
}

// route is an address without ids.
func route(at string) string {
	at, _, _ = strings.Cut(at, "?")
	parts := strings.Split(at, "/")
	for i, p := range parts {
		if _, ok := id.Parse[id.File](p); ok {
			parts[i] = "…"
		}
	}
	return strings.Join(parts, "/")
}

// page reads a page, which must be whole.
func (v *visitor) page(ctx context.Context, at string) ([]byte, error) {
	return v.ask(ctx, http.MethodGet, at, nil)
}

func (v *visitor) ask(ctx context.Context, method, at string, form url.Values) ([]byte, error) {
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	res, err := v.send(ctx, method, at, body)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK && res.StatusCode != http.StatusSeeOther || strings.HasPrefix(res.Header.Get("Location"), "/sign-in") {
		return text, &badAnswer{status: res.StatusCode, route: method + " " + route(at)}
	}
	return text, nil
}

func (a *atWork) sees(ctx context.Context, at string) error {
	_, err := a.page(ctx, at)
	return err
}

// searches looks for one whom she knows of by name.
func searches(ctx context.Context, d *workday, deed dayDeed) error {
	_, err := deed.who.ask(ctx, http.MethodPost, "/search", url.Values{"q": {d.somebody(deed)}})
	return err
}

// somebody is a name as those on record are.
func (d *workday) somebody(deed dayDeed) string {
	surname := one(deed.r, syllables) + one(deed.r, syllables) + one(deed.r, syllables)
	country := one(deed.r, []string{"KAZ", "UZB", "RUS", "other"})
	return surname + " " + one(deed.r, d.words.Names[country].Female)
}

// checks asks whether somebody may be removed, with the form of the page.
func checks(ctx context.Context, d *workday, deed dayDeed) error {
	_, err := deed.who.ask(ctx, http.MethodPost, "/check", url.Values{
		"key": {newPassword()}, "name": {d.somebody(deed)}, "names": {d.somebody(deed)}, "born": {strconv.Itoa(1970 + deed.r.IntN(40))}, "sex": {"female"},
		"custody": {"B-" + strconv.Itoa(deed.r.IntN(1e6))}, "go": {"ask"},
	})
	return err
}

// asks reads the page with the form of an act, which is a look of its own, and begins
// to count the act when it is there.
func (d *workday) asks(ctx context.Context, deed dayDeed, at, action, name, value string, due time.Time) (*webForm, time.Time) {
	page, err := deed.who.page(ctx, at)
	took := time.Since(due) // what became of it is asked on nobody's time
	err = deed.who.left(ctx, at, err)
	d.note(formPage, took, err)
	if err != nil {
		return nil, due
	}
	f := formTo(page, action, name, value)
	if f == nil {
		d.mu.Lock()
		d.gone[deed.kind.name+", no form on "+route(at)]++
		d.mu.Unlock()
	}
	return f, time.Now()
}

// sends does the act and notes how it ended.
func (d *workday) sends(ctx context.Context, deed dayDeed, f *webForm, given url.Values, begun time.Time) {
	_, err := deed.who.ask(ctx, http.MethodPost, f.action, f.filled(given))
	d.note(deed.kind.name, time.Since(begun), err)
}

func records(ctx context.Context, d *workday, deed dayDeed, due time.Time) {
	f, begun := d.asks(ctx, deed, "/concern", "/concern", "", "", due)
	if f == nil {
		return
	}
	p := d.words.path(one(deed.r, sortedPaths(d.words)))
	d.sends(ctx, deed, f, url.Values{
		"at": {"check"}, "go": {"record"}, "safety": {one(deed.r, p.Safety)}, "age": {"17"}, "age_known": {"under_18"}, "sex": {"female"}, "language": {"ru"},
		"needs": one(deed.r, p.Needs), "consent": {"child"}, "indicators": one(deed.r, p.Indicators), "fear": {"not_sure"}, "call_name": {"Nobody"},
	}, begun)
}

func sortedPaths(words *demoData) (out []string) {
	for name := range words.Paths {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

func notes(ctx context.Context, d *workday, deed dayDeed, due time.Time) {
	at := one(deed.r, deed.who.files)
	if f, begun := d.asks(ctx, deed, at, at+"/note", "", "", due); f != nil {
		d.sends(ctx, deed, f, nil, begun)
	}
}

// steps takes one of the steps that the file's page leads to.
func steps(ctx context.Context, d *workday, deed dayDeed, due time.Time) {
	at := one(deed.r, deed.who.files)
	page, err := deed.who.page(ctx, at)
	took := time.Since(due)
	err = deed.who.left(ctx, at, err)
	d.note("file", took, err)
	open := linksTo(mainOf(page), at+"/step/")
	if err != nil || len(open) == 0 {
		return
	}
	step := one(deed.r, open)
	if f, begun := d.asks(ctx, deed, step, step, "go", "", time.Now()); f != nil {
		d.sends(ctx, deed, f, url.Values{"go": {"take"}}, begun)
	}
}

func refers(ctx context.Context, d *workday, deed dayDeed, due time.Time) {
	file := one(deed.r, deed.who.files)
	page, err := deed.who.page(ctx, file)
	took := time.Since(due)
	err = deed.who.left(ctx, file, err)
	d.note("file", took, err)
	at := file + "/refer"
	if err != nil || len(linksTo(mainOf(page), at)) == 0 { // who decides may see a file and refer nobody
		return
	}
	f, begun := d.asks(ctx, deed, at, at, "services", "", time.Now())
	if f == nil {
		return
	}
	services, needs := f.offers("services"), f.offers("needs")
	d.sends(ctx, deed, f, url.Values{
		"services": services[:min(2, len(services))], "needs": needs[:min(1, len(needs))], "children": {"0"}, "consent": {"yes"}, "go": {"send"},
	}, begun)
}

func answers(ctx context.Context, d *workday, deed dayDeed, due time.Time) {
	at := one(deed.r, deed.who.referrals)
	f, begun := d.asks(ctx, deed, at, at, "go", "accept", due)
	if f == nil {
		return
	}
	d.sends(ctx, deed, f, url.Values{"go": {"accept"}}, begun)
}

func cares(ctx context.Context, d *workday, deed dayDeed, due time.Time) {
	at := one(deed.r, deed.who.guests)
	if path.Dir(at) != "/house" {
		return
	}
	if f, begun := d.asks(ctx, deed, at, at, "go", "care", due); f != nil {
		d.sends(ctx, deed, f, url.Values{"go": {"care"}, "minutes": {"30"}}, begun)
	}
}
