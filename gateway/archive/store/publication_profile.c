#include "gateway/archive/store/publication_profile.h"
#include "gateway/archive/store/picture_rows.h"
#include "gateway/archive/store/publication.h"
#include "gateway/archive/store/tally.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>

enum { HEAD_LOOKED_AT = 1000, ALIAS_MAX = 500 };

/* By its beginning, for the complaint only. */
static bool is_svg(const void *data, size_t size)
{
	return memmem(data, size < HEAD_LOOKED_AT ? size : HEAD_LOOKED_AT, "<svg", 4) != NULL;
}

bool publication_picture_make(void *owner, const void *data, size_t size, struct picture *p, struct error *err)
{
	if (size > PUBLICATION_PICTURE_MAX)
		return error_set(err, ERROR_INVALID, "it has %zu bytes, and %u are the most that servers of the fediverse take", size, PUBLICATION_PICTURE_MAX);
	if (!picture_make(owner, data, size, p))
		return error_set(err, ERROR_INVALID, is_svg(data, size) ? "an SVG is a document that may hold scripts, which most servers and readers refuse: save it as PNG"
		                                                        : "it is no PNG, JPEG, WebP or GIF");
	if (p->head.type == PICTURE_AVIF)
		return error_set(err, ERROR_INVALID, "not every server and reader shows an AVIF: save it as PNG, JPEG or WebP");
	if (p->head.width > PUBLICATION_PICTURE_PIXELS / p->head.height)
		return error_set(err, ERROR_INVALID, "it is %d x %d pixels large, and 4096 x 4096 are the most that servers of the fediverse take", p->head.width, p->head.height);
	return true;
}

bool publication_set_picture(struct db *db, int64_t id, enum publication_picture_use use, const struct picture *picture, struct error *err)
{
	static const char *const updates[PUBLICATION_PICTURES] = {
		[PUBLICATION_ICON] = "UPDATE publication SET icon = $2 WHERE id = $1",
		[PUBLICATION_HEADER] = "UPDATE publication SET header = $2 WHERE id = $1",
	};
	int64_t row = 0;
	if (!db_begin(db, err))
		return false;
	bool fine = (!picture || picture_rows_keep(db, picture, INT64_MAX, &row, err)) &&
	            db_run(db, updates[use], DB_ARGS(db_int(id), row ? db_int(row) : db_null()), err) && tally_add(db, id, TALLY_PUBLICATION, "", 1, err);
	return db_end(db, fine, err);
}

static bool check_alias(const struct publication *p, const char *text, struct error *err)
{
	struct url *u = url_parse(NULL, text, err);
	/* It is compared as it was typed, and stands between line ends. */
	bool fits = u && !u->user && strlen(text) <= ALIAS_MAX && !strpbrk(text, " \t\r\n");
	talloc_free(u);
	if (!fits)
		return error_set(err, ERROR_INVALID, "'%s' is no account elsewhere: write the id of its actor, such as https://social.example/users/ada", text);
	return !publication_is_at(p, text) || error_set(err, ERROR_INVALID, "'%s' is at this publication's own address", text);
}

bool publication_set_also_known_as(struct db *db, int64_t id, const char *const *urls, size_t count, struct error *err)
{
	void *t = talloc_new(NULL);
	const struct publication *p = publication_by_id(t, db, id, err);
	bool none = count == 1 && !*urls[0], fine = p != NULL;
	char *all = mem_dup(t, "");
	if (fine && count > PUBLICATION_ALIASES)
		fine = error_set(err, ERROR_INVALID, "a publication can have %d accounts elsewhere", PUBLICATION_ALIASES);
	for (size_t i = 0; fine && !none && i < count; i++) {
		fine = check_alias(p, urls[i], err);
		all = mem_printf(t, "%s%s\n", all, urls[i]);
	}
	fine = fine && db_begin(db, err) &&
	       db_end(db, db_run(db, "UPDATE publication SET also_known_as = $2 WHERE id = $1", DB_ARGS(db_int(id), db_text(all)), err) &&
	                  tally_add(db, id, TALLY_PUBLICATION, "", 1, err), err);
	talloc_free(t);
	return fine;
}
