#pragma once
/*
 * repair_scan - the state of a repair, shared by the files that do it (repair.h is the public face).
 */
#include "gateway/base/memory/buf.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* libxml2 gives up at 256 open elements; no feed comes near. */
#define REPAIR_DEPTH 250
#define REPAIR_ATTRIBUTES 64
/* Elements and attributes together: a tree takes some 200 bytes for each, however short it is in the text. */
#define REPAIR_NODES 1000000
#define REPAIR_PREFIXES 64
#define REPAIR_ENTITIES 64
/* Declarations that reach one element: libxml2 looks through all of them for each name. */
#define REPAIR_NAMESPACES 256

/* What ends something.  Where each stands next is remembered: to look anew for every beginning takes the square of their number. */
enum repair_stop { REPAIR_SECTION, REPAIR_COMMENT, REPAIR_INSTRUCTION, REPAIR_STOPS };

struct piece {
	const char *at;
	size_t length;
};

struct repair {
	void *owner;          /* of everything that only lives during the repair */
	const char *p, *end;  /* what is left to read */
	struct buf *out;
	const char *wrong;    /* the first fault */
	bool full;            /* out holds no more: stop */
	struct piece open[REPAIR_DEPTH];
	size_t depth;
	size_t scope[REPAIR_DEPTH]; /* namespaces that reached each of open from outside */
	size_t namespaces;    /* that reach what is read now */
	const char *next[REPAIR_STOPS]; /* NULL: not looked for yet; end: there is none */
	bool unclosed;        /* an end tag was missing */
	bool crossed;         /* an element stood where none of a feed does */
	bool part;            /* then: end for it what it stands in */
	size_t nodes;
	size_t root;          /* where in out the root's attributes begin; 0: no root yet */
	struct piece used[REPAIR_PREFIXES], declared[REPAIR_PREFIXES];
	size_t used_count, declared_count;
	bool doctype;         /* one was seen: entities may be declared where we do not look */
	struct { struct piece name, value; } entity[REPAIR_ENTITIES];
	size_t entity_count;
	size_t entity_room;   /* bytes that declared entities may still add: no billion laughs */
};

/* Remembers the first fault. */
void repair_note(struct repair *r, const char *wrong);
void repair_put(struct repair *r, const char *s, size_t size);
/* At s: the bytes of a character that may not stay as it is (a control character, U+FFFE, what windows-1252 means by U+0080
 * to U+009F), its replacement written; 0 for all others. */
size_t repair_character(struct repair *r, const char *s, const char *end);
/* Text or an attribute's value up to end: references made good, markup characters escaped, control characters dropped. */
void repair_text(struct repair *r, const char *s, const char *end);
/* The number at *p, which moves behind it; beyond the last code point it stops growing. */
uint32_t repair_number(const char **p, const char *end, bool hex);
/* At a reference that means first: when it and those behind it are the bytes of one character of UTF-8, writes that and gives
 * where they end; else NULL. */
const char *repair_bytes(struct repair *r, uint32_t first, const char *s, const char *end);
/* The character whose first half (RFC 2781 section 2.1) is high and whose other half the reference at *s means, which it
 * passes over; 0 when that is none. */
uint32_t repair_joined(uint32_t high, const char **s, const char *end);
/* Where it stands next, behind from; NULL when nowhere.  from never goes back. */
const char *repair_stop(struct repair *r, enum repair_stop stop, const char *from);
/* At a "<" that starts a start or end tag: copies it, balanced. */
void repair_tag(struct repair *r);
/* Before the start tag of name: what it cannot stand in, when it is an element of a feed, is noted or ended. */
void repair_part(struct repair *r, struct piece name);
/* Notes that an end tag is missing. */
void repair_unclosed(struct repair *r);
/* At "<!DOCTYPE": passes over it, remembering the entities that it declares. */
void repair_doctype(struct repair *r);
/* Closes what is still open. */
void repair_close(struct repair *r, size_t depth);
/* May a name start at s?  Go on with c (of ASCII)? */
bool repair_starts_name(const char *s);
bool repair_in_name(char c);
bool repair_same(struct piece a, struct piece b);
/* Is s here? */
bool repair_at(const struct repair *r, const char *s);
/* The declarations that the root lacks for prefixes in use; "" for none. */
char *repair_missing_prefixes(struct repair *r);
