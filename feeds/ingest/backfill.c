#include "feeds/fetch/fetch.h"
#include "feeds/ingest/backfill_progress.h"
#include "feeds/parse/feed_parse.h"
#include "gateway/base/address/network.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include <string.h>

/* Between two requests to a public host. */
#define POLITE CLOCK_SECOND
/* A server that wants longer than this to itself is asked again another day. */
#define PATIENCE CLOCK_HOUR
enum { TRIES = 6, TURN_MS = 1000, REPEATS = 2, SMALL = 200 };

static struct backfill *backfill_new(void *owner, struct ingest *in, struct source *source)
{
	struct backfill *b = mem_new(owner, struct backfill);
	b->in = in;
	b->source = source;
	return b;
}

bool backfill_note(struct ingest *in, struct source *source, const struct feed *feed, const struct ingest_result *result, struct error *err)
{
	char *next;
	bool repeat;
	if (!url_valid(source->url))
		return true;
	struct backfill *b = backfill_new(NULL, in, source);
	b->way = backfill_way_of(b, feed, source->url, &next);
	b->next = next;
	b->pages = 1;
	b->entries = (int64_t)feed->count;
	b->fresh = (int64_t)result->fresh;
	b->started = clock_now();
	b->finished = b->completed = next ? 0 : b->started;
	bool fine = db_begin(in->db, err);
	if (fine && !(backfill_row_begin(b, err) && backfill_row_page(b, source->url, backfill_way_mark(b, feed), &repeat, err))) {
		db_rollback(in->db);
		fine = false;
	}
	talloc_free(b);
	return fine && db_commit(in->db, err);
}

bool backfill_waits(struct ingest *in, struct source *source, bool *waits, struct error *err)
{
	struct backfill *b = backfill_new(NULL, in, source);
	bool fine = backfill_row_read(b, err);
	*waits = b->next && (b->way == BACKFILL_LINKS || b->way == BACKFILL_NUMBERS);
	talloc_free(b);
	return fine;
}

char *backfill_describe(void *owner, struct db *db, const struct source *source, struct error *err)
{
	struct ingest in = { .db = db };
	struct source s = *source;
	struct backfill *b = backfill_new(NULL, &in, &s);
	char *words = NULL;
	if (!backfill_row_read(b, err))
		words = NULL;
	else if (b->next && b->pages <= 1 && b->way == BACKFILL_TRY)
		words = mem_dup(owner, ""); /* it shows no sign of any */
	else if (b->next && b->pages <= 1)
		words = mem_printf(owner, "not read: 'pennypost source backfill %lld' does", (long long)s.id);
	else if (b->next)
		words = mem_printf(owner, "read down to page %lld; 'pennypost source backfill %lld' goes on there%s%s", (long long)b->pages, (long long)s.id,
		                   b->error ? ", where it stopped: " : "", b->error ? b->error : "");
	else if (b->pages > 1)
		words = mem_printf(owner, "read, %lld pages with %lld posts%s%s", (long long)b->pages, (long long)b->entries, b->error ? ": " : "", b->error ? b->error : "");
	else
		words = mem_dup(owner, "");
	talloc_free(b);
	return words;
}

static struct backfill *open_walk(void *owner, struct ingest *in, struct source *source, enum backfill_way way, const char *first, struct error *err)
{
	struct backfill *b = backfill_new(owner, in, source);
	bool fine = backfill_row_read(b, err);
	if (fine && b->next) {
		b->resumed = b->pages > 0;
		return b;
	}
	b->way = way;
	b->next = mem_dup(b, first);
	b->pages = b->entries = b->fresh = b->dull = b->finished = 0;
	b->started = clock_now();
	b->error = NULL;
	if (fine && backfill_row_begin(b, err))
		return b;
	talloc_free(b);
	return NULL;
}

struct backfill *backfill_open(void *owner, struct ingest *in, struct source *source, struct error *err)
{
	if (source->kind == SOURCE_FEED && url_valid(source->url))
		return open_walk(owner, in, source, BACKFILL_UNKNOWN, source->url, err);
	error_set(err, ERROR_INVALID, "'%s' is no feed of the web: it has no older pages", source->url);
	return NULL;
}

struct backfill *backfill_open_at(void *owner, struct ingest *in, struct source *source, const char *first, struct error *err)
{
	return open_walk(owner, in, source, BACKFILL_LINKS, first, err);
}

/* A machine of our own needs no courtesy. */
static int64_t polite(const char *url)
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
	bool ours = strcmp(host, "localhost") == 0 || (network_address_parse(host, &address) && network_reserved(&address));
	talloc_free(scratch);
	return ours ? 0 : POLITE;
}

static bool stop(struct backfill *b, struct error *err)
{
	struct error ignored;
	b->error = mem_dup(b, err->text);
	backfill_row_write(b, b->next, &ignored);
	return false;
}

/* No answer, or one that may be another soon. */
static bool again(struct backfill *b, int64_t asked_s, struct error *err)
{
	b->wait = asked_s >= 0 ? asked_s * CLOCK_SECOND : CLOCK_SECOND << b->tries;
	if (b->wait > PATIENCE) {
		error_set(err, ERROR_TEMPORARY, "'%s' asks for a pause of %lld minutes", fetch_shown_url(b, b->next), (long long)(b->wait / CLOCK_MINUTE));
		return stop(b, err);
	}
	if (++b->tries >= TRIES)
		return stop(b, err);
	b->waiting = mem_dup(b, err->text);
	return true;
}

/* How a walk ends.  Without words it came to the oldest page. */
static void end(struct backfill *b, const char *words)
{
	b->next = NULL;
	b->finished = clock_now();
	b->completed = words ? b->completed : b->finished;
	b->error = words ? mem_dup(b, words) : NULL;
}

/* Which pages show that there are no older ones, though they name one. */
static bool is_last(struct backfill *b, const struct feed *feed, const struct ingest_result *result, bool repeat)
{
	bool numbers = b->way == BACKFILL_NUMBERS || b->way == BACKFILL_TRY;
	b->dull = repeat || feed->count == 0 ? b->dull + 1 : 0;
	if (numbers && b->dull)
		return feed->count == 0 || b->pages == 2 || b->dull == REPEATS;
	return b->dull == BACKFILL_DULL || (b->completed && b->pages > 1 && feed->count > 0 && result->fresh == 0);
}

static bool lead_on(struct backfill *b, const char *url, char *next, bool last, struct error *err)
{
	bool circle = false;
	if (next && !last && !backfill_row_seen(b, next, &circle, err))
		return false;
	b->next = next;
	if (!next || last || circle || strcmp(next, url) == 0)
		end(b, NULL);
	else if (b->pages >= BACKFILL_PAGES)
		end(b, "so many pages are no archive; the rest was not read");
	return backfill_row_write(b, url, err);
}

/* Stores a page and moves the walk on. */
static bool move(struct backfill *b, const struct feed *feed, const char *url, struct error *err)
{
	struct ingest_result result = { 0 };
	bool newest = b->way == BACKFILL_UNKNOWN, repeat;
	char *next = newest ? NULL : backfill_way_next(b, b->way, feed, url);
	if (newest)
		b->way = backfill_way_of(b, feed, url, &next);
	/* What is new on the newest page is news: the next poll's. */
	if (!(newest && b->source->imported) && !ingest_store(b->in, b->source, feed, INGEST_ARCHIVE, &result, err))
		return false;
	b->pages++;
	b->entries += (int64_t)feed->count;
	b->fresh += (int64_t)result.fresh;
	return backfill_row_page(b, url, backfill_way_mark(b, feed), &repeat, err) &&
	       lead_on(b, url, next, !newest && is_last(b, feed, &result, repeat), err);
}

/* A page of many entries is stored before the walk moves on: storing it twice does no harm, and nobody waits for the database so long. */
static bool take_feed(struct backfill *b, const struct feed *feed, struct error *err)
{
	const char *url = b->next;
	bool whole = feed->count <= SMALL;
	struct backfill before = *b;
	if (whole && !db_begin(b->in->db, err))
		return false;
	if (move(b, feed, url, err) && (!whole || db_commit(b->in->db, err))) {
		b->tries = 0;
		b->waiting = NULL;
		b->wait = b->next ? polite(b->next) : 0;
		return true;
	}
	if (whole)
		db_rollback(b->in->db);
	*b = before;
	return false;
}

static bool past_the_end(const struct backfill *b, int status)
{
	return (b->way == BACKFILL_NUMBERS && (status == 404 || status == 410 || status == 400)) || (b->way == BACKFILL_TRY && status >= 400 && status < 500);
}

static bool finish(struct backfill *b, struct error *err)
{
	const char *at = b->next;
	end(b, NULL);
	return backfill_row_write(b, at, err);
}

bool backfill_take(struct backfill *b, const struct http_response *r, struct error *err)
{
	if (!r || !r->done) {
		*err = r ? r->err : *err;
		return err->kind == ERROR_TEMPORARY ? again(b, -1, err) : stop(b, err);
	}
	if (r->status == 429 || r->status >= 500) {
		error_set(err, ERROR_TEMPORARY, "'%s' answered %d: %s", r->url, r->status, fetch_words(r->status));
		return again(b, http_retry_after(r, 30 * CLOCK_DAY / CLOCK_SECOND), err);
	}
	if (past_the_end(b, r->status))
		return finish(b, err);
	if (r->status != 200) {
		error_set(err, r->status == 404 || r->status == 410 ? ERROR_NOT_FOUND : ERROR_PERMANENT, "'%s' answered %d: %s", r->url, r->status, fetch_words(r->status));
		return stop(b, err);
	}
	struct feed *feed = feed_parse(NULL, r->body->data, r->body->size, http_header(r, "Content-Type"), r->url, err);
	if (!feed && b->way == BACKFILL_TRY)
		return finish(b, err);
	if (!feed) {
		error_prefix(err, "'%s': ", r->url);
		return stop(b, err);
	}
	bool fine = take_feed(b, feed, err);
	talloc_free(feed);
	return fine;
}

/* The page as a source of its own: the owner's headers and credentials are for the source's host alone. */
static struct source *page_of(const struct backfill *b)
{
	struct error ignored;
	struct source *page = mem_new(b, struct source);
	*page = *b->source;
	page->url = b->next;
	page->etag = page->last_modified = NULL;
	if (!url_same_origin(b->source->url, b->next)) {
		page->settings.headers = NULL;
		return page;
	}
	struct url *own = url_parse(page, b->source->url, &ignored), *there = url_parse(page, b->next, &ignored);
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
