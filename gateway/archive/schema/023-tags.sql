-- A tag is text in any script.  Its address was Latin letters only: "C", "C#" and "C++" shared one, "日本語" had none.
CREATE TABLE tag_moved (
	publication {{INT}} NOT NULL REFERENCES publication ON DELETE CASCADE,
	slug TEXT NOT NULL,               -- where the page of the tag was
	tag TEXT NOT NULL,                -- as written
	moved_to TEXT,                    -- entry_tag.slug since then; NULL: not made yet, which the next who opens the database does (tag_move.h)
	PRIMARY KEY (publication, slug, tag)
) {{STRICT}};
INSERT INTO tag_moved (publication, slug, tag) SELECT DISTINCT publication, slug, tag FROM entry_tag;
CREATE INDEX tag_moved_open ON tag_moved (publication) WHERE moved_to IS NULL;
