-- Items of an inbox in two lanes, so that those of known senders wait for nobody's server, and have a backlog of their own.

ALTER TABLE inbox ADD COLUMN lane {{INT}} NOT NULL DEFAULT 0; -- enum inbox_item_lane: of a stranger; of a sender whose key verified it when it came
DROP INDEX inbox_open;
CREATE INDEX inbox_open ON inbox (lane, next_try) WHERE next_try IS NOT NULL;
