#include "gateway/base/html/html_build.h"
#include "gateway/base/html/html_decode.h"
#include "gateway/base/html/html_element.h"
#include "gateway/base/memory/arena.h"
#include <string.h>

/* The tbody that is implied for rows directly in a table; identified by its address. */
static const char implied_body[] = "tbody";

static struct html_build *stop(struct html_build *b)
{
	b->sink.stopped = true;
	return NULL;
}

static struct html_node *new_node(struct html_build *b, enum html_kind kind)
{
	struct html_node *n = arena_get(b->root->arena, sizeof *n);
	n->arena = b->root->arena;
	n->kind = kind;
	return n;
}

static void append(struct html_build *b, struct html_node *n)
{
	n->parent = b->at;
	n->previous = b->at->last;
	*(b->at->last ? &b->at->last->next : &b->at->first) = n;
	b->at->last = n;
}

/* --- text: it grows at the end of the arena until another node follows --- */

static void close_text(struct html_build *b)
{
	b->line_waits = b->text_open = false;
	if (!b->text)
		return;
	((char *)b->text->text)[b->text_size] = '\0';
	arena_took(b->root->arena, b->text_size + 1);
	b->text = NULL;
}

static char *room_for(struct html_build *b, size_t size)
{
	if (!b->text) {
		struct html_node *n = new_node(b, HTML_TEXT);
		b->text_size = 0;
		b->text_room = size + 1;
		n->text = arena_room(b->root->arena, b->text_room);
		b->text = n;
	} else if (b->text_size + size + 1 > b->text_room) {
		b->text_room = 2 * (b->text_size + size + 1);
		const char *longer = arena_room(b->root->arena, b->text_room);
		b->text->text = longer == b->text->text ? longer : memcpy((char *)longer, b->text->text, b->text_size);
	}
	return (char *)b->text->text + b->text_size;
}

static bool holds_rows(const struct html_node *n)
{
	return n->traits & (HTML_TABLE | HTML_ROWS);
}

static bool is_space(struct html_span s)
{
	for (size_t i = 0; i < s.size; i++)
		if (!strchr(" \t\n\r\f", s.at[i]) || !s.at[i])
			return false;
	return true;
}

static void text(struct html_sink *sink, struct html_span s, enum html_text kind)
{
	struct html_build *b = (struct html_build *)sink;
	size_t size;
	if (!s.size)
		return;
	if (b->text_open || (holds_rows(b->at) && !is_space(s))) {
		stop(b);
		return;
	}
	bool line_waits = b->line_waits && !b->text, fresh = !b->text;
	char *to = room_for(b, s.size);
	if (!html_decode(to, &size, s, kind == HTML_TEXT_READ ? HTML_DECODE_TEXT : HTML_DECODE_LITERAL)) {
		stop(b);
		return;
	}
	b->text_open = html_decode_open(s);
	b->line_waits = false;
	if (line_waits && *to == '\n')
		memmove(to, to + 1, --size);
	b->text_size += size;
	if (fresh && b->text_size)
		append(b, b->text);
	else if (fresh)
		b->text = NULL;
}

/* --- elements --- */

/* May an element be a child of the open one without an implied parent?  Rows and cells only inside their tables. */
static bool fits(struct html_build *b, const char *name, unsigned traits)
{
	static const char *const ended[] = { "dd", "dt", "li", "option", "optgroup", "p" };
	if (traits & HTML_ODD)
		return false;
	if (strcmp(name, "rt") == 0 || strcmp(name, "rp") == 0)
		for (size_t i = 0; b->at->name && i < sizeof ended / sizeof *ended; i++)
			if (strcmp(b->at->name, ended[i]) == 0)
				return false;
	if (!(traits & HTML_TABLE_PART))
		return !holds_rows(b->at);
	if (strcmp(name, "td") == 0 || strcmp(name, "th") == 0)
		return html_is(b->at, "tr");
	if (strcmp(name, "tr") == 0)
		return html_is(b->at, "tbody") || html_is(b->at, "thead") || html_is(b->at, "tfoot");
	return strcmp(name, "col") == 0 ? html_is(b->at, "colgroup") : (b->at->traits & HTML_TABLE) != 0;
}

/* Rows directly in a table get a tbody, which the next tbody of the source ends. */
static void imply_body(struct html_build *b, const char *name)
{
	static const char *const bodies[] = { "tbody", "thead", "tfoot", "caption", "colgroup" };
	for (size_t i = 0; b->at->name == implied_body && i < sizeof bodies / sizeof *bodies; i++)
		if (strcmp(name, bodies[i]) == 0) {
			b->at = b->at->parent;
			return;
		}
	if (strcmp(name, "tr") == 0 && html_is(b->at, "table")) {
		struct html_node *body = new_node(b, HTML_ELEMENT);
		html_rename(body, implied_body);
		body->name = implied_body;
		append(b, body);
		b->at = body;
	}
}

static char *lower(struct html_build *b, struct html_span name)
{
	char *s = arena_keep(b->root->arena, name.at, name.size);
	for (char *p = s; *p; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p += 'a' - 'A';
	return s;
}

static void take_attributes(struct html_build *b, struct html_node *n, const struct html_token *t)
{
	struct arena *arena = b->root->arena;
	n->attributes = t->attribute_count ? arena_get(arena, t->attribute_count * sizeof *n->attributes) : NULL;
	for (size_t i = 0, size; i < t->attribute_count; i++) {
		struct html_span value = t->attributes[i].value;
		char *to = arena_room(arena, value.size + 1);
		if (!html_decode(to, &size, value, HTML_DECODE_ATTRIBUTE)) {
			stop(b);
			return;
		}
		to[size] = '\0';
		arena_took(arena, size + 1);
		n->attributes[n->attribute_count++] = (struct html_attribute){ lower(b, t->attributes[i].name), to };
	}
}

static void *start(struct html_sink *sink, const struct html_token *t, unsigned traits)
{
	struct html_build *b = (struct html_build *)sink;
	close_text(b);
	imply_body(b, t->name);
	if (!fits(b, t->name, traits))
		return stop(b);
	struct html_node *n = new_node(b, HTML_ELEMENT);
	html_rename(n, t->name);
	take_attributes(b, n, t);
	append(b, n);
	if (traits & HTML_VOID)
		return NULL;
	b->at = n;
	b->line_waits = html_is(n, "pre") || html_is(n, "listing") || html_is(n, "textarea");
	return traits & HTML_FORMATTING ? n : NULL;
}

static void again(struct html_sink *sink, void *tag)
{
	struct html_build *b = (struct html_build *)sink;
	const struct html_node *first = tag;
	close_text(b);
	if (holds_rows(b->at)) {
		stop(b);
		return;
	}
	struct html_node *n = new_node(b, HTML_ELEMENT);
	n->name = first->name;
	n->traits = first->traits;
	n->attributes = arena_get(b->root->arena, first->attribute_count * sizeof *n->attributes + 1);
	for (; n->attribute_count < first->attribute_count; n->attribute_count++)
		n->attributes[n->attribute_count] = first->attributes[n->attribute_count];
	append(b, n);
	b->at = n;
}

static void end(struct html_sink *sink, const char *name, unsigned traits, bool crossed)
{
	struct html_build *b = (struct html_build *)sink;
	close_text(b);
	if (b->at->name == implied_body && (traits & HTML_TABLE))
		b->at = b->at->parent;
	if (crossed || !html_is(b->at, name))
		stop(b);
	else
		b->at = b->at->parent;
}

static void comment(struct html_sink *sink, struct html_span s)
{
	struct html_build *b = (struct html_build *)sink;
	close_text(b);
	struct html_node *n = new_node(b, HTML_COMMENT);
	char *to = arena_room(b->root->arena, s.size + 1);
	size_t size = s.size;
	for (size_t i = 0; i < s.size; i++)
		to[i] = html_ends_comment(s, i) ? ' ' : s.at[i];
	if (!html_decode(to, &size, (struct html_span){ to, size }, HTML_DECODE_LITERAL)) {
		stop(b);
		return;
	}
	to[size] = '\0';
	arena_took(b->root->arena, size + 1);
	n->text = to;
	append(b, n);
}

void html_build_begin(struct html_build *b, struct html_node *root)
{
	*b = (struct html_build){ .sink = { start, again, end, text, comment, false }, .root = root, .at = root };
}

bool html_build_end(struct html_build *b)
{
	close_text(b);
	return !b->sink.stopped;
}
