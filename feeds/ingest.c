#include "feeds/ingest.h"
#include "feeds/discover.h"
#include "gateway/base/clock.h"
#include "gateway/base/encode.h"
#include "gateway/base/file.h"
#include "gateway/base/log.h"
#include "gateway/base/mem.h"
#include "gateway/base/text.h"
#include "gateway/base/url.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { REDIRECTS = 5, PARALLEL = 20, TURN_MS = 200 };
#define LEASE (5 * CLOCK_MINUTE)
#define RETRY_AFTER_MAX (2 * 24 * 3600)
#define LONGEST_PAUSE (6 * CLOCK_HOUR)

struct ingest *ingest_new(void *owner, struct db *db, const struct config *config, struct error *err)
{
	struct ingest *in = mem_new(owner, struct ingest);
	in->db = db;
	in->config = config;
	in->client = http_client_new(in, &(struct http_options){ .allow_networks = config->allow_networks, .ca_file = config->ca_file, .parallel = PARALLEL }, err);
	if (in->client)
		return in;
	talloc_free(in);
	return NULL;
}

/* What is said of a status that brings no feed. */
static const char *words_for(int status)
{
	switch (status) {
	case 401: case 403: return "the server does not let us in";
	case 404: return "there is nothing at this address";
	case 410: return "the feed is gone for good; it will not be asked for again";
	case 429: return "the server asks us to come less often";
	default: return status >= 500 ? "the server has trouble of its own" : "the server gave no feed";
	}
}

static int64_t interval(const struct ingest *in)
{
	return in->config->poll_seconds_min > 0 ? in->config->poll_seconds_min * CLOCK_SECOND : in->config->poll_minutes * CLOCK_MINUTE;
}

/* Each failure in a row doubles the pause. */
static int64_t pause_after(const struct ingest *in, int failures)
{
	int64_t pause = interval(in);
	for (int i = 1; i < failures && pause < LONGEST_PAUSE; i++)
		pause *= 2;
	return pause < LONGEST_PAUSE ? pause : LONGEST_PAUSE > interval(in) ? LONGEST_PAUSE : interval(in);
}

static bool failed(struct ingest *in, struct source *s, int64_t at_least_s, struct error *err)
{
	struct error ignored;
	int64_t pause = pause_after(in, ++s->failures);
	if (at_least_s * CLOCK_SECOND > pause)
		pause = at_least_s * CLOCK_SECOND;
	s->last_error = mem_dup(s, err->text);
	s->next_fetch = clock_now() + pause;
	source_record(in->db, s, &ignored);
	return false;
}

static bool went_well(struct ingest *in, struct source *s, struct error *err)
{
	s->failures = 0;
	s->last_error = NULL;
	s->next_fetch = clock_now() + interval(in);
	return source_record(in->db, s, err);
}

static const char *content_type(const struct http_response *r) { return http_header(r, "Content-Type"); }

/* Reads data as source's feed and stores it.  The row and the rows of the entries agree: the validators are kept only
 * once every entry is in. */
static bool take(struct ingest *in, struct source *s, const struct buf *data, const char *type, const char *url, struct ingest_result *result, struct error *err)
{
	char *hash = encode_sha256_hex(s, data->data, data->size);
	result->unchanged = s->imported && s->body_hash && strcmp(s->body_hash, hash) == 0;
	if (result->unchanged)
		return went_well(in, s, err);
	struct feed *feed = feed_parse(s, data->data, data->size, type, url, err);
	if (!feed || !ingest_store(in, s, feed, INGEST_POLL, result, err)) {
		s->etag = s->last_modified = NULL;
		return failed(in, s, 0, err);
	}
	s->title = mem_dup_or_null(s, feed->title);
	if (result->held) {
		s->state = SOURCE_HELD;
		s->etag = s->last_modified = NULL;
		error_set(err, ERROR_PERMANENT, "%zu of %zu posts look new at once; if they are, 'pennypost source approve %lld' sends them, with --quiet it only archives them",
		          result->fresh, result->entries, (long long)s->id);
		return failed(in, s, 0, err);
	}
	s->body_hash = hash;
	s->approved = false;
	if (!s->imported)
		s->imported = clock_now();
	return went_well(in, s, err);
}

static bool take_file(struct ingest *in, struct source *s, struct ingest_result *result, struct error *err)
{
	struct buf *data = file_read(s, s->url + strlen("file://"), FEED_MAX_SIZE, err);
	s->last_fetch = clock_now();
	return data ? take(in, s, data, NULL, NULL, result, err) : failed(in, s, 0, err);
}

static bool take_response(struct ingest *in, struct source *s, const struct http_response *r, struct ingest_result *result, struct error *err)
{
	s->last_fetch = clock_now();
	s->last_status = r->done ? r->status : 0;
	if (!r->done) {
		*err = r->err;
		return failed(in, s, 0, err);
	}
	if (r->status == 304) {
		result->unchanged = true;
		return went_well(in, s, err);
	}
	if (r->status != 200) {
		if (r->status == 410)
			s->state = SOURCE_GONE;
		error_set(err, r->status == 410 || r->status == 404 ? ERROR_NOT_FOUND : ERROR_TEMPORARY, "'%s' answered %d: %s", r->url, r->status, words_for(r->status));
		return failed(in, s, http_retry_after(r, RETRY_AFTER_MAX), err);
	}
	/* Byte for byte, quotes included; what the server does not give any more is forgotten. */
	s->etag = mem_dup_or_null(s, http_header(r, "ETag"));
	s->last_modified = mem_dup_or_null(s, http_header(r, "Last-Modified"));
	return take(in, s, r->body, content_type(r), r->url, result, err);
}

static bool begin(struct ingest *in, struct source *s, struct error *err)
{
	struct http_header headers[4] = { { "Accept", "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1" } };
	size_t n = 1;
	if (s->etag)
		headers[n++] = (struct http_header){ "If-None-Match", s->etag };
	if (s->last_modified)
		headers[n++] = (struct http_header){ "If-Modified-Since", s->last_modified };
	struct http_request request = { .url = s->url, .headers = headers, .max_size = FEED_MAX_SIZE, .redirects = REDIRECTS, .tag = s };
	return http_start(in->client, &request, err);
}

static bool is_file(const struct source *s) { return text_starts(s->url, "file://"); }

bool ingest_source(struct ingest *in, struct source *s, struct ingest_result *result, struct error *err)
{
	*result = (struct ingest_result){ 0 };
	if (is_file(s))
		return take_file(in, s, result, err);
	if (!begin(in, s, err))
		return failed(in, s, 0, err);
	struct http_response *r = NULL;
	while (!r)
		r = http_next(in->client, 1000);
	bool fine = take_response(in, s, r, result, err);
	talloc_free(r);
	return fine;
}

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

char *ingest_discover(void *owner, struct ingest *in, const char *typed, struct error *err)
{
	if (text_starts(typed, "file://"))
		return file_url(owner, typed + strlen("file://"), err);
	if (!strstr(typed, "://"))
		return file_url(owner, typed, err);
	struct http_response *r = http_fetch(owner, in->client, &(struct http_request){ .url = typed, .max_size = FEED_MAX_SIZE, .redirects = REDIRECTS }, err);
	if (!r)
		return NULL;
	if (r->status != 200) {
		error_set(err, ERROR_NOT_FOUND, "'%s' answered %d: %s", typed, r->status, words_for(r->status));
		return NULL;
	}
	if (!discover_is_page(r->body->data, r->body->size, content_type(r)))
		return mem_dup(owner, r->moved ? r->moved : typed);
	size_t count;
	struct discovered *all = discover_feeds(r, r->body->data, r->body->size, r->url, &count);
	if (count == 0) {
		error_set(err, ERROR_NOT_FOUND, "'%s' is a page that names no feed; give the address of the feed itself", typed);
		return NULL;
	}
	return mem_dup(owner, all[0].url);
}

static void tell(const struct source *s, bool fine, const struct ingest_result *r, const struct error *err)
{
	if (!fine)
		log_warning("source failed", log_int("source", s->id), log_text("url", s->url), log_int("failures", s->failures), log_text("error", err->text));
	else if (!r->unchanged)
		log_info("source read", log_int("source", s->id), log_text("url", s->url), log_int("entries", (int64_t)r->entries), log_int("new", (int64_t)r->fresh),
		         log_int("revised", (int64_t)r->revised), log_text("announced", r->first ? "no, first import" : "yes"));
	else
		log_debug("source unchanged", log_int("source", s->id));
}

static void start_one(struct ingest *in, struct source *s)
{
	struct error err = { 0 };
	struct ingest_result result = { 0 };
	if (is_file(s)) {
		bool fine = take_file(in, s, &result, &err);
		tell(s, fine, &result, &err);
	} else if (begin(in, s, &err)) {
		return;
	} else {
		failed(in, s, 0, &err);
		tell(s, false, &result, &err);
	}
	talloc_free(s);
}

/* Starts what is due, as long as there is room; false only for a database that cannot be read. */
static bool start_due(struct ingest *in, struct error *err)
{
	struct source **all;
	int room = PARALLEL - http_running(in->client);
	if (room <= 0)
		return true;
	if (!source_claim(in, in->db, LEASE, room, &all, err))
		return false;
	for (size_t i = 0; i < talloc_array_length(all); i++)
		start_one(in, all[i]);
	talloc_free(all);
	return true;
}

static void finish_one(struct ingest *in)
{
	struct error err = { 0 };
	struct ingest_result result = { 0 };
	struct http_response *r = http_next(in->client, TURN_MS);
	if (!r)
		return;
	struct source *s = r->tag;
	bool fine = take_response(in, s, r, &result, &err);
	tell(s, fine, &result, &err);
	talloc_free(r);
	talloc_free(s);
}

bool ingest_run(struct role *role, struct error *err)
{
	struct ingest *in = ingest_new(role->db, role->db, role->config, err);
	if (!in)
		return false;
	role_ready(role);
	while (role_go_on(role)) {
		int64_t due;
		if (!start_due(in, err) && err->kind != ERROR_TEMPORARY)
			return false;
		if (http_running(in->client) > 0)
			finish_one(in);
		else if (source_next_due(role->db, &due, err))
			role_wait(role, due);
		else if (err->kind != ERROR_TEMPORARY)
			return false;
	}
	return true;
}
