-- What was typed at "Subscribe" and "Sign in", until the role plan has answered it with a letter, or with none (subscribers/proof/ask.h).
CREATE TABLE ask (
	id {{ID}},
	publication {{INT}} NOT NULL REFERENCES publication ON DELETE CASCADE,
	purpose {{INT}} NOT NULL,         -- enum proof_purpose: subscribe, sign in
	mail TEXT NOT NULL,
	next TEXT NOT NULL,               -- local path to go back to
	remote TEXT NOT NULL,
	wording TEXT NOT NULL,            -- of the button
	created {{INT}} NOT NULL,
	closed {{INT}} NOT NULL           -- 1: quarantined
) {{STRICT}};
CREATE INDEX ask_open ON ask (id) WHERE closed = 0;
