-- WebSub: hubs that push a source's new posts to us, and what they pushed.

CREATE TABLE websub (
	id {{ID}},
	publication {{INT}} NOT NULL REFERENCES publication ON DELETE CASCADE, -- whose URL the callback begins with
	source {{INT}} UNIQUE REFERENCES source ON DELETE SET NULL, -- NULL: nobody wants it any more, and the hub must be told
	hubs TEXT NOT NULL,               -- all that the source names, a line each, the best first
	hub TEXT NOT NULL,                -- the one of them that is asked
	topic TEXT NOT NULL,              -- what the source calls itself there; not always its URL
	base TEXT NOT NULL,               -- where the document was found: its relative links start there
	token TEXT NOT NULL UNIQUE,       -- of the callback's path; not hashed, for each renewal must name it again
	secret TEXT NOT NULL,             -- key of the signatures
	state {{INT}} NOT NULL,           -- enum websub_state
	pending {{INT}} NOT NULL,         -- enum websub_mode: what we asked for and the hub has yet to verify
	pending_until {{INT}} NOT NULL,
	lease_end {{INT}} NOT NULL,       -- it pushes until then; 0: never yet
	next_try {{INT}} NOT NULL,        -- when the hub is asked next, or the row is swept
	tries {{INT}} NOT NULL,           -- in a row without a verification
	proven {{INT}} NOT NULL,          -- a push has come since a fetch last found what none had brought
	pushes {{INT}} NOT NULL,
	last_push {{INT}} NOT NULL,
	forged {{INT}} NOT NULL,          -- pushes without a good signature, which nobody read
	words TEXT                        -- why the hub does not work, its own words when it had some; NULL: it does
) {{STRICT}};
CREATE INDEX websub_due ON websub (next_try);

-- What was pushed and is not read yet.
CREATE TABLE websub_arrival (
	id {{ID}},
	websub {{INT}} NOT NULL REFERENCES websub ON DELETE CASCADE,
	content_type TEXT,
	body {{BLOB}} NOT NULL,
	received {{INT}} NOT NULL,
	claimed {{INT}} NOT NULL          -- until when some process reads it; 0: none does
) {{STRICT}};
CREATE INDEX websub_arrival_due ON websub_arrival (claimed);
CREATE INDEX websub_arrival_of ON websub_arrival (websub);
