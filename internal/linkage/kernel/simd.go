//go:build goexperiment.simd && amd64

package kernel

import "simd/archsimd"

var counting = archsimd.X86.AVX512VPOPCNTDQ()

// Build says how vectors are compared here.
func Build() string {
	if counting {
		return "SIMD, eight at a time (AVX-512 VPOPCNTDQ)"
	}
	return "plain Go: this build has SIMD, and the processor counts no bits in vectors"
}

func (k *Keys) scan(q *Vector, bitsOfQuery, from, to int, t Alike, query int32, out []Pair) []Pair {
	if !counting {
		return k.scanPlain(q, bitsOfQuery, from, to, t, query, out)
	}
	q0, q1, q2, q3 := archsimd.BroadcastUint64x8(q[0]), archsimd.BroadcastUint64x8(q[1]), archsimd.BroadcastUint64x8(q[2]), archsimd.BroadcastUint64x8(q[3])
	q4, q5, q6, q7 := archsimd.BroadcastUint64x8(q[4]), archsimd.BroadcastUint64x8(q[5]), archsimd.BroadcastUint64x8(q[6]), archsimd.BroadcastUint64x8(q[7])
	q8, q9, qa, qb := archsimd.BroadcastUint64x8(q[8]), archsimd.BroadcastUint64x8(q[9]), archsimd.BroadcastUint64x8(q[10]), archsimd.BroadcastUint64x8(q[11])
	qc, qd, qe, qf := archsimd.BroadcastUint64x8(q[12]), archsimd.BroadcastUint64x8(q[13]), archsimd.BroadcastUint64x8(q[14]), archsimd.BroadcastUint64x8(q[15])
	over, twice := archsimd.BroadcastUint64x8(uint64(t.Over)), archsimd.BroadcastUint64x8(2*uint64(t.Under))
	base := archsimd.BroadcastUint64x8(uint64(t.Over) * uint64(bitsOfQuery))
	words, all := k.words[from:to], k.counts[from:to]
	for b := range words {
		w := &words[b]
		s0 := archsimd.LoadUint64x8(&w[0]).And(q0).OnesCount()
		s1 := archsimd.LoadUint64x8(&w[1]).And(q1).OnesCount()
		s2 := archsimd.LoadUint64x8(&w[2]).And(q2).OnesCount()
		s3 := archsimd.LoadUint64x8(&w[3]).And(q3).OnesCount()
		s0 = s0.Add(archsimd.LoadUint64x8(&w[4]).And(q4).OnesCount())
		s1 = s1.Add(archsimd.LoadUint64x8(&w[5]).And(q5).OnesCount())
		s2 = s2.Add(archsimd.LoadUint64x8(&w[6]).And(q6).OnesCount())
		s3 = s3.Add(archsimd.LoadUint64x8(&w[7]).And(q7).OnesCount())
		s0 = s0.Add(archsimd.LoadUint64x8(&w[8]).And(q8).OnesCount())
		s1 = s1.Add(archsimd.LoadUint64x8(&w[9]).And(q9).OnesCount())
		s2 = s2.Add(archsimd.LoadUint64x8(&w[10]).And(qa).OnesCount())
		s3 = s3.Add(archsimd.LoadUint64x8(&w[11]).And(qb).OnesCount())
		s0 = s0.Add(archsimd.LoadUint64x8(&w[12]).And(qc).OnesCount())
		s1 = s1.Add(archsimd.LoadUint64x8(&w[13]).And(qd).OnesCount())
		s2 = s2.Add(archsimd.LoadUint64x8(&w[14]).And(qe).OnesCount())
		s3 = s3.Add(archsimd.LoadUint64x8(&w[15]).And(qf).OnesCount())
		sum := s0.Add(s1).Add(s2.Add(s3))
		bound := base.Add(over.Mul(archsimd.LoadUint64x8((*[lane]uint64)(&all[b]))))
		if hit := twice.Mul(sum).GreaterEqual(bound).ToBits(); hit != 0 {
			var sums [lane]uint64
			sum.Store(&sums)
			for l := range lane {
				if hit>>l&1 != 0 {
					out = append(out, Pair{query, int32((from+b)*lane + l), uint16(sums[l])})
				}
			}
		}
	}
	archsimd.ClearAVXUpperBits()
	return out
}
