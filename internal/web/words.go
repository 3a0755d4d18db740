package web

import (
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"strings"

	"pana/internal/wording"
)

// Langs are the languages of the pages, in the order of the switch. Each is
// written in itself, so that whoever needs it finds it.
var Langs = []wording.Lang{wording.Kazakh, wording.Russian, wording.English}

// parse makes one template a page: the layout, the parts, and the page's own
// "main".
func parse(files fs.FS) (map[string]*template.Template, error) {
	names, err := fs.Glob(files, "templates/*.html")
	if err != nil {
		return nil, err
	}
	shared, pages := []string{}, []string{}
	for _, name := range names {
		if strings.HasPrefix(path.Base(name), "_") {
			shared = append(shared, name)
		} else {
			pages = append(pages, name)
		}
	}
	base, err := template.New("pana").Funcs(helpers).ParseFS(files, shared...)
	if err != nil {
		return nil, fmt.Errorf("web: shared templates: %w", err)
	}
	out := make(map[string]*template.Template, len(pages))
	for _, name := range pages {
		t, err := base.Clone()
		if err == nil {
			_, err = t.ParseFS(files, name)
		}
		if err != nil {
			return nil, fmt.Errorf("web: %s: %w", name, err)
		}
		out[strings.TrimSuffix(path.Base(name), ".html")] = t
	}
	return out, nil
}

// helpers are what templates need beside the page's own methods.
var helpers = template.FuncMap{
	"with2": func(page, item any) pair { return pair{Page: page, Item: item} },
	"lower": strings.ToLower,
}

// pair hands a part both the page, for its words, and the thing to draw.
type pair struct{ Page, Item any }
