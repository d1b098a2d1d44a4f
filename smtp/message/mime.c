#include "smtp/message/mime.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/encode.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <string.h>

/* RFC 5322 section 2.1.1 wants 78, RFC 2047 section 2 at most 76 for a line with encoded words, RFC 2045 section 6.7 76 with the '='. */
enum { FOLD_AT = 76, PLAIN_LINE = 78, QP_LINE = 75, LONGEST_WORD = 900, PHRASE_MAX = 60 };
/* "=?UTF-8?B?" and "?=" around base64, which makes four letters of three bytes. */
enum { WORD_FRAME = 12 };

static bool is_ascii(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s >= 0x80 || (iscntrl((unsigned char)*s) && !strchr("\t\r\n", *s)))
			return false;
	return true;
}

/* Valid UTF-8 on one line, so that no value can begin another header. */
static char *one_line(void *owner, const char *s)
{
	struct document *line = document_new(NULL);
	FILE *out = document_out(line);
	uint32_t c;
	for (const char *start = s; (c = text_next(&s)) != 0; start = s)
		if (c < 0x20 || (c >= 0x7f && c < 0xa0))
			fputc(' ', out);
		else if (c == 0xfffd)
			fputs("\xef\xbf\xbd", out);
		else
			fwrite(start, 1, (size_t)(s - start), out);
	char *clean = text_squeeze(owner, document_text(line, NULL));
	talloc_free(line);
	return clean;
}

/* Writes words, and folds before each that would exceed the line; column is the current one. */
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

/* Encoded words of whole characters, each on a line of its own; column, less than 60, is where the first begins.
 * Returns the column after the last. */
static size_t encoded_words(FILE *out, const char *s, size_t column)
{
	while (*s) {
		const char *end = s, *next = s;
		size_t bytes = (FOLD_AT - WORD_FRAME - column) / 4 * 3;
		while (text_next(&next) && (size_t)(next - s) <= bytes)
			end = next;
		char *b = encode_base64(NULL, s, (size_t)(end - s));
		fprintf(out, "=?UTF-8?B?%s?=", b);
		column += strlen(b) + WORD_FRAME;
		talloc_free(b);
		s = end;
		if (*s) {
			fputs("\r\n ", out);
			column = 1;
		}
	}
	return column;
}

/* The column after "Name: ". */
static size_t begin(FILE *out, const char *name)
{
	fprintf(out, "%s: ", name);
	return strlen(name) + 2;
}

/* Is every word short enough for a line of 998 octets? */
static bool is_foldable(const char *line, size_t longest)
{
	for (; *line; line += strcspn(line, " "), line += *line == ' ')
		if (strcspn(line, " ") > longest)
			return false;
	return true;
}

void mime_plain(FILE *out, const char *name, const char *value)
{
	char *line = one_line(NULL, value);
	if (*line && is_ascii(line) && is_foldable(line, LONGEST_WORD)) {
		folded(out, line, begin(out, name));
		fputs("\r\n", out);
	}
	talloc_free(line);
}

/* Can c stand between angle brackets? */
static bool is_url_byte(unsigned char c) { return c > ' ' && c < 0x7F && c != '<' && c != '>'; }

/* "<value>", percent-encoded where it must be; NULL for none, and for one that is too long. */
static char *angle(void *owner, const char *value)
{
	struct document *d = document_new(NULL);
	size_t size = 0;
	fputc('<', document_out(d));
	for (const char *p = value; *p; p++)
		if (is_url_byte((unsigned char)*p))
			fputc(*p, document_out(d));
		else
			fprintf(document_out(d), "%%%02X", (unsigned char)*p);
	fputc('>', document_out(d));
	document_text(d, &size);
	if (size <= LONGEST_WORD + 2)
		return document_finish(d, owner);
	talloc_free(d);
	return NULL;
}

void mime_angles(FILE *out, const char *name, const char *one, const char *two)
{
	void *t = talloc_new(NULL);
	const char *first = one ? angle(t, one) : NULL, *second = two ? angle(t, two) : NULL;
	if (first && second)
		fprintf(out, "%s: %s,\r\n %s\r\n", name, first, second);
	else if (first || second)
		fprintf(out, "%s: %s\r\n", name, first ? first : second);
	talloc_free(t);
}

void mime_angle(FILE *out, const char *name, const char *value) { mime_angles(out, name, value, NULL); }

void mime_words(FILE *out, const char *name, const char *value)
{
	char *line = one_line(NULL, value);
	size_t column = begin(out, name);
	/* Words that look like an encoded word, or that cannot be folded, are encoded too. */
	if (is_ascii(line) && !strstr(line, "=?") && is_foldable(line, FOLD_AT - 1))
		folded(out, line, column);
	else
		encoded_words(out, line, column);
	fputs("\r\n", out);
	talloc_free(line);
}

/* RFC 5322 section 3.2.4.  Returns the number of octets. */
static size_t quoted_string(FILE *out, const char *s)
{
	size_t size = 2;
	fputc('"', out);
	for (; *s; s++, size++) {
		if (*s == '"' || *s == '\\') {
			fputc('\\', out);
			size++;
		}
		fputc(*s, out);
	}
	fputc('"', out);
	return size;
}

/* A display name (RFC 5322 section 3.2.5, RFC 2047 section 5), written from column on; returns the column after it. */
static size_t phrase(FILE *out, const char *display, size_t column)
{
	char *line = one_line(NULL, display);
	bool atoms = true;
	for (const char *p = line; *p; p++)
		atoms = atoms && (isalnum((unsigned char)*p) || strchr(" !#$%&'*+-/=?^_`{|}~", *p));
	if (!is_ascii(line) || strstr(line, "=?") || strlen(line) > PHRASE_MAX)
		column = encoded_words(out, line, column);
	else if (atoms)
		column += (size_t)fprintf(out, "%s", line);
	else
		column += quoted_string(out, line);
	talloc_free(line);
	return column;
}

/* Drops characters that are not allowed in an address and would end it or begin another. */
static char *bare(void *owner, const char *address)
{
	char *line = one_line(owner, address), *to = line;
	for (const char *p = line; *p && to - line < LONGEST_WORD; p++)
		if (!strchr(" <>\"\\,;:()", *p))
			*to++ = *p;
	*to = '\0';
	return line;
}

void mime_address(FILE *out, const char *name, const char *display, const char *address)
{
	char *line = bare(NULL, address);
	size_t column = begin(out, name);
	if (text_blank(display)) {
		fprintf(out, "%s\r\n", line);
	} else {
		column = phrase(out, display, column);
		fprintf(out, "%s<%s>\r\n", column + strlen(line) + 3 > FOLD_AT ? "\r\n " : " ", line);
	}
	talloc_free(line);
}

/* Is the white space at s at the end of its line? */
static bool ends_line(const char *s) { return s[1] == '\0' || s[1] == '\n' || (s[1] == '\r' && s[2] == '\n'); }

/* The encoding of the byte at s in this column: the byte itself, or three characters. */
static size_t encoded(char code[3], const char *s, size_t column)
{
	static const char digits[] = "0123456789ABCDEF";
	unsigned char c = (unsigned char)*s;
	bool plain = (c >= 33 && c <= 126 && c != '=') || ((c == ' ' || c == '\t') && !ends_line(s));
	/* Some relays change a dot or "From " at the start of a line. */
	if (column == 0 && (c == '.' || (c == 'F' && strncmp(s, "From ", 5) == 0)))
		plain = false;
	if (plain) {
		code[0] = *s;
		return 1;
	}
	code[0] = '=';
	code[1] = digits[c >> 4];
	code[2] = digits[c & 15];
	return 3;
}

static void put_line(FILE *out, const char *line, size_t size, const char *end)
{
	fwrite(line, 1, size, out);
	fputs(end, out);
}

static void quoted(FILE *out, const char *s, const char *last_end)
{
	char line[QP_LINE], code[3];
	size_t column = 0;
	for (; *s; s++) {
		if (*s == '\n' || (*s == '\r' && s[1] == '\n')) {
			s += *s == '\r';
			put_line(out, line, column, "\r\n");
			column = 0;
			continue;
		}
		size_t n = encoded(code, s, column);
		if (column + n > QP_LINE) {
			put_line(out, line, column, "=\r\n");
			n = encoded(code, s, column = 0);
		}
		memcpy(line + column, code, n);
		column += n;
	}
	if (column)
		put_line(out, line, column, last_end);
}

void mime_quoted_printable(FILE *out, const char *text) { quoted(out, text, "\r\n"); }
void mime_quoted_printable_part(FILE *out, const char *text) { quoted(out, text, "=\r\n"); }

bool mime_is_plain(const char *s)
{
	for (const char *end; *s; s = end + (*end == '\n')) {
		end = s + strcspn(s, "\n");
		if (end - s > PLAIN_LINE || *s == '.' || strncmp(s, "From ", 5) == 0)
			return false;
		for (const char *p = s; p < end; p++)
			if (*p < ' ' || *p >= 0x7f || (*p == ' ' && p + 1 == end))
				return false;
	}
	return true;
}

void mime_lines(FILE *out, const char *s)
{
	for (const char *end; *s; s = end + (*end == '\n')) {
		end = s + strcspn(s, "\n");
		put_line(out, s, (size_t)(end - s), "\r\n");
	}
}
