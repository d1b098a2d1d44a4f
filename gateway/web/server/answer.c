#include "gateway/web/server/answer.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/encode.h"
#include "gateway/base/text/text.h"
#include <string.h>
#include <zlib.h>

enum { GZIP_LEAST = 1000, GZIP_MOST = 1 << 20 };

struct answer {
	unsigned status;
	size_t size;
	struct MHD_Response *ready; /* NULL when the answer names its reader, and so is made for each */
	char *sum, *etag;           /* the ETag of all codings, without what marks one and ends it; the one of this coding; NULL: none */
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

/*
 * A page within a session is never compressed, nor one that repeats what was asked: from the size of an answer that holds both a secret and a
 * guess, the secret can be found (BREACH).  What is long would hold up others.
 */
static bool is_compressible(const struct exchange *x, size_t size)
{
	const char *type = exchange_replied(x, "Content-Type");
	return x->gzip && x->shows && x->status == 200 && size >= GZIP_LEAST && size <= GZIP_MOST && type &&
	       (text_starts(type, "text/") || strstr(type, "json") || strstr(type, "xml"));
}

/* The body with the gzip coding (RFC 9110 section 8.4.1.3); NULL when it does not get smaller. */
static struct MHD_Response *compressed(const char *body, size_t size)
{
	enum { GZIP_FORMAT = 15 + 16, MEMORY = 8 };
	z_stream z = { .next_in = (z_const Bytef *)(uintptr_t)body, .avail_in = (uInt)size, .avail_out = (uInt)size };
	if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_FORMAT, MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
		return NULL;
	unsigned char *out = mem_array(NULL, unsigned char, size);
	z.next_out = out;
	struct MHD_Response *r = deflate(&z, Z_FINISH) == Z_STREAM_END ? with_body((const char *)out, z.total_out) : NULL;
	deflateEnd(&z);
	talloc_free(out);
	if (r)
		MHD_add_response_header(r, "Content-Encoding", "gzip");
	return r;
}

/* For everybody: it can be asked for again by its ETag. */
static void make_ready(struct answer *a, const struct exchange *x, const char *body)
{
	struct MHD_Response *small = is_compressible(x, a->size) ? compressed(body, a->size) : NULL;
	a->ready = small ? small : with_body(body, a->size);
	add_headers(a->ready, x->reply, x->reply_count);
	if (!x->shows)
		return;
	if (!exchange_replied(x, "Cache-Control"))
		MHD_add_response_header(a->ready, "Cache-Control", "no-cache");
	if (!exchange_replied(x, "Vary"))
		MHD_add_response_header(a->ready, "Vary", "Accept, Accept-Encoding, Cookie");
	if (a->status != 200 || exchange_replied(x, "ETag"))
		return;
	char *sum = encode_sha256_hex(NULL, body, a->size);
	a->sum = mem_printf(a, "\"%.24s", sum);
	a->etag = mem_printf(a, "%s%s\"", a->sum, small ? "-gzip" : "");
	talloc_free(sum);
	MHD_add_response_header(a->ready, "ETag", a->etag);
}

static void keep_parts(struct answer *a, const struct exchange *x, const char *body)
{
	/* Bytes, not text: it may be a picture. */
	a->body = mem_check(talloc_memdup(a, body, a->size));
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

struct question {
	const char *sum;
	bool named, asked;
};

/* One line of If-None-Match.  Whoever compresses marks the ETag, we and what is before us: W/"...", "...-gzip", "...;br". */
static enum MHD_Result look_for_etag(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct question *q = cls;
	size_t size = strlen(q->sum);
	(void)kind;
	if (!text_same(name, "If-None-Match"))
		return MHD_YES;
	q->asked = true;
	char *list = text_trim(NULL, value ? value : "");
	q->named |= strcmp(list, "*") == 0;
	for (const char *at = list; !q->named && (at = strchr(at, '"')); at++)
		q->named = strncmp(at, q->sum, size) == 0 && (at[size] == '"' || at[size] == '-' || at[size] == ';');
	talloc_free(list);
	return MHD_YES;
}

/* RFC 9110 section 13.2.2: the ETag (weak comparison) decides when there is one.  A date must be the one that we gave:
 * what happens twice in a second, or to a gate, may not move it on. */
static bool has_already(const struct answer *a, struct MHD_Connection *c)
{
	struct question q = { .sum = a->sum };
	MHD_get_connection_values(c, MHD_HEADER_KIND, look_for_etag, &q);
	if (q.asked)
		return q.named;
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
