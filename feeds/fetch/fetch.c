#include "feeds/fetch/fetch.h"
#include "feeds/parse/feed.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/encode.h"
#include "gateway/base/text/language.h"
#include "gateway/base/text/text.h"
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { REDIRECTS = 5, MOVED_TIMES = 3, HEADERS_MAX = 20 };
#define RETRY_AFTER_MAX_S (2 * 24 * 3600)

const char fetch_accept[] = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1";

const char *fetch_status_text(int status)
{
	switch (status) {
	case 401: case 403: return "the server does not let us in";
	case 404: return "there is nothing at this address";
	case 410: return "the feed is gone for good; it will not be asked for again";
	case 429: return "the server asks us to come less often";
	default: return status >= 500 ? "the server has trouble of its own" : "the server gave no feed";
	}
}

/* The owner's headers come last, and replace ours of the same name. */
static void add_owner_headers(void *owner, const char *json, struct http_header **all, size_t *count)
{
	const char *name;
	json_t *value, *own = json ? json_loads(json, 0, NULL) : NULL;
	json_object_foreach(own, name, value) {
		size_t at = 0;
		while (at < *count && !text_same((*all)[at].name, name))
			at++;
		if (!json_is_string(value) || *count >= HEADERS_MAX)
			continue;
		struct http_header *h = at < *count ? &(*all)[at] : mem_push(owner, *all, *count);
		*h = (struct http_header){ mem_dup(owner, name), mem_dup(owner, json_string_value(value)) };
	}
	json_decref(own);
}

bool fetch_start(struct http_client *client, struct source *s, bool unconditional, struct error *err)
{
	void *scratch = talloc_new(NULL);
	struct http_header *headers = NULL;
	size_t count = 0;
	*mem_push(scratch, headers, count) = (struct http_header){ "Accept", fetch_accept };
	if (s->etag && !unconditional)
		*mem_push(scratch, headers, count) = (struct http_header){ "If-None-Match", s->etag };
	if (s->last_modified && !unconditional)
		*mem_push(scratch, headers, count) = (struct http_header){ "If-Modified-Since", s->last_modified };
	add_owner_headers(scratch, s->settings.headers, &headers, &count);
	*mem_push(scratch, headers, count) = (struct http_header){ NULL, NULL };
	struct http_request request = { .url = s->url, .headers = headers, .max_size = FEED_MAX_SIZE, .redirects = REDIRECTS,
	                                .proxy = s->settings.proxy, .tag = s };
	bool fine = http_start(client, &request, err);
	talloc_free(scratch);
	return fine;
}

static void note_redirect(struct source *s, const char *moved, int64_t now)
{
	if (!moved || strcmp(moved, s->url) == 0) {
		s->moved = NULL;
		s->moved_since = s->moved_times = 0;
	} else if (s->moved && strcmp(s->moved, moved) == 0) {
		s->moved_times++;
	} else {
		s->moved = mem_dup(s, moved);
		s->moved_since = now;
		s->moved_times = 1;
	}
}

bool fetch_may_move(const struct source_settings *settings, const char *from, const char *to)
{
	return !settings->headers || url_same_origin(from, to);
}

const char *fetch_moved_for_good(const struct source *s, int64_t now, int64_t settled)
{
	return s->moved && fetch_may_move(&s->settings, s->url, s->moved) && s->moved_times >= MOVED_TIMES && now - s->moved_since >= settled ? s->moved : NULL;
}

enum fetch_outcome fetch_interpret(struct source *s, const struct http_response *r, int64_t *retry_after, struct error *err)
{
	*retry_after = -1;
	s->last_fetch = clock_now();
	s->last_status = r->done ? r->status : 0;
	if (!r->done) {
		*err = r->err;
		return FETCH_FAILED;
	}
	if (r->status == 200 || r->status == 304)
		note_redirect(s, r->moved, s->last_fetch);
	if (r->status == 304)
		return FETCH_UNCHANGED;
	if (r->status != 200) {
		int64_t seconds = http_retry_after(r, RETRY_AFTER_MAX_S);
		*retry_after = seconds < 0 ? -1 : seconds * CLOCK_SECOND;
		error_set(err, r->status == 410 || r->status == 404 ? ERROR_NOT_FOUND : ERROR_TEMPORARY, "'%s' answered %d: %s", r->url, r->status,
		          fetch_status_text(r->status));
		if (r->status == 410)
			s->state = SOURCE_GONE;
		return r->status == 410 ? FETCH_GONE : FETCH_FAILED;
	}
	s->last_whole = s->last_fetch;
	/* An ETag is kept with its quotes; a validator that is absent now is removed. */
	s->etag = mem_dup_or_null(s, http_header(r, "ETag"));
	s->last_modified = mem_dup_or_null(s, http_header(r, "Last-Modified"));
	return FETCH_DOCUMENT;
}

bool fetch_is_same_body(const struct source *s, const struct buf *body, char **hash)
{
	*hash = encode_sha256_hex((void *)(uintptr_t)s, body->data, body->size);
	return s->imported && s->body_hash && strcmp(s->body_hash, *hash) == 0;
}

int64_t fetch_max_age(const struct http_response *r, int64_t now)
{
	const char *control = http_header(r, "Cache-Control"), *expires = http_header(r, "Expires");
	const char *age = control ? strcasestr(control, "max-age=") : NULL;
	int64_t time;
	/* "s-maxage=" does not hold "max-age=", and a max-age decides whatever Expires says (RFC 9111 section 5.3). */
	if (age) {
		long long seconds = strtoll(age + strlen("max-age="), NULL, 10);
		return seconds > 0 && seconds < INT32_MAX ? seconds * CLOCK_SECOND : 0;
	}
	return expires && clock_parse_rfc5322(expires, &time) && time > now ? time - now : 0;
}

const char *fetch_language(const struct http_response *r)
{
	const char *language = http_header(r, "Content-Language");
	return language && language_known(language) ? language : NULL;
}
