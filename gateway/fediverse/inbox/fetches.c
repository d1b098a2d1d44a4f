#include "gateway/fediverse/inbox/fetches.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/fediverse/remote/lanes.h"
#include <string.h>

/* So many may wait for servers that failed the last time. */
enum { STEPS_MAX = 3, FAILED_MAX = 16 };
static const struct lanes_limits limits = { { [LANE_UNKNOWN] = 24, [LANE_ANSWERED] = 16, [LANE_FAILED] = 4 }, 40, 2000 };

struct fetches {
	struct signed_transport *transport;
	struct circuit_breaker *breaker;
	struct lanes *lanes;
	struct pending_fetch **all;
	size_t count, waiting;
	bool newest; /* has the next turn */
};

struct fetches *fetches_new(void *owner, const struct role *role, struct signed_transport *transport, struct circuit_breaker *breaker)
{
	struct fetches *fetches = mem_new(owner, struct fetches);
	fetches->transport = transport;
	fetches->breaker = breaker;
	fetches->lanes = lanes_new(fetches, &limits, role_part(role, SIGNED_TRANSPORT_PER_HOST));
	return fetches;
}

size_t fetches_count(const struct fetches *fetches) { return fetches->count; }

size_t fetches_unstarted(const struct fetches *fetches)
{
	size_t count = 0;
	for (size_t i = 0; i < fetches->count; i++)
		count += !fetches->all[i]->started;
	return count;
}

size_t fetches_waiting(const struct fetches *fetches) { return fetches->waiting; }

struct pending_fetch *fetches_first(const struct fetches *fetches) { return fetches->count ? fetches->all[0] : NULL; }

struct pending_fetch *fetches_of_key(const struct fetches *fetches, const char *key_id)
{
	for (size_t i = 0; i < fetches->count; i++)
		if (!fetches->all[i]->post && strcmp(fetches->all[i]->key_id, key_id) == 0)
			return fetches->all[i];
	return NULL;
}

bool fetches_go_on(struct pending_fetch *fetch, const char *url)
{
	fetch->url = url_without_fragment(fetch, url);
	fetch->host = url_authority(fetch, url);
	fetch->started = false;
	return fetch->steps++ < STEPS_MAX;
}

static struct pending_fetch *add(struct fetches *fetches, const char *key_id, const char *url)
{
	struct pending_fetch *fetch = mem_new(fetches, struct pending_fetch);
	fetch->key_id = mem_dup(fetch, key_id);
	fetches_go_on(fetch, url);
	*mem_push(fetches, fetches->all, fetches->count) = fetch;
	return fetch;
}

static void wait_for(struct fetches *fetches, struct pending_fetch *fetch, struct inbox_request *request)
{
	fetches->waiting++;
	*mem_push(fetch, fetch->requests, fetch->count) = talloc_steal(fetch, request);
}

void fetches_wait_for_key(struct fetches *fetches, struct inbox_request *request)
{
	const char *key_id = request->signature->key_id;
	struct pending_fetch *fetch = fetches_of_key(fetches, key_id);
	wait_for(fetches, fetch ? fetch : add(fetches, key_id, key_id), request);
}

void fetches_wait_for_post(struct fetches *fetches, struct inbox_request *request, const char *url)
{
	struct pending_fetch *fetch = add(fetches, "", url);
	fetch->post = true;
	wait_for(fetches, fetch, request);
}

static bool start(struct fetches *fetches, struct pending_fetch *fetch, uint64_t host, struct error *why)
{
	const struct signed_transport_request request = {
		.publication = fetch->requests[0]->item->publication, .url = fetch->url, .timeout_ms = lanes_timeout(fetches->lanes, host), .tag = fetch,
	};
	fetch->started = signed_transport_start(fetches->transport, &request, why);
	if (fetch->started)
		lanes_enter(fetches->lanes, host, fetch);
	return fetch->started;
}

/* What its server did shortly ago says that this one should come again later. */
static bool is_too_early(const struct fetches *fetches, const struct pending_fetch *fetch, size_t *failed)
{
	if (circuit_breaker_is_open(fetches->breaker, fetch->host))
		return true;
	return lanes_of(fetches->lanes, lanes_host(fetch->host)) == LANE_FAILED && ++*failed > FAILED_MAX;
}

/* What is claimed does not come in the order of its arrival. */
static bool came_later(const struct pending_fetch *a, const struct pending_fetch *b) { return a->requests[0]->item->id > b->requests[0]->item->id; }

/* The one whose turn it is among those that can begin; or one that cannot at all, with why. */
static struct pending_fetch *next(struct fetches *fetches, bool *early)
{
	struct pending_fetch *found = NULL;
	size_t failed = 0;
	*early = false;
	for (size_t i = 0; i < fetches->count; i++) {
		struct pending_fetch *fetch = fetches->all[i];
		if (fetch->started)
			continue;
		if (is_too_early(fetches, fetch, &failed)) {
			*early = true;
			return fetch;
		}
		if ((!found || came_later(fetch, found) == fetches->newest) && lanes_have_room(fetches->lanes, lanes_host(fetch->host)))
			found = fetch;
	}
	fetches->newest = !fetches->newest;
	return found;
}

struct pending_fetch *fetches_start(struct fetches *fetches, struct error *why)
{
	struct pending_fetch *fetch;
	bool early;
	lanes_tick(fetches->lanes);
	while ((fetch = next(fetches, &early))) {
		if (early)
			error_set(why, ERROR_TEMPORARY, "'%s' did not answer a moment ago", fetch->host);
		if (early || !start(fetches, fetch, lanes_host(fetch->host), why))
			return fetch;
	}
	return NULL;
}

void fetches_took(struct fetches *fetches, struct pending_fetch *fetch, const struct http_response *response)
{
	lanes_leave(fetches->lanes, fetch, response->done ? LANE_ANSWERED : LANE_FAILED);
	if (!response->done && response->err.kind == ERROR_TEMPORARY)
		circuit_breaker_trip(fetches->breaker, fetch->host);
}

bool fetches_failed(const struct fetches *fetches, const struct pending_fetch *fetch)
{
	return circuit_breaker_is_open(fetches->breaker, fetch->host);
}

void fetches_drop(struct fetches *fetches, struct pending_fetch *fetch)
{
	size_t i = 0;
	while (i < fetches->count && fetches->all[i] != fetch)
		i++;
	fetches->count--;
	fetches->waiting -= fetch->count;
	memmove(fetches->all + i, fetches->all + i + 1, (fetches->count - i) * sizeof *fetches->all);
	talloc_free(fetch);
}

void fetches_ids(const struct fetches *fetches, void *owner, int64_t **ids, size_t *count)
{
	for (size_t i = 0; i < fetches->count; i++)
		for (size_t k = 0; k < fetches->all[i]->count; k++)
			*mem_push(owner, *ids, *count) = fetches->all[i]->requests[k]->item->id;
}

bool fetches_own(const struct fetches *fetches, const void *tag)
{
	for (size_t i = 0; i < fetches->count; i++)
		if (fetches->all[i] == tag)
			return true;
	return false;
}
