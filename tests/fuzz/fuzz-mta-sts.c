/* fuzz-mta-sts - whatever a domain's record and policy hold: a short id, servers with plain names, a bounded time. */
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "smtp/receiver/mta_sts.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 65536)
		return 0;
	struct error err;
	void *t = talloc_new(NULL);
	const char *text = mem_ndup(t, (const char *)data, size), *id = sts_record_id(t, text);
	const struct sts_policy *p = sts_policy_parse(t, text, &err);
	if (id && (strlen(id) < 1 || strlen(id) > 32))
		abort();
	if (p && (p->max_age < CLOCK_DAY || p->max_age > 31 * CLOCK_DAY || p->count > 100 || (p->mode != STS_NONE && !p->count)))
		abort();
	for (size_t i = 0; p && i < p->count; i++) {
		if (strpbrk(p->mx[i], " \r\n") || (strchr(p->mx[i], '*') && p->mx[i][0] != '*'))
			abort();
		sts_policy_names(p, text);
	}
	talloc_free(t);
	return 0;
}
