#include "feeds/websub/websub_discover.h"
#include "feeds/websub/websub_links.h"
#include "feeds/websub/websub_push.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include <string.h>

/* What a document names. */
struct named {
	const struct websub_links *links;
	const char *topic, *base;
};

static char *lines_of(void *owner, const struct websub_links *links)
{
	char *lines = mem_dup(owner, links->hubs[0]);
	for (size_t i = 1; i < links->hub_count; i++)
		lines = mem_printf(owner, "%s\n%s", lines, links->hubs[i]);
	return lines;
}

static bool names_hub(const struct websub_links *links, const char *hub)
{
	for (size_t i = 0; i < links->hub_count; i++)
		if (strcmp(links->hubs[i], hub) == 0)
			return true;
	return false;
}

/* Starts to unsubscribe.  The row stays without its source until the hub has answered. */
static bool unsubscribe(struct db *db, struct source *source, const struct websub *w, struct error *err)
{
	if (!db_run(db, "UPDATE websub SET source = NULL WHERE id = $1", DB_ARGS(db_int(w->id)), err))
		return false;
	source->pushed_until = 0;
	return source_set_pushed_until(db, source->id, 0, err);
}

static bool add_row(struct db *db, const struct source *source, const struct named *named, struct error *err)
{
	struct websub *w = mem_new(NULL, struct websub);
	websub_renew_keys(w);
	bool fine = db_run(db, "INSERT INTO websub (publication, source, hubs, hub, topic, base, token, secret, state, pending, pending_until, lease_end,"
	                       " next_try, tries, proven, pushes, last_push, forged) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0, $11, 0, 0, 0, 0, 0)"
	                       " ON CONFLICT (source) DO NOTHING",
	                   DB_ARGS(db_int(source->publication), db_int(source->id), db_text(lines_of(w, named->links)), db_text(named->links->hubs[0]),
	                           db_text(named->topic), db_text(named->base), db_text(w->token), db_text(w->secret), db_int(WEBSUB_WANTED), db_int(WEBSUB_NOTHING), db_int(clock_now())),
	                   err);
	talloc_free(w);
	return fine;
}

/* A fetch brought entries that the hub did not push: it is not relied on until its next push. */
static bool distrust(struct db *db, struct source *source, const struct websub *w, struct error *err)
{
	int64_t waiting;
	if (w->state != WEBSUB_ACTIVE || (!w->proven && !source->pushed_until))
		return true;
	if (!websub_push_waiting(db, w->id, &waiting, err) || waiting)
		return waiting != 0;
	source->pushed_until = 0;
	return db_run(db, "UPDATE websub SET proven = 0 WHERE id = $1", DB_ARGS(db_int(w->id)), err) && source_set_pushed_until(db, source->id, 0, err);
}

/* The hub and the topic are the same; the other hubs or the feed's URL may have changed. */
static bool keep(struct db *db, struct websub *w, const struct named *named, struct error *err)
{
	char *hubs = lines_of(w, named->links);
	if (strcmp(hubs, w->hubs) == 0 && strcmp(named->base, w->base) == 0)
		return true;
	return db_run(db, "UPDATE websub SET hubs = $2, base = $3 WHERE id = $1", DB_ARGS(db_int(w->id), db_text(hubs), db_text(named->base)), err);
}

/* Another hub or topic: ends the old subscription and adds a new one. */
static bool replace(void *scratch, struct db *db, const struct config *config, struct source *source, const struct websub *old,
                    const struct named *named, struct error *err)
{
	struct publication *p = publication_by_id(scratch, db, source->publication, err);
	if (!p || (old && !unsubscribe(db, source, old, err)))
		return false;
	return !websub_reachable(p, config) || add_row(db, source, named, err);
}

static bool update(void *scratch, struct db *db, const struct config *config, struct source *source, const struct websub_document *d, struct error *err)
{
	struct websub_links *links = websub_links(scratch, d->response, d->feed);
	struct websub *w = websub_of(scratch, db, source->id, err);
	if (!w && err->kind != ERROR_NOT_FOUND)
		return false;
	/* A source behind a proxy is not pushed: requests to its hub would have to use the proxy too. */
	if (!links->hub_count || source->settings.proxy)
		return !w || unsubscribe(db, source, w, err);
	const struct named named = { links, links->self ? links->self : d->response->url, d->response->url };
	if (!w || strcmp(w->topic, named.topic) != 0 || !names_hub(links, w->hub))
		return replace(scratch, db, config, source, w, &named, err);
	return keep(db, w, &named, err) && (!d->fresh || distrust(db, source, w, err));
}

bool websub_discover(struct db *db, const struct config *config, struct source *source, const struct websub_document *document, struct error *err)
{
	void *scratch = talloc_new(NULL);
	struct error why = { 0 };
	bool fine = update(scratch, db, config, source, document, &why);
	if (!fine)
		*err = why;
	talloc_free(scratch);
	return fine;
}
