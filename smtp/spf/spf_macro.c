#include "smtp/spf/spf_macro.h"
#include "gateway/base/memory/buf.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/escape.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_SIZE = 253, EXPANDED_MAX = 8192, PARTS_MAX = 128 };
static const char delimiters[] = ".-+,/_=";

/* "%{L2r-}" at s, behind its "%{". */
struct macro {
	char letter;
	int keep;         /* parts from the right, 0: all */
	bool reverse;
	const char *split; /* delimiters, count of them */
	size_t splits;
	size_t size;      /* with "%{" and "}" */
};

static bool read_macro(const char *s, const char *letters, struct macro *m)
{
	const char *at = s + 2;
	*m = (struct macro){ .letter = *at };
	if (!*at || !strchr(letters, tolower((unsigned char)*at)))
		return false;
	at++;
	if (isdigit((unsigned char)*at)) {
		long keep = strtol(at, (char **)&at, 10);
		if (keep == 0)
			return false;
		m->keep = keep < PARTS_MAX ? (int)keep : PARTS_MAX;
	}
	m->reverse = *at == 'r' || *at == 'R';
	at += m->reverse;
	m->split = at;
	m->splits = strspn(at, delimiters);
	at += m->splits;
	m->size = (size_t)(at - s) + 1;
	return *at == '}';
}

/* The size of what is at s: a macro, an escape or a character; 0 when it is wrong. */
static size_t token(const char *s, const char *letters)
{
	struct macro m;
	if (*s != '%')
		return (unsigned char)*s > ' ' && (unsigned char)*s < 0x7F;
	if (s[1] == '{')
		return read_macro(s, letters, &m) ? m.size : 0;
	return s[1] && strchr("%_-", s[1]) ? 2 : 0;
}

static bool valid(const char *s, const char *letters)
{
	while (*s) {
		size_t n = token(s, letters);
		if (n == 0)
			return false;
		s += n;
	}
	return true;
}

/* "." toplabel ["."]: letters, digits and dashes, not all of them digits. */
static bool ends_as_domain(const char *spec)
{
	size_t size = strlen(spec);
	if (size > 0 && spec[size - 1] == '}')
		return true;
	if (size > 0 && spec[size - 1] == '.')
		size--;
	size_t start = size;
	bool letter = false;
	while (start > 0 && (isalnum((unsigned char)spec[start - 1]) || spec[start - 1] == '-'))
		letter |= !isdigit((unsigned char)spec[--start]);
	return letter && start > 0 && spec[start - 1] == '.' && spec[start] != '-' && spec[size - 1] != '-';
}

bool spf_macro_valid(const char *spec) { return *spec && valid(spec, "slodiphv") && ends_as_domain(spec); }
bool spf_macro_valid_text(const char *text) { return valid(text, "slodiphvcrt"); }

bool spf_macro_wants_validated(const char *spec)
{
	for (const char *p = strchr(spec, '%'); p; p = strchr(p + 2, '%'))
		if (p[1] == '{' && (p[2] == 'p' || p[2] == 'P'))
			return true;
	return false;
}

/* Section 7.4: an address by IPv6 is its digits with dots between. */
static char *dotted(void *owner, const struct network_address *ip)
{
	if (network_address_is_v4(ip))
		return network_address_text(owner, ip);
	char text[64], *at = text;
	for (int i = 0; i < 32; i++) {
		*at++ = "0123456789abcdef"[i % 2 ? ip->bytes[i / 2] & 15 : ip->bytes[i / 2] >> 4];
		*at++ = '.';
	}
	at[-1] = '\0';
	return mem_dup(owner, text);
}

static const char *value_of(void *owner, char letter, const struct spf_macro *v)
{
	const char *at = strrchr(v->sender, '@');
	switch (tolower((unsigned char)letter)) {
	case 's': return v->sender;
	case 'l': return mem_ndup(owner, v->sender, at ? (size_t)(at - v->sender) : 0);
	case 'o': return at ? at + 1 : v->sender;
	case 'd': return v->domain;
	case 'i': return dotted(owner, &v->ip);
	case 'p': return v->validated ? v->validated : "unknown";
	case 'v': return network_address_is_v4(&v->ip) ? "in-addr" : "ip6";
	default: return v->helo;
	}
}

/* value split, turned round, and cut, as m says; parts are joined by dots. */
static char *transform(void *owner, const char *value, const struct macro *m)
{
	const char *parts[PARTS_MAX];
	int sizes[PARTS_MAX], count = 0;
	char *split = m->splits ? mem_ndup(owner, m->split, m->splits) : mem_dup(owner, ".");
	for (const char *p = value; count < PARTS_MAX; p++) {
		size_t n = strcspn(p, split);
		parts[count] = p;
		sizes[count++] = (int)n;
		p += n;
		if (!*p)
			break;
	}
	char *text = mem_dup(owner, "");
	for (int i = m->keep && m->keep < count ? count - m->keep : 0; i < count; i++) {
		int at = m->reverse ? count - 1 - i : i;
		text = mem_check(talloc_asprintf_append(text, "%s%.*s", *text ? "." : "", sizes[at], parts[at]));
	}
	return text;
}

static char *escaped(void *owner, const char *text)
{
	char *data = NULL;
	size_t size;
	FILE *out = mem_check(open_memstream(&data, &size));
	url_part(out, text);
	fclose(out);
	char *copy = mem_dup(owner, data);
	free(data);
	return copy;
}

static void add_macro(void *owner, struct buf *out, const struct macro *m, const struct spf_macro *values)
{
	char *text = transform(owner, value_of(owner, m->letter, values), m);
	if (isupper((unsigned char)m->letter))
		text = escaped(owner, text);
	buf_add(out, text, strlen(text));
}

char *spf_macro_expand(void *owner, const char *spec, const struct spf_macro *values)
{
	void *t = talloc_new(NULL);
	struct buf *out = buf_new(t, EXPANDED_MAX);
	struct macro m;
	for (const char *p = spec; *p;) {
		size_t n = token(p, "slodiphv");
		if (n == 0)
			break;
		if (*p != '%')
			buf_add(out, p, n);
		else if (p[1] == '{' && read_macro(p, "slodiphv", &m))
			add_macro(t, out, &m, values);
		else
			buf_add(out, p[1] == '%' ? "%" : p[1] == '_' ? " " : "%20", p[1] == '-' ? 3 : 1);
		p += n;
	}
	const char *from = out->size ? out->data : "";
	while (strlen(from) > NAME_MAX_SIZE && strchr(from, '.'))
		from = strchr(from, '.') + 1;
	char *name = mem_dup(owner, from);
	talloc_free(t);
	return name;
}
