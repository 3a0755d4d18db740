package store_test

import (
	"os"
	"path/filepath"
	"testing"

	"pana/internal/store/storetest"
	"pana/internal/testkit"
)

func TestMain(m *testing.M) {
	if os.Getenv(victimEnv) != "" {
		victim()
		return
	}
	code := m.Run()
	testkit.StopPostgres()
	os.Exit(code)
}

func sqliteWorld(t testing.TB) storetest.Place {
	return storetest.Place{Address: filepath.Join(t.TempDir(), "pana.db")}
}

func postgresWorld(t testing.TB) storetest.Place {
	return storetest.Place{Address: testkit.Postgres(t)}
}

func TestSQLite(t *testing.T) {
	t.Parallel()
	storetest.Run(t, sqliteWorld)
}

func TestPostgres(t *testing.T) {
	t.Parallel()
	testkit.Postgres(t)
	storetest.Run(t, postgresWorld)
}
