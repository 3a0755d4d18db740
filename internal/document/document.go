// Package document looks at what somebody hands in before anything keeps or
// shows it: what it is, by its content and never by its name or what a browser
// says of it, and whether it could harm who opens it. A picture is read and
// written anew, so that what is kept has nothing in it but dots: no place and
// time that a telephone wrote there, and nothing that was hung on behind. A PDF
// is looked through and refused when it can run, start or carry anything.
//
// It refuses what it does not know, and what grows when it is opened: limits are
// asked of a picture's own head before it is read, and of each stream of a PDF
// while it is unpacked. What is refused has a code with a sentence that says what
// to do instead.
package document

import (
	"bytes"
	"strconv"
	"unicode/utf8"

	"pana/internal/fault"
)

// What is kept.
const (
	JPEG = "image/jpeg"
	PNG  = "image/png"
	PDF  = "application/pdf"
	Text = "text/plain"
)

// HeadSize is how much of the beginning Sniff wants to see.
const HeadSize = 1024

// Codes of what is refused. Each has its sentence in wording.
const (
	CodeEmpty       = "document.empty"
	CodeUnknown     = "document.kind_unknown"
	CodeArchive     = "document.kind_archive"
	CodePage        = "document.kind_page"
	CodeHEIC        = "document.kind_heic"
	CodePicture     = "document.kind_picture"
	CodeProgram     = "document.kind_program"
	CodeImageBroken = "document.image_broken"
	CodeImageLarge  = "document.image_large"
	CodePDFBroken   = "document.pdf_broken"
	CodePDFScript   = "document.pdf_script"
	CodePDFLaunch   = "document.pdf_launch"
	CodePDFFiles    = "document.pdf_files"
	CodePDFForm     = "document.pdf_form"
	CodePDFLocked   = "document.pdf_locked"
	CodePDFBomb     = "document.pdf_bomb"
)

func refuse(code string, args ...string) error { return fault.New(fault.Invalid, code, args...) }

// magic is how a kind of content begins.
type magic struct {
	at    int
	bytes string
	media string // what is kept
	code  string // or why it is not
}

// beginnings are tried in order. What is not kept is known by name only so that
// the refusal can say what to do.
var beginnings = []magic{
	{0, "\xff\xd8\xff", JPEG, ""},
	{0, "\x89PNG\r\n\x1a\n", PNG, ""},
	{0, "%PDF-", PDF, ""},
	{0, "PK\x03\x04", "", CodeArchive}, {0, "PK\x05\x06", "", CodeArchive}, {0, "PK\x07\x08", "", CodeArchive},
	{0, "Rar!", "", CodeArchive}, {0, "7z\xbc\xaf", "", CodeArchive}, {0, "\x1f\x8b", "", CodeArchive}, {0, "BZh", "", CodeArchive},
	{0, "\xfd7zXZ", "", CodeArchive}, {0, "\x28\xb5\x2f\xfd", "", CodeArchive}, {257, "ustar", "", CodeArchive}, {0, "MSCF", "", CodeArchive},
	{0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "", CodeArchive}, {0, "{\\rtf", "", CodeArchive},
	{0, "GIF8", "", CodePicture}, {0, "II*\x00", "", CodePicture}, {0, "MM\x00*", "", CodePicture}, {8, "WEBP", "", CodePicture}, {0, "\x00\x00\x01\x00", "", CodePicture},
	{4, "ftyphei", "", CodeHEIC}, {4, "ftyphev", "", CodeHEIC}, {4, "ftypmif1", "", CodeHEIC}, {4, "ftypmsf1", "", CodeHEIC}, {4, "ftypavif", "", CodePicture},
	{4, "ftyp", "", CodeProgram}, {0, "MZ", "", CodeProgram}, {0, "\x7fELF", "", CodeProgram}, {0, "\xca\xfe\xba\xbe", "", CodeProgram},
	{0, "\xcf\xfa\xed\xfe", "", CodeProgram}, {0, "#!", "", CodeProgram}, {0, "ID3", "", CodeProgram}, {0, "RIFF", "", CodeProgram}, {0, "OggS", "", CodeProgram},
	{0, "\x1a\x45\xdf\xa3", "", CodeProgram},
}

// Sniff says what the content is by how it begins; head has its first HeadSize
// bytes, or all of it. What a name or a header says is not asked.
func Sniff(head []byte) (string, error) {
	if len(head) == 0 {
		return "", refuse(CodeEmpty)
	}
	for _, m := range beginnings {
		if len(head) >= m.at+len(m.bytes) && string(head[m.at:m.at+len(m.bytes)]) == m.bytes {
			if m.code != "" {
				return "", refuse(m.code)
			}
			return m.media, nil
		}
	}
	if head[0] == 'B' && bytes.HasPrefix(head, []byte("BM")) && !isText(head) {
		return "", refuse(CodePicture)
	}
	// Readers of PDF take one that begins a little later, and so could somebody who
	// hides one behind something else. Ours begins where it begins.
	if bytes.Contains(head, []byte("%PDF-")) {
		return "", refuse(CodePDFBroken)
	}
	if !isText(head) {
		return "", refuse(CodeUnknown)
	}
	if looksLikePage(head) {
		return "", refuse(CodePage)
	}
	return Text, nil
}

// isText says whether bytes are plain text in UTF-8 with nothing that steers a
// terminal. The last letter may be cut.
func isText(b []byte) bool {
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			return !utf8.FullRune(b)
		}
		if r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == 0x7f {
			return false
		}
		b = b[n:]
	}
	return true
}

// looksLikePage says whether text is what a browser could take for a page or a
// drawing: it is shown as text and nothing else, but people open what they save.
func looksLikePage(head []byte) bool {
	s := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n"))
	if bytes.HasPrefix(s, []byte("<?xml")) || bytes.HasPrefix(s, []byte("<!")) {
		return true
	}
	for _, tag := range []string{"<html", "<head", "<body", "<script", "<svg", "<iframe", "<?php", "<img", "<meta", "<object", "<embed"} {
		if bytes.Contains(s, []byte(tag)) {
			return true
		}
	}
	return false
}

// TextLook says whether text is text to its end; give it what comes, in order.
type TextLook struct{ left []byte }

// Write takes the next part in.
func (t *TextLook) Write(p []byte) (int, error) {
	b := append(t.left, p...)
	if !isText(b) {
		return 0, refuse(CodeUnknown)
	}
	t.left = append([]byte(nil), cut(b)...)
	return len(p), nil
}

// Close says whether it ended with a whole letter.
func (t *TextLook) Close() error {
	if len(t.left) > 0 {
		return refuse(CodeUnknown)
	}
	return nil
}

// cut is the beginning of a letter that is not whole yet.
func cut(b []byte) []byte {
	for n := 1; n < utf8.UTFMax && n <= len(b); n++ {
		if end := b[len(b)-n:]; utf8.RuneStart(end[0]) {
			if utf8.FullRune(end) {
				return nil
			}
			return end
		}
	}
	return nil
}

func itoa(n int) string { return strconv.Itoa(n) }
