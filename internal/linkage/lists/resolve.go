package lists

// oneToOne links every record at most once: the most probable pair first, then the
// next whose two are both still free.
func oneToOne(found []Pair, a, b int) (out []Pair) {
	takenA, takenB := make([]bool, a), make([]bool, b)
	for _, p := range found {
		if !takenA[p.A] && !takenB[p.B] {
			takenA[p.A], takenB[p.B] = true, true
			out = append(out, p)
		}
	}
	return out
}

// clusters puts one list's records together into people: the most probable pair
// first, and two groups become one where at least half of the pairs between them
// reach the threshold. So a chain of namesakes does not become one person. The pairs
// that are left are those within a person.
func clusters(found []Pair, n int) (pairs []Pair, person []int) {
	linked := make(map[uint64]bool, len(found))
	for _, p := range found {
		linked[uint64(p.A)<<32|uint64(p.B)] = true
	}
	of := make([]int32, n) // the group, named after one of its records
	members := make([][]int32, n)
	for i := range of {
		of[i], members[i] = int32(i), []int32{int32(i)}
	}
	for _, p := range found {
		x, y := of[p.A], of[p.B]
		if x == y || !mostLinked(linked, members[x], members[y]) {
			continue
		}
		if len(members[x]) < len(members[y]) {
			x, y = y, x
		}
		for _, m := range members[y] {
			of[m] = x
		}
		members[x] = append(members[x], members[y]...)
		members[y] = nil
	}
	for _, p := range found {
		if of[p.A] == of[p.B] {
			pairs = append(pairs, p)
		}
	}
	person = make([]int, n)
	number := map[int32]int{}
	for i, g := range of {
		if number[g] == 0 {
			number[g] = len(number) + 1
		}
		person[i] = number[g]
	}
	return pairs, person
}

func mostLinked(linked map[uint64]bool, x, y []int32) bool {
	n := 0
	for _, i := range x {
		for _, j := range y {
			if linked[uint64(min(i, j))<<32|uint64(max(i, j))] {
				n++
			}
		}
	}
	return 2*n >= len(x)*len(y)
}
