/* fuzz-url - any base, any reference: what comes out is a URL, and stays itself when taken apart and put together. */
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_stable(void *t, const char *text)
{
	struct error err;
	struct url *url = url_parse(t, text, &err);
	if (!url)
		return;
	char *once = url_text(t, url);
	if (strlen(once) > URL_MAX)
		return;
	struct url *again = url_parse(t, once, &err);
	if (!again || strcmp(url_text(t, again), once) != 0 || strcmp(again->host, url->host) != 0)
		abort();
}

/* A port that says nothing keeps url_resolve from its short cuts. */
static void check_short_cut(void *t, const char *base, const char *relative)
{
	size_t n = strlen("https://") + strcspn(base + (strlen(base) < 8 ? strlen(base) : 8), "/?#@:");
	if (strncmp(base, "https://", 8) != 0 || base[n] != '/' || strlen(base) > URL_MAX - 4)
		return;
	char *once = url_resolve(t, base, relative), *other = url_resolve(t, mem_printf(t, "%.*s:443%s", (int)n, base, base + n), relative);
	if (!once != !other || (once && strcmp(once, other) != 0))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *t = talloc_new(NULL);
	char *base = mem_ndup(t, (const char *)data, size);
	char *relative = strchr(base, '\n');
	if (relative)
		*relative++ = '\0';
	check_stable(t, base);
	char *resolved = url_resolve(t, base, relative ? relative : base);
	if (resolved)
		check_stable(t, resolved);
	if (resolved && strlen(resolved) <= URL_MAX && !url_valid(resolved))
		abort();
	check_short_cut(t, base, relative ? relative : base);
	url_decode(t, base, true);
	url_form_value(t, base, relative ? relative : "a");
	url_host_ascii(t, base);
	talloc_free(t);
	return 0;
}
