#include "feeds/text/repair.h"
#include "feeds/text/repair_scan.h"
#include "gateway/base/memory/mem.h"
#include <string.h>
#include <strings.h>

#define ENTITY_ROOM 65536
/* More than this no server prints before its feed. */
#define JUNK 65536

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

const char *repair_stop(struct repair *r, enum repair_stop stop, const char *from)
{
	static const char *const words[] = { [REPAIR_SECTION] = "]]>", [REPAIR_COMMENT] = "-->", [REPAIR_INSTRUCTION] = "?>" };
	const char **next = &r->next[stop];
	if (!*next || *next < from) {
		*next = find(from, r->end, words[stop]);
		*next = *next ? *next : r->end;
	}
	return *next < r->end ? *next : NULL;
}

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
		/* What it kept apart must not close the section. */
		if (skip && s < end && (*s == '>' || *s == ']') && r->out->data[r->out->size - 1] == ']')
			repair_put(r, " ", 1);
	}
}

/* Where the innermost open element seems to end; or the end of all. */
static const char *end_of_open(const struct repair *r, const char *from)
{
	if (!r->depth)
		return r->end;
	char *tag = mem_printf(r->owner, "</%.*s", (int)r->open[r->depth - 1].length, r->open[r->depth - 1].at);
	const char *stop = find(from, r->end, tag);
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

/* Comments and processing instructions tell a feed reader nothing.  One without end is not to take all that follows with
 * it: of a comment only its beginning goes, of an instruction what stands up to the next ">". */
static void comment(struct repair *r)
{
	const char *stop = repair_stop(r, REPAIR_COMMENT, r->p + 4);
	if (!stop)
		repair_note(r, "a comment without end");
	r->p = stop ? stop + 3 : r->p + 4;
}

static void instruction(struct repair *r, bool declaration)
{
	const char *stop = repair_stop(r, REPAIR_INSTRUCTION, r->p + 2), *tag = find(r->p + 2, stop ? stop : r->end, ">");
	if (stop && !(declaration && tag)) {
		r->p = stop + 2;
		return;
	}
	repair_note(r, declaration ? "an XML declaration without end" : "a processing instruction without end");
	r->p = tag ? tag + 1 : r->end;
}

static bool declaration(const struct repair *r)
{
	return repair_at(r, "<?xml") && r->end - r->p > 5 && !repair_in_name(r->p[5]);
}

static bool doctype(const struct repair *r) { return r->end - r->p >= 9 && !strncasecmp(r->p, "<!DOCTYPE", 9); }

static void markup(struct repair *r)
{
	if (r->end - r->p > 1 && (repair_starts_name(r->p + 1) || r->p[1] == '/'))
		repair_tag(r);
	else if (repair_at(r, "<![CDATA["))
		cdata(r);
	else if (repair_at(r, "<!--"))
		comment(r);
	else if (repair_at(r, "<?")) {
		if (declaration(r))
			repair_note(r, "an XML declaration that is not at the start");
		instruction(r, declaration(r));
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

/* Where s first stands in [from, end), followed by what cannot go on its name. */
static const char *find_tag(const char *from, const char *end, const char *s)
{
	size_t n = strlen(s);
	while ((from = find(from, end, s)) && (end - from == (ptrdiff_t)n || repair_in_name(from[n])))
		from += n;
	return from;
}

/* The first of the tags (ends with NULL) in [from, end). */
static const char *first_tag(const char *from, const char *end, const char *const *tags)
{
	const char *first = NULL;
	for (; *tags; tags++) {
		const char *at = find_tag(from, end, *tags);
		first = at && (!first || at < first) ? at : first;
	}
	return first;
}

/* What a server printed before the feed: the warnings of a script are HTML, so they look like a document.  Passes over all
 * before the XML declaration, or before a feed's root if what comes first is a tag that such warnings begin with. */
static void skip_junk(struct repair *r)
{
	static const char *const roots[] = { "<rss", "<feed", "<rdf:RDF", "<opml", NULL }, *const junk[] = { "<br", "<b", "<p", "<div", "<font", "<pre", "<span", NULL };
	const char *end = r->end - r->p > JUNK ? r->p + JUNK : r->end, *first = find(r->p, end, "<");
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
	if (declaration(r))
		instruction(r, true);
	while (r->p < r->end && !r->full) {
		if (*r->p == '<')
			markup(r);
		else
			content(r);
	}
}

static struct repair *begin(void *owner, const char *text, size_t size)
{
	struct repair *r = mem_new(owner, struct repair);
	r->owner = r;
	r->p = text;
	r->end = text + size;
	r->out = buf_new(owner, size * 2 + 65536);
	r->entity_room = ENTITY_ROOM;
	return r;
}

/* Read once; or twice, when end tags are missing and elements stand where none of a feed does. */
static struct repair *read_document(void *owner, const char *text, size_t size)
{
	struct repair *r = begin(owner, text, size);
	document(r);
	if (r->depth)
		repair_unclosed(r);
	if (!r->unclosed || !r->crossed)
		return r;
	talloc_free(r->out);
	talloc_free(r);
	r = begin(owner, text, size);
	r->part = true;
	document(r);
	repair_unclosed(r);
	return r;
}

struct repaired *repair_xml(void *owner, const char *text, size_t size)
{
	struct repaired *done = mem_new(owner, struct repaired);
	struct repair *r = read_document(done, text, size);
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
