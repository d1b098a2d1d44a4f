-- Sources: how often each is fetched and by which door, what its owner wants, and what the owner must be told.

ALTER TABLE source ADD COLUMN kind {{INT}} NOT NULL DEFAULT 0;          -- enum source_kind: feed, actor
ALTER TABLE source ADD COLUMN claimed {{INT}} NOT NULL DEFAULT 0;       -- until when some process is fetching it; 0: none is
ALTER TABLE source ADD COLUMN pause {{INT}} NOT NULL DEFAULT 0;         -- ms between two fetches, as its history suggests; 0: not known
ALTER TABLE source ADD COLUMN skip_hours {{INT}} NOT NULL DEFAULT 0;    -- bit per hour (UTC) in which its publisher wants no visit
ALTER TABLE source ADD COLUMN skip_days {{INT}} NOT NULL DEFAULT 0;     -- bit per day of the week, Sunday 0
ALTER TABLE source ADD COLUMN failing_since {{INT}} NOT NULL DEFAULT 0; -- when the first of the failures in a row was; 0: none
ALTER TABLE source ADD COLUMN moved TEXT;                               -- where answers 301 and 308 lead lately
ALTER TABLE source ADD COLUMN moved_since {{INT}} NOT NULL DEFAULT 0;
ALTER TABLE source ADD COLUMN moved_times {{INT}} NOT NULL DEFAULT 0;   -- in a row
ALTER TABLE source ADD COLUMN pushed_until {{INT}} NOT NULL DEFAULT 0;  -- a hub pushes it to us so long, and it is polled slowly
ALTER TABLE source ADD COLUMN identity {{INT}} NOT NULL DEFAULT 0;      -- enum identity_policy; never goes back by itself

-- What the owner wants; 0 and NULL: nothing special.
ALTER TABLE source ADD COLUMN headers TEXT;                             -- JSON object of request headers
ALTER TABLE source ADD COLUMN proxy TEXT;                               -- URL
ALTER TABLE source ADD COLUMN pause_min {{INT}} NOT NULL DEFAULT 0;     -- ms
ALTER TABLE source ADD COLUMN pause_max {{INT}} NOT NULL DEFAULT 0;     -- ms
ALTER TABLE source ADD COLUMN access {{INT}} NOT NULL DEFAULT 0;        -- enum entry_access of its new entries
ALTER TABLE source ADD COLUMN hold {{INT}} NOT NULL DEFAULT 0;          -- its new entries wait for approval
ALTER TABLE source ADD COLUMN full_text {{INT}} NOT NULL DEFAULT 0;     -- take the text from the entry's page

ALTER TABLE publication ADD COLUMN owner_mail TEXT NOT NULL DEFAULT ''; -- where notices go; empty: to mail_from

-- What an owner must be told, each once.  The planner makes a letter of it.
CREATE TABLE notice (
	id {{ID}},
	publication {{INT}} NOT NULL REFERENCES publication ON DELETE CASCADE,
	source {{INT}} REFERENCES source ON DELETE CASCADE,
	subject TEXT NOT NULL,            -- plain text, one line
	text TEXT NOT NULL,               -- plain text, paragraphs with an empty line between
	created {{INT}} NOT NULL,
	planned {{INT}} NOT NULL          -- when it became a letter, or 0
) {{STRICT}};
CREATE INDEX notice_waiting ON notice (id) WHERE planned = 0;
