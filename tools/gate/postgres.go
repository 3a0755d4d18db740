package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// postgres runs the tests that ask for a server (they read PANA_PG) against one
// of its own: a new cluster in a temporary folder, on loopback, gone afterwards.
// The tests make and drop databases in it.
func postgres(ctx context.Context, r *runner) error {
	packages, err := packagesThatMention(r, "PANA_PG")
	if err != nil {
		return err
	}
	if len(packages) == 0 {
		return errMissing("no test reads PANA_PG yet")
	}
	url := os.Getenv("PANA_PG")
	if url == "" {
		server, err := startPostgres(ctx, r)
		if err != nil {
			return err
		}
		defer server.stop(r)
		url = server.url
	}
	r.with("PANA_PG="+url, "PANA_REQUIRE_PG=1")
	return r.do(ctx, "go", append([]string{"test", "-count=1", "-timeout", "15m"}, packages...)...)
}

type server struct {
	url, bin, data string
	as             []string // how to run as somebody who is not root
}

func startPostgres(ctx context.Context, r *runner) (*server, error) {
	bin, err := postgresBin()
	if err != nil {
		return nil, err
	}
	s := &server{bin: bin}
	if os.Geteuid() == 0 { // PostgreSQL refuses to run as root
		s.as = []string{"runuser", "-u", "postgres", "--"}
	}
	if s.data, err = os.MkdirTemp("", "pana-gate-pg-"); err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	s.url = fmt.Sprintf("postgres://pana@127.0.0.1:%d/postgres?sslmode=disable", port)
	if len(s.as) > 0 {
		if err := r.do(ctx, "chown", "postgres", s.data); err != nil {
			return nil, err
		}
	}
	// Trust is for loopback and a cluster that holds nothing. Durability stays on:
	// what is tested is that acknowledged means synced.
	options := fmt.Sprintf("-p %d -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200", port)
	cluster := filepath.Join(s.data, "cluster")
	err = s.run(ctx, r, "initdb", "-D", cluster, "-U", "pana", "-A", "trust", "-E", "UTF8", "--no-locale")
	if err == nil {
		err = s.run(ctx, r, "pg_ctl", "-D", cluster, "-w", "-l", filepath.Join(s.data, "log"), "-o", options, "start")
	}
	if err != nil {
		s.stop(r)
		return nil, err
	}
	return s, nil
}

func (s *server) run(ctx context.Context, r *runner, name string, args ...string) error {
	line := append(slices.Clone(s.as), append([]string{filepath.Join(s.bin, name)}, args...)...)
	return r.do(ctx, line[0], line[1:]...)
}

// stop works also when the gate was interrupted.
func (s *server) stop(r *runner) {
	ctx := context.Background()
	err := s.run(ctx, r, "pg_ctl", "-D", filepath.Join(s.data, "cluster"), "-m", "immediate", "-w", "stop")
	if err = errors.Join(err, os.RemoveAll(s.data)); err != nil {
		_, _ = fmt.Fprintln(r.log, "stop postgres:", err)
	}
}

// postgresBin finds initdb: Debian keeps it out of the path, by version.
func postgresBin() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", err
	}
	if len(found) > 0 {
		newest := slices.MaxFunc(found, func(a, b string) int { return major(a) - major(b) })
		return filepath.Dir(newest), nil
	}
	path, err := exec.LookPath("initdb")
	if err != nil {
		return "", errMissing("needs PostgreSQL's initdb")
	}
	return filepath.Dir(path), nil
}

func major(path string) int {
	n, _ := strconv.Atoi(strings.Split(path, "/")[4])
	return n
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	port := l.Addr().(*net.TCPAddr).Port
	return port, l.Close()
}
