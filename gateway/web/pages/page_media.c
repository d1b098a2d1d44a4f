/* Pictures that we keep.  Their address is all that guards them: gateway/archive/picture/picture.h says why. */
#include "gateway/archive/store/picture_rows.h"
#include "gateway/base/memory/mem.h"
#include "gateway/web/pages/page.h"
#include <string.h>

/* Up to this size they take a place in the cache of answers. */
#define SMALL (64u << 10)

/* Whoever has it has it for good: another picture has another address. */
static bool has_it(const struct visit *v, const char *etag)
{
	const char *known = exchange_header(v->x, "If-None-Match");
	return known && strstr(known, etag);
}

static FILE *answer(struct visit *v, int status, const char *type, const char *etag)
{
	FILE *out = exchange_answer(v->x, status, type);
	exchange_reply(v->x, "Cache-Control", "public, max-age=31536000, immutable");
	exchange_reply(v->x, "Content-Security-Policy", "default-src 'none'");
	if (etag)
		exchange_reply(v->x, "ETag", etag);
	return out;
}

void page_media(struct visit *v)
{
	struct error err = { 0 };
	const char *hash = picture_hash_of(v->owner, v->parts[0]), *etag = mem_printf(v->owner, "\"%s\"", hash);
	struct picture *p = hash ? picture_rows_get(v->owner, v->x->db, v->x->publication->id, hash, &err) : NULL;
	bool small = p && p->size <= SMALL;
	if (hash && !p && err.kind != ERROR_NOT_FOUND) {
		visit_failed(v, &err);
	} else if (!p || strcmp(picture_path(v->owner, hash, p->head.type), v->x->path) != 0) {
		visit_note(v, 404, "There is no picture here", "Perhaps the post that showed it is gone.");
	} else if (!small && has_it(v, etag)) {
		answer(v, 304, NULL, etag);
	} else {
		/* A small one gets its ETag from the cache. */
		fwrite(p->data, 1, p->size, answer(v, 200, picture_media_type(p->head.type), small ? NULL : etag));
		v->x->shows = small ? EXCHANGE_ARCHIVE | EXCHANGE_PUBLICATION : 0;
	}
}
