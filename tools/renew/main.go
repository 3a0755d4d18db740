// Command renew takes what the public database of vulnerabilities has of our modules into
// the dated copy beside package known, which make check asks:
//
//	go run -C tools ./renew -from https://vuln.go.dev
//	go run -C tools ./renew -from file:///FOLDER
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"pana/tools/known"
)

func main() {
	root := flag.String("root", "..", "the project's folder")
	from := flag.String("from", known.Public, "the database: an address, or file:///folder of a copy")
	made := flag.String("made", time.Now().UTC().Format(time.DateOnly), "the day on which that copy was taken")
	flag.Parse()
	if err := renew(*root, *from, *made); err != nil {
		fmt.Fprintln(os.Stderr, "renew:", err)
		os.Exit(1)
	}
}

func renew(root, from, made string) error {
	c := exec.Command("go", "list", "-m", "-f", "{{.Path}}", "all")
	c.Dir, c.Stderr = root, os.Stderr
	list, err := c.Output()
	if err != nil {
		return err
	}
	modules := append(strings.Fields(string(list)), "stdlib")
	slices.Sort(modules)
	var index []struct {
		Path  string
		Vulns []struct{ ID string }
	}
	if err := get(from, "index/modules.json", &index); err != nil {
		return err
	}
	newest := ""
	var ids []string
	for _, m := range index {
		for _, v := range m.Vulns {
			newest = max(newest, v.ID)
			if slices.Contains(modules, m.Path) {
				ids = append(ids, v.ID)
			}
		}
	}
	slices.Sort(ids)
	var out bytes.Buffer
	line := json.NewEncoder(&out)
	line.SetEscapeHTML(false)
	if err := line.Encode(known.Copy{Made: made, Newest: newest, Licence: "the Go vulnerability database, CC BY 4.0; without the entries' descriptions", Modules: modules}); err != nil {
		return err
	}
	ids = slices.Compact(ids)
	for _, id := range ids {
		var e known.Entry
		if err := get(from, "ID/"+id+".json", &e); err != nil {
			return err
		}
		if err := line.Encode(e); err != nil {
			return err
		}
	}
	fmt.Printf("%d entries of %d modules, of a database whose newest is %s\n", len(ids), len(modules), newest)
	return os.WriteFile(filepath.Join(root, "tools", "known", "dated.jsonl"), out.Bytes(), 0o644)
}

func get(from, name string, what any) error {
	folder, local := strings.CutPrefix(from, "file://")
	if local {
		text, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(name)))
		if err != nil {
			return err
		}
		return json.Unmarshal(text, what)
	}
	client := http.Client{Timeout: time.Minute}
	answer, err := client.Get(strings.TrimSuffix(from, "/") + "/" + name)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return errors.New(name + ": " + answer.Status)
	}
	text, err := io.ReadAll(io.LimitReader(answer.Body, 64<<20))
	if err != nil {
		return err
	}
	return json.Unmarshal(text, what)
}
