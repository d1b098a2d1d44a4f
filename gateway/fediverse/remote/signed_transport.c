#include "gateway/fediverse/remote/signed_transport.h"
#include "gateway/archive/store/publication.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include "gateway/fediverse/document/uris.h"
#include "gateway/fediverse/signature/signature.h"
#include <string.h>

enum { REDIRECTS = 3, BODY_MAX = 1 << 20, POST_MS = 20000, GET_MS = 10000 };

struct signer {
	int64_t publication;
	char *key_id;
	struct key *key;
};

/* Hosts that took RFC 9421 after they had refused draft-cavage; the oldest goes first. */
enum { MODERN_MAX = 1024 };

struct signed_transport {
	char *modern[MODERN_MAX];
	size_t modern_count;
	struct db *db;
	struct http_client *client;
	struct signer *signers; /* read once: keys do not change while the role runs */
	size_t signer_count;
	struct {
		char *body;
		struct http_header digest;
	} last[SIGNATURE_RFC9421 + 1]; /* by scheme: one body goes to many servers */
};

/* A request that was sent, with everything needed to sign and send it again. */
struct pending_request {
	int64_t publication;
	char *url, *body;
	void *tag;
	enum signature_scheme scheme;
	int timeout_ms, redirects;
};

struct signed_transport *signed_transport_new(void *owner, struct db *db, const struct http_options *options, struct error *err)
{
	struct signed_transport *t = mem_new(owner, struct signed_transport);
	t->db = db;
	t->client = http_client_new(t, options, err);
	if (t->client)
		return t;
	talloc_free(t);
	return NULL;
}

static const struct signer *signer_of(struct signed_transport *t, int64_t publication, struct error *err)
{
	for (size_t i = 0; i < t->signer_count; i++)
		if (t->signers[i].publication == publication)
			return &t->signers[i];
	struct publication *p = publication_by_id(NULL, t->db, publication, err);
	struct key *key = p ? publication_key(t, t->db, publication, PUBLICATION_KEY_ACTOR, KEY_RSA, err) : NULL;
	struct signer *s = NULL;
	if (key) {
		char *key_id = uris_key_id(t, p);
		s = mem_push(t, t->signers, t->signer_count);
		*s = (struct signer){ publication, key_id, key };
	}
	talloc_free(p);
	return s;
}

static const struct http_header get_headers[] = {
	{ "Accept", "application/activity+json, application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"" }, { 0, 0 },
};

static struct http_header digest_of(struct signed_transport *t, enum signature_scheme scheme, const char *body)
{
	if (!t->last[scheme].body || strcmp(t->last[scheme].body, body) != 0) {
		talloc_free(t->last[scheme].body);
		t->last[scheme].body = mem_dup(t, body);
		t->last[scheme].digest = signature_digest(t->last[scheme].body, scheme, body, strlen(body));
	}
	return t->last[scheme].digest;
}

static bool sign_and_start(struct signed_transport *t, struct pending_request *pending, struct error *err)
{
	const struct signer *signer = signer_of(t, pending->publication, err);
	if (!signer)
		return false;
	const struct signature_signer with = { pending->scheme, signer->key_id, signer->key };
	const struct http_header post_headers[] = {
		{ "Content-Type", "application/activity+json" },
		pending->body ? digest_of(t, pending->scheme, pending->body) : (struct http_header){ 0, 0 }, { 0, 0 },
	};
	struct http_request request = {
		.url = pending->url, .headers = pending->body ? post_headers : get_headers, .body = pending->body,
		.body_size = pending->body ? strlen(pending->body) : 0, .max_size = BODY_MAX, .timeout_ms = pending->timeout_ms, .tag = pending,
	};
	void *scratch = talloc_new(NULL);
	request.headers = signature_sign(scratch, &with, &request, clock_now(), err);
	bool fine = request.headers && http_start(t->client, &request, err);
	talloc_free(scratch);
	return fine;
}

static char **modern_of(struct signed_transport *t, const char *host)
{
	size_t count = t->modern_count < MODERN_MAX ? t->modern_count : MODERN_MAX;
	for (size_t i = 0; i < count; i++)
		if (t->modern[i] && strcmp(t->modern[i], host) == 0)
			return &t->modern[i];
	return NULL;
}

/* A 401 to a host's usual scheme says that it has changed: next time it gets draft-cavage first again. */
static void learn(struct signed_transport *t, const struct pending_request *pending, const struct http_response *response)
{
	char *host = response->done && pending->scheme == SIGNATURE_RFC9421 ? url_authority(NULL, pending->url) : NULL;
	char **known = host ? modern_of(t, host) : NULL;
	if (known && response->status == 401)
		TALLOC_FREE(*known);
	else if (host && !known && response->status != 401) {
		char **place = &t->modern[t->modern_count++ % MODERN_MAX];
		talloc_free(*place);
		*place = mem_dup(t, host);
	}
	talloc_free(host);
}

bool signed_transport_start(struct signed_transport *t, const struct signed_transport_request *request, struct error *err)
{
	struct pending_request *pending = mem_new(t, struct pending_request);
	pending->publication = request->publication;
	pending->url = mem_dup(pending, request->url);
	pending->body = mem_dup_or_null(pending, request->body);
	pending->tag = request->tag;
	char *host = t->modern_count ? url_authority(pending, pending->url) : NULL;
	pending->scheme = host && modern_of(t, host) ? SIGNATURE_RFC9421 : SIGNATURE_CAVAGE;
	int most = request->body ? POST_MS : GET_MS;
	pending->timeout_ms = request->timeout_ms > 0 && request->timeout_ms < most ? request->timeout_ms : most;
	if (sign_and_start(t, pending, err))
		return true;
	talloc_free(pending);
	return false;
}

static bool is_redirect(int status) { return status == 301 || status == 302 || status == 303 || status == 307 || status == 308; }

/* Signs and sends it again after a 401 or a redirect; false: this is the final answer. */
static bool sent_again(struct signed_transport *t, struct pending_request *pending, const struct http_response *response)
{
	struct error err;
	const char *location = http_header(response, "Location");
	if (!response->done)
		return false;
	if (response->status == 401 && pending->scheme == SIGNATURE_CAVAGE) {
		pending->scheme = SIGNATURE_RFC9421;
		return sign_and_start(t, pending, &err);
	}
	if (pending->body || !is_redirect(response->status) || !location || pending->redirects >= REDIRECTS)
		return false;
	char *to = url_resolve(pending, pending->url, location);
	if (!to)
		return false;
	pending->url = to;
	pending->redirects++;
	return sign_and_start(t, pending, &err);
}

struct http_response *signed_transport_next(struct signed_transport *t, int timeout_ms)
{
	int64_t until = clock_steady() + timeout_ms;
	for (;;) {
		int64_t left = until - clock_steady();
		struct http_response *response = http_next(t->client, left > 0 ? (int)left : 0);
		if (!response)
			return NULL;
		struct pending_request *pending = response->tag;
		learn(t, pending, response);
		if (!sent_again(t, pending, response)) {
			response->tag = pending->tag;
			talloc_free(pending);
			return response;
		}
		talloc_free(response);
	}
}

int signed_transport_running(const struct signed_transport *t) { return http_running(t->client); }

bool signed_transport_is_activity(const struct http_response *response)
{
	const char *type = http_header(response, "Content-Type");
	char *small = text_lower(NULL, type ? type : "");
	small[strcspn(small, " \t;,")] = '\0';
	bool is = strcmp(small, "application/activity+json") == 0 || strcmp(small, "application/ld+json") == 0;
	talloc_free(small);
	return is;
}
