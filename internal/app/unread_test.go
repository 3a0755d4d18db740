package app

import (
	"os"
	"strings"
	"testing"

	"pana/internal/casework"
	"pana/internal/seal"
	"pana/internal/store"
)

// TestAnEditionOfANewerProgram: two adopted an edition with a newer program, and a node
// of the old one starts. It cannot read what it should work under: it says so, adopts the
// one it was given in its place as an act of the record, once, and files stay readable.
// With a folder that does not load either it does not start.
func TestAnEditionOfANewerProgram(t *testing.T) {
	t.Parallel()
	o := &office{T: t, dir: t.TempDir(), master: seal.NewMaster()}
	h := o.open("")
	own := h.opened.running
	content, err := archive(os.DirFS(packFolder(t, "pack.yaml", "zone:", "zone_of_a_later_program:")))
	if err != nil {
		t.Fatal(err)
	}
	newer := &edition{content: content, Edition: casework.Edition{Digest: "sha256:of-a-later-program", Bytes: bytesOf(content), Law: own.Law, Pack: own.Pack, Version: "99"}}
	if err := adoptsBy(t.Context(), h.store, newer, h.laws); err != nil {
		t.Fatal(err)
	}
	if err := h.close(); err != nil {
		t.Fatal(err)
	}

	if _, err := o.tryOpen(packFolder(t, "pack.yaml", "zone:", "zona:")); err == nil || !strings.Contains(err.Error(), "cannot be read by this program") {
		t.Errorf("neither can be read, and it starts: %v", err)
	}
	for start := range 2 { // the second finds it done
		h = o.open("")
		if h.pack.Digest() != own.Digest {
			t.Fatal("it runs under what it cannot read")
		}
		last, err := lastAdopted(t.Context(), h.store)
		if err != nil || last.Seq() != 3 || last.How != casework.AdoptedUnread || last.Edition.Bytes != own.Bytes {
			t.Fatalf("adopted: %+v, %v", last, err)
		}
		if _, err := h.store.Verify(t.Context(), store.VerifyAll, nil); err != nil {
			t.Errorf("verify: %v", err)
		}
		if told := strings.Contains(o.log.String(), "cannot be read by this program"); told != (start == 0) {
			t.Errorf("start %d: the log tells of it: %t", start, told)
		}
		if kept, err := h.store.PinnedPack(t.Context(), editionPrefix+newer.Bytes); err != nil || bytesOf(kept) != newer.Bytes {
			t.Errorf("the edition that a newer program reads is gone: %v", err)
		}
		if err := h.close(); err != nil {
			t.Fatal(err)
		}
	}
}
