#include "gateway/base/system/embed.h"
#include "gateway/web/pages/page.h"
#include <stdio.h>
#include <string.h>

/* "/assets/style-0123abcd.css": the hash only makes a new address for new content. */
void page_asset(struct visit *v)
{
	const struct embed *style = embed_find("gateway/web/assets/style.css");
	if (!style || strcmp(v->x->path, v->pages->style) != 0) {
		visit_note(v, 404, "There is no page here", "That file is from another version.");
		return;
	}
	fwrite(style->data, 1, style->size, exchange_answer(v->x, 200, "text/css; charset=utf-8"));
	exchange_reply(v->x, "Cache-Control", "public, max-age=31536000, immutable");
	v->x->shows = EXCHANGE_PUBLICATION;
}
