-- The page that a source is the feed of, for people; NULL: not known.
ALTER TABLE source ADD COLUMN site TEXT;
