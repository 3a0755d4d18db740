-- Which provider signed a session in, and whether it asked for a second factor there.

ALTER TABLE sessions ADD COLUMN elsewhere TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN second BIGINT NOT NULL DEFAULT 0;
