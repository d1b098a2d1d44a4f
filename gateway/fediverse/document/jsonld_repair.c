#include "gateway/fediverse/document/jsonld_repair.h"
#include "feeds/parse/json_load.h"
#include "feeds/text/repair_json.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/character.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH = 64, DIGITS = 18 };
static const char vocabulary[] = "https://www.w3.org/ns/activitystreams#", prefix[] = "as:";

static void put_utf8(FILE *out, uint32_t c)
{
	char bytes[4];
	fwrite(bytes, 1, character_put(bytes, c), out);
}

char *jsonld_repair_utf8(void *owner, const char *text)
{
	struct document *d = document_new(owner);
	uint32_t c;
	while ((c = text_next(&text)) != 0)
		put_utf8(document_out(d), c);
	return document_finish(d, owner);
}

/* Copies the number at *s, or the nearest one that can be held. */
static void write_number(FILE *out, const char **s, const char *end)
{
	size_t n = 0, digits = 0;
	while (*s + n < end && strchr("0123456789+-.eE", (*s)[n])) {
		digits += isdigit((unsigned char)(*s)[n]) != 0;
		n++;
	}
	char *number = mem_ndup(NULL, *s, n);
	bool whole = !strpbrk(number, ".eE");
	if (whole && digits > DIGITS)
		fputs(*number == '-' ? "-999999999999999999" : "999999999999999999", out);
	else if (!whole && !isfinite(strtod(number, NULL)))
		fputs(*number == '-' ? "-1e308" : "1e308", out);
	else
		fputs(number, out);
	talloc_free(number);
	*s += n;
}

/* Numbers outside of strings. */
static char *tame_numbers(void *owner, const char *text)
{
	struct document *d = document_new(owner);
	FILE *out = document_out(d);
	const char *end = text + strlen(text);
	for (bool quoted = false; text < end;) {
		if (!quoted && (isdigit((unsigned char)*text) || *text == '-')) {
			write_number(out, &text, end);
			continue;
		}
		if (quoted && *text == '\\' && text + 1 < end)
			fputc(*text++, out);
		else if (*text == '"')
			quoted = !quoted;
		fputc(*text++, out);
	}
	return document_finish(d, owner);
}

json_t *jsonld_repair_load(const char *text, size_t size, json_error_t *why)
{
	size_t mark = size >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
	json_t *json = json_load_text(text + mark, size - mark, why);
	if (json || size == mark)
		return json;
	void *scratch = talloc_new(NULL);
	json_error_t ignored;
	char *copy = mem_ndup(scratch, text + mark, size - mark);
	char *tame = tame_numbers(scratch, jsonld_repair_utf8(scratch, copy));
	const struct repaired *repaired = repair_json(scratch, tame, strlen(tame));
	json = json_load_text(repaired->text, repaired->size, &ignored);
	talloc_free(scratch);
	return json;
}

/* The short name of a property or a type. */
static const char *short_name(const char *name)
{
	if (strcmp(name, "@id") == 0 || strcmp(name, "@type") == 0)
		return name + 1;
	if (text_starts(name, vocabulary))
		return name + strlen(vocabulary);
	return text_starts(name, prefix) ? name + strlen(prefix) : name;
}

static json_t *compact(const json_t *json, bool type);

static json_t *compact_string(const json_t *json, bool type)
{
	const char *text = json_string_value(json), *name = type ? short_name(text) : text;
	size_t size = json_string_length(json) - (size_t)(name - text), kept = 0;
	char *clean = mem_array(NULL, char, size + 1);
	for (size_t i = 0; i < size; i++)
		if (name[i])
			clean[kept++] = name[i];
	json_t *result = mem_check(json_stringn(clean, kept));
	talloc_free(clean);
	return result;
}

static json_t *compact_array(const json_t *json, bool type)
{
	json_t *all = mem_check(json_array()), *one;
	size_t i;
	json_array_foreach(json, i, one)
		json_array_append_new(all, compact(one, type));
	return all;
}

/* An expanded document has every value in an array. */
static json_t *unwrapped(json_t *value, bool expanded)
{
	if (!expanded || json_array_size(value) != 1)
		return value;
	json_t *only = json_incref(json_array_get(value, 0));
	json_decref(value);
	return only;
}

static json_t *compact_object(const json_t *json)
{
	const json_t *value = json_object_get(json, "@value"), *list = json_object_get(json, "@list"), *id = json_object_get(json, "@id");
	if (value || list)
		return compact(value ? value : list, false);
	if (json_is_string(id) && json_object_size(json) == 1)
		return compact_string(id, false);
	json_t *all = mem_check(json_object()), *member;
	const char *name;
	json_object_foreach((json_t *)json, name, member) {
		const char *small = short_name(name);
		bool type = strcmp(small, "type") == 0, context = strcmp(name, "@context") == 0, expanded = small != name;
		/* The plain spelling wins over another one of the same name. */
		if (expanded && json_object_get(json, small))
			continue;
		json_object_set_new(all, small, context ? json_incref(member) : unwrapped(compact(member, type), expanded && !type));
	}
	return all;
}

static json_t *compact(const json_t *json, bool type)
{
	if (json_is_string(json))
		return compact_string(json, type);
	if (json_is_array(json))
		return compact_array(json, type);
	return json_is_object(json) ? compact_object(json) : json_incref((json_t *)json);
}

static bool is_deeper(const json_t *json, int depth)
{
	const char *name;
	json_t *member;
	size_t i;
	if (depth <= 0)
		return true;
	json_array_foreach(json, i, member)
		if (is_deeper(member, depth - 1))
			return true;
	json_object_foreach((json_t *)json, name, member)
		if (is_deeper(member, depth - 1))
			return true;
	return false;
}

json_t *jsonld_repair_compact(json_t *json)
{
	if (is_deeper(json, DEPTH)) {
		json_decref(json);
		return NULL;
	}
	json_t *root = json_is_array(json) && json_array_size(json) == 1 ? json_array_get(json, 0) : json;
	json_t *result = compact(root, false);
	json_decref(json);
	return result;
}
