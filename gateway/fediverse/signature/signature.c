#include "gateway/fediverse/signature/signature.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include "gateway/fediverse/signature/cavage.h"
#include "gateway/fediverse/signature/digest.h"
#include "gateway/fediverse/signature/rfc9421.h"
#include <string.h>

/* Senders sign each attempt again, so this window is only for wrong clocks. */
#define OLDEST (12 * CLOCK_HOUR)
#define NEWEST CLOCK_HOUR
enum { HEADER_MAX = 8192 };

struct signature *signature_read(void *owner, const struct signature_message *m, struct error *err)
{
	struct signature *s = mem_new(owner, struct signature);
	char *value = signature_message_field(s, m, "Signature"), *input = signature_message_field(s, m, "Signature-Input");
	bool fine;
	if (!value)
		fine = error_set(err, ERROR_INVALID, "the request is not signed: no Signature header");
	else if (strlen(value) > HEADER_MAX || (input && strlen(input) > HEADER_MAX))
		fine = error_set(err, ERROR_INVALID, "the Signature header is too long");
	else if (input)
		fine = rfc9421_read(s, input, value, err);
	else
		fine = cavage_read(s, value, err);
	if (fine)
		return s;
	talloc_free(s);
	return NULL;
}

static bool needs_digest(const struct signature_message *m) { return m->body_size > 0 || strcmp(m->method, "POST") == 0; }

/* The signature has to cover one of these. */
struct requirement {
	const char *any[3];
	bool with_body; /* only when the request has a body */
};

static const struct requirement cavage_requires[] = {
	{ { "(request-target)" }, false }, { { "host" }, false }, { { "date", "(created)" }, false }, { { "digest" }, true }, { { 0 }, false },
};
/* @target-uri contains the authority; created is part of @signature-params, which is always covered. */
static const struct requirement rfc9421_requires[] = {
	{ { "@method" }, false }, { { "@target-uri", "@authority" }, false }, { { "@target-uri", "@path", "@request-target" }, false },
	{ { "content-digest" }, true }, { { 0 }, false },
};

static bool meets(const struct signature *s, const struct requirement *r)
{
	for (size_t i = 0; i < sizeof r->any / sizeof *r->any && r->any[i]; i++)
		if (signature_message_covers(s, r->any[i]))
			return true;
	return false;
}

static bool check_coverage(const struct signature *s, const struct signature_message *m, struct error *err)
{
	bool cavage = s->scheme == SIGNATURE_CAVAGE;
	for (const struct requirement *r = cavage ? cavage_requires : rfc9421_requires; r->any[0]; r++)
		if ((!r->with_body || needs_digest(m)) && !meets(s, r))
			return error_set(err, ERROR_INVALID, "the signature does not cover %s", r->any[0]);
	return cavage || s->created || signature_message_covers(s, "date") ||
	       error_set(err, ERROR_INVALID, "the signature does not say when it was made");
}

static bool check_digest(const struct signature *s, const struct signature_message *m, struct error *err)
{
	if (!needs_digest(m))
		return true;
	bool cavage = s->scheme == SIGNATURE_CAVAGE;
	char *header = signature_message_field(NULL, m, cavage ? "Digest" : "Content-Digest");
	bool fine = (cavage ? digest_check : digest_check_content)(header, m->body, m->body_size, err);
	talloc_free(header);
	return fine;
}

/* RFC 9421 covers the host by @authority or @target-uri, which the signature base takes from m->origin. */
static bool check_host(const struct signature *s, const struct signature_message *m, struct error *err)
{
	if (!signature_message_covers(s, "host"))
		return true;
	void *scratch = talloc_new(NULL);
	char *host = signature_message_field(scratch, m, "Host"), *ours = url_authority(scratch, m->origin);
	bool same = host && ours && (text_same(host, ours) || (text_starts(ours, host) && ours[strlen(host)] == ':'));
	if (!same)
		error_set(err, ERROR_INVALID, "the request is for host '%s', not for '%s'", host ? host : "", ours ? ours : m->origin);
	talloc_free(scratch);
	return same;
}

static bool in_window(int64_t time, int64_t now) { return time >= now - OLDEST && time <= now + NEWEST; }

static bool check_time(const struct signature *s, const struct signature_message *m, int64_t now, struct error *err)
{
	if (s->created && !in_window(s->created, now))
		return error_set(err, ERROR_INVALID, "the signature was not made recently: check the clock");
	if (s->expires && s->expires < now - NEWEST)
		return error_set(err, ERROR_INVALID, "the signature has expired");
	if (!signature_message_covers(s, "date"))
		return true;
	char *date = signature_message_field(NULL, m, "Date");
	int64_t time;
	bool known = date && clock_parse_rfc5322(date, &time);
	talloc_free(date);
	if (!known)
		return error_set(err, ERROR_INVALID, "the Date header is missing or malformed");
	return in_window(time, now) || error_set(err, ERROR_INVALID, "the Date header is not of now: check the clock");
}

bool signature_check(const struct signature *s, const struct signature_message *m, int64_t now, struct error *err)
{
	return check_coverage(s, m, err) && check_host(s, m, err) && check_time(s, m, now, err) && check_digest(s, m, err);
}

int64_t signature_time(const struct signature *s, const struct signature_message *m)
{
	char *date = s->created ? NULL : signature_message_field(NULL, m, "Date");
	int64_t time = s->created;
	if (date && !clock_parse_rfc5322(date, &time))
		time = 0;
	talloc_free(date);
	return time;
}

static bool is_named(const struct signature *s, const char *name) { return s->algorithm && strcmp(s->algorithm, name) == 0; }

/* "hs2019" and no name leave the algorithm to the key, which for RSA still leaves two in use. */
static bool is_signed(const struct signature *s, const struct key *key, const char *base)
{
	bool cavage = s->scheme == SIGNATURE_CAVAGE, open = !s->algorithm || is_named(s, "hs2019"), rsa = key_type(key) == KEY_RSA;
	const char *usual = !rsa ? "ed25519" : cavage ? "rsa-sha256" : "rsa-v1_5-sha256";
	size_t size = strlen(base);
	return ((open || is_named(s, usual)) && key_verify(key, base, size, s->bytes, s->size)) ||
	       (cavage && (open || is_named(s, "rsa-sha512")) && key_verify_sha512(key, base, size, s->bytes, s->size));
}

bool signature_verify(const struct signature *s, const struct signature_message *m, const struct key *key)
{
	bool fine = false;
	int forms = s->scheme == SIGNATURE_CAVAGE && strchr(m->target, '?') ? 2 : 1;
	for (int form = 0; !fine && form < forms; form++) {
		char *base = s->scheme == SIGNATURE_CAVAGE ? cavage_base(NULL, s, m, form == 0) : rfc9421_base(NULL, s, m);
		fine = base && is_signed(s, key, base);
		talloc_free(base);
	}
	return fine;
}

static void add(void *owner, struct http_header **all, size_t *count, const char *name, char *value)
{
	struct http_header *h = mem_push(owner, *all, *count);
	*h = (struct http_header){ name, value };
}

static const char *digest_name(enum signature_scheme scheme) { return scheme == SIGNATURE_CAVAGE ? "Digest" : "Content-Digest"; }

struct http_header signature_digest(void *owner, enum signature_scheme scheme, const void *body, size_t size)
{
	return (struct http_header){ digest_name(scheme), (scheme == SIGNATURE_CAVAGE ? digest_make : digest_make_content)(owner, body, size) };
}

struct http_header *signature_sign(void *owner, const struct signature_signer *signer, const struct http_request *request,
                                   int64_t now, struct error *err)
{
	void *scratch = talloc_new(NULL);
	struct url *url = url_parse(scratch, request->url, err);
	if (!url) {
		talloc_free(scratch);
		return NULL;
	}
	struct http_header *all = NULL;
	size_t count = 0;
	bool cavage = signer->scheme == SIGNATURE_CAVAGE, digested = !request->body;
	for (const struct http_header *h = request->headers; h && h->name; h++) {
		add(owner, &all, &count, h->name, mem_dup(owner, h->value));
		digested = digested || strcmp(h->name, digest_name(signer->scheme)) == 0;
	}
	add(owner, &all, &count, "Date", clock_http(owner, now));
	if (!digested)
		*mem_push(owner, all, count) = signature_digest(owner, signer->scheme, request->body, request->body_size);
	mem_push(owner, all, count);
	const struct signature_message m = {
		request->body ? "POST" : "GET", url_origin(scratch, request->url),
		url->query ? mem_printf(scratch, "%s?%s", url->path, url->query) : url->path, all, request->body, request->body_size,
	};
	char *input = NULL;
	char *value = cavage ? cavage_sign(owner, signer, &m) : rfc9421_sign(owner, signer, &m, now, &input);
	count--;
	if (input)
		add(owner, &all, &count, "Signature-Input", input);
	add(owner, &all, &count, "Signature", value);
	mem_push(owner, all, count);
	talloc_free(scratch);
	return all;
}
