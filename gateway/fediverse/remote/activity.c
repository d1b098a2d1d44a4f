#include "gateway/fediverse/remote/activity.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "gateway/fediverse/document/jsonld.h"
#include <string.h>

enum { ID_MAX = 2048, TYPE_MAX = 40 };

/* A copy of the id in a member; *fine becomes false when it is present but not a URL. */
static const char *url_of(void *owner, const json_t *object, const char *name, bool *fine)
{
	const char *id = jsonld_id(object, name);
	if (!id)
		return NULL;
	if (strlen(id) > ID_MAX || !url_valid(id))
		*fine = false;
	return mem_dup(owner, id);
}

static const char *type_of(void *owner, const json_t *json)
{
	const json_t *type = json_object_get(json, "type");
	if (json_is_array(type))
		type = json_array_get(type, 0);
	return json_is_string(type) ? text_cut(owner, json_string_value(type), TYPE_MAX) : NULL;
}

static bool same_or_absent(const char *a, const char *b) { return !a || !b || url_same(a, b); }

static void read_undo(struct activity *a, const json_t *json, bool *fine)
{
	const json_t *undone = json_object_get(json, "object");
	a->follow = a->object;
	a->object = NULL;
	if (!json_is_object(undone) || !json_object_get(undone, "type")) {
		a->kind = a->follow ? ACTIVITY_UNDO : ACTIVITY_OTHER;
		return;
	}
	if (!jsonld_has_type(undone, "Follow"))
		return;
	bool readable = true;
	a->object = url_of(a, undone, "object", &readable);
	const char *who = url_of(a, undone, "actor", &readable);
	*fine = *fine && readable && same_or_absent(who, a->actor);
	a->kind = a->object || a->follow ? ACTIVITY_UNDO : ACTIVITY_OTHER;
}

/* Accept or Reject of a Follow of ours.  Some servers send only its id, others embed the Follow with an id of their own. */
static void read_answer(struct activity *a, enum activity_kind kind, const json_t *json)
{
	bool readable = true;
	const json_t *answered = json_object_get(json, "object");
	a->follow = a->object;
	a->object = NULL;
	if (json_is_object(answered) && !jsonld_has_type(answered, "Follow"))
		return;
	if (json_is_object(answered) && same_or_absent(jsonld_id(answered, "object"), a->actor))
		a->object = url_of(a, answered, "actor", &readable);
	if (readable && (a->object || a->follow))
		a->kind = kind;
}

/* Only public posts, and Deletes: because we follow, servers send us followers-only posts too, which must not be stored. */
static void read_post(struct activity *a, const json_t *json)
{
	const json_t *post = json_object_get(json, "object");
	bool gone = jsonld_has_type(json, "Delete"), whole = json_is_object(post) && json_object_get(post, "type");
	if (!a->object || !(gone || jsonld_has_type(json, "Create") || jsonld_has_type(json, "Update") || jsonld_has_type(json, "Announce")))
		return;
	bool addressed = whole && (json_object_get(post, "to") || json_object_get(post, "cc"));
	if (!gone && !jsonld_is_public(addressed ? post : json))
		return;
	a->kind = ACTIVITY_POST;
	a->whole = gone || whole;
}

/* What an account does to itself. */
static bool read_about_itself(struct activity *a, const json_t *json, bool *fine)
{
	if (!url_same(a->object, a->actor))
		return false;
	if (jsonld_has_type(json, "Delete"))
		a->kind = ACTIVITY_DELETE_ACTOR;
	else if (jsonld_has_type(json, "Update"))
		a->kind = ACTIVITY_UPDATE_ACTOR;
	else if (jsonld_has_type(json, "Move") && jsonld_id(json, "target")) {
		a->kind = ACTIVITY_MOVE;
		a->object = url_of(a, json, "target", fine);
	}
	return a->kind != ACTIVITY_OTHER;
}

static void read_kind(struct activity *a, const json_t *json, bool *fine)
{
	if (jsonld_has_type(json, "Follow"))
		a->kind = ACTIVITY_FOLLOW;
	else if (jsonld_has_type(json, "Undo"))
		read_undo(a, json, fine);
	else if (jsonld_has_type(json, "Block"))
		a->kind = ACTIVITY_BLOCK;
	else if (jsonld_has_type(json, "Accept"))
		read_answer(a, ACTIVITY_ACCEPT, json);
	else if (jsonld_has_type(json, "Reject"))
		read_answer(a, ACTIVITY_REJECT, json);
	else if (!read_about_itself(a, json, fine))
		read_post(a, json);
	if ((a->kind == ACTIVITY_FOLLOW || a->kind == ACTIVITY_BLOCK) && !a->object)
		*fine = false;
}

struct activity *activity_read(void *owner, const void *body, size_t size, struct error *err)
{
	struct activity *a = mem_new(owner, struct activity);
	bool fine = true, object_fine = true;
	json_t *json = jsonld_read(a, body, size, err);
	if (!json) {
		talloc_free(a);
		return NULL;
	}
	a->json = json;
	a->type = type_of(a, json);
	a->id = url_of(a, json, "id", &fine);
	a->actor = url_of(a, json, "actor", &fine);
	a->object = url_of(a, json, "object", &object_fine);
	if (a->type && a->actor && fine)
		read_kind(a, json, &fine);
	if (a->kind != ACTIVITY_OTHER)
		fine = fine && object_fine;
	if (a->type && a->actor && fine)
		return a;
	talloc_free(a);
	error_set(err, ERROR_INVALID, "not an activity: it needs a type, an actor, and URLs as ids");
	return NULL;
}
