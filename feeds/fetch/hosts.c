#include "feeds/fetch/hosts.h"
#include "gateway/base/address/network.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include <search.h>
#include <string.h>

/* When so many hosts are known, those that need no pause any more are removed. */
enum { MANY = 4096 };

struct host {
	char *name;
	int64_t free;    /* when the next request may be sent */
	int64_t waiting; /* callers that have to wait */
};

struct hosts {
	int64_t pause;
	const char *const *networks;
	void *tree;
	struct host **all; /* what is in the tree */
	size_t count;
	int64_t latest;    /* time of the last call of hosts_turn */
};

static int by_name(const void *a, const void *b) { return strcmp(((const struct host *)a)->name, ((const struct host *)b)->name); }
static void keep(void *host) { (void)host; }

static int destroy(struct hosts *hosts)
{
	tdestroy(hosts->tree, keep);
	return 0;
}

struct hosts *hosts_new(void *owner, int64_t pause, const char *const *networks)
{
	struct hosts *hosts = mem_new(owner, struct hosts);
	hosts->pause = pause;
	hosts->networks = networks;
	talloc_set_destructor(hosts, destroy);
	return hosts;
}

static void forget(struct hosts *hosts, int64_t now)
{
	size_t kept = 0;
	for (size_t i = 0; i < hosts->count; i++) {
		struct host *h = hosts->all[i];
		if (h->free > now) {
			hosts->all[kept++] = h;
		} else {
			tdelete(h, &hosts->tree, by_name);
			talloc_free(h);
		}
	}
	hosts->count = kept;
}

/* NULL for no URL. */
static struct host *find(struct hosts *hosts, const char *url, int64_t now)
{
	struct error ignored;
	struct url *u = url_parse(NULL, url, &ignored);
	if (!u)
		return NULL;
	if (hosts->count >= MANY)
		forget(hosts, now);
	struct host *h = mem_new(hosts, struct host);
	h->name = mem_dup(h, u->host);
	talloc_free(u);
	struct host *had = *(struct host **)mem_check(tsearch(h, &hosts->tree, by_name));
	if (had == h)
		*mem_push(hosts, hosts->all, hosts->count) = h;
	else
		talloc_free(h);
	return had;
}

static bool in_networks(const char *const *networks, const char *name)
{
	struct network_address address;
	struct network network;
	struct error ignored;
	char *bare = mem_dup(NULL, *name == '[' ? name + 1 : name);
	bare[strcspn(bare, "]")] = '\0';
	bool is = network_address_parse(bare, &address), inside = false;
	for (; is && networks && *networks && !inside; networks++)
		inside = network_parse(*networks, &network, &ignored) && network_holds(&network, &address);
	talloc_free(bare);
	return inside;
}

static bool is_own(const struct hosts *hosts, const struct host *h) { return strcmp(h->name, "localhost") == 0 || in_networks(hosts->networks, h->name); }

/* When the clock was set back, a host must not wait until it is as late again as it was. */
static void follow_clock(struct hosts *hosts, int64_t now)
{
	int64_t back = hosts->latest - now;
	for (size_t i = 0; back > CLOCK_MINUTE && i < hosts->count; i++)
		hosts->all[i]->free -= back;
	hosts->latest = now;
}

int64_t hosts_turn(struct hosts *hosts, const char *url, int64_t now)
{
	follow_clock(hosts, now);
	struct host *h = find(hosts, url, now);
	if (!h)
		return now;
	if (now < h->free)
		return h->free + h->waiting++ * hosts->pause;
	h->waiting -= h->waiting > 0;
	/* Counted from the time that was free, not from now, so that a caller that comes late does not delay those behind it. */
	int64_t since = now - h->free < hosts->pause ? h->free : now;
	h->free = is_own(hosts, h) ? now : since + hosts->pause;
	return now;
}

void hosts_hold(struct hosts *hosts, const char *url, int64_t until)
{
	struct host *h = find(hosts, url, 0);
	if (h && h->free < until) {
		h->free = until;
		h->waiting = 0;
	}
}
