#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/escape.h"
#include "tap.h"

#define BAD "\xEF\xBF\xBD"

static const struct {
	const char *text, *html_text, *html_attr, *xml_text, *xml_attr, *url_part;
} cases[] = {
	{ NULL, "", "", "", "", "" },
	{ "", "", "", "", "", "" },
	{ "plain", "plain", "plain", "plain", "plain", "plain" },
	{ "<a href=\"x\">'&'</a>", "&lt;a href=\"x\"&gt;'&amp;'&lt;/a&gt;", "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;",
	  "&lt;a href=\"x\"&gt;'&amp;'&lt;/a&gt;", "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;",
	  "%3Ca%20href%3D%22x%22%3E%27%26%27%3C%2Fa%3E" },
	{ "]]>", "]]&gt;", "]]&gt;", "]]&gt;", "]]&gt;", "%5D%5D%3E" },
	{ "&amp;", "&amp;amp;", "&amp;amp;", "&amp;amp;", "&amp;amp;", "%26amp%3B" },
	{ "a\tb\nc\rd", "a\tb\nc\rd", "a\tb\nc\rd", "a\tb\nc&#13;d", "a&#9;b&#10;c&#13;d", "a%09b%0Ac%0Dd" },
	{ "a\x01\x08\x0B\x1F" "b\x7F", "a\x01\x08\x0B\x1F" "b\x7F", "a\x01\x08\x0B\x1F" "b\x7F", "ab\x7F", "ab\x7F", "a%01%08%0B%1Fb%7F" },
	{ "\xC3\xA9\xF0\x9F\x93\xAE", "\xC3\xA9\xF0\x9F\x93\xAE", "\xC3\xA9\xF0\x9F\x93\xAE", "\xC3\xA9\xF0\x9F\x93\xAE",
	  "\xC3\xA9\xF0\x9F\x93\xAE", "%C3%A9%F0%9F%93%AE" },
	{ "a\xEF\xBF\xBE\xEF\xBF\xBF" BAD "b", "a\xEF\xBF\xBE\xEF\xBF\xBF" BAD "b", "a\xEF\xBF\xBE\xEF\xBF\xBF" BAD "b", "a" BAD "b",
	  "a" BAD "b", "a%EF%BF%BE%EF%BF%BF%EF%BF%BDb" },
	{ "a\xFF" "b\xED\xA0\x80" "c\xC3", "a\xFF" "b\xED\xA0\x80" "c\xC3", "a\xFF" "b\xED\xA0\x80" "c\xC3", "a" BAD "b" BAD BAD BAD "c" BAD,
	  "a" BAD "b" BAD BAD BAD "c" BAD, "a%FFb%ED%A0%80c%C3" },
	{ "AZaz09-._~!*'()", "AZaz09-._~!*'()", "AZaz09-._~!*&#39;()", "AZaz09-._~!*'()", "AZaz09-._~!*&#39;()", "AZaz09-._~%21%2A%27%28%29" },
};

static char *written(void *t, void (*escape)(FILE *, const char *), const char *s)
{
	struct document *d = document_new(t);
	escape(document_out(d), s);
	return document_finish(d, t);
}

int main(void)
{
	void *t = talloc_new(NULL);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		is(written(t, html_text, cases[i].text), cases[i].html_text, mem_printf(t, "html_text, case %zu", i));
		is(written(t, html_attr, cases[i].text), cases[i].html_attr, mem_printf(t, "html_attr, case %zu", i));
		is(written(t, xml_text, cases[i].text), cases[i].xml_text, mem_printf(t, "xml_text, case %zu", i));
		is(written(t, xml_attr, cases[i].text), cases[i].xml_attr, mem_printf(t, "xml_attr, case %zu", i));
		is(written(t, url_part, cases[i].text), cases[i].url_part, mem_printf(t, "url_part, case %zu", i));
	}
	talloc_free(t);
	return tap_done();
}
