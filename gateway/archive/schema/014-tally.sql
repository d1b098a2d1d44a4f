-- Numbers that are kept, because to count them costs the more the larger the archive is; and the versions of what pages show.
-- A number is the sum over its slots: processes that write at the same time each have a slot of their own.
CREATE TABLE tally (
	publication {{INT}} NOT NULL REFERENCES publication ON DELETE CASCADE,
	kind {{INT}} NOT NULL,            -- enum tally
	name TEXT NOT NULL,               -- the year or the slug of the tag; '' for the other kinds
	slot {{INT}} NOT NULL,
	n {{INT}} NOT NULL,
	changed {{INT}} NOT NULL,         -- when n last changed
	PRIMARY KEY (publication, kind, name, slot)
) {{STRICT}};

ALTER TABLE entry_tag ADD COLUMN publication {{INT}} NOT NULL DEFAULT 0; -- the entry's
ALTER TABLE entry_tag ADD COLUMN listed {{INT}};  -- the entry's date, by which lists are ordered; NULL while the entry is not live
UPDATE entry_tag SET publication = (SELECT e.publication FROM entry e WHERE e.id = entry_tag.entry),
	listed = (SELECT e.published FROM entry e WHERE e.id = entry_tag.entry AND e.state = 0);
DROP INDEX entry_tag_slug;
CREATE INDEX entry_tag_listed ON entry_tag (publication, slug, listed, entry) WHERE listed IS NOT NULL;

INSERT INTO tally (publication, kind, name, slot, n, changed)
	SELECT publication, 0, '', 0, count(*), 0 FROM entry WHERE state = 0 GROUP BY publication;
-- The year of a day since 1970, in whole numbers: the calendar repeats after 146097 days, 400 years that begin in March.
INSERT INTO tally (publication, kind, name, slot, n, changed)
	SELECT publication, 1, CAST(y AS TEXT), 0, count(*), 0 FROM (
		SELECT publication, 400 * era + yoe + CASE WHEN doe - (365 * yoe + yoe / 4 - yoe / 100) >= 306 THEN 1 ELSE 0 END AS y FROM (
			SELECT publication, era, doe, (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365 AS yoe FROM (
				SELECT publication, day / 146097 AS era, day % 146097 AS doe FROM (
					SELECT publication, (published + 62167219200000 - 5184000000) / 86400000 AS day FROM entry WHERE state = 0
				) days
			) eras
		) years
	) dated GROUP BY publication, y;
INSERT INTO tally (publication, kind, name, slot, n, changed)
	SELECT publication, 2, slug, 0, count(*), 0 FROM entry_tag WHERE listed IS NOT NULL GROUP BY publication, slug;
INSERT INTO tally (publication, kind, name, slot, n, changed)
	SELECT publication, 3 + kind, '', 0, count(*), 0 FROM address WHERE state = 1 GROUP BY publication, kind;
INSERT INTO tally (publication, kind, name, slot, n, changed)
	SELECT publication, 5, '', 0, 1, max(CASE WHEN withdrawn > revised AND withdrawn > created THEN withdrawn WHEN revised > created THEN revised ELSE created END)
	FROM entry WHERE state IN (0, 1) GROUP BY publication;
