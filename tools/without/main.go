// Command without takes the entries of one of a pack's files away, one at a time, and
// says which loss no test notices. It works in a copy of the tree and takes minutes,
// so it is not a gate:
//
//	go run -C tools ./without packs/kz/walls.yaml -- ./packs -run Operates
//
// What follows -- goes to go test. A test that only says that a generated document is
// old, or that a wording has lost its owner, has not missed the entry: its lines are
// told apart by -words and do not count.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

func main() {
	words := flag.String("words", `wording/|IsFresh|-update`, "what a failing test says when it misses only words")
	root := flag.String("root", "..", "the tree")
	only := flag.String("only", "", "only entries whose first line matches")
	flag.Parse()
	file, rest := flag.Arg(0), flag.Args()
	if len(rest) < 3 || rest[1] != "--" {
		fmt.Fprintln(os.Stderr, "without FILE -- PACKAGES AND FLAGS OF go test")
		os.Exit(2)
	}
	if err := os.Chdir(*root); err != nil {
		fmt.Fprintln(os.Stderr, "without:", err)
		os.Exit(2)
	}
	unnoticed, err := run(file, regexp.MustCompile(*only), regexp.MustCompile(*words), rest[2:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "without:", err)
		os.Exit(2)
	}
	if unnoticed > 0 {
		os.Exit(1)
	}
}

func run(file string, only, words *regexp.Regexp, args []string) (unnoticed int, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	dir, err := copied()
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if out, missed := test(dir, words, args); missed != "" {
		return 0, fmt.Errorf("red before anything is taken away:\n%s", out)
	}
	counted := 0
	for _, e := range entries(string(text)) {
		if !only.MatchString(e.name) {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, file), []byte(e.without), 0o600); err != nil {
			return 0, err
		}
		counted++
		_, missed := test(dir, words, args)
		if missed == "" {
			missed, unnoticed = "NO TEST MISSES IT", unnoticed+1
		}
		fmt.Printf("%s:%d %.60s: %.160s\n", file, e.line, e.name, missed)
	}
	fmt.Printf("%d entries, %d that no test misses\n", counted, unnoticed)
	return unnoticed, nil
}

// entry is an element of a list, and the file that has lost it.
type entry struct {
	name    string
	line    int
	without string
}

// entries begin with a dash at the start of a line, as packs are written, and go on to
// the next line that is not indented. A list that loses its only element stays a list.
func entries(text string) (out []entry) {
	lines := strings.SplitAfter(text, "\n")
	for i, l := range lines {
		if !strings.HasPrefix(l, "- ") {
			continue
		}
		end := i + 1
		for end < len(lines) && strings.HasPrefix(lines[end], " ") {
			end++
		}
		left := slices.Concat(lines[:i], lines[end:])
		if key := i > 0 && strings.HasSuffix(lines[i-1], ":\n"); key && (end == len(lines) || !strings.HasPrefix(lines[end], "- ")) {
			left[i-1] = strings.TrimSuffix(left[i-1], "\n") + " []\n"
		}
		out = append(out, entry{strings.TrimSpace(strings.TrimPrefix(l, "- ")), i + 1, strings.Join(left, "")})
	}
	return out
}

// copied is the tree as git knows it and as it is now, in a folder of its own.
func copied() (string, error) {
	dir, err := os.MkdirTemp("", "pana-without-")
	if err != nil {
		return "", err
	}
	list, err := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard").Output()
	if err != nil {
		return dir, err
	}
	for name := range strings.SplitSeq(strings.Trim(string(list), "\x00"), "\x00") {
		data, err := os.ReadFile(name)
		if err != nil {
			return dir, err
		}
		to := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			return dir, err
		}
		if err := os.WriteFile(to, data, 0o600); err != nil {
			return dir, err
		}
	}
	return dir, nil
}

// said is where a test says what is wrong, which is more than words.
var (
	said   = regexp.MustCompile(`^\s+\w+_test\.go:\d+: `)
	failed = regexp.MustCompile(`^\s*--- FAIL: (\S+)`)
)

// test gives what go test said and the first that misses the entry.
func test(dir string, words *regexp.Regexp, args []string) (out, missed string) {
	cmd := exec.Command("go", append([]string{"test"}, args...)...)
	cmd.Dir = dir
	b, err := cmd.CombinedOutput()
	if err == nil {
		return "", ""
	}
	// A test's failure stands above what it says, or a subtest's does.
	name, built := "", false
	for line := range bytes.Lines(b) {
		text := strings.TrimRight(string(line), "\n")
		if m := failed.FindStringSubmatch(text); m != nil {
			name, built = m[1], true
			continue
		}
		if said.MatchString(text) && !words.MatchString(text) && !words.MatchString(name) {
			return string(b), name + ": " + strings.TrimSpace(said.ReplaceAllString(text, ""))
		}
	}
	if !built {
		return string(b), "nothing runs without it"
	}
	return string(b), ""
}
