-- What a subscriber may read: what is for all subscribers, or what is for supporters, too.
ALTER TABLE subscriber ADD COLUMN tier {{INT}} NOT NULL DEFAULT 0;        -- enum subscriber_tier: subscriber, supporter
ALTER TABLE subscriber ADD COLUMN tier_import {{INT}} NOT NULL DEFAULT 0; -- the import that gave it, which can be undone; 0: the owner
CREATE INDEX subscriber_tier_import ON subscriber (tier_import, id) WHERE tier_import <> 0;
