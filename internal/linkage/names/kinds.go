package names

// kindTally is how many letters of each kind a spelling has, in ten fields of five bits with
// a free one above each. Letters are of one kind where one is taken for another, over
// however many steps: every other change costs a whole letter and moves two counts, and a
// letter more or less moves one, so that two spellings cost at least half a letter for each
// count by which they differ.
type kindTally uint64

const (
	kindFields = 10
	kindBits   = 6
	kindMost   = 1<<(kindBits-1) - 1

	oneOfEach  kindTally = 1 | 1<<6 | 1<<12 | 1<<18 | 1<<24 | 1<<30 | 1<<36 | 1<<42 | 1<<48 | 1<<54
	freeOfEach           = oneOfEach << (kindBits - 1)
	everyOther kindTally = 0x3f | 0x3f<<12 | 0x3f<<24 | 0x3f<<36 | 0x3f<<48
	addUp      kindTally = 1 | 1<<12 | 1<<24 | 1<<36 | 1<<48
)

// kindAt is where the field of each letter's kind begins. What is no letter of the key
// counts with the first kind: too few kinds make a bound that is too low, and no mistake.
var kindAt = kindsOfLetters()

func kindsOfLetters() (at [256]uint8) {
	var kind [256]byte
	for c := range kind {
		kind[c] = byte(c)
	}
	for again := true; again; {
		again = false
		for a := byte('a'); a <= 'z'; a++ {
			for b := a; b <= 'z'; b++ {
				if costOfChange(a, b) < whole && kind[a] != kind[b] {
					kind[a] = min(kind[a], kind[b])
					kind[b], again = kind[a], true
				}
			}
		}
	}
	fields := map[byte]uint8{}
	for c := byte('a'); c <= 'z'; c++ {
		if _, known := fields[kind[c]]; !known {
			fields[kind[c]] = uint8(len(fields)%kindFields) * kindBits
		}
		at[c] = fields[kind[c]]
	}
	return at
}

func tallied(s string) (t kindTally) {
	for i := range len(s) {
		if at := kindAt[s[i]]; t>>at&kindMost < kindMost {
			t += 1 << at
		}
	}
	return t
}

// over is by how much each count is more than the other's.
func (t kindTally) over(u kindTally) kindTally {
	d := (t | freeOfEach) - u
	more := d & freeOfEach
	return d & (more - more>>(kindBits-1))
}

// sum adds up all counts.
func (t kindTally) sum() uint32 {
	t = t&everyOther + t>>kindBits&everyOther
	return uint32(t * addUp >> 48 & 0xfff)
}

// tooFar says that two spellings cannot cost so little.
func (t kindTally) tooFar(u kindTally, cost uint32) bool {
	return (t.over(u)+u.over(t)).sum()*whole > 2*cost
}
