package monitor_test

import (
	"context"
	"database/sql"
	"time"

	"pana/internal/ledger"
)

// forge changes rows and makes everything that hangs on them anew: hashes, leaves,
// tiles, head, and the checkpoint, signed with the stolen key.
func (o *office) forge(changes ...string) {
	o.Helper()
	db := o.Raw(o.T)
	must := func(q string, args ...any) {
		o.Helper()
		if _, err := db.Exec(q, args...); err != nil {
			o.Fatalf("%s: %v", q, err)
		}
	}
	for _, q := range changes {
		must(q)
	}
	key := o.key()
	tree, changed := &ledger.Tree{}, map[ledger.TileID][]byte{}
	last := map[string]ledger.Hash{}
	for _, e := range o.stored(db) {
		body := e.body.Hash()
		e.head.Previous = last[e.stream]
		leaf, err := ledger.Leaf(e.head, body)
		if err != nil {
			o.Fatal(err)
		}
		last[e.stream] = leaf
		must(`update events set body_hash = ?1, leaf = ?2 where n = ?3`, body[:], leaf[:], int64(e.head.Number))
		for id, data := range tree.Append([]ledger.Hash{leaf}) {
			changed[id] = data
		}
	}
	must(`delete from tiles`)
	for id, data := range changed {
		must(`insert into tiles (level, n, hashes) values (?1, ?2, ?3)`, id.Level, id.N, data)
	}
	root := tree.Root()
	must(`update ledger_head set size = ?1, root = ?2`, tree.Size(), root[:])
	must(`delete from checkpoints`)
	must(`insert into checkpoints (size, at, signed) values (?1, ?2, ?3)`, tree.Size(), morning.UnixMicro(), o.signs(tree, key))
}

// signs is what the thief does with the key.
func (o *office) signs(tree *ledger.Tree, key string) string {
	o.Helper()
	seed, err := o.Keys().Secret(context.Background(), "ledger", morning)
	if err != nil {
		o.Fatal(err)
	}
	signer, verifier, err := ledger.SignerOf(ledger.OriginOf("pana.test", seed), seed)
	if err != nil || verifier != key {
		o.Fatalf("not the ledger's key: %v", err)
	}
	signed, err := ledger.Checkpoint{Origin: signer.Name(), Size: tree.Size(), Root: tree.Root(), At: morning}.Sign(signer)
	if err != nil {
		o.Fatal(err)
	}
	return signed
}

type storedEvent struct {
	stream string
	head   ledger.Header
	body   ledger.Body
}

func (o *office) stored(db *sql.DB) (out []storedEvent) {
	o.Helper()
	rows, err := db.Query(`select n, stream_kind, stream_id, seq, type, version, occurred_at, recorded_at, body_kind, pack,
		id, worker, body, reason, act_key, compartment, sealed from events order by n`)
	if err != nil {
		o.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var e storedEvent
		var id string
		var occurred, recorded int64
		h, b := &e.head, &e.body
		if err := rows.Scan(&h.Number, &h.Kind, &id, &h.Seq, &h.Type, &h.Version, &occurred, &recorded, &h.BodyKind, &h.Pack,
			&b.ID, &b.Worker, &b.Body, &b.Reason, &b.Key, &b.Compartment, &b.Sealed); err != nil {
			o.Fatal(err)
		}
		h.OccurredAt, h.RecordedAt = time.UnixMicro(occurred).UTC(), time.UnixMicro(recorded).UTC()
		h.Tag = ledger.Tag(h.Kind, id)
		e.stream = h.Kind + "/" + id
		out = append(out, e)
	}
	return out
}
