#include "gateway/fediverse/document/uris.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static char *below_actor(void *owner, const struct publication *p, const char *rest)
{
	return mem_printf(owner, "%s/@%s%s", p->url, p->handle, rest);
}

char *names_key_id(void *owner, const struct publication *p) { return below_actor(owner, p, "#main-key"); }
char *names_multikey_id(void *owner, const struct publication *p) { return below_actor(owner, p, "#ed25519-key"); }
char *names_inbox(void *owner, const struct publication *p) { return below_actor(owner, p, "/inbox"); }
char *names_outbox(void *owner, const struct publication *p) { return below_actor(owner, p, "/outbox"); }
char *names_followers(void *owner, const struct publication *p) { return below_actor(owner, p, "/followers"); }
char *names_following(void *owner, const struct publication *p) { return below_actor(owner, p, "/following"); }
char *names_shared_inbox(void *owner, const struct publication *p) { return mem_printf(owner, "%s/inbox", p->url); }

char *names_outbox_page(void *owner, const struct publication *p, int64_t page)
{
	return mem_printf(owner, "%s/@%s/outbox/%lld", p->url, p->handle, (long long)page);
}

char *names_object(void *owner, const struct publication *p, int64_t entry)
{
	return mem_printf(owner, "%s/p/%lld", p->url, (long long)entry);
}

char *names_page(void *owner, const struct publication *p, const struct entry *entry)
{
	char *path = entry_path(NULL, entry), *url = mem_printf(owner, "%s%s", p->url, path);
	talloc_free(path);
	return url;
}

char *names_activity(void *owner, const struct publication *p, int64_t entry, const char *verb, int64_t number)
{
	if (number == 0)
		return mem_printf(owner, "%s/p/%lld/%s", p->url, (long long)entry, verb);
	return mem_printf(owner, "%s/p/%lld/%s/%lld", p->url, (long long)entry, verb, (long long)number);
}

/* A positive number at *s, which moves past it; 0 for anything else. */
static int64_t number_at(const char **s)
{
	size_t digits = strspn(*s, "0123456789");
	if (digits == 0 || digits > 18 || **s == '0')
		return 0;
	int64_t n = strtoll(*s, NULL, 10);
	*s += digits;
	return n;
}

static enum names_kind read_entry(const char *rest, int64_t *number)
{
	*number = number_at(&rest);
	if (*number == 0)
		return NAMES_NOTHING;
	return !*rest ? NAMES_OBJECT : strcmp(rest, "/create") == 0 ? NAMES_CREATE : NAMES_NOTHING;
}

static enum names_kind read_actor(const char *rest, int64_t *number)
{
	static const struct {
		const char *rest;
		enum names_kind kind;
	} known[] = {
		{ "", NAMES_ACTOR }, { "/inbox", NAMES_INBOX }, { "/outbox", NAMES_OUTBOX },
		{ "/followers", NAMES_FOLLOWERS }, { "/following", NAMES_FOLLOWING },
	};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp(rest, known[i].rest) == 0)
			return known[i].kind;
	if (!text_starts(rest, "/outbox/"))
		return NAMES_NOTHING;
	rest += strlen("/outbox/");
	*number = number_at(&rest);
	return *number && !*rest ? NAMES_OUTBOX_PAGE : NAMES_NOTHING;
}

enum names_kind names_read(const struct publication *p, const char *path, int64_t *number)
{
	size_t n = strlen(p->handle);
	*number = 0;
	if (strcmp(path, "/inbox") == 0)
		return NAMES_SHARED_INBOX;
	if (text_starts(path, "/p/"))
		return read_entry(path + strlen("/p/"), number);
	if (text_starts(path, "/@") && strncasecmp(path + 2, p->handle, n) == 0)
		return read_actor(path + 2 + n, number);
	return NAMES_NOTHING;
}
