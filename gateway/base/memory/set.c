#include "gateway/base/memory/set.h"
#include "gateway/base/memory/mem.h"
#include <search.h>
#include <string.h>

struct set {
	void *tree;
};

static int by_text(const void *a, const void *b) { return strcmp(a, b); }
static void keep(void *text) { (void)text; }

static int destroy(struct set *set)
{
	tdestroy(set->tree, keep);
	return 0;
}

struct set *set_new(void *owner)
{
	struct set *set = mem_new(owner, struct set);
	talloc_set_destructor(set, destroy);
	return set;
}

bool set_has(const struct set *set, const char *text) { return tfind(text, &set->tree, by_text) != NULL; }

bool set_add(struct set *set, const char *text)
{
	if (set_has(set, text))
		return false;
	mem_check(tsearch(mem_dup(set, text), &set->tree, by_text));
	return true;
}
