-- What sources change and take back.

ALTER TABLE entry ADD COLUMN withdrawn_by {{INT}} NOT NULL DEFAULT 0; -- enum archive_withdrawer; the owner's word is final

-- Entries that their source shows no more though it still shows older ones: their page is asked whether they are gone.
CREATE TABLE vanished (
	entry {{INT}} PRIMARY KEY REFERENCES entry ON DELETE CASCADE,
	source {{INT}} NOT NULL REFERENCES source ON DELETE CASCADE,
	link TEXT NOT NULL,               -- its page
	since {{INT}} NOT NULL,           -- when it was missed first
	state {{INT}} NOT NULL,           -- enum vanished_state
	misses {{INT}} NOT NULL,          -- how often in a row its page was gone
	tries {{INT}} NOT NULL,           -- how often in a row its page said neither
	next_try {{INT}} NOT NULL         -- when its page is asked next; moved ahead while somebody asks
) {{STRICT}};
CREATE INDEX vanished_due ON vanished (next_try) WHERE state = 0;
CREATE INDEX vanished_source ON vanished (source);
