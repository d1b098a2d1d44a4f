#include "gateway/fediverse/inbox/batch.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/log.h"
#include "gateway/fediverse/inbox/effect.h"
#include <string.h>

struct part {
	struct inbox_request *request;
	const struct remote_actor *sender; /* NULL: it ends without an effect */
	const struct buf *post;
	enum inbox_item_state state;
	const char *words;
	bool done;
};

struct batch {
	struct db *db;
	void *memory;
	struct part *parts;
	size_t count;
};

struct batch *batch_new(void *owner, struct db *db)
{
	struct batch *batch = mem_new(owner, struct batch);
	batch->db = db;
	batch->memory = talloc_new(batch);
	return batch;
}

void *batch_memory(struct batch *batch) { return batch->memory; }

void batch_add(struct batch *batch, struct inbox_request *request, const struct remote_actor *sender, const struct buf *post)
{
	*mem_push(batch, batch->parts, batch->count) = (struct part){ .request = talloc_steal(batch->memory, request), .sender = sender, .post = post };
}

void batch_end(struct batch *batch, struct inbox_request *request, enum inbox_item_state state, const char *words)
{
	if (state == INBOX_ITEM_REFUSED)
		log_info("inbox request refused", log_int("inbox", request->item->id), log_text("why", words));
	*mem_push(batch, batch->parts, batch->count) = (struct part){
		.request = talloc_steal(batch->memory, request), .state = state, .words = mem_dup(batch->memory, words),
	};
}

size_t batch_count(const struct batch *batch) { return batch->count; }

void batch_ids(const struct batch *batch, void *owner, int64_t **ids, size_t *count)
{
	for (size_t i = 0; i < batch->count; i++)
		*mem_push(owner, *ids, *count) = batch->parts[i].request->item->id;
}

bool batch_has(const struct batch *batch, const char *actor)
{
	for (size_t i = 0; i < batch->count; i++)
		if (batch->parts[i].sender && strcmp(batch->parts[i].request->activity->actor, actor) == 0)
			return true;
	return false;
}

static bool refuse(struct batch *batch, const struct inbox_request *request, const char *words, struct error *err)
{
	log_info("inbox request refused", log_int("inbox", request->item->id), log_text("why", words));
	return inbox_item_finish(batch->db, request->item, INBOX_ITEM_REFUSED, words, err);
}

bool batch_fail(struct batch *batch, const struct inbox_request *request, const struct error *why, struct error *err)
{
	struct error words = *why;
	return why->kind == ERROR_TEMPORARY ? inbox_item_defer(batch->db, request->item, words.text, err) : refuse(batch, request, words.text, err);
}

static bool apply(struct batch *batch, const struct part *part, struct error *err)
{
	const struct inbox_request *request = part->request;
	if (!part->sender)
		return inbox_item_finish(batch->db, request->item, part->state, part->words, err);
	return effect_apply(batch->db, request->item, request->activity, part->sender, part->post, err);
}

/* A post is read, cleaned and rendered before its own transaction begins. */
static bool is_heavy(const struct part *part) { return part->sender && effect_is_heavy(part->request->activity); }

static bool apply_together(struct batch *batch, struct error *err)
{
	if (!db_begin(batch->db, err))
		return false;
	bool fine = true;
	for (size_t i = 0; fine && i < batch->count; i++)
		fine = batch->parts[i].done || is_heavy(&batch->parts[i]) || apply(batch, &batch->parts[i], err);
	if (!db_end(batch->db, fine, err))
		return false;
	for (size_t i = 0; i < batch->count; i++)
		batch->parts[i].done = batch->parts[i].done || !is_heavy(&batch->parts[i]);
	return true;
}

static bool apply_alone(struct batch *batch, const struct part *part, struct error *err)
{
	struct error why;
	int races = 0;
	bool fine = apply(batch, part, &why);
	while (!fine && db_again(batch->db, &races))
		fine = apply(batch, part, &why);
	if (fine)
		return true;
	log_warning("activity without effect", log_int("inbox", part->request->item->id), log_text("why", why.text));
	return batch_fail(batch, part->request, &why, err);
}

bool batch_apply(struct batch *batch, struct error *err)
{
	struct error ignored;
	int races = 0;
	while (batch->count > 1 && !apply_together(batch, &ignored) && db_again(batch->db, &races)) {}
	for (size_t i = 0; i < batch->count; i++) {
		struct part *part = &batch->parts[i];
		part->done = part->done || apply_alone(batch, part, err);
		if (!part->done)
			return false;
	}
	batch->count = 0;
	talloc_free_children(batch->memory);
	return true;
}
