-- The letter that decides whether an address from which letters came back for long still takes any (subscribers/bounce/probe.h).
ALTER TABLE address ADD COLUMN probe {{INT}} NOT NULL DEFAULT 0;       -- its delivery; 0: none was sent
ALTER TABLE address ADD COLUMN probe_since {{INT}} NOT NULL DEFAULT 0; -- when the letters had begun to come back
