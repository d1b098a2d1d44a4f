#include "feeds/parse/repeated.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/memory/set.h"
#include "gateway/base/text/text.h"

/* NULL for an entry that cannot be told from another one. */
static char *key(void *owner, const struct feed *feed, const struct entry *e)
{
	const char *link = text_same(e->link, feed->link) ? NULL : e->link, *id = e->guid ? e->guid : link;
	bool says = !text_blank(e->title) || !text_blank(e->content);
	return id && says ? mem_printf(owner, "%s\n%s\n%s", id, e->title ? e->title : "", e->content ? e->content : "") : NULL;
}

void repeated_drop(struct feed *feed)
{
	struct set *seen = set_new(NULL);
	size_t kept = 0;
	for (size_t i = 0; i < feed->count; i++) {
		char *one = key(NULL, feed, feed->entries[i]);
		bool again = one && !set_add(seen, one);
		talloc_free(one);
		if (again)
			continue;
		feed->entries[kept] = feed->entries[i];
		feed->records[kept++] = feed->records[i];
	}
	feed->count = kept;
	talloc_free(seen);
}
