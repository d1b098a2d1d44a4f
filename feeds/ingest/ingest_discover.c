#include "feeds/ingest/ingest_discover.h"
#include "feeds/fetch/fetch.h"
#include "feeds/parse/discover.h"
#include "feeds/parse/feed_parse.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static char *file_url(void *owner, const char *path, struct error *err)
{
	char *real = realpath(path, NULL);
	if (!real) {
		error_set(err, ERROR_NOT_FOUND, "'%s' is neither a web address nor a file: %s", path, strerror(errno));
		return NULL;
	}
	char *url = mem_printf(owner, "file://%s", real);
	free(real);
	return url;
}

/* Keeps the response for ingest_source. */
static char *keep(void *owner, struct ingest *in, struct http_response *r, const char *typed, const struct source_settings *settings)
{
	bool moves = r->moved && fetch_may_move(settings, typed, r->moved);
	talloc_free(in->discovered);
	in->discovered = talloc_steal(in, r);
	in->discovered_url = mem_dup(r, moves ? r->moved : typed);
	return mem_dup(owner, in->discovered_url);
}

/* Sends the request that a source with this URL would send. */
static struct http_response *request(void *owner, struct ingest *in, const char *typed, const struct source_settings *settings, struct error *err)
{
	struct source *s = mem_new(owner, struct source);
	struct http_response *r = NULL;
	s->url = typed;
	s->settings = *settings;
	for (bool started = fetch_start(in->client, s, true, err); started && !r;)
		r = http_next(in->client, 1000);
	if (!r)
		return NULL;
	talloc_steal(owner, r);
	if (r->done)
		return r;
	*err = r->err;
	return NULL;
}

/* Does the page mark its posts up as an h-feed? */
static bool is_feed(const struct http_response *r)
{
	struct error ignored;
	struct feed *feed = feed_parse(NULL, r->body->data, r->body->size, http_header(r, "Content-Type"), r->url, &ignored);
	bool is = feed && feed->count > 0;
	talloc_free(feed);
	return is;
}

char *ingest_discover(void *owner, struct ingest *in, const char *typed, const struct source_settings *settings, struct error *err)
{
	if (text_starts(typed, "file://"))
		return file_url(owner, typed + strlen("file://"), err);
	if (!strstr(typed, "://"))
		return file_url(owner, typed, err);
	struct http_response *r = request(owner, in, typed, settings, err);
	if (!r)
		return NULL;
	if (r->status != 200) {
		error_set(err, ERROR_NOT_FOUND, "'%s' answered %d: %s", source_redact_url(r, typed), r->status, fetch_status_text(r->status));
		return NULL;
	}
	if (!discover_is_page(r->body->data, r->body->size, http_header(r, "Content-Type")))
		return keep(owner, in, r, typed, settings);
	size_t count;
	struct discovered *all = discover_feeds(r, r->body->data, r->body->size, r->url, &count);
	if (count == 0 && is_feed(r))
		return keep(owner, in, r, typed, settings);
	if (count == 0) {
		error_set(err, ERROR_NOT_FOUND, "'%s' is a page that names no feed; give the address of the feed itself", source_redact_url(r, typed));
		return NULL;
	}
	if (fetch_may_move(settings, typed, all[0].url))
		return mem_dup(owner, all[0].url);
	error_set(err, ERROR_INVALID, "'%s' names its feed at another origin, which would get your headers: add '%s' itself, with or without them",
	          source_redact_url(r, typed), source_redact_url(r, all[0].url));
	return NULL;
}
