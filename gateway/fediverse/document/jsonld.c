#include "gateway/fediverse/document/jsonld.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "gateway/fediverse/document/jsonld_repair.h"
#include <stdlib.h>
#include <string.h>

struct held {
	json_t *json;
};

static int release(struct held *held)
{
	json_decref(held->json);
	return 0;
}

json_t *jsonld_own(void *owner, json_t *json)
{
	struct held *held = mem_new(owner, struct held);
	held->json = mem_check(json);
	talloc_set_destructor(held, release);
	return json;
}

json_t *jsonld_read(void *owner, const void *data, size_t size, struct error *err)
{
	json_error_t why;
	json_t *json = jsonld_repair_load(data, size, &why);
	if (!json) {
		error_set(err, ERROR_INVALID, "not JSON: %s at line %d", why.text, why.line);
		return NULL;
	}
	json = jsonld_repair_compact(json);
	if (!json) {
		error_set(err, ERROR_INVALID, "the JSON is nested too deeply");
		return NULL;
	}
	jsonld_own(owner, json);
	if (json_is_object(json))
		return json;
	error_set(err, ERROR_INVALID, "the JSON is not an object");
	return NULL;
}

char *jsonld_write(void *owner, const json_t *json)
{
	char *text = mem_check(json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY)), *kept = mem_dup(owner, text);
	free(text);
	return kept;
}

json_t *jsonld_new_string(const char *text)
{
	if (text_utf8(text, strlen(text)))
		return mem_check(json_string(text));
	char *utf8 = jsonld_repair_utf8(NULL, text);
	json_t *json = mem_check(json_string(utf8));
	talloc_free(utf8);
	return json;
}

const char *jsonld_text(const json_t *object, const char *name) { return json_string_value(json_object_get(object, name)); }

const char *jsonld_id(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);
	if (json_is_array(value))
		value = json_array_get(value, 0);
	return json_is_string(value) ? json_string_value(value) : jsonld_text(value, "id");
}

static bool includes_public(const json_t *list)
{
	static const char *const names[] = { JSONLD_PUBLIC, "as:Public", "Public" };
	for (size_t i = 0;; i++) {
		const json_t *one = json_is_array(list) ? json_array_get(list, i) : i == 0 ? list : NULL;
		if (!one)
			return false;
		for (size_t k = 0; json_is_string(one) && k < sizeof names / sizeof *names; k++)
			if (strcmp(json_string_value(one), names[k]) == 0)
				return true;
	}
}

bool jsonld_is_public(const json_t *object)
{
	return includes_public(json_object_get(object, "to")) || includes_public(json_object_get(object, "cc"));
}

bool jsonld_has_type(const json_t *object, const char *type)
{
	const json_t *value = json_object_get(object, "type"), *one;
	size_t i;
	if (json_is_string(value))
		return strcmp(json_string_value(value), type) == 0;
	json_array_foreach(value, i, one)
		if (json_is_string(one) && strcmp(json_string_value(one), type) == 0)
			return true;
	return false;
}
