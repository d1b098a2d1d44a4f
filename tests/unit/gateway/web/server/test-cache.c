#include "gateway/base/memory/mem.h"
#include "gateway/web/server/cache.h"
#include "tap.h"
#include <stdio.h>

enum { ROOM = 100000 };
static void *t;
static struct answers all;

static struct answer *answer(int size)
{
	struct exchange x = { .owner = talloc_new(t), .shows = EXCHANGE_ALL, .stamp = "of which there is none in any page" };
	FILE *out = exchange_answer(&x, 200, "text/html");
	for (int i = 0; i < size; i++)
		fputc('x', out);
	struct answer *a = answer_of(t, &x, &all);
	talloc_free(x.owner);
	return a;
}

static void bodies_are_counted(void)
{
	void *owner = talloc_new(NULL);
	size_t before = all.bytes;
	struct answer *a = talloc_steal(owner, answer(5000)), *b = talloc_steal(owner, answer(300));
	is_int((long long)(all.bytes - before), 5300, "the bodies of two answers count");
	talloc_free(a);
	is_int((long long)(all.bytes - before), 300, "until the HTTP library has no more of one");
	talloc_free(b);
	is_int((long long)(all.bytes - before), 0, "and of the other");
	talloc_free(owner);
}

static void versions(void)
{
	static const struct {
		const char *what;
		unsigned shows;
		struct tally_versions now;
		bool kept;
	} cases[] = {
		{ "nothing changed", EXCHANGE_ALL, { 1, 1, 1 }, true },
		{ "the archive, and it is shown", EXCHANGE_ARCHIVE | EXCHANGE_PUBLICATION, { 2, 1, 1 }, false },
		{ "the publication, and it is shown", EXCHANGE_ARCHIVE | EXCHANGE_PUBLICATION, { 1, 2, 1 }, false },
		{ "the people, and they are shown", EXCHANGE_PEOPLE, { 1, 1, 0 }, false },
		{ "the people, and they are not", EXCHANGE_ARCHIVE | EXCHANGE_PUBLICATION, { 1, 1, 2 }, true },
		{ "the archive, and it is not", EXCHANGE_PUBLICATION, { 9, 1, 2 }, true },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct cache *c = cache_new(t, ROOM);
		struct answer *a = answer(10);
		cache_keep(c, "k", cases[i].shows, &(struct tally_versions){ 1, 1, 1 }, a);
		ok(cache_find(c, "k", &cases[i].now) == (cases[i].kept ? a : NULL), cases[i].what);
		ok(!cases[i].kept == !cache_find(c, "k", &(struct tally_versions){ 1, 1, 1 }), "… and what was outdated is gone");
		talloc_free(c);
	}
}

static bool has(struct cache *c, int n)
{
	char key[16];
	snprintf(key, sizeof key, "%d", n);
	return cache_find(c, key, &(struct tally_versions){ 0 });
}

/* Ten fit; the first is asked for now and then. */
static void eviction(void)
{
	struct cache *c = cache_new(t, ROOM);
	int found = 0, late = 0;
	for (int n = 0; n < 5000; n++) {
		char key[16];
		snprintf(key, sizeof key, "%d", n);
		cache_keep(c, key, EXCHANGE_ALL, &(struct tally_versions){ 0 }, answer(9000));
		found += has(c, 0);
	}
	is_int(found, 5000, "what is asked for stays, however much comes");
	for (int n = 4990; n < 5000; n++)
		late += has(c, n);
	ok(late >= 8, "with what came last");
	ok(!has(c, 1) && !has(c, 4000), "and what nobody asked for went");
	cache_keep(c, "0", EXCHANGE_ALL, &(struct tally_versions){ 0 }, answer(ROOM));
	ok(!has(c, 0), "one that is too large is not kept, nor what it replaces");
	ok(has(c, 4999), "and takes no room from others");
	ok(talloc_total_size(c) < 2 * ROOM + 100000, "all of it within its room");
}

int main(void)
{
	t = talloc_new(NULL);
	bodies_are_counted();
	versions();
	eviction();
	talloc_free(t);
	return tap_done();
}
