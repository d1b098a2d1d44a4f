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
	return mem_printf(owner, "%s/@%s%s", p->origin, p->handle, rest);
}

char *uris_key_id(void *owner, const struct publication *p) { return below_actor(owner, p, "#main-key"); }
char *uris_multikey_id(void *owner, const struct publication *p) { return below_actor(owner, p, "#ed25519-key"); }
char *uris_inbox(void *owner, const struct publication *p) { return below_actor(owner, p, "/inbox"); }
char *uris_outbox(void *owner, const struct publication *p) { return below_actor(owner, p, "/outbox"); }
char *uris_followers(void *owner, const struct publication *p) { return below_actor(owner, p, "/followers"); }
char *uris_following(void *owner, const struct publication *p) { return below_actor(owner, p, "/following"); }
char *uris_featured(void *owner, const struct publication *p) { return below_actor(owner, p, "/featured"); }
char *uris_shared_inbox(void *owner, const struct publication *p) { return mem_printf(owner, "%s/inbox", p->origin); }

char *uris_outbox_page(void *owner, const struct publication *p, int64_t page)
{
	return mem_printf(owner, "%s/@%s/outbox/%lld", p->origin, p->handle, (long long)page);
}

char *uris_object(void *owner, const struct publication *p, int64_t entry)
{
	return mem_printf(owner, "%s/p/%lld", p->origin, (long long)entry);
}

char *uris_page(void *owner, const struct publication *p, const struct entry *entry)
{
	char *path = entry_path(NULL, entry), *url = mem_printf(owner, "%s%s", p->url, path);
	talloc_free(path);
	return url;
}

char *uris_activity(void *owner, const struct publication *p, int64_t entry, const char *verb, int64_t number)
{
	if (number == 0)
		return mem_printf(owner, "%s/p/%lld/%s", p->origin, (long long)entry, verb);
	return mem_printf(owner, "%s/p/%lld/%s/%lld", p->origin, (long long)entry, verb, (long long)number);
}

bool uris_are_at(const struct publication *p, const char *site)
{
	char *ours = url_authority(NULL, p->origin), *host = url_authority(ours, site);
	bool are = host && strcmp(ours, host) == 0;
	talloc_free(ours);
	return are;
}

/* Reads a positive number and moves *s past it; 0 for anything else. */
static int64_t number_at(const char **s)
{
	size_t digits = strspn(*s, "0123456789");
	if (digits == 0 || digits > 18 || **s == '0')
		return 0;
	int64_t n = strtoll(*s, NULL, 10);
	*s += digits;
	return n;
}

static enum uris_kind parse_entry(const char *rest, int64_t *number)
{
	*number = number_at(&rest);
	if (*number == 0)
		return URIS_NOTHING;
	return !*rest ? URIS_OBJECT : strcmp(rest, "/create") == 0 ? URIS_CREATE : URIS_NOTHING;
}

static enum uris_kind parse_actor(const char *rest, int64_t *number)
{
	static const struct {
		const char *rest;
		enum uris_kind kind;
	} known[] = {
		{ "", URIS_ACTOR }, { "/inbox", URIS_INBOX }, { "/outbox", URIS_OUTBOX },
		{ "/followers", URIS_FOLLOWERS }, { "/following", URIS_FOLLOWING }, { "/featured", URIS_FEATURED },
	};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp(rest, known[i].rest) == 0)
			return known[i].kind;
	if (!text_starts(rest, "/outbox/"))
		return URIS_NOTHING;
	rest += strlen("/outbox/");
	*number = number_at(&rest);
	return *number && !*rest ? URIS_OUTBOX_PAGE : URIS_NOTHING;
}

enum uris_kind uris_parse(const struct publication *p, const char *path, int64_t *number)
{
	size_t n = strlen(p->handle);
	*number = 0;
	if (strcmp(path, "/inbox") == 0)
		return URIS_SHARED_INBOX;
	if (text_starts(path, "/p/"))
		return parse_entry(path + strlen("/p/"), number);
	if (text_starts(path, "/@") && strncasecmp(path + 2, p->handle, n) == 0)
		return parse_actor(path + 2 + n, number);
	return URIS_NOTHING;
}
