package app

import (
	"bytes"
	"database/sql"
	"io"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"pana/internal/access"
	"pana/internal/backup"
	"pana/internal/desk"
	"pana/internal/store"
	"pana/internal/store/storetest"
	"pana/internal/testkit"
)

// TestErasedIsErased follows one erasing to its end, on the real database of each kind:
// a file with a name that exists nowhere else is backed up, erased by two, and brought
// back by a restore on another machine. The node there erases it again before it
// answers anybody.
func TestErasedIsErased(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why string
		at  func(t *testing.T, dir string) storetest.Place
	}{
		{"an office's file", func(_ *testing.T, dir string) storetest.Place {
			return storetest.Place{Address: filepath.Join(dir, databaseFile)}
		}},
		{"a country's server", func(t *testing.T, _ string) storetest.Place {
			return storetest.Place{Address: testkit.Postgres(t)}
		}},
	} {
		t.Run(row.why, func(t *testing.T) {
			t.Parallel()
			e := &erasing{T: t, dir: t.TempDir()}
			e.place = row.at(t, e.dir)
			e.serve("")
			e.lived()
			keys := e.keys()
			if n := e.traces(keys...); n == 0 {
				t.Fatal("the data keys are not found while they are there: the search finds nothing")
			}
			e.backUp()
			e.erase()
			e.list()
			e.gone(keys)

			e.restored(row.at)
			if e.keys() == nil {
				t.Fatal("the backup did not bring her back, so nothing is tried")
			}
			e.serve(e.stones)
			if !strings.Contains(e.l.log.String(), "erased again") {
				t.Error("nobody is told that the database was older than the list")
			}
			e.gone(nil)
		})
	}
}

// TestTheListKeptApart: a node adds to it what was erased, takes nothing out of it that a
// database which was set back does not know of, and does not begin without it.
func TestTheListKeptApart(t *testing.T) {
	t.Parallel()
	e := &erasing{T: t, dir: t.TempDir()}
	e.place = storetest.Place{Address: filepath.Join(e.dir, databaseFile)}
	stones := filepath.Join(t.TempDir(), "tombstones.jsonl")
	const another = `{"kind":"file","id":"01h99999999999999999999999","erased_at":"2026-01-01T00:00:00Z"}` + "\n"
	keep := func(what string) {
		if err := os.WriteFile(stones, []byte(what), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	keep("")
	e.serve(stones)
	e.lived()
	e.erase()
	keep(another) // by a node of the database as it was
	if err := e.l.keepTombstones(t.Context()); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(stones); err != nil || bytes.Count(b, []byte("\n")) != 3 || !bytes.Contains(b, []byte(e.s.file)) || !bytes.Contains(b, []byte(e.s.call)) || !bytes.Contains(b, []byte("01h99999999999999999999999")) {
		t.Errorf("the list: %s, %v", b, err)
	}
	for _, row := range []struct {
		why string
		now func() error
	}{
		{"its disk is not mounted", func() error { return os.Remove(stones) }},
		{"it was cut", func() error { return os.WriteFile(stones, []byte(`{"kind":"fi`), 0o600) }},
	} {
		if err := row.now(); err != nil {
			t.Fatal(err)
		}
		if err := e.l.eraseAgain(t.Context()); err == nil || !strings.Contains(err.Error(), stones) {
			t.Errorf("%s: %v", row.why, err)
		}
	}
}

type erasing struct {
	*testing.T
	place    storetest.Place
	dir      string
	l        *live
	s        *story
	identity *age.X25519Identity
	verifier string
	stones   string
	known    map[string]string // what names something of hers, by what it is
	code     string            // of her paper
}

// serve starts a node on the place.
func (e *erasing) serve(stones string) {
	e.Helper()
	l := &live{dir: e.dir, log: &ears{}}
	log := slog.New(slog.NewTextHandler(l.log, nil))
	var err error
	if l.demo, err = openDemo(e.Context(), e.dir, 0, io.Discard, log, func(p *plan) { p.address, p.tombstones = e.place.Address, stones }); err != nil {
		e.Fatal(err)
	}
	l.serve(e.T)
	e.l = l
}

// lived gives her a file that a call opened, from a number that rang before, with a name,
// a referral, a note, something that she brought, and a paper that she was handed.
func (e *erasing) lived() {
	p := e.l.plain(e.T, "ru")
	s, ask := storyOf(e.T, e.l, p)
	who := woman
	who.name = planted + " Ерке"
	s.name = who.name
	s.region = e.links()
	s.takeCall()
	s.concernOfCall()
	s.addName(who)
	s.refer(ask...)
	e.l.mistakes(e.T, e.l.plain(e.T, "ru"), s.file) // a note, and the name where it does not belong
	e.s = s
	e.known = map[string]string{"her file": s.file, "the call": s.call}

	enter(p, "", "hotline")
	p.Go("/file/" + s.file + "/documents/new")
	p.Tap("doc_is", "statement")
	p.Upload("doc_content", "letter.txt", planted+" wrote this.\n")
	if p.Status() != 200 {
		e.Fatalf("the document: %d %s", p.Status(), p.HTML())
	}
	paper := s.ownCopy(p, "hotline", "own")
	e.known["her paper"] = paper[strings.LastIndex(paper, "/")+1:]
	if e.code = regexp.MustCompile(`code=([0-9A-F]{32})`).FindString(p.HTML()); e.code == "" {
		e.code = regexp.MustCompile(`(?:[0-9A-F]{4} ){7}[0-9A-F]{4}`).FindString(p.HTML())
	}
	if !e.genuine() {
		e.Fatalf("her paper is not genuine while she is there: %q", e.code)
	}
	blobs := texts(e.T, e.place.Raw(e.T), `select id from blobs where stream_id = '`+s.file+`'`)
	if len(blobs) < 2 {
		e.Fatalf("a document and a paper are %d blobs", len(blobs))
	}
	for _, blob := range blobs {
		e.known["content "+blob] = blob
	}
	if in := e.tablesWith(s.call); !slices.Contains(in, "call_links") {
		e.Fatalf("the call is linked to none: it stands in %v", in)
	}
	if e.rows(`data_keys`) == 0 || e.rows("events") == 0 {
		e.Fatal("nothing was recorded")
	}
	e.noTrace(spelled[:4])
}

// links has the hotline say which calls are from one number, and gives the region of
// those who erase.
func (e *erasing) links() string {
	e.Helper()
	data, err := readDemo(e.l.files)
	if err != nil {
		e.Fatal(err)
	}
	var who access.Who
	town := newTown(data, e.l.house.pack)
	for _, w := range town.workers {
		if w.BodyKind == "hotline" {
			who = w
		}
	}
	who.Role = "duty_officer"
	if _, err := e.l.desk.LinkCallers(e.Context(), who, desk.LinkingInput{Key: "link", On: true}); err != nil {
		e.Fatal(err)
	}
	return town.workers["coordinator"].Region
}

// genuine is what whoever holds her paper is told of its code.
func (e *erasing) genuine() bool {
	e.Helper()
	p := e.l.plain(e.T, "en")
	p.Do("POST", "/verify", url.Values{"code": {e.code}})
	return strings.Contains(p.HTML(), `data-genuine="true"`)
}

func (e *erasing) rows(table string) (n int) {
	e.Helper()
	from, more, _ := strings.Cut(table, " where ")
	if err := e.place.Raw(e.T).QueryRow(`select count(*) from ` + from + ` where ` + more + ` stream_id = '` + e.s.file + `'`).Scan(&n); err != nil {
		e.Fatal(err)
	}
	return n
}

// keys are the file's wrapped data keys, as they lie in the database.
func (e *erasing) keys() (out [][]byte) {
	e.Helper()
	rows, err := e.place.Raw(e.T).Query(`select wrapped from data_keys where stream_kind = 'file' and stream_id = '` + e.s.file + `'`)
	if err != nil {
		e.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var b []byte
		if err := rows.Scan(&b); err != nil {
			e.Fatal(err)
		}
		out = append(out, b)
	}
	return out
}

func (e *erasing) backUp() {
	e.Helper()
	var err error
	if e.identity, err = age.GenerateX25519Identity(); err != nil {
		e.Fatal(err)
	}
	if _, err := backup.Take(e.Context(), e.l.store, filepath.Join(e.dir, "backups"), []age.Recipient{e.identity.Recipient()}, e.l.clock.Now()); err != nil {
		e.Fatal(err)
	}
	if _, e.verifier, err = e.l.store.SignText(e.Context(), "x\n", e.l.clock.Now()); err != nil {
		e.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(e.dir, "identity"), []byte(e.identity.String()+"\n"), 0o600); err != nil {
		e.Fatal(err)
	}
}

// erase has two sign, waits for the pack's days, and for the quiet hours after them.
func (e *erasing) erase() {
	e.Helper()
	p, at := e.l.plain(e.T, "en"), "/file/"+e.s.file+"/erase"
	for _, row := range []struct {
		role, path string
		form       url.Values
	}{
		{"hotline", at + "/wish", url.Values{"erasure_lang": {"ru"}, "go": {"wish"}}},
		{"coordinator", at, url.Values{"go": {"ask"}, "erasure_ground": {"person_asked"}, "erasure_reason": {planted + " asked"}}},
		{"prosecutor", at, url.Values{"go": {"confirm"}}},
	} {
		enter(p, "", row.role)
		row.form.Set("key", row.role)
		if p.Do("POST", row.path, row.form); p.Status() != 200 {
			e.Fatalf("%s: %d %s", row.role, p.Status(), p.HTML())
		}
	}
	local := e.l.local()
	night := time.Date(local.Year(), local.Month(), local.Day()+9, 2, 0, 0, 0, local.Location())
	e.l.clock.Push(night.Sub(local))
	if err := e.l.desk.Sweep(e.Context()); err != nil {
		e.Fatal(err)
	}
	enter(p, "", "coordinator")
	if p.Go("/erased/" + e.s.file); p.Status() != 200 || !strings.Contains(p.HTML(), e.l.local().Add(store.KeysLife).Format("2006")) {
		e.Errorf("the receipt: %d", p.Status())
	}
}

// list keeps apart what was erased, as an operator does, and says until when a backup
// may hold the keys.
func (e *erasing) list() {
	e.Helper()
	e.stones = filepath.Join(e.T.TempDir(), "tombstones.jsonl")
	exit, said := runs(e.T, "tombstones", "list", "--db", e.address(), "--master-key", filepath.Join(e.dir, masterFile))
	until := e.l.clock.Now().UTC().Add(store.KeysLife).Format(time.DateOnly)
	if exit != exitOK || !strings.Contains(said, e.s.file) || !strings.Contains(said, `"in_backups_until":"`+until) {
		e.Fatalf("the list: %d %s", exit, said)
	}
	if err := os.WriteFile(e.stones, []byte(said), 0o600); err != nil {
		e.Fatal(err)
	}
}

func (e *erasing) address() string {
	if e.place.Postgres() {
		return e.place.Address
	}
	return "sqlite:" + e.place.Address
}

// restored is another machine, with the master key, on which the backup is brought back.
func (e *erasing) restored(at func(*testing.T, string) storetest.Place) {
	e.Helper()
	old, dir := e.dir, e.T.TempDir()
	key, err := os.ReadFile(filepath.Join(old, masterFile))
	if err != nil {
		e.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, masterFile), key, 0o600); err != nil {
		e.Fatal(err)
	}
	e.dir, e.place = dir, at(e.T, dir)
	exit, said := runs(e.T, "restore", "--quiet", "--db", e.address(), "--master-key", filepath.Join(dir, masterFile),
		"--from", filepath.Join(old, "backups"), "--identity", filepath.Join(old, "identity"), "--verifier", e.verifier)
	if exit != exitOK || !strings.Contains(said, "all of it agrees") {
		e.Fatalf("restore: %d %s", exit, said)
	}
}

// gone looks wherever something of her could be: the disk, every table, search, the
// pages, and the ledger, which verifies.
func (e *erasing) gone(keys [][]byte) {
	e.Helper()
	if n := e.traces(keys...); len(keys) > 0 && n > 0 {
		e.Errorf("%d of her data keys lie on the disk", n)
	}
	e.noTrace(spelled[:4])
	e.tables()
	p := e.l.plain(e.T, "en")
	for _, role := range []string{"hotline", "coordinator", "shelter"} {
		enter(p, "", role)
		for _, page := range []string{"", "/identity", "/documents", "/papers", "/papers/" + e.known["her paper"], "/papers/" + e.known["her paper"] + "/proof", "/openings", "/erase", "/hold"} {
			if p.Go("/file/" + e.s.file + page); p.Status() != 404 {
				e.Errorf("%s reads /file/…%s: %d", role, page, p.Status())
			}
		}
		for _, page := range []string{"/", "/work", "/search?q=" + url.QueryEscape(planted)} {
			if p.Go(page); strings.Contains(p.HTML(), "/file/"+e.s.file) || page != "/search?q="+url.QueryEscape(planted) && strings.Contains(p.HTML(), planted) {
				e.Errorf("%s finds her on %s", role, page)
			}
		}
	}
	for _, depth := range []int{store.VerifyRecord, store.VerifyAll} {
		if r, err := e.l.store.Verify(e.Context(), depth, nil); err != nil || r.Erased != 2 { // her file and the call
			e.Errorf("depth %d: %+v, %v", depth, r, err)
		}
	}
}

// tables: what names something of hers stands in the record, and in what says that it
// was erased.
func (e *erasing) tables() {
	e.Helper()
	for what, number := range e.known {
		in := e.tablesWith(number)
		in = slices.DeleteFunc(in, func(t string) bool { return slices.Contains([]string{"events", "receipts", "tombstones", "erased"}, t) })
		if what == "her file" { // the receipt's
			in = slices.DeleteFunc(in, func(t string) bool { return t == "data_keys" })
		}
		if len(in) > 0 {
			e.Errorf("the number of %s stands in %v", what, in)
		}
	}
	if n := e.rows("data_keys where stream_kind <> 'file' and"); n > 1 || len(e.keys()) > 0 {
		e.Errorf("data keys: %d, and %d of the receipt's own", len(e.keys()), n)
	}
	if e.genuine() {
		e.Error("her paper is still said to be genuine")
	}
}

// tablesWith are those that have a text somewhere.
func (e *erasing) tablesWith(text string) (in []string) {
	e.Helper()
	db := e.place.Raw(e.T)
	names := texts(e.T, db, map[bool]string{
		false: `select name from sqlite_master where type = 'table' and name not like 'sqlite%'`,
		true:  `select table_name::text from information_schema.tables where table_schema = current_schema()`,
	}[e.place.Postgres()])
	if len(names) < 30 {
		e.Fatalf("tables: %v", names)
	}
	for _, name := range names {
		whole := "t::text"
		if !e.place.Postgres() {
			whole = columnsOf(e.T, db, name)
		}
		var n int
		if err := db.QueryRow(`select count(*) from ` + name + ` t where ` + whole + ` like '%` + text + `%'`).Scan(&n); err != nil {
			e.Fatalf("%s: %v", name, err)
		}
		if n > 0 {
			in = append(in, name)
		}
	}
	return in
}

func texts(t *testing.T, db *sql.DB, q string) (out []string) {
	t.Helper()
	rows, err := db.Query(q)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
		out = append(out, text)
	}
	return out
}

// columnsOf joins what stands in a row of SQLite's.
func columnsOf(t *testing.T, db *sql.DB, table string) string {
	var out []string
	for _, c := range texts(t, db, `select name from pragma_table_info('`+table+`')`) {
		out = append(out, "coalesce("+c+", '')")
	}
	return strings.Join(out, " || ' ' || ")
}

// noTrace: no spelling of the name lies on the disk.
func (e *erasing) noTrace(spellings []string) {
	e.Helper()
	var parts [][]byte
	for _, s := range spellings {
		parts = append(parts, []byte(s))
	}
	if n := e.traces(parts...); n > 0 {
		e.Errorf("%d spellings of her name lie on the disk", n)
	}
}

// traces is how many of the parts lie in the database's own files.
func (e *erasing) traces(parts ...[]byte) (n int) {
	e.Helper()
	folder := filepath.Dir(e.place.Address)
	if e.place.Postgres() {
		db := e.place.Raw(e.T)
		var base, oid string
		if err := db.QueryRow(`select current_setting('data_directory'), (select oid::text from pg_database where datname = current_database())`).Scan(&base, &oid); err != nil {
			e.Fatal(err)
		}
		if _, err := db.Exec("checkpoint"); err != nil {
			e.Fatal(err)
		}
		folder = filepath.Join(base, "base", oid)
	}
	found := make([]bool, len(parts))
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		for i, part := range parts {
			found[i] = found[i] || bytes.Contains(b, part)
		}
		return err
	})
	if err != nil {
		e.Fatal(err)
	}
	for _, f := range found {
		if f {
			n++
		}
	}
	return n
}
