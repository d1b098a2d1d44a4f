#include "gateway/web/server/answer.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/encode.h"
#include <string.h>

struct answer {
	unsigned status;
	size_t size;
	struct MHD_Response *ready; /* NULL when the answer names its reader, and so is made for each */
	char *etag;
	char *body;                 /* where ready is NULL */
	struct http_header *headers;
	size_t header_count;
};

static int answer_free(struct answer *a)
{
	if (a->ready)
		MHD_destroy_response(a->ready);
	return 0;
}

static void add_headers(struct MHD_Response *r, const struct http_header *headers, size_t count)
{
	for (size_t i = 0; i < count; i++)
		MHD_add_response_header(r, headers[i].name, headers[i].value);
}

static struct MHD_Response *with_body(const char *body, size_t size)
{
	return MHD_create_response_from_buffer(size, (void *)(uintptr_t)body, MHD_RESPMEM_MUST_COPY);
}

/* For everybody: it can be asked for again by its ETag. */
static void make_ready(struct answer *a, const struct exchange *x, const char *body)
{
	a->ready = with_body(body, a->size);
	add_headers(a->ready, x->reply, x->reply_count);
	if (!x->shows)
		return;
	if (!exchange_replied(x, "Cache-Control"))
		MHD_add_response_header(a->ready, "Cache-Control", "no-cache");
	if (!exchange_replied(x, "Vary"))
		MHD_add_response_header(a->ready, "Vary", "Accept, Cookie");
	if (a->status != 200 || exchange_replied(x, "ETag"))
		return;
	char *sum = encode_sha256_hex(NULL, body, a->size);
	a->etag = mem_printf(a, "\"%.24s\"", sum);
	talloc_free(sum);
	MHD_add_response_header(a->ready, "ETag", a->etag);
}

static void keep_parts(struct answer *a, const struct exchange *x, const char *body)
{
	a->body = mem_ndup(a, body, a->size);
	a->headers = mem_array(a, struct http_header, x->reply_count);
	for (size_t i = 0; i < x->reply_count; i++)
		a->headers[i] = (struct http_header){ mem_dup(a->headers, x->reply[i].name), mem_dup(a->headers, x->reply[i].value) };
	a->header_count = x->reply_count;
}

struct answer *answer_of(void *owner, const struct exchange *x)
{
	struct answer *a = mem_new(owner, struct answer);
	const char *body = document_text(x->page, &a->size);
	talloc_set_destructor(a, answer_free);
	a->status = (unsigned)x->status;
	if (x->reader)
		keep_parts(a, x, body);
	else
		make_ready(a, x, body);
	return a;
}

size_t answer_size(const struct answer *a) { return a->size + sizeof *a; }

/* The body with the reader's name wherever the mark stands. */
static struct MHD_Response *made_for(const struct answer *a, const struct exchange *x)
{
	struct document *d = document_new(x->owner);
	FILE *out = document_out(d);
	const char *from = a->body, *end = a->body + a->size;
	size_t mark = strlen(x->mark), size;
	for (const char *at; (at = memmem(from, (size_t)(end - from), x->mark, mark)); from = at + mark) {
		fwrite(from, 1, (size_t)(at - from), out);
		fputs(x->reader, out);
	}
	fwrite(from, 1, (size_t)(end - from), out);
	const char *body = document_text(d, &size);
	struct MHD_Response *r = with_body(body, size);
	add_headers(r, a->headers, a->header_count);
	talloc_free(d);
	return r;
}

/* RFC 9110 section 13.2.2: the ETag (weak comparison) decides when there is one.  A date must be the one that we gave:
 * what happens twice in a second, or to a gate, may not move it on. */
static bool has_already(const struct answer *a, struct MHD_Connection *c)
{
	const char *list = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "If-None-Match");
	if (list)
		return strcmp(list, "*") == 0 || strstr(list, a->etag);
	const char *since = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "If-Modified-Since");
	const char *modified = MHD_get_response_header(a->ready, "Last-Modified");
	return since && modified && strcmp(since, modified) == 0;
}

/* With the headers of the 200 that a 304 repeats for caches (RFC 9110 section 15.4.5). */
static struct MHD_Response *not_modified(const struct answer *a)
{
	static const char *const names[] = { "Cache-Control", "Vary", "Last-Modified" };
	struct MHD_Response *r = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
	MHD_add_response_header(r, "ETag", a->etag);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *value = MHD_get_response_header(a->ready, names[i]);
		if (value)
			MHD_add_response_header(r, names[i], value);
	}
	return r;
}

enum MHD_Result answer_send(const struct answer *a, struct MHD_Connection *c, const struct exchange *x)
{
	bool unchanged = a->etag && has_already(a, c);
	if (a->ready && !unchanged)
		return MHD_queue_response(c, a->status, a->ready);
	struct MHD_Response *r = unchanged ? not_modified(a) : made_for(a, x);
	enum MHD_Result result = MHD_queue_response(c, unchanged ? 304 : a->status, r);
	MHD_destroy_response(r);
	return result;
}
