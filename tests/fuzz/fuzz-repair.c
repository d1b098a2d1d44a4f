/* Whatever comes in, what comes out is UTF-8 and XML that a strict parser reads, and repairing it again finds no fault. */
#include "feeds/text/decode.h"
#include "feeds/text/repair.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <libxml/parser.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *t = talloc_new(NULL);
	struct decoded *d = decode_document(t, data, size, NULL);
	struct repaired *r = repair_xml(t, d->text, d->size);
	if (!text_utf8(d->text, d->size) || !text_utf8(r->text, r->size) || strlen(r->text) != r->size || r->size > d->size * 2 + 400000)
		abort();
	struct repaired *again = repair_xml(t, r->text, r->size);
	/* A feed that stands inside what looks like a script's warnings is only seen once those are gone; and the bytes of a
	 * character stand side by side only when the control character between them is. */
	bool inside = again->wrong && (!strcmp(again->wrong, "text before the document") || !strcmp(again->wrong, "a character as references to its bytes"));
	if (r->size && !inside && (again->wrong || strcmp(again->text, r->text)))
		abort();
	xmlFreeDoc(xmlReadMemory(r->text, (int)r->size, NULL, "UTF-8", XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING));
	talloc_free(t);
	return 0;
}
