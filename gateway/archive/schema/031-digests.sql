-- Digests: how often each reader gets letters, and which posts they have had.

-- A rhythm in use: many readers share a row, so nobody has a timer of their own.
CREATE TABLE schedule (
	id {{ID}},
	publication {{INT}} NOT NULL REFERENCES publication ON DELETE CASCADE,
	rhythm {{INT}} NOT NULL,          -- enum rhythm_kind; each post: for what is owed when the publication goes back to that
	day {{INT}} NOT NULL,             -- weekly: 0 is Sunday; monthly: 1 to 31; else 0
	minute {{INT}} NOT NULL,          -- of the local day
	zone TEXT NOT NULL,               -- name in the zone database; "": the publication's
	next {{INT}},                     -- when its digests are due; 0: to be worked out; NULL: never
	run {{INT}} NOT NULL,             -- digests are being made of posts up to this number; 0: none are
	closed {{INT}} NOT NULL,          -- 1: quarantined
	UNIQUE (publication, rhythm, day, minute, zone)
) {{STRICT}};
CREATE INDEX schedule_next ON schedule (next) WHERE closed = 0;
CREATE INDEX schedule_run ON schedule (id) WHERE run > 0 AND closed = 0;

ALTER TABLE publication ADD COLUMN schedule {{INT}} NOT NULL DEFAULT 0;     -- of readers who have chosen none; 0: each post
ALTER TABLE publication ADD COLUMN digest_order {{INT}} NOT NULL DEFAULT 0; -- enum digest_order
ALTER TABLE publication ADD COLUMN posted {{INT}} NOT NULL DEFAULT 0;       -- number of its newest issue of an entry

ALTER TABLE issue ADD COLUMN number {{INT}} NOT NULL DEFAULT 0;             -- kind entry: counts those of the publication; 0: in no digest
ALTER TABLE issue ADD COLUMN digest TEXT;                                   -- kind digest: the run and a hash of its posts, so that readers share it
UPDATE issue SET number = id WHERE kind = 0 AND planned <= 0;
UPDATE publication SET posted = (SELECT coalesce(max(i.id), 0) FROM issue i WHERE i.publication = publication.id AND i.kind = 0);
CREATE UNIQUE INDEX issue_digest ON issue (publication, digest) WHERE digest IS NOT NULL;
CREATE INDEX issue_number ON issue (publication, number) WHERE number > 0;
CREATE INDEX issue_open_number ON issue (publication, number) WHERE number > 0 AND planned <= 0;

-- The posts of a digest.
CREATE TABLE digest_post (
	issue {{INT}} NOT NULL REFERENCES issue ON DELETE CASCADE,
	entry {{INT}} NOT NULL REFERENCES entry ON DELETE CASCADE,
	PRIMARY KEY (issue, entry)
) {{STRICT}};
CREATE INDEX digest_post_entry ON digest_post (entry);

ALTER TABLE address ADD COLUMN schedule {{INT}} NOT NULL DEFAULT 0;         -- chosen by its reader; 0: the publication's; -1: each post
ALTER TABLE address ADD COLUMN digested {{INT}} NOT NULL DEFAULT 0;         -- number of the last issue that a digest has dealt with
ALTER TABLE address ADD COLUMN due {{INT}};                                 -- until then it gets nothing, and then what it is owed; NULL: as its rhythm says
ALTER TABLE address ADD COLUMN topics {{INT}} NOT NULL DEFAULT 0;           -- has it rows in address_topic?
ALTER TABLE address ADD COLUMN text_only {{INT}} NOT NULL DEFAULT 0;        -- letters without HTML
ALTER TABLE address ADD COLUMN language TEXT NOT NULL DEFAULT '';           -- posts in this language only, "de"; "": in all
CREATE INDEX address_digest ON address (publication, schedule, digested, id) WHERE state = 1 AND kind = 0 AND due IS NULL;
CREATE INDEX address_due ON address (due) WHERE due IS NOT NULL;

CREATE TABLE address_topic (
	address {{INT}} NOT NULL REFERENCES address ON DELETE CASCADE,
	slug TEXT NOT NULL,               -- of a tag
	wanted {{INT}} NOT NULL,          -- 1: only posts with one of these; 0: none with this
	PRIMARY KEY (address, slug)
) {{STRICT}};
