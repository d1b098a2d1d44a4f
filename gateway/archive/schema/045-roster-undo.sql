-- What an import found at addresses that were there before it, so that it can be undone.

CREATE TABLE roster_before (
	import {{INT}} NOT NULL REFERENCES roster_import ON DELETE CASCADE,
	address {{INT}} NOT NULL REFERENCES address ON DELETE CASCADE,
	state {{INT}} NOT NULL,           -- this and the next five: of the address, before
	confirmed {{INT}} NOT NULL,
	ended {{INT}} NOT NULL,
	reason TEXT,
	consent {{INT}} NOT NULL,
	import_before {{INT}} NOT NULL,   -- its column import
	given {{INT}} NOT NULL,           -- the state that the import gave it
	mark {{INT}} NOT NULL,            -- the last of its consents before
	created {{INT}} NOT NULL,
	PRIMARY KEY (import, address)
) {{STRICT}};
CREATE INDEX roster_before_address ON roster_before (address);
