-- The record: what happened, the keys that open it, and the tree over it.
-- One text for SQLite and PostgreSQL. Times are microseconds since 1970, UTC.
-- Index tables are not here: they are made from casework.Tables and can be
-- made again from the events at any time.

CREATE TABLE meta (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
);

-- One row: nodes take turns by locking it.
CREATE TABLE ledger_head (
  id          BIGINT PRIMARY KEY,
  size        BIGINT NOT NULL,
  root        BYTEA  NOT NULL,
  recorded_at BIGINT NOT NULL
);

CREATE TABLE tiles (
  level  BIGINT NOT NULL,
  n      BIGINT NOT NULL,
  hashes BYTEA  NOT NULL,
  PRIMARY KEY (level, n)
);

CREATE TABLE checkpoints (
  size   BIGINT PRIMARY KEY,
  at     BIGINT NOT NULL,
  signed TEXT   NOT NULL
);

CREATE TABLE events (
  n           BIGINT PRIMARY KEY,
  id          TEXT   NOT NULL,
  stream_kind TEXT   NOT NULL,
  stream_id   TEXT   NOT NULL,
  seq         BIGINT NOT NULL,
  type        TEXT   NOT NULL,
  version     BIGINT NOT NULL,
  occurred_at BIGINT NOT NULL,
  recorded_at BIGINT NOT NULL,
  worker      TEXT   NOT NULL,
  body        TEXT   NOT NULL,
  body_kind   TEXT   NOT NULL,
  reason      TEXT   NOT NULL,
  pack        TEXT   NOT NULL,
  act_key     TEXT   NOT NULL,
  compartment TEXT   NOT NULL,
  sealed      BYTEA  NOT NULL,
  body_hash   BYTEA  NOT NULL,
  leaf        BYTEA  NOT NULL
);
CREATE UNIQUE INDEX events_stream ON events (stream_kind, stream_id, seq);

-- Backed up apart from the rest, and only for thirty days: deleting a row
-- erases what it opens once the last such backup is gone.
CREATE TABLE data_keys (
  stream_kind TEXT   NOT NULL,
  stream_id   TEXT   NOT NULL,
  compartment TEXT   NOT NULL,
  kek         TEXT   NOT NULL,
  wrapped     BYTEA  NOT NULL,
  PRIMARY KEY (stream_kind, stream_id, compartment)
);

CREATE TABLE keks (
  id      TEXT   PRIMARY KEY,
  made_at BIGINT NOT NULL,
  wrapped BYTEA  NOT NULL
);

CREATE TABLE receipts (
  act_key     TEXT   PRIMARY KEY,
  worker      TEXT   NOT NULL,
  fingerprint BYTEA  NOT NULL,
  recorded_at BIGINT NOT NULL,
  receipt     TEXT   NOT NULL
);

-- What was erased; applied again after a backup is restored.
CREATE TABLE tombstones (
  stream_kind TEXT   NOT NULL,
  stream_id   TEXT   NOT NULL,
  erased_at   BIGINT NOT NULL,
  PRIMARY KEY (stream_kind, stream_id)
);

CREATE TABLE packs (
  digest    TEXT   PRIMARY KEY,
  pinned_at BIGINT NOT NULL,
  content   BYTEA  NOT NULL
);

CREATE TABLE jobs (
  id          TEXT   PRIMARY KEY,
  kind        TEXT   NOT NULL,
  args        TEXT   NOT NULL,
  unique_key  TEXT   NOT NULL,
  run_at      BIGINT NOT NULL,
  created_at  BIGINT NOT NULL,
  attempts    BIGINT NOT NULL,
  lease       TEXT   NOT NULL,
  lease_until BIGINT NOT NULL,
  state       TEXT   NOT NULL,
  last_error  TEXT   NOT NULL
);
CREATE UNIQUE INDEX jobs_unique ON jobs (unique_key) WHERE unique_key <> '' AND state = 'waiting';
CREATE INDEX jobs_due ON jobs (run_at) WHERE state = 'waiting';

INSERT INTO ledger_head (id, size, root, recorded_at) VALUES (1, 0, '', 0);
