#include "gateway/archive/store/entry_json.h"
#include "gateway/base/memory/mem.h"
#include <jansson.h>
#include <stdlib.h>

static void set(json_t *object, const char *name, const char *value)
{
	if (value)
		json_object_set_new(object, name, json_string(value));
}

static char *finish(void *owner, json_t *array)
{
	char *text = json_dumps(array, JSON_COMPACT);
	char *copy = mem_dup(owner, text ? text : "[]");
	free(text);
	json_decref(array);
	return copy;
}

char *entry_authors_json(void *owner, const struct entry *entry)
{
	json_t *array = json_array();
	for (size_t i = 0; i < entry->author_count; i++) {
		json_t *o = json_object();
		set(o, "name", entry->authors[i].name);
		set(o, "email", entry->authors[i].email);
		set(o, "url", entry->authors[i].url);
		json_array_append_new(array, o);
	}
	return finish(owner, array);
}

char *entry_enclosures_json(void *owner, const struct entry *entry)
{
	json_t *array = json_array();
	for (size_t i = 0; i < entry->enclosure_count; i++) {
		json_t *o = json_object();
		set(o, "url", entry->enclosures[i].url);
		set(o, "type", entry->enclosures[i].type);
		set(o, "title", entry->enclosures[i].title);
		json_object_set_new(o, "length", json_integer(entry->enclosures[i].length));
		json_array_append_new(array, o);
	}
	return finish(owner, array);
}

static const char *get(void *owner, const json_t *object, const char *name)
{
	return mem_dup_or_null(owner, json_string_value(json_object_get(object, name)));
}

void entry_authors_from_json(struct entry *entry, const char *json)
{
	json_t *array = json_loads(json ? json : "[]", 0, NULL), *o;
	size_t i;
	json_array_foreach(array, i, o) {
		struct entry_person *p = mem_push(entry, entry->authors, entry->author_count);
		*p = (struct entry_person){ get(entry, o, "name"), get(entry, o, "email"), get(entry, o, "url") };
	}
	json_decref(array);
}

void entry_enclosures_from_json(struct entry *entry, const char *json)
{
	json_t *array = json_loads(json ? json : "[]", 0, NULL), *o;
	size_t i;
	json_array_foreach(array, i, o) {
		struct entry_enclosure *e = mem_push(entry, entry->enclosures, entry->enclosure_count);
		*e = (struct entry_enclosure){ get(entry, o, "url"), get(entry, o, "type"), get(entry, o, "title"),
		                               json_integer_value(json_object_get(o, "length")) };
	}
	json_decref(array);
}
