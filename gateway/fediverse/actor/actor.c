#include "gateway/fediverse/actor/actor.h"
#include "gateway/base/address/url.h"
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
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:{s:s, s:s}, s:{s:s, s:s}, s:{s:s, s:s}, s:s, s:s, s:s, s:{s:s, s:s, s:s}, s:{s:s, s:s, s:s}}",
		"toot", "http://joinmastodon.org/ns#",
		"schema", "http://schema.org#",
		"PropertyValue", "schema:PropertyValue",
		"value", "schema:value",
		"discoverable", "toot:discoverable",
		"indexable", "toot:indexable",
		"featured", "@id", "toot:featured", "@type", "@id",
		"alsoKnownAs", "@id", "as:alsoKnownAs", "@type", "@id",
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
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:{s:s}, s:s}",
		"inbox", uris_inbox(scratch, p),
		"outbox", uris_outbox(scratch, p),
		"followers", uris_followers(scratch, p),
		"following", uris_following(scratch, p),
		"featured", uris_featured(scratch, p),
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

/* With its size, so that a server knows what it would fetch. */
static json_t *image(void *scratch, const struct publication *p, const struct publication_picture *picture)
{
	return json_pack("{s:s, s:s, s:s, s:i, s:i}", "type", "Image", "mediaType", picture->type, "url", mem_printf(scratch, "%s%s", p->url, picture->path),
	                 "width", picture->width, "height", picture->height);
}

/* Without one of its own it has that of every publication. */
static json_t *icon(void *scratch, const struct publication *p)
{
	return p->icon.path ? image(scratch, p, &p->icon)
	                    : json_pack("{s:s, s:s, s:s}", "type", "Image", "mediaType", "image/png", "url", mem_printf(scratch, "%s/icon.png", p->url));
}

/* Always a list: Mastodon takes one text for one, but others do not. */
static json_t *also_known_as(const struct publication *p)
{
	json_t *all = json_array();
	for (const char *s = p->also_known_as; s && *s; s += strcspn(s, "\n") + 1)
		json_array_append_new(all, json_stringn(s, strcspn(s, "\n")));
	return all;
}

/* Whose pages may name it as their author: that of its pages, and that of its id, where they were. */
static json_t *attribution_domains(void *scratch, const struct publication *p)
{
	struct error ignored;
	const char *domain = publication_domain(scratch, p);
	const struct url *u = url_parse(scratch, p->url, &ignored);
	json_t *all = json_pack("[s]", domain);
	if (u && strcmp(u->host, domain) != 0)
		json_array_append_new(all, json_string(u->host));
	return all;
}

static json_t *profile(void *scratch, const struct publication *p)
{
	return json_pack("{s:o, s:s, s:s, s:s, s:o, s:o, s:o, s:o*, s:o*, s:s, s:b, s:b, s:b, s:s, s:o, s:o, s:o}",
		"@context", context(),
		"id", publication_actor_url(scratch, p),
		"type", "Person",
		"preferredUsername", p->handle,
		"name", jsonld_new_string(p->name),
		"summary", jsonld_new_string(summary_html(scratch, p->summary)),
		"icon", icon(scratch, p),
		"image", p->header.path ? image(scratch, p, &p->header) : NULL,
		"alsoKnownAs", p->also_known_as && *p->also_known_as ? also_known_as(p) : NULL,
		"webfinger", publication_address(scratch, p) + 1,
		"manuallyApprovesFollowers", 0,
		"discoverable", 1,
		"indexable", 1,
		"published", clock_rfc3339(scratch, p->created),
		"attachment", website(scratch, p),
		"attributionDomains", attribution_domains(scratch, p),
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

json_t *actor_update(void *owner, struct db *db, const struct publication *p, int64_t number, struct error *err)
{
	void *scratch = talloc_new(NULL);
	json_t *document = actor_document(scratch, db, p, err), *update = NULL;
	char *id = publication_actor_url(scratch, p);
	if (document) {
		update = jsonld_own(owner, json_pack("{s:o, s:s, s:s, s:s, s:s, s:[s], s:O}", "@context", context(), "id", mem_printf(scratch, "%s/update/%lld", id, (long long)number),
		                                     "type", "Update", "actor", id, "to", JSONLD_PUBLIC, "cc", uris_followers(scratch, p), "object", document));
		json_object_del(json_object_get(update, "object"), "@context"); /* that of the activity applies */
	}
	talloc_free(scratch);
	return update;
}

json_t *actor_delete(void *owner, const struct publication *p)
{
	char *id = publication_actor_url(NULL, p), *activity = mem_printf(id, "%s/delete", id);
	json_t *delete = jsonld_own(owner, json_pack("{s:s, s:s, s:s, s:s, s:[s], s:s}", "@context", "https://www.w3.org/ns/activitystreams", "id", activity,
	                                             "type", "Delete", "actor", id, "to", JSONLD_PUBLIC, "object", id));
	talloc_free(id);
	return delete;
}
