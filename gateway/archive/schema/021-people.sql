-- One person, one address: however it is typed.  And how often strangers may have letters written.

-- What addresses are compared by (address_fold in gateway/archive/store/people_fold.h); NULL: not yet made, which the next who opens the
-- database does.  An actor's is its id.
ALTER TABLE address ADD COLUMN folded TEXT;
-- The address that this one was merged into, when both turned out to be the same; links in old letters still name this one.  0: none.
ALTER TABLE address ADD COLUMN merged {{INT}} NOT NULL DEFAULT 0;
UPDATE address SET folded = value WHERE kind = 1;
CREATE UNIQUE INDEX address_folded ON address (publication, kind, folded) WHERE merged = 0;
CREATE INDEX address_unfolded ON address (id) WHERE folded IS NULL;

ALTER TABLE proof ADD COLUMN mailbox TEXT NOT NULL DEFAULT ''; -- whose mailbox its letter goes to: folded, without a "+tag"
CREATE INDEX proof_mailbox ON proof (mailbox, created);

-- How soon again something may be asked for, by name: "domain example.net", "network 2001:db8::/48".
CREATE TABLE pace (
	name TEXT PRIMARY KEY,
	full_at {{INT}} NOT NULL          -- when it may be asked for as often as at first
) {{STRICT}};
