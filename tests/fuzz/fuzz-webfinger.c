/* What people type and other servers ask, in the first line; the rest is a JRD or an actor that we fetched. */
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/fediverse/actor/webfinger.h"
#include "gateway/fediverse/document/accept.h"
#include "gateway/fediverse/document/uris.h"
#include "gateway/base/address/handle.h"
#include "gateway/fediverse/remote/follow_page.h"
#include "gateway/fediverse/remote/resolve.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static const struct publication p = { .id = 1, .url = "https://a.example", .origin = "https://a.example", .host = "a.example", .handle = "tides", .name = "T" };
	void *t = talloc_new(NULL);
	struct error err;
	char *line = mem_ndup(t, (const char *)data, size), *rest = strchr(line, '\n');
	int64_t number;
	if (rest)
		*rest++ = '\0';
	struct handle *who = handle_parse(t, line, &err);
	if (who && strpbrk(who->host, "/?#@ \r\n\"<>"))
		abort();
	accept_activity(line);
	accept_is_activity(line);
	uris_parse(&p, line, &number);
	webfinger_document(t, &p, line, &err);
	char *page = who ? handle_follow_page(t, who, "https://a.example/@tides") : NULL;
	if (page && !url_valid(page))
		abort();
	resolve_is_handle(line);
	json_t *jrd = rest ? jsonld_read(t, rest, strlen(rest), &err) : NULL;
	const char *self = jrd ? resolve_self(jrd) : NULL;
	if (self && !url_valid(self))
		abort();
	bool own;
	const struct follow_page_query query = { "https://b.example/.well-known/webfinger", "https://c.example/x", "https://a.example/@tides", "https://a.example" };
	char *there = jrd ? follow_page_find(t, jrd, &query, &own) : NULL;
	if (there && (strncmp(there, "https://", 8) != 0 || strpbrk(there, " \r\n\"<>\\") || !url_valid(there)))
		abort();
	char *next;
	if (jrd && url_valid(line))
		remote_actor_read(t, jrd, line, NULL, &next, &err);
	talloc_free(t);
	return 0;
}
