#include "gateway/cli/source_actor.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/cli/source_backfill.h"
#include "gateway/fediverse/following/following.h"
#include "gateway/fediverse/remote/outbox_page.h"
#include <string.h>

/* Signs requests to other servers as the publication p. */
struct requester {
	struct signed_transport *transport;
	const struct publication *p;
	int64_t left, unread; /* posts that an outbox names by their ids: that may be asked for, and that could not be read */
};

/* A run of the outbox asks for so many posts. */
enum { POSTS_MAX = 20000 };

static bool requester_open(struct requester *a, struct source_call *call, const struct publication *p, struct error *err)
{
	struct cli *cli = call->cli;
	const struct http_options options = { .allow_networks = cli->config->allow_networks, .ca_file = cli->config->ca_file };
	*a = (struct requester){ .p = p, .left = POSTS_MAX };
	a->transport = signed_transport_new(cli->owner, cli->db, &options, err);
	return a->transport != NULL;
}

static bool turn(struct backfill *b, void *with, struct error *err)
{
	struct requester *a = with;
	void *page = talloc_new(b);
	struct http_response *r = resolve_get(page, a->transport, a->p, b->progress.next, err);
	bool fine = backfill_take(b, r ? outbox_page_whole(page, a->transport, a->p, r, &a->left, &a->unread) : NULL, err);
	talloc_free(page);
	return fine;
}

static int read_outbox(struct requester *a, struct ingest *in, struct source *s, const char *outbox, struct error *err)
{
	struct backfill *b = outbox ? backfill_open_at(in, in, s, outbox, err) : NULL;
	if (!outbox)
		fprintf(stderr, "pennypost: its server shows no older posts\n");
	else if (!b)
		return cli_fail(err);
	int status = b ? source_walk(b, turn, a) : 0;
	if (a->unread)
		fprintf(stderr, "pennypost: %lld post%s that the outbox only names could not be read: deleted, not for everybody, or their server did not answer;"
		                " 'pennypost source backfill %lld' asks again\n", (long long)a->unread, a->unread == 1 ? "" : "s", (long long)s->id);
	return status;
}

bool source_actor_fits(const struct source_call *call, const struct source_settings *w, struct error *err)
{
	if (w->headers || w->proxy || w->pause_min || w->pause_max || w->full_text || w->authenticate || call->user || call->password_file)
		return error_set(err, ERROR_INVALID, "an account is followed, not fetched: only --access and --hold can be set for it");
	return true;
}

static bool is_ours(struct cli *cli, const char *actor, bool *ours, struct error *err)
{
	struct publication **all;
	size_t count;
	*ours = false;
	if (!publication_all(cli->owner, cli->db, &all, &count, err))
		return false;
	for (size_t i = 0; i < count; i++)
		*ours = *ours || url_same(publication_actor_url(cli->owner, all[i]), actor);
	return true;
}

/* From now on its server posts to our inbox; posts from before this moment are never announced. */
static bool establish(struct db *db, int64_t id, const char *title, struct error *err)
{
	struct source *s = source_get(NULL, db, id, err);
	bool fine = s != NULL;
	if (s) {
		s->title = title;
		s->imported = s->quiet_before = clock_now();
		fine = source_record(db, s, err);
	}
	talloc_free(s);
	return fine;
}

static bool make(struct cli *cli, const struct publication *p, const struct resolved *r, const struct source_settings *settings, int64_t *id, struct error *err)
{
	struct db *db = cli->db;
	const char *title = *r->actor->name ? r->actor->name : r->handle;
	if (!db_begin(db, err))
		return false;
	bool fine = source_add(db, p->id, SOURCE_ACTOR, r->actor->uri, CLOCK_MINUTE, id, err) && source_set(db, *id, settings, err) &&
	            establish(db, *id, title, err) && remote_actor_store(db, r->actor, err);
	const struct following with = { .source = fine ? *id : 0, .actor = r->actor->uri, .handle = r->handle, .outbox = r->outbox };
	if (fine && following_begin(db, p, &with, err))
		return db_commit(db, err);
	db_rollback(db);
	return false;
}

static void say_asked(int64_t id, const struct resolved *r)
{
	printf("%lld\tasked %s to let us follow%s\t%s\n", (long long)id, r->handle, r->approves ? ", which a person there decides" : "", r->actor->uri);
	fflush(stdout);
}

struct resolved *source_actor_find(struct source_call *call, struct ingest *in, const struct publication *p, const char *typed, struct error *err)
{
	struct requester a;
	return requester_open(&a, call, p, err) ? resolve_actor(call->cli->owner, a.transport, in->client, p, typed, err) : NULL;
}

static bool may_follow(struct source_call *call, const struct source_settings *settings, const struct resolved *r, struct error *err)
{
	bool ours;
	if (!source_actor_fits(call, settings, err) || !is_ours(call->cli, r->actor->uri, &ours, err))
		return false;
	return !ours || error_set(err, ERROR_INVALID, "%s is a publication of this Pennypost: its posts are here already", r->handle);
}

int source_actor_add(struct source_call *call, struct ingest *in, const struct publication *p, const struct source_settings *settings,
                     const struct resolved *r, struct error *err)
{
	int64_t id;
	struct requester a;
	struct cli *cli = call->cli;
	if (!may_follow(call, settings, r, err) || !requester_open(&a, call, p, err) || !make(cli, p, r, settings, &id, err))
		return cli_fail(err);
	say_asked(id, r);
	struct source *s = call->no_backfill ? NULL : source_get(cli->owner, cli->db, id, err);
	if (!s)
		return call->no_backfill ? 0 : cli_fail(err);
	return read_outbox(&a, in, s, r->outbox, err);
}

int source_actor_backfill(struct source_call *call, struct ingest *in, struct source *source, struct error *err)
{
	struct requester a;
	struct cli *cli = call->cli;
	struct following *f = following_of(cli->owner, cli->db, source->id, err);
	struct publication *p = f ? publication_by_id(cli->owner, cli->db, f->publication, err) : NULL;
	if (!p || !requester_open(&a, call, p, err))
		return cli_fail(err);
	return read_outbox(&a, in, source, f->outbox, err);
}

bool source_actor_remove(struct db *db, const struct source *source, struct error *err)
{
	struct following *f = following_of(NULL, db, source->id, err);
	bool fine = db_begin(db, err);
	if (fine && f && following_end(db, f, err) && source_remove(db, source->id, err)) {
		fine = db_commit(db, err);
	} else if (fine) {
		db_rollback(db);
		fine = false;
	}
	talloc_free(f);
	return fine;
}
