#include "gateway/base/mem.h"
#include "gateway/fediverse/follow.h"
#include "tap.h"

static void *t;
static struct error err;

static void typed(void)
{
	static const struct {
		const char *typed, *host, *resource;
	} cases[] = {
		{ "@ada@example.social", "example.social", "acct:ada@example.social" },
		{ "ada@Example.Social", "example.social", "acct:ada@example.social" },
		{ " acct:ada@example.social ", "example.social", "acct:ada@example.social" },
		{ "ada@m\xc3\xbcnchen.example", "xn--mnchen-3ya.example", "acct:ada@xn--mnchen-3ya.example" },
		{ "ada@example.social:8443", "example.social:8443", "acct:ada@example.social:8443" },
		{ "example.social", "example.social", NULL },
		{ "https://example.social/@ada", "example.social", "https://example.social/@ada" },
		{ "https://example.social:8443/users/ada#x", "example.social:8443", "https://example.social:8443/users/ada" },
		{ "ada", NULL, NULL }, { "@ada", NULL, NULL }, { "", NULL, NULL }, { "@", NULL, NULL }, { "@@example.social", NULL, NULL },
		{ "ada@localhost", NULL, NULL }, { "ada@example.social/path", NULL, NULL }, { "ada@example.social:port", NULL, NULL },
		{ "ada@example.social:", NULL, NULL }, { "a b@example.social", NULL, NULL }, { "a@b@example.social", NULL, NULL },
		{ "javascript:alert(1)", NULL, NULL }, { "ada\r\nX: y@example.social", NULL, NULL }, { "\xff@example.social", NULL, NULL },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct follow_who *who = follow_who(t, cases[i].typed, &err);
		is(who ? who->host : NULL, cases[i].host, cases[i].typed);
		is(who ? who->resource : NULL, cases[i].resource, "... resource");
	}
}

#define SUBSCRIBE "{\"rel\":\"http://ostatus.org/schema/1.0/subscribe\",\"template\":"

static void pages(void)
{
	static const struct {
		const char *jrd, *page;
	} cases[] = {
		{ "{\"links\":[{\"rel\":\"self\"}," SUBSCRIBE "\"https://example.social/authorize_interaction?uri={uri}\"}]}",
		  "https://example.social/authorize_interaction?uri=https%3A%2F%2Fpenny.example%2F%40tides%3Fa%3Db%26c" },
		{ "{\"links\":[" SUBSCRIBE "\"https://example.social/f/{uri}/go\"}]}",
		  "https://example.social/f/https%3A%2F%2Fpenny.example%2F%40tides%3Fa%3Db%26c/go" },
		{ "{\"links\":[{\"rel\":\"https://w3id.org/fep/3b86/Follow\",\"template\":\"https://example.social/i?o={object}\"}]}",
		  "https://example.social/i?o=https%3A%2F%2Fpenny.example%2F%40tides%3Fa%3Db%26c" },
		{ "{\"links\":[" SUBSCRIBE "\"https://example.social/follow\"}]}", NULL },
		{ "{\"links\":[" SUBSCRIBE "\"javascript:alert('{uri}')\"}]}", NULL },
		{ "{\"links\":[" SUBSCRIBE "7}]}", NULL },
		{ "{\"links\":[7,\"x\",{}]}", NULL },
		{ "{\"links\":{}}", NULL },
		{ "{}", NULL },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		json_t *jrd = tree_read(t, cases[i].jrd, strlen(cases[i].jrd), &err);
		is(follow_page(t, jrd, "https://penny.example/@tides?a=b&c"), cases[i].page, cases[i].jrd);
	}
}

static void guesses(void)
{
	bool guess = false;
	const struct follow_who who = { "example.social", NULL };
	is(follow_ask(t, NULL, &who, "https://penny.example/@tides", &guess, &err),
	   "https://example.social/authorize_interaction?uri=https%3A%2F%2Fpenny.example%2F%40tides", "only a host: what most servers use");
	ok(guess, "and it is said to be a guess");
	const struct http_options options = { .user_agent = NULL };
	struct http_client *client = http_client_new(t, &options, &err);
	const struct follow_who nobody = { "127.0.0.1:9", "acct:ada@127.0.0.1:9" };
	err.kind = 0;
	ok(!follow_ask(t, client, &nobody, "https://penny.example/@tides", &guess, &err) && err.kind == ERROR_TEMPORARY, "a private address is not asked");
	is(err.text, "127.0.0.1:9 did not answer.", "in words for the page");
}

int main(void)
{
	t = talloc_new(NULL);
	typed();
	pages();
	guesses();
	talloc_free(t);
	return tap_done();
}
