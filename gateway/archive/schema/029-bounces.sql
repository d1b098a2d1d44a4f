-- What came back: reports of mail servers, refusals at once, complaints.

CREATE TABLE bounce (
	id {{ID}},
	publication {{INT}} NOT NULL REFERENCES publication ON DELETE CASCADE,
	delivery {{INT}} NOT NULL REFERENCES delivery ON DELETE CASCADE,
	address {{INT}} NOT NULL REFERENCES address ON DELETE CASCADE,
	kind {{INT}} NOT NULL,            -- enum bounce_kind: dead, full, temporary, policy, content, rejected, complaint
	reply {{INT}} NOT NULL,           -- 1: the server's own reply to the letter, 0: a report that came later
	time {{INT}} NOT NULL,
	status TEXT NOT NULL,             -- enhanced status code, or ""
	words TEXT NOT NULL,
	UNIQUE (delivery, kind)           -- what is reported twice counts once
) {{STRICT}};
CREATE INDEX bounce_address ON bounce (address);
CREATE INDEX bounce_recent ON bounce (publication, kind, time);

-- How often letters came back that may arrive later, in thousandths; it halves in a month (subscribers/bounce/bounce.h).
ALTER TABLE address ADD COLUMN bounce_score {{INT}} NOT NULL DEFAULT 0;
ALTER TABLE address ADD COLUMN bounce_time {{INT}} NOT NULL DEFAULT 0;   -- of which that is the score
ALTER TABLE address ADD COLUMN bounce_since {{INT}} NOT NULL DEFAULT 0;  -- when it was last near zero

-- Publications that send no letters to their readers until their owner says so (subscribers/ledger/pause.h).
CREATE TABLE pause (
	publication {{INT}} PRIMARY KEY REFERENCES publication ON DELETE CASCADE,
	since {{INT}} NOT NULL,
	words TEXT NOT NULL               -- of one of the servers that refuse us
) {{STRICT}};
