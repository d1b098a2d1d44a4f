-- Servers that go by the newest post say "not modified" when an older one is deleted; so now and then a feed is asked for whatever it says.
ALTER TABLE source ADD COLUMN last_whole {{INT}} NOT NULL DEFAULT 0; -- when it was last answered with a feed, and not with 304
