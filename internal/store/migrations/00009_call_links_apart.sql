-- Two calls of one number are alike to nobody who reads the database without the key
-- of their day (docs/decisions/0022). Links of before were alike, and are forgotten.

DELETE FROM call_links;
DROP INDEX call_links_tag;
DROP INDEX call_links_caller;
CREATE INDEX call_links_body ON call_links (body, day);
