/* What people of the fediverse say to us: likes and shares are counted, what they write is kept and told. */
#include "gateway/archive/reply/reaction.h"
#include "gateway/archive/reply/reply.h"
#include "gateway/archive/store/archive.h"
#include "gateway/archive/store/notice.h"
#include "gateway/base/system/clock.h"
#include "gateway/fediverse/inbox/effect.h"
#include "unit/fixture.h"
#include <string.h>

#define HOST "https://fedi.example"
#define ANN HOST "/users/ann"
#define BOB HOST "/users/bob"
#define US "https://lamp.example/@lamp"
#define POST "https://lamp.example/p/1"
#define PUBLIC "\"to\":\"as:Public\""
#define BY(who, type, id, object) "{\"@context\":\"https://www.w3.org/ns/activitystreams\",\"type\":\"" type "\",\"id\":\"" who "/do/" id "\",\"actor\":\"" who "\",\"object\":" object "}"
#define NOTE(who, id, more) "{\"type\":\"Note\",\"id\":\"" HOST "/n/" id "\",\"attributedTo\":\"" who "\"," more "}"
#define SAYS(who, id, more) BY(who, "Create", id, NOTE(who, id, more))

static void *t;
static struct error err;
static struct db *db;
static int64_t now;

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

/* What its record says; "" when it has no effect.  Received a second after the one before. */
static const char *receive_with(const char *body, int64_t signed_at, const char *document)
{
	bool any;
	int64_t id;
	now += CLOCK_SECOND;
	struct activity *a = activity_read(t, body, strlen(body), &err);
	if (!a || !effect_has_any(db, a, &any, &err) || !any)
		return "";
	fixture_must(db_get_int(db, "INSERT INTO inbox (head, body, received, state, tries, next_try) VALUES ('{}', $1, $2, 0, 0, 1) RETURNING id",
	                        DB_ARGS(db_blob(body, strlen(body)), db_int(now)), &id, &err), &err);
	const struct inbox_item item = { .id = id, .received = now, .signed_at = signed_at, .message = { .body = body, .body_size = strlen(body) } };
	const struct remote_actor sender = { .uri = a->actor, .username = "ann", .name = "Ann\nA.", .inbox = mem_printf(t, "%s/inbox", a->actor), .key_id = mem_printf(t, "%s#key", a->actor), .public_key = "" };
	struct buf *fetched = document ? buf_new(t, 1 << 20) : NULL;
	if (fetched)
		ok(buf_add(fetched, document, strlen(document)), "a document");
	fixture_must(effect_apply(db, &item, a, &sender, fetched, &err), &err);
	return text("SELECT words FROM inbox ORDER BY id DESC LIMIT 1");
}

static const char *receive_signed(const char *body, int64_t signed_at) { return receive_with(body, signed_at, NULL); }

static const char *receive(const char *body) { return receive_signed(body, now + CLOCK_SECOND); }

static void reactions(void)
{
	static const struct {
		const char *what, *body, *words;
		int likes, shares;
	} cases[] = {
		{ "a like", BY(ANN, "Like", "1", "\"" POST "\""), "counted", 1, 0 },
		{ "the same again", BY(ANN, "Like", "1", "\"" POST "\""), "counted before, or too many", 1, 0 },
		{ "another by the same", BY(ANN, "Like", "2", "\"" POST "\""), "counted before, or too many", 1, 0 },
		{ "one by its page, of an object", BY(BOB, "Like", "1", "{\"id\":\"https://lamp.example/2026/brass\"}"), "counted", 2, 0 },
		{ "a smile of somebody without an id", "{\"type\":\"EmojiReact\",\"actor\":\"" HOST "/users/cyd\",\"content\":\"x\",\"object\":\"" POST "\"}", "counted", 3, 0 },
		{ "a share", BY(ANN, "Announce", "3", "\"" POST "\""), "counted", 3, 1 },
		{ "one for friends", BY(BOB, "Announce", "3", "\"" POST "\",\"to\":\"" BOB "/followers\""), "counted", 3, 2 },
		{ "a like of nothing here", BY(ANN, "Like", "4", "\"https://lamp.example/p/99\""), "", 3, 2 },
		{ "of a post that was withdrawn", BY(ANN, "Like", "4", "\"https://lamp.example/p/2\""), "", 3, 2 },
		{ "of others", BY(ANN, "Like", "5", "\"https://other.example/p/1\""), "", 3, 2 },
		{ "of the actor", BY(ANN, "Like", "6", "\"" US "\""), "", 3, 2 },
		{ "an undo by another", BY(BOB, "Undo", "7", "\"" ANN "/do/1\""), "ignored: does not follow", 3, 2 },
		{ "an undo of the whole", BY(ANN, "Undo", "8", BY(ANN, "Like", "1", "\"" POST "\"")), "no longer counted", 2, 2 },
		{ "an undo of what never was counted", BY(ANN, "Undo", "8b", BY(ANN, "Like", "2", "\"" POST "\"")), "counted before, or too many", 2, 2 },
		{ "a new like", BY(ANN, "Like", "9", "\"" POST "\""), "counted", 3, 2 },
		{ "an undo by its id", BY(BOB, "Undo", "10", "\"" BOB "/do/3\""), "no longer counted", 3, 1 },
		{ "one in whose object there is only the id", BY(ANN, "Undo", "11", "{\"id\":\"" ANN "/do/3\"}"), "no longer counted", 3, 0 },
		{ "an undo of what never was", BY(ANN, "Undo", "12", BY(ANN, "Announce", "12", "\"" POST "\"")), "counted before, or too many", 3, 0 },
	};
	int64_t first = now;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t counts[REACTION_KINDS];
		is(receive(cases[i].body), cases[i].words, cases[i].what);
		fixture_must(reaction_count(db, 1, counts, &err), &err);
		is_int(counts[REACTION_LIKE], cases[i].likes, "... likes");
		is_int(counts[REACTION_SHARE], cases[i].shares, "... shares");
	}
	is(receive_signed(BY(ANN, "Announce", "3", "\"" POST "\""), first), "counted before, or too many", "a share that was undone does not count when it is sent again");
	is(receive(BY(ANN, "Announce", "3", "\"" POST "\"")), "counted", "but when it is signed again");
}

static void reactions_end(void)
{
	bool counted = true;
	for (int i = 0; i < 500; i++)
		fixture_must(db_run(db, "INSERT INTO reaction (entry, kind, actor, host, activity, created) VALUES (1, $1, 'x', 'h', NULL, $2)", DB_ARGS(db_int(10 + i), db_int(now)), &err), &err);
	fixture_must(db_begin(db, &err) && reaction_add(db, &(struct reaction){ 1, REACTION_LIKE, "x", "h", NULL }, now, &counted, &err) && db_commit(db, &err), &err);
	ok(!counted, "an actor has so many a day");
	fixture_must(db_begin(db, &err) && reaction_add(db, &(struct reaction){ 1, REACTION_LIKE, "x", "h", NULL }, now + 2 * CLOCK_DAY, &counted, &err) && db_commit(db, &err), &err);
	ok(counted, "and others on the next");
	fixture_must(reaction_forget(db, "x", &err), &err);
}

static void writings(void)
{
	static const struct {
		const char *what, *body, *words, *kind;
		int entry, open;
	} cases[] = {
		{ "a reply", SAYS(ANN, "1", PUBLIC ",\"inReplyTo\":\"" POST "\",\"content\":\"<p onclick=\\\"x()\\\">Well said</p><script>x</script>\""), "kept for the owner", "reply", 1, 1 },
		{ "the same again", SAYS(ANN, "1", PUBLIC ",\"inReplyTo\":\"" POST "\",\"content\":\"<p onclick=\\\"x()\\\">Well said</p><script>x</script>\""), "kept before", "reply", 1, 1 },
		{ "one to the page, for friends", SAYS(ANN, "2", "\"to\":\"" ANN "/followers\",\"inReplyTo\":{\"id\":\"https://lamp.example/2026/brass\"},\"content\":\"low\""), "kept for the owner", "reply", 1, 0 },
		{ "one to a reply", SAYS(BOB, "3", PUBLIC ",\"inReplyTo\":\"" HOST "/n/1\",\"content\":\"and more\""), "kept for the owner", "reply", 1, 1 },
		{ "a mention", SAYS(ANN, "4", PUBLIC ",\"content\":\"see @lamp\",\"tag\":[{\"type\":\"Hashtag\",\"href\":\"" US "\"},{\"type\":\"Mention\",\"href\":\"" US "\"}]"), "kept for the owner", "mention", 0, 1 },
		{ "a message to us alone", SAYS(ANN, "5", "\"to\":[\"" US "\"],\"content\":\"psst\",\"summary\":\"private\\nthings\""), "kept for the owner", "message", 0, 0 },
		{ "one that is a question, with a picture", BY(ANN, "Create", "6", "{\"type\":[\"Question\"],\"id\":\"" HOST "/n/6\",\"attributedTo\":[\"" ANN "\"],\"cc\":\"" US "\",\"name\":\"Which?\",\"attachment\":{\"type\":\"Image\",\"mediaType\":\"image/png\",\"url\":\"https://fedi.example/a.png\",\"summary\":\"a map\"}}"), "kept for the owner", "message", 0, 0 },
		{ "an edit", BY(ANN, "Update", "7", NOTE(ANN, "5", "\"to\":[\"" US "\"],\"content\":\"psst!\"")), "kept for the owner, as edited", "message", 0, 0 },
		{ "the text before the edit, sent again", SAYS(ANN, "5", "\"to\":[\"" US "\"],\"content\":\"psst\",\"summary\":\"private\\nthings\""), "edited before it came", "message", 0, 0 },
		{ "a report of a post and of us", BY(ANN, "Flag", "8", "[\"" US "\",\"" POST "\"],\"content\":\"spam <b>\""), "kept for the owner", "report", 1, 0 },
		{ "a report of us", BY(ANN, "Flag", "9", "\"" US "\""), "kept for the owner", "report", 0, 0 },
	};
	static const struct {
		const char *what, *body;
	} none[] = {
		{ "a reply to others", SAYS(ANN, "20", PUBLIC ",\"inReplyTo\":\"" BOB "/n/1\",\"content\":\"x\"") },
		{ "a note of another", BY(ANN, "Create", "21", NOTE(BOB, "21", PUBLIC ",\"inReplyTo\":\"" POST "\",\"content\":\"x\"")) },
		{ "a note on another server", BY(ANN, "Create", "22", "{\"type\":\"Note\",\"id\":\"https://evil.example/n/1\",\"inReplyTo\":\"" POST "\",\"content\":\"x\"}") },
		{ "a note without an id", BY(ANN, "Create", "23", "{\"type\":\"Note\",\"inReplyTo\":\"" POST "\",\"content\":\"x\"}") },
		{ "a report of others", BY(ANN, "Flag", "24", "[\"" BOB "\"]") },
		{ "a report of nothing", BY(ANN, "Flag", "25", "[]") },
		{ "a message to others", SAYS(ANN, "26", "\"to\":[\"" BOB "\"],\"content\":\"x\"") },
		{ "a deletion by another", BY(BOB, "Delete", "27", "\"" HOST "/n/1\"") },
		{ "one of what is on another server", BY(ANN, "Delete", "28", "\"https://evil.example/n/99\"") },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		is(receive(cases[i].body), cases[i].words, cases[i].what);
		struct activity *a = activity_read(t, cases[i].body, strlen(cases[i].body), &err);
		const char *id = strcmp(a->type, "Flag") == 0 ? a->id : a->object;
		struct reply *r = reply_by_object(t, db, id, &err);
		is(r ? reply_kind_name(r->kind) : "none", cases[i].kind, "... its kind");
		is_int(r ? r->entry : -1, cases[i].entry, "... its post");
		is_int(r ? r->open : -1, cases[i].open, "... for everybody");
	}
	int64_t before = number("SELECT count(*) FROM reply");
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		is(receive(none[i].body), "", none[i].what);
	is_int(number("SELECT count(*) FROM reply"), before, "nothing of that is kept");
	is(reply_by_object(t, db, HOST "/n/1", &err)->content, "<p>Well said</p>", "a text is clean");
	is(reply_by_object(t, db, HOST "/n/1", &err)->name, "Ann A.", "a name is a line");
	is(reply_by_object(t, db, HOST "/n/1", &err)->handle, "@ann@fedi.example", "with a handle");
	is(reply_by_object(t, db, HOST "/n/5", &err)->content, "psst!", "the edit is what is kept");
	is(reply_by_object(t, db, HOST "/n/6", &err)->content, "Which?", "a name is a text");
	is(reply_by_object(t, db, HOST "/n/6", &err)->attachments, "[{\"url\":\"https://fedi.example/a.png\",\"type\":\"image/png\",\"name\":\"a map\"}]", "pictures are kept");
	is(reply_by_object(t, db, ANN "/do/8", &err)->content, "<p>spam &lt;b&gt;</p>", "a report is text");
}

static void long_ones(void)
{
	char *many = mem_array(t, char, 100001);
	memset(many, 'a', 100000);
	is(receive(mem_printf(t, SAYS(ANN, "30", "\"to\":[\"" US "\"],\"content\":\"<p>%s</p>\""), many)), "kept for the owner", "a message of 100 kB");
	ok(strlen(reply_by_object(t, db, HOST "/n/30", &err)->content) < 20000, "is cut");
}

static struct notice *next_notice(void)
{
	struct notice *n = NULL;
	fixture_must(db_begin(db, &err) && notice_take(t, db, &n, &err) && db_commit(db, &err), &err);
	return n;
}

static void tells(void)
{
	int64_t start = now;
	fixture_must(reply_tell(db, now, &err) && reply_tell(db, now + 1, &err), &err);
	struct notice *n = next_notice();
	ok(n && strstr(n->subject, "9 replies and messages"), "one letter tells of all");
	ok(n && strstr(n->text, "Ann A. @ann@fedi.example replies: Well said") && strstr(n->text, "reports you: spam <b>"), "with the first words of each");
	ok(!next_notice(), "and only one");
	receive(SAYS(ANN, "40", PUBLIC ",\"inReplyTo\":\"" POST "\",\"content\":\"later\""));
	fixture_must(reply_tell(db, now, &err), &err);
	ok(!next_notice(), "what comes within the hour waits");
	for (int i = 0; i < 5; i++) {
		receive(mem_printf(t, BY(ANN, "Flag", "5%d", "\"" US "\",\"content\":\"x\""), i));
		fixture_must(reply_tell(db, now, &err), &err);
	}
	for (int i = 0; i < 2; i++)
		ok((n = next_notice()) && strstr(n->subject, "reports you"), "a report does not wait");
	ok(!next_notice(), "unless many come");
	fixture_must(reply_tell(db, start + CLOCK_HOUR - 1, &err), &err);
	ok(!next_notice(), "59 minutes later there is nothing");
	fixture_must(reply_tell(db, start + CLOCK_HOUR + 1, &err), &err);
	ok((n = next_notice()) && strstr(n->subject, "4 replies") && strstr(n->text, "later"), "and after the hour there is all that came");
	is_int(number("SELECT count(*) FROM reply WHERE told = 0"), 0, "everything was told once");
}

static void limits(void)
{
	bool changed, blocked;
	now += 2 * CLOCK_DAY;
	for (int i = 0; i < 50; i++)
		is(receive(mem_printf(t, SAYS(BOB, "6%d", "\"to\":[\"" US "\"],\"content\":\"buy\""), i, i)), "kept for the owner", "one of fifty");
	is(receive(SAYS(BOB, "70", "\"to\":[\"" US "\"],\"content\":\"buy\"")), "not kept: too many came today", "one of fifty-one");
	now += 2 * CLOCK_DAY;
	is(receive(SAYS(BOB, "71", "\"to\":[\"" US "\"],\"content\":\"buy\"")), "kept for the owner", "on another day");
	fixture_must(reply_block(db, "example", true, &changed, &err) && changed && reply_block(db, "example", true, &changed, &err) && !changed, &err);
	fixture_must(reply_host_blocked(db, "a.fedi.example", &blocked, &err), &err);
	ok(blocked, "hosts below a blocked one are blocked");
	fixture_must(reply_host_blocked(db, "anexample", &blocked, &err), &err);
	ok(!blocked, "others are not");
	is(receive(SAYS(BOB, "72", "\"to\":[\"" US "\"],\"content\":\"buy\"")), "", "nothing is kept of who is blocked");
	is(receive(BY(BOB, "Like", "73", "\"" POST "\"")), "", "nor counted");
	is(receive(BY(BOB, "Delete", "74", "\"" HOST "/n/71\"")), "deleted by its author", "but they may take back");
	is(reply_by_object(t, db, HOST "/n/71", &err)->content, "", "what they said");
	fixture_must(reply_block(db, "example", false, &changed, &err), &err);
	is(receive(SAYS(BOB, "71", "\"to\":[\"" US "\"],\"content\":\"buy\"")), "kept before", "which does not come back");
	is(reply_by_object(t, db, HOST "/n/71", &err)->content, "", "... even so");
	is(receive(BY(BOB, "Update", "75", NOTE(BOB, "71", "\"to\":[\"" US "\"],\"content\":\"buy!\""))), "kept before", "nor by an edit");
}

static void accounts_end(void)
{
	fixture_must(number("SELECT count(*) FROM reaction WHERE actor = '" ANN "'") > 0, &err);
	is(receive(BY(ANN, "Delete", "80", "\"" ANN "\"")), "the account is gone", "an account is deleted");
	is_int(number("SELECT count(*) FROM reaction WHERE actor = '" ANN "'"), 0, "and so are its likes");
	is_int(number("SELECT count(*) FROM reply WHERE actor = '" ANN "' AND (content <> '' OR name <> '')"), 0, "and its words");
	ok(number("SELECT count(*) FROM reply WHERE actor = '" BOB "' AND content <> ''") > 0, "those of others stay");
}

/* Activities that only name their note: it is fetched when they are addressed to us. */
static void bare_notes(void)
{
#define BARE(id, more) "{\"type\":\"Create\",\"id\":\"" ANN "/do/b" id "\",\"actor\":\"" ANN "\",\"object\":" more "}"
	static const struct {
		const char *what, *body, *url, *document, *words;
	} cases[] = {
		{ "to us", BARE("1", "\"" HOST "/n/b1\",\"cc\":[\"" US "\"]"), HOST "/n/b1", NOTE(ANN, "b1", PUBLIC ",\"inReplyTo\":\"" POST "\",\"content\":\"bare\""), "kept for the owner" },
		{ "to us, as an object that has but its id", BARE("2", "{\"id\":\"" HOST "/n/b2\"},\"to\":\"" US "\""), HOST "/n/b2", NOTE(ANN, "b2", "\"to\":\"" US "\",\"content\":\"psst\""), "kept for the owner" },
		{ "another note is there", BARE("3", "\"" HOST "/n/b3\",\"to\":\"" US "\""), HOST "/n/b3", NOTE(ANN, "b4", "\"to\":\"" US "\",\"content\":\"psst\""), "ignored: Create" },
		{ "it is somebody else's", BARE("5", "\"" HOST "/n/b5\",\"to\":\"" US "\""), HOST "/n/b5", NOTE(BOB, "b5", "\"to\":\"" US "\",\"content\":\"psst\""), "ignored: Create" },
		{ "no JSON is there", BARE("6", "\"" HOST "/n/b6\",\"to\":\"" US "\""), HOST "/n/b6", "<p>", "ignored: Create" },
		{ "to everybody", BARE("7", "\"" HOST "/n/b7\",\"to\":\"as:Public\""), NULL, NULL, "" },
		{ "on another server", BARE("8", "\"https://evil.example/n/b8\",\"to\":\"" US "\""), NULL, NULL, "" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *url = NULL;
		struct activity *a = activity_read(t, cases[i].body, strlen(cases[i].body), &err);
		bool any = false;
		fixture_must(effect_has_any(db, a, &any, &err) && (!any || effect_needs_post(t, db, a, &url, &err)), &err);
		is(url ? url : "none", cases[i].url ? cases[i].url : "none", cases[i].what);
		is(receive_with(cases[i].body, now, cases[i].document), cases[i].words, "... what becomes of it");
	}
	struct reply *r = reply_by_object(t, db, HOST "/n/b1", &err);
	ok(r && r->kind == REPLY_REPLY && r->entry == 1, "a reply by its id is one to the post");
}

/* What overtakes the activity that it is about, and the one that comes late, signed anew as servers do that try again. */
static void overtaking(void)
{
#define REPLIES(id, more) NOTE(ANN, id, PUBLIC ",\"inReplyTo\":\"" POST "\"," more)
#define EARLY "\"published\":\"2026-11-01T10:00:00Z\""
#define LATER(at) ",\"updated\":\"2026-11-01T" at "Z\""
	static const struct {
		const char *what, *body, *words;
	} cases[] = {
		{ "a Delete by somebody else", BY(BOB, "Delete", "o1", "\"" HOST "/n/o1\""), "will not be kept when it comes" },
		{ "... of what its author writes", BY(ANN, "Create", "o2", REPLIES("o1", "\"content\":\"x\"")), "kept for the owner" },
		{ "a Delete before its Create", BY(ANN, "Delete", "o3", "{\"type\":\"Tombstone\",\"id\":\"" HOST "/n/o3\"}"), "will not be kept when it comes" },
		{ "... which comes late", BY(ANN, "Create", "o4", REPLIES("o3", "\"content\":\"too late\"")), "deleted before it came" },
		{ "... and once more, to another inbox", BY(ANN, "Create", "o5", REPLIES("o3", "\"content\":\"too late\"")), "deleted before it came" },
		{ "... or as an edit", BY(ANN, "Update", "o6", REPLIES("o3", "\"content\":\"too late!\"")), "deleted before it came" },
		{ "an Update before its Create", BY(ANN, "Update", "o7", REPLIES("o7", "\"content\":\"right\"," EARLY LATER("10:01:00"))), "kept for the owner" },
		{ "... which comes late", BY(ANN, "Create", "o8", REPLIES("o7", "\"content\":\"wrong\"," EARLY)), "edited before it came" },
		{ "an Update that the next one overtook", BY(ANN, "Update", "o9", REPLIES("o7", "\"content\":\"worse\"," EARLY LATER("10:00:30"))), "edited before it came" },
		{ "one that comes in its turn", BY(ANN, "Update", "o10", REPLIES("o7", "\"content\":\"best\"," EARLY LATER("10:02:00"))), "kept for the owner, as edited" },
		{ "an Update without times", BY(ANN, "Update", "o11", REPLIES("o11", "\"content\":\"right\"")), "kept for the owner" },
		{ "... before its Create", BY(ANN, "Create", "o12", REPLIES("o11", "\"content\":\"wrong\"")), "edited before it came" },
		{ "... is followed by another", BY(ANN, "Update", "o13", REPLIES("o11", "\"content\":\"best\"")), "kept for the owner, as edited" },
		{ "an Undo before its Like", BY(ANN, "Undo", "o14", BY(ANN, "Like", "o15", "\"" POST "\"")), "counted before, or too many" },
		{ "... which comes late", BY(ANN, "Like", "o15", "\"" POST "\""), "taken back before it came" },
		{ "... and once more", BY(ANN, "Like", "o15", "\"" POST "\""), "taken back before it came" },
		{ "an Undo by the id before its Announce", BY(ANN, "Undo", "o16", "\"" ANN "/do/o17\""), "ignored: does not follow" },
		{ "... which comes late", BY(ANN, "Announce", "o17", "\"" POST "\""), "taken back before it came" },
		{ "somebody else's Undo of a Like", BY(BOB, "Undo", "o18", "\"" ANN "/do/o19\""), "ignored: does not follow" },
		{ "... takes nothing back", BY(ANN, "Like", "o19", "\"" POST "\""), "counted" },
		{ "an Undo before its Follow", BY(ANN, "Undo", "o20", BY(ANN, "Follow", "o21", "\"" US "\"")), "ignored: does not follow" },
		{ "... which comes late", BY(ANN, "Follow", "o21", "\"" US "\""), "taken back before it came" },
		{ "the next Follow", BY(ANN, "Follow", "o22", "\"" US "\""), "follows" },
		{ "... its Undo", BY(ANN, "Undo", "o23", BY(ANN, "Follow", "o22", "\"" US "\"")), "left" },
		{ "... and the same Follow again, meant so", BY(ANN, "Follow", "o22", "\"" US "\""), "follows" },
	};
	now += 2 * CLOCK_DAY;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		is(receive(cases[i].body), cases[i].words, cases[i].what);
	ok(!reply_by_object(t, db, HOST "/n/o3", &err), "what was deleted is nowhere");
	is(reply_by_object(t, db, HOST "/n/o7", &err)->content, "best", "the last edit is what is kept");
	is(reply_by_object(t, db, HOST "/n/o11", &err)->content, "best", "... also without times");
	now += 2 * CLOCK_DAY;
	is(receive(BY(ANN, "Announce", "o17", "\"" POST "\"")), "counted", "two days later it is meant so");
}

/* No server has us remember without an end what never comes. */
static void overtaking_ends(void)
{
	int64_t before = number("SELECT count(*) FROM activity_seen");
	for (int i = 0; i < 500; i++)
		receive(mem_printf(t, "{\"type\":\"Delete\",\"actor\":\"https://flood.example/u/%d\",\"object\":\"https://flood.example/n/%d\"}", i, i));
	is_int(number("SELECT count(*) FROM activity_seen"), before + 500, "a server has so many remembered");
	is(receive("{\"type\":\"Delete\",\"actor\":\"https://flood.example/u/x\",\"object\":\"https://flood.example/n/x\"}"), "ignored: too many deletions of what is not here", "and no more");
	is(receive(BY(ANN, "Delete", "o30", "\"" HOST "/n/o30\"")), "will not be kept when it comes", "others have their own");
}

/* Each publication that a note is addressed to has it. */
static void several_addressees(void)
{
	static const struct publication_new with = { .url = "https://buoy.example", .name = "The Buoy", .handle = "buoy" };
	int64_t id;
	fixture_must(publication_add(db, &with, &id, &err), &err);
	is(receive(SAYS(ANN, "s1", "\"to\":[\"" US "\",\"https://buoy.example/@buoy\"],\"content\":\"to both\"")), "kept for the owner", "a message to two");
	is_int(number("SELECT count(*) FROM reply WHERE object LIKE '%/n/s1' AND content LIKE '%both%'"), 2, "both have it");
	receive(SAYS(ANN, "s2", PUBLIC ",\"inReplyTo\":\"" POST "\",\"content\":\"x\",\"tag\":[{\"type\":\"Mention\",\"href\":\"" US "\"},{\"type\":\"Mention\",\"href\":\"https://buoy.example/@buoy\"}]"));
	is_int(number("SELECT count(*) FROM reply WHERE object LIKE '%/n/s2'"), 2, "a reply to one that mentions the other");
	is_int(number("SELECT count(*) FROM reply r JOIN publication p ON p.id = r.publication WHERE r.object LIKE '%/n/s2' AND r.kind = 0 AND p.handle = 'lamp'"), 1, "... is a reply there");
	is_int(number("SELECT count(*) FROM reply r JOIN publication p ON p.id = r.publication WHERE r.object LIKE '%/n/s2' AND r.kind = 1 AND p.handle = 'buoy'"), 1, "... a mention here");
	is(receive(BY(ANN, "Delete", "s3", "\"" HOST "/n/s1\"")), "deleted by its author", "a Delete");
	is_int(number("SELECT count(*) FROM reply WHERE object LIKE '%/n/s1' AND content <> ''"), 0, "is for both");
}

/* Each owner whose publication, or whose posts, a report is about is told of it, once. */
static void several_reported(void)
{
	static const struct {
		const char *what, *objects;
		int rows, lamp_entry;
	} cases[] = {
		{ "two publications", "\"" US "\",\"https://buoy.example/@buoy\"", 2, 0 },
		{ "posts of both, and one of them", "\"" US "\",\"" POST "\",\"https://buoy.example/p/3\",\"https://buoy.example/p/4\"", 2, 1 },
		{ "two posts of one", "\"https://buoy.example/p/3\",\"https://buoy.example/2026/late\"", 1, -1 },
		{ "others first", "\"" BOB "\",\"" BOB "/1\",\"" BOB "/2\",\"" BOB "/3\",\"" BOB "/4\",\"" BOB "/5\",\"" BOB "/6\",\"" BOB "/7\",\"" BOB "/8\",\"" BOB "/9\",\"" BOB "/10\",\"" BOB "/11\",\"" BOB "/12\",\"" BOB "/13\",\"" BOB "/14\",\"" BOB "/15\",\"" BOB "/16\",\"" BOB "/17\",\"" BOB "/18\",\"" BOB "/19\",\"" POST "\",\"https://buoy.example/p/3\"", 2, 1 },
	};
	struct publication *buoy = publication_by_host(t, db, "buoy.example", &err);
	fixture_must(buoy && fixture_post(db, buoy->id, "early", "<p>x</p>", INT64_C(1788500000000), false) == 3 && fixture_post(db, buoy->id, "late", "<p>y</p>", INT64_C(1788500000000), false) == 4, &err);
	now += 2 * CLOCK_DAY;
	fixture_must(reply_tell(db, now, &err), &err);
	while (next_notice())
		;
	now += 2 * CLOCK_HOUR;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *id = mem_printf(t, "%s/do/r%zu", ANN, i);
		const char *body = mem_printf(t, "{\"type\":\"Flag\",\"id\":\"%s\",\"actor\":\"%s\",\"content\":\"spam\",\"object\":[%s]}", id, ANN, cases[i].objects);
		int64_t rows = -1, entry = -2;
		is(receive(body), "kept for the owner", cases[i].what);
		is(receive(body), "kept before", "... to another inbox");
		fixture_must(db_get_int(db, "SELECT count(*) FROM reply WHERE object = $1 AND kind = 3", DB_ARGS(db_text(id)), &rows, &err) &&
		             db_get_int(db, "SELECT coalesce(max(coalesce(r.entry, 0)), -1) FROM reply r JOIN publication p ON p.id = r.publication WHERE r.object = $1 AND p.handle = 'lamp'",
		                        DB_ARGS(db_text(id)), &entry, &err), &err);
		is_int(rows, cases[i].rows, "... is for so many");
		is_int(entry, cases[i].lamp_entry, "... and of this post of the first");
	}
	fixture_must(reply_tell(db, now, &err) && reply_tell(db, now + 1, &err), &err);
	int told[2] = { 0, 0 };
	for (struct notice *n; (n = next_notice());)
		told[n->publication == buoy->id]++;
	ok(told[0] == 1 && told[1] == 1, "and each owner has one letter of it");
}

int main(void)
{
	t = talloc_new(NULL);
	db = fixture_db(t);
	now = clock_now();
	int64_t p = fixture_publication(t, db, "https://lamp.example", PUBLICATION_FREE, 0)->id, when = INT64_C(1788500000000);
	fixture_must(fixture_post(db, p, "brass", "<p>one</p>", when, false) == 1 && fixture_post(db, p, "gone", "<p>two</p>", when, false) == 2, &err);
	fixture_must(archive_withdraw(db, 2, &err), &err);
	reactions();
	reactions_end();
	writings();
	long_ones();
	tells();
	limits();
	accounts_end();
	bare_notes();
	overtaking();
	overtaking_ends();
	several_addressees();
	several_reported();
	talloc_free(t);
	return tap_done();
}
