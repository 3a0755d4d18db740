package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// maxBody is the largest form there is: every field at its limit and room for
// the encoding of Cyrillic, six bytes a letter.
const maxBody = 256 << 10

// Limits of what may be typed, in characters.
var limits = map[string]int{
	"call_name": 60, "contact": 120, "name": 120, "born": 10, "doc_number": 40, "note": 1000, "text": 2000,
	"reasons": 8000, "login": 80, "password": 200, "new_password": 200, "new_password_again": 200, "motion_why": 500, "age": 3, "custody": 60, "place": 120, "document": 40, "other": 40,
	"dispute_text": 4000, "dispute_source": 500, "dispute_speaker": 120, "reply": 4000,
	"question_letter": 120, "question_answer": 2000, "question_source": 500, "question_why": 500,
	"code": 120, "call_note": 280, "call_words": 2000, "call_number": 120, "call_from": 120, "minutes": 4, "foot_code": 80, "q": 120,
	"doc_title": 120, "figures": 20, "passkey_name": 60, "answer": 16000, "ceremony": 16000, "page_code": 40, "page_pin": 12, "page_again": 12, "page_second": 12, "page_text": 2000,
	"line_name": 120, "line_age": 10, "area": 120, "address": 200,
	"hand_note": 280, "back_why": 280,
	"track_number": 60, "accused_n": 4, "money_sum": 24, "case_file": 12,
	"paper_hour": 8, "paper_by": 120, "paper_where": 120,
	"cases_kept":     4*desk.CasesLimit/3 + 4,
	"estimate_title": 120, "estimate_perimeter": 1000, "estimate_differs": 1000, "estimate_source": 1000, "estimate_footnote": 1000, "estimate_why": 1000, "estimate_table": casework.MaxEstimateTable,
	"hold_paper": 200, "deferral_article": 60, "deferral_why": 280, "hearing_minutes": 4, "room": 120, "interpreter_name": 120, "interpreter_contact": 120,
}

func limitOf(name string) int {
	if row, rest, ok := strings.Cut(name, "."); ok && isRow(row) {
		name = rest
	}
	if n, ok := limits[name]; ok {
		return n
	}
	return 2000
}

// isRow says whether the first part of a field's name is of a row: r0, r11.
func isRow(part string) bool {
	n, err := strconv.Atoi(strings.TrimPrefix(part, "r"))
	return err == nil && n >= 0 && strings.HasPrefix(part, "r")
}

// readForm reads a posted form, or says in a fault why it cannot.
func readForm(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	if r.Method != http.MethodPost {
		return r.URL.Query(), nil
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if err := r.ParseForm(); err != nil {
		var big *http.MaxBytesError
		if errors.As(err, &big) {
			return nil, fault.Because(err, fault.Invalid, "form.too_large")
		}
		return nil, fault.Because(err, fault.Invalid, "form.malformed")
	}
	for _, values := range r.PostForm {
		for _, v := range values {
			if !utf8.ValidString(v) || strings.ContainsRune(v, 0) {
				return nil, fault.New(fault.Invalid, "form.malformed")
			}
		}
	}
	return r.PostForm, nil
}

// tooLong finds what is over its limit. It is the edge's to say, because the
// page must give it back to be shortened.
func tooLong(v url.Values) []fault.Field {
	var out []fault.Field
	for name, values := range v {
		for _, value := range values {
			if n := limitOf(name); utf8.RuneCountInString(value) > n {
				out = append(out, fault.Field{Name: name, Code: "field.too_long", Args: map[string]string{"max": strconv.Itoa(n)}})
				break
			}
		}
	}
	return out
}

// inFile reads the file of the address, and what the address names in it.
func inFile[T ~string](r *http.Request, name string) (id.File, T, error) {
	file, err := one[id.File](r, "file")
	if err != nil {
		return "", "", err
	}
	x, err := one[T](r, name)
	return file, x, err
}

func text(v url.Values, name string) withheld.Text {
	return withheld.New(strings.TrimSpace(v.Get(name)))
}

func version(v url.Values) uint64 {
	n, _ := strconv.ParseUint(v.Get("version"), 10, 64)
	return n
}

func ids[T ~string](v url.Values, name string) []T {
	var out []T
	for _, s := range v[name] {
		if x, ok := id.Parse[T](s); ok {
			out = append(out, x)
		}
	}
	return out
}

// one reads an identifier from the address. What is no identifier is not
// found, exactly as one that nobody made.
func one[T ~string](r *http.Request, name string) (T, error) {
	x, ok := id.Parse[T](r.PathValue(name))
	if !ok {
		return "", fault.Withheld("web: no identifier in the address")
	}
	return x, nil
}
