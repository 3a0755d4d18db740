-- What people hand in: scans, photographs, PDF. A blob is kept by chunks, sealed
-- with a data key of its own that is a key of its stream, so that erasing the
-- stream erases it. Which blobs are kept, and their digests, stands in events;
-- a blob that no event names is what an upload left behind, and is swept away.

CREATE TABLE blobs (
  id          TEXT   PRIMARY KEY,
  stream_kind TEXT   NOT NULL,
  stream_id   TEXT   NOT NULL,
  started_at  BIGINT NOT NULL
);
CREATE INDEX blobs_stream ON blobs (stream_kind, stream_id);

CREATE TABLE chunks (
  blob   TEXT   NOT NULL,
  n      BIGINT NOT NULL,
  sealed BYTEA  NOT NULL,
  PRIMARY KEY (blob, n)
);
