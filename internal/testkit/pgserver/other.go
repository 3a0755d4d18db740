//go:build !unix

// Package pgserver starts a PostgreSQL of one's own; not on this system.
package pgserver

import "errors"

// Server is never started here.
type Server struct{}

// Start says that it cannot.
func Start(...string) (*Server, error) {
	return nil, errors.New("no PostgreSQL harness for this system")
}

// Database says that it cannot.
func (*Server) Database() (string, error) { return "", errors.New("no server") }

// Stop has nothing to stop.
func (*Server) Stop() {}
