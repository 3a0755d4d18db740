//go:build unix

package testkit

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // to make databases
)

// server is one PostgreSQL for a whole test binary, on a socket in a temporary
// folder. It refuses to run as root, so it runs as somebody else.
type server struct {
	dir  string
	cmd  *exec.Cmd
	err  error
	once sync.Once
}

var pg server

// Postgres gives the address of a new, empty database on a real server. Where
// there is none the test is skipped; with CI=true in the environment a skip is
// a failure. Call StopPostgres from TestMain.
func Postgres(t testing.TB) string {
	t.Helper()
	pg.once.Do(pg.start)
	if pg.err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("no PostgreSQL, and CI must have one: %v", pg.err)
		}
		t.Skipf("no PostgreSQL: %v", pg.err)
	}
	name := "t" + rand.Text()[:12]
	db, err := sql.Open("pgx", pg.address("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(`create database "` + name + `"`); err != nil {
		t.Fatal(err)
	}
	return pg.address(name)
}

// StopPostgres ends the server, if one was started.
func StopPostgres() {
	if pg.cmd != nil {
		_ = pg.cmd.Process.Signal(syscall.SIGINT) // fast shutdown
		_ = pg.cmd.Wait()
	}
	if pg.dir != "" {
		_ = os.RemoveAll(pg.dir)
	}
}

func (s *server) address(name string) string {
	return "postgres:///" + name + "?host=" + s.dir + "&user=pana"
}

func (s *server) start() { s.err = s.tryStart() }

func (s *server) tryStart() error {
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
	// Tests kill the writer, never this server: it need not wait for the disk.
	s.cmd = s.command(as, filepath.Join(bin, "postgres"), "-D", data, "-k", s.dir, "-c", "listen_addresses=", "-c", "max_connections=400",
		"-c", "fsync=off", "-c", "full_page_writes=off", "-c", "autovacuum=off")
	if err := s.cmd.Start(); err != nil {
		return err
	}
	return s.wait()
}

func (s *server) command(as *syscall.Credential, name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = s.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: as}
	return cmd
}

func (s *server) wait() error {
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
		return "", fmt.Errorf("no /usr/lib/postgresql/*/bin/postgres")
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
	return nil, fmt.Errorf("root may not run PostgreSQL, and there is nobody else")
}
