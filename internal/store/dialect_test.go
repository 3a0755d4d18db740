package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/ncruces/go-sqlite3"
	"pgregory.net/rapid"

	"pana/internal/fault"
	"pana/internal/testkit"
)

// Values go by number, whatever the order they appear in: SQLite would number
// $2 $1 by appearance and quietly swap them.
func TestPlaceholdersBindByNumber(t *testing.T) {
	t.Parallel()
	for _, d := range []*dialect{sqliteDialect, pgDialect} {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			driver, address := "sqlite3", "file:"+filepath.Join(t.TempDir(), "x.db")
			if d == pgDialect {
				driver, address = "pgx", testkit.Postgres(t)
			}
			db, err := sql.Open(driver, address)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			rapid.Check(t, func(t *rapid.T) {
				values := []any{"one", "two", "three"}
				order := append([]int{3, 2, 1}, rapid.SliceOfN(rapid.IntRange(1, 3), 0, 5).Draw(t, "order")...)
				order = rapid.Permutation(order).Draw(t, "permuted")
				parts, want := []string{"'?1'"}, []string{"?1"}
				for _, n := range order {
					parts = append(parts, fmt.Sprintf("cast(?%d as text)", n))
					want = append(want, values[n-1].(string))
				}
				var got string
				q := "select " + strings.Join(parts, " || ' ' || ")
				if err := db.QueryRowContext(context.Background(), d.text(q), values...).Scan(&got); err != nil {
					t.Fatal(err)
				}
				if got != strings.Join(want, " ") {
					t.Fatalf("%s = %q", q, got)
				}
			})
		})
	}
}

func TestErrorsGetCodes(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		err  error
		kind fault.Kind
		code string
	}{
		{sqlite3.BUSY, fault.Busy, codeBusy},
		{sqlite3.FULL, fault.Busy, codeFull},
		{sqlite3.CONSTRAINT_UNIQUE, fault.Conflict, codeUnique},
		{sqlite3.CONSTRAINT_PRIMARYKEY, fault.Conflict, codeUnique},
		{sqlite3.CORRUPT, fault.Internal, codeDamaged},
		{sqlite3.IOERR, fault.Busy, codeUnavailable},
		{&pgconn.PgError{Code: "23505"}, fault.Conflict, codeUnique},
		{&pgconn.PgError{Code: "40001"}, fault.Busy, codeSerialise},
		{&pgconn.PgError{Code: "40P01"}, fault.Busy, codeSerialise},
		{&pgconn.PgError{Code: "55P03"}, fault.Busy, codeBusy},
		{&pgconn.PgError{Code: "53100"}, fault.Busy, codeFull},
		{&pgconn.PgError{Code: "53300"}, fault.Busy, codeUnavailable},
		{&pgconn.PgError{Code: "57P01"}, fault.Busy, codeUnavailable},
		{&pgconn.PgError{Code: "XX001"}, fault.Internal, codeDamaged},
		{&pgconn.PgError{Code: "42601"}, fault.Internal, codeFailed},
		{errors.New("other"), fault.Internal, codeFailed},
	} {
		got := fault.Of(pgDialect.mend("op", fmt.Errorf("table: %w", row.err)))
		if got.Kind != row.kind || got.Code != row.code {
			t.Errorf("%v: %v %s, want %v %s", row.err, got.Kind, got.Code, row.kind, row.code)
		}
	}
}

// What a database says about a row stays out of our errors: it quotes values.
func TestErrorsCarryNoValues(t *testing.T) {
	t.Parallel()
	planted := &pgconn.PgError{Code: "23505", Message: "Planted", Detail: "Key (name)=(Planted) already exists.", ConstraintName: "people_name"}
	if text := pgDialect.mend("op", planted).Error(); strings.Contains(text, "Planted") {
		t.Errorf("a value is in %q", text)
	}
}
