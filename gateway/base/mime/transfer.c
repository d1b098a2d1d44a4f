#include "gateway/base/mime/transfer.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>

/* Lines that look like a beginning and are none; each is read to where that shows. */
enum { UU_TRIES = 10 };
/* Bytes in one line at most. */
enum { UU_LINE = 63 };

static int hex(char c)
{
	const char *digits = "0123456789abcdef", *p = c ? strchr(digits, tolower((unsigned char)c)) : NULL;
	return p ? (int)(p - digits) : -1;
}

/* In place; returns the new size. */
static size_t quoted_printable(char *s, size_t size)
{
	char *to = s, *end = s + size;
	for (const char *p = s; p < end; p++) {
		if (*p != '=') {
			*to++ = *p;
		} else if (p[1 + strspn(p + 1, " \t\r")] == '\n') {
			p += 1 + strspn(p + 1, " \t\r");
		} else if (hex(p[1]) >= 0 && hex(p[2]) >= 0) {
			*to++ = (char)(hex(p[1]) << 4 | hex(p[2]));
			p += 2;
		} else {
			*to++ = '=';
		}
	}
	*to = '\0';
	return (size_t)(to - s);
}

/* The same; ends at the first padding, other signs are skipped. */
static size_t base64(char *s, size_t size)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *to = s;
	unsigned bits = 0, count = 0;
	for (const char *p = s; p < s + size && *p != '='; p++) {
		const char *at = *p ? strchr(letters, *p) : NULL;
		if (!at)
			continue;
		bits = (bits << 6 | (unsigned)(at - letters)) & 0xffffff;
		if ((count += 6) >= 8) {
			count -= 8;
			*to++ = (char)(bits >> count & 0xff);
		}
	}
	*to = '\0';
	return (size_t)(to - s);
}

/* One line of uuencode, without its end; false when it is none, or the last. */
static bool uu_line(const char *s, size_t size, char *to, size_t *got)
{
	size_t bytes = size ? (size_t)(s[0] - ' ') & 63 : 0, groups = (bytes + 2) / 3;
	if (!bytes || s[0] < ' ' || s[0] > '`')
		return false;
	for (size_t i = 0; i < groups; i++) {
		unsigned bits = 0;
		/* Blanks at the end of a line may be lost. */
		for (size_t j = 1; j <= 4; j++)
			bits = bits << 6 | (i * 4 + j < size ? (unsigned)(s[i * 4 + j] - ' ') & 63 : 0);
		for (size_t j = 0; j < 3 && i * 3 + j < bytes; j++)
			to[(*got)++] = (char)(bits >> (16 - 8 * j) & 0xff);
	}
	return true;
}

static const char *next_line(const char *s)
{
	s += strcspn(s, "\n");
	return s + (*s == '\n');
}

/* "begin 644 NAME"; the name's place, or NULL. */
static const char *begin_name(const char *s)
{
	if (!text_starts(s, "begin ") || strspn(s + 6, "01234567") < 3 || strspn(s + 6, "01234567") > 4)
		return NULL;
	const char *name = s + 6 + strspn(s + 6, "01234567");
	return *name == ' ' && name[1] != '\n' && name[1] ? name + 1 : NULL;
}

/* The lines of data from s on; where they end, NULL when no "end" follows, or when short lines promise more than there is room for. */
static const char *uu_lines(const char *s, char *to, size_t room, size_t *got)
{
	for (*got = 0; *s && *got + UU_LINE <= room && uu_line(s, strcspn(s, "\n"), to, got); s = next_line(s))
		;
	/* The line of no bytes before the end. */
	if (*s == '`' || *s == ' ' || *s == '\n')
		s = next_line(s);
	return text_starts(s, "end") && (s[3] == '\n' || !s[3]) ? s + 3 + (s[3] == '\n') : NULL;
}

bool transfer_uuencoded(void *owner, const char *s, struct transfer_file *file)
{
	for (size_t tries = 0; *s && tries < UU_TRIES; s = next_line(s)) {
		const char *name = begin_name(s);
		if (!name)
			continue;
		tries++;
		const char *data = next_line(s);
		/* The encoding takes more than the bytes, unless blanks are lost. */
		size_t got, room = strlen(data) + UU_LINE;
		char *bytes = mem_array(owner, char, room + 1);
		const char *end = uu_lines(data, bytes, room, &got);
		if (end && got) {
			*file = (struct transfer_file){ s, end, mem_ndup(owner, name, strcspn(name, "\n")), bytes, got };
			return true;
		}
		talloc_free(bytes);
	}
	return false;
}

char *transfer_decode(void *owner, const char *s, size_t size, const char *encoding, size_t *got)
{
	char *bytes = mem_array(owner, char, size + 1);
	struct transfer_file file;
	memcpy(bytes, s, size);
	*got = size;
	if (strncasecmp(encoding, "quoted-printable", 16) == 0)
		*got = quoted_printable(bytes, size);
	else if (strncasecmp(encoding, "base64", 6) == 0)
		*got = base64(bytes, size);
	else if (strcasestr(encoding, "uue") && transfer_uuencoded(owner, bytes, &file)) {
		talloc_free(file.name);
		talloc_free(bytes);
		*got = file.size;
		bytes = file.data;
	}
	return bytes;
}
