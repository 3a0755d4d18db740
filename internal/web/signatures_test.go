package web

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/wording"
)

func signedLine(state, checked string) desk.SignatureLine {
	return desk.SignatureLine{
		Signature: id.Attachment(fileID(7)), At: noon, Body: "Body", Form: "pem", Algorithms: []string{"SHA-256"}, Checked: checked, Digest: strings.Repeat("0f", 32),
		State: state, MayWithdraw: state != casework.AttachmentWithdrew, Why: map[bool]string{true: "wrong_key"}[state == casework.AttachmentWithdrew],
	}
}

func signedPaper() desk.PaperView {
	out := fullPaper()
	out.MaySign = true
	out.Signatures = []desk.SignatureLine{
		signedLine(casework.AttachmentOpen, "digest"), signedLine(casework.AttachmentWaits, "content"),
		signedLine(casework.AttachmentFound, "algorithm"), signedLine(casework.AttachmentWithdrew, "nothing"),
	}
	return out
}

var signaturePages = []page{
	{"paper", "signatures beside a paper, in every state", func(l wording.Lang) any {
		own := fullPaper()
		own.MaySign, own.Signed = true, true
		return newShownPaper(signed(l, "paper.title", "number", "X"), fileID(1), own, "http://h/verify?code=1", url.Values{})
	}, func(l wording.Lang) any {
		return newShownPaper(signed(l, "paper.title", "number", "X"), fileID(1), signedPaper(), "http://h/verify?code=1", url.Values{})
	}},
	{"sign", "bringing a signature, and once more after a refusal", func(l wording.Lang) any {
		return newSignPage(signed(l, "signature.add", "number", "X"), fileID(1), fullPaper(), url.Values{}, false)
	}, func(l wording.Lang) any {
		f := signed(l, "signature.add", "number", "X")
		f.mend(fault.Of(desk.SignatureTooLarge()).Fields)
		return newSignPage(f, fileID(1), signedPaper(), url.Values{"key": {"k"}}, true)
	}},
	{"signature", "one signature: what was checked, and taking it back", func(l wording.Lang) any {
		return newSignaturePage(signed(l, "paper.title", "number", "X"), fileID(1), fullPaper(), signedLine(casework.AttachmentWithdrew, "nothing"), url.Values{})
	}, func(l wording.Lang) any {
		return newSignaturePage(signed(l, "paper.title", "number", "X"), fileID(1), signedPaper(), signedLine(casework.AttachmentOpen, "digest"), url.Values{})
	}},
}

func (d *fakeDesk) SignPaper(_ fakeCtx, _ fakeWho, in desk.SignInput, content io.Reader) (casework.Receipt, error) {
	d.printed = in.Printed
	b, err := io.ReadAll(io.LimitReader(content, desk.SignatureLimit+1))
	switch {
	case err != nil:
		return casework.Receipt{}, err
	case len(b) > desk.SignatureLimit:
		return casework.Receipt{}, desk.SignatureTooLarge()
	case strings.HasPrefix(string(b), "PK"):
		return casework.Receipt{}, fault.Form(fault.Field{Name: desk.SignatureField, Code: "signature.not_cms"})
	}
	return d.done("sign "+string(b), in.Paper)
}

func (d *fakeDesk) ReadSignature(_ fakeCtx, _ fakeWho, _ id.File, _ id.Paper, which id.Attachment) (desk.SignatureContent, error) {
	out := desk.SignatureContent{Form: "pem", State: casework.AttachmentOpen, Content: []byte("<signature>"), Printed: []byte("%PDF-as signed")}
	if which == docWaits.Document {
		out.State, out.Content = casework.AttachmentWaits, nil
	}
	return out, d.found()
}

func (d *fakeDesk) UnsignPaper(_ fakeCtx, _ fakeWho, in desk.UnsignInput) (casework.Receipt, error) {
	return d.done("unsign", in)
}

var signedAt = "/file/" + string(fileID(1)) + "/papers/" + string(fileID(5))

// TestASignatureIsSent: what is wrong with it is said at the field, and the bytes
// that it is held against are those that were taken to be signed.
func TestASignatureIsSent(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why, content, code string
		size               int64
		status             int
		lang               string
	}{
		{"as it should be", "hello", "", 0, 200, ""},
		{"no file chosen", "", "signature.none", 0, 422, ""},
		{"no signature", "PK\x03\x04", "signature.not_cms", 0, 422, ""},
		{"far too long, by its own account", "hello", "signature.too_large", 2 << 30, 422, ""},
		{"longer than it said", strings.Repeat("x", desk.SignatureLimit+1), "signature.too_large", -1, 422, ""},
		{"in another language: shown again, and nothing is done", "hello", "", 0, 200, "ru"},
	} {
		d := &fakeDesk{}
		v := newVisitor(t, d).in("worker")
		fields := url.Values{"key": {"k"}}
		if row.lang != "" {
			fields.Set("set_lang", row.lang)
		}
		body, kind := multiFormAs(t, desk.SignatureField, fields, row.content)
		w := v.upload(signedAt+"/sign", body, kind, row.size)
		page := w.Body.String()
		if w.Code != row.status || row.code != "" && !strings.Contains(page, `data-code="`+row.code+`"`) {
			t.Errorf("%s: answered %d without %q", row.why, w.Code, row.code)
		}
		if done := row.status == 200 && row.lang == ""; done != (len(d.acts) == 1) {
			t.Errorf("%s: did %d things", row.why, len(d.acts))
		}
		if row.status == 422 && !strings.Contains(page, `name="key" value="k"`) {
			t.Errorf("%s: the form does not come back as it was", row.why)
		}
		if strings.Contains(page, "Алия") {
			t.Errorf("%s: the name of the file is on the page", row.why)
		}
		if len(d.acts) == 1 && !bytes.Equal(d.printed, v.get(signedAt+"/pdf?to=sign").Body.Bytes()) {
			t.Error("what it is held against is not what is downloaded to be signed")
		}
		if len(d.acts) == 1 && bytes.Equal(d.printed, v.get(signedAt+"/pdf").Body.Bytes()) {
			t.Error("a copy that is not taken to be signed has no mark in it")
		}
	}
}

// TestASignatureIsGivenBack: the two files alone and together, to be saved and not
// run; every page that shows one says what Pana does not check.
func TestASignatureIsGivenBack(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, &fakeDesk{}).in("worker")
	at := signedAt + "/signatures/" + string(fileID(7))
	name := "paper-" + id.Number(id.Paper(fileID(5))) + "-n4096-2026-03-03-VYVP-XQ7E.pdf"
	for path, want := range map[string]string{"/pdf": name, "/content": name + ".p7s.pem", "/zip": strings.TrimSuffix(name, ".pdf") + ".zip"} {
		w := v.get(at + path)
		h := w.Header()
		if h.Get("Content-Disposition") != `attachment; filename="`+want+`"` || h.Get("Content-Security-Policy") != contentPolicy || h.Get("Cache-Control") != "no-store" {
			t.Errorf("%s comes with %v", path, h)
		}
	}
	within := "paper-" + id.Number(id.Paper(fileID(5))) + ".pdf" // in the archive, whose name and comment have the mark
	both := v.get(at + "/zip").Body.Bytes()
	r, err := zip.NewReader(bytes.NewReader(both), int64(len(both)))
	if err != nil || len(r.File) != 2 || r.File[0].Name != within || r.File[1].Name != within+".p7s.pem" {
		t.Errorf("the archive: %v, %v", r, err)
	}
	waits := signedAt + "/signatures/" + string(docWaits.Document)
	for path, status := range map[string]int{"/pdf": http.StatusOK, "/content": http.StatusConflict, "/zip": http.StatusConflict} {
		if w := v.get(waits + path); w.Code != status {
			t.Errorf("one that waits: %s answers %d", path, w.Code)
		}
	}
	not := `class="note">Pana does not check whether a signature is good`
	for _, path := range []string{signedAt, signedAt + "/sign", at} {
		if page := v.get(path).Body.String(); !strings.Contains(page, not) {
			t.Errorf("%s does not say what is not checked", path)
		}
	}
	if w := v.get(waits); w.Code != http.StatusNotFound {
		t.Errorf("one that is of no paper here answers %d", w.Code)
	}
}

func TestASignatureIsWithdrawn(t *testing.T) {
	t.Parallel()
	d := &fakeDesk{}
	v := newVisitor(t, d).in("worker")
	w := v.post(signedAt+"/signatures/"+string(fileID(7)), url.Values{"key": {"k"}, "signature_reason": {"wrong_key"}})
	want := desk.UnsignInput{Key: "k", File: fileID(1), Paper: id.Paper(fileID(5)), Signature: id.Attachment(fileID(7)), Reason: "wrong_key"}
	if w.Code != http.StatusOK || d.last != want {
		t.Errorf("answered %d and sent %+v", w.Code, d.last)
	}
}
