package app

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pana/internal/ledger"
	"pana/internal/testkit"
)

// ownCopy makes the person's own copy of the story's file, and gives its address.
func (s *story) ownCopy(p *testkit.Plain, role, key string) string {
	s.T.Helper()
	enter(p, "", role)
	p.Do("POST", "/file/"+s.file+"/own-copy", url.Values{"key": {key}, "copy_asked": {"person"}, "copy_safe": {"yes"}, "paper_in": {"ru"}, "read": {"interpreter"}})
	if p.Status() != 200 || !strings.Contains(p.Path(), "/papers/") {
		s.T.Fatalf("the copy: %d %s %s", p.Status(), p.Path(), p.HTML())
	}
	return p.Path()
}

// unpacked is what stands in an archive, by how the names end.
func unpacked(t *testing.T, archive string) map[string][]byte {
	t.Helper()
	r, err := zip.NewReader(strings.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, f := range r.File {
		from, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if out[filepath.Ext(f.Name)], err = io.ReadAll(from); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// TestADocumentIsProvedOutside: a worker takes a paper as it was handed over with its
// proof, and somebody with nothing but the ledger's key finds both to belong together,
// or what is wrong with them.
func TestADocumentIsProvedOutside(t *testing.T) {
	t.Parallel()
	l := begin(t)
	p := l.plain(t, "en")
	s, ask := storyOf(t, l, p)
	s.name = girl.name
	s.recordConcern(girl)
	s.refer(ask...)
	early, err := l.store.Checkpoint(t.Context(), l.clock.Now()) // before there was a paper
	if err != nil {
		t.Fatal(err)
	}
	at := s.ownCopy(p, "inspector", "one")
	take := func(at string) map[string][]byte {
		p.Do("GET", at+"/proof", nil)
		if p.Status() != 200 {
			t.Fatalf("the proof: %d %s", p.Status(), p.HTML())
		}
		return unpacked(t, p.HTML())
	}
	first, again := take(at), take(at)
	if !bytes.Equal(first[".pdf"], again[".pdf"]) || !bytes.HasPrefix(first[".pdf"], []byte("%PDF-")) {
		t.Fatalf("asked twice it is %d and %d bytes, and not the same", len(first[".pdf"]), len(again[".pdf"]))
	}
	other := take(s.ownCopy(p, "inspector", "two"))
	_, key, err := l.store.LatestCheckpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, anothers, err := ledger.SignerOf("another.example/1", [32]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	watcher, err := ledger.CosignerOf("watch.example", [32]byte{2})
	if err != nil {
		t.Fatal(err)
	}
	pdf, proof := first[".pdf"], string(first[".proof"])
	if strings.Contains(proof, s.file) || strings.Contains(proof, s.name) {
		t.Error("the proof names her or her file")
	}
	head, _, _ := strings.Cut(proof, "\n\n")
	lines := strings.Split(proof, "\n")
	extra, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	if err != nil {
		t.Fatal(err)
	}
	turned := func(at int) string { // one bit of what leads from the document to the leaf
		b := bytes.Clone(extra)
		b[at] ^= 1
		return strings.Replace(proof, lines[1], "extra "+base64.StdEncoding.EncodeToString(b), 1)
	}
	inner, salt, seq := len("pana paper proof 1\n"), len("pana paper proof 1\n")+32, len("pana paper proof 1\n")+96+len("pana leaf 1\n")+8+32+7
	for _, row := range []struct {
		why   string
		pdf   []byte
		proof string
		more  []string
		key   string
		exit  int
		says  string
	}{
		{"as it was taken", pdf, proof, nil, key, exitOK, "proved: this is, byte for byte, the document that was recorded"},
		{"taken again, from a longer ledger", pdf, string(again[".proof"]), nil, key, exitOK, "by a body of the kind labour_inspectorate"},
		{"another of the same file", other[".pdf"], proof, nil, key, exitFailed, "of another document"},
		{"a byte more", append(bytes.Clone(pdf), '\n'), proof, nil, key, exitFailed, "changed by a byte"},
		{"another salt", pdf, turned(salt), nil, key, exitFailed, "the proof was changed"},
		{"another body", pdf, turned(inner), nil, key, exitFailed, "the proof was changed"},
		{"another number in the file", pdf, turned(seq), nil, key, exitFailed, "the proof was changed"},
		{"a way that leads elsewhere", pdf, strings.Replace(proof, lines[3], lines[4], 1), nil, key, exitFailed, "the proof was changed"},
		{"a checkpoint that says more", pdf, strings.Replace(proof, "\nat 2", "\nat 3", 1), nil, key, exitFailed, "not signed by this ledger's key"},
		{"another ledger's key", pdf, proof, nil, anothers, exitFailed, "the key is another ledger's"},
		{"no key", pdf, proof, nil, "x", exitFailed, "public key cannot be read"},
		{"signed before it", pdf, head + "\n\n" + early, nil, key, exitFailed, "signed before the document was recorded"},
		{"no proof", pdf, "something else", nil, key, exitFailed, "not the proof of a document"},
		{"a witness that was not asked", pdf, proof, []string{"--witness", watcher.Verifier()}, key, exitFailed, "watch.example has not cosigned"},
	} {
		dir := t.TempDir()
		for name, b := range map[string][]byte{"a.pdf": row.pdf, "a.proof": []byte(row.proof)} {
			if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		exit, said := runs(t, append([]string{"proof", filepath.Join(dir, "a.pdf"), filepath.Join(dir, "a.proof"), "--verifier", row.key}, row.more...)...)
		if exit != row.exit || !strings.Contains(said, row.says) {
			t.Errorf("%s: exit %d, %s", row.why, exit, said)
		}
		if row.why == "as it was taken" {
			if exit, said := runs(t, "monitor", "--verifier", key, "--proof", filepath.Join(dir, "a.proof")); exit != exitFailed || !strings.Contains(said, "pana proof PDF PROOF") {
				t.Errorf("a monitor that is given it: %d, %s", exit, said)
			}
		}
	}
}
