#include "gateway/fediverse/actor/webfinger.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "gateway/fediverse/document/uris.h"
#include <string.h>

/* "tides@tidalclock.example" for all spellings of an address; NULL when resource is not an address. */
static char *bare_address(void *owner, const char *resource)
{
	static const char scheme[] = "acct:";
	char *small = text_lower(owner, resource), *at = small;
	if (text_starts(at, scheme))
		at += strlen(scheme);
	if (*at == '@')
		at++;
	const char *host = strchr(at, '@');
	bool fine = host && host > at && host[1] && !strchr(host + 1, '@') && !strpbrk(at, " /\r\n\t");
	if (!fine)
		return NULL;
	/* A name with letters beyond ASCII is the same as its punycode; the port stays as it is. */
	size_t size = strcspn(host + 1, ":");
	char *name = mem_ndup(owner, host + 1, size), *ascii = url_host_ascii(owner, name);
	return mem_printf(owner, "%.*s%s%s", (int)(host + 1 - at), at, ascii ? ascii : name, host + 1 + size);
}

/* Any host of p, with its port or without: somebody may know the publication by where its pages are.  The answer names its own. */
static bool is_host(void *scratch, const struct publication *p, const char *host)
{
	const char *url = mem_printf(scratch, "%.*s://%s/", (int)strcspn(p->origin, ":"), p->origin, host), *port = strrchr(host, ':');
	return port && !strchr(port, ']') ? publication_is_at(p, url) : publication_shares_host(p, url);
}

static bool check_resource(void *scratch, const struct publication *p, const char *resource, struct error *err)
{
	struct error ignored;
	struct url *url = url_parse(scratch, resource, &ignored);
	if (url) {
		char *ours = mem_printf(scratch, "/@%s", p->handle);
		return (publication_shares_host(p, resource) && (strcmp(url->path, "/") == 0 || text_same(url->path, ours))) ||
		       error_set(err, ERROR_NOT_FOUND, "'%s' is not here", resource);
	}
	char *address = bare_address(scratch, resource);
	if (!address)
		return error_set(err, ERROR_INVALID, "resource must be acct:NAME@HOST or a URL");
	const char *at = strchr(address, '@');
	return (text_same(mem_ndup(scratch, address, (size_t)(at - address)), p->handle) && is_host(scratch, p, at + 1)) ||
	       error_set(err, ERROR_NOT_FOUND, "'%s' is not here", resource);
}

json_t *webfinger_document(void *owner, const struct publication *p, const char *resource, struct error *err)
{
	void *scratch = talloc_new(NULL);
	json_t *jrd = NULL;
	if (check_resource(scratch, p, resource, err)) {
		char *actor = publication_actor_url(scratch, p), *home = mem_printf(scratch, "%s/", p->url);
		jrd = jsonld_own(owner, json_pack("{s:s, s:[s, s], s:[{s:s, s:s, s:s}, {s:s, s:s, s:s}]}",
			"subject", mem_printf(scratch, "acct:%s", publication_address(scratch, p) + 1),
			"aliases", actor, home,
			"links",
			"rel", "self", "type", "application/activity+json", "href", actor,
			"rel", "http://webfinger.net/rel/profile-page", "type", "text/html", "href", home));
	}
	talloc_free(scratch);
	return jrd;
}
