#pragma once
/*
 * record - what a feed, an item or the source of an item says about itself, not normalised.
 *
 * Every dialect fills records; only feeds/parse/normalise.c makes entries from
 * them.  A record also keeps what the archive does not store (contributors,
 * rights, links of every rel).  Strings belong to the record, a talloc
 * object.  NULL means absent; "" means present and empty.
 */
#include "gateway/archive/store/entry.h"

/* The three kinds of text that a value can be. */
#define RECORD_PLAIN "text/plain"
#define RECORD_HTML "text/html"
#define RECORD_XHTML "application/xhtml+xml"

/* Precedence of the element that filled a field: an element of the dialect itself wins over one of an extension, and that
 * over one whose meaning is only similar. */
enum record_rank { RECORD_UNSET, RECORD_APPROXIMATE, RECORD_EXTENSION, RECORD_NATIVE };

struct record_text {
	const char *value;
	const char *type;     /* RECORD_PLAIN, _HTML or _XHTML (written as HTML); in contents also other media types */
	const char *language; /* BCP 47, or NULL */
	const char *base;     /* of its relative links, or NULL */
	const char *source;   /* contents only: URL of a content that is not in the feed */
	enum record_rank rank;
};

struct record_date {
	const char *text; /* as in the document, trimmed */
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

/* Single values of extensions under their usual names: "slash_comments", "wfw_commentrss", "itunes_duration". */
struct record_value {
	const char *name, *value;
};

/* An element of an extension that has more than text: its attributes by their names, its text as "value". */
struct record_detail {
	const char *name;           /* "podcast_person"; with a slash, "psc_chapters/chapters", the list is within an object */
	bool many;                  /* it is an item of a list */
	struct record_value *parts;
	size_t count;
};

/* The place that a post is about. */
struct record_place {
	const char *type;           /* "Point", "LineString", "Polygon" or "Box"; NULL: no place */
	double *coordinates;        /* longitude, latitude, longitude, …, in degrees */
	size_t count;               /* of pairs */
};

/* A tombstone (RFC 6721): an entry that was deleted. */
struct record_deleted {
	const char *ref;  /* id of the entry */
	const char *comment;
	int64_t when;     /* ms, 0: unknown */
};

enum record_part { RECORD_FEED, RECORD_ITEM, RECORD_SOURCE };

struct record {
	enum record_part part;
	const char *base, *language; /* xml:base and xml:lang in force at its element, or its own elements for these */
	bool in_page;                /* the document is an HTML page: relative links are resolved against that, not against link */
	const char *id;
	bool id_is_link;             /* id is an RSS guid with isPermaLink */
	bool id_is_opaque;           /* id is an RSS guid that says that it is no link, even if it looks like one */
	const char *link;            /* URL of the page */
	const char *comments;        /* URL */
	struct record_text title, subtitle, summary, rights, info;
	bool summary_is_description; /* of RSS: a <summary> beside it makes it the content */
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
	struct record_image *pictures; /* media:thumbnail, images in media:content, and their equivalents */
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
	struct record *source;         /* the feed that an aggregator took the item from */
};

struct record *record_new(void *owner, enum record_part part);
/* URL of the first link with that rel, or NULL. */
const char *record_link(const struct record *r, const char *rel);
void record_add_link(struct record *r, struct record_link link);
/* Adds a tag unless it is blank or a duplicate. */
void record_add_tag(struct record *r, const char *term, const char *scheme, const char *label);
/* Adds an author unless nothing is said of it: one of a higher rank replaces all of lower ones. */
void record_add_author(struct record *r, struct entry_person author, enum record_rank rank);
/* The value of that name, or NULL. */
const char *record_value(const struct record *r, const char *name);
/* The first value that is not "" stays. */
void record_set_value(struct record *r, const char *name, const char *value);
/* Takes from another record of the same owner what r does not say: a whole list where r's is empty, links of the rels that r
 * has none of. */
void record_fill(struct record *r, const struct record *from);
/* Reads name and mail address from "ada@example.org (Ada)", "Ada <ada@example.org>", "Ada" and the like; of HTML its words. */
struct entry_person record_person(void *owner, const char *text);
