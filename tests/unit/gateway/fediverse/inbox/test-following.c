/* Accounts that are followed: what they answer and what they post, from the verified activity to the archive. */
#include "feeds/ingest/ingest_store.h"
#include "feeds/parse/feed_parse.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/file.h"
#include "gateway/base/text/text.h"
#include "gateway/fediverse/following/following.h"
#include "gateway/fediverse/inbox/effect.h"
#include "gateway/fediverse/inbox/followed.h"
#include "subscribers/people/subscriber.h"
#include "unit/fixture.h"
#include <string.h>

#define ANN "https://fedi.example/users/ann"
#define BOB "https://fedi.example/users/bob"
#define PUBLIC "\"to\":\"as:Public\""
/* A post of ann's, and an activity of hers about it. */
#define NOTE(id, more) "{\"type\":\"Note\",\"id\":\"" id "\",\"attributedTo\":\"" ANN "\"," PUBLIC "," more "}"
#define DO(type, id, object) "{\"@context\":\"https://www.w3.org/ns/activitystreams\",\"type\":\"" type "\",\"id\":\"" ANN "/do/" id "\",\"actor\":\"" ANN "\"," PUBLIC ",\"object\":" object "}"

static void *t;
static struct error err;
static struct db *db;
static struct publication *p;
static int64_t source;

static int64_t number(const char *sql)
{
	int64_t n = -1;
	return db_get_int(db, sql, DB_NONE, &n, &err) ? n : -1;
}

static char *text(const char *sql)
{
	char *s = NULL;
	return db_get_text(t, db, sql, DB_NONE, &s, &err) ? s : NULL;
}

static int64_t follow(const char *actor)
{
	int64_t id;
	fixture_must(source_add(db, p->id, SOURCE_ACTOR, actor, 0, &id, &err), &err);
	struct source *s = source_get(t, db, id, &err);
	s->title = "Ann";
	s->imported = s->quiet_before = clock_now() - CLOCK_DAY;
	fixture_must(source_record(db, s, &err), &err);
	fixture_must(following_begin(db, p, &(struct following){ .source = id, .actor = actor, .handle = "@ann@fedi.example" }, &err), &err);
	return id;
}

/* What the record says of this body, sent by its actor; "" when it is refused before. */
static const char *receive_with(const char *body, const char *document)
{
	bool any;
	struct buf *object = NULL;
	struct activity *a = activity_read(t, body, strlen(body), &err);
	if (!a || !effect_has_any(db, a, &any, &err) || !any)
		return "";
	int64_t id;
	fixture_must(db_get_int(db, "INSERT INTO inbox (head, body, received, state, tries, next_try) VALUES ('{}', $1, $2, 0, 0, 1) RETURNING id",
	                        DB_ARGS(db_blob(body, strlen(body)), db_int(clock_now())), &id, &err), &err);
	const struct inbox_item item = { .id = id, .publication = p->id, .received = clock_now(), .message = { .body = body, .body_size = strlen(body) } };
	const struct remote_actor sender = { .uri = a->actor };
	if (document)
		buf_add(object = buf_new(t, 1 << 20), document, strlen(document));
	fixture_must(effect_apply(db, &item, a, &sender, object, &err), &err);
	ok(number("SELECT length(body) FROM inbox ORDER BY id DESC LIMIT 1") == 0, "what it said is not kept");
	return text("SELECT words FROM inbox ORDER BY id DESC LIMIT 1");
}

static const char *receive(const char *body) { return receive_with(body, NULL); }

static void answers(void)
{
	char *id = text("SELECT follow FROM following");
	ok(text_starts(id, "https://lamp.example/@lamp/follow/"), "a Follow has an id of ours");
	char *sent = text("SELECT notice FROM issue ORDER BY id DESC LIMIT 1");
	ok(strstr(sent, "\"Follow\"") && strstr(sent, id) && strstr(sent, ANN), "and waits in the ledger");
	is_int(number("SELECT state FROM address"), ADDRESS_CONTACT, "for a contact, who is no subscriber");
	is(text("SELECT last_error FROM source"), "asked @ann@fedi.example to let us follow; there is no answer yet", "the source says what it waits for");
	is(receive(mem_printf(t, "{\"type\":\"Accept\",\"actor\":\"" BOB "\",\"object\":\"%s\"}", id)), "", "somebody else's Accept is not looked at");
	is(receive("{\"type\":\"Accept\",\"actor\":\"" ANN "\",\"object\":\"https://lamp.example/@lamp/follow/guessed\"}"), "an answer to nothing that was asked", "nor one of another Follow");
	is_int(number("SELECT state FROM following"), FOLLOWING_ASKED, "and nothing has changed");
	is(receive(mem_printf(t, "{\"type\":\"Accept\",\"actor\":\"" ANN "\",\"object\":\"%s\"}", id)), "lets us follow", "an Accept by the id");
	is_int(number("SELECT state FROM following"), FOLLOWING_ACCEPTED, "is taken");
	is(text("SELECT last_error FROM source"), NULL, "and all is fine");
	is(receive(mem_printf(t, "{\"type\":\"Reject\",\"actor\":\"" ANN "\",\"object\":{\"type\":\"Follow\",\"id\":\"" ANN "/x\",\"actor\":\"https://lamp.example/@lamp\",\"object\":\"" ANN "\"}}")),
	   "does not let us follow", "a Reject by the Follow itself");
	is_int(number("SELECT count(*) FROM notice"), 1, "is told to the owner");
	is(receive(DO("Create", "0", NOTE("https://fedi.example/n/0", "\"content\":\"early\""))), "", "whose posts are not wanted then");
	is(receive(mem_printf(t, "{\"type\":\"Accept\",\"actor\":\"" ANN "\",\"object\":{\"type\":\"Follow\",\"actor\":\"https://lamp.example/@lamp\"}}")), "lets us follow", "and an Accept by the Follow, without an id");
	is_int(number("SELECT count(*) FROM notice"), 1, "is nothing to tell");
}

static void posts(void)
{
	static const struct {
		const char *what, *body, *words;
		int live; /* entries after it */
	} cases[] = {
		{ "a post", DO("Create", "1", NOTE("https://fedi.example/n/1", "\"content\":\"<p>one</p>\"")), "from an account that is followed: 1 new, 0 revised, 0 gone", 1 },
		{ "the same again", DO("Create", "1", NOTE("https://fedi.example/n/1", "\"content\":\"<p>one</p>\"")), "seen before", 1 },
		{ "an edit", DO("Update", "2", NOTE("https://fedi.example/n/1", "\"content\":\"<p>one, better</p>\"")), "from an account that is followed: 0 new, 1 revised, 0 gone", 1 },
		{ "the first one replayed", DO("Create", "1", NOTE("https://fedi.example/n/1", "\"content\":\"<p>one</p>\"")), "seen before", 1 },
		{ "an article with all there is", DO("Create", "3", "{\"type\":\"Article\",\"id\":\"https://fedi.example/n/3\",\"attributedTo\":[\"" BOB "\",\"" ANN "\"]," PUBLIC ",\"name\":\"Three\",\"content\":\"<p>text</p>\"}"),
		  "from an account that is followed: 1 new, 0 revised, 0 gone", 2 },
		{ "an own post shared", DO("Announce", "4", NOTE("https://fedi.example/n/4", "\"content\":\"<p>four</p>\"")), "from an account that is followed: 1 new, 0 revised, 0 gone", 3 },
		{ "an answer to herself", DO("Create", "5", NOTE("https://fedi.example/n/5", "\"content\":\"<p>and</p>\",\"inReplyTo\":\"" ANN "/n/4\"")), "from an account that is followed: 1 new, 0 revised, 0 gone", 4 },
		{ "an answer to another", DO("Create", "6", NOTE("https://fedi.example/n/6", "\"content\":\"<p>yes</p>\",\"inReplyTo\":\"" BOB "/n/4\"")), "nothing that is theirs", 4 },
		{ "a post of another", DO("Create", "7", "{\"type\":\"Note\",\"id\":\"https://fedi.example/n/7\",\"attributedTo\":\"" BOB "\"," PUBLIC ",\"content\":\"x\"}"), "nothing that is theirs", 4 },
		{ "another's post shared", DO("Announce", "8", "{\"type\":\"Note\",\"id\":\"https://fedi.example/n/8\",\"attributedTo\":\"" BOB "\"," PUBLIC ",\"content\":\"x\"}"), "nothing that is theirs", 4 },
		{ "a post on another server", DO("Create", "9", NOTE("https://evil.example/n/9", "\"content\":\"x\"")), "nothing that is theirs", 4 },
		{ "a deletion on another server", DO("Delete", "10", "\"https://evil.example/n/1\""), "nothing that is theirs", 4 },
		{ "a post for followers", "{\"type\":\"Create\",\"id\":\"" ANN "/do/11\",\"actor\":\"" ANN "\",\"to\":\"" ANN "/followers\",\"object\":{\"type\":\"Note\",\"id\":\"https://fedi.example/n/11\",\"attributedTo\":\"" ANN "\",\"content\":\"x\"}}", "", 4 },
		{ "one that calls itself public, with a post that is not", DO("Create", "12", "{\"type\":\"Note\",\"id\":\"https://fedi.example/n/12\",\"attributedTo\":\"" ANN "\",\"to\":[\"" BOB "\"],\"content\":\"x\"}"), "", 4 },
		{ "an unlisted post", "{\"@context\":\"https://www.w3.org/ns/activitystreams\",\"type\":\"Create\",\"id\":\"" ANN "/do/13\",\"actor\":\"" ANN "\",\"cc\":[\"https://www.w3.org/ns/activitystreams#Public\"],\"object\":{\"type\":\"Note\",\"id\":\"https://fedi.example/n/13\",\"attributedTo\":\"" ANN "\",\"content\":\"low\"}}",
		  "from an account that is followed: 1 new, 0 revised, 0 gone", 5 },
		{ "a like", DO("Like", "14", "\"https://fedi.example/n/1\""), "", 5 },
		{ "a post by somebody who is not followed", "{\"type\":\"Create\",\"id\":\"" BOB "/do/1\",\"actor\":\"" BOB "\"," PUBLIC ",\"object\":{\"type\":\"Note\",\"id\":\"https://fedi.example/n/15\",\"attributedTo\":\"" BOB "\",\"content\":\"x\"}}", "", 5 },
		{ "one more", DO("Create", "15", NOTE("https://fedi.example/n/16", "\"content\":\"<p>x</p>\",\"published\":\"2026-11-25T22:02:48Z\"")), "from an account that is followed: 1 new, 0 revised, 0 gone", 6 },
		{ "is edited", DO("Update", "16", NOTE("https://fedi.example/n/16", "\"content\":\"<p>y</p>\",\"published\":\"2026-11-25T22:02:48Z\",\"updated\":\"2026-11-25T22:02:55Z\"")), "from an account that is followed: 0 new, 1 revised, 0 gone", 6 },
		{ "and deleted, as WordPress says it", DO("Delete", "17", "{\"id\":\"https://fedi.example/n/16\",\"type\":\"Note\",\"attributedTo\":\"" ANN "\"},\"published\":\"2026-11-25T22:02:48Z\",\"updated\":\"2026-11-25T22:02:57Z\""),
		  "from an account that is followed: 0 new, 0 revised, 1 gone", 5 },
		{ "which takes nothing a second time", DO("Delete", "18", "\"https://fedi.example/n/16\""), "from an account that is followed: 0 new, 0 revised, 0 gone", 5 },
		{ "nor brings a text back that comes late", DO("Create", "15b", NOTE("https://fedi.example/n/16", "\"content\":\"<p>x</p>\",\"published\":\"2026-11-25T22:02:48Z\"")), "deleted before it came", 5 },
		{ "a Delete that comes before its Create", DO("Delete", "19", "\"https://fedi.example/n/19\""), "from an account that is followed: 0 new, 0 revised, 0 gone", 5 },
		{ "... which comes late", DO("Create", "20", NOTE("https://fedi.example/n/19", "\"content\":\"<p>x</p>\",\"published\":\"2026-11-25T22:02:48Z\"")), "deleted before it came", 5 },
		{ "... also without a time", DO("Create", "21", NOTE("https://fedi.example/n/19", "\"content\":\"<p>x</p>\"")), "deleted before it came", 5 },
		{ "an Update that comes before its Create", DO("Update", "22", NOTE("https://fedi.example/n/22", "\"content\":\"<p>right</p>\",\"published\":\"2026-11-25T22:02:48Z\",\"updated\":\"2026-11-25T22:03:48Z\"")),
		  "from an account that is followed: 1 new, 0 revised, 0 gone", 6 },
		{ "... which comes late", DO("Create", "23", NOTE("https://fedi.example/n/22", "\"content\":\"<p>wrong</p>\",\"published\":\"2026-11-25T22:02:48Z\"")), "edited before it came", 6 },
		{ "an older Update", DO("Update", "24", NOTE("https://fedi.example/n/22", "\"content\":\"<p>worse</p>\",\"published\":\"2026-11-25T22:02:48Z\",\"updated\":\"2026-11-25T22:03:00Z\"")), "edited before it came", 6 },
		{ "and it is deleted", DO("Delete", "25", "\"https://fedi.example/n/22\""), "from an account that is followed: 0 new, 0 revised, 1 gone", 5 },
		{ "a deletion by somebody else", "{\"type\":\"Delete\",\"id\":\"" BOB "/do/2\",\"actor\":\"" BOB "\",\"object\":\"https://fedi.example/n/1\"}", "will not be kept when it comes", 5 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *words = receive(cases[i].body);
		is(words, cases[i].words, cases[i].what);
		is_int(number("SELECT count(*) FROM entry WHERE state = 0"), cases[i].live, "... and what stands in the archive");
	}
	is(text("SELECT content FROM entry ORDER BY id LIMIT 1"), "<p>one, better</p>", "an old letter brings back no old text");
	ok(strstr(text("SELECT authors FROM entry ORDER BY id LIMIT 1"), "\"name\":\"Ann\""), "the author has a name");
	is_int(number("SELECT count(*) FROM entry WHERE announce = 1"), 5, "what is new is news");
	is(text("SELECT content FROM entry WHERE audience = 1"), "low", "what is unlisted stays so");
}

static void old_news(void)
{
	char *before = clock_rfc3339(t, clock_now() - 30 * CLOCK_DAY);
	int64_t news = number("SELECT count(*) FROM entry WHERE announce = 1");
	char *body = mem_printf(t, DO("Update", "20", NOTE("https://fedi.example/n/20", "\"published\":\"%s\",\"content\":\"<p>from long ago</p>\"")), before);
	is(receive(body), "from an account that is followed: 1 new, 0 revised, 0 gone", "an edit of a post from before it was followed");
	is_int(number("SELECT count(*) FROM entry WHERE announce = 1"), news, "is archived, and no news");
}

static void hostile(void)
{
	char *deep = mem_array(t, char, 200001);
	memset(deep, '[', 100000);
	memset(deep + 100000, ']', 100000);
	is(receive(mem_printf(t, DO("Create", "30", NOTE("https://fedi.example/n/30", "\"content\":%s")), deep)), "", "what is nested without end is refused");
	char *big = mem_array(t, char, 900001);
	memset(big, 'a', 900000);
	is(receive(mem_printf(t, DO("Create", "31", NOTE("https://fedi.example/n/31", "\"content\":\"<p>%s</p>\"")), big)),
	   "from an account that is followed: 1 new, 0 revised, 0 gone", "a post of 900 kB is a post");
	is(receive(DO("Create", "32", NOTE("https://fedi.example/n/32", "\"content\":\"<p onclick=\\\"x()\\\">a</p><script>b</script>\""))), "from an account that is followed: 1 new, 0 revised, 0 gone", "one with a script");
	is(text("SELECT content FROM entry ORDER BY id DESC LIMIT 1"), "<p>a</p>", "comes without it");
}

static void wants(void)
{
	static const struct { const char *what, *body, *url; } cases[] = {
		{ "a post that is not known, by its id", DO("Announce", "40", "\"https://fedi.example/n/40\""), "https://fedi.example/n/40" },
		{ "one that is", DO("Announce", "41", "\"https://fedi.example/n/4\""), NULL },
		{ "one that was edited", DO("Update", "42", "\"https://fedi.example/n/4\""), "https://fedi.example/n/4" },
		{ "one on another server", DO("Announce", "43", "\"https://evil.example/n/43\""), NULL },
		{ "one that came along", DO("Create", "44", NOTE("https://fedi.example/n/44", "\"content\":\"x\"")), NULL },
		{ "one that is gone", DO("Delete", "45", "\"https://fedi.example/n/4\""), NULL },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *url = "?";
		struct activity *a = activity_read(t, cases[i].body, strlen(cases[i].body), &err);
		fixture_must(a && effect_needs_post(t, db, a, &url, &err), &err);
		is(url, cases[i].url, cases[i].what);
	}
}

static void fetched(void)
{
	static const struct { const char *what, *document; int entries; } cases[] = {
		{ "somebody else's", "{\"@context\":\"https://www.w3.org/ns/activitystreams\",\"type\":\"Note\",\"id\":\"https://fedi.example/n/50\",\"attributedTo\":\"" BOB "\"," PUBLIC ",\"content\":\"x\"}", 0 },
		{ "nobody's", "{\"@context\":\"https://www.w3.org/ns/activitystreams\",\"type\":\"Note\",\"id\":\"https://fedi.example/n/50\"," PUBLIC ",\"content\":\"x\"}", 0 },
		{ "another post", NOTE("https://fedi.example/n/51", "\"@context\":\"https://www.w3.org/ns/activitystreams\",\"content\":\"x\""), 0 },
		{ "no JSON", "<html>", 0 },
		{ "the post", NOTE("https://fedi.example/n/50", "\"@context\":\"https://www.w3.org/ns/activitystreams\",\"content\":\"<p>fifty</p>\""), 1 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t before = number("SELECT count(*) FROM entry");
		const char *words, *body = mem_printf(t, DO("Announce", "5%zu", "\"https://fedi.example/n/50\""), i);
		struct activity *a = activity_read(t, body, strlen(body), &err);
		struct buf *object = buf_new(t, 1 << 20);
		buf_add(object, cases[i].document, strlen(cases[i].document));
		const struct inbox_item item = { .received = clock_now(), .message = { .body = body, .body_size = strlen(body) } };
		struct followed_post *post = a ? followed_read(t, db, &item, a, object, &err) : NULL;
		fixture_must(post && followed_store(t, db, &item, a, post, &words, &err), &err);
		is_int(number("SELECT count(*) FROM entry") - before, cases[i].entries, mem_printf(t, "where the id of a post led to %s", cases[i].what));
	}
}

static void patience(void)
{
	int64_t id = follow(BOB), now = clock_now();
	const char *asks = mem_printf(t, "SELECT asks FROM following WHERE source = %lld", (long long)id);
	fixture_must(following_sweep(db, now + CLOCK_DAY, &err), &err);
	is_int(number(asks), 1, "a day without an answer is nothing");
	fixture_must(following_sweep(db, now + 4 * CLOCK_DAY, &err), &err);
	is_int(number(asks), 2, "after three it is asked again");
	int64_t told = number("SELECT count(*) FROM notice");
	fixture_must(following_sweep(db, now + 9 * CLOCK_DAY, &err), &err);
	is_int(number("SELECT count(*) FROM notice"), told + 1, "and then the owner is told");
	fixture_must(following_sweep(db, now + 30 * CLOCK_DAY, &err), &err);
	is_int(number("SELECT count(*) FROM notice"), told + 1, "once");
	int64_t total;
	json_t *list = following_list(t, db, p->id, &total, &err);
	is_int((long long)json_array_size(list), 1, "who has not accepted is not among those that we follow");
}

/* Both live on one server, and only their names tell them apart. */
static void neighbours(void)
{
	int64_t live = number("SELECT count(*) FROM entry WHERE state = 0");
	receive("{\"type\":\"Delete\",\"id\":\"" BOB "/do/3\",\"actor\":\"" BOB "\",\"object\":\"https://fedi.example/n/1\"}");
	is_int(number("SELECT count(*) FROM entry WHERE state = 0"), live, "one account takes no other's post away");
	receive("{\"@context\":\"https://www.w3.org/ns/activitystreams\",\"type\":\"Update\",\"id\":\"" BOB "/do/4\",\"actor\":\"" BOB "\"," PUBLIC ",\"object\":{\"type\":\"Note\",\"id\":\"https://fedi.example/n/1\","
	        "\"attributedTo\":\"" BOB "\"," PUBLIC ",\"content\":\"<p>forged</p>\"}}");
	is(text("SELECT content FROM entry ORDER BY id LIMIT 1"), "<p>one, better</p>", "nor puts words into it");
	receive(DO("Delete", "60", "{\"type\":\"Tombstone\",\"id\":\"https://fedi.example/n/1\"}"));
	is_int(number("SELECT count(*) FROM entry WHERE state = 0"), live - 1, "its own may");
}

static void ending(void)
{
	is(receive("{\"type\":\"Delete\",\"id\":\"" ANN "/bye\",\"actor\":\"" ANN "\",\"object\":\"" ANN "\"}"), "the account is gone", "an account that is deleted");
	struct source *s = source_get(t, db, source, &err);
	is_int(s->state, SOURCE_GONE, "is a source that is gone");
	is(s->last_error, "the account @ann@fedi.example is no more", "and says so");
	ok(number("SELECT count(*) FROM entry WHERE state = 0") > 5, "its posts stay");
	is_int(number("SELECT count(*) FROM notice WHERE subject = '@ann@fedi.example is gone'"), 1, "the owner is told");
	int64_t live = number("SELECT count(*) FROM entry WHERE state = 0");
	receive(DO("Delete", "61", "\"https://fedi.example/n/3\""));
	is_int(number("SELECT count(*) FROM entry WHERE state = 0"), live - 1, "but one that it deletes later goes");
	struct feed *bare = feed_parse(t, "{\"id\":\"https://fedi.example/n/4\",\"type\":\"Tombstone\"}", strlen("{\"id\":\"https://fedi.example/n/4\",\"type\":\"Tombstone\"}"), "application/json", NULL, &err);
	ok(bare && bare->count == 0 && bare->deleted_count == 1, "a Tombstone without @context is one");
	receive(DO("Create", "62", NOTE("https://fedi.example/n/62", "\"content\":\"x\"")));
	is_int(number("SELECT count(*) FROM entry WHERE state = 0"), live - 1, "and nothing new comes");
	struct following *f = following_of(t, db, source, &err);
	int64_t issues = number("SELECT count(*) FROM issue");
	fixture_must(f && following_end(db, f, &err) && source_remove(db, source, &err), &err);
	is_int(number("SELECT count(*) FROM issue"), issues, "nobody is there to be told that it is followed no more");
	ok(!following_of(t, db, source, &err) && err.kind == ERROR_NOT_FOUND, "and it is forgotten");
}

/* ---- accounts that move ---- */

#define NEW "https://new.example/users/ann"
#define ACTOR(uri, more) "{\"type\":\"Person\",\"id\":\"" uri "\",\"preferredUsername\":\"ann\",\"inbox\":\"" uri "/inbox\",\"outbox\":\"" uri "/outbox\",\"publicKey\":{\"id\":\"" uri "#key\",\"owner\":\"" uri "\",\"publicKeyPem\":\"x\"}" more "}"
#define MOVE(from, n, to) "{\"type\":\"Move\",\"id\":\"" from "/move/" n "\",\"actor\":\"" from "\",\"object\":\"" from "\",\"target\":\"" to "\"}"

static void moves(void)
{
	static const struct {
		const char *what, *document;
	} doubtful[] = {
		{ "an account that does not answer for it", NULL },
		{ "one that names nobody", ACTOR(NEW, "") },
		{ "one that names another", ACTOR(NEW, ",\"alsoKnownAs\":[\"" BOB "\"]") },
		{ "one with another id", ACTOR("https://new.example/users/eve", ",\"alsoKnownAs\":[\"" ANN "\"]") },
		{ "no account", "{\"type\":\"Note\",\"id\":\"" NEW "\",\"alsoKnownAs\":[\"" ANN "\"]}" },
		{ "no JSON", "<html>" },
	};
	const char *url = NULL;
	db = fixture_db(t);
	p = fixture_publication(t, db, "https://lamp.example", PUBLICATION_FREE, 0);
	source = follow(ANN);
	int64_t told = number("SELECT count(*) FROM notice");
	receive(mem_printf(t, "{\"type\":\"Accept\",\"actor\":\"" ANN "\",\"object\":\"%s\"}", text("SELECT follow FROM following")));
	receive(DO("Create", "1", NOTE("https://fedi.example/n/1", "\"content\":\"<p>one</p>\"")));
	struct activity *a = activity_read(t, MOVE(ANN, "1", NEW), strlen(MOVE(ANN, "1", NEW)), &err);
	fixture_must(a && effect_needs_post(t, db, a, &url, &err), &err);
	is(url, NEW, "the account that a Move names is fetched");
	for (size_t i = 0; i < sizeof doubtful / sizeof *doubtful; i++) {
		is(receive_with(MOVE(ANN, "1", NEW), doubtful[i].document), "the account says that it has moved, and the other does not", doubtful[i].what);
		is(text("SELECT actor FROM following"), ANN, "... changes nothing");
	}
	is_int(number("SELECT count(*) FROM notice"), told + 1, "the owner is told once");
	is(receive_with(MOVE(ANN, "2", NEW), ACTOR(NEW, ",\"alsoKnownAs\":\"" ANN "\"")), "the account has moved", "one that says the same");
	is(text("SELECT actor FROM following"), NEW, "is followed");
	is(text("SELECT outbox FROM following"), NEW "/outbox", "with its outbox");
	is(text("SELECT url FROM source"), NEW, "as the same source");
	is_int(number("SELECT state FROM following"), FOLLOWING_ASKED, "which was asked");
	ok(strstr(text("SELECT notice FROM issue ORDER BY id DESC LIMIT 1"), "\"Follow\"") != NULL, "by a Follow");
	ok(strstr(text("SELECT notice FROM issue ORDER BY id DESC LIMIT 1 OFFSET 1"), "\"Undo\"") != NULL, "after an Undo to the old one");
	is_int(number("SELECT count(*) FROM notice WHERE subject = '@ann@fedi.example has moved'"), 1, "and the owner is told");
	is(receive(DO("Create", "3", NOTE("https://fedi.example/n/3", "\"content\":\"x\""))), "", "the old one brings nothing more");
	is(receive(DO("Delete", "4", "\"https://fedi.example/n/1\"")), "from an account that is followed: 0 new, 0 revised, 1 gone", "but it may take back what it brought");
	is(receive_with(MOVE(ANN, "2", NEW), ACTOR(NEW, ",\"alsoKnownAs\":[\"" ANN "\"]")), "", "and moves no more");
	is(receive_with(MOVE(NEW, "5", ANN), ACTOR(ANN, ",\"alsoKnownAs\":[\"" NEW "\"]")), "the account has moved", "a way back");
	is(text("SELECT actor FROM following"), ANN, "is gone too");
	is_int(number("SELECT count(*) FROM following_former"), 1, "with one former account");
	int64_t other = follow(NEW);
	is(receive_with(MOVE(ANN, "6", NEW), ACTOR(NEW, ",\"alsoKnownAs\":[\"" ANN "\"]")), "the account has moved", "to one that is a source already");
	is_int(number("SELECT state FROM source WHERE url = '" ANN "'"), SOURCE_GONE, "the old one ends");
	is_int(number("SELECT count(*) FROM source WHERE url = '" NEW "' AND state = 0"), 1, "and the other goes on");
	is_int(source_get(t, db, other, &err)->state, SOURCE_ACTIVE, "... as it was");
	is(receive_with(MOVE(NEW, "7", "https://lamp.example/@lamp"), ACTOR("https://lamp.example/@lamp", ",\"alsoKnownAs\":[\"" NEW "\"]")), "the account has moved", "nobody moves to us");
	is_int(number("SELECT count(*) FROM following WHERE actor LIKE 'https://lamp%'"), 0, "whom we do not follow");
}

/* ---- the same posts by a feed and by an account ---- */

static void store_file(const char *name, const char *type, const char *url, int64_t from, enum ingest_mode mode)
{
	struct ingest in = { .db = db };
	struct ingest_result r = { 0 };
	struct source *s = source_get(t, db, from, &err);
	struct buf *b = file_read(t, mem_printf(t, "../shared/suites/wordpress/%s", name), 8 << 20, &err);
	struct feed *feed = b ? feed_parse(t, b->data, b->size, type, url, &err) : NULL;
	fixture_must(feed && ingest_store(&in, s, feed, mode, &r, &err), &err);
}

static void both_ways(bool feed_first)
{
	if (!tap_here("../shared/suites/wordpress", "a WordPress by feed and by outbox"))
		return;
	int64_t feed;
	db = fixture_db(t);
	p = fixture_publication(t, db, "https://lamp.example", PUBLICATION_FREE, 0);
	fixture_must(source_add(db, p->id, SOURCE_FEED, "https://wp.test/feed/", 0, &feed, &err), &err);
	int64_t actor = follow("https://wp.test/?author=2");
	for (int round = 0; round < 3; round++)
		for (int half = 0; half < 2; half++)
			for (int page = 1; page <= 7; page++) {
				if ((half == 0) == feed_first)
					store_file(mem_printf(t, "rss-%d.xml", page), "application/rss+xml", "https://wp.test/feed/", feed, INGEST_PUSH);
				else
					store_file(mem_printf(t, "outbox-page-%d.json", page), "application/activity+json", "https://wp.test/outbox", actor, INGEST_PUSH);
			}
	is_int(number("SELECT count(*) FROM entry"), 63, feed_first ? "63 posts by feed, and then by account, are 63 entries" : "and the other way round");
	is_int(number("SELECT count(*) FROM entry_revision"), feed_first ? 0 : 63, feed_first ? "and none is revised" : "revised once each, when the feed took them over");
	is_int(number("SELECT count(*) FROM entry WHERE title IS NOT NULL"), 62, "with the titles of the feed, which one of them lacks");
}

int main(void)
{
	t = talloc_new(NULL);
	db = fixture_db(t);
	p = fixture_publication(t, db, "https://lamp.example", PUBLICATION_FREE, 0);
	source = follow(ANN);
	answers();
	posts();
	old_news();
	hostile();
	wants();
	fetched();
	patience();
	neighbours();
	ending();
	moves();
	both_ways(true);
	both_ways(false);
	talloc_free(t);
	return tap_done();
}
