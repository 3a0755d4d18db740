package paper

import (
	"bytes"
	"compress/zlib"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pana/internal/testkit"
)

// What a telephone reads from the squares is the address that was meant, on the page and
// in the PDF, however long the name of the installation is.
func TestSquaresAreRead(t *testing.T) {
	t.Parallel()
	d, _ := Compose(words(t), "ru", "en", refusal())
	for _, host := range []string{"http://h/p", "https://pana.example.kz/p", "https://pana.example.kz/verify", "https://" + strings.Repeat("uzhym-", 15) + "korgau.example.kz/verify"} {
		link := host
		if strings.HasSuffix(host, "verify") {
			link = Link(host, Groups(CodeOf([32]byte{7}, "x")))
		}
		if got := readPath(t, link); got != link {
			t.Errorf("on the page: %q, not %q", got, link)
		}
		pdf, err := PDF(d, Printed{Code: "0123 4567", Link: link, At: noon})
		if err != nil {
			t.Fatal(err)
		}
		if got := readPDF(t, pdf); got != link {
			t.Errorf("in the PDF: %q, not %q", got, link)
		}
	}
	var other [CodeSize]byte
	if readPath(t, Link("http://h/verify", Groups(other))) == readPath(t, Link("http://h/verify", Groups(CodeOf([32]byte{7}, "x")))) {
		t.Error("two codes are one picture")
	}
}

// A square that is wrong is seen: else the test above could not fail.
func TestAWrongSquareIsSeen(t *testing.T) {
	t.Parallel()
	good := squaresOfPath(t, "https://pana.example.kz/p")
	for _, at := range [][2]int{{10, 10}, {20, 12}, {len(good) - 1, len(good) - 1}} {
		good[at[1]][at[0]] = !good[at[1]][at[0]]
		if got, err := good.Text(); err == nil {
			t.Errorf("with a wrong square at %v: %q", at, got)
		}
		good[at[1]][at[0]] = !good[at[1]][at[0]]
	}
	if got, err := good.Text(); err != nil || got != "https://pana.example.kz/p" {
		t.Errorf("%q, %v", got, err)
	}
}

var oneSquare = regexp.MustCompile(`M(\d+) (\d+)h1v1h-1z`)

func squaresOfPath(t *testing.T, link string) testkit.Squares {
	t.Helper()
	path, _ := Squares(link)
	return testkit.SquaresAt(corners(oneSquare.FindAllStringSubmatch(path, -1)), 1)
}

func readPath(t *testing.T, link string) string {
	t.Helper()
	got, err := squaresOfPath(t, link).Text()
	if err != nil {
		t.Errorf("%s: %v", link, err)
	}
	return got
}

func corners(found [][]string) (out [][2]float64) {
	for _, m := range found {
		x, _ := strconv.ParseFloat(m[1], 64)
		y, _ := strconv.ParseFloat(m[2], 64)
		out = append(out, [2]float64{x, y})
	}
	return out
}

var (
	packed    = regexp.MustCompile(`(?s)/Filter /FlateDecode /Length \d+>>\nstream\n(.*?)\nendstream`)
	rectangle = regexp.MustCompile(`(?m)^([0-9.]+) ([0-9.]+) ([0-9.]+) -([0-9.]+) re f$`)
)

// readPDF reads the rectangles that a page draws, which are the squares and nothing else.
// A PDF counts from below.
func readPDF(t *testing.T, pdf []byte) string {
	t.Helper()
	var all [][2]float64
	unit := 0.0
	for _, m := range packed.FindAllSubmatch(pdf, -1) {
		r, err := zlib.NewReader(bytes.NewReader(m[1]))
		if err != nil {
			continue
		}
		page, _ := io.ReadAll(r)
		found := rectangle.FindAllStringSubmatch(string(page), -1)
		for _, c := range corners(found) {
			all = append(all, [2]float64{c[0], -c[1]})
		}
		if len(found) > 0 {
			unit, _ = strconv.ParseFloat(found[0][3], 64)
		}
	}
	got, err := testkit.SquaresAt(all, unit).Text()
	if err != nil {
		t.Errorf("the PDF's squares: %v", err)
	}
	return got
}
