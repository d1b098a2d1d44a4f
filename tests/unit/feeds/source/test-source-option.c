/* What an owner may set of a source. */
#include "feeds/source/source_option.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "tap.h"

/* Set one after the other.  wrong: a part of the error; then nothing has changed. */
static const struct {
	const char *name, *value, *headers, *proxy;
	long long min, max;
	const char *wrong;
} steps[] = {
	{ "header", "X-Key: k: 1 ", "{\"X-Key\":\"k: 1\"}", NULL, 0, 0, NULL },
	{ "header", "x-key: two", "{\"x-key\":\"two\"}", NULL, 0, 0, NULL },
	{ "header", "Bad Name: x", "{\"x-key\":\"two\"}", NULL, 0, 0, "no header" },
	{ "header", "X: a\r\nY: b", "{\"x-key\":\"two\"}", NULL, 0, 0, "one line" },
	{ "header", "no colon", "{\"x-key\":\"two\"}", NULL, 0, 0, "no header" },
	{ "header", "Host: other", "{\"x-key\":\"two\"}", NULL, 0, 0, "not to be set" },
	{ "header", "X-Key:", NULL, NULL, 0, 0, NULL },
	{ "proxy", "socks5h://127.0.0.1:9050", NULL, "socks5h://127.0.0.1:9050", 0, 0, NULL },
	{ "proxy", "ftp://x", NULL, "socks5h://127.0.0.1:9050", 0, 0, "no proxy" },
	{ "proxy", "http://", NULL, "socks5h://127.0.0.1:9050", 0, 0, "no proxy" },
	{ "proxy", "none", NULL, NULL, 0, 0, NULL },
	{ "every", "30", NULL, NULL, 1800000, 0, NULL },
	{ "every", "30:1440", NULL, NULL, 1800000, 86400000, NULL },
	{ "every", "30:20", NULL, NULL, 1800000, 86400000, "no time" },
	{ "every", "0", NULL, NULL, 1800000, 86400000, "no time" },
	{ "every", "5m", NULL, NULL, 1800000, 86400000, "no time" },
	{ "every", "5:", NULL, NULL, 1800000, 86400000, "no time" },
	{ "every", "99999999999999999999", NULL, NULL, 1800000, 86400000, "no time" },
	{ "every", "default", NULL, NULL, 0, 0, NULL },
	{ "hold", "maybe", NULL, NULL, 0, 0, "neither" },
	{ "access", "secret", NULL, NULL, 0, 0, "no access" },
	{ "authenticate", "dkim", NULL, NULL, 0, 0, "no way" },
	{ "authenticate", "dkim:", NULL, NULL, 0, 0, "no way" },
	{ "authenticate", "dmarc:mx.example", NULL, NULL, 0, 0, "no way" },
	{ "authenticate", "dkim:mx.example;x", NULL, NULL, 0, 0, "no way" },
	{ "colour", "red", NULL, NULL, 0, 0, "no option" },
};

static const struct {
	const char *url, *user, *password, *with;
} logins[] = {
	{ "https://b.example/feed", "ada", "s3cret", "https://ada:s3cret@b.example/feed" },
	{ "https://x:y@b.example/feed?a=b", "a@da", "p:/w d", "https://a%40da:p%3A%2Fw%20d@b.example/feed?a=b" },
	{ "https://x:y@b.example/feed", "", "", "https://b.example/feed" },
	{ "file:///tmp/x", "a", "b", NULL },
};

int main(void)
{
	void *t = talloc_new(NULL);
	struct source_settings s = { 0 };
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		struct error err = { 0 };
		bool fine = source_option_set(t, &s, steps[i].name, steps[i].value, &err);
		ok(steps[i].wrong ? !fine && err.kind == ERROR_INVALID && strstr(err.text, steps[i].wrong) : fine, text_squeeze(t, mem_printf(t, "%s %s", steps[i].name, steps[i].value)));
		is(s.headers, steps[i].headers, "… headers");
		is(s.proxy, steps[i].proxy, "… proxy");
		is_int(s.pause_min, steps[i].min, "… least pause");
		is_int(s.pause_max, steps[i].max, "… most");
	}
	struct error err;
	ok(source_option_set(t, &s, "hold", "yes", &err) && s.hold && source_option_set(t, &s, "full-text", "yes", &err) && s.full_text, "yes");
	ok(source_option_set(t, &s, "access", "gated", &err) && s.access == ENTRY_ACCESS_GATED, "gated");
	ok(source_option_set(t, &s, "access", "supporter", &err) && s.access == ENTRY_ACCESS_SUPPORTER && strcmp(source_option_access_name(s.access), "supporter") == 0, "supporter");
	ok(source_option_set(t, &s, "authenticate", "any:mx.example", &err) && s.authenticate && source_option_set(t, &s, "authenticate", "none", &err) && !s.authenticate, "by whom a mail is");
	for (size_t i = 0; i < sizeof logins / sizeof *logins; i++)
		is(source_option_login(t, logins[i].url, logins[i].user, logins[i].password, &err), logins[i].with, logins[i].url);
	talloc_free(t);
	return tap_done();
}
