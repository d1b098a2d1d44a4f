-- A publication that its owner removes: it answers nobody any more, and goes when its followers' servers know.
ALTER TABLE publication ADD COLUMN leaving {{INT}} NOT NULL DEFAULT 0; -- when it was removed, or 0

-- Where one was, so that who comes later is told that it is gone for good.
CREATE TABLE publication_gone (
	host TEXT PRIMARY KEY,            -- as publication.host
	handle TEXT NOT NULL,             -- other servers keep it as that of a deleted account
	gone {{INT}} NOT NULL
) {{STRICT}};
