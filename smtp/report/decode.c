#include "smtp/report/decode.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/mime/charset.h"
#include "gateway/base/mime/encoded_word.h"
#include "gateway/base/mime/transfer.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>

char *decode_body(void *owner, const char *s, size_t max, const char *encoding, const char *charset)
{
	size_t size;
	char *bytes = transfer_decode(NULL, s, strnlen(s, max), encoding, &size);
	char *text = charset_text(owner, bytes, size, charset);
	talloc_free(bytes);
	return text;
}

char *decode_words(void *owner, const char *value) { return encoded_word_text(owner, value); }

/* What is not shown, from the tag that begins it. */
static const char *const hidden[] = { "style", "script", "head", "title" };
static const char *const inlines[] = { "a", "b", "i", "u", "em", "strong", "span", "font", "tt", "code", "wbr", "small" };

static bool is_tag(const char *s, size_t size, const char *name) { return strlen(name) == size && strncasecmp(s, name, size) == 0; }

/* After the end of the element whose start tag, with this name, ends at s. */
static const char *after_element(const char *s, const char *name)
{
	size_t n = strlen(name);
	for (const char *p = s; (p = strchr(p, '<')); p++)
		if (p[1] == '/' && strncasecmp(p + 2, name, n) == 0)
			return p + strcspn(p, ">");
	return s + strlen(s);
}

/* The tag or comment at s; returns its last character. */
static const char *tag(FILE *out, const char *s)
{
	if (text_starts(s, "<!--")) {
		const char *end = strstr(s, "-->");
		return end ? end + 2 : s + strlen(s) - 1;
	}
	const char *name = s + 1 + (s[1] == '/'), *end = s + strcspn(s, ">");
	size_t size = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
	bool begins = s[1] != '/', is_inline = false;
	for (size_t i = 0; begins && i < sizeof hidden / sizeof *hidden; i++)
		if (is_tag(name, size, hidden[i]))
			end = after_element(end, hidden[i]);
	for (size_t i = 0; i < sizeof inlines / sizeof *inlines; i++)
		is_inline = is_inline || is_tag(name, size, inlines[i]);
	if (!is_inline)
		fputc('\n', out);
	return *end ? end : end - 1;
}

/* The few entities that stand in reports; others stay.  Returns the last character. */
static const char *entity(FILE *out, const char *s)
{
	static const struct {
		const char *name, *text;
	} known[] = { { "&lt;", "<" }, { "&gt;", ">" }, { "&amp;", "&" }, { "&quot;", "\"" }, { "&#39;", "'" }, { "&#64;", "@" }, { "&nbsp;", " " } };
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (text_starts(s, known[i].name)) {
			fputs(known[i].text, out);
			return s + strlen(known[i].name) - 1;
		}
	fputc('&', out);
	return s;
}

char *decode_html(void *owner, const char *html)
{
	struct document *d = document_new(NULL);
	FILE *out = document_out(d);
	for (const char *p = html; *p; p++)
		if (*p == '<' && (isalpha((unsigned char)p[1]) || p[1] == '/' || p[1] == '!'))
			p = tag(out, p);
		else if (*p == '&')
			p = entity(out, p);
		else
			fputc(*p == '\n' ? ' ' : *p, out);
	return document_finish(d, owner);
}
