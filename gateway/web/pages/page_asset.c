/* Files that are the same for all publications: the style sheet, and the icon of those that have none of their own. */
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/embed.h"
#include "gateway/base/text/encode.h"
#include "gateway/web/pages/page.h"
#include <stdio.h>
#include <string.h>

#define PICTURE "gateway/web/assets/icon.png"

static const struct asset {
	const char *file, *name, *extension, *type;
} assets[ASSETS] = {
	[ASSET_STYLE] = { "gateway/web/assets/style.css", "style", ".css", "text/css; charset=utf-8" },
	[ASSET_ICON] = { "gateway/web/assets/icon.svg", "icon", ".svg", "image/svg+xml" },
	[ASSET_PICTURE] = { PICTURE, "icon", ".png", "image/png" },
};

void page_assets(void *owner, const char *paths[ASSETS])
{
	for (size_t i = 0; i < ASSETS; i++) {
		const struct embed *e = embed_find(assets[i].file);
		paths[i] = mem_printf(owner, "/assets/%s-%.8s%s", assets[i].name, encode_sha256_hex(owner, e->data, e->size), assets[i].extension);
	}
}

static void show(struct visit *v, const char *file, const char *type, const char *caching)
{
	const struct embed *e = embed_find(file);
	fwrite(e->data, 1, e->size, exchange_answer(v->x, 200, type));
	exchange_reply(v->x, "Cache-Control", caching);
	v->x->shows = EXCHANGE_PUBLICATION;
}

/* "/assets/style-0123abcd.css": the hash only makes a new address for new content. */
void page_asset(struct visit *v)
{
	for (size_t i = 0; i < ASSETS; i++)
		if (strcmp(v->x->path, v->pages->assets[i]) == 0) {
			show(v, assets[i].file, assets[i].type, "public, max-age=31536000, immutable");
			return;
		}
	visit_note(v, 404, "There is no page here", "That file is from another version.");
}

/* Feed readers ask for it without having read a page; servers of the fediverse keep the address that the actor names. */
void page_favicon(struct visit *v)
{
	const char *own = v->x->publication->icon.path;
	if (!own) {
		show(v, PICTURE, "image/png", "public, max-age=86400");
		return;
	}
	exchange_answer(v->x, 302, NULL);
	exchange_reply(v->x, "Location", own);
	exchange_reply(v->x, "Cache-Control", "public, max-age=86400");
}
