#include "gateway/fediverse/following/follow_activity.h"
#include "gateway/base/memory/mem.h"
#include "subscribers/ledger/ledger.h"

static json_t *follow_of(const char *us, const char *id, const char *actor)
{
	return mem_check(json_pack("{s:s, s:s, s:s, s:s}", "id", id, "type", "Follow", "actor", us, "object", actor));
}

json_t *follow_activity(void *owner, const struct publication *p, const char *id, const char *actor)
{
	char *us = publication_actor_url(NULL, p);
	json_t *follow = jsonld_own(owner, follow_of(us, id, actor));
	json_object_set_new(follow, "@context", json_string(JSONLD_ACTIVITYSTREAMS));
	json_object_set_new(follow, "to", json_string(actor));
	talloc_free(us);
	return follow;
}

json_t *follow_activity_undo(void *owner, const struct publication *p, const char *id, const char *actor)
{
	void *scratch = talloc_new(NULL);
	char *us = publication_actor_url(scratch, p);
	json_t *undo = jsonld_own(owner, json_pack("{s:s, s:s, s:s, s:s, s:s, s:o}", "@context", JSONLD_ACTIVITYSTREAMS,
		"id", mem_printf(scratch, "%s/undo", id), "type", "Undo", "actor", us, "to", actor, "object", follow_of(us, id, actor)));
	talloc_free(scratch);
	return undo;
}

bool follow_activity_send(struct db *db, int64_t address, json_t *activity, struct error *err)
{
	void *scratch = talloc_new(NULL);
	json_t *payload = jsonld_own(scratch, json_pack("{s:O}", "activity", activity));
	bool fine = ledger_notice(db, address, jsonld_write(scratch, payload), NULL, err);
	talloc_free(scratch);
	return fine;
}
