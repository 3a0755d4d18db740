package app

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"pana/internal/testkit/pgserver"
)

// clients is how many workers refer at once; perSecond is how many files are
// prepared for each second of a run.
const (
	clients   = 16
	perSecond = 2500
)

// referral measures the whole act over HTTP: session, authorise, decide, seal,
// events, index, leaf, jobs, sync. Beside it stands a bare durable insert.
func (b *bench) referral(ctx context.Context) error {
	if b.wanted("sqlite") {
		if err := b.onSQLite(ctx); err != nil {
			return err
		}
	}
	if !b.wanted("postgresql") {
		return nil
	}
	return b.onPostgreSQL(ctx)
}

func (b *bench) wanted(engine string) bool { return b.On == "" || b.On == engine }

func (b *bench) onSQLite(ctx context.Context) error {
	dir, err := b.folder()
	if err != nil {
		return err
	}
	if err := b.bareInsert(ctx, "SQLite", "sqlite3", "file:"+filepath.Join(dir, "bare.db")+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(wal)&_pragma=synchronous(full)", 1); err != nil {
		return err
	}
	return b.bothWays(ctx, "SQLite", func(dir string) (string, error) { return filepath.Join(dir, databaseFile), nil })
}

func (b *bench) onPostgreSQL(ctx context.Context) error {
	pg, err := pgserver.Start()
	if err != nil {
		b.figures = append(b.figures, figure{Name: "referral on PostgreSQL", Unit: "not measured", Note: err.Error()})
		return nil
	}
	defer pg.Stop()
	address, err := pg.Database()
	if err != nil {
		return err
	}
	if err := b.bareInsert(ctx, "PostgreSQL", "pgx", address, clients); err != nil {
		return err
	}
	return b.bothWays(ctx, "PostgreSQL", func(string) (string, error) { return pg.Database() })
}

// bothWays refers in groups and, unless one database alone is looked at, one act
// a transaction.
func (b *bench) bothWays(ctx context.Context, engine string, make func(dir string) (string, error)) error {
	err := b.refer(ctx, engine, make, false)
	if err != nil || b.On != "" {
		return err
	}
	return b.refer(ctx, engine, make, true)
}

func (b *bench) refer(ctx context.Context, engine string, make func(dir string) (string, error), alone bool) error {
	dir, err := b.folder()
	if err != nil {
		return err
	}
	address, err := make(dir)
	if err != nil {
		return err
	}
	name, more := "referral over HTTP, "+engine+", acts in groups", []string(nil)
	if alone {
		name, more = "referral over HTTP, "+engine+", one act a transaction", []string{"--group", "1"}
	}
	files := int(b.For.Seconds() * perSecond)
	b.say("%s: preparing %d files", name, files)
	t, err := b.town(ctx, dir, address, files, false)
	if err != nil {
		return err
	}
	s, err := b.serve(ctx, t, fmt.Sprintf("referral-%s-%t", strings.ToLower(engine), alone), append(more, unheld...)...)
	if err != nil {
		return err
	}
	defer s.end()
	workers, err := t.visitors(ctx, s, clients)
	if err != nil {
		return err
	}
	s.idle(ctx)
	f, err := s.measure(ctx, name, clients, len(t.files), b.For, func(ctx context.Context, client, n int) error {
		file := t.files[n]
		return workers[client].done(ctx, "/file/"+string(file.id)+"/refer", strings.NewReader(t.card(file).Encode()), "/sent")
	})
	f.RSSMB = s.resident()
	b.add(f)
	return err
}

// visitors are sessions of the measured worker, on so many devices.
func (t *benchTown) visitors(ctx context.Context, s *server, n int) ([]*visitor, error) {
	return t.signedIn(ctx, s, t.login, n)
}

func (t *benchTown) signedIn(ctx context.Context, s *server, login string, n int) ([]*visitor, error) {
	out := make([]*visitor, n)
	for i := range out {
		var err error
		if out[i], err = signIn(ctx, s.base, login, t.password); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// card is the form as a worker sends it.
func (t *benchTown) card(f benchFile) url.Values {
	out := url.Values{
		"key": {"bench-" + string(f.id)}, "version": {strconv.FormatUint(f.version, 10)}, "needs": t.needs, "priority": {t.priority},
		"children": {"0"}, "consent": {"yes"}, "note": {"Invented note of a bench, as long as such notes are."}, "go": {"send"},
	}
	for _, s := range t.services {
		out.Add("services", string(s))
	}
	return out
}

// bareBytes is the content of the bare row, as the peer's record has it.
const bareBytes = 400

// bareInsert is the least a durable write can cost here: one row, one commit.
func (b *bench) bareInsert(ctx context.Context, engine, driver, address string, connections int) error {
	db, err := sql.Open(driver, address)
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(connections)
	if _, err := db.ExecContext(ctx, "create table bare (id text primary key, body text not null)"); err != nil {
		return err
	}
	insert, err := db.PrepareContext(ctx, "insert into bare (id, body) values ($1, $2)")
	if err != nil {
		return err
	}
	defer insert.Close()
	body := strings.Repeat("x", bareBytes)
	took, all, err := during(ctx, clients, 1<<30, min(b.For, 3*time.Second), func(ctx context.Context, _, n int) error {
		_, err := insert.ExecContext(ctx, strconv.Itoa(n), body)
		return err
	})
	b.add(summarise("bare durable insert, "+engine+", no HTTP", took, all))
	return err
}
