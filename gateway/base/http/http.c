#include "gateway/base/http/http.h"
#include "gateway/base/http/http_transfer.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include <string.h>

#define PARALLEL 20
#define PER_HOST 4

struct http_host {
	struct http_host *next;
	char *name;
	int users;   /* transfers that are waiting or running */
	int running;
};

struct list {
	struct http_transfer *first, **end; /* end: where the next one is linked */
};

struct http_client {
	CURLM *multi;
	struct http_policy policy;
	int parallel;
	int running;
	int count; /* in all three lists */
	int watched; /* of http_watch */
	bool settled; /* no waiting transfer can begin before another ends */
	struct list waiting, active, finished;
	struct http_host *hosts;
};

static void list_init(struct list *list)
{
	list->first = NULL;
	list->end = &list->first;
}

static void list_append(struct list *list, struct http_transfer *t)
{
	t->next = NULL;
	*list->end = t;
	list->end = &t->next;
}

/* Removes the transfer that *at points to from the list, and returns it. */
static struct http_transfer *list_remove(struct list *list, struct http_transfer **at)
{
	struct http_transfer *t = *at;
	*at = t->next;
	if (!*at)
		list->end = at;
	return t;
}

static void list_free(struct list *list)
{
	while (list->first)
		talloc_free(list_remove(list, &list->first));
}

static int destroy(struct http_client *client)
{
	list_free(&client->waiting);
	list_free(&client->active);
	list_free(&client->finished);
	curl_multi_cleanup(client->multi);
	curl_global_cleanup();
	return 0;
}

static bool read_networks(struct http_client *client, const char *const *texts, struct error *err)
{
	struct http_policy *policy = &client->policy;
	for (; texts && *texts; texts++)
		if (!network_parse(*texts, mem_push(client, policy->allowed, policy->allowed_count), err))
			return error_prefix(err, "allow_networks: ");
	return true;
}

struct http_client *http_client_new(void *owner, const struct http_options *options, struct error *err)
{
	struct http_client *client = mem_new(owner, struct http_client);
	list_init(&client->waiting);
	list_init(&client->active);
	list_init(&client->finished);
	client->watched = -1;
	client->parallel = options->parallel > 0 ? options->parallel : PARALLEL;
	client->policy.user_agent = mem_dup(client, options->user_agent ? options->user_agent : "Pennypost/" PENNYPOST_VERSION);
	client->policy.ca_file = mem_dup_or_null(client, options->ca_file);
	if (!read_networks(client, options->allow_networks, err)) {
		talloc_free(client);
		return NULL;
	}
	curl_global_init(CURL_GLOBAL_DEFAULT);
	client->multi = mem_check(curl_multi_init());
	/* Of those that are kept libcurl looks at each to find the oldest, whenever a transfer ends. */
	curl_multi_setopt(client->multi, CURLMOPT_MAXCONNECTS, options->connections > 0 ? (long)options->connections : (long)client->parallel + PARALLEL);
	talloc_set_destructor(client, destroy);
	return client;
}

/* Counts the transfer as a user of its hop's host; leave_host frees a host without users. */
static void enter_host(struct http_client *client, struct http_transfer *t)
{
	struct http_host *host = client->hosts;
	while (host && strcmp(host->name, t->host_name) != 0)
		host = host->next;
	if (!host) {
		host = mem_new(client, struct http_host);
		host->name = mem_dup(host, t->host_name);
		host->next = client->hosts;
		client->hosts = host;
	}
	host->users++;
	t->host = host;
}

static void leave_host(struct http_client *client, struct http_transfer *t)
{
	struct http_host **at = &client->hosts;
	if (--t->host->users > 0)
		return;
	while (*at != t->host)
		at = &(*at)->next;
	*at = t->host->next;
	talloc_free(t->host);
	t->host = NULL;
}

bool http_start(struct http_client *client, const struct http_request *request, struct error *err)
{
	struct http_transfer *t = http_transfer_new(client, &client->policy, request, err);
	if (!t)
		return false;
	enter_host(client, t);
	list_append(&client->waiting, t);
	client->count++;
	client->settled = false;
	return true;
}

/* Begins as many waiting transfers as the limits allow. */
static void begin_waiting(struct http_client *client)
{
	struct http_transfer **at = &client->waiting.first;
	while (!client->settled && *at && client->running < client->parallel) {
		if ((*at)->host->running >= PER_HOST) {
			at = &(*at)->next;
			continue;
		}
		struct http_transfer *t = list_remove(&client->waiting, at);
		if (http_transfer_begin(t, client->multi)) {
			t->host->running++;
			client->running++;
			list_append(&client->active, t);
		} else {
			leave_host(client, t);
			list_append(&client->finished, t);
		}
	}
	client->settled = true;
}

static void end_one(struct http_client *client, struct http_transfer *t, CURLcode verdict)
{
	struct http_transfer **at = &client->active.first;
	while (*at != t)
		at = &(*at)->next;
	list_remove(&client->active, at);
	client->running--;
	client->settled = false;
	t->host->running--;
	leave_host(client, t);
	if (http_transfer_end(t, verdict)) {
		list_append(&client->finished, t);
	} else {
		enter_host(client, t);
		list_append(&client->waiting, t);
	}
}

/* Runs libcurl without waiting. */
static void advance(struct http_client *client)
{
	int ignored;
	begin_waiting(client);
	curl_multi_perform(client->multi, &ignored);
	for (CURLMsg *m; (m = curl_multi_info_read(client->multi, &ignored));) {
		void *t = NULL;
		CURLcode verdict = m->data.result;
		if (m->msg == CURLMSG_DONE && curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &t) == CURLE_OK)
			end_one(client, t, verdict);
	}
}

static struct http_response *take(struct http_client *client)
{
	struct http_transfer *t = list_remove(&client->finished, &client->finished.first);
	struct http_response *response = talloc_steal(client, t->response);
	client->count--;
	talloc_free(t);
	return response;
}

/* True when the watched fd is readable. */
static bool wait(struct http_client *client, int timeout_ms)
{
	struct curl_waitfd watched = { .fd = client->watched, .events = CURL_WAIT_POLLIN };
	curl_multi_poll(client->multi, &watched, client->watched >= 0, timeout_ms, NULL);
	return watched.revents != 0;
}

/*
 * A finished transfer is returned before the others continue: there are never
 * more responses in memory than transfers that run at once.
 */
struct http_response *http_next(struct http_client *client, int timeout_ms)
{
	int64_t until = clock_steady() + timeout_ms;
	for (;;) {
		if (!client->finished.first)
			advance(client);
		if (client->finished.first)
			return take(client);
		int64_t left = until - clock_steady();
		if (!client->count || left <= 0)
			return NULL;
		/* After a redirect the next hop begins at once, without polling. */
		if (client->settled && wait(client, (int)left))
			return NULL;
	}
}

void http_watch(struct http_client *client, int fd) { client->watched = fd; }

int http_running(const struct http_client *client) { return client->count; }

struct http_response *http_fetch(void *owner, struct http_client *client, const struct http_request *request, struct error *err)
{
	struct http_response *response = NULL;
	if (!http_start(client, request, err))
		return NULL;
	while (!response)
		response = http_next(client, 1000);
	if (response->done)
		return talloc_steal(owner, response);
	*err = response->err;
	talloc_free(response);
	return NULL;
}
