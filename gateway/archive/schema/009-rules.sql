-- Which entries of a source are wanted.

CREATE TABLE source_rule (
	source {{INT}} NOT NULL REFERENCES source ON DELETE CASCADE,
	position {{INT}} NOT NULL,        -- the number that its owner knows it by; never given twice while a later one stands
	effect {{INT}} NOT NULL,          -- enum rule_effect: include, exclude
	field {{INT}} NOT NULL,           -- enum rule_field: tag, author, title
	pattern TEXT NOT NULL,            -- as written
	PRIMARY KEY (source, position)
) {{STRICT}};

-- When it was last fetched under other rules than now: what is older and comes in by the new ones is no news.  0 after a fetch.
ALTER TABLE source ADD COLUMN quiet_before {{INT}} NOT NULL DEFAULT 0;

-- What waits for approval.
CREATE INDEX entry_held ON entry (publication, id) WHERE state = 2;
