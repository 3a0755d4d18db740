package store

import (
	"context"
	"database/sql"
	"embed"
	"path"
	"strconv"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"pana/internal/fault"
	"pana/internal/seal"
)

//go:embed migrations/*.sql
var migrations embed.FS

// SchemaVersion is the number of the newest migration.
const SchemaVersion = 3

// AnyStamp opens a database whatever it is for: to verify or rebuild it, not to
// serve it.
const AnyStamp = "*"

const codeStamp = "store.stamp" // a demo database opened to serve, or the other way round

func itoa[T ~int | ~int64](n T) string { return strconv.FormatInt(int64(n), 10) }

// prepare brings the schema up to date, checks the stamp, and makes the index
// tables when casework declares others than those that stand.
func (s *Store) prepare(ctx context.Context) error {
	if err := s.migrate(ctx); err != nil {
		return s.d.mend("migrate", err)
	}
	err := s.writing(ctx, func(c *conn) error {
		if err := s.whole(ctx, c); err != nil {
			return err
		}
		return s.stamp(ctx, c)
	})
	if err != nil {
		return err
	}
	if s.opt.Master != nil {
		if s.keys, err = seal.Open(ctx, s.opt.Master, s); err != nil {
			return err
		}
	}
	s.index, s.byName = indexTables(s.opt.Model.Tables())
	if s.opt.Unindexed {
		return s.checkNames()
	}
	return s.ensureIndex(ctx)
}

// migrate runs the embedded migrations forward. There is no way back: a release
// runs on the schema before its migration and after it.
func (s *Store) migrate(ctx context.Context) error {
	files, err := migrations.ReadDir("migrations")
	if err != nil {
		return err
	}
	var steps []*goose.Migration
	for i, f := range files {
		text, err := migrations.ReadFile(path.Join("migrations", f.Name()))
		if err != nil {
			return err
		}
		run := func(ctx context.Context, tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, s.d.schema(string(text)))
			return err
		}
		steps = append(steps, goose.NewGoMigration(int64(i+1), &goose.GoFunc{RunTx: run}, nil))
	}
	how := []goose.ProviderOption{goose.WithGoMigrations(steps...), goose.WithDisableGlobalRegistry(true), goose.WithTableName("migrations")}
	if s.d == pgDialect { // nodes may start at once
		one, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return err
		}
		how = append(how, goose.WithSessionLocker(one))
	}
	p, err := goose.NewProvider(s.d.goose, s.writers.db, nil, how...)
	if err != nil {
		return err
	}
	_, err = p.Up(ctx)
	return err
}

// stamp marks a new database with what it is for, and refuses another's.
func (s *Store) stamp(ctx context.Context, c *conn) error {
	if s.opt.Stamp == AnyStamp {
		return nil
	}
	const insert = `insert into meta (name, value) values ('stamp', ?1) on conflict do nothing`
	if _, err := c.exec(ctx, insert, s.opt.Stamp); err != nil {
		return err
	}
	found, _, err := metaValue(ctx, c, "stamp")
	if err == nil && found != s.opt.Stamp {
		return fault.New(fault.Invalid, codeStamp, "found", found)
	}
	return err
}

func metaValue(ctx context.Context, c *conn, name string) (value string, ok bool, err error) {
	ok, err = c.one(ctx, []any{&value}, `select value from meta where name = ?1`, name)
	return value, ok, err
}

func setMeta(ctx context.Context, c *conn, name, value string) error {
	const q = `insert into meta (name, value) values (?1, ?2) on conflict (name) do update set value = excluded.value`
	_, err := c.exec(ctx, q, name, value)
	return err
}
