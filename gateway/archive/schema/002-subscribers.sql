-- People: who asked for a publication, how they are reached, what they agreed to.

CREATE TABLE subscriber (
	id {{ID}},
	publication {{INT}} NOT NULL REFERENCES publication ON DELETE CASCADE,
	created {{INT}} NOT NULL
) {{STRICT}};

CREATE TABLE address (
	id {{ID}},
	subscriber {{INT}} NOT NULL REFERENCES subscriber ON DELETE CASCADE,
	publication {{INT}} NOT NULL REFERENCES publication ON DELETE CASCADE,
	kind {{INT}} NOT NULL,            -- enum address_kind: mail, actor
	value TEXT NOT NULL,              -- normalised mail address, or the actor's id
	state {{INT}} NOT NULL,           -- enum address_state: pending, confirmed, left, suppressed
	created {{INT}} NOT NULL,
	confirmed {{INT}} NOT NULL,       -- when it last became confirmed, or 0
	ended {{INT}} NOT NULL,           -- when it left or was suppressed, or 0
	reason TEXT,                      -- of a suppression, in words
	follow TEXT,                      -- kind actor: id of the Follow that we accepted
	UNIQUE (publication, kind, value)
) {{STRICT}};
CREATE INDEX address_subscriber ON address (subscriber);
CREATE INDEX address_audience ON address (publication, state, id);

-- The proof that a person agreed.  Rows are never changed.
CREATE TABLE consent (
	id {{ID}},
	address {{INT}} NOT NULL REFERENCES address ON DELETE CASCADE,
	event {{INT}} NOT NULL,           -- enum consent_event
	time {{INT}} NOT NULL,
	remote TEXT NOT NULL,             -- network address of the request; "" when there was none
	wording TEXT NOT NULL             -- what was shown, or how it happened
) {{STRICT}};
CREATE INDEX consent_address ON consent (address);

-- A link and a code that were sent to an address; whoever brings one back reads that address.
CREATE TABLE proof (
	id {{ID}},
	address {{INT}} NOT NULL REFERENCES address ON DELETE CASCADE,
	purpose {{INT}} NOT NULL,         -- enum proof_purpose: confirm, sign in
	nonce TEXT NOT NULL,              -- random; link and code are HMACs over it
	next TEXT NOT NULL,               -- local path to go back to; "/" when none was asked for
	remote TEXT NOT NULL,
	created {{INT}} NOT NULL,
	expires {{INT}} NOT NULL,         -- of the link
	code_expires {{INT}} NOT NULL,    -- of the six digits
	tries {{INT}} NOT NULL,           -- wrong codes so far
	used {{INT}} NOT NULL             -- when, or 0
) {{STRICT}};
CREATE INDEX proof_address ON proof (address, created);
CREATE INDEX proof_remote ON proof (remote, created);

CREATE TABLE session (
	id {{ID}},
	subscriber {{INT}} NOT NULL REFERENCES subscriber ON DELETE CASCADE,
	token_hash TEXT NOT NULL UNIQUE,  -- SHA-256 of the cookie's value
	created {{INT}} NOT NULL,
	expires {{INT}} NOT NULL
) {{STRICT}};
CREATE INDEX session_subscriber ON session (subscriber);
