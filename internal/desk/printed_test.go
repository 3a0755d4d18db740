package desk_test

import (
	"bytes"
	"testing"

	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/store"
)

// The bytes that were handed over stay, whatever is swept, also of a paper that stands
// no longer: what was issued can be proved. Who does not read the paper has neither.
func TestAPaperAsItWasHandedOverStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.atTheBorderSaid()
	which := w.handedOver(file)
	first, err := w.desk.ProvePaper(t.Context(), w.border, file, which)
	if err != nil || !bytes.HasPrefix(first.PDF, []byte("%PDF-")) {
		t.Fatalf("%d bytes, %v", len(first.PDF), err)
	}
	if n := w.blobsLeft(); n != 0 {
		t.Errorf("%d blobs were swept away", n)
	}
	w.must(w.desk.RevokePaper(t.Context(), w.border, desk.RevokeInput{Key: w.k(), File: file, Paper: which, Reason: "lost"}))
	again, err := w.desk.ProvePaper(t.Context(), w.border, file, which)
	if err != nil || !bytes.Equal(first.PDF, again.PDF) || again.View.Line.Stands {
		t.Errorf("of one that was taken back: %d bytes, %v, stands %v", len(again.PDF), err, again.View.Line.Stands)
	}
	if _, err := w.desk.ProvePaper(t.Context(), w.shelter2, file, which); fault.Of(err).Kind != fault.NotFound {
		t.Errorf("a shelter that has nothing to do with it: %v", err)
	}
	if r, err := w.store.Verify(t.Context(), store.VerifyAll, nil); err != nil || r.Blobs == 0 {
		t.Errorf("%+v, %v", r, err)
	}
}

// Her page has no paper on it, which would leave a file with her name in a telephone: it
// says whom to ask, once she was handed one; after the second PIN it says nothing.
func TestHerPageSaysWhomToAskForPapers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file, code := paged(w)
	if _, page := w.onPage(code, herPIN); page.Papers {
		t.Error("there are papers before she was handed one")
	}
	w.must(w.desk.MakeOwnCopy(t.Context(), w.inspector, aCopy(w, file)))
	if _, page := w.onPage(code, herPIN); !page.Papers {
		t.Error("she was handed one, and is not told whom to ask")
	}
	if _, page := w.onPage(code, secondPIN); page.Papers || !page.Harmless {
		t.Errorf("after the second PIN: %+v", page)
	}
}
