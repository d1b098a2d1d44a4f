/* WebSub without a network: what documents name, what hubs may say, what is believed. */
#include "feeds/parse/feed_parse.h"
#include "feeds/websub/websub.h"
#include "feeds/websub/websub_discover.h"
#include "feeds/websub/websub_intent.h"
#include "feeds/websub/websub_links.h"
#include "feeds/websub/websub_push.h"
#include "feeds/websub/websub_signature.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/encode.h"
#include "unit/fixture.h"
#include <openssl/hmac.h>
#include <sys/wait.h>

static struct error err;

#define BASE "https://b.example/feed"

static const struct {
	const char *what, *header, *hubs, *self;
} headers[] = {
	{ "both", "<https://h.example/>; rel=\"hub\", <https://b.example/f>; rel=\"self\"", "https://h.example/", "https://b.example/f" },
	{ "without quotes or spaces", "<https://h.example/>;rel=hub,<https://b.example/f>;rel=self", "https://h.example/", "https://b.example/f" },
	{ "several words in one rel, in any case", "<https://h.example/>; REL=\"x Hub\tSELF\"", "https://h.example/", "https://h.example/" },
	{ "a word that only begins so", "<https://h.example/>; rel=hubs, <https://h.example/>; rel=\"selfish\"", "", NULL },
	{ "of two rels the first", "<https://h.example/>; rel=next; rel=hub", "", NULL },
	{ "other parameters, quotes and commas in them", "<https://h.example/>; title=\"a, b; \\\"rel=x\\\"\"; rel=hub", "https://h.example/", NULL },
	{ "a comma in the URL", "<https://h.example/a,b>; rel=hub", "https://h.example/a,b", NULL },
	{ "relative to the document", "</hub>; rel=hub, <feed?x=1>; rel=self", "https://b.example/hub", "https://b.example/feed?x=1" },
	{ "a link of another document", "<https://h.example/>; rel=hub; anchor=\"https://c.example/\"", "", NULL },
	{ "several hubs, in their order, each once", "<https://h.example/>; rel=hub, <https://i.example/>; rel=hub, <https://h.example/>; rel=hub",
	  "https://h.example/ https://i.example/", NULL },
	{ "no more than five", "<//1.e>;rel=hub,<//2.e>;rel=hub,<//3.e>;rel=hub,<//4.e>;rel=hub,<//5.e>;rel=hub,<//6.e>;rel=hub",
	  "https://1.e/ https://2.e/ https://3.e/ https://4.e/ https://5.e/", NULL },
	{ "a fragment is no part of a topic", "<https://b.example/f#top>; rel=self", "", "https://b.example/f" },
	{ "what is written stays: hubs compare bytes", "<https://B.example:443/a%7eb/../f>; rel=self", "", "https://B.example:443/a%7eb/../f" },
	{ "no hub behind other schemes", "<mailto:x@h.example>; rel=hub, <javascript:x>; rel=hub", "", NULL },
	{ "a bad link does not hide the next", "<https://h.example/; rel=hub, junk, <https://i.example/>; rel=hub", "https://i.example/", NULL },
	{ "a quote without end", "<https://h.example/>; rel=\"hub", "https://h.example/", NULL },
	{ "nothing", "", "", NULL },
	{ "commas", ",,,", "", NULL },
	{ "half a link", "<", "", NULL },
	{ "half a parameter", "<https://h.example/>; rel", "", NULL },
};

static char *joined(void *owner, const struct websub_links *links)
{
	char *all = mem_dup(owner, "");
	for (size_t i = 0; i < links->hub_count; i++)
		all = mem_printf(owner, "%s%s%s", all, i ? " " : "", links->hubs[i]);
	return all;
}

static void is_or_null(const char *got, const char *want, const char *what)
{
	is(got ? got : "(none)", want ? want : "(none)", what);
}

static void read_headers(void)
{
	for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
		struct websub_links *links = mem_new(NULL, struct websub_links);
		websub_links_header(links, headers[i].header, BASE);
		is(joined(links, links), headers[i].hubs, headers[i].what);
		is_or_null(links->self, headers[i].self, "… self");
		talloc_free(links);
	}
}

#define ATOM(links) "<feed xmlns='http://www.w3.org/2005/Atom'><id>i</id><title>t</title>" links "<entry><id>e</id><title>e</title></entry></feed>"

static const struct {
	const char *what, *type, *url, *header, *body, *hubs, *self;
} documents[] = {
	{ "an Atom feed names them", "application/atom+xml", BASE, NULL, ATOM("<link rel='hub' href='https://h.example/'/><link rel='self' href='https://b.example/f'/>"),
	  "https://h.example/", "https://b.example/f" },
	{ "headers are believed first", "application/atom+xml", BASE, "<https://h.example/>; rel=hub, <https://b.example/f>; rel=self",
	  ATOM("<link rel='hub' href='https://false.example/'/><link rel='self' href='https://false.example/f'/>"), "https://h.example/", "https://b.example/f" },
	{ "what headers leave open the document says", "application/atom+xml", BASE, "<https://h.example/>; rel=hub",
	  ATOM("<link rel='self' href='https://b.example/f'/>"), "https://h.example/", "https://b.example/f" },
	{ "a page does, in <link>", "text/html", BASE, NULL,
	  "<!doctype html><html><head><link rel='stylesheet hub' href='/hub'><link rel=self href=f></head><body><a rel=hub href=/no>no</a><p>&lt;link rel=hub></body></html>",
	  "https://b.example/hub", "https://b.example/f" },
	{ "a feed without", "application/atom+xml", BASE, NULL, ATOM(""), "", NULL },
	{ "YouTube's hub is known", "application/atom+xml", "https://www.youtube.com/feeds/videos.xml?channel_id=x", NULL,
	  ATOM("<link rel='self' href='http://www.youtube.com/feeds/videos.xml?channel_id=x'/>"), "https://pubsubhubbub.appspot.com/subscribe",
	  "https://www.youtube.com/feeds/videos.xml?channel_id=x" },
};

static struct http_response *answer_of(void *owner, const char *url, const char *type, const char *link, const char *body)
{
	struct http_response *r = mem_new(owner, struct http_response);
	r->done = true;
	r->status = 200;
	r->url = url;
	r->headers = mem_array(r, struct http_header, 3);
	r->headers[0] = (struct http_header){ "content-type", type };
	if (link)
		r->headers[1] = (struct http_header){ "link", link };
	r->body = buf_new(r, 1 << 20);
	buf_add(r->body, body, strlen(body));
	return r;
}

static void read_documents(void)
{
	for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
		void *t = talloc_new(NULL);
		struct http_response *r = answer_of(t, documents[i].url, documents[i].type, documents[i].header, documents[i].body);
		struct feed *feed = feed_parse(t, r->body->data, r->body->size, documents[i].type, r->url, &err);
		struct websub_links *links = websub_links(t, r, feed);
		is(joined(t, links), documents[i].hubs, documents[i].what);
		is_or_null(links->self, documents[i].self, "… self");
		talloc_free(t);
	}
}

/* Of "body" with the key "secret", as `printf body | openssl dgst -ALGORITHM -hmac secret` says. */
#define SHA256 "dc46983557fea127b43af721467eb9b3fde2338fe3e14f51952aa8478c13d355"
static const struct {
	const char *what, *header;
	bool fits;
} signatures[] = {
	{ "sha1", "sha1=a18991ff7e4513a1c2d2ee51e3a8e99ca891d9cd", true },
	{ "sha256", "sha256=" SHA256, true },
	{ "sha384", "sha384=ad10d2f2362ff0d063353e51c631bd545244456ef64ea31871021a1681e44e973c7913cbde7bd978cfd254a83ab2ae19", true },
	{ "sha512", "sha512=de4a671e8233987c46a9048b8041bda6296901960022836c15c28023d3f66c3720449af241bdfe2e592c5b2273730cd1df763073e018e60d7313077c5342fde9",
	  true },
	{ "capital letters", "SHA1=A18991FF7E4513A1C2D2EE51E3A8E99CA891D9CD", true },
	{ "none at all", NULL, false },
	{ "an empty one", "", false },
	{ "md5 is none", "md5=4219bd2e215b54e28a19814d2653aa16", false },
	{ "one digit is wrong", "sha1=a18991ff7e4513a1c2d2ee51e3a8e99ca891d9ce", false },
	{ "one is missing", "sha1=a18991ff7e4513a1c2d2ee51e3a8e99ca891d9c", false },
	{ "one is more", "sha1=a18991ff7e4513a1c2d2ee51e3a8e99ca891d9cd0", false },
	{ "one is no digit", "sha1=a18991ff7e4513a1c2d2ee51e3a8e99ca891d9cg", false },
	{ "of another method", "sha1=" SHA256, false },
	{ "without a method", SHA256, false },
	{ "without digits", "sha256=", false },
	{ "an unknown method that begins like one", "sha=" SHA256, false },
};

static void check_signatures(void)
{
	for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++)
		ok(websub_signature_fits(signatures[i].header, "secret", "body", 4) == signatures[i].fits, signatures[i].what);
}

static const struct {
	const char *url;
	bool reachable;
} places[] = {
	{ "https://letters.example", true }, { "http://letters.example:8080", true }, { "https://192.0.2.1", false }, { "https://9.9.9.9", true },
	{ "http://localhost:8080", false }, { "http://blog.localhost", false }, { "http://nas.local", false }, { "http://nas", false },
	{ "http://127.0.0.1:8080", false }, { "http://10.1.2.3", true }, { "http://192.168.1.1", false }, { "http://[::1]", false }, { "http://[2620:fe::fe]", true },
};

static void look_from_outside(void)
{
	const struct config config = { .allow_networks = (const char *const[]){ "10.0.0.0/8", NULL } };
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		ok(websub_reachable(&(struct publication){ .url = places[i].url }, &config) == places[i].reachable, places[i].url);
}

/* One source in a database of its own, which a fetch found to name two hubs. */
struct setup {
	struct db *db;
	struct config config;
	struct source *source;
	struct websub *w;
};

static const char two_hubs[] = "<https://h.example/>; rel=hub, <https://i.example/>; rel=hub, <https://b.example/f>; rel=self";

static void poll(struct setup *s, const char *link, size_t fresh)
{
	struct http_response *r = answer_of(s->db, BASE, "application/atom+xml", link, ATOM(""));
	const struct websub_document fetch = { r, NULL, fresh };
	fixture_must(websub_discover(s->db, &s->config, s->source, &fetch, &err), &err);
	talloc_free(r);
}

static void look(struct setup *s)
{
	s->w = websub_of(s->db, s->db, s->source->id, &err);
	s->source = source_get(s->db, s->db, s->source->id, &err);
	fixture_must(s->w && s->source, &err);
}

static void set(struct setup *s)
{
	int64_t id;
	s->db = fixture_db(NULL);
	s->source = mem_new(s->db, struct source);
	s->source->publication = fixture_publication(s->db, s->db, "https://letters.example", PUBLICATION_FREE, 0)->id;
	fixture_must(source_add(s->db, s->source->publication, SOURCE_FEED, BASE, 0, &id, &err), &err);
	s->source->id = id;
	poll(s, two_hubs, 0);
	look(s);
}

/* Writes what the asking role would have. */
static void record(struct setup *s, enum websub_state state, enum websub_mode pending, int64_t pending_until)
{
	const struct websub before = *s->w;
	bool mine;
	s->w->state = state;
	s->w->pending = pending;
	s->w->pending_until = pending_until;
	fixture_must(websub_record(s->db, &before, s->w, &mine, &err) && mine, &err);
}

static bool intend(struct setup *s, const char *mode, const char *topic, int64_t lease)
{
	bool agreed;
	const struct websub_intent intent = { mode, topic, lease, "  we do\n not know you " };
	fixture_must(websub_intent(s->db, s->w->token, &intent, CLOCK_MINUTE, &agreed, &err), &err);
	return agreed;
}

static const struct {
	const char *what;
	enum websub_state state;
	enum websub_mode pending;
	int64_t pending_until; /* from now */
	const char *mode, *topic;
	bool agreed;
} intents[] = {
	{ "what we asked for", WEBSUB_WANTED, WEBSUB_SUBSCRIBE, 1000000, "subscribe", "https://b.example/f", true },
	{ "again, to go on", WEBSUB_ACTIVE, WEBSUB_SUBSCRIBE, 1000000, "subscribe", "https://b.example/f", true },
	{ "what we never asked for", WEBSUB_WANTED, WEBSUB_NOTHING, 0, "subscribe", "https://b.example/f", false },
	{ "what we asked for long ago", WEBSUB_WANTED, WEBSUB_SUBSCRIBE, -1000, "subscribe", "https://b.example/f", false },
	{ "another topic", WEBSUB_WANTED, WEBSUB_SUBSCRIBE, 1000000, "subscribe", "https://b.example/feed", false },
	{ "a longer topic", WEBSUB_WANTED, WEBSUB_SUBSCRIBE, 1000000, "subscribe", "https://b.example/f#", false },
	{ "no topic", WEBSUB_WANTED, WEBSUB_SUBSCRIBE, 1000000, "subscribe", NULL, false },
	{ "no mode", WEBSUB_WANTED, WEBSUB_SUBSCRIBE, 1000000, NULL, "https://b.example/f", false },
	{ "the other mode", WEBSUB_WANTED, WEBSUB_SUBSCRIBE, 1000000, "unsubscribe", "https://b.example/f", false },
	{ "an empty mode where nothing is pending", WEBSUB_WANTED, WEBSUB_NOTHING, 1000000, "", "https://b.example/f", false },
	{ "to stop, as we asked", WEBSUB_LEAVING, WEBSUB_UNSUBSCRIBE, 1000000, "unsubscribe", "https://b.example/f", true },
	{ "to begin, when we asked to stop", WEBSUB_LEAVING, WEBSUB_UNSUBSCRIBE, 1000000, "subscribe", "https://b.example/f", false },
	{ "denied", WEBSUB_WANTED, WEBSUB_SUBSCRIBE, 1000000, "denied", "https://b.example/f", true },
	{ "denied later", WEBSUB_ACTIVE, WEBSUB_NOTHING, 0, "denied", "https://b.example/f", true },
	{ "denied for another topic", WEBSUB_ACTIVE, WEBSUB_NOTHING, 0, "denied", "https://b.example/x", false },
};

static void hear_intents(void)
{
	for (size_t i = 0; i < sizeof intents / sizeof *intents; i++) {
		struct setup s = { 0 };
		set(&s);
		record(&s, intents[i].state, intents[i].pending, clock_now() + intents[i].pending_until);
		ok(intend(&s, intents[i].mode, intents[i].topic, CLOCK_DAY) == intents[i].agreed, intents[i].what);
		talloc_free(s.db);
	}
}

static const struct {
	const char *what;
	int64_t lease, taken, left; /* as granted, as taken, and how long before its end it is renewed */
} leases[] = {
	{ "ten days", 10 * CLOCK_DAY, 10 * CLOCK_DAY, CLOCK_DAY },
	{ "six hours", 6 * CLOCK_HOUR, 6 * CLOCK_HOUR, CLOCK_HOUR },
	{ "an hour", CLOCK_HOUR, CLOCK_HOUR, 30 * CLOCK_MINUTE },
	{ "none said", 0, 10 * CLOCK_DAY, CLOCK_DAY },
	{ "a second", CLOCK_SECOND, CLOCK_MINUTE, 30 * CLOCK_SECOND },
	{ "for ever", INT64_MAX, 30 * CLOCK_DAY, 3 * CLOCK_DAY },
};

static void take_leases(void)
{
	for (size_t i = 0; i < sizeof leases / sizeof *leases; i++) {
		struct setup s = { 0 };
		set(&s);
		record(&s, WEBSUB_WANTED, WEBSUB_SUBSCRIBE, clock_now() + CLOCK_DAY);
		int64_t before = clock_now();
		intend(&s, "subscribe", s.w->topic, leases[i].lease);
		int64_t took = clock_now() - before;
		look(&s);
		ok(s.w->lease_end - before >= leases[i].taken && s.w->lease_end - before <= leases[i].taken + took, leases[i].what);
		is_int(s.w->lease_end - s.w->next_try, leases[i].left, "… renewed before its end");
		ok(s.source->pushed_until > before && s.source->pushed_until <= before + took + CLOCK_DAY, "… believed for a day at first");
		talloc_free(s.db);
	}
}

static char *sign(void *owner, const struct websub *w, const char *body)
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned size;
	HMAC(EVP_sha256(), w->secret, (int)strlen(w->secret), (const unsigned char *)body, strlen(body), sum, &size);
	return mem_printf(owner, "sha256=%s", encode_hex(owner, sum, size));
}

static enum websub_push_result push(struct setup *s, const char *token, const char *signature, const char *body)
{
	enum websub_push_result result;
	const struct websub_delivery d = { signature, "application/atom+xml", body, strlen(body) };
	fixture_must(websub_push_receive(s->db, token, &d, &result, &err), &err);
	return result;
}

static void turn_down(void)
{
	struct setup s = { 0 };
	set(&s);
	is(s.w->hub, "https://h.example/", "the first hub is asked first");
	char *token = mem_dup(s.db, s.w->token), *secret = mem_dup(s.db, s.w->secret);
	ok(strlen(token) >= 22 && strlen(secret) >= 22 && strlen(secret) < 200, "with a token and a secret that nobody guesses");
	ok(intend(&s, "denied", s.w->topic, 0), "it denies");
	look(&s);
	is(s.w->hub, "https://i.example/", "then the second is");
	ok(s.w->state == WEBSUB_WANTED && s.w->next_try <= clock_now(), "at once");
	ok(strcmp(s.w->token, token) != 0 && strcmp(s.w->secret, secret) != 0, "with others");
	ok(intend(&s, "denied", s.w->topic, 0), "which denies as well");
	look(&s);
	ok(s.w->state == WEBSUB_DENIED && s.w->next_try > clock_now() + CLOCK_DAY, "then it is days until the first is asked again");
	is(s.w->hub, "https://h.example/", "the first");
	is(s.w->last_error, "the hub says: we do not know you", "and why is known");
	talloc_free(s.db);
}

static void hear_of_hubs(void)
{
	struct setup s = { 0 };
	set(&s);
	int64_t id = s.w->id;
	poll(&s, two_hubs, 0);
	look(&s);
	is_int(s.w->id, id, "the same hubs are the same subscription");
	poll(&s, "<https://i.example/>; rel=hub, <https://h.example/>; rel=hub, <https://b.example/f>; rel=self", 0);
	look(&s);
	is_int(s.w->id, id, "in another order too");
	is(s.w->hub, "https://h.example/", "with the hub that it has");
	poll(&s, "<https://h.example/>; rel=hub, <https://b.example/g>; rel=self", 0);
	look(&s);
	ok(s.w->id != id, "another topic is another one");
	is(s.w->topic, "https://b.example/g", "for that topic");
	struct websub *old = websub_by_id(s.db, s.db, id, &err);
	ok(old && old->source == 0, "and the old one belongs to nobody");
	is_int(push(&s, old->token, NULL, "x"), WEBSUB_PUSH_ENDED, "its callback is over");
	poll(&s, "<https://b.example/g>; rel=self", 0);
	ok(!websub_of(s.db, s.db, s.source->id, &err) && err.kind == ERROR_NOT_FOUND, "no hub, no subscription");
	talloc_free(s.db);
}

static void believe(void)
{
	struct setup s = { 0 };
	set(&s);
	record(&s, WEBSUB_WANTED, WEBSUB_SUBSCRIBE, clock_now() + CLOCK_DAY);
	intend(&s, "subscribe", s.w->topic, 10 * CLOCK_DAY);
	look(&s);
	poll(&s, two_hubs, 0);
	look(&s);
	ok(s.source->pushed_until != 0, "a fetch that finds nothing new changes nothing");
	poll(&s, two_hubs, 1);
	ok(s.source->pushed_until == 0, "one that does shows that the hub does not push");
	look(&s);
	ok(s.source->pushed_until == 0 && !s.w->proven, "and that is written");
	record(&s, WEBSUB_ACTIVE, WEBSUB_SUBSCRIBE, clock_now() + CLOCK_DAY);
	intend(&s, "subscribe", s.w->topic, 10 * CLOCK_DAY);
	look(&s);
	ok(s.source->pushed_until == 0, "to go on with the lease does not change that");
	talloc_free(s.db);
}

/* Over plain http everybody on the way reads our secret. */
static void weigh_pushes(void)
{
	static const struct { const char *hub, *feed; int kept; } cases[] = {
		{ "https://h.example/", "https://b.example/feed", 1 }, { "http://h.example/", "https://b.example/feed", 0 },
		{ "http://h.example/", "http://b.example/feed", 1 }, { "https://h.example/", "http://b.example/feed", 1 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct setup s = { 0 };
		int64_t waiting, next;
		set(&s);
		fixture_must(db_run(s.db, "UPDATE websub SET hub = $1", DB_ARGS(db_text(cases[i].hub)), &err) &&
		             db_run(s.db, "UPDATE source SET url = $1, next_fetch = $2", DB_ARGS(db_text(cases[i].feed), db_int(clock_now() + CLOCK_DAY)), &err), &err);
		is_int(push(&s, s.w->token, sign(s.db, s.w, "x"), "x"), WEBSUB_PUSH_ACCEPTED, "a push is taken");
		fixture_must(websub_push_waiting(s.db, s.w->id, &waiting, &err) && source_next_due(s.db, &next, &err), &err);
		is_int(waiting, cases[i].kept, mem_printf(s.db, "by %s of %s: what it says counts or not", cases[i].hub, cases[i].feed));
		ok((next == 0) == !cases[i].kept, "... and where it does not, the feed is asked itself");
		talloc_free(s.db);
	}
}

static void keep_pushes(void)
{
	struct setup s = { 0 };
	int64_t waiting, due;
	set(&s);
	is_int(push(&s, "nobody", NULL, "x"), WEBSUB_PUSH_UNKNOWN, "no token, nobody");
	is_int(push(&s, s.w->token, "sha1=00", "x"), WEBSUB_PUSH_BAD_SIGNATURE, "no signature, no push");
	look(&s);
	is_int(s.w->forged, 1, "which is counted");
	fixture_must(websub_push_next_due(s.db, &due, &err), &err);
	is_int(due, -1, "nothing is to be read");
	char *good = sign(s.db, s.w, "x");
	for (int i = 0; i < 12; i++)
		is_int(push(&s, s.w->token, good, "x"), WEBSUB_PUSH_ACCEPTED, "a good one is kept");
	fixture_must(websub_push_waiting(s.db, s.w->id, &waiting, &err) && websub_push_next_due(s.db, &due, &err), &err);
	is_int(waiting, 8, "but no more than eight wait");
	is_int(due, 0, "to be read now");
	fixture_must(source_remove(s.db, s.source->id, &err), &err);
	is_int(push(&s, s.w->token, good, "x"), WEBSUB_PUSH_ENDED, "without its source it is over");
	fixture_must(websub_next_due(s.db, &due, &err), &err);
	is_int(due, 0, "and the hub is to be told");
	talloc_free(s.db);
}

enum { PUSHES = 60 };

/* In a process of its own, on a connection of its own to the same database: a hub that goes on. */
static _Noreturn void push_elsewhere(const char *schema, const char *token, const char *signature)
{
	struct error ignored;
	struct db *db = db_open(NULL, getenv("TEST_DATABASE"), &err);
	fixture_must(db && db_run(db, mem_printf(db, "SET search_path TO %s", schema), DB_NONE, &err), &err);
	const struct websub_delivery d = { signature, "application/atom+xml", "x", 1 };
	enum websub_push_result result;
	for (int i = 0; i < 10 * PUSHES; i++)
		websub_push_receive(db, token, &d, &result, &ignored);
	_exit(0);
}

/* Where only one may write at a time they wait for each other anyway. */
static void read_while_pushed(void)
{
	struct setup s = { 0 };
	char *schema;
	int done = 0, status = -1;
	if (!getenv("TEST_DATABASE"))
		return;
	set(&s);
	record(&s, WEBSUB_ACTIVE, WEBSUB_SUBSCRIBE, clock_now() + CLOCK_DAY);
	fixture_must(db_get_text(s.db, s.db, "SELECT CAST(current_schema() AS TEXT)", DB_NONE, &schema, &err), &err);
	pid_t child = fork(), gone = 0;
	if (!child)
		push_elsewhere(schema, s.w->token, sign(s.db, s.w, "x"));
	for (int i = 0; i < PUSHES && gone == 0;) {
		struct websub_push *p;
		fixture_must(websub_push_claim(s.db, s.db, &(struct websub_push_claimer){ "here", 60000, false }, &p, &err), &err);
		if (!p) {
			gone = waitpid(child, &status, WNOHANG);
			continue;
		}
		done += websub_push_done(s.db, p, s.w, s.source, &err);
		i++;
	}
	is_int(done, PUSHES, "each push is done with, while the hub brings others");
	ok((gone == child || waitpid(child, &status, 0) == child) && status == 0, "the hub has gone");
	talloc_free(s.db);
}

int main(void)
{
	read_headers();
	read_documents();
	check_signatures();
	look_from_outside();
	hear_intents();
	take_leases();
	turn_down();
	hear_of_hubs();
	believe();
	keep_pushes();
	weigh_pushes();
	read_while_pushed();
	return tap_done();
}
