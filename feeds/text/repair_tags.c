#include "feeds/text/repair_tags.h"
#include "feeds/text/repair_nesting.h"
#include "feeds/text/repair_prefixes.h"
#include "feeds/text/repair_text.h"
#include "gateway/base/text/text.h"
#include <string.h>
#include <strings.h>

/* Copies the value behind "=", without its quotes. */
static void value(struct repair *r)
{
	const char *start = r->p;
	char quote = r->p < r->end ? *r->p : '\0';
	if (quote == '"' || quote == '\'') {
		const char *stop = memchr(start + 1, quote, (size_t)(r->end - start - 1));
		r->p = stop ? stop + 1 : r->end;
		start++;
		if (!stop)
			repair_note(r, "an attribute without a closing quote");
		repair_text(r, start, stop ? stop : r->end);
		return;
	}
	repair_note(r, "an attribute without quotes");
	while (r->p < r->end && !repair_is_blank(*r->p) && *r->p != '>')
		r->p++;
	/* <a href=x/>: the slash is not part of the value. */
	if (r->p < r->end && *r->p == '>' && r->p > start && r->p[-1] == '/')
		r->p--;
	repair_text(r, start, r->p);
}

static void skip_blank(struct repair *r)
{
	while (r->p < r->end && repair_is_blank(*r->p))
		r->p++;
}

/* Copies one attribute; a duplicate, or one above a limit, is read but not written. */
static void attribute(struct repair *r, struct piece *seen, size_t *count)
{
	struct piece name = repair_name(r);
	size_t before = r->out->size;
	bool declares = repair_is_declaration(name), dropped = *count == REPAIR_ATTRIBUTES || (declares && r->namespaces == REPAIR_NAMESPACES);
	for (size_t i = 0; i < *count && !dropped; i++)
		dropped = repair_same(seen[i], name);
	if (!dropped)
		seen[(*count)++] = name;
	r->nodes += !dropped;
	r->namespaces += declares && !dropped;
	repair_put(r, " ", 1);
	repair_put(r, name.at, name.length);
	repair_put(r, "=\"", 2);
	skip_blank(r);
	if (r->p < r->end && *r->p == '=') {
		r->p++;
		skip_blank(r);
		value(r);
	} else {
		repair_note(r, "an attribute without a value");
		repair_put(r, name.at, name.length);
	}
	repair_put(r, "\"", 1);
	if (!dropped) {
		repair_note_prefix(r, name);
		return;
	}
	repair_note(r, "an attribute that stands twice, or too many");
	repair_cut_back(r, before);
}

/* Copies the attributes and moves behind the ">"; true for an empty-element tag. */
static bool attributes(struct repair *r)
{
	struct piece seen[REPAIR_ATTRIBUTES];
	size_t count = 0;
	bool closed = false;
	while (r->p < r->end && *r->p != '>' && !r->full) {
		const char *at = r->p;
		skip_blank(r);
		if (r->p == r->end || *r->p == '>')
			break;
		closed = *r->p == '/';
		if (*r->p == '<') {
			repair_note(r, "a tag without '>'");
			return closed;
		}
		if (repair_starts_name(r->p)) {
			if (r->p == at)
				repair_note(r, "attributes without space between them");
			attribute(r, seen, &count);
		} else {
			if (!closed)
				repair_note(r, "a stray character in a tag");
			/* Skips one whole character; at a NUL text_next does not move, so one byte. */
			const char *next = r->p;
			r->p = text_next(&next) ? next : r->p + 1;
		}
	}
	if (r->p < r->end)
		r->p++;
	return closed;
}

static void start_tag(struct repair *r)
{
	struct piece name = repair_name(r);
	if (r->root && !r->depth) {
		repair_note(r, "a second root");
		r->p = r->end;
		return;
	}
	if (r->depth == REPAIR_DEPTH || name.length > 1000 || r->nodes++ > REPAIR_NODES) {
		repair_note(r, "elements nested too deeply, too many of them, or a name without end");
		r->p = r->end;
		return;
	}
	repair_nesting(r, name);
	size_t number = r->starts++, before = r->out->size, used = r->used_count, declared = r->declared_count, outside = r->namespaces;
	repair_put(r, "<", 1);
	repair_put(r, name.at, name.length);
	if (!r->root)
		r->root = r->out->size;
	repair_note_prefix(r, name);
	bool closed = attributes(r);
	if (r->full || (r->p == r->end && r->end[-1] != '>')) {
		repair_note(r, "an end in the middle of a tag");
		/* The root stays: without it there is no document. */
		if (r->depth) {
			r->namespaces = outside;
			r->used_count = used;
			r->declared_count = declared;
			repair_cut_back(r, before);
			return;
		}
	}
	repair_put(r, closed ? "/>" : ">", closed ? 2 : 1);
	r->scope[r->depth] = outside;
	if (closed)
		r->namespaces = outside;
	else {
		r->number[r->depth] = number;
		r->open[r->depth++] = name;
	}
}

static bool same_ignoring_case(struct piece a, struct piece b) { return a.length == b.length && !strncasecmp(a.at, b.at, a.length); }

/* The depth of the innermost open element of that name; 0 for none. */
static size_t find_open(const struct repair *r, struct piece name, bool (*same)(struct piece, struct piece))
{
	size_t depth = r->depth;
	while (depth && !same(r->open[depth - 1], name))
		depth--;
	return depth;
}

/* Closes the innermost open element of that name (when there is none, of one that differs only in case) and what is open
 * inside of it.  An end tag without an element is dropped. */
static void end_tag(struct repair *r)
{
	struct piece name = repair_name(r);
	while (r->p < r->end && *r->p != '>' && *r->p != '<')
		r->p++;
	if (r->p < r->end && *r->p == '>')
		r->p++;
	else
		repair_note(r, "a tag without '>'");
	size_t depth = find_open(r, name, repair_same);
	if (!depth) {
		repair_note(r, "an end tag without an element");
		depth = find_open(r, name, same_ignoring_case);
	}
	if (!depth)
		return;
	if (depth < r->depth)
		repair_unclosed(r, depth);
	repair_close(r, depth - 1);
}

void repair_tag(struct repair *r)
{
	bool end = r->p[1] == '/';
	r->p += end ? 2 : 1;
	if (end)
		end_tag(r);
	else
		start_tag(r);
}
