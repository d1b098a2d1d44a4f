-- Readers who want to follow from their own server and are on their way there: what the role federate asks that server, and what it
-- says (gateway/archive/store/remote_follow.h).  A row lives for some minutes.
CREATE TABLE remote_follow (
	id {{ID}},
	token TEXT NOT NULL UNIQUE,       -- hash of the one in the reader's cookie
	publication {{INT}} NOT NULL REFERENCES publication ON DELETE CASCADE, -- whom they want to follow
	resource TEXT NOT NULL,           -- what WebFinger is asked for: "acct:ada@social.example", or the URL of a profile
	host TEXT NOT NULL,               -- who is asked, with a port if one was typed
	state {{INT}} NOT NULL,           -- enum remote_follow_state
	url TEXT,                         -- the page there that asks whether to follow; NULL: not found
	own {{INT}} NOT NULL,             -- 1: that page is on the host that was asked, or where that sent us
	tries {{INT}} NOT NULL,           -- how often it was claimed
	due {{INT}} NOT NULL,             -- it may be claimed from then on
	created {{INT}} NOT NULL
) {{STRICT}};
CREATE INDEX remote_follow_due ON remote_follow (due) WHERE state = 0;
CREATE INDEX remote_follow_created ON remote_follow (created);
