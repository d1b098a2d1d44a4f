#include "feeds/role/reading.h"
#include "feeds/fetch/fetch.h"
#include "gateway/base/memory/mem.h"

/* The limit of the documents that wait in memory. */
#define BYTES_MAX (64u << 20)

struct reading {
	struct helper_pool *pool;
	struct fetched_document **documents;
	size_t count;
};

struct reading *reading_new(void *owner, struct helper_pool *pool)
{
	struct reading *a = mem_new(owner, struct reading);
	a->pool = pool;
	return a;
}

/* fetch_interpret says which responses bring a document; a body that is known already is not read again. */
static bool is_to_be_read(const struct source *s, const struct http_response *r)
{
	char *hash = NULL;
	bool is = r && r->done && r->status == 200 && !fetch_is_same_body(s, r->body, &hash);
	talloc_free(hash);
	return is;
}

bool reading_take(struct reading *a, const struct fetched_document *document)
{
	const struct source *s = document->source;
	const struct http_response *r = document->response;
	if (!is_to_be_read(s, r))
		return false;
	struct fetched_document *own = mem_new(a, struct fetched_document);
	*own = (struct fetched_document){ talloc_steal(own, document->source), talloc_steal(own, document->response), NULL, NULL };
	*mem_push(a, a->documents, a->count) = own;
	helper_pool_give(a->pool, &(struct helper_task){ .taker = a, .tag = own, .request = {
		.kind = HELPER_FEED, .data = r->body->data, .size = r->body->size, .type = http_header(r, "Content-Type"), .url = r->url,
		.source = s->url, .access = s->settings.access } });
	return true;
}

void reading_take_mail(struct reading *a, const struct fetched_document *document)
{
	struct fetched_document *own = mem_new(a, struct fetched_document);
	*own = (struct fetched_document){ talloc_steal(own, document->source), NULL, NULL, talloc_steal(own, document->mail) };
	*mem_push(a, a->documents, a->count) = own;
	helper_pool_give(a->pool, &(struct helper_task){ .taker = a, .tag = own, .request = {
		.kind = HELPER_MAIL, .data = own->mail->data, .size = own->mail->size, .type = own->source->settings.authenticate, .source = own->source->url, .access = own->source->settings.access } });
}

struct ingest_parsed *reading_parsed(void *owner, struct helper_answer *a)
{
	struct ingest_parsed *p = mem_new(owner, struct ingest_parsed);
	p->feed = a->feed;
	p->ready = a->ready;
	if (!a->feed)
		error_set(&p->err, a->why ? a->kind : ERROR_PERMANENT, "%s", a->why ? a->why : "its helper did not answer");
	talloc_steal(p, a);
	return p;
}

bool reading_next(struct reading *a, struct fetched_document *document)
{
	void *tag;
	size_t i = 0;
	struct helper_answer *answer = helper_pool_next(NULL, a->pool, a, &tag);
	if (!answer)
		return false;
	while (a->documents[i] != tag)
		i++;
	struct fetched_document *own = a->documents[i];
	a->documents[i] = a->documents[--a->count];
	*document = (struct fetched_document){ talloc_steal(a, own->source), talloc_steal(a, own->response), reading_parsed(a, answer), talloc_steal(a, own->mail) };
	talloc_free(own);
	return true;
}

bool reading_is_full(const struct reading *a) { return helper_pool_bytes(a->pool) > BYTES_MAX; }
size_t reading_count(const struct reading *a) { return a->count; }
int64_t reading_source(const struct reading *a, size_t n) { return a->documents[n]->source->id; }
int64_t reading_mail(const struct reading *a, size_t n) { return a->documents[n]->mail ? a->documents[n]->mail->row : 0; }
