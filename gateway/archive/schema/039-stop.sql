-- Issues that the owner pauses or cancels while they are sent (subscribers/ledger/stop.h).

ALTER TABLE issue ADD COLUMN stopped {{INT}} NOT NULL DEFAULT 0;       -- enum stop: no, paused, cancelled, going on
ALTER TABLE issue ADD COLUMN stopped_since {{INT}} NOT NULL DEFAULT 0; -- when it was paused
ALTER TABLE issue ADD COLUMN swept {{INT}} NOT NULL DEFAULT -1;        -- the last address whose row is as stopped says; -1: nothing is to be done
CREATE INDEX issue_stopped ON issue (id) WHERE stopped <> 0;
CREATE INDEX issue_unswept ON issue (id) WHERE swept >= 0;
-- delivery.priority is 2 more while its issue is paused: no claim looks there.
