#include "feeds/role/full_text_prefetch.h"
#include "feeds/ingest/ingest_store.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"

/* The limit of the bodies that wait in memory.  Beyond it, a feed is stored without prefetching its pages. */
#define BYTES_MAX (64u << 20)

struct job {
	struct fetched_document document;
	struct full_texts *texts;
	size_t at;        /* the page that is fetched now or next */
	bool fetching;    /* or a helper reads it */
	struct http_response *page; /* that a helper reads */
	int64_t deadline; /* of clock_steady */
};

struct full_text_prefetch {
	struct ingest *in;
	struct helper_pool *pool;
	struct http_client *client;
	struct job **jobs;
	size_t count, bytes;
	struct job *returned; /* owns in->prefetched until the next call */
};

struct full_text_prefetch *full_text_prefetch_new(void *owner, struct ingest *in, struct helper_pool *pool, struct error *err)
{
	struct full_text_prefetch *a = mem_new(owner, struct full_text_prefetch);
	a->in = in;
	a->pool = pool;
	a->client = full_text_client(a, in->config, err);
	if (a->client) {
		http_watch(a->client, helper_pool_fd(pool));
		return a;
	}
	talloc_free(a);
	return NULL;
}

/* The pages whose full texts the entries of a document need; NULL: none. */
static struct full_texts *wanted(struct ingest *in, const struct fetched_document *d)
{
	struct error ignored;
	in->ready = d->parsed->ready;
	struct full_texts *texts = ingest_store_full_texts(d->source, in, d->source, d->parsed->feed, &ignored);
	in->ready = NULL;
	return texts && texts->count ? texts : NULL;
}

bool full_text_prefetch_take(struct full_text_prefetch *a, const struct fetched_document *d)
{
	if (!d->response || !d->source->settings.full_text || !d->parsed || !d->parsed->feed || a->bytes + d->response->body->size > BYTES_MAX)
		return false;
	struct full_texts *texts = wanted(a->in, d);
	if (!texts)
		return false;
	struct job *j = mem_new(a, struct job);
	*j = (struct job){ .document = { talloc_steal(j, d->source), talloc_steal(j, d->response), talloc_steal(j, d->parsed), NULL }, .texts = texts,
	                   .deadline = clock_steady() + FULL_TEXT_SECONDS * CLOCK_SECOND };
	a->bytes += d->response->body->size;
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
		} else if (full_text_start(a->client, j->document.source, link, left, j, &ignored)) {
			j->fetching = true;
		} else {
			j->at++;
		}
	}
	if (!j->fetching)
		*due = 0;
}

/* Notes what became of the page of j that is fetched; article: NULL, and it has none, as why says. */
static void note_page(struct job *j, struct helper_answer *answer, const char *why)
{
	const char *link = j->texts->links[j->at];
	if (answer && answer->article)
		j->texts->articles[j->at] = mem_dup(j->texts, answer->article);
	else
		full_text_missed(j->document.source, link, why);
	j->at++;
	j->fetching = false;
	TALLOC_FREE(j->page);
}

/* Gives a page to a helper. */
static void read_page(struct full_text_prefetch *a, struct http_response *r)
{
	struct job *j = r->tag;
	j->page = talloc_steal(j, r);
	if (!r->done || r->status != 200) {
		note_page(j, NULL, r->done ? "the page is not there" : r->err.text);
		return;
	}
	helper_pool_give(a->pool, &(struct helper_task){ .taker = a, .tag = j, .request = { .kind = HELPER_PAGE, .data = r->body->data, .size = r->body->size,
		.type = http_header(r, "Content-Type"), .url = r->url, .source = j->document.source->url } });
}

static void collect(struct full_text_prefetch *a, int wait_ms)
{
	void *tag;
	if (http_running(a->client) > 0)
		for (struct http_response *r = http_next(a->client, wait_ms); r; r = http_next(a->client, 0))
			read_page(a, r);
	for (struct helper_answer *answer; (answer = helper_pool_next(a, a->pool, a, &tag)); talloc_free(answer))
		note_page(tag, answer, answer->why ? answer->why : "the page has no article");
}

static struct job *ready(struct full_text_prefetch *a)
{
	for (size_t i = 0; i < a->count; i++)
		if (!a->jobs[i]->fetching && a->jobs[i]->at == a->jobs[i]->texts->count) {
			struct job *j = a->jobs[i];
			a->jobs[i] = a->jobs[--a->count];
			a->bytes -= j->document.response->body->size;
			return j;
		}
	return NULL;
}

bool full_text_prefetch_turn(struct full_text_prefetch *a, int wait_ms, struct fetched_document *document, int64_t *due)
{
	*due = -1;
	TALLOC_FREE(a->returned);
	a->in->prefetched = NULL;
	collect(a, wait_ms);
	for (size_t i = 0; i < a->count; i++)
		advance(a, a->jobs[i], due);
	if (http_running(a->client) > 0)
		*due = 0;
	struct job *j = a->returned = ready(a);
	if (!j)
		return false;
	*document = (struct fetched_document){ talloc_steal(a, j->document.source), talloc_steal(a, j->document.response), talloc_steal(a, j->document.parsed), NULL };
	a->in->prefetched = talloc_steal(j, j->texts);
	*due = 0;
	return true;
}

size_t full_text_prefetch_count(const struct full_text_prefetch *a) { return a->count; }
int64_t full_text_prefetch_source(const struct full_text_prefetch *a, size_t n) { return a->jobs[n]->document.source->id; }
