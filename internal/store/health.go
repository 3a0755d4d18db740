package store

import (
	"context"
	"strconv"
	"strings"
	"time"

	"pana/internal/fault"
)

// Health is what a database says of itself, for the doctor.
type Health struct {
	Leaves     int64
	RecordedAt time.Time // of the ledger's head
	Server     bool      // PostgreSQL; the rest is its own

	Clock                       time.Time
	Version, Standbys           int
	SynchronousCommit, Encoding string
	FSync, FullPageWrites       bool
	TLS, Local                  bool // how this connection goes
}

// Health asks for it. Nothing of a row is read.
func (s *Store) Health(ctx context.Context) (h Health, err error) {
	err = s.reading(ctx, func(c *conn) error {
		head, err := readHead(ctx, c, "")
		if err != nil {
			return err
		}
		if h.Leaves = int64(head.size); h.Leaves > 0 {
			h.RecordedAt = fromMicro(head.recorded)
		}
		if s.d == sqliteDialect {
			return nil
		}
		h.Server = true
		var version, fsync, pages string
		const q = `select clock_timestamp(), current_setting('server_version_num'), current_setting('synchronous_commit'),
			current_setting('server_encoding'), current_setting('fsync'), current_setting('full_page_writes'),
			inet_server_addr() is null or host(inet_server_addr()) in ('127.0.0.1', '::1'),
			coalesce((select ssl from pg_stat_ssl where pid = pg_backend_pid()), false),
			case when current_setting('synchronous_standby_names') = '' then 0
			else (select count(*) from pg_stat_replication where sync_state in ('sync', 'quorum')) end`
		_, err = c.one(ctx, []any{&h.Clock, &version, &h.SynchronousCommit, &h.Encoding, &fsync, &pages, &h.Local, &h.TLS, &h.Standbys}, q)
		if err != nil {
			return err
		}
		h.FSync, h.FullPageWrites = fsync == "on", pages == "on"
		h.Version, err = strconv.Atoi(version)
		return err
	})
	return h, fault.At("the database's health", err)
}

// clockMeta says when a node's clock was last set, and by how much.
const clockMeta = "clock_set"

// ClockSet keeps that a node's clock was set while it ran, for whoever looks (pana
// doctor): a time and a length.
func (s *Store) ClockSet(ctx context.Context, at time.Time, by time.Duration) error {
	return fault.At("clock set", s.writing(ctx, func(c *conn) error {
		return setMeta(ctx, c, clockMeta, at.UTC().Format(time.RFC3339)+" "+by.Round(time.Second).String())
	}))
}

// ClockWasSet is when a node's clock was last set, by what it showed then.
func (s *Store) ClockWasSet(ctx context.Context) (at time.Time, by time.Duration, err error) {
	err = s.reading(ctx, func(c *conn) error {
		said, _, err := metaValue(ctx, c, clockMeta)
		when, length, found := strings.Cut(said, " ")
		if err != nil || !found {
			return err
		}
		if at, err = time.Parse(time.RFC3339, when); err == nil {
			by, err = time.ParseDuration(length)
		}
		return err
	})
	return at, by, fault.At("clock was set", err)
}
