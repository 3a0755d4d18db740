package main

import (
	"cmp"
	_ "embed"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

//go:embed splinkpeer.py
var splinkPeer []byte

// linkTask is lists to link, of which the truth can be told by the ids.
type linkTask struct {
	name    string
	files   []string
	columns string
	one     func(id string) string // who a record is of
	pairs   int                    // true ones
}

// linked is how one program did.
type linked struct {
	seconds, processor float64
	best               float64 // F1, at its best threshold
	hit, wrong         int
	note               string
}

// linking links FEBRL 4 and a generated list by pana link and by Splink on DuckDB, each
// from its files to its file, with as many threads as the machine has.
func linking(root, dir string, records int, out io.Writer) error {
	pana := filepath.Join(dir, "pana-link")
	if err := build(root, pana, "./cmd/pana"); err != nil {
		return err
	}
	tasks, err := linkTasks(root, dir, pana, records)
	if err != nil {
		return err
	}
	python := peerPython(dir, out, "splink", "pandas")
	script := filepath.Join(dir, "splinkpeer.py")
	if err := os.WriteFile(script, splinkPeer, 0o600); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s, %d processors; seconds by the clock and of processor, and F1 at the best threshold of each\n", cpu(), runtime.NumCPU())
	for _, t := range tasks {
		ours, err := t.run(filepath.Join(dir, "ours.csv"), "id_a", "id_b", "probability", func(to string) *exec.Cmd {
			args := append(slices.Concat([]string{"link"}, t.files), "--map", t.columns, "--threshold", "0.001", "--out", to)
			return exec.Command(pana, args...)
		})
		if err != nil {
			return fmt.Errorf("pana link: %w", err)
		}
		t.print(out, "pana link", ours, linked{})
		if python == "" {
			continue
		}
		theirs, err := t.run(filepath.Join(dir, "theirs.csv"), "unique_id_l", "unique_id_r", "match_probability", func(to string) *exec.Cmd {
			return exec.Command(python, slices.Concat([]string{script, to, strconv.Itoa(runtime.NumCPU())}, t.files)...)
		})
		if err != nil {
			fmt.Fprintf(out, "%-36s %-10s left out: %v\n", t.name, "Splink", err)
			continue
		}
		t.print(out, "Splink", theirs, ours)
	}
	return nil
}

func (t *linkTask) print(out io.Writer, who string, l, than linked) {
	ratio := ""
	if than.processor > 0 {
		ratio = fmt.Sprintf("  pana takes %.2f of its processor", than.processor/l.processor)
	}
	fmt.Fprintf(out, "%-36s %-10s %8.1f s %8.1f s  F1 %.4f: %d found, %d wrong, %d missed%s  %s\n", t.name, who, l.seconds, l.processor, l.best, l.hit, l.wrong, t.pairs-l.hit, ratio, l.note)
}

// linkTasks writes the lists with one set of columns for both programs.
func linkTasks(root, dir, pana string, records int) ([]linkTask, error) {
	febrl := linkTask{name: "FEBRL 4, 5,000 and 5,000", columns: "id=id,given=given,family=family,birth=birth,place=place,document=document",
		one: func(id string) string { return strings.Split(id, "-")[1] }, pairs: 5000}
	for _, which := range []string{"a", "b"} {
		to := filepath.Join(dir, "febrl4"+which+".csv")
		if err := febrlFor(filepath.Join(root, "internal/linkage/lists/testdata/febrl4"+which+".csv"), to); err != nil {
			return nil, err
		}
		febrl.files = append(febrl.files, to)
	}
	made := linkTask{name: fmt.Sprintf("generated, %d", records), columns: "id=id,given=given,family=family,birth=birth,sex=sex,place=place,document=document",
		one: func(id string) string { return strings.TrimSuffix(id, "+") }, files: []string{filepath.Join(dir, "made.csv")}}
	c := exec.Command(pana, "bench", "link", "--records", strconv.Itoa(records), "--write", made.files[0])
	c.Stderr = os.Stderr
	if err := c.Run(); err != nil {
		return nil, fmt.Errorf("writing the generated list: %w", err)
	}
	rows, err := csvOf(made.files[0])
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if strings.HasSuffix(r["id"], "+") {
			made.pairs++
		}
	}
	return []linkTask{febrl, made}, nil
}

// febrlFor writes one of FEBRL's lists under the columns of both programs, its dates as
// they are written elsewhere.
func febrlFor(from, to string) error {
	rows, err := csvOf(from)
	if err != nil {
		return err
	}
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	defer out.Close()
	w := csv.NewWriter(out)
	_ = w.Write([]string{"id", "given", "family", "birth", "place", "document"})
	for _, r := range rows {
		born := r["date_of_birth"]
		if day, err := time.Parse("20060102", born); err == nil {
			born = day.Format(time.DateOnly)
		}
		_ = w.Write([]string{r["rec_id"], r["given_name"], r["surname"], born, r["suburb"], r["soc_sec_id"]})
	}
	w.Flush()
	return w.Error()
}

func csvOf(file string) (rows []map[string]string, err error) {
	in, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	r := csv.NewReader(in)
	r.TrimLeadingSpace = true
	all, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(file), err)
	}
	for _, one := range all[min(1, len(all)):] {
		row := map[string]string{}
		for i, name := range all[0] {
			row[strings.TrimPrefix(name, "\ufeff")] = strings.TrimSpace(one[i])
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// run links by one program and scores the pairs that it writes.
func (t *linkTask) run(to, a, b, probability string, command func(to string) *exec.Cmd) (l linked, err error) {
	c := command(to)
	var said strings.Builder
	c.Stderr = &said
	begun := time.Now()
	text, err := c.Output()
	if err != nil {
		return l, fmt.Errorf("%w: %s", err, lastLine(said.String()))
	}
	l.seconds = time.Since(begun).Seconds()
	l.processor = (c.ProcessState.UserTime() + c.ProcessState.SystemTime()).Seconds()
	var versions struct{ Splink, DuckDB string }
	if json.Unmarshal(text, &versions) == nil && versions.Splink != "" {
		l.note = "Splink " + versions.Splink + ", DuckDB " + versions.DuckDB
	}
	rows, err := csvOf(to)
	if err != nil {
		return l, err
	}
	type pair struct {
		probability float64
		same        bool
	}
	var pairs []pair
	for _, r := range rows {
		p, err := strconv.ParseFloat(r[probability], 64)
		if err != nil {
			return l, fmt.Errorf("a probability that is none")
		}
		pairs = append(pairs, pair{p, t.one(r[a]) == t.one(r[b])})
	}
	slices.SortFunc(pairs, func(a, b pair) int { return cmp.Compare(b.probability, a.probability) })
	hit, wrong := 0, 0
	for _, p := range pairs {
		if p.same {
			hit++
		} else {
			wrong++
		}
		if f := 2 * float64(hit) / float64(hit+wrong+t.pairs); f > l.best {
			l.best, l.hit, l.wrong = f, hit, wrong
		}
	}
	return l, nil
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}
