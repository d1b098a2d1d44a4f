-- The archive: publications, where their posts come from, and the posts.
-- Times are milliseconds since 1970, UTC.  Booleans are 0 and 1.

CREATE TABLE publication (
	id {{ID}},
	host TEXT NOT NULL UNIQUE,        -- as in a Host header, small letters; with ":port" when the URL has one
	url TEXT NOT NULL,                -- scheme and host, no slash at the end
	name TEXT NOT NULL,
	handle TEXT NOT NULL,             -- without @
	summary TEXT NOT NULL,            -- plain text; may be empty
	author TEXT NOT NULL,             -- may be empty
	language TEXT NOT NULL,           -- BCP 47
	mail_from TEXT NOT NULL,          -- address that letters come from
	postal_address TEXT NOT NULL,     -- at the foot of each letter; may be empty
	gate {{INT}} NOT NULL,            -- enum publication_gate
	gate_number {{INT}} NOT NULL,     -- N of the policies that have one
	secret TEXT NOT NULL,             -- key of the stateless tokens
	created {{INT}} NOT NULL
) {{STRICT}};

CREATE TABLE publication_key (
	publication {{INT}} NOT NULL REFERENCES publication ON DELETE CASCADE,
	purpose {{INT}} NOT NULL,         -- enum publication_key: actor, DKIM
	type {{INT}} NOT NULL,            -- enum key_type: RSA, Ed25519
	private_pem TEXT NOT NULL,
	created {{INT}} NOT NULL,
	PRIMARY KEY (publication, purpose, type)
) {{STRICT}};

CREATE TABLE source (
	id {{ID}},
	publication {{INT}} NOT NULL REFERENCES publication ON DELETE CASCADE,
	url TEXT NOT NULL,                -- of the feed; "file:///..." for a file
	title TEXT,                       -- what the feed calls itself
	state {{INT}} NOT NULL,           -- enum source_state
	etag TEXT,                        -- validators, byte for byte as they came
	last_modified TEXT,
	body_hash TEXT,                   -- SHA-256 of the last body that was read to the end
	created {{INT}} NOT NULL,
	imported {{INT}} NOT NULL,        -- when the first import was complete; 0: not yet, and nothing is announced
	next_fetch {{INT}} NOT NULL,      -- a claim moves it past the end of its lease
	last_fetch {{INT}} NOT NULL,
	last_status {{INT}} NOT NULL,     -- HTTP status, 0: none came
	last_error TEXT,                  -- in words; NULL when the last fetch went well
	failures {{INT}} NOT NULL,        -- in a row
	approved {{INT}} NOT NULL,        -- the owner said that the next fetch may bring any number of new posts
	UNIQUE (publication, url)
) {{STRICT}};
CREATE INDEX source_due ON source (next_fetch) WHERE state = 0;

CREATE TABLE entry (
	id {{ID}},
	publication {{INT}} NOT NULL REFERENCES publication ON DELETE CASCADE,
	slug TEXT NOT NULL,
	title TEXT,                       -- plain text; NULL: the post has none
	content TEXT NOT NULL,            -- clean HTML, the whole text
	teaser TEXT NOT NULL,             -- clean HTML, what anybody may read of a gated post
	excerpt TEXT NOT NULL,            -- plain text within the teaser
	summary TEXT,                     -- clean HTML: the source's own excerpt; may reach past the teaser
	link TEXT,                        -- the post at its source
	language TEXT,
	comments TEXT,                    -- URL
	authors TEXT NOT NULL,            -- JSON array of {name, email, url}
	enclosures TEXT NOT NULL,         -- JSON array of {url, type, title, length}
	image_url TEXT, image_alt TEXT,
	image_width {{INT}} NOT NULL, image_height {{INT}} NOT NULL,
	words {{INT}} NOT NULL, teaser_words {{INT}} NOT NULL, note_count {{INT}} NOT NULL,
	published {{INT}} NOT NULL,
	updated {{INT}} NOT NULL,         -- what the source says, or 0
	revised {{INT}} NOT NULL,         -- when its text last changed here, or 0
	access {{INT}} NOT NULL,          -- enum entry_access
	state {{INT}} NOT NULL,           -- enum entry_state; a withdrawn row stays, so that no poll brings it back
	withdrawn {{INT}} NOT NULL,       -- when, or 0
	hash TEXT NOT NULL,               -- of what the source says; another one is a revision
	announce {{INT}} NOT NULL,        -- enum archive_news: what the planner has yet to make an issue of
	created {{INT}} NOT NULL,
	UNIQUE (publication, slug)
) {{STRICT}};
CREATE INDEX entry_by_date ON entry (publication, state, published, id);
CREATE INDEX entry_announce ON entry (id) WHERE announce <> 0;

-- Every identity under which a source showed an entry.  Two sources of one publication that show the same
-- identity show the same entry.
CREATE TABLE entry_key (
	publication {{INT}} NOT NULL REFERENCES publication ON DELETE CASCADE,
	key TEXT NOT NULL,                -- "guid:...", "link:...", "hash:..."
	entry {{INT}} NOT NULL REFERENCES entry ON DELETE CASCADE,
	source {{INT}} REFERENCES source ON DELETE SET NULL,
	PRIMARY KEY (publication, key)
) {{STRICT}};
CREATE INDEX entry_key_entry ON entry_key (entry);

CREATE TABLE entry_tag (
	entry {{INT}} NOT NULL REFERENCES entry ON DELETE CASCADE,
	slug TEXT NOT NULL,               -- folded, for the path of the tag's page
	tag TEXT NOT NULL,                -- as written
	PRIMARY KEY (entry, slug)
) {{STRICT}};
CREATE INDEX entry_tag_slug ON entry_tag (slug, entry);

-- What an entry said before it was revised.
CREATE TABLE entry_revision (
	id {{ID}},
	entry {{INT}} NOT NULL REFERENCES entry ON DELETE CASCADE,
	title TEXT,
	content TEXT NOT NULL,
	hash TEXT NOT NULL,
	replaced {{INT}} NOT NULL         -- when the next text came
) {{STRICT}};
CREATE INDEX entry_revision_entry ON entry_revision (entry);
