-- Days: the zone of a publication, and the day on which an entry was written for its author.  And the feed that an entry is a copy from.

ALTER TABLE publication ADD COLUMN time_zone TEXT NOT NULL DEFAULT 'UTC'; -- name in the zone database
ALTER TABLE entry ADD COLUMN day_offset {{INT}};                  -- minutes east of UTC, as the source wrote its date; NULL: the publication's zone
ALTER TABLE entry ADD COLUMN year {{INT}} NOT NULL DEFAULT 0;     -- of its day: the archive lists it there
ALTER TABLE entry ADD COLUMN path_year {{INT}} NOT NULL DEFAULT 0; -- in the path of its page, for ever; year when the entry came

ALTER TABLE entry ADD COLUMN via TEXT;                            -- plain text: title of the feed that the source took it from, or NULL
ALTER TABLE entry ADD COLUMN via_url TEXT;                        -- URL of its page or of itself, or NULL

-- The year of a day since 1970, as in 014.
UPDATE entry SET path_year = (
	SELECT 400 * era + yoe + CASE WHEN doe - (365 * yoe + yoe / 4 - yoe / 100) >= 306 THEN 1 ELSE 0 END FROM (
		SELECT era, doe, (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365 AS yoe FROM (
			SELECT day / 146097 AS era, day % 146097 AS doe FROM (
				SELECT (entry.published + 62167219200000 - 5184000000) / 86400000 AS day
			) days
		) eras
	) years
);
UPDATE entry SET year = path_year;
