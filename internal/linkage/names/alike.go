package names

import "math/bits"

// Alike says how alike two values of one column are, of given names or of families
// or of places, from 0 to 1: unlike Compare it knows what stands beside what, so one
// part on each side says all there is. What is less alike than least may come back
// as 0, sooner.
func Alike(a, b []Part, least float64) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	if len(a) == 1 && len(b) == 1 {
		if tooFar(&a[0], &b[0], least) {
			return 0
		}
		return partsAlike(&a[0], &b[0])
	}
	best := oneOfSeveral * anyPart(a, b, least/oneOfSeveral)
	whole, other := asOne(a), asOne(b) // Ай Жан is Айжан
	if !tooFar(&whole, &other, least) {
		best = max(best, partsAlike(&whole, &other))
	}
	if len(a) > 1 && len(b) > 1 && best > 0 {
		one, other := newWay(pointers(a)), pointers(b)
		rows := one.rows(other)
		best = max(best, one.compare(other, &rows).Score)
	}
	return best
}

// oneOfSeveral: two given names, of which another paper has one.
const oneOfSeveral = 0.88

func anyPart(a, b []Part, least float64) (best float64) {
	for i := range a {
		for j := range b {
			if !tooFar(&a[i], &b[j], least) {
				best = max(best, partsAlike(&a[i], &b[j]))
			}
		}
	}
	return best
}

func asOne(parts []Part) (p Part) {
	p.Bones = true
	for _, part := range parts {
		p.Text += part.Text
		p.Bones = p.Bones && part.Bones
	}
	p.Text = WithoutDoubles(p.Text)
	p.Whole = p.Text
	return p
}

// tooFar sees without comparing letters in their order that no reading of one part
// can be so like any of the other.
func tooFar(a, b *Part, least float64) bool {
	if a.Bones || b.Bones {
		return false
	}
	if !far(a.Text, b.Text, least) || (a.Whole != a.Text) != (b.Whole != b.Text) && !far(a.Whole, b.Whole, least) {
		return false
	}
	for _, x := range a.Also {
		if !far(x, b.Text, least) {
			return false
		}
	}
	for _, y := range b.Also {
		if !far(a.Text, y, least) {
			return false
		}
	}
	return true
}

// far is a bound from below: a letter more or less costs 0.7 and makes one kind of
// letter more or less, one for another costs 0.5 and makes two.
func far(a, b string, least float64) bool {
	shorter, longer := len(a), len(b)
	if shorter > longer {
		shorter, longer = longer, shorter
	}
	most := (1 - least) * float64(max(longer, 3))
	if 0.7*float64(longer-shorter) > most {
		return true
	}
	return 0.25*float64(bits.OnesCount32(kinds(a)^kinds(b))) > most
}

// kinds are which letters there are.
func kinds(s string) (set uint32) {
	for i := range len(s) {
		set |= 1 << (s[i] & 31)
	}
	return set
}
