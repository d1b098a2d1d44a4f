#include "gateway/web/server/stamp.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/secret/token.h"
#include "gateway/base/system/clock.h"
#include <stdlib.h>
#include <string.h>

static const char purpose[] = "form";
#define RIPE_AFTER (2 * CLOCK_SECOND)
#define RIPE_FOR (2 * CLOCK_DAY)

/* The end of the second, so that none is ripe too early. */
char *stamp_make(void *owner, const char *secret, int64_t now)
{
	char *payload = mem_printf(NULL, "%09llx", (unsigned long long)(now / CLOCK_SECOND + 1)), *stamp = token_sign(owner, secret, purpose, payload);
	talloc_free(payload);
	return stamp;
}

bool stamp_is_ripe(const char *secret, const char *stamp, int64_t now)
{
	char *payload = stamp && strlen(stamp) == STAMP_SIZE ? token_verify(NULL, secret, purpose, stamp) : NULL;
	int64_t age = payload ? now - strtoll(payload, NULL, 16) * CLOCK_SECOND : 0;
	talloc_free(payload);
	return age >= RIPE_AFTER && age <= RIPE_FOR;
}
