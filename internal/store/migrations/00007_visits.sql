-- Who is on a page of their own just now, by the hash of a token. Gone within hours.

CREATE TABLE visits (
  token_hash BYTEA  PRIMARY KEY,
  page       TEXT   NOT NULL,
  file       TEXT   NOT NULL,
  second     BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at    BIGINT NOT NULL
);
CREATE INDEX visits_page ON visits (page);
