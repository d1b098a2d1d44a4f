#include "feeds/text/repair_scan.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>

/* XML 1.0 section 2.3, beyond ASCII; the last three only inside a name. */
static bool is_letter(uint32_t cp, bool inside)
{
	static const uint32_t ranges[][2] = {
		{ 0xC0, 0xD6 }, { 0xD8, 0xF6 }, { 0xF8, 0x2FF }, { 0x370, 0x37D }, { 0x37F, 0x1FFF }, { 0x200C, 0x200D }, { 0x2070, 0x218F },
		{ 0x2C00, 0x2FEF }, { 0x3001, 0xD7FF }, { 0xF900, 0xFDCF }, { 0xFDF0, 0xFFFD }, { 0x10000, 0xEFFFF },
		{ 0xB7, 0xB7 }, { 0x300, 0x36F }, { 0x203F, 0x2040 },
	};
	for (size_t i = 0; i < sizeof ranges / sizeof *ranges - (inside ? 0 : 3); i++)
		if (cp >= ranges[i][0] && cp <= ranges[i][1])
			return true;
	return false;
}

bool repair_starts_name(const char *s)
{
	if (*s & 0x80)
		return is_letter(text_next(&s), false);
	return isalpha((unsigned char)*s) || *s == '_' || *s == ':';
}

bool repair_in_name(char c) { return isalnum((unsigned char)c) || c == '_' || c == ':' || c == '-' || c == '.'; }

bool repair_same(struct piece a, struct piece b) { return a.length == b.length && !memcmp(a.at, b.at, a.length); }

static bool is(struct piece a, const char *s) { return a.length == strlen(s) && !memcmp(a.at, s, a.length); }

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

static struct piece name_at(struct repair *r)
{
	struct piece name = { r->p, 0 };
	while (r->p < r->end) {
		const char *next = r->p;
		uint32_t cp = text_next(&next);
		if (cp < 0x80 ? !repair_in_name((char)cp) : !is_letter(cp, true))
			break;
		r->p = next;
	}
	name.length = (size_t)(r->p - name.at);
	return name;
}

static void remember(struct piece *all, size_t *count, struct piece prefix)
{
	for (size_t i = 0; i < *count; i++)
		if (repair_same(all[i], prefix))
			return;
	if (*count < REPAIR_PREFIXES)
		all[(*count)++] = prefix;
}

/* Prefixes are only followed when they are plain words; what else stands before a colon is left as it is. */
static bool word(struct piece prefix)
{
	if (!prefix.length || prefix.length > 32 || !isalpha((unsigned char)*prefix.at))
		return false;
	for (size_t i = 0; i < prefix.length; i++)
		if (!isalnum((unsigned char)prefix.at[i]) && !strchr("_-.", prefix.at[i]))
			return false;
	return true;
}

static bool is_declaration(struct piece name) { return name.length >= 5 && !memcmp(name.at, "xmlns", 5) && (name.length == 5 || name.at[5] == ':'); }

static void note_prefix(struct repair *r, struct piece name)
{
	const char *colon = memchr(name.at, ':', name.length);
	struct piece prefix = { name.at, colon ? (size_t)(colon - name.at) : 0 };
	struct piece rest = { name.at + prefix.length + 1, name.length - prefix.length - 1 };
	if (!colon || is(prefix, "xml"))
		return;
	if (is(prefix, "xmlns"))
		remember(r->declared, &r->declared_count, rest);
	else if (word(prefix))
		remember(r->used, &r->used_count, prefix);
}

/* Copies the value that stands after "=", and gives quotes to one that has none. */
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
	while (r->p < r->end && !is_blank(*r->p) && *r->p != '>')
		r->p++;
	/* <a href=x/> : the slash belongs to the tag. */
	if (r->p < r->end && *r->p == '>' && r->p > start && r->p[-1] == '/')
		r->p--;
	repair_text(r, start, r->p);
}

static void skip_blank(struct repair *r)
{
	while (r->p < r->end && is_blank(*r->p))
		r->p++;
}

/* One attribute; a second of the same name, or one too many, is read but not written. */
static void attribute(struct repair *r, struct piece *seen, size_t *count)
{
	struct piece name = name_at(r);
	size_t before = r->out->size;
	bool declares = is_declaration(name), again = *count == REPAIR_ATTRIBUTES || (declares && r->namespaces == REPAIR_NAMESPACES);
	for (size_t i = 0; i < *count && !again; i++)
		again = repair_same(seen[i], name);
	if (!again)
		seen[(*count)++] = name;
	r->nodes += !again;
	r->namespaces += declares && !again;
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
	if (!again) {
		note_prefix(r, name);
		return;
	}
	repair_note(r, "an attribute that stands twice, or too many");
	r->out->size = before;
	r->out->data[before] = '\0';
}

/* What stands between a start tag's name and its ">"; true when the tag closes itself. */
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
			/* At least a byte (text_next stays at a NUL), and never half a character. */
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
	struct piece name = name_at(r);
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
	repair_part(r, name);
	size_t before = r->out->size, used = r->used_count, declared = r->declared_count, outside = r->namespaces;
	repair_put(r, "<", 1);
	repair_put(r, name.at, name.length);
	if (!r->root)
		r->root = r->out->size;
	note_prefix(r, name);
	bool closed = attributes(r);
	if (r->full || (r->p == r->end && r->end[-1] != '>')) {
		repair_note(r, "an end in the middle of a tag");
		/* The root is kept: without it there is no document. */
		if (r->depth) {
			r->namespaces = outside;
			r->used_count = used;
			r->declared_count = declared;
			r->out->size = before;
			r->out->data[before] = '\0';
			return;
		}
	}
	repair_put(r, closed ? "/>" : ">", closed ? 2 : 1);
	r->scope[r->depth] = outside;
	if (closed)
		r->namespaces = outside;
	else
		r->open[r->depth++] = name;
}

void repair_close(struct repair *r, size_t depth)
{
	while (r->depth > depth) {
		struct piece name = r->open[--r->depth];
		r->namespaces = r->scope[r->depth];
		repair_put(r, "</", 2);
		repair_put(r, name.at, name.length);
		repair_put(r, ">", 1);
	}
}

static bool alike(struct piece a, struct piece b) { return a.length == b.length && !strncasecmp(a.at, b.at, a.length); }

/* How deep the nearest open element of that name is; 0 for none. */
static size_t find_open(const struct repair *r, struct piece name, bool (*same)(struct piece, struct piece))
{
	size_t depth = r->depth;
	while (depth && !same(r->open[depth - 1], name))
		depth--;
	return depth;
}

/* Closes the nearest open element of that name (or, if there is none, of one that only differs in capitals) and what is
 * open inside it; a tag that ends nothing is dropped. */
static void end_tag(struct repair *r)
{
	struct piece name = name_at(r);
	while (r->p < r->end && *r->p != '>' && *r->p != '<')
		r->p++;
	if (r->p < r->end && *r->p == '>')
		r->p++;
	else
		repair_note(r, "a tag without '>'");
	size_t depth = find_open(r, name, repair_same);
	if (!depth) {
		repair_note(r, "an end tag without an element");
		depth = find_open(r, name, alike);
	}
	if (!depth)
		return;
	if (depth < r->depth)
		repair_unclosed(r);
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
