-- A post may wait before it goes out, so that an author's first corrections go with it.
ALTER TABLE publication ADD COLUMN grace_minutes {{INT}} NOT NULL DEFAULT 0; -- after it came; 0: it goes out at once

-- And what is noticed later can be said to those who got it, as an answer to the letter that they have.
ALTER TABLE letter ADD COLUMN corrects {{INT}} REFERENCES entry ON DELETE CASCADE; -- or NULL
CREATE INDEX letter_corrects ON letter (corrects) WHERE corrects IS NOT NULL;
