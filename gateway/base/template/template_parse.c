#include "gateway/base/template/template_parse.h"
#include "gateway/base/memory/mem.h"
#include <string.h>

enum { DELIMITER_MAX = 8, NESTING_MAX = 64, NAME_MAX_BYTES = 200 };

#define BLANK " \t"
#define SPACE " \t\r\n"

struct parse {
	struct template *t;
	const char *at;         /* the rest of the source */
	const char *line_start; /* of the current line; a line end inside a tag does not count */
	const char *counted;    /* line is the number of the line of this byte */
	int line;
	char open[DELIMITER_MAX + 1], close[DELIMITER_MAX + 1];
	size_t sections[NESTING_MAX]; /* the open sections */
	int depth;
	struct error *err;
};

struct tag {
	char kind; /* the sigil; 'x' for none */
	const char *start, *end;
	const char *text; /* trimmed */
	int size;
	int line;
};

static int line_of(struct parse *p, const char *where)
{
	for (; p->counted < where; p->counted++)
		p->line += *p->counted == '\n';
	return p->line;
}

#define fail(p, line, ...) (error_set((p)->err, ERROR_INVALID, __VA_ARGS__), error_prefix((p)->err, "%s:%d: ", (p)->t->file, (line)))

static struct template_node *add(struct parse *p, enum template_kind kind, int line)
{
	struct template_node *node = mem_push(p->t, p->t->nodes, p->t->count);
	node->kind = kind;
	node->line = line;
	return node;
}

static void add_literal(struct parse *p, const char *from, const char *to, bool begins_line)
{
	if (from == to)
		return;
	struct template_node *node = add(p, TEMPLATE_LITERAL, line_of(p, from));
	node->text = from;
	node->size = (size_t)(to - from);
	node->begins_line = begins_line;
}

static bool shown(char c) { return c == 'x' || c == '{' || c == '&'; }

/* The end of a tag of this kind: with "{" and "=" the sigil's partner, then the delimiter. */
static void closing(const struct parse *p, char kind, char out[DELIMITER_MAX + 2])
{
	char *to = out;
	if (kind == '{' || kind == '=')
		*to++ = kind == '{' ? '}' : '=';
	strcpy(to, p->close);
}

static bool read_tag(struct parse *p, const char *start, struct tag *tag)
{
	char close[DELIMITER_MAX + 2];
	const char *text = start + strlen(p->open);
	tag->kind = *text && strchr("#^/>!={&<$", *text) ? *text++ : 'x';
	tag->start = start;
	tag->line = line_of(p, start);
	closing(p, tag->kind, close);
	const char *end = strstr(text, close);
	if (!end)
		return fail(p, tag->line, "a tag is opened and not closed with '%s'", close);
	tag->end = end + strlen(close);
	text += strspn(text, SPACE);
	while (end > text && strchr(SPACE, end[-1]))
		end--;
	tag->text = text;
	tag->size = end > text ? (int)(end - text) : 0;
	return true;
}

/* The start of the next line, when the tag is alone on its line; else NULL. */
static const char *standalone(const struct parse *p, const struct tag *tag)
{
	if (shown(tag->kind) || p->line_start + strspn(p->line_start, BLANK) != tag->start)
		return NULL;
	const char *behind = tag->end + strspn(tag->end, BLANK);
	if (behind[0] == '\r' && behind[1] == '\n')
		return behind + 2;
	return *behind == '\n' ? behind + 1 : *behind ? NULL : behind;
}

static bool set_delimiters(struct parse *p, const struct tag *tag)
{
	const char *text = tag->text, *end = text + tag->size;
	size_t open = strcspn(text, SPACE "="), gap = strspn(text + open, SPACE), close = strcspn(text + open + gap, SPACE "=");
	if (!open || !gap || !close || text + open + gap + close != end || open > DELIMITER_MAX || close > DELIMITER_MAX)
		return fail(p, tag->line, "'%.*s' are no delimiters: it must be two words of at most %d bytes without '='", tag->size, text, DELIMITER_MAX);
	memcpy(p->open, text, open);
	p->open[open] = '\0';
	memcpy(p->close, text + open + gap, close);
	p->close[close] = '\0';
	return true;
}

static bool set_name(struct parse *p, const struct tag *tag, struct template_node *node)
{
	if (!tag->size)
		return fail(p, tag->line, "a tag without a name");
	if (tag->size > NAME_MAX_BYTES || (int)strcspn(tag->text, SPACE) < tag->size)
		return fail(p, tag->line, "'%.*s' is no name", tag->size, tag->text);
	node->name = mem_ndup(p->t, tag->text, (size_t)tag->size);
	return true;
}

static bool set_path(struct parse *p, struct template_node *node)
{
	const char **path = NULL;
	size_t count = 0;
	if (strcmp(node->name, ".") != 0)
		for (const char *part = node->name; part; part = *part ? part + 1 : NULL) {
			size_t size = strcspn(part, ".");
			if (!size)
				return fail(p, node->line, "'%s' is no name: something is missing beside a dot", node->name);
			*mem_push(p->t, path, count) = mem_ndup(p->t, part, size);
			part += size;
		}
	*mem_push(p->t, path, count) = NULL;
	node->path = path;
	return true;
}

static bool add_named(struct parse *p, const struct tag *tag, enum template_kind kind)
{
	struct template_node *node = add(p, kind, tag->line);
	return set_name(p, tag, node) && set_path(p, node);
}

static bool open_section(struct parse *p, const struct tag *tag)
{
	if (p->depth == NESTING_MAX)
		return fail(p, tag->line, "sections are nested deeper than %d", NESTING_MAX);
	p->sections[p->depth++] = p->t->count;
	return add_named(p, tag, tag->kind == '#' ? TEMPLATE_SECTION : TEMPLATE_INVERTED);
}

static bool close_section(struct parse *p, const struct tag *tag)
{
	if (!p->depth)
		return fail(p, tag->line, "'/%.*s' closes a section that is not open", tag->size, tag->text);
	struct template_node *node = &p->t->nodes[p->sections[--p->depth]];
	if (strlen(node->name) != (size_t)tag->size || memcmp(node->name, tag->text, (size_t)tag->size) != 0)
		return fail(p, tag->line, "'/%.*s' stands where section '%s' of line %d is to be closed", tag->size, tag->text, node->name, node->line);
	node->end = p->t->count;
	return true;
}

static bool add_partial(struct parse *p, const struct tag *tag, bool alone)
{
	struct template_node *node = add(p, TEMPLATE_PARTIAL, tag->line);
	node->begins_line = alone;
	node->text = p->line_start;
	node->size = alone ? (size_t)(tag->start - p->line_start) : 0;
	return set_name(p, tag, node) && (*node->name != '*' || fail(p, tag->line, "'%s': dynamic names are not supported", node->name));
}

static bool add_tag(struct parse *p, const struct tag *tag, bool alone)
{
	switch (tag->kind) {
	case '!': return true;
	case '=': return set_delimiters(p, tag);
	case '#':
	case '^': return open_section(p, tag);
	case '/': return close_section(p, tag);
	case '>': return add_partial(p, tag, alone);
	case '<':
	case '$': return fail(p, tag->line, "'%c%.*s': inheritance is not supported", tag->kind, tag->size, tag->text);
	default: return add_named(p, tag, tag->kind == 'x' && p->t->mode == TEMPLATE_HTML ? TEMPLATE_ESCAPED : TEMPLATE_VERBATIM);
	}
}

/* The text up to the tag at start, then the tag. */
static bool parse_tag(struct parse *p, const char *start)
{
	struct tag tag;
	bool begins_line = p->at == p->line_start;
	const char *newline = memrchr(p->at, '\n', (size_t)(start - p->at));
	if (newline)
		p->line_start = newline + 1;
	if (!read_tag(p, start, &tag))
		return false;
	const char *next_line = standalone(p, &tag);
	add_literal(p, p->at, next_line ? p->line_start : start, begins_line);
	if (!next_line && start == p->line_start)
		add(p, TEMPLATE_INDENT, tag.line);
	if (!add_tag(p, &tag, next_line != NULL))
		return false;
	p->at = next_line ? next_line : tag.end;
	if (next_line)
		p->line_start = next_line;
	return true;
}

bool template_parse(struct template *t, const char *source, struct error *err)
{
	const char *text = mem_dup(t, source), *start;
	struct parse p = { .t = t, .at = text, .line_start = text, .counted = text, .line = 1, .open = "{{", .close = "}}", .err = err };
	while ((start = strstr(p.at, p.open)))
		if (!parse_tag(&p, start))
			return false;
	add_literal(&p, p.at, p.at + strlen(p.at), p.at == p.line_start);
	if (!p.depth)
		return true;
	const struct template_node *open = &t->nodes[p.sections[p.depth - 1]];
	return fail(&p, open->line, "section '%s' is not closed", open->name);
}
