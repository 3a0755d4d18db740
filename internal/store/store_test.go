package store_test

import (
	"context"
	"path/filepath"
	"testing"

	"pana/internal/store"
	"pana/internal/store/storetest"
)

func sqliteWorld(t testing.TB) storetest.Opener {
	path := filepath.Join(t.TempDir(), "pana.db")
	return func(t testing.TB, opt store.Options) *store.Store {
		opt.Address = path
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
