/* Whatever comes in: what is JSON stays; what comes out of anything that begins like a document is JSON. */
#include "feeds/text/decode.h"
#include "feeds/text/repair_json.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *t = talloc_new(NULL);
	struct decoded *d = decode_document(t, data, size, "text/json; charset=utf-8");
	struct repaired *r = repair_json(t, d->text, d->size);
	json_t *strict = json_loadb(d->text, d->size, JSON_ALLOW_NUL, NULL), *read = json_loadb(r->text, r->size, JSON_ALLOW_NUL, NULL);
	const char *start = d->text + strspn(d->text, " \t\r\n");
	if (strict && (!read || !json_equal(strict, read)))
		abort();
	if ((*start == '{' || *start == '[') && (!read || !text_utf8(r->text, r->size)))
		abort();
	json_decref(strict);
	json_decref(read);
	talloc_free(t);
	return 0;
}
