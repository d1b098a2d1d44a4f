-- Accounts of the fediverse as sources: each is followed by its publication's actor, so that its server brings what it posts.

CREATE TABLE following (
	source {{INT}} PRIMARY KEY REFERENCES source ON DELETE CASCADE,
	publication {{INT}} NOT NULL REFERENCES publication ON DELETE CASCADE,
	actor TEXT NOT NULL,              -- id of who is followed
	handle TEXT NOT NULL,             -- "@ada@social.example", for people
	outbox TEXT,                      -- where their posts can be read, if their server shows them
	follow TEXT NOT NULL UNIQUE,      -- id of our Follow, the same each time that it is sent
	state {{INT}} NOT NULL,           -- enum following_state
	asked {{INT}} NOT NULL,           -- when the Follow was last sent
	asks {{INT}} NOT NULL,            -- how often
	UNIQUE (publication, actor)
) {{STRICT}};
CREATE INDEX following_actor ON following (actor);
CREATE INDEX following_open ON following (asked) WHERE state = 0;

-- Whose text it is: of several sources that show one entry, the one that brought it first revises it.  NULL: none that is left.
ALTER TABLE entry ADD COLUMN source {{INT}} REFERENCES source ON DELETE SET NULL;
UPDATE entry SET source = (SELECT min(k.source) FROM entry_key k WHERE k.entry = entry.id);
CREATE INDEX entry_source ON entry (source);
