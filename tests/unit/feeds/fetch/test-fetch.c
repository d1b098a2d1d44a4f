/* What an answer means for a source. */
#include "feeds/fetch/fetch.h"
#include "gateway/base/memory/buf.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "tap.h"
#include <string.h>

static struct error err;

static const struct {
	int status;
	const char *retry_after;
	enum fetch_outcome outcome;
	int64_t wait;
	const char *words; /* in the error */
} answers[] = {
	{ 200, NULL, FETCH_DOCUMENT, -1, "" },
	{ 304, NULL, FETCH_UNCHANGED, -1, "" },
	{ 204, NULL, FETCH_FAILED, -1, "no feed" },
	{ 302, NULL, FETCH_FAILED, -1, "no feed" },
	{ 401, NULL, FETCH_FAILED, -1, "does not let us in" },
	{ 403, NULL, FETCH_FAILED, -1, "does not let us in" },
	{ 404, NULL, FETCH_FAILED, -1, "nothing at this address" },
	{ 410, NULL, FETCH_GONE, -1, "gone for good" },
	{ 429, "120", FETCH_FAILED, 120000, "less often" },
	{ 429, "99999999999999999999", FETCH_FAILED, 2 * CLOCK_DAY, "less often" },
	{ 429, "soon", FETCH_FAILED, -1, "less often" },
	{ 500, NULL, FETCH_FAILED, -1, "trouble of its own" },
	{ 503, "0", FETCH_FAILED, 0, "trouble of its own" },
};

static const struct {
	const char *control, *expires;
	int64_t age;
} ages[] = {
	{ NULL, NULL, 0 },
	{ "max-age=600", NULL, 600000 },
	{ "public, s-maxage=99, Max-Age=60", NULL, 60000 },
	{ "s-maxage=99", NULL, 0 },
	{ "max-age=0", "Mon, 23 Nov 2099 10:30:00 GMT", 0 },
	{ "max-age=-5", NULL, 0 },
	{ "max-age=99999999999999999999999", NULL, 0 },
	{ "no-cache", "Sun, 06 Nov 1994 08:50:37 GMT", CLOCK_HOUR },
	{ NULL, "Sun, 06 Nov 1994 07:49:37 GMT", 0 },
	{ NULL, "0", 0 },
	{ NULL, "-1", 0 },
};

/* Sun, 06 Nov 1994 07:50:37 GMT */
#define THEN INT64_C(784108237000)

static void judging(void *t)
{
	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
		struct source s = { .url = "https://b.example/feed", .etag = "\"old\"", .last_modified = "once" };
		const struct http_header headers[] = { { "ETag", "W/\"new\"" }, { answers[i].retry_after ? "Retry-After" : "X", answers[i].retry_after ? answers[i].retry_after : "" }, { NULL, NULL } };
		struct http_response r = { .done = true, .status = answers[i].status, .url = s.url, .headers = (struct http_header *)(uintptr_t)headers, .body = buf_new(t, 10) };
		int64_t wait;
		struct source *kept = talloc_memdup(t, &s, sizeof s);
		err.text[0] = '\0';
		is_int(fetch_interpret(kept, &r, &wait, &err), answers[i].outcome, mem_printf(t, "%d", answers[i].status));
		is_int(wait, answers[i].wait, "how long to wait");
		ok(strstr(err.text, answers[i].words), err.text);
		is(kept->etag, answers[i].status == 200 ? "W/\"new\"" : "\"old\"", "only a document brings a new validator");
		ok((kept->last_modified == NULL) == (answers[i].status == 200), "and takes back what it does not bring");
		ok((kept->state == SOURCE_GONE) == (answers[i].status == 410), "only 410 ends it");
	}
}

static void moving(void *t)
{
	struct source *s = mem_new(t, struct source);
	struct http_response r = { .done = true, .status = 304, .moved = "https://new.example/", .headers = (struct http_header[]){ { NULL, NULL } } };
	int64_t wait;
	s->url = "https://old.example/";
	for (int i = 0; i < 3; i++) {
		ok(!fetch_moved_for_good(s, s->moved_since + CLOCK_DAY, CLOCK_HOUR), "one answer is not enough, nor two");
		fetch_interpret(s, &r, &wait, &err);
	}
	ok(!fetch_moved_for_good(s, s->moved_since + CLOCK_MINUTE, CLOCK_HOUR), "nor three within a minute");
	is(fetch_moved_for_good(s, s->moved_since + CLOCK_HOUR, CLOCK_HOUR), "https://new.example/", "three over an hour are");
	s->settings.headers = "{\"Authorization\":\"Bearer ours\"}";
	ok(!fetch_moved_for_good(s, s->moved_since + CLOCK_DAY, CLOCK_HOUR), "but not to a server that would then get its owner's headers");
	s->url = "https://new.example/feed";
	is(fetch_moved_for_good(s, s->moved_since + CLOCK_DAY, CLOCK_HOUR), "https://new.example/", "the same server has them already");
	s->url = "https://old.example/";
	s->settings.headers = NULL;
	r.moved = "https://third.example/";
	fetch_interpret(s, &r, &wait, &err);
	ok(!fetch_moved_for_good(s, s->moved_since + CLOCK_DAY, 0), "another place begins anew");
	r.moved = NULL;
	fetch_interpret(s, &r, &wait, &err);
	ok(!s->moved && !s->moved_times, "and an answer from the old place ends it");
	r.done = false;
	r.err = (struct error){ ERROR_TEMPORARY, "no route" };
	ok(fetch_interpret(s, &r, &wait, &err) == FETCH_FAILED && strcmp(err.text, "no route") == 0 && s->last_status == 0, "no answer at all");
}

static void languages(void)
{
	static const struct { const char *said, *language; } cases[] = { { "de", "de" }, { "pt-BR", "pt-BR" }, { "en, de", NULL }, { "zz-bogus", NULL }, { "", NULL }, { NULL, NULL } };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct http_header headers[] = { { "content-language", cases[i].said }, { NULL, NULL } };
		if (!cases[i].said)
			headers[0] = headers[1];
		is(fetch_language(&(struct http_response){ .headers = headers }), cases[i].language, cases[i].said ? cases[i].said : "no Content-Language");
	}
}

int main(void)
{
	languages();
	void *t = talloc_new(NULL);
	judging(t);
	moving(t);
	for (size_t i = 0; i < sizeof ages / sizeof *ages; i++) {
		struct http_header headers[3] = { { NULL, NULL } };
		size_t n = 0;
		if (ages[i].control)
			headers[n++] = (struct http_header){ "Cache-Control", ages[i].control };
		if (ages[i].expires)
			headers[n++] = (struct http_header){ "Expires", ages[i].expires };
		is_int(fetch_max_age(&(struct http_response){ .headers = headers }, THEN), ages[i].age, ages[i].control ? ages[i].control : "no Cache-Control");
	}
	is(source_redact_url(t, "https://ada:pw@b.example/x"), "https://***@b.example/x", "a password is not shown");
	is(source_redact_url(t, "socks5h://ada:p@w@10.0.0.1:1080"), "socks5h://***@10.0.0.1:1080", "nor a proxy's");
	is(source_redact_url(t, "http://b.example/@ada"), "http://b.example/@ada", "a name in a path is none");
	is(source_redact_url(t, "https://b.example/x"), "https://b.example/x", "other URLs are, as they stand");
	is(source_redact_url(t, "file:///srv/feed.xml"), "file:///srv/feed.xml", "files too");
	talloc_free(t);
	return tap_done();
}
