#include "gateway/fediverse/remote/follow_lookup.h"
#include "gateway/archive/store/publication.h"
#include "gateway/archive/store/remote_follow.h"
#include "gateway/base/http/http.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/escape.h"
#include "gateway/fediverse/document/jsonld.h"
#include "gateway/fediverse/remote/follow_page.h"

/* A reader waits: who has not answered by then does not count. */
enum { PARALLEL = 32, TIMEOUT_MS = 8000, JRD_MAX = 256 << 10, REDIRECTS = 3 };
#define LEASE (12 * CLOCK_SECOND)
#define SWEEP_EVERY CLOCK_MINUTE

struct follow_lookups {
	struct db *db;
	struct http_client *client;
	int64_t swept; /* steady time; 0: never */
};

struct follow_lookups *follow_lookups_new(void *owner, const struct role *role, struct error *err)
{
	struct follow_lookups *l = mem_new(owner, struct follow_lookups);
	const struct http_options options = { .allow_networks = role->config->allow_networks, .ca_file = role->config->ca_file, .parallel = PARALLEL };
	l->db = role->db;
	l->client = http_client_new(l, &options, err);
	if (l->client)
		return l;
	talloc_free(l);
	return NULL;
}

bool follow_lookups_busy(const struct follow_lookups *l) { return http_running(l->client) > 0; }

static char *webfinger_url(void *owner, const struct remote_follow *f)
{
	struct document *d = document_new(NULL);
	FILE *out = document_out(d);
	fprintf(out, "https://%s/.well-known/webfinger?resource=", f->host);
	url_part(out, f->resource);
	return document_finish(d, owner);
}

/* Takes f over; it comes back as the tag of the answer. */
static bool ask(struct follow_lookups *l, struct remote_follow *f, struct error *err)
{
	struct error why;
	static const struct http_header headers[] = { { "Accept", "application/jrd+json, application/json;q=0.9" }, { 0, 0 } };
	const struct http_request request = {
		.url = webfinger_url(f, f), .headers = headers, .max_size = JRD_MAX, .timeout_ms = TIMEOUT_MS, .redirects = REDIRECTS, .tag = talloc_steal(l, f),
	};
	if (http_start(l->client, &request, &why))
		return true;
	f->state = REMOTE_FOLLOW_NO_ACCOUNT;
	bool fine = remote_follow_record(l->db, f, err);
	talloc_free(f);
	return fine;
}

static bool ask_all(struct follow_lookups *l, bool *worked, struct error *err)
{
	bool waits = false;
	struct remote_follow **all;
	int64_t room = PARALLEL - http_running(l->client);
	if (room <= 0)
		return true;
	if (!remote_follow_waits(l->db, &waits, err))
		return false;
	if (!waits)
		return true;
	void *scratch = talloc_new(NULL);
	bool fine = remote_follow_claim(scratch, l->db, room, LEASE, &all, err);
	*worked = true;
	for (size_t i = 0; fine && i < talloc_array_length(all); i++)
		fine = ask(l, all[i], err);
	talloc_free(scratch);
	return fine;
}

/* What the answer says of f. */
static bool read_answer(struct follow_lookups *l, struct remote_follow *f, const struct http_response *r, struct error *err)
{
	struct error ignored;
	struct publication *p = publication_by_id(f, l->db, f->publication, err);
	json_t *jrd = r->done && r->status == 200 ? jsonld_read(f, r->body->data, r->body->size, &ignored) : NULL;
	if (!p)
		return err->kind == ERROR_NOT_FOUND; /* it was removed, and f with it */
	const struct follow_page_query query = { .asked = r->request->url, .answered = r->url, .actor = publication_actor_url(f, p), .back = p->url };
	f->url = jrd ? follow_page_find(f, jrd, &query, &f->own) : NULL;
	if (!r->done || r->status >= 500 || r->status == 429)
		f->state = REMOTE_FOLLOW_SILENT;
	else if (r->status != 200)
		f->state = REMOTE_FOLLOW_NO_ACCOUNT;
	else
		f->state = f->url ? REMOTE_FOLLOW_FOUND : REMOTE_FOLLOW_NO_PAGE;
	return true;
}

static bool take_answers(struct follow_lookups *l, int timeout_ms, bool *worked, struct error *err)
{
	bool fine = true;
	struct http_response *r = follow_lookups_busy(l) ? http_next(l->client, timeout_ms) : NULL;
	while (r) {
		struct remote_follow *f = r->tag;
		*worked = true;
		fine = read_answer(l, f, r, err) && remote_follow_record(l->db, f, err) && fine;
		talloc_free(f);
		talloc_free(r);
		r = http_next(l->client, 0);
	}
	return fine;
}

static bool sweep(struct follow_lookups *l, struct error *err)
{
	int64_t steady = clock_steady();
	if (l->swept && steady - l->swept < SWEEP_EVERY)
		return true;
	l->swept = steady;
	return remote_follow_sweep(l->db, clock_now(), err);
}

bool follow_lookups_step(struct follow_lookups *l, int timeout_ms, bool *worked, struct error *err)
{
	return sweep(l, err) && ask_all(l, worked, err) && take_answers(l, timeout_ms, worked, err);
}
