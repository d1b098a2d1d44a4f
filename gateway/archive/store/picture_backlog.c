#include "gateway/archive/store/picture_backlog.h"
#include "gateway/archive/store/archive.h"
#include "gateway/archive/store/entry_json.h"
#include "gateway/archive/store/entry_pictures.h"
#include "gateway/archive/store/picture_rows.h"
#include "gateway/base/memory/mem.h"

/* Entries of one step. */
enum { STEP = 20 };

struct looked {
	int64_t id;
	const char **addresses;
	size_t count;
};

struct step {
	int64_t publication, below;
	struct looked *all; /* newest first */
	size_t count;
};

bool picture_backlog_begin(struct db *db, int64_t publication, struct error *err)
{
	return db_run(db, "UPDATE publication SET pictures_below = (SELECT coalesce(max(id), 0) + 1 FROM entry WHERE publication = $1) WHERE id = $1",
	              DB_ARGS(db_int(publication)), err);
}

/* What is read of an entry is outside of any transaction: its text may take time. */
static bool look(void *owner, struct db *db, struct step *s, struct error *err)
{
	struct db_rows *rows = db_query(db, "SELECT id, content, summary, image_url, enclosures FROM entry WHERE publication = $1 AND id < $2 AND state IN ($3, $4)"
	                                    " ORDER BY id DESC LIMIT $5",
	                                DB_ARGS(db_int(s->publication), db_int(s->below), db_int(ENTRY_LIVE), db_int(ENTRY_HELD), db_int(STEP)));
	while (db_next(rows)) {
		struct looked *l = mem_push(owner, s->all, s->count);
		struct entry *e = mem_new(owner, struct entry);
		*l = (struct looked){ .id = db_column_int(rows, 0) };
		e->content = db_column_dup(e, rows, 1);
		e->summary = db_column_dup(e, rows, 2);
		e->image.url = db_column_dup(e, rows, 3);
		entry_enclosures_from_json(e, db_column_text(rows, 4));
		entry_picture_addresses(owner, e, &l->addresses, &l->count);
		talloc_free(e);
	}
	return db_finish(rows, err);
}

static bool store(struct db *db, const struct step *s, struct error *err)
{
	int64_t next = s->count < STEP ? 0 : s->all[s->count - 1].id, changed;
	/* Another process, or a change of the owner's mind, was faster. */
	if (!db_change(db, "UPDATE publication SET pictures_below = $3 WHERE id = $1 AND pictures_below = $2",
	               DB_ARGS(db_int(s->publication), db_int(s->below), db_int(next)), &changed, err))
		return false;
	bool fine = true;
	for (size_t i = 0; fine && changed && i < s->count; i++)
		if (s->all[i].count)
			fine = picture_rows_set(db, &(struct picture_use){ .entry = s->all[i].id, .publication = s->publication, .addresses = s->all[i].addresses,
			                                                   .count = s->all[i].count, .again = true }, err);
	return fine;
}

bool picture_backlog_step(struct db *db, bool *worked, struct error *err)
{
	struct step s = { 0 };
	struct db_rows *rows = db_query(db, "SELECT id, pictures_below FROM publication WHERE pictures_below > 0 ORDER BY id LIMIT 1", DB_NONE);
	*worked = db_next(rows);
	if (*worked)
		s = (struct step){ .publication = db_column_int(rows, 0), .below = db_column_int(rows, 1) };
	if (!db_finish(rows, err))
		return false;
	if (!*worked)
		return true;
	void *scratch = talloc_new(NULL);
	bool fine = look(scratch, db, &s, err) && db_begin(db, err);
	fine = fine && db_end(db, store(db, &s, err), err);
	talloc_free(scratch);
	return fine;
}
