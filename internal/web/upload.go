package web

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"pana/internal/desk"
	"pana/internal/fault"
)

// A document comes as multipart, and not through readForm, which reads a form
// whole: here only the answers before the document are read, and the document is
// handed on as it comes. A form that is too long by its own account is refused
// before a byte of the document is read; one that says nothing of its length is
// refused where it becomes too long.

// contentField is the field that the document is chosen in. It is the last of its
// form: what a browser sends after it is not read.
const contentField = "doc_content"

// upload is a document on its way, or why there is none.
type upload struct {
	content io.Reader // nil: none was chosen
	err     error
}

// errNoDocument is said at the field.
func errNoDocument() error {
	return fault.Form(fault.Field{Name: contentField, Code: "document.none"})
}

// taken is what a route receives: in which field, how much, and the refusal of more.
type taken struct {
	field string
	limit int64
	over  error
}

// takes says whether this route receives a document, or a signature.
func (c *call) takes() (taken, bool) {
	switch c.route.Pattern {
	case "POST /file/{file}/documents":
		limit := c.site.Desk.DocumentLimit()
		return taken{contentField, limit, tooLarge(limit)}, true
	case "POST /cases/in":
		return taken{casesField, desk.CasesLimit, casesTooLarge()}, true
	case "POST /estimates":
		return taken{estimateFile, estimateRoom, estimateTooLong()}, true
	case "POST /file/{file}/papers/{paper}/sign":
		return taken{desk.SignatureField, desk.SignatureLimit, desk.SignatureTooLarge()}, true
	}
	return taken{}, false
}

// readUpload reads the answers of a form with a document, up to the document. A
// form that was sent as others are (in another language, or kept by an error page)
// has none.
func (c *call) readUpload(what taken) (url.Values, error) {
	kind, params, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" {
		return readForm(c.w, c.r)
	}
	if c.r.ContentLength > what.limit+maxBody {
		c.upload.err = what.over
	}
	c.patience()
	form, parts := url.Values{}, multipart.NewReader(&steady{c: c, from: c.r.Body}, params["boundary"])
	for left := int64(maxBody); ; {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return form, nil
		}
		if err != nil {
			return nil, lineFault(err)
		}
		if part.FormName() == what.field {
			if part.FileName() != "" { // else nothing was chosen
				c.upload.content = part
			}
			return form, nil
		}
		b, err := io.ReadAll(io.LimitReader(part, left+1))
		if err != nil {
			return nil, lineFault(err)
		}
		if left -= int64(len(b)); left < 0 {
			return nil, fault.New(fault.Invalid, "form.too_large")
		}
		if !utf8.Valid(b) || strings.ContainsRune(string(b), 0) {
			return nil, fault.New(fault.Invalid, "form.malformed")
		}
		form.Add(part.FormName(), string(b))
	}
}

func tooLarge(limit int64) error {
	return fault.Form(fault.Field{Name: contentField, Code: "document.too_large", Args: map[string]string{"max": megabytes(limit)}})
}

// lineFault tells a line that broke from a form that is none.
func lineFault(err error) error {
	var ours *fault.Error
	if errors.As(err, &ours) {
		return err
	}
	return fault.Because(errors.New("web: a form with a document did not arrive whole"), fault.Invalid, "form.malformed")
}

// Time for a document: a minute, and a second for each slowest bytes: 64 kbit/s. A
// line that is slower holds a place for nothing.
const (
	firstPatience = time.Minute
	slowest       = 8 << 10
)

// steady gives a line more time for what it has brought, and says which fault a
// line that stopped is.
type steady struct {
	c    *call
	from io.Reader
	got  int64
	told int64
}

func (s *steady) Read(p []byte) (int, error) {
	n, err := s.from.Read(p)
	if s.got += int64(n); s.got-s.told > 1<<20 {
		s.told = s.got
		s.c.patienceFor(s.got)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = fault.Because(errors.New("web: the line stopped"), fault.Invalid, "document.slow")
	}
	return n, err
}

func (c *call) patience() {
	c.began = time.Now()
	c.patienceFor(0)
}

// patienceFor moves the connection's deadlines, which are those of a page. Where a
// test has no connection there are none.
func (c *call) patienceFor(got int64) {
	until := c.began.Add(firstPatience + time.Duration(got/slowest)*time.Second)
	rc := http.NewResponseController(c.w)
	_ = rc.SetReadDeadline(until)
	_ = rc.SetWriteDeadline(until.Add(time.Minute))
}

// drain reads on for a while what is not wanted: most browsers show an answer only
// when they have sent everything, and otherwise say that the line was cut. What is
// far too long is cut.
func (c *call) drain() {
	const most, patience = 64 << 20, 20 * time.Second
	if c.r.ContentLength > most {
		c.w.Header().Set("Connection", "close")
		return
	}
	_ = http.NewResponseController(c.w).SetReadDeadline(time.Now().Add(patience))
	_, _ = io.CopyN(io.Discard, c.r.Body, most) // whatever comes of it, the answer follows
}
