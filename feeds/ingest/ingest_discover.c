#include "feeds/ingest/ingest_discover.h"
#include "feeds/fetch/fetch.h"
#include "feeds/mail/mail_folder.h"
#include "feeds/parse/discover.h"
#include "feeds/parse/feed_parse.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* Requests for the links of a page, and for the usual places. */
enum { CANDIDATES = 6, GUESSES = 7 };

static char *file_url(void *owner, const char *path, struct error *err)
{
	char *real = realpath(path, NULL);
	if (!real) {
		error_set(err, ERROR_NOT_FOUND, "'%s' is neither a web address nor a file: %s", path, strerror(errno));
		return NULL;
	}
	char *url = mem_printf(owner, "%s://%s", mail_folder_is_maildir(real) ? "maildir" : "file", real);
	free(real);
	return url;
}

static char *mail_url(void *owner, const char *address, struct error *err)
{
	char *url = source_url_of_mail(owner, address);
	if (!url)
		error_set(err, ERROR_INVALID, "'%s' is no mail address", address);
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

/* Is it a feed, or a page that marks its posts up as one? */
static bool is_feed(const struct http_response *r)
{
	struct error ignored;
	struct feed *feed = feed_parse(NULL, r->body->data, r->body->size, http_header(r, "Content-Type"), r->url, &ignored);
	bool is = feed && !feed->lost && (feed->count > 0 || !discover_is_page(r->body->data, r->body->size, NULL));
	talloc_free(feed);
	return is;
}

/* The names of the sources that a person could have meant: candidates are asked one after the other. */
struct search {
	struct ingest *in;
	const char *typed;
	const struct source_settings *settings;
	int tries; /* that are left */
	struct error *err; /* why the first of them was none */
};

/* Is there a feed at url?  Then it is kept. */
static char *try_candidate(void *owner, struct search *s, const char *url)
{
	struct error why = { 0 };
	if (s->tries-- <= 0)
		return NULL;
	struct http_response *r = request(owner, s->in, url, s->settings, &why);
	if (r && r->status == 200 && is_feed(r))
		return keep(owner, s->in, r, url, s->settings);
	if (!*s->err->text && r && r->status != 200)
		error_set(s->err, ERROR_NOT_FOUND, "'%s' names a feed, but '%s' answered %d: %s", source_redact_url(r, s->typed), source_redact_url(r, url), r->status,
		          fetch_status_text(r->status));
	else if (!*s->err->text)
		error_set(s->err, ERROR_NOT_FOUND, "'%s' names a feed, but there is none at '%s'%s%s", source_redact_url(owner, s->typed), source_redact_url(owner, url),
		          *why.text ? ": " : "", why.text);
	talloc_free(r);
	return NULL;
}

/* The first of the links of a page that leads to a feed. */
static char *follow(void *owner, struct search *s, struct http_response *page)
{
	size_t count;
	struct discovered *all = discover_feeds(page, page->body->data, page->body->size, page->url, &count);
	const char *links = http_header(page, "Link");
	const char *elsewhere = NULL;
	char *found = NULL;
	if (links)
		discover_header(page, &all, &count, links, page->url);
	for (size_t i = 0; i < count && !found; i++) {
		if (fetch_may_move(s->settings, s->typed, all[i].url))
			found = try_candidate(owner, s, all[i].url);
		else
			elsewhere = elsewhere ? elsewhere : all[i].url;
	}
	if (!found && elsewhere)
		error_set(s->err, ERROR_INVALID, "'%s' names its feed at another origin, which would get your headers: add '%s' itself, with or without them",
		          source_redact_url(page, s->typed), source_redact_url(page, elsewhere));
	return found;
}

static char *guess(void *owner, struct search *s, struct http_response *page)
{
	char *found = NULL;
	for (const char *const *path = discover_usual(); *path && !found; path++) {
		char *url = url_resolve(page, page->url, *path);
		if (url && fetch_may_move(s->settings, s->typed, url))
			found = try_candidate(owner, s, url);
	}
	if (!found)
		error_set(s->err, ERROR_NOT_FOUND, "'%s' is a page that names no feed; give the address of the feed itself", source_redact_url(page, s->typed));
	return found;
}

static char *discover(void *owner, struct search *s)
{
	struct http_response *r = request(owner, s->in, s->typed, s->settings, s->err);
	if (!r)
		return NULL;
	if (r->status != 200) {
		error_set(s->err, ERROR_NOT_FOUND, "'%s' answered %d: %s", source_redact_url(r, s->typed), r->status, fetch_status_text(r->status));
		return NULL;
	}
	if (!discover_is_page(r->body->data, r->body->size, http_header(r, "Content-Type")))
		return keep(owner, s->in, r, s->typed, s->settings);
	char *found = follow(owner, s, r);
	if (!found && is_feed(r)) {
		*s->err = (struct error){ 0 };
		return keep(owner, s->in, r, s->typed, s->settings);
	}
	if (found || *s->err->text)
		return found;
	s->tries = GUESSES;
	return guess(owner, s, r);
}

/* Is this the address of a page without its scheme: "example.org", "example.org/feed"? */
static bool is_bare_address(const char *typed)
{
	size_t host = strcspn(typed, "/");
	return *typed != '.' && *typed != '/' && memchr(typed, '.', host) && !strpbrk(typed, " \t\r\n") && access(typed, F_OK) != 0;
}

char *ingest_discover(void *owner, struct ingest *in, const char *typed, const struct source_settings *settings, struct error *err)
{
	char *address = discover_address(owner, typed);
	bool bare = !strstr(address, "://");
	if (strncasecmp(address, "mailto:", strlen("mailto:")) == 0)
		return mail_url(owner, address + strlen("mailto:"), err);
	if (text_starts(address, "maildir://"))
		return file_url(owner, address + strlen("maildir://"), err);
	if (text_starts(address, "file://"))
		return file_url(owner, address + strlen("file://"), err);
	if (bare && !is_bare_address(address))
		return file_url(owner, address, err);
	*err = (struct error){ 0 };
	struct search s = { in, bare ? mem_printf(owner, "https://%s", address) : address, settings, CANDIDATES, err };
	char *found = discover(owner, &s);
	/* Where nothing answers by TLS, something may without. */
	if (!found && bare && err->kind == ERROR_TEMPORARY) {
		struct error why = { 0 };
		struct search again = { in, mem_printf(owner, "http://%s", address), settings, CANDIDATES, &why };
		found = discover(owner, &again);
	}
	return found;
}
