#include "feeds/ingest/ingest_source.h"
#include "feeds/fetch/fetch.h"
#include "feeds/fetch/schedule.h"
#include "feeds/ingest/ingest_store.h"
#include "feeds/parse/feed_parse.h"
#include "feeds/source/alert.h"
#include "feeds/websub/websub_discover.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/file.h"
#include "gateway/base/text/text.h"
#include <string.h>

enum { SETTLED_POLLS = 24, UNCONDITIONAL_POLLS = 10 };
/* After this time without a whole feed the next request is unconditional. */
#define UNCONDITIONAL_EVERY CLOCK_DAY
/* The least pause between polls of a source that a hub pushes; the polls notice a hub that has stopped. */
#define PUSHED_PAUSE (6 * CLOCK_HOUR)

bool ingest_source_is_file(const struct source *s) { return text_starts(s->url, "file://") || ingest_mail_is_source(s); }

static struct schedule_bounds bounds_of(const struct ingest *in, const struct source *s)
{
	const struct config *c = in->config;
	struct schedule_bounds b = { c->poll_minutes * CLOCK_MINUTE, c->poll_minutes_max * CLOCK_MINUTE };
	if (c->poll_seconds_min > 0)
		b.min = b.max = c->poll_seconds_min * CLOCK_SECOND;
	if (s->settings.pause_min)
		b.min = s->settings.pause_min;
	if (s->settings.pause_max)
		b.max = s->settings.pause_max;
	return b;
}

bool ingest_source_start(struct ingest *in, struct source *s, struct error *err)
{
	int64_t every = in->config->poll_seconds_min > 0 ? UNCONDITIONAL_POLLS * in->config->poll_seconds_min * CLOCK_SECOND : UNCONDITIONAL_EVERY;
	return fetch_start(in->client, s, clock_now() - s->last_whole >= every, err);
}

static bool failed(struct ingest *in, struct source *s, int64_t retry_after, const struct error *err)
{
	int64_t now = clock_now();
	s->failures++;
	if (!s->failing_since)
		s->failing_since = now;
	s->last_error = mem_dup(s, err->text);
	s->next_fetch = schedule_retry(now, s->failures, retry_after, bounds_of(in, s));
	return false;
}

static void succeeded(struct ingest *in, struct source *s)
{
	struct schedule_bounds b = bounds_of(in, s);
	int64_t now = clock_now(), pause = s->pause ? s->pause : b.min;
	if (s->pushed_until > now && pause < PUSHED_PAUSE)
		pause = PUSHED_PAUSE;
	s->failures = 0;
	s->failing_since = 0;
	s->last_error = NULL;
	s->next_fetch = schedule_next(now, pause, &(struct schedule_hints){ 0, s->skip_hours, s->skip_days }, b, s->id);
}

static void stayed_unchanged(struct ingest *in, struct source *s, struct ingest_result *result)
{
	result->unchanged = true;
	s->pause = schedule_longer(s->pause, bounds_of(in, s));
	succeeded(in, s);
}

/* Takes over what the feed says about itself, and the pause that its hints and its history suggest. */
static void read_feed_fields(struct ingest *in, struct source *s, const struct feed *feed, int64_t max_age)
{
	int64_t *published = mem_array(NULL, int64_t, feed->count + 1), pause = feed->ttl * CLOCK_MINUTE;
	for (size_t i = 0; i < feed->count; i++)
		published[i] = feed->entries[i]->published;
	struct schedule_hints hints = { pause > max_age ? pause : max_age, 0, 0 };
	hints.pause = feed->update_every > hints.pause ? feed->update_every : hints.pause;
	s->skip_hours = feed->skip_hours;
	s->skip_days = feed->skip_days;
	s->pause = schedule_pause(published, feed->count, clock_now(), &hints, bounds_of(in, s));
	s->title = mem_dup_or_null(s, feed->title);
	s->site = url_valid(feed->link) ? mem_dup(s, feed->link) : NULL;
	talloc_free(published);
}

/* A body that was fetched or read from a file. */
struct document {
	const struct buf *data;
	const char *type, *url; /* or NULL */
	int64_t max_age;
	const struct http_response *response; /* NULL: it is a file */
	char *hash; /* the source's */
};

/* WebSub discovery, for a feed that was fetched and stored. */
static bool discover_hubs(struct ingest *in, struct source *s, const struct document *d, const struct feed *feed, const struct ingest_result *result,
                          struct error *err)
{
	const struct websub_document document = { d->response, feed, result->first ? 0 : result->fresh };
	return !d->response || result->held || websub_discover(in->db, in->config, s, &document, err);
}

static bool hold(struct ingest *in, struct source *s, const struct ingest_result *result, struct error *err)
{
	/* The owner is told once, and not again when somebody fetches the source by hand. */
	if (s->state != SOURCE_HELD && !(result->flood ? alert_flood(in->db, s, result->flood, err)
	                                               : alert_held_source(in->db, s, result->fresh, result->entries, err)))
		return failed(in, s, -1, err);
	s->state = SOURCE_HELD;
	s->etag = s->last_modified = NULL;
	if (result->flood)
		error_set(err, ERROR_PERMANENT, "%zu new posts within an hour are more than it ever had; if they are wanted, 'pennypost source approve %lld' sends them, "
		          "with --quiet it only archives them", result->flood, (long long)s->id);
	else
		error_set(err, ERROR_PERMANENT, "%zu of %zu posts look new at once; if they are, 'pennypost source approve %lld' sends them, with --quiet it only archives them",
		          result->fresh, result->entries, (long long)s->id);
	return failed(in, s, -1, err);
}

/* Stores a feed (NULL: there is none, as err says), with what was made ready of it. */
static bool store_feed(struct ingest *in, struct source *s, const struct feed *feed, struct ingest_result *result, struct error *err)
{
	if (feed && feed->lost)
		return error_set(err, ERROR_INVALID, "the feed has entries, but none where a feed may have them (%s): tell whoever publishes it", feed->wrong);
	in->ready = in->parsed ? in->parsed->ready : NULL;
	bool fine = feed && ingest_store(in, s, feed, INGEST_POLL, result, err);
	in->ready = NULL;
	in->language = NULL;
	return fine;
}

/* Stores what a body holds.  Keeps the validators only when every entry is stored. */
static bool take_feed(struct ingest *in, struct source *s, const struct document *d, const struct feed *feed, struct ingest_result *result, struct error *err)
{
	if (!store_feed(in, s, feed, result, err) || !discover_hubs(in, s, d, feed, result, err)) {
		s->etag = s->last_modified = NULL;
		return failed(in, s, -1, err);
	}
	read_feed_fields(in, s, feed, d->max_age);
	if (result->held)
		return hold(in, s, result, err);
	s->body_hash = d->hash;
	/* The next fetch must bring the revisions that were put off, so it must not end in a 304. */
	if (result->put_off)
		s->etag = s->last_modified = s->body_hash = NULL;
	s->approved = false;
	s->quiet_before = 0;
	if (!s->imported)
		s->imported = clock_now();
	succeeded(in, s);
	return true;
}

/* Parses a body, unless a helper did, and stores what is in it. */
static bool take_document(struct ingest *in, struct source *s, struct document *d, struct ingest_result *result, struct error *err)
{
	if (fetch_is_same_body(s, d->data, &d->hash)) {
		stayed_unchanged(in, s, result);
		return true;
	}
	in->language = d->response ? fetch_language(d->response) : NULL;
	const struct ingest_parsed *parsed = in->parsed;
	struct feed *own = parsed ? NULL : feed_parse(s, d->data->data, d->data->size, d->type, d->url, err);
	if (parsed && !parsed->feed)
		*err = parsed->err;
	bool fine = take_feed(in, s, d, parsed ? parsed->feed : own, result, err);
	talloc_free(own);
	return fine;
}

static bool take_file(struct ingest *in, struct source *s, struct ingest_result *result, struct error *err)
{
	struct buf *data = file_read(s, s->url + strlen("file://"), FEED_MAX_SIZE, err);
	s->last_fetch = clock_now();
	return data ? take_document(in, s, &(struct document){ .data = data }, result, err) : failed(in, s, -1, err);
}

/* Changes the URL after a permanent redirect that has proved stable.  When the new URL is a source already, this one ends. */
static void follow_redirect(struct ingest *in, struct source *s)
{
	struct error ignored;
	const char *where = fetch_moved_for_good(s, s->last_fetch, SETTLED_POLLS * bounds_of(in, s).min);
	struct source *other = where ? source_find(s, in->db, s->publication, where, &ignored) : NULL;
	if (other) {
		s->state = SOURCE_GONE;
		s->last_error = mem_printf(s, "moved to where source %lld is already", (long long)other->id);
	} else if (where) {
		s->url = where;
		s->moved = NULL;
		s->moved_since = s->moved_times = 0;
	}
}

static bool take_response(struct ingest *in, struct source *s, const struct http_response *r, struct ingest_result *result, struct error *err)
{
	int64_t retry_after;
	switch (fetch_interpret(s, r, &retry_after, err)) {
	case FETCH_UNCHANGED: stayed_unchanged(in, s, result); return true;
	case FETCH_DOCUMENT:
		return take_document(in, s, &(struct document){ .data = r->body, .type = http_header(r, "Content-Type"), .url = r->url,
		                                                .max_age = fetch_max_age(r, s->last_fetch), .response = r }, result, err);
	default:
		if (retry_after > 0)
			hosts_hold(in->hosts, s->url, clock_now() + retry_after);
		return failed(in, s, retry_after, err);
	}
}

bool ingest_source_settle(struct ingest *in, struct source *s, const struct http_response *r, struct ingest_result *result, struct error *err)
{
	*result = (struct ingest_result){ 0 };
	if (ingest_source_is_file(s))
		return take_file(in, s, result, err);
	if (!r)
		return failed(in, s, -1, err);
	bool fine = take_response(in, s, r, result, err);
	follow_redirect(in, s);
	return fine;
}

static bool alert_owner(struct ingest *in, const struct source *s, int64_t previous, struct error *err)
{
	if (s->state == SOURCE_GONE && s->last_status == 410)
		return alert_gone(in->db, s, err);
	if (s->state == SOURCE_GONE && s->moved)
		return alert_merged(in->db, s, s->moved, err);
	return alert_failing(in->db, s, previous, err);
}

/* A folder, or a queue, costs nothing to look at.  more: another mail may wait; what waits at first, or was approved so, is no news to its end. */
static bool took_mail(struct ingest *in, struct source *s, const struct ingest_result *result, bool more, struct error *err)
{
	struct schedule_bounds b = bounds_of(in, s);
	if (result->held)
		return hold(in, s, result, err);
	s->pause = b.min < CLOCK_MINUTE || s->settings.pause_min ? b.min : CLOCK_MINUTE;
	s->failures = 0;
	s->failing_since = 0;
	s->last_error = NULL;
	s->approved = s->approved && more;
	s->next_fetch = clock_now() + (more ? 0 : s->pause);
	if (!s->imported && !more)
		s->imported = clock_now();
	return true;
}

/* Its helper has ended, three times in a row: then it is passed over like one that is no post. */
static bool is_lost(const struct source *s, const struct ingest_mail *mail, const struct ingest_parsed *parsed)
{
	return !parsed->feed && parsed->err.kind == ERROR_PERMANENT && (mail->row || s->failures + 1 < QUARANTINE_TRIES);
}

/* One that came to an address and cannot be read goes into quarantine, and does not stand before others. */
static bool take_mail(struct ingest *in, struct source *s, const struct ingest_mail *mail, struct ingest_result *result, struct error *err)
{
	struct error why = { 0 };
	const struct ingest_parsed *parsed = in->parsed;
	const bool lost = is_lost(s, mail, parsed);
	if (lost)
		why = parsed->err;
	if (!lost && ingest_mail(in, s, mail, parsed, result, &why))
		return true;
	if (!ingest_mail_failed(in, s, mail, &why, err))
		return false;
	if (mail->row && why.kind != ERROR_TEMPORARY)
		return true;
	*err = why;
	return false;
}

bool ingest_source_settle_mail(struct ingest *in, struct source *s, const struct ingest_mail *mail, struct ingest_result *result, struct error *err)
{
	*result = (struct ingest_result){ .unchanged = !mail };
	s->last_fetch = clock_now();
	if (*err->text || (mail && !take_mail(in, s, mail, result, err)))
		return failed(in, s, -1, err);
	return took_mail(in, s, result, mail != NULL, err);
}

static bool read_folder(struct ingest *in, struct source *s, struct ingest_result *result, struct error *err)
{
	*result = (struct ingest_result){ 0 };
	s->last_fetch = clock_now();
	if (!ingest_mail_folder(in, s, result, err))
		return failed(in, s, -1, err);
	return took_mail(in, s, result, false, err);
}

struct recording {
	struct ingest *in;
	const struct source *source;
	int64_t previous;
};

static bool record(void *context, struct error *err)
{
	const struct recording *r = context;
	return source_record(r->in->db, r->source, err) && alert_owner(r->in, r->source, r->previous, err);
}

/* A hub that answers at this moment writes to the same row. */
bool ingest_source_record(struct ingest *in, const struct source *s, int64_t previous, struct error *err)
{
	return db_transact(in->db, record, &(struct recording){ in, s, previous }, err);
}

/* Waits for the response to a request for source; NULL with err when none can be sent. */
static struct http_response *request(struct ingest *in, struct source *s, struct error *err)
{
	struct http_response *r = in->discovered;
	bool discovered = r && !s->last_fetch && strcmp(s->url, in->discovered_url) == 0;
	if (discovered) {
		in->discovered = NULL;
		return r;
	}
	r = NULL;
	for (bool started = ingest_source_start(in, s, err); started && !r;)
		r = http_next(in->client, 1000);
	return r;
}

bool ingest_source(struct ingest *in, struct source *s, struct ingest_result *result, struct error *err)
{
	struct error unwritten;
	int64_t previous = s->last_fetch;
	struct http_response *r = ingest_source_is_file(s) ? NULL : request(in, s, err);
	bool fine = ingest_mail_is_source(s) ? read_folder(in, s, result, err) : ingest_source_settle(in, s, r, result, err);
	talloc_free(r);
	if (ingest_source_record(in, s, previous, &unwritten))
		return fine;
	*err = unwritten;
	return false;
}
