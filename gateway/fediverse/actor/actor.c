#include "gateway/fediverse/actor/actor.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/escape.h"
#include "gateway/fediverse/actor/multikey.h"
#include "gateway/fediverse/document/uris.h"
#include <string.h>

/* The terms that none of the standard contexts defines. */
static json_t *extensions(void)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:{s:s, s:s}, s:s, s:s, s:s, s:{s:s, s:s, s:s}, s:{s:s, s:s, s:s}}",
		"toot", "http://joinmastodon.org/ns#",
		"schema", "http://schema.org#",
		"PropertyValue", "schema:PropertyValue",
		"value", "schema:value",
		"discoverable", "toot:discoverable",
		"indexable", "toot:indexable",
		"attributionDomains", "@id", "toot:attributionDomains", "@type", "@id",
		"manuallyApprovesFollowers", "as:manuallyApprovesFollowers",
		"wf", "https://purl.archive.org/socialweb/webfinger#",
		"webfinger", "wf:webfinger",
		"implements", "@id", "https://w3id.org/fep/844e/implements", "@type", "@id", "@container", "@set",
		"assertionMethod", "@id", "https://w3id.org/security#assertionMethod", "@type", "@id", "@container", "@set");
}

static json_t *context(void)
{
	return json_pack("[s, s, s, o]", JSONLD_ACTIVITYSTREAMS, "https://w3id.org/security/v1",
	                 "https://w3id.org/security/multikey/v1", extensions());
}

/* The plain text as HTML, which summary must be: a paragraph for each line. */
static char *summary_html(void *owner, const char *text)
{
	struct document *d = document_new(owner);
	FILE *out = document_out(d);
	while (*text) {
		size_t n = strcspn(text, "\r\n");
		char *one = mem_ndup(d, text, n);
		if (n) {
			fputs("<p>", out);
			html_text(out, one);
			fputs("</p>", out);
		}
		text += n + strspn(text + n, "\r\n");
	}
	return document_finish(d, owner);
}

static json_t *website(void *scratch, const struct publication *p)
{
	struct document *d = document_new(scratch);
	FILE *out = document_out(d);
	fputs("<a href=\"", out);
	html_attr(out, p->url);
	fputs("/\" rel=\"me noopener\">", out);
	html_text(out, p->host);
	fputs("</a>", out);
	return json_pack("[{s:s, s:s, s:s}]", "type", "PropertyValue", "name", "Website", "value", document_text(d, NULL));
}

static json_t *endpoints(void *scratch, const struct publication *p)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:{s:s}, s:s}",
		"inbox", uris_inbox(scratch, p),
		"outbox", uris_outbox(scratch, p),
		"followers", uris_followers(scratch, p),
		"following", uris_following(scratch, p),
		"endpoints", "sharedInbox", uris_shared_inbox(scratch, p),
		"url", mem_printf(scratch, "%s/", p->url));
}

static json_t *keys(void *scratch, struct db *db, const struct publication *p, struct error *err)
{
	char *id = publication_actor_url(scratch, p);
	struct key *rsa = publication_key(scratch, db, p->id, PUBLICATION_KEY_ACTOR, KEY_RSA, err);
	struct key *ed25519 = rsa ? publication_key(scratch, db, p->id, PUBLICATION_KEY_ACTOR, KEY_ED25519, err) : NULL;
	if (!ed25519)
		return NULL;
	return json_pack("{s:{s:s, s:s, s:s}, s:[{s:s, s:s, s:s, s:s}]}",
		"publicKey", "id", uris_key_id(scratch, p), "owner", id, "publicKeyPem", key_public_pem(scratch, rsa),
		"assertionMethod", "id", uris_multikey_id(scratch, p), "type", "Multikey", "controller", id,
		"publicKeyMultibase", multikey_text(scratch, ed25519));
}

/* FEP-844e: capabilities that peers may rely on. */
static json_t *generator(void)
{
	return json_pack("{s:s, s:s, s:[{s:s, s:s}]}", "type", "Application", "name", "Pennypost",
	                 "implements", "href", "https://datatracker.ietf.org/doc/html/rfc9421", "name", "RFC-9421: HTTP Message Signatures");
}

static json_t *profile(void *scratch, const struct publication *p)
{
	char *domain = publication_domain(scratch, p);
	return json_pack("{s:o, s:s, s:s, s:s, s:o, s:o, s:s, s:b, s:b, s:b, s:s, s:o, s:[s], s:o}",
		"@context", context(),
		"id", publication_actor_url(scratch, p),
		"type", "Person",
		"preferredUsername", p->handle,
		"name", jsonld_new_string(p->name),
		"summary", jsonld_new_string(summary_html(scratch, p->summary)),
		"webfinger", publication_address(scratch, p) + 1,
		"manuallyApprovesFollowers", 0,
		"discoverable", 1,
		"indexable", 1,
		"published", clock_rfc3339(scratch, p->created),
		"attachment", website(scratch, p),
		"attributionDomains", domain,
		"generator", generator());
}

json_t *actor_document(void *owner, struct db *db, const struct publication *p, struct error *err)
{
	void *scratch = talloc_new(NULL);
	json_t *document = NULL, *pair = keys(scratch, db, p, err);
	if (pair) {
		document = jsonld_own(owner, profile(scratch, p));
		json_object_update_new(document, endpoints(scratch, p));
		json_object_update_new(document, pair);
	}
	talloc_free(scratch);
	return document;
}
