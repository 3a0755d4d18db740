package web

import (
	"bytes"
	"html/template"
	"strings"
	"sync"

	"pana/internal/wording"
)

// The rail says who one is and where one may go. It is the same on nearly every
// page of a worker, and was half of what drawing the answer to an act cost: it is
// drawn once and kept.

// railKey is all that a rail is made of.
type railKey struct {
	words            *wording.Catalogue
	lang             wording.Lang
	base, body, role string
	nav              string
	demo             bool
}

// mostRails bounds what is kept; when there are more, all go.
const mostRails = 1000

var rails = struct {
	sync.RWMutex
	drawn map[railKey]template.HTML
}{drawn: map[railKey]template.HTML{}}

func (f Frame) railKey() railKey {
	var nav strings.Builder
	for _, item := range f.Nav {
		nav.WriteString(item.Key + " " + item.Path)
		if item.Here {
			nav.WriteString(" here")
		}
		nav.WriteByte('\n')
	}
	return railKey{f.words, f.Lang, f.base, f.BodyName, f.Role, nav.String(), f.Demo != nil}
}

// Rail is the column of places, as the template of that name has it.
func (f Frame) Rail() (template.HTML, error) {
	key := f.railKey()
	rails.RLock()
	drawn, known := rails.drawn[key]
	rails.RUnlock()
	if known {
		return drawn, nil
	}
	pages, err := templates()
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	if err := pages["error"].ExecuteTemplate(&out, "rail", f); err != nil {
		return "", err
	}
	drawn = template.HTML(out.String()) // our own template wrote it, and escaped what it wrote
	rails.Lock()
	defer rails.Unlock()
	if len(rails.drawn) >= mostRails {
		clear(rails.drawn)
	}
	rails.drawn[key] = drawn
	return drawn, nil
}
