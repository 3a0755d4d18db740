package web

import (
	"errors"
	"net/http"

	"pana/internal/fault"
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
	Review   bool   // look before sending again: somebody was first
}

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
	if e.Kind == fault.Unauthenticated {
		err = c.signInPage(http.StatusUnauthorized, e)
	} else {
		err = c.render(statuses[e.Kind], "error", c.errorPage(e))
	}
	if err != nil {
		c.log(fault.Of(err))
		http.Error(c.w, "internal", http.StatusInternalServerError)
	}
}

func (c *call) errorPage(e *fault.Error) errorPage {
	f := c.frame("error.title." + kindWord(e.Kind))
	p := errorPage{Frame: f, Code: e.Code, Sentence: f.sentence(e)}
	// What could be done by sending it again is offered with everything typed.
	if c.posted() && (e.Kind == fault.Busy || e.Kind == fault.Internal || e.Kind == fault.Conflict || e.Kind == fault.Limited) {
		p.Kept, p.Again = keep(c.form), c.r.URL.Path
		p.Button = c.form.Get("go")
		p.Review = e.Kind == fault.Conflict
	}
	return p
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
