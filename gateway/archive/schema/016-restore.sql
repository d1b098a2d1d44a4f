-- What runs, and whether it may send.

-- An instance that came out of a backup sends nothing by itself until its owner says so: most of it was sent since.
CREATE TABLE hold (
	one {{INT}} PRIMARY KEY CHECK (one = 1), -- one row at most; without it nothing is held
	made {{INT}} NOT NULL,            -- when the backup was made
	since {{INT}} NOT NULL            -- when it was restored
) {{STRICT}};

-- The processes of serve, on whichever machine.
CREATE TABLE worker (
	holder TEXT PRIMARY KEY,          -- as in claims: host, boot and pid
	role TEXT NOT NULL,               -- as in the log
	started {{INT}} NOT NULL,
	seen {{INT}} NOT NULL             -- when it last said that it runs; once a minute
) {{STRICT}};
