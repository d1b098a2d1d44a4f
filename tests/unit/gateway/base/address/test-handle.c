#include "gateway/base/memory/mem.h"
#include "gateway/base/address/handle.h"
#include "tap.h"

static void *t;
static struct error err;

static void typed(void)
{
	static const struct {
		const char *typed, *host;
	} cases[] = {
		{ "@ada@example.social", "example.social" },
		{ "ada@Example.Social", "example.social" },
		{ " acct:ada@example.social ", "example.social" },
		{ "ada@m\xc3\xbcnchen.example", "xn--mnchen-3ya.example" },
		{ "ada@example.social:8443", "example.social:8443" },
		{ "example.social", "example.social" },
		{ "https://example.social/@ada", "example.social" },
		{ "https://example.social:8443/users/ada#x", "example.social:8443" },
		{ "ada", NULL }, { "@ada", NULL }, { "", NULL }, { "@", NULL }, { "@@example.social", NULL },
		{ "ada@localhost", NULL }, { "ada@example.social/path", NULL }, { "ada@example.social:port", NULL },
		{ "ada@example.social:", NULL }, { "a b@example.social", NULL }, { "a@b@example.social", NULL },
		{ "javascript:alert(1)", NULL }, { "1.-,ps:0", NULL }, { "ada@example.social:0", NULL }, { "ada@example.social:99999", NULL }, { "ada@a,b.example", NULL }, { "ada\r\nX: y@example.social", NULL }, { "\xff@example.social", NULL },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct handle *who = handle_parse(t, cases[i].typed, &err);
		if (!is(who ? who->host : NULL, cases[i].host, "the host that somebody typed"))
			printf("# case %zu\n", i);
	}
}

static void pages(void)
{
	struct handle *who = handle_parse(t, "@ada@example.social:8443", &err);
	is(handle_follow_page(t, who, "https://penny.example/@tides?a=b&c"), "https://example.social:8443/authorize_interaction?uri=https%3A%2F%2Fpenny.example%2F%40tides%3Fa%3Db%26c",
	   "the page of her server, with our address put in as one value");
}

int main(void)
{
	t = talloc_new(NULL);
	typed();
	pages();
	talloc_free(t);
	return tap_done();
}
