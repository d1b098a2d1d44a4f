-- Mail to the address of a source (gateway/archive/mail/mail_in.h) waits for that source, and goes with it.
ALTER TABLE mail_in ADD COLUMN source {{INT}} REFERENCES source ON DELETE CASCADE; -- NULL: it is for no source
CREATE INDEX mail_in_source ON mail_in (source, next_try) WHERE source IS NOT NULL;
