#include "feeds/match/similarity.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Shorter texts have too few bigrams and are compared by word. */
enum { WORDS_MAX = 4000, BIGRAMS_FROM = 12 };

struct words {
	uint64_t hash[WORDS_MAX];
	size_t count;
};

static bool in_word(unsigned char c) { return isalnum(c) || c >= 0x80; }

/* The size of a tag or URL at s, which is not read; 0: there is none. */
static size_t skip(const char *s)
{
	if (*s == '<' && (isalpha((unsigned char)s[1]) || s[1] == '/' || s[1] == '!'))
		return strcspn(s, ">") + (strchr(s, '>') != NULL);
	return text_starts(s, "http://") || text_starts(s, "https://") ? strcspn(s, " \t\r\n\"<>") : 0;
}

static void read_words(struct words *w, const char *s)
{
	w->count = 0;
	while (s && *s && w->count < WORDS_MAX) {
		size_t n = skip(s);
		if (n || !in_word((unsigned char)*s)) {
			s += n ? n : 1;
			continue;
		}
		uint64_t h = 14695981039346656037u; /* FNV-1a */
		for (; in_word((unsigned char)*s); s++)
			h = (h ^ (uint64_t)tolower((unsigned char)*s)) * 1099511628211u;
		w->hash[w->count++] = h;
	}
}

static void make_bigrams(struct words *w)
{
	for (size_t i = 1; i < w->count; i++)
		w->hash[i - 1] = w->hash[i - 1] * 31 + w->hash[i];
	w->count--;
}

static int by_value(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

static void sort_unique(struct words *w)
{
	size_t kept = 0;
	qsort(w->hash, w->count, sizeof *w->hash, by_value);
	for (size_t i = 0; i < w->count; i++)
		if (i == 0 || w->hash[i] != w->hash[i - 1])
			w->hash[kept++] = w->hash[i];
	w->count = kept;
}

static size_t shared(const struct words *a, const struct words *b)
{
	size_t count = 0;
	for (size_t i = 0, k = 0; i < a->count && k < b->count;) {
		count += a->hash[i] == b->hash[k];
		bool first = a->hash[i] <= b->hash[k], second = b->hash[k] <= a->hash[i];
		i += first;
		k += second;
	}
	return count;
}

static int compare(const char *one, const char *other, bool of_longer)
{
	struct words *a = mem_new(NULL, struct words), *b = mem_new(a, struct words);
	int percent = 100;
	read_words(a, one);
	read_words(b, other);
	if (a->count >= BIGRAMS_FROM && b->count >= BIGRAMS_FROM) {
		make_bigrams(a);
		make_bigrams(b);
	}
	sort_unique(a);
	sort_unique(b);
	size_t longer = a->count > b->count ? a->count : b->count, shorter = a->count < b->count ? a->count : b->count;
	size_t of = of_longer ? longer : shorter;
	if (of > 0)
		percent = (int)(shared(a, b) * 100 / of);
	talloc_free(a);
	return percent;
}

int similarity_overlap(const char *a, const char *b) { return compare(a, b, false); }
int similarity_whole(const char *a, const char *b) { return compare(a, b, true); }
