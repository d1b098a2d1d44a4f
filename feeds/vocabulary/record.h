#pragma once
/*
 * record - what a feed, an item or the source of an item says of itself, as it stands in the document.
 *
 * Every dialect fills these; feeds/parse/normalise.c alone makes entries of them.  A
 * record keeps what an archive has no use for too (contributors, rights,
 * links of every rel), so that nothing needs to be read twice.  Strings
 * belong to the record, a talloc object.  NULL means not said; "" means said
 * and empty.
 */
#include "gateway/archive/store/entry.h"

/* The three kinds of text that a value can be. */
#define RECORD_PLAIN "text/plain"
#define RECORD_HTML "text/html"
#define RECORD_XHTML "application/xhtml+xml"

/* Who spoke: a word of the dialect itself outweighs one of a module, and that one what is only near in meaning. */
enum record_rank { RECORD_UNSET, RECORD_APPROXIMATE, RECORD_EXTENSION, RECORD_NATIVE };

struct record_text {
	const char *value;
	const char *type;     /* RECORD_PLAIN, _HTML or _XHTML (written as HTML); another media type in content alone */
	const char *language; /* BCP 47, or NULL */
	const char *base;     /* where its relative links start from, or NULL */
	const char *source;   /* content only: URL of a text that lies elsewhere */
	enum record_rank rank;
};

struct record_date {
	const char *text; /* as it stood, trimmed */
	int64_t ms;       /* 0: unreadable */
	enum record_rank rank;
};

struct record_link {
	const char *rel, *href, *type, *title, *hreflang, *length;
};

struct record_tag {
	const char *term, *scheme, *label;
};

struct record_image {
	const char *href, *title, *link, *description;
	int width, height;
};

/* Modules' single values under their usual names: "slash_comments", "wfw_commentrss", "itunes_duration". */
struct record_value {
	const char *name, *value;
};

/* A module's element that is more than a text: its attributes by their names, its text as "value". */
struct record_detail {
	const char *name;           /* "podcast_person"; "psc_chapters/chapters": in a list below another name */
	bool many;                  /* one of several, even where it is alone */
	struct record_value *parts;
	size_t count;
};

/* Where a post is about, as GeoRSS says. */
struct record_place {
	const char *type;           /* "Point", "LineString", "Polygon" or "Box"; NULL: not said */
	double *coordinates;        /* longitude and latitude in turn, in degrees */
	size_t count;               /* of such pairs */
};

/* An entry that is no more (RFC 6721). */
struct record_deleted {
	const char *ref;  /* its id */
	const char *comment;
	int64_t when;     /* ms, 0: not said */
};

enum record_part { RECORD_FEED, RECORD_ITEM, RECORD_SOURCE };

struct record {
	enum record_part part;
	const char *base, *language; /* of its element: xml:base and xml:lang in force, or else what it says of itself */
	bool in_page;                /* its text stands in the document as a page shows it: relative links start there, not at its own page */
	const char *id;
	bool id_is_link;             /* an RSS guid that is the permanent link */
	const char *link;            /* the page */
	const char *comments;        /* URL */
	struct record_text title, subtitle, summary, rights, info;
	struct record_text *contents;
	size_t content_count;
	struct entry_person *authors, *contributors;
	size_t author_count, contributor_count;
	enum record_rank author_rank;
	struct entry_person publisher;
	struct record_link *links;
	size_t link_count;
	struct record_tag *tags;
	size_t tag_count;
	struct record_date published, updated, created, expired;
	struct record_image image;
	struct record_image *pictures; /* of the post: media:thumbnail, media:content, largest meaning first */
	size_t picture_count;
	const char *icon, *logo;
	const char *generator, *generator_url, *generator_version;
	const char *ttl;
	uint32_t skip_hours;           /* bit per hour (UTC) */
	uint8_t skip_days;             /* bit per day of the week, Sunday 0 */
	struct record_deleted *deleted;
	size_t deleted_count;
	struct record_value *values;
	size_t value_count;
	struct record_detail *details;
	size_t detail_count;
	struct record_place place;
	struct record *source;         /* where an aggregator took the item from */
};

struct record *record_new(void *owner, enum record_part part);
/* The first link of that rel, or NULL. */
const char *record_link(const struct record *r, const char *rel);
void record_add_link(struct record *r, struct record_link link);
/* Adds a tag unless it is blank or there. */
void record_add_tag(struct record *r, const char *term, const char *scheme, const char *label);
/* name's value; NULL when not said. */
const char *record_value(const struct record *r, const char *name);
void record_set_value(struct record *r, const char *name, const char *value);
/* Does HTML stand in what was given as plain text?  True when it holds a character reference or an end tag and nothing
 * that HTML does not know: "How should <selectedoption> work?" is text. */
bool record_looks_like_html(const char *s);
/* A name and a mail address out of "ada@example.org (Ada)", "Ada <ada@example.org>", "Ada" and the like. */
struct entry_person record_person(void *owner, const char *text);
