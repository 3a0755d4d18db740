package across

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"pana/internal/linkage/kernel"
)

// Groups are the encodings that are one person's, by name: what the linkage place hands
// to the count. There is no encoding in it, and of those who are on one list only how
// many they are.
type Groups struct {
	Agreement
	Of     []string // the digest of each list's encodings
	Totals []int    // of each list, with decoys
	Linked []Linked // at the agreed bound, then at others from the strictest
}

// Linked are the groups at one bound.
type Linked struct {
	Bound  int // in hundredths
	Groups [][]Member
}

// Member is one encoding of a list.
type Member struct {
	List int
	Tag  Tag
}

// Journal lets a run that was interrupted go on.
type Journal struct {
	// Kept gives what was compared before of two lists, and the first unit that was not.
	Kept func(step int) (from int, pairs []kernel.Pair)
	// Keep keeps a unit; an error ends the run.
	Keep func(step, unit int, pairs []kernel.Pair) error
}

// link is a pair of two lists that is alike.
type link struct {
	a, b   node
	common int // bits that both have
	both   int // bits that they have together
}

// node is a record: its list above, its place below.
type node uint64

func nodeOf(list, at int) node { return node(list)<<32 | node(at) }
func (n node) list() int       { return int(n >> 32) }
func (n node) at() int         { return int(n & (1<<32 - 1)) }

// Match compares every list with every other and groups what is alike.
func Match(ctx context.Context, files []*Encoded, workers int, journal Journal, progress func(doing string, done, of int)) (*Groups, error) {
	files, err := fitting(files)
	if err != nil {
		return nil, err
	}
	a := files[0].Agreement
	lowest := slices.Min(a.bounds())
	var links []link
	step := 0
	for j := range files {
		if j == 0 {
			continue
		}
		keys := kernel.Pack(files[j].Vectors)
		for i := range j {
			found, err := compared(ctx, files[i], files[j], keys, kernel.Run{Alike: bound(lowest), Workers: workers}, step, journal, progress)
			if err != nil {
				return nil, err
			}
			links = append(links, linksOf(found, files, i, j)...)
			step++
		}
	}
	g := &Groups{Agreement: a}
	for _, f := range files {
		g.Of, g.Totals = append(g.Of, f.Digest), append(g.Totals, len(f.Tags))
	}
	slices.SortFunc(links, func(x, y link) int { // the most alike first
		return cmp.Or(cmp.Compare(y.common*x.both, x.common*y.both), cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b))
	})
	for _, at := range a.bounds() {
		n := 0 // links come in order, so those that reach a bound are the first
		for n < len(links) && bound(at).Reached(links[n].both, 0, links[n].common) {
			n++
		}
		g.Linked = append(g.Linked, Linked{Bound: at, Groups: grouped(links[:n], files)})
	}
	return g, nil
}

// fitting puts the files in the order of the lists, once it is sure that they may be
// compared.
func fitting(files []*Encoded) ([]*Encoded, error) {
	if len(files) == 0 {
		return nil, errors.New("no file of encodings was given")
	}
	a := &files[0].Agreement
	out := make([]*Encoded, len(a.Lists))
	for _, f := range files {
		if err := a.Same(&f.Agreement); err != nil {
			return nil, fmt.Errorf("%s and %s: %w", files[0].name(), f.name(), err)
		}
		if out[f.List] != nil {
			return nil, fmt.Errorf("two files are of the list %s: one for each", a.Lists[f.List])
		}
		out[f.List] = f
	}
	for i, f := range out {
		if f == nil {
			return nil, fmt.Errorf("there is no file of the list %s: the project has %d, and the table needs all; if that body does not take part, agree anew without it", a.Lists[i], len(a.Lists))
		}
	}
	return out, nil
}

func (e *Encoded) name() string { return e.Lists[e.List] }

func compared(ctx context.Context, a, b *Encoded, keys *kernel.Keys, run kernel.Run, step int, journal Journal, progress func(string, int, int)) (found []kernel.Pair, err error) {
	if journal.Kept != nil {
		run.From, found = journal.Kept(step)
	}
	units := kernel.Units(len(a.Vectors))
	run.Done = func(unit int, pairs []kernel.Pair) error {
		found = append(found, pairs...)
		if progress != nil {
			progress(a.name()+" with "+b.name(), unit+1, units)
		}
		if journal.Keep != nil {
			return journal.Keep(step, unit, pairs)
		}
		return nil
	}
	err = kernel.Compare(ctx, a.Vectors, keys, run)
	return found, err
}

func linksOf(found []kernel.Pair, files []*Encoded, i, j int) []link {
	out := make([]link, len(found))
	for n, p := range found {
		both := files[i].Vectors[p.Query].Count() + files[j].Vectors[p.Key].Count()
		out[n] = link{nodeOf(i, int(p.Query)), nodeOf(j, int(p.Key)), int(p.Common), both}
	}
	return out
}

// grouped puts links together, the most alike first. A group has one record of a list
// at most, and two groups become one where at least half of the pairs between them are
// alike, so that a chain of namesakes does not become one person.
func grouped(links []link, files []*Encoded) [][]Member {
	alike := make(map[[2]node]bool, len(links))
	for _, l := range links {
		alike[[2]node{l.a, l.b}] = true
	}
	groups := map[node]*[]node{}
	group := func(n node) *[]node {
		if groups[n] == nil {
			groups[n] = &[]node{n}
		}
		return groups[n]
	}
	for _, l := range links {
		x, y := group(l.a), group(l.b)
		if x == y || listsOf(*x)&listsOf(*y) != 0 || !mostlyAlike(alike, *x, *y) {
			continue
		}
		*x = append(*x, *y...)
		for _, n := range *y {
			groups[n] = x
		}
	}
	var out [][]Member
	seen := map[*[]node]bool{}
	for _, l := range links {
		g := groups[l.a]
		if seen[g] || len(*g) < 2 {
			continue
		}
		seen[g] = true
		slices.Sort(*g)
		members := make([]Member, len(*g))
		for i, n := range *g {
			members[i] = Member{n.list(), files[n.list()].Tags[n.at()]}
		}
		out = append(out, members)
	}
	return out
}

func listsOf(nodes []node) (set uint) {
	for _, n := range nodes {
		set |= 1 << n.list()
	}
	return set
}

func mostlyAlike(alike map[[2]node]bool, x, y []node) bool {
	n := 0
	for _, i := range x {
		for _, j := range y {
			if alike[[2]node{min(i, j), max(i, j)}] {
				n++
			}
		}
	}
	return 2*n >= len(x)*len(y)
}

const groupsTitle = "pana exchange groups 1\n"

// Text is the file that goes to the count.
func (g *Groups) Text() string {
	var b strings.Builder
	b.WriteString(groupsTitle + g.head())
	for i := range g.Lists {
		fmt.Fprintf(&b, "of: %s\nencodings: %d\n", g.Of[i], g.Totals[i])
	}
	fmt.Fprintf(&b, "bounds: %d\n", len(g.Linked))
	for _, l := range g.Linked {
		fmt.Fprintf(&b, "bound: %d\ngroups: %d\n", l.Bound, len(l.Groups))
		for _, members := range l.Groups {
			for i, m := range members {
				if i > 0 {
					b.WriteByte(' ')
				}
				fmt.Fprintf(&b, "%d:%s", m.List+1, m.Tag.text())
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// ReadGroups reads what Text writes.
func ReadGroups(file []byte) (*Groups, error) {
	l := &lines{rest: string(file)}
	l.title(groupsTitle, "a file of groups, as pana exchange match writes it")
	g := &Groups{}
	l.agreement(&g.Agreement)
	if l.err != nil {
		return nil, l.err
	}
	for range g.Lists {
		g.Of, g.Totals = append(g.Of, l.hexOf("of", 32)), append(g.Totals, l.number("encodings"))
	}
	want := g.bounds()
	if n := l.number("bounds"); l.err == nil && n != len(want) {
		return nil, l.wrong(fmt.Sprintf("%d bounds belong here", len(want)))
	}
	for _, at := range want {
		if b := l.number("bound"); l.err == nil && b != at {
			return nil, l.wrong(fmt.Sprintf("the bound %d belongs here", at))
		}
		linked := Linked{Bound: at}
		n := l.number("groups")
		if l.err == nil && n > len(l.rest)/70 {
			return nil, l.wrong("there are fewer groups than this line says")
		}
		seen := map[Member]bool{}
		for range n {
			members, ok := membersOf(l.next(), len(g.Lists), seen)
			if l.err == nil && !ok {
				l.err = l.wrong("this is no group of two lists' encodings, each of which stands once")
			}
			if l.err != nil {
				return nil, l.err
			}
			linked.Groups = append(linked.Groups, members)
		}
		g.Linked = append(g.Linked, linked)
	}
	if l.err == nil && l.rest != "" {
		l.err = l.wrong("something stands behind the last group")
	}
	if l.err != nil {
		return nil, l.err
	}
	return g, nil
}

func membersOf(text string, lists int, seen map[Member]bool) (out []Member, ok bool) {
	var set uint
	for word := range strings.SplitSeq(text, " ") {
		list, tag, _ := strings.Cut(word, ":")
		raw, err := hex.DecodeString(tag)
		if err != nil || len(raw) != len(Tag{}) || len(list) != 1 || list[0] < '1' || int(list[0]-'0') > lists {
			return nil, false
		}
		m := Member{int(list[0] - '1'), Tag(raw)}
		if seen[m] || set>>m.List&1 != 0 {
			return nil, false
		}
		seen[m] = true
		set |= 1 << m.List
		out = append(out, m)
	}
	return out, bits.OnesCount(set) > 1
}
