#include "feeds/role/full_text_prefetch.h"
#include "feeds/fetch/fetch.h"
#include "feeds/ingest/ingest_store.h"
#include "feeds/parse/feed_parse.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"

/* The limit of the bodies that wait in memory.  Beyond it, a feed is stored without prefetching its pages. */
#define BYTES_MAX (64u << 20)

struct job {
	struct source *source;
	struct http_response *response;
	struct full_texts *texts;
	size_t at;        /* the page that is fetched now or next */
	bool fetching;
	int64_t deadline; /* of clock_steady */
};

struct full_text_prefetch {
	struct ingest *in;
	struct http_client *client;
	struct job **jobs;
	size_t count, bytes;
	struct job *returned; /* owns in->prefetched until the next call */
};

struct full_text_prefetch *full_text_prefetch_new(void *owner, struct ingest *in, struct error *err)
{
	struct full_text_prefetch *a = mem_new(owner, struct full_text_prefetch);
	a->in = in;
	a->client = full_text_client(a, in->config, err);
	if (a->client)
		return a;
	talloc_free(a);
	return NULL;
}

/* The pages whose full texts the entries of a response need; NULL: none. */
static struct full_texts *wanted(struct ingest *in, struct source *s, const struct http_response *r)
{
	struct error ignored;
	char *hash = NULL;
	struct full_texts *texts = NULL;
	if (fetch_is_same_body(s, r->body, &hash)) {
		talloc_free(hash);
		return NULL;
	}
	struct feed *feed = feed_parse(NULL, r->body->data, r->body->size, http_header(r, "Content-Type"), r->url, &ignored);
	if (feed)
		texts = ingest_store_full_texts(s, in, s, feed, &ignored);
	talloc_free(feed);
	talloc_free(hash);
	return texts && texts->count ? texts : NULL;
}

bool full_text_prefetch_take(struct full_text_prefetch *a, struct source *s, struct http_response *r)
{
	if (!s->settings.full_text || !r || !r->done || r->status != 200 || a->bytes + r->body->size > BYTES_MAX)
		return false;
	struct full_texts *texts = wanted(a->in, s, r);
	if (!texts)
		return false;
	struct job *j = mem_new(a, struct job);
	*j = (struct job){ .source = talloc_steal(j, s), .response = talloc_steal(j, r), .texts = texts,
	                   .deadline = clock_steady() + FULL_TEXT_SECONDS * CLOCK_SECOND };
	a->bytes += r->body->size;
	*mem_push(a, a->jobs, a->count) = j;
	return true;
}

static int64_t sooner(int64_t a, int64_t b) { return a < 0 || (b >= 0 && b < a) ? b : a; }

/* Requests the next page of j, unless its host has to rest; *due as in full_text_prefetch_turn. */
static void advance(struct full_text_prefetch *a, struct job *j, int64_t *due)
{
	struct error ignored;
	int64_t now = clock_now(), left = j->deadline - clock_steady();
	while (!j->fetching && j->at < j->texts->count) {
		const char *link = j->texts->links[j->at];
		int64_t turn = left > 0 ? hosts_turn(a->in->hosts, link, now) : now;
		if (left <= 0 || turn - now > left) {
			j->at = j->texts->count;
		} else if (turn > now) {
			*due = sooner(*due, turn - now);
			return;
		} else if (full_text_start(a->client, j->source, link, left, j, &ignored)) {
			j->fetching = true;
		} else {
			j->at++;
		}
	}
	if (!j->fetching)
		*due = 0;
}

static void collect(struct full_text_prefetch *a, int wait_ms)
{
	for (struct http_response *r = http_next(a->client, wait_ms); r; r = http_next(a->client, 0)) {
		struct job *j = r->tag;
		j->texts->articles[j->at] = full_text_article(j->texts, j->source, j->texts->links[j->at], r);
		j->at++;
		j->fetching = false;
		talloc_free(r);
	}
}

static struct job *ready(struct full_text_prefetch *a)
{
	for (size_t i = 0; i < a->count; i++)
		if (!a->jobs[i]->fetching && a->jobs[i]->at == a->jobs[i]->texts->count) {
			struct job *j = a->jobs[i];
			a->jobs[i] = a->jobs[--a->count];
			a->bytes -= j->response->body->size;
			return j;
		}
	return NULL;
}

void full_text_prefetch_turn(struct full_text_prefetch *a, int wait_ms, struct source **source, struct http_response **response, int64_t *due)
{
	*source = NULL;
	*response = NULL;
	*due = -1;
	TALLOC_FREE(a->returned);
	a->in->prefetched = NULL;
	if (http_running(a->client) > 0)
		collect(a, wait_ms);
	for (size_t i = 0; i < a->count; i++)
		advance(a, a->jobs[i], due);
	if (http_running(a->client) > 0)
		*due = 0;
	struct job *j = a->returned = ready(a);
	if (!j)
		return;
	*source = talloc_steal(a, j->source);
	*response = talloc_steal(a, j->response);
	a->in->prefetched = talloc_steal(j, j->texts);
	*due = 0;
}

size_t full_text_prefetch_count(const struct full_text_prefetch *a) { return a->count; }
int64_t full_text_prefetch_source(const struct full_text_prefetch *a, size_t n) { return a->jobs[n]->source->id; }
