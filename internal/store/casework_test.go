package store

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/seal"
	"pana/internal/testkit"
)

// index is casework without law: enough to make its tables and look at them.
type index struct{}

func (index) Fold(casework.State, ...casework.Event) (casework.State, error) {
	return nil, errors.New("no law here")
}
func (index) Rows(s casework.State) []casework.Row      { return casework.Rows(s) }
func (index) Tables() []casework.Table                  { return casework.Tables() }
func (index) Encode(p casework.Payload) ([]byte, error) { return casework.Encode(p) }
func (index) Decode(t string, v int, b []byte) (casework.Payload, error) {
	return casework.Decode(t, v, b)
}

// casework's own tables stand in both databases, hold the columns it declares
// and no other, and can be listed by every kind of scope.
func TestCaseworkTables(t *testing.T) {
	t.Parallel()
	for _, d := range []*dialect{sqliteDialect, pgDialect} {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			ctx, address := context.Background(), filepath.Join(t.TempDir(), "pana.db")
			if d == pgDialect {
				address = testkit.Postgres(t)
			}
			s, err := Open(ctx, Options{Address: address, Stamp: "serve", Origin: "pana.test", Model: index{}, Master: seal.NewMaster()})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			for _, table := range casework.Tables() {
				compareColumns(t, s, table)
				compareIndexes(t, s, s.byName[table.Name])
				listed(t, s, table)
			}
			for _, f := range finders {
				table := s.byName[f.table]
				if table == nil {
					t.Errorf("an index on %s, which is not a table", f.table)
					continue
				}
				for _, c := range f.columns {
					if _, ok := table.clear(c); !ok {
						t.Errorf("an index on %s.%s, which is not a clear column", f.table, c)
					}
				}
			}
		})
	}
}

func compareColumns(t *testing.T, s *Store, table casework.Table) {
	t.Helper()
	want := map[string]bool{"stream_kind": true, "stream_id": true}
	for _, c := range table.Columns {
		want[c.Name] = true
	}
	q := `select name from pragma_table_info(?1)`
	if s.d == pgDialect {
		q = `select column_name from information_schema.columns where table_schema = 'public' and table_name = ?1`
	}
	err := s.reading(context.Background(), func(c *conn) error {
		return c.each(context.Background(), asRows(func(r rowScanner) error {
			var name string
			err := r.Scan(&name)
			if !want[name] {
				t.Errorf("%s.%s is in the database and not declared", table.Name, name)
			}
			delete(want, name)
			return err
		}), q, table.Name)
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range want {
		t.Errorf("%s.%s is declared and not in the database", table.Name, name)
	}
}

// compareIndexes: a table that was filled and then indexed is the one that ddl makes.
func compareIndexes(t *testing.T, s *Store, table *indexTable) {
	t.Helper()
	q := `select count(*) from sqlite_master where type = 'index' and name = ?1`
	if s.d == pgDialect {
		q = `select count(*) from pg_indexes where schemaname = 'public' and indexname = ?1`
	}
	for _, made := range table.indexes(s.d, table.Name) {
		name, there := strings.Fields(made)[2], 0
		err := s.reading(context.Background(), func(c *conn) error {
			_, err := c.one(context.Background(), []any{&there}, q, name)
			return err
		})
		if err != nil || there != 1 {
			t.Errorf("index %s is not in the database: %v", name, err)
		}
	}
}

func listed(t *testing.T, s *Store, table casework.Table) {
	t.Helper()
	scope := access.Or{access.Not{Scope: access.Related{Body: "b", Relations: []string{"asked"}}}}
	q := Query{Scope: scope}
	for _, c := range table.Columns {
		if c.Sealed {
			continue
		}
		value := map[casework.ColumnType]string{casework.BoolColumn: "true", casework.IntColumn: "1", casework.TimeColumn: "1"}[c.Type]
		scope = append(scope, access.In{Column: c.Name, Values: []string{value}})
		q.Sort = append(q.Sort, Order{Column: c.Name, Down: len(q.Sort)%2 == 0})
	}
	q.Scope = scope
	if page, err := s.List(context.Background(), table.Name, q); err != nil || page.Total != 0 {
		t.Errorf("list %s: %+v, %v", table.Name, page, err)
	}
}
