package store_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"pana/internal/store"
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

func sqliteWorld(t testing.TB) storetest.Opener { return opener(filepath.Join(t.TempDir(), "pana.db")) }

func postgresWorld(t testing.TB) storetest.Opener { return opener(testkit.Postgres(t)) }

// opener opens one address again and again.
func opener(address string) storetest.Opener {
	return func(t testing.TB, opt store.Options) *store.Store {
		t.Helper()
		opt.Address = address
		s, err := store.Open(context.Background(), opt)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		return s
	}
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
