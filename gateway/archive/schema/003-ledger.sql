-- The ledger: each thing to send, and what became of it for each address.

CREATE TABLE issue (
	id {{ID}},
	publication {{INT}} NOT NULL REFERENCES publication ON DELETE CASCADE,
	kind {{INT}} NOT NULL,            -- enum issue_kind: entry, revision, withdrawal, notice
	entry {{INT}} REFERENCES entry ON DELETE CASCADE,
	notice TEXT,                      -- kind notice: JSON that the door understands
	created {{INT}} NOT NULL,
	cursor {{INT}} NOT NULL,          -- the last address that was planned
	planned {{INT}} NOT NULL          -- when the whole audience had its rows, or 0
) {{STRICT}};
CREATE UNIQUE INDEX issue_once ON issue (entry) WHERE kind = 0;
CREATE INDEX issue_entry ON issue (entry);
CREATE INDEX issue_unplanned ON issue (id) WHERE planned = 0;

CREATE TABLE delivery (
	id {{ID}},
	issue {{INT}} NOT NULL REFERENCES issue ON DELETE CASCADE,
	address {{INT}} NOT NULL REFERENCES address ON DELETE CASCADE,
	kind {{INT}} NOT NULL,            -- the address's kind: which role sends it
	priority {{INT}} NOT NULL,        -- 0: a person waits for it; 1: the rest
	state {{INT}} NOT NULL,           -- enum delivery_state
	next_try {{INT}},                 -- NULL once it has ended; a claim moves it to the end of its lease
	holder TEXT,                      -- the process that claimed it
	tries {{INT}} NOT NULL,
	created {{INT}} NOT NULL,
	finished {{INT}} NOT NULL,        -- when it ended, or 0
	reason {{INT}} NOT NULL,          -- enum delivery_reason
	words TEXT,                       -- what the peer answered
	UNIQUE (issue, address)
) {{STRICT}};
CREATE INDEX delivery_open ON delivery (kind, priority, next_try) WHERE next_try IS NOT NULL;
CREATE INDEX delivery_address ON delivery (address);
CREATE INDEX delivery_holder ON delivery (holder) WHERE holder IS NOT NULL;
