-- Items of strangers take turns by the host of their key, so that a server nobody knows waits for none that fills the inbox.
ALTER TABLE inbox ADD COLUMN turn {{INT}} NOT NULL DEFAULT 1000000000; -- how many of its key_host were before it; of what waits for another try: 1000000000
CREATE INDEX inbox_turn ON inbox (turn, id) WHERE lane = 0 AND next_try IS NOT NULL AND holder IS NULL;
CREATE INDEX inbox_turns_of ON inbox (key_host, turn) WHERE lane = 0 AND next_try IS NOT NULL;
