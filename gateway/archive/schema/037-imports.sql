-- Lists of people that were brought along, and what each of them made.

CREATE TABLE roster_import (
	id {{ID}},
	publication {{INT}} NOT NULL REFERENCES publication ON DELETE CASCADE,
	file TEXT NOT NULL,               -- its name, without folders
	format TEXT NOT NULL,             -- "mailchimp"
	words TEXT,                       -- how the people agreed, as the owner says; NULL: the owner said nothing
	created {{INT}} NOT NULL,
	made {{INT}} NOT NULL,            -- addresses that it added
	approved {{INT}} NOT NULL,        -- when the owner approved those that were held, or 0
	undone {{INT}} NOT NULL           -- when it was undone, or 0
) {{STRICT}};

ALTER TABLE address ADD COLUMN import {{INT}} NOT NULL DEFAULT 0;        -- the import that made it, or holds it; 0: none
ALTER TABLE address ADD COLUMN import_state {{INT}} NOT NULL DEFAULT -1; -- the state that the import gave it; -1: it was there before
ALTER TABLE consent ADD COLUMN import {{INT}} NOT NULL DEFAULT 0;        -- the import that brought it; 0: it was given here
CREATE INDEX address_import ON address (import, id) WHERE import <> 0;

-- Who asked to be forgotten, so that no import brings them back: SHA-256 of the folded address, and nothing else.
CREATE TABLE erased (
	publication {{INT}} NOT NULL REFERENCES publication ON DELETE CASCADE,
	hash TEXT NOT NULL,
	created {{INT}} NOT NULL,
	import {{INT}} NOT NULL,
	PRIMARY KEY (publication, hash)
) {{STRICT}};
