package app

import (
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pana/internal/testkit"
)

// TestDemoOfAnotherPack: a demonstration of a pack in any folder begins, invents its
// people, prints logins, and who signs in with one opens a file.
func TestDemoOfAnotherPack(t *testing.T) {
	if testing.Short() {
		t.Skip("one after another: nothing here for the race detector")
	}
	country := t.TempDir()
	if err := os.CopyFS(country, os.DirFS("../../packs/kz")); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		why, pack, login, at, file string
		files                      int
	}{
		{"an island's own, with one procedure", authored(t), "board", "/docket", `/file/([0-9a-z]+)/step/give_berth`, 12},
		{"a copy of a country", country, "inspectorate", "/work", `/file/([0-9a-z]+)`, 50},
	} {
		t.Run(row.why, func(t *testing.T) {
			ctx, stop := context.WithCancel(t.Context())
			out, ended := newLines(), make(chan error, 1)
			go func() {
				ended <- demoCommand{Data: filepath.Join(t.TempDir(), "demo"), Addr: "127.0.0.1:0", Files: row.files, Pack: row.pack}.Run(&world{ctx: ctx, out: out, err: out})
			}()
			defer func() {
				stop()
				if err := <-ended; err != nil {
					t.Errorf("stopped: %v", err)
				}
			}()
			said := out.wait(t, "ready http://")
			if !strings.Contains(said, strconv.Itoa(row.files)+" files, ready in") {
				t.Errorf("not %d files: %s", row.files, said)
			}
			printed := regexp.MustCompile(`(?m)^` + row.login + `\S* +(\S+-\S+-\S+-\S+) `).FindStringSubmatch(said)
			if printed == nil {
				t.Fatalf("no login %s: %s", row.login, said)
			}
			r := testkit.NewPlain(t, regexp.MustCompile(`(?m)^ready (\S+)$`).FindStringSubmatch(said)[1])
			r.Header.Set("Accept-Language", "en")
			r.Go("/sign-in")
			r.Fill("login", strings.Fields(printed[0])[0])
			r.Fill("password", printed[1])
			r.Press("", "", "login="+strings.Fields(printed[0])[0])
			r.Go(row.at)
			file := regexp.MustCompile(row.file).FindStringSubmatch(r.HTML())
			if file == nil {
				t.Fatalf("%s (%d) leads to no file", r.Path(), r.Status())
			}
			if r.Go("/file/" + file[1]); r.Status() != 200 || !testkit.Sees(r, "data-page", "file.title") {
				t.Errorf("the file answers %d: %v", r.Status(), r.All("data-page"))
			}
		})
	}
}

// Nothing of an island's invented past is refused.
func TestDemoOfAnotherPackIsLived(t *testing.T) {
	t.Parallel()
	dir := authored(t)
	d, err := openDemo(t.Context(), t.TempDir(), 12, io.Discard, slog.New(slog.DiscardHandler), func(p *plan) { p.packDir = dir })
	if err != nil {
		t.Fatal(err)
	}
	defer d.close()
	for what, n := range d.refused {
		t.Errorf("%s (%d times)", what, n)
	}
}

// A pack without something that a demonstration uses is refused in words that say what
// is missing and how to go on, and its folder can be tried again.
func TestDemoOfAPackThatLacksSomething(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why   string
		lacks func(dir string) error
		files int
		says  []string
	}{
		{"it can only be checked", func(dir string) error { return os.Remove(filepath.Join(dir, "access.yaml")) }, 0, []string{"write access.yaml", "pana pack lint --operate"}},
		{"nobody wrote a demonstration", func(dir string) error { return os.RemoveAll(filepath.Join(dir, "demo")) }, 0, []string{"demo/bodies.yaml is missing", "pana init --pack"}},
		{"nobody said who the many are", rewrite("distribution", "{}"), 2000, []string{"no shares of status", "no shares of found_by", "--files 0"}},
		{"nor how they are called", rewrite("names", "{}"), 2, []string{"no names for XXA", "under other"}},
		{"what happens to them is not said", rewrite("paths", "{}"), 2, []string{`does not say what happens`, `"asked"`}},
		{"only children, where only adults can be", rewrite("distribution", "status: {shares: {asked: 1}}\ncitizenship: {shares: {XXA: 1}}\nsex_age: {shares: {girl: 1}}\nfound_by: {shares: {lifeboat: 1}}\n"), 2, []string{"for adults only"}},
		{"they are found by nobody", rewrite("distribution", "status: {shares: {asked: 1}}\ncitizenship: {shares: {XXA: 1}}\nsex_age: {shares: {man: 1}}\nfound_by: {shares: {whaler: 1}}\nregion: {shares: {AT-9: 1}}\n"), 2, []string{`found by "whaler"`, `"AT-9"`}},
		{"nobody to refer to", rewrite("distribution", "status: {shares: {asked: 1}}\ncitizenship: {shares: {XXA: 1}}\nsex_age: {shares: {man: 1}}\nfound_by: {shares: {lifeboat: 1}}\nreferral: {shares: {accepted: 1}}\n"), 2, []string{"no shares of region", "consents.yaml"}},
		{"a life that nobody found", rewrite("lives", "- {id: one, found_by: ghost}"), 1, []string{`"ghost"`}},
		{"a body of no kind, and nobody who can sign in", rewrite("bodies", "- {id: x, kind: whaler, name: {en: X}}"), 0, []string{`"whaler"`, "role_button"}},
		{"a role, a region and a service that are not there", rewrite("bodies", "- {id: x, kind: lifeboat, region: AT-9, name: {en: X}, services: [{type: tea}], workers: [{login: a, role: captain, name: A, role_button: a}]}"), 0, []string{`"captain"`, `"AT-9"`, `"tea"`}},
	} {
		t.Run(row.why, func(t *testing.T) {
			t.Parallel()
			dir := authored(t)
			if row.why == "only children, where only adults can be" {
				if err := rewrite("paths", "asked: {adults: true, safety: [safe_now]}")(dir); err != nil {
					t.Fatal(err)
				}
			}
			if err := row.lacks(dir); err != nil {
				t.Fatal(err)
			}
			data := t.TempDir()
			for range 2 { // the folder is not left half made
				d, err := openDemo(t.Context(), data, row.files, io.Discard, slog.New(slog.DiscardHandler), func(p *plan) { p.packDir = dir })
				if err == nil {
					_ = d.close()
					t.Fatal("begun")
				}
				for _, want := range row.says {
					if !strings.Contains(err.Error(), want) {
						t.Errorf("not said: %s\n%v", want, err)
					}
				}
			}
		})
	}
}

// rewrite puts something else into one file of demo/.
func rewrite(file, text string) func(dir string) error {
	return func(dir string) error {
		return os.WriteFile(filepath.Join(dir, "demo", file+".yaml"), []byte(text+"\n"), 0o600)
	}
}
