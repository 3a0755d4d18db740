package stats

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"sync"
)

// Averaging is Bayesian averaging over decomposable graphs (Madigan and York 1997):
// which lists depend on which is not chosen but summed over, each graph weighted by
// how well it explains the table, with a hyper-Dirichlet prior.
type Averaging struct {
	// Delta is the prior weight of a cell.
	Delta float64
	// Unseen are the numbers of unseen people that are thought of.
	Unseen []float64
	// LogPrior is of everybody, observed and unseen.
	LogPrior func(n float64) float64
}

// MaxAveraged is the most lists whose graphs are summed over: 18,154 of six.
const MaxAveraged = 6

// DGA is the averaging that published tables use: prior 1/N, graphs alike, a weight
// of 2^-lists for each cell, and a thousand numbers up to thirty times the observed.
func DGA(t *Table) Averaging {
	n := t.Observed()
	a := Averaging{Delta: math.Exp2(-float64(len(t.Lists))), LogPrior: func(n float64) float64 { return -math.Log(n) }}
	for i := range 1000 {
		x := math.RoundToEven(1 + float64(i)*(30*n-1)/999)
		if len(a.Unseen) == 0 || x != a.Unseen[len(a.Unseen)-1] {
			a.Unseen = append(a.Unseen, x)
		}
	}
	return a
}

// Posterior is what the averaging believes: a weight for each graph and number of
// unseen people, summing to 1.
type Posterior struct {
	Observed float64
	Unseen   []float64
	Graphs   []Posed
	// Weight is of each number of unseen people, over all graphs.
	Weight []float64
}

// Posed is one graph, written as the model with its complete parts as terms.
type Posed struct {
	Model  Model
	Share  float64
	Weight []float64
}

// Average computes the posterior. A decomposable graph's likelihood is a product over
// its vertices, in an order in which each is joined to a complete part of those after
// it: of the vertex with that part, divided by the part alone.
func Average(t *Table, a Averaging) Posterior {
	graphs := chordal(len(t.Lists))
	n := t.Observed()
	parts := make([][]float64, len(t.Count))
	for s := range parts {
		parts[s] = a.marginal(t, Cell(s))
	}
	out := Posterior{Observed: n, Unseen: a.Unseen, Weight: make([]float64, len(a.Unseen))}
	top := math.Inf(-1)
	base := make([]float64, len(a.Unseen))
	for i, u := range a.Unseen {
		all, _ := math.Lgamma(n + u + 1)
		missing, _ := math.Lgamma(u + 1)
		base[i] = all - missing + a.LogPrior(n+u)
	}
	for _, g := range graphs {
		w := slices.Clone(base)
		for s, times := range g.parts {
			if times == 0 {
				continue
			}
			for i := range w {
				w[i] += float64(times) * parts[s][i]
			}
		}
		top = max(top, slices.Max(w))
		out.Graphs = append(out.Graphs, Posed{Model: g.model, Weight: w})
	}
	sum := 0.0
	for g := range out.Graphs {
		for i, w := range out.Graphs[g].Weight {
			w = math.Exp(w - top)
			out.Graphs[g].Weight[i] = w
			out.Graphs[g].Share += w
			out.Weight[i] += w
			sum += w
		}
	}
	for g := range out.Graphs {
		out.Graphs[g].Share /= sum
		for i := range out.Graphs[g].Weight {
			out.Graphs[g].Weight[i] /= sum
		}
	}
	for i := range out.Weight {
		out.Weight[i] /= sum
	}
	slices.SortStableFunc(out.Graphs, func(x, y Posed) int { return cmp.Compare(y.Share, x.Share) })
	return out
}

// Quantile is the first number at which the posterior has passed p.
func (p Posterior) Quantile(q float64) float64 {
	sum := 0.0
	for i, w := range p.Weight {
		if sum += w; sum > q {
			return p.Observed + p.Unseen[i]
		}
	}
	return p.Observed + p.Unseen[len(p.Unseen)-1]
}

// marginal is the log likelihood of the table of some lists alone, for each number of
// unseen people, who are on none of them either.
func (a Averaging) marginal(t *Table, lists Cell) []float64 {
	weight := a.Delta * math.Exp2(float64(len(t.Lists)-lists.size()))
	whole := a.Delta * math.Exp2(float64(len(t.Lists)))
	table := make([]float64, len(t.Count))
	for c, n := range t.Count {
		table[Cell(c)&lists] += n
	}
	fixed := lgamma(whole)
	for c := range table {
		if cell := Cell(c); cell.within(lists) {
			fixed -= lgamma(weight)
			if c != 0 {
				fixed += lgamma(table[c] + weight)
			}
		}
	}
	n := t.Observed()
	out := make([]float64, len(a.Unseen))
	for i, u := range a.Unseen {
		out[i] = fixed + lgamma(table[0]+u+weight) - lgamma(n+u+whole)
	}
	return out
}

func lgamma(x float64) float64 {
	v, _ := math.Lgamma(x)
	return v
}

// graph is a decomposable graph: how often each set of lists is a factor.
type graph struct {
	model Model
	parts []int
}

var graphs sync.Map

// chordal are all decomposable graphs of so many lists: 8, 61, 822 and 18,154 for
// three to six.
func chordal(lists int) []graph {
	if g, ok := graphs.Load(lists); ok {
		return g.([]graph)
	}
	edges := pairs(lists)
	var all []graph
	for chosen := range 1 << len(edges) {
		if g, ok := eliminated(lists, edges, chosen); ok {
			all = append(all, g)
		}
	}
	g, _ := graphs.LoadOrStore(lists, all)
	return g.([]graph)
}

// eliminated takes away, one after the other, a vertex whose neighbours are all joined
// to each other; that this ends with nothing left is what makes a graph decomposable.
func eliminated(lists int, edges []Cell, chosen int) (graph, bool) {
	joined := make([]Cell, lists)
	for i, e := range edges {
		if chosen>>i&1 == 1 {
			low := bits.TrailingZeros16(uint16(e))
			high := bits.Len16(uint16(e)) - 1
			joined[low] |= 1 << high
			joined[high] |= 1 << low
		}
	}
	g := graph{parts: make([]int, 1<<lists)}
	var complete []Cell
	left := Cell(1)<<lists - 1
	for left != 0 {
		v := -1
		for i := range lists {
			if left>>i&1 == 1 && isComplete(joined[i]&left, joined) {
				v = i
				break
			}
		}
		if v < 0 {
			return g, false
		}
		around := joined[v] & left
		g.parts[around|1<<v]++
		g.parts[around]--
		complete = append(complete, around|1<<v)
		left &^= 1 << v
	}
	g.model = NewModel(complete...)
	return g, true
}

func isComplete(set Cell, joined []Cell) bool {
	for i, around := range joined {
		if set>>i&1 == 1 && !(set &^ (1 << i)).within(around) {
			return false
		}
	}
	return true
}
