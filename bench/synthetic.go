package main

import (
	"bufio"
	_ "embed"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

//go:embed synthetic.py
var synthPeer []byte

const (
	synthPeople  = 200_000
	synthColumns = 60
	synthEpsilon = 4
	synthDelta   = 4.1e-7 // 1/(n ln n), the peer's own default
)

// synthetics makes synthetic records of invented people by pana release and by pac-synth,
// which makes CTDC's: same list, same ε and δ, each from its file to its file. Errors are
// the share of the people who stand in another cell of a count than in the list, by
// one, two and three columns.
func synthetics(root, dir string, out io.Writer) error {
	pana := filepath.Join(dir, "pana-release")
	if err := build(root, pana, "./cmd/pana"); err != nil {
		return err
	}
	columns := synthSchema()
	list, err := synthList(dir, columns)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s; %d people × %d columns, epsilon %d, delta %g\n", cpu(), synthPeople, synthColumns, synthEpsilon, synthDelta)
	ours, took, err := synthOurs(pana, dir, columns)
	if err != nil {
		return err
	}
	mine := synthErrors(list, ours, columns)
	fmt.Fprintf(out, "%-34s %8.1f s  elsewhere by one column %.2f %%, by two %.2f %%, by three %.2f %%\n", "pana release --synthetic", took, 100*mine[0], 100*mine[1], 100*mine[2])
	apart := synthErrors(list, synthApart(list), columns)
	fmt.Fprintf(out, "%-34s %8s    elsewhere by one column %.2f %%, by two %.2f %%, by three %.2f %%\n", "each column drawn for itself", "", 100*apart[0], 100*apart[1], 100*apart[2])
	python := peerPython(dir, out, "pac-synth")
	if python == "" {
		return nil
	}
	const length = "2" // its usual 3 takes longer still
	theirs, theirTook, err := synthTheirs(python, dir, length, columns)
	name := "pac-synth, reporting length " + length
	if err != nil {
		fmt.Fprintf(out, "%-34s left out: %v\n", name, err)
		return nil
	}
	e := synthErrors(list, theirs, columns)
	fmt.Fprintf(out, "%-34s %8.1f s  elsewhere by one column %.2f %%, by two %.2f %%, by three %.2f %%\n", name, theirTook, 100*e[0], 100*e[1], 100*e[2])
	fmt.Fprintf(out, "%-34s time %.1f times ours; errors %.1f, %.1f and %.1f times ours\n", "", theirTook/took, e[0]/mine[0], e[1]/mine[1], e[2]/mine[2])
	return nil
}

type synthColumn struct {
	Name   string   `json:"name"`
	Values []string `json:"values"`
}

// synthSchema is as wide and as deep as CTDC's: a year, sex, age, two countries,
// some lists, and many signs that are there or are not recorded.
func synthSchema() (out []synthColumn) {
	sizes := []int{18, 3, 9, 40, 40, 5, 5, 6, 6, 8, 8, 10}
	for i := range synthColumns {
		c := synthColumn{Name: fmt.Sprintf("c%02d", i), Values: []string{"1"}}
		if i < len(sizes) {
			c.Values = nil
			for v := range sizes[i] {
				c.Values = append(c.Values, fmt.Sprintf("v%d", v))
			}
		}
		out = append(out, c)
	}
	return out
}

// synthList draws people of twelve kinds that like other values: all columns have to do
// with one another.
func synthList(dir string, columns []synthColumn) (list [][]uint8, err error) {
	random := rand.New(rand.NewPCG(20261124, 1))
	const kinds = 12
	likes := make([][]float64, kinds) // of a sign, how often a kind has it
	for k := range likes {
		for range columns {
			p := random.Float64()
			likes[k] = append(likes[k], p*p*p)
		}
	}
	f, err := os.Create(filepath.Join(dir, "synth-people.csv"))
	if err != nil {
		return nil, err
	}
	w := bufio.NewWriter(f)
	names := make([]string, len(columns))
	for c := range columns {
		names[c] = columns[c].Name
	}
	fmt.Fprintln(w, "record,"+strings.Join(names, ","))
	for range columns {
		list = append(list, make([]uint8, synthPeople))
	}
	for i := range synthPeople {
		kind := min(random.IntN(kinds), random.IntN(kinds))
		fmt.Fprint(w, i)
		for c, column := range columns {
			v := 0
			if n := len(column.Values); n == 1 {
				if random.Float64() < likes[kind][c] {
					v = 1
				}
			} else if random.IntN(12) > 0 {
				v = 1 + (kind*(1+c%3)+min(random.IntN(n), random.IntN(n), random.IntN(n)))%n
			}
			list[c][i] = uint8(v)
			if w.WriteByte(','); v > 0 {
				_, _ = w.WriteString(column.Values[v-1])
			}
		}
		_ = w.WriteByte('\n')
	}
	if err := w.Flush(); err != nil {
		return nil, err
	}
	return list, f.Close()
}

func synthOurs(pana, dir string, columns []synthColumn) ([][]uint8, float64, error) {
	plan, err := json.Marshal(map[string]any{"id": "record", "synthetic": map[string]any{"name": "ours", "columns": columns}}) // JSON is YAML
	if err != nil {
		return nil, 0, err
	}
	at := func(name string) string { return filepath.Join(dir, name) }
	if err := os.WriteFile(at("synth-plan.yaml"), plan, 0o600); err != nil {
		return nil, 0, err
	}
	spend := []string{"--key", at("synth-key"), "--epsilon", fmt.Sprint(synthEpsilon), "--delta", fmt.Sprint(synthDelta)}
	var took float64
	for _, args := range [][]string{
		{"release", "--new-key", at("synth-key")},
		append([]string{"release", "--new-budget", at("synth-budget")}, spend...),
		append([]string{"release", at("synth-people.csv"), "--synthetic", "--tables", at("synth-plan.yaml"), "--budget", at("synth-budget"), "--out", at("synth-out")}, spend...),
	} {
		c := exec.Command(pana, args...)
		c.Stderr = os.Stderr
		begun := time.Now()
		if err := c.Run(); err != nil {
			return nil, 0, fmt.Errorf("pana %s: %w", args[0], err)
		}
		took = time.Since(begun).Seconds()
	}
	records, err := synthRead(at("synth-out/ours.csv"), columns)
	return records, took, err
}

func synthTheirs(python, dir, length string, columns []synthColumn) ([][]uint8, float64, error) {
	script, out := filepath.Join(dir, "synthetic.py"), filepath.Join(dir, "synth-theirs-"+length+".csv")
	if err := os.WriteFile(script, synthPeer, 0o600); err != nil {
		return nil, 0, err
	}
	begun := time.Now()
	c := exec.Command("timeout", "1200", python, script, filepath.Join(dir, "synth-people.csv"), out, length, fmt.Sprint(synthEpsilon), fmt.Sprint(synthDelta))
	c.Stderr = os.Stderr
	if err := c.Run(); err != nil {
		return nil, 0, fmt.Errorf("it did not end well in twenty minutes: %w", err)
	}
	took := time.Since(begun).Seconds()
	records, err := synthRead(out, columns)
	return records, took, err
}

func synthRead(name string, columns []synthColumn) (out [][]uint8, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := csv.NewReader(bufio.NewReader(f))
	r.ReuseRecord = true
	head, err := r.Read()
	if err != nil {
		return nil, err
	}
	if n := len(head); n != len(columns) || strings.TrimPrefix(head[0], "\ufeff") != columns[0].Name || head[n-1] != columns[n-1].Name {
		return nil, fmt.Errorf("%s has other columns", name)
	}
	codes := make([]map[string]uint8, len(columns))
	for c, column := range columns {
		codes[c] = map[string]uint8{}
		for v, value := range column.Values {
			codes[c][value] = uint8(v + 1)
		}
	}
	out = make([][]uint8, len(columns))
	for {
		row, err := r.Read()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		for c, value := range row {
			out[c] = append(out[c], codes[c][value])
		}
	}
}

// synthApart draws each column for itself, without noise: what is left when nothing of how
// values go together is kept.
func synthApart(list [][]uint8) (out [][]uint8) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, codes := range list {
		drawn := append([]uint8{}, codes...)
		random.Shuffle(len(drawn), func(i, j int) { drawn[i], drawn[j] = drawn[j], drawn[i] })
		out = append(out, drawn)
	}
	return out
}

// synthErrors are half the sum of differences of shares, on average over all columns, all
// pairs, and 300 triples.
func synthErrors(list, records [][]uint8, columns []synthColumn) (out [3]float64) {
	random := rand.New(rand.NewPCG(3, 4))
	var of [3]float64
	add := func(by ...int) {
		size := 1
		for _, c := range by {
			size *= len(columns[c].Values) + 1
		}
		shares := make([]float64, size)
		for sign, table := range map[float64][][]uint8{1: list, -1: records} {
			n := len(table[0])
			for i := range n {
				cell := 0
				for _, c := range by {
					cell = cell*(len(columns[c].Values)+1) + int(table[c][i])
				}
				shares[cell] += sign / float64(n)
			}
		}
		sum := 0.0
		for _, d := range shares {
			sum += max(d, -d) / 2
		}
		out[len(by)-1] += sum
		of[len(by)-1]++
	}
	for a := range columns {
		add(a)
		for b := a + 1; b < len(columns); b++ {
			add(a, b)
		}
	}
	for range 300 {
		p := random.Perm(len(columns))
		add(p[0], p[1], p[2])
	}
	for i := range out {
		out[i] /= of[i]
	}
	return out
}
