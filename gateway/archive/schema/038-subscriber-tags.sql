-- What the owner calls people: "vip", "founding member".

CREATE TABLE subscriber_tag (
	subscriber {{INT}} NOT NULL REFERENCES subscriber ON DELETE CASCADE,
	slug TEXT NOT NULL,               -- what two spellings of one tag have in common (text_tag)
	tag TEXT NOT NULL,
	import {{INT}} NOT NULL,          -- the import that brought it, or 0
	PRIMARY KEY (subscriber, slug)
) {{STRICT}};
CREATE INDEX subscriber_tag_slug ON subscriber_tag (slug, subscriber);
