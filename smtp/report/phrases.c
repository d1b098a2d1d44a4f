#include "smtp/report/phrases.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "smtp/report/phrase_list.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>

/* Of the words of a refusal; how far a '*' reaches. */
enum { PLAIN_MAX = 4000, GAP_MAX = 60, TOKEN_MAX = 512 };

static bool in_word(char c) { return isalnum((unsigned char)c); }

/* "550", "550-5.1.1", "(#5.1.1)": nothing but codes. */
static bool is_code(const char *s, size_t size)
{
	size_t digits = 0;
	for (size_t i = 0; i < size; i++) {
		if (!isdigit((unsigned char)s[i]) && !strchr("-.#()[]:;", s[i]))
			return false;
		digits += isdigit((unsigned char)s[i]) != 0;
	}
	return digits >= 3;
}

/* The host of a URL, whose "://" is at s. */
static const char *host_of(const char *s, const char *end, size_t *size)
{
	const char *host = s + 3;
	*size = 0;
	while (host + *size < end && !strchr("/:?#>)\"'", host[*size]))
		++*size;
	return host;
}

/* "user@host.example" becomes "@"; quotes and brackets around it go with it. */
static void put_token(FILE *out, const char *s, size_t size)
{
	const char *at = memchr(s, '@', size), *scheme = memmem(s, size, "://", 3);
	if (is_code(s, size))
		return;
	if (scheme)
		s = host_of(scheme, s + size, &size);
	else if (at)
		s = at, size = 1;
	fputc(' ', out);
	fwrite(s, 1, size, out);
}

char *phrases_plain(void *owner, const char *words)
{
	struct document *d = document_new(NULL);
	const char *end = words + strnlen(words, PLAIN_MAX);
	for (const char *s = words; s < end;) {
		s += strspn(s, " \t\r\n");
		/* What stands between angle brackets is an address, or a name that somebody chose. */
		if (*s == '<' && strchr(s, '>') && strchr(s, '>') - s < TOKEN_MAX) {
			s = strchr(s, '>') + 1;
			fputs(" @", document_out(d));
			continue;
		}
		size_t size = strcspn(s, " \t\r\n<");
		if (size == 0 && *s)
			size = 1;
		if (size)
			put_token(document_out(d), s, size);
		s += size;
	}
	char *joined = document_finish(d, NULL), *apostrophes = text_replace(NULL, joined, "\u2019", "'");
	char *plain = text_fold(owner, apostrophes);
	talloc_free(joined);
	talloc_free(apostrophes);
	return plain;
}

struct text {
	const char *s;
	size_t size;
};

/* Where the first size bytes of phrase stand in text from p on, before limit, as whole words (ends: to their end), or NULL. */
static const char *find(const struct text *text, const char *p, const char *limit, const char *phrase, size_t size, bool ends)
{
	const char *last = text->s + text->size;
	for (; p < limit && (p = memmem(p, (size_t)(limit - p), phrase, size)); p++) {
		bool begun = p == text->s || !in_word(p[-1]) || !in_word(phrase[0]);
		bool ended = !ends || p + size == last || !in_word(p[size]) || !in_word(phrase[size - 1]);
		if (begun && ended)
			return p;
	}
	return NULL;
}

static bool says(const struct text *text, const char *phrase)
{
	const char *gap = strchr(phrase, '*'), *last = text->s + text->size;
	if (!gap)
		return find(text, text->s, last, phrase, strlen(phrase), true) != NULL;
	size_t size = (size_t)(gap - phrase), more = strlen(gap + 1);
	for (const char *p = text->s; (p = find(text, p, last, phrase, size, false)); p++) {
		const char *from = p + size, *limit = last - from > (long)(GAP_MAX + more) ? from + GAP_MAX + more : last;
		if (more == 0 || find(text, from, limit, gap + 1, more, true))
			return true;
	}
	return false;
}

enum topic phrases_topic(const char *plain, const char *status)
{
	const struct text text = { plain, strlen(plain) };
	for (const struct phrase_group *g = phrase_groups; g->words; g++)
		for (const char *const *w = g->words; *w && (!g->status || strcmp(g->status, status) == 0); w++)
			if (says(&text, *w))
				return g->topic;
	return TOPIC_NONE;
}
