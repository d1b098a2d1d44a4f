/*
 * The inbox, the role and the ledger together, against a server of the test's own on the loopback.  What that server
 * answers stands in the path that it is asked for; what it was asked is kept in a file.
 */
#include "feeds/parse/feed_parse.h"
#include "gateway/archive/store/archive.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/role/holder.h"
#include "gateway/base/secret/key.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/file.h"
#include "gateway/base/text/text.h"
#include "gateway/fediverse/actor/object.h"
#include "gateway/fediverse/document/uris.h"
#include "gateway/fediverse/door/federate.h"
#include "gateway/fediverse/door/fediverse_routes.h"
#include "gateway/fediverse/inbox/inbox_item.h"
#include "gateway/fediverse/remote/outbox_page.h"
#include "gateway/fediverse/remote/remote_actor.h"
#include "gateway/fediverse/signature/signature.h"
#include "subscribers/ledger/ledger.h"
#include "unit/fixture.h"
#include "tap.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void *t;
static struct error err;
static struct db *db;
static struct publication *tides;
static struct federate *role;
static struct key *ann_key, *new_key;
static struct inbox *our_inbox;
static int port;
static char *place, *seen_file;

/* ---- the other server ---- */

/* host: by which name or address it was asked, so that it can be many servers. */
static const char *actor_json(void *owner, const char *host, const char *name)
{
	struct key *key = text_starts(name, "rotated") ? new_key : ann_key;
	char *server = mem_printf(owner, "http://%s", host);
	char *id = mem_printf(owner, "%s/users/%s", server, name);
	const char *inbox = text_starts(name, "in-") ? mem_printf(owner, "%s/inbox/%s", server, name + 3) : mem_printf(owner, "%s/inbox/202", id);
	const char *shared = text_starts(name, "shared") ? mem_printf(owner, "\"endpoints\":{\"sharedInbox\":\"%s/inbox/shared\"},", server) : "";
	char *pem = text_replace(owner, key_public_pem(owner, key), "\n", "\\n");
	const char *key_id = text_starts(name, "moved") ? mem_printf(owner, "%s/old/%s", server, name) : mem_printf(owner, "%s#main-key", id);
	return mem_printf(owner, "{\"id\":\"%s\",\"type\":\"Person\",\"preferredUsername\":\"%s\",\"name\":\"Ann\",\"inbox\":\"%s\",%s"
	                         "\"publicKey\":{\"id\":\"%s\",\"owner\":\"%s\",\"publicKeyPem\":\"%s\"}}", id, name, inbox, shared, key_id, id, pem);
}

static const char *host_of(void *owner, const char *request)
{
	const char *host = strcasestr(request, "\r\nHost: ") + 8;
	return mem_ndup(owner, host, strcspn(host, "\r"));
}

static void answer(int fd, const char *request)
{
	void *s = talloc_new(NULL);
	const char *path = strchr(request, ' ') + 1, *type = "application/activity+json", *body = "", *extra = "";
	char *name = mem_ndup(s, path, strcspn(path, " "));
	int status = 404;
	if (text_starts(name, "/users/gone")) {
		status = 410;
	} else if (text_starts(name, "/users/broken")) {
		status = 500;
	} else if (text_starts(name, "/users/page")) {
		status = 200, type = "text/html", body = "<p>hello</p>";
	} else if (text_starts(name, "/old/")) {
		status = 302, extra = mem_printf(s, "Location: /users/%s\r\n", name + 5);
	} else if (text_starts(name, "/posts/")) {
		bool other = strstr(name, "other") != NULL, own = strstr(name, "bob") == NULL;
		status = strstr(name, "gone") ? 410 : strstr(name, "hidden") ? 404 : 200;
		type = strstr(name, "page") ? "text/html" : type;
		body = mem_printf(s, "{\"@context\":\"https://www.w3.org/ns/activitystreams\",\"id\":\"%s%s%s\",\"type\":\"Note\",\"attributedTo\":\"%s/users/%s\",\"to\":\"as:Public\",\"content\":\"<p>%s</p>\"}",
		                  place, name, other ? "x" : "", place, own ? "ann" : "bob", name);
	} else if (text_starts(name, "/acts/")) {
		status = 200, body = mem_printf(s, "{\"id\":\"%s%s\",\"type\":\"Create\",\"actor\":\"%s/users/ann\",\"to\":\"as:Public\",\"object\":\"%s/posts/%s\"}", place, name, place, place, name + 6);
	} else if (text_starts(name, "/users/") && !strchr(name + 7, '/')) {
		status = 200, body = actor_json(s, host_of(s, request), name + 7);
	} else if (text_starts(name, "/inbox/knock")) {
		status = strstr(request, "Signature-Input:") ? 202 : 401;
	} else if (text_starts(name, "/inbox/429")) {
		status = 429, extra = "Retry-After: 7200\r\n", body = "slow down";
	} else if (strstr(name, "/inbox/")) {
		status = atoi(strstr(name, "/inbox/") + 7);
		status = status ? status : 202;
	}
	char *head = mem_printf(s, "HTTP/1.1 %d X\r\nContent-Type: %s\r\n%sContent-Length: %zu\r\nConnection: close\r\n\r\n%s",
	                        status, type, extra, strlen(body), body);
	if (write(fd, head, strlen(head)) < 0)
		_exit(1);
	talloc_free(s);
}

/* Reads one request whole, notes it, answers. */
static void serve_one(int fd, int notes)
{
	static char request[1 << 18];
	size_t size = 0;
	for (;;) {
		ssize_t n = read(fd, request + size, sizeof request - 1 - size);
		if (n <= 0)
			return;
		size += (size_t)n;
		request[size] = '\0';
		char *end = strstr(request, "\r\n\r\n"), *length = strcasestr(request, "\r\nContent-Length:");
		size_t want = end ? (size_t)(end - request) + 4 + (length ? strtoul(length + 17, NULL, 10) : 0) : sizeof request;
		if (size >= want)
			break;
	}
	if (write(notes, request, size) < 0 || write(notes, "\n\f\n", 3) < 0)
		_exit(1);
	answer(fd, request);
}

static pid_t start_server(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_ANY) };
	socklen_t length = sizeof address;
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 64) != 0)
		return -1;
	getsockname(listener, (struct sockaddr *)&address, &length);
	port = ntohs(address.sin_port);
	place = mem_printf(t, "http://127.0.0.1:%d", port);
	fflush(stdout);
	pid_t child = fork();
	if (child == 0) {
		int notes = open(seen_file, O_WRONLY | O_APPEND);
		for (;;) {
			int fd = accept(listener, NULL, NULL);
			serve_one(fd, notes);
			close(fd);
		}
	}
	close(listener);
	return child;
}

/* How many requests so far hold all of these; the last of them is kept. */
static char *last_seen;

static int seen(const char *a, const char *b)
{
	struct buf *all = file_read(t, seen_file, 64 << 20, &err);
	int count = 0;
	for (char *at = all ? all->data : NULL, *end; at && (end = strstr(at, "\n\f\n")); at = end + 3) {
		char *one = mem_ndup(t, at, (size_t)(end - at));
		if (strstr(one, a) && strstr(one, b)) {
			last_seen = one;
			count++;
		}
	}
	return count;
}

/* ---- us ---- */

static char *sender(const char *name) { return mem_printf(t, "%s/users/%s", place, name); }

static const char *peer = "127.0.0.1";

/* A POST to our inbox as that server would send it: its answer's status. */
static const struct http_header *captured; /* of the last request */

static struct exchange *request_as(struct key *key, const char *key_id, const char *path, const char *body, enum signature_scheme scheme)
{
	static const struct http_header plain[] = { { "Content-Type", "application/activity+json" }, { "Host", "tidalclock.example" }, { 0, 0 } };
	struct signature_signer signer = { scheme, key_id, key };
	struct http_request request = { .url = mem_printf(t, "%s%s", tides->url, path), .headers = plain, .body = body, .body_size = strlen(body) };
	struct exchange *x = mem_new(t, struct exchange);
	*x = (struct exchange){
		.owner = x, .db = db, .publication = tides, .method = "POST", .path = path, .body = body, .body_size = strlen(body), .remote = peer,
		.headers = key ? signature_sign(t, &signer, &request, clock_now(), &err) : plain,
	};
	captured = x->headers;
	return x;
}

static int post_as(struct key *key, const char *key_id, const char *path, const char *body, enum signature_scheme scheme)
{
	struct exchange *x = request_as(key, key_id, path, body, scheme);
	return fediverse_serve(x, our_inbox) ? x->status : 0;
}

/* A request that somebody has seen on its way, again. */
static int post_captured(const struct http_header *headers, const char *path, const char *body)
{
	struct exchange *x = mem_new(t, struct exchange);
	*x = (struct exchange){ .owner = x, .db = db, .publication = tides, .method = "POST", .path = path, .body = body, .body_size = strlen(body),
	                        .remote = peer, .headers = headers };
	return fediverse_serve(x, our_inbox) ? x->status : 0;
}

static int post(const char *name, const char *path, const char *body)
{
	return post_as(ann_key, mem_printf(t, "%s#main-key", sender(name)), path, body, SIGNATURE_CAVAGE);
}

static char *follow_json(const char *name, const char *id)
{
	return mem_printf(t, "{\"type\":\"Follow\",\"id\":\"%s/%s\",\"actor\":\"%s\",\"object\":\"%s/@tides\"}", sender(name), id, sender(name), tides->url);
}

static char *undo_json(const char *name, const char *id)
{
	return mem_printf(t, "{\"type\":\"Undo\",\"id\":\"%s/undo-%s\",\"actor\":\"%s\",\"object\":{\"type\":\"Follow\",\"id\":\"%s/%s\",\"actor\":\"%s\",\"object\":\"%s/@tides\"}}",
	                  sender(name), id, sender(name), sender(name), id, sender(name), tides->url);
}

/* Lets the role work until nothing is due any more. */
static void settle(void)
{
	int64_t deadline = clock_now() + 20 * CLOCK_SECOND, due = 0;
	bool worked = true;
	while ((worked || federate_busy(role) || due == 0) && clock_now() < deadline)
		if (!federate_step(role, 50, &worked, &err) || !federate_next_due(role, &due, &err)) {
			printf("# %s\n", err.text);
			break;
		}
}

static int64_t number(const char *sql)
{
	int64_t n = -1;
	return db_get_int(db, sql, DB_NONE, &n, &err) ? n : -1;
}

static const char *words(void)
{
	char *text = NULL;
	return db_get_text(t, db, "SELECT words FROM inbox ORDER BY id DESC LIMIT 1", DB_NONE, &text, &err) && text ? text : "";
}

static int state_of(const char *name)
{
	struct address *a = address_find(t, db, tides->id, ADDRESS_ACTOR, sender(name), &err);
	return a ? (int)a->state : -1;
}

static bool set_up(void)
{
	const struct publication_new with = { .url = "https://tidalclock.example", .name = "The Tidal Clock", .handle = "tides" };
	int64_t id;
	seen_file = mem_dup(t, "/tmp/test-federate-XXXXXX");
	close(mkstemp(seen_file));
	ann_key = key_generate(t, KEY_RSA);
	new_key = key_generate(t, KEY_RSA);
	our_inbox = inbox_new(t);
	db = fixture_db(t);
	return publication_add(db, &with, &id, &err) && (tides = publication_by_id(t, db, id, &err));
}

/* ---- what is told at once ---- */

static void at_the_door(void)
{
	const char *good = follow_json("ann", "1");
	is_int(post_as(NULL, NULL, "/@tides/inbox", good, 0), 401, "unsigned: 401");
	is_int(post_as(ann_key, "https://elsewhere.example/key", "/@tides/inbox", good, 0), 403, "a key of another server: 403");
	is_int(post("ann", "/@tides/inbox", "{"), 400, "no JSON: 400");
	is_int(post("ann", "/@tides/inbox", mem_printf(t, "{\"type\":\"Follow\",\"id\":\"https://other.example/1\",\"actor\":\"%s\",\"object\":\"%s/@tides\"}",
	                                               sender("ann"), tides->url)), 403, "an id of another server: 403");
	is_int(post("ann", "/@nobody/inbox", good), 404, "no inbox of that handle: 404");
	char *huge = mem_array(t, char, (1 << 20) + 2);
	memset(huge, ' ', (1 << 20) + 1);
	is_int(post("ann", "/inbox", huge), 413, "more than 1 MiB: 413");
	struct exchange x = { .owner = t, .db = db, .publication = tides, .method = "GET", .path = "/inbox" };
	ok(fediverse_serve(&x, our_inbox) && x.status == 405, "GET: 405");
	is(exchange_replied(&x, "Allow"), "POST", "... and what works");
	x = (struct exchange){ .owner = t, .db = db, .publication = tides, .method = "POST", .path = "/inbox", .body = "a=b", .body_size = 3,
	                       .headers = (const struct http_header[]){ { "content-type", "application/x-www-form-urlencoded" }, { 0, 0 } } };
	ok(fediverse_serve(&x, our_inbox) && x.status == 415, "a form: 415");
	is_int(post("stranger", "/inbox", mem_printf(t, "{\"type\":\"Delete\",\"actor\":\"%s\",\"object\":\"%s\"}", sender("stranger"), sender("stranger"))), 202,
	       "an account is gone that nobody knew: 202");
	is_int(number("SELECT count(*) FROM inbox"), 0, "and nothing of all this is kept");
}

static void following(void)
{
	is_int(post("ann", "/@tides/inbox", follow_json("ann", "1")), 202, "a Follow: 202");
	is_int(number("SELECT count(*) FROM inbox WHERE state = 0"), 1, "stored before it is answered");
	settle();
	is(words(), "follows", "dealt with");
	is_int(state_of("ann"), ADDRESS_CONFIRMED, "ann follows");
	is_int(seen("POST /users/ann/inbox/202", "\"Accept\""), 1, "her inbox got an Accept");
	char *follow = mem_printf(t, "\"id\":\"%s/1\"", sender("ann"));
	ok(strstr(last_seen, follow), "with the Follow inside");
	ok(strstr(last_seen, "Content-Type: application/activity+json") && strstr(last_seen, "Digest: SHA-256=") && strstr(last_seen, "algorithm=\"rsa-sha256\""), "in the form that all servers take");
	is_int(seen("GET /users/ann ", "Signature: keyId=\"https://tidalclock.example/@tides#main-key\""), 1, "the fetch of her key was signed");
	is_int(number("SELECT count(*) FROM delivery WHERE state = 2"), 1, "the ledger has it");
	is_int(post("ann", "/inbox", follow_json("ann", "1")), 202, "the same Follow at the other inbox");
	settle();
	is(words(), "seen before", "was seen before");
	is_int(seen("POST /users/ann/inbox/202", "\"Accept\""), 1, "and gets no second Accept");
	is_int(post("ann", "/inbox", follow_json("ann", "2")), 202, "a new Follow of who follows already");
	settle();
	is_int(seen("POST /users/ann/inbox/202", "\"Accept\""), 2, "is accepted again");
	is_int(seen("GET /users/ann ", ""), 1, "her key is known by now");
	is_int(post_as(ann_key, mem_printf(t, "%s#main-key", sender("rfc")), "/inbox", follow_json("rfc", "1"), SIGNATURE_RFC9421), 202, "a Follow signed by RFC 9421");
	settle();
	is_int(state_of("rfc"), ADDRESS_CONFIRMED, "is as good");
}

static void leaving(void)
{
	is_int(post("ann", "/inbox", undo_json("ann", "2")), 202, "an Undo with the Follow inside");
	settle();
	is_int(state_of("ann"), ADDRESS_LEFT, "ann left");
	is_int(post("ann", "/inbox", follow_json("ann", "3")), 202, "and follows again");
	settle();
	is_int(state_of("ann"), ADDRESS_CONFIRMED, "she is back");
	post("ann", "/inbox", mem_printf(t, "{\"type\":\"Undo\",\"id\":\"%s/u3\",\"actor\":\"%s\",\"object\":\"%s/3\"}", sender("ann"), sender("ann"), sender("ann")));
	settle();
	is_int(state_of("ann"), ADDRESS_LEFT, "an Undo with only the Follow's id");
	post("ann", "/inbox", mem_printf(t, "{\"type\":\"Undo\",\"id\":\"%s/u4\",\"actor\":\"%s\",\"object\":\"%s/4\"}", sender("ann"), sender("ann"), sender("ann")));
	settle();
	db_run(db, "UPDATE activity_seen SET seen = seen + 60000 WHERE activity LIKE '%/4'", DB_NONE, &err);
	post("ann", "/inbox", follow_json("ann", "4"));
	settle();
	is_int(state_of("ann"), ADDRESS_LEFT, "a Follow that comes after its own Undo does not bring her back");
	static const struct {
		const char *id, *undo;
	} replays[] = { { "\"id\":\"%s/5\",", "{\"type\":\"Follow\",\"id\":\"%s/5\",\"object\":\"%s/@tides\"}" }, { "\"id\":\"%s/6\",", "%.0s{\"type\":\"Follow\",\"object\":\"%s/@tides\"}" },
		{ "", "%.0s{\"type\":\"Follow\",\"object\":\"%s/@tides\"}" }, { "\"id\":\"%s/7\",", "{\"id\":\"%s/7\"}" } };
	for (size_t i = 0; i < sizeof replays / sizeof *replays; i++) {
		char *id = talloc_asprintf(t, replays[i].id, sender("ann"));
		char *undone = talloc_asprintf(t, replays[i].undo, sender("ann"), tides->url);
		char *follow = mem_printf(t, "{\"type\":\"Follow\",%s\"actor\":\"%s\",\"object\":\"%s/@tides\"}", id, sender("ann"), tides->url);
		captured = NULL;
		post("ann", "/inbox", follow);
		settle();
		is_int(state_of("ann"), ADDRESS_CONFIRMED, "she follows");
		const struct http_header *replay = captured;
		post("ann", "/inbox", mem_printf(t, "{\"type\":\"Undo\",\"id\":\"%s/u-%zu\",\"actor\":\"%s\",\"object\":%s}", sender("ann"), i, sender("ann"), undone));
		settle();
		is_int(state_of("ann"), ADDRESS_LEFT, "and leaves");
		post_captured(replay, "/inbox", follow);
		settle();
		is_int(state_of("ann"), ADDRESS_LEFT, "who sends her Follow again does not bring her back");
	}
	post("bob", "/inbox", follow_json("bob", "1"));
	settle();
	post("bob", "/inbox", mem_printf(t, "{\"type\":\"Block\",\"id\":\"%s/b\",\"actor\":\"%s\",\"object\":\"%s/@tides\"}", sender("bob"), sender("bob"), tides->url));
	settle();
	is_int(state_of("bob"), ADDRESS_LEFT, "who blocks us left");
	post("cat", "/inbox", follow_json("cat", "1"));
	settle();
	post("cat", "/inbox", mem_printf(t, "{\"type\":\"Delete\",\"id\":\"%s/d\",\"actor\":\"%s\",\"object\":\"%s\"}", sender("cat"), sender("cat"), sender("cat")));
	settle();
	is_int(state_of("cat"), ADDRESS_LEFT, "who is deleted left");
	post("fox", "/inbox", follow_json("fox", "1"));
	settle();
	char *bye = mem_printf(t, "{\"type\":\"Delete\",\"id\":\"%s/d\",\"actor\":\"%s\",\"object\":\"%s\"}", sender("fox"), sender("fox"), sender("fox"));
	post_as(new_key, sender("gone-long-ago#main-key"), "/inbox", bye, SIGNATURE_CAVAGE);
	settle();
	is(words(), "the key is gone", "that another account of the server is gone");
	is_int(state_of("fox"), ADDRESS_CONFIRMED, "... ends nobody else's");
	ok(db_run(db, "UPDATE actor SET fetched = 0, key_id = $1 WHERE uri = $2", DB_ARGS(db_text(sender("gone-fox#key")), db_text(sender("fox"))), &err), "a key beside its actor");
	post_as(new_key, sender("gone-fox#key"), "/inbox", bye, SIGNATURE_CAVAGE);
	settle();
	is_int(state_of("fox"), ADDRESS_LEFT, "that its own key is gone does");
}

static void refusing(void)
{
	const struct {
		const char *what, *key_id, *actor, *words;
		struct key *key;
		int state;
	} cases[] = {
		{ "another key", "eve#main-key", "eve", "the signature does not fit the key", new_key, 2 },
		{ "another actor of the same server", "dan#main-key", "ann", "the key is of another actor", ann_key, 2 },
		{ "an actor that is gone", "gone#main-key", "gone", "the key is gone", ann_key, 2 },
		{ "an actor that does not exist", "no/such#main-key", "nosuch", "answered 404", ann_key, 2 },
		{ "an HTML page", "page#main-key", "page", "is not an ActivityPub document", ann_key, 2 },
		{ "a key that the actor does not list", "fay#other-key", "fay", "does not list the key", ann_key, 2 },
		{ "a server in trouble", "broken#main-key", "broken", "answered 500", ann_key, 0 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		is_int(post_as(cases[i].key, sender(cases[i].key_id), "/inbox", follow_json(cases[i].actor, "r"), SIGNATURE_CAVAGE), 202, cases[i].what);
		settle();
		ok(strstr(words(), cases[i].words), cases[i].words);
		is_int(number("SELECT state FROM inbox ORDER BY id DESC LIMIT 1"), cases[i].state, cases[i].state ? "... is refused" : "... is tried again");
		ok(state_of(cases[i].actor) != ADDRESS_CONFIRMED, "... and follows not");
	}
	is_int(number("SELECT count(*) FROM inbox WHERE state = 0 AND next_try > received AND tries = 1"), 1, "later");
	int64_t before = number("SELECT count(*) FROM inbox");
	post("ann", "/inbox", mem_printf(t, "{\"type\":\"Like\",\"id\":\"%s/l\",\"actor\":\"%s\",\"object\":\"%s/p/1\"}", sender("ann"), sender("ann"), tides->url));
	is_int(number("SELECT count(*) FROM inbox"), before, "what has no effect is not stored");
	fixture_must(db_run(db, "INSERT INTO inbox (head, body, received, state, tries, next_try, lane, key_host) WITH RECURSIVE n(i) AS"
	                        " (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $3) SELECT '{}', $1, 0, 0, 0, 1, 0, $2 FROM n",
	                    DB_ARGS(db_blob("", 0), db_text(url_authority(t, sender("ann"))), db_int(INBOX_ITEM_OF_HOST)), &err), &err);
	is_int(post_as(new_key, sender("quota#main-key"), "/inbox", follow_json("quota", "q"), SIGNATURE_CAVAGE), 503, "keys of one host cannot fill the inbox");
	is_int(post_as(new_key, "https://other.example/u#main-key", "/inbox", "{\"type\":\"Follow\",\"actor\":\"https://other.example/u\",\"object\":\"https://tidalclock.example/@tides\"}",
	               SIGNATURE_CAVAGE), 202, "others have room");
	is_int(post("ann", "/inbox", follow_json("ann", "quota")), 202, "and so has who is known");
	fixture_must(db_run(db, "DELETE FROM inbox WHERE received = 0 OR key_host = 'other.example'", DB_NONE, &err), &err);
	settle();
	char *long_follow = mem_printf(t, "%*s%s", 200000, "", follow_json("ann", "long"));
	is_int(post("ann", "/inbox", long_follow), 413, "a Follow of 200 kB: 413");
	is_int(post_as(new_key, mem_printf(t, "%s#main-key", sender("ann")), "/inbox", follow_json("ann", "9"), SIGNATURE_CAVAGE), 401, "a key that was fetched a moment ago: 401 at once");
}

/* Ten thousand requests of strangers whose servers do not answer. */
static void flooding(void)
{
	const char *flood = "INSERT INTO inbox (head, body, received, state, tries, next_try, lane) WITH RECURSIVE c (n) AS"
	                    " (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < $1) SELECT '{}', $2, $3, 0, 7, $3, 0 FROM c";
	int64_t later = clock_now() + CLOCK_HOUR;
	ok(db_run(db, flood, DB_ARGS(db_int(INBOX_ITEM_BACKLOG), db_blob("", 0), db_int(later)), &err), "a flood that waits for its next try");
	is_int(post("ben", "/inbox", follow_json("ben", "f1")), 202, "one more stranger gets in");
	settle();
	is(words(), "follows", "... and follows");
	is_int(post("broken", "/inbox", follow_json("broken", "f2")), 202, "one whose server is in trouble gets in");
	settle();
	is_int(number("SELECT state FROM inbox ORDER BY id DESC LIMIT 1"), INBOX_ITEM_REFUSED, "... and is not tried again: too many are");
	ok(db_run(db, "UPDATE inbox SET next_try = 0 WHERE tries = 7", DB_NONE, &err), "now the flood is due");
	is_int(post("gus", "/inbox", follow_json("gus", "f3")), 503, "a stranger must come again");
	is_int(post("ann", "/inbox", follow_json("ann", "f4")), 202, "who is known need not");
	db_run(db, "DELETE FROM inbox WHERE tries = 7", DB_NONE, &err);
	settle();
	int64_t kept = number("SELECT count(*) FROM inbox");
	is_int(post_as(ann_key, mem_printf(t, "%s#%0*d", sender("gus"), 1 << 14, 1), "/inbox", follow_json("gus", "f5"), SIGNATURE_CAVAGE), 401, "a signature of more than 16 KiB is not read");
	const struct http_header long_head[] = { { "Date", mem_printf(t, "%0*d", 1 << 14, 1) }, { 0, 0 } };
	const struct inbox_item long_item = { .publication = tides->id, .message = { "POST", tides->url, "/inbox", long_head, "{}", 2 } };
	ok(!inbox_item_store(db, &long_item, &(struct signature){ .key_id = "https://x.example/#k" }, false, &err) && err.kind == ERROR_INVALID, "a head of more than 16 KiB is not stored");
	is_int(number("SELECT count(*) FROM inbox"), kept, "... and not kept");
	char *junk = mem_printf(t, "%*s", 200000, "{");
	is_int(post("gus", "/inbox", junk), 413, "what is long is not read when a stranger sends it: 413");
	is_int(post("ann", "/inbox", junk), 400, "but when somebody does who is known: 400");
}

/* Requests that come at the same time are stored in one transaction, in which one of them fails. */
static void together(void)
{
	static const char *const ids[] = { "t1", "t2", "t1", "t3" };
	static const int statuses[] = { 202, 202, 503, 202 };
	enum { COUNT = sizeof ids / sizeof *ids };
	struct exchange *all[COUNT];
	int64_t before = number("SELECT count(*) FROM inbox");
	ok(db_run(db, "CREATE UNIQUE INDEX alone ON inbox (body) WHERE state = 0", DB_NONE, &err), "no two bodies are the same");
	for (int i = 0; i < COUNT; i++) {
		all[i] = request_as(ann_key, mem_printf(t, "%s#main-key", sender("ann")), "/inbox", follow_json("ann", ids[i]), SIGNATURE_CAVAGE);
		all[i]->may_wait = true;
		ok(fediverse_serve(all[i], our_inbox) && all[i]->waits && !all[i]->status, "a request waits for others");
	}
	is_int(number("SELECT count(*) FROM inbox"), before, "nothing is stored, and nobody is answered");
	inbox_commit(our_inbox);
	for (int i = 0; i < COUNT; i++)
		is_int(all[i]->status, statuses[i], "who could not be stored comes again, alone");
	is_int(number("SELECT count(*) FROM inbox"), before + COUNT - 1, "the others are stored");
	inbox_commit(our_inbox);
	is_int(number("SELECT count(*) FROM inbox"), before + COUNT - 1, "... once");
	db_run(db, "DROP INDEX alone", DB_NONE, &err);
	settle();
}

static void crowding(void)
{
	int64_t before = number("SELECT count(*) FROM inbox");
	int last = 202, sent = 0;
	peer = "192.0.2.1";
	while (last == 202 && sent < 3000) {
		last = post_as(new_key, mem_printf(t, "%s#main-key", sender("liar")), "/inbox", follow_json("liar", "c"), SIGNATURE_CAVAGE);
		sent++;
	}
	ok(last == 429 && sent > 2000 && sent < 2200, "a network may send two thousand requests of strangers at once");
	is_int(number("SELECT count(*) FROM inbox") - before, sent - 1, "... and what is more is not kept");
	is_int(post("ann", "/inbox", follow_json("ann", "c1")), 202, "who is known may go on");
	peer = "192.0.2.2";
	is_int(post("liar", "/inbox", follow_json("liar", "c2")), 202, "... and so may other networks");
	db_run(db, "DELETE FROM inbox WHERE lane = 0 AND next_try IS NOT NULL", DB_NONE, &err);
	before = number("SELECT count(*) FROM inbox");
	char *like = mem_printf(t, "{\"type\":\"Like\",\"id\":\"%s/l\",\"actor\":\"%s\",\"object\":\"%s/p/1\"}", sender("liar"), sender("liar"), tides->url);
	for (sent = 0; sent < 2300; sent++)
		last = last == 429 || last == 202 ? post_as(new_key, mem_printf(t, "%s#main-key", sender("liar")), "/inbox", like, SIGNATURE_CAVAGE) : last;
	is_int(last, 202, "what has no effect is always taken");
	is_int(number("SELECT count(*) FROM inbox") - before, 0, "... and not kept");
	peer = "127.0.0.1";
	settle();
}

/* The key is changed: the old one is known, the new one is fetched. */
static void rotating(void)
{
	struct remote_actor old = { sender("rotated"), mem_printf(t, "%s/inbox/202", sender("rotated")), NULL, "R", "rotated",
	                      mem_printf(t, "%s#main-key", sender("rotated")), key_public_pem(t, ann_key), 0, 0 };
	ok(remote_actor_store(db, &old, &err) && db_run(db, "UPDATE actor SET fetched = fetched - 3600000", DB_NONE, &err), "a key of an hour ago");
	is_int(post_as(new_key, old.key_id, "/inbox", follow_json("rotated", "1"), SIGNATURE_CAVAGE), 202, "a Follow signed with the next one");
	settle();
	is_int(state_of("rotated"), ADDRESS_CONFIRMED, "is taken once the key was fetched again");
	char *body = mem_printf(t, "{\"type\":\"Follow\",\"actor\":\"%s\",\"object\":\"%s/@tides\"}", sender("moved"), tides->url);
	is_int(post_as(ann_key, mem_printf(t, "%s/old/moved", place), "/inbox", body, SIGNATURE_CAVAGE), 202, "a Follow without an id, a key behind a redirect");
	settle();
	is_int(state_of("moved"), ADDRESS_CONFIRMED, "is taken");
	is_int(seen("POST /users/moved/inbox/202", "\"Accept\""), 1, "and accepted");
}

/* A process that vanishes between taking a request and dealing with it. */
static void recovering(const struct role *process)
{
	struct inbox_item **all;
	char *me = holder_self(t), *dead = mem_printf(t, "%.*s:999999999.1", (int)(strrchr(me, ':') - me), me);
	is_int(post("rex", "/inbox", follow_json("rex", "1")), 202, "a Follow");
	ok(inbox_item_claim(t, db, &(struct inbox_item_claimer){ "other:boot:1", INBOX_ITEM_OF_STRANGER, CLOCK_HOUR, 10, false, false }, &all, &err) && talloc_array_length(all) == 1, "taken by a process");
	settle();
	is_int(state_of("rex"), -1, "that did nothing more");
	ok(db_run(db, "UPDATE inbox SET holder = $1 WHERE holder IS NOT NULL", DB_ARGS(db_text(dead)), &err), "of this machine");
	talloc_free(role);
	role = federate_new(t, process, &err);
	settle();
	is_int(state_of("rex"), ADDRESS_CONFIRMED, "is dealt with by the next");
}

/* Of two items that a process held, one ends it; the other takes effect. */
static void crashing(void)
{
	static const struct quarantine_kind *const kinds[] = { &inbox_item_queue, NULL };
	struct inbox_item **all;
	struct quarantined **quarantined;
	char *me = holder_self(t), *dead = mem_printf(t, "%.*s:999999999.1", (int)(strrchr(me, ':') - me), me);
	is_int(post("kim", "/inbox", follow_json("kim", "1")), 202, "a Follow that ends the role");
	is_int(post("lou", "/inbox", follow_json("lou", "1")), 202, "and one behind it");
	for (size_t crash = 0; crash < QUARANTINE_TRIES; crash++) {
		static const size_t held[] = { 2, 2, 1 };
		fixture_must(inbox_item_claim(t, db, &(struct inbox_item_claimer){ dead, INBOX_ITEM_OF_STRANGER, CLOCK_HOUR, 10, crash > 0, false }, &all, &err), &err);
		is_int((int64_t)talloc_array_length(all), (int64_t)held[crash], "they are tried together, then each alone");
		fixture_must(quarantine_watch(db, kinds, &(struct quarantine_watch){ 0 }, &err), &err);
	}
	settle();
	is_int(state_of("lou"), ADDRESS_CONFIRMED, "the one behind is taken");
	is_int(state_of("kim"), -1, "the other is not");
	ok(inbox_item_sweep(db, clock_now() + 30 * CLOCK_DAY, &err) && quarantine_list(t, db, &quarantined, &err) && talloc_array_length(quarantined) == 1,
	   "it is in quarantine, however long");
	ok(quarantine_retry(db, kinds, quarantined[0]->id, &err), "tried again");
	settle();
	is_int(state_of("kim"), ADDRESS_CONFIRMED, "it is taken");
}

/* ---- delivery ---- */

static int64_t add_entry(const char *slug)
{
	int64_t id = 0;
	if (!db_get_int(db, "INSERT INTO entry (publication, slug, title, content, teaser, excerpt, authors, enclosures, image_width, image_height, words,"
	                    " teaser_words, note_count, published, updated, revised, access, state, withdrawn, hash, announce, created)"
	                    " VALUES ($1, $2, $2, '<p>Text</p>', '<p>Text</p>', '', '[]', '[]', 0, 0, 1, 1, 0, $3, 0, 0, 0, 0, 0, '', 0, $3) RETURNING id",
	                DB_ARGS(db_int(tides->id), db_text(slug), db_int(clock_now())), &id, &err))
		printf("# %s\n", err.text);
	return id;
}

/* An issue for these followers, who were not known before. */
static int64_t add_issue(enum issue_kind kind, int64_t entry, const char *const *names)
{
	int64_t issue = 0, address, now = clock_now();
	db_get_int(db, "INSERT INTO issue (publication, kind, entry, created, cursor, planned) VALUES ($1, $2, $3, $4, 0, $4) RETURNING id",
	           DB_ARGS(db_int(tides->id), db_int(kind), db_int(entry), db_int(now)), &issue, &err);
	for (; *names; names++)
		if (!subscriber_follow(db, tides->id, sender(*names), NULL, &address, &err) ||
		    !db_run(db, "INSERT INTO delivery (issue, address, kind, priority, state, next_try, tries, created, finished, reason)"
		                " VALUES ($1, $2, 1, 1, 0, $3, 0, $3, 0, 0)", DB_ARGS(db_int(issue), db_int(address), db_int(now)), &err))
			printf("# %s\n", err.text);
	return issue;
}

static void outcomes(void)
{
	static const struct {
		const char *name;
		enum delivery_state state;
		enum delivery_reason reason;
		const char *words;
	} cases[] = {
		{ "in-202", DELIVERY_DELIVERED, DELIVERY_NO_REASON, "HTTP 202" },
		{ "in-200", DELIVERY_DELIVERED, DELIVERY_NO_REASON, "HTTP 200" },
		{ "in-knock", DELIVERY_DELIVERED, DELIVERY_NO_REASON, "HTTP 202" },
		{ "in-401", DELIVERY_DEFERRED, DELIVERY_POLICY, "HTTP 401" },
		{ "in-403", DELIVERY_FAILED, DELIVERY_POLICY, "HTTP 403" },
		{ "in-404", DELIVERY_DEFERRED, DELIVERY_DEAD, "HTTP 404" },
		{ "in-400", DELIVERY_FAILED, DELIVERY_CONTENT, "HTTP 400" },
		{ "in-429", DELIVERY_DEFERRED, DELIVERY_THROTTLED, "HTTP 429: slow down" },
		{ "in-503", DELIVERY_DEFERRED, DELIVERY_THROTTLED, "HTTP 503" },
		{ "in-500", DELIVERY_DEFERRED, DELIVERY_NETWORK, "HTTP 500" },
		{ "in-302", DELIVERY_DEFERRED, DELIVERY_NETWORK, "HTTP 302" },
		{ "gone", DELIVERY_FAILED, DELIVERY_DEAD, "the account is gone" },
		{ "page", DELIVERY_DEFERRED, DELIVERY_NETWORK, "its server shows no actor there" },
	};
	const char *names[sizeof cases / sizeof *cases + 1] = { 0 };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		names[i] = cases[i].name;
	int64_t entry = add_entry("outcomes"), issue = add_issue(ISSUE_ENTRY, entry, names);
	settle();
	const struct ledger_filter filter = { .issue = issue, .state = -1 };
	struct ledger_rows *rows = ledger_rows(t, db, &filter);
	struct ledger_row row;
	for (size_t i = 0; ledger_next(rows, &row) && i < sizeof cases / sizeof *cases; i++) {
		is(delivery_state_name(row.state), delivery_state_name(cases[i].state), cases[i].name);
		is(delivery_reason_name(row.reason), delivery_reason_name(cases[i].reason), "... reason");
		is(row.words, cases[i].words, "... words");
		if (row.reason == DELIVERY_THROTTLED && strstr(row.words, "429"))
			ok(row.next_try >= clock_now() + 7000 * CLOCK_SECOND, "... not before it was asked to");
	}
	ok(ledger_finish(rows, &err), "all rows");
	is_int(state_of("gone"), ADDRESS_LEFT, "who is gone follows no more");
	is_int(state_of("in-404"), ADDRESS_CONFIRMED, "who was missing once still does");
	is_int(seen("POST /inbox/knock", ""), 2, "after a 401 it was tried once more");
	is_int(seen("POST /inbox/knock", "Content-Digest: sha-256=:"), 1, "in the other scheme");
	static const char *const knock[] = { "in-knock", NULL };
	add_issue(ISSUE_ENTRY, add_entry("knock"), knock); /* another inbox of the host has refused both meanwhile */
	settle();
	int all = seen("POST /inbox/knock", ""), modern = seen("POST /inbox/knock", "Content-Digest: sha-256=:");
	add_issue(ISSUE_ENTRY, add_entry("knock again"), knock);
	settle();
	is_int(seen("POST /inbox/knock", ""), all + 1, "which the host gets at once from then on");
	is_int(seen("POST /inbox/knock", "Content-Digest: sha-256=:"), modern + 1, "... it alone");
	for (int i = 0; i < 2; i++) {
		db_run(db, "UPDATE delivery SET next_try = 1 WHERE words = 'HTTP 404'", DB_NONE, &err);
		settle();
	}
	is_int(state_of("in-404"), ADDRESS_LEFT, "after the third time they do not");
}

static void sharing(void)
{
	static const char *const names[] = { "shared1", "shared2", "shared3", "own", NULL };
	int64_t entry = add_entry("sharing"), issue = add_issue(ISSUE_ENTRY, entry, names);
	settle();
	char *object = mem_printf(t, "%s/p/%lld\"", tides->url, (long long)entry);
	is_int(seen("POST /inbox/shared", object), 1, "one POST for all behind a shared inbox");
	is_int(seen("POST /users/own/inbox/202", object), 1, "one for who has none");
	is_int(number("SELECT count(*) FROM delivery WHERE state = 2 AND issue = (SELECT max(id) FROM issue)"), 4, "and four rows delivered");
	static const char *const later[] = { "shared4", NULL };
	int64_t address;
	subscriber_follow(db, tides->id, sender(later[0]), NULL, &address, &err);
	db_run(db, "INSERT INTO delivery (issue, address, kind, priority, state, next_try, tries, created, finished, reason) VALUES ($1, $2, 1, 1, 0, 1, 0, $3, 0, 0)",
	       DB_ARGS(db_int(issue), db_int(address), db_int(clock_now())), &err);
	settle();
	is_int(seen("POST /inbox/shared", object), 1, "a row that comes later is not sent again");
	is_int(number("SELECT count(*) FROM delivery WHERE state = 2 AND issue = (SELECT max(id) FROM issue)"), 5, "but delivered");

	static const char *const who[] = { "shared1", NULL };
	db_run(db, "UPDATE entry SET revised = published + 1000 WHERE id = $1", DB_ARGS(db_int(entry)), &err);
	issue = add_issue(ISSUE_REVISION, entry, who);
	settle();
	is_int(seen("POST /inbox/shared", mem_printf(t, "/p/%lld/update/%lld\"", (long long)entry, (long long)issue)), 1, "a revision is an Update");
	ok(strstr(last_seen, "\"updated\":"), "and says so");
	db_run(db, "UPDATE entry SET state = 1, withdrawn = $2 WHERE id = $1", DB_ARGS(db_int(entry), db_int(clock_now())), &err);
	add_issue(ISSUE_WITHDRAWAL, entry, who);
	settle();
	is_int(seen("POST /inbox/shared", "\"Tombstone\""), 1, "a withdrawal is a Delete");
	add_issue(ISSUE_REVISION, entry, who);
	settle();
	is_int(number("SELECT state FROM delivery ORDER BY id DESC LIMIT 1"), DELIVERY_SUPPRESSED, "after it nothing more is sent");
}

/* ---- servers that take the connection and never answer ---- */

static int silent_port;

static int start_silence(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_ANY) };
	socklen_t length = sizeof address;
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 1024) != 0)
		return -1;
	getsockname(listener, (struct sockaddr *)&address, &length);
	silent_port = ntohs(address.sin_port);
	return listener;
}

static char *silent(int n) { return mem_printf(t, "http://127.0.%d.%d:%d/users/sly", 1 + n / 200, 1 + n % 200, silent_port); }

/* Steps until the query counts as many as wanted; false after too long. */
static bool step_until(const char *sql, int64_t wanted)
{
	int64_t deadline = clock_now() + 30 * CLOCK_SECOND;
	bool worked = true;
	while (number(sql) < wanted && clock_now() < deadline)
		if (!federate_step(role, 20, &worked, &err))
			return false;
	return number(sql) >= wanted;
}

/* How long until the query counts as many as wanted, as a note of the test. */
static int64_t time_until(const char *what, const char *sql, int64_t wanted)
{
	int64_t start = clock_steady();
	bool came = step_until(sql, wanted);
	printf("# %s: %lld ms\n", what, (long long)(clock_steady() - start));
	return came ? clock_steady() - start : INT64_MAX;
}

/* All of these were unknown until now, and more of them hang than there are slots for unknown ones. */
static void hanging_inboxes(int from, int count)
{
	static const char *const names[] = { "in-201", "in-206", NULL };
	int64_t issue = add_issue(ISSUE_ENTRY, add_entry(mem_printf(t, "hanging-%d", count)), names + 2), address;
	fixture_must(db_run(db, "UPDATE delivery SET next_try = NULL WHERE next_try IS NOT NULL", DB_NONE, &err), &err);
	for (int i = from; i < from + count; i++) {
		struct remote_actor sly = { silent(i), mem_printf(t, "%s/inbox", silent(i)), NULL, "Sly", "sly", mem_printf(t, "%s#k", silent(i)), "", 0, 0 };
		fixture_must(remote_actor_store(db, &sly, &err) && subscriber_follow(db, tides->id, sly.uri, NULL, &address, &err) &&
		             db_run(db, "INSERT INTO delivery (issue, address, kind, priority, state, next_try, tries, created, finished, reason)"
		                        " VALUES ($1, $2, 1, 1, 0, $3, 0, $3, 0, 0)", DB_ARGS(db_int(issue), db_int(address), db_int(clock_now())), &err), &err);
	}
	add_issue(ISSUE_ENTRY, add_entry(mem_printf(t, "behind-%d", count)), names);
	ok(time_until(mem_printf(t, "deliveries beside %d hanging inboxes", count), "SELECT count(*) FROM delivery WHERE state = 2 AND issue = (SELECT max(id) FROM issue)", 2) < 5000,
	   "those behind them have theirs");
	is_int(number("SELECT count(*) FROM delivery WHERE state = 0 AND issue = (SELECT max(id) - 1 FROM issue)"), count,
	       "before any of the hanging inboxes is given up");
	post(mem_printf(t, "accepted-%d", count), "/inbox", follow_json(mem_printf(t, "accepted-%d", count), "1"));
	ok(time_until(mem_printf(t, "an Accept beside %d hanging inboxes", count),
	              mem_printf(t, "SELECT count(*) FROM delivery d JOIN address a ON a.id = d.address WHERE d.state = 2 AND a.value LIKE '%%/accepted-%d'", count), 1) < 5000,
	   "an Accept does not wait for them");
}

static void follow_from_silence(int from, int to)
{
	for (int i = from; i < to; i++) {
		char *id = silent(i);
		char *follow = mem_printf(t, "{\"type\":\"Follow\",\"id\":\"%s/1\",\"actor\":\"%s\",\"object\":\"%s/@tides\"}", id, id, tides->url);
		if (post_as(ann_key, mem_printf(t, "%s#key", id), "/inbox", follow, SIGNATURE_CAVAGE) != 202)
			ok(false, "a Follow whose key is at a server that hangs");
	}
}

/* First more keys at servers that hang than there are slots for them, then more than may be fetched in the same time. */
static void hanging_keys(void)
{
	follow_from_silence(100, 150);
	post("newcomer", "/inbox", follow_json("newcomer", "1"));
	ok(step_until("SELECT count(*) FROM address WHERE value LIKE '%/newcomer' AND state = 1", 1), "a stranger behind them follows");
	follow_from_silence(150, 450);
	post("newcomer", "/inbox", undo_json("newcomer", "1"));
	ok(step_until("SELECT count(*) FROM address WHERE value LIKE '%/newcomer' AND state = 2", 1), "whom we know does not wait at all");
	is_int(number("SELECT count(*) FROM inbox WHERE state = 0 AND tries = 0 AND next_try IS NOT NULL AND body <> ''"), 350, "none of them was given up for that");
	fixture_must(db_run(db, "DELETE FROM inbox WHERE state = 0", DB_NONE, &err), &err);
}

/* One key, at a server that hangs, for more items than memory should hold. */
static void one_hanging_key(const struct role *process)
{
	enum { ITEMS = 1000, MOST = 600 };
	talloc_free(role);
	role = federate_new(t, process, &err);
	follow_from_silence(450, 451);
	for (int i = 1; i < ITEMS; i++)
		fixture_must(db_run(db, "INSERT INTO inbox (publication, head, body, received, state, tries, next_try, lane)"
		                        " SELECT publication, head, body, received, state, tries, next_try, lane FROM inbox WHERE next_try IS NOT NULL ORDER BY id LIMIT 1", DB_NONE, &err), &err);
	bool worked = true;
	for (int i = 0; i < ITEMS && worked; i++)
		fixture_must(federate_step(role, 0, &worked, &err), &err);
	int64_t taken = number("SELECT count(*) FROM inbox WHERE holder IS NOT NULL");
	ok(taken > 0 && taken <= MOST, "the others wait in the database");
	fixture_must(db_run(db, "DELETE FROM inbox WHERE state = 0", DB_NONE, &err), &err);
}

/* How long a Follow takes whose sender is on a server that was never heard of. */
static int64_t time_of_follow(const char *what, int n)
{
	char *id = mem_printf(t, "http://127.0.250.%d:%d/users/genuine", n, port);
	char *follow = mem_printf(t, "{\"type\":\"Follow\",\"id\":\"%s/1\",\"actor\":\"%s\",\"object\":\"%s/@tides\"}", id, id, tides->url);
	is_int(post_as(ann_key, mem_printf(t, "%s#main-key", id), "/inbox", follow, SIGNATURE_CAVAGE), 202, what);
	return time_until(what, mem_printf(t, "SELECT count(*) FROM address WHERE value = '%s' AND state = 1", id), 1);
}

static void federate_step_for(int64_t ms)
{
	bool worked;
	for (int64_t until = clock_steady() + ms; clock_steady() < until;)
		fixture_must(federate_step(role, 20, &worked, &err), &err);
}

/* Ten thousand forged Follows, whose keys are at two hundred servers that hang. */
static void ten_thousand_forged(const struct role *process)
{
	enum { FORGED = 10000, HOSTS = 200, MOST = 5000, SOON = 2000 };
	talloc_free(role);
	role = federate_new(t, process, &err);
	post("oldest", "/inbox", follow_json("oldest", "1"));
	step_until("SELECT count(*) FROM address WHERE value LIKE '%/oldest' AND state = 1", 1);
	follow_from_silence(500, 500 + HOSTS);
	fixture_must(db_run(db, "INSERT INTO inbox (publication, head, body, received, state, tries, next_try, lane, key_host, turn)"
	                        " WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < $1)"
	                        " SELECT i.publication, i.head, i.body, i.received, i.state, i.tries, i.next_try, i.lane, i.key_host, i.turn + c.n FROM c, inbox i WHERE i.next_try IS NOT NULL AND i.lane = 0",
	                    DB_ARGS(db_int(FORGED / HOSTS - 2)), &err), &err);
	ok(number("SELECT count(*) FROM inbox WHERE next_try IS NOT NULL") >= FORGED - HOSTS, "ten thousand forged Follows wait");
	is_int(post("oldest", "/inbox", undo_json("oldest", "1")), 202, "and an Undo of a follower");
	ok(time_until("an Undo behind 10,000 forged Follows", "SELECT count(*) FROM address WHERE value LIKE '%/oldest' AND state = 2", 1) < MOST, "the Undo does not wait for them");
	post("oldest", "/inbox", follow_json("oldest", "2"));
	ok(time_until("a Follow of somebody who is known", "SELECT count(*) FROM address WHERE value LIKE '%/oldest' AND state = 1", 1) < MOST, "nor does a Follow");
	ok(time_of_follow("a Follow of a new server behind 10,000 forged ones", 1) < SOON, "nor does a Follow of a server that nobody knows");
	federate_step_for(3 * CLOCK_SECOND);
	ok(time_of_follow("another, when hundreds of fetches hang", 2) < SOON, "nor another, later");
	fixture_must(db_run(db, "DELETE FROM inbox WHERE state = 0", DB_NONE, &err), &err);
}

/* As many servers that hang as there are forged Follows: more than may be asked at once. */
static void forged_by_many(const struct role *process)
{
	enum { HOSTS = 700, SOON = 4000 };
	talloc_free(role);
	role = federate_new(t, process, &err);
	follow_from_silence(1500, 1500 + HOSTS);
	federate_step_for(5 * CLOCK_SECOND);
	ok(time_of_follow("a Follow of a new server behind 700 servers that hang", 3) < SOON, "a Follow of a server that nobody knows is before the others");
	federate_step_for(2 * CLOCK_SECOND);
	ok(time_of_follow("another", 4) < SOON, "another, too");
	fixture_must(db_run(db, "DELETE FROM inbox WHERE state = 0", DB_NONE, &err), &err);
}

/* Items that take effect together: one that cannot takes the effect from no other. */
static void spoiling(void)
{
	static const char *const names[] = { "early", "twin", "spoiler", "late" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct remote_actor known = { sender(names[i]), mem_printf(t, "%s/inbox/202", sender(names[i])), NULL, "K", "k", mem_printf(t, "%s#main-key", sender(names[i])),
		                              key_public_pem(t, ann_key), 0, 0 };
		fixture_must(remote_actor_store(db, &known, &err), &err);
		is_int(post(names[i], "/inbox", follow_json(names[i], "1")), 202, "a Follow");
	}
	fixture_must(db_run(db, "DELETE FROM activity_seen", DB_NONE, &err) &&
	             db_run(db, mem_printf(t, "CREATE UNIQUE INDEX spoiling ON activity_seen ((CASE WHEN activity IN ('taken', '%s/1') THEN 1 ELSE NULL END))", sender("spoiler")), DB_NONE, &err) &&
	             db_run(db, "INSERT INTO activity_seen (activity, actor, seen) VALUES ('taken', '', 0)", DB_NONE, &err), &err);
	ok(step_until("SELECT count(*) FROM address WHERE (value LIKE '%/early' OR value LIKE '%/twin' OR value LIKE '%/late') AND state = 1", 3), "three follow");
	ok(state_of("spoiler") != ADDRESS_CONFIRMED, "the one that cannot does not");
	is_int(number("SELECT state FROM inbox WHERE id = (SELECT max(id) - 1 FROM inbox)"), 2, "and is refused");
	fixture_must(db_run(db, "DROP INDEX spoiling", DB_NONE, &err), &err);
}

/* What was sent is what another implementation would verify: our key, our digest, the bytes that came. */
static void verifying(void)
{
	seen("POST /users/own/inbox/202", "");
	struct http_header *headers = NULL;
	size_t count = 0;
	char *body = strstr(last_seen, "\r\n\r\n") + 4, *line = strstr(last_seen, "\r\n") + 2;
	body[-2] = '\0';
	for (char *end; (end = strstr(line, "\r\n")); line = end + 2) {
		*end = '\0';
		char *colon = strchr(line, ':');
		*colon = '\0';
		*mem_push(t, headers, count) = (struct http_header){ line, text_trim(t, colon + 1) };
	}
	(void)mem_push(t, headers, count);
	struct signature_message m = { "POST", place, "/users/own/inbox/202", headers, body, strlen(body) };
	struct signature *s = signature_read(t, &m, &err);
	struct key *key = publication_key(t, db, tides->id, PUBLICATION_KEY_ACTOR, KEY_RSA, &err);
	ok(s && signature_check(s, &m, clock_now(), &err) && signature_verify(s, &m, key), "what arrived is signed by the actor's key");
}

/* ---- outboxes whose items are ids ---- */

static const struct http_response *page_with(const char *items)
{
	struct http_response *r = mem_new(t, struct http_response);
	const char *text = mem_printf(t, "{\"@context\":\"https://www.w3.org/ns/activitystreams\",\"type\":\"OrderedCollectionPage\",\"id\":\"%s/outbox\",\"orderedItems\":[%s]}", place, items);
	r->done = true;
	r->status = 200;
	r->url = mem_printf(t, "%s/outbox?page=1", place);
	r->body = buf_new(r, 1 << 20);
	buf_add(r->body, text, strlen(text));
	return r;
}

static char *item(const char *type, const char *object)
{
	return mem_printf(t, "{\"type\":\"%s\",\"id\":\"%s/%s/%s\",\"actor\":\"%s/users/ann\",\"to\":\"as:Public\",\"object\":\"%s%s\"}", type, place, type, object + 1, place, place, object);
}

static void outboxes(const char *const *networks)
{
	const struct http_options options = { .allow_networks = networks, .parallel = 8 };
	struct signed_transport *transport = signed_transport_new(t, db, &options, &err);
	const struct {
		const char *what, *items;
		int64_t left;
		int posts, unread, requests;
	} cases[] = {
		{ "posts by their ids", mem_printf(t, "%s,%s,%s", item("Create", "/posts/1"), item("Update", "/posts/2"), item("Announce", "/posts/3")), 100, 3, 0, 3 },
		{ "a post that is gone, one that is hidden, a page, another post", mem_printf(t, "%s,%s,%s,%s,%s", item("Create", "/posts/gone"), item("Create", "/posts/hidden"),
		  item("Create", "/posts/page"), item("Create", "/posts/other"), item("Create", "/posts/4")), 100, 1, 4, 5 },
		{ "one of somebody else", item("Announce", "/posts/bob"), 100, 0, 0, 1 },
		{ "one on another server", "{\"type\":\"Announce\",\"actor\":\"x\",\"object\":\"https://evil.example/posts/1\"},\"https://evil.example/acts/1\"", 100, 0, 0, 0 },
		{ "activities by their ids", mem_printf(t, "\"%s/acts/5\",\"%s/acts/gone\"", place, place), 100, 1, 1, 4 },
		{ "a like and a deletion", mem_printf(t, "%s,%s", item("Like", "/posts/6"), item("Delete", "/posts/7")), 100, 0, 0, 0 },
		{ "more than may be asked for", mem_printf(t, "%s,%s,%s", item("Create", "/posts/8"), item("Create", "/posts/9"), item("Create", "/posts/10")), 2, 2, 1, 2 },
	};
	for (size_t i = 0; transport && i < sizeof cases / sizeof *cases; i++) {
		int64_t left = cases[i].left, unread = 0;
		const struct http_response *page = page_with(cases[i].items), *whole = outbox_page_whole(t, transport, tides, page, &left, &unread);
		struct feed *feed = feed_parse(t, whole->body->data, whole->body->size, "application/activity+json", NULL, &err);
		is_int(feed ? (int)feed->count : -1, cases[i].posts, cases[i].what);
		is_int(unread, cases[i].unread, "... and what could not be read");
		is_int(cases[i].left - left, cases[i].requests, "... with so many requests");
		ok((whole == page) == (cases[i].requests == 0), "... the page as it is, when nothing is asked");
	}
}

int main(void)
{
	t = talloc_new(NULL);
	ok(set_up(), "a publication");
	pid_t server = start_server();
	int silence = start_silence();
	static const char *const networks[] = { "127.0.0.0/8", NULL };
	const struct config config = { .allow_networks = networks, .lease_seconds = 60 };
	const struct role process = { .config = &config, .db = db, .workers = 1, .shared = federate_share() };
	role = federate_new(t, &process, &err);
	if (ok(server > 0 && role, "a server and the role")) {
		outboxes(networks); /* while the role has no requests of its own */
		at_the_door();
		following();
		leaving();
		refusing();
		flooding();
		together();
		crowding();
		rotating();
		recovering(&process);
		crashing();
		outcomes();
		sharing();
		verifying();
		spoiling();
		ok(silence >= 0, "a server that never answers");
		hanging_inboxes(0, 70);
		hanging_inboxes(1000, 300);
		hanging_keys();
		one_hanging_key(&process);
		ten_thousand_forged(&process);
		forged_by_many(&process);
		ok(federate_stop(role, 100, &err), "the role stops");
	}
	close(silence);
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	unlink(seen_file);
	talloc_free(t);
	return tap_done();
}
