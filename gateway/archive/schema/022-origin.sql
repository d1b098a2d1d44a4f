-- Where a post was first, so that a copy that comes back is known; how many new posts a source has brought lately; who fills an inbox.

ALTER TABLE entry ADD COLUMN origin TEXT;                               -- URL of the post where it was first, when link is that of a copy; or NULL
ALTER TABLE source ADD COLUMN news_since {{INT}} NOT NULL DEFAULT 0;    -- when the hour began whose new posts are counted
ALTER TABLE source ADD COLUMN news {{INT}} NOT NULL DEFAULT 0;          -- new posts in it
ALTER TABLE inbox ADD COLUMN key_host TEXT NOT NULL DEFAULT '';         -- host of the key that is said to have signed it
CREATE INDEX inbox_key_host ON inbox (key_host, next_try) WHERE lane = 0 AND next_try IS NOT NULL;
