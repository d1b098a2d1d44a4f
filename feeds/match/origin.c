#include "feeds/match/origin.h"
#include "feeds/match/identity.h"
#include "feeds/match/link.h"
#include "gateway/archive/store/archive.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <stdlib.h>
#include <string.h>

static bool refuse_own(const struct publication *p, struct error *err)
{
	return error_set(err, ERROR_INVALID, "this is '%s', a publication of this Pennypost: its posts are here already, and would come back again and again",
	                 p->name);
}

bool origin_check_url(struct db *db, const char *url, struct error *err)
{
	void *scratch = talloc_new(NULL);
	char *host = url_authority(scratch, url);
	struct publication *p = host ? publication_by_host(scratch, db, host, err) : NULL;
	bool fine = !host || (!p && err->kind == ERROR_NOT_FOUND);
	if (p)
		refuse_own(p, err);
	talloc_free(scratch);
	return fine;
}

bool origin_check_feed(struct db *db, const struct feed *feed, struct error *err)
{
	if (!feed->generator || !text_starts(feed->generator, "Pennypost"))
		return true;
	return (!feed->self || origin_check_url(db, feed->self, err)) && (!feed->link || origin_check_url(db, feed->link, err));
}

/* The number in "/p/12" and what is below it, or 0. */
static int64_t number_of(const char *path)
{
	char *end;
	if (!text_starts(path, "/p/") || path[3] < '1' || path[3] > '9')
		return 0;
	int64_t n = strtoll(path + 3, &end, 10);
	return *end && *end != '/' ? 0 : n;
}

/* The slug in "/2026/brass", or NULL. */
static char *slug_of(void *owner, const char *path)
{
	const char *slug = path + 1 + strspn(path + 1, "0123456789");
	if (slug != path + 5 || *slug != '/' || !slug[1])
		return NULL;
	char *part = mem_ndup(owner, slug + 1, strcspn(slug + 1, "/")), *decoded = url_decode(owner, part, false);
	talloc_free(part);
	return decoded;
}

/* The entry whose page or object is at url, in any state: what was withdrawn is not new either. */
static bool entry_at(struct db *db, const struct publication *p, const char *url, int64_t *id, struct error *err)
{
	struct error ignored;
	if (!publication_is_at(p, url))
		return true;
	struct url *u = url_parse(NULL, url, &ignored);
	int64_t number = u ? number_of(u->path) : 0;
	char *slug = u && !number ? slug_of(u, u->path) : NULL;
	bool fine = true;
	if (number || slug) {
		struct db_rows *rows = db_query(db, "SELECT id FROM entry WHERE publication = $1 AND (id = $2 OR slug = $3) LIMIT 1",
		                                DB_ARGS(db_int(p->id), db_int(number), db_text(slug ? slug : "")));
		*id = db_next(rows) ? db_column_int(rows, 0) : 0;
		fine = db_finish(rows, err);
	}
	talloc_free(u);
	return fine;
}

static bool same_title(void *scratch, const char *a, const char *b)
{
	return strcmp(text_squeeze(scratch, a ? a : ""), text_squeeze(scratch, b ? b : "")) == 0;
}

/* An entry that the archive has from the place where e was first.  A link blog may name as its source what it only writes about: so title
 * or date must be the same. */
static bool original_of(struct db *db, const struct publication *p, const struct entry *e, int64_t *id, struct error *err)
{
	void *scratch = talloc_new(NULL);
	char *key = identity_origin_key(scratch, e);
	if (!key) {
		talloc_free(scratch);
		return true;
	}
	struct db_rows *rows = db_query(db, "SELECT e.id, e.title, e.link, e.published FROM entry_key k JOIN entry e ON e.id = k.entry"
	                                    " WHERE k.publication = $1 AND k.key = $2", DB_ARGS(db_int(p->id), db_text(key)));
	if (db_next(rows) && db_column_text(rows, 2)) {
		bool there = strcmp(link_normalise(scratch, db_column_text(rows, 2)), link_normalise(scratch, e->origin)) == 0;
		bool alike = same_title(scratch, e->title, db_column_text(rows, 1)) || (e->published && e->published / 1000 == db_column_int(rows, 3) / 1000);
		*id = there && alike ? db_column_int(rows, 0) : 0;
	}
	bool fine = db_finish(rows, err);
	talloc_free(scratch);
	return fine;
}

bool origin_entry(struct db *db, const struct publication *p, const struct entry *e, int64_t *id, struct error *err)
{
	const char *const named[] = { e->origin, e->link, e->guid };
	*id = 0;
	for (size_t i = 0; !*id && i < sizeof named / sizeof *named; i++)
		if (named[i] && !entry_at(db, p, named[i], id, err))
			return false;
	return *id || !e->origin || original_of(db, p, e, id, err);
}
