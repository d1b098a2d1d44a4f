#include "feeds/vocabulary/record.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <libxml/HTMLparser.h>
#include <string.h>

/* Each tag is compared with all before it. */
#define MOST_TAGS 500
#define MOST_LINKS 1000

struct record *record_new(void *owner, enum record_part part)
{
	struct record *r = mem_new(owner, struct record);
	r->part = part;
	return r;
}

const char *record_link(const struct record *r, const char *rel)
{
	for (size_t i = 0; i < r->link_count; i++)
		if (!strcmp(r->links[i].rel, rel))
			return r->links[i].href;
	return NULL;
}

void record_add_link(struct record *r, struct record_link link)
{
	if (r->link_count < MOST_LINKS)
		*mem_push(r, r->links, r->link_count) = link;
}

void record_add_tag(struct record *r, const char *term, const char *scheme, const char *label)
{
	if ((text_blank(term) && text_blank(label)) || r->tag_count == MOST_TAGS)
		return;
	for (size_t i = 0; i < r->tag_count; i++) {
		const struct record_tag *t = &r->tags[i];
		if (!strcmp(t->term, term ? term : "") && text_same(t->scheme, scheme) && text_same(t->label, label))
			return;
	}
	*mem_push(r, r->tags, r->tag_count) = (struct record_tag){ term ? term : "", scheme, label };
}

const char *record_value(const struct record *r, const char *name)
{
	for (size_t i = 0; i < r->value_count; i++)
		if (!strcmp(r->values[i].name, name))
			return r->values[i].value;
	return NULL;
}

void record_set_value(struct record *r, const char *name, const char *value)
{
	if (!record_value(r, name))
		*mem_push(r, r->values, r->value_count) = (struct record_value){ name, value };
}

/* s is at "<": returns the length of the tag if it is one of HTML, else 0; *end: it is an end tag. */
static size_t html_tag(const char *s, bool *end)
{
	/* libxml2 knows the elements of HTML 4; these are newer. */
	static const char *const newer[] = { "article", "aside", "audio", "details", "figcaption", "figure", "footer", "header", "main",
	                                     "mark", "nav", "picture", "rp", "rt", "ruby", "section", "source", "summary", "time",
	                                     "video", "wbr", "bdi", "math", "svg", "embed", NULL };
	char name[16];
	size_t n = 0;
	*end = s[1] == '/';
	const char *p = s + 1 + *end;
	if (!isalpha((unsigned char)*p))
		return 0;
	while (n < sizeof name - 1 && isalnum((unsigned char)p[n]))
		name[n] = (char)tolower((unsigned char)p[n]), n++;
	name[n] = '\0';
	const char *stop = strchr(p, '>');
	if (!stop || !strchr(" \t\r\n/>", p[n]))
		return 0;
	bool known = htmlTagLookup((const xmlChar *)name) != NULL;
	for (size_t i = 0; newer[i] && !known; i++)
		known = !strcmp(newer[i], name);
	return known ? (size_t)(stop + 1 - s) : 0;
}

static bool html_reference(const char *s)
{
	char name[16];
	size_t n = strcspn(s + 1, ";<& \t\n");
	if (!n || s[1 + n] != ';' || n >= sizeof name)
		return false;
	memcpy(name, s + 1, n);
	name[n] = '\0';
	if (name[0] != '#')
		return htmlEntityLookup((const xmlChar *)name) != NULL || !strcmp(name, "apos");
	bool hex = name[1] == 'x' || name[1] == 'X';
	size_t digits = strspn(name + 1 + hex, hex ? "0123456789abcdefABCDEF" : "0123456789");
	return digits && digits == n - 1 - hex;
}

bool record_looks_like_html(const char *s)
{
	bool seen = false, end;
	for (const char *p = s; (p = strpbrk(p, "<&"));) {
		if (*p == '&') {
			if (html_reference(p))
				seen = true;
			p++;
			continue;
		}
		size_t n = html_tag(p, &end);
		/* "a < b" and "<3" are not tags.  A tag that HTML does not have means that this is text about tags. */
		if (!n && (isalpha((unsigned char)p[1]) || p[1] == '/'))
			return false;
		seen = seen || (n && (end || p[n - 2] == '/'));
		p += n ? n : 1;
	}
	return seen;
}

/* Does [s, s+n) look like a mail address? */
static bool is_mail(const char *s, size_t n)
{
	const char *at = memchr(s, '@', n);
	return at && at > s && at < s + n - 1 && !memchr(at + 1, '@', (size_t)(s + n - at - 1)) && !memchr(s, ' ', n);
}

static const char *name_of(void *owner, const char *before, size_t before_n, const char *after)
{
	char *both = mem_printf(owner, "%.*s%s", (int)before_n, before, after);
	char *name = text_squeeze(owner, both);
	size_t n = strlen(name);
	talloc_free(both);
	if (n >= 2 && strchr("(\"'", *name) && strchr(")\"'", name[n - 1]))
		name = text_trim(owner, mem_ndup(owner, name + 1, n - 2));
	return *name ? name : NULL;
}

struct entry_person record_person(void *owner, const char *text)
{
	struct entry_person person = { 0 };
	char *s = text_squeeze(owner, text);
	for (char *p = s; *p;) {
		size_t n = strcspn(p, " \t<>()[],;\"");
		size_t scheme = n > 7 && !strncasecmp(p, "mailto:", 7) ? 7 : 0;
		if (n > scheme && is_mail(p + scheme, n - scheme)) {
			person.email = mem_ndup(owner, p + scheme, n - scheme);
			char *tail = p + n, *head = p;
			/* The brackets around the address are not part of the name. */
			if (head > s && strchr("<([", head[-1]) && *tail && strchr(">)]", *tail))
				head--, tail++;
			person.name = name_of(owner, s, (size_t)(head - s), tail);
			return person;
		}
		p += n ? n : 1;
	}
	person.name = *s ? s : NULL;
	return person;
}
