-- What the owner calls a source, whatever the feed calls itself, and where it stands in the owner's list.

ALTER TABLE source ADD COLUMN name TEXT;    -- NULL: its title
ALTER TABLE source ADD COLUMN folder TEXT;  -- "News / Tech": a folder in a folder; NULL: none
