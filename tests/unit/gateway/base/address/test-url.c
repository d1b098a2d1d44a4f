#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "tap.h"

static const struct {
	const char *text, *scheme, *host;
	int port;
	const char *path, *query, *fragment, *user, *password;
} parts[] = {
	{ "http://example.org", "http", "example.org", 80, "/", NULL, NULL, NULL, NULL },
	{ "HTTPS://Example.ORG/Path", "https", "example.org", 443, "/Path", NULL, NULL, NULL, NULL },
	{ "https://example.org:8443/a?b=c#d", "https", "example.org", 8443, "/a", "b=c", "d", NULL, NULL },
	{ "http://example.org?q", "http", "example.org", 80, "/", "q", NULL, NULL, NULL },
	{ "http://example.org#f", "http", "example.org", 80, "/", NULL, "f", NULL, NULL },
	{ "http://ada:s%40cret@example.org/", "http", "example.org", 80, "/", NULL, NULL, "ada", "s%40cret" },
	{ "http://ada@example.org/", "http", "example.org", 80, "/", NULL, NULL, "ada", NULL },
	{ "http://@example.org/", "http", "example.org", 80, "/", NULL, NULL, NULL, NULL },
	{ "http://[::1]:8080/", "http", "[::1]", 8080, "/", NULL, NULL, NULL, NULL },
	{ "http://[2001:DB8::1]/", "http", "[2001:db8::1]", 80, "/", NULL, NULL, NULL, NULL },
	{ "http://0x7f.1/", "http", "127.0.0.1", 80, "/", NULL, NULL, NULL, NULL },
	{ "http://2130706433/", "http", "127.0.0.1", 80, "/", NULL, NULL, NULL, NULL },
	{ "http://%31/", "http", "0.0.0.1", 80, "/", NULL, NULL, NULL, NULL },
	{ "http://127.1./", "http", "127.0.0.1", 80, "/", NULL, NULL, NULL, NULL },
	{ "http://\xEF\xBC\x91\xEF\xBC\x90.1/", "http", "10.0.0.1", 80, "/", NULL, NULL, NULL, NULL },
	{ "http://m\xC3\xBCnchen.example/", "http", "xn--mnchen-3ya.example", 80, "/", NULL, NULL, NULL, NULL },
	{ "http://M\xC3\x9CNCHEN.example/", "http", "xn--mnchen-3ya.example", 80, "/", NULL, NULL, NULL, NULL },
	{ "http://example.org./", "http", "example.org", 80, "/", NULL, NULL, NULL, NULL },
	{ "http://my_blog.example/", "http", "my_blog.example", 80, "/", NULL, NULL, NULL, NULL },
	{ "http://example.org/a b", "http", "example.org", 80, "/a%20b", NULL, NULL, NULL, NULL },
	{ "http://example.org/?a b+c#d e", "http", "example.org", 80, "/", "a%20b+c", "d%20e", NULL, NULL },
	{ "http://example.org/caf\xC3\xA9", "http", "example.org", 80, "/caf%c3%a9", NULL, NULL, NULL, NULL },
	{ "http://example.org/%7Eada/%41", "http", "example.org", 80, "/%7Eada/%41", NULL, NULL, NULL, NULL },
	{ "http://example.org/\"<x>`", "http", "example.org", 80, "/%22%3Cx%3E%60", NULL, NULL, NULL, NULL },
	{ "http://example.org/a/../b/./c", "http", "example.org", 80, "/b/c", NULL, NULL, NULL, NULL },
	{ "http://127.0.0.1:8080/a#b", "http", "127.0.0.1", 8080, "/a", NULL, "b", NULL, NULL },
	{ "http://127.0.0.01/", "http", "127.0.0.1", 80, "/", NULL, NULL, NULL, NULL },
	{ "http://010.0.0.1/", "http", "8.0.0.1", 80, "/", NULL, NULL, NULL, NULL },
	{ "http://1.2.3.4.example/", "http", "1.2.3.4.example", 80, "/", NULL, NULL, NULL, NULL },
	{ "https://example.org:443/a", "https", "example.org", 443, "/a", NULL, NULL, NULL, NULL },
	{ "https://example.org:65535/?q=1&r#f/g", "https", "example.org", 65535, "/", "q=1&r", "f/g", NULL, NULL },
	{ "http://example.org/a?u=http://x/?y", "http", "example.org", 80, "/a", "u=http://x/?y", NULL, NULL, NULL },
};

static const char *const invalid[] = {
	"", "http", "http:", "http://", "http:///", "http:///x/", "http:/x/", "http:x", "//x/", "/x", "x", "ftp://x/", "file:///etc/passwd",
	"javascript:alert(1)", "data:text/html,x", "mailto:a@b", "gopher://x/", "httpx://x/", "http://?q", "http://#f", "http://:80/",
	"http://x:0/", "http://x:65536/", "http://x:80x/", "http://x:-1/", "http://a b/", "http://a..b/", "http://.a/", "http://./",
	"http://%00/", "http://x%0Ay/", "http://x\r\ny/", "http://x/\r\nHost: y", "http://x/a\tb", "http://[::1", "http://[zz]/",
	"http://[::1%25eth0]/", "http://good\\@evil/", "http://good\\x/", " http://x/", "http://x y/", "http://a$b/", "http://a,b/",
	"http://\xFF\xFE/", "http://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example/",
};

static const struct {
	const char *relative, *want;
} references[] = {
	/* RFC 3986 section 5.4.1 */
	{ "g", "http://a/b/c/g" },
	{ "./g", "http://a/b/c/g" },
	{ "g/", "http://a/b/c/g/" },
	{ "/g", "http://a/g" },
	{ "//g", "http://g/" },
	{ "?y", "http://a/b/c/d;p?y" },
	{ "g?y", "http://a/b/c/g?y" },
	{ "#s", "http://a/b/c/d;p?q#s" },
	{ "g#s", "http://a/b/c/g#s" },
	{ "g?y#s", "http://a/b/c/g?y#s" },
	{ ";x", "http://a/b/c/;x" },
	{ "g;x?y#s", "http://a/b/c/g;x?y#s" },
	{ "", "http://a/b/c/d;p?q" },
	{ ".", "http://a/b/c/" },
	{ "./", "http://a/b/c/" },
	{ "..", "http://a/b/" },
	{ "../", "http://a/b/" },
	{ "../g", "http://a/b/g" },
	{ "../..", "http://a/" },
	{ "../../g", "http://a/g" },
	/* section 5.4.2 */
	{ "../../../g", "http://a/g" },
	{ "../../../../g", "http://a/g" },
	{ "/./g", "http://a/g" },
	{ "/../g", "http://a/g" },
	{ "g.", "http://a/b/c/g." },
	{ ".g", "http://a/b/c/.g" },
	{ "g..", "http://a/b/c/g.." },
	{ "..g", "http://a/b/c/..g" },
	{ "./../g", "http://a/b/g" },
	{ "./g/.", "http://a/b/c/g/" },
	{ "g/./h", "http://a/b/c/g/h" },
	{ "g/../h", "http://a/b/c/h" },
	{ "g;x=1/./y", "http://a/b/c/g;x=1/y" },
	{ "g;x=1/../y", "http://a/b/c/y" },
	{ "g?y/./x", "http://a/b/c/g?y/./x" },
	{ "g?y/../x", "http://a/b/c/g?y/../x" },
	{ "g#s/./x", "http://a/b/c/g#s/./x" },
	{ "g#s/../x", "http://a/b/c/g#s/../x" },
	/* what pages hold */
	{ "https://Other.example", "https://other.example/" },
	{ "//other.example/x", "http://other.example/x" },
	{ " \n g \t", "http://a/b/c/g" },
	{ "a b?c d", "http://a/b/c/a%20b?c%20d" },
	{ "//x y/", NULL },
	{ "g?x=http://y/z", "http://a/b/c/g?x=http://y/z" },
	{ "http:g", NULL },
	{ "g:h", NULL },
	{ "javascript:alert(1)", NULL },
	{ "mailto:ada@example.org", NULL },
	{ "data:,x", NULL },
	{ "file:///etc/passwd", NULL },
	{ "//", NULL },
	{ "//evil\\@a/", NULL },
};

static const struct {
	const char *base, *relative, *want;
} bases[] = {
	{ "http://a/b?x=/y/z", "g", "http://a/g" },
	{ "http://a/b/c#x/y/z", "g", "http://a/b/g" },
	{ "http://a/b?q#old", "#new", "http://a/b?q#new" },
	{ "http://a/b?q#old", "", "http://a/b?q" },
	{ "http://a/b?q#old", "?r", "http://a/b?r" },
	{ "http://a", "g", "http://a/g" },
	{ "http://a?q", "g", "http://a/g" },
	{ "http://a?q", "?r", "http://a/?r" },
	{ "https://a:8443/b", "//c/d", "https://c/d" },
	{ "https://u:p@a/b", "/c", "https://u:p@a/c" },
	{ "https://a:443/b", "c", "https://a/c" },
	{ "not a url", "g", NULL },
	{ "ftp://a/b", "g", NULL },
	{ "ftp://a/b", "http://c/", NULL },
	{ NULL, "http://c/", NULL },
	{ "http://a/", NULL, NULL },
};

static const struct {
	const char *text, *origin, *authority;
} origins[] = {
	{ "http://Example.org/x", "http://example.org", "example.org" },
	{ "http://example.org:80/x", "http://example.org", "example.org" },
	{ "https://example.org:80/x", "https://example.org:80", "example.org:80" },
	{ "https://u:p@example.org:443/x#y", "https://example.org", "example.org" },
	{ "http://[::1]:81", "http://[::1]:81", "[::1]:81" },
	{ "example.org", NULL, NULL },
};

static const struct {
	const char *a, *b;
	bool origin, host;
} pairs[] = {
	{ "http://a/x", "http://A:80/y?z", true, true },
	{ "http://a/", "https://a/", false, true },
	{ "http://a/", "http://a:81/", false, true },
	{ "http://a/", "http://b/", false, false },
	{ "http://a/", "http://a.b/", false, false },
	{ "http://a/", "http://u@a/", true, true },
	{ "http://xn--mnchen-3ya.example/", "http://m\xC3\xBCnchen.example/", true, true },
	{ "x", "x", false, false },
	{ "http://a/", NULL, false, false },
};

static const struct {
	const char *text;
	bool form;
	const char *want;
} encoded[] = {
	{ "a%20b+c", false, "a b+c" },
	{ "a%20b+c", true, "a b c" },
	{ "%c3%A9", false, "\xC3\xA9" },
	{ "%", false, "%" },
	{ "%4", false, "%4" },
	{ "%41", false, "A" },
	{ "%zz%4g%g4", false, "%zz%4g%g4" },
	{ "%2541", false, "%41" },
	{ "a%00b", false, "a%00b" },
	{ "", true, "" },
};

static const struct {
	const char *form, *name, *want;
} forms[] = {
	{ "a=1&b=2", "a", "1" },
	{ "a=1&b=2", "b", "2" },
	{ "a=1&b=2", "c", NULL },
	{ "a=1&a=2", "a", "1" },
	{ "ab=1&b=2", "b", "2" },
	{ "email=ada%2Bx%40example.org", "email", "ada+x@example.org" },
	{ "q=two+words", "q", "two words" },
	{ "a%5Bb=1", "a[b", "1" },
	{ "a", "a", "" },
	{ "a=", "a", "" },
	{ "a=b=c", "a", "b=c" },
	{ "&&a=1&", "a", "1" },
	{ "&&=1", "a", NULL },
	{ "", "a", NULL },
	{ "", "", NULL },
	{ NULL, "a", NULL },
	{ "a=1;b=2", "b", NULL },
	{ "a=%4&b=2", "a", "%4" },
};

static const struct {
	const char *host, *want;
} hosts[] = {
	{ "Example.ORG", "example.org" },
	{ "example.org.", "example.org" },
	{ "m\xC3\xBCnchen.example", "xn--mnchen-3ya.example" },
	{ "mu\xCC\x88nchen.example", "xn--mnchen-3ya.example" },
	{ "stra\xC3\x9F" "e.example", "xn--strae-oqa.example" },
	{ "xn--mnchen-3ya.example", "xn--mnchen-3ya.example" },
	{ "\xE4\xBE\x8B.\xE3\x83\x86\xE3\x82\xB9\xE3\x83\x88", "xn--fsq.xn--zckzah" },
	{ "\xE4\xBE\x8B\xE3\x80\x82\xE3\x83\x86\xE3\x82\xB9\xE3\x83\x88", "xn--fsq.xn--zckzah" },
	{ "a_b.example", "a_b.example" },
	{ "", NULL },
	{ ".", NULL },
	{ "a..b", NULL },
	{ "a..", NULL },
	{ "a b", NULL },
	{ "a/b", NULL },
	{ "a@b", NULL },
	{ "[::1]", NULL },
	{ "\xC3", NULL },
};

static void test_parse(void *t)
{
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		struct error err = { 0 };
		struct url *u = url_parse(t, parts[i].text, &err);
		if (!ok(u != NULL, parts[i].text))
			continue;
		is(u->scheme, parts[i].scheme, "its scheme");
		is(u->host, parts[i].host, "its host");
		is_int(u->port, parts[i].port, "its port");
		is(u->path, parts[i].path, "its path");
		is(u->query, parts[i].query, "its query");
		is(u->fragment, parts[i].fragment, "its fragment");
		is(u->user, parts[i].user, "its user");
		is(u->password, parts[i].password, "its password");
	}
	for (size_t i = 0; i < sizeof invalid / sizeof *invalid; i++) {
		struct error err = { 0 };
		ok(!url_parse(t, invalid[i], &err) && err.kind == ERROR_INVALID && !url_valid(invalid[i]),
		   mem_printf(t, "no URL: case %zu", i));
	}
	ok(!url_valid(NULL), "NULL is no URL");
	struct error err = { 0 };
	url_parse(t, "ftp://x/", &err);
	is(err.text, "'ftp://x/' is no web address; it must begin with http:// or https:// and name a host", "the error says why");
}

static void test_long(void *t)
{
	char *text = mem_array(t, char, URL_MAX + 2);
	memset(text, 'a', URL_MAX);
	memcpy(text, "http://x/", 9);
	ok(url_valid(text), "a URL of the most bytes is one");
	text[URL_MAX] = 'a';
	ok(!url_valid(text), "one more is too many");
	ok(!url_resolve(t, "http://x/", text), "also as a reference");
}

static void test_resolve(void *t)
{
	for (size_t i = 0; i < sizeof references / sizeof *references; i++)
		is(url_resolve(t, "http://a/b/c/d;p?q", references[i].relative), references[i].want, mem_printf(t, "reference %zu", i));
	for (size_t i = 0; i < sizeof bases / sizeof *bases; i++)
		is(url_resolve(t, bases[i].base, bases[i].relative), bases[i].want, mem_printf(t, "base %zu", i));
}

static void test_text(void *t)
{
	static const char *const same[] = { "http://a/", "https://u:p@a:1/b?c#d", "http://u@[::1]/x" };
	struct error err = { 0 };
	for (size_t i = 0; i < sizeof same / sizeof *same; i++)
		is(url_text(t, url_parse(t, same[i], &err)), same[i], "taken apart and put together again");
	is(url_without_fragment(t, "http://A/b#c#d"), "http://A/b", "without its fragment");
	is(url_without_fragment(t, "http://A/b"), "http://A/b", "that it need not have");
}

static void test_compare(void *t)
{
	for (size_t i = 0; i < sizeof origins / sizeof *origins; i++) {
		is(url_origin(t, origins[i].text), origins[i].origin, mem_printf(t, "the origin of %s", origins[i].text));
		is(url_authority(t, origins[i].text), origins[i].authority, "and its authority");
	}
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		ok(url_same_origin(pairs[i].a, pairs[i].b) == pairs[i].origin, mem_printf(t, "pair %zu, origins", i));
		ok(url_same_host(pairs[i].a, pairs[i].b) == pairs[i].host, mem_printf(t, "pair %zu, hosts", i));
	}
}

static char *again(void *t, const char *text)
{
	struct error err;
	struct url *url = url_parse(t, text, &err);
	return url ? url_text(t, url) : NULL;
}

/* An address that is in its final form already is not taken apart by libcurl; a port that says nothing, or a large letter, makes sure that one is. */
static void test_short_cuts(void *t)
{
	static const char *const written[] = {
		"https://b.test/c", "http://b.test/c/d.e?f=g&h#i", "https://b.test", "https://B.test/c", "https://b.test/./c", "https://b.test/c/../d", "https://b.test/%7ec",
		"https://u@b.test/c", "https://b.test:8/c", "https://b.test:443/c", "https://b.test:08/c", "https://b.test:/c", "https://b.test:65536/c", "https://1.2.3.4:8#c", "https://1.2.3/c", "https://-b.test/c", "https://b-.test", "https://b..test/c", "https://b_c.test/d", "https://1b.test/c", "https://b.1/c",
		"https://b.test./c", "https://1.2.3.4/c", "https://0x7f.1/c", "https://b.test/c?", "https://b.test/c#", "https://b.test//c",
		"/c/d?e#f", "//c.test/d", "/./c", "/c/.", "/c/.d", "/", "/c d", "/c?d?e", "/c?d/../e", "/c#d/../e", "c", "?c", "#c", "", " /c ", "/c\"d", "/\\c",
	};
	for (size_t i = 0; i < sizeof written / sizeof *written; i++) {
		is(url_resolve(t, "https://a.test/b/c", written[i]), url_resolve(t, "https://a.test:443/b/c", written[i]), mem_printf(t, "short cut: %s", written[i]));
		if (text_starts(written[i], "https"))
			is(again(t, written[i]), again(t, mem_printf(t, "H%s", written[i] + 1)), "... and alone");
	}
}

static void test_decode(void *t)
{
	for (size_t i = 0; i < sizeof encoded / sizeof *encoded; i++)
		is(url_decode(t, encoded[i].text, encoded[i].form), encoded[i].want, mem_printf(t, "decode '%s'", encoded[i].text));
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		is(url_form_value(t, forms[i].form, forms[i].name), forms[i].want,
		   mem_printf(t, "'%s' in '%s'", forms[i].name, forms[i].form ? forms[i].form : "NULL"));
	for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
		is(url_host_ascii(t, hosts[i].host), hosts[i].want, mem_printf(t, "host %zu", i));
}

int main(void)
{
	void *t = talloc_new(NULL);
	test_parse(t);
	test_long(t);
	test_resolve(t);
	test_text(t);
	test_compare(t);
	test_short_cuts(t);
	test_decode(t);
	talloc_free(t);
	return tap_done();
}
