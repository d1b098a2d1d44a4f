#include "subscribers/people/subscriber_tag.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"

bool subscriber_tag_add(struct db *db, int64_t subscriber, const char *tag, int64_t import, struct error *err)
{
	char *name = text_squeeze(NULL, tag), *slug = text_tag(name, name);
	int64_t count;
	bool fine = (*slug || error_set(err, ERROR_INVALID, "'%s' is no tag: it needs a letter or a digit", tag)) &&
	            db_get_int(db, "SELECT count(*) FROM subscriber_tag WHERE subscriber = $1 AND slug <> $2", DB_ARGS(db_int(subscriber), db_text(slug)), &count, err) &&
	            (count < SUBSCRIBER_TAGS_MAX || error_set(err, ERROR_INVALID, "nobody may have more than %d tags", SUBSCRIBER_TAGS_MAX)) &&
	            db_run(db, "INSERT INTO subscriber_tag (subscriber, slug, tag, import) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
	                   DB_ARGS(db_int(subscriber), db_text(slug), db_text(name), db_int(import)), err);
	talloc_free(name);
	return fine;
}

bool subscriber_tag_remove(struct db *db, int64_t subscriber, const char *tag, struct error *err)
{
	char *slug = text_tag(NULL, tag);
	bool fine = db_run(db, "DELETE FROM subscriber_tag WHERE subscriber = $1 AND slug = $2", DB_ARGS(db_int(subscriber), db_text(slug)), err);
	talloc_free(slug);
	return fine;
}

bool subscriber_tags(void *owner, struct db *db, int64_t subscriber, char ***tags, struct error *err)
{
	size_t count = 0;
	struct db_rows *rows = db_query(db, "SELECT tag FROM subscriber_tag WHERE subscriber = $1 ORDER BY slug", DB_ARGS(db_int(subscriber)));
	*tags = NULL;
	while (db_next(rows))
		*mem_push(owner, *tags, count) = db_column_dup(owner, rows, 0);
	mem_fit(owner, *tags, count);
	return db_finish(rows, err);
}
