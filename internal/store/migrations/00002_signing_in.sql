-- Who is signed in, who tries to, and the machines' credentials. Hashes only.

CREATE TABLE sessions (
  token_hash BYTEA  PRIMARY KEY,
  id         TEXT   NOT NULL,
  worker     TEXT   NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at    BIGINT NOT NULL
);
CREATE INDEX sessions_worker ON sessions (worker);

CREATE TABLE attempts (
  key     BYTEA  PRIMARY KEY,
  failed  BIGINT NOT NULL,
  last_at BIGINT NOT NULL
);

CREATE TABLE credentials (
  id          TEXT   PRIMARY KEY,
  secret_hash BYTEA  NOT NULL,
  body        TEXT   NOT NULL,
  scopes      TEXT   NOT NULL,
  created_at  BIGINT NOT NULL,
  expires_at  BIGINT NOT NULL,
  revoked     BIGINT NOT NULL
);
