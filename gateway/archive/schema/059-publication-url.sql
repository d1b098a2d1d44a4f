-- A publication may move to another URL (gateway/archive/store/publication_url.h).  Nobody else gets those at which it was before.

ALTER TABLE publication ADD COLUMN origin TEXT NOT NULL DEFAULT ''; -- the URL at which it was first; ids in the fediverse and in feeds are made of it, so it never changes
ALTER TABLE publication ADD COLUMN moved {{INT}} NOT NULL DEFAULT 0; -- when it moved last, or 0
UPDATE publication SET origin = url;

CREATE TABLE publication_url (
	host TEXT PRIMARY KEY,            -- as in publication
	publication {{INT}} NOT NULL REFERENCES publication ON DELETE CASCADE,
	url TEXT NOT NULL,                -- as in publication: where it is, or where it was
	since {{INT}} NOT NULL            -- when it came there last
) {{STRICT}};
CREATE INDEX publication_url_of ON publication_url (publication);
INSERT INTO publication_url (host, publication, url, since) SELECT host, id, url, created FROM publication;

-- A hub knows a callback by the URL that it was told, whatever moves meanwhile.
ALTER TABLE websub ADD COLUMN site TEXT NOT NULL DEFAULT '';        -- the URL of the publication with which the callback begins; '': the hub knows none yet
UPDATE websub SET site = (SELECT p.url FROM publication p WHERE p.id = websub.publication) WHERE pending <> 0 OR lease_end <> 0;
