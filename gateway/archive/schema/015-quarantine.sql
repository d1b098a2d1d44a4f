-- Rows that no role works on any more, because each try ended badly (gateway/archive/store/quarantine.h).

CREATE TABLE quarantine (
	id {{ID}},
	kind TEXT NOT NULL,               -- name of the struct quarantine_kind: "letter", "inbox", "source" ...
	item {{INT}} NOT NULL,            -- id of the row in the table of that kind
	publication {{INT}} NOT NULL REFERENCES publication ON DELETE CASCADE,
	tries {{INT}} NOT NULL,           -- that failed for a reason of the row's own
	since {{INT}} NOT NULL,           -- when it was quarantined; 0: not yet, only tries are counted
	failed {{INT}} NOT NULL,          -- when the last of them failed
	words TEXT NOT NULL,              -- why
	UNIQUE (kind, item)
) {{STRICT}};

-- Who works on a row, and how often in a row that process ended without a word.  A row without a holder is nobody's.
ALTER TABLE delivery ADD COLUMN crashes {{INT}} NOT NULL DEFAULT 0;
ALTER TABLE inbox ADD COLUMN holder TEXT;
ALTER TABLE inbox ADD COLUMN crashes {{INT}} NOT NULL DEFAULT 0;
ALTER TABLE source ADD COLUMN holder TEXT;
ALTER TABLE source ADD COLUMN crashes {{INT}} NOT NULL DEFAULT 0;
ALTER TABLE vanished ADD COLUMN holder TEXT;
ALTER TABLE vanished ADD COLUMN crashes {{INT}} NOT NULL DEFAULT 0;
ALTER TABLE websub_arrival ADD COLUMN holder TEXT;
ALTER TABLE websub_arrival ADD COLUMN crashes {{INT}} NOT NULL DEFAULT 0;
ALTER TABLE websub_arrival ADD COLUMN quarantined {{INT}} NOT NULL DEFAULT 0;

CREATE INDEX delivery_suspect ON delivery (kind, crashes, next_try) WHERE crashes > 0;
CREATE INDEX inbox_suspect ON inbox (crashes) WHERE crashes > 0;
CREATE INDEX source_suspect ON source (crashes) WHERE crashes > 0;
CREATE INDEX vanished_suspect ON vanished (crashes) WHERE crashes > 0;
CREATE INDEX websub_arrival_suspect ON websub_arrival (crashes) WHERE crashes > 0;
CREATE INDEX inbox_holder ON inbox (holder) WHERE holder IS NOT NULL;
CREATE INDEX source_holder ON source (holder) WHERE holder IS NOT NULL;
CREATE INDEX vanished_holder ON vanished (holder) WHERE holder IS NOT NULL;
CREATE INDEX websub_arrival_holder ON websub_arrival (holder) WHERE holder IS NOT NULL;

-- Who gets an issue: the addresses confirmed by a consent that was there when it was made.  Times cannot tell: the clock may have been wrong.
ALTER TABLE address ADD COLUMN consent {{INT}} NOT NULL DEFAULT 0;      -- id of the consent by which it last became confirmed; 0: an old one
ALTER TABLE issue ADD COLUMN consent {{INT}} NOT NULL DEFAULT 0;        -- the newest consent when it was made
UPDATE issue SET consent = (SELECT coalesce(max(c.id), 0) FROM consent c) WHERE planned = 0;
