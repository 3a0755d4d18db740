package app

import (
	"bytes"
	"html"
	"net/url"
	"regexp"
	"strings"
)

// webForm is a form as the bench finds it on a page. The pages are our own: each
// attribute is quoted, and no form holds another.
type webForm struct {
	action string
	fields []formField
}

// formField is a field with the values that it offers.
type formField struct {
	name, kind string
	offers     []string
	value      string // what it says already, or the first choice that is made
}

var (
	formTag   = regexp.MustCompile(`(?s)<form\b([^>]*)>(.*?)</form>`)
	fieldTag  = regexp.MustCompile(`(?s)<(input|select|textarea|button|option|/select)\b([^>]*)>`)
	attribute = regexp.MustCompile(`([a-z-]+)(?:="([^"]*)")?`)
	hrefs     = regexp.MustCompile(`href="([^"]*)"`)
)

func attributes(text []byte) map[string]string {
	out := map[string]string{}
	for _, m := range attribute.FindAllSubmatch(text, -1) {
		out[string(m[1])] = html.UnescapeString(string(m[2]))
	}
	return out
}

// formTo is the page's form with this action, that has a button or field of this
// name and value; nil when there is none.
func formTo(page []byte, action, name, value string) *webForm {
	for _, m := range formTag.FindAllSubmatch(page, -1) {
		to := attributes(m[1])["action"]
		if path, _, _ := strings.Cut(to, "?"); path != action {
			continue
		}
		f := readForm(to, m[2])
		if name == "" {
			return f
		}
		for _, field := range f.fields {
			if field.name == name && (value == "" || field.value == value) {
				return f
			}
		}
	}
	return nil
}

func readForm(action string, body []byte) *webForm {
	f := &webForm{action: action}
	selecting := false
	for _, m := range fieldTag.FindAllSubmatch(body, -1) {
		a := attributes(m[2])
		switch tag := string(m[1]); {
		case tag == "/select":
			selecting = false
		case tag == "option":
			if selecting {
				f.offer(a["value"], has(a, "selected"))
			}
		case tag == "select":
			selecting = true
			f.fields = append(f.fields, formField{name: a["name"], kind: tag})
		case tag == "input" && (a["type"] == "radio" || a["type"] == "checkbox"):
			if last := len(f.fields) - 1; last < 0 || f.fields[last].name != a["name"] {
				f.fields = append(f.fields, formField{name: a["name"], kind: a["type"]})
			}
			f.offer(a["value"], has(a, "checked"))
		default:
			kind := a["type"]
			if tag != "input" {
				kind = tag
			}
			f.fields = append(f.fields, formField{name: a["name"], kind: kind, value: a["value"]})
		}
	}
	return f
}

func has(a map[string]string, name string) bool {
	_, ok := a[name]
	return ok
}

// offer adds a choice to the last field.
func (f *webForm) offer(value string, chosen bool) {
	last := &f.fields[len(f.fields)-1]
	if value != "" {
		last.offers = append(last.offers, value)
	}
	if chosen {
		last.value = value
	}
}

// filled is what is sent: what the page had in it, an answer to each question that
// must have one, and what is given.
func (f *webForm) filled(given url.Values) url.Values {
	out := url.Values{}
	for _, field := range f.fields {
		switch {
		case field.name == "" || field.kind == "button":
		case field.kind == "textarea" && field.value == "":
			out.Set(field.name, "Invented words of a bench, as long as such words are.")
		case (field.kind == "radio" || field.kind == "select") && field.value == "" && len(field.offers) > 0:
			out.Set(field.name, field.offers[0])
		case field.value != "":
			out.Set(field.name, field.value)
		}
	}
	for name, values := range given {
		out[name] = values
	}
	return out
}

// offers are the choices of a field.
func (f *webForm) offers(name string) []string {
	for _, field := range f.fields {
		if field.name == name {
			return field.offers
		}
	}
	return nil
}

// linksTo are the addresses on a page that begin so, each once, without what
// follows a question mark.
func linksTo(page []byte, prefix string) (out []string) {
	seen := map[string]bool{}
	for _, m := range hrefs.FindAllSubmatch(page, -1) {
		path, _, _ := strings.Cut(html.UnescapeString(string(m[1])), "?")
		if strings.HasPrefix(path, prefix) && !seen[path] {
			seen[path] = true
			out = append(out, path)
		}
	}
	return out
}

// mainOf is the page without its frame, in which every page has the same links.
func mainOf(page []byte) []byte {
	if i := bytes.Index(page, []byte("<main")); i >= 0 {
		return page[i:]
	}
	return page
}
