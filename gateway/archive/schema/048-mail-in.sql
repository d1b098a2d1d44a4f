-- Mail that comes to us: what the role receive took and has not yet read (gateway/archive/mail/mail_in.h).
CREATE TABLE mail_in (
	id {{ID}},
	publication {{INT}} NOT NULL REFERENCES publication ON DELETE CASCADE, -- whose address it came to
	kind {{INT}} NOT NULL,            -- enum mail_in_kind: what that address is for
	recipient TEXT NOT NULL,          -- of the envelope, as it was given
	sender TEXT NOT NULL,             -- the return path; empty: the null one
	message {{BLOB}} NOT NULL,        -- as it came, lines with CR LF
	received {{INT}} NOT NULL,
	next_try {{INT}},                 -- when it is due; of a claimed one, when its lease ends; NULL: in quarantine
	holder TEXT,                      -- the process that reads it
	crashes {{INT}} NOT NULL DEFAULT 0
) {{STRICT}};
CREATE INDEX mail_in_due ON mail_in (next_try) WHERE next_try IS NOT NULL;
CREATE INDEX mail_in_suspect ON mail_in (crashes) WHERE crashes > 0;
CREATE INDEX mail_in_holder ON mail_in (holder) WHERE holder IS NOT NULL;
CREATE INDEX mail_in_of ON mail_in (publication, kind);

-- Letters that answered a command, for a day: how many one mailbox gets has a limit.
CREATE TABLE mail_answer (
	mailbox TEXT NOT NULL,            -- without tags (mailbox_untagged)
	created {{INT}} NOT NULL
) {{STRICT}};
CREATE INDEX mail_answer_of ON mail_answer (mailbox, created);
