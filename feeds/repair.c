#include "feeds/repair.h"
#include "feeds/repair_scan.h"
#include "gateway/base/mem.h"
#include <string.h>
#include <strings.h>

#define ENTITY_ROOM 65536

void repair_note(struct repair *r, const char *wrong)
{
	if (!r->wrong)
		r->wrong = wrong;
}

void repair_put(struct repair *r, const char *s, size_t size)
{
	if (!r->full && !buf_add(r->out, s, size)) {
		r->full = true;
		repair_note(r, "too long");
	}
}

bool repair_at(const struct repair *r, const char *s)
{
	size_t n = strlen(s);
	return (size_t)(r->end - r->p) >= n && !memcmp(r->p, s, n);
}

/* Where s begins in [from, end); NULL when it does not. */
static const char *find(const char *from, const char *end, const char *s)
{
	return from < end ? memmem(from, (size_t)(end - from), s, strlen(s)) : NULL;
}

/* Bytes of a character at s that XML 1.0 (section 2.2) allows nowhere; 0 for all others. */
static size_t forbidden(const char *s, const char *end)
{
	unsigned char c = (unsigned char)*s;
	if (c < 0x20)
		return c != '\t' && c != '\n' && c != '\r';
	return c == 0xEF && end - s >= 3 && (unsigned char)s[1] == 0xBF && (unsigned char)s[2] >= 0xBE ? 3 : 0;
}

static void put_allowed(struct repair *r, const char *s, const char *end)
{
	while (s < end) {
		const char *run = s;
		size_t skip = 0;
		while (s < end && !(skip = forbidden(s, end)))
			s++;
		repair_put(r, run, (size_t)(s - run));
		if (skip)
			repair_note(r, "a control character");
		s += skip;
		/* What it kept apart must not close the section. */
		if (skip && s < end && *s == '>')
			repair_put(r, " ", 1);
	}
}

static void cdata(struct repair *r)
{
	const char *start = r->p + 9, *stop = find(start, r->end, "]]>");
	if (!stop) {
		repair_note(r, "a CDATA section without end");
		stop = r->end;
	}
	if (r->depth) {
		repair_put(r, "<![CDATA[", 9);
		put_allowed(r, start, stop);
		repair_put(r, "]]>", 3);
	}
	r->p = stop == r->end ? stop : stop + 3;
}

/* Comments and processing instructions tell a feed reader nothing. */
static void drop(struct repair *r, const char *until, const char *wrong)
{
	const char *stop = find(r->p + 2, r->end, until);
	if (!stop)
		repair_note(r, wrong);
	r->p = stop ? stop + strlen(until) : r->end;
}

static bool declaration(const struct repair *r)
{
	return repair_at(r, "<?xml") && r->end - r->p > 5 && !repair_in_name(r->p[5]);
}

static bool doctype(const struct repair *r) { return r->end - r->p >= 9 && !strncasecmp(r->p, "<!DOCTYPE", 9); }

static void markup(struct repair *r)
{
	if (r->end - r->p > 1 && (repair_starts_name(r->p[1]) || r->p[1] == '/'))
		repair_tag(r);
	else if (repair_at(r, "<![CDATA["))
		cdata(r);
	else if (repair_at(r, "<!--"))
		drop(r, "-->", "a comment without end");
	else if (repair_at(r, "<?")) {
		if (declaration(r))
			repair_note(r, "an XML declaration that is not at the start");
		drop(r, "?>", "a processing instruction without end");
	} else if (doctype(r) && !r->root)
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

static void document(struct repair *r)
{
	const char *start = r->p;
	while (r->p < r->end && *r->p && strchr(" \t\r\n", *r->p))
		r->p++;
	if (declaration(r)) {
		if (r->p > start)
			repair_note(r, "space before the XML declaration");
		drop(r, "?>", "an XML declaration without end");
	}
	while (r->p < r->end && !r->full) {
		if (*r->p == '<')
			markup(r);
		else
			content(r);
	}
}

struct repaired *repair_xml(void *owner, const char *text, size_t size)
{
	struct repaired *done = mem_new(owner, struct repaired);
	struct repair *r = mem_new(done, struct repair);
	r->owner = r;
	r->p = text;
	r->end = text + size;
	r->out = buf_new(done, size * 2 + 65536);
	r->entity_room = ENTITY_ROOM;
	document(r);
	if (r->depth)
		repair_note(r, "elements without an end tag");
	/* Room for what closes the open elements: without it the whole document would be lost. */
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
