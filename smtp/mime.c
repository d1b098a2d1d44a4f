#include "smtp/mime.h"
#include "gateway/base/encode.h"
#include "gateway/base/mem.h"
#include "gateway/base/text.h"
#include <ctype.h>
#include <string.h>

/* RFC 5322 section 2.1.1 wants 78; RFC 2047 section 2 allows 75 for an encoded word. */
enum { FOLD_AT = 76, WORD_BYTES = 42, QP_LINE = 75 };

static bool is_ascii(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s >= 0x80 || (iscntrl((unsigned char)*s) && !strchr("\t\r\n", *s)))
			return false;
	return true;
}

/* Line ends and control characters become spaces: no value begins another header. */
static char *one_line(void *owner, const char *s)
{
	char *line = mem_dup(owner, s);
	for (char *p = line; *p; p++)
		if (iscntrl((unsigned char)*p))
			*p = ' ';
	char *clean = text_squeeze(owner, line);
	talloc_free(line);
	return clean;
}

/* Writes words with a fold before each that would go too far; column is where the line stands. */
static void folded(FILE *out, const char *s, size_t column)
{
	bool first = true;
	while (*s) {
		size_t n = strcspn(s, " ");
		if (!first && column + 1 + n > FOLD_AT) {
			fputs("\r\n ", out);
			column = 1;
		} else if (!first) {
			fputc(' ', out);
			column++;
		}
		fwrite(s, 1, n, out);
		column += n;
		s += n + (s[n] == ' ');
		first = false;
	}
}

void mime_plain(FILE *out, const char *name, const char *value)
{
	char *line = one_line(NULL, value);
	fprintf(out, "%s: ", name);
	folded(out, line, strlen(name) + 2);
	fputs("\r\n", out);
	talloc_free(line);
}

/* Encoded words of whole characters, each on a line of its own after the first. */
static void encoded_words(FILE *out, const char *s)
{
	for (bool first = true; *s; first = false) {
		const char *end = s, *next = s;
		while (text_next(&next) && (size_t)(next - s) <= WORD_BYTES)
			end = next;
		char *b = encode_base64(NULL, s, (size_t)(end - s));
		fprintf(out, "%s=?UTF-8?B?%s?=", first ? "" : "\r\n ", b);
		talloc_free(b);
		s = end;
	}
}

void mime_words(FILE *out, const char *name, const char *value)
{
	char *line = one_line(NULL, value);
	fprintf(out, "%s: ", name);
	/* What looks like an encoded word, or could not be folded, is encoded too. */
	bool plain = is_ascii(line) && !strstr(line, "=?");
	for (const char *p = line; plain && *p; p += strcspn(p, " "), p += *p == ' ')
		plain = strcspn(p, " ") < 200;
	if (plain)
		folded(out, line, strlen(name) + 2);
	else
		encoded_words(out, line);
	fputs("\r\n", out);
	talloc_free(line);
}

void mime_phrase(FILE *out, const char *display)
{
	char *line = one_line(NULL, display);
	bool atoms = true;
	for (const char *p = line; *p; p++)
		atoms = atoms && (isalnum((unsigned char)*p) || strchr(" !#$%&'*+-/=?^_`{|}~", *p));
	if (!is_ascii(line) || strstr(line, "=?") || strlen(line) > 60) {
		encoded_words(out, line);
	} else if (atoms) {
		fputs(line, out);
	} else {
		fputc('"', out);
		for (const char *p = line; *p; p++) {
			if (*p == '"' || *p == '\\')
				fputc('\\', out);
			fputc(*p, out);
		}
		fputc('"', out);
	}
	talloc_free(line);
}

void mime_address(FILE *out, const char *name, const char *display, const char *address)
{
	char *line = one_line(NULL, address);
	fprintf(out, "%s: ", name);
	if (!text_blank(display)) {
		mime_phrase(out, display);
		fprintf(out, "%s<%s>\r\n", strlen(display) + strlen(line) > 60 ? "\r\n " : " ", line);
	} else {
		fprintf(out, "%s\r\n", line);
	}
	talloc_free(line);
}

/* Is the white space at s the last of its line? */
static bool ends_line(const char *s) { return s[1] == '\0' || s[1] == '\n' || (s[1] == '\r' && s[2] == '\n'); }

void mime_quoted_printable(FILE *out, const char *s)
{
	size_t column = 0;
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;
		if (c == '\n' || (c == '\r' && s[1] == '\n')) {
			s += c == '\r';
			fputs("\r\n", out);
			column = 0;
			continue;
		}
		bool plain = (c >= 33 && c <= 126 && c != '=') || ((c == ' ' || c == '\t') && !ends_line(s));
		/* A dot or "From " at the start of a line is what relays like to change. */
		if (column == 0 && (c == '.' || strncmp(s, "From ", 5) == 0))
			plain = false;
		if (column + (plain ? 1 : 3) > QP_LINE) {
			fputs("=\r\n", out);
			column = 0;
		}
		if (plain)
			fputc(c, out);
		else
			fprintf(out, "=%02X", c);
		column += plain ? 1 : 3;
	}
	if (column)
		fputs("\r\n", out);
}
