/* What other servers send, and the documents of their actors and keys. */
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/file.h"
#include "gateway/base/text/text.h"
#include "gateway/fediverse/remote/activity.h"
#include "gateway/fediverse/remote/remote_actor.h"
#include "unit/fixture.h"
#include "tap.h"
#include <ftw.h>

static void *t;
static struct error err;

#define ANN "https://fedi.example/users/ann"
#define US "https://penny.example/@tides"
#define AS "https://www.w3.org/ns/activitystreams#"

static void activities(void)
{
	static const struct {
		const char *json;
		int kind; /* -1: refused */
		const char *object, *follow;
	} cases[] = {
		{ "{\"type\":\"Follow\",\"id\":\"" ANN "/f/1\",\"actor\":\"" ANN "\",\"object\":\"" US "\"}", ACTIVITY_FOLLOW, US, NULL },
		{ "{\"type\":\"Follow\",\"actor\":{\"type\":\"Person\",\"id\":\"" ANN "\"},\"object\":{\"id\":\"" US "\"}}", ACTIVITY_FOLLOW, US, NULL },
		{ "{\"type\":[\"Follow\"],\"actor\":[\"" ANN "\"],\"object\":[\"" US "\"]}", ACTIVITY_FOLLOW, US, NULL },
		{ "{\"type\":\"Undo\",\"actor\":\"" ANN "\",\"object\":{\"type\":\"Follow\",\"id\":\"" ANN "/f/1\",\"actor\":\"" ANN "\",\"object\":\"" US "\"}}",
		  ACTIVITY_UNDO, US, ANN "/f/1" },
		{ "{\"type\":\"Undo\",\"actor\":\"" ANN "\",\"object\":{\"type\":\"Follow\",\"object\":\"" US "\"}}", ACTIVITY_UNDO, US, NULL },
		{ "{\"type\":\"Undo\",\"actor\":\"" ANN "\",\"object\":\"" ANN "/f/1\"}", ACTIVITY_UNDO, NULL, ANN "/f/1" },
		{ "{\"type\":\"Undo\",\"actor\":\"" ANN "\",\"object\":{\"type\":\"Like\",\"id\":\"" ANN "/l/1\",\"object\":\"" US "\"}}", ACTIVITY_OTHER, NULL, ANN "/l/1" },
		{ "{\"type\":\"Undo\",\"actor\":\"" ANN "\",\"object\":{\"type\":\"Follow\",\"id\":\"" ANN "/f/1\",\"actor\":\"https://fedi.example/users/bob\",\"object\":\"" US "\"}}",
		  -1, NULL, NULL },
		{ "{\"type\":\"Undo\",\"actor\":\"" ANN "\"}", ACTIVITY_OTHER, NULL, NULL },
		{ "{\"type\":\"Undo\",\"actor\":\"" ANN "\",\"object\":{\"id\":\"" ANN "/f/1\"}}", ACTIVITY_UNDO, NULL, ANN "/f/1" },
		{ "{\"type\":\"Undo\",\"actor\":\"" ANN "\",\"object\":{}}", ACTIVITY_OTHER, NULL, NULL },
		{ "{\"type\":\"as:Follow\",\"id\":\"" ANN "/f/1\",\"actor\":\"" ANN "\",\"object\":\"" US "\"}", ACTIVITY_FOLLOW, US, NULL },
		{ "{\"@type\":\"" AS "Follow\",\"@id\":\"" ANN "/f/1\",\"as:actor\":{\"@id\":\"" ANN "\"},\"" AS "object\":\"" US "\"}", ACTIVITY_FOLLOW, US, NULL },
		{ "[{\"@type\":[\"" AS "Follow\"],\"@id\":\"" ANN "/f/1\",\"" AS "actor\":[{\"@id\":\"" ANN "\"}],\"" AS "object\":[{\"@id\":\"" US "\"}]}]", ACTIVITY_FOLLOW, US, NULL },
		{ "{\"type\":[\"as:Undo\"],\"actor\":\"" ANN "\",\"object\":{\"type\":\"" AS "Follow\",\"@id\":\"" ANN "/f/1\",\"object\":{\"@id\":\"" US "\"}}}", ACTIVITY_UNDO, US, ANN "/f/1" },
		{ "[{\"@type\":[\"" AS "Create\"],\"" AS "actor\":[{\"@id\":\"" ANN "\"}],\"" AS "to\":[{\"@id\":\"" AS "Public\"}],\"" AS "object\":[{\"@type\":[\"" AS "Note\"],"
		  "\"@id\":\"" ANN "/n/1\",\"" AS "content\":[{\"@value\":\"x\"}]}]}]", ACTIVITY_POST, ANN "/n/1", NULL },
		{ "\xEF\xBB\xBF{\"type\":\"Follow\",\"actor\":\"" ANN "\",\"object\":\"" US "\"}", ACTIVITY_FOLLOW, US, NULL },
		{ "{\"type\":\"Follow\",\"actor\":\"" ANN "\",\"object\":\"" US "\",\"summary\":\"cut \\ud83d\"}", ACTIVITY_FOLLOW, US, NULL },
		{ "{\"type\":\"Follow\",\"actor\":\"" ANN "\",\"object\":\"" US "\",\"n\":[123456789012345678901,-98765432109876543210,1e999,-1E+999,0.5]}", ACTIVITY_FOLLOW, US, NULL },
		{ "{\"type\":\"Follow\",\"actor\":\"" ANN "\",\"object\":\"" US "\",\"summary\":\"a\\u0000b \\\\\"}", ACTIVITY_FOLLOW, US, NULL },
		{ "{\"type\":\"Follow\",\"actor\":\"" ANN "\",\"object\":\"" US "\",\"summary\":\"bytes \xff\xfe\"}", ACTIVITY_FOLLOW, US, NULL },
		{ "{\"type\":\"Block\",\"actor\":\"" ANN "\",\"object\":\"" US "\"}", ACTIVITY_BLOCK, US, NULL },
		{ "{\"type\":\"Delete\",\"actor\":\"" ANN "\",\"object\":\"" ANN "\"}", ACTIVITY_DELETE_ACTOR, ANN, NULL },
		{ "{\"type\":\"Delete\",\"actor\":\"" ANN "\",\"object\":{\"type\":\"Tombstone\",\"id\":\"" ANN "/n/1\"}}", ACTIVITY_POST, ANN "/n/1", NULL },
		{ "{\"type\":\"Create\",\"actor\":\"" ANN "\",\"to\":\"as:Public\",\"object\":{\"type\":\"Note\",\"id\":\"" ANN "/n/1\"}}", ACTIVITY_POST, ANN "/n/1", NULL },
		{ "{\"type\":\"Create\",\"actor\":\"" ANN "\",\"to\":\"" ANN "/followers\",\"object\":{\"type\":\"Note\",\"id\":\"" ANN "/n/1\"}}", ACTIVITY_OTHER, ANN "/n/1", NULL },
		{ "{\"type\":\"Announce\",\"actor\":\"" ANN "\",\"cc\":[\"" ANN "/followers\",\"Public\"],\"object\":\"" ANN "/n/1\"}", ACTIVITY_POST, ANN "/n/1", NULL },
		{ "{\"type\":\"Accept\",\"actor\":\"" ANN "\",\"object\":\"" US "/f/1\"}", ACTIVITY_ACCEPT, NULL, US "/f/1" },
		{ "{\"type\":\"Accept\",\"actor\":\"" ANN "\",\"object\":{\"type\":\"Follow\",\"actor\":\"" US "\",\"object\":\"" ANN "\"}}", ACTIVITY_ACCEPT, US, NULL },
		{ "{\"type\":\"Accept\",\"actor\":\"" ANN "\",\"object\":{\"type\":\"Follow\",\"id\":\"" US "/f/1\",\"actor\":\"" US "\",\"object\":\"https://fedi.example/users/bob\"}}",
		  ACTIVITY_ACCEPT, NULL, US "/f/1" },
		{ "{\"type\":\"Reject\",\"actor\":\"" ANN "\",\"object\":{\"type\":\"Invite\",\"id\":\"" US "/f/1\"}}", ACTIVITY_OTHER, NULL, US "/f/1" },
		{ "{\"type\":\"Reject\",\"actor\":\"" ANN "\"}", ACTIVITY_OTHER, NULL, NULL },
		{ "{\"type\":\"Update\",\"actor\":\"" ANN "\",\"object\":{\"type\":\"Person\",\"id\":\"" ANN "\"}}", ACTIVITY_UPDATE_ACTOR, ANN, NULL },
		{ "{\"type\":\"Move\",\"actor\":\"" ANN "\",\"object\":\"" ANN "\",\"target\":\"https://new.example/ann\"}", ACTIVITY_MOVE, "https://new.example/ann", NULL },
		{ "{\"type\":\"Move\",\"actor\":\"" ANN "\",\"object\":\"https://fedi.example/users/bob\",\"target\":\"https://new.example/ann\"}", ACTIVITY_OTHER, "https://fedi.example/users/bob", NULL },
		{ "{\"type\":\"Move\",\"actor\":\"" ANN "\",\"object\":\"" ANN "\"}", ACTIVITY_OTHER, ANN, NULL },
		{ "{\"type\":\"Like\",\"actor\":\"" ANN "\",\"object\":\"" US "\"}", ACTIVITY_OTHER, US, NULL },
		{ "{\"type\":\"Listen\",\"actor\":\"" ANN "\",\"object\":\"tag:old.example,2012:17\"}", ACTIVITY_OTHER, "tag:old.example,2012:17", NULL },
		{ "{\"type\":\"Follow\",\"actor\":\"" ANN "\"}", -1, NULL, NULL },
		{ "{\"type\":\"Follow\",\"actor\":\"" ANN "\",\"object\":\"javascript:alert(1)\"}", -1, NULL, NULL },
		{ "{\"type\":\"Follow\",\"actor\":\"ann\",\"object\":\"" US "\"}", -1, NULL, NULL },
		{ "{\"type\":\"Follow\",\"id\":\"1\",\"actor\":\"" ANN "\",\"object\":\"" US "\"}", -1, NULL, NULL },
		{ "{\"type\":\"Follow\",\"object\":\"" US "\"}", -1, NULL, NULL },
		{ "{\"actor\":\"" ANN "\",\"object\":\"" US "\"}", -1, NULL, NULL },
		{ "{\"type\":7,\"actor\":\"" ANN "\"}", -1, NULL, NULL },
		{ "[]", -1, NULL, NULL }, { "\"Follow\"", -1, NULL, NULL }, { "{", -1, NULL, NULL }, { "", -1, NULL, NULL }, { "null", -1, NULL, NULL },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct activity *a = activity_read(t, cases[i].json, strlen(cases[i].json), &err);
		if (!is_int(a ? (int)a->kind : -1, cases[i].kind, cases[i].json) || !a)
			continue;
		is(a->object, cases[i].object, "... object");
		is(a->follow, cases[i].follow, "... follow");
		is(a->actor, ANN, "... actor");
	}
}

#define PEM "-----BEGIN PUBLIC KEY-----"
#define KEY(id, owner) "{\"id\":\"" id "\",\"owner\":\"" owner "\",\"publicKeyPem\":\"" PEM "\"}"
#define ACTOR(id, key) "{\"id\":\"" id "\",\"type\":\"Person\",\"inbox\":\"" id "/inbox\",\"endpoints\":{\"sharedInbox\":\"https://fedi.example/inbox\"},\"publicKey\":" key "}"

#define ACTOR_AT(id, key) "{\"id\":\"" id "\",\"type\":\"Person\",\"inbox\":\"https://fedi.example/in\",\"endpoints\":{\"sharedInbox\":\"https://fedi.example/inbox\"},\"publicKey\":" key "}"

static void remotes(void)
{
	static const struct {
		const char *what, *json, *url, *key_id;
		const char *next; /* the URL to ask next; "" when it is refused, NULL when it is the actor */
	} cases[] = {
		{ "a fragment of the actor", ACTOR(ANN, KEY(ANN "#main-key", ANN)), ANN, ANN "#main-key", NULL },
		{ "a path below the actor", ACTOR(ANN, KEY(ANN "/main-key", ANN)), ANN, ANN "/main-key", NULL },
		{ "an actor with a query", ACTOR("https://wp.example/?author=2", KEY("https://wp.example/?author=2#main-key", "https://wp.example/?author=2")),
		  "https://wp.example/?author=2", "https://wp.example/?author=2#main-key", NULL },
		{ "one of several keys", ACTOR(ANN, "[" KEY(ANN "#old", ANN) "," KEY(ANN "#new", ANN) "]"), ANN, ANN "#new", NULL },
		{ "the first key when none is named", ACTOR(ANN, "[" KEY(ANN "#old", ANN) "]"), ANN, NULL, NULL },
		{ "a key alone", "{\"id\":\"" ANN "/key\",\"owner\":\"" ANN "\",\"publicKeyPem\":\"" PEM "\"}", ANN "/key", ANN "/key", ANN },
		{ "a stub of the actor at the key", "{\"id\":\"" ANN "\",\"type\":\"Person\",\"publicKey\":" KEY(ANN "/main-key", ANN) "}", ANN "/main-key", ANN "/main-key", ANN },
		{ "the actor in full at the key", ACTOR(ANN, KEY(ANN "/main-key", ANN)), ANN "/main-key", ANN "/main-key", ANN },
		{ "a key that the actor does not list", ACTOR(ANN, KEY(ANN "#main-key", ANN)), ANN, ANN "#other", "" },
		{ "a key of somebody else", ACTOR(ANN, KEY(ANN "#main-key", "https://fedi.example/users/bob")), ANN, ANN "#main-key", "" },
		{ "a key of another server", ACTOR(ANN, KEY("https://evil.example/key", ANN)), ANN, "https://evil.example/key", "" },
		{ "a key that points to another server", "{\"id\":\"https://evil.example/key\",\"owner\":\"" ANN "\",\"publicKeyPem\":\"" PEM "\"}",
		  "https://evil.example/key", "https://evil.example/key", "" },
		{ "an actor of another server", ACTOR(ANN, KEY(ANN "#main-key", ANN)), "https://evil.example/ann", ANN "#main-key", "" },
		{ "no key at all", "{\"id\":\"" ANN "\",\"inbox\":\"" ANN "/inbox\"}", ANN, ANN "#main-key", "" },
		{ "no inbox", "{\"id\":\"" ANN "\",\"publicKey\":" KEY(ANN "#main-key", ANN) "}", ANN, ANN "#main-key", "" },
		{ "an inbox that is no URL", "{\"id\":\"" ANN "\",\"inbox\":\"file:///etc/passwd\",\"publicKey\":" KEY(ANN "#main-key", ANN) "}", ANN, ANN "#main-key", "" },
		{ "an inbox of another server", "{\"id\":\"" ANN "\",\"inbox\":\"https://victim.example/login\",\"publicKey\":" KEY(ANN "#main-key", ANN) "}", ANN, ANN "#main-key", "" },
		{ "an inbox on another port", "{\"id\":\"" ANN "\",\"inbox\":\"https://fedi.example:8443/in\",\"publicKey\":" KEY(ANN "#main-key", ANN) "}", ANN, ANN "#main-key", "" },
		{ "an inbox without TLS", "{\"id\":\"" ANN "\",\"inbox\":\"http://fedi.example/in\",\"publicKey\":" KEY(ANN "#main-key", ANN) "}", ANN, ANN "#main-key", "" },
		{ "an inbox of a host that begins the same", "{\"id\":\"" ANN "\",\"inbox\":\"https://fedi.example.evil.example/in\",\"publicKey\":" KEY(ANN "#main-key", ANN) "}", ANN, ANN "#main-key", "" },
		{ "an inbox behind a user name", "{\"id\":\"" ANN "\",\"inbox\":\"https://fedi.example@victim.example/in\",\"publicKey\":" KEY(ANN "#main-key", ANN) "}", ANN, ANN "#main-key", "" },
		{ "an actor that is a bare host", ACTOR_AT("https://fedi.example", KEY("https://fedi.example#main-key", "https://fedi.example")), "https://fedi.example/", "https://fedi.example#main-key", NULL },
		{ "which its key names with a slash", ACTOR_AT("https://fedi.example", KEY("https://fedi.example/#main-key", "https://fedi.example/")), "https://fedi.example", "https://fedi.example/#main-key", NULL },
		{ "capitals in the host, and its port", ACTOR_AT("https://Fedi.example:443/ann", KEY("https://fedi.example/ann#k", "https://fedi.example/ann")), "https://fedi.example/ann", "https://fedi.example/ann#k", NULL },
		{ "the actor's id as that of its key", ACTOR(ANN, KEY(ANN "#main-key", ANN)), ANN, ANN, NULL },
		{ "the actor's id with two keys", ACTOR(ANN, "[" KEY(ANN "#old", ANN) "," KEY(ANN "#new", ANN) "]"), ANN, ANN, NULL },
		{ "nothing", "{}", ANN, ANN "#main-key", "" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *next = NULL;
		json_t *document = jsonld_read(t, cases[i].json, strlen(cases[i].json), &err);
		struct remote_actor *r = remote_actor_read(t, document, cases[i].url, cases[i].key_id, &next, &err);
		is(r ? NULL : next ? next : "", cases[i].next, cases[i].what);
		if (r)
			is(r->shared_inbox, url_same_origin(r->uri, ANN) ? "https://fedi.example/inbox" : NULL, "... with its shared inbox, if that is of its own server");
	}
}

static void keeping(void)
{
	struct db *db = fixture_db(t);
	struct remote_actor ann = { ANN, ANN "/inbox", NULL, "Ann", "ann", ANN "#main-key", PEM, 0, 0 };
	ok(remote_actor_store(db, &ann, &err), "an actor is kept");
	ann.inbox = ANN "/in";
	ok(remote_actor_store(db, &ann, &err), "and changed");
	struct remote_actor *r = remote_actor_by_key(t, db, ANN "#main-key", &err);
	is(r ? r->inbox : NULL, ANN "/in", "found by its key");
	ok(r && r->fetched && !r->gone, "fetched now");
	ok(remote_actor_by_key(t, db, ANN, &err) != NULL, "and by its own id, which some give as that of the key");
	struct remote_actor bare = { "https://mb.example", "https://mb.example/in", "https://victim.example/in", "Mb", "mb", "https://mb.example#k", PEM, 0, 0 };
	ok(remote_actor_store(db, &bare, &err) && (r = remote_actor_by_uri(t, db, "https://mb.example/", &err)), "a bare host is found with a slash");
	is(r ? r->uri : NULL, "https://mb.example", "its id stays as it was written");
	is(r ? r->shared_inbox : "", NULL, "a shared inbox elsewhere, kept from before, is not used");
	ok(remote_actor_expire(db, ANN, &err) && remote_actor_by_uri(t, db, ANN, &err)->fetched == 0, "expired");
	ok(remote_actor_mark_gone(db, ANN, &err) && remote_actor_by_uri(t, db, ANN, &err)->gone, "buried");
	ok(remote_actor_store(db, &ann, &err) && !remote_actor_by_uri(t, db, ANN, &err)->gone, "and back");
	err.kind = 0;
	ok(!remote_actor_by_uri(t, db, US, &err) && err.kind == ERROR_NOT_FOUND, "others are not found");
}

static int files, activities_seen, activities_read, actors_seen, actors_read;

static int read_sample(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)ftw;
	if (type != FTW_F || !text_ends(path, ".json"))
		return 0;
	struct buf *b = file_read(t, path, 1 << 20, &err);
	char *next;
	files++;
	activities_read += b && activity_read(t, b->data, b->size, &err) != NULL;
	json_t *document = b ? jsonld_read(t, b->data, b->size, &err) : NULL;
	activities_seen += document && jsonld_id(document, "actor");
	actors_seen += document && jsonld_text(document, "inbox");
	const char *id = document ? jsonld_text(document, "id") : NULL;
	actors_read += id && remote_actor_read(t, document, id, NULL, &next, &err) != NULL;
	return 0;
}

/* Recorded from some fifteen kinds of server. */
static void samples(void)
{
	if (!tap_here("../shared/suites/activities", "recorded activities"))
		return;
	nftw("../shared/suites/activities", read_sample, 16, FTW_PHYS);
	ok(files > 40, "a folder full of samples");
	is_int(activities_read, activities_seen, "every recorded activity is read");
	is_int(actors_read, actors_seen, "every recorded actor is read");
}

int main(void)
{
	t = talloc_new(NULL);
	activities();
	remotes();
	keeping();
	samples();
	talloc_free(t);
	return tap_done();
}
