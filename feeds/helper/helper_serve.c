#include "feeds/helper/helper_serve.h"
#include "feeds/helper/helper_message.h"
#include "feeds/ingest/full_text_fetch.h"
#include "feeds/ingest/ingest_mail.h"
#include "feeds/parse/feed_parse.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/confine.h"
#include <errno.h>
#include <jansson.h>
#include <malloc.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* For the modules of iconv, which are loaded when they are needed. */
enum { FILES = 16 };

static bool limit(__rlimit_resource_t what, rlim_t most, struct error *err)
{
	if (setrlimit(what, &(struct rlimit){ most, most }) == 0)
		return true;
	return error_set(err, ERROR_PERMANENT, "a helper cannot limit itself: setrlimit: %s; does a filter of system calls forbid it?", strerror(errno));
}

/* What no reading of a document needs. */
static bool give_up(struct error *err)
{
	/* Else jansson would look for a seed at the first object. */
	json_object_seed(0);
	prctl(PR_SET_NAME, "pennypost read");
	/* Its role may start programs and write beside the database. */
	confine_process();
	confine_files((const char *const[]){ NULL }, false);
	confine_calls(CONFINE_READING);
	/* A document leaves room for the next, so the memory stays here. */
	mallopt(M_TRIM_THRESHOLD, FEED_MAX_SIZE);
#ifndef __SANITIZE_ADDRESS__
	if (!limit(RLIMIT_AS, (rlim_t)HELPER_MEMORY << 20, err))
		return false;
#endif
	return limit(RLIMIT_FSIZE, 0, err) && limit(RLIMIT_NOFILE, FILES, err) && limit(RLIMIT_CORE, 0, err);
}

/* The limit of the processor counts from the start of the process, so each document moves it. */
static void begin_clock(void)
{
	struct timespec used = { 0 };
	struct rlimit time;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	getrlimit(RLIMIT_CPU, &time);
	time.rlim_cur = (rlim_t)used.tv_sec + HELPER_CPU_SECONDS + 1;
	setrlimit(RLIMIT_CPU, &time);
}

/* False when in ends; *begun: a byte has come. */
static bool read_all(int in, char *to, size_t size, bool *begun)
{
	for (size_t got = 0; got < size;) {
		ssize_t n = read(in, to + got, size - got);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		*begun = true;
		got += (size_t)n;
	}
	return true;
}

static bool write_all(int out, const char *from, size_t size)
{
	while (size) {
		ssize_t n = write(out, from, size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		from += n;
		size -= (size_t)n;
	}
	return true;
}

static void read_feed(struct helper_answer *a, const struct helper_request *r)
{
	struct error err = { 0 };
	const struct source source = { .url = r->source, .settings.access = r->access };
	a->feed = feed_parse(a, r->data, r->size, r->type, r->url, &err);
	if (a->feed) {
		a->ready = ingest_ready_make(a, &source, a->feed);
		a->count = a->feed->count;
	} else {
		a->kind = err.kind;
		a->why = mem_dup(a, err.text);
	}
}

static void read_mail(struct helper_answer *a, const struct helper_request *r)
{
	const struct source source = { .url = r->source, .settings = { .access = r->access, .authenticate = r->type } };
	struct ingest_parsed *p = ingest_mail_parse(a, &source, r->data, r->size);
	a->feed = p->feed;
	a->ready = p->ready;
	a->count = p->feed ? p->feed->count : 0;
	a->kind = p->feed ? 0 : p->err.kind;
	a->why = p->feed ? NULL : mem_dup(a, p->err.text);
}

static void answer_to(struct buf *out, const struct helper_request *r)
{
	struct helper_answer *a = mem_new(NULL, struct helper_answer);
	if (r->kind == HELPER_FEED)
		read_feed(a, r);
	else if (r->kind == HELPER_MAIL)
		read_mail(a, r);
	else
		a->article = full_text_clean(a, r->data, r->size, r->type, r->url);
	if (!helper_message_write(out, &helper_answer_type, a)) {
		const struct helper_answer large = { .kind = ERROR_INVALID, .why = "its text is too large: with all that is made of it, it has more than 96 MiB" };
		helper_message_write(out, &helper_answer_type, &large);
	}
	talloc_free(a);
}

/* Takes one request and answers it; *ended: there are no more. */
static bool serve_one(int in, int out, bool *ended, struct error *err)
{
	char head[HELPER_HEAD];
	size_t size;
	bool begun = false, fine = false;
	void *scratch = talloc_new(NULL);
	if (!read_all(in, head, sizeof head, &begun)) {
		*ended = fine = !begun;
	} else if (helper_message_size(head, HELPER_REQUEST_MAX, &size)) {
		char *body = mem_array(scratch, char, size + 1);
		const struct helper_request *r = read_all(in, body, size, &begun) ? helper_message_request(scratch, body, size) : NULL;
		struct buf *answer = buf_new(scratch, HELPER_ANSWER_MAX);
		begin_clock();
		if (r)
			answer_to(answer, r);
		fine = r && write_all(out, answer->data, answer->size);
	}
	talloc_free(scratch);
	return fine || error_set(err, ERROR_INVALID, "a helper got no request that it could answer; only 'pennypost serve' starts helpers");
}

bool helper_serve(int in, int out, struct error *err)
{
	bool ended = false, fine = give_up(err);
	while (fine && !ended)
		fine = serve_one(in, out, &ended, err);
	return fine;
}
