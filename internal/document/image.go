package document

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"

	"pana/internal/fault"
)

// Limits of a picture. A telephone's photograph has 12 to 16 million dots, a page
// at 300 dots per inch 9. Reading holds up to 16 bytes a dot (a progressive JPEG
// keeps its coefficients until the end), so this is what bounds memory.
const (
	MaxDots = 25_000_000
	maxSide = 20_000
)

// jpegQuality is what a reader does not tell from the original.
const jpegQuality = 88

// Picture is what is known of one that was written anew.
type Picture struct{ Width, Height int }

// CleanImage reads a picture and writes it anew: dots, and nothing else. How large
// it becomes is asked of its head first; one that lies about it fails while it is
// read, at no more than what it said.
func CleanImage(media string, from func() (io.Reader, error), to io.Writer) (Picture, error) {
	head, err := from()
	if err != nil {
		return Picture{}, err
	}
	dots, err := config(media, head)
	if err != nil {
		return Picture{}, err
	}
	if dots.Width > maxSide || dots.Height > maxSide || dots.Width*dots.Height > MaxDots {
		return Picture{}, refuse(CodeImageLarge, "max", itoa(MaxDots/1_000_000))
	}
	body, err := from()
	if err != nil {
		return Picture{}, err
	}
	if media == PNG {
		return cleanPNG(body, to)
	}
	return cleanJPEG(body, to)
}

func config(media string, r io.Reader) (out image.Config, err error) {
	if media == PNG {
		out, err = png.DecodeConfig(bufio.NewReader(r))
	} else {
		out, err = jpeg.DecodeConfig(bufio.NewReader(r))
	}
	if err != nil {
		return out, broken(err)
	}
	if out.Width <= 0 || out.Height <= 0 {
		return out, refuse(CodeImageBroken)
	}
	return out, nil
}

// broken says that a picture cannot be read, unless it was the reading that failed.
func broken(err error) error {
	var ours *fault.Error
	if errors.As(err, &ours) {
		return err
	}
	return fault.Because(errors.New("the picture cannot be read"), fault.Invalid, CodeImageBroken)
}

func cleanPNG(body io.Reader, to io.Writer) (Picture, error) {
	m, err := png.Decode(bufio.NewReader(body))
	if err != nil {
		return Picture{}, broken(err)
	}
	size := m.Bounds()
	enc := png.Encoder{CompressionLevel: png.DefaultCompression}
	return Picture{size.Dx(), size.Dy()}, enc.Encode(to, m)
}

func cleanJPEG(body io.Reader, to io.Writer) (Picture, error) {
	// The picture's way up is in the part that is left out, so it is turned now.
	r := bufio.NewReaderSize(body, exifWindow)
	start, err := r.Peek(exifWindow)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return Picture{}, broken(err)
	}
	up := orientation(start)
	m, err := jpeg.Decode(r)
	if err != nil {
		return Picture{}, broken(err)
	}
	m = turned(m, up)
	size := m.Bounds()
	return Picture{size.Dx(), size.Dy()}, jpeg.Encode(to, m, &jpeg.Options{Quality: jpegQuality})
}

// exifWindow is how far into a JPEG its way up is looked for: the segment that has
// it is the first or second and has at most 64 KiB.
const exifWindow = 128 << 10

// orientation reads the way up from the EXIF segment, 1 to 8; 1 when there is none
// or it cannot be read. (CIPA DC-008, tag 0x0112.)
func orientation(b []byte) int {
	for i := 2; i+4 <= len(b) && b[i] == 0xff; {
		kind, n := b[i+1], int(binary.BigEndian.Uint16(b[i+2:]))
		if kind == 0xda || n < 2 || i+2+n > len(b) {
			return 1
		}
		if tiff, ok := bytes.CutPrefix(b[i+4:i+2+n], []byte("Exif\x00\x00")); kind == 0xe1 && ok {
			return wayUp(tiff)
		}
		i += 2 + n
	}
	return 1
}

func wayUp(tiff []byte) int {
	var order binary.ByteOrder = binary.LittleEndian
	switch {
	case len(tiff) < 8:
		return 1
	case string(tiff[:2]) == "MM":
		order = binary.BigEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 1
	}
	for n, i := int64(order.Uint16(tiff[at:])), int64(0); i < n; i++ {
		entry := at + 2 + 12*i
		if entry+12 > int64(len(tiff)) {
			return 1
		}
		if order.Uint16(tiff[entry:]) == 0x0112 {
			if v := int(order.Uint16(tiff[entry+8:])); v >= 1 && v <= 8 {
				return v
			}
			return 1
		}
	}
	return 1
}

// turned shows a picture the right way up, without a second copy of its dots.
func turned(m image.Image, up int) image.Image {
	if up == 1 {
		return m
	}
	return turning{m, up, m.Bounds()}
}

type turning struct {
	image.Image
	up  int
	was image.Rectangle
}

func (t turning) Bounds() image.Rectangle {
	if t.up >= 5 { // lying on its side
		return image.Rect(0, 0, t.was.Dy(), t.was.Dx())
	}
	return image.Rect(0, 0, t.was.Dx(), t.was.Dy())
}

func (t turning) At(x, y int) color.Color {
	w, h := t.was.Dx()-1, t.was.Dy()-1
	switch t.up {
	case 2:
		x = w - x
	case 3:
		x, y = w-x, h-y
	case 4:
		y = h - y
	case 5:
		x, y = y, x
	case 6:
		x, y = y, h-x
	case 7:
		x, y = w-y, h-x
	case 8:
		x, y = w-y, x
	}
	return t.Image.At(t.was.Min.X+x, t.was.Min.Y+y)
}
