package testkit

import (
	"errors"
	"fmt"
	"image"
	"image/color"
)

// Squares is a QR code as it was found: Squares[y][x] is whether a square is dark.
// It is read by the standard (ISO/IEC 18004) and with no code of the library that
// draws ours, so that a mistake there is not repeated here.
type Squares [][]bool

// What the versions 1 to 10 have at the level of correction M: how many codewords, how
// many of them in each block correct it, in how many blocks they lie, and where the small
// eyes stand.
var squareVersions = []struct {
	words, correct, blocks int
	eyes                   []int
}{
	{26, 10, 1, nil}, {44, 16, 1, []int{6, 18}}, {70, 26, 1, []int{6, 22}}, {100, 18, 2, []int{6, 26}}, {134, 24, 2, []int{6, 30}},
	{172, 16, 4, []int{6, 34}}, {196, 18, 4, []int{6, 22, 38}}, {242, 22, 4, []int{6, 24, 42}}, {292, 22, 5, []int{6, 26, 46}}, {346, 26, 5, []int{6, 28, 50}},
}

var squareMasks = []func(x, y int) bool{
	func(x, y int) bool { return (x+y)%2 == 0 },
	func(_, y int) bool { return y%2 == 0 },
	func(x, _ int) bool { return x%3 == 0 },
	func(x, y int) bool { return (x+y)%3 == 0 },
	func(x, y int) bool { return (x/3+y/2)%2 == 0 },
	func(x, y int) bool { return x*y%2+x*y%3 == 0 },
	func(x, y int) bool { return (x*y%2+x*y%3)%2 == 0 },
	func(x, y int) bool { return ((x+y)%2+x*y%3)%2 == 0 },
}

// Text is what stands in the squares. One square that is wrong is an error: a telephone
// would mend it, and here nothing is there to mend.
func (s Squares) Text() (string, error) {
	size := len(s)
	version := (size - 17) / 4
	if version < 1 || version > len(squareVersions) || size != 17+4*version {
		return "", fmt.Errorf("%d squares a side", size)
	}
	format := 0
	for i := range 6 {
		format |= s.bit(8, i)<<i | s.bit(5-i, 8)<<(9+i)
	}
	format |= s.bit(8, 7)<<6 | s.bit(8, 8)<<7 | s.bit(7, 8)<<8
	level := (format ^ 0x5412) >> 10
	if level>>3 != 0 {
		return "", fmt.Errorf("level of correction %d, not M", level>>3)
	}
	data, err := apart(s.words(version, squareMasks[level&7]), version)
	if err != nil {
		return "", err
	}
	return bytesOf(data, version)
}

func (s Squares) bit(x, y int) int {
	if s[y][x] {
		return 1
	}
	return 0
}

// words are the codewords in the order in which they lie: two columns at a time from
// the right, up and down.
func (s Squares) words(version int, mask func(x, y int) bool) []byte {
	size, n, word := len(s), 0, byte(0)
	var out []byte
	for right := size - 1; right > 0; right -= 2 {
		if right == 6 {
			right--
		}
		for step := range size {
			y := step
			if (right+1)&2 == 0 {
				y = size - 1 - step
			}
			for x := right; x > right-2; x-- {
				if s.fixed(version, x, y) {
					continue
				}
				word <<= 1
				if s[y][x] != mask(x, y) {
					word |= 1
				}
				if n++; n%8 == 0 {
					out = append(out, word)
				}
			}
		}
	}
	return out
}

// fixed says whether a square is the same in every code of this size.
func (s Squares) fixed(version, x, y int) bool {
	size := len(s)
	switch {
	case x == 6 || y == 6, x < 9 && y < 9, x < 9 && y >= size-8, x >= size-8 && y < 9:
		return true
	case version >= 7 && (x < 6 && y >= size-11 || y < 6 && x >= size-11):
		return true
	}
	eyes := squareVersions[version-1].eyes
	for i, cx := range eyes {
		for j, cy := range eyes {
			last := len(eyes) - 1
			corner := i == 0 && j == 0 || i == 0 && j == last || i == last && j == 0
			if !corner && max(x-cx, cx-x) <= 2 && max(y-cy, cy-y) <= 2 {
				return true
			}
		}
	}
	return false
}

// apart puts the blocks together again and looks whether each is whole.
func apart(words []byte, version int) ([]byte, error) {
	v := squareVersions[version-1]
	if len(words) != v.words {
		return nil, fmt.Errorf("%d codewords of %d", len(words), v.words)
	}
	short, long := v.words/v.blocks-v.correct, v.words%v.blocks // of the blocks, the last have one more
	blocks := make([][]byte, v.blocks)
	next := 0
	for i := range short + 1 + v.correct {
		for b := range blocks {
			if i == short && b < v.blocks-long {
				continue // this block has no such word
			}
			blocks[b], next = append(blocks[b], words[next]), next+1
		}
	}
	var out []byte
	for b, block := range blocks {
		if !whole(block, v.correct) {
			return nil, fmt.Errorf("block %d is not whole", b)
		}
		out = append(out, block[:len(block)-v.correct]...)
	}
	return out, nil
}

// whole says whether a block is divided by its Reed-Solomon polynomial: whether it is 0
// at its first powers of 2.
func whole(block []byte, correct int) bool {
	at := byte(1)
	for range correct {
		sum := byte(0)
		for _, w := range block {
			sum = times(sum, at) ^ w
		}
		if sum != 0 {
			return false
		}
		at = times(at, 2)
	}
	return true
}

// times is multiplication in GF(256) modulo x^8+x^4+x^3+x^2+1.
func times(a, b byte) byte {
	out := byte(0)
	for ; b > 0; b >>= 1 {
		if b&1 == 1 {
			out ^= a
		}
		carry := a >> 7
		a = a<<1 ^ carry*0x1d
	}
	return out
}

// bytesOf is the text of one segment of bytes: the only kind that an address of ours has.
func bytesOf(data []byte, version int) (string, error) {
	n := 0
	take := func(bits int) (v int) {
		for range bits {
			v = v<<1 | int(data[n/8]>>(7-n%8))&1
			n++
		}
		return v
	}
	if mode := take(4); mode != 4 {
		return "", fmt.Errorf("segment of kind %d, not bytes", mode)
	}
	count := 8
	if version >= 10 {
		count = 16
	}
	length := take(count)
	if n+8*length > 8*len(data) {
		return "", errors.New("longer than there is room for")
	}
	out := make([]byte, length)
	for i := range out {
		out[i] = byte(take(8))
	}
	return string(out), nil
}

// SquaresIn finds the one code in a picture where nothing else is dark, as it stands on
// a sheet of paper: by the eye in its left upper corner, seven squares wide.
func SquaresIn(picture image.Image) (Squares, error) {
	dark := func(x, y int) bool {
		return color.GrayModel.Convert(picture.At(x, y)).(color.Gray).Y < 128
	}
	box := image.Rectangle{}
	for y := picture.Bounds().Min.Y; y < picture.Bounds().Max.Y; y++ {
		for x := picture.Bounds().Min.X; x < picture.Bounds().Max.X; x++ {
			if dark(x, y) {
				box = box.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	if box.Empty() {
		return nil, errors.New("nothing is dark")
	}
	eye := 0
	for box.Min.X+eye < box.Max.X && dark(box.Min.X+eye, box.Min.Y) {
		eye++
	}
	size := int(float64(box.Dx())*7/float64(eye) + 0.5)
	version := (size - 17 + 2) / 4 // the eye was measured in whole dots
	size = 17 + 4*version
	out := make(Squares, size)
	for y := range out {
		out[y] = make([]bool, size)
		for x := range out[y] {
			out[y][x] = dark(box.Min.X+(2*x+1)*box.Dx()/(2*size), box.Min.Y+(2*y+1)*box.Dy()/(2*size))
		}
	}
	return out, nil
}

// SquaresAt are the squares at these corners, each of the size of one: as a drawing
// lists them.
func SquaresAt(corners [][2]float64, unit float64) Squares {
	if len(corners) == 0 {
		return nil
	}
	left, top, wide := corners[0][0], corners[0][1], 0.0
	for _, c := range corners {
		left, top = min(left, c[0]), min(top, c[1])
	}
	for _, c := range corners {
		wide = max(wide, c[0]-left, c[1]-top)
	}
	size := int(wide/unit+0.5) + 1
	out := make(Squares, size)
	for y := range out {
		out[y] = make([]bool, size)
	}
	for _, c := range corners {
		out[int((c[1]-top)/unit+0.5)][int((c[0]-left)/unit+0.5)] = true
	}
	return out
}
