package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"pana/internal/access"
	"pana/internal/ledger"
	"pana/internal/store"
	"pana/internal/withheld"
)

// fill writes n acts over three pads.
func (w *World) fill(n int) {
	w.T.Helper()
	for i := range n {
		_, err := Write(w.S, fmt.Sprint("fill", i), Ref(i%3), Wrote{
			Name: fmt.Sprint("line", i%7), Text: withheld.New(fmt.Sprint("secret", i)), Region: fmt.Sprint("r", i%2), Body: fmt.Sprint("b", i%2),
		})
		w.must(err)
	}
}

// committed: a leaf commits to what its event says, which leads from it to the leaf; a
// commitment that is changed, taken off or put there in the database is found.
func committed(w *World) {
	ctx := context.Background()
	said := Wrote{Name: "a paper", Salt: "salt"}
	_, err := Write(w.S, "one", Ref(0), said)
	w.must(err)
	_, err = Write(w.S, "two", Ref(1), Wrote{Name: "nothing"})
	w.must(err)
	w.verify()
	chain, err := w.S.ChainOf(ctx, Ref(0), func(uint64) bool { return true })
	w.must(err)
	l := chain.Links[0]
	salt, digest, _ := said.CommitsTo()
	if got := ledger.CommittedHash(l.Inner, ledger.Commitment(salt, digest)); got != l.Body {
		w.T.Errorf("it leads to %s, and the leaf hashes %s", got, l.Body)
	}
	if got := ledger.CommittedHash(l.Inner, ledger.Commitment(digest, salt)); got == l.Body {
		w.T.Error("any salt leads there")
	}
	var with, without []byte
	for n, into := range []*[]byte{&with, &without} {
		w.must(w.Raw(w.T).QueryRow(fmt.Sprintf(`select sealed from events where n = %d`, n)).Scan(into))
	}
	before := with[:len(with)-len(sealedOf(with))]
	other := bytes.Clone(with)
	other[len(before)-1] ^= 1
	for why, row := range map[string]struct {
		n  int
		is []byte
	}{
		"changed":      {0, other},
		"taken off":    {0, sealedOf(with)},
		"put anywhere": {1, append(bytes.Clone(before), without...)},
	} {
		undo := w.snapshot()
		bytes := fmt.Sprintf("x'%x'", row.is)
		if w.Postgres() {
			bytes = fmt.Sprintf(`'\x%x'::bytea`, row.is)
		}
		w.exec(fmt.Sprintf(`update events set sealed = %s where n = %d`, bytes, row.n))
		_, err := w.S.Verify(ctx, 1, nil)
		var m *store.Mismatch
		if !errors.As(err, &m) || m.What != "body" {
			w.T.Errorf("%s: verified with %v", why, err)
		}
		_, err = w.Open(w.T, Options()).View(ctx, Ref(row.n))
		w.wantCode(err, "store.damaged")
		undo()
	}
	w.verify()
}

func sealedOf(b []byte) []byte {
	_, sealed, _ := ledger.Uncommit(b)
	return sealed
}

func movedText(w *World) {
	w.fill(6)
	w.exec(`update events set sealed = (select sealed from events where n = 0) where n = 3`)
	again := w.Open(w.T, Options())
	_, err := again.View(context.Background(), Ref(0))
	w.wantCode(err, "store.damaged")
}

// tampering changes one thing at a time in a world of its own, so it makes
// savepoints of its own: change, verify, change back.
func tampering(w *World) {
	w.fill(9)
	_, err := w.S.Checkpoint(context.Background(), start)
	w.must(err)
	w.verify()
	for _, row := range []struct {
		why, change, table, what string
		leaf                     int64
		depth                    int
	}{
		{"another worker did it", `update events set worker = 'w2' where n = 4`, "events", "body", 4, 1},
		{"another reason", `update events set reason = 'other' where n = 4`, "events", "body", 4, 1},
		{"it happened earlier", `update events set occurred_at = occurred_at - 1 where n = 4`, "events", "leaf", 4, 1},
		{"recorded out of order", `update events set recorded_at = 0 where n = 4`, "events", "order", 4, 1},
		{"another type", `update events set type = 'toy.wrotf' where n = 4`, "events", "leaf", 4, 1},
		{"under another law", `update events set pack = 'x' where n = 4`, "events", "leaf", 4, 1},
		{"other content", `update events set sealed = (select sealed from events where n = 1) where n = 4`, "events", "body", 4, 1},
		{"an event taken out of the middle", `delete from events where n = 4`, "events", "gap", 4, 1},
		{"the last event taken out", `delete from events where n = 8`, "ledger_head", "root", 7, 1},
		{"a head set back", `update ledger_head set size = 8`, "checkpoints", "checkpoint", 8, 1},
		{"a tile changed", `update tiles set hashes = (select leaf from events where n = 0) where level = 0`, "tiles", "tile", 0, 1},
		{"a checkpoint changed", `update checkpoints set signed = 'no'`, "checkpoints", "checkpoint", 8, 1},
		{"a receipt gone: the act could be done again", `delete from receipts where act_key = 'fill4'`, "receipts", "missing", 4, 1},
		{"a receipt given to another", `update receipts set worker = 'w2' where act_key = 'fill4'`, "receipts", "different", 4, 1},
		{"a receipt of another act", `update receipts set receipt = (select receipt from receipts where act_key = 'fill3') where act_key = 'fill4'`, "receipts", "different", 4, 1},
		{"a receipt that cannot be read", `update receipts set receipt = '{' where act_key = 'fill4'`, "receipts", "unreadable", 4, 1},
		{"a job in no state", `insert into jobs (id, kind, args, unique_key, run_at, created_at, attempts, lease, lease_until, state, last_error)
			values ('j', 'k', '{}', '', 0, 0, 0, '', 0, 'lost', '')`, "jobs", "different", -1, 1},
		{"a job that cannot be read", `insert into jobs (id, kind, args, unique_key, run_at, created_at, attempts, lease, lease_until, state, last_error)
			values ('j', 'k', '[', '', 0, 0, 0, '', 0, 'waiting', '')`, "jobs", "unreadable", -1, 1},
		{"a data key gone", `delete from data_keys where compartment = 'shelter'`, "data_keys", "missing", 0, 2},
		{"an index row changed", `update pads set count_all = 77 where stream_id = '` + Ref(1).ID + `'`, "pads", "different", 3, 2},
		{"an index row gone", `delete from relations where body_id = 'b1'`, "relations", "missing", -1, 2},
		{"an index row too many", `insert into relations (stream_kind, stream_id, body_id, relation) values ('file', '` + Ref(1).ID + `', 'bx', 'asked')`, "relations", "extra", -1, 2},
		{"a row of a stream that is not", `insert into relations (stream_kind, stream_id, body_id, relation) values ('zebra', 'x', 'bx', 'asked')`, "relations", "extra", -1, 2},
		{"a sealed cell moved", `update pad_lines set text = (select text from pad_lines order by stream_id desc limit 1) where stream_id = '` + Ref(0).ID + `'`, "pad_lines", "different", 3, 2},
	} {
		undo := w.snapshot()
		w.exec(row.change)
		if row.depth == 2 {
			if _, err := w.S.Verify(context.Background(), store.VerifyRecord, nil); err != nil {
				w.T.Errorf("%s: found without keys: %v", row.why, err)
			}
		}
		_, err := w.S.Verify(context.Background(), row.depth, nil)
		var m *store.Mismatch
		if !errors.As(err, &m) || m.Table != row.table || m.What != row.what || m.Leaf != row.leaf {
			w.T.Errorf("%s: %v, want %s %s at %d", row.why, err, row.table, row.what, row.leaf)
		}
		undo()
	}
	w.verify()
}

// snapshot copies the tables and gives a function that puts them back.
func (w *World) snapshot() func() {
	tables := []string{"events", "ledger_head", "tiles", "checkpoints", "data_keys", "receipts", "jobs", "pads", "relations", "pad_lines", "blobs", "chunks", "documents"}
	for _, t := range tables {
		w.exec("create table copy_" + t + " as select * from " + t)
	}
	return func() {
		for _, t := range tables {
			w.exec("delete from " + t)
			w.exec("insert into " + t + " select * from copy_" + t)
			w.exec("drop table copy_" + t)
		}
	}
}

func checkpoints(w *World) {
	ctx := context.Background()
	_, _, err := w.S.LatestCheckpoint(ctx)
	w.wantCode(err, "ledger.no_checkpoint")
	w.fill(5)
	signed, err := w.S.Checkpoint(ctx, start)
	w.must(err)
	again, err := w.S.Checkpoint(ctx, start.Add(59*time.Minute))
	w.must(err)
	if again != signed {
		w.T.Error("nothing was recorded, and yet a new checkpoint was signed")
	}
	again, err = w.S.Checkpoint(ctx, start.AddDate(0, 0, 1))
	w.must(err)
	if again == signed || strings.Split(again, "\n")[2] != strings.Split(signed, "\n")[2] {
		w.T.Error("a quiet ledger is signed anew within the day, and is the same")
	}
	latest, verifier, err := w.S.LatestCheckpoint(ctx)
	w.must(err)
	old, err := ledger.OpenCheckpoint(latest, verifier)
	w.must(err)
	for i := range 600 { // over two tiles
		_, err := Write(w.S, fmt.Sprint("more", i), Ref(i%4), Wrote{Name: "x"})
		w.must(err)
	}
	p, err := w.S.ProveGrowth(ctx, old.Size)
	w.must(err)
	w.must(ledger.CheckConsistency(p.Hashes, p.Size, p.Root, old.Size, old.Root))
	for _, n := range []uint64{0, 255, 256, 604} {
		p, err := w.S.ProveLeaf(ctx, n)
		w.must(err)
		w.must(ledger.CheckInclusion(p.Hashes, p.Size, p.Root, int64(n), p.Leaf))
	}
	_, err = w.S.ProveLeaf(ctx, 605)
	w.wantCode(err, "not_found")
	if r := w.verify(); r.Checkpoints != 1 || r.Leaves != 605 {
		w.T.Errorf("report = %+v", r)
	}
	w.S = w.Open(w.T, Options()) // a node that has no edge in memory
	_, err = Write(w.S, "last", Ref(1), Wrote{Name: "x"})
	w.must(err)
	w.verify()
}

func rebuild(w *World) {
	w.fill(12)
	w.exec(`delete from pad_lines`)
	w.exec(`update pads set count_all = 9`)
	w.must(w.S.Rebuild(context.Background(), nil))
	w.verify()
	w.fill(12) // the same keys: seen, nothing written
	_, err := Write(w.S, "after", Ref(0), Wrote{Name: "y"})
	w.must(err)
	w.verify()
}

// rebuildBesideReaders: what another node lists it lists from the old tables until the
// new ones stand in their place, twice, because the second is made beside the first.
func rebuildBesideReaders(w *World) {
	w.fill(12)
	other := w.Open(w.T, Options())
	listed := func() (int, error) {
		ctx, stop := context.WithTimeout(context.Background(), 10*time.Second)
		defer stop()
		page, err := other.List(ctx, "pads", store.Query{Scope: access.All{}})
		return page.Total, err
	}
	before, err := listed()
	w.must(err)
	for range 2 {
		asked := 0
		w.must(w.S.Rebuild(context.Background(), func(int64, int64) {
			n, err := listed()
			if asked++; err != nil || n != before {
				w.T.Errorf("meanwhile another node lists %d of %d: %v", n, before, err)
			}
		}))
		if n, err := listed(); asked == 0 || err != nil || n != before {
			w.T.Errorf("afterwards, asked %d times: %d of %d, %v", asked, n, before, err)
		}
	}
	w.verify()
}

// tableNames is a copy of which only the tables are told.
type tableNames []string

func (n *tableNames) Table(_, name string, _ []string) error {
	*n = append(*n, name)
	return nil
}

func (*tableNames) Row([]any) error { return nil }

// rebuildThatFails leaves the index that stands, and nothing beside it; what one left
// that died, the next node to start drops, and no copy holds it.
func rebuildThatFails(w *World) {
	if !w.Postgres() {
		return // SQLite takes the transaction back
	}
	w.fill(12)
	grown := func() (out []string) {
		for _, c := range w.columns() {
			if strings.HasPrefix(c, "next_") {
				out = append(out, c)
			}
		}
		return out
	}
	w.exec(`create index next_pads_pkey on pads (count_all)`) // the name that the new key is to have
	if err := w.S.Rebuild(context.Background(), nil); err == nil {
		w.T.Fatal("two indexes have one name")
	}
	if left := grown(); len(left) > 0 {
		w.T.Errorf("a rebuild that failed left %v", left)
	}
	w.verify()
	w.exec(`drop index next_pads_pkey`)
	w.exec(`create table next_pads (stream_id text)`)
	w.exec(`insert into next_pads values ('x')`)
	var copied tableNames
	_, err := w.S.CopyOut(context.Background(), store.Mark{}, true, start, &copied)
	w.must(err)
	if !slices.Contains(copied, "events") || slices.Contains(copied, "next_pads") {
		w.T.Errorf("a copy holds %v", copied)
	}
	w.S = w.Open(w.T, Options())
	if left := grown(); len(left) > 0 {
		w.T.Errorf("a node that started left %v", left)
	}
	w.must(w.S.Rebuild(context.Background(), nil))
	w.verify()
}

func otherColumns(w *World) {
	w.fill(5)
	w.must(w.S.Close())
	opt := Options()
	opt.Model = Model{MoreColumns: true}
	opt.Unindexed = true // as the index stood, until it is made anew
	w.S = w.Open(w.T, opt)
	if _, err := w.S.List(context.Background(), "pads", store.Query{Scope: access.All{}, Where: []store.Filter{store.Where("count_now", store.Is, 2)}}); err == nil {
		w.T.Error("the index was made anew already")
	}
	w.must(w.S.Rebuild(context.Background(), nil))
	w.verify()
	w.exec(`update meta set value = 'another' where name = 'index'`)
	w.must(w.S.Close())
	opt.Unindexed = false
	w.S = w.Open(w.T, opt)
	w.verify()
	page, err := w.S.List(context.Background(), "pads", store.Query{Scope: access.All{}, Where: []store.Filter{store.Where("count_now", store.Is, 2)}})
	w.must(err)
	if page.Total != 2 {
		w.T.Errorf("%d pads with two lines", page.Total)
	}
}

// setBack restores an older state under a running node, as after a failover to
// a standby that missed the last commits.
func setBack(w *World) {
	w.fill(6)
	undo := w.snapshot()
	for i := range 3 {
		_, err := Write(w.S, fmt.Sprint("lost", i), Ref(i), Wrote{Name: "lost"})
		w.must(err)
	}
	undo()
	_, err := Write(w.S, "after", Ref(0), Wrote{Name: "after"})
	w.must(err)
	if p := w.pad(Ref(0)); p.Count != 3 || p.Lines["lost"].Name != "" {
		w.T.Errorf("pad = %+v", p)
	}
	w.verify()
}

func erasure(w *World) {
	ctx := context.Background()
	w.fill(9)
	_, err := w.S.Erase(ctx, "erase1", access.Who{Worker: "w1"}, Ref(1), "asked", start)
	w.must(err)
	if w.pad(Ref(1)) != nil {
		w.T.Error("an erased pad can be read")
	}
	report := w.verify()
	if report.Erased != 1 || report.Leaves != 10 {
		w.T.Errorf("report = %+v", report)
	}
	_, err = Write(w.S, "late", Ref(1), Wrote{Name: "a"})
	w.wantCode(err, "store.erased")
	_, err = w.S.Erase(ctx, "erase2", access.Who{Worker: "w1"}, Ref(1), "asked", start)
	w.wantCode(err, "not_found")
	page, err := w.S.List(ctx, "pad_lines", store.Query{Scope: access.All{}, Where: []store.Filter{store.Where("stream_id", store.Is, Ref(1).ID)}})
	w.must(err)
	if page.Total != 0 {
		w.T.Errorf("%d rows of an erased pad", page.Total)
	}
	// A node that starts now, with nothing in memory, sees the same, and a
	// rebuilt index does not bring it back.
	w.S = w.Open(w.T, Options())
	w.must(w.S.Rebuild(ctx, nil))
	if w.pad(Ref(1)) != nil || w.pad(Ref(2)) == nil {
		w.T.Error("a new node sees otherwise")
	}
	w.verify()
	// A restored backup brings keys back; the tombstones take them again.
	w.exec(`insert into data_keys (stream_kind, stream_id, compartment, kek, wrapped) values ('file', '` + Ref(1).ID + `', 'shelter', 'k', 'x')`)
	_, err = w.S.Verify(ctx, store.VerifyRecord, nil)
	w.wantCode(err, "verify.mismatch")
	w.must(w.S.ApplyTombstones(ctx, nil, start))
	w.verify()
	erasedAfterTheBackup(w)
}

// erasedAfterTheBackup: what was erased since a backup was made comes back with it,
// and goes again by the list that was kept apart.
func erasedAfterTheBackup(w *World) {
	ctx := context.Background()
	undo := w.snapshot()
	_, err := w.S.Erase(ctx, "erase3", access.Who{Worker: "w1"}, Ref(2), "asked", start)
	w.must(err)
	apart, err := w.S.Tombstones(ctx)
	w.must(err)
	if len(apart) != 2 || apart[0].Ref() != Ref(1) && apart[1].Ref() != Ref(1) {
		w.T.Fatalf("the list has %+v", apart)
	}
	undo()
	w.S = w.Open(w.T, Options())
	if w.pad(Ref(2)) == nil {
		w.T.Fatal("the backup did not bring it back")
	}
	apart = append(apart, store.Tombstone{Kind: "file", ID: "01h99999999999999999999999", At: start}) // begun after the backup
	again, err := w.S.EraseAgain(ctx, access.Who{BodyKind: "product"}, apart, start)
	w.must(err)
	if again != 1 || w.pad(Ref(2)) != nil || w.pad(Ref(0)) == nil {
		w.T.Errorf("%d erased again", again)
	}
	w.verify()
	again, err = w.S.EraseAgain(ctx, access.Who{BodyKind: "product"}, apart, start)
	w.must(err)
	if again != 0 {
		w.T.Errorf("%d erased a third time", again)
	}
	w.verify()
}
