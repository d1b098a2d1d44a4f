#include "feeds/match/identity.h"
#include "gateway/base/memory/mem.h"
#include "tap.h"

/* Entries as "guid link title", in a feed; the keys that each must get, parted by " | ". */
struct row {
	const char *guid, *link, *title, *keys;
};

static const struct {
	const char *what;
	struct row rows[30];
} cases[] = {
	{ "a guid, then a link", { { "tag:1", "https://a.example/1", "t", "guid:tag:1 | link:a.example/1" },
	                           { "tag:2", "https://a.example/2", "t", "guid:tag:2 | link:a.example/2" } } },
	{ "http and https of a guid are one", { { "http://a.example/1", NULL, "t", "guid:a.example/1" },
	                                        { "https://a.example/2", "http://a.example/2/", "t", "guid:a.example/2 | link:a.example/2" } } },
	{ "the case of an id counts", { { "HTTP://A.example/1", NULL, "t", "guid:HTTP://A.example/1" }, { "http://a.example/1", NULL, "t", "guid:a.example/1" } } },
	{ "without guid the link", { { NULL, "https://a.example/1", "t", "link:a.example/1" }, { "  ", "https://a.example/2", "t", "link:a.example/2" } } },
	{ "one link for all is no identity", { { "1", "https://a.example/", "t", "guid:1" }, { "2", "https://a.example/", "u", "guid:2" } } },
	{ "one guid for both: the first keeps it, for it may have had it alone", { { "x", "https://a.example/1", "t", "link:a.example/1 | guid:x link:a.example/1 | guid:x" },
	                                                                            { "x", "https://a.example/2", "u", "link:a.example/2 | guid:x link:a.example/2" } } },
	{ "one guid for five: links come first", { { "x", "https://a.example/1", "t", "link:a.example/1 | guid:x link:a.example/1 | guid:x" },
	                                           { "x", "https://a.example/2", "u", "link:a.example/2 | guid:x link:a.example/2" }, { "x", NULL, "v", NULL }, { "x", NULL, "w", NULL },
	                                           { "y", "https://a.example/5", "t", "link:a.example/5 | guid:y" } } },
	{ "one in twenty-five guids repeated: guids stay first",
	  { { "0", "https://a.example/0", "t", "link:a.example/0 | guid:0 link:a.example/0 | guid:0" }, { "1", "https://a.example/1", "t", NULL }, { "2", NULL, "t", NULL },
	    { "3", NULL, "t", NULL }, { "4", NULL, "t", NULL }, { "5", NULL, "t", NULL }, { "6", NULL, "t", NULL }, { "7", NULL, "t", NULL },
	    { "8", NULL, "t", NULL }, { "9", NULL, "t", NULL }, { "10", NULL, "t", NULL }, { "11", NULL, "t", NULL }, { "12", NULL, "t", NULL },
	    { "13", NULL, "t", NULL }, { "14", NULL, "t", NULL }, { "15", NULL, "t", NULL }, { "16", NULL, "t", NULL }, { "17", NULL, "t", NULL },
	    { "18", NULL, "t", NULL }, { "19", NULL, "t", NULL }, { "20", NULL, "t", NULL }, { "21", NULL, "t", NULL }, { "22", NULL, "t", NULL },
	    { "23", NULL, "t", NULL }, { "0", "https://a.example/24", "t", "link:a.example/24 | guid:0 link:a.example/24" } } },
};

static char *joined(void *owner, const char *const *keys)
{
	char *all = mem_dup(owner, "");
	for (; *keys; keys++)
		all = mem_printf(owner, "%s%s%s", all, *all ? " | " : "", *keys);
	return all;
}

static struct feed *feed_of(void *t, const struct row *rows)
{
	struct feed *f = mem_new(t, struct feed);
	f->entries = mem_array(t, struct entry *, 31);
	for (; rows[f->count].title; f->count++) {
		struct entry *e = f->entries[f->count] = mem_new(f, struct entry);
		e->guid = rows[f->count].guid;
		e->link = rows[f->count].link;
		e->title = rows[f->count].title;
	}
	return f;
}

static void keys(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		void *t = talloc_new(NULL);
		struct feed *f = feed_of(t, cases[i].rows);
		struct identity *all = identity_keys(t, f, identity_learn(IDENTITY_BY_GUID, f));
		for (size_t k = 0; k < f->count; k++)
			if (cases[i].rows[k].keys)
				is(joined(t, all[k].keys), cases[i].rows[k].keys, cases[i].what);
		talloc_free(t);
	}
}

static void nothing_but_text(void)
{
	static const struct row rows[] = { { NULL, NULL, "one", NULL }, { NULL, NULL, "two", NULL }, { NULL, NULL, "one", NULL }, { NULL, NULL, NULL, NULL } };
	void *t = talloc_new(NULL);
	struct identity *all = identity_keys(t, feed_of(t, rows), IDENTITY_BY_GUID);
	ok(strncmp(all[0].keys[0], "hash:", 5) == 0 && !all[0].keys[1], "neither guid nor link: a hash of the text");
	ok(strcmp(all[0].keys[0], all[1].keys[0]) != 0, "another text is another entry");
	is(all[2].keys[0], all[0].keys[0], "the same text is the same");
	ok(strncmp(all[1].keys[1], "title:", 6) == 0, "a title that no other has is a key too");
	talloc_free(t);
}

static void large(void)
{
	void *t = talloc_new(NULL);
	struct feed *f = mem_new(t, struct feed);
	char *same = mem_array(t, char, 3000);
	memset(same, 'x', 2999);
	f->entries = mem_array(t, struct entry *, FEED_MAX_ENTRIES);
	for (; f->count < FEED_MAX_ENTRIES; f->count++) {
		struct entry *e = f->entries[f->count] = mem_new(f, struct entry);
		e->guid = same;
		e->link = "https://a.example/";
	}
	struct identity *all = identity_keys(t, f, identity_learn(IDENTITY_BY_GUID, f));
	ok(all[0].keys[0] && strlen(all[0].keys[0]) < 600, "a long guid is known by its hash, and a feed of nothing else is done in time");
	talloc_free(t);
}

static void hashes(void)
{
	void *t = talloc_new(NULL);
	struct entry a = { .title = "T", .content = "<p>x  y</p>", .published = 1 }, b = a, c = a;
	b.content = "<p>x\n y</p> ";
	b.published = 2;
	c.content = "<p>x z</p>";
	is(identity_hash(t, &a), identity_hash(t, &b), "white space and dates make no revision");
	ok(strcmp(identity_hash(t, &a), identity_hash(t, &c)) != 0, "another word does");
	c = a;
	c.title = "U";
	ok(strcmp(identity_hash(t, &a), identity_hash(t, &c)) != 0, "so does another title");
	c = a;
	c.summary = "s";
	ok(strcmp(identity_hash(t, &a), identity_hash(t, &c)) != 0, "and a summary");
	talloc_free(t);
}

int main(void)
{
	keys();
	nothing_but_text();
	large();
	hashes();
	return tap_done();
}
