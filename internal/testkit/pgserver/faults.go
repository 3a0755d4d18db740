//go:build unix

package pgserver

import (
	"fmt"
	"path/filepath"
	"strings"
	"syscall"
)

// What can happen to a database, for tests that have it happen.

// Socket is where the server listens.
func (s *Server) Socket() string { return filepath.Join(s.dir, ".s.PGSQL.5432") }

// Crash ends the server without a checkpoint and without waiting for anybody.
func (s *Server) Crash() { s.end(syscall.SIGQUIT) }

func (s *Server) end(how syscall.Signal) {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Signal(how)
	_ = s.cmd.Wait()
	s.cmd = nil
}

// Standby makes a copy of the server that follows it, and has commits wait for
// the copy.
func (s *Server) Standby() (*Server, error) {
	b := &Server{}
	if err := b.follow(s); err != nil {
		b.Stop()
		return nil, err
	}
	return b, nil
}

func (s *Server) follow(primary *Server) error {
	if err := s.folder(); err != nil {
		return err
	}
	base := s.command(filepath.Join(s.bin, "pg_basebackup"), "-D", s.data(), "-h", primary.dir, "-U", "pana", "-R", "-X", "stream", "-c", "fast", "--no-sync")
	if out, err := base.CombinedOutput(); err != nil {
		return fmt.Errorf("pg_basebackup: %w: %s", err, out)
	}
	if err := s.run([]string{"hot_standby=on"}); err != nil {
		return err
	}
	return primary.sql(`alter system set synchronous_standby_names = '*'`, `select pg_reload_conf()`)
}

// Promote makes a standby the server that takes writes; it waits for no standby
// of its own.
func (s *Server) Promote() error {
	if err := s.sql(`alter system reset synchronous_standby_names`, `select pg_reload_conf()`); err != nil {
		return err
	}
	return s.sql(`select pg_promote()`)
}

// AddressOf is the address of a database on several servers, of which the one that
// takes writes is meant.
func AddressOf(database string, servers ...*Server) string {
	var hosts []string
	for _, s := range servers {
		hosts = append(hosts, s.dir)
	}
	return "postgres:///" + database + "?host=" + strings.Join(hosts, ",") + "&user=pana&target_session_attrs=read-write"
}
