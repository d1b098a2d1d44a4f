#include "gateway/archive/rendering/letter_mirror.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/text/text.h"
#include <string.h>

static const char style[] = " style=\"", left[] = " align=\"left\"";

/* "0 1px 2px 3px": top, right, bottom, left.  True when it was written with its sides exchanged. */
static bool write_four(FILE *out, const char *s, size_t size)
{
	const char *words[4];
	size_t sizes[4], n = 0;
	for (const char *end = s + size; s < end; s += strspn(s, " ")) {
		if (n == 4)
			return false;
		words[n] = s;
		sizes[n] = strcspn(s, " ;\"");
		s += sizes[n++];
	}
	if (n != 4)
		return false;
	fprintf(out, "%.*s %.*s %.*s %.*s", (int)sizes[0], words[0], (int)sizes[3], words[3], (int)sizes[2], words[2], (int)sizes[1], words[1]);
	return true;
}

/* One "name:value" of a style. */
static void declaration(FILE *out, const char *s, size_t size)
{
	static const struct { const char *from, *to; } sides[] = {
		{ "border-left", "border-right" }, { "border-right", "border-left" }, { "padding-left", "padding-right" }, { "padding-right", "padding-left" },
		{ "margin-left", "margin-right" }, { "margin-right", "margin-left" } };
	size_t name = strcspn(s, ":");
	if (name < size && (text_starts(s, "padding:") || text_starts(s, "margin:"))) {
		fprintf(out, "%.*s:", (int)name, s);
		if (write_four(out, s + name + 1, size - name - 1))
			return;
		s += name + 1;
		size -= name + 1;
	}
	for (size_t i = 0; i < sizeof sides / sizeof *sides; i++)
		if (text_starts(s, sides[i].from) && strlen(sides[i].from) <= size) {
			fputs(sides[i].to, out);
			size -= strlen(sides[i].from);
			s += strlen(sides[i].from);
			break;
		}
	fwrite(s, 1, size, out);
}

/* What stands between the quotes of a style attribute; returns its end. */
static const char *declarations(FILE *out, const char *s)
{
	while (*s && *s != '"') {
		size_t size = strcspn(s, ";\"");
		declaration(out, s, size);
		for (s += size; *s == ';'; s++)
			fputc(';', out);
	}
	return s;
}

char *letter_mirror(void *owner, const char *html)
{
	struct document *d = document_new(owner);
	FILE *out = document_out(d);
	bool in_tag = false, in_value = false;
	while (*html) {
		if (in_tag && !in_value && text_starts(html, style)) {
			fputs(style, out);
			html = declarations(out, html + strlen(style));
			in_value = true;
		} else if (in_tag && !in_value && text_starts(html, left)) {
			fputs(" align=\"right\"", out);
			html += strlen(left);
		} else {
			in_value = in_tag && *html == '"' ? !in_value : in_value;
			in_tag = in_value || (*html == '<' ? true : *html == '>' ? false : in_tag);
			fputc(*html++, out);
		}
	}
	return document_finish(d, owner);
}
