-- What readers answer in the fediverse: likes and shares, which are counted; replies, messages and reports, which are kept whole.

CREATE TABLE reaction (
	id {{ID}},
	entry {{INT}} NOT NULL REFERENCES entry ON DELETE CASCADE,
	kind {{INT}} NOT NULL,            -- enum reaction_kind: like, share
	actor TEXT NOT NULL,              -- id of who likes or shares it
	host TEXT NOT NULL,               -- of the actor
	activity TEXT,                    -- id of the Like or Announce, by which an Undo may name it; NULL: it had none
	created {{INT}} NOT NULL,
	UNIQUE (entry, kind, actor)
) {{STRICT}};
CREATE INDEX reaction_actor ON reaction (actor);
CREATE INDEX reaction_host ON reaction (host, created);

CREATE TABLE reply (
	id {{ID}},
	publication {{INT}} NOT NULL REFERENCES publication ON DELETE CASCADE,
	entry {{INT}} REFERENCES entry ON DELETE CASCADE, -- the post that it is about; NULL: none
	answers TEXT,                     -- id of what it replies to, as written: a post of ours, or another reply
	kind {{INT}} NOT NULL,            -- enum reply_kind: reply, mention, message, report
	state {{INT}} NOT NULL,           -- enum reply_state: new, gone
	public {{INT}} NOT NULL,          -- did its author write it for everybody?
	actor TEXT NOT NULL,              -- id of its author
	host TEXT NOT NULL,               -- of the actor
	name TEXT NOT NULL,               -- of its author when it came, plain text; may be empty
	handle TEXT NOT NULL,             -- "@ada@social.example", or the actor's id
	object TEXT NOT NULL,             -- its id; of a report, that of the activity
	url TEXT,                         -- its page for people, or NULL
	warning TEXT,                     -- what its author warns of, plain text, or NULL
	content TEXT NOT NULL,            -- clean HTML; empty when it is gone
	attachments TEXT NOT NULL,        -- JSON array of {url, type, name}
	published {{INT}} NOT NULL,       -- as its author says, or when it came
	updated {{INT}} NOT NULL,         -- when its last edit came, or 0
	received {{INT}} NOT NULL,
	told {{INT}} NOT NULL,            -- when the owner was told of it, or 0
	UNIQUE (publication, object)
) {{STRICT}};
CREATE INDEX reply_entry ON reply (entry);
CREATE INDEX reply_object ON reply (object);
CREATE INDEX reply_actor ON reply (actor);
CREATE INDEX reply_host ON reply (host, received);
CREATE INDEX reply_received ON reply (publication, received);
CREATE INDEX reply_told ON reply (publication, told);

-- Hosts whose replies and reactions are not taken, nor those of the hosts below them.
CREATE TABLE blocked_host (
	host TEXT PRIMARY KEY,            -- small letters, punycode
	since {{INT}} NOT NULL
) {{STRICT}};

-- What other servers were sent of a post, so that its copies there follow the publication's gate when it locks the post later, or opens it.
ALTER TABLE entry ADD COLUMN locked {{INT}};                        -- 1: its teaser alone, 0: all of it; NULL: nothing was sent
ALTER TABLE entry ADD COLUMN locked_at {{INT}} NOT NULL DEFAULT 0;  -- when that last changed, or 0
UPDATE entry SET locked = CASE
	WHEN access = 2 THEN 1 WHEN access = 1 THEN 0
	WHEN (SELECT p.gate FROM publication p WHERE p.id = entry.publication) = 3 THEN 1
	WHEN (SELECT p.gate FROM publication p WHERE p.id = entry.publication) = 1 AND published <
		(SELECT min(i.created) FROM issue i WHERE i.entry = entry.id AND i.kind = 0) - 86400000 * (SELECT p.gate_number FROM publication p WHERE p.id = entry.publication) THEN 1
	ELSE 0 END
	WHERE id IN (SELECT i.entry FROM issue i WHERE i.kind = 0 AND i.entry IS NOT NULL);
CREATE INDEX entry_locked ON entry (publication, locked, published) WHERE locked IS NOT NULL AND state = 0 AND access = 0;

-- Accounts that have moved to the one that is followed in their place: they may still delete what they posted.
CREATE TABLE following_former (
	source {{INT}} NOT NULL REFERENCES following ON DELETE CASCADE,
	actor TEXT NOT NULL,              -- its id
	PRIMARY KEY (source, actor)
) {{STRICT}};
CREATE INDEX following_former_actor ON following_former (actor);

-- For whom its author wrote a post.
ALTER TABLE entry ADD COLUMN audience {{INT}} NOT NULL DEFAULT 0; -- enum entry_audience: listed, unlisted
