//go:build unix

// Package pgserver starts a PostgreSQL of one's own from Debian's binaries, on
// a socket in a temporary folder: for tests and for the bench. It is never what
// a service runs on.
package pgserver

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // to make databases
)

// Server is a running server. It refuses to run as root, so it runs as somebody
// else.
type Server struct {
	dir  string
	bin  string
	as   *syscall.Credential
	args []string
	cmd  *exec.Cmd
}

// Start makes a server with some settings, name=value, or says what is missing.
func Start(settings ...string) (*Server, error) {
	s := &Server{}
	if err := s.start(settings); err != nil {
		s.Stop()
		return nil, err
	}
	return s, nil
}

func (s *Server) start(settings []string) error {
	if err := s.folder(); err != nil {
		return err
	}
	initdb := s.command(filepath.Join(s.bin, "initdb"), "-D", s.data(), "-U", "pana", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	return s.run(settings)
}

// folder makes the server's own, for whoever it runs as.
func (s *Server) folder() (err error) {
	if s.bin, err = newestServer(); err != nil {
		return err
	}
	if s.as, err = somebodyElse(); err != nil {
		return err
	}
	if s.dir, err = os.MkdirTemp("", "panapg"); err != nil || s.as == nil {
		return err
	}
	return os.Chown(s.dir, int(s.as.Uid), int(s.as.Gid))
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

func (s *Server) run(settings []string) error {
	s.args = []string{"-D", s.data(), "-k", s.dir}
	for _, setting := range append([]string{"listen_addresses=", "max_connections=400"}, settings...) {
		s.args = append(s.args, "-c", setting)
	}
	return s.Again()
}

// Again starts the server on the data that it left.
func (s *Server) Again() error {
	cmd := s.command(filepath.Join(s.bin, "postgres"), s.args...)
	if err := cmd.Start(); err != nil {
		return err
	}
	s.cmd = cmd
	return s.wait()
}

// Database makes a new, empty database and gives its address.
func (s *Server) Database() (string, error) {
	name := "t" + rand.Text()[:12]
	if err := s.sql(`create database "` + name + `"`); err != nil {
		return "", err
	}
	return s.address(name), nil
}

func (s *Server) sql(texts ...string) error {
	db, err := sql.Open("pgx", s.address("postgres"))
	if err != nil {
		return err
	}
	defer db.Close()
	for _, text := range texts {
		if _, err := db.Exec(text); err != nil {
			return err
		}
	}
	return nil
}

// Stop ends the server and removes its folder.
func (s *Server) Stop() {
	s.end(syscall.SIGINT) // fast shutdown
	if s.dir != "" {
		_ = os.RemoveAll(s.dir)
	}
}

func (s *Server) address(name string) string {
	return "postgres:///" + name + "?host=" + s.dir + "&user=pana"
}

func (s *Server) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = s.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.as}
	return cmd
}

func (s *Server) wait() error {
	db, err := sql.Open("pgx", s.address("postgres"))
	if err != nil {
		return err
	}
	defer db.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for {
		err := db.PingContext(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the server did not come up: %w", err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// newestServer finds the binaries where Debian puts them.
func newestServer() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if err != nil || len(found) == 0 {
		return "", errors.New("no /usr/lib/postgresql/*/bin/postgres")
	}
	slices.SortFunc(found, func(a, b string) int { return version(a) - version(b) })
	return filepath.Dir(found[len(found)-1]), nil
}

func version(path string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
	return n
}

// somebodyElse is whom to run as: nobody in particular when we are not root.
func somebodyElse() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, errU := strconv.ParseUint(u.Uid, 10, 32)
		gid, errG := strconv.ParseUint(u.Gid, 10, 32)
		if errU == nil && errG == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
		}
	}
	return nil, errors.New("root may not run PostgreSQL, and there is nobody else")
}
