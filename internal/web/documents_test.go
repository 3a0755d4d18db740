package web

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/withheld"
	"pana/internal/wording"
)

var (
	docOpen = desk.DocumentLine{Document: id.Attachment(fileID(7)), Kind: "medical", Title: withheld.New("<b>X-ray"), Media: "image/jpeg", Size: 51_234, Width: 30, Height: 20,
		At: noon, Body: "Body", Step: "refuse", State: casework.AttachmentOpen, Evidence: true, Digest: strings.Repeat("0f", 32)}
	docPDF   = desk.DocumentLine{Document: id.Attachment(fileID(7)), Kind: "court", Media: "application/pdf", Size: 1, Pages: 3, At: noon, Body: "Body", State: casework.AttachmentOpen}
	docWaits = desk.DocumentLine{Document: id.Attachment(fileID(8)), Kind: "other", Media: "text/plain", At: noon, State: casework.AttachmentWaits}
	docFound = desk.DocumentLine{Document: id.Attachment(fileID(9)), Kind: "other", Media: "application/pdf", At: noon, State: casework.AttachmentFound}
	docGone  = desk.DocumentLine{Document: id.Attachment(fileID(9)), Kind: "other", Media: "image/png", At: noon, State: casework.AttachmentWithdrew, Why: "twice"}

	docForm = desk.DocumentForm{Key: "k", Subject: girl, Kinds: casework.AttachmentKinds, Limit: desk.DocumentLimit, Steps: []desk.DocumentStep{{Event: id.Event(fileID(4)), Step: "refuse", At: noon}}}
)

var documentPages = []page{
	{"documents", "what lies in the file, and in what state", func(l wording.Lang) any {
		return documentsPage{signed(l, "documents.title", "number", "X"), fileID(1), desk.Documents{}}
	}, func(l wording.Lang) any {
		return documentsPage{signed(l, "documents.title", "number", "X"), fileID(1), desk.Documents{Subject: girl, MayAdd: true, Lines: []desk.DocumentLine{docOpen, docPDF, docWaits, docFound, docGone}}}
	}},
	{"document_new", "adding one; after a refusal the rest is as it was filled in", func(l wording.Lang) any {
		return newDocumentPage(signed(l, "documents.add", "number", "X"), fileID(1), desk.DocumentForm{Limit: 1 << 20}, url.Values{}, false)
	}, func(l wording.Lang) any {
		f := signed(l, "documents.add", "number", "X")
		f.mend(fault.Of(tooLarge(desk.DocumentLimit)).Fields)
		return newDocumentPage(f, fileID(1), docForm, url.Values{"doc_is": {"medical"}, "doc_of": {string(fileID(4))}, "doc_title": {"<b>X-ray"}, "key": {"k"}}, true)
	}},
	{"document", "a picture is shown, and evidence stays", func(l wording.Lang) any {
		return newShownDocument(signed(l, "document.title", "number", "X"), fileID(1), desk.DocumentView{Line: docWaits}, url.Values{})
	}, func(l wording.Lang) any {
		return newShownDocument(signed(l, "document.title", "number", "X"), fileID(1), desk.DocumentView{Subject: girl, Line: docOpen}, url.Values{})
	}},
	{"document", "a PDF is a file to save, and one's own can be withdrawn", func(l wording.Lang) any {
		return newShownDocument(signed(l, "document.title", "number", "X"), fileID(1), desk.DocumentView{Line: docFound}, url.Values{})
	}, func(l wording.Lang) any {
		return newShownDocument(signed(l, "document.title", "number", "X"), fileID(1), desk.DocumentView{Subject: girl, Line: docPDF, Key: "k", MayWithdraw: true}, url.Values{})
	}},
	{"document", "a withdrawn one says why", func(l wording.Lang) any {
		return newShownDocument(signed(l, "document.title", "number", "X"), fileID(1), desk.DocumentView{Line: docGone}, url.Values{})
	}, func(l wording.Lang) any {
		return newShownDocument(signed(l, "document.title", "number", "X"), fileID(1), desk.DocumentView{Subject: girl, Line: docGone}, url.Values{})
	}},
}

func (d *fakeDesk) DocumentLimit() int64 { return 1 << 20 }
func (d *fakeDesk) Documents(fakeCtx, fakeWho, id.File) (desk.Documents, error) {
	return desk.Documents{Subject: girl, Lines: []desk.DocumentLine{docOpen}}, d.found()
}
func (d *fakeDesk) DocumentForm(fakeCtx, fakeWho, id.File) (desk.DocumentForm, error) {
	return docForm, d.found()
}
func (d *fakeDesk) AddDocument(_ fakeCtx, _ fakeWho, in desk.DocumentInput, content io.Reader) (casework.Receipt, error) {
	b, err := io.ReadAll(io.LimitReader(content, 1<<20+1))
	switch {
	case err != nil:
		return casework.Receipt{}, err
	case len(b) > 1<<20:
		return casework.Receipt{}, tooLarge(1 << 20)
	case strings.HasPrefix(string(b), "PK"):
		return casework.Receipt{}, fault.Form(fault.Field{Name: contentField, Code: "document.kind_archive"})
	}
	return d.done("add "+string(b), in)
}
func (d *fakeDesk) Document(fakeCtx, fakeWho, id.File, id.Attachment) (desk.DocumentView, error) {
	return desk.DocumentView{Subject: girl, Line: docOpen, Key: "k"}, d.found()
}
func (d *fakeDesk) ReadDocument(_ fakeCtx, _ access.Who, _ id.File, which id.Attachment) (desk.DocumentContent, error) {
	if which == docWaits.Document {
		return desk.DocumentContent{Media: "image/png", Size: 9, Body: io.MultiReader(strings.NewReader("half"), brokenReader{})}, d.found()
	}
	return desk.DocumentContent{Media: "application/pdf", Size: 5, Body: strings.NewReader("%PDF-")}, d.found()
}
func (d *fakeDesk) WithdrawDocument(_ fakeCtx, _ fakeWho, in desk.WithdrawInput) (casework.Receipt, error) {
	return d.done("withdraw", in)
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errors.New("a chunk is gone") }

// form is a form with a document, as browsers send it.
func multiForm(t *testing.T, fields url.Values, content string) (io.Reader, string) {
	t.Helper()
	return multiFormAs(t, contentField, fields, content)
}

// multiFormAs is one whose file is in a field.
func multiFormAs(t *testing.T, name string, fields url.Values, content string) (io.Reader, string) {
	t.Helper()
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	for field, values := range fields {
		for _, v := range values {
			if err := w.WriteField(field, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	if content != "" {
		part, err := w.CreateFormFile(name, "Алия Иванова паспорт.pdf")
		if err == nil {
			_, err = io.WriteString(part, content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return &out, w.FormDataContentType()
}

const docsPath = "/documents"

func (v *visitor) upload(path string, body io.Reader, kind string, size int64) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, path, body)
	r.Header.Set("Content-Type", kind)
	if size != 0 {
		r.ContentLength = size
	}
	return v.send(r)
}

func TestADocumentIsSent(t *testing.T) {
	t.Parallel()
	path := "/file/" + string(fileID(1)) + docsPath
	typed := url.Values{"key": {"k"}, "doc_is": {"medical"}, "doc_of": {string(fileID(4))}, "doc_title": {"X-ray"}}
	for _, row := range []struct {
		why, content string
		fields       url.Values
		size         int64
		status       int
		code         string
	}{
		{"as it should be", "hello", typed, 0, 200, ""},
		{"two thousand million bytes, by its own account", "hello", typed, 2 << 30, 422, "document.too_large"},
		{"longer than it said", strings.Repeat("x", 1<<20+1), typed, -1, 422, "document.too_large"},
		{"an archive", "PK\x03\x04", typed, 0, 422, "document.kind_archive"},
		{"no document chosen", "", typed, 0, 422, "document.none"},
		{"nothing said of what it is", "hello", url.Values{"key": {"k"}, "doc_title": {"X-ray"}}, 0, 422, "field.required"},
		{"a title that is a story", "hello", url.Values{"key": {"k"}, "doc_is": {"medical"}, "doc_title": {strings.Repeat("ж", 200)}}, 0, 422, "field.too_long"},
		{"in another language: shown again, and nothing is done", "hello", url.Values{"key": {"k"}, "doc_is": {"medical"}, "doc_title": {"X-ray"}, "set_lang": {"ru"}}, 0, 200, ""},
	} {
		d := &fakeDesk{}
		v := newVisitor(t, d).in("worker")
		body, kind := multiForm(t, row.fields, row.content)
		w := v.upload(path, body, kind, row.size)
		page := w.Body.String()
		if w.Code != row.status || row.code != "" && !strings.Contains(page, `data-code="`+row.code+`"`) {
			t.Errorf("%s: answered %d without %s", row.why, w.Code, row.code)
		}
		if done := row.status == 200 && row.fields.Get("set_lang") == ""; done != (len(d.acts) == 1) {
			t.Errorf("%s: did %d things", row.why, len(d.acts))
		}
		if title := row.fields.Get("doc_title"); len(d.acts) == 0 && !strings.Contains(page, `value="`+title+`"`) {
			t.Errorf("%s: what was typed is lost", row.why)
		}
		if strings.Contains(page, "Алия") {
			t.Errorf("%s: the name of the file is on the page", row.why)
		}
	}
}

func TestADocumentThatIsNotForYouIsNotFound(t *testing.T) {
	t.Parallel()
	d := &fakeDesk{lost: true, fail: fault.Withheld("test")}
	v := newVisitor(t, d).in("worker")
	path := "/file/" + string(fileID(1)) + docsPath
	body, kind := multiForm(t, url.Values{"doc_is": {"medical"}}, "hello")
	want := v.get(path).Body.String()
	for why, size := range map[string]int64{"sent": 0, "far too long": 2 << 30} {
		w := v.upload(path, body, kind, size)
		if w.Code != http.StatusNotFound {
			t.Errorf("%s: answered %d", why, w.Code)
		}
		if strings.Contains(w.Body.String(), "document.") || want == "" {
			t.Errorf("%s: it says what is wrong with a document", why)
		}
		body, kind = multiForm(t, url.Values{"doc_is": {"medical"}}, "hello")
	}
}

// TestContentIsShownSafely: a picture by the browser, anything else as a file, and
// nothing of it may run; half a document is cut off and not passed off as whole.
func TestContentIsShownSafely(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, &fakeDesk{}).in("worker")
	at := "/file/" + string(fileID(1)) + docsPath + "/"
	w := v.get(at + string(docPDF.Document) + "/content")
	h := w.Header()
	if !strings.HasPrefix(h.Get("Content-Disposition"), "attachment;") || h.Get("Content-Security-Policy") != contentPolicy ||
		h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Cache-Control") != "no-store" || w.Body.String() != "%PDF-" {
		t.Errorf("a PDF comes with %v", h)
	}
	defer func() {
		if p := recover(); p != http.ErrAbortHandler { //nolint:errorlint // a panic's value
			t.Errorf("half a picture ended with %v", p)
		}
	}()
	v.get(at + string(docWaits.Document) + "/content")
}

// TestAStepAsksForADocument: a field of the pack that is answered with a document
// offers those of the file, without a title, and what was chosen stays chosen.
func TestAStepAsksForADocument(t *testing.T) {
	t.Parallel()
	f := signed(wording.English, "step.title", "number", "X")
	typed := url.Values{fieldPrefix + "proof": {string(docPDF.Document)}}
	form := desk.StepForm{Fields: []pack.Field{{ID: "proof", Kind: pack.DocumentField}}, Documents: []desk.DocumentLine{docPDF, docWaits}}
	field := newStepPage(f, form, desk.Effects{}, typed, false).Fields[0]
	if field.Kind != "select" || len(field.Options) != 2 || !field.Options[0].On || field.Options[1].On || field.Why == "" {
		t.Errorf("it is asked as %+v", field)
	}
	if in := stepInput(form, typed); in.Fields["proof"].Reveal() != string(docPDF.Document) {
		t.Errorf("it is sent as %+v", in.Fields)
	}
}

// TestAFormSaysWhatIsKnown: what the file says already stands under its question and is
// chosen for nobody; left empty, the check says that it stays so.
func TestAFormSaysWhatIsKnown(t *testing.T) {
	t.Parallel()
	form := desk.StepForm{
		Fields: []pack.Field{
			{ID: "afraid", Kind: "yes_no"},
			{ID: "writes", Kind: "yes_no", Required: true},
			{ID: "with_whom", Kind: "choice", Options: []string{"alone"}},
		},
		Known: map[string]string{"afraid": "no", "writes": "yes", "with_whom": "a value of another edition"},
	}
	p := newStepPage(signed(wording.English, "step.title", "number", "X"), form, desk.Effects{}, url.Values{}, true)
	for i, want := range []string{"In the file: No. Leave this empty if it is still so.", "In the file: Yes.", ""} {
		field := p.Fields[i]
		if !strings.HasSuffix(field.Why, want) || want == "" && strings.Contains(field.Why, "In the file") {
			t.Errorf("under %s stands %q", field.Name, field.Why)
		}
		if len(field.Said()) != 0 {
			t.Errorf("%s is answered before anybody did", field.Name)
		}
	}
	var out strings.Builder
	if err := testSite(t).pages["step"].ExecuteTemplate(&out, "layout", p); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "as in the file: No") {
		t.Error("the check does not say that what the file says stays")
	}
}
