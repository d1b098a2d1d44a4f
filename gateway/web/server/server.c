#include "gateway/web/server/server.h"
#include "gateway/base/address/network.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/secret/token.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/log.h"
#include "gateway/base/text/escape.h"
#include "gateway/base/text/text.h"
#include "gateway/web/server/cache.h"
#include "gateway/web/server/connections.h"
#include "gateway/web/server/security.h"
#include "gateway/web/server/site.h"
#include "gateway/web/server/stamp.h"
#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <string.h>

enum { SILENT_SECONDS = 30, HEADERS_MAX = 100, KEY_MAX = 2000, VALUE_MAX = 200, PATIENCE_MS = 100, RACES = 3, CACHE_BYTES = 32 << 20 };
#define DRAIN (5 * CLOCK_SECOND)
/* All bodies that are under way have so much memory.  What is no longer than a form always has room. */
enum { BODIES_MAX = 64 << 20, FORM_MAX = 16 << 10 };
/* And so have all answers that are not read yet, in all workers; what is no longer than a page always has room. */
enum { ANSWERS_MAX = 64 << 20, PAGE_MAX = 256 << 10 };

struct server {
	const struct config *config;
	struct db *db;
	const struct door *const *doors; /* ends with NULL */
	void **states;                   /* what each of them keeps */
	struct sites *sites;
	struct cache *cache;
	const char *mark, *stamp;        /* where a page names its reader, and a form has its stamp; nobody can guess them, so no text can hold them */
	struct connections *connections;
	struct MHD_Daemon *daemon;
	size_t bodies;                   /* bytes of all that are under way */
	struct answers answers;          /* with those that are kept */
	size_t answers_most;
	struct incoming *waiting;        /* those whose connections are suspended until the doors' commit; the last first */
};

/* One request while it comes in. */
struct incoming {
	struct server *server;
	struct buf *body; /* NULL: it is refused */
	unsigned refused; /* the status; 0: it is not */
	struct exchange *x; /* when it waits for its door's commit, and after it */
	struct MHD_Connection *connection;
	struct incoming *waits_behind;
};

static enum MHD_Result add_header(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct exchange *x = cls;
	(void)kind;
	size_t n = talloc_array_length(x->headers);
	if (n > HEADERS_MAX)
		return MHD_NO;
	struct http_header *all = mem_check(talloc_realloc(x->owner, (void *)x->headers, struct http_header, (unsigned)n + 1));
	all[n - 1] = (struct http_header){ name, value ? value : "" };
	all[n] = (struct http_header){ 0 };
	x->headers = all;
	return MHD_YES;
}

/* A proxy may add a line of its own behind the client's. */
static const char *last_header(const struct exchange *x, const char *name)
{
	const char *value = NULL;
	for (const struct http_header *h = x->headers; h && h->name; h++)
		if (text_same(h->name, name))
			value = h->value;
	return value;
}

/* Who asks: the peer, or what a trusted proxy says last in X-Forwarded-For. */
static const char *remote_of(const struct server *s, struct MHD_Connection *c, const struct exchange *x)
{
	char text[INET6_ADDRSTRLEN] = "";
	const char *forwarded = s->config->behind_proxy ? last_header(x, "X-Forwarded-For") : NULL;
	if (forwarded) {
		const char *comma = strrchr(forwarded, ',');
		struct network_address address;
		/* A proxy writes addresses only: anything else came from the client. */
		if (network_address_forwarded(comma ? comma + 1 : forwarded, &address))
			return network_address_text(x->owner, &address);
	}
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr *a = info ? info->client_addr : NULL;
	if (a && a->sa_family == AF_INET)
		inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)a)->sin_addr, text, sizeof text);
	else if (a && a->sa_family == AF_INET6)
		inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)a)->sin6_addr, text, sizeof text);
	return mem_dup(x->owner, text);
}

/* RFC 9110 section 12.5.3: "gzip", unless its weight is 0. */
static bool takes_gzip(const struct exchange *x)
{
	const char *list = exchange_header(x, "Accept-Encoding");
	for (const char *at = list; at && *at; at += strcspn(at, ","), at += *at == ',') {
		char *coding = text_trim(x->owner, mem_ndup(x->owner, at, strcspn(at, ",")));
		char *weight = strchr(coding, ';');
		size_t size = weight ? (size_t)(weight - coding) : strlen(coding);
		char *name = text_trim(x->owner, mem_ndup(x->owner, coding, size)), *q = weight ? strstr(weight, "q=") : NULL;
		if (text_same(name, "gzip") || text_same(name, "x-gzip"))
			return !q || q[2 + strspn(q + 2, "0. ")] != '\0';
	}
	return false;
}

/* The query as it came: libmicrohttpd gives only its parts. */
static enum MHD_Result add_argument(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct document *d = cls;
	FILE *out = document_out(d);
	(void)kind;
	if (document_text(d, NULL)[0])
		fputc('&', out);
	fputs(name, out);
	if (value)
		fprintf(out, "=%s", value);
	return MHD_YES;
}

/* Leaves arguments and paths percent-encoded as they were sent. */
static size_t leave_encoded(void *cls, struct MHD_Connection *c, char *s)
{
	(void)cls;
	(void)c;
	return strlen(s);
}

static char *query_of(void *owner, struct MHD_Connection *c)
{
	struct document *d = document_new(owner);
	MHD_get_connection_values(c, MHD_GET_ARGUMENT_KIND, add_argument, d);
	char *text = document_finish(d, owner);
	return *text ? text : NULL;
}

/* Is path spelled as our links spell it?  Percent-encoding gives each page many other addresses, which would fill the cache. */
static bool is_plain(void *owner, const char *path)
{
	struct document *d = document_new(owner);
	FILE *out = document_out(d);
	for (const char *p = url_decode(owner, path, false); *p; p++)
		if (*p == '/' || *p == '@')
			fputc(*p, out);
		else
			url_part(out, (const char[]){ *p, '\0' });
	return strcmp(document_text(d, NULL), path) == 0;
}

/* Adds the parameters that the door's answers depend on, as they are read from the query, and to *count how many; false when they are too
 * long, or not trimmed, to be kept. */
static bool add_parameters(struct exchange *x, const struct door *door, FILE *out, int *count)
{
	for (const char *const *name = door->parameters; name && *name && x->query; name++) {
		const char *value = url_form_value(x->owner, x->query, *name);
		if (!value)
			continue;
		if (strlen(value) > VALUE_MAX || strcmp(value, text_trim(x->owner, value)) != 0)
			return false;
		fprintf(out, "\n%s=%s", *name, value);
		++*count;
	}
	return true;
}

/* All that an answer may depend on, *parameters of the query among it.  NULL when it is not to be kept. */
static char *cache_key(const struct server *s, struct exchange *x, int *parameters)
{
	bool keep = (strcmp(x->method, "GET") == 0 || strcmp(x->method, "HEAD") == 0) && !exchange_header(x, "Signature") &&
	            strlen(x->path) < KEY_MAX && is_plain(x->owner, x->path);
	struct document *key = document_new(x->owner);
	FILE *out = document_out(key);
	fprintf(out, "%lld\n%s\n%s\n%s", (long long)x->publication->id, x->former ? x->former : "", x->path, x->gzip ? "gzip" : "");
	for (size_t i = 0; s->doors[i]; i++) {
		const char *form = s->doors[i]->form ? s->doors[i]->form(s->states[i], x) : "";
		keep = form && keep && add_parameters(x, s->doors[i], out, parameters);
		fprintf(out, "\n%s", form ? form : "");
	}
	return keep ? document_finish(key, x->owner) : NULL;
}

static void ask_once(struct server *s, struct exchange *x)
{
	for (size_t i = 0; s->doors[i] && !s->doors[i]->answer(s->states[i], x);)
		i++;
}

static void finish(struct exchange *x)
{
	if (!x->status)
		fputs("Something went wrong here.\n", exchange_answer(x, 500, "text/plain; charset=utf-8"));
	security_headers(x);
}

/* Leaves an answer, or a request that waits.  Nobody is sent away only because somebody else wrote at the same moment. */
static void ask_doors(struct server *s, struct exchange *x, bool gone)
{
	if (!x->publication)
		fputs(gone ? "The publication that was here has ended.\n" : "There is no publication of that name here.\n",
		      exchange_answer(x, gone ? 410 : 404, "text/plain; charset=utf-8"));
	else
		ask_once(s, x);
	if (x->waits)
		return;
	for (int again = 0; again < RACES && db_raced(s->db) && x->status >= 500; again++) {
		x->status = 0;
		x->shows = 0;
		ask_once(s, x);
	}
	finish(x);
}

static enum MHD_Result refuse(struct MHD_Connection *c, unsigned status, const char *text)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(strlen(text), (void *)(uintptr_t)text, MHD_RESPMEM_MUST_COPY);
	MHD_add_response_header(r, "Content-Type", "text/plain; charset=utf-8");
	if (status == 503)
		MHD_add_response_header(r, "Retry-After", "2");
	enum MHD_Result result = MHD_queue_response(c, status, r);
	MHD_destroy_response(r);
	return result;
}

static enum MHD_Result respond(struct server *s, struct MHD_Connection *c, struct exchange *x)
{
	struct error err = { 0 };
	const char *host = exchange_header(x, "Host");
	const struct site *site = site_of(s->sites, host ? host : "", &err);
	if (!site) {
		log_error("publication not read", log_text("error", err.text));
		return refuse(c, 503, "Please come again in a moment.\n");
	}
	x->publication = site->publication;
	x->former = site->former;
	x->mark = s->mark;
	x->stamp = s->stamp;
	int parameters = 0;
	char *key = site->publication ? cache_key(s, x, &parameters) : NULL;
	struct answer *ready = key ? cache_find(s->cache, key, &site->versions) : NULL;
	if (ready)
		return answer_send(ready, c, x);
	ask_doors(s, x, site->gone);
	if (x->waits)
		return MHD_YES;
	struct answer *made = answer_of(x->owner, x, &s->answers);
	if (answer_size(made) > PAGE_MAX && s->answers.bytes > s->answers_most)
		return refuse(c, 503, "Please come again in a moment.\n");
	enum MHD_Result result = answer_send(made, c, x);
	if (key && x->shows && x->status == 200 && (!parameters || x->uses_parameters))
		cache_keep(s->cache, key, x->shows, &site->versions, made);
	return result;
}

static size_t room_for(struct server *s, const char *path)
{
	size_t most = EXCHANGE_MAX_BODY;
	for (size_t i = 0; s->doors[i]; i++) {
		size_t room = s->doors[i]->room ? s->doors[i]->room(s->states[i], path) : 0;
		most = room > most ? room : most;
	}
	return most;
}

static int forget_body(struct incoming *in)
{
	in->server->bodies -= in->body ? in->body->size : 0;
	TALLOC_FREE(in->body);
	return 0;
}

static struct incoming *incoming_new(struct server *s, const char *path)
{
	struct incoming *in = mem_new(s, struct incoming);
	in->server = s;
	in->body = buf_new(in, room_for(s, path));
	talloc_set_destructor(in, forget_body);
	return in;
}

/* A body that cannot be kept is read to its end, and forgotten. */
static void add_to_body(struct incoming *in, const char *data, size_t size)
{
	struct server *s = in->server;
	if (in->refused)
		return;
	if (in->body->size + size > FORM_MAX && s->bodies + size > BODIES_MAX)
		in->refused = 503;
	else if (buf_add(in->body, data, size))
		s->bodies += size;
	else
		in->refused = 413;
	if (in->refused)
		forget_body(in);
}

struct framing {
	int lengths, codings, hosts;
};

static enum MHD_Result count_framing(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct framing *f = cls;
	(void)kind;
	(void)value;
	f->lengths += text_same(name, "Content-Length");
	f->codings += text_same(name, "Transfer-Encoding");
	f->hosts += text_same(name, "Host");
	return MHD_YES;
}

/* Where a proxy and we could disagree about where a body ends, or whom it is for, one could hide a request in another (RFC 9112 sections 3.2
 * and 6.3). */
static bool is_ambiguous(struct MHD_Connection *c)
{
	struct framing f = { 0 };
	MHD_get_connection_values(c, MHD_HEADER_KIND, count_framing, &f);
	return f.lengths + f.codings > 1 || f.hosts > 1;
}

static void suspend(struct incoming *in, struct MHD_Connection *c, struct exchange *x)
{
	in->x = x;
	in->connection = c;
	in->waits_behind = in->server->waiting;
	in->server->waiting = in;
	MHD_suspend_connection(c);
}

static enum MHD_Result answer_after_commit(struct MHD_Connection *c, void **state)
{
	struct incoming *in = *state;
	finish(in->x);
	enum MHD_Result result = answer_send(answer_of(in, in->x, &in->server->answers), c, in->x);
	TALLOC_FREE(*state);
	return result;
}

static enum MHD_Result handle(void *cls, struct MHD_Connection *c, const char *url, const char *method, const char *version,
                              const char *data, size_t *size, void **state)
{
	struct server *s = cls;
	struct incoming *in = *state;
	(void)version;
	if (in && in->x)
		return answer_after_commit(c, state);
	if (!in && is_ambiguous(c))
		return refuse(c, 400, "That request can be read in two ways.\n");
	if (!in) {
		*state = incoming_new(s, url);
		connections_are(s->connections, c, CONNECTION_BODY);
		return MHD_YES;
	}
	if (*size) {
		add_to_body(in, data, *size);
		*size = 0;
		return MHD_YES;
	}
	connections_are(s->connections, c, CONNECTION_ANSWER);
	if (in->refused)
		return refuse(c, in->refused, in->refused == 413 ? "That is too large.\n" : "Please come again in a moment.\n");
	if (MHD_get_connection_values(c, MHD_HEADER_KIND, NULL, NULL) > HEADERS_MAX)
		return refuse(c, 431, "That has too many headers.\n");
	struct exchange *x = mem_new(in, struct exchange);
	*x = (struct exchange){ .owner = in, .db = s->db, .method = method, .path = url, .body = in->body->data, .body_size = in->body->size, .may_wait = true };
	x->headers = mem_array(in, struct http_header, 1);
	MHD_get_connection_values(c, MHD_HEADER_KIND, add_header, x);
	x->query = query_of(in, c);
	x->remote = remote_of(s, c, x);
	x->gzip = takes_gzip(x);
	enum MHD_Result result = respond(s, c, x);
	if (x->waits)
		suspend(in, c, x);
	else
		/* The answer is queued, and may take long to be read. */
		TALLOC_FREE(*state);
	return result;
}

/* Has the doors answer those that wait; libmicrohttpd asks for their answers in its next run.  False: nobody waits. */
static bool commit(struct server *s)
{
	if (!s->waiting)
		return false;
	for (size_t i = 0; s->doors[i]; i++)
		if (s->doors[i]->commit)
			s->doors[i]->commit(s->states[i]);
	for (struct incoming *in; (in = s->waiting); s->waiting = in->waits_behind)
		MHD_resume_connection(in->connection);
	return true;
}

static void completed(void *cls, struct MHD_Connection *c, void **state, enum MHD_RequestTerminationCode why)
{
	struct server *s = cls;
	(void)why;
	connections_are(s->connections, c, CONNECTION_IDLE);
	TALLOC_FREE(*state);
}

static bool prepare(struct server *s, struct role *role, const struct door *const *doors, struct error *err)
{
	s->config = role->config;
	s->db = role->db;
	s->doors = doors;
	db_set_patience(s->db, PATIENCE_MS);
	s->sites = sites_new(s, s->db);
	s->cache = cache_new(s, CACHE_BYTES);
	s->answers_most = CACHE_BYTES + (size_t)role_part(role, ANSWERS_MAX);
	s->mark = token_random(s, 24);
	s->stamp = token_random(s, STAMP_SIZE * 3 / 4);
	size_t count = 0;
	while (doors[count])
		count++;
	s->states = mem_array(s, void *, count);
	for (size_t i = 0; i < count; i++)
		if (doors[i]->open && !(s->states[i] = doors[i]->open(s, role, err)))
			return false;
	s->connections = connections_new(s, role->listen_fd, role->stop_fd, !role->config->behind_proxy, err);
	if (!s->connections)
		return false;
	s->daemon = MHD_start_daemon(MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, handle, s, MHD_OPTION_CONNECTION_LIMIT,
	                             connections_most(s->connections), MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SILENT_SECONDS,
	                             MHD_OPTION_NOTIFY_CONNECTION, connections_notify, s->connections, MHD_OPTION_NOTIFY_COMPLETED, completed, s,
	                             MHD_OPTION_UNESCAPE_CALLBACK, leave_encoded, NULL, MHD_OPTION_END);
	return s->daemon || error_set(err, ERROR_TEMPORARY, "cannot start the web server on '%s'", role->config->listen);
}

/* committed: some have their answers since the last turn, and libmicrohttpd is not to wait. */
static void turn(struct server *s, int timeout_ms, bool *committed)
{
	connections_turn(s->connections, s->daemon, *committed ? 0 : timeout_ms);
	*committed = commit(s);
}

bool server_run(struct role *role, const struct door *const *doors, struct error *err)
{
	struct server *s = mem_new(role->db, struct server);
	if (role->listen_fd < 0)
		return error_set(err, ERROR_INVALID, "the web role has no socket to listen on");
	if (!prepare(s, role, doors, err))
		return false;
	role_ready(role);
	bool committed = false;
	while (role_go_on(role))
		turn(s, -1, &committed);
	/* New connections stay in the socket for the next process; requests get their answers. */
	connections_stop(s->connections, s->daemon);
	committed = commit(s) || committed;
	for (int64_t left, end = clock_steady() + DRAIN; (left = end - clock_steady()) > 0 && connections_count(s->connections) > 0;)
		turn(s, (int)left, &committed);
	/* libmicrohttpd must not end while a connection is suspended. */
	while (committed || commit(s)) {
		MHD_run(s->daemon);
		committed = commit(s);
	}
	MHD_stop_daemon(s->daemon);
	talloc_free(s);
	return true;
}
