package testkit

import (
	"os"
	"sync"
	"testing"

	"pana/internal/testkit/pgserver"
)

// pg is one PostgreSQL for a whole test binary.
var pg struct {
	once   sync.Once
	server *pgserver.Server
	err    error
}

// Postgres gives the address of a new, empty database on a real server. Where
// there is none the test is skipped; with CI=true in the environment a skip is
// a failure. Call StopPostgres from TestMain.
func Postgres(t testing.TB) string {
	t.Helper()
	pg.once.Do(func() {
		// Tests kill the writer, never this server: it need not wait for the disk.
		pg.server, pg.err = pgserver.Start("fsync=off", "full_page_writes=off", "autovacuum=off")
	})
	if pg.err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("no PostgreSQL, and CI must have one: %v", pg.err)
		}
		t.Skipf("no PostgreSQL: %v", pg.err)
	}
	address, err := pg.server.Database()
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// StopPostgres ends the server, if one was started.
func StopPostgres() {
	if pg.server != nil {
		pg.server.Stop()
	}
}
