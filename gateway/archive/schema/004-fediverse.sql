-- The fediverse: actors of other servers, and what they sent us.

CREATE TABLE actor (
	id {{ID}},
	uri TEXT NOT NULL UNIQUE,         -- the actor's id
	inbox TEXT NOT NULL,
	shared_inbox TEXT,
	name TEXT NOT NULL,               -- plain text
	username TEXT NOT NULL,           -- preferredUsername, may be empty
	key_id TEXT NOT NULL,
	public_key TEXT NOT NULL,         -- PEM
	fetched {{INT}} NOT NULL,
	gone {{INT}} NOT NULL             -- when its server said 410, or 0
) {{STRICT}};
CREATE INDEX actor_key ON actor (key_id);

-- Requests to an inbox, stored before they are answered.  What was processed goes after some days.
CREATE TABLE inbox (
	id {{ID}},
	publication {{INT}} REFERENCES publication ON DELETE CASCADE, -- NULL: the shared inbox
	head TEXT NOT NULL,               -- JSON: method, target, and the headers as they came
	body {{BLOB}} NOT NULL,
	received {{INT}} NOT NULL,
	state {{INT}} NOT NULL,           -- enum inbox_state: waiting, done, refused
	tries {{INT}} NOT NULL,
	next_try {{INT}},                 -- NULL once it has ended
	words TEXT                        -- why it was refused, or what was done
) {{STRICT}};
CREATE INDEX inbox_open ON inbox (next_try) WHERE next_try IS NOT NULL;

-- Ids of verified activities that took effect: one can come several times, to several inboxes.
CREATE TABLE activity_seen (
	activity TEXT PRIMARY KEY,
	actor TEXT NOT NULL,
	seen {{INT}} NOT NULL
) {{STRICT}};
