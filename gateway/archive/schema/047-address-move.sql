-- Readers who want their letters at another address (subscribers/proof/move.h).

CREATE TABLE address_move (
	address {{INT}} PRIMARY KEY REFERENCES address ON DELETE CASCADE, -- the new one, of the same subscriber
	old {{INT}} NOT NULL REFERENCES address ON DELETE CASCADE,
	created {{INT}} NOT NULL,
	moved {{INT}} NOT NULL            -- when the new one was confirmed, or 0
) {{STRICT}};
CREATE INDEX address_move_old ON address_move (old);

ALTER TABLE ask ADD COLUMN address {{INT}} NOT NULL DEFAULT 0; -- purpose move: the address that is to be left
