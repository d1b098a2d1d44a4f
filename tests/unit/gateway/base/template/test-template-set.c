/* What travels inside the binary here is this table, instead of the files of the product. */
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/embed.h"
#include "gateway/base/template/template.h"
#include "tap.h"

#define FILE_OF(name, text) { name, text, sizeof text - 1 }
const struct embed embed_all[] = {
	FILE_OF("a/schema/001-x.sql", "{{not a template"),
	FILE_OF("a/templates/letter.txt.mustache", "{{x}}\n{{>sign}}"),
	FILE_OF("a/templates/page.mustache", "<{{x}}>"),
	FILE_OF("a/templates/sign.mustache", "{{x}}"),
	FILE_OF("b/templates/page.mustache", "b"),
	FILE_OF("c/templates/page.mustache", "\n\n{{#x}}"),
	FILE_OF("d/templates/page.mustache", "\n{{>sing}}"),
	FILE_OF("e/templates/page.mustache", ""),
	FILE_OF("e/templates/pages/page.mustache", ""),
	{ 0, 0, 0 }
};

static const struct {
	const char *prefix, *name, *want; /* what is rendered, or the complaint */
} cases[] = {
	{ "a/templates/", "page", "<&lt;>" },
	{ "a/templates/", "letter.txt", "<\n&lt;" },
	{ "a/templates/", "letter", "there is no template 'letter'" },
	{ "a/templates/l", "letter.txt", "a/templates/letter.txt.mustache:2: there is no partial 'sign'" },
	{ "b/templates/", "page", "b" },
	{ "b/templates/", "sign", "there is no template 'sign'" },
	{ "c/templates/", "page", "c/templates/page.mustache:3: section 'x' is not closed" },
	{ "d/templates/", "page", "d/templates/page.mustache:2: there is no partial 'sing'" },
	{ "e/templates/", "page", "e/templates/pages/page.mustache: there is a template 'page' already" },
	{ "f/templates/", "page", "there is no template 'page'" },
};

int main(void)
{
	json_t *data = json_pack("{ss}", "x", "<");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		void *t = talloc_new(NULL);
		struct error err;
		struct document *d = document_new(t);
		struct template_set *set = template_set_load(t, cases[i].prefix, &err);
		bool fine = set && template_render(set, cases[i].name, data, document_out(d), &err);
		is(fine ? document_text(d, NULL) : err.text, cases[i].want, mem_printf(t, "%s%s", cases[i].prefix, cases[i].name));
		talloc_free(t);
	}
	json_decref(data);
	return tap_done();
}
