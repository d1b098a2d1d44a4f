#include "gateway/fediverse/signature/signature_message.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>

char *signature_message_field(void *owner, const struct signature_message *m, const char *name)
{
	char *all = NULL;
	for (const struct http_header *h = m->headers; h && h->name; h++)
		if (text_same(h->name, name)) {
			char *value = text_trim(NULL, h->value);
			char *joined = all ? mem_printf(owner, "%s, %s", all, value) : mem_dup(owner, value);
			talloc_free(value);
			talloc_free(all);
			all = joined;
		}
	return all;
}

bool signature_message_covers(const struct signature *s, const char *name)
{
	for (size_t i = 0; i < s->covered_count; i++)
		if (strcmp(s->covered[i], name) == 0)
			return true;
	return false;
}
