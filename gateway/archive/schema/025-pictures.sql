-- Pictures that we keep: those that come within a text, and those of other hosts, so that these do not learn who reads.
CREATE TABLE picture (
	id {{ID}},
	hash TEXT NOT NULL UNIQUE,        -- SHA-256 of bytes, in hex
	type {{INT}} NOT NULL,            -- enum picture_type
	width {{INT}} NOT NULL, height {{INT}} NOT NULL,
	size {{INT}} NOT NULL,
	bytes {{BLOB}} NOT NULL
) {{STRICT}};
CREATE INDEX picture_size ON picture (size);

-- What the text of an entry shows, kept or not yet.  A picture without a row here is nobody's.
CREATE TABLE entry_picture (
	id {{ID}},
	entry {{INT}} NOT NULL REFERENCES entry ON DELETE CASCADE,
	address TEXT NOT NULL,            -- as the text has it: a URL, or "picture:HASH.png" for one that came within it
	poster {{INT}} NOT NULL,          -- stands for a film at the film's host: shown only when it is kept
	picture {{INT}} REFERENCES picture, -- NULL: not here
	asked {{INT}} NOT NULL,           -- since when it is wanted
	tries {{INT}} NOT NULL,
	next_try {{INT}},                 -- NULL: none; a claim moves it past the end of its lease
	holder TEXT,                      -- who has claimed it
	crashes {{INT}} NOT NULL,
	UNIQUE (entry, address)
) {{STRICT}};
CREATE INDEX entry_picture_due ON entry_picture (next_try) WHERE next_try IS NOT NULL;
CREATE INDEX entry_picture_picture ON entry_picture (picture) WHERE picture IS NOT NULL;

ALTER TABLE entry ADD COLUMN pictures TEXT;                           -- JSON of what is kept of it (gateway/archive/picture/picture_map.h), or NULL
ALTER TABLE publication ADD COLUMN pictures {{INT}} NOT NULL DEFAULT 1;      -- enum picture_policy
ALTER TABLE publication ADD COLUMN pictures_below {{INT}} NOT NULL DEFAULT 0; -- entries with smaller ids are still to be looked through; 0: none
UPDATE publication SET pictures_below = (SELECT coalesce(max(e.id), 0) + 1 FROM entry e WHERE e.publication = publication.id);
