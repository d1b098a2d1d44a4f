/* test-clean-reply - what somebody writes to us is clean, and never long. */
#include "feeds/clean/clean_reply.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "tap.h"

static const struct {
	const char *what, *given, *html, *text;
} cases[] = {
	{ "words", "Well said", "Well said", "<p>Well said</p>" },
	{ "markup", "<p onclick=\"x()\">a <b>b</b></p><script>x</script>", "<p>a <b>b</b></p>", "<p>&lt;p onclick=\"x()\"&gt;a &lt;b&gt;b&lt;/b&gt;&lt;/p&gt;&lt;script&gt;x&lt;/script&gt;</p>" },
	{ "lines", "a\nb", "a\nb", "<p>a<br>b</p>" },
	{ "nothing", " \n", "", "" },
	{ "a link of its own page", "<a href=\"/x\">x</a>", "<a href=\"https://a.test/x\">x</a>", "<p>&lt;a href=\"/x\"&gt;x&lt;/a&gt;</p>" },
};

static char *many(void *t, const char *what, int n)
{
	char *s = mem_dup(t, "");
	for (int i = 0; i < n; i++)
		s = talloc_strdup_append_buffer(s, what);
	return s;
}

int main(void)
{
	void *t = talloc_new(NULL);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		is(clean_reply_html(t, cases[i].given, "https://a.test/"), cases[i].html, cases[i].what);
		is(clean_reply_text(t, cases[i].given), cases[i].text, "... as text");
	}
	char *html = clean_reply_html(t, many(t, "<p>a <b>b</b></p>", 5000), NULL), *text = clean_reply_text(t, many(t, "word ", 5000));
	ok(!strstr(html, "<b>") && text_length(html) < CLEAN_REPLY_CUT + 20, "a long one is a paragraph of its first words");
	ok(text_length(text) < CLEAN_REPLY_CUT + 20 && strstr(text, "…"), "cut");
	ok(strlen(clean_reply_html(t, many(t, "<p>a <b>b</b></p>", 3000), NULL)) > CLEAN_REPLY_CUT, "one that is not so long stays as it is");
	talloc_free(t);
	return tap_done();
}
