-- The excerpt for those who may read the whole text; that of 001 is within the teaser.

ALTER TABLE entry ADD COLUMN whole_excerpt TEXT; -- plain text; NULL: of an entry that was stored before this column, and has not changed since
