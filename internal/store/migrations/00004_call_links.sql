-- Which calls of a hotline came from one number, where the hotline switched that
-- on. The tag is keyed with the key of a day; rows and key go after ninety days.
-- Not made from events: what is forgotten here must not come back by a rebuild.

CREATE TABLE call_links (
  signal TEXT  PRIMARY KEY,
  body   TEXT  NOT NULL,
  day    TEXT  NOT NULL,
  tag    BYTEA NOT NULL,
  caller TEXT  NOT NULL
);
CREATE INDEX call_links_tag ON call_links (tag);
CREATE INDEX call_links_caller ON call_links (caller);
