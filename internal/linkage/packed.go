package linkage

import (
	"encoding/binary"

	"pana/internal/linkage/names"
)

// packed is the parts of a name as the index keeps them: of each set of bits
// only which are set, as the gaps between them, in some 25 bytes a part where
// the sets themselves take 130. The scan unpacks the few names that are near.
type packed string

const (
	packedPatronymic = 1 << iota
	packedOnlyBones
)

func pack(parts []vector) packed {
	b := make([]byte, 0, 32*len(parts))
	for i := range parts {
		p := &parts[i]
		var flags byte
		if p.patronymic {
			flags |= packedPatronymic
		}
		if p.onlyBones {
			flags |= packedOnlyBones
		}
		b = append(b, flags, p.nBones)
		b = packBits(packBits(b, &p.sound), &p.bones)
	}
	return packed(b)
}

// packBits writes how many there are and then the gap before each; 255 says that
// the gap is longer by so much.
func packBits(b []byte, set *bits512) []byte {
	b = binary.AppendUvarint(b, uint64(set.count()))
	last := -1
	set.each(func(i int) {
		gap := i - last - 1
		for ; gap >= 255; gap -= 255 {
			b = append(b, 255)
		}
		b = append(b, byte(gap))
		last = i
	})
	return b
}

// unpack writes the parts into room and gives those that are.
func (p packed) unpack(room *[names.MaxParts]vector) []vector {
	n := 0
	for at := 0; at < len(p) && n < names.MaxParts; n++ {
		v := &room[n]
		*v = vector{patronymic: p[at]&packedPatronymic != 0, onlyBones: p[at]&packedOnlyBones != 0, nBones: p[at+1]}
		at, v.soundBits = p.unpackBits(at+2, &v.sound)
		at, v.bonesBits = p.unpackBits(at, &v.bones)
	}
	return room[:n]
}

func (p packed) unpackBits(at int, set *bits512) (next int, count uint16) {
	count = uint16(p[at] & 0x7f)
	if p[at] >= 0x80 {
		at++
		count |= uint16(p[at]) << 7
	}
	at++
	for n, bit := count, -1; n > 0; n-- {
		for ; p[at] == 255; at++ {
			bit += 255
		}
		bit += int(p[at]) + 1
		at++
		set[bit>>6&7] |= 1 << (bit & 63)
	}
	return at, count
}
