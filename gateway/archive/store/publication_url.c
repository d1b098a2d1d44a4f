#include "gateway/archive/store/publication.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>

char *publication_host(void *owner, const char *host, char **bare)
{
	char *clean = text_lower(owner, host);
	char *colon = strrchr(clean, ':'), *port = colon && !strchr(colon, ']') ? colon : clean + strlen(clean);
	if (port > clean && port[-1] == '.')
		memmove(port - 1, port, strlen(port) + 1), port--;
	bool usual = strcmp(port, ":443") == 0 || strcmp(port, ":80") == 0 || strcmp(port, ":") == 0;
	*bare = mem_ndup(clean, clean, usual ? (size_t)(port - clean) : strlen(clean));
	return clean;
}

const char *publication_former(const struct publication *p, const char *host)
{
	char *bare, *clean = publication_host(NULL, host, &bare);
	const char *found = NULL;
	for (size_t i = 0; !found && p->former && p->former[i]; i++) {
		const char *was = url_authority(clean, p->former[i]);
		if (strcmp(was, clean) == 0 || strcmp(was, bare) == 0)
			found = p->former[i];
	}
	talloc_free(clean);
	return found;
}

bool publication_is_at(const struct publication *p, const char *url)
{
	char *host = url ? url_authority(NULL, url) : NULL;
	bool is = host && (strcmp(host, p->host) == 0 || publication_former(p, host));
	talloc_free(host);
	return is;
}

bool publication_shares_host(const struct publication *p, const char *url)
{
	bool shares = url_same_host(url, p->url);
	for (size_t i = 0; !shares && p->former && p->former[i]; i++)
		shares = url_same_host(url, p->former[i]);
	return shares;
}
