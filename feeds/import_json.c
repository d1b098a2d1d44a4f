/* Exports in JSON: read whole, and then told by what is in them. */
#include "feeds/import_kind.h"
#include "gateway/base/mem.h"
#include "gateway/base/text.h"
#include <string.h>

struct kept {
	json_t *root;
};

bool import_json_is(const struct import_head *head)
{
	const char *p = head->data + (text_starts(head->data, "\xEF\xBB\xBF") ? 3 : 0);
	return p[strspn(p, " \t\r\n")] == '{';
}

static int let_go(struct kept *kept)
{
	json_decref(kept->root);
	return 0;
}

static void keep(struct import *im, json_t *root)
{
	struct kept *kept = mem_new(im, struct kept);
	kept->root = root;
	talloc_set_destructor(kept, let_go);
}

bool import_json_open(struct import *im, struct error *err)
{
	json_error_t why;
	json_t *root = json_load_file(im->path, JSON_ALLOW_NUL, &why);
	if (import_ghost_is(root)) {
		im->kind = "a Ghost export";
		keep(im, root);
		return import_ghost_open(im, root, err);
	}
	json_decref(root);
	/* A JSON Feed, which is judged by those who know feeds; so is what cannot be read. */
	im->kind = "a feed";
	return import_feed_open(im, err);
}
