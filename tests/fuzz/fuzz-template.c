/* fuzz-template - any source parses or is refused with its line; what parses renders, alone and as an indented partial. */
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/template/template.h"
#include "gateway/base/text/text.h"
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* No list has two items: sections within sections would multiply them. */
static const char sample[] = "{\"a\":{\"b\":{\"a\":1.5,\"c\":\"<&>\"},\"d\":[]},\"b\":[{\"x\":\"1\\n2\"}],\"c\":null,\"x\":true,\"y\":0}";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static json_t *json;
	if (!json)
		json = json_loads(sample, 0, NULL);
	void *t = talloc_new(NULL);
	struct error err;
	struct template_set *set = template_set_new(t);
	struct document *d = document_new(t);
	template_set_add(set, "whole", "x\n  {{>a}}\n{{#b}}{{>a}}{{/b}}\n\t{{>a}}", TEMPLATE_HTML, &err);
	if (!template_set_add(set, "a", mem_ndup(t, (const char *)data, size), TEMPLATE_HTML, &err)) {
		if (!text_starts(err.text, "a:"))
			abort();
	} else if (template_render(set, "a", json, document_out(d), &err)) {
		/* Calling itself is the only thing that can go wrong, and it was tried. */
		if (!template_render(set, "whole", json, document_out(d), &err))
			abort();
	}
	talloc_free(t);
	return 0;
}
