package desk_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/jpeg"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/store"
	"pana/internal/withheld"
)

// scannerSays answers for clamd; nil answers are a daemon that is down.
type scannerSays struct{ found, down bool }

func (s *scannerSays) Scan(_ context.Context, content io.Reader) (bool, error) {
	if s.down {
		return false, errors.New("down")
	}
	_, err := io.Copy(io.Discard, content)
	return s.found, err
}

const pdfText = "%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n2 0 obj\n<< /Type /Page >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"

// girl is a file that the inspector opened and the joint body looks at.
func (w *world) girl() id.File { return id.File(w.concern().Args["file"]) }

func (w *world) file(file id.File) *casework.File {
	w.t.Helper()
	ref := casework.Ref{Kind: casework.FileStream, ID: string(file)}
	l, err := w.store.View(w.t.Context(), ref)
	if err != nil {
		w.t.Fatal(err)
	}
	return store.As[*casework.File](l, ref)
}

func (w *world) sweep() {
	w.t.Helper()
	if err := w.desk.Sweep(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

// scanWith gives the world a desk with a scanner.
func (w *world) scanWith(s desk.Scanner) {
	w.t.Helper()
	var err error
	w.desk, err = desk.New(desk.Deps{Store: w.store, Laws: w.laws, Scanner: s, Now: w.now})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) add(who access.Who, file id.File, content string) (casework.Receipt, error) {
	return w.desk.AddDocument(w.t.Context(), who, desk.DocumentInput{Key: w.k(), File: file, Kind: "medical", Title: withheld.New("PLANTED Title")}, strings.NewReader(content))
}

func (w *world) added(who access.Who, file id.File, content string) id.Attachment {
	w.t.Helper()
	r, err := w.add(who, file, content)
	return id.Attachment(w.must(r, err).Args["document"])
}

func (w *world) content(who access.Who, file id.File, which id.Attachment) (string, error) {
	c, err := w.desk.ReadDocument(w.t.Context(), who, file, which)
	if err != nil {
		return "", err
	}
	b, err := io.ReadAll(c.Body)
	return string(b), err
}

// blobsLeft are what uploads left behind: nothing, whatever was refused.
func (w *world) blobsLeft() int {
	w.t.Helper()
	n, err := w.store.ForgetBlobs(w.t.Context(), w.now().AddDate(1, 0, 0))
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

func TestADocumentIsOfTheBodysOwnPart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.girl()
	which := w.added(w.inspector, file, pdfText)
	if got, err := w.content(w.inspector, file, which); err != nil || got != pdfText {
		t.Errorf("came back as %q, %v", got, err)
	}
	for name, who := range map[string]access.Who{"a shelter that has nothing to do with it": w.shelter2, "a border officer": w.border, "the administrator": w.admin, "who identifies": w.identifiers} {
		if _, err := w.content(who, file, which); fault.Of(err).Kind != fault.NotFound {
			t.Errorf("%s read it: %v", name, err)
		}
		if list, err := w.desk.Documents(t.Context(), who, file); err == nil && len(list.Lines) > 0 {
			t.Errorf("%s sees that it is there", name)
		}
	}
	// Who may open the file and not this part of it does not learn that it is there.
	view, err := w.desk.File(t.Context(), w.identifiers, file, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range view.Timeline {
		if strings.HasPrefix(line.Code, "event.document") {
			t.Errorf("who identifies reads %s in the timeline", line.Code)
		}
	}
	own, err := w.desk.File(t.Context(), w.inspector, file, "")
	if err != nil || !slices.ContainsFunc(own.Timeline, func(l desk.TimelineLine) bool { return l.Code == "event.document.added" && !l.MayCorrect }) {
		t.Errorf("who added it does not find it in the timeline, or may correct it there: %v", err)
	}
	opened := 0
	for _, o := range w.file(file).Openings {
		if o.What == "attachments" {
			opened++
		}
	}
	if opened != 1 {
		t.Errorf("%d openings by one worker in one hour, want 1", opened)
	}
	if n := w.blobsLeft(); n != 0 {
		t.Errorf("%d blobs were left", n)
	}
}

func TestADocumentIsRefusedAndNothingIsLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.girl()
	for _, row := range []struct{ why, content, code string }{
		{"nothing was sent", "", "document.empty"},
		{"a zip", "PK\x03\x04 and so on", "document.kind_archive"},
		{"a script in a PDF", strings.Replace(pdfText, "/Type /Page", "/S /JavaScript", 1), "document.pdf_script"},
		{"a picture that is none", "\x89PNG\r\n\x1a\nno", "document.image_broken"},
		{"text that is none in its middle", strings.Repeat("a", 2000) + "\x00", "document.kind_unknown"},
		{"longer than it may be", pdfText + strings.Repeat("x", desk.DocumentLimit), "document.too_large"},
	} {
		_, err := w.add(w.inspector, file, row.content)
		f := fault.Of(err)
		if f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Code != row.code || f.Fields[0].Name != "doc_content" {
			t.Errorf("%s: %+v, want %s at the field", row.why, f, row.code)
		}
	}
	_, err := w.desk.AddDocument(t.Context(), w.inspector, desk.DocumentInput{Key: w.k(), File: file, Kind: "medical"}, iotest.TimeoutReader(strings.NewReader(pdfText)))
	if err == nil {
		t.Error("a line that broke gave a document")
	}
	never := iotest.ErrReader(errors.New("the content was read"))
	for why, row := range map[string]struct {
		who access.Who
		in  desk.DocumentInput
	}{
		"by who may not":      {w.border, desk.DocumentInput{Key: "a", File: file, Kind: "medical"}},
		"of no kind":          {w.inspector, desk.DocumentInput{Key: "b", File: file}},
		"of no step":          {w.inspector, desk.DocumentInput{Key: "c", File: file, Kind: "medical", Of: id.New[id.Event](w.now())}},
		"with a whole letter": {w.inspector, desk.DocumentInput{Key: "d", File: file, Kind: "medical", Title: withheld.New(strings.Repeat("ж", 3000))}},
	} {
		if _, err := w.desk.AddDocument(t.Context(), row.who, row.in, never); err == nil || strings.Contains(err.Error(), "was read") {
			t.Errorf("%s: %v", why, err)
		}
	}
	if n := w.blobsLeft(); n != 0 {
		t.Errorf("%d blobs were left", n)
	}
	if n := len(w.file(file).Attachments); n != 0 {
		t.Errorf("%d documents are in the file", n)
	}
}

// A form that is sent twice is one document; what came with the second sending is
// dropped, and the first stays.
func TestADocumentSentTwiceIsOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.girl()
	in := desk.DocumentInput{Key: "twice", File: file, Kind: "other"}
	first := w.must(w.desk.AddDocument(t.Context(), w.inspector, in, strings.NewReader(pdfText)))
	again := w.must(w.desk.AddDocument(t.Context(), w.inspector, in, strings.NewReader(pdfText)))
	if !again.Seen || again.Args["document"] != first.Args["document"] {
		t.Errorf("a second document: %+v", again)
	}
	if _, err := w.desk.AddDocument(t.Context(), w.inspector, in, strings.NewReader("another text")); !fault.Is(err, "idempotency.reused") {
		t.Errorf("another content under the same key: %v", err)
	}
	if n := w.blobsLeft(); n != 0 {
		t.Errorf("%d blobs were left", n)
	}
	if got, err := w.content(w.inspector, file, id.Attachment(first.Args["document"])); err != nil || got != pdfText {
		t.Errorf("the first: %q, %v", got, err)
	}
}

func TestAPhotographIsKeptAsAnother(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.girl()
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, image.NewGray(image.Rect(0, 0, 30, 20)), nil); err != nil {
		t.Fatal(err)
	}
	which := w.added(w.inspector, file, photo.String()+"GPS 43.2389N")
	got, err := w.content(w.inspector, file, which)
	if err != nil || strings.Contains(got, "GPS") {
		t.Errorf("what was hung on behind is kept (%v)", err)
	}
	view, err := w.desk.Document(t.Context(), w.inspector, file, which)
	if err != nil || view.Line.Width != 30 || view.Line.Height != 20 || view.Line.Media != "image/jpeg" || view.Line.Size != int64(len(got)) {
		t.Errorf("%+v, %v", view.Line, err)
	}
	if n := w.blobsLeft(); n != 0 {
		t.Errorf("what came is still kept: %d blobs", n)
	}
}

func TestAWithdrawnDocumentIsOpenedByNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.girl()
	which := w.added(w.inspector, file, pdfText)
	in := desk.WithdrawInput{Key: w.k(), File: file, Document: which, Reason: "wrong_person"}
	if _, err := w.desk.WithdrawDocument(t.Context(), w.border, in); fault.Of(err).Kind != fault.NotFound {
		t.Errorf("withdrawn by a body that has nothing to do with it: %v", err)
	}
	w.must(w.desk.WithdrawDocument(t.Context(), w.inspector, in))
	if _, err := w.content(w.inspector, file, which); !fault.Is(err, "document.not_open") {
		t.Errorf("opened: %v", err)
	}
	list, err := w.desk.Documents(t.Context(), w.inspector, file)
	if err != nil || len(list.Lines) != 1 || list.Lines[0].State != "withdrawn" || list.Lines[0].Why != "wrong_person" {
		t.Errorf("it is not in the history: %+v, %v", list.Lines, err)
	}
	w.agrees()
}

func TestAScannerThatIsDownHoldsADocument(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	says := &scannerSays{down: true}
	w.scanWith(says)
	file := w.girl()
	held := w.added(w.inspector, file, pdfText)
	state := func(which id.Attachment) string {
		a, _ := w.file(file).AttachmentOf(which)
		return a.State()
	}
	if _, err := w.content(w.inspector, file, held); !fault.Is(err, "document.not_open") {
		t.Errorf("opened before it was scanned: %v", err)
	}
	w.sweep()
	if got := state(held); got != casework.AttachmentWaits {
		t.Errorf("the scanner is down, and the document is %s", got)
	}
	says.down = false
	w.sweep()
	if _, err := w.content(w.inspector, file, held); err != nil {
		t.Errorf("scanned by the sweep, and not opened: %v", err)
	}
	says.found = true
	bad := w.added(w.inspector, file, pdfText)
	if got := state(bad); got != casework.AttachmentFound {
		t.Errorf("a document with a virus is %s", got)
	}
	if _, err := w.content(w.inspector, file, bad); !fault.Is(err, "document.not_open") {
		t.Errorf("a document with a virus was opened: %v", err)
	}
	seen := func(who access.Who) bool {
		view, err := w.desk.File(t.Context(), who, file, "")
		if err != nil {
			t.Fatal(err)
		}
		return slices.ContainsFunc(view.Tasks, func(l desk.TaskLine) bool { return l.Verb == casework.TaskVirus })
	}
	if !seen(w.inspector) || seen(w.identifiers) {
		t.Errorf("told: who added it %v, who may not know that it is there %v", seen(w.inspector), seen(w.identifiers))
	}
}

// Slow lines of one worker do not keep others out.
func TestOneWorkerDoesNotTakeAllPlaces(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.girl()
	var ends []func()
	begin := func() error {
		r, out := io.Pipe()
		failed := make(chan error, 1)
		go func() {
			_, err := w.desk.AddDocument(context.Background(), w.inspector, desk.DocumentInput{Key: w.k(), File: file, Kind: "other"}, r)
			failed <- err
			_ = r.CloseWithError(io.ErrClosedPipe)
		}()
		if _, err := out.Write([]byte(pdfText)); err != nil {
			return <-failed // refused before the first byte
		}
		ends = append(ends, func() { _ = out.CloseWithError(errors.New("the line broke")); <-failed })
		return nil
	}
	for i := range 4 {
		if err := begin(); err != nil {
			t.Fatalf("upload %d: %v", i, err)
		}
	}
	if err := begin(); !fault.Is(err, "document.busy") {
		t.Errorf("a fifth at once: %v", err)
	}
	for _, end := range ends {
		end()
	}
	if err := begin(); err != nil {
		t.Errorf("when the others ended: %v", err)
	}
	ends[len(ends)-1]()
	if n := w.blobsLeft(); n != 0 {
		t.Errorf("%d blobs were left", n)
	}
}

// Evidence is read by who decides; nobody makes evidence of what they do not read.
func TestEvidenceIsReadByWhoDecides(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.girl()
	which := w.added(w.inspector, file, pdfText)
	names := func(who access.Who, step string) error {
		return w.desk.CheckEvidence(who, w.file(file), desk.StepInput{Step: step, Fields: map[string]withheld.Text{"proof": withheld.New(string(which))}})
	}
	if err := names(w.identifiers, "identify"); !fault.Is(err, "form.invalid") {
		t.Errorf("who cannot read a document made evidence of it: %v", err)
	}
	words := desk.StepInput{Step: "receive_assurance", Fields: map[string]withheld.Text{"promise_paper": withheld.New("they promised")}}
	if f := fault.Of(w.desk.CheckEvidence(w.inspector, w.file(file), words)); len(f.Fields) != 1 || f.Fields[0].Code != "document.choose" {
		t.Errorf("words where a document is asked for: %+v", f)
	}
	if _, err := w.content(w.identifiers, file, which); fault.Of(err).Kind != fault.NotFound {
		t.Fatalf("read before it was evidence: %v", err)
	}
	in := w.stepOf(w.inspector, file, "tell_police", map[string]string{"proof": string(which)})
	w.must(w.desk.TakeStep(t.Context(), w.inspector, in))
	if got, err := w.content(w.identifiers, file, which); err != nil || got != pdfText {
		t.Errorf("who decides does not read the evidence: %v", err)
	}
	if _, err := w.content(w.shelter2, file, which); fault.Of(err).Kind != fault.NotFound {
		t.Errorf("who does not decide reads it: %v", err)
	}
}
