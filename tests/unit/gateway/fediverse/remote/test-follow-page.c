/* The page on a reader's server where they can follow somebody: which template is taken, and where none may lead. */
#include "gateway/base/memory/mem.h"
#include "gateway/fediverse/document/jsonld.h"
#include "gateway/fediverse/remote/follow_page.h"
#include "unit/fixture.h"
#include "tap.h"
#include <string.h>

#define OSTATUS(template) "{\"rel\":\"http://ostatus.org/schema/1.0/subscribe\",\"template\":\"" template "\"}"
#define FEP(verb, template) "{\"rel\":\"https://w3id.org/fep/3b86/" verb "\",\"template\":\"" template "\"}"
#define SELF(url) "{\"rel\":\"self\",\"type\":\"application/activity+json\",\"href\":\"" url "\"}"
#define US "https%3A%2F%2Flamp.example%2F%40lamp"
#define BACK "https%3A%2F%2Flamp.example"

int main(void)
{
	static const struct {
		const char *what, *links, *answered, *page; /* answered: NULL: who was asked; page: NULL: none */
		bool own;
	} cases[] = {
		{ "that of OStatus", OSTATUS("https://fedi.example/authorize_interaction?uri={uri}"), NULL, "https://fedi.example/authorize_interaction?uri=" US, true },
		{ "with https in its name, in capitals", "{\"rel\":\"HTTPS://ostatus.org/schema/1.0/Subscribe\",\"template\":\"https://fedi.example/a?uri={uri}\"}", NULL, "https://fedi.example/a?uri=" US, true },
		{ "in the path", OSTATUS("https://fedi.example/follow/{uri}/ask"), NULL, "https://fedi.example/follow/" US "/ask", true },
		{ "that of FEP-3b86", FEP("Follow", "https://fedi.example/f?o={object}&ok={on-success}&no={on-cancel}"), NULL, "https://fedi.example/f?o=" US "&ok=" BACK "&no=" BACK, true },
		{ "in href, as its text has it, too", "{\"rel\":\"https://w3id.org/fep/3b86/Follow\",\"href\":\"https://fedi.example/f?o={object}\"}", NULL, "https://fedi.example/f?o=" US, true },
		{ "which is preferred", OSTATUS("https://fedi.example/a?uri={uri}") "," FEP("Object", "https://fedi.example/o?o={object}") "," FEP("Follow", "https://fedi.example/f?o={object}"), NULL, "https://fedi.example/f?o=" US, true },
		{ "the page of any object is better than none", FEP("Like", "https://fedi.example/l?o={object}") "," FEP("Object", "https://fedi.example/o?o={object}"), NULL, "https://fedi.example/o?o=" US, true },
		{ "the second of a kind when the first is of no use", OSTATUS("https://evil.example/?{uri}") "," OSTATUS("https://fedi.example/?{uri}"), NULL, "https://fedi.example/?" US, true },
		{ "the older one when the newer is of no use", FEP("Follow", "https://evil.example/{object}") "," OSTATUS("https://fedi.example/?{uri}"), NULL, "https://fedi.example/?" US, true },
		{ "another port of the host", OSTATUS("https://fedi.example:8443/?{uri}"), NULL, "https://fedi.example:8443/?" US, true },
		{ "the host that answered for it", OSTATUS("https://social.fedi.example/?{uri}"), "https://social.fedi.example/.well-known/webfinger?resource=x", "https://social.fedi.example/?" US, true },
		{ "the host of the account, which readers did not type", SELF("https://social.other/users/ada") "," OSTATUS("https://social.other/?{uri}"), NULL, "https://social.other/?" US, false },
		{ "a third one", SELF("https://social.other/users/ada") "," OSTATUS("https://evil.example/?{uri}"), NULL, NULL, false },
		{ "a host below", OSTATUS("https://evil.fedi.example/?{uri}"), NULL, NULL, false },
		{ "a host that only begins so", OSTATUS("https://fedi.example.evil.example/?{uri}"), NULL, NULL, false },
		{ "a user that looks like the host", OSTATUS("https://fedi.example@evil.example/?{uri}"), NULL, NULL, false },
		{ "a user at the host", OSTATUS("https://evil:x@fedi.example/?{uri}"), NULL, NULL, false },
		{ "a host that is filled in", OSTATUS("https://{uri}/"), NULL, NULL, false },
		{ "... before the right one", OSTATUS("https://{uri}.fedi.example/"), NULL, NULL, false },
		{ "no scheme", OSTATUS("//evil.example/?{uri}"), NULL, NULL, false },
		{ "a path alone", OSTATUS("/follow?uri={uri}"), NULL, NULL, false },
		{ "a backslash", OSTATUS("https://evil.example\\\\@fedi.example/?{uri}"), NULL, NULL, false },
		{ "javascript", OSTATUS("javascript:alert(1)//{uri}"), NULL, NULL, false },
		{ "javascript with the host", OSTATUS("javascript://fedi.example/%0aalert(1)?{uri}"), NULL, NULL, false },
		{ "data", OSTATUS("data:text/html,<script>x</script>{uri}"), NULL, NULL, false },
		{ "http", OSTATUS("http://fedi.example/?{uri}"), NULL, NULL, false },
		{ "a line end", OSTATUS("https://fedi.example/?{uri}\\r\\nSet-Cookie: a=b"), NULL, NULL, false },
		{ "a blank before the scheme", OSTATUS(" https://fedi.example/?{uri}"), NULL, NULL, false },
		{ "a quote", OSTATUS("https://fedi.example/?{uri}\\\"><script>"), NULL, NULL, false },
		{ "no place for the address", OSTATUS("https://fedi.example/follow"), NULL, NULL, false },
		{ "another relation", "{\"rel\":\"http://example.org/subscribe\",\"template\":\"https://fedi.example/?{uri}\"}", NULL, NULL, false },
		{ "no strings", "{\"rel\":1,\"template\":[]},{\"rel\":\"http://ostatus.org/schema/1.0/subscribe\",\"template\":{}},7,null", NULL, NULL, false },
		{ "nothing", "", NULL, NULL, false },
	};
	void *t = talloc_new(NULL);
	struct error err;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *asked = "https://fedi.example/.well-known/webfinger?resource=acct:ada@fedi.example";
		char *text = mem_printf(t, "{\"subject\":\"acct:ada@fedi.example\",\"links\":[%s]}", cases[i].links);
		json_t *jrd = jsonld_read(t, text, strlen(text), &err);
		bool own = false;
		const struct follow_page_query query = { asked, cases[i].answered ? cases[i].answered : asked, "https://lamp.example/@lamp", "https://lamp.example" };
		fixture_must(jrd != NULL, &err);
		is(follow_page_find(t, jrd, &query, &own), cases[i].page, cases[i].what);
		ok(!cases[i].page || own == cases[i].own, "... and whose it is");
	}
	char *many = mem_array(t, char, 2001);
	memset(many, 'a', 2000);
	char *text = mem_printf(t, "{\"links\":[" OSTATUS("https://fedi.example/%s?{uri}") "]}", many);
	bool own;
	is(follow_page_find(t, jsonld_read(t, text, strlen(text), &err), &(struct follow_page_query){ "https://fedi.example/", "https://fedi.example/", "https://lamp.example/@lamp", "https://lamp.example" }, &own), NULL, "one that is too long");
	talloc_free(t);
	return tap_done();
}
