#include "feeds/text/repair.h"
#include "feeds/text/repair_character.h"
#include "feeds/text/repair_doctype.h"
#include "feeds/text/repair_nesting.h"
#include "feeds/text/repair_prefixes.h"
#include "feeds/text/repair_tags.h"
#include "feeds/text/repair_text.h"
#include "gateway/base/memory/mem.h"
#include <string.h>
#include <strings.h>

#define ENTITY_ROOM 65536
/* The longest output of a server before its feed that is skipped. */
#define JUNK 65536

/* Writes the content of a CDATA section without forbidden characters. */
static void put_allowed(struct repair *r, const char *s, const char *end)
{
	while (s < end) {
		const char *run = s;
		while (s < end && (unsigned char)*s >= 0x20 && (unsigned char)*s != 0xC2 && (unsigned char)*s != 0xEF)
			s++;
		repair_put(r, run, (size_t)(s - run));
		size_t skip = s < end ? repair_character(r, s, end) : 0;
		if (!skip && s < end)
			repair_put(r, s++, 1);
		s += skip;
		/* Without the dropped character "]" and ">" could form the section's end. */
		if (skip && s < end && (*s == '>' || *s == ']') && r->out->data[r->out->size - 1] == ']')
			repair_put(r, " ", 1);
	}
}

/* Where the next end tag of the innermost open element begins; without one the end of the input. */
static const char *end_of_open(const struct repair *r, const char *from)
{
	if (!r->depth)
		return r->end;
	char *tag = mem_printf(r->owner, "</%.*s", (int)r->open[r->depth - 1].length, r->open[r->depth - 1].at);
	const char *stop = repair_find(from, r->end, tag);
	talloc_free(tag);
	return stop ? stop : r->end;
}

static void cdata(struct repair *r)
{
	const char *start = r->p + 9, *stop = repair_stop(r, REPAIR_SECTION, start);
	bool ended = stop;
	if (!stop) {
		repair_note(r, "a CDATA section without end");
		stop = end_of_open(r, start);
	}
	if (r->depth) {
		repair_put(r, "<![CDATA[", 9);
		put_allowed(r, start, stop);
		repair_put(r, "]]>", 3);
	}
	r->p = ended ? stop + 3 : stop;
}

/* Comments and processing instructions are dropped.  One without end must not take the rest of the document with it: of a
 * comment only "<!--" is dropped, of an instruction all up to the next ">". */
static void comment(struct repair *r)
{
	const char *stop = repair_stop(r, REPAIR_COMMENT, r->p + 4);
	if (!stop)
		repair_note(r, "a comment without end");
	r->p = stop ? stop + 3 : r->p + 4;
}

static void instruction(struct repair *r, bool declaration)
{
	const char *stop = repair_stop(r, REPAIR_INSTRUCTION, r->p + 2), *tag = repair_find(r->p + 2, stop ? stop : r->end, ">");
	if (stop && !(declaration && tag)) {
		r->p = stop + 2;
		return;
	}
	repair_note(r, declaration ? "an XML declaration without end" : "a processing instruction without end");
	r->p = tag ? tag + 1 : r->end;
}

static bool at_declaration(const struct repair *r)
{
	return repair_at(r, "<?xml") && r->end - r->p > 5 && !repair_in_name(r->p[5]);
}

static bool at_doctype(const struct repair *r) { return r->end - r->p >= 9 && !strncasecmp(r->p, "<!DOCTYPE", 9); }

static void markup(struct repair *r)
{
	if (r->end - r->p > 1 && (repair_starts_name(r->p + 1) || r->p[1] == '/'))
		repair_tag(r);
	else if (repair_at(r, "<![CDATA["))
		cdata(r);
	else if (repair_at(r, "<!--"))
		comment(r);
	else if (repair_at(r, "<?")) {
		if (at_declaration(r))
			repair_note(r, "an XML declaration that is not at the start");
		instruction(r, at_declaration(r));
	} else if (at_doctype(r) && !r->root)
		repair_doctype(r);
	else {
		repair_note(r, "a bare '<'");
		if (r->depth)
			repair_put(r, "&lt;", 4);
		r->p++;
	}
}

static bool blank(const char *s, const char *end)
{
	while (s < end && strchr(" \t\r\n", *s) && *s)
		s++;
	return s == end;
}

static void content(struct repair *r)
{
	const char *next = memchr(r->p, '<', (size_t)(r->end - r->p));
	if (!next)
		next = r->end;
	if (r->depth)
		repair_text(r, r->p, next);
	else if (!blank(r->p, next))
		repair_note(r, r->root ? "text after the document" : "text before the document");
	r->p = next;
}

/* Where s first occurs in [from, end) as a whole name. */
static const char *find_tag(const char *from, const char *end, const char *s)
{
	size_t n = strlen(s);
	while ((from = repair_find(from, end, s)) && (end - from == (ptrdiff_t)n || repair_in_name(from[n])))
		from += n;
	return from;
}

/* Where the first of the tags occurs in [from, end). */
static const char *first_tag(const char *from, const char *end, const char *const *tags)
{
	const char *first = NULL;
	for (; *tags; tags++) {
		const char *at = find_tag(from, end, *tags);
		first = at && (!first || at < first) ? at : first;
	}
	return first;
}

/* Skips what a server has printed before the feed.  Warnings of a script are HTML and look like the root, so they are
 * recognised by their first tag; they end at the XML declaration, or else at a feed's root. */
static void skip_junk(struct repair *r)
{
	static const char *const roots[] = { "<rss", "<feed", "<rdf:RDF", "<opml", NULL }, *const junk[] = { "<br", "<b", "<p", "<div", "<font", "<pre", "<span", NULL };
	const char *end = r->end - r->p > JUNK ? r->p + JUNK : r->end, *first = repair_find(r->p, end, "<");
	const char *root = first_tag(r->p, end, roots), *declared = find_tag(r->p, root ? root : end, "<?xml");
	bool warning = first && first == first_tag(first, end, junk);
	const char *start = declared && (root || warning) ? declared : warning ? root : NULL;
	if (!start || start == r->p)
		return;
	repair_note(r, "text before the document");
	r->p = start;
}

static void document(struct repair *r)
{
	skip_junk(r);
	while (r->p < r->end && *r->p && strchr(" \t\r\n", *r->p))
		r->p++;
	if (at_declaration(r))
		instruction(r, true);
	while (r->p < r->end && !r->full) {
		if (*r->p == '<')
			markup(r);
		else
			content(r);
	}
}

static struct repair *begin(void *owner, const char *text, size_t size, struct endless *endless)
{
	struct repair *r = mem_new(owner, struct repair);
	r->owner = r;
	r->p = text;
	r->end = text + size;
	r->out = buf_new(owner, size * 2 + 65536);
	r->entity_room = ENTITY_ROOM;
	r->endless = endless;
	return r;
}

/* Once; or twice, when end tags are missing: only at the end of the document it is known of which elements. */
static struct repair *read_document(void *owner, const char *text, size_t size)
{
	struct endless *endless = mem_new(owner, struct endless);
	size_t most = size / 2 + 1 < REPAIR_NODES + 2 ? size / 2 + 1 : REPAIR_NODES + 2;
	endless->bits = mem_array(endless, unsigned char, most / 8 + 1);
	struct repair *r = begin(owner, text, size, endless);
	document(r);
	if (r->depth)
		repair_unclosed(r, 0);
	/* The root is no child of anything. */
	if (endless->count > 1 || (endless->count && !(endless->bits[0] & 1))) {
		const char *wrong = r->wrong;
		endless->known = r->starts;
		talloc_free(r->out);
		talloc_free(r);
		r = begin(owner, text, size, endless);
		r->implies_ends = true;
		document(r);
		r->wrong = wrong;
	}
	return r;
}

struct repaired *repair_xml(void *owner, const char *text, size_t size)
{
	struct repaired *done = mem_new(owner, struct repaired);
	struct repair *r = read_document(done, text, size);
	/* Room for the missing end tags: without them the document cannot be parsed. */
	r->full = false;
	r->out->max += (REPAIR_DEPTH + REPAIR_PREFIXES) * 1024;
	repair_close(r, 0);
	char *prefixes = r->root ? repair_missing_prefixes(r) : NULL;
	if (prefixes && *prefixes) {
		size_t n = strlen(prefixes), tail = r->out->size - r->root;
		repair_note(r, "a prefix without a namespace");
		repair_put(r, prefixes, n);
		memmove(r->out->data + r->root + n, r->out->data + r->root, tail);
		memcpy(r->out->data + r->root, prefixes, n);
	}
	done->text = r->out->data;
	done->size = r->out->size;
	done->wrong = mem_dup_or_null(done, r->wrong);
	talloc_free(r);
	return done;
}
