package storetest

import (
	"slices"
	"strings"
)

// Clear and sealed: every column of the record and of the toy's index is on one
// of the two lists, in both databases, or the test fails. casework's own tables
// are compared in package store, with casework's declaration.
var (
	clearColumns = strings.Fields(`
		meta.name meta.value
		ledger_head.id ledger_head.size ledger_head.root ledger_head.recorded_at
		tiles.level tiles.n tiles.hashes
		checkpoints.size checkpoints.at checkpoints.signed
		events.n events.id events.stream_kind events.stream_id events.seq events.type events.version events.occurred_at events.recorded_at
		events.worker events.body events.body_kind events.reason events.pack events.act_key events.compartment events.body_hash events.leaf
		data_keys.stream_kind data_keys.stream_id data_keys.compartment data_keys.kek
		keks.id keks.made_at
		receipts.act_key receipts.worker receipts.fingerprint receipts.recorded_at receipts.receipt
		tombstones.stream_kind tombstones.stream_id tombstones.erased_at
		packs.digest packs.pinned_at packs.content
		jobs.id jobs.kind jobs.args jobs.unique_key jobs.run_at jobs.created_at jobs.attempts jobs.lease jobs.lease_until jobs.state jobs.last_error
		sessions.token_hash sessions.id sessions.worker sessions.created_at sessions.seen_at sessions.agent sessions.device sessions.proved_at sessions.elsewhere sessions.second sessions.ended sessions.elsewhere_session
		spent.key spent.n spent.at
		devices.tag devices.id devices.worker devices.agent devices.first_at devices.seen_at
		attempts.key attempts.failed attempts.last_at
		credential_days.id credential_days.day
		credentials.id credentials.secret_hash credentials.body credentials.scopes credentials.created_at credentials.expires_at credentials.revoked
		migrations.id migrations.version_id migrations.is_applied migrations.tstamp
		blobs.id blobs.stream_kind blobs.stream_id blobs.started_at chunks.blob chunks.n
		visits.token_hash visits.page visits.file visits.second visits.created_at visits.seen_at
		call_links.signal call_links.body call_links.day call_links.tag call_links.caller
		documents.stream_kind documents.stream_id documents.attachment_id documents.sealed documents.chunks
		pads.stream_kind pads.stream_id pads.count_all pads.blank
		pad_lines.stream_kind pad_lines.stream_id pad_lines.name pad_lines.region pad_lines.due
		relations.stream_kind relations.stream_id relations.body_id relations.relation`)
	sealedColumns = strings.Fields(`events.sealed chunks.sealed data_keys.wrapped keks.wrapped pad_lines.text`)
)

// Columns lists every column of every table of a database as "table.column".
func (w *World) columns() []string {
	q := `select m.name || '.' || c.name from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table' and m.name not like 'sqlite_%'`
	if w.Postgres() {
		q = `select table_name || '.' || column_name from information_schema.columns where table_schema = 'public'`
	}
	rows, err := w.Raw(w.T).Query(q)
	w.must(err)
	defer rows.Close()
	var out []string
	for rows.Next() {
		var name string
		w.must(rows.Scan(&name))
		out = append(out, name)
	}
	w.must(rows.Err())
	return out
}

func columnLists(w *World) {
	found := w.columns()
	both := append(slices.Clone(clearColumns), sealedColumns...)
	for _, name := range found {
		if !slices.Contains(both, name) {
			w.T.Errorf("%s is on neither list", name)
		}
	}
	for _, name := range both {
		if !slices.Contains(found, name) {
			w.T.Errorf("%s is on a list and not in the database", name)
		}
	}
	for _, name := range sealedColumns {
		if slices.Contains(clearColumns, name) {
			w.T.Errorf("%s is on both lists", name)
		}
	}
}
