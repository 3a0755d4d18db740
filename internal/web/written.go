package web

import (
	"net/url"
	"slices"
	"strings"

	"pana/internal/desk"
	"pana/internal/fault"
)

// Typing in what was written on paper: the page of the act asks first when it
// was, by whom it was written down and where. The mark travels in a hidden
// field, so that no page of the form forgets it.

const fromPaperMark = "from_paper"

// paperNames are the fields in which a paper says what it is.
var paperNames = []string{"paper_day", "paper_hour", "paper_by", "paper_where", "foot_code"}

// fromPaper says that the form is typed in from paper.
func fromPaper(v url.Values) bool { return v.Get(fromPaperMark) == "yes" }

// askedFromPaper starts a form as one that is typed in from paper.
func askedFromPaper(q, typed url.Values) {
	if q.Get("paper") != "" {
		typed.Set(fromPaperMark, "yes")
	}
}

// enteredFields ask what the paper says of itself; none when there is no paper.
func enteredFields(f form) []Field {
	if !fromPaper(f.typed) {
		return nil
	}
	out := []Field{f.field("day", "paper_day"), f.field("text", "paper_hour"), f.field("text", "paper_by"), f.field("text", "paper_where"), f.field("text", "foot_code")}
	for i, name := range paperNames {
		out[i].Optional = name == "paper_hour" || name == "paper_where" || name == "foot_code"
	}
	return out
}

func writtenIn(v url.Values) *desk.Written {
	if !fromPaper(v) {
		return nil
	}
	return &desk.Written{
		Day: v.Get("paper_day"), Hour: strings.TrimSpace(v.Get("paper_hour")), By: text(v, "paper_by"), Where: text(v, "paper_where"),
		Form: strings.TrimSpace(v.Get("foot_code")),
	}
}

// writtenMend says at once what desk would say at the end: when, and by whom.
func writtenMend(v url.Values) (mend []fault.Field) {
	if !fromPaper(v) {
		return nil
	}
	for _, asked := range []fault.Field{{Name: "paper_day", Code: "field.day"}, {Name: "paper_by", Code: "field.required"}} {
		if text(v, asked.Name).Empty() {
			mend = append(mend, asked)
		}
	}
	return mend
}

// hasError says that something with this code must be mended.
func (f Frame) hasError(code string) bool {
	return slices.ContainsFunc(f.Errors, func(e FieldError) bool { return e.Code == code })
}
