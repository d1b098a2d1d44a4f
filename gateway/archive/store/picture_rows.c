#include "gateway/archive/store/picture_rows.h"
#include "gateway/archive/picture/picture_map.h"
#include "gateway/archive/store/entry.h"
#include "gateway/archive/store/tally.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include <stdlib.h>
#include <string.h>

/* What an entry that was rejected shows is kept so long: it may still be approved. */
#define REGRET (30 * CLOCK_DAY)
/* Pictures that one transaction removes. */
enum { SWEEP = 100 };

/* --- the bytes --- */

static bool has_room(struct db *db, size_t size, int64_t most, bool *room, struct error *err)
{
	int64_t total;
	if (!db_get_int(db, "SELECT CAST(coalesce(sum(size), 0) AS BIGINT) FROM picture", DB_NONE, &total, err))
		return false;
	*room = total + (int64_t)size <= (most ? most : PICTURE_TOTAL);
	return true;
}

/* The row of the same bytes, which is locked until the end of the transaction, so that nobody sweeps it away meanwhile; 0: there is none. */
static bool find(struct db *db, const char *hash, int64_t *id, struct error *err)
{
	*id = 0;
	return db_get_int(db, "UPDATE picture SET hash = hash WHERE hash = $1 RETURNING id", DB_ARGS(db_text(hash)), id, err) || err->kind == ERROR_NOT_FOUND;
}

bool picture_rows_keep(struct db *db, const struct picture *p, int64_t most, int64_t *id, struct error *err)
{
	bool room;
	if (!find(db, p->hash, id, err) || (!*id && !has_room(db, p->size, most, &room, err)))
		return false;
	if (*id || !room)
		return true;
	return db_get_int(db, "INSERT INTO picture (hash, type, width, height, size, bytes) VALUES ($1, $2, $3, $4, $5, $6)"
	                      " ON CONFLICT (hash) DO UPDATE SET hash = excluded.hash RETURNING id",
	                  DB_ARGS(db_text(p->hash), db_int(p->head.type), db_int(p->head.width), db_int(p->head.height), db_int((int64_t)p->size),
	                          db_blob(p->data, p->size)), id, err);
}

struct picture *picture_rows_get(void *owner, struct db *db, int64_t publication, const char *hash, struct error *err)
{
	struct db_rows *rows = db_query(db, "SELECT p.type, p.width, p.height, p.bytes FROM picture p WHERE p.hash = $1 AND (EXISTS (SELECT 1 FROM entry_picture u"
	                                    " JOIN entry e ON e.id = u.entry WHERE u.picture = p.id AND e.publication = $2 AND e.state IN ($3, $4, $5))"
	                                    " OR EXISTS (SELECT 1 FROM publication b WHERE b.id = $2 AND (b.icon = p.id OR b.header = p.id)))",
	                                DB_ARGS(db_text(hash), db_int(publication), db_int(ENTRY_LIVE), db_int(ENTRY_DRAFT), db_int(ENTRY_MAILED)));
	struct picture *p = NULL;
	if (db_next(rows)) {
		p = mem_new(owner, struct picture);
		const void *data = db_column_blob(rows, 3, &p->size);
		p->head = (struct picture_head){ (enum picture_type)db_column_int(rows, 0), (int)db_column_int(rows, 1), (int)db_column_int(rows, 2) };
		p->data = mem_check(talloc_memdup(p, data, p->size));
		p->hash = mem_dup(p, hash);
	}
	return db_finish_one(rows, p, "nothing shows such a picture", err);
}

/* --- what an entry shows --- */

bool picture_rows_publish(struct db *db, int64_t entry, struct error *err)
{
	void *scratch = talloc_new(NULL);
	json_t *json = json_object();
	struct db_rows *rows = db_query(db, "SELECT u.address, p.hash, p.type, p.width, p.height FROM entry_picture u JOIN picture p ON p.id = u.picture"
	                                    " WHERE u.entry = $1 ORDER BY u.id", DB_ARGS(db_int(entry)));
	while (db_next(rows))
		picture_map_add(json, db_column_text(rows, 0), picture_path(scratch, db_column_text(rows, 1), (enum picture_type)db_column_int(rows, 2)),
		                (int)db_column_int(rows, 3), (int)db_column_int(rows, 4));
	char *text = json_object_size(json) ? mem_check(json_dumps(json, JSON_COMPACT)) : NULL;
	int64_t publication;
	bool fine = db_finish(rows, err) &&
	            db_get_int(db, "UPDATE entry SET pictures = $2 WHERE id = $1 RETURNING publication", DB_ARGS(db_int(entry), db_text(text)), &publication, err) &&
	            tally_add(db, publication, TALLY_ARCHIVE, "", 1, err);
	free(text);
	json_decref(json);
	talloc_free(scratch);
	return fine;
}

static bool shows(const struct picture_use *use, const char *address)
{
	for (size_t i = 0; i < use->count; i++)
		if (strcmp(use->addresses[i], address) == 0)
			return true;
	return false;
}

static bool is_wanted(enum picture_policy policy, const char *address)
{
	return !picture_is_own(address) && (policy == PICTURES_ALL || (policy == PICTURES_POSTERS && picture_is_poster(address)));
}

struct stale {
	int64_t *ids;
	size_t count;
	bool kept; /* one of them was */
};

/* Rows that are of no use: of what is shown no more; and of what is not here and is not to be fetched. */
static bool list_stale(void *owner, struct db *db, const struct picture_use *use, enum picture_policy policy, struct stale *stale, struct error *err)
{
	struct db_rows *rows = db_query(db, "SELECT id, address, picture FROM entry_picture WHERE entry = $1", DB_ARGS(db_int(use->entry)));
	*stale = (struct stale){ 0 };
	while (db_next(rows)) {
		const char *address = db_column_text(rows, 1);
		bool kept = !db_column_null(rows, 2);
		if (shows(use, address) && (kept || is_wanted(policy, address)))
			continue;
		stale->kept = stale->kept || kept;
		*mem_push(owner, stale->ids, stale->count) = db_column_int(rows, 0);
	}
	return db_finish(rows, err);
}

static bool want(struct db *db, const struct picture_use *use, const char *address, struct error *err)
{
	int64_t now = clock_now();
	return db_run(db, "INSERT INTO entry_picture (entry, address, poster, asked, tries, next_try, crashes) VALUES ($1, $2, $3, $4, 0, $4, 0)"
	                  " ON CONFLICT (entry, address) DO NOTHING",
	              DB_ARGS(db_int(use->entry), db_text(address), db_int(picture_is_poster(address)), db_int(now)), err) &&
	       (!use->again || db_run(db, "UPDATE entry_picture SET tries = 0, asked = $3, next_try = $3 WHERE entry = $1 AND address = $2"
	                                  " AND picture IS NULL AND next_try IS NULL",
	                              DB_ARGS(db_int(use->entry), db_text(address), db_int(now)), err));
}

static bool keep_own(struct db *db, const struct picture_use *use, const struct picture *p, bool *kept, struct error *err)
{
	int64_t id;
	if (!shows(use, p->address))
		return true;
	if (!picture_rows_keep(db, p, use->most, &id, err))
		return false;
	*kept = *kept || id;
	return !id || db_run(db, "INSERT INTO entry_picture (entry, address, poster, picture, asked, tries, crashes) VALUES ($1, $2, 0, $3, $4, 0, 0)"
	                         " ON CONFLICT (entry, address) DO UPDATE SET picture = excluded.picture",
	                     DB_ARGS(db_int(use->entry), db_text(p->address), db_int(id), db_int(clock_now())), err);
}

bool picture_rows_set(struct db *db, const struct picture_use *use, struct error *err)
{
	int64_t policy;
	struct stale stale;
	void *scratch = talloc_new(NULL);
	bool fine = db_get_int(db, "SELECT pictures FROM publication WHERE id = $1", DB_ARGS(db_int(use->publication)), &policy, err) &&
	            list_stale(scratch, db, use, (enum picture_policy)policy, &stale, err), changed = fine && stale.kept;
	for (size_t i = 0; fine && i < stale.count; i++)
		fine = db_run(db, "DELETE FROM entry_picture WHERE id = $1", DB_ARGS(db_int(stale.ids[i])), err);
	for (size_t i = 0; fine && i < use->count; i++)
		fine = !is_wanted((enum picture_policy)policy, use->addresses[i]) || want(db, use, use->addresses[i], err);
	for (size_t i = 0; fine && i < use->own_count; i++)
		fine = keep_own(db, use, &use->own[i], &changed, err);
	talloc_free(scratch);
	return fine && (!changed || picture_rows_publish(db, use->entry, err));
}

/* --- what nobody shows --- */

#define GONE "SELECT id FROM entry WHERE state = $1 OR (state = $2 AND withdrawn < $3)"
#define UNUSED "SELECT p.id FROM picture p WHERE NOT EXISTS (SELECT 1 FROM entry_picture u WHERE u.picture = p.id)" \
	" AND NOT EXISTS (SELECT 1 FROM publication b WHERE b.icon = p.id) AND NOT EXISTS (SELECT 1 FROM publication b WHERE b.header = p.id)"

/* So that nothing is locked for nothing. */
static bool any_to_sweep(struct db *db, bool *any, struct error *err)
{
	int64_t found;
	bool fine = db_get_int(db, "SELECT CASE WHEN EXISTS (" UNUSED ") OR EXISTS (SELECT 1 FROM entry_picture WHERE entry IN (" GONE ")) THEN 1 ELSE 0 END",
	                       DB_ARGS(db_int(ENTRY_WITHDRAWN), db_int(ENTRY_REJECTED), db_int(clock_now() - REGRET)), &found, err);
	*any = fine && found;
	return fine;
}

static bool sweep(struct db *db, int64_t *count, struct error *err)
{
	return db_run(db, "DELETE FROM entry_picture WHERE entry IN (" GONE ")",
	              DB_ARGS(db_int(ENTRY_WITHDRAWN), db_int(ENTRY_REJECTED), db_int(clock_now() - REGRET)), err) &&
	       db_change(db, "DELETE FROM picture WHERE id IN (" UNUSED " LIMIT $1)", DB_ARGS(db_int(SWEEP)), count, err);
}

bool picture_rows_sweep(struct db *db, int64_t *count, struct error *err)
{
	bool any;
	*count = 0;
	if (!any_to_sweep(db, &any, err))
		return false;
	int64_t some = any ? SWEEP : 0;
	while (some == SWEEP) {
		if (!db_begin(db, err) || !db_end(db, sweep(db, &some, err), err))
			return false;
		*count += some;
		db_give_way(db);
	}
	return true;
}
