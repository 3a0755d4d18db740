package linkage

// nearEnough is from which on the letters of two names are compared: the vectors of one
// person's names are nearly never less alike, and most of what the sketches let pass is.
const nearEnough = 0.5

// nearby is how alike the vectors of two names are: for each part of the one with fewer
// the best of the other's, and of those the mean.
func nearby(a, b []*vector) (sum float64) {
	if len(a) > len(b) {
		a, b = b, a
	}
	for i := range a {
		best := 0.0
		for j := range b {
			best = max(best, partsNear(a[i], b[j]))
		}
		sum += best
	}
	return sum / float64(len(a))
}

// partsNear compares two parts by sound, and by consonants where that says more.
func partsNear(a, b *vector) float64 {
	bones := dice(&a.bones, &b.bones, a.bonesBits, b.bonesBits)
	if a.onlyBones != b.onlyBones {
		return bones
	}
	return max(dice(&a.sound, &b.sound, a.soundBits, b.soundBits), bones)
}
