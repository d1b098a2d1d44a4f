-- Messages of a mailbox that is polled, which we have taken and the mailbox may still have (gateway/inbound/poll.h).
CREATE TABLE mailbox_message (
	mailbox TEXT NOT NULL,            -- "imap://USER@HOST:PORT/FOLDER"
	uid TEXT NOT NULL,                -- what the server calls the message for ever
	taken {{INT}} NOT NULL,
	PRIMARY KEY (mailbox, uid)
) {{STRICT}};
