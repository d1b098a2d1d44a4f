#include "smtp/report/addr_spec.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* RFC 5321 section 4.5.3.1, with some room for those who do not keep to it. */
enum { LOCAL_MAX = 128, DOMAIN_MAX = 255 };

static bool in_local(char c) { return (unsigned char)c >= 0x80 || isalnum((unsigned char)c) || (c && strchr("!#$%&'*+-/=?^_`{|}~.\\", c)); }
static bool in_domain(char c) { return (unsigned char)c >= 0x80 || isalnum((unsigned char)c) || c == '-' || c == '.' || c == '_'; }

/* The first byte of the local part that ends before at. */
static const char *local_begin(const char *s, const char *at)
{
	const char *p = at;
	if (p > s && p[-1] == '"') {
		for (p--; p > s && at - p < LOCAL_MAX && p[-1] != '"';)
			p--;
		return p > s && p[-1] == '"' ? p - 1 : at;
	}
	while (p > s && at - p < LOCAL_MAX && in_local(p[-1]))
		p--;
	/* Quotes and words that stand before it. */
	while (p < at && strchr("'`.=/|-", *p) && *p != '=')
		p++;
	return p;
}

const char *addr_spec_find(const char *s, size_t size, size_t *found)
{
	const char *end = s + size;
	for (const char *at = s; (at = memchr(at, '@', (size_t)(end - at))); at++) {
		const char *begin = local_begin(s, at), *domain = at + 1, *p = domain;
		while (p < end && p - domain < DOMAIN_MAX && in_domain(*p))
			p++;
		while (p > domain && strchr("-._", p[-1]))
			p--;
		if (begin == at || p == domain || !isalnum((unsigned char)domain[0] >= 0x80 ? 'a' : (unsigned char)domain[0]))
			continue;
		*found = (size_t)(p - begin);
		return begin;
	}
	return NULL;
}

/* "\x{E9}" (RFC 6533 section 3) as UTF-8. */
static char *unescape(void *owner, const char *s)
{
	struct document *d = document_new(NULL);
	FILE *out = document_out(d);
	while (*s) {
		char *end;
		unsigned long c = s[0] == '\\' && s[1] == 'x' && s[2] == '{' ? strtoul(s + 3, &end, 16) : 0;
		if (c == 0 || *end != '}' || c > 0xffff || (c >= 0xd800 && c < 0xe000)) {
			fputc(*s++, out);
			continue;
		}
		if (c < 0x80)
			fputc((int)c, out);
		else if (c < 0x800)
			fprintf(out, "%c%c", (int)(0xc0 | c >> 6), (int)(0x80 | (c & 0x3f)));
		else
			fprintf(out, "%c%c%c", (int)(0xe0 | c >> 12), (int)(0x80 | (c >> 6 & 0x3f)), (int)(0x80 | (c & 0x3f)));
		s = end + 1;
	}
	return document_finish(d, owner);
}

char *addr_spec_of_field(void *owner, const char *value)
{
	const char *s = strchr(value, ';');
	char *text = unescape(NULL, s ? s + 1 : value);
	size_t size;
	const char *found = addr_spec_find(text, strlen(text), &size);
	/* A program or a file that holds an address somewhere is none itself. */
	bool is_path = strspn(text, " \t\"") < strlen(text) && strchr("/|", text[strspn(text, " \t\"")]);
	char *address = mem_ndup(owner, found && !is_path ? found : "", found && !is_path ? size : 0);
	talloc_free(text);
	return address;
}
