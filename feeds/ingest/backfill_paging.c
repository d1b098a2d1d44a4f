#include "feeds/ingest/backfill_paging.h"
#include "feeds/match/identity.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/encode.h"
#include "gateway/base/text/text.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LAST_NUMBER = 1000000 };

/* prev-archive is preferred: archive pages do not change, while the pages behind next shift with each new post. */
static const char *link_of(const struct feed *feed) { return feed->previous ? feed->previous : feed->next; }

static int number_in(const char *query)
{
	char *text = query ? url_form_value(NULL, query, "paged") : NULL;
	long n = text ? strtol(text, NULL, 10) : 1;
	talloc_free(text);
	return n < 1 ? 1 : n > LAST_NUMBER ? LAST_NUMBER : (int)n;
}

/* url with paged=N+1 instead of paged=N, as its last parameter; the other parameters stay as they are. */
static char *numbered(void *owner, const char *url)
{
	struct error ignored;
	struct url *parts = url_parse(owner, url, &ignored);
	if (!parts)
		return NULL;
	int number = number_in(parts->query);
	char *query = mem_dup(parts, ""), *rest = mem_dup(parts, parts->query ? parts->query : ""), *word;
	while ((word = strsep(&rest, "&")))
		if (*word && !text_starts(word, "paged=") && strcmp(word, "paged") != 0)
			query = mem_printf(parts, "%s%s&", query, word);
	parts->query = mem_printf(parts, "%spaged=%d", query, number + 1);
	parts->fragment = NULL;
	return number < LAST_NUMBER ? url_text(owner, parts) : NULL;
}

char *backfill_paging_next(void *owner, enum backfill_paging paging, const struct feed *feed, const char *url)
{
	switch (paging) {
	case BACKFILL_PAGING_LINKS: return mem_dup_or_null(owner, link_of(feed));
	case BACKFILL_PAGING_NUMBERS: case BACKFILL_PAGING_GUESSED: return numbered(owner, url);
	case BACKFILL_PAGING_UNKNOWN: case BACKFILL_PAGING_NONE: break;
	}
	return NULL;
}

enum backfill_paging backfill_paging_of(void *owner, const struct feed *feed, const char *url, char **next)
{
	bool wordpress = feed->generator && strcasestr(feed->generator, "wordpress");
	enum backfill_paging paging = link_of(feed) ? BACKFILL_PAGING_LINKS : wordpress ? BACKFILL_PAGING_NUMBERS : BACKFILL_PAGING_GUESSED;
	*next = feed->complete ? NULL : backfill_paging_next(owner, paging, feed, url);
	if (*next && strcmp(*next, url) == 0)
		*next = NULL;
	return *next ? paging : BACKFILL_PAGING_NONE;
}

static int by_text(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

char *backfill_paging_hash(void *owner, const struct feed *feed)
{
	if (feed->count == 0)
		return mem_dup(owner, "");
	void *scratch = talloc_new(NULL);
	struct identity *identities = identity_keys(scratch, feed, IDENTITY_BY_GUID);
	const char **first = mem_array(scratch, const char *, feed->count);
	for (size_t i = 0; i < feed->count; i++)
		first[i] = identities[i].keys[0];
	qsort(first, feed->count, sizeof *first, by_text);
	char *all = mem_dup(scratch, "");
	for (size_t i = 0; i < feed->count; i++)
		all = mem_check(talloc_asprintf_append_buffer(all, "%s\n", first[i]));
	char *hash = encode_sha256_hex(owner, all, strlen(all));
	talloc_free(scratch);
	return hash;
}
