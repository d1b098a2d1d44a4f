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

struct signed_transport {
	struct db *db;
	struct http_client *client;
	struct signer *signers; /* keys never change while we run */
	size_t signer_count;
};

/* A request on its way, with what is needed to send it once more. */
struct call {
	int64_t publication;
	char *url, *body;
	void *tag;
	enum signature_scheme scheme;
	int redirects;
};

struct signed_transport *signed_transport_new(void *owner, struct db *db, const struct http_options *options, struct error *err)
{
	struct signed_transport *w = mem_new(owner, struct signed_transport);
	w->db = db;
	w->client = http_client_new(w, options, err);
	if (w->client)
		return w;
	talloc_free(w);
	return NULL;
}

static const struct signer *signer_of(struct signed_transport *w, int64_t publication, struct error *err)
{
	for (size_t i = 0; i < w->signer_count; i++)
		if (w->signers[i].publication == publication)
			return &w->signers[i];
	struct publication *p = publication_by_id(NULL, w->db, publication, err);
	struct key *key = p ? publication_key(w, w->db, publication, PUBLICATION_KEY_ACTOR, KEY_RSA, err) : NULL;
	struct signer *s = NULL;
	if (key) {
		char *key_id = uris_key_id(w, p);
		s = mem_push(w, w->signers, w->signer_count);
		*s = (struct signer){ publication, key_id, key };
	}
	talloc_free(p);
	return s;
}

static const struct http_header get_headers[] = {
	{ "Accept", "application/activity+json, application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"" }, { 0, 0 },
};
static const struct http_header post_headers[] = { { "Content-Type", "application/activity+json" }, { 0, 0 } };

static bool sign_and_start(struct signed_transport *w, struct call *call, struct error *err)
{
	const struct signer *signer = signer_of(w, call->publication, err);
	if (!signer)
		return false;
	const struct signature_signer with = { call->scheme, signer->key_id, signer->key };
	struct http_request request = {
		.url = call->url, .headers = call->body ? post_headers : get_headers, .body = call->body,
		.body_size = call->body ? strlen(call->body) : 0, .max_size = BODY_MAX, .timeout_ms = call->body ? POST_MS : GET_MS, .tag = call,
	};
	void *scratch = talloc_new(NULL);
	request.headers = signature_sign(scratch, &with, &request, clock_now(), err);
	bool fine = request.headers && http_start(w->client, &request, err);
	talloc_free(scratch);
	return fine;
}

bool signed_transport_start(struct signed_transport *w, const struct signed_transport_request *request, struct error *err)
{
	struct call *call = mem_new(w, struct call);
	call->publication = request->publication;
	call->url = mem_dup(call, request->url);
	call->body = mem_dup_or_null(call, request->body);
	call->tag = request->tag;
	if (sign_and_start(w, call, err))
		return true;
	talloc_free(call);
	return false;
}

static bool is_redirect(int status) { return status == 301 || status == 302 || status == 303 || status == 307 || status == 308; }

/* Sends it once more when the answer asks for that; false: this is the answer. */
static bool sent_again(struct signed_transport *w, struct call *call, const struct http_response *response)
{
	struct error err;
	const char *location = http_header(response, "Location");
	if (!response->done)
		return false;
	if (response->status == 401 && call->scheme == SIGNATURE_CAVAGE) {
		call->scheme = SIGNATURE_RFC9421;
		return sign_and_start(w, call, &err);
	}
	if (call->body || !is_redirect(response->status) || !location || call->redirects >= REDIRECTS)
		return false;
	char *to = url_resolve(call, call->url, location);
	if (!to)
		return false;
	call->url = to;
	call->redirects++;
	return sign_and_start(w, call, &err);
}

struct http_response *signed_transport_next(struct signed_transport *w, int timeout_ms)
{
	int64_t until = clock_now() + timeout_ms;
	for (;;) {
		int64_t left = until - clock_now();
		struct http_response *response = http_next(w->client, left > 0 ? (int)left : 0);
		if (!response)
			return NULL;
		struct call *call = response->tag;
		if (!sent_again(w, call, response)) {
			response->tag = call->tag;
			talloc_free(call);
			return response;
		}
		talloc_free(response);
	}
}

int signed_transport_running(const struct signed_transport *w) { return http_running(w->client); }

bool signed_transport_is_activity(const struct http_response *response)
{
	const char *type = http_header(response, "Content-Type");
	char *small = text_lower(NULL, type ? type : "");
	small[strcspn(small, " \t;,")] = '\0';
	bool is = strcmp(small, "application/activity+json") == 0 || strcmp(small, "application/ld+json") == 0;
	talloc_free(small);
	return is;
}
