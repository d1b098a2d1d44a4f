#include "feeds/text/repair_json.h"
#include "gateway/base/memory/mem.h"
#include "tap.h"
#include <jansson.h>

static const struct { const char *in, *out; bool wrong; } cases[] = {
	/* what is JSON stays */
	{ "{\"a\": [1, -2.5e+3, true, null, \"b\\n\\u00e9\\ud83d\\udc1d\"], \"c\": {}}", "{\"a\": [1, -2.5e+3, true, null, \"b\\n\\u00e9\\ud83d\\udc1d\"], \"c\": {}}", false },
	{ " [ ] \n", " [ ]", false },
	/* strings */
	{ "[\"a\nb\tc\x01\"]", "[\"a\\u000ab\\u0009c\"]", true },
	{ "[\"don\\'t \\x \\u12 \\\"\"]", "[\"don't x u12 \\\"\"]", true },
	{ "[\"\\ud83d\", \"\\udc1d\\ud83d\\u0041\"]", "[\"\\ufffd\", \"\\ufffd\\ufffd\\u0041\"]", true },
	{ "{\"\\u0000a\": 1}", "{\"\\ufffda\": 1}", true },
	/* between them */
	{ "[1,2,]", "[1,2 ]", true },
	{ "{\"a\":1,}", "{\"a\":1 }", true },
	{ "[1 2,,3]", "[1 ,2,3]", true },
	{ "{\"a\":1 \"b\" 2}", "{\"a\":1 ,\"b\" :2}", true },
	{ "{a: 1, b-c: NaN, \"d\": +1, \"e\": 01}", "{\"a\": 1, \"b-c\": null, \"d\": null, \"e\": null}", true },
	{ "[12345678901234567890123, 1e9999]", "[\"12345678901234567890123\", \"1e9999\"]", true },
	{ "[1, // one\n 2 /* two */]", "[1,  2 ]", true },
	{ "{\"a\": [1, {\"b\": 2]}", "{\"a\": [1, {\"b\": 2}]}", true },
	{ "{\"a\"}", "{\"a\":null}", true },
	{ "{\"a\":}", "{\"a\":null}", true },
	{ "{{\"a\":1}", "{\"a\":1}", true },
	{ "[1]] x", "[1]", true },
	/* an end in the middle */
	{ "{\"a\": [\"b\", \"c", "{\"a\": [\"b\", \"c\"]}", true },
	{ "{\"a\": [1, ", "{\"a\": [1  ]}", true },
	{ "{\"a\": {\"b\"", "{\"a\": {\"b\":null}}", true },
	{ "{\"a\": {\"b\":", "{\"a\": {\"b\":null}}", true },
	{ "[\"a\\", "[\"a\"]", true },
	{ "[tru", "[null]", true },
};

int main(void)
{
	void *t = talloc_new(NULL);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct repaired *r = repair_json(t, cases[i].in, strlen(cases[i].in));
		json_t *read = json_loadb(r->text, r->size, 0, NULL);
		is(r->text, cases[i].out, cases[i].in);
		ok(!!r->wrong == cases[i].wrong, cases[i].wrong ? "… and it is told" : "… which was right");
		ok(read != NULL, "… is JSON");
		json_decref(read);
	}
	talloc_free(t);
	return tap_done();
}
