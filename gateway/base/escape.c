#include "gateway/base/escape.h"
#include "gateway/base/text.h"
#include <ctype.h>
#include <string.h>

static void escaped(FILE *out, const char *s, const char *which)
{
	while (s && *s) {
		size_t n = strcspn(s, which);
		fwrite(s, 1, n, out);
		s += n;
		switch (*s) {
		case '\0': return;
		case '&': fputs("&amp;", out); break;
		case '<': fputs("&lt;", out); break;
		case '>': fputs("&gt;", out); break;
		case '"': fputs("&quot;", out); break;
		case '\'': fputs("&#39;", out); break;
		default: fputc(*s, out); break;
		}
		s++;
	}
}

void html_text(FILE *out, const char *s) { escaped(out, s, "&<>"); }
void html_attr(FILE *out, const char *s) { escaped(out, s, "&<>\"'"); }

/* XML 1.0 section 2.2: what may not stand in a document even as a reference. */
static size_t forbidden(const char *s)
{
	unsigned char c = (unsigned char)*s;
	if (c < 0x20)
		return c && !strchr("\t\n\r", c);
	return c == 0xEF && (unsigned char)s[1] == 0xBF && (unsigned char)s[2] >= 0xBE ? 3 : 0;
}

static void xml(FILE *out, const char *s, const char *which)
{
	char piece[256];
	size_t used = 0;
	while (s && *s) {
		size_t skip = forbidden(s);
		if (skip) {
			s += skip;
			continue;
		}
		piece[used++] = *s++;
		if (used == sizeof piece - 1 || !*s) {
			piece[used] = '\0';
			escaped(out, piece, which);
			used = 0;
		}
	}
	piece[used] = '\0';
	escaped(out, piece, which);
}

void xml_text(FILE *out, const char *s) { xml(out, s, "&<>"); }
void xml_attr(FILE *out, const char *s) { xml(out, s, "&<>\"'"); }

void url_part(FILE *out, const char *s)
{
	for (; s && *s; s++)
		if (isalnum((unsigned char)*s) || strchr("-._~", *s))
			fputc(*s, out);
		else
			fprintf(out, "%%%02X", (unsigned char)*s);
}
