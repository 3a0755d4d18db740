// Command release makes what is given out: a static program, the list of what is
// in it, and checksums. The program is built twice, in two folders of different
// names, and the two must be the same byte for byte: whoever has the source and the
// same Go can then see that a release is made of it. make release.
package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"

	"pana/tools/known"
)

func main() {
	root := flag.String("root", "..", "the project's folder")
	vulndb := flag.String("vulndb", known.Public, "database of what is known against modules: an address, or file:///folder of a copy")
	unasked := flag.Bool("unasked", false, "release although that database cannot be asked")
	out := flag.String("to", ".cache/release", "folder to write to, inside the project's")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := ask(ctx, *root, *vulndb, *unasked); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
	if err := release(ctx, *root, filepath.Join(*root, *out)); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// ask refuses a release that calls what is known to be broken, and one of which nobody
// could be asked, unless its maker says that they know.
func ask(ctx context.Context, root, db string, unasked bool) error {
	root, err := filepath.Abs(root)
	if err != nil {
		return err
	}
	if err := exec.CommandContext(ctx, "git", "-C", root, "diff", "--quiet", "HEAD").Run(); err != nil {
		return errors.New("something was changed and not committed: what is asked about must be what is released")
	}
	program, err := known.Build(ctx, filepath.Join(root, "tools"), filepath.Join(root, ".cache", "bin"))
	if err != nil {
		return err
	}
	text, found, err := known.Ask(ctx, program, db, root, "./cmd/pana")
	switch {
	case err != nil && unasked:
		fmt.Fprintln(os.Stderr, "release: what is known against its modules was NOT asked:", err)
		return nil
	case err != nil:
		return fmt.Errorf("%w\nname a copy that can be reached by -vulndb, or release without by -unasked", err)
	case found:
		return errors.New(text)
	}
	fmt.Println("nothing is known against what it calls, says", db)
	return nil
}

func release(ctx context.Context, root, to string) error {
	var err error
	if root, err = filepath.Abs(root); err != nil {
		return err
	}
	if to, err = filepath.Abs(to); err != nil {
		return err
	}
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	commit, err := exec.CommandContext(ctx, "git", "-C", root, "rev-parse", "--short=12", "HEAD").Output()
	if err != nil {
		return fmt.Errorf("a release is of a commit: %w", err)
	}
	version := strings.TrimSpace(string(commit))
	name := "pana-" + version + "-" + runtime.GOOS + "-" + runtime.GOARCH
	program, err := twice(ctx, root)
	if err != nil {
		return err
	}
	list, err := bill(program, version)
	if err != nil {
		return err
	}
	var sums bytes.Buffer
	for _, f := range []struct {
		name string
		text []byte
		mode os.FileMode
	}{{name, program, 0o755}, {name + ".cdx.json", list, 0o644}} {
		if err := os.WriteFile(filepath.Join(to, f.name), f.text, f.mode); err != nil {
			return err
		}
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(f.text), f.name)
	}
	fmt.Print(sums.String())
	return os.WriteFile(filepath.Join(to, "SHA256SUMS"), sums.Bytes(), 0o644)
}

// twice builds the same commit in two folders and compares.
func twice(ctx context.Context, root string) ([]byte, error) {
	var programs [][]byte
	for _, folder := range []string{"a", "another-folder"} {
		b, err := once(ctx, root, folder)
		if err != nil {
			return nil, err
		}
		programs = append(programs, b)
	}
	if !bytes.Equal(programs[0], programs[1]) {
		return nil, errors.New("two builds of one commit differ")
	}
	return programs[0], nil
}

// once takes the commit out of git into a folder of its own: what lies about in a
// working tree, or was changed and not committed, is not in a release.
func once(ctx context.Context, root, folder string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "pana-"+folder)
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	archive := filepath.Join(dir, "source.tar")
	source := filepath.Join(dir, folder)
	if err := os.Mkdir(source, 0o755); err != nil {
		return nil, err
	}
	program := filepath.Join(dir, "pana")
	for _, c := range []*exec.Cmd{
		exec.CommandContext(ctx, "git", "-C", root, "archive", "-o", archive, "HEAD"),
		exec.CommandContext(ctx, "tar", "-xf", archive, "-C", source),
		exec.CommandContext(ctx, "go", "build", "-C", source, "-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid=", "-o", program, "./cmd/pana"),
	} {
		c.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-mod=readonly", "GOWORK=off")
		c.Stderr = os.Stderr
		if err := c.Run(); err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(c.Path), err)
		}
	}
	return os.ReadFile(program)
}

// bill is what the program says it is made of, as CycloneDX 1.5. It has no date and
// no serial number, so that it too comes out the same.
func bill(program []byte, version string) ([]byte, error) {
	info, err := buildinfo.Read(bytes.NewReader(program))
	if err != nil {
		return nil, err
	}
	parts := []component{{Type: "library", Name: "std", Version: info.GoVersion, URL: "pkg:golang/std@" + strings.TrimPrefix(info.GoVersion, "go")}}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		part, err := componentOf(m)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	sum := sha256.Sum256(program)
	return json.MarshalIndent(map[string]any{
		"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
		"metadata":   map[string]any{"component": component{Type: "application", Name: "pana", Version: version, Hashes: []digest{{"SHA-256", hex.EncodeToString(sum[:])}}}},
		"components": parts,
	}, "", "  ")
}

type component struct {
	Type    string     `json:"type"`
	Name    string     `json:"name"`
	Version string     `json:"version,omitempty"`
	URL     string     `json:"purl,omitempty"`
	Hashes  []digest   `json:"hashes,omitempty"`
	More    []property `json:"properties,omitempty"`
}

type digest struct {
	Alg     string `json:"alg"`
	Content string `json:"content"`
}

type property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// componentOf names a module. Its sum is go.sum's, a hash over the hashes of its
// files, and so no hash of CycloneDX's own.
func componentOf(m *debug.Module) (component, error) {
	b, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(m.Sum, "h1:"))
	if err != nil || len(b) != sha256.Size {
		return component{}, fmt.Errorf("%s has no sum", m.Path)
	}
	return component{Type: "library", Name: m.Path, Version: m.Version, URL: "pkg:golang/" + m.Path + "@" + m.Version, More: []property{{"go:sum", m.Sum}}}, nil
}
