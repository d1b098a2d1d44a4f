-- Letters of the owner's own.  The text of each is an entry, which no door shows while it is a draft (entry.state 4); then it becomes a post
-- of the archive (0), or stays a letter that only its readers have (5).

CREATE TABLE letter (
	entry {{INT}} PRIMARY KEY REFERENCES entry ON DELETE CASCADE,
	publication {{INT}} NOT NULL REFERENCES publication ON DELETE CASCADE,
	state {{INT}} NOT NULL,           -- enum archive_letter_state: draft, scheduled, sent, ended
	subject TEXT NOT NULL,            -- plain text
	preheader TEXT NOT NULL,          -- plain text; may be empty: the opening of its text
	archived {{INT}} NOT NULL,        -- does it become a post of the archive?
	series {{INT}} NOT NULL,          -- goes to each reader who confirms while it is "sent", not to those who were there before
	after_ms {{INT}} NOT NULL,        -- series: so long after they confirmed
	send_at {{INT}} NOT NULL,         -- when it is to be sent, or 0: at once
	sent {{INT}} NOT NULL,            -- when it was, or 0
	remarks TEXT NOT NULL             -- what was wrong with its file, a line each, for lint; may be empty
) {{STRICT}};
CREATE INDEX letter_publication ON letter (publication, entry);
CREATE INDEX letter_scheduled ON letter (send_at) WHERE state = 1;

-- Who has yet to get a letter of a series.  The transaction that confirms an address writes its rows.
CREATE TABLE letter_due (
	letter {{INT}} NOT NULL REFERENCES letter ON DELETE CASCADE,
	address {{INT}} NOT NULL REFERENCES address ON DELETE CASCADE,
	due {{INT}} NOT NULL,
	PRIMARY KEY (letter, address)
) {{STRICT}};
CREATE INDEX letter_due_time ON letter_due (due);
CREATE INDEX letter_due_address ON letter_due (address);

-- What a letter looks like, for the owner who asked: whoever has the secret of the link.
CREATE TABLE letter_preview (
	secret_hash TEXT PRIMARY KEY,     -- SHA-256 of the token in the link
	publication {{INT}} NOT NULL REFERENCES publication ON DELETE CASCADE,
	subject TEXT NOT NULL,
	html TEXT NOT NULL,
	text TEXT NOT NULL,
	expires {{INT}} NOT NULL
) {{STRICT}};

CREATE UNIQUE INDEX issue_letter ON issue (entry) WHERE kind IN (5, 6);
