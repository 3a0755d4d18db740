//go:build !unix

package testkit

import (
	"os"
	"testing"
)

// Postgres skips: there is no harness for this system.
func Postgres(t testing.TB) string {
	if os.Getenv("CI") == "true" {
		t.Fatal("no PostgreSQL harness for this system, and CI must have one")
	}
	t.Skip("no PostgreSQL harness for this system")
	return ""
}

// StopPostgres has nothing to stop.
func StopPostgres() {}
