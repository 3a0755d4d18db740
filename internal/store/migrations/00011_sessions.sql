-- How many sign-ins a session ended when it began, because no more count at once.

ALTER TABLE sessions ADD COLUMN ended BIGINT NOT NULL DEFAULT 0;
