#include "gateway/base/text/escape.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <string.h>

static void entity(FILE *out, char c)
{
	switch (c) {
	case '&': fputs("&amp;", out); break;
	case '<': fputs("&lt;", out); break;
	case '>': fputs("&gt;", out); break;
	case '"': fputs("&quot;", out); break;
	default: fprintf(out, "&#%d;", c); break;
	}
}

static void html(FILE *out, const char *s, const char *which)
{
	while (s && *s) {
		size_t n = strcspn(s, which);
		fwrite_unlocked(s, 1, n, out);
		s += n;
		if (*s)
			entity(out, *s++);
	}
}

void html_text(FILE *out, const char *s) { html(out, s, "&<>"); }
void html_attr(FILE *out, const char *s) { html(out, s, "&<>\"'"); }

/* XML 1.0 section 2.2: what may not stand in a document even as a reference. */
static bool forbidden(uint32_t cp)
{
	return (cp < 0x20 && cp != '\t' && cp != '\n' && cp != '\r') || cp == 0xFFFE || cp == 0xFFFF;
}

static void xml(FILE *out, const char *s, const char *which)
{
	while (s && *s) {
		const char *at = s;
		uint32_t cp = text_next(&s);
		if (cp == 0xFFFD)
			fputs("\xEF\xBF\xBD", out);
		else if (cp < 0x80 && strchr(which, (int)cp))
			entity(out, (char)cp);
		else if (!forbidden(cp))
			fwrite(at, 1, (size_t)(s - at), out);
	}
}

/* Section 2.11: a bare CR would be read as LF; section 3.3.3: white space in an attribute as spaces. */
void xml_text(FILE *out, const char *s) { xml(out, s, "&<>\r"); }
void xml_attr(FILE *out, const char *s) { xml(out, s, "&<>\"'\t\r\n"); }

void url_part(FILE *out, const char *s)
{
	for (; s && *s; s++)
		if (isalnum((unsigned char)*s) || strchr("-._~", *s))
			fputc(*s, out);
		else
			fprintf(out, "%%%02X", (unsigned char)*s);
}
