-- On which day a machine's credential was last used. The credentials themselves are in
-- the record; the table "credentials" is that of releases before, and is read no more.

CREATE TABLE credential_days (
  id  TEXT   PRIMARY KEY,
  day BIGINT NOT NULL
);
