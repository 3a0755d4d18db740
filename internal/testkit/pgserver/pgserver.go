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
	dir string
	cmd *exec.Cmd
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
	bin, err := newestServer()
	if err != nil {
		return err
	}
	as, err := somebodyElse()
	if err != nil {
		return err
	}
	if s.dir, err = os.MkdirTemp("", "panapg"); err != nil {
		return err
	}
	if as != nil {
		if err := os.Chown(s.dir, int(as.Uid), int(as.Gid)); err != nil {
			return err
		}
	}
	data := filepath.Join(s.dir, "data")
	initdb := s.command(as, filepath.Join(bin, "initdb"), "-D", data, "-U", "pana", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	args := []string{"-D", data, "-k", s.dir}
	for _, setting := range append([]string{"listen_addresses=", "max_connections=400"}, settings...) {
		args = append(args, "-c", setting)
	}
	cmd := s.command(as, filepath.Join(bin, "postgres"), args...)
	if err := cmd.Start(); err != nil {
		return err
	}
	s.cmd = cmd
	return s.wait()
}

// Database makes a new, empty database and gives its address.
func (s *Server) Database() (string, error) {
	db, err := sql.Open("pgx", s.address("postgres"))
	if err != nil {
		return "", err
	}
	defer db.Close()
	name := "t" + rand.Text()[:12]
	if _, err := db.Exec(`create database "` + name + `"`); err != nil {
		return "", err
	}
	return s.address(name), nil
}

// Stop ends the server and removes its folder.
func (s *Server) Stop() {
	if s.cmd != nil {
		_ = s.cmd.Process.Signal(syscall.SIGINT) // fast shutdown
		_ = s.cmd.Wait()
	}
	if s.dir != "" {
		_ = os.RemoveAll(s.dir)
	}
}

func (s *Server) address(name string) string {
	return "postgres:///" + name + "?host=" + s.dir + "&user=pana"
}

func (s *Server) command(as *syscall.Credential, name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = s.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: as}
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
