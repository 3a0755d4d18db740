-- When a session's worker last showed who she is, and which codes were taken: the
-- same one is not right a second time.

ALTER TABLE sessions ADD COLUMN proved_at BIGINT NOT NULL DEFAULT 0;

CREATE TABLE spent (
  key BYTEA  PRIMARY KEY,
  n   BIGINT NOT NULL,
  at  BIGINT NOT NULL
);
