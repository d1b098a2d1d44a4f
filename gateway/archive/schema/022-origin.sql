-- Where a post was first, so that a copy that comes back is known; and how many new posts a source has brought lately.

ALTER TABLE entry ADD COLUMN origin TEXT;                               -- URL of the post where it was first, when link is that of a copy; or NULL
ALTER TABLE source ADD COLUMN news_since {{INT}} NOT NULL DEFAULT 0;    -- when the hour began whose new posts are counted
ALTER TABLE source ADD COLUMN news {{INT}} NOT NULL DEFAULT 0;          -- new posts in it
