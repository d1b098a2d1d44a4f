-- Older pages of sources: how far the walk through them has come.

CREATE TABLE backfill (
	source {{INT}} PRIMARY KEY REFERENCES source ON DELETE CASCADE,
	way {{INT}} NOT NULL,             -- enum backfill_paging: how a page leads to the next
	next TEXT,                        -- URL of the page to read next; NULL: the walk has ended
	pages {{INT}} NOT NULL,           -- read so far
	entries {{INT}} NOT NULL,         -- that they showed
	fresh {{INT}} NOT NULL,           -- of which so many were new to the archive
	dull {{INT}} NOT NULL,            -- pages in a row that showed nothing new to this walk
	started {{INT}} NOT NULL,
	finished {{INT}} NOT NULL,        -- when it ended, or 0
	completed {{INT}} NOT NULL,       -- when a walk last came to the oldest page, or 0
	error TEXT                        -- what stopped it, in words
) {{STRICT}};

-- The pages that a walk has seen, so that it goes no circles.
CREATE TABLE backfill_page (
	source {{INT}} NOT NULL REFERENCES backfill ON DELETE CASCADE,
	url TEXT NOT NULL,
	mark TEXT NOT NULL,               -- hash of the ids of its entries; "" for none
	PRIMARY KEY (source, url)
) {{STRICT}};
CREATE INDEX backfill_page_mark ON backfill_page (source, mark);
