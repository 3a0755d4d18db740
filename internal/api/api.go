// Package api is the machine edge: border and court systems ask here, with a
// service credential, whether a person may be removed. Whatever goes wrong, the
// answer is hold. A ministry's sign-in says here who signed out of it. It echoes nothing that was sent: not in answers, not in
// errors, not in logs.
package api

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"pana/internal/access"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/rate"
	"pana/internal/withheld"
	"pana/internal/wording"
)

// Desk is what the machine edge asks for.
type Desk interface {
	// Machine says who a service credential is.
	Machine(ctx context.Context, credential withheld.Text) (access.Who, error)
	RemovalCheck(ctx context.Context, who access.Who, in desk.CheckInput) (desk.CheckAnswer, error)
	leaving
}

// Limits of a request. The deadline is for the whole check with its durable
// receipt; past it the officer is told to hold rather than to wait.
const (
	maxBody  = 16 << 10
	deadline = 5 * time.Second
	hold     = "hold"
	// leavingDeadline lets a provider's keys be fetched.
	leavingDeadline = 15 * time.Second
)

// API answers machines.
type API struct {
	desk  Desk
	words *wording.Catalogue
	log   *slog.Logger
	rate  *rate.Gate
}

// New makes the machine edge. A nil gate holds nobody up.
func New(d Desk, words *wording.Catalogue, log *slog.Logger, gate *rate.Gate) *API {
	return &API{d, words, log, gate}
}

// Route is one line of the API's table.
type Route struct{ Method, Path, Act string }

// Public is the act of a route that asks for no credential: what is sent proves itself.
const Public = "public"

// Routes lists what the API answers, each with the act that access must allow.
func Routes() []Route {
	return []Route{{"POST", "/api/v1/removal-check", "check.ask"}, {"POST", "/api/v1/sign-out/{provider}", Public}}
}

// Register puts the routes on a mux.
func (a *API) Register(mux *http.ServeMux) {
	mux.HandleFunc("POST /api/v1/removal-check", a.removalCheck)
	mux.HandleFunc("POST /api/v1/sign-out/{provider}", a.signOut)
	mux.HandleFunc("/api/", func(w http.ResponseWriter, _ *http.Request) {
		write(w, http.StatusNotFound, answer{Answer: hold, Code: "not_found"})
	})
}

// question is the body of a removal check.
type question struct {
	Names       []withheld.Text `json:"names"`
	Birth       withheld.Text   `json:"birth"` // 2009-05-01, 2009-05 or 2009
	Sex         string          `json:"sex"`
	Citizenship withheld.Text   `json:"citizenship"` // ISO 3166-1 alpha-3
	Document    withheld.Text   `json:"document"`
	Custody     struct {
		Reference withheld.Text `json:"reference"` // order or custody number
		Ground    string        `json:"ground"`
		Place     withheld.Text `json:"place"`
	} `json:"custody"`
	Questions struct {
		Afraid  string `json:"afraid_to_return"` // yes, no, not_asked
		Forced  string `json:"forced_or_papers_taken"`
		Under18 string `json:"under_18"`
	} `json:"questions"`
}

// fieldNames are the question's names for what the desk calls otherwise.
var fieldNames = map[string]string{"born": "birth", "custody": "custody.reference"}

// answer is what a machine gets. Fields names what to mend; values never come back.
type answer struct {
	Answer  string    `json:"answer"` // barred, hold, possible_match, no_bar_on_record, stop
	Receipt string    `json:"receipt,omitempty"`
	Number  string    `json:"number,omitempty"`
	At      time.Time `json:"at,omitzero"`
	Duty    []contact `json:"duty_contact,omitempty"`
	Note    string    `json:"note,omitempty"`
	Code    string    `json:"code,omitempty"`
	Detail  string    `json:"detail,omitempty"` // how to mend it, in the reader's language, where there is a sentence
	Fields  []field   `json:"fields,omitempty"`
}

type contact struct {
	Name      string `json:"name"`
	Telephone string `json:"telephone"`
}

type field struct {
	Name   string `json:"name"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

func (a *API) removalCheck(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), deadline)
	defer cancel()
	got, err := a.check(ctx, r)
	lang := language(r)
	if err != nil {
		a.refuse(w, lang, err)
		return
	}
	out := answer{Answer: got.Answer, Receipt: got.Receipt, Number: got.Number, At: got.At,
		Note: a.words.Say(lang, "check.note."+got.Answer)}
	for _, p := range got.Duty {
		out.Duty = append(out.Duty, contact{p.Name, p.Number})
	}
	write(w, http.StatusOK, out)
}

// check is the request in order: who is asking, what is asked, the answer.
func (a *API) check(ctx context.Context, r *http.Request) (desk.CheckAnswer, error) {
	who, err := a.who(ctx, r)
	if err != nil {
		return desk.CheckAnswer{}, err
	}
	q, err := decode(r)
	if err != nil {
		return desk.CheckAnswer{}, err
	}
	return a.desk.RemovalCheck(ctx, who, desk.CheckInput{
		Key: cmp.Or(r.Header.Get("Idempotency-Key"), rand.Text()), Names: q.Names, Born: q.Birth, Sex: q.Sex,
		Citizenship: q.Citizenship, Document: q.Document, Custody: q.Custody.Reference,
		Ground: q.Custody.Ground, Place: q.Custody.Place,
		Afraid: q.Questions.Afraid, Forced: q.Questions.Forced, Under18: q.Questions.Under18,
	})
}

// who is asking: a machine counts as its credential, whoever is none as the address
// that they come from.
func (a *API) who(ctx context.Context, r *http.Request) (access.Who, error) {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return access.Who{}, cmp.Or(a.rate.Address(r.RemoteAddr), error(fault.New(fault.Unauthenticated, "api.credential_missing")))
	}
	who, err := a.desk.Machine(ctx, withheld.New(token))
	if err != nil {
		return access.Who{}, cmp.Or(a.rate.Address(r.RemoteAddr), foreign(err))
	}
	return who, a.rate.Machine(string(who.Worker), string(who.Body))
}

// foreign says in a machine's words that its credential is not known.
func foreign(err error) error {
	if fault.Of(err).Kind == fault.Unauthenticated {
		return fault.Because(err, fault.Unauthenticated, "api.credential")
	}
	return err
}

// decode is strict: a field we do not know is a field the asker believes we
// read, and a check that ignored it could be wrong.
func decode(r *http.Request) (question, error) {
	var q question
	d := json.NewDecoder(http.MaxBytesReader(nil, r.Body, maxBody))
	d.DisallowUnknownFields()
	if err := d.Decode(&q); err != nil {
		return q, badBody(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return q, fault.New(fault.Invalid, "api.more_than_one")
	}
	return q, nil
}

// badBody keeps only what kind of mistake it was: encoding/json's own messages
// quote what was sent.
func badBody(err error) error {
	var tooLong *http.MaxBytesError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &tooLong):
		return fault.New(fault.Invalid, "api.too_long")
	case errors.As(err, &kind):
		return fault.New(fault.Invalid, "api.wrong_type", "field", kind.Field)
	}
	return fault.New(fault.Invalid, "api.not_understood")
}

func (a *API) refuse(w http.ResponseWriter, lang wording.Lang, err error) {
	f := fault.Of(err)
	if f.Kind == fault.Internal {
		a.log.Error("removal check failed; answered hold", "err", err)
	}
	out := answer{Answer: hold, Code: f.Code, Detail: a.say(lang, f.Code, f.Args), Note: a.words.Say(lang, "check.note.hold")}
	for _, m := range f.Fields {
		out.Fields = append(out.Fields, field{cmp.Or(fieldNames[m.Name], m.Name), m.Code, a.say(lang, m.Code, m.Args)})
	}
	retryAfter(w, f)
	write(w, status(f.Kind), out)
}

// retryAfter says when to come again, where that helps.
func retryAfter(w http.ResponseWriter, f *fault.Error) {
	if f.Kind == fault.Limited || f.Kind == fault.Busy {
		w.Header().Set("Retry-After", cmp.Or(f.Args["seconds"], "5"))
	}
}

func (a *API) say(lang wording.Lang, code string, args map[string]string) string {
	var pairs []any
	for name, value := range args {
		pairs = append(pairs, name, value)
	}
	// Faults that pages know too are worded for pages.
	for _, key := range []string{"fault." + code, "error." + code} {
		if a.words.Has(lang, key) {
			return a.words.Say(lang, key, pairs...)
		}
	}
	return ""
}

func status(k fault.Kind) int {
	switch k {
	case fault.Invalid:
		return http.StatusUnprocessableEntity
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Conflict:
		return http.StatusConflict
	case fault.Unauthenticated:
		return http.StatusUnauthorized
	case fault.Limited:
		return http.StatusTooManyRequests
	case fault.Busy:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

func language(r *http.Request) wording.Lang {
	for _, lang := range []wording.Lang{"kk", "ru"} {
		if strings.HasPrefix(r.Header.Get("Accept-Language"), string(lang)) {
			return lang
		}
	}
	return "en"
}

// write answers in full or not at all.
func write(w http.ResponseWriter, status int, out answer) {
	body, err := json.Marshal(out)
	if err != nil {
		status, body = http.StatusInternalServerError, []byte(`{"answer":"hold","code":"internal"}`)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n'))
}
