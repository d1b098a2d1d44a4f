-- Letters to some of the readers.
ALTER TABLE letter ADD COLUMN audience TEXT NOT NULL DEFAULT ''; -- as its owner wrote it, "tag=vip, -got=12" (subscribers/people/audience.h); '': all
