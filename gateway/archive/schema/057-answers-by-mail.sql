-- Answers to letters as replies beside those of the fediverse, and which replies the page of their post shows.
ALTER TABLE publication ADD COLUMN answers {{INT}} NOT NULL DEFAULT 0; -- enum publication_answers: to the owner, into moderation
ALTER TABLE reply ADD COLUMN address {{INT}} REFERENCES address ON DELETE CASCADE; -- whose mail it is; NULL: it came from the fediverse
ALTER TABLE reply ADD COLUMN left_out {{INT}} NOT NULL DEFAULT 0;      -- how many files came with that mail, of which none is kept
-- The state has a third value, approved: the page of the post shows it.  Of a mail: actor is "mailto:ADDRESS", host is empty, handle is the
-- address, which no page shows, object is a hash.
CREATE INDEX reply_address ON reply (address, received) WHERE address IS NOT NULL;
CREATE INDEX reply_mailed ON reply (publication, state) WHERE address IS NOT NULL;
