//go:build !(goexperiment.simd && amd64)

package kernel

// Build says how vectors are compared here.
func Build() string { return "plain Go; GOEXPERIMENT=simd builds the vectors, where Go has it" }

func (k *Keys) scan(q *Vector, bitsOfQuery, from, to int, t Alike, query int32, out []Pair) []Pair {
	return k.scanPlain(q, bitsOfQuery, from, to, t, query, out)
}
