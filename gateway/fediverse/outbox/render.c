#include "gateway/fediverse/outbox/render.h"
#include "gateway/archive/store/archive.h"
#include "gateway/base/memory/mem.h"
#include "gateway/fediverse/actor/actor.h"
#include "gateway/fediverse/actor/object.h"
#include <string.h>

struct render {
	struct db *db;
	int64_t issue; /* of body */
	char *body;
};

struct render *render_new(void *owner, struct db *db)
{
	struct render *r = mem_new(owner, struct render);
	r->db = db;
	return r;
}

static json_t *notice(void *scratch, const struct delivery *d, struct error *err)
{
	json_t *payload = jsonld_read(scratch, d->notice ? d->notice : "", d->notice ? strlen(d->notice) : 0, err);
	json_t *activity = json_object_get(payload, "activity");
	if (payload && !json_is_object(activity))
		error_set(err, ERROR_INVALID, "this notice is not for the fediverse");
	return json_is_object(activity) ? activity : NULL;
}

static json_t *about_entry(void *scratch, struct db *db, const struct delivery *d, struct error *err)
{
	struct publication *p = publication_by_id(scratch, db, d->publication, err);
	struct entry *entry = p ? archive_get(scratch, db, d->entry, err) : NULL;
	struct gate gate;
	if (!entry || !gate_of(db, p, &gate, err))
		return NULL;
	json_t *activity = NULL;
	switch (d->kind) {
	case ISSUE_ENTRY: activity = object_create(scratch, p, &gate, entry); break;
	case ISSUE_REVISION: activity = object_update(scratch, p, &gate, entry, d->issue); break;
	case ISSUE_WITHDRAWAL: activity = object_delete(scratch, p, entry); break;
	case ISSUE_PROFILE: case ISSUE_NOTICE: case ISSUE_LETTER: case ISSUE_SERIES: case ISSUE_DIGEST: break;
	}
	if (!activity)
		error_set(err, ERROR_NOT_FOUND, "the post was withdrawn before its turn");
	return activity;
}

static json_t *about_publication(void *scratch, struct db *db, const struct delivery *d, struct error *err)
{
	struct publication *p = publication_by_id(scratch, db, d->publication, err);
	if (p && p->leaving)
		return actor_delete(scratch, p);
	return p ? actor_update(scratch, db, p, d->issue, err) : NULL;
}

static json_t *activity_of(void *scratch, struct db *db, const struct delivery *d, struct error *err)
{
	switch (d->kind) {
	case ISSUE_NOTICE: return notice(scratch, d, err);
	case ISSUE_PROFILE: return about_publication(scratch, db, d, err);
	default: return about_entry(scratch, db, d, err);
	}
}

const char *render_body(struct render *r, const struct delivery *d, struct error *err)
{
	if (r->body && r->issue == d->issue)
		return r->body;
	void *scratch = talloc_new(NULL);
	json_t *activity = activity_of(scratch, r->db, d, err);
	talloc_free(r->body);
	r->body = activity ? jsonld_write(r, activity) : NULL;
	r->issue = d->issue;
	talloc_free(scratch);
	return r->body;
}
