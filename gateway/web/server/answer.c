#include "gateway/web/server/answer.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/encode.h"
#include "gateway/base/text/text.h"
#include "gateway/web/server/gzip.h"
#include "gateway/web/server/stamp.h"
#include <stdlib.h>
#include <string.h>

enum { GZIP_LEAST = 1000, GZIP_MOST = 1 << 20, STAMP_MOST = 256 << 10 };

struct answer {
	unsigned status;
	size_t size;
	struct answers *all;
	struct MHD_Response *ready; /* NULL when the answer names its reader, and so is made for each */
	char *bytes;                /* of ready, sent of them, with a hole where a form has its stamp */
	size_t sent;
	struct hole hole;
	int64_t stamped;            /* the second that the stamp there is of; 0: it has none yet */
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

/* A body while the HTTP library has it. */
struct held {
	struct answers *all;
	size_t size;
	char body[];
};

static void release(void *cls)
{
	struct held *h = cls;
	h->all->bytes -= h->size;
	free(h);
}

/* *bytes are the copy that it holds. */
static struct MHD_Response *with_body(struct answers *all, const char *body, size_t size, char **bytes)
{
	struct held *h = mem_check(malloc(sizeof *h + size));
	h->all = all;
	h->size = size;
	*bytes = memcpy(h->body, body, size);
	all->bytes += size;
	return mem_check(MHD_create_response_from_buffer_with_free_callback_cls(size, h->body, release, h));
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

/* Where the form on a page has its stamp. */
static struct hole hole_of(const struct exchange *x, const char *body, size_t size)
{
	const char *at = memmem(body, size, x->stamp, STAMP_SIZE);
	return (struct hole){ .at = at ? (size_t)(at - body) : 0, .size = at ? STAMP_SIZE : 0 };
}

/* Compressed where that may be and helps; true: it is. */
static bool make_coded(struct answer *a, const struct exchange *x, const char *body)
{
	char *small = is_compressible(x, a->size) ? gzip_body(NULL, body, a->size, &a->hole, &a->sent) : NULL;
	if (!small)
		a->sent = a->size;
	a->ready = with_body(a->all, small ? small : body, a->sent, &a->bytes);
	if (small)
		MHD_add_response_header(a->ready, "Content-Encoding", "gzip");
	talloc_free(small);
	return small != NULL;
}

static void make_cacheable(struct answer *a, const struct exchange *x, const char *body, bool small)
{
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

/* For everybody: it can be asked for again by its ETag, which the stamp does not change. */
static void make_ready(struct answer *a, const struct exchange *x, const char *page)
{
	a->hole = hole_of(x, page, a->size);
	char *blank = a->hole.size ? mem_check(talloc_memdup(NULL, page, a->size)) : NULL;
	if (blank)
		memset(blank + a->hole.at, '-', a->hole.size);
	const char *body = blank ? blank : page;
	bool small = make_coded(a, x, body);
	add_headers(a->ready, x->reply, x->reply_count);
	if (x->shows)
		make_cacheable(a, x, body, small);
	talloc_free(blank);
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

struct answer *answer_of(void *owner, const struct exchange *x, struct answers *all)
{
	struct answer *a = mem_new(owner, struct answer);
	a->all = all;
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
	const struct hole hole = hole_of(x, body, size);
	char *bytes;
	struct MHD_Response *r = with_body(a->all, body, size, &bytes);
	if (hole.size)
		hole_fill(&hole, bytes, size, stamp_make(x->owner, x->publication->secret, clock_now()));
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

static enum MHD_Result copy_header(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
	(void)kind;
	return MHD_add_response_header(cls, name, value);
}

/* Another copy of the answer, for those who ask from now on: the one before may still be on its way to somebody. */
static void renew(struct answer *a)
{
	struct MHD_Response *before = a->ready;
	a->ready = with_body(a->all, a->bytes, a->sent, &a->bytes);
	MHD_get_response_headers(before, copy_header, a->ready);
	MHD_destroy_response(before);
}

/* Stamps its form: all who ask within a second share one copy.  A long page keeps its first stamp, since those who read slowly would keep many copies. */
static void stamp(struct answer *a, const struct exchange *x)
{
	int64_t now = clock_now(), second = now / CLOCK_SECOND;
	if (!a->hole.size || a->stamped == second || (a->stamped && a->sent > STAMP_MOST))
		return;
	if (a->stamped)
		renew(a);
	hole_fill(&a->hole, a->bytes, a->sent, stamp_make(x->owner, x->publication->secret, now));
	a->stamped = second;
}

enum MHD_Result answer_send(struct answer *a, struct MHD_Connection *c, const struct exchange *x)
{
	bool unchanged = a->etag && has_already(a, c);
	if (a->ready && !unchanged) {
		stamp(a, x);
		return MHD_queue_response(c, a->status, a->ready);
	}
	struct MHD_Response *r = unchanged ? not_modified(a) : made_for(a, x);
	enum MHD_Result result = MHD_queue_response(c, unchanged ? 304 : a->status, r);
	MHD_destroy_response(r);
	return result;
}
