-- Mail servers whose address receivers do not know yet: how much each may send in a day grows with the days on which it has sent.

CREATE TABLE warm_up (
	server TEXT NOT NULL PRIMARY KEY, -- its name in pennypost.conf
	day {{INT}} NOT NULL,             -- the day that is counted, in days since 1970 (UTC)
	days {{INT}} NOT NULL,            -- on how many days before it has sent
	sent {{INT}} NOT NULL             -- letters of that day: sent, or reserved by a process that is about to
) {{STRICT}};
