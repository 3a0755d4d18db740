package document

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"
)

// A PDF is looked through for what can run, start, call out or be carried: the
// names of ISO 32000-2 §12.6 (actions), §7.11.4 (embedded files), §12.7.8 (XFA)
// and §7.6 (encryption). Nothing is skipped because a table of the PDF says that
// it is not there: readers mend broken tables by searching, and so does this. It
// takes what is in strings and comments for names too, and refuses a little too
// much rather than too little. What is inside a stream is unpacked when it
// is an object stream, and otherwise looked through as it lies.
//
// Weak, and known: it is no reader of PDF. What harms by a mistake of the reader
// (a font, a picture that is crafted) it does not see; that is the virus scanner's,
// and why a PDF is never shown within our pages.

// MaxUnpacked bounds what the streams of a PDF hold together once unpacked, and
// maxObjects what its object streams do: a scan of fifty pages is some 300 MB of
// dots, and the objects of a thousand pages a few MB.
const (
	MaxUnpacked = 512 << 20
	maxObjects  = 32 << 20
)

// PDFLook is what was seen in a PDF that may be kept.
type PDFLook struct{ Pages int }

// forbidden names and what they are refused as; the first of these codes that
// occurs is the one that is said.
var (
	forbidden = map[string]string{
		"Encrypt":    CodePDFLocked,
		"JavaScript": CodePDFScript, "JS": CodePDFScript,
		"Launch": CodePDFLaunch, "AA": CodePDFLaunch, "SubmitForm": CodePDFLaunch, "ImportData": CodePDFLaunch, "GoToR": CodePDFLaunch, "GoToE": CodePDFLaunch,
		"EmbeddedFile": CodePDFFiles, "EmbeddedFiles": CodePDFFiles, "FileAttachment": CodePDFFiles, "RichMedia": CodePDFFiles, "Movie": CodePDFFiles,
		"Sound": CodePDFFiles, "Rendition": CodePDFFiles, "Screen": CodePDFFiles, "3D": CodePDFFiles,
		"XFA": CodePDFForm,
	}
	gravity = []string{CodePDFLocked, CodePDFScript, CodePDFLaunch, CodePDFFiles, CodePDFForm, CodePDFBomb, CodePDFBroken}
)

// LookPDF says what is in a PDF, or why it is refused.
func LookPDF(b []byte) (PDFLook, error) {
	if !bytes.HasPrefix(b, []byte("%PDF-")) || !bytes.Contains(b, []byte("%%EOF")) {
		return PDFLook{}, refuse(CodePDFBroken)
	}
	l := look{found: map[string]bool{}}
	l.syntax(b, true)
	if l.opensAlone && l.callsOut {
		l.found[CodePDFLaunch] = true
	}
	for _, code := range gravity {
		if l.found[code] {
			return PDFLook{}, refuse(code)
		}
	}
	return PDFLook{Pages: l.pages}, nil
}

// look is one pass over a PDF.
type look struct {
	found      map[string]bool
	pages      int
	opensAlone bool // /OpenAction is more than a place to begin reading
	callsOut   bool // there is a link to an address
	unpacked   int64
	objects    int64
	last       string          // the name before this one
	names      map[string]bool // since the last "obj": the stream's dictionary, if one follows
}

const blank = "\x00\t\n\f\r "

func isDelimiter(c byte) bool { return bytes.IndexByte([]byte(blank+"()<>[]{}/%"), c) >= 0 }

// syntax reads what is not in a stream: names, and where streams begin.
func (l *look) syntax(b []byte, streams bool) {
	l.names, l.last = map[string]bool{}, ""
	for i := 0; i < len(b); {
		switch {
		case b[i] == '/':
			name, n := readName(b[i+1:])
			l.name(name, b[i+1+n:])
			i += 1 + n
		case b[i] == 'o' && isWord(b, i, "obj"):
			clear(l.names)
			i += 3
		case streams && b[i] == 's' && isWord(b, i, "stream"):
			i = l.stream(b, i+len("stream"))
		default:
			i++
		}
	}
}

// isWord says whether a word stands at i by itself: not the end of "endstream".
func isWord(b []byte, i int, word string) bool {
	end := i + len(word)
	return end <= len(b) && string(b[i:end]) == word && (i == 0 || isDelimiter(b[i-1])) && (end == len(b) || isDelimiter(b[end]))
}

// maxName is the longest name that is looked at; PDF allows 127 bytes.
const maxName = 256

// readName reads a name with its escapes: /J#53 is /JS. n is how long it is written.
func readName(b []byte) (name string, n int) {
	var out []byte
	for n < len(b) && !isDelimiter(b[n]) {
		c := b[n]
		if c == '#' && n+2 < len(b) && unhex(b[n+1]) >= 0 && unhex(b[n+2]) >= 0 {
			c = byte(unhex(b[n+1])<<4 | unhex(b[n+2]))
			n += 2
		}
		if n++; len(out) < maxName {
			out = append(out, c)
		}
	}
	return string(out), n
}

func unhex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

func (l *look) name(name string, after []byte) {
	if code := forbidden[name]; code != "" {
		l.found[code] = true
	}
	switch {
	case name == "URI":
		l.callsOut = true
	case name == "OpenAction":
		rest := bytes.TrimLeft(after, blank)
		l.opensAlone = l.opensAlone || len(rest) == 0 || rest[0] != '['
	case name == "Page" && l.last == "Type":
		l.pages++
	}
	if len(l.names) < 512 {
		l.names[name] = true
	}
	l.last = name
}

var endOfStream = []byte("endstream")

// raw looks for names in the bytes of a stream as they lie. A table may point into
// the middle of one, where a reader then finds an object that stands nowhere else;
// and what began with "stream" may have been in a string, so that no reader takes
// it for one. Names of two letters occur there by chance, and each of them does
// harm only together with a longer one (/JS with /S /JavaScript).
func (l *look) raw(data []byte) {
	for {
		i := bytes.IndexByte(data, '/')
		if i < 0 {
			return
		}
		name, n := readName(data[i+1:])
		data = data[i+1+n:]
		if len(name) > 2 {
			l.name(name, data)
		}
	}
}

// stream looks at a stream whose dictionary's names were just read, and gives
// where it ends. How long a dictionary says it is nobody can trust.
func (l *look) stream(b []byte, at int) int {
	end := bytes.Index(b[at:], endOfStream)
	if end < 0 {
		l.found[CodePDFBroken] = true
		return len(b)
	}
	names, data := l.names, bytes.TrimLeft(b[at:at+end], "\r\n")
	holdsObjects := names["ObjStm"] || names["First"]
	switch {
	case names["FlateDecode"] || names["Fl"]:
		l.flate(data, holdsObjects, names)
	case holdsObjects && (names["Filter"] || names["F"]):
		l.found[CodePDFBroken] = true // packed in a way that nobody packs objects
	case holdsObjects:
		l.inside(data)
	}
	l.raw(data)
	l.names, l.last = map[string]bool{}, ""
	return at + end + len(endOfStream)
}

// inside reads what lies in a stream as objects; streams within are none.
func (l *look) inside(data []byte) {
	inner := look{found: l.found}
	inner.syntax(data, false)
	l.pages += inner.pages
	l.opensAlone, l.callsOut = l.opensAlone || inner.opensAlone, l.callsOut || inner.callsOut
}

// flate unpacks a stream, within limits. Pictures and text are only counted.
func (l *look) flate(data []byte, objects bool, names map[string]bool) {
	odd := names["Predictor"] || names["ASCIIHexDecode"] || names["ASCII85Decode"] || names["LZWDecode"] || names["RunLengthDecode"] || names["Crypt"]
	if objects && odd {
		l.found[CodePDFBroken] = true // nobody packs objects twice, but to hide them
		return
	}
	r, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		if objects {
			l.found[CodePDFBroken] = true
		}
		return // packed twice, or damaged: a reader shows nothing of it
	}
	if !objects {
		n, _ := io.Copy(io.Discard, io.LimitReader(r, MaxUnpacked-l.unpacked+1))
		if l.unpacked += n; l.unpacked > MaxUnpacked {
			l.found[CodePDFBomb] = true
		}
		return
	}
	var out bytes.Buffer
	n, err := io.Copy(&out, io.LimitReader(r, maxObjects-l.objects+1))
	l.objects += n
	switch {
	case l.objects > maxObjects:
		l.found[CodePDFBomb] = true
	case err != nil && !errors.Is(err, zlib.ErrChecksum): // readers forgive a wrong sum
		l.found[CodePDFBroken] = true
	}
	l.inside(out.Bytes())
}
