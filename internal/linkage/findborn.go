package linkage

import "pana/internal/id"

// Born gives those of some files whose person may have been born when another was,
// as far as either is known, the later files first.
func (x *Index) Born(b Born, among []id.File, limit int) (out []Candidate) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	for i := len(among) - 1; i >= 0 && len(out) < limit; i-- {
		at, ok := x.at[among[i]]
		if !ok {
			continue
		}
		if born := x.persons[at].born; b.known() && born.known() && b.apart(born) == 0 {
			_, why := judgeBirth(b, born)
			out = append(out, Candidate{File: among[i], Score: Possible, Why: []Reason{why}})
		}
	}
	return out
}
