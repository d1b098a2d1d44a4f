#include "feeds/ingest/backfill.h"
#include "feeds/fetch/fetch.h"
#include "feeds/ingest/ingest_store.h"
#include "feeds/parse/feed_parse.h"
#include "gateway/base/address/network.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include <string.h>

/* The pause between two requests to a public host. */
#define PAUSE CLOCK_SECOND
/* A Retry-After longer than this stops the backfill. */
#define RETRY_AFTER_MAX CLOCK_HOUR
enum { TRIES = 6, TURN_MS = 1000, REPEATS_OF_NUMBERS = 2 };

static struct backfill *backfill_new(void *owner, struct ingest *in, struct source *source)
{
	struct backfill *b = mem_new(owner, struct backfill);
	b->in = in;
	b->source = source;
	return b;
}

static struct backfill *open_backfill(void *owner, struct ingest *in, struct source *source, enum backfill_paging paging, const char *first, struct error *err)
{
	struct backfill *b = backfill_new(owner, in, source);
	bool fine = backfill_progress_read(b, in->db, source->id, &b->progress, err);
	if (fine && b->progress.next) {
		b->resumed = b->progress.pages > 0;
		b->again = true;
		return b;
	}
	b->progress.paging = paging;
	b->progress.next = mem_dup(b, first);
	b->progress.pages = b->progress.entries = b->progress.fresh = b->progress.repeats = b->progress.finished = 0;
	b->progress.started = clock_now();
	b->progress.error = NULL;
	if (fine && backfill_progress_begin(in->db, source->id, &b->progress, err))
		return b;
	talloc_free(b);
	return NULL;
}

struct backfill *backfill_open(void *owner, struct ingest *in, struct source *source, struct error *err)
{
	if (source->kind == SOURCE_FEED && url_valid(source->url))
		return open_backfill(owner, in, source, BACKFILL_PAGING_UNKNOWN, source->url, err);
	error_set(err, ERROR_INVALID, "'%s' is no feed of the web: it has no older pages", source->url);
	return NULL;
}

struct backfill *backfill_open_at(void *owner, struct ingest *in, struct source *source, const char *first, struct error *err)
{
	return open_backfill(owner, in, source, BACKFILL_PAGING_LINKS, first, err);
}

/* A local host needs no pause. */
static int64_t pause_before(const char *url)
{
	struct error ignored;
	struct network_address address;
	void *scratch = talloc_new(NULL);
	struct url *parts = url_parse(scratch, url, &ignored);
	char *host = mem_dup(scratch, parts ? parts->host : "");
	if (*host == '[' && text_ends(host, "]")) {
		host[strlen(host) - 1] = '\0';
		host++;
	}
	bool local = strcmp(host, "localhost") == 0 || (network_address_parse(host, &address) && network_reserved(&address));
	talloc_free(scratch);
	return local ? 0 : PAUSE;
}

static bool write_progress(struct backfill *b, const char *at, struct error *err)
{
	return backfill_progress_write(b->in->db, b->source->id, &b->progress, at, err);
}

static bool stop(struct backfill *b, struct error *err)
{
	struct error ignored;
	b->progress.error = mem_dup(b, err->text);
	write_progress(b, b->progress.next, &ignored);
	return false;
}

/* After a temporary failure.  retry_after_s: -1 when the server did not say. */
static bool retry(struct backfill *b, int64_t retry_after_s, struct error *err)
{
	b->wait = retry_after_s >= 0 ? retry_after_s * CLOCK_SECOND : CLOCK_SECOND << b->tries;
	if (b->wait > RETRY_AFTER_MAX) {
		error_set(err, ERROR_TEMPORARY, "'%s' asks for a pause of %lld minutes", source_redact_url(b, b->progress.next), (long long)(b->wait / CLOCK_MINUTE));
		return stop(b, err);
	}
	if (++b->tries >= TRIES)
		return stop(b, err);
	b->waiting = mem_dup(b, err->text);
	return true;
}

/* Ends the backfill.  why: NULL when it reached the oldest page. */
static void end(struct backfill *b, const char *why)
{
	b->progress.next = NULL;
	b->progress.finished = clock_now();
	b->progress.completed = why ? b->progress.completed : b->progress.finished;
	b->progress.error = why ? mem_dup(b, why) : NULL;
}

/* Does this page show that no older ones follow, although it names one? */
static bool is_last(struct backfill *b, const struct feed *feed, const struct ingest_result *result, bool repeat)
{
	bool numbers = b->progress.paging == BACKFILL_PAGING_NUMBERS || b->progress.paging == BACKFILL_PAGING_GUESSED;
	b->progress.repeats = repeat || feed->count == 0 ? b->progress.repeats + 1 : 0;
	if (numbers && b->progress.repeats)
		return feed->count == 0 || b->progress.pages == 2 || b->progress.repeats == REPEATS_OF_NUMBERS;
	bool known = feed->count > 0 && result->fresh == 0 && !b->again;
	return b->progress.repeats == BACKFILL_REPEATS || (b->progress.completed && b->progress.pages > 1 && known);
}

static bool advance(struct backfill *b, const char *url, char *next, bool last, struct error *err)
{
	bool seen = false;
	if (next && !last && !backfill_progress_has_page(b->in->db, b->source->id, next, &seen, err))
		return false;
	b->progress.next = next;
	if (!next || last || seen || strcmp(next, url) == 0)
		end(b, NULL);
	else if (b->progress.pages >= BACKFILL_PAGES)
		end(b, "so many pages are no archive; the rest was not read");
	return write_progress(b, url, err);
}

static bool note_page(struct backfill *b, const struct feed *feed, const struct ingest_result *result, bool newest, char *next, struct error *err)
{
	bool repeat;
	const char *url = b->progress.next;
	b->progress.pages++;
	b->progress.entries += (int64_t)feed->count;
	b->progress.fresh += (int64_t)result->fresh;
	return backfill_progress_add_page(b->in->db, b->source->id, url, backfill_paging_hash(b, feed), &repeat, err) &&
	       advance(b, url, next, !newest && is_last(b, feed, result, repeat), err);
}

/* Stores a page and goes on to the next.  Its entries come before the progress, because storing them twice does no harm. */
static bool store_page(struct backfill *b, const struct feed *feed, struct error *err)
{
	struct ingest_result result = { 0 };
	bool newest = b->progress.paging == BACKFILL_PAGING_UNKNOWN;
	char *next = newest ? NULL : backfill_paging_next(b, b->progress.paging, feed, b->progress.next);
	if (newest)
		b->progress.paging = backfill_paging_of(b, feed, b->progress.next, &next);
	/* New entries on the newest page are news, so the next poll stores them. */
	if (!(newest && b->source->imported) && !ingest_store(b->in, b->source, feed, INGEST_ARCHIVE, &result, err))
		return false;
	return db_begin(b->in->db, err) && db_end(b->in->db, note_page(b, feed, &result, newest, next, err), err);
}

static bool take_feed(struct backfill *b, const struct feed *feed, struct error *err)
{
	struct backfill before = *b;
	if (!store_page(b, feed, err)) {
		*b = before;
		b->again = true;
		return false;
	}
	b->again = false;
	b->tries = 0;
	b->waiting = NULL;
	b->wait = b->progress.next ? pause_before(b->progress.next) : 0;
	return true;
}

static bool is_past_the_end(const struct backfill *b, int status)
{
	return (b->progress.paging == BACKFILL_PAGING_NUMBERS && (status == 404 || status == 410 || status == 400)) || (b->progress.paging == BACKFILL_PAGING_GUESSED && status >= 400 && status < 500);
}

static bool finish(struct backfill *b, struct error *err)
{
	const char *at = b->progress.next;
	end(b, NULL);
	return write_progress(b, at, err);
}

bool backfill_take(struct backfill *b, const struct http_response *r, struct error *err)
{
	if (!r || !r->done) {
		*err = r ? r->err : *err;
		return err->kind == ERROR_TEMPORARY ? retry(b, -1, err) : stop(b, err);
	}
	if (r->status == 429 || r->status >= 500) {
		error_set(err, ERROR_TEMPORARY, "'%s' answered %d: %s", r->url, r->status, fetch_status_text(r->status));
		return retry(b, http_retry_after(r, 30 * CLOCK_DAY / CLOCK_SECOND), err);
	}
	if (is_past_the_end(b, r->status))
		return finish(b, err);
	if (r->status != 200) {
		error_set(err, r->status == 404 || r->status == 410 ? ERROR_NOT_FOUND : ERROR_PERMANENT, "'%s' answered %d: %s", r->url, r->status, fetch_status_text(r->status));
		return stop(b, err);
	}
	struct feed *feed = feed_parse(NULL, r->body->data, r->body->size, http_header(r, "Content-Type"), r->url, err);
	if (!feed && b->progress.paging == BACKFILL_PAGING_GUESSED)
		return finish(b, err);
	if (!feed) {
		error_prefix(err, "'%s': ", r->url);
		return stop(b, err);
	}
	bool fine = take_feed(b, feed, err);
	talloc_free(feed);
	return fine;
}

/* The page as a source of its own.  The owner's headers and credentials go only to the origin of the source. */
static struct source *page_of(const struct backfill *b)
{
	struct error ignored;
	struct source *page = mem_new(b, struct source);
	*page = *b->source;
	page->url = b->progress.next;
	page->etag = page->last_modified = NULL;
	if (!url_same_origin(b->source->url, b->progress.next)) {
		page->settings.headers = NULL;
		return page;
	}
	struct url *own = url_parse(page, b->source->url, &ignored), *there = url_parse(page, b->progress.next, &ignored);
	if (own && there && own->user && !there->user) {
		there->user = own->user;
		there->password = own->password;
		page->url = url_text(page, there);
	}
	return page;
}

bool backfill_turn(struct backfill *b, struct error *err)
{
	struct source *page = page_of(b);
	struct http_response *r = NULL;
	if (fetch_start(b->in->client, page, true, err))
		while (!r)
			r = http_next(b->in->client, TURN_MS);
	bool fine = backfill_take(b, r, err);
	talloc_free(r);
	talloc_free(page);
	return fine;
}
