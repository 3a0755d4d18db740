-- Which of a provider's own sessions a session here was begun by, as a keyed tag; '' when
-- the provider does not say.

ALTER TABLE sessions ADD COLUMN elsewhere_session TEXT NOT NULL DEFAULT '';
