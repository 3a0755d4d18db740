package app

import (
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pana/internal/casework"
)

// TestWhatLeavesIsInTheLedger: the number on what a worker saved is that of a leaf in
// the ledger, hers for a table, the file's for a paper of a file; she finds it herself.
func TestWhatLeavesIsInTheLedger(t *testing.T) {
	t.Parallel()
	l := begin(t)
	p := l.plain(t, "en")
	s, ask := storyOf(t, l, p)
	s.name = girl.name
	s.recordConcern(girl)
	s.refer(ask...)
	data, err := readDemo(l.files)
	if err != nil {
		t.Fatal(err)
	}
	enter(p, "", "coordinator")
	leaves := func(ref casework.Ref) map[uint64]bool {
		chain, err := l.store.ChainOf(t.Context(), ref, func(uint64) bool { return false })
		if err != nil {
			t.Fatal(err)
		}
		out := map[uint64]bool{}
		for _, link := range chain.Links {
			out[link.Header.Number] = true
		}
		return out
	}
	number := regexp.MustCompile(`Number (\d+) in the ledger`)
	taken := func() uint64 {
		t.Helper()
		m := number.FindStringSubmatch(p.HTML())
		if p.Status() != 200 || m == nil {
			t.Fatalf("%s: %d, and no mark", p.Path(), p.Status())
		}
		n, _ := strconv.ParseUint(m[1], 10, 64)
		return n
	}
	p.Do("GET", "/overdue.csv", nil)
	first := taken()
	p.Do("GET", "/overdue.csv", nil)
	second := taken()
	coordinator := casework.Ref{Kind: casework.AccountStream, ID: string(newTown(data, l.house.pack).workers["coordinator"].Worker)}
	if own := leaves(coordinator); first == second || !own[first] || !own[second] {
		t.Errorf("two tables, %d and %d, of which the account's leaves are %v", first, second, own)
	}
	if p.Go("/sign-ins"); strings.Count(p.HTML(), "What is overdue at bodies") != 2 {
		t.Error("she does not find what she took out")
	}
	enter(p, "", "inspector")
	p.Do("POST", "/file/"+s.file+"/take-out", url.Values{"go": {"take"}, "taken_for": {"court"}, "taken_as": {"csv"}, "key": {"k1"}})
	if n := taken(); !leaves(casework.Ref{Kind: casework.FileStream, ID: s.file})[n] {
		t.Errorf("the file has no leaf %d", n)
	}
	if p.Go(fmt.Sprintf("/file/%s/openings", s.file)); !strings.Contains(p.HTML(), "taken out of Pana") {
		t.Error("the openings do not say that it was taken out")
	}
}
