#include "feeds/text/markdown.h"
#include "gateway/base/memory/mem.h"
#include "tap.h"

static const struct { const char *text; bool is; } texts[] = {
	{ "Read [the log](https://a.test/log) first.", true },
	{ "![A boat](/boat.jpg)", true },
	{ "It is **very** late.", true },
	{ "It is __very late__ now.", true },
	{ "# Tides\n\n- high\n- low\n", true },
	{ "## One\n\nText.\n\n## Two\n\nText.", true },
	{ "> He said\n\n1. one\n2. two\n", true },
	{ "Do this:\n\n```sh\nls\n```\n", true },
	{ "See [1].\n\n[1]: https://a.test/\n", true },
	{ "Plain words, and nothing else.", false },
	{ "- one\n- two\n", false },
	{ "# One heading", false },
	{ "#tides #boats", false },
	{ "2 ** 3 ** 4 and 2**3**4", false },
	{ "def __init__(self): pass", false },
	{ "A footnote [1] (see below), and an array a[0](x).", false },
	{ "* * *", false },
	{ "snake_case_name and *args, **kwargs", false },
	{ "> quoted mail", false },
	{ "2026. A year", false },
	{ "12", false },
	{ "- a\n12", false },
	{ "-", false },
	{ "[", false },
	{ "[a](", false },
	{ "**", false },
	{ "**a*", false },
	{ "#", false },
	{ "", false },
};

static const struct { const char *text, *html; } rendered[] = {
	{ "# Tides\n\nHigh **and** low.", "<h1>Tides</h1>\n<p>High <strong>and</strong> low.</p>\n" },
	{ "1. a\n2. b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>\n" },
	{ "See https://a.test/x_y_z. Or [it](https://b.test).", "<p>See <a href=\"https://a.test/x_y_z\">https://a.test/x_y_z</a>. Or <a href=\"https://b.test\">it</a>.</p>\n" },
	{ "`https://a.test/`", "<p><code>https://a.test/</code></p>\n" },
	{ "a https://a.test/1 b https://a.test/2 c", "<p>a <a href=\"https://a.test/1\">https://a.test/1</a> b <a href=\"https://a.test/2\">https://a.test/2</a> c</p>\n" },
	{ "AT&T <b>x</b> 1 < 2", "<p>AT&amp;T <b>x</b> 1 &lt; 2</p>\n" },
};

int main(void)
{
	void *t = talloc_new(NULL);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		is_int(markdown_is(texts[i].text), texts[i].is, mem_printf(t, "is '%s' Markdown?", texts[i].text));
	for (size_t i = 0; i < sizeof rendered / sizeof *rendered; i++)
		is(markdown_html(t, rendered[i].text), rendered[i].html, rendered[i].text);
	talloc_free(t);
	return tap_done();
}
