package app

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"pana/internal/delimited"
	"pana/internal/linkage/lists"
)

// linkBench is `pana bench link`: lists whose truth is known.
type linkBench struct {
	Records int    `help:"Records of the generated list; 0 leaves it out." default:"50000"`
	Febrl4  string `name:"febrl4" help:"Folder with febrl4a.csv and febrl4b.csv." default:"internal/linkage/lists/testdata" type:"path"`
	Write   string `help:"Write the generated list to this file, for another program, and link nothing." placeholder:"FILE.csv" type:"path"`
	Every   bool   `name:"every-pair" help:"Compare every pair of the generated list, also those that cannot reach the threshold."`
}

func (c linkBench) Run(w *world) error {
	if c.Write != "" {
		return c.write()
	}
	fmt.Fprintf(w.out, "commit %s, %s, %d cores, %s\n", commit(), runtime.Version(), runtime.NumCPU(), processor())
	if err := c.febrl(w); err != nil {
		return err
	}
	if c.Records > 0 {
		return c.generated(w)
	}
	return nil
}

// febrlBest is Splink's own best point on FEBRL 4, over thresholds: 1 wrong and 1
// missed of 5,000 (chart data of its notebooks).
const febrlBest = 0.9998

func (c linkBench) febrl(w *world) error {
	columns, err := lists.ParseColumns("id=rec_id,given=given_name,family=surname,birth=date_of_birth,place=suburb,document=soc_sec_id")
	if err != nil {
		return err
	}
	var both [2][]lists.Record
	for i, name := range []string{"febrl4a.csv", "febrl4b.csv"} {
		text, err := os.ReadFile(filepath.Join(c.Febrl4, name))
		if err != nil {
			fmt.Fprintf(w.out, "FEBRL 4 left out: %s is not there; run this in the source's folder, or name its folder with --febrl4\n", filepath.Join(c.Febrl4, name))
			return nil
		}
		list, err := lists.Read(text, columns)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		both[i] = list.Records
	}
	begun := time.Now()
	answer, err := lists.Link(w.ctx, both[0], both[1], lists.Settings{Threshold: 0.001, Workers: runtime.GOMAXPROCS(0)})
	if err != nil {
		return err
	}
	took := time.Since(begun)
	person := func(id string) string { return strings.Split(id, "-")[1] }
	same := func(p lists.Pair) bool { return person(both[0][p.A].ID) == person(both[1][p.B].ID) }
	fmt.Fprintf(w.out, "FEBRL 4, 5,000 and 5,000, %.1f s:\n", took.Seconds())
	fmt.Fprintf(w.out, "  at 0.5    %s\n", scoreOf(answer.Pairs, 0.5, len(both[0]), same))
	best := linkScore{}
	for _, p := range answer.Pairs {
		if s := scoreOf(answer.Pairs, p.Probability, len(both[0]), same); s.f1() > best.f1() {
			best = s
		}
	}
	fmt.Fprintf(w.out, "  best      %s (at %.4f; the aim is Splink's best, %.4f)\n", best, best.at, febrlBest)
	return nil
}

type linkScore struct {
	hit, wrong, missed int
	at                 float64
}

func (s linkScore) f1() float64 {
	return 2 * float64(s.hit) / max(1, float64(2*s.hit+s.wrong+s.missed))
}

func (s linkScore) String() string {
	return fmt.Sprintf("F1 %.4f: %d found, %d wrong, %d missed", s.f1(), s.hit, s.wrong, s.missed)
}

// scoreOf counts the pairs from a probability on.
func scoreOf(pairs []lists.Pair, from float64, of int, same func(lists.Pair) bool) linkScore {
	s := linkScore{at: from}
	for _, p := range pairs {
		switch {
		case p.Probability < from:
		case same(p):
			s.hit++
		default:
			s.wrong++
		}
	}
	s.missed = of - s.hit
	return s
}

// write writes the list; two records are one person's whose ids differ by a plus sign.
func (c linkBench) write() error {
	list, _ := inventedList(c.Records)
	rows := [][]string{{"id", "given", "family", "birth", "sex", "place", "document"}}
	for _, r := range list {
		birth := ""
		if r.Birth.Year != 0 {
			birth = fmt.Sprintf("%04d-%02d-%02d", r.Birth.Year, r.Birth.Month, r.Birth.Day)
		}
		rows = append(rows, []string{r.ID, r.Given, r.Family, birth, r.Sex, r.Place, r.Document})
	}
	out, err := os.Create(c.Write)
	if err != nil {
		return err
	}
	if err := delimited.Write(out, rows); err != nil {
		return errors.Join(err, out.Close())
	}
	return out.Close()
}

// generated links one list of invented people, a fifth of them there twice.
func (c linkBench) generated(w *world) error {
	list, twice := inventedList(c.Records)
	begun := time.Now()
	answer, err := lists.Link(w.ctx, list, nil, lists.Settings{Threshold: 0.9, Workers: runtime.GOMAXPROCS(0), EveryPair: c.Every, Progress: linkProgress(w.err, time.Now)})
	if err != nil {
		return err
	}
	took := time.Since(begun)
	same := func(p lists.Pair) bool {
		return strings.TrimSuffix(list[p.B].ID, "+") == strings.TrimSuffix(list[p.A].ID, "+")
	}
	fmt.Fprintf(w.out, "generated, %d records, %d people twice, %.0f s, the process holds %.0f MB at most:\n", len(list), twice, took.Seconds(), mostResident())
	fmt.Fprintf(w.out, "  at 0.9    %s\n", scoreOf(answer.Pairs, 0.9, twice, same))
	fmt.Fprintf(w.out, "  %.3g pairs, learnt from %.3g, compared %.3g\n", answer.All, answer.Learnt, answer.Compared)
	return nil
}

// mostResident is the most memory that this process held, in MB; 0 where nothing says.
func mostResident() float64 {
	text, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			var kb float64
			_, _ = fmt.Sscan(rest, &kb)
			return kb / 1000
		}
	}
	return 0
}
