package desk_test

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/clamd"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/testkit"
)

var printed = []byte("%PDF-1.7 as it is drawn")

func (w *world) sign(who access.Who, file id.File, paper id.Paper, content []byte) (casework.Receipt, error) {
	return w.desk.SignPaper(w.t.Context(), who, desk.SignInput{Key: w.k(), File: file, Paper: paper, Printed: printed}, bytes.NewReader(content))
}

func (w *world) paperView(who access.Who, file id.File, paper id.Paper) desk.PaperView {
	w.t.Helper()
	view, err := w.desk.Paper(w.t.Context(), who, file, paper)
	if err != nil {
		w.t.Fatal(err)
	}
	return view
}

// What was signed is kept with the signature, and given to who reads the paper and
// to nobody else; what is refused leaves nothing behind.
func TestASignatureBesideAPaper(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	akimat := w.body("local_executive_body", "Akimat", "decider")
	file, err := w.said(akimat.Body, map[string]string{"writes": "able"})
	if err != nil {
		t.Fatal(err)
	}
	paper := w.handedOver(file)
	good := testkit.SignatureOf(t, printed)
	check := func() desk.PaperCheck {
		got, err := w.desk.CheckPaper(t.Context(), w.paperView(w.border, file, paper).Code, "x")
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	before := check()
	for why, row := range map[string]struct {
		content []byte
		code    string
	}{
		"too long":        {bytes.Repeat([]byte{0x30}, desk.SignatureLimit+1), "signature.too_large"},
		"no signature":    {[]byte("PLANTED"), "signature.not_cms"},
		"of another file": {testkit.SignatureOf(t, []byte("another")), "signature.other_file"},
	} {
		_, err := w.sign(w.border, file, paper, row.content)
		if e := fault.Of(err); err == nil || len(e.Fields) != 1 || e.Fields[0].Code != row.code || e.Fields[0].Name != desk.SignatureField {
			t.Errorf("%s: %v", why, err)
		}
	}
	unread := iotest.ErrReader(fault.New(fault.Internal, "read"))
	for _, other := range []access.Who{akimat, w.shelter, w.admin, w.inspector} {
		in := desk.SignInput{Key: w.k(), File: file, Paper: paper, Printed: printed}
		if _, err := w.desk.SignPaper(t.Context(), other, in, unread); !isWithheld(err) {
			t.Errorf("%s signs the border's paper: %v", other.BodyKind, err)
		}
	}
	r := w.must(w.sign(w.border, file, paper, good))
	which := id.Attachment(r.Args["signature"])
	if _, err := w.sign(w.border, file, paper, good); !fault.Is(err, casework.CodeSignatureTwice) {
		t.Errorf("a second of one worker: %v", err)
	}
	got, err := w.desk.ReadSignature(t.Context(), w.border, file, paper, which)
	if err != nil || !bytes.Equal(got.Content, good) || !bytes.Equal(got.Printed, printed) {
		t.Errorf("came back as %q with %q, %v", got.Content, got.Printed, err)
	}
	if _, err := w.desk.ReadSignature(t.Context(), akimat, file, paper, which); !isWithheld(err) {
		t.Errorf("who does not read the paper reads its signature: %v", err)
	}
	if after := check(); after != before {
		t.Errorf("a code answers %+v, and answered %+v", after, before)
	}
	for who, sees := range map[*access.Who]bool{&w.border: true, &akimat: false} {
		view, err := w.desk.File(t.Context(), *who, file, "")
		if err != nil {
			t.Fatal(err)
		}
		if got := slices.ContainsFunc(view.Timeline, func(l desk.TimelineLine) bool { return l.Code == "event.paper.signed" }); got != sees {
			t.Errorf("%s reads of it in the timeline: %v", who.BodyKind, got)
		}
	}
	if n := w.blobsLeft(); n != 0 {
		t.Errorf("%d blobs were left behind", n)
	}
	if got, err := w.desk.ReadSignature(t.Context(), w.border, file, paper, which); err != nil || got.Content == nil {
		t.Errorf("the sweep took it: %v", err)
	}
	if report, err := w.store.Verify(t.Context(), 2, nil); err != nil {
		t.Errorf("verify: %v %+v", err, report)
	}
	if strings.Contains(w.log.String(), "PLANTED") {
		t.Error("the signer's name is in the log")
	}
}

// A wrong one is withdrawn with a reason, and another takes its place; a paper that
// stands no longer takes none, and keeps what it has.
func TestASignatureIsWithdrawn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.atTheBorderSaid()
	paper := w.handedOver(file)
	good := testkit.SignatureOf(t, printed)
	which := id.Attachment(w.must(w.sign(w.border, file, paper, good)).Args["signature"])
	view := w.paperView(w.border, file, paper)
	if !view.MaySign || !view.Signed || len(view.Signatures) != 1 || !view.Signatures[0].MayWithdraw || view.Signatures[0].Checked != "digest" {
		t.Errorf("%+v", view.Signatures)
	}
	in := desk.UnsignInput{Key: w.k(), File: file, Paper: paper, Signature: which, Reason: "because"}
	if _, err := w.desk.UnsignPaper(t.Context(), w.border, in); fault.Of(err).Kind != fault.Invalid {
		t.Errorf("a reason that is none: %v", err)
	}
	in.Key, in.Reason = w.k(), "wrong_key"
	if _, err := w.desk.UnsignPaper(t.Context(), w.inspector, in); !isWithheld(err) {
		t.Errorf("another body's: %v", err)
	}
	w.must(w.desk.UnsignPaper(t.Context(), w.border, in))
	in.Key = w.k()
	if _, err := w.desk.UnsignPaper(t.Context(), w.border, in); !fault.Is(err, casework.CodeSignatureGone) {
		t.Errorf("withdrawn twice: %v", err)
	}
	if got, err := w.desk.ReadSignature(t.Context(), w.border, file, paper, which); err == nil || got.Printed != nil {
		t.Errorf("a withdrawn one is read: %v", err)
	}
	w.must(w.sign(w.border, file, paper, good))
	w.must(w.desk.RevokePaper(t.Context(), w.border, desk.RevokeInput{Key: w.k(), File: file, Paper: paper, Reason: "lost"}))
	if _, err := w.sign(w.border, file, paper, good); !fault.Is(err, casework.CodeSignatureOver) {
		t.Errorf("a paper that stands no longer: %v", err)
	}
	if view := w.paperView(w.border, file, paper); view.MaySign || len(view.Signatures) != 2 {
		t.Errorf("%+v", view)
	}
}

// A signature waits for the virus scanner as a document does; what it is of, which
// was made here, does not.
func TestASignatureWaitsForTheScanner(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.atTheBorderSaid()
	paper := w.handedOver(file)
	says := &scannerSays{down: true}
	w.scanWith(says)
	which := id.Attachment(w.must(w.sign(w.border, file, paper, testkit.SignatureOf(t, printed))).Args["signature"])
	read := func() desk.SignatureContent {
		t.Helper()
		got, err := w.desk.ReadSignature(t.Context(), w.border, file, paper, which)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	if got := read(); got.Content != nil || !bytes.Equal(got.Printed, printed) || got.State != casework.AttachmentWaits {
		t.Errorf("before it was scanned: %+v", got)
	}
	if _, err := read().Open(); err == nil {
		t.Error("opened before it was scanned")
	}
	says.down = false
	w.sweep()
	if _, err := read().Open(); err != nil {
		t.Errorf("after it was scanned: %v", err)
	}
}

// A virus in the file of a signature is kept apart as a document's is; who sent it is
// told, and may withdraw it and send another.
func TestAVirusInASignature(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.atTheBorderSaid()
	paper := w.handedOver(file)
	var clean atomic.Bool
	at := filepath.Join(t.TempDir(), "clamd.ctl")
	testkit.ClamdSaying(t, at, func([]byte) string {
		if clean.Load() {
			return "stream: OK\x00"
		}
		return "stream: Planted-Virus FOUND\x00"
	})
	daemon, err := clamd.New("unix:" + at)
	if err != nil {
		t.Fatal(err)
	}
	w.scanWith(daemon)
	good := testkit.SignatureOf(t, printed)
	which := id.Attachment(w.must(w.sign(w.border, file, paper, good)).Args["signature"])
	got, err := w.desk.ReadSignature(t.Context(), w.border, file, paper, which)
	if err != nil || got.Content != nil || got.State != casework.AttachmentFound {
		t.Fatalf("%+v, %v", got, err)
	}
	if _, err := got.Open(); err == nil {
		t.Error("it is given out beside the paper")
	}
	clean.Store(true)
	w.push(time.Hour)
	w.sweep()
	if got, err = w.desk.ReadSignature(t.Context(), w.border, file, paper, which); err != nil || got.Content != nil || got.State != casework.AttachmentFound {
		t.Errorf("the next sweep let it through: %+v, %v", got, err)
	}
	if !slices.ContainsFunc(w.file(file).Tasks, func(task casework.Task) bool { return task.Verb == casework.TaskVirus && task.Body == w.border.Body }) {
		t.Error("nobody is told")
	}
	w.must(w.desk.UnsignPaper(t.Context(), w.border, desk.UnsignInput{Key: w.k(), File: file, Paper: paper, Signature: which, Reason: "wrong_file"}))
	w.must(w.sign(w.border, file, paper, good))
}

// A paper takes a dozen signatures ever, with those that were withdrawn: who signs and
// withdraws again and again fills no disk. What is refused leaves nothing behind.
func TestAPaperTakesADozenSignatures(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.atTheBorderSaid()
	paper := w.handedOver(file)
	good := testkit.SignatureOf(t, printed)
	for range casework.MaxSignatures {
		which := id.Attachment(w.must(w.sign(w.border, file, paper, good)).Args["signature"])
		w.must(w.desk.UnsignPaper(t.Context(), w.border, desk.UnsignInput{Key: w.k(), File: file, Paper: paper, Signature: which, Reason: "mistake"}))
	}
	if _, err := w.sign(w.border, file, paper, good); !fault.Is(err, casework.CodeSignatureMany) {
		t.Errorf("one more: %v", err)
	}
	if n := w.blobsLeft(); n != 0 {
		t.Errorf("%d blobs were left behind", n)
	}
}
