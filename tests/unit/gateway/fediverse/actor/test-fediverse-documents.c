/* What other servers read about a publication: names, WebFinger, actor, NodeInfo, and who asks for which form. */
#include "gateway/base/address/url.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/fediverse/actor/actor.h"
#include "gateway/fediverse/actor/multikey.h"
#include "gateway/fediverse/actor/nodeinfo.h"
#include "gateway/fediverse/actor/webfinger.h"
#include "gateway/fediverse/document/accept.h"
#include "gateway/fediverse/document/uris.h"
#include "unit/fixture.h"
#include "tap.h"

static void *t;
static struct error err;
static const struct publication tides = {
	.id = 1, .url = "https://tidalclock.example", .origin = "https://tidalclock.example", .host = "tidalclock.example", .name = "The Tidal Clock", .handle = "tides",
	.summary = "Tides & clocks.\nEvery <second> week.", .author = "Ines", .language = "en", .created = 1767225600000,
};
static const struct publication with_port = {
	.id = 2, .url = "http://penny.test:8080", .origin = "http://penny.test:8080", .host = "penny.test:8080", .name = "Penny", .handle = "penny", .summary = "", .language = "en",
};

static const char *const was_at[] = { "https://tidalclock.example", NULL };
static const struct publication moved = {
	.id = 1, .url = "https://tides.example", .origin = "https://tidalclock.example", .host = "tides.example", .former = was_at, .name = "The Tidal Clock", .handle = "tides",
	.summary = "", .language = "en",
};

static void paths(void)
{
	static const struct {
		const char *path;
		enum uris_kind kind;
		int64_t number;
	} cases[] = {
		{ "/@tides", URIS_ACTOR, 0 }, { "/@Tides", URIS_ACTOR, 0 }, { "/@tides/", URIS_NOTHING, 0 }, { "/@tide", URIS_NOTHING, 0 },
		{ "/@tidess", URIS_NOTHING, 0 }, { "/@tides/inbox", URIS_INBOX, 0 }, { "/inbox", URIS_SHARED_INBOX, 0 }, { "/inbox/", URIS_NOTHING, 0 },
		{ "/@tides/outbox", URIS_OUTBOX, 0 }, { "/@tides/outbox/3", URIS_OUTBOX_PAGE, 3 }, { "/@tides/outbox/0", URIS_NOTHING, 0 },
		{ "/@tides/outbox/01", URIS_NOTHING, 0 }, { "/@tides/outbox/-1", URIS_NOTHING, 0 }, { "/@tides/outbox/1x", URIS_NOTHING, 1 },
		{ "/@tides/outbox/99999999999999999999", URIS_NOTHING, 0 },
		{ "/@tides/followers", URIS_FOLLOWERS, 0 }, { "/@tides/following", URIS_FOLLOWING, 0 }, { "/@tides/featured", URIS_FEATURED, 0 },
		{ "/p/17", URIS_OBJECT, 17 }, { "/p/17/create", URIS_CREATE, 17 }, { "/p/17/delete", URIS_NOTHING, 17 }, { "/p/", URIS_NOTHING, 0 },
		{ "/p/x", URIS_NOTHING, 0 }, { "/", URIS_NOTHING, 0 }, { "", URIS_NOTHING, 0 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t number;
		is_int(uris_parse(&tides, cases[i].path, &number), cases[i].kind, cases[i].path);
		is_int(number, cases[i].number, "... number");
	}
	is(uris_outbox_page(t, &tides, 2), "https://tidalclock.example/@tides/outbox/2", "a page of the outbox");
	is(uris_activity(t, &tides, 5, "update", 9), "https://tidalclock.example/p/5/update/9", "an update");
	is(uris_object(t, &moved, 5), "https://tidalclock.example/p/5", "ids stay where they were made");
	is(uris_shared_inbox(t, &moved), "https://tidalclock.example/inbox", "and so do inboxes");
	is(uris_page(t, &moved, &(struct entry){ .slug = "neap", .path_year = 2026 }), "https://tides.example/2026/neap", "pages are where the publication is");
	is(uris_activity(t, &tides, 5, "create", 0), "https://tidalclock.example/p/5/create", "a create");
}

static const struct publication idn = {
	.id = 3, .url = "https://xn--bcher-kva.example", .origin = "https://xn--bcher-kva.example", .host = "xn--bcher-kva.example", .name = "B", .handle = "tides", .language = "de",
};

static void webfinger(void)
{
	static const struct {
		const struct publication *p;
		const char *resource;
		enum error_kind error;
	} cases[] = {
		{ &tides, "acct:tides@tidalclock.example", 0 }, { &tides, "acct:Tides@TidalClock.example", 0 }, { &tides, "tides@tidalclock.example", 0 },
		{ &tides, "@tides@tidalclock.example", 0 }, { &tides, "acct:@tides@tidalclock.example", 0 },
		{ &tides, "https://tidalclock.example/@tides", 0 }, { &tides, "https://tidalclock.example/", 0 }, { &tides, "https://tidalclock.example", 0 },
		{ &tides, "http://tidalclock.example/@Tides", 0 },
		{ &tides, "acct:tide@tidalclock.example", ERROR_NOT_FOUND }, { &tides, "acct:tides@other.example", ERROR_NOT_FOUND },
		{ &tides, "https://tidalclock.example/@tide", ERROR_NOT_FOUND }, { &tides, "https://other.example/@tides", ERROR_NOT_FOUND },
		{ &tides, "", ERROR_INVALID }, { &tides, "tides", ERROR_INVALID }, { &tides, "acct:tides", ERROR_INVALID }, { &tides, "acct:@", ERROR_INVALID },
		{ &tides, "acct:tides@tidalclock.example@x", ERROR_INVALID }, { &tides, "acct:tides@", ERROR_INVALID }, { &tides, "ftp://tidalclock.example/", ERROR_INVALID },
		{ &tides, "acct:ti des@tidalclock.example", ERROR_INVALID },
		{ &with_port, "acct:penny@penny.test", 0 }, { &with_port, "acct:penny@penny.test:8080", 0 }, { &with_port, "http://penny.test:8080/@penny", 0 },
		{ &idn, "acct:tides@b\xC3\xBC""cher.example", 0 }, { &idn, "acct:tides@xn--bcher-kva.example", 0 }, { &idn, "acct:Tides@B\xC3\x9C""CHER.example", 0 },
		{ &moved, "acct:tides@tides.example", 0 }, { &moved, "acct:tides@tidalclock.example", 0 }, { &moved, "https://tides.example/@tides", 0 },
		{ &moved, "https://tidalclock.example/", 0 }, { &moved, "acct:tides@other.example", ERROR_NOT_FOUND }, { &moved, "acct:tide@tides.example", ERROR_NOT_FOUND },
		{ &tides, "acct:tides@tides.example", ERROR_NOT_FOUND }, { &with_port, "acct:penny@penny.test:9", ERROR_NOT_FOUND },
		{ &idn, "tides@b\xC3\xBC""cher.example", 0 }, { &idn, "acct:tides@bucher.example", ERROR_NOT_FOUND }, { &with_port, "acct:penny@PENNY.test:8080", 0 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		err.kind = 0;
		json_t *jrd = webfinger_document(t, cases[i].p, cases[i].resource, &err);
		is_int(err.kind, cases[i].error, cases[i].resource);
		if (!jrd)
			continue;
		char *subject = mem_dup(t, jsonld_text(jrd, "subject"));
		is(jsonld_text(webfinger_document(t, cases[i].p, subject, &err), "subject"), subject, "... and its subject leads back to it");
	}
	is(jsonld_text(webfinger_document(t, &moved, "acct:tides@tides.example", &err), "subject"), "acct:tides@tidalclock.example", "one that has moved keeps its name");
	json_t *jrd = webfinger_document(t, &tides, "acct:tides@tidalclock.example", &err), *self = json_array_get(json_object_get(jrd, "links"), 0);
	is(jsonld_text(self, "rel"), "self", "self comes first");
	is(jsonld_text(self, "href"), "https://tidalclock.example/@tides", "... and is the actor");
	is(jsonld_text(self, "type"), "application/activity+json", "... in ActivityPub");
	is(json_string_value(json_array_get(json_object_get(jrd, "aliases"), 0)), "https://tidalclock.example/@tides", "the actor is an alias");
}

static void accepting(void)
{
	static const struct {
		const char *header;
		bool activity;
	} cases[] = {
		{ "application/activity+json", true },
		{ "application/activity+json; charset=utf-8", true },
		{ "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"", true },
		{ "application/ld+json", true },
		{ "application/activity+json, application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\", text/html;q=0.1", true },
		{ "application/ld+json; profile=\"a,b;q=0\", */*;q=0.1", true },
		{ "Application/Activity+JSON", true },
		{ "text/html;q=0.8,application/activity+json;q=0.9", true },
		{ "text/html,application/activity+json;q=0.9", false },
		{ "application/activity+json;q=0", false },
		{ "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", false },
		{ "application/json", false },
		{ "*/*", false },
		{ "application/activity+jsonx", false },
		{ "", false },
		{ NULL, false },
		{ ",,;q=1,\"", false },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ok(accept_activity(cases[i].header) == cases[i].activity, cases[i].header ? cases[i].header : "no Accept");
	static const struct {
		const char *type;
		bool activity;
	} types[] = {
		{ "application/activity+json", true }, { "application/activity+json;charset=utf-8", true }, { "application/json", true },
		{ "application/ld+json; profile='https://www.w3.org/ns/activitystreams'", true }, { " APPLICATION/LD+JSON ", true },
		{ "text/plain", false }, { "application/x-www-form-urlencoded", false }, { "", false }, { NULL, false },
	};
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		ok(accept_is_activity(types[i].type) == types[i].activity, types[i].type ? types[i].type : "no Content-Type");
}

static void base58(void)
{
	static const struct {
		const char *bytes;
		size_t size;
		const char *text;
	} cases[] = {
		{ "", 0, "" }, { "\0", 1, "1" }, { "Hello World!", 12, "2NEpo7TZRRrLZSi2U" }, { "\0\0\x28\x7f\xb4\xcd", 6, "11233QC4" },
		/* FEP-521a */
		{ "\xed\x01\x2e\x6f\xcc\xe3\x67\x01\xdc\x79\x14\x88\xe0\xd0\xb1\x74\x5c\xc1\xe3\x3a\x4c\x1c\x9f\xcc\x41\xc6\x3b\xd3\x43\xdb\xbe\x09\x70\xe6",
		  34, "6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		is(multikey_base58(t, (const unsigned char *)cases[i].bytes, cases[i].size), cases[i].text, cases[i].text);
}

static struct db *store(struct publication **p)
{
	struct db *db = fixture_db(t);
	const struct publication_new with = { .url = tides.url, .name = tides.name, .handle = tides.handle, .summary = tides.summary };
	int64_t id = 0;
	ok(publication_add(db, &with, &id, &err), "a publication");
	*p = publication_by_id(t, db, id, &err);
	return db;
}

static void actor(struct db *db, const struct publication *p)
{
	static const char *const urls[] = { "id", "inbox", "outbox", "followers", "following", "featured", "url" };
	json_t *a = actor_document(t, db, p, &err), *key = json_object_get(a, "publicKey");
	for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
		const char *url = jsonld_text(a, urls[i]);
		ok(url && url_same_host(url, p->url) && !strchr(url, '?'), urls[i]);
	}
	is(jsonld_text(a, "type"), "Person", "a Person");
	is(jsonld_text(a, "preferredUsername"), "tides", "preferredUsername");
	is(jsonld_text(a, "webfinger"), "tides@tidalclock.example", "webfinger");
	is(jsonld_text(a, "summary"), "<p>Tides &amp; clocks.</p><p>Every &lt;second&gt; week.</p>", "the summary is HTML");
	is(jsonld_text(json_object_get(a, "endpoints"), "sharedInbox"), "https://tidalclock.example/inbox", "shared inbox");
	is(jsonld_text(key, "owner"), jsonld_text(a, "id"), "the key's owner is the actor");
	is(jsonld_text(key, "id"), "https://tidalclock.example/@tides#main-key", "the key's id");
	struct key *public = key_from_public_pem(t, jsonld_text(key, "publicKeyPem"), &err);
	ok(public && key_type(public) == KEY_RSA, "an RSA key that can be read");
	json_t *multikey = json_array_get(json_object_get(a, "assertionMethod"), 0);
	ok(strncmp(jsonld_text(multikey, "publicKeyMultibase"), "z6Mk", 4) == 0, "an Ed25519 key beside it");
	is(jsonld_text(multikey, "controller"), jsonld_text(a, "id"), "... of the actor");
	ok(json_is_false(json_object_get(a, "manuallyApprovesFollowers")) && json_is_true(json_object_get(a, "discoverable")) &&
	   json_is_true(json_object_get(a, "indexable")), "open to all");
	ok(json_array_size(json_object_get(a, "@context")) == 4, "contexts");
}

static void pictures(struct db *db, const struct publication *p)
{
	static const struct publication_picture icon = { "/media/a.webp", "image/webp", 400, 400 }, header = { "/media/b.jpg", "image/jpeg", 1500, 500 };
	json_t *plain = actor_document(t, db, p, &err);
	is(jsonld_text(json_object_get(plain, "icon"), "url"), "https://tidalclock.example/icon.png", "without an icon of its own it has that of all");
	ok(!json_object_get(plain, "image") && !json_object_get(plain, "alsoKnownAs"), "without a header or other accounts these are not there");
	struct publication own = *p;
	own.icon = icon;
	own.header = header;
	own.also_known_as = "https://a.example/users/1\nhttps://b.example/users/2\n";
	json_t *a = actor_document(t, db, &own, &err), *expected = json_pack("{s:{s:s, s:s, s:s, s:i, s:i}, s:{s:s, s:s, s:s, s:i, s:i}, s:[s, s]}",
		"icon", "type", "Image", "mediaType", "image/webp", "url", "https://tidalclock.example/media/a.webp", "width", 400, "height", 400,
		"image", "type", "Image", "mediaType", "image/jpeg", "url", "https://tidalclock.example/media/b.jpg", "width", 1500, "height", 500,
		"alsoKnownAs", "https://a.example/users/1", "https://b.example/users/2");
	const char *name;
	json_t *value;
	json_object_foreach(expected, name, value)
		ok(json_equal(json_object_get(a, name), value), name);
	json_decref(expected);
	json_t *terms = json_array_get(json_object_get(a, "@context"), 3);
	is(jsonld_text(json_object_get(terms, "alsoKnownAs"), "@type"), "@id", "alsoKnownAs are ids, which the context says");
}

static void nodeinfo(struct db *db, const struct publication *p)
{
	json_t *node = nodeinfo_document(t, db, p, 1, &err);
	is(jsonld_text(node, "version"), "2.1", "NodeInfo 2.1");
	is(jsonld_text(json_object_get(node, "software"), "name"), "pennypost", "is pennypost");
	is(jsonld_text(nodeinfo_document(t, db, p, 0, &err), "version"), "2.0", "NodeInfo 2.0");
	json_t *links = json_object_get(nodeinfo_links(t, p), "links");
	is(jsonld_text(json_array_get(links, 1), "href"), "https://tidalclock.example/nodeinfo/2.1", "and where it is");
	struct document *d = document_new(t);
	nodeinfo_host_meta(document_out(d), p);
	ok(strstr(document_text(d, NULL), "template=\"https://tidalclock.example/.well-known/webfinger?resource={uri}\""), "host-meta");
}

int main(void)
{
	struct publication *p;
	t = talloc_new(NULL);
	paths();
	webfinger();
	accepting();
	base58();
	struct db *db = store(&p);
	actor(db, p);
	pictures(db, p);
	nodeinfo(db, p);
	talloc_free(t);
	return tap_done();
}
