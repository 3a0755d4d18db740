-- Where a worker is signed in, and with which browsers she has signed in: so that
-- she can see it and end it. Which browser, in two words; no address, no version.

ALTER TABLE sessions ADD COLUMN agent TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN device TEXT NOT NULL DEFAULT '';

CREATE TABLE devices (
  tag      BYTEA  PRIMARY KEY,
  id       TEXT   NOT NULL,
  worker   TEXT   NOT NULL,
  agent    TEXT   NOT NULL,
  first_at BIGINT NOT NULL,
  seen_at  BIGINT NOT NULL
);
CREATE INDEX devices_worker ON devices (worker);
