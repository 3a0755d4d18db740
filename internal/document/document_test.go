package document_test

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
	"testing"

	"pana/internal/document"
	"pana/internal/fault"
)

func zipped(t testing.TB) string {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	w, err := z.Create("a.txt")
	if err == nil {
		_, err = w.Write(make([]byte, 1<<20)) // becomes a thousand times smaller, as a bomb does
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestContentSaysWhatItIs(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ why, head, media, code string }{
		{"a photograph", "\xff\xd8\xff\xe0\x00\x10JFIF", document.JPEG, ""},
		{"a picture", "\x89PNG\r\n\x1a\n\x00\x00", document.PNG, ""},
		{"a PDF", "%PDF-1.7\n", document.PDF, ""},
		{"a letter in Kazakh", "Құрметті әріптес,\r\n\tжауап", document.Text, ""},
		{"text cut in the middle of a letter", strings.Repeat("ж", 600)[:1023], document.Text, ""},
		{"nothing", "", "", document.CodeEmpty},
		{"a zip bomb, and every office document", zipped(t), "", document.CodeArchive},
		{"an old office document", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "", document.CodeArchive},
		{"a photograph of a new telephone", "\x00\x00\x00\x18ftypheic", "", document.CodeHEIC},
		{"a film", "\x00\x00\x00\x18ftypisom", "", document.CodeProgram},
		{"a program", "MZ\x90\x00", "", document.CodeProgram},
		{"a script", "#!/bin/sh\nrm", "", document.CodeProgram},
		{"a page", "  <!DOCTYPE html><p>", "", document.CodePage},
		{"a page after words", "Dear <IMG src=x onerror=alert(1)>", "", document.CodePage},
		{"a drawing", "<?xml version='1.0'?><svg onload=alert(1)>", "", document.CodePage},
		{"a picture of a kind that is not kept", "GIF89a", "", document.CodePicture},
		{"a bitmap", "BM\x36\x00\x00\x00", "", document.CodePicture},
		{"text that begins with BM", "BM-7 the bus came at nine", document.Text, ""},
		{"a PDF behind something else", "GARBAGE%PDF-1.7", "", document.CodePDFBroken},
		{"text of another time", "\xcf\xf0\xe8\xe2\xe5\xf2", "", document.CodeUnknown},
		{"text that steers a terminal", "hello\x1b[2J", "", document.CodeUnknown},
		{"noise", "\x01\x02\x03\x04", "", document.CodeUnknown},
	} {
		head := row.head[:min(len(row.head), document.HeadSize)]
		media, err := document.Sniff([]byte(head))
		if media != row.media || row.code != "" && !fault.Is(err, row.code) || row.code == "" && err != nil {
			t.Errorf("%s: %q, %v; want %q %s", row.why, media, err, row.media, row.code)
		}
	}
}

func TestTextIsTextToItsEnd(t *testing.T) {
	t.Parallel()
	for why, row := range map[string]struct {
		text string
		ok   bool
	}{"whole": {"Әлия, 15", true}, "a letter cut at the end": {"Әлия"[:7], false}, "bytes in the middle": {"abc\x00def", false}} {
		for _, size := range []int{1, 2, 3, 100} {
			var look document.TextLook
			var err error
			for part := []byte(row.text); len(part) > 0 && err == nil; part = part[min(size, len(part)):] {
				_, err = look.Write(part[:min(size, len(part))])
			}
			if err == nil {
				err = look.Close()
			}
			if (err == nil) != row.ok {
				t.Errorf("%s, by %d bytes: %v", why, size, err)
			}
		}
	}
}

// drawing is a picture with one red corner, to see how it was turned.
func drawing(w, h int) image.Image {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{0, 0, 255, 255}
			if x < w/2 && y < h/2 {
				c = color.RGBA{255, 0, 0, 255}
			}
			m.Set(x, y, c)
		}
	}
	return m
}

// exif is a segment with a way up, and with a place that must not be kept.
func exif(order binary.ByteOrder, up uint16) []byte {
	mark := "II"
	if order == binary.BigEndian {
		mark = "MM"
	}
	b := append([]byte("Exif\x00\x00"), mark...)
	tiff := make([]byte, 0, 64)
	put16 := func(v uint16) { var x [2]byte; order.PutUint16(x[:], v); tiff = append(tiff, x[:]...) }
	put32 := func(v uint32) { var x [4]byte; order.PutUint32(x[:], v); tiff = append(tiff, x[:]...) }
	put16(42)
	put32(8)
	put16(1)
	put16(0x0112)
	put16(3)
	put32(1)
	put16(up)
	put16(0)
	put32(0)
	return append(append(b, tiff...), "GPS 43.2389N 76.8897E"...)
}

func photograph(t testing.TB, m image.Image, segment []byte) []byte {
	var out bytes.Buffer
	if err := jpeg.Encode(&out, m, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	b := out.Bytes()
	if segment == nil {
		return b
	}
	with := append([]byte{}, b[:2]...)
	with = append(with, 0xff, 0xe1, byte((len(segment)+2)>>8), byte(len(segment)+2))
	return append(append(append(with, segment...), b[2:]...), "behind the picture"...)
}

func of(b []byte) func() (io.Reader, error) {
	return func() (io.Reader, error) { return bytes.NewReader(b), nil }
}

func TestAPhotographKeepsOnlyItsDots(t *testing.T) {
	t.Parallel()
	corners := map[uint16]string{1: "top left", 2: "top right", 3: "bottom right", 4: "bottom left", 5: "top left", 6: "top right", 7: "bottom right", 8: "bottom left", 99: "top left"}
	for up, want := range corners {
		for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
			var out bytes.Buffer
			size, err := document.CleanImage(document.JPEG, of(photograph(t, drawing(64, 32), exif(order, up))), &out)
			if err != nil {
				t.Fatal(err)
			}
			for _, told := range []string{"Exif", "GPS", "behind"} {
				if bytes.Contains(out.Bytes(), []byte(told)) {
					t.Errorf("way up %d: %q is still in it", up, told)
				}
			}
			m, err := jpeg.Decode(&out)
			if err != nil {
				t.Fatal(err)
			}
			if onSide := up >= 5 && up <= 8; onSide != (size.Height == 64) || m.Bounds().Dx() != size.Width {
				t.Errorf("way up %d: %d by %d", up, size.Width, size.Height)
			}
			if got := redCorner(m); got != want {
				t.Errorf("way up %d: red is %s, want %s", up, got, want)
			}
		}
	}
}

func redCorner(m image.Image) string {
	w, h := m.Bounds().Dx(), m.Bounds().Dy()
	for name, at := range map[string]image.Point{"top left": {w / 5, h / 5}, "top right": {w * 4 / 5, h / 5}, "bottom left": {w / 5, h * 4 / 5}, "bottom right": {w * 4 / 5, h * 4 / 5}} {
		if r, _, b, _ := m.At(at.X, at.Y).RGBA(); r > b {
			return name
		}
	}
	return "nowhere"
}

// pngSaying is a PNG whose head says a size that is not there.
func pngSaying(w, h uint32) []byte {
	out := []byte("\x89PNG\r\n\x1a\n")
	head := binary.BigEndian.AppendUint32([]byte("IHDR"), w)
	head = append(binary.BigEndian.AppendUint32(head, h), 8, 6, 0, 0, 0)
	out = append(binary.BigEndian.AppendUint32(out, 13), head...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(head))
}

func TestPicturesThatAreRefused(t *testing.T) {
	t.Parallel()
	var whole bytes.Buffer
	if err := png.Encode(&whole, drawing(40, 40)); err != nil {
		t.Fatal(err)
	}
	good := photograph(t, drawing(64, 32), nil)
	for _, row := range []struct {
		why, media string
		b          []byte
		code       string
	}{
		{"a bomb of 400 million dots", document.PNG, pngSaying(20_000, 20_000), document.CodeImageLarge},
		{"one side is longer than any page", document.PNG, pngSaying(1_000_000, 2), document.CodeImageLarge},
		{"a size that overflows", document.PNG, pngSaying(1<<31-1, 1<<31-1), document.CodeImageBroken},
		{"no dots", document.PNG, pngSaying(0, 4), document.CodeImageBroken},
		{"cut in its head", document.PNG, whole.Bytes()[:20], document.CodeImageBroken},
		{"cut in its dots", document.PNG, whole.Bytes()[:whole.Len()/2], document.CodeImageBroken},
		{"a photograph cut in the middle", document.JPEG, good[:len(good)/2], document.CodeImageBroken},
		{"only the first bytes of a photograph", document.JPEG, []byte("\xff\xd8\xff"), document.CodeImageBroken},
	} {
		_, err := document.CleanImage(row.media, of(row.b), io.Discard)
		if !fault.Is(err, row.code) {
			t.Errorf("%s: %v, want %s", row.why, err, row.code)
		}
	}
	var out bytes.Buffer
	if size, err := document.CleanImage(document.PNG, of(append(whole.Bytes(), "hung on behind"...)), &out); err != nil || size.Width != 40 || bytes.Contains(out.Bytes(), []byte("hung")) {
		t.Errorf("a good picture: %+v, %v", size, err)
	}
}

func deflated(s string) string {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	_, _ = io.WriteString(w, s)
	_ = w.Close()
	return out.String()
}

func stored(s string) string {
	var out bytes.Buffer
	w, _ := zlib.NewWriterLevel(&out, zlib.NoCompression)
	_, _ = io.WriteString(w, s)
	_ = w.Close()
	return out.String()
}

// pdf is the smallest that has a page, with objects added.
func pdf(more ...string) []byte {
	return []byte("%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R /OpenAction [3 0 R /Fit] >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n" +
		"3 0 obj\n<< /Type /Page /Parent 2 0 R >>\nendobj\n" + strings.Join(more, "\n") + "\ntrailer << /Root 1 0 R >>\nstartxref\n0\n%%EOF\n")
}

func stream(dict, data string) string {
	return fmt.Sprintf("9 0 obj\n<< %s /Length %d >>\nstream\n%s\nendstream\nendobj", dict, len(data), data)
}

func TestPDFIsLookedThrough(t *testing.T) {
	t.Parallel()
	script := "4 0 obj << /S /JavaScript /JS (app.alert\\(1\\)) >> endobj"
	for _, row := range []struct{ why, more, code string }{
		{"a page and nothing else", "", ""},
		{"a page with a packed picture", stream("/Filter /FlateDecode", deflated("q 1 0 0 1 0 0 cm /Im0 Do Q")), ""},
		{"a link, which a reader has to press", "4 0 obj << /Subtype /Link /A << /S /URI /URI (https://example.org) >> >> endobj", ""},
		{"packed objects without harm", stream("/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", deflated("5 0 << /Type /Page >>")), ""},
		{"a script", script, document.CodePDFScript},
		{"a script whose name is written otherwise", "4 0 obj << /S /J#61vaScript /#4AS (x) >> endobj", document.CodePDFScript},
		{"a script in the tree of names", "4 0 obj << /Names << /JavaScript 5 0 R >> >> endobj", document.CodePDFScript},
		{"a script among packed objects", stream("/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", deflated("5 0 << /S /JavaScript /JS (x) >>")), document.CodePDFScript},
		{"packed objects that do not say what they are", stream("/N 1 /First 4 /Filter [/Fl]", deflated("5 0 << /JS (x) >>")), document.CodePDFScript},
		{"objects in a stream that is not packed", stream("/Type /ObjStm /N 1 /First 4", "5 0 << /JS (x) >>"), document.CodePDFScript},
		{"objects packed twice", stream("/Type /ObjStm /First 4 /Filter [/ASCIIHexDecode /FlateDecode]", "00>"), document.CodePDFBroken},
		{"objects packed twice, the other way round", stream("/Type /ObjStm /N 1 /First 4 /Filter [/FlateDecode /ASCIIHexDecode]", deflated("352030203c3c202f4a5320287829203e3e>")), document.CodePDFBroken},
		{"objects packed in another way", stream("/Type /ObjStm /First 4 /Filter /LZWDecode", "x"), document.CodePDFBroken},
		{"packed objects that cannot be unpacked", stream("/Type /ObjStm /First 4 /Filter /FlateDecode", "no"), document.CodePDFBroken},
		{"packed objects cut short by their own content", stream("/Type /ObjStm /First 4 /Filter /FlateDecode", stored("5 0 << /X (endstream) /Y 1 >>")), document.CodePDFBroken},
		{"and a script behind that", stream("/Type /ObjStm /First 4 /Filter /FlateDecode", stored("5 0 << /X (endstream) /JS (x) >>")), document.CodePDFScript},
		{"an object hidden in a picture, for a table to point at", stream("/Subtype /Image", "\x01\x02 7 0 obj << /S /JavaScript >> endobj \x03"), document.CodePDFScript},
		{"a stream that is only a string", "4 0 obj << /X (a\nstream ) /S /JavaScript /Y (endstream) >> endobj", document.CodePDFScript},
		{"it starts a program", "4 0 obj << /S /Launch /F (cmd.exe) >> endobj", document.CodePDFLaunch},
		{"something happens when a page is opened", "4 0 obj << /AA << /O 5 0 R >> >> endobj", document.CodePDFLaunch},
		{"it calls an address by itself", "4 0 obj << /OpenAction 5 0 R >> endobj 5 0 obj << /S /URI /URI (http://here.example) >> endobj", document.CodePDFLaunch},
		{"a form that sends what is typed", "4 0 obj << /S /SubmitForm >> endobj", document.CodePDFLaunch},
		{"a file within it", "4 0 obj << /Type /EmbeddedFile >> endobj", document.CodePDFFiles},
		{"a film within it", "4 0 obj << /Subtype /RichMedia >> endobj", document.CodePDFFiles},
		{"a form that runs programs", "4 0 obj << /AcroForm << /XFA [] >> >> endobj", document.CodePDFForm},
		{"encrypted", "trailer << /Encrypt 9 0 R >>", document.CodePDFLocked},
		{"encrypted, and a script: what to do first is said", script + "trailer << /Encrypt 9 0 R >>", document.CodePDFLocked},
		{"a stream without end", "9 0 obj << >>\nstream\nabc", document.CodePDFBroken},
		{"packed objects that become far larger", stream("/Type /ObjStm /First 4 /Filter /FlateDecode", deflated(strings.Repeat(" ", 33<<20))), document.CodePDFBomb},
	} {
		look, err := document.LookPDF(pdf(row.more))
		switch {
		case row.code == "" && (err != nil || look.Pages < 1):
			t.Errorf("%s: refused with %v, %d pages", row.why, err, look.Pages)
		case row.code != "" && !fault.Is(err, row.code):
			t.Errorf("%s: %v, want %s", row.why, err, row.code)
		}
	}
	whole := pdf()
	if _, err := document.LookPDF(whole[:len(whole)-8]); !fault.Is(err, document.CodePDFBroken) {
		t.Errorf("cut before its end: %v", err)
	}
}

// FuzzLookPDF: whatever comes, the look ends; and what it lets through it does not
// let through with a script hung on, nor packed into an object stream.
func FuzzLookPDF(f *testing.F) {
	f.Add(pdf())
	f.Add(pdf(stream("/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", deflated("5 0 << /Type /Page >>"))))
	f.Add(pdf(stream("/Filter /FlateDecode", stored("endstream stream obj /J#53 <</"))))
	f.Add([]byte("%PDF-%%EOF"))
	evil := "\n8 0 obj << /S /JavaScript /JS (x) >> endobj\n"
	packed := "\n" + stream("/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", deflated("5 0 << /JS (x) >>")) + "\n"
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := document.LookPDF(b); err != nil {
			return
		}
		for _, more := range []string{evil, packed} {
			if _, err := document.LookPDF(append(append([]byte{}, b...), more...)); err == nil {
				t.Error("a script was hung on, and nothing was seen")
			}
		}
	})
}
