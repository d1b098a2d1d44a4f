-- What a publication shows of itself beside its words: two pictures of its own, and which accounts elsewhere are it as well.
ALTER TABLE publication ADD COLUMN icon {{INT}} REFERENCES picture;          -- small and square, or NULL
ALTER TABLE publication ADD COLUMN header {{INT}} REFERENCES picture;        -- wide, or NULL
ALTER TABLE publication ADD COLUMN also_known_as TEXT NOT NULL DEFAULT '';   -- ids of actors, each with a line end behind it
-- The sweep of pictures that nobody shows, and the reference, ask for them by picture.
CREATE INDEX publication_icon ON publication (icon) WHERE icon IS NOT NULL;
CREATE INDEX publication_header ON publication (header) WHERE header IS NOT NULL;
