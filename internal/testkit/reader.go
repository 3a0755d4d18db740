package testkit

import (
	"bytes"
	"errors"
	"html"
	"io"
	"iter"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Reader is somebody with a page of Pana in front of them. A story is told once
// and lived by two: Plain, a client that knows only links and forms, so that
// go test ./... needs only Go; and Tab, a real Chromium. Pages are told apart
// by names of fields and data-attributes, never by wording: the story is the
// same in every language.
type Reader interface {
	// Go opens an address of the site.
	Go(path string)
	// Fill types into a field, or chooses from a list.
	Fill(name, value string)
	// Tap chooses an answer.
	Tap(name, value string)
	// Press presses the button with this name and value ("go", "next"); with "",
	// "" the first button of the form that holds the field in.
	Press(name, value string, in ...string)
	// All gives the attribute's values on the page, in the page's order.
	All(attr string) []string
	// HTML is the page; Path its address; Status what the server answered.
	HTML() string
	Path() string
	Status() int
}

// Sees says whether an element of the page has the attribute with this value.
func Sees(r Reader, attr, value string) bool { return slices.Contains(r.All(attr), value) }

// Plain is a Reader without a browser.
type Plain struct {
	t      testing.TB
	Client *http.Client
	base   string
	Header http.Header // sent with every request: a language, say
	page   string
	at     *url.URL
	status int
	forms  []*webForm
}

// NewPlain is a client with cookies of its own, for the site at base.
func NewPlain(t testing.TB, base string) *Plain {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &Plain{t: t, base: base, Client: &http.Client{Jar: jar}, Header: http.Header{}}
}

// Go implements Reader.
func (p *Plain) Go(path string) {
	p.t.Helper()
	p.Do("GET", path, nil)
}

// Do sends a request as a browser would and reads the page that comes back.
func (p *Plain) Do(method, path string, form url.Values) {
	p.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	p.send(method, path, body, "application/x-www-form-urlencoded")
}

// Upload sends the form that has a field for a file, with what was filled in and
// the file after it, as browsers do.
func (p *Plain) Upload(field, name, content string) {
	p.t.Helper()
	f := p.form(field)
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for key, values := range f.values {
		for _, value := range values {
			if key == field {
				continue
			}
			if err := w.WriteField(key, value); err != nil {
				p.t.Fatal(err)
			}
		}
	}
	part, err := w.CreateFormFile(field, name)
	if err == nil {
		_, err = io.WriteString(part, content)
	}
	if err := errors.Join(err, w.Close()); err != nil {
		p.t.Fatal(err)
	}
	p.send(http.MethodPost, f.action, &body, w.FormDataContentType())
}

func (p *Plain) send(method, path string, body io.Reader, kind string) {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), method, p.base+path, body)
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header = p.Header.Clone()
	if method == http.MethodPost {
		req.Header.Set("Content-Type", kind)
		req.Header.Set("Origin", p.base)
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	res, err := p.Client.Do(req)
	if err != nil {
		p.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	p.page, p.at, p.status, p.forms = string(text), res.Request.URL, res.StatusCode, formsOf(string(text))
}

// Behind does something with the same cookies in another window; the page in
// front of the reader stays as it is.
func (p *Plain) Behind(do func(*Plain)) {
	other := *p
	do(&other)
}

// HTML implements Reader.
func (p *Plain) HTML() string { return p.page }

// Path implements Reader.
func (p *Plain) Path() string { return p.at.RequestURI() }

// Status implements Reader.
func (p *Plain) Status() int { return p.status }

// Fill implements Reader.
func (p *Plain) Fill(name, value string) {
	p.t.Helper()
	f := p.form(name)
	if options, list := f.taps[name]; list && !slices.Contains(options, value) {
		p.t.Fatalf("%s has no %s=%s, only %v", p.Path(), name, value, options)
	}
	f.values.Set(name, value)
}

// Tap implements Reader.
func (p *Plain) Tap(name, value string) {
	p.t.Helper()
	f := p.form(name)
	switch {
	case !slices.Contains(f.taps[name], value):
		p.t.Fatalf("%s has no answer %s=%s, only %v", p.Path(), name, value, f.taps[name])
	case f.many[name]:
		f.values.Add(name, value)
	default:
		f.values.Set(name, value)
	}
}

func (p *Plain) form(field string) *webForm {
	p.t.Helper()
	for _, f := range p.forms {
		if slices.Contains(f.fields, field) {
			f.touched = true
			return f
		}
	}
	p.t.Fatalf("%s (%d) has no field %s", p.Path(), p.status, field)
	return nil
}

// Press implements Reader: of several forms with such a button, the one that
// was touched.
func (p *Plain) Press(name, value string, in ...string) {
	p.t.Helper()
	var found *webForm
	for _, f := range p.forms {
		if f.has(name, value) && f.holds(in) && (found == nil || f.touched && !found.touched) {
			found = f
		}
	}
	if found == nil {
		p.t.Fatalf("%s (%d) has no button %s=%s", p.Path(), p.status, name, value)
	}
	send := url.Values{}
	for k, v := range found.values {
		send[k] = slices.Clone(v)
	}
	if name != "" {
		send.Set(name, value)
	}
	if found.method == "get" {
		p.Go(found.action + "?" + send.Encode())
		return
	}
	p.Do("POST", found.action, send)
}

// All implements Reader.
func (p *Plain) All(attr string) []string { return attributes(p.page, attr) }

func attributes(page, attr string) (out []string) {
	for _, m := range regexp.MustCompile(`\s`+regexp.QuoteMeta(attr)+`="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		out = append(out, html.UnescapeString(m[1]))
	}
	return out
}

// Typed gives what a field of the page holds, for "nothing typed is lost".
func (p *Plain) Typed(name string) string {
	for _, f := range p.forms {
		if v, ok := f.values[name]; ok {
			return strings.Join(v, ",")
		}
	}
	return ""
}

// webForm is one form as a client without scripts sends it.
type webForm struct {
	id, action, method string
	values             url.Values
	fields             []string            // that can be seen
	taps               map[string][]string // answers by name
	many               map[string]bool     // checkboxes
	buttons            [][2]string
	touched            bool
}

func (f *webForm) has(name, value string) bool {
	return name == "" && len(f.buttons) > 0 || slices.Contains(f.buttons, [2]string{name, value})
}

// holds says whether the form has the field and value given as "name=value".
func (f *webForm) holds(in []string) bool {
	for _, one := range in {
		name, value, _ := strings.Cut(one, "=")
		if !slices.Contains(f.values[name], value) {
			return false
		}
	}
	return true
}

// Our own pages are regular enough for an obvious reader of tags. Each is matched
// in its own few bytes, up to the next one: on a whole page the expression costs
// more than the server needs to write the page.
var (
	tag       = regexp.MustCompile(`^<(/?)(form|input|select|option|textarea|button)((?:\s+[a-zA-Z0-9:_-]+(?:="[^"]*")?)*)\s*/?>`)
	attribute = regexp.MustCompile(`([a-zA-Z0-9:_-]+)(?:="([^"]*)")?`)
)

// tagsOf gives each tag of a form on the page: "/" when it closes, its name, its
// attributes, and the text from it to the next tag.
func tagsOf(page string) iter.Seq[[4]string] {
	return func(yield func([4]string) bool) {
		for part := range strings.SplitSeq(page, "<") {
			if m := tag.FindStringSubmatch("<" + part); m != nil && !yield([4]string{m[1], m[2], m[3], part[len(m[0])-1:]}) {
				return
			}
		}
	}
}

func formsOf(page string) (forms []*webForm) {
	var now *webForm
	list := ""
	for rest := range tagsOf(page) {
		closing, name, attributes, text := rest[0], rest[1], rest[2], rest[3]
		if closing != "" {
			if name == "form" {
				now = nil
			}
			continue
		}
		a := map[string]string{}
		for _, m := range attribute.FindAllStringSubmatch(attributes, -1) {
			a[m[1]] = html.UnescapeString(m[2])
		}
		if name == "form" {
			now = &webForm{id: a["id"], action: a["action"], method: a["method"], values: url.Values{}, taps: map[string][]string{}, many: map[string]bool{}}
			forms = append(forms, now)
		}
		if _, else_ := a["form"]; now == nil || else_ {
			continue // a button of another form is the browser's to test
		}
		switch name {
		case "input":
			now.input(a)
		case "select":
			list = a["name"]
			now.fields = append(now.fields, list)
			now.values.Set(list, "")
		case "option":
			now.taps[list] = append(now.taps[list], a["value"])
			if _, on := a["selected"]; on {
				now.values.Set(list, a["value"])
			}
		case "textarea":
			now.fields = append(now.fields, a["name"])
			now.values.Set(a["name"], html.UnescapeString(text))
		case "button":
			now.buttons = append(now.buttons, [2]string{a["name"], a["value"]})
		}
	}
	return forms
}

func (f *webForm) input(a map[string]string) {
	name := a["name"]
	_, on := a["checked"]
	switch a["type"] {
	case "hidden":
		f.values.Add(name, a["value"])
		return
	case "radio", "checkbox":
		f.taps[name] = append(f.taps[name], a["value"])
		f.many[name] = a["type"] == "checkbox"
		if on {
			f.values.Add(name, a["value"])
		}
	default:
		f.values.Set(name, a["value"])
	}
	f.fields = append(f.fields, name)
}
