#pragma once
/*
 * repair_scan - the state of repair_xml: the input position, the output, what is open.
 *
 * Also the few operations that every file of repair_* needs.  Knows nothing
 * of tags, references or feeds.
 */
#include "gateway/base/memory/buf.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* libxml2 refuses more than 256 open elements; no feed needs as many. */
#define REPAIR_DEPTH 250
#define REPAIR_ATTRIBUTES 64
/* Elements and attributes together: libxml2 allocates about 200 bytes for each, however short it is in the text. */
#define REPAIR_NODES 1000000
#define REPAIR_PREFIXES 64
#define REPAIR_ENTITIES 64
/* Namespace declarations in scope: libxml2 searches all of them for each name. */
#define REPAIR_NAMESPACES 256

/* Which elements have no end tag: a bit per start tag of the document. */
struct endless {
	unsigned char *bits;
	size_t known; /* start tags that the first pass saw; of those behind it is assumed that they have none */
	size_t count;
};

/* The end of a construct.  The next position of each is cached: a search from every beginning would be quadratic. */
enum repair_stop { REPAIR_SECTION, REPAIR_COMMENT, REPAIR_INSTRUCTION, REPAIR_STOPS };

/* A part of the input; not NUL-terminated. */
struct piece {
	const char *at;
	size_t length;
};

struct repair {
	void *owner;          /* of everything that only lives during the repair */
	const char *p, *end;  /* the rest of the input */
	struct buf *out;
	const char *wrong;    /* the first fault */
	bool full;            /* out has reached its maximum: stop */
	struct piece open[REPAIR_DEPTH];
	size_t depth;
	size_t scope[REPAIR_DEPTH]; /* the value of namespaces outside of each open element */
	size_t namespaces;    /* declarations in scope here */
	const char *next[REPAIR_STOPS]; /* NULL: not searched yet; end: there is none */
	size_t number[REPAIR_DEPTH]; /* of the start tag of each open element, counted from 0 */
	size_t starts;        /* start tags so far */
	struct endless *endless; /* the elements without an end tag: filled by the first pass, and used by the second */
	bool implies_ends;    /* the second pass: an element of a feed ends those without an end tag that cannot contain it */
	size_t nodes;
	size_t root;          /* where in out the root's attributes begin; 0: no root yet */
	struct piece used[REPAIR_PREFIXES], declared[REPAIR_PREFIXES];
	size_t used_count, declared_count;
	bool doctype;         /* there was one: it may declare entities in an external subset, which is not read */
	struct { struct piece name, value; } entity[REPAIR_ENTITIES];
	size_t entity_count;
	size_t entity_room;   /* bytes that the values of declared entities may still add (no exponential expansion) */
};

/* Keeps the first fault; wrong is a constant. */
void repair_note(struct repair *r, const char *wrong);
/* Appends to out; sets full when that exceeds its maximum. */
void repair_put(struct repair *r, const char *s, size_t size);
/* Takes back what out holds behind its first size bytes. */
void repair_cut_back(struct repair *r, size_t size);
/* Does the rest of the input start with s? */
bool repair_at(const struct repair *r, const char *s);
/* Where s first occurs in [from, end); NULL: nowhere. */
const char *repair_find(const char *from, const char *end, const char *s);
/* Where stop next occurs at or behind from; NULL: nowhere.  from must never move back. */
const char *repair_stop(struct repair *r, enum repair_stop stop, const char *from);
/* May an XML name start at s? */
bool repair_starts_name(const char *s);
/* May c, an ASCII character, be in a name? */
bool repair_in_name(char c);
/* The name at p; p moves behind it. */
struct piece repair_name(struct repair *r);
bool repair_is_blank(char c);
bool repair_same(struct piece a, struct piece b);
