/* Which pictures are wanted and kept, once, within their room; what goes when nobody shows it; and that the news waits for a poster, for a while. */
#include "gateway/archive/store/picture_backlog.h"
#include "gateway/archive/store/picture_rows.h"
#include "gateway/archive/store/tally.h"
#include "subscribers/gate/gate.h"
#include "unit/fixture.h"
#include <string.h>

#define POSTER "https://i.ytimg.com/vi/a/0.jpg"
#define OTHER "https://blog.test/a.jpg"
#define IMG(ADDRESS) "<p><img src=\"" ADDRESS "\" alt=\"words\"></p>"

static struct error err;

static int64_t number(struct db *db, const char *sql)
{
	int64_t n = -1;
	fixture_must(db_get_int(db, sql, DB_NONE, &n, &err), &err);
	return n;
}

static void run(struct db *db, const char *sql) { fixture_must(db_run(db, sql, DB_NONE, &err), &err); }

static struct picture gif(void *owner, unsigned char width)
{
	char bytes[] = "GIF89a\x0A\0\x14\0\x80";
	struct picture p;
	bytes[6] = (char)width;
	picture_make(owner, talloc_memdup(owner, bytes, sizeof bytes), sizeof bytes, &p);
	return p;
}

/* Stores an entry that shows p; its outcome. */
static enum archive_outcome store(struct db *db, int64_t publication, const char *guid, const char *content, const struct picture *p, int64_t most, int64_t *id)
{
	enum archive_outcome outcome;
	struct entry e = { .guid = guid, .title = guid, .content = content, .published = 1 };
	const struct archive_post post = { .publication = publication, .entry = &e, .keys = (const char *const[]){ guid, NULL }, .hash = content, .pictures = p,
	                                   .picture_count = p ? 1 : 0, .pictures_most = most };
	fixture_must(archive_store(db, &post, &outcome, id, &err), &err);
	return outcome;
}

/* Keeps a picture at every address that is wanted, as the role does that fetches. */
static void fetch(struct db *db, const struct picture *p)
{
	int64_t id;
	fixture_must(picture_rows_keep(db, p, 0, &id, &err) &&
	             db_run(db, "UPDATE entry_picture SET picture = $1, next_try = NULL WHERE next_try IS NOT NULL", DB_ARGS(db_int(id)), &err), &err);
}

static const char *shown(void *owner, struct db *db, const struct publication *p, int64_t entry)
{
	struct gate gate;
	struct entry *e = archive_get(owner, db, entry, &err);
	fixture_must(e && gate_of(db, p, &gate, &err), &err);
	struct entry *s = gate_show(owner, &gate, e, GATE_ANYBODY, NULL);
	return s ? s->content : NULL;
}

static void policies(void *t, struct db *db)
{
	static const struct { enum picture_policy policy; int64_t posters, others; const char *what; } cases[] = {
		{ PICTURES_NONE, 0, 0, "nothing is fetched" }, { PICTURES_POSTERS, 1, 0, "posters are" }, { PICTURES_ALL, 1, 1, "all are" },
	};
	struct publication *p = fixture_publication(t, db, "https://policy.test", PUBLICATION_FREE, 0);
	int64_t id;
	ok(p->pictures == PICTURES_POSTERS, "posters are kept unless the owner says otherwise");
	store(db, p->id, "policy", IMG(POSTER) IMG(OTHER), NULL, 0, &id);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		bool worked = true;
		ok(publication_set_pictures(db, p->id, cases[i].policy, &err), cases[i].what);
		while (worked)
			fixture_must(picture_backlog_step(db, &worked, &err), &err);
		is_int(number(db, "SELECT count(*) FROM entry_picture WHERE poster = 1"), cases[i].posters, "… previews of films");
		is_int(number(db, "SELECT count(*) FROM entry_picture WHERE poster = 0"), cases[i].others, "… other pictures");
	}
	run(db, "UPDATE entry_picture SET tries = 3, next_try = NULL");
	bool worked = true;
	fixture_must(publication_set_pictures(db, p->id, PICTURES_ALL, &err) && picture_backlog_step(db, &worked, &err), &err);
	is_int(number(db, "SELECT count(*) FROM entry_picture WHERE tries = 0 AND next_try IS NOT NULL"), 2, "said again, what could not be had is tried again");
	run(db, "DELETE FROM entry_picture");
}

static void kept(void *t, struct db *db)
{
	struct publication *p = fixture_publication(t, db, "https://kept.test", PUBLICATION_FREE, 0), *other = fixture_publication(t, db, "https://other.test", PUBLICATION_FREE, 0);
	struct picture own = gif(t, 10), second = gif(t, 11), *got;
	char *content = mem_printf(t, "<p><img src=\"%s\" alt=\"own\"></p>", own.address), *both = mem_printf(t, "%s" IMG(POSTER), content);
	char *url = mem_printf(t, "src=\"https://kept.test/media/%s.gif\" alt=\"own\" width=\"10\" height=\"20\"", own.hash);
	int64_t one, two, before, after, count;
	store(db, p->id, "one", both, &own, 0, &one);
	store(db, p->id, "two", content, &own, 0, &two);
	is_int(number(db, "SELECT count(*) FROM picture"), 1, "the same picture is kept once");
	ok(strstr(shown(t, db, p, one), url), "a door shows it from here");
	ok(!strstr(shown(t, db, p, one), "ytimg") && strstr(shown(t, db, p, one), "[image: words]"), "and no poster before it is here");
	got = picture_rows_get(t, db, p->id, own.hash, &err);
	ok(got && got->size == own.size && memcmp(got->data, own.data, own.size) == 0 && got->head.type == PICTURE_GIF, "its bytes");
	ok(!picture_rows_get(t, db, other->id, own.hash, &err) && err.kind == ERROR_NOT_FOUND, "which no other publication has");
	ok(!picture_rows_get(t, db, p->id, second.hash, &err) && err.kind == ERROR_NOT_FOUND, "nor is another one there");

	fetch(db, &second);
	fixture_must(tally_get(db, p->id, TALLY_ARCHIVE, "", &before, &err) && picture_rows_publish(db, one, &err) && tally_get(db, p->id, TALLY_ARCHIVE, "", &after, &err), &err);
	ok(after > before, "pages are made anew when a picture has come");
	ok(strstr(shown(t, db, p, one), mem_printf(t, "https://kept.test/media/%s.gif", second.hash)), "and show it");

	is_int(store(db, p->id, "one", content, &own, 0, &one), ARCHIVE_REVISED, "a text that shows the film no more");
	ok(picture_rows_sweep(db, &count, &err), "sweeping");
	is_int(count, 1, "removes its preview");
	ok(archive_withdraw_by(db, two, ARCHIVE_BY_SOURCE, &err) && picture_rows_sweep(db, &count, &err) && count == 0, "a post is gone: another shows the same");
	ok(archive_withdraw_by(db, one, ARCHIVE_BY_ABSENCE, &err), "that one too");
	ok(!picture_rows_get(t, db, p->id, own.hash, &err) && err.kind == ERROR_NOT_FOUND, "nobody gets it from then on");
	ok(picture_rows_sweep(db, &count, &err) && count == 1 && number(db, "SELECT count(*) FROM picture") == 0, "and it goes");
}

static void returns(void *t, struct db *db)
{
	struct publication *p = fixture_publication(t, db, "https://returns.test", PUBLICATION_FREE, 0);
	struct source { int64_t id; } s;
	struct picture own = gif(t, 12);
	char *content = mem_printf(t, "<p><img src=\"%s\" alt=\"own\"></p>", own.address);
	struct entry e = { .title = "Back", .content = content, .published = 1 };
	fixture_must(db_get_int(db, "INSERT INTO source (publication, url, state, created, imported, next_fetch, last_fetch, last_status, failures, approved)"
	                            " VALUES ($1, 'https://b.test/feed', 0, 0, 0, 0, 0, 0, 0, 0) RETURNING id", DB_ARGS(db_int(p->id)), &s.id, &err), &err);
	struct archive_post post = { .publication = p->id, .source = s.id, .entry = &e, .keys = (const char *const[]){ "back", NULL }, .hash = "h", .pictures = &own, .picture_count = 1 };
	int64_t id, count;
	fixture_must(archive_store(db, &post, NULL, &id, &err) && archive_withdraw_by(db, id, ARCHIVE_BY_SOURCE, &err) && picture_rows_sweep(db, &count, &err), &err);
	is_int(number(db, "SELECT count(*) FROM picture"), 0, "a post that is gone has no picture");
	fixture_must(archive_store(db, &post, NULL, &id, &err), &err);
	ok(strstr(shown(t, db, p, id), "https://returns.test/media/"), "it returns with it");
	fixture_must(archive_withdraw(db, id, &err) && picture_rows_sweep(db, &count, &err), &err);
}

static void room(void *t, struct db *db)
{
	struct publication *p = fixture_publication(t, db, "https://room.test", PUBLICATION_FREE, 0);
	struct picture own = gif(t, 13), second = gif(t, 14);
	int64_t id, other;
	store(db, p->id, "fits", mem_printf(t, "<p><img src=\"%s\" alt=\"A\"></p>", own.address), &own, (int64_t)own.size, &id);
	store(db, p->id, "does not", mem_printf(t, "<p><img src=\"%s\" alt=\"B\"></p>", second.address), &second, (int64_t)own.size + (int64_t)second.size - 1, &other);
	ok(strstr(shown(t, db, p, id), "/media/"), "while there is room");
	is(shown(t, db, p, other), "<p>[image: B]</p>", "then no more");
	store(db, p->id, "again", mem_printf(t, "<p><img src=\"%s\" alt=\"C\"></p>", own.address), &own, 1, &other);
	ok(strstr(shown(t, db, p, other), "/media/"), "what is there takes none");
}

static enum archive_news news(struct db *db)
{
	int64_t entry, publication;
	enum archive_news what;
	fixture_must(archive_take_news(db, &entry, &publication, &what, &err), &err);
	return what;
}

static void waits(void *t, struct db *db)
{
	static const struct { const char *what, *before; bool waits; } cases[] = {
		{ "a poster that is on its way", "UPDATE entry_picture SET tries = 0", true },
		{ "that was tried once", "UPDATE entry_picture SET tries = 1", false },
		{ "that is given up", "UPDATE entry_picture SET next_try = NULL", false },
		{ "that was waited for a minute", "UPDATE entry_picture SET asked = asked - 60001", false },
		{ "that was asked for tomorrow: the clock was set back", "UPDATE entry_picture SET asked = asked + 86400000", false },
		{ "a picture of another kind", "UPDATE entry_picture SET poster = 0", false },
	};
	struct publication *p = fixture_publication(t, db, "https://waits.test", PUBLICATION_FREE, 0);
	int64_t due;
	run(db, "UPDATE entry SET announce = 0");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		run(db, "DELETE FROM entry_picture");
		fixture_post(db, p->id, cases[i].what, mem_printf(t, IMG(POSTER) "<p>%zu</p>", i), 1, true);
		run(db, cases[i].before);
		ok(archive_news_due(db, &due, &err), cases[i].what);
		ok(!cases[i].waits || (due > 0 && due <= PICTURE_WAIT_MS), "… it is known when");
		is_int(news(db), cases[i].waits ? ARCHIVE_NO_NEWS : ARCHIVE_NEWS_ENTRY, cases[i].waits ? "the news waits" : "the news does not wait");
		if (!cases[i].waits)
			continue;
		struct picture own = gif(t, 15);
		fetch(db, &own);
		is_int(news(db), ARCHIVE_NEWS_ENTRY, "… until it is here");
		is_int(news(db), ARCHIVE_NO_NEWS, "… once");
	}
	ok(archive_news_due(db, &due, &err) && due == -1, "then nothing waits");
}

int main(void)
{
	void *t = talloc_new(NULL);
	struct db *db = fixture_db(t);
	policies(t, db);
	kept(t, db);
	returns(t, db);
	room(t, db);
	waits(t, db);
	talloc_free(t);
	return tap_done();
}
