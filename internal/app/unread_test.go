package app

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/pack"
	"pana/internal/seal"
	"pana/internal/store"
)

// TestAnEditionOfANewerProgram: a node that is older than the program by which two adopted
// an edition, and cannot read that, does not start and adopts nothing: what it was given
// is what was adopted before.
func TestAnEditionOfANewerProgram(t *testing.T) {
	t.Parallel()
	o := &office{T: t, dir: t.TempDir(), master: seal.NewMaster()}
	h := o.open("")
	own := h.opened.running
	newer := o.unreadable(own, pack.Format+1)
	if err := adoptsBy(t.Context(), h.store, newer, h.laws); err != nil {
		t.Fatal(err)
	}
	if err := h.close(); err != nil {
		t.Fatal(err)
	}
	if _, err := o.tryOpen(""); !fault.Is(err, CodeEditionNewer) || !strings.Contains(err.Error(), "put that program here too") {
		t.Errorf("an older program starts: %v", err)
	}
	s, err := store.Open(t.Context(), store.Options{Address: filepath.Join(o.dir, databaseFile), Stamp: serveStamp, Model: model{laws{own.pack}}, Master: o.master})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if last, err := lastAdopted(t.Context(), s); err != nil || last.Seq() != 2 || last.Edition.Bytes != newer.Bytes {
		t.Errorf("adopted: %+v, %v", last, err)
	}
}

// TestARunningNodeThatCannotReadWhatWasAdopted goes on with what it runs, and says so.
func TestARunningNodeThatCannotReadWhatWasAdopted(t *testing.T) {
	t.Parallel()
	for _, format := range []int{0, pack.Format + 1} {
		o := &office{T: t, dir: t.TempDir(), master: seal.NewMaster()}
		ctx, stop := context.WithCancel(t.Context())
		s, err := takeStand(ctx, o.open(""), false, func(ctx context.Context, _ *house) { <-ctx.Done() })
		if err != nil {
			t.Fatal(err)
		}
		first := s.now.house
		if err := adoptsBy(t.Context(), first.store, o.unreadable(first.opened.running, format), first.laws); err != nil {
			t.Fatal(err)
		}
		if err := s.look(); err == nil {
			t.Errorf("format %d: what cannot be read was taken up", format)
		}
		if err := s.look(); err != nil {
			t.Errorf("format %d: it is tried again at once: %v", format, err)
		}
		if last, err := lastAdopted(t.Context(), first.store); err != nil || s.now.house != first || last.Seq() != 2 {
			t.Errorf("format %d: the node adopted its own edition in its place: %+v, %v", format, last, err)
		}
		stop()
	}
}

// unreadable is an edition that this program cannot read, adopted by one that reads so far.
func (o *office) unreadable(own *edition, format int) *edition {
	o.Helper()
	content, err := archive(os.DirFS(packFolder(o.T, "pack.yaml", "zone:", "zone_of_a_later_program:")))
	if err != nil {
		o.Fatal(err)
	}
	return &edition{content: content, Edition: casework.Edition{Digest: "sha256:of-a-later-program", Bytes: bytesOf(content), Law: own.Law, Pack: own.Pack, Version: "99", Format: format}}
}

// TestAnEditionThatIsReadNoMore: after an upgrade a node cannot read what two adopted
// before it. It cannot read what it should work under: it says so, adopts the
// one it was given in its place as an act of the record, once, and files stay readable.
// With a folder that does not load either it does not start.
func TestAnEditionThatIsReadNoMore(t *testing.T) {
	t.Parallel()
	o := &office{T: t, dir: t.TempDir(), master: seal.NewMaster()}
	h := o.open("")
	own := h.opened.running
	newer := o.unreadable(own, 0)
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
