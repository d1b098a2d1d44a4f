-- A delivery is given up some time after its first try, not after it was planned: one may have waited for days until it was its turn.

ALTER TABLE delivery ADD COLUMN first_try {{INT}} NOT NULL DEFAULT 0; -- when it was first put off; 0: never
UPDATE delivery SET first_try = created WHERE next_try IS NOT NULL AND tries > 0;
