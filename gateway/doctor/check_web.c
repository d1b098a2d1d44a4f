/* The public URL: one-click unsubscribing (RFC 8058) by a POST of our own, WebFinger, the actor, and what time it is there. */
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include "gateway/doctor/examination.h"
#include "subscribers/proof/proof.h"
#include <jansson.h>
#include <string.h>

#define OFF (2 * CLOCK_MINUTE)
#define FAR_OFF (10 * CLOCK_MINUTE)
enum { TIMEOUT_MS = 15000 };

static const char proxy[] = "the reverse proxy must pass this path on to 'listen' as it is, with its Host; and pennypost serve must run";

/* A response, or NULL and a finding. */
static struct http_response *fetch(struct examination *x, const char *check, const struct http_request *request)
{
	struct error err;
	int64_t then;
	struct http_response *r = http_fetch(x->owner, x->http, request, &err);
	if (!r) {
		examination_add(x, check, DOCTOR_WRONG, mem_printf(x->owner, "%s: %s", request->url, err.text),
		                "the public URL must be reachable, with a certificate that is valid; where it leads to a private address as seen "
		                "from here, name that in allow_networks");
		return NULL;
	}
	const char *date = http_header(r, "Date");
	if (date && clock_parse_rfc5322(date, &then))
		examination_dated(x, "the web server of the public URL", then);
	return r;
}

void check_one_click(struct examination *x)
{
	static const char body[] = "List-Unsubscribe=One-Click";
	/* The token of address 0 is valid, and nobody's: nothing changes. */
	const char *url = mem_printf(x->owner, "%s/u/%s", x->p->url, proof_leave_token(x->owner, x->p, 0));
	if (!text_starts(url, "https://")) {
		examination_add(x, "one-click", DOCTOR_WRONG, mem_printf(x->owner, "the links in letters begin with %s", x->p->url),
		                "mail programs unsubscribe by https alone (RFC 8058): put a reverse proxy with TLS in front, and make the "
		                "publication with its https URL");
		return;
	}
	struct http_response *r = fetch(x, "one-click", &(struct http_request){ .method = "POST", .url = url, .body = body,
	                .body_size = sizeof body - 1, .timeout_ms = TIMEOUT_MS,
	                                .headers = (const struct http_header[]){ { "Content-Type", "application/x-www-form-urlencoded" }, { NULL, NULL } } });
	if (!r)
		return;
	if (r->status >= 300 && r->status < 400)
		examination_add(x, "one-click", DOCTOR_WRONG, mem_printf(x->owner,
		                                                         "a POST to %s/u/… is redirected (%d) to %s; mail programs do not follow",
		                                                         x->p->url, r->status,
		                http_header(r, "Location") ? http_header(r, "Location") : "nowhere"), proxy);
	else if (r->status != 200 && r->status != 202)
		examination_add(x, "one-click", DOCTOR_WRONG, mem_printf(x->owner, "a POST to %s/u/… is answered with %d", x->p->url, r->status), proxy);
	else
		examination_add(x, "one-click", DOCTOR_OK, mem_printf(x->owner, "a POST to %s/u/… is answered with %d", x->p->url, r->status), NULL);
}

/* Does what url answers to a request for type hold that value under key? */
static void check_json(struct examination *x, const char *check, const char *url, const char *type, const char *key, const char *want)
{
	struct http_response *r = fetch(x, check, &(struct http_request){ .url = url, .timeout_ms = TIMEOUT_MS,
	                .headers = (const struct http_header[]){ { "Accept", type }, { NULL, NULL } } });
	if (!r)
		return;
	json_t *document = r->status == 200 ? json_loadb(r->body->data, r->body->size, 0, NULL) : NULL;
	const char *is = json_string_value(json_object_get(document, key));
	if (is && strcmp(is, want) == 0)
		examination_add(x, check, DOCTOR_OK, mem_printf(x->owner, "%s answers", url), NULL);
	else if (is)
		examination_add(x, check, DOCTOR_WRONG, mem_printf(x->owner, "%s is '%s', and should be '%s'", url, is, want), proxy);
	else
		examination_add(x, check, DOCTOR_WRONG, mem_printf(x->owner, "%s answers with %d%s", url, r->status,
		                                                   r->status == 200 ? ", and with something else" : ""), proxy);
	json_decref(document);
}

void check_webfinger(struct examination *x)
{
	const char *account = mem_printf(x->owner, "acct:%s", publication_address(x->owner, x->p) + 1);
	check_json(x, "webfinger", mem_printf(x->owner, "%s/.well-known/webfinger?resource=%s", x->p->origin, account), "application/jrd+json",
	                "subject", account);
}

void check_actor(struct examination *x)
{
	const char *url = publication_actor_url(x->owner, x->p);
	check_json(x, "actor", url, "application/activity+json", "id", url);
}

/* Links in letters that are out, and feed readers, ask there; those who follow deliver to the first. */
void check_former(struct examination *x)
{
	static const char still[] = "links in old letters begin with it: its name in DNS and the reverse proxy must lead here as before, with a certificate";
	for (size_t i = 0; x->p->former && x->p->former[i]; i++) {
		struct error err = { 0 };
		const char *url = mem_printf(x->owner, "%s/archive", x->p->former[i]), *wanted = mem_printf(x->owner, "%s/archive", x->p->url);
		struct http_response *r = http_fetch(x->owner, x->http, &(struct http_request){ .url = url, .timeout_ms = TIMEOUT_MS }, &err);
		const char *to = r ? http_header(r, "Location") : NULL;
		if (to && r->status == 301 && strcmp(to, wanted) == 0)
			examination_add(x, "former url", DOCTOR_OK, mem_printf(x->owner, "%s leads to %s", x->p->former[i], x->p->url), NULL);
		else if (r)
			examination_add(x, "former url", DOCTOR_WARNING, mem_printf(x->owner, "%s answers with %d, and does not lead to %s", url, r->status, wanted), still);
		else
			examination_add(x, "former url", DOCTOR_WARNING, mem_printf(x->owner, "%s: %s", url, err.text), still);
	}
}

void check_clock(struct examination *x)
{
	int64_t off = x->ahead < 0 ? -x->ahead : x->ahead;
	if (!x->dated)
		return;
	if (off < OFF)
		examination_add(x, "clock", DOCTOR_OK, mem_printf(x->owner, "as that of %s", x->dated), NULL);
	else
		examination_add(x, "clock", off < FAR_OFF ? DOCTOR_WARNING : DOCTOR_WRONG,
		                mem_printf(x->owner, "the clock of this machine is %lld minutes %s that of %s", (long long)(off / CLOCK_MINUTE),
		                           x->ahead > 0 ? "ahead of" : "behind", x->dated),
		                "let the system set its clock: timedatectl set-ntp true; signatures and links depend on it");
}
