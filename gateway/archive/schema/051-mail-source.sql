-- Mails in a Maildir that is a source: which of them were read.
CREATE TABLE mail_seen (
	source {{INT}} NOT NULL REFERENCES source ON DELETE CASCADE,
	name TEXT NOT NULL,               -- of its file, without the flags behind the ":"; forgotten when the file is gone
	seen {{INT}} NOT NULL,
	PRIMARY KEY (source, name)
) {{STRICT}};
