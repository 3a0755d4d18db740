package web

import (
	"cmp"
	"errors"
	"net/http"
	"strings"
	"time"

	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
)

// errorPage says in a sentence what is wrong and how to mend it, with the code
// that a telephone call can name.
type errorPage struct {
	Frame
	Code     string
	Sentence string
	Kept     []Kept // what was typed, to send once more
	Again    string
	Button   string // what was pressed
	Reload   string // the page that was asked for and may be had later
	Review   bool   // look before sending again: somebody was first
	// Since is what that somebody did, as far as the reader may see it in the file.
	Since []sinceLine
	File  id.File // that was changed
}

// sinceLine is one thing that was recorded after a form had been shown: by which
// body, never by whom of it.
type sinceLine struct{ At, Body, What string }

// statuses answer each kind of fault.
var statuses = map[fault.Kind]int{
	fault.Internal: http.StatusInternalServerError, fault.Invalid: http.StatusUnprocessableEntity,
	fault.NotFound: http.StatusNotFound, fault.Conflict: http.StatusConflict,
	fault.Unauthenticated: http.StatusUnauthorized, fault.Limited: http.StatusTooManyRequests,
	fault.Busy: http.StatusServiceUnavailable,
}

// fail is the one place that decides what a person sees of an error. Not found
// and withheld give the same bytes: the page knows nothing but the code.
func (c *call) fail(err error) {
	e := fault.Of(err)
	c.log(e)
	c.comeBack(e)
	switch {
	case e.Kind == fault.Unauthenticated:
		err = c.signInPage(http.StatusUnauthorized, e)
	case e.Kind == fault.Limited && c.posted() && c.route.Page == "signin": // with the login typed
		err = c.signInPage(statuses[e.Kind], e)
	default:
		err = c.render(statuses[e.Kind], "error", c.errorPage(e))
	}
	if err != nil {
		c.log(fault.Of(err))
		http.Error(c.w, "internal", http.StatusInternalServerError)
	}
}

// comeBack says to a program in between, as the page does to a person, when to try again.
func (c *call) comeBack(e *fault.Error) {
	if e.Kind == fault.Limited || e.Kind == fault.Busy {
		c.w.Header().Set("Retry-After", cmp.Or(e.Args["seconds"], "5"))
	}
}

func (c *call) errorPage(e *fault.Error) errorPage {
	f := c.frame("error.title." + kindWord(e.Kind))
	switch {
	case c.route.Page == "her": // nothing of a worker who may be signed in on the same device
		f = c.herFrame(c.entryLang())
		c.neverKept()
	case strings.HasPrefix(e.Code, "rate."):
		f.TitleKey = "error.title.rate"
	}
	p := errorPage{Frame: f, Code: e.Code, Sentence: f.sentence(e)}
	// What could be done by sending it again is offered with everything typed.
	if c.posted() && (e.Kind == fault.Busy || e.Kind == fault.Internal || e.Kind == fault.Conflict || e.Kind == fault.Limited) {
		p.Kept, p.Again = keep(c.form, "page_pin"), c.r.URL.Path
		p.Button = c.form.Get("go")
		p.Review = e.Kind == fault.Conflict
		p.File, p.Since = c.since(f, e)
	}
	if !c.posted() && (e.Kind == fault.Busy || e.Kind == fault.Limited) {
		p.Reload = f.Path
	}
	return p
}

// sinceMost bounds what is said of it: one act may record several things.
const sinceMost = 3

// since is what changed the file under a form that was open: what the reader would
// find in the file's own history, and nothing where that is not for them.
func (c *call) since(f Frame, e *fault.Error) (id.File, []sinceLine) {
	file, ok := id.Parse[id.File](c.r.PathValue("file"))
	if !ok || e.Code != casework.CodeFileChanged {
		return "", nil
	}
	view, err := c.site.Desk.File(c.ctx, c.who, file, "")
	if err != nil {
		return "", nil // the conflict is what is told; a second error would hide it
	}
	var out []sinceLine
	for _, l := range view.Timeline {
		if l.Recorded.UTC().Format(time.RFC3339) == e.Args["at"] && len(out) < sinceMost {
			out = append(out, sinceLine{f.At(l.At), l.Body, f.inHistory(l)})
		}
	}
	return file, out
}

func kindWord(k fault.Kind) string {
	switch k {
	case fault.Invalid:
		return "invalid"
	case fault.NotFound:
		return "not_found"
	case fault.Conflict:
		return "conflict"
	case fault.Limited:
		return "limited"
	case fault.Busy:
		return "busy"
	}
	return "internal"
}

// sentence is the code's own words, or its kind's.
func (f Frame) sentence(e *fault.Error) string {
	args := f.arguments(e.Args)
	for _, key := range []string{"error." + e.Code, "error.kind." + kindWord(e.Kind)} {
		if f.words.Has(f.Lang, key) {
			return f.T(key, args...)
		}
	}
	return f.T("error.kind.internal")
}

// lost answers for every address that is none.
func lost(*call) error {
	return fault.Because(errors.New("web: no such address"), fault.NotFound, "not_found")
}
