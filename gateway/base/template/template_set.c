#include "gateway/base/memory/mem.h"
#include "gateway/base/system/embed.h"
#include "gateway/base/system/file.h"
#include "gateway/base/template/template_parse.h"
#include "gateway/base/text/escape.h"
#include "gateway/base/text/text.h"
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { PARTIALS_MAX = 64, DIGITS = 15 /* that every double has */, SOURCE_MAX = 1 << 20 };

struct template_set {
	struct template **all;
	size_t count;
};

/* The context stack: names are looked up in the innermost context first. */
struct scope {
	const json_t *data;
	const struct scope *outer;
};

struct render {
	const struct template_set *set;
	FILE *out;
	int depth; /* of partials */
	struct error *err;
};

/* The template that is rendered, and the indentation of its lines. */
struct piece {
	const struct template *t;
	const char *indent; /* or NULL */
};

struct template_set *template_set_new(void *owner) { return mem_new(owner, struct template_set); }

static const struct template *find(const struct template_set *set, const char *name)
{
	for (size_t i = 0; i < set->count; i++)
		if (strcmp(set->all[i]->name, name) == 0)
			return set->all[i];
	return NULL;
}

static bool add(struct template_set *set, struct template *t, const char *source, struct error *err)
{
	if (find(set, t->name))
		return error_set(err, ERROR_EXISTS, "%s: there is a template '%s' already", t->file, t->name);
	if (!template_parse(t, source, err))
		return false;
	*mem_push(set, set->all, set->count) = t;
	return true;
}

bool template_set_add(struct template_set *set, const char *name, const char *source, enum template_mode mode, struct error *err)
{
	struct template *t = mem_new(set, struct template);
	t->name = t->file = mem_dup(t, name);
	t->mode = mode;
	if (add(set, t, source, err))
		return true;
	talloc_free(t);
	return false;
}

#define SUFFIX ".mustache"

/* The embedded one, or the file in folder that takes its place. */
static bool add_one(struct template_set *set, const struct embed *e, const char *folder, struct error *err)
{
	const char *slash = strrchr(e->name, '/'), *base = slash ? slash + 1 : e->name;
	struct template *t = mem_new(set, struct template);
	t->file = e->name;
	t->name = mem_ndup(t, base, strlen(base) - strlen(SUFFIX));
	t->mode = text_ends(t->name, ".txt") ? TEMPLATE_TEXT : TEMPLATE_HTML;
	char *path = folder ? mem_printf(t, "%s/%s", folder, base) : NULL;
	if (!path || access(path, F_OK) != 0)
		return add(set, t, e->data, err);
	struct buf *file = file_read(t, path, SOURCE_MAX, err);
	if (!file)
		return false;
	t->file = path;
	char *source = mem_ndup(t, (const char *)file->data, file->size);
	return text_utf8(source, file->size) && strlen(source) == file->size ? add(set, t, source, err)
	                                                                    : error_set(err, ERROR_INVALID, "'%s' is not text in UTF-8", path);
}

static bool is_ours(const char *prefix, const char *name)
{
	for (const struct embed *e = embed_all; e->name; e++)
		if (text_starts(e->name, prefix) && strcmp(e->name + strlen(prefix), name) == 0)
			return true;
	return false;
}

/* A file that would never be used has a name that was meant otherwise. */
static bool check_folder(const char *prefix, const char *folder, struct error *err)
{
	DIR *dir = opendir(folder);
	if (!dir)
		return error_set(err, ERROR_INVALID, "cannot read the folder of templates '%s': %s", folder, strerror(errno));
	bool fine = true;
	for (struct dirent *d; fine && (d = readdir(dir));)
		if (text_ends(d->d_name, SUFFIX) && !is_ours(prefix, d->d_name))
			fine = error_set(err, ERROR_INVALID, "'%s/%s' has the name of none of our templates, so nothing would use it", folder, d->d_name);
	closedir(dir);
	return fine;
}

static bool check_partials(const struct template_set *set, const struct template *t, struct error *err)
{
	for (const struct template_node *node = t->nodes; node < t->nodes + t->count; node++)
		if (node->kind == TEMPLATE_PARTIAL && !find(set, node->name))
			return error_set(err, ERROR_INVALID, "%s:%d: there is no partial '%s'", t->file, node->line, node->name);
	return true;
}

struct template_set *template_set_load(void *owner, const char *prefix, struct error *err) { return template_set_load_over(owner, prefix, NULL, err); }

struct template_set *template_set_load_over(void *owner, const char *prefix, const char *folder, struct error *err)
{
	struct template_set *set = template_set_new(owner);
	bool fine = !folder || check_folder(prefix, folder, err);
	for (const struct embed *e = embed_all; fine && e->name; e++)
		if (text_starts(e->name, prefix) && text_ends(e->name, SUFFIX))
			fine = add_one(set, e, folder, err);
	for (size_t i = 0; fine && i < set->count; i++)
		fine = check_partials(set, set->all[i], err);
	if (fine)
		return set;
	talloc_free(set);
	return NULL;
}

/* The value of a name, or NULL. */
static const json_t *look_up(const struct scope *scope, const char *const *path)
{
	if (!*path)
		return scope->data;
	const json_t *found = NULL;
	for (; scope && !found; scope = scope->outer)
		found = json_object_get(scope->data, *path);
	/* Only the first part is looked up in the stack; the rest must be found in its value. */
	while (*++path)
		found = json_object_get(found, *path);
	return found;
}

static bool truth(const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_STRING: return json_string_length(value) > 0;
	case JSON_INTEGER: return json_integer_value(value) != 0;
	case JSON_REAL: return json_real_value(value) < 0 || json_real_value(value) > 0;
	case JSON_ARRAY: return json_array_size(value) > 0;
	default: return json_is_object(value) || json_is_true(value);
	}
}

static void write_value(const json_t *value, bool escaped, FILE *out)
{
	if (json_is_string(value) && escaped)
		html_attr(out, json_string_value(value));
	else if (json_is_string(value))
		fwrite(json_string_value(value), 1, json_string_length(value), out);
	else if (json_is_number(value) || json_is_boolean(value))
		json_dumpf(value, out, JSON_ENCODE_ANY | JSON_REAL_PRECISION(DIGITS));
}

static bool blank(const char *s, const char *end) { return s == end || *s == '\n' || (*s == '\r' && s + 1 < end && s[1] == '\n'); }

static void write_literal(const struct template_node *node, const char *indent, FILE *out)
{
	const char *s = node->text, *end = s + node->size;
	if (!indent) {
		fwrite(s, 1, node->size, out);
		return;
	}
	for (bool begins = node->begins_line; s < end; begins = true) {
		const char *newline = memchr(s, '\n', (size_t)(end - s));
		const char *next = newline ? newline + 1 : end;
		if (begins && !blank(s, end))
			fputs(indent, out);
		fwrite(s, 1, (size_t)(next - s), out);
		s = next;
	}
}

static bool render(struct render *r, const struct piece *piece, size_t from, size_t to, const struct scope *scope);

static bool render_partial(struct render *r, const struct piece *piece, const struct template_node *node, const struct scope *scope)
{
	const struct template *t = find(r->set, node->name);
	if (!t)
		return true;
	if (r->depth == PARTIALS_MAX)
		return error_set(r->err, ERROR_PERMANENT, "%s:%d: partials are nested deeper than %d", piece->t->file, node->line, PARTIALS_MAX);
	/* Only a partial that is alone on its line is indented: by its own indentation and that of its caller. */
	char *indent = NULL;
	if (node->size)
		indent = mem_printf(NULL, "%s%.*s", piece->indent ? piece->indent : "", (int)node->size, node->text);
	struct piece inner = { t, indent ? indent : node->begins_line ? piece->indent : NULL };
	r->depth++;
	bool fine = render(r, &inner, 0, t->count, scope);
	r->depth--;
	talloc_free(indent);
	return fine;
}

static bool render_section(struct render *r, const struct piece *piece, size_t at, const struct scope *scope)
{
	const struct template_node *node = &piece->t->nodes[at];
	const json_t *value = look_up(scope, node->path);
	bool holds = value && truth(value), fine = true;
	if (node->kind == TEMPLATE_INVERTED)
		return holds || render(r, piece, at + 1, node->end, scope);
	size_t count = !holds ? 0 : json_is_array(value) ? json_array_size(value) : 1;
	for (size_t i = 0; fine && i < count; i++) {
		struct scope inner = { json_is_array(value) ? json_array_get(value, i) : value, scope };
		fine = render(r, piece, at + 1, node->end, &inner);
	}
	return fine;
}

static bool render(struct render *r, const struct piece *piece, size_t from, size_t to, const struct scope *scope)
{
	bool fine = true;
	for (size_t i = from; fine && i < to; i++) {
		const struct template_node *node = &piece->t->nodes[i];
		switch (node->kind) {
		case TEMPLATE_LITERAL: write_literal(node, piece->indent, r->out); break;
		case TEMPLATE_INDENT:
			if (piece->indent)
				fputs(piece->indent, r->out);
			break;
		case TEMPLATE_ESCAPED:
		case TEMPLATE_VERBATIM: write_value(look_up(scope, node->path), node->kind == TEMPLATE_ESCAPED, r->out); break;
		case TEMPLATE_PARTIAL: fine = render_partial(r, piece, node, scope); break;
		case TEMPLATE_SECTION:
		case TEMPLATE_INVERTED:
			fine = render_section(r, piece, i, scope);
			i = node->end - 1;
			break;
		}
	}
	return fine;
}

bool template_render(const struct template_set *set, const char *name, const json_t *data, FILE *out, struct error *err)
{
	const struct template *t = find(set, name);
	if (!t)
		return error_set(err, ERROR_NOT_FOUND, "there is no template '%s'", name);
	struct render r = { .set = set, .out = out, .err = err };
	struct piece whole = { t, NULL };
	struct scope scope = { data, NULL };
	return render(&r, &whole, 0, t->count, &scope);
}
